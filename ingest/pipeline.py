"""load ▸ parse ▸ chunk ▸ embed ▸ index: a documents folder into a new generation."""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest import index as store
from ingest import lexical, records
from ingest.chunk import FORM_SECTION, chunk, reading
from ingest.conflicts import conflicts, limit_keys
from ingest.corpus import Chunk, Document, Unit
from ingest.correction import read_correction
from ingest.embed import Embedder
from ingest.errors import DocumentsMissing, IngestError, Unreadable
from ingest.generations import current, generations, sweep, switch, writing
from ingest.load import WORD_LIST, File, files, reader_for, sidecar_of
from ingest.meanings import Meaning, abbreviations, meanings
from ingest.parse.guard import broken
from ingest.register import Duty, duties
from ingest.review import Finding, due, replaced, review
from ingest.roles import RoleList, read_roles
from ingest.standing import read_standing
from ingest.wordlist import read_word_list

CHUNK_SIZE = 1100  # characters
LONGEST_LIST = 1900  # characters of a list or table that stays whole
LEAST_UNIT = 12  # characters; shorter units get no vector of their own
EMBED_AT_ONCE = 128  # texts between two reports of progress
MOST_TEXT = 12_000_000  # characters of a document; a page has some 3,000
REPLACED = "ersätts av "  # how `found["status"]` begins in a document that another one replaces
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
    review: list[Finding] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)  # abbreviations and definitions, by document
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

    A file that cannot be read is reported and keeps its old passages out; the others go on. Where nothing changed, the
    current generation stays. Raises DocumentsMissing when nothing can be read, IngestError when the index cannot be
    written (the old one is left as it is both times), IndexBusy.
    """
    started = time.monotonic()
    found = list(files(documents))
    with nullcontext() if dry_run else writing(folder):
        if not dry_run:
            sweep(folder)
        old = _open(folder, embedder.name)
        try:
            report = _ingest(documents, found, folder, embedder, old, dry_run=dry_run, progress=progress)
        finally:
            if old is not None:
                old.close()
    report.seconds = time.monotonic() - started
    return report


def _ingest(
    documents: Path,
    found: Sequence[File | tuple[str, str]],
    folder: Path,
    embedder: Embedder,
    old: store.Index | None,
    *,
    dry_run: bool,
    progress: Progress,
) -> Report:
    words, roles = read_word_list(documents / WORD_LIST), read_roles(documents / WORD_LIST)
    report = _compare(found, old)
    present = [entry for entry in found if isinstance(entry, File)]
    if dry_run:  # only what would be read is read
        texts = _read_all(present, report, old, progress)
        _without_failed(report)
        report.warnings = {text.source: list(text.warnings) for text in texts if text.warnings}
        return report
    settings = {"words": _short(repr(words) + roles.told), "made_by": _made_by()}
    # What an older version of this program read is read again; vectors of texts that came out the same are kept.
    readable = old is not None and old.manifest.get("made_by") == settings["made_by"]
    texts = _read_all(present, report, old if readable else None, progress)
    _without_failed(report)
    if not texts:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in report.failed.items())
        raise DocumentsMissing(f"Inget dokument i {documents} gick att läsa. {reasons}")
    report.warnings = {text.source: list(text.warnings) for text in texts if text.warnings}
    standings = {text.source: text.standing for text in texts}
    late = due(standings, date.today())
    if (
        old is not None
        and not (report.new or report.changed or report.removed)
        and all(old.manifest.get(name) == value for name, value in settings.items())
        and old.manifest["standings"] == _short("".join(map(records.dump, standings.values())))
        and set(old.manifest["failed"]) == set(report.failed)
    ):
        report.generation, report.passages, report.vectors = old.name, old.size, old.manifest["vectors"]
        report.review = [Finding(**values) for values in old.manifest["review"]] + late
        report.meanings = [Meaning(**values) for values in old.manifest["meanings"]]
        return report
    report.review = review(texts)
    report.meanings = [meaning for text in texts for meaning in meanings(text)]
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    target = generations(folder) / name
    try:
        writer = store.Writer(target)
        try:
            _write(writer, texts, old, embedder, words.parts, roles, report, progress)
            writer.finish(_manifest(report, texts, embedder.name, settings, documents))
        finally:
            writer.close()
        switch(folder, name)
    except BaseException as error:
        if current(folder) != name:
            shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, store.CANNOT_WRITE):
            raise IngestError(
                f"Indexet i {folder} kunde inte skrivas ({error}). Se efter om disken är full eller skrivskyddad och "
                "kör `rollkoll ingest` igen. Det gamla indexet svarar som förut."
            ) from error
        raise
    report.generation = name
    report.review += late
    return report


def _compare(found: Iterable[File | tuple[str, str]], old: store.Index | None) -> Report:
    """What is new, changed, unchanged, removed and not to be read, against the index."""
    report = Report()
    known = {entry["source"]: entry["digest"] for entry in old.manifest["documents"]} if old else {}
    for entry in found:
        if not isinstance(entry, File):
            report.failed[entry[0]] = entry[1]
        elif entry.source not in known:
            report.new.append(entry.source)
        else:
            (report.unchanged if known[entry.source] == entry.digest else report.changed).append(entry.source)
    there = {*report.new, *report.changed, *report.unchanged, *report.failed}
    report.removed = sorted(set(known) - there)
    return report


def _without_failed(report: Report) -> None:
    for group in (report.new, report.changed, report.unchanged):
        group[:] = [name for name in group if name not in report.failed]


def _read_all(present: Sequence[File], report: Report, old: store.Index | None, progress: Progress) -> list[Document]:
    """Every document: unchanged ones from the index, the others from their files; replaced ones marked so."""
    unchanged = set(report.unchanged)
    texts: dict[str, Document] = {}
    by_source = {file.source: file for file in present}
    for number, file in enumerate(present):
        progress("läser", number, len(present))
        kept = old.document(file.source) if old and file.source in unchanged else None
        if kept is not None:
            texts[file.source] = kept
            continue
        try:
            texts[file.source] = read(file)
        except Unreadable as error:
            report.failed[file.source] = str(error)
    replacing = replaced(list(texts.values()))
    for source, text in list(texts.items()):
        standing = text.standing
        marked = standing.found.get("status", "").startswith(REPLACED)
        if marked and source not in replacing:  # what replaced it is gone, so its own word counts again
            try:
                texts[source] = read(by_source[source])
            except Unreadable as error:
                report.failed[source] = str(error)
                del texts[source]
        elif source in replacing and (marked or standing.status == "gällande"):
            newer = replacing[source]
            where = texts[newer].standing.found.get("replaces", "")
            found = {**standing.found, "status": f"{REPLACED}{newer} ({where})" if where else REPLACED + newer}
            texts[source] = replace(text, standing=replace(standing, status="upphävd", found=found))
    return list(texts.values())


def read(file: File) -> Document:
    """Parse a file and read its standing. Raises Unreadable."""
    reader = reader_for(file.path)
    try:
        parsed = reader(file.path)
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable("filen är för stor för datorns minne. Dela den.") from error
    except Exception as error:  # a reader's library can fail in any way on a broken file; the others go on
        raise Unreadable(broken(error)) from error
    text = [block.text for page in parsed.pages for block in page.blocks if block.kind != "heading"]
    if not any(character.isalnum() for part in text for character in part):
        raise Unreadable("filen har ingen text.")
    if (size := sum(map(len, text))) > MOST_TEXT:
        raise Unreadable(
            f"filen har {size // 1_000_000} miljoner tecken text; gränsen är {MOST_TEXT // 1_000_000}. Dela den."
        )
    standing = read_standing(file.source, parsed, read_correction(sidecar_of(file.path)))
    return Document(file.source, file.digest, parsed.pages, standing, parsed.warnings)


def texts_of(document: Document, part: Chunk) -> list[tuple[int, str]]:
    """What is embedded of a chunk: (unit or WHOLE, text), each with the context that a reader has."""
    title = document.standing.title
    section = " › ".join(name for name in part.section if name not in (FORM_SECTION, title))
    head = " – ".join(text for text in (document.standing.organisation, title, section) if text)
    result = [(store.WHOLE, f"{head}: {reading(part)}")]
    near = part.section[-1] if part.section and part.section != (FORM_SECTION,) else title
    for number, unit in enumerate(part.units):
        text = unit.whole or part.text[unit.start : unit.end]
        if len(text) < LEAST_UNIT:
            continue
        if unit.intro >= 0:
            lead: Unit = part.units[unit.intro]
            text = f"{part.text[lead.start : lead.end]} {text}"
        result.append((number, f"{near}: {text}" if near else text))
    return result


def _write(
    writer: store.Writer,
    texts: Sequence[Document],
    old: store.Index | None,
    embedder: Embedder,
    parts: Sequence[str],
    roles: RoleList,
    report: Report,
    progress: Progress,
) -> None:
    position = 0
    fields: list[str] = []
    known = {entry["source"] for entry in old.manifest["documents"]} if old else set()
    todo: list[tuple[tuple[int, int], str]] = []  # key, text
    register: list[Duty] = []
    limits: list[tuple[int, Chunk]] = []  # chunks that state a limit, and the vectors of those units
    compared: dict[tuple[int, int], NDArray[np.float32]] = {}
    for document in texts:
        chunks = _numbered(chunk(document, size=CHUNK_SIZE, longest_list=LONGEST_LIST), position)
        position += len(chunks)
        writer.add(document, chunks)
        register += duties(document, chunks, roles)
        limits += [entry for entry in chunks if limit_keys([entry])]
        about = f"{document.standing.organisation} {document.standing.title}"
        fields += [" ".join([about, *part.section, reading(part)]) for _, part in chunks]
        made = old.vectors_of(document.source) if old is not None and document.source in known else {}
        kept: list[tuple[tuple[int, int], str, NDArray[np.float32]]] = []
        for place, part in chunks:
            for unit, text in texts_of(document, part):
                digest = _short(text)
                if digest in made:
                    kept.append(((place, unit), digest, made[digest]))
                else:
                    todo.append(((place, unit), text))
        if kept:
            keys, digests, vectors = zip(*kept, strict=True)
            writer.add_vectors(keys, digests, np.stack(vectors))
            own = limit_keys(chunks)
            compared |= {key: vector for key, vector in zip(keys, vectors, strict=True) if key in own}
        report.vectors += len(kept)
    writer.add_duties(register)
    stating = limit_keys(limits)
    for start in range(0, len(todo), EMBED_AT_ONCE):
        progress("räknar vektorer", start, len(todo))
        batch = todo[start : start + EMBED_AT_ONCE]
        made_now = embedder.passages([text for _, text in batch])
        writer.add_vectors([key for key, _ in batch], [_short(text) for _, text in batch], made_now)
        compared |= {key: vector for (key, _), vector in zip(batch, made_now, strict=True) if key in stating}
    report.vectors += len(todo)
    report.passages = position
    standings = {document.source: document.standing for document in texts}
    report.review += conflicts(register, limits, standings, compared, date.today())
    progress("bygger ordindex", 0, 1)
    lexical.build(fields, writer.folder / "lexical", known=parts)


def _numbered(chunks: Iterator[Chunk], first: int) -> list[tuple[int, Chunk]]:
    """Chunks with their positions; the same text twice under one heading gets ids of its own."""
    result: list[tuple[int, Chunk]] = []
    seen: dict[str, int] = {}
    for part in chunks:
        seen[part.id] = seen.get(part.id, 0) + 1
        if seen[part.id] > 1:
            part = replace(part, id=f"{part.id}-{seen[part.id]}")
        result.append((first + len(result), part))
    return result


def _manifest(
    report: Report, texts: Sequence[Document], model: str, settings: dict[str, str], documents: Path
) -> dict[str, Any]:
    standings = [text.standing for text in texts]
    return {
        "model": model,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents_folder": str(documents.resolve()),
        **settings,
        "standings": _short("".join(map(records.dump, standings))),
        "passages": report.passages,
        "vectors": report.vectors,
        "failed": report.failed,
        "review": [asdict(finding) for finding in report.review],
        "meanings": [asdict(meaning) for meaning in report.meanings],
        "abbreviations": abbreviations(report.meanings, texts),
        "documents": [
            {
                "source": text.source,
                "digest": text.digest,
                "pages": len(text.pages),
                "standing": {
                    name: (value.isoformat() if isinstance(value, date) else value)
                    for name in text.standing.__slots__
                    if (value := getattr(text.standing, name))
                },
                "warnings": text.warnings,
            }
            for text in texts
        ],
    }


def _open(folder: Path, model: str) -> store.Index | None:
    """The current generation, when its vectors can be used again."""
    try:
        return store.Index(folder, model=model)
    except IngestError:
        return None


def _made_by() -> str:
    """A digest of the code that reads documents, so that a newer version reads them again."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(here.rglob("*")):
        if path.suffix in (".py", ".yaml"):
            digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
