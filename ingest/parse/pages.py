"""A PDF's pages as pdfplumber sees them: rows of words, ruled tables, horizontal lines.

Struck letters are left out, text on its side is read where it stands in a table, and a page that lies is turned.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.page import Page
from pdfplumber.table import Table

from ingest.parse.loose import Rule
from ingest.parse.place import Box, Grid, Word, rows_of, text_of
from ingest.parse.scan import Sheet
from ingest.tables import clean, spread, unstacked

logging.getLogger("pdfminer").setLevel(logging.ERROR)

MOST_RULES = 5000  # horizontal lines of a page that are looked at
LEAST_CELL = 20.0  # points of a cell's width, beside the ruled part of a table
TOP = 0.25  # of a page's height, where the rest of a row may stand that the page before began
LYING = 0.8  # of a page's letters that lie on their side, from which the page does; fewer are headings of a matrix
NEAR = 2.0  # points within which lines end together
LEAST_COLUMNS = 3  # vertical lines that end together where a table goes on over the page's end


def read_pages(path: Path) -> Iterator[tuple[Sheet, list[Rule]]]:
    """Every page's rows of words outside ruled tables, those tables, its size; and its horizontal lines."""
    with pdfplumber.open(path, password="") as plumber:
        for page in plumber.pages:
            yield _sheet(page)


def _sheet(page: Page) -> tuple[Sheet, list[Rule]]:
    page = _turned(page)
    drawn = len(page.rects) + len(page.lines) + len(page.curves) > 0
    rules = _rules(page) if drawn else []
    left_out = struck(page.chars, rules)
    sideways = [char for char in page.chars if not char["upright"]]
    left_out |= set(map(id, sideways))
    shown = page.filter(lambda part: id(part) not in left_out) if left_out else page
    words = _words(shown)
    tables: list[tuple[Box, Grid]] = []
    if drawn:
        aside = on_their_side(sideways)
        for table in page.find_tables({"explicit_horizontal_lines": open_ends(page.edges)}):
            cells = [*_cells(shown, table, words, aside), *_open_sides(table, rules, words)]
            grid = clean(unstacked(spread(cells)), columns=False)  # the rest of a row may leave some empty
            if _is_table(clean(grid)) or (_is_table(grid) and table.bbox[1] < TOP * page.height):
                boxes = [box for box, _ in cells]
                tables.append(
                    ((min(b[0] for b in boxes), table.bbox[1], max(b[2] for b in boxes), table.bbox[3]), grid)
                )
    words = [word for word in words if not any(_inside(word, box) for box, _ in tables)]
    size = float(page.width), float(page.height)
    page.close()
    return (rows_of(words), tables, *size), rules


def _words(page: Page, *, as_written: bool = False) -> list[Word]:
    """The words of a page. `as_written` parts those that were drawn apart, though they touch."""
    words: list[Word] = page.extract_words(
        extra_attrs=["size", "fontname"], x_tolerance_ratio=0.18, keep_blank_chars=False, use_text_flow=as_written
    )
    return words


def _turned(page: Page) -> Page:
    """The page as it is read: one whose letters mostly lie on their side is turned until they stand."""
    lying = [char["matrix"][1] > 0 for char in page.chars if not char["upright"] and char["text"].strip()]
    if len(lying) < LYING * len([char for char in page.chars if char["text"].strip()]) or not lying:
        return page
    upwards = 2 * sum(lying) > len(lying)
    page.page_obj.rotate = (page.rotation + (90 if upwards else 270)) % 360
    page.page_obj.attrs["Rotate"] = page.page_obj.rotate
    page.close()
    return Page(page.pdf, page.page_obj, page.page_number, page.initial_doctop)


def struck(chars: Sequence[Word], rules: Sequence[Rule]) -> set[int]:
    """Ids of letters with a line through them that begins and ends with them: a line of a table runs on."""
    ordered = sorted(rules, key=lambda rule: rule.y)
    heights = [rule.y for rule in ordered]
    through: dict[int, list[Word]] = defaultdict(list)  # place of a line -> letters
    for char in chars:
        third, middle = 0.3 * (char["bottom"] - char["top"]), (char["x0"] + char["x1"]) / 2
        at = bisect_left(heights, char["top"] + third)
        while at < len(heights) and heights[at] <= char["bottom"] - third:
            if ordered[at].left <= middle <= ordered[at].right:
                through[at].append(char)
            at += 1
    found: set[int] = set()
    for at, letters in through.items():
        room = 0.6 * letters[0]["size"]
        begins, ends = min(char["x0"] for char in letters), max(char["x1"] for char in letters)
        if abs(begins - ordered[at].left) < room and abs(ends - ordered[at].right) < room:
            found.update(map(id, letters))
    return found


