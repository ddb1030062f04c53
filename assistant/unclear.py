"""What an answer hangs on and was not said: the kind of home, the time of day, or which unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import Profile
from assistant.circumstances import HOMES, ROLES, TIMES, spoken_of
from assistant.question import Question, coverage, covered
from assistant.rank import Found
from ingest.corpus import Standing
from ingest.differ import differ
from ingest.swedish import stem, words

MOST = 6  # choices; a rule of more kinds is shown as it is
AS_GOOD = 0.75  # share of the question's words, of those that the best unit holds, that its sibling holds too
AS_GOOD_A_ROW = 0.5  # and a row of the same table, by its first cell, the heads and the section alone
NEAR_ROW = 1.0  # log-odds below the best unit within which a row below it is read in its place
NEAR_UNITS = 3.0  # log-odds below the best unit within which another unit's own rutin answers as well
AROUND = 2  # sentences on each side that may say what holds otherwise
HOUR = re.compile(r"\b(före|innan|efter|till|från)\s+(?:kl(?:ockan|\.)?\s*)?(\d{1,2}[.:]\d{2})\b", re.IGNORECASE)
SAID = re.compile(r"\d[\d -]{5,}\d|\d+[.:]\d{2}|\b\w+dag(?:ar)?\b")  # telephones, clock times, weekdays
NUMBERED = re.compile(r"^(nr|nummer|punkt)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the cases: what it is called, and the unit that answers it."""

    label: str
    unit: Found


@dataclass(frozen=True, slots=True)
class Choices:
    """The cases that a question leaves open, in the order of the document; `on` says what tells them apart."""

    on: str
    cases: tuple[Choice, ...]

    @property
    def text(self) -> str:
        """The first line of the answer."""
        return f"Det beror på {self.on}. Välj det som gäller:"

    def questions(self, question: str) -> tuple[str, ...]:
        """The question asked in full of each case."""
        return tuple(f"{question.rstrip(' ?.!')} – {case.label}?" for case in self.cases)


