"""What an answer hangs on and was not said: kind of home, time of day, part of the town, employment, or which unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.alternatives import MOST, Alternative, Alternatives
from assistant.answers import Profile
from assistant.beside import answers_beside, told_by_items, told_by_places, told_by_sentences
from assistant.calling import is_one_number, open_numbers
from assistant.circumstances import AREA, CIRCUMSTANCES, EMPLOYED, case_of, said
from assistant.headed import told_by_headings
from assistant.question import Question
from assistant.rank import Found
from assistant.rows import cells_of, is_row
from assistant.tabled import GROUPS, told_by_rows
from assistant.within import told_within
from ingest.swedish import stem, words

PLAINLY = 2.5  # log-odds, by the reranker, above all other groups' rows, from which the question means this one
WHOLE_WORD = 5  # letters of a case's name, below which it stands in the question as a word of its own


def settled(
    lead: Found, units: Sequence[Found], question: Question, profile: Profile, *, numbers: Sequence[Found]
) -> Found:
    """The unit that the question or the profile means, among the best one and those beside it that tell cases.

    `numbers` are the rows of a contact list that give a number for whom is called.
    """
    found = _cases(lead, units, question, profile)
    if found is None:
        return numbers[0] if is_one_number(numbers) else lead
    meant = _meant(found, question, profile)
    return meant[0].unit if len({id(case.unit) for case in meant}) == 1 else lead


def left_open(
    lead: Found, units: Sequence[Found], question: Question, profile: Profile, *, numbers: Sequence[Found]
) -> Alternatives | None:
    """The cases that differ, where neither question nor profile says which; None where there is one answer."""
    found = _cases(lead, units, question, profile)
    called = open_numbers(numbers)
    if found is None:
        told = (told_within(unit, question, profile) for unit in (lead, *answers_beside(lead, units)))
        return next(filter(None, told), called)
    if found.on in ("boendeform", "tid") and said(question.text, profile, found.on):
        return None
    meant = _meant(found, question, profile)
    distinct = {id(case.unit) for case in meant}
    told_apart = len({case.label for case in meant}) == len(meant) <= MOST
    if len(distinct) > 1 and not told_apart and called:
        return called
    return Alternatives(found.on, tuple(meant)) if len(distinct) > 1 and len(meant) <= MOST else None


def _cases(lead: Found, units: Sequence[Found], question: Question, profile: Profile) -> Alternatives | None:
    return (
        told_by_rows(lead, units, question, profile)
        or told_by_sentences(lead, units, question)
        or told_by_places(lead, units)
        or told_by_items(lead, units, question)
        or told_by_headings(lead, units, question)
    )


def _meant(found: Alternatives, question: Question, profile: Profile) -> Sequence[Alternative]:
    """The cases that what was said leaves: all of them where nothing was.

    A group of people may be meant in other words, which the reranker reads.
    """
    for case in sorted(found.cases, key=lambda case: -len(case.label)):
        end = r"\b" if len(case.label) < WHOLE_WORD else ""
        if re.search(rf"\b{re.escape(case.label)}{end}", f"{question.text} {profile.unit}", re.IGNORECASE):
            return [case]
    on = found.on if found.on in CIRCUMSTANCES else EMPLOYED
    for wider in (False, True) if on == EMPLOYED else (False,):
        named = said(question.text, profile, on)
        fitting = [c for c in found.cases if _wide(named, wider) & _wide(case_of(c.label, on), wider)]
        if len(fitting) == 1:
            return fitting
    if (found.on in CIRCUMSTANCES and found.on != AREA) or not all(is_row(case.unit) for case in found.cases):
        return found.cases
    told = frozenset(map(stem, words(f"{question.text} {profile.unit} {profile.role}")))
    own = [frozenset(map(stem, words(cells_of(case.unit.text)[_column(case)]))) for case in found.cases]
    shared = frozenset.intersection(*own)
    hits = [len((each - shared) & told) for each in own]
    left = [case for case, hit in zip(found.cases, hits, strict=True) if hit == max(hits)]
    return _plainly(left) if GROUPS.match(found.on) else left


def _wide(employments: frozenset[str], wider: bool) -> frozenset[str]:
    """The kinds of employment; `wider`: every vikarie is one."""
    return frozenset("vikarie" if kind.endswith("vikarie") else kind for kind in employments) if wider else employments


def _plainly(cases: Sequence[Alternative]) -> Sequence[Alternative]:
    """The one case that the reranker puts far above all others, where it does; else all of them."""
    ranked = sorted(cases, key=lambda case: -case.unit.says)
    single = len(ranked) > 1 and ranked[0].unit.says >= ranked[1].unit.says + PLAINLY
    return ranked[:1] if single else cases


def _column(case: Alternative) -> int:
    """The column that a case is named after."""
    cells = cells_of(case.unit.text)
    return next((number for number, cell in enumerate(cells) if cell.startswith(case.label)), 0)
