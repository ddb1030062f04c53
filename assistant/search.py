"""A question into passages and units, best first: retrieve ▸ rank ▸ reread."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from assistant.examples import NO_EXAMPLES, Examples, open_examples
from assistant.question import Question
from assistant.rank import (
    Found,
    Scorer,
    describe_answer,
    describe_units,
    order_passages,
    order_units,
    read_scorers,
    shifted,
)
from assistant.rerank import Reranker, reading
from assistant.reread import REREAD_KNOWN_FEATURES, describe_reread_answer, reread, worth_reading
from assistant.retrieve import Candidate, retrieve
from ingest.corpus import Chunk
from ingest.embed import Embedder
from ingest.index import Index

ENOUGH = 0.45  # probability from which the best unit is taken for an answer, where a reranker has read it
ENOUGH_ALONE = 0.3  # and by what the search alone says
PAIR = REREAD_KNOWN_FEATURES.index("pair")  # what the reranker says of the best unit


def unshifted(chunk: Chunk) -> float:
    """Every document counts alike."""
    return 0.0


def sureness(described: Sequence[float], scorers: Mapping[str, Scorer]) -> float:
    """How sure it is, in log-odds, that the best unit answers; `described` are the `REREAD_KNOWN_FEATURES`.

    A mean of three that err in different ways: a scorer that has seen documents taken away, one that has seen which
    whole answers were right (and counts twice), and the reranker, which reads the unit alone.
    """
    known, sure = (float(scorers[name]([described])[0]) for name in ("reread known", "sure"))
    return (known + 2 * sure + described[PAIR]) / 4


class Search:
    """Searches any index with one embedding model and, where there is one, a reranker; from any number of threads."""

    def __init__(
        self, embedder: Embedder, reranker: Reranker | None = None, *, examples: Examples | None = None
    ) -> None:
        """With the `examples` given, or those that come along. Raises ModelMissing."""
        self._embedder, self._reranker = embedder, reranker
        self.examples = open_examples(embedder.name) if examples is None else examples
        self._scorers = read_scorers()
        self.enough = ENOUGH_ALONE if reranker is None else ENOUGH

    def without_examples(self) -> Search:
        """The same, that has no examples to look up."""
        return Search(self._embedder, self._reranker, examples=NO_EXAMPLES)

    def __call__(
        self,
        question: Question,
        index: Index,
        titles: Mapping[str, str],
        *,
        allowed: Callable[[str], bool] | None = None,
        shift: Callable[[Chunk], float] = unshifted,
    ) -> tuple[list[Candidate], list[Found]]:
        """Return passages and the units of the best of them, of sources that `allowed` lets through.

        `titles` are the documents' by source; `shift` is what a chunk's standing adds to its score, in log-odds.
        """
        candidates = retrieve(question, index, self._embedder, examples=self.examples, allowed=allowed)
        passages = order_passages(candidates, self._scorers["passage"])
        units = order_units(describe_units(question, passages), self._scorers["unit"])
        passages, units = shifted(passages, units, shift)
        if self._reranker is None:
            return passages, units
        texts = [reading(unit, titles[unit.candidate.chunk.source]) for unit in worth_reading(units)]
        return reread(passages, units, self._reranker.scores(question.searched, texts).tolist(), self._scorers)

    def read(self, question: Question, unit: Found, title: str) -> float | None:
        """The reranker's log-odds that a unit answers, read now where it was not; None without a reranker."""
        if unit.pair is None and self._reranker is not None:
            unit.pair = float(self._reranker.scores(question.searched, [reading(unit, title)])[0])
        return unit.pair

    def chance(self, question: Question, passages: Sequence[Candidate], units: Sequence[Found]) -> float:
        """The probability that the best of these units answers the question."""
        if not units:
            return 0.0
        if self._reranker is None:
            score = float(self._scorers["known"]([describe_answer(question, passages, units)])[0])
        else:
            score = sureness(describe_reread_answer(question, passages, units), self._scorers)
        return 1.0 / (1.0 + math.exp(-score))
