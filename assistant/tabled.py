"""The rows of a table that answers, where each is a case of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.alternatives import Alternative, Alternatives
from assistant.answers import Profile
from assistant.circumstances import AREA, CIRCUMSTANCES, EMPLOYED, case_of, of_kind, said, without
from assistant.question import Question, coverage, covered
from assistant.rank import Found
from assistant.retrieve import TIME
from assistant.rows import (
    NUMBERED,
    PEOPLE,
    PLACES,
    TELEPHONE,
    asks_whom_to_call,
    cells_of,
    heads_of,
    is_row,
    key_of,
    places_of,
)
from ingest.swedish import stem, words

# Share of the question's words, of those that the best row holds by its first cell, the heads and the section alone,
# that a row of the same table holds too.
AS_GOOD_A_ROW = 0.5
NEAR_ROW = 1.0  # log-odds below the best unit within which a row is read in its place
NEAR_TABLE = 3.0  # and a row that holds the kind of thing asked for, where the best unit does not
# Heads of a column that names groups of people, where its cells tell no other circumstance.
GROUPS = re.compile(r"^((?:mål|ålders|personal)grupp(?:en|er)?|anställning(?:en|ar|sform(?:en|er)?)?)$", re.IGNORECASE)


def told_by_rows(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Alternatives | None:
    """The rows of a table that answers, where each is a case of its own, and what tells them apart."""
    tables = set()
    for row in units:
        table = (row.candidate.chunk.source, row.candidate.chunk.section, heads_of(row.text)) if is_row(row) else None
        if table is None or table in tables or not _instead(row, lead, question):
            continue
        tables.add(table)
        if found := _of_table(row, units, question, profile):
            return found
        if row is lead:
            return None
    return None


def _instead(row: Found, lead: Found, question: Question) -> bool:
    """Is a row the best unit, or may it be read in the place of one that is none?

    It stands in the same passage or section and answers nearly as well, or it holds the kind of thing that is asked
    for, the best one does not, and it is of the same section or nearly as good.
    """
    if row is lead or is_row(lead):
        return row is lead
    own, other = row.candidate.chunk, lead.candidate.chunk
    section = bool(own.section) and (own.source, own.section) == (other.source, other.section)
    together = section or row.candidate is lead.candidate
    if together and row.score >= lead.score - NEAR_ROW:
        return True
    kind = TELEPHONE if asks_whom_to_call(question.text) else TIME if question.asks[0] == "when" else None
    if kind is None or kind.search(lead.text) or not any(kind.search(cell) for cell in cells_of(row.text)):
        return False
    return row.score >= lead.score - (NEAR_TABLE if together else NEAR_ROW)


def _of_table(best: Found, units: Sequence[Found], question: Question, profile: Profile) -> Alternatives | None:
    """The rows of the best one's table that answer as well, where they are cases that say different things."""
    heads, chunk = heads_of(best.text), best.candidate.chunk
    least = AS_GOOD_A_ROW * _held_by_key(question, best, without_case=True)
    rows = [
        unit
        for unit in sorted(units, key=lambda unit: (unit.candidate.position, unit.number))
        if is_row(unit)
        and (unit.candidate.chunk.source, unit.candidate.chunk.section) == (chunk.source, chunk.section)
        and _of_one_table(heads_of(unit.text), heads)
        and _held_by_key(question, unit) >= least
    ]
    rows = _asked_for(rows, question)
    if best not in rows or len(rows) < 2:
        return None
    rows = _of_what_was_said(rows, question, profile)
    if len(rows) == 1:
        return Alternatives(heads[key_of(heads)], (Alternative(cells_of(rows[0].text)[key_of(heads)], rows[0]),))
    for column, on in _columns(rows, heads):
        if _differing(rows, heads, question, column):
            cells = [cells_of(row.text)[column] for row in rows]
            named = [(cell, row) for cell, row in zip(cells, rows, strict=True) if _named(cell, on)]
            return Alternatives(on, tuple(Alternative(cell.split(" (")[0], row) for cell, row in named))
    return None


def _of_one_table(one: Sequence[str], other: Sequence[str]) -> bool:
    """May two rows with these heads be of one table? A row has no head for an empty cell; two tables share but one."""
    first = key_of(other) + 1
    return tuple(one) == tuple(other) or (
        tuple(one[:first]) == tuple(other[:first]) and len(set(one[first:]) & set(other[first:])) > 0
    )


