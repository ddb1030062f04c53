"""Excel (.xlsx), read by openpyxl: every sheet's tables as rows with their header cells."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.container import check_zip
from ingest.parse.parsed import Parsed
from ingest.parse.text import fields_of
from ingest.tables import SIDEWAYS, cell, clean, form_blocks, form_rows, is_form, table_blocks, unmarked

UNNAMED = re.compile(r"^(?:blad|sheet|tabell|table) ?\d*$", re.IGNORECASE)  # as Excel calls it
MOST_ROWS = 20_000
MOST_COLUMNS = 500


def read_sheet(path: Path) -> Parsed:
    """Read a workbook; a sheet is a section, and there are no pages."""
    check_zip(path)
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise Unreadable("filen går inte att läsa som Excel. Öppna den i Excel och spara om den som .xlsx.") from error
    result: list[Block] = []
    fields: list[tuple[str, str]] = []
    group = 0
    warnings: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            warnings.append(f"bladet {sheet.title} är dolt och lästes inte")
            continue
        if not UNNAMED.match(sheet.title):
            result.append(Block("heading", sheet.title, level=1))
        for part in (table for rows in _parts(_grid(sheet)) for table in _beside(rows)):
            rows = clean(part)
            if not rows:
                continue
            if is_form(rows):
                pairs = form_rows(rows)
                fields += pairs
                result += form_blocks(pairs)
                continue
            while rows and sum(map(bool, unmarked(rows[0]))) == 1:  # a title over the table
                result.append(Block("paragraph", next(filter(None, rows[0]))))
                rows = rows[1:]
            rows = clean(rows)
            if rows:
                group += 1
                result += table_blocks(rows, headers=None, group=group)[0]
    title = book.properties.title or ""
    page = Page(None, tuple(result))
    return Parsed((page,), (*fields, *fields_of([page])), title=title, warnings=tuple(warnings))


def _grid(sheet: Worksheet) -> list[list[str]]:
    """Cells as text; a merged cell's value stands in every row that it covers, and goes on sideways."""
    # Only what is filled counts: a stray format far away makes max_row and max_column a million and sixteen thousand.
    filled = [place for place, value in sheet._cells.items() if value.value is not None]
    rows, columns = max((row for row, _ in filled), default=0), max((column for _, column in filled), default=0)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise Unreadable(
            f"bladet {sheet.title} har {rows} rader och {columns} kolumner; gränsen är {MOST_ROWS} och {MOST_COLUMNS}."
        )
    if not filled:
        return []
    grid = [[cell(_shown(own)) for own in row] for row in sheet.iter_rows(max_row=rows, max_col=columns)]
    for merged in sheet.merged_cells.ranges:
        if merged.min_row > len(grid) or merged.min_col > columns:
            continue
        value = grid[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, min(merged.max_row, len(grid))):
            for column in range(merged.min_col - 1, min(merged.max_col, columns)):
                grid[row][column] = value if column == merged.min_col - 1 else SIDEWAYS
    return grid


def _shown(own: Cell | MergedCell) -> str | None:
    """A cell's value as Excel shows it in Swedish."""
    value = own.value
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, int | float):
        share = "%" in str(own.number_format)
        text = f"{100 * value if share else value:.10g}".replace(".", ",")
        return f"{text} %" if share else text
    return None if value is None else str(value)


def _beside(rows: list[list[str]]) -> list[list[list[str]]]:
    """Tables side by side, each of two columns at least, kept apart by a column that is empty all through."""
    filled = [row for row in rows if sum(map(bool, unmarked(row))) > 1]
    empty = {at for at in range(len(rows[0])) if not any(row[at] for row in filled)}
    bounds = [-1, *sorted(empty), len(rows[0])]
    parts = [(left + 1, right) for left, right in pairwise(bounds) if right - left > 1]
    if len(parts) < 2 or any(right - left < 2 for left, right in parts):
        return [rows]
    tables = [[row[left:right] for row in rows] for left, right in parts]
    whole = all(sum(any(unmarked(row)) for row in table) > 1 for table in tables)
    return tables if whole else [rows]


def _parts(grid: list[list[str]]) -> list[list[list[str]]]:
    """The tables of a sheet: split at empty rows."""
    parts: list[list[list[str]]] = [[]]
    for row in grid:
        if any(row):
            parts[-1].append(row)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]
