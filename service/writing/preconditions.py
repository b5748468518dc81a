"""On which version a write rests: ``If-Match`` and ``If-None-Match`` (RFC 9110), where one of them must be."""

from fastapi import Request

from service.errors import FieldProblem, ParameterError, PreconditionError
from service.writing import texts


def seen(request: Request) -> tuple[str, ...]:
    """Give the tags of the versions that a writer has seen, as ``If-Match`` lists them.

    Weak tags match nothing, as the standard has it; ``*`` is refused, because it overwrites what others did.

    Raises
    ------
    PreconditionError
        None is stated.
    """
    tags = _tags(request.headers.getlist("if-match"))
    if not tags or "*" in tags:
        raise PreconditionError(texts.NEED_MATCH)
    return tags


def creates(request: Request) -> bool:
    """Whether a put registers a station (``If-None-Match: *``) rather than replacing one (``If-Match``).

    Raises
    ------
    PreconditionError, ParameterError
        Neither is stated; both are.
    """
    matches, none = (_tags(request.headers.getlist(name)) for name in ("if-match", "if-none-match"))
    if matches and none:
        raise ParameterError([FieldProblem("If-None-Match", texts.BOTH_CONDITIONS)])
    if not matches and none != ("*",):
        raise PreconditionError(texts.NEED_CREATE_OR_MATCH)
    return not matches


def _tags(lines: list[str]) -> tuple[str, ...]:
    return tuple(tag.strip() for line in lines for tag in line.split(",") if tag.strip())
