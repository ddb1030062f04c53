"""PDF: pypdf opens, decrypts and counts; `pages.py` gives the words' places and the tables."""

from __future__ import annotations

import contextlib
import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ingest.clean import characters, join_lines
from ingest.contents import without_contents
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.layout import blocks, body_size, goes_on, open_ended, with_spans
from ingest.lines import Line
from ingest.parse.columns import Item, in_order, two_columns
from ingest.parse.guard import more_time
from ingest.parse.header import header_table, without_repeated
from ingest.parse.loose import Rule, loose_tables
from ingest.parse.pages import read_pages
from ingest.parse.parsed import Parsed
from ingest.parse.place import Box, Grid, Word, running, without_running
from ingest.parse.scan import INSTALL, can_read, with_scans
from ingest.tables import clean, form_blocks, form_rows, is_form, table_blocks, unmarked, without_head

logging.getLogger("pypdf").setLevel(logging.ERROR)

BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what a damaged file gives
MOST_PAGES = 3000
MOST_CONTENT = 60_000_000  # bytes that one page's drawing may unpack to
PAGE_SECONDS = 2.0  # that a page may take, on top of the time for the file
LONG_CELL = 40  # characters of a cell whose sentence may end with the page while the cell does not
LEAST_TEXT = 20  # letters on a page, below which it is taken for a picture


def read_pdf(path: Path) -> Parsed:
    """Read a PDF's pages. Raises Unreadable with the reason."""
    reader = open_pdf(path)
    count = len(reader.pages)
    more_time(PAGE_SECONDS * count)
    title = str(dict(reader.metadata or {}).get("/Title") or "")
    read = list(read_pages(path))
    sheets, rules = [sheet for sheet, _ in read], [own for _, own in read]
    letters = [
        sum(c.isalpha() for row in rows for word in row for c in word["text"])
        + sum(c.isalpha() for _, grid in tables for row in grid for text in unmarked(row) for c in text)
        for rows, tables, *_ in sheets
    ]
    bare = [number for number, count_of in enumerate(letters, start=1) if count_of < LEAST_TEXT]
    sheets, empty, warnings = with_scans(path, sheets, bare)
    heights = [height for _, _, _, height in sheets]
    repeated = running([rows for rows, *_ in sheets], heights) if count > 1 else {}
    first, own_table = header_table(sheets[0][0])
    bodies = without_running([first, *(rows for rows, *_ in sheets[1:])], heights, repeated)
    tables, cells = without_repeated([own for _, own, *_ in sheets], heights) if count > 1 else ([sheets[0][1]], ())
    tables[0] = [*own_table, *tables[0]]
    ordered = [
        _ordered(rows, own, lines, width)
        for rows, own, (_, _, width, _), lines in zip(bodies, tables, sheets, rules, strict=True)
    ]
    body = body_size([[item for _, item in part if isinstance(item, Line)] for page in ordered for part in page])
    pages, fields = _pages(ordered, body)
    if len(empty) == count:
        advice = "Lägg dit originalet" if can_read() else f"Lägg dit originalet, eller {INSTALL}"
        raise Unreadable(f"sidorna är bilder utan text. {advice}, och kör ingest igen.")
    return Parsed(
        with_spans(without_contents(pages)), fields, (*repeated.values(), *cells), characters(title).strip(), warnings
    )


def _pages(ordered: Sequence[Sequence[Sequence[Item]]], body: float) -> tuple[list[Page], tuple[tuple[str, str], ...]]:
    """The pages' blocks, and the fields of header tables. `body` is the usual size of text, in points."""
    pages: list[Page] = []
    fields: list[tuple[str, str]] = []
    headers: list[str] | None = None
    last: list[str] = []  # the cells of the row read last
    group = 0
    for number, page in enumerate(ordered, start=1):
        result: list[Block] = []
        for place, part in enumerate(page):
            for lines, grid in _runs(part):
                if lines:
                    found = blocks(lines, body=body, width=max(line.right for line in lines), first_group=group)
                    group = max([group, *(block.group for block in found)])
                    headers = None if any(len(block.text) > 60 for block in found) else headers
                    if place and result and found and goes_on(result[-1], found[0]):  # from column to column
                        whole = join_lines([result[-1].text, found.pop(0).text])
                        result[-1] = replace(result[-1], text=whole)
                    result += found
                if not grid:
                    continue
                if any(grid[0]) and (result or not headers or len(headers) != len(grid[0])):
                    grid = clean(grid)
                if len(grid[0]) == 1:
                    result += [Block("paragraph", row[0]) for row in grid]
                    continue
                if is_form(grid) and number <= 2:
                    fields += form_rows(grid)
                    result += form_blocks(form_rows(grid))
                    continue
                group += 1
                same = headers if headers and len(headers) == len(grid[0]) and not result else None
                if same and (rest := _rest_of_row(grid, same, last)) and pages and pages[-1].blocks[-1:]:
                    pages[-1] = _spanning(pages[-1])
                    result.append(Block("row", " | ".join(filter(None, rest)), group=group))
                    grid = without_head(grid, same)[1:]
                rows, headers = table_blocks(grid, headers=same, group=group)
                last = unmarked(grid[-1]) if grid else last
                at_end = place == len(page) - 1 and not result
                if not rows and same is None and not (at_end and _begins_with_table(ordered[number:], len(headers))):
                    rows = [Block("row", " | ".join(filter(None, headers)), group=group)]  # a heading and no more
                result += rows
        pages.append(Page(number, tuple(result)))
    return pages, tuple(fields)


def _runs(part: Sequence[Item]) -> Iterator[tuple[list[Line], Grid]]:
    """Lines up to the next table, with that table; no lines or no table where there are none."""
    lines: list[Line] = []
    for _, item in part:
        if isinstance(item, Line):
            lines.append(item)
        else:
            yield lines, item
            lines = []
    if lines:
        yield lines, []


def _rest_of_row(grid: Grid, headers: Sequence[str], last: Sequence[str]) -> list[str]:
    """The first row of a page's table, where it goes on with the row that the page before ends with; else nothing."""
    rows = without_head(grid, headers)
    if not rows or len(last) != len(rows[0]):
        return []
    first = unmarked(rows[0])
    filled = [(before, text) for before, text in zip(last, first, strict=True) if text]
    if first[0] and not first[0][0].islower():
        return []
    if not filled or not all(before for before, _ in filled):
        return []
    cut = any(text[0].islower() or open_ended(before) for before, text in filled)
    alone = len(filled) == 1 and len(filled[0][0]) > LONG_CELL and filled[0][0].endswith(".")
    return first if cut or alone else []


def _spanning(page: Page) -> Page:
    """The page, its last block marked as one that goes on over the page's end."""
    return replace(page, blocks=(*page.blocks[:-1], replace(page.blocks[-1], spans=page.blocks[-1].kind == "row")))


def _begins_with_table(pages: Sequence[Sequence[Sequence[Item]]], width: int) -> bool:
    """Does the first page begin with a table of so many columns?"""
    first = next((item for page in pages[:1] for part in page for _, item in part), None)
    return isinstance(first, list) and len(first[0]) == width


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


def _ordered(
    rows: list[list[Word]], tables: list[tuple[Box, Grid]], rules: list[Rule], width: float
) -> list[list[Item]]:
    """Lines and tables of one page in reading order."""
    if not two_columns(rows, width):
        rows, loose = loose_tables(rows, rules)
        tables = [*tables, *loose]
    return in_order(rows, tables, width)
