"""Two documents in force that answer one question differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.circumstances import according_to
from assistant.opened import Opened
from assistant.precedence import OTHER_UNIT, is_of
from assistant.question import Question, coverage
from assistant.rank import Found
from ingest.differ import differ
from ingest.embed import Vectors
from ingest.lexical import terms
from ingest.units import Key

LOOKED_AT = 25  # units, best first
RIVAL = 3.2  # log-odds below the best unit within which another document's may contradict it
ANSWERS = 1.0  # log-odds, by the reranker, from which a contradicting unit answers the question itself
SURE = 2.5  # and from which it does, whatever words of the question it holds
CLOSE = 2.2  # log-odds below the best unit within which it may, if each is its document's nearest to the other
ALIKE = 0.65  # cosine of two units, from which they are on the same matter
MAY_ANSWER = 0.0  # log-odds from which it may, where each of the two is its document's nearest unit to the other
# And for a unit that the reranker does not think an answer: the cosine, and the share of the question's words.
SAME, HELD_BY_SAME = 0.8, 0.6
HELD = 0.45  # share of the question's words, of those that the best unit holds, that a contradiction holds too


def rival(question: Question, lead: Found, units: Sequence[Found], opened: Opened, *, place: str) -> Found | None:
    """The best of `units` that is of another document and contradicts the best one, or None.

    Not where the question is of one place, or of what one document says, or where a report is quoted.
    """
    own = opened.standings[lead.candidate.chunk.source]
    if place or own.kind == "rapport":
        return None
    asked_of = according_to(question.text)
    if asked_of and is_of(own, asked_of):  # another document's word is not asked for
        return None
    held = _held(question, lead, opened)
    others = [
        unit
        for unit in units[:LOOKED_AT]
        if unit.candidate.chunk.source != lead.candidate.chunk.source
        and _may_contradict(unit, lead, opened)
        and _contradicts(unit.text, lead.text, question)
        and (_close(unit, lead) or _surely(unit) or _held(question, unit, opened) >= held * _least(unit))
    ]
    vectors = opened.index.vectors([unit.key for unit in [lead, *others]])
    return next((unit for unit in others if _on_one_matter(unit, lead, vectors, opened)), None)


def _may_contradict(unit: Found, lead: Found, opened: Opened) -> bool:
    """Is it a rule of its own for the same units, and nearly as good an answer as the best one?"""
    standing, own = (opened.standings[each.candidate.chunk.source] for each in (unit, lead))
    if standing.kind in ("rapport", "blankett") or (standing.unit and own.unit and standing.unit != own.unit):
        return False
    deferred_to = according_to(unit.text)
    if deferred_to and is_of(own, deferred_to):
        return False
    return unit.score + (OTHER_UNIT if standing.unit else 0.0) > lead.score - RIVAL


def _answers(unit: Found, least: float) -> bool:
    """Does the reranker, where it has read the unit, say that it answers?"""
    return unit.pair is None or unit.pair >= least


def _close(unit: Found, lead: Found) -> bool:
    """Is it nearly as good an answer as the best one, whatever the reranker says of either by itself?"""
    return unit.score >= lead.score - CLOSE


def _surely(unit: Found) -> bool:
    """Has the reranker read the unit, and says that it answers?"""
    return unit.pair is not None and unit.pair >= SURE


def _least(unit: Found) -> float:
    """The share of the question's words, of those that the best unit holds, that a contradicting one must hold."""
    return HELD if _answers(unit, MAY_ANSWER) else HELD_BY_SAME


def _on_one_matter(unit: Found, lead: Found, vectors: Mapping[Key, Vectors], opened: Opened) -> bool:
    """Do both rule the same thing: as near as their part in the answer asks, or each the nearest to the other?"""
    if lead.key not in vectors or unit.key not in vectors:
        return False
    alike = float(vectors[lead.key] @ vectors[unit.key])
    if alike < ALIKE or alike >= SAME or _answers(unit, ANSWERS):
        return alike >= ALIKE
    return (
        (_answers(unit, MAY_ANSWER) or _close(unit, lead))
        and _nearest(lead.candidate.chunk.source, vectors[unit.key], opened) == lead.key
        and _nearest(unit.candidate.chunk.source, vectors[lead.key], opened) == unit.key
    )


def _nearest(source: str, vector: Vectors, opened: Opened) -> Key:
    """The unit of a document that is nearest to a vector."""
    own = opened.unit_vectors([source])
    return max(own, key=lambda key: float(own[key] @ vector))


def _contradicts(text: str, best: str, question: Question) -> bool:
    """Does it say another number or the opposite? Where only a person is asked for, these are not in question."""
    asks = set(question.asks)
    whom_alone = asks & {"who", "contact"} and not asks & {"number", "when", "may"}
    return not whom_alone and differ(best, text)


def _held(question: Question, unit: Found, opened: Opened) -> float:
    """The share of the question that a unit holds, its document's title and its section included."""
    chunk = unit.candidate.chunk
    context = " ".join([opened.titles[chunk.source], *chunk.section])
    stems = unit.candidate.unit_stems[unit.number] | frozenset(terms(context, opened.index.lexical.compounds))
    return coverage(question, stems)
