"""Files into documents: parsed anew, or taken from the index where they are as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.corpus import Document, Kind
from ingest.correction import read_correction
from ingest.errors import Unreadable
from ingest.index import Index
from ingest.load import File, reader_for, sidecar_of
from ingest.parse.guard import broken
from ingest.report import Progress, Report
from ingest.review import replaced
from ingest.standing import read_standing
from ingest.workplace import is_municipality

MOST_TEXT = 12_000_000  # characters of a document; a page has some 3,000
MUNICIPALITY = "är kommunens namn: "  # how `found["unit"]` begins where that was taken for a unit
REPLACED = "ersätts av "  # how `found["status"]` begins in a document that another one replaces


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


def read_all(present: Sequence[File], report: Report, old: Index | None, progress: Progress) -> list[Document]:
    """Every document: unchanged ones from the index, the others from their files; replaced ones marked so.

    What cannot be read, and what a reader warns of, goes into the report.
    """
    unchanged = set(report.unchanged)
    texts: dict[str, Document] = {}
    by_source = {file.source: file for file in present}

    def put(file: File) -> None:
        try:
            texts[file.source] = read(file)
        except Unreadable as error:
            texts.pop(file.source, None)
            report.fail(file.source, str(error))

    for number, file in enumerate(present):
        progress("läser", number, len(present))
        kept = old.document(file.source) if old and file.source in unchanged else None
        if kept is None:
            put(file)
        else:
            texts[file.source] = kept
    organisations = {text.standing.organisation for text in texts.values()}
    for source, text in list(texts.items()):
        standing = text.standing
        _, _, taken = standing.found.get("unit", "").partition(MUNICIPALITY)
        if taken and not is_municipality(taken, organisations):
            put(by_source[source])  # what said so is gone
        elif is_municipality(standing.unit, organisations):
            found = {**standing.found, "unit": MUNICIPALITY + standing.unit}
            kind: Kind = "rutin" if standing.kind == "lokal rutin" else standing.kind
            texts[source] = replace(text, standing=replace(standing, unit="", kind=kind, found=found))
    replacing = replaced(list(texts.values()))
    for source, text in list(texts.items()):
        standing = text.standing
        marked = standing.found.get("status", "").startswith(REPLACED)
        if marked and source not in replacing:  # what replaced it is gone, so its own word counts again
            put(by_source[source])
        elif (newer := replacing.get(source, "")) in texts and (marked or standing.status == "gällande"):
            where = texts[newer].standing.found.get("replaces", "")
            found = {**standing.found, "status": f"{REPLACED}{newer} ({where})" if where else REPLACED + newer}
            texts[source] = replace(text, standing=replace(standing, status="upphävd", found=found))
    report.warnings = {source: list(text.warnings) for source, text in texts.items() if text.warnings}
    return list(texts.values())
