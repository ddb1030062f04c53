"""A sidecar file that corrects what a document says of itself: "riktlinje.pdf.rattelse.yaml"."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml

from ingest.corpus import Kind, Standing, Status
from ingest.errors import Unreadable
from ingest.records import DATES

FIELDS = frozenset(field.name for field in fields(Standing)) - {"found"}
CHOICES: dict[str, tuple[str, ...]] = {"kind": get_args(Kind), "status": get_args(Status)}


def read_correction(path: Path) -> dict[str, Any]:
    """The fields of a Standing that the file gives, checked; empty where there is no file. Raises Unreadable."""
    if not path.exists():
        return {}
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _wrong(path, str(error).split("\n")[0]) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise _wrong(path, "skriv ett fält på varje rad, till exempel `owner: MAS`")
    return {str(name): _checked(path, str(name), value) for name, value in values.items() if value is not None}


def _checked(path: Path, name: str, value: Any) -> Any:
    if name not in FIELDS:
        raise _wrong(path, f"fältet {name!r} finns inte; de som finns är {', '.join(sorted(FIELDS))}")
    if name in DATES:
        try:
            return value if type(value) is date else date.fromisoformat(str(value))
        except ValueError as error:
            raise _wrong(path, f"{name} ska vara ett datum, till exempel 2026-12-31, inte {value!r}") from error
    if name in CHOICES and value not in CHOICES[name]:
        raise _wrong(path, f"{name} ska vara något av {', '.join(CHOICES[name])}, inte {value!r}")
    if name == "groups":
        return tuple(str(group) for group in value) if isinstance(value, list) else (str(value),)
    return str(value)


def _wrong(path: Path, what: str) -> Unreadable:
    return Unreadable(f"rättelsefilen {path.name} har fel form: {what}.")
