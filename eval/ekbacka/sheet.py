"""A source as an Excel workbook, one sheet a heading."""

import io
import re
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from eval.ekbacka.package import WRITTEN, settled
from eval.ekbacka.source import Block, Heading, PageBreak, Paragraph, Source, SourceError, Table, plain

WIDEST = 48  # characters
LONGEST_NAME = 31
THIN = Side(style="thin", color="8A8A8A")


def sheet(source: Source) -> bytes:
    """The workbook. Raises SourceError when the body holds something that a sheet cannot."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for heading, blocks in _parts(source):
        name = plain(heading.text)
        if len(name) > LONGEST_NAME or re.search(r"[\[\]:*?/\\]", name) or name in book.sheetnames:
            raise SourceError(
                f"{source.target}: {name!r} cannot name a sheet. Write at most {LONGEST_NAME} characters, "
                "without []:*?/\\, and each name once."
            )
        page = book.create_sheet(name)
        _fill(page, source, blocks, first=len(book.worksheets) == 1)
    book.properties.title = source.title
    book.properties.creator = "Ekbacka kommun"
    book.properties.created = WRITTEN
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue())


def _parts(source: Source) -> list[tuple[Heading, list[Block]]]:
    """Each heading with the tables and notes under it."""
    parts: list[tuple[Heading, list[Block]]] = []
    for block in source.blocks:
        match block:
            case Heading():
                parts.append((block, []))
            case Table() | Paragraph() if parts:
                parts[-1][1].append(block)
            case PageBreak():
                pass
            case _:
                raise SourceError(
                    f"{source.target}: a {type(block).__name__} cannot stand here. Write # heading, tables."
                )
    if not all(any(isinstance(block, Table) for block in blocks) for _, blocks in parts):
        raise SourceError(f"{source.target}: there is a heading without a table. Every heading starts a sheet.")
    return parts


def _fill(page: Worksheet, source: Source, blocks: list[Block], *, first: bool) -> None:
    width = max(len(block.head) for block in blocks if isinstance(block, Table))
    row = 1
    _merged(page, row, width, f"{source.title} – {page.title}" if source.title != page.title else source.title)
    page.cell(row, 1).font = Font(bold=True, size=14)
    if first and source.front.header:
        pairs = [f"{key}: {value}" for key, value in source.front.header.items() if key != "Dokumentnamn"]
        row += 1
        _merged(page, row, width, " | ".join(pairs))
    for block in blocks:
        row += 1
        if isinstance(block, Paragraph):
            _merged(page, row, width, plain(block.text))
        elif isinstance(block, Table):
            row = _put(page, row, block, width)
    if source.front.footer:
        _merged(page, row + 1, width, source.front.footer)
    for column in range(1, width + 1):
        texts = [str(cells[column]) for block in blocks if isinstance(block, Table) for cells in _rows(block, width)]
        longest = max((len(line) for text in texts for line in text.splitlines()), default=8)
        page.column_dimensions[get_column_letter(column)].width = min(max(longest + 3, 10), WIDEST)


def _rows(table: Table, width: int) -> list[list[str]]:
    """The cells of every row, counted from 1 as Excel does, filled up to `width`."""
    return [["", *row, *[""] * (width - len(row))] for row in (table.head, *table.rows)]


def _put(page: Worksheet, row: int, table: Table, width: int) -> int:
    """Write the table from `row` down and return the empty row under it."""
    if table.caption:
        _merged(page, row, width, plain(table.caption))
        page.cell(row, 1).font = Font(bold=True)
        row += 1
    for number, cells in enumerate((table.head, *table.rows)):
        for column, text in enumerate(cells, start=1):
            cell = page.cell(row, column, _value(plain(text)))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            if number == 0:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="E4ECF1")
        row += 1
        if number == 0 and page.freeze_panes is None:
            page.freeze_panes = page.cell(row, 1).coordinate
    return row


def _merged(page: Worksheet, row: int, width: int, text: str) -> None:
    page.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
    if width > 1:
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    room = WIDEST * width * 0.5
    page.row_dimensions[row].height = 15.0 * (1 + int(len(text) / room)) if len(text) > room else None


def _value(text: str) -> str | int | date | None:
    """A cell as Excel keeps what is typed: whole numbers and dates are values, not text."""
    if re.fullmatch(r"[1-9]\d{0,5}|0", text):
        return int(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text or None
