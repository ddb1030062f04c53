"""load ▸ parse ▸ chunk ▸ embed ▸ index: a documents folder into a new generation."""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest import records
from ingest.corpus import Document, Standing
from ingest.embed import Embedder
from ingest.errors import DocumentsMissing, IngestError
from ingest.generations import current, generations, sweep, switch, writing
from ingest.index import CANNOT_WRITE, Index, Writer
from ingest.load import WORD_LIST, File, files
from ingest.meanings import Meaning, abbreviations, meanings
from ingest.read import read_all
from ingest.report import Progress, Report
from ingest.review import Finding, due, review
from ingest.roles import read_roles
from ingest.wordlist import read_word_list
from ingest.write import digest_of, write


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
    old: Index | None,
    *,
    dry_run: bool,
    progress: Progress,
) -> Report:
    words, roles = read_word_list(documents / WORD_LIST), read_roles(documents / WORD_LIST)
    report = Report.of(found, {entry["source"]: entry["digest"] for entry in old.manifest["documents"]} if old else {})
    present = [entry for entry in found if isinstance(entry, File)]
    settings = {"words": digest_of(repr(words) + roles.told), "made_by": _made_by()}
    # What an older version of this program read is read again; vectors of texts that came out the same are kept. A dry
    # run reads only what would be new to any version.
    readable = old is not None and (dry_run or old.manifest.get("made_by") == settings["made_by"])
    texts = read_all(present, report, old if readable else None, progress)
    if dry_run:
        return report
    if not texts:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in report.failed.items())
        raise DocumentsMissing(f"Inget dokument i {documents} gick att läsa. {reasons}")
    settings["standings"] = digest_of("".join(records.dump(text.standing) for text in texts))
    late = due({text.source: text.standing for text in texts}, date.today())
    if (
        old is not None
        and report.nothing_changed
        and all(old.manifest.get(name) == value for name, value in settings.items())
        and set(old.manifest["failed"]) == set(report.failed)
    ):
        report.generation, report.passages, report.vectors = old.name, old.size, old.manifest["vectors"]
        report.review = [Finding(**values) for values in old.manifest["review"]] + late
        report.meanings = [Meaning(**values) for values in old.manifest["meanings"]]
        return report
    same = _same(texts, old, report, settings) if readable else set()
    report.review = review(texts)
    report.meanings = [meaning for text in texts for meaning in meanings(text)]
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    target = generations(folder) / name
    try:
        writer = Writer(target)
        try:
            write(
                writer,
                texts,
                old,
                embedder,
                same=same,
                parts=words.parts,
                roles=roles,
                report=report,
                progress=progress,
            )
            writer.finish(_manifest(report, texts, embedder.name, settings, documents))
        finally:
            writer.close()
        switch(folder, name)
    except BaseException as error:
        if current(folder) != name:
            shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, CANNOT_WRITE):
            raise IngestError(
                f"Indexet i {folder} kunde inte skrivas ({error}). Se efter om disken är full eller skrivskyddad och "
                "kör `rollkoll ingest` igen. Det gamla indexet svarar som förut."
            ) from error
        raise
    report.generation = name
    report.review += late
    return report


def _same(texts: Sequence[Document], old: Index | None, report: Report, settings: dict[str, str]) -> set[str]:
    """The documents of which the old index says what would be said now: text, standing, words and program as before."""
    if old is None or any(old.manifest.get(name) != settings[name] for name in ("words", "made_by")):
        return set()
    before = {entry["source"]: entry["standing"] for entry in old.manifest["documents"]}
    unchanged = set(report.unchanged)
    return {
        text.source for text in texts if text.source in unchanged and before.get(text.source) == _told(text.standing)
    }


def _told(standing: Standing) -> dict[str, Any]:
    """What the manifest holds of a standing."""
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name in standing.__slots__
        if (value := getattr(standing, name))
    }


def _manifest(
    report: Report, texts: Sequence[Document], model: str, settings: dict[str, str], documents: Path
) -> dict[str, Any]:
    return {
        "model": model,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents_folder": str(documents.resolve()),
        **settings,
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
                "standing": _told(text.standing),
                "warnings": text.warnings,
            }
            for text in texts
        ],
    }


def _open(folder: Path, model: str) -> Index | None:
    """The current generation, when its vectors can be used again."""
    try:
        return Index(folder, model=model)
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
