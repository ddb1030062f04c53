"""Tables that no lines, or only horizontal ones, rule: words that stand in the same columns row after row.

A row is read below a heading only where that is sure. Else it keeps its cells and has no headings.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.clean import join_lines
from ingest.layout import BULLET, STEP, open_ended
from ingest.parse.place import Box, Grid, Word, text_of
from ingest.tables import is_head

Row = Sequence[Word]
LEAST_GAP = 7.0  # points between two cells
LEAST_ROWS = 3  # printed lines with two cells or more
FAR = 2.2  # empty space below a line that ends a table, in its heights
PROSE_LINES = 5  # from which columns whose lines are full may be prose


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line on the page, in points."""

    y: float
    left: float
    right: float


def loose_tables(rows: Sequence[list[Word]], rules: Sequence[Rule]) -> tuple[list[list[Word]], list[tuple[Box, Grid]]]:
    """The rows of a page that stand in no table, and its tables with their places.

    The first row of a table's grid is its heading; one of empty cells where it has none that is sure.
    """
    left_over: list[list[Word]] = []
    tables: list[tuple[Box, Grid]] = []
    place = 0
    while place < len(rows):
        end, columns = _reach(rows, place)
        grid = _grid([_cells(row, columns) for row in rows[place:end]], rows[place:end], rules) if columns else None
        if grid:
            words = [word for row in rows[place:end] for word in row]
            tables.append((_box(words), grid))
            place = end
        else:
            left_over.append(rows[place])
            place += 1
    return left_over, tables


def _box(words: Row) -> Box:
    return (
        min(float(word["x0"]) for word in words),
        min(float(word["top"]) for word in words),
        max(float(word["x1"]) for word in words),
        max(float(word["bottom"]) for word in words),
    )


def _height(row: Row) -> float:
    return max(1.0, statistics.median(float(word["bottom"] - word["top"]) for word in row))


def _gaps(row: Row) -> list[tuple[float, float]]:
    """Empty stretches of a row that are wide enough to stand between cells."""
    least = max(LEAST_GAP, 0.75 * _height(row))
    return [(float(a["x1"]), float(b["x0"])) for a, b in pairwise(row) if b["x0"] - a["x1"] >= least]


def cells_apart(row: Row) -> list[list[Word]]:
    """The words of a row, parted where it has wide gaps."""
    return _cells(row, _gaps(row))


def _reach(rows: Sequence[list[Word]], start: int) -> tuple[int, list[tuple[float, float]]]:
    """The end of the table that begins at a row, and the empty strips between its columns; no strips for none."""
    strips = _gaps(rows[start])
    if not strips:
        return start, []
    end, many = start + 1, 1
    while end < len(rows):
        row, before = rows[end], rows[end - 1]
        if min(word["top"] for word in row) - max(word["bottom"] for word in before) > FAR * _height(row):
            break
        narrowed = [_free(strip, row) for strip in strips]
        if any(b - a < 0.6 * LEAST_GAP for a, b in narrowed):
            break
        many += len(_cells(row, narrowed)) - _cells(row, narrowed).count([]) > 1
        strips, end = narrowed, end + 1
    while end > start and sum(bool(cell) for cell in _cells(rows[end - 1], strips)) < 2:
        end -= 1
        if end - 1 > start and rows[end][0]["x0"] > strips[0][1] - 2:
            return end + 1, strips if many >= LEAST_ROWS else []  # the last words of a cell
    return end, strips if many >= LEAST_ROWS else []


def _free(strip: tuple[float, float], row: Row) -> tuple[float, float]:
    """What a row leaves empty of a strip: its widest part."""
    left, right = strip
    marks = [left, *(x for word in row if word["x1"] > left and word["x0"] < right for x in (word["x0"], word["x1"]))]
    edges = [*marks, right]
    best = max(((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)), key=lambda part: part[1] - part[0])
    return float(best[0]), float(best[1])


def _cells(row: Row, strips: Sequence[tuple[float, float]]) -> list[list[Word]]:
    """The words of a row in their columns."""
    cells: list[list[Word]] = [[] for _ in range(len(strips) + 1)]
    for word in row:
        cells[sum(word["x0"] >= right - 1 for _, right in strips)].append(word)
    return cells


def _grid(lines: Sequence[list[list[Word]]], rows: Sequence[Row], rules: Sequence[Rule]) -> Grid | None:
    """The rows of a table, its heading first; None where it is none."""
    if _is_list(lines) or _is_prose(lines) or _has_inner_columns(lines):
        return None
    inside = [rule for rule in rules if rule.left < rows[0][-1]["x1"] and rule.right > rows[0][0]["x0"]]
    ruled = [_ruled_off(above, below, inside) for above, below in pairwise(rows)]
    begins = _beginnings(lines, rows, ruled)
    if begins is None:
        return _plain(lines)
    records = [lines[start:end] for start, end in pairwise([*begins, len(lines)])]
    grid = [
        [join_lines(text_of(line[column]) for line in record if line[column]) for column in range(len(lines[0]))]
        for record in records
    ]
    if len(grid) < 2:
        return None
    if _is_heading(records, grid, ruled, begins):
        return grid
    return [[""] * len(grid[0]), *grid]


