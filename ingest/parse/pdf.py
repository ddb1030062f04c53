"""PDF: pypdf opens, decrypts and counts; pdfplumber gives the words' places and the tables' lines."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.page import Page as PlumberPage
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ingest.clean import characters, mend_letters
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.layout import Line, blocks, body_size, mask, running_lines, without_running
from ingest.parse.parsed import Parsed
from ingest.tables import clean, form_rows, is_form, table_blocks

logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("pypdf").setLevel(logging.ERROR)

MOST_PAGES = 3000
LEAST_TEXT = 20  # letters on a page, below which it is taken for a picture
Item = tuple[float, Line | list[list[str]]]  # a line or a table, with its top


def read_pdf(path: Path) -> Parsed:
    """Read a PDF's pages. Raises Unreadable with the reason."""
    reader = open_pdf(path)
    count = len(reader.pages)
    title = str((reader.metadata or {}).get("/Title") or "")
    with pdfplumber.open(path, password="") as plumber:
        columns = [_columns(page) for page in plumber.pages]
    lines = [[item for _, item in items if isinstance(item, Line)] for page in columns for items in page]
    body = body_size(lines)
    # A page of two columns counts as two when the running lines are looked for, so they are found per page.
    kept = _without_running(columns)
    edges = tuple(sorted(running_lines([[line.text for line in page] for page in lines]))) if count > 1 else ()
    pages, fields, empty = [], [], []
    headers: list[str] | None = None
    group = 0
    for number, page in enumerate(kept, start=1):
        result: list[Block] = []
        for items in page:
            run: list[Line] = []
            for item in [*items, None]:
                if isinstance(item, Line):
                    run.append(item)
                    continue
                if run:
                    width = max(line.right for line in run)
                    found = blocks(run, body=body, width=width, first_group=group)
                    group = max([group, *(block.group for block in found)])
                    headers = None if any(len(block.text) > 60 for block in found) else headers
                    result += found
                    run = []
                if item is None:
                    continue
                if is_form(item) and number <= 2:
                    fields += form_rows(item)
                    result += [Block("row", f"{key}: {value}", group=-1) for key, value in form_rows(item) if value]
                    continue
                group += 1
                same = headers is not None and len(headers) == len(item[0]) and not result
                rows, headers = table_blocks(item, headers=headers if same else None, group=group)
                result += rows
        letters = sum(c.isalpha() for block in result for c in block.text)
        if letters < LEAST_TEXT:
            empty.append(number)
        pages.append(Page(number, tuple(result)))
    if len(empty) == count:
        raise Unreadable(
            "sidorna är bilder utan text. Läs in dokumentet med OCR, eller lägg dit originalet, och kör ingest igen."
        )
    warnings = (f"sida {', '.join(map(str, empty))} har ingen text (bild?)",) if empty else ()
    return Parsed(tuple(pages), tuple(fields), edges, characters(title).strip(), warnings)


def open_pdf(path: Path) -> PdfReader:
    """Open with pypdf. Raises Unreadable for what is no PDF, is locked, or has no pages."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("filen är låst med lösenord. Spara den utan lösenord och kör ingest igen.")
        count = len(reader.pages)
    except Unreadable:
        raise
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"filen går inte att läsa som PDF ({type(error).__name__}). Spara om den som PDF.") from error
    if not count:
        raise Unreadable("filen har inga sidor.")
    if count > MOST_PAGES:
        raise Unreadable(f"filen har {count} sidor; gränsen är {MOST_PAGES}. Dela den.")
    return reader


def plain_text(path: Path, number: int) -> str:
    """The text of one page (from 1) as pypdf alone reads it: a second opinion for checks."""
    return str(open_pdf(path).pages[number - 1].extract_text())


def _without_running(pages: Sequence[Sequence[list[Item]]]) -> list[list[list[Line | list[list[str]]]]]:
    """The pages' columns without running lines; tables stay in their places."""
    flat = [[item for column in page for _, item in column if isinstance(item, Line)] for page in pages]
    stays = [{id(line) for line in page} for page in without_running(flat)]
    return [
        [[item for _, item in column if not isinstance(item, Line) or id(item) in stay] for column in page]
        for page, stay in zip(pages, stays, strict=True)
    ]


