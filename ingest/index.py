"""The index of one generation: `manifest.json`, `text.sqlite`, `chroma/`, `units/` and `lexical/` in its folder.

Text in SQLite, vectors of whole passages in `passages`, those of their units in `units`, words in `lexical`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import passages, records
from ingest.corpus import Chunk, Document
from ingest.embed import Vectors
from ingest.errors import IndexMismatch, IndexMissing, IngestError
from ingest.generations import current, generations
from ingest.lexical import LexicalIndex, terms
from ingest.passages import PassageVectors, PassageWriter
from ingest.register import Duty
from ingest.units import Key, UnitVectors, UnitWriter

LAYOUT = 3  # raised when what is written changes, so that an older index is refused
WHOLE = -1  # in place of a unit's number: the vector of the whole passage
KEPT_CHUNKS, KEPT_STEMS = 8_000, 2_000  # chunks, and stems of chunks, kept in memory by an opened index
AROUND = 3  # chunks: a page's footnotes may stand between the halves of a sentence
CANNOT_WRITE = (OSError, sqlite3.Error, passages.CANNOT_WRITE)  # when the disk is full or read-only


class Writer:
    """Writes one new generation; nothing is visible before `switch`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._text = sqlite3.connect(folder / "text.sqlite")
        self._text.executescript(
            """CREATE TABLE documents (source TEXT PRIMARY KEY, digest TEXT, record TEXT);
            CREATE TABLE chunks (position INTEGER PRIMARY KEY, id TEXT UNIQUE, source TEXT, record TEXT);
            CREATE INDEX chunks_of_source ON chunks (source);
            CREATE TABLE embedded (position INTEGER, unit INTEGER, digest TEXT, PRIMARY KEY (position, unit))
            WITHOUT ROWID;
            CREATE TABLE duties (number INTEGER PRIMARY KEY, record TEXT);"""
        )
        self._passages = PassageWriter(folder / "chroma")
        self._units = UnitWriter(folder / "units")

    def add(self, document: Document, chunks: Sequence[tuple[int, Chunk]]) -> None:
        """Add a document and its chunks, each with its position in the index."""
        self._text.execute(
            "INSERT INTO documents VALUES (?, ?, ?)", (document.source, document.digest, records.dump(document))
        )
        self._text.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?)",
            [(position, chunk.id, chunk.source, records.dump(chunk)) for position, chunk in chunks],
        )

    def add_duties(self, duties: Iterable[Duty]) -> None:
        """Add rows of the register of responsibility."""
        rows = [(records.dump(duty),) for duty in duties]
        self._text.executemany("INSERT INTO duties (record) VALUES (?)", rows)

    def add_vectors(self, keys: Sequence[tuple[int, int]], texts: Sequence[str], vectors: Vectors) -> None:
        """Add vectors by (position of the chunk, number of the unit or WHOLE).

        `texts` are digests of what was embedded.
        """
        wholes = [place for place, (_, unit) in enumerate(keys) if unit == WHOLE]
        self._passages.add([keys[place][0] for place in wholes], vectors[wholes])
        units = [place for place, (_, unit) in enumerate(keys) if unit != WHOLE]
        self._units.add([keys[place] for place in units], vectors[units])
        self._text.executemany(
            "INSERT INTO embedded VALUES (?, ?, ?)", [(*key, text) for key, text in zip(keys, texts, strict=True)]
        )

    def finish(self, manifest: dict[str, Any]) -> None:
        """Close what was written, and write the manifest last of all."""
        self._text.commit()
        self._passages.finish()
        self._units.finish()
        self.close()
        text = json.dumps({"layout": LAYOUT, **manifest}, ensure_ascii=False, indent=1)
        (self.folder / "manifest.json").write_text(text, encoding="utf-8")

    def close(self) -> None:
        """Let go of the files. What is not finished stays unfinished."""
        self._text.close()
        self._units.close()
        self._passages.close()


