"""Words with their places on a page into rows and lines, without running lines and marks of notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ingest.clean import characters, mend_letters
from ingest.labels import LABEL
from ingest.lines import BARE_NUMBER, PAGE_NUMBER, Line, mask, page_numbers

Word = dict[str, Any]  # pdfplumber's: text, x0, x1, top, bottom, size, fontname
Box = tuple[float, float, float, float]
Grid = list[list[str]]
NOTE_MARK = re.compile(r"\d{1,2}(?:,\d{1,2})*")
LOOSE = re.compile(r"(?<=\w) (?=[,;](?:\s|$))")
NOTED = re.compile(r"(?:[^\W\d_]{3}|[.,;:!?)”\"’]|\d{4})$")  # what the mark of a footnote may follow
EDGE = 0.12  # of the page's height, at the top and the bottom, where running lines stand
TABLE_EDGE = 0.25  # of the page's height, as far as a running header table may reach


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words on one baseline, left to right; rows from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"], 0), word["x0"])):
        if rows and abs(rows[-1][0]["bottom"] - word["bottom"]) < 0.45 * (word["bottom"] - word["top"]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [close_up(sorted(row, key=lambda word: word["x0"])) for row in _with_raised(rows)]


def _with_raised(rows: Sequence[list[Word]]) -> list[list[Word]]:
    """The rows, small raised numbers that came out as rows of their own back in the row that they stand in."""
    result: list[list[Word]] = []
    for place, row in enumerate(rows):
        following = rows[place + 1] if place + 1 < len(rows) else []
        raised = following and all(NOTE_MARK.fullmatch(word["text"]) for word in row)
        if raised and all(any(_stands_on(mark, word) for word in following) for mark in row):
            following += row
        else:
            result.append(row)
    return result


def _stands_on(mark: Word, word: Word) -> bool:
    """Does a small number stand at the upper right corner of a word?"""
    size = word["size"]
    level = word["top"] - 0.2 * size < mark["bottom"] < word["bottom"]
    return bool(_small(mark, word) and level and -1 < mark["x0"] - word["x1"] < 0.25 * size)


def _small(mark: Word, word: Word) -> bool:
    """Is one set smaller than the other: by a quarter, or by a little and raised well above its line?"""
    raised = word["bottom"] - mark["bottom"] > 0.3 * word["size"]
    return bool(mark["size"] < (0.9 if raised else 0.78) * word["size"])


def close_up(row: list[Word]) -> list[Word]:
    """A row whose letters are set apart ("V I K T I G T") with its words whole; another as it is."""
    if len(row) < 6 or sum(len(word["text"]) == 1 for word in row) < 0.8 * len(row):
        return row
    gaps = sorted(b["x0"] - a["x1"] for a, b in pairwise(row))
    usual = gaps[len(gaps) // 3]
    if usual > 0.6 * row[0]["size"]:  # cells of a table
        return row
    words = [dict(row[0])]
    for word in row[1:]:
        if word["x0"] - words[-1]["x1"] < max(1.7 * usual, usual + 1):
            words[-1] |= {"text": words[-1]["text"] + word["text"], "x1": word["x1"]}
        else:
            words.append(dict(word))
    return words


def running(pages: Sequence[Sequence[Sequence[Word]]], heights: Sequence[float]) -> dict[str, str]:
    """Rows at page edges that repeat on at least half of the pages, and two: digits masked -> as first written."""
    seen: Counter[str] = Counter()
    first: dict[str, str] = {}
    for rows, height in zip(pages, heights, strict=True):
        texts = {text_of(row) for row, edge in zip(rows, edges(rows, height), strict=True) if edge}
        seen.update({mask(text) for text in texts})
        for text in texts:
            first.setdefault(mask(text), text)
    least = max(2, (len(pages) + 1) // 2)
    return {masked: first[masked] for masked, count in seen.items() if count >= least and masked}


def edges(rows: Sequence[Sequence[Word]], height: float) -> list[bool]:
    """Which rows of a page stand where running headers and footers do?

    A header table may reach further down: as far as its names and the values below them go.
    """
    result: list[bool] = []
    names = False
    for row in rows:
        named = bool(LABEL.match(text_of(row)))
        goes_on = all(result) and row[0]["bottom"] < TABLE_EDGE * height and (named or names)
        result.append(at_edge(row, height) or bool(goes_on and result))
        names = named
    return result


def at_edge(row: Sequence[Word], height: float) -> bool:
    """Does a row stand where running headers and footers do?"""
    return bool(row[0]["bottom"] < EDGE * height or row[0]["top"] > (1 - EDGE) * height)


def without_running(
    pages: Sequence[Sequence[list[Word]]], heights: Sequence[float], repeated: Mapping[str, str]
) -> list[list[list[Word]]]:
    """The rows of every page without running lines and page numbers."""
    kept = []
    for rows, height in zip(pages, heights, strict=True):
        texts = [text_of(row) for row in rows]
        runs = [
            edge and bool(mask(text) in repeated or PAGE_NUMBER.match(text))
            for edge, text in zip(edges(rows, height), texts, strict=True)
        ]
        kept.append(
            [row for row, text, run in zip(rows, texts, runs, strict=True) if not run or BARE_NUMBER.match(text)]
        )
    counting = page_numbers([[text_of(row) for row in rows] for rows in kept])
    return [
        [row for place, row in enumerate(rows) if (number, place) not in counting or not at_edge(row, heights[number])]
        for number, rows in enumerate(kept)
    ]


def text_of(row: Sequence[Word]) -> str:
    """A row's words with single spaces."""
    return characters(_spaced(row)).strip()


