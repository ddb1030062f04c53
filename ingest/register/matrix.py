"""What a matrix says: roles as the headings of columns, and marks in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.register.cells import Cell, unbracketed
from ingest.register.duty import DutyKind, Found
from ingest.register.verbs import kind_of
from ingest.roles import RoleList

MARKS: dict[str, DutyKind] = {
    "a": "ansvarar", "u": "utför", "i": "informeras", "s": "stöds av", "x": "ansvarar", "b": "beslutar",
    "ansvarar": "ansvarar", "ansvarig": "ansvarar", "utför": "utför", "informeras": "informeras",
    "beslutar": "beslutar", "samråd": "stöds av", "samråder": "stöds av", "stödjer": "stöds av", "stöd": "stöds av",
    "deltar": "stöds av",
}  # fmt: skip
YES_NO = re.compile(
    r"^(ja|nej|alltid|aldrig|efter (?:delegering|instruktion)|(?:ja|nej), .{3,60})(?:\s*\(\d+\))?$", re.IGNORECASE
)
ORGANISATIONS = frozenset({"kommun", "region", "slutenvård", "sjukhus", "huvudman"})
DELEGATED = r"(?:med|utan) delegering"


def roles_above(cell: Cell, roles: RoleList) -> tuple[str, ...]:
    """The roles that the heading of the cell's column names, where it names nothing else."""
    return _roles_of_heading(cell.head, roles) if cell.head else ()


@lru_cache(maxsize=2048)
def _roles_of_heading(head: str, roles: RoleList) -> tuple[str, ...]:
    plain = re.sub(rf"^(?:du som|som)\s+|\s+{DELEGATED}$", "", unbracketed(head).strip(), flags=re.IGNORECASE)
    names: list[str] = []
    for part in re.split(r"\s*(?:/|,|\boch\b|\beller\b)\s*", plain):
        found = roles.find(part)
        if (
            len(found) == 1
            and found[0].start == 0
            and (found[0].end == len(part) or found[0].roles[0] in ORGANISATIONS)
        ):
            names += found[0].roles
        elif re.fullmatch(r"(?:\w+\s+)?(?:kommun|region)(?:en)?|(?:region|kommun)\s+\w+", part, re.IGNORECASE):
            names.append("kommun" if "kommun" in part.casefold() else "region")
        elif part.casefold() == "behandlande":
            names.append("behandlande")
        else:
            return ()
    return tuple(names)


def answers_for(cell: Cell, roles: RoleList) -> bool:
    """Does a mark give the task to a role?"""
    return any(mark in MARKS for mark in _marks(cell.text)) and bool(roles_above(cell, roles))


def read_mark(cell: Cell, task: str, conditions: tuple[str, ...], roles: RoleList, *, given: bool) -> Iterator[Found]:
    """What the mark in a role's column says: A, U, I, S, X, yes and no, or words.

    With `given`, another mark of the row gives the task, and yes and no do not tell who may do it.
    """
    remark = re.search(rf"\b{DELEGATED}\b", cell.head)
    held = (remark.group() if remark else "", *conditions)
    marks = _marks(cell.text)
    for role in roles_above(cell, roles):
        if all(mark in MARKS for mark in marks):
            for kind in dict.fromkeys(MARKS[mark] for mark in marks):
                yield Found(role, kind, task, held)
        elif YES_NO.match(cell.text):
            no = cell.text.casefold().startswith(("nej", "aldrig"))
            told = re.sub(r"^(?:ja|nej|alltid|aldrig)\b[, ]*|\(\d+\)", "", cell.text, flags=re.IGNORECASE)
            if role in ORGANISATIONS:
                if not no:
                    yield Found(role, "ansvarar", task, (told, *held))
            elif not given:
                yield Found(role, "får inte" if no else "får", task, (told, *held))
        elif (verb := re.match(r"\w+", cell.text.casefold())) and verb.group() in roles.verbs:
            yield Found(role, kind_of(verb.group()), f"{task}: {cell.text}", held)


def _marks(text: str) -> list[str]:
    return [part.strip().casefold() for part in re.split(r"[,/+]", re.sub(r"\s*\(\d+\)", "", text))]
