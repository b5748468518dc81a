"""Method and limits in words, and every parameter of the study."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from geo import vocabulary
from geo.study import Study
from geo.texts import Text
from maps.report import reading
from maps.report import texts as report_texts
from maps.report.cells import MOST_CELLS, Drawn
from maps.report.markup import both, bullets, foreign
from maps.report.method import texts
from maps.report.numbers import count, distance, filled, same

_MOST_LISTED: Final = 16
_NESTED: Final = {"counts": vocabulary.STUDY_COUNT, "files": vocabulary.STUDY_FILE}

MOST_GAPS_DRAWN: Final = 40
"""How many gaps of each kind the map draws."""


def method(study: Study, drawn: Drawn | None) -> str:
    """Write the method page: topic by topic, then what this computation in particular assumed or left out."""
    given = study.parameters
    words: dict[str, Text | str] = {
        "demand_source": str(given["demand_source"]),
        "unit": str(given["demand_unit"]),
        "cells": count(len(study.cells)),
        "straight": distance(float(given["straight_m"])),
        "walk": f"{float(given['walk_s']) / 60:g}",
        "kmh": f"{float(given['walk_kmh']):g}",
        "path": distance(float(given["walk_s"]) * float(given["walk_kmh"]) / 3.6),
        "snap": distance(float(given["snap_m"])),
        "week": str(given["week"]),
    }
    topics = "".join(
        f"<h3>{both(heading)}</h3><p>{both(filled(said, **words))}</p>"
        for heading, said in texts.METHOD.values()
    )
    notes = f"<h3>{both(texts.NOTES)}</h3>{bullets(study.notes)}" if study.notes else ""
    return f'<div class="prose">{topics}{notes}<h3>{both(texts.DRAWING)}</h3>{bullets(_drawing(study, drawn))}</div>'


def parameters(study: Study) -> str:
    """List every parameter, data version and count, with the seed, as they stand in all files of the result."""
    rows: list[tuple[Text, Any]] = []
    for key, value in study.parameters.items():
        if isinstance(value, Mapping) and key in _NESTED:
            rows += [(_NESTED[key].get(name, same(name)), part) for name, part in value.items()]
        else:
            rows.append((vocabulary.STUDY_PARAMETER.get(key, same(key)), value))
    body = "".join(
        f'<tr><th scope="row">{_name(name)}</th><td>{_value(value)}</td></tr>' for name, value in rows
    )
    head = f'<tr><th scope="col">{both(texts.PARAMETER)}</th><th scope="col">{both(texts.VALUE)}</th></tr>'
    return f'<table class="pairs"><thead>{head}</thead><tbody>{body}</tbody></table>'


def _drawing(study: Study, drawn: Drawn | None) -> list[Text]:
    told: list[Text] = [report_texts.OUTLINES, report_texts.GAPS_DRAWN.format(n=MOST_GAPS_DRAWN)]
    if drawn is not None and drawn.grouped:
        words: dict[str, Text | str] = {
            "most": count(MOST_CELLS),
            "drawn": count(len(drawn.lon)),
            "side": distance(drawn.width_m),
        }
        told.append(
            filled(report_texts.AGGREGATED, cells=count(float((study.cells["weight"] > 0).sum())), **words)
        )
    return told


def _name(name: Text) -> str:
    return foreign(name.zh) if name.zh == name.en else both(name)


def _value(value: Any) -> str:
    if value in ("", None) or value == []:
        return both(texts.LEFT_BLANK)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        some = report_texts.SEPARATOR.zh.join(value[:_MOST_LISTED])
        if len(value) <= _MOST_LISTED:
            return foreign(some)
        return both(texts.FIRST_OF.format(some=some, n=len(value)))
    if isinstance(value, (list, dict)):
        return foreign(orjson.dumps(value, default=str).decode())
    return foreign(f"{value:g}" if isinstance(value, float) else str(value))


def areas(study: Study) -> Text:
    """Name the districts that the study is about."""
    rows = reading.level(study, "district")
    names = [name for name in rows["name"] if name]
    return same(report_texts.SEPARATOR.zh.join(names)) if names else texts.ALL_AREAS
