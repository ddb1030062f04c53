"""Ruling lines on the picture of a page: where tables stand, their cells, and which of those are merged."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image

from ingest.parse.printed import Word, printed_lines

Pixels = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table's ruling lines in pixels, and between which cells there is none (merged cells)."""

    across: tuple[int, ...]  # y of the horizontal lines
    down: tuple[int, ...]  # x of the vertical lines
    open_right: frozenset[tuple[int, int]]  # (row, column) without a line to its right
    open_below: frozenset[tuple[int, int]]


def ruled_tables(image: Image.Image) -> list[Ruled]:
    """Tables drawn with lines, top to bottom."""
    ink = np.asarray(image, dtype=np.int16)
    across = _rules(ink, least=150)
    down = [(x, top, bottom) for x, top, bottom in _rules(ink.T, least=80)]
    result = []
    for ys, xs in _crossing(across, down):
        if (len(ys) >= 3 and len(xs) >= 3) or (len(ys) >= 2 and len(xs) >= 4):
            result.append(_ruled(ink, ys, xs))
    return sorted(result, key=lambda table: table.across[0])


def _thin(ink: Pixels) -> Pixels:
    """Pixels darker than both sides seven rows away: part of something thin that may be a horizontal line."""
    away = 7
    dark = np.zeros(ink.shape, dtype=bool)
    middle = ink[away:-away]
    dark[away:-away] = np.minimum(ink[: -2 * away], ink[2 * away :]) - middle > 22
    return dark


def _rules(ink: Pixels, *, least: int) -> list[tuple[int, int, int]]:
    """Horizontal lines as (y, from x, to x), at least `least` pixels long."""
    if min(ink.shape) < 40:
        return []
    dark = _thin(ink)
    thick = dark.copy()  # a line may waver by a pixel
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    window = min(least, ink.shape[1] - 1)
    sums = np.cumsum(thick, axis=1, dtype=np.int32)
    full = (sums[:, window:] - sums[:, :-window]) >= 0.9 * window
    found: list[tuple[int, int, int]] = []
    for y in np.flatnonzero(full.any(axis=1)):
        places = np.flatnonzero(full[y])
        for run in np.split(places, np.flatnonzero(np.diff(places) > window) + 1):
            found.append((int(y), int(run[0]), int(run[-1]) + window))
    merged: list[list[tuple[int, int, int]]] = []  # the rows of pixels of one line
    for segment in found:
        for group in merged:
            last, left, right = group[-1]
            if segment[0] - last <= 3 and segment[1] < right and left < segment[2]:
                group.append(segment)
                break
        else:
            merged.append([segment])
    return [
        (round(statistics.fmean(y for y, _, _ in group)), min(a for _, a, _ in group), max(b for _, _, b in group))
        for group in merged
        if group[-1][0] - group[0][0] <= 12
    ]


def _crossing(
    across: Sequence[tuple[int, int, int]], down: Sequence[tuple[int, int, int]]
) -> list[tuple[list[int], list[int]]]:
    """Lines that cross each other, directly or by way of others: ys and xs of each table."""
    near = 12
    left_over_across, left_over_down = list(across), list(down)
    tables = []
    while left_over_across:
        ys, xs = [left_over_across.pop(0)], []
        grown = True
        while grown:
            grown = False
            for line in list(left_over_down):
                if any(a - near <= line[0] <= b + near and line[1] - near <= y <= line[2] + near for y, a, b in ys):
                    xs.append(line)
                    left_over_down.remove(line)
                    grown = True
            for line in list(left_over_across):
                if any(a - near <= line[0] <= b + near and line[1] - near <= x <= line[2] + near for x, a, b in xs):
                    ys.append(line)
                    left_over_across.remove(line)
                    grown = True
        tables.append((_distinct(y for y, _, _ in ys), _distinct(x for x, _, _ in xs)))
    return tables


def _distinct(places: Any) -> list[int]:
    result: list[int] = []
    for place in sorted(places):
        if not result or place - result[-1] > 12:
            result.append(place)
    return result


def _ruled(ink: Pixels, ys: list[int], xs: list[int]) -> Ruled:
    across, down = _thin(ink), _thin(ink.T).T
    open_right, open_below = set(), set()
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            side = down[top + 6 : bottom - 5, max(0, right - 4) : right + 5].any(axis=1)
            foot = across[max(0, bottom - 4) : bottom + 5, left + 6 : right - 5].any(axis=0)
            if column < len(xs) - 2 and side.size and side.mean() < 0.6:
                open_right.add((row, column))
            if row < len(ys) - 2 and foot.size and foot.mean() < 0.6:
                open_below.add((row, column))
    return Ruled(tuple(ys), tuple(xs), frozenset(open_right), frozenset(open_below))


def without_lines(image: Image.Image, tables: Sequence[Ruled]) -> Image.Image:
    """Table lines painted over and paler greys made white, so that only letters are left to read."""
    ink = np.array(image)
    for table in tables:
        top, bottom, left, right = table.across[0], table.across[-1], table.down[0], table.down[-1]
        height, width = ink.shape
        for y in table.across:
            ink[max(0, y - 5) : y + 6, max(0, left - 6) : min(width, right + 7)] = 250
        for x in table.down:
            ink[max(0, top - 6) : min(height, bottom + 7), max(0, x - 5) : x + 6] = 250
    stretched = (ink.astype(np.float32) - 60) * (255 / 135)
    return Image.fromarray(np.clip(stretched, 0, 255).astype(np.uint8))


def within(word: Word, table: Ruled) -> bool:
    x, y = word.middle
    return table.down[0] <= x <= table.down[-1] and table.across[0] <= y <= table.across[-1]


def cells(table: Ruled, words: Sequence[Word]) -> list[list[str]]:
    """Words in the cells that they stand in; those of a merged cell in its first place."""
    rows, columns = len(table.across) - 1, len(table.down) - 1
    grid: list[list[list[Word]]] = [[[] for _ in range(columns)] for _ in range(rows)]
    for word in words:
        x, y = word.middle
        row = max(0, min(rows - 1, sum(1 for line in table.across if line < y) - 1))
        column = max(0, min(columns - 1, sum(1 for line in table.down if line < x) - 1))
        while column and (row, column - 1) in table.open_right:
            column -= 1
        while row and (row - 1, column) in table.open_below:
            row -= 1
        grid[row][column].append(word)
    return [
        ["\n".join(" ".join(word.text for word in line) for line in printed_lines(cell)) for cell in row]
        for row in grid
    ]
