"""What a ranking is asked for and how it is judged: Query, Hit, Task; and the estimates that come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from assistant.answers import Profile

ROUNDS = 2000  # of the bootstrap
DEPTH = 50  # hits that a ranking gives


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a document's page that a ranking gives."""

    document: str
    page: int | None
    text: str


Judge = Callable[[Sequence[Hit]], dict[str, float]]  # hits, best first, into measures from 0 to 1
Ranking = Callable[["Query"], list[Hit]]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and the judge of what is found for it."""

    id: str
    text: str
    judge: Judge
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A question set on one corpus."""

    name: str
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of `of` values with its 95 % interval."""

    mean: float
    low: float
    high: float
    of: int

    def json(self) -> dict[str, float | int]:
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4), "of": self.of}


def ndcg(relevant: frozenset[str], hits: Sequence[Hit], *, depth: int = 10) -> float:
    """nDCG with binary gain (Järvelin & Kekäläinen 2002); a document stands where its best hit stands."""
    order = list(dict.fromkeys(hit.document for hit in hits))[:depth]
    gained = sum(1 / log2(rank + 1) for rank, document in enumerate(order, start=1) if document in relevant)
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(depth, len(relevant)) + 1))
    return gained / ideal


def bootstrap(values: Sequence[float], *, seed: int) -> Estimate:
    """The mean of at least one value, with the percentile interval over resampled questions (Efron 1979)."""
    array = np.asarray(values, dtype=float)
    picks = np.random.default_rng(seed).integers(0, len(array), (ROUNDS, len(array)))
    low, high = np.percentile(array[picks].mean(axis=1), [2.5, 97.5])
    return Estimate(float(array.mean()), float(low), float(high), len(array))
