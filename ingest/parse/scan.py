"""Scanned pages: rendered by pypdfium2, straightened, and read by the tesseract command in Swedish."""

from __future__ import annotations

import csv
import io
import os
import shutil
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from ingest.clean import characters
from ingest.parse.guard import more_time
from ingest.parse.place import Box, Grid
from ingest.parse.place import Word as Placed
from ingest.tables import clean

DPI = 300
MOST_PIXELS = 25_000_000  # of a rendered page; a larger one is rendered coarser
PAGE_SECONDS = 90
MOST_SCANS = 300  # pages of one file
USUAL_SIZE = 11.0  # points, where the document has no text to compare with
LANGUAGE = "swe"
INSTALL = "installera tesseract med svenska (apt-get install tesseract-ocr tesseract-ocr-swe)"
UNSURE = 70.0  # mean confidence of a page's words, below which the reader is told
TABLE_GAP = 1.6  # empty space between two cells of a table without lines, in line heights
LEAST_INK = 0.0003  # of a page's pixels; with less it is blank
POINTS = 72 / DPI  # a pixel
Sheet = tuple[list[list[Placed]], list[tuple[Box, Grid]], float, float]  # rows, tables, width, height
Pixels = np.ndarray[Any, np.dtype[Any]]


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


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table's ruling lines in pixels, and between which cells there is none (merged cells)."""

    across: tuple[int, ...]  # y of the horizontal lines
    down: tuple[int, ...]  # x of the vertical lines
    open_right: frozenset[tuple[int, int]]  # (row, column) without a line to its right
    open_below: frozenset[tuple[int, int]]


