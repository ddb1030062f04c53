"""Rules in force that differ: one task given to different roles, or different numbers for the same limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from ingest.corpus import Chunk, Standing
from ingest.differ import COUNTED, amounts
from ingest.register import Duty, DutyKind
from ingest.review import Finding
from ingest.swedish import STOP, stem, words
from ingest.units import Key

SAME_TASK = 0.72  # share of two tasks' words, from which they are one task
SAME_LIMIT = 0.86  # cosine of two units, from which they are on the same limit
SHARED = 0.5  # share of two units' words that they then have in common, numbers apart
LEAST_WORDS = 2  # of a task, numbers and common words apart
MOST_FINDINGS = 60
ROWS = 256  # of vectors that are compared with all others at once
ONE_ONLY: frozenset[DutyKind] = frozenset({"ansvarar", "beslutar"})  # kinds that belong to one role
COMMON_WORDS = ("gör", "göra", "utför", "följa", "varje", "senast", "inom", "enligt", "finns", "ansvarar", "beslutar")
COMMON = frozenset(map(stem, COMMON_WORDS))


@dataclass(frozen=True, slots=True)
class _Said:
    """A unit that states one limit: its number and what it counts."""

    key: Key
    source: str
    page: int | None
    text: str
    number: str
    unit: str
    stems: frozenset[str]


def conflicts(
    register: Sequence[Duty],
    chunks: Sequence[tuple[int, Chunk]],
    standings: Mapping[str, Standing],
    vectors: Mapping[Key, NDArray[np.float32]],
    today: date,
) -> list[Finding]:
    """What differs between two documents in force, of one organisation or of levels above each other.

    `vectors` may lack keys; a limit without a vector is not compared. Both quotes stand in the finding's text.
    """
    ruling = {source for source, standing in standings.items() if standing.is_rule(today)}
    found = chain(_roles(register, standings, ruling), _limits(chunks, standings, ruling, vectors))
    return list(islice(found, MOST_FINDINGS))


def limit_keys(chunks: Sequence[tuple[int, Chunk]]) -> set[Key]:
    """The units that state a limit: those whose vectors `conflicts` compares."""
    return {said.key for position, chunk in chunks for said in _said(position, chunk)}


def _meet(one: Standing, other: Standing) -> bool:
    """May two documents rule the same thing: not two units', and not two municipalities'?"""
    if one.unit and other.unit and one.unit != other.unit:
        return False
    municipal = [s.organisation for s in (one, other) if "kommun" in s.organisation.casefold()]
    return len(set(municipal)) < 2


def _roles(register: Sequence[Duty], standings: Mapping[str, Standing], ruling: set[str]) -> Iterator[Finding]:
    """One task that two documents give to different roles."""
    by_word: dict[str, list[tuple[Duty, frozenset[str]]]] = {}
    roles: dict[tuple[str, str, DutyKind], set[str]] = {}  # every role that a document gives a task
    rows = []
    for duty in register:
        roles.setdefault((duty.source, duty.task, duty.kind), set()).add(duty.role)
        if duty.kind in ONE_ONLY and duty.source in ruling:
            stems = _stems(duty.task)
            if len(stems) >= LEAST_WORDS:
                rows.append((duty, stems))
                for word in stems:
                    by_word.setdefault(word, []).append((duty, stems))
    told: set[tuple[str, str, str]] = set()
    for duty, stems in rows:
        near = {id(other): (other, theirs) for word in stems for other, theirs in by_word[word]}
        for other, theirs in near.values():
            if other.source <= duty.source or other.kind != duty.kind:
                continue
            if len(stems & theirs) < SAME_TASK * len(stems | theirs) or duty.condition != other.condition:
                continue
            if not _meet(standings[duty.source], standings[other.source]):
                continue
            if other.role in roles[duty.source, duty.task, duty.kind]:
                continue
            if duty.role in roles[other.source, other.task, other.kind]:
                continue
            key = (duty.source, other.source, duty.task)
            if key not in told:
                told.add(key)
                text = f"{duty.role} {duty.kind} enligt {_place(duty)}: ”{duty.quote}” Men {other.role} enligt "
                yield Finding("säger olika", duty.source, f"{text}{_place(other)}: ”{other.quote}”", other.source)


def _place(said: Duty | _Said) -> str:
    return f"{said.source}, sida {said.page}" if said.page is not None else said.source


def _limits(
    chunks: Sequence[tuple[int, Chunk]],
    standings: Mapping[str, Standing],
    ruling: set[str],
    vectors: Mapping[Key, NDArray[np.float32]],
) -> Iterator[Finding]:
    """Different numbers of the same unit in two sentences on the same limit."""
    said = [
        one
        for position, chunk in chunks
        if chunk.source in ruling
        for one in _said(position, chunk)
        if one.key in vectors
    ]
    by_unit: dict[str, list[_Said]] = {}
    for one in said:
        by_unit.setdefault(one.unit, []).append(one)
    for group in by_unit.values():
        if len(group) < 2:
            continue
        matrix = np.stack([vectors[one.key] for one in group])
        matrix = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
        for one, other in ((group[a], group[b]) for a, b in _alike(matrix)):
            if one.number == other.number or one.source == other.source:
                continue
            common = len(one.stems & other.stems) / max(1, min(len(one.stems), len(other.stems)))
            if common >= SHARED and _meet(standings[one.source], standings[other.source]):
                text = f"Olika gränser. {_place(one)}: ”{one.text}” Men {_place(other)}: ”{other.text}”"
                yield Finding("säger olika", one.source, text, other.source)


def _alike(matrix: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """The pairs of rows that are on the same limit, in their order; some rows at a time, since all are many."""
    for start in range(0, len(matrix), ROWS):
        near = matrix[start : start + ROWS] @ matrix[start:].T >= SAME_LIMIT
        for a, b in np.argwhere(np.triu(near, 1)):
            yield start + int(a), start + int(b)


def _said(position: int, chunk: Chunk) -> Iterator[_Said]:
    for number, unit in enumerate(chunk.units):
        text = chunk.text[unit.start : unit.end]
        limits = amounts(text)
        if len(limits) == 1:
            ((amount, counted),) = limits
            if amount.startswith("varje"):  # how often: "varje månad" and "varje vecka" are of one kind
                amount, counted = f"{amount} {counted}", "hur ofta"
            yield _Said((position, number), chunk.source, chunk.page, text, amount, counted, _stems(text))


def _stems(text: str) -> frozenset[str]:
    found = {stem(word) for word in words(text) if word not in STOP and not word[0].isdigit() and word not in COUNTED}
    return frozenset(found) - COMMON
