"""What units' own rutiner answer: judged among themselves, and what each of the others says of the same matter."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from assistant.alternatives import Alternative, Alternatives
from assistant.beside import AS_GOOD, held
from assistant.opened import Opened
from assistant.precedence import NAMED_ANOTHER, OTHER_UNIT
from assistant.question import Question
from assistant.rank import Found
from assistant.retrieve import Candidate
from assistant.rows import is_row, places_of
from assistant.successor import corresponds
from ingest.corpus import Standing
from ingest.differ import amounts, differ
from ingest.embed import Embedder, Vectors
from ingest.swedish import STOP, stem, words

NEAR_UNITS = 3.0  # log-odds below the best unit within which another unit's own rutin answers as well
ANSWERS = 0.0  # log-odds, by the reranker, from which another unit's own rutin answers
NEAREST = 500  # units of the index among which those of other units' rutiner are looked for
ALIKE_COUNTS = 10.0  # log-odds that a cosine of 1 to the best unit counts with, where rules of one unit are compared
COMPARED = 6  # rules of another unit that are compared so, best first
LEAST_ALIKE = 0.4  # cosine of two units' rules, from which they may be on the same matter
SAME_WORDS = 0.7  # share of two rules' words that are in both, from which they say the same
SAID = re.compile(r"\d[\d -]{5,}\d|\b(?:klockan|kl\.?) \d+|\d+[.:]\d{2}|\b\w+dag(?:ar)?\b", re.IGNORECASE)
NAME = re.compile(r"(?<![.?!:|]\s)(?<!^)\b[A-ZÅÄÖ][a-zåäö]{3,}\b")  # a word with a capital within a sentence
NOT_RULES = ("rapport", "blankett")
Ranked = TypeVar("Ranked", Candidate, Found)


def without_loss(
    passages: Sequence[Candidate], units: Sequence[Found], opened: Opened, *, place: str
) -> tuple[list[Candidate], list[Found]]:
    """Ordered anew, as if units' own rutiner had lost nothing for being of other units than `place`."""

    def raised(one: Ranked, source: str) -> Ranked:
        unit = opened.standings[source].unit
        others = bool(unit) and not (place and place in unit.casefold())
        back = OTHER_UNIT + NAMED_ANOTHER * bool(place) if others else 0.0
        return replace(one, score=one.score + back, shift=one.shift + back)

    same = {one.position: raised(one, one.chunk.source) for one in passages}
    lifted = [
        replace(raised(one, one.candidate.chunk.source), candidate=same.get(one.candidate.position, one.candidate))
        for one in units
    ]
    return sorted(same.values(), key=lambda one: -one.score), sorted(lifted, key=lambda one: -one.score)


def of_units(
    lead: Found,
    units: Sequence[Found],
    question: Question,
    opened: Opened,
    *,
    embedder: Embedder,
    sources: Sequence[str],
) -> Alternatives:
    """What each unit's own rutin says, the best one's first, where they differ; `lead` is of one of them.

    Another unit's answer is among `units`, or is the rule of its rutiner that is nearest to the question and to the
    best one. `sources` are the documents that may be read.
    """
    standings = opened.standings
    own = standings[lead.candidate.chunk.source].unit
    found = {own: lead}
    if _names_its_place(question, lead, opened):
        return Alternatives("enhet", (Alternative(own, lead),))
    least = AS_GOOD * held(question, lead)
    near: dict[str, list[Found]] = {}
    for unit in units:
        standing = standings[unit.candidate.chunk.source]
        if standing.unit and standing.unit != own and standing.kind not in NOT_RULES:
            near.setdefault(standing.unit, []).append(unit)
    for name, theirs in near.items():
        theirs = [unit for unit in theirs if unit.score >= lead.score - NEAR_UNITS]
        for unit in _on_the_same(lead, theirs, embedder):
            if _answers(unit, question, least) and _otherwise(lead, unit):
                found[name] = unit
                break
    others = {source for source in sources if standings[source].unit and standings[source].unit not in found}
    home = [source for source in sources if standings[source].unit == own]
    for name, unit in _nearest(lead, embedder.query(question.searched), opened, home, others).items():
        if _otherwise(lead, unit):
            found[name] = unit
    return Alternatives("enhet", tuple(Alternative(name, unit) for name, unit in found.items()))


