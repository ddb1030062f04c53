"""load ▸ parse ▸ chunk ▸ embed ▸ index: a documents folder into a new generation."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ingest import index as store
from ingest import lexical
from ingest.chunk import FORM_SECTION, chunk
from ingest.corpus import Chunk, Document, Unit
from ingest.embed import Embedder, Vectors
from ingest.errors import DocumentsMissing, IngestError, Unreadable
from ingest.load import WORD_LIST, File, files, reader_for, sidecar_of
from ingest.standing import read_standing
from ingest.wordlist import read_word_list

CHUNK_SIZE = 1100  # characters
LONGEST_LIST = 1900  # characters of a list or table that stays whole
LEAST_UNIT = 12  # characters; shorter units get no vector of their own
EMBED_AT_ONCE = 512  # texts between two reports of progress
Progress = Callable[[str, int, int], None]  # step, done, of how many


@dataclass(slots=True)
class Report:
    """What an ingest did, or (dry run) would do. Paths are sources; `failed` has the reason in Swedish."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    passages: int = 0
    vectors: int = 0
    seconds: float = 0.0
    generation: str | None = None


def ingest(
    documents: Path,
    folder: Path,
    embedder: Embedder,
    *,
    dry_run: bool = False,
    progress: Progress = lambda step, done, total: None,
) -> Report:
    """Bring the index in `folder` up to date with the files of `documents`.

    A file that cannot be read is reported and keeps its old passages out; the others go on. Where nothing changed, the current
    generation stays. Raises DocumentsMissing when nothing can be read (the old index is left as it is), IndexBusy.
    """
    started = time.monotonic()
    found = list(files(documents))
    with store.writing(folder):
        if not dry_run:
            store.sweep(folder)
        old = _open(folder, embedder.name)
        words = read_word_list(documents / WORD_LIST)
        report, known = Report(), _digests(old)
        present: list[File] = []
        for entry in found:
            if isinstance(entry, File):
                present.append(entry)
                name = entry.source
                place = report.new if name not in known else report.unchanged
                (place if known.get(name) in (None, entry.digest) else report.changed).append(name)
            else:
                report.failed[entry[0]] = entry[1]
        report.removed = sorted(set(known) - {file.source for file in present})
        if dry_run:
            for file in present:
                try:
                    reader_for(file.path)
                except Unreadable as error:
                    report.failed[file.source] = str(error)
            report.seconds = time.monotonic() - started
            return report
        settled = {name for name, digest in known.items() if digest == "" }  # failed last time: read again
        texts: list[Document] = []
        for number, file in enumerate(present):
            progress("läser", number, len(present))
            kept = old.document(file.source) if old and file.source in report.unchanged else None
            if kept is not None and file.source not in settled:
                texts.append(kept)
                continue
            try:
                texts.append(read(file))
            except Unreadable as error:
                report.failed[file.source] = str(error)
        for group in (report.new, report.changed, report.unchanged):
            group[:] = [name for name in group if name not in report.failed]
        if not texts:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in report.failed.items())
            raise DocumentsMissing(f"Inget dokument i {documents} gick att läsa. {reasons}")
        report.warnings = {text.source: list(text.warnings) for text in texts if text.warnings}
        word_digest = repr(words)
        if (
            old is not None
            and not (report.new or report.changed or report.removed)
            and old.manifest.get("words") == _short(word_digest)
            and old.manifest.get("failed") == report.failed
        ):
            report.generation, report.passages, report.vectors = old.name, old.size, old.manifest["vectors"]
            report.seconds = time.monotonic() - started
            return report
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        target = store.generations(folder) / name
        try:
            _write(target, texts, old, embedder, words.parts, report, progress)
            report.generation = name
            report.seconds = time.monotonic() - started
            _finish(target, report, texts, embedder.name, _short(word_digest), documents)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        store.switch(folder, name)
    return report


def read(file: File) -> Document:
    """Parse a file and read its standing. Raises Unreadable."""
    reader = reader_for(file.path)
    try:
        parsed = reader(file.path)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a reader's library can fail in any way on a broken file; the others go on
        raise Unreadable(f"filen går inte att läsa ({type(error).__name__}: {str(error)[:120]}).") from error
    if not any(block.text for page in parsed.pages for block in page.blocks):
        raise Unreadable("filen har ingen text.")
    correction: dict[str, Any] = {}
    sidecar = sidecar_of(file.path)
    if sidecar.exists():
        try:
            correction = yaml.safe_load(sidecar.read_text(encoding="utf-8")) or {}
            standing = read_standing(file.source, parsed, correction)
        except (yaml.YAMLError, TypeError, AttributeError) as error:
            raise Unreadable(f"rättelsefilen {sidecar.name} har fel form ({error}).") from error
    else:
        standing = read_standing(file.source, parsed)
    return Document(file.source, file.digest, parsed.pages, standing, parsed.warnings)


