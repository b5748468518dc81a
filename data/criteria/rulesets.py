"""Rule sets: which facts each have needs. Data with a version, one TOML file each; two are built in.

A need is one of

* ``{ fact = "sign_hours" }``: a fact of ``facts.FACTS``, or ``facility:CODE``
* ``{ all = [need, …] }``, ``{ any = [need, …] }``
* ``{ at_least = 3, of = [need, …] }``

and is met, unmet or unknown by three-valued logic (``logic.at_least``). Preferences have the same form and belong
to a have, but never count as one.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from data.criteria import texts
from data.errors import InputError
from geo import vocabulary
from geo.texts import Text

DEFAULT: Final = "seven_2021"
FACILITY: Final = "facility:"
MOST_BYTES: Final = 200_000

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Need:
    """At least ``count`` of ``parts`` must hold; a single fact has a name and no parts."""

    fact: str | None
    count: int
    parts: tuple["Need", ...]

    def facts(self) -> tuple[str, ...]:
        """Every fact asked for, in order, each once."""
        named = (
            (self.fact,) if self.fact is not None else tuple(f for part in self.parts for f in part.facts())
        )
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Have:
    """One of the haves, or a preference (then ``of`` names the have that it belongs to)."""

    code: str
    name: Text
    asks: Text
    needs: Need
    of: str | None = None


@dataclass(frozen=True)
class RuleSet:
    """A whole set. ``digest``: SHA-256 of the file, so that a card can be told from one by another text."""

    version: str
    title: Text
    haves: tuple[Have, ...]
    preferences: tuple[Have, ...]
    digest: str
    text: str


def built_in() -> tuple[str, ...]:
    """Names of the sets that come with the program."""
    folder = resources.files("data.criteria") / "sets"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load(name: str = DEFAULT) -> RuleSet:
    """Read a rule set.

    Parameters
    ----------
    name
        Of a built-in set (``seven_2021``, ``six``), or the path of a ``.toml`` file.

    Raises
    ------
    InputError
        There is none, or it is wrong: the message names the file, the place in it and the mend.

    Examples
    --------
    >>> [have.code for have in load("seven_2021").haves]
    ['premises', 'sign', 'facilities', 'publicity', 'service', 'rules', 'results']
    """
    if name in built_in():
        return _built_in(name)
    path = Path(name)
    if not name.endswith(".toml") or not path.is_file():
        raise InputError(texts.RULES_NO_FILE.format(name=name, names=", ".join(built_in())))
    if path.stat().st_size > MOST_BYTES:
        raise InputError(texts.RULES_BROKEN.format(file=name, why=f"> {MOST_BYTES} B"))
    try:
        # Windows' editors put a byte-order mark before UTF-8.
        return read(path.read_text("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise InputError(texts.RULES_BROKEN.format(file=name, why=error.reason)) from error


@cache
def _built_in(name: str) -> RuleSet:
    file = resources.files("data.criteria") / "sets" / f"{name}.toml"
    return read(file.read_text("utf-8"), file.name)


def read(text: str, file: str, *, kept: bool = False) -> RuleSet:
    """Read a rule set from the text of its file; ``file`` names it in messages. Errors as ``load``.

    ``kept``: the text of a campaign, accepted when it was opened; what only looks bad is not refused any more.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(texts.RULES_BROKEN.format(file=file, why=error)) from error
    return _Reading(file, control=kept).rule_set(document, text)


