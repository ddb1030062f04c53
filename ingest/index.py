"""The index: generations beside each other, one of them current. Text in SQLite, vectors in Chroma, words in BM25.

    index/
      current                     the name of the generation that answers
      generations/<name>/         manifest.json, text.sqlite, chroma/, lexical/

A generation is written whole, then `current` is replaced in one step; older ones are deleted, so that nothing of a removed
document stays on disk.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from ingest import records
from ingest.corpus import Chunk, Document
from ingest.embed import Vectors
from ingest.errors import IndexBusy, IndexMismatch, IndexMissing
from ingest.lexical import LexicalIndex

LAYOUT = 1  # raised when what is written changes, so that an older index is refused
WHOLE = -1  # in place of a unit's number: the vector of the whole passage
BATCH = 2000  # vectors a write


def generations(folder: Path) -> Path:
    """Where the generations lie."""
    return folder / "generations"


def current(folder: Path) -> str | None:
    """The name of the generation that answers, or None."""
    try:
        name = (folder / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return name if (generations(folder) / name / "manifest.json").exists() else None


def switch(folder: Path, name: str) -> None:
    """Make a generation the current one, in one atomic step, and delete the others."""
    pending = folder / "current.new"
    with pending.open("w", encoding="utf-8") as stream:
        stream.write(name)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(pending, folder / "current")
    sweep(folder)


def sweep(folder: Path) -> None:
    """Delete every generation that is not current: replaced ones, and halves that a killed ingest left."""
    keep = current(folder)
    if generations(folder).is_dir():
        for path in generations(folder).iterdir():
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index for one writer; the lock goes with the process that holds it. Raises IndexBusy."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+b") as stream:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IndexBusy(f"En annan inläsning skriver just nu i {folder}. Vänta tills den är klar.") from error
        yield


class Writer:
    """Writes one new generation; nothing is visible before `switch`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._text = sqlite3.connect(folder / "text.sqlite")
        self._text.executescript(
            """CREATE TABLE documents (source TEXT PRIMARY KEY, digest TEXT, record TEXT);
            CREATE TABLE chunks (position INTEGER PRIMARY KEY, id TEXT UNIQUE, source TEXT, record TEXT);
            CREATE INDEX chunks_of_source ON chunks (source);"""
        )
        self._vectors = _client(folder / "chroma").create_collection(
            "vectors", metadata={"hnsw:space": "cosine"}, embedding_function=None
        )

    def add(self, document: Document, chunks: Sequence[tuple[int, Chunk]]) -> None:
        """Add a document and its chunks, each with its position in the index."""
        self._text.execute(
            "INSERT INTO documents VALUES (?, ?, ?)", (document.source, document.digest, records.dump(document))
        )
        self._text.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?)",
            [(position, chunk.id, chunk.source, records.dump(chunk)) for position, chunk in chunks],
        )

    def add_vectors(self, keys: Sequence[tuple[int, int]], sources: Sequence[str], vectors: Vectors) -> None:
        """Add vectors by (position of the chunk, number of the unit or WHOLE)."""
        for start in range(0, len(keys), BATCH):
            part = slice(start, start + BATCH)
            self._vectors.add(
                ids=[f"{position}:{unit}" for position, unit in keys[part]],
                embeddings=vectors[part],
                metadatas=[
                    {"position": position, "unit": unit, "source": source}
                    for (position, unit), source in zip(keys[part], sources[part], strict=True)
                ],
            )

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, last of all."""
        self._text.commit()
        self._text.close()
        text = json.dumps({"layout": LAYOUT, **manifest}, ensure_ascii=False, indent=1)
        (self.folder / "manifest.json").write_text(text, encoding="utf-8")


class Index:
    """An opened generation, for any number of threads."""

    def __init__(self, folder: Path, *, model: str | None = None) -> None:
        """Open the current generation below `folder`. Raises IndexMissing, IndexMismatch."""
        name = current(folder)
        if name is None:
            raise IndexMissing(f"Det finns inget index i {folder}. Kör `rollkoll ingest` först.")
        here = generations(folder) / name
        self.name = name
        self.manifest: dict[str, Any] = json.loads((here / "manifest.json").read_text(encoding="utf-8"))
        if self.manifest.get("layout") != LAYOUT:
            raise IndexMismatch(f"Indexet i {folder} är byggt av en annan version. Kör `rollkoll ingest` igen.")
        if model is not None and self.manifest["model"] != model:
            raise IndexMismatch(
                f"Indexet i {folder} är byggt med modellen {self.manifest['model']!r}, inte {model!r}. Kör `rollkoll ingest` "
                "igen, eller ställ tillbaka ROLLKOLL_EMBEDDING_MODEL."
            )
        self._path = here / "text.sqlite"
        self._local = threading.local()
        self._vectors = _client(here / "chroma").get_collection("vectors", embedding_function=None)
        self._lock = threading.Lock()
        self.lexical = LexicalIndex(here / "lexical")
        self._chunks: dict[int, Chunk] = {}

    @property
    def size(self) -> int:
        """The number of passages."""
        return self.lexical.size

    def chunks(self, positions: Iterable[int]) -> list[Chunk]:
        """The chunks at these positions, in the order asked for."""
        wanted = list(positions)
        missing = [position for position in wanted if position not in self._chunks]
        if missing:
            marks = ",".join("?" * len(missing))
            rows = self._text().execute(f"SELECT position, record FROM chunks WHERE position IN ({marks})", missing)
            found = {position: records.chunk(record) for position, record in rows}
            if len(self._chunks) > 20_000:
                self._chunks.clear()
            self._chunks.update(found)
            return [found.get(position) or self._chunks[position] for position in wanted]
        return [self._chunks[position] for position in wanted]

    def positions(self, source: str) -> list[int]:
        """The positions of a document's chunks, in its order."""
        rows = self._text().execute("SELECT position FROM chunks WHERE source = ? ORDER BY position", (source,))
        return [position for (position,) in rows]

    def document(self, source: str) -> Document | None:
        """A document with its pages, or None."""
        row = self._text().execute("SELECT record FROM documents WHERE source = ?", (source,)).fetchone()
        return records.document(row[0]) if row else None

    def documents(self) -> Iterator[Document]:
        """Every document, in order of its path."""
        for (record,) in self._text().execute("SELECT record FROM documents ORDER BY source"):
            yield records.document(record)

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, int, float]]:
        """The nearest vectors: position of the chunk, number of its unit or WHOLE, cosine similarity; best first."""
        count = self.manifest["vectors"]
        if not count:
            return []
        with self._lock:
            found = self._vectors.query(
                query_embeddings=[vector], n_results=min(limit, count), include=["metadatas", "distances"]
            )
        assert found["metadatas"] is not None and found["distances"] is not None
        # Chroma answers with cosine distances; from here on, higher is better.
        return [
            (int(str(meta["position"])), int(str(meta["unit"])), 1.0 - float(distance))
            for meta, distance in zip(found["metadatas"][0], found["distances"][0], strict=True)
        ]

    def vectors(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], NDArray[np.float32]]:
        """The stored vectors of these (position, unit) pairs; pairs without one are left out."""
        with self._lock:
            found = self._vectors.get(ids=[f"{position}:{unit}" for position, unit in keys], include=["embeddings"])
        return _keyed(found)

    def vectors_of(self, source: str) -> dict[tuple[int, int], NDArray[np.float32]]:
        """All vectors of one document."""
        with self._lock:
            return _keyed(self._vectors.get(where={"source": source}, include=["embeddings"]))

    def _text(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
        connection: sqlite3.Connection = self._local.connection
        return connection


def _keyed(found: Any) -> dict[tuple[int, int], NDArray[np.float32]]:
    result = {}
    for key, vector in zip(found["ids"], found["embeddings"], strict=True):
        position, unit = key.split(":")
        result[(int(position), int(unit))] = np.asarray(vector, dtype=np.float32)
    return result


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
