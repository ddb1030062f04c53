"""Vectors of whole passages, in Chroma: written once for a generation, then asked by any number of threads."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError, InternalError

from ingest.embed import Vectors

BATCH = 2000  # vectors a write
MEMORY_FOLDERS = ("/dev/shm",)  # where a copy finds room when every disk is full
NAME = "vectors"  # of the collection
CANNOT_WRITE = ChromaError  # what writing raises when the disk is full or read-only


class PassageWriter:
    """Writes passage vectors in any order, many at a time: each write of Chroma's takes long, however small."""

    def __init__(self, folder: Path) -> None:
        self._client = _client(folder)
        self._vectors = self._client.create_collection(NAME, metadata={"hnsw:space": "cosine"}, embedding_function=None)
        self._waiting: list[tuple[int, Vectors]] = []

    def add(self, positions: Sequence[int], vectors: Vectors) -> None:
        """Add vectors of length 1, each with its passage's position."""
        self._waiting += zip(positions, vectors, strict=True)
        while len(self._waiting) >= BATCH:
            self._write()

    def finish(self) -> None:
        """Write what is left."""
        while self._waiting:
            self._write()

    def _write(self) -> None:
        now, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        # Numbers only: Chroma's files may hold pieces of whatever else it was told.
        self._vectors.add(
            ids=[str(position) for position, _ in now], embeddings=np.stack([vector for _, vector in now])
        )

    def close(self) -> None:
        """Let go of the files. What is not finished stays unfinished."""
        self._client.close()


class PassageVectors:
    """Opened passage vectors, for any number of threads. Raises ChromaError where the files are broken."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._client, self._vectors, self._copy = _opened(folder)

    def close(self) -> None:
        """Let go of the files and of the vectors in memory."""
        self._client.close()
        if self._copy is not None:
            self._copy.cleanup()

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """(position, cosine similarity) of the nearest passages, best first."""
        found = self._asked(
            lambda: self._vectors.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        )
        # Chroma answers with cosine distances; from here on, higher is better.
        return [
            (int(place), 1.0 - float(distance))
            for place, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def vectors(self, positions: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of the passages at these positions; those without one are left out."""
        if not positions:
            return {}
        found = self._asked(lambda: self._vectors.get(ids=[str(place) for place in positions], include=["embeddings"]))
        return {
            int(place): np.asarray(vector, dtype=np.float32)
            for place, vector in zip(found["ids"], found["embeddings"], strict=True)
        }

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What Chroma says. After a switch its pool may open a file that is gone; the connection it has reads on."""
        for wait in (0.02, 0.1, 0.4):
            with self._lock:
                try:
                    return ask()
                except InternalError:
                    time.sleep(wait)
        with self._lock:
            return ask()


def _opened(folder: Path) -> tuple[Any, Any, tempfile.TemporaryDirectory[str] | None]:
    """Chroma, its vectors, and the copy that they are read from where their own folder cannot be written to.

    Chroma writes a little whenever it opens; on a disk that is full or read-only, the index answers all the same.
    """
    try:
        client = _client(folder)
        return client, client.get_collection(NAME, embedding_function=None), None
    except ChromaError:
        for place in (None, *MEMORY_FOLDERS):
            with suppress(OSError):
                copy = tempfile.TemporaryDirectory(prefix="rollkoll-", dir=place, ignore_cleanup_errors=True)
                try:
                    for path in folder.rglob("*"):  # `copytree` would copy what forbids writing, too
                        there = Path(copy.name, path.relative_to(folder))
                        there.mkdir() if path.is_dir() else shutil.copyfile(path, there)
                    client = _client(Path(copy.name))
                    return client, client.get_collection(NAME, embedding_function=None), copy
                except BaseException:
                    copy.cleanup()
                    raise
        raise


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