@dataclass(frozen=True, slots=True)
class Stems:
    """The stems of a chunk: of each unit alone, of each with its lead-in, heading and document, and of the headings."""

    own: tuple[frozenset[str], ...]
    placed: tuple[frozenset[str], ...]
    head: frozenset[str]  # of all headings above it, and of the document's title


class Index:
    """An opened generation, for any number of threads."""

    def __init__(self, folder: Path, *, model: str | None = None) -> None:
        """Open the current generation below `folder`. Raises IndexMissing, IndexMismatch."""
        name = current(folder)
        if name is None:
            raise IndexMissing(f"Det finns inget index i {folder}. Kör `rollkoll ingest` först.")
        here = generations(folder) / name
        self.name = name
        try:
            self.manifest: dict[str, Any] = json.loads((here / "manifest.json").read_text(encoding="utf-8"))
            layout, built_with = self.manifest.get("layout"), self.manifest.get("model")
        except (OSError, ValueError, AttributeError) as error:
            raise _damaged(folder, error) from error
        if layout != LAYOUT:
            raise IndexMismatch(f"Indexet i {folder} är byggt av en annan version. Kör `rollkoll ingest` igen.")
        if model is not None and built_with != model:
            raise IndexMismatch(
                f"Indexet i {folder} är byggt med modellen {built_with!r}, inte {model!r}. Kör `rollkoll ingest` "
                "igen, eller ställ tillbaka ROLLKOLL_EMBEDDING_MODEL."
            )
        self._text_lock = threading.Lock()
        self._chunks: dict[int, Chunk] = {}
        self._duties: tuple[Duty, ...] | None = None
        self._duties_by_source: dict[str, list[Duty]] | None = None
        self._about: dict[str, frozenset[str]] = {}
        self._stems: dict[int, Stems] = {}
        try:
            self._standings = {entry["source"]: entry["standing"] for entry in self.manifest["documents"]}
            self.lexical = LexicalIndex(here / "lexical")
            # One connection for all threads: one opened later would not find its file after a switch.
            self._text = sqlite3.connect(
                f"{(here / 'text.sqlite').resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._rows("SELECT count(*) FROM documents")
            self._units = UnitVectors(here / "units")
            self._passages = PassageVectors(here / "chroma")
        except IngestError:
            raise
        except Exception as error:  # bm25s, SQLite and Chroma each fail in their own way on a broken file
            raise _damaged(folder, error) from error

    def close(self) -> None:
        """Let go of the files and of the vectors in memory."""
        self._text.close()
        self._passages.close()

    @property
    def size(self) -> int:
        """The number of passages."""
        return self.lexical.size

    def chunks(self, positions: Iterable[int]) -> list[Chunk]:
        """The chunks at these positions, in the order asked for."""
        wanted = list(positions)
        found = {position: chunk for position in wanted if (chunk := self._chunks.get(position)) is not None}
        missing = [position for position in wanted if position not in found]
        if missing:
            marks = ",".join("?" * len(missing))
            rows = self._rows(f"SELECT position, record FROM chunks WHERE position IN ({marks})", missing)
            read = {position: records.chunk(record) for position, record in rows}
            if len(self._chunks) > KEPT_CHUNKS:
                self._chunks.clear()
            self._chunks.update(read)
            found.update(read)
        return [found[position] for position in wanted]

    def about(self, source: str) -> frozenset[str]:
        """Stems of a document's organisation and title: what every passage of it is about."""
        if source not in self._about:
            own = self._standings[source]
            text = f"{own.get('organisation', '')} {own.get('title', '')}"
            self._about[source] = frozenset(terms(text, self.lexical.compounds))
        return self._about[source]

    def stems(self, position: int) -> Stems:
        """The stems of a chunk and of its units."""
        found = self._stems.get(position)
        if found is None:
            (chunk,) = self.chunks([position])
            if len(self._stems) > KEPT_STEMS:
                self._stems = {}  # anew: another thread may be reading the old
            found = self._stems[position] = self._made_stems(chunk)
        return found

    def _made_stems(self, chunk: Chunk) -> Stems:
        def of(text: str) -> frozenset[str]:
            return frozenset(terms(text, self.lexical.compounds))

        own = tuple(of(chunk.text[unit.start : unit.end]) for unit in chunk.units)
        about = self.about(chunk.source)
        near = of(chunk.section[-1]) | about if chunk.section else about
        placed = tuple(
            stems | near | (own[unit.intro] if unit.intro >= 0 else frozenset())
            for unit, stems in zip(chunk.units, own, strict=True)
        )
        return Stems(own, placed, of(" ".join(chunk.section)) | about)

    def positions(self, source: str) -> list[int]:
        """The positions of a document's chunks, in its order."""
        rows = self._rows("SELECT position FROM chunks WHERE source = ? ORDER BY position", (source,))
        return [position for (position,) in rows]

    def around(self, position: int) -> list[Chunk]:
        """A chunk and those of its document within AROUND before and after it, in the document's order."""
        (own,) = self.chunks([position])
        near = range(max(0, position - AROUND), min(self.size, position + AROUND + 1))
        return [chunk for chunk in self.chunks(near) if chunk.source == own.source]

    def document(self, source: str) -> Document | None:
        """A document with its pages, or None."""
        rows = self._rows("SELECT record FROM documents WHERE source = ?", (source,))
        return records.document(rows[0][0]) if rows else None

    def sources(self) -> list[str]:
        """The source of every chunk, by position."""
        return [source for (source,) in self._rows("SELECT source FROM chunks ORDER BY position")]

    def documents(self) -> Iterator[Document]:
        """Every document, in order of its path."""
        for (record,) in self._rows("SELECT record FROM documents ORDER BY source"):
            yield records.document(record)

    def register(self) -> tuple[Duty, ...]:
        """The register of responsibility, in the documents' order; read once. None where an older version wrote."""
        if self._duties is None:
            there = self._rows("SELECT name FROM sqlite_master WHERE name = 'duties'")
            rows = self._rows("SELECT record FROM duties ORDER BY number") if there else []
            self._duties = tuple(records.duty(record) for (record,) in rows)
        return self._duties

    def duties_of(self, source: str) -> list[Duty]:
        """A document's rows of the register, in its order."""
        if self._duties_by_source is None:
            self._duties_by_source = defaultdict(list)
            for duty in self.register():
                self._duties_by_source[duty.source].append(duty)
        return self._duties_by_source.get(source, [])

    def nearest_passages(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """(position, cosine similarity) of the nearest whole passages, best first."""
        return self._passages.nearest(vector, min(limit, self.size))

    def nearest_units(self, vector: Vectors, limit: int) -> list[tuple[int, int, float]]:
        """(position of the chunk, number of its unit, cosine similarity) of the nearest units, best first."""
        return self._units.nearest(vector, limit)

    def vectors(self, keys: Sequence[Key]) -> dict[Key, Vectors]:
        """The stored vectors of these (position, unit or WHOLE); those without one are left out."""
        wholes = self._passages.vectors([position for position, unit in keys if unit == WHOLE])
        units = self._units.vectors([key for key in keys if key[1] != WHOLE])
        return {(position, WHOLE): vector for position, vector in wholes.items()} | units

    def vectors_of(self, sources: Sequence[str]) -> dict[str, dict[str, Vectors]]:
        """All vectors of each of these documents, by the digest of the text that each was made from."""
        marks = ",".join("?" * len(sources))
        rows = self._rows(
            "SELECT source, position, unit, digest FROM embedded JOIN chunks USING (position) "
            f"WHERE source IN ({marks})",
            sources,
        )
        found = self.vectors([(position, unit) for _, position, unit, _ in rows])
        result: dict[str, dict[str, Vectors]] = {}
        for source, position, unit, digest in rows:
            result.setdefault(source, {})[digest] = found[position, unit]
        return result

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._text_lock:
            return self._text.execute(query, values).fetchall()


def _damaged(folder: Path, error: Exception) -> IndexMismatch:
    return IndexMismatch(
        f"Indexet i {folder} är skadat ({type(error).__name__}: {str(error)[:120]}). Kör `rollkoll ingest`, så byggs "
        "det om."
    )
