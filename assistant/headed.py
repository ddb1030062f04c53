"""Sections side by side, each headed by a case of its own, "Särskilt boende" and "Ordinärt boende": what each says."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.alternatives import Alternative, Alternatives
from assistant.beside import AS_GOOD, SAYS, held, labels_of
from assistant.circumstances import CIRCUMSTANCES, case_of
from assistant.question import Question
from assistant.rank import Found

NEARLY = 1.0  # log-odds, by the reranker, below a best unit that is less sure, from which another answers as well
LONGEST_HEADING = 5  # words of a heading that names a case and little else


def told_by_headings(lead: Found, units: Sequence[Found], question: Question) -> Alternatives | None:
    """The best unit and those that answer in the sections beside it, where each section's heading is a case."""
    for on in CIRCUMSTANCES:
        if not (own := _case(lead, on)):
            continue
        told: dict[frozenset[str], Found] = {own: lead}
        for unit in units:
            case = _case(unit, on) if _is_beside(unit, lead) else frozenset()
            if case and not any(case & other for other in told) and _answers_as_well(unit, lead, question):
                told[case] = unit
        if len({unit.text.casefold() for unit in told.values()}) > 1:
            cases = ((label, unit) for case, unit in told.items() for label in labels_of(case, on))
            return Alternatives(on, tuple(Alternative(label, unit) for label, unit in cases))
    return None


def _case(unit: Found, on: str) -> frozenset[str]:
    """The case that a unit's heading names."""
    heading = "".join(unit.candidate.chunk.section[-1:])
    return case_of(heading, on) if len(heading.split()) <= LONGEST_HEADING else frozenset()


def _is_beside(unit: Found, lead: Found) -> bool:
    """Is a unit in another section of the same document, below the same heading?"""
    one, other = unit.candidate.chunk, lead.candidate.chunk
    return one.source == other.source and one.section != other.section and one.section[:-1] == other.section[:-1]


def _answers_as_well(unit: Found, lead: Found, question: Question) -> bool:
    nearly = unit.pair is not None and unit.says >= min(SAYS, lead.says - NEARLY)
    return nearly and held(question, unit) >= AS_GOOD * held(question, lead)
