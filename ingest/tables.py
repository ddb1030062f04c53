"""A grid of cells into rows that can be quoted: "header: cell | header: cell"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.clean import characters, join_lines
from ingest.corpus import Block

Grid = Sequence[Sequence[str | None]]
KEYS = re.compile(
    r"^(dokument|diarie|fastställ|beslut|gäller|giltig|version|utgåva|ersätter|revider|ansvarig|ägare|status|datum|"
    r"senast|granskad|godkänd|process|nästa|upprättad|antagen|sida|handlägg|författ|kontakt|organisation|förvaltning|"
    r"enhet|framtagen|omfattar|målgrupp|titel|typ av|giltighet|ska revideras|översyn)",
    re.IGNORECASE,
)


def cell(value: object) -> str:
    """A cell's text on one line."""
    return join_lines(characters(str(value)).split("\n")) if value is not None else ""


def clean(grid: Grid) -> list[list[str]]:
    """Cells as text; rows and columns that are empty all through taken out."""
    rows = [[cell(value) for value in row] for row in grid]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    keep = [column for column in range(width) if any(row[column] for row in rows)]
    return [[row[column] for column in keep] for row in rows]


def unstacked(grid: Grid) -> Grid:
    """Field and value side by side, of a header table whose cells hold the name above its value; others as they are."""
    filled = [str(value).strip() for row in grid for value in row if value and str(value).strip()]
    stacked = [text for text in filled if "\n" in text and KEYS.match(text)]
    if not filled or len(stacked) < max(2, 0.6 * len(filled)):
        return grid
    pairs: list[list[str | None]] = []
    for text in filled:
        field, _, value = text.partition("\n")
        pairs.append([field.rstrip(": ") + ":", value])
    return pairs


def is_form(rows: Sequence[Sequence[str]]) -> bool:
    """A header table or a form: field beside value, without a heading row of its own."""
    if not rows or len(rows[0]) not in (2, 4):
        return False
    firsts = [row[0] for row in rows] + ([row[2] for row in rows if row[2]] if len(rows[0]) == 4 else [])
    marked = sum(1 for text in firsts if text.endswith(":") or KEYS.match(text))
    return marked >= max(2, 0.6 * len([text for text in firsts if text]))


def form_rows(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Field and value of every row of a form."""
    pairs = []
    for row in rows:
        for place in range(0, len(row) - 1, 2):
            if row[place]:
                pairs.append((row[place].rstrip(": "), row[place + 1]))
    return pairs


def form_blocks(pairs: Sequence[tuple[str, str]]) -> list[Block]:
    """The rows of a form, in the group of a document's own particulars."""
    return [Block("row", f"{key}: {value}", group=-1) for key, value in pairs if value]


def table_blocks(rows: list[list[str]], *, headers: list[str] | None, group: int) -> tuple[list[Block], list[str]]:
    """Row blocks of one table and its header cells. `headers` from the page before, when the table goes on.

    Cells of a first column that were merged downwards (empty below a filled one) carry the text above on, so that every
    row can be read alone; a row with one filled cell that spans the table is a subheading and goes in front of the rows
    after.
    """
    own, rest = head_of(rows)
    if headers is None or (rows and _alike(own, headers)):
        headers, rows = own, rest
    blocks: list[Block] = []
    above = ""
    for row in rows:
        filled = [text for text in row if text]
        if len(filled) == 1 and row[0] and len(row) > 2 and len(row[0]) < 80:
            blocks.append(Block("row", row[0], group=group))
            above = ""
            continue
        row = list(row)
        if not row[0] and above and len(filled) < len(row):
            row[0] = above
        above = row[0]
        blocks.append(Block("row", row_text(headers, row), group=group))
    return blocks, headers


def head_of(rows: Sequence[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The header cells of a table and its other rows.

    Where a header cell stands over several columns, and the row below tells them apart, both make the header:
    "Dagtid – Vardag", "Dagtid – Helg".
    """
    if not rows:
        return [], []
    top, below = rows[0], rows[1] if len(rows) > 2 else []
    parents = [text or next((other for other in reversed(top[:at]) if other), "") for at, text in enumerate(top)]
    shared = {at for at, text in enumerate(top) if at and (not text or (at + 1 < len(top) and not top[at + 1]))}
    told = bool(below) and any(not top[at] for at in shared)
    if not told or not all(below[at] if at in shared else below[at] in ("", text) for at, text in enumerate(top)):
        return list(top), list(rows[1:])
    return (
        [f"{parents[at]} – {below[at]}" if at in shared else text for at, text in enumerate(top)],
        list(rows[2:]),
    )


def row_text(headers: Sequence[str], row: Sequence[str]) -> str:
    """One row with its header cells; empty cells are left out."""
    parts = []
    for header, text in zip(headers, row, strict=False):
        if text:
            parts.append(f"{header.rstrip(':')}: {text}" if header and header != text else text)
    return " | ".join(parts)


def _alike(row: Sequence[str], headers: Sequence[str]) -> bool:
    return [text.casefold() for text in row] == [text.casefold() for text in headers]
