"""What an answer hangs on and was not said: the kind of home, the time of day, the part of the town, or which unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.alternatives import MOST, Alternative, Alternatives
from assistant.answers import Profile
from assistant.circumstances import ROLES, of_kind, said, without
from assistant.question import Question, coverage, covered
from assistant.rank import Found
from assistant.retrieve import TIME
from assistant.rows import (
    NUMBERED,
    PLACES,
    TELEPHONE,
    asks_whom_to_call,
    cells_of,
    heads_of,
    is_row,
    key_of,
    places_of,
)  # fmt: skip
from assistant.within import told_within
from ingest.swedish import stem, words

AS_GOOD = 0.75  # share of the question's words, of those that the best unit holds, that its sibling holds too
AS_GOOD_A_ROW = 0.5  # and a row of the same table, by its first cell, the heads and the section alone
NEAR_ROW = 1.0  # log-odds below the best unit within which a row is read in its place
NEAR_TABLE = 3.0  # and a row that holds the kind of thing asked for, where the best unit does not
PLAINLY = 2.5  # log-odds, by the reranker, above all other groups' rows, from which the question means this one
NOT_READ = -5.0  # log-odds that a unit which the reranker has not read counts with
WHOLE_WORD = 5  # letters of a case's name, below which it stands in the question as a word of its own
FIRST_WORDS, LONGEST_HEAD = 5, 60  # words, or characters before a colon, that name an item's case
AROUND = 2  # sentences on each side that may say what holds otherwise
SAYS = 0.5  # log-odds, by the reranker, from which such a sentence answers, whatever words of the question it holds
AREA = "del av kommunen"
CIRCUMSTANCES = ("boendeform", "tid", AREA)
AT_HOME = re.compile(r"\b(i hemmet|hemma)\b", re.IGNORECASE)
PRONOUN = re.compile(r"\b(den|det|de|dem|dessa|denna|detta)\b", re.IGNORECASE)
# Heads of a column that names groups of people, where its cells tell no other circumstance.
GROUPS = re.compile(r"^((?:mål|ålders|personal)grupp(?:en|er)?|anställning(?:en|ar|sform(?:en|er)?)?)$", re.IGNORECASE)


def settled(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Found:
    """The unit that the question or the profile means, among the best one and those beside it that tell cases."""
    found = _cases(lead, units, question, profile)
    if found is None:
        return lead
    meant = _meant(found, question, profile)
    return meant[0].unit if len({id(case.unit) for case in meant}) == 1 else lead


def left_open(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Alternatives | None:
    """The cases that differ, where neither question nor profile says which; None where there is one answer."""
    found = _cases(lead, units, question, profile)
    if found is None:
        return told_within(lead, question, profile)
    if found.on in ("boendeform", "tid") and said(question.text, profile, found.on):
        return None
    meant = _meant(found, question, profile)
    distinct = {id(case.unit) for case in meant}
    return Alternatives(found.on, tuple(meant)) if len(distinct) > 1 and len(meant) <= MOST else None


def _cases(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Alternatives | None:
    return _rows(lead, units, question, profile) or _sentences(lead, units, question) or _items(lead, units, question)


def _meant(found: Alternatives, question: Question, profile: Profile) -> Sequence[Alternative]:
    """The cases that what was said leaves: all of them where nothing was.

    A group of people may be meant in other words, which the reranker reads.
    """
    for case in sorted(found.cases, key=lambda case: -len(case.label)):
        end = r"\b" if len(case.label) < WHOLE_WORD else ""
        if re.search(rf"\b{re.escape(case.label)}{end}", question.text, re.IGNORECASE):
            return [case]
    if found.on in ("boendeform", "tid"):
        named = said(question.text, profile, found.on)
        fitting = [case for case in found.cases if named & of_kind(case.label, found.on)]
        return fitting if len(fitting) == 1 else found.cases
    told = frozenset(map(stem, words(f"{question.text} {profile.unit} {profile.role}")))
    own = [frozenset(map(stem, words(cells_of(case.unit.text)[_column(case)]))) for case in found.cases]
    shared = frozenset.intersection(*own)
    hits = [len((each - shared) & told) for each in own]
    left = [case for case, hit in zip(found.cases, hits, strict=True) if hit == max(hits)]
    return _plainly(left) if GROUPS.match(found.on) else left


def _plainly(cases: Sequence[Alternative]) -> Sequence[Alternative]:
    """The one case that the reranker puts far above all others, where it does; else all of them."""
    ranked = sorted(cases, key=lambda case: -_says(case.unit))
    single = len(ranked) > 1 and _says(ranked[0].unit) >= _says(ranked[1].unit) + PLAINLY
    return ranked[:1] if single else cases


def _says(unit: Found) -> float:
    """The reranker's log-odds that a unit answers; what it has not read is no answer."""
    return unit.pair if unit.pair is not None else NOT_READ


