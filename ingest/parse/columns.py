"""Rows and tables of a page into reading order: one stretch, or two columns of running text one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.lines import Line
from ingest.parse.place import Box, Grid, Word, lines_of

Item = tuple[float, Line | Grid]  # a line or a table, with its top
WIDE_GAP = 9.0  # points between words, from which they may stand in two columns whatever stands around them
SPACE = 3.0  # points, more than which a gap between two justified columns is at least
LEAST_ROWS = 6  # rows of two columns, as narrow as that, that a page must have


def in_order(rows: Sequence[list[Word]], tables: Sequence[tuple[Box, Grid]], width: float) -> list[list[Item]]:
    """Lines and tables of one page in reading order, one list a column or stretch."""
    split = _gutter(rows, width)
    if split is None:
        items: list[Item] = [*lines_of(rows), *((float(box[1]), grid) for box, grid in tables)]
        return [sorted(items, key=lambda item: item[0])]
    return _in_columns(rows, tables, split)


def two_columns(rows: Sequence[Sequence[Word]], width: float) -> bool:
    """Is the page set in two columns of running text?"""
    return _gutter(rows, width) is not None


def _crosses(row: Sequence[Word], x: float) -> bool:
    """Does text of this row run over x: a word on it, or words either side with no more than a space between?"""
    left = max((word["x1"] for word in row if word["x0"] < x), default=-1e9)
    right = min((word["x0"] for word in row if word["x0"] >= x), default=1e9)
    return left > x - 1 or right - left < WIDE_GAP


def _gutter(rows: Sequence[Sequence[Word]], width: float) -> float | None:
    """The x of the empty strip between two columns of running text, or None for a page of one column."""
    best: tuple[int, float] | None = None
    for step in range(40, 61):
        x = width * step / 100
        free = [row for row in rows if not _crosses(row, x)]
        starts = [min(word["x0"] for word in row if word["x0"] >= x) for row in free if row[-1]["x0"] >= x]
        ends = [max(word["x1"] for word in row if word["x0"] < x) for row in free if row[0]["x0"] < x]
        if len(starts) < 6 or len(ends) < 6:
            continue
        # Running text starts at one margin and fills its lines; columns of a table without lines do not.
        usual = max(set(map(round, starts)), key=lambda place: sum(abs(start - place) < 4 for start in starts))
        aligned = sum(abs(start - usual) < 22 for start in starts)
        filled = sum(end > x - 0.14 * width for end in ends)
        longer = sum(len([word for word in row if word["x0"] >= x]) >= 3 for row in free if row[-1]["x0"] >= x)
        if aligned < 0.7 * len(starts) or filled < 0.5 * len(ends) or longer < 0.5 * len(starts):
            continue
        if len(free) > 0.5 * len(rows) and (best is None or len(free) > best[0]):
            best = len(free), x
    return best[1] if best else _narrow_gutter(rows, width)


def _narrow_gutter(rows: Sequence[Sequence[Word]], width: float) -> float | None:
    """The x of a strip between two justified columns that is hardly wider than a space; None where there is none.

    The same two margins, line after line, tell it from the spaces of a text, and no other gap that stands as still
    from lines that are repeated and from a table.
    """
    gaps = Counter(
        (round(left["x1"]), round(right["x0"]))
        for row in rows
        for left, right in pairwise(row)
        if SPACE < right["x0"] - left["x1"] <= WIDE_GAP
    )
    middle = [gap for gap, _ in gaps.most_common() if 0.4 * width < gap[1] < 0.6 * width]
    if not middle:
        return None
    end, start = middle[0]
    if any(2 * often > gaps[end, start] for (_, other), often in gaps.items() if abs(other - start) > WIDE_GAP):
        return None
    inside = [_meets(row, end, start) for row in rows]
    if sum(inside) < LEAST_ROWS:
        return None
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    return (end + start) / 2 if sum(inside) > 0.6 * (last - first + 1) else None


def _meets(row: Sequence[Word], end: float, start: float) -> bool:
    """Does one word of the row end where the left column does, and the next begin where the right one does?"""
    return any(abs(a["x1"] - end) < 1.6 and abs(b["x0"] - start) < 1.6 for a, b in pairwise(row))


def _wide_rows(rows: Sequence[Sequence[Word]], split: float) -> list[bool]:
    """Which rows run over both columns?

    A row with no more than a space at the split is of two columns where it and the next meet both columns' margins.
    """
    crossing = [_crosses(row, split) for row in rows]
    sides = [row for row, crosses in zip(rows, crossing, strict=True) if not crosses]
    starts = Counter(
        round(min(word["x0"] for word in row if word["x0"] >= split)) for row in sides if row[-1]["x0"] >= split
    )
    ends = Counter(
        round(max(word["x1"] for word in row if word["x0"] < split)) for row in sides if row[0]["x0"] < split
    )
    tight = Counter(
        (round(a["x1"]), round(b["x0"])) for row in rows for a, b in pairwise(row) if a["x1"] <= split <= b["x0"]
    )
    if tight and tight.most_common(1)[0][1] >= LEAST_ROWS:
        end, start = tight.most_common(1)[0][0]
    elif starts and ends:
        end, start = ends.most_common(1)[0][0], starts.most_common(1)[0][0]
    else:
        return crossing
    meets = [_meets(row, end, start) for row in rows]
    both = [met or not crosses for met, crosses in zip(meets, crossing, strict=True)]
    return [
        crosses
        and not (met and (any(meets[place - 1 : place]) or any(meets[place + 1 : place + 2]) or _inside(both, place)))
        for place, (crosses, met) in enumerate(zip(crossing, meets, strict=True))
    ]


def _inside(both: Sequence[bool], place: int) -> bool:
    """Are the rows before and after of two columns?"""
    return 0 < place < len(both) - 1 and both[place - 1] and both[place + 1]


def _in_columns(rows: Sequence[list[Word]], tables: Sequence[tuple[Box, Grid]], split: float) -> list[list[Item]]:
    """Reading order on a page of two columns: between rows that run over both, the left column before the right."""
    wide_rows = {id(row) for row, wide in zip(rows, _wide_rows(rows, split), strict=True) if wide}
    elements: list[tuple[float, list[Word] | tuple[Box, Grid]]] = [(row[0]["top"], row) for row in rows]
    elements += [(float(table[0][1]), table) for table in tables]
    result: list[list[Item]] = []
    wide: list[list[Word]] = []
    sides: tuple[list[list[Word]], list[list[Word]]] = ([], [])
    loose: tuple[list[Item], list[Item]] = ([], [])

    def flush(*, followed: bool = False) -> None:
        if wide:
            result.append(list(lines_of(wide)))
        below = _heading_below(*sides) if followed else []
        for side, extra in zip(sides, loose, strict=True):
            if side or extra:
                result.append(sorted([*lines_of(side), *extra], key=lambda item: item[0]))
            side.clear()
            extra.clear()
        if below:
            result.append(list(lines_of(below)))
        wide.clear()

    for top, element in sorted(elements, key=lambda element: element[0]):
        if isinstance(element, tuple):
            box, grid = element
            if box[0] < split < box[2]:
                flush()
                result.append([(top, grid)])
            else:
                loose[int(box[0] >= split)].append((top, grid))
        elif id(element) in wide_rows:
            if any(sides) or any(loose):
                flush(followed=True)
            wide.append(element)
        else:
            if wide:
                flush()
            for side, part in enumerate(
                ([w for w in element if w["x0"] < split], [w for w in element if w["x0"] >= split])
            ):
                if part:
                    sides[side].append(part)
    flush()
    return result


def _heading_below(left: list[list[Word]], right: list[list[Word]]) -> list[list[Word]]:
    """Takes away and returns the last row of the left column, where it stands below both and heads what follows."""
    if not right or len(left) < 2 or left[-1][0]["top"] <= right[-1][0]["bottom"]:
        return []
    last, before = left[-1][0], left[-2][0]
    apart = last["top"] - before["bottom"] > last["size"]
    return [left.pop()] if apart and (last["size"], last["fontname"]) != (before["size"], before["fontname"]) else []