def _names_its_place(question: Question, lead: Found, opened: Opened) -> bool:
    """Does the question name a place within the best one's unit, that no other unit's rutiner speak of?"""
    own = opened.standings[lead.candidate.chunk.source].unit
    named = places_of(lead) if is_row(lead) else frozenset(stem(name.casefold()) for name in NAME.findall(lead.text))
    lexical = opened.index.lexical
    for name in named & {stem(word) for word in words(question.text)}:
        chunks = opened.index.chunks(lexical.holding(name))
        if chunks and all(opened.standings[chunk.source].unit in ("", own) for chunk in chunks):
            return True
    return False


def _on_the_same(lead: Found, units: Sequence[Found], embedder: Embedder) -> list[Found]:
    """Another unit's rules, those first that are most surely on the matter of the best one, by words and by score.

    By the words alone: the vectors of the index hold headings and titles, in which all of a section are alike.
    """
    near = list(units[:COMPARED])
    vectors = embedder.passages([lead.text, *(unit.text for unit in near)])
    alike = {unit.key: float(other @ vectors[0]) for unit, other in zip(near, vectors[1:], strict=True)}
    return sorted(near, key=lambda unit: -unit.score - ALIKE_COUNTS * alike[unit.key])


def is_common(lead: Found, units: Sequence[Found], question: Question, standings: Mapping[str, Standing]) -> bool:
    """Does a rule for all units answer as well as the best unit's own, and otherwise?"""
    least = AS_GOOD * held(question, lead)
    return any(
        not standings[unit.candidate.chunk.source].unit
        and standings[unit.candidate.chunk.source].kind not in NOT_RULES
        and unit.score >= lead.score - NEAR_UNITS
        and held(question, unit) >= least
        and differ(lead.text, unit.text)
        for unit in units
    )


def _nearest(
    lead: Found, vector: Vectors, opened: Opened, home: Sequence[str], others: Collection[str]
) -> dict[str, Found]:
    """Of each other unit the rule nearest to question and best one, where that one is the nearest to it at home."""
    key = lead.key
    ours = opened.unit_vectors(home)
    if key not in ours:
        return {}
    aim = ours[key] + vector
    near = opened.index.nearest_units(aim / np.linalg.norm(aim), NEAREST)
    chunks = opened.index.chunks(position for position, _, _ in near)
    first: dict[str, Found] = {}
    for (position, number, _), chunk in zip(near, chunks, strict=True):
        if chunk.source in others:
            first.setdefault(opened.standings[chunk.source].unit, Found(Candidate(position, chunk), number, []))
    theirs = opened.index.vectors([found.key for found in first.values()])
    result = {}
    for unit, found in first.items():
        if corresponds(theirs[found.key], key, ours, least=LEAST_ALIKE) and _same_kind(lead.text, found.text):
            result[unit] = found
    return result


def _answers(unit: Found, question: Question, least: float) -> bool:
    """Does another unit's own rutin answer: as the reranker says, else by the words of the question that it holds?"""
    return held(question, unit) >= least or (unit.pair is not None and unit.pair >= ANSWERS)


def _otherwise(one: Found, other: Found) -> bool:
    """Do two units say different things: other values, or where neither has any, other words?"""
    values = [_values(unit.text) for unit in (one, other)]
    if all(values):
        return differ(one.text, other.text) or values[0] != values[1]
    if any(values):
        return True
    stems = [{stem(word) for word in words(unit.text) if word not in STOP} for unit in (one, other)]
    return len(stems[0] & stems[1]) < SAME_WORDS * max(1, min(map(len, stems)))


def _same_kind(one: str, other: str) -> bool:
    """Do two rules count the same kind of thing, or say a time or a telephone both?"""
    kinds = [{unit for _, unit in amounts(text)} for text in (one, other)]
    said = [{re.sub(r"\d", "0", value.casefold())[-4:] for value in SAID.findall(text)} for text in (one, other)]
    return bool(kinds[0] & kinds[1] or said[0] & said[1])


def _values(text: str) -> frozenset[str]:
    """Numbers with what they count, times, weekdays and telephones."""
    return frozenset(f"{number} {unit}" for number, unit in amounts(text)) | {
        value.casefold() for value in SAID.findall(text)
    }
