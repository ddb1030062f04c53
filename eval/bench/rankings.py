"""Every part of the search as a ranking of its own, over one index."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from assistant.gist import gist
from assistant.question import Reader
from assistant.rank import order_passages, read_scorers
from assistant.retrieve import retrieve
from assistant.search import Search
from eval.bench.task import DEPTH, Hit, Query
from ingest import lexical, swedish
from ingest.corpus import Chunk
from ingest.embed import Embedder, Vectors
from ingest.index import WHOLE, Index
from ingest.lexical import LexicalIndex
from ingest.wordlist import WordList

AT_ONCE = 2000  # vectors read at a time


class Parts:
    """The rankings over one index. Vectors alone are compared one by one, without Chroma's graph."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        search: Search,
        words: WordList,
        scratch: Path,
        assistant: Assistant | None = None,
    ) -> None:
        self._index, self._embedder, self._assistant = index, embedder, assistant
        self._search, self._alone, self._scorer = search, search.without_examples(), read_scorers()["passage"]
        self._titles = {entry["source"]: entry["standing"].get("title", "") for entry in index.manifest["documents"]}
        self._reader = Reader(index.lexical, words.groups)
        self._bare_reader = Reader(index.lexical, ())
        with whole_words():
            lexical.build(list(fields(index)), scratch, known=words.parts)
            uncut = LexicalIndex(scratch)
        self._uncut = copy.copy(index)
        self._uncut.lexical = uncut
        self._uncut_reader = Reader(uncut, words.groups)
        self._chunks = index.chunks(range(index.size))
        self.length = int(median(len(chunk.text) for chunk in self._chunks))
        self._wholes, self._owners, self._units = _vectors(index, self._chunks)

    def lexical_alone(self, query: Query) -> list[Hit]:
        """BM25 with synonyms and the parts of compounds."""
        return self._by_words(query, self._reader, self._index)

    def lexical_without_synonyms(self, query: Query) -> list[Hit]:
        return self._by_words(query, self._bare_reader, self._index)

    def lexical_without_parts(self, query: Query) -> list[Hit]:
        return self._by_words(query, self._uncut_reader, self._uncut)

    def wholes_alone(self, query: Query) -> list[Hit]:
        """Cosine of the whole passage."""
        return self._hits(np.argsort(-(self._wholes @ self._embedder.query(query.text)), kind="stable"))

    def units_alone(self, query: Query) -> list[Hit]:
        """Cosine of a passage's nearest sentence, item or row."""
        best = np.full(len(self._chunks), -2.0, dtype=np.float32)
        np.maximum.at(best, self._owners, self._units @ self._embedder.query(query.text))
        return self._hits(np.argsort(-best, kind="stable"))

    def fused(self, query: Query) -> list[Hit]:
        """BM25, whole passages and units by reciprocal rank."""
        found = retrieve(self._reader.read(query.text), self._index, self._embedder)
        return [_hit(candidate.chunk) for candidate in found[:DEPTH]]

    def ranked_by_search(self, query: Query) -> list[Hit]:
        """The candidates of `fused`, ordered by the learned scorer alone."""
        examples = self._search.examples
        found = retrieve(self._reader.read(query.text), self._index, self._embedder, examples=examples)
        return [_hit(candidate.chunk) for candidate in order_passages(found, self._scorer)[:DEPTH]]

    def ranked(self, query: Query) -> list[Hit]:
        """All of it: the candidates of `fused`, for the gist of the question, ordered before and after the reranker."""
        return self._ranked(query, self._reader, self._index)

    def ranked_without_synonyms(self, query: Query) -> list[Hit]:
        return self._ranked(query, self._bare_reader, self._index)

    def ranked_without_parts(self, query: Query) -> list[Hit]:
        return self._ranked(query, self._uncut_reader, self._uncut)

    def ranked_without_examples(self, query: Query) -> list[Hit]:
        return self._ranked(query, self._reader, self._index, self._alone)

    def as_asked(self, query: Query) -> list[Hit]:
        """What the chat finds: standing and profile count too, and a question that is refused finds nothing."""
        assert self._assistant is not None
        return [_hit(passage.chunk) for passage in self._assistant.ask(query.text, profile=query.profile).passages]

    def _by_words(self, query: Query, reader: Reader, index: Index) -> list[Hit]:
        scores = index.lexical.scores(reader.read(query.text).terms)
        return self._hits(place for place in np.argsort(-scores, kind="stable") if scores[place] > 0)

    def _ranked(self, query: Query, reader: Reader, index: Index, search: Search | None = None) -> list[Hit]:
        question = reader.read(query.text, gist(query.text, self._embedder))
        passages, _ = (search or self._search)(question, index, self._titles)
        return [_hit(candidate.chunk) for candidate in passages[:DEPTH]]

    def _hits(self, order: Iterable[int]) -> list[Hit]:
        return [_hit(self._chunks[int(place)]) for place, _ in zip(order, range(DEPTH), strict=False)]


def fields(index: Index) -> Iterator[str]:
    """What the word index is built of, a text a passage, in order."""
    titles = {entry["source"]: entry["standing"].get("title", "") for entry in index.manifest["documents"]}
    for chunk in index.chunks(range(index.size)):
        yield " ".join([titles[chunk.source], *chunk.section, chunk.text])


@contextmanager
def whole_words() -> Iterator[None]:
    """While it is open no compound is split, nor ever by an index that was opened in it: no word is long enough."""
    usual = swedish.LEAST_PART
    swedish.LEAST_PART = 1_000_000
    try:
        yield
    finally:
        swedish.LEAST_PART = usual


def _vectors(index: Index, chunks: Sequence[Chunk]) -> tuple[Vectors, NDArray[np.intp], Vectors]:
    """The passages' vectors by position; the position that each unit belongs to; the units' vectors."""
    keys = [(place, unit) for place, chunk in enumerate(chunks) for unit in (WHOLE, *range(len(chunk.units)))]
    found: dict[tuple[int, int], Vectors] = {}
    for start in range(0, len(keys), AT_ONCE):
        found.update(index.vectors(keys[start : start + AT_ONCE]))
    own = [key for key in keys if key[1] != WHOLE and key in found]
    wholes: Vectors = np.stack([found[place, WHOLE] for place in range(len(chunks))])
    units: Vectors = np.stack([found[key] for key in own]) if own else np.zeros((0, wholes.shape[1]), dtype=np.float32)
    return wholes, np.array([place for place, _ in own], dtype=np.intp), units


def _hit(chunk: Chunk) -> Hit:
    return Hit(chunk.source, chunk.page, chunk.text)