def texts_of(document: Document, part: Chunk) -> list[tuple[int, str]]:
    """What is embedded of a chunk: (unit or WHOLE, text), each with the context that a reader has."""
    title = document.standing.title
    section = " › ".join(name for name in part.section if name not in (FORM_SECTION, title))
    head = " – ".join(text for text in (document.standing.organisation, title, section) if text)
    result = [(store.WHOLE, f"{head}: {part.text}")]
    near = part.section[-1] if part.section else title
    for number, unit in enumerate(part.units):
        text = part.text[unit.start : unit.end]
        if len(text) < LEAST_UNIT:
            continue
        if unit.intro >= 0:
            lead: Unit = part.units[unit.intro]
            text = f"{part.text[lead.start : lead.end]} {text}"
        result.append((number, f"{near}: {text}" if near else text))
    return result


def _write(
    target: Path,
    texts: Sequence[Document],
    old: store.Index | None,
    embedder: Embedder,
    parts: Sequence[str],
    report: Report,
    progress: Progress,
) -> None:
    writer = store.Writer(target)
    position = 0
    fields: list[str] = []
    todo: list[tuple[tuple[int, int], str, str]] = []  # key, source, text
    for document in texts:
        chunks = _numbered(chunk(document, size=CHUNK_SIZE, longest_list=LONGEST_LIST), position)
        position += len(chunks)
        writer.add(document, chunks)
        title = document.standing.title
        fields += [" ".join([title, *part.section, part.text]) for _, part in chunks]
        kept: dict[tuple[int, int], Any] = {}
        if old is not None and document.source in report.unchanged:
            first = {place: number for number, place in enumerate(old.positions(document.source))}
            kept = {(first[place], unit): vector for (place, unit), vector in old.vectors_of(document.source).items()}
        reused: list[tuple[tuple[int, int], Any]] = []
        for number, (place, part) in enumerate(chunks):
            for unit, text in texts_of(document, part):
                vector = kept.get((number, unit))
                if vector is not None:
                    reused.append(((place, unit), vector))
                else:
                    todo.append(((place, unit), document.source, text))
        if reused:
            keys = [key for key, _ in reused]
            writer.add_vectors(keys, [document.source] * len(keys), np.stack([vector for _, vector in reused]))
            report.vectors += len(keys)
    for start in range(0, len(todo), EMBED_AT_ONCE):
        progress("räknar vektorer", start, len(todo))
        batch = todo[start : start + EMBED_AT_ONCE]
        vectors: Vectors = embedder.passages([text for _, _, text in batch])
        writer.add_vectors([key for key, _, _ in batch], [source for _, source, _ in batch], vectors)
    report.vectors += len(todo)
    report.passages = position
    progress("bygger ordindex", 0, 1)
    lexical.build(fields, target / "lexical", known=parts)
    writer.finish({})


def _numbered(chunks: Any, first: int) -> list[tuple[int, Chunk]]:
    """Chunks with their positions; the same text twice under one heading gets ids of its own."""
    result: list[tuple[int, Chunk]] = []
    seen: dict[str, int] = {}
    for part in chunks:
        seen[part.id] = seen.get(part.id, 0) + 1
        if seen[part.id] > 1:
            part = replace(part, id=f"{part.id}-{seen[part.id]}")
        result.append((first + len(result), part))
    return result


def _finish(
    target: Path, report: Report, texts: Sequence[Document], model: str, words: str, documents: Path
) -> None:
    manifest = {
        "layout": store.LAYOUT,
        "model": model,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents_folder": str(documents.resolve()),
        "words": words,
        "passages": report.passages,
        "vectors": report.vectors,
        "failed": report.failed,
        "documents": [
            {
                "source": text.source,
                "digest": text.digest,
                "pages": len(text.pages),
                "standing": {
                    name: (value.isoformat() if hasattr(value, "isoformat") else value)
                    for name in text.standing.__slots__
                    if (value := getattr(text.standing, name))
                },
                "warnings": text.warnings,
            }
            for text in texts
        ],
    }
    (target / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _open(folder: Path, model: str) -> store.Index | None:
    """The current generation, when its vectors can be used again."""
    try:
        return store.Index(folder, model=model)
    except IngestError:
        return None


def _digests(old: store.Index | None) -> dict[str, str]:
    return {entry["source"]: entry["digest"] for entry in old.manifest["documents"]} if old else {}


def _short(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:16]
