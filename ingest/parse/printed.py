"""Words as they are seen on a scanned page: into printed lines, and into tables that have no ruling lines."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.parse.place import Box, Grid
from ingest.parse.place import Word as Placed
from ingest.tables import clean

DPI = 300
POINTS = 72 / DPI  # a pixel
TABLE_GAP = 1.6  # empty space between two cells of a table without lines, in line heights


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was read, with its box in pixels and how sure the reading is (0-100)."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    sure: float
    block: tuple[int, ...]  # tesseract's block, paragraph and line

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def height(self) -> int:
        return self.bottom - self.top


def box_of(left: float, top: float, right: float, bottom: float) -> Box:
    return left * POINTS, top * POINTS, right * POINTS, bottom * POINTS


def printed_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words into printed lines, top to bottom, each from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle[1]):
        for row in reversed(rows[-3:]):
            overlap = min(row[-1].bottom, word.bottom) - max(row[-1].top, word.top)
            if overlap > 0.5 * min(row[-1].height, word.height):
                row.append(word)
                break
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda word: word.left)
    return sorted(rows, key=lambda row: statistics.fmean(word.middle[1] for word in row))


def typical_height(words: Sequence[Word]) -> float:
    """The median height of a word with a capital, an ascender or a digit, in pixels."""
    return float(statistics.median([word.height for word in words if _tall(word)] or [DPI / 8]))


def _tall(word: Word) -> bool:
    return any(c.isupper() or c.isdigit() or c in "bdfhkltåäö" for c in word.text)


def _split(row: Sequence[Word], typical: float) -> list[list[Word]]:
    """A printed line at its wide gaps."""
    parts = [[row[0]]]
    for before, word in pairwise(row):
        if word.left - before.right > TABLE_GAP * typical:
            parts.append([])
        parts[-1].append(word)
    return parts


def loose_rows(
    rows: Sequence[Sequence[Word]], *, body: float, typical: float
) -> tuple[list[list[Placed]], list[tuple[Box, Grid]]]:
    """Rows of text; and tables without ruling lines: three or more rows whose words stand in the same columns."""
    parts = [_split(row, typical) for row in rows]
    left_over: list[list[Placed]] = []
    tables: list[tuple[Box, Grid]] = []
    place = 0
    while place < len(parts):
        end = _table_end(parts, place, typical)
        if end - place >= 3:
            grid = clean(_columns(parts[place:end]))
            if len(grid) > 1 and len(grid[0]) > 1:
                inside = [word for row in rows[place:end] for word in row]
                box = box_of(
                    min(word.left for word in inside),
                    min(word.top for word in inside),
                    max(word.right for word in inside),
                    max(word.bottom for word in inside),
                )
                tables.append((box, grid))
                place = end
                continue
        left_over.append(_placed(rows[place], body=body, typical=typical))
        place += 1
    return left_over, tables


def _table_end(parts: Sequence[Sequence[Sequence[Word]]], start: int, typical: float) -> int:
    """The first row after `start` that does not go on with its columns."""
    starts = [cell[0].left for cell in parts[start]]
    if len(starts) < 2:
        return start
    end = start + 1
    while end < len(parts):
        row = parts[end]
        away = min(word.top for word in row[0]) - max(word.bottom for word in parts[end - 1][0])
        fits = [any(abs(cell[0].left - left) < 1.2 * typical for left in starts) for cell in row]
        if not all(fits) or away > 3 * typical or (len(row) < 2 and away > 0.8 * typical):
            break
        end += 1
    while end > start and len(parts[end - 1]) < 2:
        end -= 1
    return end


def _columns(parts: Sequence[Sequence[Sequence[Word]]]) -> list[list[str]]:
    """Cells of rows that share columns; a line with one cell alone, close below, goes on with the row above."""
    starts = [cell[0].left for cell in parts[0]]
    grid: list[list[str]] = []
    for number, row in enumerate(parts):
        texts = [""] * len(starts)
        for cell in row:
            column = min(range(len(starts)), key=lambda c: abs(starts[c] - cell[0].left))
            texts[column] = " ".join(filter(None, [texts[column], " ".join(word.text for word in cell)]))
        if number > 1 and sum(map(bool, texts)) == 1:
            grid[-1] = ["\n".join(filter(None, pair)) for pair in zip(grid[-1], texts, strict=True)]
        else:
            grid.append(texts)
    return grid


def _placed(row: Sequence[Word], *, body: float, typical: float) -> list[Placed]:
    """The words of one row on one baseline, in points."""
    ratio = statistics.median([word.height for word in row if _tall(word)] or [typical]) / typical
    # Heights of words differ with their letters; only a clear difference is one of size.
    size = body * (1.5 if ratio > 1.5 else 1.2 if ratio > 1.22 else 1.0)
    middle = statistics.median(word.middle[1] for word in row)
    half = 0.7 * typical * size / body  # capitals are about 0.7 of a printed size
    return [
        {
            "text": word.text,
            "x0": word.left * POINTS,
            "x1": word.right * POINTS,
            "top": (middle - half) * POINTS,
            "bottom": (middle + half) * POINTS,
            "size": size,
            "fontname": "",
        }
        for word in row
    ]
