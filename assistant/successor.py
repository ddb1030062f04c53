"""What the version in force says, where the best answer stands in one that no longer holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.opened import Opened
from assistant.rank import Found
from ingest.embed import Vectors
from ingest.review import content_words
from ingest.units import Key

LEAST_ALIKE = 0.5  # cosine of two versions' rules, from which they are on the same matter
ANSWERS = 2.0  # log-odds, by the reranker, from which a rule of the version in force answers by itself


def successor(old: Found, valid: Sequence[Found], opened: Opened) -> Found | None:
    """The one of `valid` that took the place of an old rule, or None where nothing found did.

    It stands in a document of the same title, and each is the nearest to the other of the two versions' units; else
    it is on the same matter and answers by itself, the first that does.
    """
    source = old.candidate.chunk.source
    found = {unit.key: unit for unit in valid if _newer(unit.candidate.chunk.source, source, opened)}
    if not found:
        return None
    before = opened.unit_vectors([source])
    after = opened.unit_vectors(list({unit.candidate.chunk.source for unit in found.values()}))
    if old.key not in before:
        return None
    nearest = max(after, key=lambda key: float(after[key] @ before[old.key]))
    if nearest in found and corresponds(after[nearest], old.key, before, least=LEAST_ALIKE):
        return found[nearest]
    return next(
        (
            unit
            for key, unit in found.items()
            if unit.pair is not None
            and unit.pair >= ANSWERS
            and key in after
            and float(after[key] @ before[old.key]) >= LEAST_ALIKE
        ),
        None,
    )


def corresponds(vector: Vectors, key: Key, among: Mapping[Key, Vectors], *, least: float) -> bool:
    """Is a unit of one document the nearest to a vector of another's, with at least this cosine?"""
    own = float(among[key] @ vector)
    return own >= least and all(float(other @ vector) <= own for other in among.values())


def _newer(source: str, old: str, opened: Opened) -> bool:
    """Is one document the version in force of another: of the same organisation and unit, under the same title?"""
    one, other = opened.standings[source], opened.standings[old]
    title = content_words(one.title)
    return (
        source != old
        and bool(title)
        and title == content_words(other.title)
        and (one.organisation, one.unit) == (other.organisation, other.unit)
    )
