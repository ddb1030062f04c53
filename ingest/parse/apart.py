"""Tables in plain text: columns kept apart by spaces or tabs, rows that end in figures, a cell a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.clean import join_lines
from ingest.parse.stacked import (
    APART,
    CAPTION,
    FIRST_LINES,
    IS_FIGURE,
    LONGEST_CELL,
    TextTable,
    kept_together,
    stacked_form,
    stacked_rows,
)
from ingest.tables import is_head

FIGURE = re.compile(r"^[<>±–-]?\d[\d.,:]*%?$")
RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$")
LEAST_ROWS = 3  # lines, the heading among them
MOST_COLUMNS = 12


def text_tables(lines: Sequence[str]) -> list[TextTable]:
    """The tables of a text, in order; and cells one a line that belong to no table whose rows are sure."""
    found: list[TextTable] = []
    place = 0
    while place < len(lines):
        if table := _sure(lines, place):
            found.append(table)
        place = table.end if table else place + 1
    return sorted([*found, *_between(lines, found)], key=lambda table: table.start)


def tabbed_tables(lines: Sequence[str]) -> list[TextTable]:
    """The tables of lines whose cells are kept apart by tabs, in order; fields and their values are none."""
    lines = [line if ":\t" not in line else "" for line in lines]
    found: list[TextTable] = []
    place = 0
    while place < len(lines):
        table = (_tabbed(lines, place) or _spaced(lines, place)) if "\t" in lines[place] else None
        if table:
            found.append(table)
        place = table.end if table else place + 1
    return found


def _sure(lines: Sequence[str], place: int) -> TextTable | None:
    """The table that begins on a line, read in the surest way that fits."""
    return (
        stacked_form(lines, place)
        or _piped(lines, place)
        or _tabbed(lines, place)
        or _aligned(lines, place)
        or _spaced(lines, place)
        or _figures(lines, place)
        or _stacked(lines, place)
        or stacked_rows(lines, place)
    )


def _between(lines: Sequence[str], tables: Sequence[TextTable]) -> Iterator[TextTable]:
    """Cells that are kept together, where there is no table."""
    starts = [*(table.start for table in tables), len(lines)]
    filled = [place for place, line in enumerate(lines) if line.strip()]
    begin = filled[FIRST_LINES] if len(filled) > FIRST_LINES else len(lines)  # what stands first may be a title page
    for stop, following in zip(starts, [*(table.end for table in tables), len(lines)], strict=True):
        place = begin
        while place < stop:
            table = kept_together(lines, place, stop)
            if table:
                yield table
            place = table.end if table else place + 1
        begin = max(begin, following)


def _with_heading(grid: list[list[str]], above: str) -> list[list[str]]:
    """The grid with its heading: the first row where its words tell, or where a caption stands above it."""
    below = [[text or "–" for text in row] for row in grid[1:]]
    named = all(text[:1].isupper() and not any(c.isdigit() for c in text) for text in grid[0])
    captioned = named and CAPTION.match(above.strip())
    return grid if is_head(grid[0], below) or captioned else [[""] * len(grid[0]), *grid]


def _line_above(lines: Sequence[str], start: int) -> str:
    """The line above a table, also where an empty one parts them."""
    return next((line for line in reversed(lines[max(0, start - 2) : start]) if line.strip()), "")


def _piped(lines: Sequence[str], start: int) -> TextTable | None:
    """Lines of cells between bars, a rule of dashes below the first: a Markdown table within plain text."""
    if start + 2 >= len(lines) or "|" not in lines[start] or not RULE.match(lines[start + 1]):
        return None
    end = start + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    rows = [lines[start], *lines[start + 2 : end]]
    grid = [[" ".join(text.split()) for text in row.strip().strip("|").split("|")] for row in rows]
    width = len(grid[0])
    return TextTable(start, end, grid) if len(grid) > 1 and all(len(row) == width for row in grid) else None


def _tabbed(lines: Sequence[str], start: int) -> TextTable | None:
    """Lines with as many tabs each, two at least, some of whose cells are empty: a table saved as text.

    Not where the second cell is empty after the shortest names alone: there the tabs only reach the column.
    """
    count = lines[start].count("\t")
    if count < 2 or (start and lines[start - 1].count("\t") == count):
        return None
    end = start
    while end < len(lines) and lines[end].count("\t") == count:
        end += 1
    grid = [[" ".join(text.split()) for text in line.split("\t")] for line in lines[start:end]]
    if len(grid) < LEAST_ROWS or not all(grid[0]) or all(text for row in grid for text in row):
        return None
    short = [len(row[0]) for row in grid if not row[1]]
    reached = [len(row[0]) for row in grid if row[1]]
    if any(len(text) > LONGEST_CELL for row in grid for text in row) or (short and max(short) < min(reached)):
        return None
    return TextTable(start, end, _with_heading(grid, _line_above(lines, start)))


def _aligned(lines: Sequence[str], start: int) -> TextTable | None:
    """Lines whose cells stand straight below those of the first, three at least; some may be empty.

    A line that begins no new row goes on with the one above.
    """
    heads = _placed(lines[start])
    if not 2 < len(heads) <= MOST_COLUMNS or "\t" in lines[start]:
        return None
    grid = [[text for _, _, text in heads]]
    end = start + 1
    while end < len(lines) and lines[end].strip():
        row = _below(heads, _placed(lines[end]))
        if row is None or "\t" in lines[end]:
            break
        if all(text[0].islower() and len(text) > 1 for text in row if text):
            grid[-1] = [join_lines([above, text]) for above, text in zip(grid[-1], row, strict=True)]
        else:
            grid.append(row)
        end += 1
    cut = end < len(lines) and len(_cells(lines[end])) > 1  # a row that does not fit: nothing is sure
    if len(grid) < LEAST_ROWS or cut or sum(sum(map(bool, row)) > 1 for row in grid[1:]) < LEAST_ROWS - 1:
        return None
    return TextTable(start, end, _with_heading(grid, _line_above(lines, start)))


def _placed(line: str) -> list[tuple[int, int, str]]:
    """The cells of a line, each with the places where it begins and ends."""
    return [(match.start(), match.end(), match.group()) for match in re.finditer(r"\S+(?: \S+)*", line.rstrip())]


def _below(heads: Sequence[tuple[int, int, str]], cells: Sequence[tuple[int, int, str]]) -> list[str] | None:
    """The cells of a row below the headings that they stand under; None where one stands under none for sure."""
    row = [""] * len(heads)
    for begin, end, text in cells:
        under = [
            at
            for at, (left, right, _) in enumerate(heads)
            if abs(begin - left) < 2 or abs(end - right) < 2 or (left <= begin and end <= right)
        ]
        if len(under) != 1 or row[under[0]]:
            return None
        at = under[0]
        free_left = heads[at - 1][0] if at else -1
        free_right = heads[at + 1][0] if at + 1 < len(heads) else begin + LONGEST_CELL + 1
        if end > free_right or begin < free_left:
            return None
        row[at] = text
    return row


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
    return TextTable(start, end, _with_heading(grid, _line_above(lines, start)))


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
