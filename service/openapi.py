"""The OpenAPI document, written from the same tables that requests are read by."""

from typing import Any, Final

from pydantic import BaseModel

from service import schemas, texts
from service.errors import PROBLEM_TYPE, RULES
from service.parameters import Parameter, Table, object_schema

_OF_DATA: Final = ("X-Data-Version", "X-Data-Age")
_KEY: Final = "key"
_LIMITED: Final = 429
_OF_LIMITS: Final = ("RateLimit-Policy", "RateLimit")
_OF_STATUS: Final = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {"schema": {"type": "string"}},
    "X-Data-Version": {"schema": {"type": "integer", "minimum": 0}},
    "X-Data-Age": {"schema": {"type": "number", "minimum": 0}},
    "Retry-After": {"schema": {"type": "integer", "minimum": 1}},
    "RateLimit-Policy": {"schema": {"type": "string"}},
    "RateLimit": {"schema": {"type": "string"}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
}


def operation(
    *, parameters: Table | None = None, path: tuple[Parameter, ...] = (), body: Table | None = None
) -> dict[str, Any]:
    """Describe the input of one route, for FastAPI's ``openapi_extra``.

    Parameters
    ----------
    parameters
        Of the query string.
    path
        Of the path.
    body
        Fields of the JSON body.
    """
    described: dict[str, Any] = {}
    listed = [_parameter(p, "path") for p in path]
    listed += [_parameter(p, "query") for p in (parameters or {}).values()]
    if listed:
        described["parameters"] = listed
    if body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": object_schema(body)}},
        }
    return described


def answers(model: type[BaseModel], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of one route: the model for 200, problems for ``statuses``.

    An answer that states a data version has it in its headers, too; one that may be refused by a limit tells of it.
    """
    names = ("X-Request-Id", *(_OF_DATA if "data_version" in model.model_fields else ()))
    limits = _headers(*_OF_LIMITS, required=False) if _LIMITED in statuses else {}
    described: dict[int | str, dict[str, Any]] = {200: {"model": model, "headers": _headers(*names) | limits}}
    return described | problems(*statuses)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route answers."""
    codes: dict[int, list[str]] = {}
    for rule in RULES.values():
        codes.setdefault(rule.status, [])
        if rule.code not in codes[rule.status]:
            codes[rule.status].append(rule.code)
    described: dict[int | str, dict[str, Any]] = {}
    reference = {"$ref": f"#/components/schemas/{schemas.ProblemAnswer.__name__}"}
    for status in statuses:
        described[status] = {
            "description": "; ".join(f"{code}: {texts.TITLES[code]}" for code in codes[status]),
            "content": {PROBLEM_TYPE: {"schema": reference}},
            "headers": _headers("X-Request-Id", *_OF_STATUS.get(status, ())),
        }
    return described


def add_problem(document: dict[str, Any]) -> dict[str, Any]:
    """Add the schema of the problem document, to which ``answers`` refers; changes ``document`` itself."""
    schema = schemas.ProblemAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    known = document["components"]["schemas"]
    known |= schema.pop("$defs", {})
    known[schemas.ProblemAnswer.__name__] = schema
    return document


def add_security(document: dict[str, Any]) -> dict[str, Any]:
    """Say where a key is needed (what answers 403) and where one may be shown; changes ``document`` itself."""
    document["components"]["securitySchemes"] = {
        _KEY: {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": str(texts.API_KEY)}
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            if "403" in operation["responses"]:
                operation["security"] = [{_KEY: []}]
            elif "401" in operation["responses"]:
                operation["security"] = [{}, {_KEY: []}]
    return document


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    schema = parameter.kind.schema()
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": place,
        "required": parameter.required or place == "path",
        "description": str(parameter.text),
        "schema": schema,
        "example": parameter.example,
    }
    if schema["type"] == "array":
        # a,b,c in one value
        described |= {"style": "form", "explode": False}
    return described


def _headers(*names: str, required: bool = True) -> dict[str, Any]:
    """Describe headers that an answer has, always or where they apply."""
    return {
        name: {**_HEADERS[name], "description": str(texts.HEADERS[name]), "required": required}
        for name in names
    }
