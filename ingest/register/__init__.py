"""The register of responsibility: who does what, under what condition, read from sentences, lists and tables.

A row is made only where a role is the one that acts: the subject of a verb in the present ("Enhetschefen ansvarar för
…", "Vid frånvaro beslutar ersättaren"), the agent of a passive ("görs av sjuksköterska"), the cell of an actor's
column, or the heading of a marked column in a matrix. A sentence that begins with an unclear subject gives nothing.

    duties ─▶ prose: sentence ▸ actors ▸ clause ▸ verbs
           ─▶ rows: cells ▸ matrix, prose
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.chunk import FORM_SECTION
from ingest.corpus import Chunk, Document, Unit
from ingest.register.duty import DUTY_KINDS, Duty, DutyKind, Found
from ingest.register.prose import read_item, read_sentence
from ingest.register.rows import read_row
from ingest.roles import RoleList

__all__ = ["DUTY_KINDS", "Duty", "DutyKind", "duties"]

# Headings of sections that rule nothing.
NO_RULES = re.compile(r"^[\d. ]*(innehåll|referens|definition|begrepp|förkortning|ord (som|och)|ändring|version)", re.I)
POINTS_BACK = re.compile(r"^(den|det|de|detta|denna|dessa|hen)\s+\w+$", re.IGNORECASE)  # "den görs": what?
PROPOSAL = re.compile(r"\bföreslå|\bförslag\b|\bskulle\b", re.IGNORECASE)
PROPOSED = re.compile(r"\bföreslå|\bförslag\b|gäller inte förrän", re.IGNORECASE)  # in a lead-in


def duties(document: Document, chunks: Iterable[tuple[int, Chunk]], roles: RoleList) -> Iterator[Duty]:
    """Every row that a document's chunks (each with its position) give, in order. A form to fill in gives none."""
    if document.standing.kind == "blankett":
        return
    seen: set[tuple[str, str, str, int | None]] = set()
    for position, chunk in chunks:
        if chunk.section == (FORM_SECTION,) or any(NO_RULES.search(name) for name in chunk.section[-1:]):
            continue
        for number, unit in enumerate(chunk.units):
            for duty in _of_unit(chunk, position, number, unit, roles):
                key = (duty.role, duty.task, duty.kind, chunk.page)
                if key not in seen:  # a lead-in that two chunks share
                    seen.add(key)
                    yield duty


def _of_unit(chunk: Chunk, position: int, number: int, unit: Unit, roles: RoleList) -> Iterator[Duty]:
    text = chunk.text[unit.start : unit.end]
    lead = chunk.units[unit.intro] if unit.intro >= 0 else None
    led = chunk.text[lead.start : lead.end] if lead else ""
    for one in _found(unit, text, led, roles):
        task, condition = _tidy(one.task), "; ".join(dict.fromkeys(filter(None, map(_tidy, one.conditions))))
        if re.search(r"\w{2}", task) and not POINTS_BACK.match(task):
            yield Duty(
                one.role,
                task,
                one.kind,
                condition,
                text,
                led,
                chunk.source,
                chunk.page,
                chunk.section,
                position,
                number,
            )


def _found(unit: Unit, text: str, led: str, roles: RoleList) -> Iterator[Found]:
    """What a unit says below its lead-in. A proposal, a question and a lead-in itself say nothing."""
    if unit.kind == "row":
        yield from read_row(text, led, roles)
    elif PROPOSAL.search(text) or PROPOSED.search(led):
        return
    elif unit.kind == "item":
        yield from read_item(text, led, roles)
    elif not text.endswith((":", "?")):
        yield from read_sentence(text, roles)


def _tidy(text: str) -> str:
    text = re.sub(r"^\d+[.)]\s+|\s*\((?:\d+|nr [\d.]+)\)", "", text.strip())
    text = re.sub(r"\s+(?=[,;.)])|(?<=\()\s+", "", text)
    return re.sub(r"\s+", " ", text).strip(" ,;:–-.")