def settled(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Found:
    """The unit that the question or the profile means, among the best one and the rows beside it that tell cases."""
    rows = _rows(lead, units, question)
    if rows is None:
        return lead
    on, cases = rows
    lower = question.text.casefold()
    for case in sorted(cases, key=lambda case: -len(case.label)):
        if case.label.casefold() in lower:
            return case.unit
    said = _said(question.text, profile, on)
    fitting = [case for case in cases if said and said & _circumstances(case.label, on)]
    return fitting[0].unit if len(fitting) == 1 else lead


def left_open(
    lead: Found,
    units: Sequence[Found],
    question: Question,
    profile: Profile,
    standings: Mapping[str, Standing],
    *,
    place: str,
) -> Choices | None:
    """The cases that differ, where neither question nor profile says which; None where there is one answer."""
    if standings[lead.candidate.chunk.source].unit and not place:
        return _of_units(lead, units, question, standings)
    found = _rows(lead, units, question) or _sentences(lead, units, question)
    if found is None:
        return None
    on, cases = found
    lower = question.text.casefold()
    if _said(question.text, profile, on) or any(case.label.casefold() in lower for case in cases):
        return None
    return Choices(on, tuple(cases)) if 2 <= len(cases) <= MOST else None


def _said(text: str, profile: Profile, on: str) -> frozenset[str]:
    """The circumstances of a kind that the question names, else the profile."""
    said = _circumstances(text, on)
    return said if said or on == "tid" else spoken_of(HOMES, f"{profile.boendeform} {profile.unit}")


def _circumstances(text: str, on: str) -> frozenset[str]:
    if on == "tid":
        return spoken_of(TIMES, text) | frozenset(match.group(0).casefold() for match in HOUR.finditer(text))
    return spoken_of(HOMES, text)


def _rows(lead: Found, units: Sequence[Found], question: Question) -> tuple[str, list[Choice]] | None:
    """The rows of the best unit's table that are each a case of their own, and what tells them apart."""
    best = next((unit for unit in units if _is_row(unit) and _beside(unit, lead)), None)
    if best is None:
        return None
    lead = best
    heads = _heads(lead.text)
    least = AS_GOOD_A_ROW * _held_by_key(question, lead)
    rows = sorted(
        (
            unit
            for unit in units
            if unit.candidate is lead.candidate
            and _is_row(unit)
            and _heads(unit.text) == heads
            and _held_by_key(question, unit) >= least
        ),
        key=lambda unit: unit.number,
    )
    keys = [_cells(row.text)[_key(heads)] for row in rows]
    if len(rows) < 2 or not _differing(rows, heads, question):
        return None
    if _tells(question, keys):
        return None
    for on in ("boendeform", "tid"):
        of = [_circumstances(key, on) for key in keys]
        if _circumstances(keys[rows.index(lead)], on) and _apart(of):
            return on, [Choice(key, row) for key, row, each in zip(keys, rows, of, strict=True) if each]
    return None


def _is_row(unit: Found) -> bool:
    return unit.candidate.chunk.units[unit.number].kind == "row"


def _beside(unit: Found, lead: Found) -> bool:
    """Is it the best unit, or one that stands in the same passage and answers nearly as well?"""
    return unit is lead or (
        not _is_row(lead) and unit.candidate is lead.candidate and unit.score >= lead.score - NEAR_ROW
    )


def _apart(circumstances: Sequence[frozenset[str]]) -> bool:
    """Do most of the rows name a circumstance, and not all the same?"""
    named = [each for each in circumstances if each]
    return len(set(named)) >= 2 and 2 * len(named) > len(circumstances)


def _differing(rows: Sequence[Found], heads: Sequence[str], question: Question) -> bool:
    """Do the rows say different things in the columns that are asked for, or in any where none is?"""
    key = _key(heads)
    rest = [number for number in range(len(heads)) if number != key and not NUMBERED.match(heads[number])]
    asked = [n for n in rest if any(covered(c, frozenset(map(stem, words(heads[n])))) for c in question.concepts)]
    said = {tuple(_cells(row.text)[number].casefold() for number in asked or rest) for row in rows}
    return len(said) > 1


def _tells(question: Question, keys: Sequence[str]) -> bool:
    """Does the question hold words of some rows' first cells and not of the others'?"""
    for concept in question.concepts:
        holding = [bool(covered(concept, frozenset(map(stem, words(key))))) for key in keys]
        if any(holding) and not all(holding):
            return True
    return False


def _sentences(lead: Found, units: Sequence[Found], question: Question) -> tuple[str, list[Choice]] | None:
    """The best sentence and those beside it that say the same of other cases."""
    if lead.candidate.chunk.units[lead.number].kind != "sentence" or ROLES.search(question.text):
        return None
    beside = sorted(
        (
            unit
            for unit in units
            if unit.candidate is lead.candidate
            and abs(unit.number - lead.number) <= AROUND
            and unit.candidate.chunk.units[unit.number].kind == "sentence"
            and _held(question, unit) >= AS_GOOD * _held(question, lead)
        ),
        key=lambda unit: unit.number,
    )
    for on in ("boendeform", "tid"):
        of = [(unit, _circumstances(unit.text, on)) for unit in beside]
        single = [(unit, each) for unit, each in of if len(each) == 1]
        if len(single) >= 2 and len({each for _, each in single}) == len(single) and lead in [u for u, _ in single]:
            return on, [Choice(next(iter(each)), unit) for unit, each in single]
    return None


def _of_units(
    lead: Found, units: Sequence[Found], question: Question, standings: Mapping[str, Standing]
) -> Choices | None:
    """The best unit of each enhet whose own rutin answers, where they differ and no common rule answers as well."""
    best: dict[str, Found] = {}
    least = AS_GOOD * _held(question, lead)
    for unit in units:
        standing = standings[unit.candidate.chunk.source]
        if unit.score < lead.score - NEAR_UNITS:
            break
        if standing.kind in ("rapport", "blankett") or _held(question, unit) < least:
            continue
        if not standing.unit and differ(lead.text, unit.text):
            return None
        if standing.unit:
            best.setdefault(standing.unit, unit)
    others = [unit for unit in best.values() if unit is not lead and _otherwise(lead, unit)]
    if not others or len(others) >= MOST:
        return None
    return Choices("enhet", tuple(Choice(name, unit) for name, unit in best.items() if unit is lead or unit in others))


def _otherwise(one: Found, other: Found) -> bool:
    """Do two units say different things: other numbers, times or telephones?"""
    numbers = [
        frozenset(re.findall(r"\d[\d -]{5,}\d|\d+[.:]\d{2}|\b\w+dag(?:ar)?\b", unit.text)) for unit in (one, other)
    ]
    return differ(one.text, other.text) or (all(numbers) and not numbers[0] & numbers[1])


def _held(question: Question, unit: Found) -> float:
    return coverage(question, unit.candidate.unit_stems[unit.number])


def _held_by_key(question: Question, row: Found) -> float:
    """The share of the question that a row's first cell, its table's heads and its section hold."""
    heads = _heads(row.text)
    section = row.candidate.chunk.section[-1:]
    return coverage(question, frozenset(map(stem, words(" ".join([*heads, _cells(row.text)[_key(heads)], *section])))))


def _heads(row: str) -> tuple[str, ...]:
    return tuple(cell.split(": ", 1)[0] for cell in row.split(" | "))


def _cells(row: str) -> list[str]:
    return [cell.split(": ", 1)[-1] for cell in row.split(" | ")]


def _key(heads: Sequence[str]) -> int:
    """The column that names the row's case: the first that is not a running number."""
    return next((number for number, head in enumerate(heads) if not NUMBERED.match(head)), 0)