def _of_what_was_said(rows: Sequence[Found], question: Question, profile: Profile) -> list[Found]:
    """The rows of the kind of home that was said, then those of the place; all where no row is of it."""
    left = list(rows)
    if named := said(question.text, profile, "boendeform"):
        left = [row for row in left if named & case_of(_key(row), "boendeform")] or left
    told = frozenset(map(stem, words(f"{question.text} {profile.unit}")))
    area = of_kind(question.text, AREA)
    hits = [len(places_of(row) & told) + len(of_kind(row.text, AREA) & area) for row in left]
    best = max(hits)
    return [row for row, hit in zip(left, hits, strict=True) if hit == best] if best else left


def _asked_for(rows: Sequence[Found], question: Question) -> list[Found]:
    """The rows of the matter that is asked for: what their first cells say, but for the case, is in the question."""
    left = list(rows)
    for concept in sorted(question.concepts, key=lambda concept: -concept.weight):
        holding = [row for row in left if covered(concept, frozenset(map(stem, words(_matter(row)))))]
        left = holding or left
    return left


def _key(row: Found) -> str:
    """The cell that names a row's case."""
    return cells_of(row.text)[key_of(heads_of(row.text))]


def _matter(row: Found) -> str:
    """What a row's first cell says but for its case; nothing where it names a place."""
    heads = heads_of(row.text)
    key = key_of(heads)
    cell = cells_of(row.text)[key]
    return "" if PLACES.match(heads[key]) else cell if PEOPLE.search(cell) else without(cell)


def _columns(rows: Sequence[Found], heads: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The columns whose cells tell the rows apart by circumstances, and what these are; the first column first.

    Another one only where the first says the same in every row.
    """
    key = key_of(heads)
    same = len({cells_of(row.text)[key].casefold() for row in rows}) == 1
    alike = all(heads_of(row.text) == heads for row in rows)
    for column in range(key, len(heads)) if same and alike else (key,):
        cells = [cells_of(row.text)[column] for row in rows]
        for on in _told_by(heads[column], cells):
            if _apart([_named(cell, on) for cell in cells]):
                yield column, on


def _told_by(head: str, cells: Sequence[str]) -> tuple[str, ...]:
    """The kinds of circumstances that a column may tell: the places below its head, else any, or groups of people."""
    places = PLACES.match(head) and (head.casefold() != "område" or any(of_kind(cell, AREA) for cell in cells))
    if places:
        return (head.casefold(),)
    return tuple(head.casefold() if on == EMPLOYED and GROUPS.match(head) else on for on in CIRCUMSTANCES)


def _named(cell: str, on: str) -> frozenset[str]:
    """The circumstances that a cell names; below a head that speaks of places, the cell itself is one."""
    return case_of(cell, on) if on in CIRCUMSTANCES else frozenset({cell.casefold()})


def _apart(circumstances: Sequence[frozenset[str]]) -> bool:
    """Do most of the rows name a circumstance, and not all the same?"""
    named = [each for each in circumstances if each]
    return len(set(named)) >= 2 and 2 * len(named) > len(circumstances)


def _differing(rows: Sequence[Found], heads: Sequence[str], question: Question, case: int) -> bool:
    """Do the rows say different things in the columns that are asked for, or in any where none is?"""
    told = [_by_head(row) for row in rows]
    first = {*heads[: key_of(heads) + 1], heads[case]}
    rest = [head for head in dict.fromkeys(head for each in told for head in each) if head not in first]
    rest = [head for head in rest if not NUMBERED.match(head)]
    asked = [head for head in rest if any(covered(c, frozenset(map(stem, words(head)))) for c in question.concepts)]
    different = {tuple(each.get(head, "").casefold() for head in asked or rest) for each in told}
    return len(different) > 1


def _by_head(row: Found) -> dict[str, str]:
    """A row's cells by their heads; those of one head together."""
    cells: dict[str, str] = {}
    for head, cell in zip(heads_of(row.text), cells_of(row.text), strict=True):
        cells[head] = f"{cells[head]}, {cell}" if head in cells else cell
    return cells


def _held_by_key(question: Question, row: Found, *, without_case: bool = False) -> float:
    """The share of the question that a row's first cell, its table's heads and its section hold."""
    heads = heads_of(row.text)
    section = row.candidate.chunk.section[-1:]
    key = without(_key(row)) if without_case else _key(row)
    return coverage(question, frozenset(map(stem, words(" ".join([*heads, key, *section])))))
