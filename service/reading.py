"""Query strings and JSON bodies, read strictly by a table of parameters.

Every problem of a request is collected, so that a client mends them in one go.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn

from service import texts
from service.errors import BodyError, FieldProblem, ParameterError
from service.kinds import ValueProblemError
from service.parameters import MAX_VALUE_LENGTH, Parameter, Table, decoded, missing

MAX_PARAMETERS: Final = 40
_IDENTITY: Final = re.compile(
    r"rider|courier|driver|worker|user|customer|member|person|order|waybill|parcel|device|phone|mobile|imei|"
    r"idfa|oaid|openid|unionid|licen[cs]e|plate|id_?card|e-?mail|account|session|token",
    re.IGNORECASE,
)
"""Names under which people, orders and devices are told apart; no table has such a parameter."""
_PASSED_ON: Final = re.compile(rb"(from|isappinstalled|nsukey|wxshare_count|_wv|utm_[a-z]+)(=|$)")
"""What messengers and counters append to a link that people pass on."""


def read_pairs(query_string: bytes, table: Table) -> dict[str, Any]:
    """Read a query string by a table of parameters.

    Parameters
    ----------
    query_string
        As received; empty gives no value.
    table
        The parameters that there are.

    Returns
    -------
    values
        Value by name, only of what was given.

    Raises
    ------
    ParameterError
        Names every unknown, repeated, empty or unreadable parameter.

    Examples
    --------
    >>> from service.parameters import NEAREST_PARAMETERS
    >>> read_pairs(b"k=3&location=116.4%2C39.9", NEAREST_PARAMETERS)
    {'k': 3, 'location': (116.4, 39.9)}
    """
    if not query_string:
        return {}
    parts = query_string.split(b"&")
    if len(parts) > MAX_PARAMETERS:
        raise ParameterError([FieldProblem("", texts.TOO_MANY_PARAMETERS.format(n=MAX_PARAMETERS))])
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    for part in parts:
        raw_name, _, raw_value = part.partition(b"=")
        name = raw_name.decode("latin-1")
        parameter = table.get(name)
        if parameter is not None and raw_value in parameter.known and name not in values:
            values[name] = parameter.known[raw_value]
            continue
        if parameter is None:
            try:
                name = decoded(raw_name)
            except ValueProblemError as wrong:
                problems.append(FieldProblem(raw_name.decode("ascii", "replace"), wrong.text))
                continue
        _read_one(name, raw_value, table, values=values, problems=problems, read=Parameter.read)
    if problems:
        raise ParameterError(problems)
    return values


def read_link(query_string: bytes, table: Table) -> dict[str, Any]:
    """Read the query string of a page that people open, as ``read_pairs``, but leave what messengers append aside.

    Examples
    --------
    >>> from service.parameters import MAP_PARAMETERS
    >>> read_link(b"adcode=1101&from=singlemessage&isappinstalled=0", MAP_PARAMETERS)
    {'adcode': (110100, 110200)}
    """
    own = [part for part in query_string.split(b"&") if not _PASSED_ON.match(part)]
    return read_pairs(b"&".join(own), table)


def read_body(body: bytes, table: Table) -> dict[str, Any]:
    """Read a JSON object by a table of parameters; unknown and repeated fields are refused.

    Raises
    ------
    BodyError
        Not JSON, or not an object.
    ParameterError
        Names every wrong field.

    Examples
    --------
    >>> from service.parameters import NEAREST_PARAMETERS
    >>> read_body(b'{"k": 3, "facilities": ["toilet"]}', NEAREST_PARAMETERS)
    {'k': 3, 'facilities': ('toilet',)}
    """
    try:
        pairs = json.loads(body, object_pairs_hook=_Pairs, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BodyError(texts.NOT_JSON) from None
    if not isinstance(pairs, _Pairs):
        raise BodyError(texts.NOT_AN_OBJECT)
    values, problems = read_fields(pairs.items_given, table)
    if problems:
        raise ParameterError(problems)
    return values


def read_fields(pairs: Iterable[tuple[str, Any]], table: Table) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Read the members of one JSON object by a table; wrong ones have the value None and a problem each.

    Examples
    --------
    >>> from service.parameters import POINT_PARAMETERS
    >>> values, problems = read_fields([("lon", 116.4), ("lon", 0), ("lat", "x")], POINT_PARAMETERS)
    >>> values, [problem.field for problem in problems]
    ({'lon': 116.4, 'lat': None}, ['lon', 'lat'])
    """
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    for name, value in pairs:
        _read_one(name, value, table, values=values, problems=problems, read=_from_json)
    return values, problems


def read_required(query_string: bytes, table: Table) -> dict[str, Any]:
    """Read a query string as ``read_pairs`` does; a required parameter that is not there is named too."""
    return _whole(read_pairs(query_string, table), table)


def read_whole_body(body: bytes, table: Table) -> dict[str, Any]:
    """Read a JSON object as ``read_body`` does; a required field that is not there is named too."""
    return _whole(read_body(body, table), table)


def _whole(values: dict[str, Any], table: Table) -> dict[str, Any]:
    problems = [missing(p) for p in table.values() if p.required and p.name not in values]
    if problems:
        raise ParameterError(problems)
    return values


class _Pairs:
    """A JSON object with its repeated names kept."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.items_given = pairs


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_one(
    name: str,
    raw: Any,
    table: Table,
    *,
    values: dict[str, Any],
    problems: list[FieldProblem],
    read: Callable[[Parameter, Any], Any],
) -> None:
    parameter = table.get(name)
    if parameter is None:
        text = texts.NO_IDENTITIES if _IDENTITY.search(name) else texts.UNKNOWN_PARAMETER
        problems.append(FieldProblem(name, text.format(known=", ".join(table))))
        return
    if name in values:
        problems.append(FieldProblem(name, texts.DUPLICATE_PARAMETER))
        return
    try:
        values[name] = read(parameter, raw)
    except ValueProblemError as wrong:
        # Kept as seen, so that a second one is a repetition; with a problem no value is ever used.
        values[name] = None
        problems.append(FieldProblem(name, wrong.text))


def _from_json(parameter: Parameter, value: object) -> Any:
    if isinstance(value, str) and len(value) > MAX_VALUE_LENGTH:
        raise ValueProblemError(texts.TOO_LONG.format(n=MAX_VALUE_LENGTH))
    return parameter.kind.take(value)
