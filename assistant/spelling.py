"""Spelling repaired against words that are known: those of the index, of the word list, and of staff's questions."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.swedish import STOP, stem

LEAST = 4  # letters of a word that is repaired, and of one that it is repaired to
SURE = 5  # letters, below which the other word must be common
COMMON = 3  # times that a common word stands in the index
FAR = 8  # letters, from which two errors are repaired
READ = 24  # letters of a word that tell which words are compared at all
# Both made by `eval/training/known_words.py`: digests of right words, and words that staff ask with.
KNOWN_WORDS = Path(__file__).parent / "known_words.bin"
ASKED_WORDS = Path(__file__).parent / "asked_words.txt"


def is_word(word: str) -> bool:
    """Is it a form of a Swedish or English word, in lower case? One in 4,000 others is taken for one."""
    digests = _digests()
    place = int(np.searchsorted(digests, digest(word)))
    return place < len(digests) and int(digests[place]) == digest(word)


@lru_cache(maxsize=1)
def asked_words() -> frozenset[str]:
    """Words of questions, in lower case, that a misspelt one may stand for though no document has them."""
    return frozenset(ASKED_WORDS.read_text(encoding="utf-8").split())


def digest(word: str) -> int:
    """A number below 2**32 that stands for the word."""
    return zlib.crc32(word.encode())


@lru_cache(maxsize=1)
def _digests() -> NDArray[np.uint32]:
    return np.fromfile(KNOWN_WORDS, dtype="<u4")


class Near:
    """Words that differ from another by few letters; fast among hundreds of thousands.

    Words an edit apart differ in at most two letters of their alphabets, so most are told apart by a mask of letters.
    """

    def __init__(self, known: Sequence[str]) -> None:
        self._words = list(known)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int16)
        self._masks = _masks(self._words)

    def find(self, word: str, edits: int) -> list[tuple[str, int]]:
        """Known words at most `edits` away (a swap of neighbours is one), each with its distance."""
        if not self._words:
            return []
        close = np.abs(self._lengths - len(word)) <= edits
        close &= np.bitwise_count(self._masks ^ _masks([word])[0]) <= 2 * edits
        some = [self._words[place] for place in np.flatnonzero(close)]
        found = process.extract(word, some, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(other, int(distance)) for other, distance, _ in found]


def _masks(known: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A bit for each letter that is in the word's beginning."""
    if not known:
        return np.zeros(0, dtype=np.uint64)
    letters = np.array(known, dtype=f"U{READ}").view(np.uint32).reshape(len(known), READ).astype(np.uint64)
    bits = np.where(letters > 0, np.uint64(1) << (letters % np.uint64(61)), np.uint64(0))
    masks: np.ndarray[tuple[int], np.dtype[np.uint64]] = np.bitwise_or.reduce(bits, axis=1)
    return masks


class Speller:
    """Repairs words that nothing knows: to the nearest of the known words, or of their stems, so in any form."""

    def __init__(self, counts: Mapping[str, int], listed: Collection[str], is_known: Callable[[str], bool]) -> None:
        """`counts` are the index's words and how often they stand there, `listed` those that are known besides."""
        self._counts, self._listed, self._is_known = counts, frozenset(listed), is_known
        words = [word for word in {*counts, *listed} if len(word) >= LEAST and word.isalpha()]
        self._of_stem: dict[str, str] = {}
        for word in sorted(words, key=self._count):
            self._of_stem[stem(word)] = word  # the most common last
        self._words, self._stems = Near(words), Near([own for own in self._of_stem if len(own) >= LEAST])
        self.repair = lru_cache(maxsize=4096)(self._repair)

    def _count(self, word: str) -> int:
        return self._counts.get(word, COMMON if word in self._listed else 0)

    def _repair(self, word: str) -> str:
        """The known word that is nearest, when one is near enough and this is none; else the word."""
        if len(word) < LEAST or not word.isalpha() or self._knows(word):
            return word
        return self._nearest(word) or self._part_repaired(word) or word

    def _knows(self, word: str) -> bool:
        return word in self._listed or self._is_known(word)

    def _part_repaired(self, word: str) -> str:
        """A compound of a known word and one that is repaired; else ""."""
        for cut in range(LEAST, len(word) - LEAST + 1):
            head, tail = word[:cut], word[cut:]
            bare = head[:-1] if head.endswith("s") else head
            if len(bare) >= SURE and self._knows(tail) and (better := self._nearest(bare)):
                return better + head[len(bare) :] + tail
            if len(tail) >= SURE and (self._knows(head) or self._knows(bare)) and (better := self._nearest(tail)):
                return head + better
        return ""

    def _nearest(self, word: str) -> str:
        """The known word that is nearest, when one is near enough; else ""."""
        edits = 2 if len(word) >= FAR else 1
        own = stem(word)
        near = [(other, float(distance)) for other, distance in self._words.find(word, edits)]
        if len(own) >= SURE:  # another form goes after one error in the form that was written, and before two
            near += [(self._of_stem[other], 1.5) for other, _ in self._stems.find(own, 1)]
        # The first letter is seldom wrong (Pollock & Zamora, 1984), and a stop word is not what is searched for.
        near = [(other, far) for other, far in near if other[0] == word[0] and other not in STOP]
        if len(word) < SURE:
            near = [(other, far) for other, far in near if self._count(other) >= COMMON]
        return min(near, key=self._order)[0] if near else ""

    def _order(self, hit: tuple[str, float]) -> tuple[float, bool, int, str]:
        """Of words as near, those that the documents have come first, and the more common."""
        word, far = hit
        return far, word not in self._counts, -self._count(word), word
