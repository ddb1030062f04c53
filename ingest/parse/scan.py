"""Scanned pages: rendered by pypdfium2, straightened, and read by the tesseract command in Swedish."""

from __future__ import annotations

import csv
import io
import shutil
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from ingest.clean import characters
from ingest.parse.guard import more_time, run_limited
from ingest.parse.place import Box, Grid
from ingest.parse.place import Word as Placed
from ingest.parse.printed import DPI, POINTS, Word, box_of, loose_rows, printed_lines, typical_height
from ingest.parse.ruling import cells, ruled_tables, within, without_lines
from ingest.tables import clean

MOST_PIXELS = 25_000_000  # of a rendered page; a larger one is rendered coarser
PAGE_SECONDS = 90  # of processor time that tesseract may take for a page
MOST_SCANS = 300  # pages of one file
USUAL_SIZE = 11.0  # points, where the document has no text to compare with
LANGUAGE = "swe"
INSTALL = "installera tesseract med svenska (apt-get install tesseract-ocr tesseract-ocr-swe)"
UNSURE = 70.0  # mean confidence of a page's words, below which the reader is told
LEAST_INK = 0.0003  # of a page's pixels; with less it is blank
Sheet = tuple[list[list[Placed]], list[tuple[Box, Grid]], float, float]  # rows, tables, width, height


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
    words = recognise(without_lines(image, tables))
    if _sure(words) < UNSURE:
        turned = _upright(image)
        if turned is not image:
            image, tables = turned, ruled_tables(turned)
            words = recognise(without_lines(image, tables))
    if not words:
        return None
    sure = _sure(words)
    placed: list[tuple[Box, Grid]] = []
    for table in tables:
        inside = [word for word in words if within(word, table)]
        grid = clean(cells(table, inside))
        if len(grid) > 1 and len(grid[0]) > 1:
            words = [word for word in words if not within(word, table)]
            placed.append((box_of(table.down[0], table.across[0], table.down[-1], table.across[-1]), grid))
    rows, loose = loose_rows(printed_lines(words), body=body, typical=typical_height(words))
    return Scan(rows, sorted([*placed, *loose]), image.width * POINTS, image.height * POINTS, sure)


def printed_text(path: Path, number: int) -> str:
    """The words of one page (from 1) as they are printed, tables and all, in tesseract's own order."""
    image = _straight(_flat(_render(path, number)))
    return " ".join(word.text for word in recognise(without_lines(image, ruled_tables(image))))


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
        return run_limited(
            [command, str(place), "stdout", "-l", language, "--dpi", str(DPI), *options],
            seconds=PAGE_SECONDS,
            environment={"OMP_THREAD_LIMIT": "1"},  # its threads wait for each other more than they work
        )
