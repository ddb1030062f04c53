"""Rows of tables, "head: cell | head: cell": what each is of, and what of them tells whom to call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.circumstances import times_of
from assistant.question import Question, coverage, covered
from assistant.rank import Found
from ingest.swedish import STOP, stem, words

NUMBERED = re.compile(r"^(nr|nummer|punkt)$", re.IGNORECASE)
# With the area's number, or of six digits; "2025-01-01" and "16-21" are none.
TELEPHONE = re.compile(
    r"(?<!\d)(?<!\d-)(?:0\d{1,3}[- ](?:\d{3,}|\d{2} \d{2})|0\d{6,}|\d{2,4}[- ]\d{2} \d{2}|\d{3}[- ]\d{3})|"
    r"\b(?:11[24]|1177)\b"
)
WHOM = re.compile(
    r"\b(vem|vilken|vilket|vart|vad)\b.*\b(ring\w*|nå|nås|når|kontakta\w*)\b|"
    r"\b((?:telefon)?(?:nummer|numret)|telefon(?:en)? (?:till|för)|tfn|tel|nr(?! ?\d))\b",
    re.IGNORECASE,
)
# Heads of a column that names places or units; "område" may be a field of work, unless a part of the town is named.
PLACES = re.compile(
    r"^(område|kommundel|stadsdel|enhet|avdelning|distrikt|team|hus|ort|plats|grupp)(?:en|et|er)?$", re.IGNORECASE
)
CALLING = re.compile(r"(ring\w*|nå|nås|når|kontakt\w*|nummer|numret|telefon\w*|tfn|tel|nr|klockan|kl)", re.IGNORECASE)
PEOPLE = re.compile(r"sköt|patrull|personal|chef|läkar", re.IGNORECASE)  # "kvällssköterskan" is no time alone
NEAR_CALL = 2.0  # log-odds below the best unit within which a row is looked at for whom to call
TOLD = 0.4  # share of the matter that a row with a number holds, to be read in the place of one without
NAMED = 0.1  # share of the matter that such a row's first cell names at least


def heads_of(row: str) -> tuple[str, ...]:
    return tuple(cell.split(": ", 1)[0] for cell in row.split(" | "))


def cells_of(row: str) -> list[str]:
    return [cell.split(": ", 1)[-1] for cell in row.split(" | ")]


def key_of(heads: Sequence[str]) -> int:
    """The column that names the row's case: the first that is not a running number."""
    return next((number for number, head in enumerate(heads) if not NUMBERED.match(head)), 0)


def places_of(row: Found) -> frozenset[str]:
    """The stems of what a row's cells below a head of places say."""
    cells = [cell for head, cell in zip(heads_of(row.text), cells_of(row.text), strict=True) if PLACES.match(head)]
    return frozenset(stem(word) for word in words(" ".join(cells)) if word not in STOP and word[0].isalpha())


def is_row(unit: Found) -> bool:
    return unit.candidate.chunk.units[unit.number].kind == "row"


def asks_whom_to_call(text: str) -> bool:
    return WHOM.search(text) is not None


def row_to_call(question: Question, units: Sequence[Found]) -> Found:
    """The best unit; where whom to call is asked, the row near it whose first cell names more of what it is about."""
    lead = units[0]
    if not asks_whom_to_call(question.text):
        return lead
    matter = matter_of(question)
    rows = [unit for unit in units if is_row(unit) and unit is not lead and unit.score > lead.score - NEAR_CALL]
    if not rows:
        return lead
    if is_row(lead) and not TELEPHONE.search(lead.text) and (numbers := [row for row in rows if _tells(matter, row)]):
        return numbers[0]
    best = max(rows, key=lambda row: _named(matter, row))  # of those that name as much, the better answer
    held = _named(matter, lead)
    return best if _named(matter, best) > max(held, NAMED) else lead


def tells_number(question: Question, unit: Found) -> bool:
    """Is a number to call asked for, and does a unit give one of all that the question is about?"""
    if not asks_whom_to_call(question.text) or not TELEPHONE.search(unit.text):
        return False
    matter, stems = matter_of(question), unit.candidate.unit_stems[unit.number]
    told = all(covered(concept, stems) for concept in matter.concepts) and times_of(question.text) <= times_of(
        unit.text
    )
    return told and bool(matter.concepts)


def _tells(matter: Question, row: Found) -> bool:
    """Does a row give a number, and hold enough of the matter with its heading?"""
    stems = row.candidate.unit_stems[row.number]
    return TELEPHONE.search(row.text) is not None and coverage(matter, stems) >= TOLD


def matter_of(question: Question) -> Question:
    """What a call is about: the question without the words for calling and for times."""
    kept = tuple(
        concept
        for concept in question.concepts
        if not CALLING.fullmatch(concept.word) and not (times_of(concept.word) and not PEOPLE.search(concept.word))
    )
    return replace(question, concepts=kept)


def _named(matter: Question, unit: Found) -> float:
    """The share of the matter that a row's first cell names, or another unit."""
    said = cells_of(unit.text)[key_of(heads_of(unit.text))] if is_row(unit) else unit.text
    return coverage(matter, frozenset(map(stem, words(said))))
