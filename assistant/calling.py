"""Numbers to call: the rows of a contact list among which a question does not say enough to choose."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.alternatives import Alternative, Alternatives
from assistant.answers import Profile
from assistant.circumstances import AREA, AT_HOURS, CLOCK, HOURS, MOMENT, moment, of_kind, said, times_of
from assistant.contact import OFF_DAYS, WEEKDAY_NAMES, holds_at
from assistant.place import own_words, unit_named
from assistant.question import SYNONYM, Concept, Question, covered
from assistant.rank import Found
from assistant.rows import PEOPLE, TELEPHONE, asks_whom_to_call, cells_of, heads_of, is_row, matter_of
from ingest.swedish import words

ON = "vem det gäller och när"
REMARK = re.compile(r"^(?:kommentar|anmärkning|övrigt|info\w*|not)", re.IGNORECASE)  # heads of what names no case
NAMED_WEEKDAYS = re.compile(rf"\b(?:{WEEKDAY_NAMES})", re.IGNORECASE)
HALF = 30  # minutes, from which "efter 21.30" is of the hour that follows
DAYS = {"vardag": NAMED_WEEKDAYS, "helg": OFF_DAYS}


@dataclass(frozen=True, slots=True)
class Call:
    """What a question says of whom to call: whom, when and where."""

    question: Question
    profile: Profile
    place: str  # the unit that is spoken of, in lower case, or ""
    units: Collection[str]  # the names of all of them


def numbers_to_call(call: Call, units: Sequence[Found], *, lead: Found | None = None) -> list[Found]:
    """The rows of one table that give a number for whom is called, where and when it is said; none for nobody.

    With a `lead`, the best unit, only of its table, unless it is of another time or place.
    """
    text = call.question.text
    if not asks_whom_to_call(text):
        return []
    hours = {part for found in (*CLOCK.finditer(text), *MOMENT.finditer(text)) for part in words(found.group())}
    whom = [
        one
        for one in matter_of(call.question).concepts
        if one.word not in hours and not _says_where_or_when(one.word, call.place)
    ]
    rows = [unit for unit in units if is_row(unit) and _gives(unit, whom)] if whom else []
    best = lead if lead and _fits(lead, call) else next(iter(rows), None)
    table = [unit for unit in rows if best and _section(unit) == _section(best)]
    fitting = [row for row in table if _fits(row, call)]
    own = [row for row in fitting if unit_named(row.text, [call.place])]
    return sorted(own or fitting, key=lambda unit: (unit.candidate.position, unit.number))


def open_numbers(rows: Sequence[Found]) -> Alternatives | None:
    """Rows to call as cases to choose among, where they give different numbers."""
    labels = _labels(rows)
    if len(rows) < 2 or is_one_number(rows) or len(set(labels)) < len(labels) or not all(labels):
        return None
    return Alternatives(ON, tuple(Alternative(label, row) for label, row in zip(labels, rows, strict=True)))


def now_first(cases: Alternatives, now: datetime | None) -> Alternatives:
    """The same cases, those first whose row says that it holds at this moment; as they were where no time is known."""
    if cases.on != ON or now is None:
        return cases
    held = [any(holds_at(cell, now) for cell in _told(case.unit).values()) for case in cases.cases]
    order = sorted(range(len(held)), key=lambda place: not held[place])
    return Alternatives(ON, tuple(cases.cases[place] for place in order))


def is_one_number(rows: Sequence[Found]) -> bool:
    """Do rows to call, one or more, all give the same?"""
    return len({tuple(cell for cell in cells_of(row.text) if TELEPHONE.search(cell)) for row in rows}) == 1


def _section(unit: Found) -> tuple[str, tuple[str, ...]]:
    return unit.candidate.chunk.source, unit.candidate.chunk.section


def _says_where_or_when(word: str, place: str) -> bool:
    """Does a word say when or where, and not whom?"""
    of_place = any(word.startswith(name[:-1]) for name in own_words(place))
    where = of_place or of_kind(word, "boendeform") or of_kind(word, AREA)
    return bool(where or moment(word) or _days(word)) and not PEOPLE.search(word)


def _gives(row: Found, whom: Sequence[Concept]) -> bool:
    """Does a row give a number for whom is called, by its heading's or its own words, remarks aside?"""
    if not TELEPHONE.search(row.text):
        return False
    stems = row.candidate.unit_stems[row.number]
    cells = zip(heads_of(row.text), cells_of(row.text), strict=True)
    said = " ".join(
        [*(cell for head, cell in cells if not REMARK.match(head)), *row.candidate.chunk.section]
    ).casefold()

    def named(one: Concept) -> bool:
        other = [stems for stems, counts in one.others if counts >= SYNONYM]
        return covered(one, stems) >= SYNONYM and any(
            all(stem in said for stem in each) for each in (one.stems, *other)
        )

    return all(map(named, whom))


def _fits(row: Found, call: Call) -> bool:
    """Is a row of the time, kind of home and place that is said, or of all of them?"""
    when = " ".join(_told(row).values()) if is_row(row) else TELEPHONE.sub(" ", row.text)
    hours, days = _hours(call.question.text), _days(call.question.text)
    if hours and (told := _hours(when)) and not hours & told:
        return False
    if (days or hours) and (told := _days(when)) and not told & (days or {"vardag"}):
        return False
    for on in ("boendeform", AREA):
        named, of_row = said(call.question.text, call.profile, on), of_kind(row.text, on)
        if named and of_row and not named & of_row:
            return False
    of_a_unit = call.place and unit_named(row.text, call.units)
    return not of_a_unit or bool(unit_named(row.text, [call.place]))


def _hours(text: str) -> frozenset[str]:
    """The times of day that a text names, by their names or by hours; a weekday is daytime where it names no other."""
    named = (times_of(text) & AT_HOURS.keys()) | moment(OFF_DAYS.sub(" ", text))
    if len(named) > 1 and not times_of(NAMED_WEEKDAYS.sub(" ", text)) >= named and not HOURS.search(text):
        named -= {"dagtid"}
    for found in CLOCK.finditer(text):
        hour, *minutes = map(int, re.findall(r"\d+", found.group(2)))
        before = found.group(1).casefold() in ("före", "innan", "till")
        named |= moment(f"klockan {(hour - 1 if before else hour + (sum(minutes) >= HALF)) % 24}")
    return named


def _days(text: str) -> frozenset[str]:
    """The kinds of day that a text names: "vardag", "helg"; neither for every day."""
    return frozenset(day for day, pattern in DAYS.items() if pattern.search(text))


def _told(row: Found) -> dict[str, str]:
    """A row's cells by their heads, but for numbers to call and remarks."""
    cells = zip(heads_of(row.text), cells_of(row.text), strict=True)
    return {head: cell for head, cell in cells if not TELEPHONE.search(cell) and not REMARK.match(head)}


def _labels(rows: Sequence[Found]) -> list[str]:
    """What tells each row from the others."""
    told = [_told(row) for row in rows]
    heads = dict.fromkeys(head for each in told for head in each)
    apart = [head for head in heads if len({each.get(head, "") for each in told}) > 1]
    return [", ".join(each[head] for head in apart if head in each) for each in told]
