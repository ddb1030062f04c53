"""PDF: pypdf opens, decrypts and counts; pdfplumber gives the words' places and the tables' lines."""

from __future__ import annotations

import contextlib
import logging
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.page import Page as PlumberPage
from pdfplumber.table import Table
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ingest.clean import characters
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.layout import Line, blocks, body_size, with_spans
from ingest.parse.guard import more_time
from ingest.parse.parsed import Parsed
from ingest.parse.place import Box, Grid, Word, in_order, rows_of, running, without_running
from ingest.parse.scan import INSTALL, can_read, with_scans
from ingest.tables import clean, form_blocks, form_rows, is_form, table_blocks, unstacked

logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("pypdf").setLevel(logging.ERROR)

BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what a damaged file gives
MOST_PAGES = 3000
MOST_CONTENT = 60_000_000  # bytes that one page's drawing may unpack to
PAGE_SECONDS = 2.0  # that a page may take, on top of the time for the file
LEAST_TEXT = 20  # letters on a page, below which it is taken for a picture


def read_pdf(path: Path) -> Parsed:
    """Read a PDF's pages. Raises Unreadable with the reason."""
    reader = open_pdf(path)
    count = len(reader.pages)
    more_time(PAGE_SECONDS * count)
    title = str(dict(reader.metadata or {}).get("/Title") or "")
    with pdfplumber.open(path, password="") as plumber:
        sheets = [_sheet(page) for page in plumber.pages]
    letters = [
        sum(c.isalpha() for row in rows for word in row for c in word["text"])
        + sum(len(grid) for _, grid in tables) * 10
        for rows, tables, *_ in sheets
    ]
    bare = [number for number, count_of in enumerate(letters, start=1) if count_of < LEAST_TEXT]
    sheets, empty, warnings = with_scans(path, sheets, bare)
    heights = [height for _, _, _, height in sheets]
    repeated = running([rows for rows, *_ in sheets], heights) if count > 1 else {}
    bodies = without_running([rows for rows, *_ in sheets], heights, repeated)
    ordered = [in_order(rows, tables, width) for rows, (_, tables, width, _) in zip(bodies, sheets, strict=True)]
    body = body_size([[item for _, item in part if isinstance(item, Line)] for page in ordered for part in page])
    pages, fields = [], []
    headers: list[str] | None = None
    group = 0
    for number, page in enumerate(ordered, start=1):
        result: list[Block] = []
        for part in page:
            run: list[Line] = []
            for item in [*(item for _, item in part), None]:
                if isinstance(item, Line):
                    run.append(item)
                    continue
                if run:
                    found = blocks(run, body=body, width=max(line.right for line in run), first_group=group)
                    group = max([group, *(block.group for block in found)])
                    headers = None if any(len(block.text) > 60 for block in found) else headers
                    result += found
                    run = []
                if item is None:
                    continue
                if is_form(item) and number <= 2:
                    fields += form_rows(item)
                    result += form_blocks(form_rows(item))
                    continue
                group += 1
                same = headers is not None and len(headers) == len(item[0]) and not result
                rows, headers = table_blocks(item, headers=headers if same else None, group=group)
                result += rows
        pages.append(Page(number, tuple(result)))
    if len(empty) == count:
        advice = "Lägg dit originalet" if can_read() else f"Lägg dit originalet, eller {INSTALL}"
        raise Unreadable(f"sidorna är bilder utan text. {advice}, och kör ingest igen.")
    return Parsed(with_spans(pages), tuple(fields), tuple(repeated.values()), characters(title).strip(), warnings)


def open_pdf(path: Path) -> PdfReader:
    """Open with pypdf. Raises Unreadable for what is no PDF, is locked, or has no pages."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("filen är låst med lösenord. Spara den utan lösenord och kör ingest igen.")
        count = len(reader.pages)
    except Unreadable:
        raise
    except (*BROKEN, OSError) as error:
        raise Unreadable(f"filen går inte att läsa som PDF ({type(error).__name__}). Spara om den som PDF.") from error
    if not count:
        raise Unreadable("filen har inga sidor.")
    if count > MOST_PAGES:
        raise Unreadable(f"filen har {count} sidor; gränsen är {MOST_PAGES}. Dela den.")
    _refuse_bombs(reader)
    return reader


def _refuse_bombs(reader: PdfReader) -> None:
    """Raise Unreadable for a page whose content unpacks to more than MOST_CONTENT. Broken ones are left alone."""
    for number, page in enumerate(reader.pages, start=1):
        with contextlib.suppress(*BROKEN, zlib.error):
            contents: Any = page["/Contents"].get_object() if "/Contents" in page else []
            left = MOST_CONTENT
            for part in contents if isinstance(contents, list) else [contents]:
                stream = part.get_object()
                if "FlateDecode" in str(stream.get("/Filter")):
                    unpacker = zlib.decompressobj()
                    left -= len(unpacker.decompress(stream._data, max(1, left)))
                    if unpacker.unconsumed_tail:
                        size = f"{MOST_CONTENT // 1_000_000} MB"
                        raise Unreadable(
                            f"sida {number} packar upp till mer än {size} och läses inte av säkerhetsskäl."
                        )


def plain_text(path: Path, number: int) -> str:
    """The text of one page (from 1) as pypdf alone reads it: a second opinion for checks."""
    return str(open_pdf(path).pages[number - 1].extract_text())


def _sheet(page: PlumberPage) -> tuple[list[list[Word]], list[tuple[Box, Grid]], float, float]:
    """One page's rows of words outside tables, its tables with their places, its width and height."""
    words = page.extract_words(
        extra_attrs=["size", "fontname"], x_tolerance_ratio=0.18, keep_blank_chars=False, use_text_flow=False
    )
    tables: list[tuple[Box, Grid]] = []
    if len(page.rects) + len(page.lines) + len(page.curves) >= 4:
        for table in page.find_tables():
            grid = clean(unstacked(_overflowing(table, words) or table.extract()))
            if (len(grid) >= 2 and len(grid[0]) >= 2) or (len(grid) == 1 and len(grid[0]) > 2):
                tables.append((table.bbox, grid))
    words = [word for word in words if not any(_inside(word, box) for box, _ in tables)]
    size = float(page.width), float(page.height)
    page.close()
    return rows_of(words), tables, *size


def _inside(word: Word, box: Box) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] <= box[2])


def _overflowing(table: Table, words: Sequence[Word]) -> list[list[str | None]] | None:
    """The cells of a table in which a word runs over its cell's edge, each word whole where it starts; else None."""
    grid: list[list[str | None]] = []
    over = False
    for row in table.rows:
        texts: list[str | None] = []
        for cell in row.cells:
            inside = [] if cell is None else [word for word in words if _starts_in(word, cell)]
            over = over or any(word["x1"] > cell[2] + 2 for word in inside if cell is not None)
            lines = [" ".join(word["text"] for word in line) for line in rows_of(inside)]
            texts.append(None if cell is None else "\n".join(lines))
        grid.append(texts)
    return grid if over else None


def _starts_in(word: Word, box: Box) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] < box[2] - 1)
