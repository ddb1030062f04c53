"""The lexical index: BM25 over stems and the parts of compounds, built at ingest and opened after."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from ingest.swedish import Compounds, words

K1, B = 1.2, 0.75  # Robertson & Zaragoza (2009), the usual values


def terms(text: str, compounds: Compounds) -> list[str]:
    """Stems of a text's words, each compound followed by the stems of its parts; stop words are left out."""
    return [term for word in words(text) for term in compounds.terms(word)]


def build(texts: Sequence[str], folder: Path, *, known: Iterable[str]) -> None:
    """Write the index of `texts` into `folder`. `known` are words that compounds may be split into."""
    surfaces: Counter[str] = Counter(word for text in texts for word in words(text))
    listed = sorted(set(known))
    compounds = Compounds([*surfaces, *listed])
    tokenized = [terms(text, compounds) or ["\x00"] for text in texts]
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    index = bm25s.BM25(k1=K1, b=B)
    index.index(tokenized, show_progress=False)
    folder.mkdir(parents=True)
    index.save(str(folder), show_progress=False)
    spellings = {word: count for word, count in surfaces.items() if not word[0].isdigit()}
    (folder / "words.json").write_text(json.dumps([spellings, listed], ensure_ascii=False), encoding="utf-8")


class LexicalIndex:
    """An opened index; every passage is known by its position."""

    def __init__(self, folder: Path) -> None:
        self._index = bm25s.BM25.load(str(folder), mmap=True)
        scores = self._index.scores
        self.size = int(scores["num_docs"])
        self._data, self._rows, self._starts = scores["data"], scores["indices"], scores["indptr"]
        self._terms: Mapping[str, int] = self._index.vocab_dict
        spellings, listed = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self.spellings: dict[str, int] = spellings
        self.compounds = Compounds([*spellings, *listed])

    def frequency(self, term: str) -> int:
        """How many passages hold the term."""
        place = self._terms.get(term)
        return 0 if place is None else int(self._starts[place + 1] - self._starts[place])

    def holding(self, term: str) -> list[int]:
        """The positions of the passages that hold the term."""
        place = self._terms.get(term)
        return [] if place is None else self._rows[self._starts[place] : self._starts[place + 1]].tolist()

    def rarity(self, term: str) -> float:
        """BM25's inverse document frequency of a term; that of a term in no passage is the highest."""
        count = self.frequency(term)
        return float(np.log(1 + (self.size - count + 0.5) / (count + 0.5)))

    def scores(self, weighted: Mapping[str, float]) -> NDArray[np.float32]:
        """The BM25 score of every passage, shape (passages,), each term's share times its weight."""
        total: NDArray[np.float32] = np.zeros(self.size, dtype=np.float32)
        for term, weight in weighted.items():
            place = self._terms.get(term)
            if place is None:
                continue
            start, end = int(self._starts[place]), int(self._starts[place + 1])
            total[self._rows[start:end]] += weight * self._data[start:end]
        return total
