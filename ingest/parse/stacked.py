"""Tables that plain text gives one cell a line: rows where they are sure, else the cells kept together."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.labels import is_label
from ingest.layout import BULLET, CONTENTS, NUMBERED_HEADING, STEP
from ingest.lines import PAGE_NUMBER
from ingest.tables import is_form

APART = re.compile(r" {2,}|\t+ *")
IS_FIGURE = re.compile(r"^[<>±–+-]?\d[\d .,:\u00a0]*%?$|^\d+ av \d+$|^[–-]$")
IS_MARK = re.compile(r"^(?:(?:ja|nej|delvis)\b.*|x|✓|[A-ZÅ](?:\s?[,/]\s?[A-ZÅ]){0,3})$", re.IGNORECASE)
YEAR = re.compile(r"^(?:19|20)\d\d$")
CAPTION = re.compile(r"^(tabell|matris)\s+\d+", re.IGNORECASE)
ABOVE = re.compile(r"^(?:tabell|matris|bilaga|figur)\s+\w+", re.IGNORECASE)  # a line that stands above a table
OPEN = re.compile(r"\s(?:och|eller|samt|av|för|i|med|på|till|vid|från|som|att|enligt|inom|under|om|den|en|ett|kl\.?)$")
LONGEST_NAME = 20  # characters of a heading that may end with a small word
LONGEST_CELL = 70  # characters
LONGEST_VALUE = 110  # characters of a value in a header table
MOST_CELLS = 400  # lines of one run that are looked at
WIDEST = 8  # columns
LEAST_CELLS = 6  # lines that are kept together where no rows are sure
LONGEST_PIECE = 650  # characters of what is kept together
FIRST_LINES = 40  # filled lines of a text among which its header table, or its title page, stands
LEAST_FIELDS = 3  # of a header table


@dataclass(frozen=True, slots=True)
class TextTable:
    """Lines `start` to `end` of a text; the first row of the grid is the heading, of empty cells where none is sure."""

    start: int
    end: int
    grid: list[list[str]]


def stacked_form(lines: Sequence[str], start: int) -> TextTable | None:
    """A header table at the beginning of a text: a field's name on one line, its value on the next.

    A name straight after a name says that the first one has no value. A value may go on over two lines more.
    """
    if not is_label(lines[start]) or sum(bool(line.strip()) for line in lines[:start]) >= FIRST_LINES:
        return None
    filled = _filled(lines, start, longest=LONGEST_VALUE)
    pairs: list[list[str]] = []
    end, place = start, 0
    while place < len(filled) and is_label(lines[filled[place]]):
        following = filled[place + 1 : place + 5]
        width = next((at for at, line in enumerate(following) if is_label(lines[line])), min(1, len(following)))
        if width > 3:
            width = 1
        value = " ".join(lines[at].strip() for at in following[:width])
        pairs.append([lines[filled[place]].strip().rstrip(":") + ":", value])
        place += 1 + width
        end = filled[place - 1] + 1
    named = [pair for pair in pairs if pair[1]]
    return TextTable(start, end, pairs) if len(named) >= LEAST_FIELDS and is_form(pairs) else None


def stacked_rows(lines: Sequence[str], start: int) -> TextTable | None:
    """A table whose rows are sure: as many cells in each, and columns that tell figures, marks and words apart.

    Where empty cells may have been lost (a matrix of crosses), nothing is sure.
    """
    if not _begins(lines, start):
        return None
    filled = _filled(lines, start, longest=LONGEST_CELL)
    while filled and _stands_above(lines[filled[0]]):
        filled = filled[1:]
    cells = [" ".join(lines[at].split()) for at in filled]
    if len(cells) < LEAST_CELLS or any(_is_cut(text) for text in cells):
        return None
    found = {width: count for width in range(2, WIDEST + 1) if (count := _rows(cells, width))}
    even = {width: count for width, count in found.items() if not len(cells) % width}
    found = even or found
    if not found or any(width % min(found) for width in found):
        return None
    width = min(found)
    used = width * (found[width] + 1)
    grid = [cells[at : at + width] for at in range(0, used, width)]
    return TextTable(filled[0], filled[used - 1] + 1, grid)


def kept_together(lines: Sequence[str], start: int, stop: int) -> TextTable | None:
    """Cells one a line whose rows are not sure, as pieces of about LONGEST_PIECE characters without headings.

    `stop` is where the next table begins.
    """
    if not _begins(lines, start):
        return None
    filled = _filled(lines, start, longest=LONGEST_CELL, stop=stop)
    while filled and _stands_above(lines[filled[0]]):
        filled = filled[1:]
    cells = [" ".join(lines[at].split()) for at in filled]
    numbered = sum(bool(NUMBERED_HEADING.match(text)) for text in cells)
    small = sum(text[0].islower() and len(text) > 1 for text in cells)
    prose = sum(text.endswith((".", "?", "!", ":")) or len(text) > 0.8 * LONGEST_CELL for text in cells)
    if len(cells) < LEAST_CELLS or numbered > 1 or small or prose > 0.1 * len(cells):
        return None
    length = sum(len(text) + 3 for text in cells)
    most = length / math.ceil(length / LONGEST_PIECE)
    step = next((width for width in (3, 4, 5, 2) if not len(cells) % width), 1)  # where a row may end
    pieces = [" | ".join(cells[:step])]
    for at in range(step, len(cells), step):
        part = " | ".join(cells[at : at + step])
        if len(pieces[-1]) + len(part) / 2 > most:
            pieces.append(part)
        else:
            pieces[-1] += f" | {part}"
    return TextTable(filled[0], filled[-1] + 1, [[""], *([piece] for piece in pieces)])


def _begins(lines: Sequence[str], start: int) -> bool:
    """May a run of cells begin here: below an empty line, a page's end, a caption, or a line that is no cell?"""
    text = lines[start].strip()
    if not text or len(text) > LONGEST_CELL:
        return False
    before = lines[start - 1].strip() if start else ""
    return not before or len(before) > LONGEST_CELL or before.endswith((".", ":")) or _stands_above(before)


