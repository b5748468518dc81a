"""How QGIS draws the layers of a study: QML styles, written out here because no QGIS is needed to make a file.

A style has a rule-based renderer (each rule can be switched off in QGIS), a Chinese alias for every field, and the
names of codes as value maps, so that tables read Chinese while the data keep their codes. Colours differ in lightness
as well as in hue, and points differ in shape, so that prints in black and white stay readable.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from data.plans import texts, titles, words
from geo.study import INSTANTS, STANDARDS

VERSION: Final = "3.22.0"
_SHARE_COLOURS: Final = ("165,0,38", "244,109,67", "254,224,139", "120,198,121", "0,104,55")
_STATUS_COLOURS: Final = {
    "night": "35,139,69",
    "some": "173,221,142",
    "never": "222,45,38",
    "no_way": "90,90,90",
}
_STATION_SYMBOLS: Final = {
    "24h": ("star", "227,119,0", 4.2),
    "hours": ("circle", "31,120,180", 2.6),
    "unknown": ("diamond", "255,255,255", 2.8),
    "not_counted": ("cross", "120,120,120", 2.4),
}
_GAP_COLOURS: Final = {"any": "178,24,43", "0200": "84,39,136", "24h": "33,102,172"}


class Rule(NamedTuple):
    """One entry of a legend: its label, a QGIS expression, the symbol, whether it is shown at first."""

    label: str
    expression: str
    symbol: Element
    shown: bool = True


def qml(layer: str, fields: Sequence[str], parameters: Mapping[str, Any]) -> str:
    """Write the QGIS style of one layer.

    Parameters
    ----------
    layer
        ``gaps``, ``cells``, ``areas``, ``stations`` or ``sites``.
    fields
        Its fields, in order; each gets its alias.
    parameters
        Of the study.

    Returns
    -------
    qml
        An XML document.
    """
    root = Element(
        "qgis", version=VERSION, styleCategories="Symbology|Labeling|Fields|Forms", labelsEnabled="0"
    )
    rules = _RULES[layer](parameters)
    renderer = SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0")
    branch = SubElement(renderer, "rules", key=f"{{{layer}}}")
    symbols = SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        told = {"key": f"{{{layer}-{number}}}", "symbol": str(number), "label": rule.label}
        hidden = {} if rule.shown else {"checkstate": "0"}
        SubElement(branch, "rule", {**told, "filter": rule.expression, **hidden})
        rule.symbol.set("name", str(number))
        symbols.append(rule.symbol)
    if layer == "sites":
        _labels(root)
    _fields(root, fields, parameters)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _areas(parameters: Mapping[str, Any]) -> list[Rule]:
    """Five classes of the share covered on foot; the whole area is not drawn, districts only as outlines."""
    field, rules = '"walk_any_share"', []
    for at, colour in enumerate(_SHARE_COLOURS):
        low, high = at / 5, (at + 1) / 5
        top = f"{field} <= {high:g}" if at == 4 else f"{field} < {high:g}"
        label = texts.SHARE_CLASS.format(low=low, high=high).zh
        expression = f"\"level\" = 'township' AND {field} >= {low:g} AND {top}"
        rules.append(Rule(label, expression, _fill(colour, outline="120,120,120", opacity=0.7)))
    outline = _fill("0,0,0", outline="60,60,60", width=0.5, filled=False)
    rules.append(Rule(texts.COLUMN["district"].zh, "\"level\" = 'district'", outline))
    return rules


def _cells(parameters: Mapping[str, Any]) -> list[Rule]:
    points = "geometry_type($geometry) = 'Point'"
    rules = []
    for code, colour in _STATUS_COLOURS.items():
        label = texts.STATUS[code].zh
        mine = f"\"status\" = '{code}'"
        rules.append(
            Rule(label, f"{mine} AND NOT {points}", _fill(colour, outline=colour, width=0.05, opacity=0.85))
        )
    return rules


def _gaps(parameters: Mapping[str, Any]) -> list[Rule]:
    """One rule per standard and moment; at first only walking, regardless of hours: the cells below tell the night."""
    rules = []
    for standard in STANDARDS:
        for moment in INSTANTS:
            label = texts.GAP_RULE.format(
                standard=titles.standard_name(standard, parameters).zh, moment=texts.MOMENT[moment].zh
            ).zh
            expression = f"\"standard\" = '{standard}' AND \"moment\" = '{moment}'"
            symbol = _fill(_GAP_COLOURS[moment], outline=_GAP_COLOURS[moment], width=0.6, opacity=0.3)
            rules.append(Rule(label, expression, symbol, shown=standard == "walk" and moment == "any"))
    return rules


def _stations(parameters: Mapping[str, Any]) -> list[Rule]:
    return [
        Rule(texts.STATION_CLASS[code].zh, f"\"status\" = '{code}'", _marker(shape, colour, size))
        for code, (shape, colour, size) in _STATION_SYMBOLS.items()
    ]


def _sites(parameters: Mapping[str, Any]) -> list[Rule]:
    rules = []
    for standard in STANDARDS:
        for moment in INSTANTS:
            label = texts.GAP_RULE.format(
                standard=titles.standard_name(standard, parameters).zh, moment=texts.MOMENT[moment].zh
            ).zh
            expression = f"\"standard\" = '{standard}' AND \"moment\" = '{moment}'"
            symbol = _marker("triangle", _GAP_COLOURS[moment], 5.0)
            rules.append(Rule(label, expression, symbol, shown=standard == "walk" and moment == "any"))
    return rules


_RULES: Final = {"areas": _areas, "cells": _cells, "gaps": _gaps, "stations": _stations, "sites": _sites}


def _fill(
    colour: str, *, outline: str, width: float = 0.2, opacity: float = 1.0, filled: bool = True
) -> Element:
    options = {
        "color": f"{colour},255",
        "outline_color": f"{outline},255",
        "outline_style": "solid",
        "outline_width": f"{width:g}",
        "outline_width_unit": "MM",
        "style": "solid" if filled else "no",
    }
    return _symbol("fill", "SimpleFill", options, opacity)


def _marker(shape: str, colour: str, size_mm: float) -> Element:
    options = {
        "name": shape,
        "color": f"{colour},255",
        "outline_color": "30,30,30,255",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": f"{size_mm:g}",
        "size_unit": "MM",
    }
    return _symbol("marker", "SimpleMarker", options, 1.0)


def _symbol(kind: str, name: str, options: Mapping[str, str], opacity: float) -> Element:
    symbol = Element("symbol", type=kind, alpha=f"{opacity:g}", clip_to_extent="1", force_rhr="0")
    layer = SubElement(symbol, "layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    settings = SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        SubElement(settings, "Option", type="QString", name=key, value=value)
        SubElement(layer, "prop", k=key, v=value)  # as QGIS before 3.20 reads it
    return symbol


def _labels(root: Element) -> None:
    """Write the rank beside each proposed site."""
    root.set("labelsEnabled", "1")
    labeling = SubElement(root, "labeling", type="simple")
    settings = SubElement(labeling, "settings")
    style = SubElement(
        settings, "text-style", fieldName="rank", isExpression="0", fontSize="9", fontWeight="75",
        textColor="0,0,0,255",
    )  # fmt: skip
    SubElement(style, "text-buffer", bufferDraw="1", bufferSize="1", bufferColor="255,255,255,255")
    SubElement(settings, "placement", placement="6", dist="1", distUnits="MM")


def _fields(root: Element, fields: Sequence[str], parameters: Mapping[str, Any]) -> None:
    configuration, aliases = SubElement(root, "fieldConfiguration"), Element("aliases")
    for at, field in enumerate(fields):
        entry = SubElement(configuration, "field", name=field, configurationFlags="None")
        names = words.VOCABULARIES.get(field)
        if names:
            _value_map(SubElement(entry, "editWidget", type="ValueMap"), names)
        SubElement(aliases, "alias", index=str(at + 1), field=field, name=titles.title(field, parameters).zh)
    root.append(aliases)


def _value_map(widget: Element, names: Mapping[str, Any]) -> None:
    settings = SubElement(SubElement(widget, "config"), "Option", type="Map")
    listed = SubElement(settings, "Option", type="List", name="map")
    for code, name in names.items():
        entry = SubElement(listed, "Option", type="Map")
        SubElement(entry, "Option", type="QString", name=name.zh, value=code)