@cache
def can_read() -> bool:
    """Is tesseract with Swedish on this computer?"""
    command = shutil.which("tesseract")
    if command is None:
        return False
    try:
        done = subprocess.run([command, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE in done.stdout.decode("utf-8", "replace").split()


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as it was read, in points: rows of words, tables and places, width, height; how sure (0-100)."""

    rows: list[list[Placed]]
    tables: list[tuple[Box, Grid]]
    width: float
    height: float
    sure: float


def read_scan(path: Path, number: int, *, body: float) -> Scan | None:
    """One page (from 1); None where it has no text, or took longer than PAGE_SECONDS.

    `body` is the text size in points of the document's other pages, to which sizes are set.
    """
    more_time(3 * PAGE_SECONDS)
    image = _straight(_flat(_render(path, number)))
    if np.mean(np.asarray(image) < 150) < LEAST_INK:
        return None
    tables = ruled_tables(image)
    words = recognise(_without_lines(image, tables))
    if _sure(words) < UNSURE:
        turned = _upright(image)
        if turned is not image:
            image, tables = turned, ruled_tables(turned)
            words = recognise(_without_lines(image, tables))
    if not words:
        return None
    sure = _sure(words)
    placed: list[tuple[Box, Grid]] = []
    for table in tables:
        inside = [word for word in words if _within(word, table)]
        grid = clean(cells(table, inside))
        if len(grid) > 1 and len(grid[0]) > 1:
            words = [word for word in words if not _within(word, table)]
            placed.append((_box(table.down[0], table.across[0], table.down[-1], table.across[-1]), grid))
    rows, loose = _loose(printed_lines(words), body=body, typical=_typical(words))
    return Scan(rows, sorted([*placed, *loose]), image.width * POINTS, image.height * POINTS, sure)


def printed_text(path: Path, number: int) -> str:
    """The words of one page (from 1) as they are printed, tables and all, in tesseract's own order."""
    image = _straight(_flat(_render(path, number)))
    return " ".join(word.text for word in recognise(_without_lines(image, ruled_tables(image))))


def with_scans(
    path: Path, sheets: Sequence[Sheet], bare: Sequence[int]
) -> tuple[list[Sheet], list[int], tuple[str, ...]]:
    """The sheets with the `bare` pages (from 1) read as pictures, the pages still without text, and warnings."""
    result = list(sheets)
    empty: list[int] = []
    read: list[int] = []
    unsure: list[int] = []
    sizes: Counter[float] = Counter()
    for rows, *_ in sheets:
        for word in (word for row in rows for word in row):
            sizes[round(word["size"], 1)] += len(word["text"])
    body = sizes.most_common(1)[0][0] if sizes else USUAL_SIZE
    for number in bare:
        scan = read_scan(path, number, body=body) if can_read() and len(read) < MOST_SCANS else None
        if scan is None:
            empty.append(number)
            continue
        result[number - 1] = scan.rows, scan.tables, scan.width, scan.height
        read.append(number)
        if scan.sure < UNSURE:
            unsure.append(number)
    warnings = [f"sida {_listed(read)} är läst med OCR"] if read else []
    warnings += [f"sida {_listed(unsure)} gick knappt att läsa; jämför med originalet"] if unsure else []
    warnings += [f"sida {_listed(empty)} har ingen text (bild?)"] if empty else []
    return result, empty, tuple(warnings)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _sure(words: Sequence[Word]) -> float:
    return statistics.fmean(word.sure for word in words) if words else 0.0


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return left * POINTS, top * POINTS, right * POINTS, bottom * POINTS


def _render(path: Path, number: int) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(DPI / 72, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
        return Image.fromarray(np.array(image))  # a copy: the page's memory goes with the document
    finally:
        document.close()


def _flat(image: Image.Image) -> Image.Image:
    """Shadows and paper colour taken out: paper white, ink as dark as it was against its paper."""
    if min(image.size) < 64:
        return image
    paper = image.reduce(16).filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(4))
    light = np.asarray(paper.resize(image.size, Image.Resampling.BILINEAR), dtype=np.float32)
    ink = np.asarray(image, dtype=np.float32) / np.maximum(light, 1.0)
    return Image.fromarray(np.clip(ink * 250, 0, 255).astype(np.uint8))


def _straight(image: Image.Image) -> Image.Image:
    """Turned by the angle (within ±5 degrees) at which lines of text stand out the most; grain smoothed."""
    small = image.reduce(3) if min(image.size) > 600 else image
    best = 0.0
    for step in (1.0, 0.25, 0.05):
        best = max((best + step * k for k in range(-5, 6)), key=lambda angle: _rowness(small, angle))
    turned = image if abs(best) < 0.03 else image.rotate(best, Image.Resampling.BICUBIC, fillcolor=250)
    return turned.filter(ImageFilter.GaussianBlur(1))


def _rowness(image: Image.Image, angle: float) -> float:
    rows = np.asarray(image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=250), dtype=np.float32).mean(axis=1)
    # Near ties go to the smaller angle, so that an empty or straight page is left as it is.
    return float(np.square(np.diff(rows)).sum()) - 1e-6 * abs(angle)


def _upright(image: Image.Image) -> Image.Image:
    """The page itself, or turned by quarter turns where tesseract is sure that it lies on its side or its head."""
    said = _tesseract(image, "--psm", "0", language="osd")
    values = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    try:
        turn, sure = int(values["Rotate"]), float(values["Orientation confidence"])
    except (KeyError, ValueError):
        return image
    return image.rotate(-turn, expand=True) if turn and sure > 3 else image


def recognise(image: Image.Image) -> list[Word]:
    """The words on an image. Specks that were taken for words are left out."""
    rows = csv.DictReader(io.StringIO(_tesseract(image, "--psm", "3", "tsv")), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = []
    for row in rows:
        text = characters(row.get("text") or "").strip()
        if row.get("level") != "5" or not text:
            continue
        left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
        sure = float(row["conf"])
        block = tuple(int(row[name]) for name in ("block_num", "par_num", "line_num"))
        speck = not any(c.isalnum() for c in text) and (sure < 60 or text in "|_—=~'`[]")
        if sure >= 20 and not speck:
            words.append(Word(text, left, top, left + width, top + height, sure, block))
    return words


def _tesseract(image: Image.Image, *options: str, language: str = LANGUAGE) -> str:
    """What the command prints; nothing where it fails or takes too long."""
    command = shutil.which("tesseract")
    if command is None:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "page.png"
        image.save(place, dpi=(DPI, DPI), compress_level=1)
        try:
            done = subprocess.run(
                [command, str(place), "stdout", "-l", language, "--dpi", str(DPI), *options],
                capture_output=True,
                timeout=PAGE_SECONDS,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads wait for each other more than they work
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


# --- ruling lines


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


def _without_lines(image: Image.Image, tables: Sequence[Ruled]) -> Image.Image:
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


def _within(word: Word, table: Ruled) -> bool:
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


# --- text without ruling lines


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


def _typical(words: Sequence[Word]) -> float:
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


def _loose(
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
                box = _box(
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
