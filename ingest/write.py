"""Documents into a generation: chunks, what is embedded of them, the register, words."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from ingest import lexical
from ingest.chunk import FORM_SECTION, chunk, reading
from ingest.conflicts import conflicts, limit_keys
from ingest.corpus import Chunk, Document, Unit
from ingest.embed import Embedder, Vectors
from ingest.index import WHOLE, Index, Writer
from ingest.register import Duty, duties
from ingest.report import Progress, Report
from ingest.roles import RoleList
from ingest.units import Key

CHUNK_SIZE = 1100  # characters
LONGEST_LIST = 1900  # characters of a list or table that stays whole
LEAST_UNIT = 12  # characters; shorter units get no vector of their own
COMPARE_AT_ONCE = 25  # documents
EMBED_AT_ONCE = 128  # texts between two reports of progress


def texts_of(document: Document, part: Chunk) -> list[tuple[int, str]]:
    """What is embedded of a chunk: (unit or WHOLE, text), each with the context that a reader has."""
    title = document.standing.title
    section = " › ".join(name for name in part.section if name not in (FORM_SECTION, title))
    head = " – ".join(text for text in (document.standing.organisation, title, section) if text)
    result = [(WHOLE, f"{head}: {reading(part)}")]
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


def write(
    writer: Writer,
    documents: Sequence[Document],
    old: Index | None,
    embedder: Embedder,
    *,
    same: Collection[str],
    parts: Sequence[str],
    roles: RoleList,
    report: Report,
    progress: Progress,
) -> None:
    """Write documents and all that they are found by; `report` gets their counts and conflicts.

    A text that the same document has in the old index keeps its vector, and the documents of `same` keep their rows of
    the register. `parts` are words to split compounds into.
    """
    fields: list[str] = []  # of every chunk
    register: list[Duty] = []
    todo: list[tuple[Key, str, str]] = []  # key, digest, text
    limits: list[tuple[int, Chunk]] = []  # chunks that state a limit
    comparable: set[Key] = set()  # units that state a limit
    stating: dict[Key, Vectors] = {}  # their vectors

    def add(embedded: Sequence[tuple[Key, str]], vectors: Vectors) -> None:
        if embedded:
            keys, digests = zip(*embedded, strict=True)
            writer.add_vectors(keys, digests, vectors)
            stating.update((key, vector) for key, vector in zip(keys, vectors, strict=True) if key in comparable)
            report.vectors += len(keys)

    for number, (document, made) in enumerate(_with_vectors(documents, old)):
        progress("delar upp", number, len(documents))
        chunks = _numbered(chunk(document, size=CHUNK_SIZE, longest_list=LONGEST_LIST), len(fields))
        writer.add(document, chunks)
        if old is not None and document.source in same:
            register += _moved(old, document.source, len(fields))
        else:
            register += duties(document, chunks, roles)
        if own := limit_keys(chunks):
            comparable |= own
            limits += [entry for entry in chunks if any(key[0] == entry[0] for key in own)]
        about = f"{document.standing.organisation} {document.standing.title}"
        fields += [" ".join([about, *part.section, reading(part)]) for _, part in chunks]
        texts = [((place, unit), text) for place, part in chunks for unit, text in texts_of(document, part)]
        wanted = [(key, digest_of(text), text) for key, text in texts]
        kept = [(key, digest) for key, digest, _ in wanted if digest in made]
        add(kept, np.array([made[digest] for _, digest in kept], dtype=np.float32))
        todo += [entry for entry in wanted if entry[1] not in made]
    writer.add_duties(register)
    for start in range(0, len(todo), EMBED_AT_ONCE):
        progress("räknar vektorer", start, len(todo))
        batch = todo[start : start + EMBED_AT_ONCE]
        add([(key, digest) for key, digest, _ in batch], embedder.passages([text for _, _, text in batch]))
    progress("jämför", 0, 1)
    standings = {document.source: document.standing for document in documents}
    report.review += conflicts(register, limits, standings, stating, date.today())
    progress("bygger ordindex", 0, 1)
    lexical.build(fields, writer.folder / "lexical", known=parts)
    report.passages = len(fields)


def _moved(old: Index, source: str, first: int) -> Iterator[Duty]:
    """A document's rows of the register as the old index has them, its chunks now beginning at `first`."""
    rows = old.duties_of(source)
    begin = old.positions(source)[0] if rows else 0
    return (replace(duty, position=duty.position - begin + first) for duty in rows)


def _with_vectors(documents: Sequence[Document], old: Index | None) -> Iterator[tuple[Document, dict[str, Vectors]]]:
    """Each document with the vectors that the old index has of it, by the digests of their texts."""
    for start in range(0, len(documents), COMPARE_AT_ONCE):
        some = documents[start : start + COMPARE_AT_ONCE]
        made = old.vectors_of([document.source for document in some]) if old is not None else {}
        for document in some:
            yield document, made.get(document.source, {})


def digest_of(text: str) -> str:
    """Sixteen letters that tell a text from others."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
