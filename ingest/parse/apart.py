"""Tables in plain text: columns kept apart by spaces or tabs, rows that end in figures, a cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.tables import is_head

APART = re.compile(r" {2,}|\t+ *")
FIGURE = re.compile(r"^[<>±–-]?\d[\d.,:]*%?$")
IS_FIGURE = re.compile(r"^[<>±–-]?\d[\d .,:\u00a0]*%?$|^[–-]$")
CAPTION = re.compile(r"^(tabell|matris)\s+\d+", re.IGNORECASE)
LEAST_ROWS = 3  # lines, the heading among them
LONGEST_CELL = 70  # characters
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class TextTable:
    """Lines `start` to `end` of a text; the first row of the grid is the heading, of empty cells where none is sure."""

    start: int
    end: int
    grid: list[list[str]]


def text_tables(lines: Sequence[str]) -> list[TextTable]:
    """The tables of a text, in order."""
    found: list[TextTable] = []
    place = 0
    while place < len(lines):
        table = _spaced(lines, place) or _figures(lines, place) or _stacked(lines, place)
        if table:
            found.append(table)
            place = table.end
        else:
            place += 1
    return found


def _with_heading(grid: list[list[str]]) -> list[list[str]]:
    return grid if is_head(grid[0], grid[1:]) else [[""] * len(grid[0]), *grid]


def _spaced(lines: Sequence[str], start: int) -> TextTable | None:
    """Three lines or more with as many cells each, kept apart by two spaces or a tab."""
    width = len(_cells(lines[start]))
    if not 1 < width <= MOST_COLUMNS or (start and len(_cells(lines[start - 1])) == width):
        return None  # none, or looked at from its first line
    end = start
    while end < len(lines) and len(_cells(lines[end])) == width:
        end += 1
    grid = [_cells(line) for line in lines[start:end]]
    if len(grid) < LEAST_ROWS or any(len(text) > LONGEST_CELL for row in grid for text in row):
        return None
    # Two columns may be prose beside prose, whose lines begin in the middle of sentences.
    begun = sum(row[at][0].islower() for row in grid for at in range(width) if at == 0 or width == 2)
    if begun > 0.2 * len(grid) or len({tuple(row) for row in grid}) < len(grid):
        return None
    return TextTable(start, end, _with_heading(grid))


def _cells(line: str) -> list[str]:
    return [text for text in APART.split(line.strip()) if text]


def _figures(lines: Sequence[str], start: int) -> TextTable | None:
    """Three lines or more that end in as many figures each: two at least."""
    width = _count(lines[start])
    if width < 2 or (start and _count(lines[start - 1]) == width):
        return None
    end = start
    while end < len(lines) and _count(lines[end]) == width:
        end += 1
    if end - start < LEAST_ROWS:
        return None
    # Where a figure with a space ("1 000") ends is not sure, so a row stays as it is printed.
    return TextTable(start, end, [[""], *([" ".join(line.split())] for line in lines[start:end])])


def _count(line: str) -> int:
    """How many figures a line ends in, where a name stands before them; else 0."""
    tokens = [token for token in line.split() if token != "%"]
    count = next((at for at, token in enumerate(reversed(tokens)) if not FIGURE.match(token)), 0)
    name = " ".join(tokens[: len(tokens) - count])
    named = 1 < len(name) <= LONGEST_CELL and name[:2].isalpha() and not name.endswith((".", ":", ",", " kl"))
    return count if named else 0


def _stacked(lines: Sequence[str], start: int) -> TextTable | None:
    """Below a caption a cell a line: first the headings, then in every row a name and figures below all the others."""
    if not CAPTION.match(lines[start].strip()):
        return None
    filled = [at for at in range(start + 1, min(len(lines), start + 400)) if lines[at].strip()]
    kinds = "".join("N" if IS_FIGURE.match(lines[at].strip()) else "T" for at in filled)
    match = re.match(r"(T{2,12}?)(?=TN)", kinds)
    if not match:
        return None
    width = len(match.group(1))
    row = "T" + "N" * (width - 1)
    count = 0
    while kinds.startswith(row, width * (count + 1)):
        count += 1
    cells = [lines[at].strip() for at in filled[: width * (count + 1)]]
    ends = kinds[width * (count + 1) :].startswith("N")  # a row that is not like the others: nothing is sure
    if count < LEAST_ROWS - 1 or ends or any(len(text) > LONGEST_CELL for text in cells):
        return None
    grid = [cells[at : at + width] for at in range(0, len(cells), width)]
    return TextTable(start + 1, filled[width * (count + 1) - 1] + 1, grid)
