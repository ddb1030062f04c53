"""What the version in force says, where the best answer stands in one that no longer holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from assistant.opened import Opened
from assistant.rank import Found
from assistant.retrieve import Candidate
from ingest.embed import Vectors
from ingest.review import content_words, replaces
from ingest.units import Key

LEAST_ALIKE = 0.5  # cosine of two versions' rules, from which they are on the same matter
FIRST_PASSAGES = 2  # of a document, within which it says what it is replaced by
REPLACED_BY = re.compile(r"(?:^|[.] |är )(?:ersatt|ersätts) av[: ]+([^.\n]{4,120})", re.IGNORECASE | re.MULTILINE)
NEAREST = 6  # units of the version in force, nearest to the old rule, that the reranker reads
ALIKE_COUNTS = 4.0  # log-odds that a cosine of 1 to the old rule counts with beside the reranker's
NOT_FOUND = -10.0  # log-odds of a unit that no search has found
MAY_ANSWER = -1.0  # log-odds, by the reranker, from which the one that corresponds to the old rule is the answer
ANSWERS = 0.0  # log-odds, by the reranker, from which a rule of the version in force answers


def successor(old: Found, valid: Sequence[Found], opened: Opened, read: Callable[[Found], float | None]) -> list[Found]:
    """What took the place of an old rule, and where it was looked up, its passage's other units; else nothing.

    It stands in the version in force that one of `valid` is of. Each is the nearest to the other of the two versions'
    units, and the reranker does not deny it; else it is, of those nearest to the old rule, what the reranker says
    answers best. `read` gives the reranker's log-odds, or None without one.
    """
    source = old.candidate.chunk.source
    found = {unit.key: unit for unit in valid if _newer(unit.candidate.chunk.source, source, opened)}
    before = opened.unit_vectors([source]) if found else {}
    if old.key not in before:
        return []
    after = opened.unit_vectors(list({unit.candidate.chunk.source for unit in found.values()}))
    alike = {key: float(vector @ before[old.key]) for key, vector in after.items()}
    nearest = sorted(alike, key=lambda key: -alike[key])
    if not nearest:
        return []
    first = found.get(nearest[0])
    if first and corresponds(after[first.key], old.key, before, least=LEAST_ALIKE):
        pair = read(first)
        if pair is None or pair >= MAY_ANSWER:
            return [first]
    passages = {unit.candidate.position: unit.candidate for unit in found.values()}
    near = [found.get(key) or _unit(key, passages, opened) for key in nearest[:NEAREST] if alike[key] >= LEAST_ALIKE]
    near += [unit for key, unit in found.items() if unit not in near and alike.get(key, 0.0) >= LEAST_ALIKE]
    pairs = {unit.key: pair for unit in near if (pair := read(unit)) is not None and pair >= ANSWERS}
    if not pairs:
        return []
    key = max(pairs, key=lambda key: pairs[key] + ALIKE_COUNTS * alike[key])
    chosen = next(unit for unit in near if unit.key == key)
    chosen.score = max(chosen.score, old.score)
    numbers = range(len(chosen.candidate.chunk.units))
    beside = [found.get((key[0], number)) or _unit((key[0], number), passages, opened) for number in numbers]
    return [chosen, *(unit for unit in beside if unit.key != key)]


def _unit(key: Key, passages: dict[int, Candidate], opened: Opened) -> Found:
    """A unit of the index that no search has found: of its passage, and too far behind to be quoted by itself."""
    position, number = key
    if position not in passages:
        (chunk,) = opened.index.chunks([position])
        stems = opened.index.stems(position)
        passages[position] = Candidate(position, chunk, own_stems=stems.own, unit_stems=stems.placed)
    return Found(passages[position], number, [], score=NOT_FOUND)


def corresponds(vector: Vectors, key: Key, among: Mapping[Key, Vectors], *, least: float) -> bool:
    """Is a unit of one document the nearest to a vector of another's, with at least this cosine?"""
    own = float(among[key] @ vector)
    return own >= least and all(float(other @ vector) <= own for other in among.values())


def _newer(source: str, old: str, opened: Opened) -> bool:
    """Is one document the version in force of another: of the same organisation and unit, under the same title?

    Or under another, where it says what it replaces.
    """
    one, other = opened.standings[source], opened.standings[old]
    organisations = {one.organisation, other.organisation}
    if source == old or one.unit != other.unit or len(organisations - {""}) > 1:
        return False
    title = content_words(one.title)
    same = bool(title) and title == content_words(other.title) and len(organisations) == 1
    return same or replaces(one, other, old) or (bool(title) and title == _named_by(old, opened))


def _named_by(old: str, opened: Opened) -> frozenset[str]:
    """The content words of what a document says that it is replaced by: "Ersatt av Riktlinje för fall, version 4."."""
    for chunk in opened.index.chunks(opened.index.positions(old)[:FIRST_PASSAGES]):
        if found := REPLACED_BY.search(chunk.text):
            return content_words(found.group(1))
    return frozenset()
