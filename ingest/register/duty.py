"""What the register is made of: a Duty is one row, and Found is what a reader found for one, before its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DutyKind = Literal["ansvarar", "utför", "beslutar", "får", "får inte", "informeras", "stöds av"]
DUTY_KINDS: tuple[DutyKind, ...] = ("ansvarar", "beslutar", "utför", "får", "får inte", "stöds av", "informeras")


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of the register. `quote` is the whole sentence, item or table row; `lead` the line that leads it in."""

    role: str
    task: str
    kind: DutyKind
    condition: str  # when, where, how: in the document's words, parts with "; " between
    quote: str
    lead: str
    source: str
    page: int | None
    section: tuple[str, ...]
    position: int  # of the chunk in the index
    unit: int  # of the chunk that `quote` is


@dataclass(frozen=True, slots=True)
class Found:
    """Who does what by one unit, in its words; conditions may be empty texts."""

    role: str
    kind: DutyKind
    task: str
    conditions: tuple[str, ...] = ()