class _Reading:
    """Reads one document; every refusal names file, place, field and mend."""

    def __init__(self, file: str, *, control: bool = False) -> None:
        self.file, self.control = file, control

    def rule_set(self, document: Mapping[str, Any], text: str) -> RuleSet:
        place = self.file
        self._only(document, ("version", "title", "have", "preference"), place)
        haves = tuple(
            self._have(entry, f"have {n}", preference=False)
            for n, entry in enumerate(self._list(document, "have", place), 1)
        )
        self._distinct(haves, "have")
        entries = self._list(document, "preference", place) if "preference" in document else []
        preferences = tuple(
            self._have(e, f"preference {n}", preference=True) for n, e in enumerate(entries, 1)
        )
        self._distinct(preferences, "preference")
        codes = {have.code for have in haves}
        for number, preference in enumerate(preferences, 1):
            if preference.of not in codes:
                raise self._wrong(
                    f"preference {number}", "have", texts.MEND_HAVE.format(codes=", ".join(codes))
                )
        return RuleSet(
            version=self._line(document, "version", place),
            title=self._text(document, "title", place),
            haves=haves,
            preferences=preferences,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
        )

    def _have(self, entry: Any, place: str, *, preference: bool) -> Have:
        if not isinstance(entry, dict):
            raise self._wrong(place, place.split(maxsplit=1)[0], texts.MEND_LIST)
        known = ("code", "name", "needs", "have") if preference else ("code", "name", "asks", "needs")
        self._only(entry, known, place)
        name = self._text(entry, "name", place)
        return Have(
            code=self._code(entry, place),
            name=name,
            asks=name if preference else self._text(entry, "asks", place),
            needs=self._need(entry.get("needs"), place),
            of=str(entry.get("have", "")) if preference else None,
        )

    def _need(self, need: Any, place: str) -> Need:
        if not isinstance(need, dict):
            raise self._wrong(place, "needs", texts.MEND_RULE)
        read: Callable[[Mapping[str, Any], str], Need] | None = {
            ("fact",): self._fact,
            ("all",): lambda n, p: self._group(n, "all", p),
            ("any",): lambda n, p: self._group(n, "any", p),
            ("at_least", "of"): self._several,
        }.get(tuple(sorted(need)))
        if read is None:
            raise self._wrong(place, "needs", texts.MEND_RULE)
        return read(need, place)

    def _fact(self, need: Mapping[str, Any], place: str) -> Need:
        fact = str(need["fact"])
        code = fact.removeprefix(FACILITY)
        if fact not in texts.FACT and not (fact.startswith(FACILITY) and code in vocabulary.FACILITY):
            raise self._wrong(
                place, "fact", texts.MEND_FACT.format(fact=fact[:60], facts=", ".join(texts.FACT))
            )
        return Need(fact, 1, ())

    def _group(self, need: Mapping[str, Any], key: str, place: str) -> Need:
        parts = tuple(self._need(part, place) for part in self._list(need, key, place))
        return Need(None, len(parts) if key == "all" else 1, parts)

    def _several(self, need: Mapping[str, Any], place: str) -> Need:
        parts = tuple(self._need(part, place) for part in self._list(need, "of", place))
        count = need["at_least"]
        if type(count) is not int or not 1 <= count <= len(parts):
            raise self._wrong(place, "at_least", texts.MEND_COUNT.format(most=len(parts)))
        return Need(None, count, parts)

    def _list(self, entry: Mapping[str, Any], field: str, place: str) -> list[Any]:
        found = entry.get(field)
        if not isinstance(found, list) or not found:
            raise self._wrong(place, field, texts.MEND_LIST)
        return found

    def _line(self, entry: Mapping[str, Any], field: str, place: str) -> str:
        found = entry.get(field)
        if not isinstance(found, str) or not found.strip() or "\n" in found or len(found) > 500:
            raise self._wrong(place, field, texts.MEND_TEXT)
        if _CONTROL.search(found) and not self.control:
            raise self._wrong(place, field, texts.MEND_TEXT)
        return found.strip()

    def _text(self, entry: Mapping[str, Any], field: str, place: str) -> Text:
        found = entry.get(field)
        if not isinstance(found, dict):
            raise self._wrong(place, f"{field}.zh, {field}.en", texts.MEND_TEXT)
        return Text(self._line(found, "zh", f"{place} {field}"), self._line(found, "en", f"{place} {field}"))

    def _code(self, entry: Mapping[str, Any], place: str) -> str:
        code = entry.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise self._wrong(place, "code", texts.MEND_CODE)
        return code

    def _distinct(self, haves: tuple[Have, ...], kind: str) -> None:
        codes = [have.code for have in haves]
        for number, code in enumerate(codes, 1):
            if code in codes[: number - 1]:
                raise self._wrong(f"{kind} {number}", "code", texts.MEND_CODE)

    def _only(self, entry: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
        for field in entry:
            if field not in known:
                raise self._wrong(place, field[:60], texts.MEND_UNKNOWN_FIELD.format(fields=", ".join(known)))

    def _wrong(self, place: str, field: str, mend: Text) -> InputError:
        said = texts.RULES_FIELD
        return InputError(
            Text(
                said.zh.format(file=self.file, place=place, field=field, mend=mend.zh),
                said.en.format(file=self.file, place=place, field=field, mend=mend.en),
            )
        )
