"""Rows of the register against rows marked by hand: precision and recall on stretches that are marked completely."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.score import Share
from eval.words import share_held, squeezed
from ingest.chunk import chunk
from ingest.corpus import Document
from ingest.load import File, files
from ingest.read import read
from ingest.register import Duty, duties
from ingest.roles import RoleList
from ingest.write import CHUNK_SIZE, LONGEST_LIST

TASK_SHARE = 0.5  # of a marked row's words, that the found row's task and condition hold


@dataclass(frozen=True, slots=True)
class Marked:
    """A row marked by hand: alternative roles and kinds, and words of its source; an optional one never counts."""

    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    words: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one page, from its first words to its last, with every row in it."""

    folder: str  # "documents" or "reports"
    file: str
    page: int | None
    first: str
    last: str
    rows: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one stretch: rows that match, rows found wrongly, marked rows not found."""

    stretch: Stretch
    right: tuple[Duty, ...]
    wrong: tuple[Duty, ...]
    missed: tuple[Marked, ...]


def read_stretches(path: Path) -> list[Stretch]:
    """The stretches of a file of marks. Raises EvalError when it has another form."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            values = json.loads(line)
            rows = tuple(
                Marked(
                    tuple(row["role"].split("|")),
                    tuple(row["kind"].split("|")),
                    row["words"],
                    row.get("optional", False),
                )
                for row in values.pop("rows")
            )
            found.append(Stretch(**values, rows=rows))
        except (ValueError, KeyError, TypeError) as error:
            raise EvalError(f"{path.name} rad {number} har inte formen för märkta rader ({error}).") from error
    return found


def judge(stretch: Stretch, document: Document, roles: RoleList) -> Judged:
    """Extract the rows of the stretch's document anew and match them with the marked ones, each at most once."""
    chunks = list(enumerate(chunk(document, size=CHUNK_SIZE, longest_list=LONGEST_LIST)))
    inside = _inside(stretch, document)
    found = [
        duty for duty in duties(document, chunks, roles) if duty.page == stretch.page and squeezed(duty.quote) in inside
    ]
    return match(stretch, found)


def match(stretch: Stretch, found: Iterable[Duty]) -> Judged:
    """Match found rows with marked ones, each at most once; an optional one takes a row out of the count."""
    left = list(stretch.rows)
    right, wrong = [], []
    for duty in found:
        fits = [row for row in left if _fits(row, duty)]
        if not fits:
            wrong.append(duty)
            continue
        best = max(fits, key=lambda row: (not row.optional, share_held(row.words, duty.task)))
        left.remove(best)
        if not best.optional:
            right.append(duty)
    return Judged(stretch, tuple(right), tuple(wrong), tuple(row for row in left if not row.optional))


def _fits(row: Marked, duty: Duty) -> bool:
    return (
        duty.role in row.roles
        and duty.kind in row.kinds
        and squeezed(row.words) in squeezed(duty.quote)
        and share_held(row.words, f"{duty.task} {duty.condition}") >= TASK_SHARE
    )


def _inside(stretch: Stretch, document: Document) -> str:
    """The letters of the stretch. Raises EvalError when its first or last words are not on the page."""
    text = "".join(
        squeezed(block.text) for page in document.pages if page.number == stretch.page for block in page.blocks
    )
    start = text.find(squeezed(stretch.first))
    end = text.find(squeezed(stretch.last), start)
    if start < 0 or end < 0:
        raise EvalError(f"Sträckan ”{stretch.first} …” finns inte i {stretch.file}, sida {stretch.page}.")
    return text[start : end + len(squeezed(stretch.last))]


def shares(judged: Sequence[Judged]) -> tuple[Share, Share]:
    """Precision and recall over all stretches together."""
    right = sum(len(one.right) for one in judged)
    wrong = sum(len(one.wrong) for one in judged)
    missed = sum(len(one.missed) for one in judged)
    return Share(right, right + wrong), Share(right, right + missed)


def read_documents(folder: Path, wanted: set[str]) -> dict[str, Document]:
    """The documents of a folder that are wanted, by path. Raises EvalError when one is not there."""
    found = {file.source: read(file) for file in files(folder) if isinstance(file, File) and file.source in wanted}
    if missing := wanted - set(found):
        raise EvalError(f"{', '.join(sorted(missing))} finns inte i {folder}.")
    return found
