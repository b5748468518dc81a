"""Where new stations belong, and which existing ones to open 24 hours: the task for ``geo.siting`` and its answers.

Questions are asked by walking time. ``any``: which sites add most to what is covered regardless of hours.
``0200``: which sites, open at night, add most to what is covered at two in the morning; and which existing stations
would add most if they were open then. Where a share is to be reached: the fewest sites for it, at either moment. They
share the time budget; what one does not need the next one gets.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import siting, vocabulary
from geo.coverage.openings import Openings
from geo.coverage.reach import Reach
from geo.demand import AREA_NAMES
from geo.frames import build, empty
from geo.lists import Lists
from geo.progress import Progress, silent
from geo.siting import Least, Siting
from geo.study import CONTRACTS
from geo.texts import Text
from service.planning import texts
from service.planning.asked import Asked

Mask = npt.NDArray[np.bool_]

STANDARD: Final = "walk"
_ROUNDING: Final = 1e-12
FRAMES: Final = ("sites", "curve", "extend", "served", "least", "least_sites")


@dataclass(frozen=True, eq=False)
class Task:
    """What is known about reach and weight; ``lists`` hold the candidates, ``reach`` the stations."""

    demand: pd.DataFrame
    stations: pd.DataFrame
    counting: Mask
    openings: Openings
    reach: Reach
    candidates: pd.DataFrame
    lists: Lists
    weights: Mapping[str, npt.NDArray[np.float64]]

    def joined(self) -> Lists:
        """List stations and candidates as facilities of one table, stations first."""
        n = self.reach.lists.n_facilities
        parts = [(self.reach.lists, 0), (self.lists, n)]
        return Lists.from_pairs(
            np.concatenate([lists.rows() for lists, _ in parts]),
            np.concatenate([lists.facility + start for lists, start in parts]),
            np.concatenate([lists.cost for lists, _ in parts]),
            n_demand=len(self.demand),
            n_facilities=n + self.lists.n_facilities,
        )

    def standing(self, moment: str) -> Mask:
        """Mark the stations that serve at a moment, shape (stations,)."""
        return np.asarray(self.counting & self.openings.at(moment))

    def choice(self, moment: str, *, extend: bool) -> tuple[Mask, Mask]:
        """Mark the facilities of ``joined`` that stand at a moment, and those that may be chosen.

        Parameters
        ----------
        extend
            Existing stations may be chosen, to be open then; otherwise the candidates.
        """
        n = self.reach.lists.n_facilities
        fixed = np.zeros(n + self.lists.n_facilities, dtype=bool)
        fixed[:n] = self.standing(moment)
        free = np.zeros_like(fixed)
        free[:n] = extend & self.counting & ~fixed[:n]
        free[n:] = not extend
        return fixed, free

    def covered_before(self, moment: str) -> Mask:
        """Mark the rows of demand that a station covers at a moment, shape (n,)."""
        return self.reach.covered(self.openings, moment)


@dataclass(frozen=True, eq=False)
class Proposed:
    """The frames ``FRAMES`` of ``geo.study``, and what to say about them."""

    frames: dict[str, pd.DataFrame]
    notes: tuple[Text, ...] = field(default_factory=tuple)


def propose(asked: Asked, task: Task, progress: Progress = silent) -> Proposed:
    """Answer all questions; frames without rows where no site is asked for or there is nothing to choose from.

    Parameters
    ----------
    asked
        Number of sites, time budget, seed.
    task
        Candidates that are on the network.
    """
    found: dict[str, list[pd.DataFrame]] = {name: [empty(CONTRACTS[name])] for name in FRAMES}
    notes: list[Text] = []
    questions = _questions(asked)
    if not questions:
        return Proposed(_stacked(found))
    lists = task.joined()
    end = time.monotonic() + asked.seconds
    for number, (moment, frame) in enumerate(questions):
        progress(texts.STEP_SITING, number, len(questions))
        fixed, free = task.choice(moment, extend=frame == "extend")
        if not free.any():
            continue
        seconds = max((end - time.monotonic()) / (len(questions) - number), 0.1)
        weight = task.weights[moment]
        if not weight.sum() > 0:
            notes.append(texts.NOTE_NOBODY_THEN)
            continue
        given: dict[str, Any] = {"fixed": fixed, "candidates": free, "seconds": seconds, "seed": asked.seed}
        if frame == "least" and asked.share is not None:
            fewest = siting.least_sites(lists, weight, asked.share, **given)
            made = _least(task, fewest, moment, asked.share)
            notes.append(_least_note(task, fewest, moment, asked.share))
        else:
            answered = _Answered(task, siting.maximal_covering(lists, weight, asked.sites, **given), moment)
            made = {"extend": _extend(answered)} if frame == "extend" else _sites(answered)
            notes.append(_note(answered, frame, seconds))
        for name, rows in made.items():
            found[name].append(rows)
    if (task.candidates["kind"] == "grid").any() and any(map(len, found["sites"] + found["least_sites"])):
        notes.append(texts.NOTE_GRID)
    return Proposed(_stacked(found), tuple(dict.fromkeys(notes)))


def _questions(asked: Asked) -> list[tuple[str, str]]:
    """List what is asked, as moment and frame."""
    moments, questions = ("any", "0200"), []
    if asked.sites:
        questions += [*((moment, "sites") for moment in moments), ("0200", "extend")]
    if asked.share is not None:
        questions += [(moment, "least") for moment in moments]
    return questions


@dataclass(frozen=True, eq=False)
class _Answered:
    """One question with its answer."""

    task: Task
    answer: Siting
    moment: str

    @property
    def weight(self) -> npt.NDArray[np.float64]:
        return self.task.weights[self.moment]

    def ranked(self) -> dict[str, Any]:
        """Columns that a ranked choice has in common."""
        count = len(self.answer.sites)
        covered = self.answer.covered[1:]
        return {
            "standard": [STANDARD] * count,
            "moment": [self.moment] * count,
            "rank": np.arange(1, count + 1),
            "gain": self.answer.gains,
            "covered": covered,
            "share": covered / self.weight.sum(),
        }


def _sites(answered: _Answered) -> dict[str, pd.DataFrame]:
    """Frames ``sites``, ``curve`` and ``served`` of one question."""
    task, answer, weight = answered.task, answered.answer, answered.weight
    sites = answer.sites.astype(np.int64)
    rows = task.candidates.iloc[sites - task.reach.lists.n_facilities].reset_index(drop=True)
    known = ("site_id", "name", "kind", "lon", "lat", "street_facing", *AREA_NAMES)
    places = {name: rows[name].to_numpy() for name in known if name in rows}
    number = np.full(task.reach.lists.n_facilities + task.lists.n_facilities, -1)
    number[sites] = np.arange(len(sites))
    taken = np.where(answer.served_by >= 0, number[answer.served_by], -1)
    new = np.flatnonzero((taken >= 0) & ~task.covered_before(answered.moment) & (weight > 0))
    at, cost = taken[new], answer.cost[new].astype(np.float64)
    served = np.bincount(at, weight[new], minlength=len(rows))
    spent = np.bincount(at, weight[new] * cost, minlength=len(rows))
    mean = np.divide(spent, served, out=np.full(len(rows), np.nan), where=served > 0)
    allotted = {
        "demand_id": task.demand["demand_id"].to_numpy()[new],
        "standard": [STANDARD] * len(new),
        "moment": [answered.moment] * len(new),
        "site_id": rows["site_id"].to_numpy()[at],
        "cost": cost,
    }
    return {
        "sites": build(
            places | answered.ranked() | {"served": served, "mean_cost": mean}, CONTRACTS["sites"]
        ),
        "served": build(allotted, CONTRACTS["served"]),
        "curve": build(_curve(answered), CONTRACTS["curve"]),
    }


def _curve(answered: _Answered) -> dict[str, Any]:
    """Cover by number of sites: the ranked sites one after the other, and what no choice of as many can exceed."""
    answer = answered.answer
    covered = answer.covered
    bound = np.maximum(answer.bounds[: len(covered)], covered)
    bound[-1] = max(answer.bound, float(covered[-1]))
    proved = bound <= covered * (1 + _ROUNDING)
    proved[-1] = answer.proved
    return {
        "standard": [STANDARD] * len(covered),
        "moment": [answered.moment] * len(covered),
        "n": np.arange(len(covered)),
        "covered": covered,
        "share": covered / answered.weight.sum(),
        "bound": bound,
        "proved": proved,
    }


def _extend(answered: _Answered) -> pd.DataFrame:
    """Frame ``extend``: stations to open 24 hours, ranked."""
    answer = answered.answer
    ids = answered.task.stations["station_id"].to_numpy()[answer.sites]
    bound = np.maximum(answer.bounds[1 : 1 + len(ids)], answer.covered[1:])
    bound[-1:] = answer.bound
    return build({"station_id": ids, **answered.ranked(), "bound": bound}, CONTRACTS["extend"])


def _least(task: Task, fewest: Least, moment: str, target: float) -> dict[str, pd.DataFrame]:
    """Frames ``least`` and ``least_sites`` of one question."""
    answered = _Answered(task, fewest.siting, moment)
    value = fewest.siting.value
    row = {
        "standard": [STANDARD],
        "moment": [moment],
        "target": [target],
        "n": [len(fewest.siting.sites)],
        "at_least": [fewest.at_least if fewest.reachable else np.nan],
        "reachable": [fewest.reachable],
        "proved": [fewest.reachable and fewest.proved],
        "covered": [value],
        "share": [value / answered.weight.sum()],
    }
    return {"least": build(row, CONTRACTS["least"]), "least_sites": _sites(answered)["sites"]}


def _least_note(task: Task, fewest: Least, moment: str, target: float) -> Text:
    n, total = len(fewest.siting.sites), float(task.weights[moment].sum())
    words = {"n": n, "least": fewest.at_least, "target": f"{100 * target:g}%"}
    words["share"] = f"{fewest.siting.value / total:.2%}"
    if not fewest.reachable:
        said = texts.NOTE_LEAST_NEVER
    else:
        said = texts.NOTE_LEAST_PROVED if fewest.proved else texts.NOTE_LEAST
    at = vocabulary.MOMENT[moment]
    return said.format(moment_zh=at.zh, moment_en=at.en, **words)


def _note(answered: _Answered, frame: str, seconds: float) -> Text:
    answer, total = answered.answer, float(answered.weight.sum())
    question = texts.QUESTION[frame, answered.moment]
    proved = texts.PROVED if answer.proved else texts.NOT_PROVED
    return texts.NOTE_BUDGET.format(
        question_zh=question.zh, question_en=question.en, n=len(answer.sites), seconds=f"{seconds:.0f}",
        share=f"{answer.value / total:.2%}", bound=f"{answer.bound / total:.2%}", gap=f"{answer.gap:.2%}",
        proved_zh=proved.zh, proved_en=proved.en,
    )  # fmt: skip


def _stacked(found: Mapping[str, list[pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    some = {name: [part for part in parts if len(part)] or parts[:1] for name, parts in found.items()}
    return {name: pd.concat(parts, ignore_index=True) for name, parts in some.items()}