def _columns(page: PlumberPage) -> list[list[Item]]:
    """Lines and tables of one page in reading order, one list a column."""
    tables = []
    if len(page.rects) + len(page.lines) + len(page.curves) >= 4:
        for table in page.find_tables():
            grid = clean(table.extract())
            if len(grid) >= 2 and len(grid[0]) >= 2 or (len(grid) == 1 and len(grid[0]) > 2):
                tables.append((table.bbox, grid))
    words = [
        word
        for word in page.extract_words(
            extra_attrs=["size", "fontname"], x_tolerance_ratio=0.18, keep_blank_chars=False, use_text_flow=False
        )
        if not any(_inside(word, box) for box, _ in tables)
    ]
    split = _gutter(words, float(page.width)) if not tables else None
    result: list[list[Item]] = []
    for part in _parts(words, split):
        items: list[Item] = [(top, line) for top, line in _lines(part)]
        result.append(items)
    if not result:
        result = [[]]
    for box, grid in tables:
        result[0].append((float(box[1]), grid))
    for column in result:
        column.sort(key=lambda item: item[0])
    page.close()
    return result


def _inside(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] <= box[2])


def _gutter(words: Sequence[dict[str, Any]], width: float) -> float | None:
    """The x of an empty strip down the middle of a two-column page, or None."""
    if len(words) < 80:
        return None
    best, least = None, 0.04 * len(words)
    for step in range(40, 61):
        x = width * step / 100
        crossing = sum(1 for word in words if word["x0"] - 3 < x < word["x1"] + 3)
        left = sum(1 for word in words if word["x1"] <= x)
        if crossing < least and 0.3 < left / len(words) < 0.7:
            best, least = x, float(crossing)
    return best


def _parts(words: Sequence[dict[str, Any]], split: float | None) -> list[list[dict[str, Any]]]:
    """Words of the full-width head, then the left and the right column."""
    if split is None:
        return [list(words)]
    crossing = [word for word in words if word["x0"] < split < word["x1"]]
    lowest = max((word["bottom"] for word in crossing if word["bottom"] < 250), default=0.0)
    head = [word for word in words if word["bottom"] <= lowest]
    rest = [word for word in words if word["bottom"] > lowest]
    left = [word for word in rest if word["x0"] < split]
    right = [word for word in rest if word["x0"] >= split]
    return [part for part in (head, left, right) if part]


def _lines(words: Sequence[dict[str, Any]]) -> list[tuple[float, Line]]:
    """Words into printed lines, top to bottom, with the gap above each in line heights."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"], 0), word["x0"])):
        if rows and abs(rows[-1][0]["bottom"] - word["bottom"]) < 0.45 * (word["bottom"] - word["top"]):
            rows[-1].append(word)
        else:
            rows.append([word])
    result = []
    previous_bottom = None
    texts = []
    for row in rows:
        row.sort(key=lambda word: word["x0"])
        texts.append(" ".join(word["text"] for word in row))
    for row, text in zip(rows, mend_letters(texts), strict=True):
        top, bottom = min(w["top"] for w in row), max(w["bottom"] for w in row)
        height = max(1.0, bottom - top)
        gap = 0.0 if previous_bottom is None else max(0.0, (top - previous_bottom) / height)
        previous_bottom = bottom
        bold = sum(len(w["text"]) for w in row if "bold" in w["fontname"].casefold() or "black" in w["fontname"].casefold())
        line = Line(
            text=characters(text).strip(),
            size=max(set(w["size"] for w in row), key=lambda s: sum(len(w["text"]) for w in row if w["size"] == s)),
            bold=bold > 0.8 * sum(len(w["text"]) for w in row),
            left=float(row[0]["x0"]),
            right=float(row[-1]["x1"]),
            gap=gap,
        )
        if line.text:
            result.append((float(top), line))
    return result


def is_running(text: str, edges: Sequence[str]) -> bool:
    """Is this line one of the document's running headers or footers?"""
    return mask(text) in edges
