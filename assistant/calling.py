"""Numbers to call: the rows of a contact list among which a question does not say enough to choose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from assistant.alternatives import Alternative, Alternatives
from assistant.answers import Profile
from assistant.circumstances import AREA, moment, of_kind, said, times_of
from assistant.contact import holds_at
from assistant.question import SYNONYM, Concept, Question, coverage, covered
from assistant.rank import Found
from assistant.rows import PEOPLE, TELEPHONE, asks_whom_to_call, cells_of, heads_of, is_row, matter_of

ON = "vem det gäller och när"
REMARK = re.compile(r"^(?:kommentar|anmärkning|övrigt|info\w*|not)", re.IGNORECASE)  # heads of what names no case


def numbers_to_call(
    question: Question, units: Sequence[Found], profile: Profile, *, place: str, lead: Found | None = None
) -> list[Found]:
    """The rows of one table that give a number for whom the question calls, where and when it says; none for nobody.

    `place` is the unit that is spoken of, in lower case, or "". With a `lead`, the best unit, only of its table, unless
    it is of another time or place.
    """
    if not asks_whom_to_call(question.text):
        return []
    matter = matter_of(question)
    whom = [one for one in matter.concepts if not _is_circumstance(one.word, place)]
    rows = [unit for unit in units if is_row(unit) and _gives(unit, whom)] if whom else []
    best = lead if lead and _fits(lead, question, profile) else next(iter(rows), None)
    table = [unit for unit in rows if best and _section(unit) == _section(best)]
    fitting = [row for row in table if _fits(row, question, profile)]
    held = [coverage(matter, row.candidate.unit_stems[row.number]) for row in fitting]
    nearest = [row for row, share in zip(fitting, held, strict=True) if share == max(held)] if place else fitting
    return sorted(nearest, key=lambda unit: (unit.candidate.position, unit.number))


def open_numbers(rows: Sequence[Found]) -> Alternatives | None:
    """Rows to call as cases to choose among, where they give different numbers."""
    names = _names(rows)
    if len(rows) < 2 or is_one_number(rows) or len(set(names)) < len(names):
        return None
    return Alternatives(ON, tuple(Alternative(name, row) for name, row in zip(names, rows, strict=True)))


def now_first(cases: Alternatives, now: datetime | None) -> Alternatives:
    """The same cases, those first whose row says that it holds at this moment; as they were where no time is known."""
    if cases.on != ON or now is None:
        return cases
    held = [any(holds_at(cell, now) for cell in cells_of(case.unit.text)) for case in cases.cases]
    order = sorted(range(len(held)), key=lambda place: not held[place])
    return Alternatives(ON, tuple(cases.cases[place] for place in order))


def is_one_number(rows: Sequence[Found]) -> bool:
    """Do rows to call, one or more, all give the same?"""
    return len({tuple(cell for cell in cells_of(row.text) if TELEPHONE.search(cell)) for row in rows}) == 1


def _section(unit: Found) -> tuple[str, tuple[str, ...]]:
    return unit.candidate.chunk.source, unit.candidate.chunk.section


def _is_circumstance(word: str, place: str) -> bool:
    """Does a word say when or where, and not whom?"""
    where = word[:-1] in place or bool(of_kind(word, "boendeform") or of_kind(word, AREA))
    return (where or bool(times_of(word) or moment(word))) and not PEOPLE.search(word)


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


def _fits(row: Found, question: Question, profile: Profile) -> bool:
    """Is a row of the time, kind of home and place that the question or the profile names, or of all of them?"""
    asked, told = times_of(question.text) | moment(question.text), times_of(row.text)
    if asked and told and not asked & told:
        return False
    for on in ("boendeform", AREA):
        named, of_row = said(question.text, profile, on), of_kind(row.text, on)
        if named and of_row and not named & of_row:
            return False
    return True


def _names(rows: Sequence[Found]) -> list[str]:
    """What tells each row from the others, but for its number and remarks."""
    told = [
        {
            head: cell
            for head, cell in zip(heads_of(row.text), cells_of(row.text), strict=True)
            if not TELEPHONE.search(cell) and not REMARK.match(head)
        }
        for row in rows
    ]
    heads = dict.fromkeys(head for each in told for head in each)
    apart = [head for head in heads if len({each.get(head, "") for each in told}) > 1]
    return [", ".join(each[head] for head in apart if head in each) for each in told]
