"""Vectors of sentences, items and rows: 16-bit, memory-mapped, with a sign a dimension to find them by.

Units are many times as many as passages. A graph over them would hold them all in memory; here a question is compared
with every unit's signs (a bit a dimension, about their mean: Charikar, 2002), then exactly with the nearest by those.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Vectors

SHORTLIST = 2000  # units that are compared exactly: they hold 98 of a hundred nearest 60
BLOCK = 16_384  # units at a time, so that what is compared stays in the processor's cache
ROOM = 1 << 20  # more units than any passage has
Key = tuple[int, int]  # position of the chunk, and number of its unit or WHOLE
Keys = Sequence[Key]


def _packed(places: NDArray[np.int64]) -> NDArray[np.int64]:
    packed: NDArray[np.int64] = places[:, 0] * ROOM + places[:, 1]
    return packed


def _signs(vectors: Vectors, mean: Vectors) -> NDArray[np.uint64]:
    """A bit a dimension, in 64-bit words: shape (words, vectors)."""
    bits = np.packbits(vectors > mean, axis=1)
    padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
    return np.ascontiguousarray(padded.view(np.uint64).T)


class UnitWriter:
    """Writes unit vectors in any order; `finish` sorts them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._keys: list[Key] = []
        self._width = 0
        self._raw = (folder / "raw").open("w+b")

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors of length 1, each with its key."""
        if len(keys):
            self._keys += keys
            self._width = vectors.shape[1]
            self._raw.write(np.ascontiguousarray(vectors, dtype=np.float16).tobytes())

    def finish(self) -> None:
        """Write what `UnitVectors` opens."""
        count, width = len(self._keys), self._width
        self._raw.flush()
        places = np.array(self._keys, dtype=np.int64).reshape(count, 2)
        packed = _packed(places)
        order = np.argsort(packed)
        raw = np.fromfile(self._raw.name, dtype=np.float16).reshape(count, width)
        blocks = [slice(start, start + BLOCK) for start in range(0, count, BLOCK)]
        total = sum((raw[block].sum(axis=0, dtype=np.float64) for block in blocks), np.zeros(width))
        mean = (total / max(count, 1)).astype(np.float32)
        words = -(-width // 64)
        signs = np.zeros((words, count), dtype=np.uint64)
        with (self._folder / "vectors").open("wb") as stream:
            for block in blocks:
                own = raw[order[block]]
                stream.write(own.tobytes())
                signs[:, block] = _signs(own.astype(np.float32), mean)
        np.save(self._folder / "signs.npy", signs)
        np.save(self._folder / "mean.npy", mean)
        np.save(self._folder / "keys.npy", packed[order])
        del raw
        self.close()
        (self._folder / "raw").unlink()

    def close(self) -> None:
        """Let go of the file. What is not finished stays unfinished."""
        self._raw.close()


class UnitVectors:
    """Opened unit vectors, for any number of threads. Raises OSError or ValueError where the files are broken."""

    def __init__(self, folder: Path) -> None:
        self._keys: NDArray[np.int64] = np.load(folder / "keys.npy")
        self._mean: Vectors = np.load(folder / "mean.npy")
        self._signs: NDArray[np.uint64] = np.load(folder / "signs.npy")
        shape = (len(self._keys), len(self._mean))
        if (folder / "vectors").stat().st_size != 2 * shape[0] * shape[1]:
            raise ValueError(f"{folder / 'vectors'} does not hold {shape[0]} vectors of {shape[1]}")
        self._vectors: NDArray[np.float16] = (
            np.memmap(folder / "vectors", dtype=np.float16, mode="r", shape=shape)
            if shape[0]
            else np.zeros(shape, dtype=np.float16)
        )

    def __len__(self) -> int:
        return len(self._keys)

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, int, float]]:
        """(position, number of the unit, cosine similarity) of the nearest units, best first."""
        if not len(self._keys):
            return []
        rows = self._shortlist(vector, max(SHORTLIST, limit))
        similarities = self._vectors[rows].astype(np.float32) @ vector
        best = np.argsort(-similarities, kind="stable")[:limit]
        return [(*divmod(int(self._keys[rows[place]]), ROOM), float(similarities[place])) for place in best]

    def vectors(self, keys: Keys) -> dict[tuple[int, int], Vectors]:
        """The vectors of these units; units without one are left out."""
        if not len(keys) or not len(self._keys):
            return {}
        wanted = _packed(np.array(keys, dtype=np.int64))
        rows = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        there = np.flatnonzero(self._keys[rows] == wanted)
        found = self._vectors[rows[there]].astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)  # 16 bits round the length too
        return {keys[int(place)]: vector for place, vector in zip(there, found, strict=True)}

    def _shortlist(self, vector: Vectors, size: int) -> NDArray[np.intp]:
        """Rows of the `size` units whose signs differ least from the vector's, and of those that differ as little."""
        count = len(self._keys)
        if count <= size:
            return np.arange(count)
        signs = _signs(vector[None, :], self._mean)[:, 0]
        differing = np.zeros(count, dtype=np.uint16)
        for start in range(0, count, BLOCK):
            here = differing[start : start + BLOCK]
            for own, asked in zip(self._signs[:, start : start + BLOCK], signs, strict=True):
                here += np.bitwise_count(own ^ asked)
        border = int(np.searchsorted(np.cumsum(np.bincount(differing)), size))
        return np.flatnonzero(differing <= border)