def _spaced(row: Sequence[Word]) -> str:
    """A row's words with spaces between, none before a comma that stands loose after a change of font."""
    return LOOSE.sub("", " ".join(word["text"] for word in row))


def without_note_marks(row: Sequence[Word]) -> list[Word]:
    """The words of a row without the small raised numbers that refer to footnotes; "m²" keeps its own."""
    usual = max((word["size"] for word in row), default=0.0)
    kept: list[Word] = []
    after_mark = False
    for word in row:
        before = kept[-1] if kept else None
        if (
            before is not None
            and NOTE_MARK.fullmatch(word["text"])
            and word["size"] < usual
            and _small(word, before)
            and word["bottom"] < before["bottom"] - 0.1 * before["size"]
            and word["x0"] - before["x1"] < 0.2 * before["size"]
            and NOTED.search(before["text"])
        ):
            after_mark = True
            continue
        if before is not None and NOTE_MARK.fullmatch(word["text"]) and _stands_on(word, before):  # "m²"
            kept[-1] = {**before, "text": before["text"] + word["text"], "x1": word["x1"]}
            continue
        if after_mark and kept and word["text"][0] in ".,;:!?)”":
            kept[-1] = {**kept[-1], "text": kept[-1]["text"] + word["text"], "x1": word["x1"]}
        else:
            kept.append(word)
        after_mark = False
    return kept


def lines_of(rows: Sequence[Sequence[Word]]) -> list[tuple[float, Line]]:
    """Rows of words as printed lines with the gap above each in line heights."""
    result = []
    previous_bottom = None
    texts = []
    rows = [without_note_marks(row) for row in rows]
    for row in rows:
        texts.append(_spaced(row))
    for row, text in zip(rows, mend_letters(texts), strict=True):
        top, bottom = min(w["top"] for w in row), max(w["bottom"] for w in row)
        height = max(1.0, bottom - top)
        gap = 0.0 if previous_bottom is None else max(0.0, (top - previous_bottom) / height)
        previous_bottom = bottom
        bold = sum(
            len(w["text"]) for w in row if "bold" in w["fontname"].casefold() or "black" in w["fontname"].casefold()
        )
        line = Line(
            text=characters(text).strip(),
            size=max({w["size"] for w in row}, key=lambda s: sum(len(w["text"]) for w in row if w["size"] == s)),
            bold=bold > 0.8 * sum(len(w["text"]) for w in row),
            left=float(row[0]["x0"]),
            right=float(row[-1]["x1"]),
            gap=gap,
        )
        if line.text:
            result.append((float(top), line))
    return result
