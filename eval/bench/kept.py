"""What a run keeps for the next one: vectors of passages on disk, and in memory what one question asks for again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.rerank import Reranker, Scores, Text
from eval.bench.quality import Table
from ingest.embed import Embedder, Vectors

AT_ONCE = 256  # texts embedded between two writes


class KeptVectors:
    """An embedder whose vectors of passages stay in `folder`, a file a model, by the digest of the text.

    Stopped half-way, the next run goes on where it was. From one thread.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = embedder.name
        self._embedder = embedder
        self._file = sqlite3.connect(folder / f"{digest([self.name.encode()])}.sqlite")
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return self._embedder.passages(texts)
        return np.concatenate([self._some(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)])

    def query(self, text: str) -> Vectors:
        return self._embedder.query(text)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _some(self, texts: Sequence[str]) -> Vectors:
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        marks = ",".join("?" * len(keys))
        rows = self._file.execute(f"SELECT text, vector FROM vectors WHERE text IN ({marks})", keys)
        found = {key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            made = self._embedder.passages(list(missing.values()))
            with self._file:
                self._file.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, vector.astype(np.float32).tobytes()) for key, vector in zip(missing, made, strict=True)],
                )
            found |= zip(missing, made, strict=True)
        return np.stack([found[key] for key in keys])


class KeptTables:
    """Tables that are measured stay in `folder`, by what they were measured on and the digest of what measures."""

    def __init__(self, folder: Path, made_by: str, *, take_over: bool) -> None:
        """`take_over`: a table that is there is not measured again."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._made_by, self._take_over = folder, made_by, take_over

    def table(self, measured_on: str, measure: Callable[[], Table]) -> Table:
        """The kept table, or a new one, kept from now on."""
        path = self._path(measured_on)
        if self.has(measured_on):
            return Table.of(json.loads(path.read_text(encoding="utf-8")))
        made = measure()
        pending = path.with_suffix(".new")
        pending.write_text(json.dumps(made.json(), ensure_ascii=False), encoding="utf-8")
        pending.replace(path)
        return made

    def has(self, measured_on: str) -> bool:
        """Will a table be taken over?"""
        return self._take_over and self._path(measured_on).exists()

    def _path(self, measured_on: str) -> Path:
        return self._folder / f"{digest([measured_on.encode(), self._made_by.encode()])}.json"


def digest(parts: Iterable[bytes]) -> str:
    """A name for these bytes, 16 hexadecimal digits."""
    made = hashlib.sha256()
    for part in parts:
        made.update(hashlib.sha256(part).digest())
    return made.hexdigest()[:16]


def files_digest(folders: Iterable[Path], endings: Iterable[str]) -> str:
    """A digest of all files below `folders` with these endings, by their paths and bytes."""
    wanted = tuple(endings)
    found = [(folder, path) for folder in folders for path in sorted(folder.rglob("*")) if path.name.endswith(wanted)]
    return digest(
        part for folder, path in found for part in (str(path.relative_to(folder)).encode(), path.read_bytes())
    )


class RememberedQueries:
    """An embedder that computes the vector of a question once, however many rankings ask for it."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.passages(texts)

    def query(self, text: str) -> Vectors:
        if text not in self._known:
            self._known[text] = self._embedder.query(text)
        return self._known[text]


class RememberedScores:
    """A reranker that reads a text with a question once, however many rankings find it."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self._known: dict[tuple[str, Text], float] = {}

    def scores(self, question: str, texts: Sequence[Text]) -> Scores:
        missing = [text for text in dict.fromkeys(texts) if (question, text) not in self._known]
        if missing:
            for text, score in zip(missing, self._reranker.scores(question, missing), strict=True):
                self._known[question, text] = float(score)
        return np.array([self._known[question, text] for text in texts], dtype=float)
