"""The document's own particulars in a PDF: header tables without lines, and ruled ones that every page repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.labels import is_label
from ingest.lines import mask
from ingest.parse.loose import cells_apart
from ingest.parse.place import Box, Grid, Word, text_of
from ingest.tables import is_form, unmarked

FIRST_ROWS = 24  # printed rows of the first page among which a header table stands
NEAR = 4.0  # points between the left edges of cells in one column
FAR = 1.4  # empty space that ends a cell, in its heights
VALUE_LINES = 3  # that the values of one row of names may take
TOP, BOTTOM = 0.25, 0.85  # of a page's height, above and below which tables may be repeated
LEAST_FIELDS = 3  # of a header table without lines

Cells = list[list[Word]]


def header_table(rows: Sequence[list[Word]]) -> tuple[list[list[Word]], list[tuple[Box, Grid]]]:
    """The rows of a first page without its header table; that table as "name: value" rows, with its place.

    Names stand above their values or to the left of them. None where fewer than LEAST_FIELDS are found.
    """
    pairs: list[list[str]] = []
    taken: list[int] = []
    place = 0
    while place < min(len(rows), FIRST_ROWS):
        found, end = _names_above(rows, place) or _names_beside(rows, place) or ([], place + 1)
        if found:
            pairs += found
            taken += range(place, end)
        place = end
    named = [pair for pair in pairs if pair[1]]
    if len(named) < LEAST_FIELDS or not is_form(pairs):
        return list(rows), []
    words = [word for at in taken for word in rows[at]]
    box = (
        min(float(word["x0"]) for word in words),
        min(float(word["top"]) for word in words),
        max(float(word["x1"]) for word in words),
        max(float(word["bottom"]) for word in words),
    )
    return [row for at, row in enumerate(rows) if at not in taken], [(box, pairs)]


def without_repeated(
    tables: Sequence[Sequence[tuple[Box, Grid]]], heights: Sequence[float]
) -> tuple[list[list[tuple[Box, Grid]]], tuple[str, ...]]:
    """Every page's tables without those that half of the pages repeat at an edge, a header table's first apart.

    Also what the cells of the others say, once each.
    """

    def at_edge(box: Box, height: float) -> bool:
        return box[1] < TOP * height or box[3] > BOTTOM * height

    seen = Counter(
        name
        for own, height in zip(tables, heights, strict=True)
        for name in {_masked(grid) for box, grid in own if at_edge(box, height)}
    )
    least = max(2, (len(tables) + 1) // 2)
    told: set[str] = set()
    edges: list[str] = []
    kept: list[list[tuple[Box, Grid]]] = []
    for own, height in zip(tables, heights, strict=True):
        kept.append([])
        for box, grid in own:
            name = _masked(grid)
            if not at_edge(box, height) or seen[name] < least:
                kept[-1].append((box, grid))
            elif name not in told:
                told.add(name)
                if is_form(grid):
                    kept[-1].append((box, grid))
                else:
                    edges += [text for row in grid for text in unmarked(row) if text]
    return kept, tuple(dict.fromkeys(edges))


def _masked(grid: Grid) -> str:
    return mask(" | ".join(text for row in grid for text in unmarked(row)))


def _names_above(rows: Sequence[list[Word]], place: int) -> tuple[list[list[str]], int] | None:
    """Names in a row with their values below, and where the values end."""
    names = cells_apart(rows[place])
    if len(names) < 2 or not all(is_label(text_of(name)) for name in names):
        return None
    lefts = [float(name[0]["x0"]) for name in names]
    values = [""] * len(names)
    end = place + 1
    while end < min(len(rows), place + 1 + VALUE_LINES):
        cells = cells_apart(rows[end])
        columns = [
            next((at for at, left in enumerate(lefts) if abs(left - cell[0]["x0"]) < NEAR), -1) for cell in cells
        ]
        wide = any(cell[-1]["x1"] > left for cell in cells for left in lefts if left > cell[0]["x0"] + NEAR)
        larger = rows[end][0]["size"] > 1.15 * rows[place][0]["size"]  # the document's title
        if (
            -1 in columns
            or wide
            or larger
            or _apart(rows[end - 1], rows[end])
            or all(is_label(text_of(cell)) for cell in cells)
        ):
            break
        for column, cell in zip(columns, cells, strict=True):
            values[column] = " ".join(filter(None, [values[column], text_of(cell)]))
        end += 1
    if not any(values):
        return None
    return [[text_of(name).rstrip(": ") + ":", value] for name, value in zip(names, values, strict=True)], end


def _names_beside(rows: Sequence[list[Word]], place: int) -> tuple[list[list[str]], int] | None:
    """Names in a row, each with its value to the right, and the row after; a value may go on below."""
    cells = cells_apart(rows[place])
    if len(cells) not in (2, 4) or not all(is_label(text_of(name)) for name in cells[::2]):
        return None
    if any(is_label(text_of(value)) for value in cells[1::2]):
        return None
    pairs = [[text_of(a).rstrip(": ") + ":", text_of(b)] for a, b in zip(cells[::2], cells[1::2], strict=True)]
    end = place + 1
    lefts = [float(value[0]["x0"]) for value in cells[1::2]]
    while end < min(len(rows), place + VALUE_LINES) and not _apart(rows[end - 1], rows[end]):
        below = cells_apart(rows[end])
        column = next((at for at, left in enumerate(lefts) if abs(left - below[0][0]["x0"]) < NEAR), -1)
        if len(below) != 1 or column < 0:
            break
        pairs[column][1] += f" {text_of(below[0])}"
        end += 1
    return pairs, end


def _apart(above: Sequence[Word], row: Sequence[Word]) -> bool:
    height = max(float(word["bottom"] - word["top"]) for word in row)
    return bool(min(word["top"] for word in row) - max(word["bottom"] for word in above) > FAR * height)
