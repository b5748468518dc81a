"""The body of a batch, read piece by piece.

One call that parses seven megabytes of JSON holds the interpreter, and with it every other request of the
worker, for tens of milliseconds. So the list of points is cut into pieces, each parsed by a call of its own:

* A piece ends where ``},{`` is found. That may lie inside a label; then the piece, taken as a list, is no JSON,
  for whether a text so far stands between two elements follows from that text alone. Then the elements are
  found by their brackets and strings instead, and read one by one if need be.
* What is left when the points are taken out, the envelope, is small, and read as every other request is.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from service import reading, texts
from service.batch import points as point_columns
from service.batch.points import Points
from service.errors import BodyError, TooManyPointsError
from service.parameters import BATCH_PARAMETERS

ENVELOPE_BYTES: Final = 65_536
"""The most that a body may hold beside its points."""
MAX_POINT_BYTES: Final = 4096
_PIECE_BYTES: Final = 16_384
"""Some 300 points: a fifth of a millisecond."""

_OPENING: Final = re.compile(rb'"points"[ \t\r\n]*:[ \t\r\n]*\[')
_BETWEEN: Final = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*\{")
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.){0,%d}+"|["\[\]{},]' % MAX_POINT_BYTES, re.DOTALL)
_QUOTE, _COMMA, _CLOSING, _OPEN = ord('"'), ord(","), b"]}", b"[{"


def read(body: bytes, most: int, breathe: Callable[[], None]) -> tuple[dict[str, Any], Points]:
    """Read the envelope and the points of a batch.

    Parameters
    ----------
    body
        One JSON object, as received.
    most
        How many points there may be.
    breathe
        Called between pieces.

    Returns
    -------
    values, points
        The values of ``BATCH_PARAMETERS`` that were given (``points`` as an empty list), and the points.

    Raises
    ------
    BodyError, ParameterError, TooManyPointsError
        The whole request is wrong; a wrong point is not an error here.

    Examples
    --------
    >>> values, points = read(b'{"k":1,"points":[{"id":7,"lon":116.4,"lat":39.9},5]}', 10, lambda: None)
    >>> values, points.ids, list(points.problems)
    ({'k': 1, 'points': []}, [7, None], [1])
    """
    at = _opening(body)
    if at is None:
        return _read_without_points(body), Points()
    points, first, rest = Points(), at, None
    while rest is None:
        breathe()
        at, rest = _read_piece(body, at, points, at == first)
        if len(points) > most:
            raise TooManyPointsError(texts.TOO_MANY_POINTS.format(n=most))
    if first + len(body) - rest > ENVELOPE_BYTES:
        raise BodyError(texts.POINTS_TOO_LATE.format(n=ENVELOPE_BYTES))
    return reading.read_body(body[:first] + body[rest:], BATCH_PARAMETERS), points


def _opening(body: bytes) -> int | None:
    """Where the list of points begins; None when it does not stand in the outermost object."""
    found = _OPENING.search(body, 0, ENVELOPE_BYTES)
    if found is None:
        return None
    try:
        pairs = json.loads(body[: found.end()] + b"]}", object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    return found.end() if isinstance(pairs, list) and pairs[-1:] == [("points", [])] else None


def _read_without_points(body: bytes) -> dict[str, Any]:
    """Read a body whose points were not found, to say what is wrong with it."""
    if len(body) > ENVELOPE_BYTES:
        raise BodyError(texts.POINTS_TOO_LATE.format(n=ENVELOPE_BYTES))
    values = reading.read_body(body, BATCH_PARAMETERS)
    if "points" in values:
        # An escaped name, or another encoding than UTF-8.
        raise BodyError(texts.POINTS_TOO_LATE.format(n=ENVELOPE_BYTES))
    return values


def _read_piece(body: bytes, at: int, points: Points, is_first: bool) -> tuple[int, int | None]:
    """Read the elements that follow; where the next one begins, and where the list ends if it does."""
    soon = at + _PIECE_BYTES
    cut = _BETWEEN.search(body, soon, soon + MAX_POINT_BYTES)
    if cut is not None:
        run = point_columns.plain_run(body[at : cut.start() + 1])
        if run is not None:
            points.add_run(run)
            return cut.end() - 1, None
    spans = _spans(body, at, len(points), is_first)
    if spans.elements:
        run = point_columns.plain_run(body[spans.elements[0][0] : spans.elements[-1][1]])
        if run is not None:
            points.add_run(run)
        else:
            points.add_each(body[start:end] for start, end in spans.elements)
    return spans.next, spans.end


class _Spans(NamedTuple):
    """Where elements stand, where the next one begins, and where the list ends if it does."""

    elements: list[tuple[int, int]]
    next: int
    end: int | None


def _spans(body: bytes, at: int, row: int, is_first: bool) -> _Spans:
    """Find about a piece of elements by their brackets; ``row`` is that of the first."""
    elements: list[tuple[int, int]] = []
    begin, depth = at, 0
    for token in _TOKEN.finditer(body, at):
        start, mark = token.start(), body[token.start()]
        if start - begin > MAX_POINT_BYTES or (mark == _QUOTE and token.end() == start + 1):
            raise BodyError(texts.POINT_TOO_LONG.format(row=row + len(elements), n=MAX_POINT_BYTES))
        if mark in _OPEN:
            depth += 1
        elif depth and mark in _CLOSING:
            depth -= 1
        elif mark == _COMMA and not depth:
            elements.append(_element(body, begin, start, row + len(elements)))
            begin = token.end()
            if begin - at >= _PIECE_BYTES:
                return _Spans(elements, begin, None)
        elif mark in _CLOSING:
            if elements or not is_first or body[begin:start].strip():
                elements.append(_element(body, begin, start, row + len(elements)))
            return _Spans(elements, start, start)
    raise BodyError(texts.NOT_JSON)


def _element(body: bytes, begin: int, end: int, row: int) -> tuple[int, int]:
    if not body[begin:end].strip():
        raise BodyError(texts.POINT_NOT_JSON.format(row=row))
    return begin, end
