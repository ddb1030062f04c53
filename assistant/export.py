"""A role's list as a workbook, a document or a page to print. Each row names its source and quotes it whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path

from assistant.answers import Entry, Listing
from assistant.errors import ExportRefused

HEADINGS = ("Område", "Roll", "Ansvar", "Uppgift", "När/villkor", "Gäller", "Källa", "Sida", "Citat")
WIDTHS = (34, 20, 12, 60, 36, 24, 44, 7, 80)  # characters
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would reckon
Links = Callable[[Entry], str]
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.45 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem 1rem 4rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } .small { font-size: .9rem; opacity: .85; }
details { border-top: 1px solid #8886; padding: .4rem 0; }
summary { font-weight: 600; cursor: pointer; padding: .35rem 0; }
li { margin: .55rem 0; } .kind { font-weight: 600; } .when { opacity: .85; }
blockquote { margin: .25rem 0; padding-left: .7rem;
  border-left: 3px solid #8888; font-size: .92rem; white-space: pre-line; }
a { color: #0b57a4; } @media (prefers-color-scheme: dark) { a { color: #8ec5ff; } body { background: #16181b; } }
@media print { nav { display: none; } details { break-inside: auto; }
  li { break-inside: avoid; } a { color: inherit; } }
"""


def write(found: Listing, path: Path, *, today: date) -> None:
    """Write the list to a file; its ending says how. Raises ExportRefused."""
    makers: dict[str, Callable[[], bytes]] = {
        ".xlsx": lambda: as_xlsx(found),
        ".docx": lambda: as_docx(found, today=today),
        ".html": lambda: as_html(found, today=today).encode(),
        ".json": lambda: as_json(found).encode(),
    }
    maker = makers.get(path.suffix.casefold())
    if maker is None:
        raise ExportRefused(f"{path.name} har ingen känd ändelse. Välj {', '.join(makers)}.")
    try:
        path.write_bytes(maker())
    except OSError as error:
        raise ExportRefused(f"{path} går inte att skriva ({error.strerror}). Välj en annan mapp.") from error


def cells(area: str, entry: Entry) -> tuple[str, ...]:
    """A row's cells in the order of HEADINGS."""
    duty = entry.duty
    quote = f"{duty.lead}\n{duty.quote}" if duty.lead else duty.quote
    page = str(duty.page) if duty.page is not None else ""
    until = entry.standing.valid_until
    valid = entry.place + (f" (till {until.isoformat()})" if until else "")
    return area, duty.role, duty.kind, duty.task, duty.condition, valid.strip(), duty.source, page, quote


def as_xlsx(found: Listing) -> bytes:
    """One sheet with a row for each row."""
    rows = (cells(area, entry) for area, entries in found.areas for entry in entries)
    return workbook("Ansvar", dict(zip(HEADINGS, WIDTHS, strict=True)), rows)


def workbook(title: str, columns: Mapping[str, int], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet; `columns` have their widths in characters. No cell is reckoned as a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(columns))
    for row in rows:
        sheet.append([f"'{text}" if text.startswith(FORMULA) else text for text in row])
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    for number, width in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_docx(found: Listing, *, today: date) -> bytes:
    """A heading for each area and a table of its rows."""
    from docx import Document as Word

    paper = Word()
    paper.add_heading(found.heading, level=1)
    paper.add_paragraph(_made(found, today))
    for area, entries in found.areas:
        paper.add_heading(area, level=2)
        if place := entries[0].place:
            paper.add_paragraph(f"Gäller: {place}")
        table = paper.add_table(rows=1, cols=4)
        table.style = "Table Grid"
        for cell, text in zip(table.rows[0].cells, ("Ansvar", "Uppgift", "När/villkor", "Källa"), strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        for entry in entries:
            duty = entry.duty
            kind = duty.kind if found.role else f"{duty.role}: {duty.kind}"
            for cell, text in zip(
                table.add_row().cells, (kind, duty.task, duty.condition, _source(entry)), strict=True
            ):
                cell.text = text
    stream = BytesIO()
    paper.save(stream)
    return stream.getvalue()


def as_html(found: Listing, *, today: date, link: Links | None = None, downloads: str = "") -> str:
    """A page to read and print: the rows folded by area, each with its quote. `link` leads to a row's source."""
    parts = []
    for number, (area, entries) in enumerate(found.areas, start=1):
        rows = "".join(f"<li>{_row(entry, found, link)}</li>" for entry in entries)
        place = f' <span class="small">{escape(entries[0].place)}</span>' if entries[0].place else ""
        parts.append(
            f'<details open id="omrade-{number}"><summary>{escape(area)} ({len(entries)}){place}</summary>'
            f"<ul>{rows}</ul></details>"
        )
    heading = escape(found.heading)
    return (
        '<!doctype html>\n<html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}</title><style>{STYLE}</style></head><body><h1>{heading}</h1>"
        f'<p class="small">{escape(_made(found, today))}</p>{downloads}{"".join(parts)}</body></html>'
    )


def as_lines(found: Listing) -> str:
    """The rows for the terminal, a line each below their area."""
    lines = []
    for area, entries in found.areas:
        lines.append(f"## {area}")
        for entry in entries:
            duty = entry.duty
            when = f" ({duty.condition})" if duty.condition else ""
            lines.append(f"  {duty.role} · {duty.kind} · {duty.task}{when} — {_source(entry)}")
    return "\n".join(lines)


def as_json(found: Listing) -> str:
    """The rows as one JSON array."""
    rows = [{**asdict(entry.duty), "title": entry.title, "place": entry.place} for entry in found.entries]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _made(found: Listing, today: date) -> str:
    return (
        f"{len(found.entries)} uppgifter ur {len(found.areas)} styrdokument som gäller {today.isoformat()}. "
        "Källans ord gäller, inte sammanställningens."
    )


def _source(entry: Entry) -> str:
    page = f", sida {entry.duty.page}" if entry.duty.page is not None else ""
    section = f", {entry.duty.section[-1]}" if entry.duty.section else ""
    return f"{entry.title}{page}{section}"


def _row(entry: Entry, found: Listing, link: Links | None) -> str:
    duty = entry.duty
    who = "" if found.role else f"{escape(duty.role)}: "
    when = f' <span class="when">({escape(duty.condition)})</span>' if duty.condition else ""
    source = escape(_source(entry))
    if link is not None:
        source = f'<a href="{escape(link(entry))}">{source}</a>'
    lead = f"{escape(duty.lead)}\n" if duty.lead else ""
    return (
        f'{who}<span class="kind">{escape(duty.kind)}</span> {escape(duty.task)}{when}'
        f'<blockquote>{lead}{escape(duty.quote)}</blockquote><span class="small">{source}</span>'
    )