def _plain(lines: Sequence[list[list[Word]]]) -> Grid | None:
    """Every printed line a row without headings; for two columns rather nothing: they may be anything."""
    if len(lines[0]) < 3:
        return None
    return [[""] * len(lines[0]), *([text_of(cell) for cell in line] for line in lines)]


def _ruled_off(above: Row, below: Row, rules: Sequence[Rule]) -> bool:
    """Is there a line between two rows?"""
    low, high = max(word["bottom"] for word in above) - 3, min(word["top"] for word in below) + 3
    return any(low <= rule.y <= high for rule in rules)


def _is_list(lines: Sequence[list[list[Word]]]) -> bool:
    """Numbers or bullets with their texts; or a table of contents, whose last column numbers pages."""
    firsts = [text_of(line[0]) for line in lines if line[0]]
    marks = sum(bool(STEP.match(f"{text} x") or BULLET.match(f"{text} x")) for text in firsts)
    lasts = [text_of(line[-1]) for line in lines if line[-1]]
    numbers = [int(text) for text in lasts if re.fullmatch(r"\d{1,3}", text)]
    contents = len(lines[0]) == 2 and len(numbers) >= max(3, 0.8 * len(lasts)) and numbers == sorted(numbers)
    return marks > 0.5 * len(firsts) or contents


def _is_prose(lines: Sequence[list[list[Word]]]) -> bool:
    """Columns of running text beside each other: lines of several words that fill their column."""
    for column in range(len(lines[0])):
        filled = [line[column] for line in lines if line[column]]
        most = max((cell[-1]["x1"] for cell in filled), default=0.0)
        width = most - min((cell[0]["x0"] for cell in filled), default=0.0)
        full = sum(cell[-1]["x1"] > most - 0.18 * width and len(cell) > 3 for cell in filled)
        if len(filled) >= PROSE_LINES and full > 0.6 * len(filled) and len(lines[0]) == 2:
            others = [line[1 - column] for line in lines if line[1 - column]]
            if sum(len(cell) > 2 for cell in others) > 0.6 * len(lines):
                return True
    return False


def _has_inner_columns(lines: Sequence[list[list[Word]]]) -> bool:
    """Do most cells of a column have gaps of their own: has the first row fewer columns than those below it?"""
    for column in range(len(lines[0])):
        filled = [line[column] for line in lines if line[column]]
        if len(filled) > 2 and sum(bool(_gaps(cell)) for cell in filled) > 0.5 * len(filled):
            return True
    return False


def _beginnings(lines: Sequence[list[list[Word]]], rows: Sequence[Row], ruled: Sequence[bool]) -> list[int] | None:
    """The lines with which the table's rows begin; None where that is not sure."""
    if sum(ruled) >= 3:
        return [0, *(at for at, line in enumerate(ruled, start=1) if line)]
    gaps = [
        min(word["top"] for word in below) - max(word["bottom"] for word in above) for above, below in pairwise(rows)
    ]
    apart = max(gaps) - min(gaps) > 0.22 * _height(rows[0])
    middle = (max(gaps) + min(gaps)) / 2
    begins = [0]
    for at, line in enumerate(lines[1:], start=1):
        texts = [text_of(cell) for cell in line if cell]
        goes_on = all(text[0].islower() or text[0] in "(/–-" for text in texts)
        if ruled[at - 1]:
            begins.append(at)
        elif apart and gaps[at - 1] < middle and not (line[0] and len(texts) > 1 and not goes_on):
            continue
        elif not line[0]:
            if apart and gaps[at - 1] > middle:
                return None
        elif len(texts) == 1 and not goes_on:
            if open_ended(text_of(lines[at - 1][0])):
                continue
            return None
        elif not goes_on:
            begins.append(at)
        elif len(texts) < len(line) or not apart:
            continue
        else:
            return None
    return begins


def _is_heading(
    records: Sequence[Sequence[list[list[Word]]]], grid: Grid, ruled: Sequence[bool], begins: Sequence[int]
) -> bool:
    """Is the first row surely the heading: in bold above plain text, alone above a line, or by its words?"""
    bold = [all(_is_bold(word) for line in record for cell in line for word in cell) for record in records]
    first_ruled = len(begins) > 1 and ruled[begins[1] - 1] and sum(ruled) == 1
    whole = sum(bool(text) for text in grid[0]) > len(grid[0]) / 2
    return whole and ((bold[0] and not all(bold[1:])) or first_ruled or is_head(grid[0], grid[1:]))


def _is_bold(word: Word) -> bool:
    name = str(word["fontname"]).casefold()
    return "bold" in name or "black" in name
