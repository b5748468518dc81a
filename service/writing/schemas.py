"""Answers to writes as documented: models for the OpenAPI document."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.parameters import Parameter, object_schema
from service.writing import fields, texts


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Note(_Answer):
    """A remark about one field that was stored all the same."""

    field: str
    message: dict[str, str]


class WrittenAnswer(_Answer):
    """A station as it is registered now."""

    station_id: str
    version: int
    data_version: int
    record: dict[str, Any] = Field(description="Fields as they can be put; absent: not stated.")
    warnings: list[Note] | None = None


class DeletedAnswer(_Answer):
    """A station that became a tombstone."""

    station_id: str
    version: int
    data_version: int
    deleted: bool


class Counted(_Answer):
    """How many rows ended how; ``unlocated`` and ``hidden`` count among the kept rows besides."""

    added: int
    changed: int
    unchanged: int
    rejected: int
    unlocated: int
    hidden: int
    tombstoned: int


class RejectedRow(_Answer):
    """A row that was not taken."""

    row: int
    field: str | None
    message: dict[str, str]


class WarnedRows(_Answer):
    """Something about rows that were taken."""

    field: str
    message: dict[str, str]
    rows: list[int]
    rows_total: int


class Renamed(_Answer):
    """A new row that may be a registered station under a new name: a person decides."""

    row: int
    name: str
    station_id: str
    old_name: str


class ImportAnswer(_Answer):
    """What became of an uploaded list."""

    batch_id: int
    source: str
    data_version: int
    counts: Counted
    notes: list[dict[str, str]]
    warnings: list[WarnedRows]
    renames: list[Renamed]
    rejected: list[RejectedRow] = Field(description="The first ones; rejected_url has all.")
    rejected_url: str | None = None


_TAG = '"[!#-~]{1,80}"'
_HEADER_FORMS = {
    "If-Match": f"^{_TAG}(, ?{_TAG})*$",
    "If-None-Match": r"^\*$",
    "Idempotency-Key": "^[!-~]{1,255}$",
}

_HEADER_EXAMPLES = {
    "If-Match": '"7-0b1c2d3e"',
    "If-None-Match": "*",
    "Idempotency-Key": "2f1c9a34-8d1b-4c53-9c3e-0c7a51e0b7aa",
}


def conditions(*names: str) -> list[dict[str, Any]]:
    """Describe request headers of a write."""
    meanings = {
        "If-Match": texts.IF_MATCH,
        "If-None-Match": texts.IF_NONE_MATCH,
        "Idempotency-Key": texts.IDEMPOTENCY_KEY,
    }
    return [
        {"name": name, "in": "header", "required": len(names) == 1, "description": str(meanings[name]),
         "schema": {"type": "string", "pattern": _HEADER_FORMS[name]}, "example": _HEADER_EXAMPLES[name]}
        for name in names
    ]  # fmt: skip


def record_body(media_type: str, *, patch: bool) -> dict[str, Any]:
    """Describe a record, or a patch of one, as a body."""
    schema = object_schema(fields.TABLE)
    if patch:
        schema["required"] = []
        for one in schema["properties"].values():
            one["nullable"] = True
    return {"required": True, "content": {media_type: {"schema": schema}}}


def path_id(parameter: Parameter) -> dict[str, Any]:
    """Describe a parameter of the path."""
    return {
        "name": parameter.name, "in": "path", "required": True, "description": str(parameter.text),
        "schema": parameter.kind.schema(), "example": parameter.example,
    }  # fmt: skip
