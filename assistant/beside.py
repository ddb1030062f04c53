"""Sentences beside the best one, and items of its list, that say the same of other cases."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.alternatives import Alternative, Alternatives
from assistant.circumstances import CIRCUMSTANCES, EMPLOYED, HOMES, IN_HOME, TIMES, case_of
from assistant.place import DAYS, RECORDED_IN
from assistant.question import Question, coverage
from assistant.rank import Found
from assistant.rows import asks_whom_to_call
from ingest.differ import amounts

AS_GOOD = 0.75  # share of the question's words, of those that the best unit holds, that its sibling holds too
FIRST_WORDS, LONGEST_HEAD = 5, 60  # words, or characters before a colon, that name an item's case
AROUND = 2  # sentences on each side that may say what holds otherwise
SAYS = 0.5  # log-odds, by the reranker, from which such a sentence answers, whatever words of the question it holds
SURE = 2.0  # and from which it is on the matter of the best one
ASKS_HOUR = re.compile(
    r"^(?:när|when)\b|\b(?:hur (?:dags|sent|tidigt)|vil\w+ tid|klockslag|senast|what time)\b", re.IGNORECASE
)
NAME = re.compile(r"[A-ZÅÄÖ][a-zåäö]{2,}\b")
OPENING = re.compile(rf"(?:På|I|Hos|Till)\s+({NAME.pattern}(?:(?:,| och| samt) (?:(?:på|i|hos) )?{NAME.pattern})*)")
PRONOUN = re.compile(r"\b(den|det|de|dem|dessa|denna|detta)\b", re.IGNORECASE)


def told_by_sentences(lead: Found, units: Sequence[Found], question: Question) -> Alternatives | None:
    """The best sentence and those beside it that say the same of other cases."""
    near = _near(lead, units)
    as_good = [unit for unit in near if held(question, unit) >= AS_GOOD * held(question, lead)]
    alike = [unit for unit in near if _counts_the_same(unit.text, lead.text)]
    for on in CIRCUMSTANCES:
        begins = bool(case_of(_beginning(lead.text), on))
        beside = [unit for unit in as_good if on != EMPLOYED or unit in alike]
        told = {circumstance for unit in as_good for circumstance in _told(unit.text, on, question)}
        beside += [unit for unit in near if unit.says >= SAYS and not told & _told(unit.text, on, question)]
        beside += [unit for unit in alike if begins and case_of(_beginning(unit.text), on)]
        named = [(unit, each) for unit in near if unit in beside and (each := _told(unit.text, on, question))]
        if any(len(each) > 1 for _, each in named):
            named = [
                (unit, each)
                for unit, each in named
                if unit is lead or unit.says >= SURE or _goes_on(unit, lead, question)
            ]
        every = [circumstance for _, each in named for circumstance in each]
        if len(set(every)) < len(every) and begins:  # those that begin with their case
            named = [(unit, each) for unit, _ in named if (each := case_of(_beginning(unit.text), on))]
            every = [circumstance for _, each in named for circumstance in each]
        if len(named) >= 2 and len(set(every)) == len(every) and any(unit is lead for unit, _ in named):
            return Alternatives(
                on, tuple(Alternative(one, unit) for unit, each in named for one in labels_of(each, on))
            )
    return None


def told_by_places(lead: Found, units: Sequence[Found]) -> Alternatives | None:
    """The best sentence and those beside it that each say which places they hold for, some of these by their names."""
    named = [(unit, places) for unit in _near(lead, units) if (places := _places(unit.text))]
    every = [place for _, places in named for place in places]
    proper = [place for place in every if place not in HOMES]
    if len(named) < 2 or not proper or len(set(every)) < len(every) or not any(unit is lead for unit, _ in named):
        return None
    on = "enhet" if proper == every else "boendeform"
    return Alternatives(on, tuple(Alternative(place, unit) for unit, places in named for place in places))


def answers_beside(lead: Found, units: Sequence[Found]) -> list[Found]:
    """The sentences beside the best one that the reranker is as sure of."""
    return [unit for unit in _near(lead, units) if unit is not lead and unit.says >= max(SURE, lead.says)]


def _near(lead: Found, units: Sequence[Found]) -> list[Found]:
    """The best sentence and those around it, in the order of the text; none where the best unit is no sentence."""
    chunk = lead.candidate.chunk
    if chunk.units[lead.number].kind != "sentence":
        return []
    near = (
        unit
        for unit in units
        if unit.candidate is lead.candidate
        and abs(unit.number - lead.number) <= AROUND
        and chunk.units[unit.number].kind == "sentence"
    )
    return sorted(near, key=lambda unit: unit.number)


def _places(sentence: str) -> list[str]:
    """The places that a sentence begins with, "På Strandgården och Lotsen …", or the one kind of home it speaks of."""
    opening = OPENING.match(sentence)
    if opening and not DAYS.fullmatch(opening.group(1)) and not RECORDED_IN.match(sentence):
        return NAME.findall(opening.group(1))
    homes = case_of(sentence, "boendeform")
    return sorted(homes) if len(homes) == 1 else []


def told_by_items(lead: Found, units: Sequence[Found], question: Question) -> Alternatives | None:
    """The items of a list that each begin with a case of their own, where one of them or its lead-in answers best."""
    chunk = lead.candidate.chunk
    intro = chunk.units[lead.number].intro if chunk.units[lead.number].kind == "item" else lead.number
    items = sorted(
        (unit for unit in units if unit.candidate is lead.candidate and chunk.units[unit.number].kind == "item"),
        key=lambda unit: unit.number,
    )
    items = [unit for unit in items if chunk.units[unit.number].intro == intro]
    if intro < 0:  # a list that nothing leads in
        items = _together(items, lead)
    for on in CIRCUMSTANCES:
        named = [(unit, head, case_of(head, on)) for unit in items if (head := _beginning(unit.text))]
        every = [circumstance for _, _, each in named for circumstance in each]
        told = [
            (unit, [head] if unit.text.startswith(f"{head}:") else labels_of(each, on))
            for unit, head, each in named
            if each
        ]
        best = lead.number == intro or any(unit is lead for unit, _ in told)
        if best and len(set(every)) == len(every) > 1 and 2 * len(told) > len(items):
            return Alternatives(on, tuple(Alternative(label, unit) for unit, labels in told for label in labels))
    return None


def _told(text: str, on: str, question: Question) -> frozenset[str]:
    """The circumstances that a text names; no hours where an hour is asked for: "före klockan 12" is the answer."""
    named = case_of(text, on, at_home=IN_HOME)
    asks_hour = ASKS_HOUR.search(question.text) and not asks_whom_to_call(question.text)
    return named & TIMES.keys() if on == "tid" and asks_hour else named


def _together(items: Sequence[Found], lead: Found) -> list[Found]:
    """Those of a passage's items that follow on each other, the best one among them; none where it is no item."""
    runs: list[list[Found]] = []
    for unit in items:
        if runs and unit.number == runs[-1][-1].number + 1:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    return next((run for run in runs if lead in run), [])


def _beginning(item: str) -> str:
    """What an item says first: all before a colon, or some words."""
    head, colon, _ = item.partition(":")
    return head if colon and len(head) <= LONGEST_HEAD else " ".join(item.split()[:FIRST_WORDS])


def _goes_on(unit: Found, lead: Found, question: Question) -> bool:
    """Is a sentence on the matter of the best one, by a pronoun or by as many of the question's words of its own?"""
    own, best = (coverage(question, each.candidate.own_stems[each.number]) for each in (unit, lead))
    return PRONOUN.search(unit.text) is not None or own >= AS_GOOD * best


def _counts_the_same(one: str, other: str) -> bool:
    """Do two sentences give numbers of the same kind of thing?"""
    kinds = [{unit for _, unit in amounts(text)} for text in (one, other)]
    return bool(kinds[0] & kinds[1])


def labels_of(circumstances: frozenset[str], on: str) -> list[str]:
    """What a sentence's cases are called: each by itself, but its time by one name."""
    kinds = sorted(circumstances)
    return kinds[:1] if on == "tid" else kinds


def held(question: Question, unit: Found) -> float:
    """The share of the question that a unit holds, with its lead-in, heading and document."""
    return coverage(question, unit.candidate.unit_stems[unit.number])