def _stands_above(line: str) -> bool:
    """Is a line the caption, heading or page number above a table?"""
    text = line.strip()
    return bool(ABOVE.match(text) or NUMBERED_HEADING.match(text) or (PAGE_NUMBER.match(text) and text[0].isalpha()))


def _filled(lines: Sequence[str], start: int, *, longest: int, stop: int | None = None) -> list[int]:
    """Places of the lines from `start` on that may be cells, one below the other with the same space between them."""
    filled = [start]
    apart = 0
    for at in range(start + 1, min(len(lines) if stop is None else stop, start + MOST_CELLS)):
        text = lines[at].strip()
        if not text:
            if at - filled[-1] > 1:
                break
            continue
        gap = at - filled[-1]
        apart = apart or gap
        prose = len(text) > longest or (text.endswith(".") and len(text.split()) > 4)
        if gap != apart or prose or any(mark.search(text) for mark in (BULLET, STEP, CONTENTS, APART)):
            break
        filled.append(at)
    return filled


def _is_cut(text: str) -> bool:
    """Is this a piece of a cell that runs over several lines?"""
    if len(text) > LONGEST_NAME and OPEN.search(text):  # "Utförs av" is whole
        return True
    return len(text) > 1 and (text[0].islower() or text.endswith(("-", ",", "/")))


def _rows(cells: Sequence[str], width: int) -> int:
    """How many rows of so many columns the cells surely make below a heading; 0 where they do not."""
    count = len(cells) // width - 1
    if count < 2 or len(cells) % width > 1:
        return 0
    head, body = cells[:width], cells[width : width * (count + 1)]
    kinds = [_kind(body[column::width]) for column in range(width)]
    told = [column for column, kind in enumerate(kinds) if kind in ("mark", "figure", "digit")]
    mixed = kinds.count("mixed")
    if not all(_heads(text, kind) for text, kind in zip(head, kinds, strict=True)) or kinds[0] in ("mark", "mixed"):
        return 0
    if not told or mixed > (len(told) > 1) or (count < 3 and len(told) < 2) or told == [0]:
        return 0 if told != [0] or not _counts(body[::width]) else count
    return 0 if len(cells) % width and mixed else count


def _counts(column: Sequence[str]) -> bool:
    """Does a column count its rows: 1, 2, 3, …?"""
    return len(column) > 2 and list(column) == [str(number) for number in range(1, len(column) + 1)]


def _kind(column: Sequence[str]) -> str:
    """What all cells of a column are: "mark", "figure", "digit" (words and figures), "text", else "mixed"."""
    cells = [text for text in column if text not in ("–", "-")] or ["–"]
    if all(IS_MARK.match(text) for text in cells):
        crosses = {text.casefold() for text in cells} <= {"x", "✓"}
        return "mixed" if crosses else "mark"  # where crosses stand, empty cells were lost
    if all(IS_FIGURE.match(text) for text in cells):
        return "figure"
    if all(any(c.isdigit() for c in text) for text in cells):
        return "digit"
    return "mixed" if any(any(c.isdigit() for c in text) or IS_MARK.match(text) for text in cells) else "text"


def _heads(text: str, kind: str) -> bool:
    """Can a cell head a column of this kind?"""
    if YEAR.match(text):
        return kind in ("figure", "digit", "mark")
    if IS_FIGURE.match(text) or IS_MARK.match(text) or text.endswith("."):
        return False
    return kind != "digit" or not any(c.isdigit() for c in text)
