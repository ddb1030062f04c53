"""PDF: pypdf opens, decrypts and counts; pdfplumber gives the words' places and the tables' lines."""

from __future__ import annotations

import contextlib
import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from ingest.layout import Line, blocks, body_size, open_ended, with_spans, without_contents
from ingest.parse.guard import more_time
from ingest.parse.header import header_table, without_repeated
from ingest.parse.loose import Rule, loose_tables
from ingest.parse.parsed import Parsed
from ingest.parse.place import Box, Grid, Item, Word, in_order, rows_of, running, two_columns, without_running
from ingest.parse.scan import INSTALL, Sheet, can_read, with_scans
from ingest.tables import (
    clean,
    form_blocks,
    form_rows,
    is_form,
    spread,
    table_blocks,
    unmarked,
    unstacked,
    without_head,
)

logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("pypdf").setLevel(logging.ERROR)

BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what a damaged file gives
MOST_PAGES = 3000
MOST_CONTENT = 60_000_000  # bytes that one page's drawing may unpack to
PAGE_SECONDS = 2.0  # that a page may take, on top of the time for the file
MOST_RULES = 5000  # horizontal lines of a page that are looked at
LEAST_CELL = 20.0  # points of a cell's width, beside the ruled part of a table
TOP = 0.25  # of a page's height, where the rest of a row may stand that the page before began
LONG_CELL = 40  # characters of a cell whose sentence may end with the page while the cell does not
LEAST_TEXT = 20  # letters on a page, below which it is taken for a picture


def read_pdf(path: Path) -> Parsed:
    """Read a PDF's pages. Raises Unreadable with the reason."""
    reader = open_pdf(path)
    count = len(reader.pages)
    more_time(PAGE_SECONDS * count)
    title = str(dict(reader.metadata or {}).get("/Title") or "")
    with pdfplumber.open(path, password="") as plumber:
        read = [_sheet(page) for page in plumber.pages]
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


def _sheet(page: PlumberPage) -> tuple[Sheet, list[Rule]]:
    """A page's rows of words outside ruled tables, those tables with their places, its size; its horizontal lines."""
    words = page.extract_words(
        extra_attrs=["size", "fontname"], x_tolerance_ratio=0.18, keep_blank_chars=False, use_text_flow=False
    )
    tables: list[tuple[Box, Grid]] = []
    rules: list[Rule] = []
    if len(page.rects) + len(page.lines) + len(page.curves) > 0:
        rules = _rules(page)
        for table in page.find_tables():
            cells = [*_cells(table, words), *_open_sides(table, rules, words)]
            grid = clean(unstacked(spread(cells)), columns=False)  # the rest of a row may leave some empty
            if _is_table(clean(grid)) or (_is_table(grid) and table.bbox[1] < TOP * page.height):
                boxes = [box for box, _ in cells]
                tables.append(
                    ((min(b[0] for b in boxes), table.bbox[1], max(b[2] for b in boxes), table.bbox[3]), grid)
                )
    words = [word for word in words if not any(_inside(word, box) for box, _ in tables)]
    size = float(page.width), float(page.height)
    page.close()
    return (rows_of(words), tables, *size), rules


def _ordered(
    rows: list[list[Word]], tables: list[tuple[Box, Grid]], rules: list[Rule], width: float
) -> list[list[Item]]:
    """Lines and tables of one page in reading order."""
    if not two_columns(rows, width):
        rows, loose = loose_tables(rows, rules)
        tables = [*tables, *loose]
    return in_order(rows, tables, width)


def _is_table(grid: Grid) -> bool:
    return bool(grid) and len(grid[0]) > (1 if len(grid) > 1 else 2)


def _rules(page: PlumberPage) -> list[Rule]:
    """The horizontal lines of a page, also those at the edges of shades."""
    edges = [edge for edge in page.edges if edge["orientation"] == "h"]
    return [Rule(float(edge["top"]), float(edge["x0"]), float(edge["x1"])) for edge in edges[:MOST_RULES]]


def _cells(table: Table, words: Sequence[Word]) -> list[tuple[Box, str]]:
    """The cells of a ruled table with their places. A word that runs over its cell's edge is whole where it starts."""
    boxes = [cell for row in table.rows for cell in row.cells]
    inside = [[] if cell is None else [word for word in words if _starts_in(word, cell)] for cell in boxes]
    over = any(word["x1"] > cell[2] + 2 for cell, own in zip(boxes, inside, strict=True) for word in own)
    texts = map(_text_in, inside) if over else (text for row in table.extract() for text in row)
    return [(cell, text or "") for cell, text in zip(boxes, texts, strict=True) if cell is not None]


def _open_sides(table: Table, rules: Sequence[Rule], words: Sequence[Word]) -> list[tuple[Box, str]]:
    """The cells left and right of a table whose horizontal lines go on where no vertical line ends them."""
    left, _, right, _ = table.bbox
    found: list[tuple[Box, str]] = []
    for row in table.rows:
        top, bottom = row.bbox[1], row.bbox[3]
        own = [rule for rule in rules if abs(rule.y - top) < 2 or abs(rule.y - bottom) < 2]
        for x0, x1 in (
            (min((rule.left for rule in own if rule.right > left - 2), default=left), left),
            (right, max((rule.right for rule in own if rule.left < right + 2), default=right)),
        ):
            if x1 - x0 > LEAST_CELL:
                box = (x0, top, x1, bottom)
                found.append((box, _text_in([word for word in words if _starts_in(word, box)])))
    return found if any(text for _, text in found) else []


def _text_in(words: Sequence[Word]) -> str:
    return "\n".join(" ".join(word["text"] for word in line) for line in rows_of(words))


def _inside(word: Word, box: Box) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] <= box[2])


def _starts_in(word: Word, box: Box) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] < box[2] - 1)