def _rows(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Alternatives | None:
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
    least = AS_GOOD_A_ROW * _held_by_key(question, best)
    rows = [
        unit
        for unit in sorted(units, key=lambda unit: (unit.candidate.position, unit.number))
        if is_row(unit)
        and (unit.candidate.chunk.source, unit.candidate.chunk.section) == (chunk.source, chunk.section)
        and heads_of(unit.text) == heads
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


def _of_what_was_said(rows: Sequence[Found], question: Question, profile: Profile) -> list[Found]:
    """The rows of the kind of home that was said, then those of the place; all where no row is of it."""
    left = list(rows)
    if named := said(question.text, profile, "boendeform"):
        left = [row for row in left if named & of_kind(_key(row), "boendeform")] or left
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
    return "" if PLACES.match(heads[key]) else without(cells_of(row.text)[key])


def _columns(rows: Sequence[Found], heads: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The columns whose cells tell the rows apart by circumstances, and what these are; the first column first.

    Another one only where the first says the same in every row.
    """
    key = key_of(heads)
    same = len({cells_of(row.text)[key].casefold() for row in rows}) == 1
    for column in range(key, len(heads)) if same else (key,):
        cells = [cells_of(row.text)[column] for row in rows]
        for on in _told_by(heads[column], cells):
            if _apart([_named(cell, on) for cell in cells]):
                yield column, on


def _told_by(head: str, cells: Sequence[str]) -> tuple[str, ...]:
    """The kinds of circumstances that a column may tell: the places below its head, else any, or groups of people."""
    places = PLACES.match(head) and (head.casefold() != "område" or any(of_kind(cell, AREA) for cell in cells))
    if places:
        return (head.casefold(),)
    return (*CIRCUMSTANCES, head.casefold()) if GROUPS.match(head) else CIRCUMSTANCES


def _named(cell: str, on: str) -> frozenset[str]:
    """The circumstances that a cell names; below a head that speaks of places, the cell itself is one."""
    return _case_of(cell, on) if on in CIRCUMSTANCES else frozenset({cell.casefold()})


def _case_of(name: str, on: str) -> frozenset[str]:
    """The circumstances that a cell or an item's first words name; "i hemmet" is one of them there alone."""
    return of_kind(name, on) or frozenset({"ordinärt boende"} if on == "boendeform" and AT_HOME.search(name) else ())


def _apart(circumstances: Sequence[frozenset[str]]) -> bool:
    """Do most of the rows name a circumstance, and not all the same?"""
    named = [each for each in circumstances if each]
    return len(set(named)) >= 2 and 2 * len(named) > len(circumstances)


def _differing(rows: Sequence[Found], heads: Sequence[str], question: Question, case: int) -> bool:
    """Do the rows say different things in the columns that are asked for, or in any where none is?"""
    rest = [n for n in range(key_of(heads) + 1, len(heads)) if n != case and not NUMBERED.match(heads[n])]
    asked = [n for n in rest if any(covered(c, frozenset(map(stem, words(heads[n])))) for c in question.concepts)]
    different = {tuple(cells_of(row.text)[number].casefold() for number in asked or rest) for row in rows}
    return len(different) > 1


def _column(case: Alternative) -> int:
    """The column that a case is named after."""
    cells = cells_of(case.unit.text)
    return next((number for number, cell in enumerate(cells) if cell.startswith(case.label)), 0)


def _sentences(lead: Found, units: Sequence[Found], question: Question) -> Alternatives | None:
    """The best sentence and those beside it that say the same of other cases."""
    if lead.candidate.chunk.units[lead.number].kind != "sentence" or ROLES.search(question.text):
        return None
    near = sorted(
        (
            unit
            for unit in units
            if unit.candidate is lead.candidate
            and abs(unit.number - lead.number) <= AROUND
            and unit.candidate.chunk.units[unit.number].kind == "sentence"
        ),
        key=lambda unit: unit.number,
    )
    beside = [unit for unit in near if held(question, unit) >= AS_GOOD * held(question, lead)]
    for on in ("boendeform", "tid"):
        told = {circumstance for unit in beside for circumstance in of_kind(unit.text, on)}
        also = [unit for unit in near if _says(unit) >= SAYS and not told & of_kind(unit.text, on)]
        named = [(unit, each) for unit in near if (unit in beside or unit in also) and (each := of_kind(unit.text, on))]
        if any(len(each) > 1 for _, each in named):
            named = [(unit, each) for unit, each in named if unit is lead or _goes_on(unit, lead, question)]
        every = [circumstance for _, each in named for circumstance in each]
        if len(named) >= 2 and len(set(every)) == len(every) and any(unit is lead for unit, _ in named):
            return Alternatives(on, tuple(Alternative(one, unit) for unit, each in named for one in _labels(each, on)))
    return None


def _items(lead: Found, units: Sequence[Found], question: Question) -> Alternatives | None:
    """The items of a list that each begin with a case of their own, where one of them or its lead-in answers best."""
    chunk = lead.candidate.chunk
    intro = chunk.units[lead.number].intro if chunk.units[lead.number].kind == "item" else lead.number
    items = sorted(
        (unit for unit in units if unit.candidate is lead.candidate and chunk.units[unit.number].kind == "item"),
        key=lambda unit: unit.number,
    )
    items = [unit for unit in items if chunk.units[unit.number].intro == intro]
    for on in ("boendeform", "tid"):
        named = [(unit, head, _case_of(head, on)) for unit in items if (head := _beginning(unit.text))]
        every = [circumstance for _, _, each in named for circumstance in each]
        if len(set(every)) == len(every) > 1 and 2 * sum(bool(each) for _, _, each in named) > len(items):
            told = [(head if ":" in unit.text else "".join(sorted(each)[:1]), unit) for unit, head, each in named]
            return Alternatives(on, tuple(Alternative(label, unit) for label, unit in told if label))
    return None


def _beginning(item: str) -> str:
    """What an item says first: all before a colon, or some words."""
    head, colon, _ = item.partition(":")
    return head if colon and len(head) <= LONGEST_HEAD else " ".join(item.split()[:FIRST_WORDS])


def _goes_on(unit: Found, lead: Found, question: Question) -> bool:
    """Is a sentence on the matter of the best one, by a pronoun or by as many of the question's words of its own?"""
    own, best = (coverage(question, each.candidate.own_stems[each.number]) for each in (unit, lead))
    return PRONOUN.search(unit.text) is not None or own >= AS_GOOD * best


def _labels(circumstances: frozenset[str], on: str) -> list[str]:
    """What a sentence's cases are called: each kind of home by itself, its time by one name."""
    kinds = sorted(circumstances)
    return kinds if on == "boendeform" else kinds[:1]


def held(question: Question, unit: Found) -> float:
    """The share of the question that a unit holds, with its lead-in, heading and document."""
    return coverage(question, unit.candidate.unit_stems[unit.number])


def _held_by_key(question: Question, row: Found) -> float:
    """The share of the question that a row's first cell, its table's heads and its section hold."""
    heads = heads_of(row.text)
    section = row.candidate.chunk.section[-1:]
    return coverage(
        question, frozenset(map(stem, words(" ".join([*heads, cells_of(row.text)[key_of(heads)], *section]))))
    )
