"""Documents and chunks as JSON and back."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

from ingest.corpus import Block, Chunk, Document, Page, Standing, Unit
from ingest.register import Duty

DATES = ("valid_from", "valid_until", "revise_by", "decided_on")  # of a Standing


def dump(value: Any) -> str:
    """A record as JSON text."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str | dict[str, Any]:
    if dataclasses.is_dataclass(value):  # not `asdict`: it copies all that is in it, too
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not stored")


def standing(values: dict[str, Any]) -> Standing:
    """A Standing from its JSON object."""
    values = dict(values)
    for name in DATES:
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    values["groups"] = tuple(values.get("groups", ()))
    return Standing(**values)


def document(text: str) -> Document:
    """A Document from its JSON text."""
    values = json.loads(text)
    pages = tuple(Page(p["number"], tuple(Block(**block) for block in p["blocks"])) for p in values["pages"])
    return Document(
        values["source"], values["digest"], pages, standing(values["standing"]), tuple(values.get("warnings", ()))
    )


def chunk(text: str) -> Chunk:
    """A Chunk from its JSON text."""
    values = json.loads(text)
    values["section"] = tuple(values["section"])
    values["units"] = tuple(Unit(**unit) for unit in values["units"])
    return Chunk(**values)


def duty(text: str) -> Duty:
    """A row of the register from its JSON text."""
    values = json.loads(text)
    values["section"] = tuple(values["section"])
    return Duty(**values)