def on_their_side(chars: Sequence[Word]) -> list[Word]:
    """Lines of text that stand on their side, such as a matrix's headings, each as one word."""
    columns: dict[tuple[int, bool], list[Word]] = defaultdict(list)
    for char in chars:
        columns[round(char["x1"]), char["matrix"][1] > 0].append(char)
    found: list[Word] = []
    for (_, upwards), column in columns.items():
        column.sort(key=lambda char: -char["bottom"] if upwards else char["top"])
        lines: list[list[Word]] = []
        for char in column:
            before = lines[-1][-1] if lines else char
            gap = before["top"] - char["bottom"] if upwards else char["top"] - before["bottom"]
            if not lines or gap > 2 * char["size"]:
                lines.append([char])
            else:
                lines[-1].append({**char, "text": f" {char['text']}"} if gap > 0.18 * char["size"] else char)
        found += [_one_word(line) for line in lines]
    return found


def _one_word(chars: Sequence[Word]) -> Word:
    """Letters in order as one word, with the place that all of them take."""
    first = {side: min(char[side] for char in chars) for side in ("x0", "top")}
    last = {side: max(char[side] for char in chars) for side in ("x1", "bottom")}
    return {**chars[0], **first, **last, "text": " ".join("".join(char["text"] for char in chars).split())}


def open_ends(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines to close a table with whose vertical lines end together and no horizontal one: it goes on over the page."""
    found: list[dict[str, Any]] = []
    for side in ("top", "bottom"):
        ending: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for edge in edges[:MOST_RULES]:
            if edge["orientation"] == "v":
                ending[round(edge[side])].append(edge)
        for own in ending.values():
            if len({round(edge["x0"]) for edge in own}) < LEAST_COLUMNS:
                continue
            y, left, right = own[0][side], min(edge["x0"] for edge in own), max(edge["x0"] for edge in own)
            ids = set(map(id, own))
            beside = (edge for edge in edges if edge["x1"] > left - NEAR and edge["x0"] < right + NEAR)
            if not any(e["top"] - NEAR < y < e["bottom"] + NEAR for e in beside if id(e) not in ids):
                line = {"object_type": "line", "x0": left, "x1": right, "top": y, "bottom": y}
                found.append({**line, "width": right - left, "height": 0.0})
    return found


def _is_table(grid: Grid) -> bool:
    return bool(grid) and len(grid[0]) > (1 if len(grid) > 1 else 2)


def _rules(page: Page) -> list[Rule]:
    """The horizontal lines of a page, also those at the edges of shades."""
    edges = [edge for edge in page.edges if edge["orientation"] == "h"]
    return [Rule(float(edge["top"]), float(edge["x0"]), float(edge["x1"])) for edge in edges[:MOST_RULES]]


def _cells(page: Page, table: Table, words: Sequence[Word], aside: Sequence[Word]) -> list[tuple[Box, str]]:
    """The cells of a ruled table with their places. A word that runs over its cell's edge is whole where it starts."""
    boxes = [cell for row in table.rows for cell in row.cells]
    inside = [[] if cell is None else [word for word in words if _starts_in(word, cell)] for cell in boxes]
    over = any(word["x1"] > cell[2] + 2 for cell, own in zip(boxes, inside, strict=True) if cell for word in own)
    if over or aside:
        words = [*(_words(page, as_written=True) if over else words), *aside]
        inside = [[] if cell is None else [word for word in words if _starts_in(word, cell)] for cell in boxes]
        texts = [_text_in(own) for own in inside]
    else:
        texts = [text or "" for row in Table(page, table.cells).extract() for text in row]
    return [(cell, text) for cell, text in zip(boxes, texts, strict=True) if cell is not None]


def _open_sides(table: Table, rules: Sequence[Rule], words: Sequence[Word]) -> list[tuple[Box, str]]:
    """The cells left and right of a table whose horizontal lines go on where no vertical line ends them."""
    left, _, right, _ = table.bbox
    found: list[tuple[Box, str]] = []
    for row in table.rows:
        top, bottom = row.bbox[1], row.bbox[3]
        own = [rule for rule in rules if abs(rule.y - top) < 2 or abs(rule.y - bottom) < 2]
        for x0, x1 in (
            (min((rule.left for rule in own if rule.right > left - 2), default=left), left),
            (right, max((rule.right for rule in own if rule.left < right + 2), default=right)),
        ):
            if x1 - x0 > LEAST_CELL:
                box = (x0, top, x1, bottom)
                found.append((box, _text_in([word for word in words if _starts_in(word, box)])))
    return found if any(text for _, text in found) else []


def _text_in(words: Sequence[Word]) -> str:
    return "\n".join(map(text_of, rows_of(words)))


def _inside(word: Word, box: Box) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] <= box[2])


def _starts_in(word: Word, box: Box) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and box[0] - 1 <= word["x0"] < box[2] - 1)
