"""How wide the columns of a table are."""

from collections.abc import Callable, Sequence


def columns(
    rows: Sequence[Sequence[str]], *, width: float, margin: float, measure: Callable[[str], float]
) -> list[float]:
    """Widths that fill `width`: room for the longest word where there is, the rest by the amount of text.

    `rows` are without marks, the head first; `margin` is the empty space in a cell, left and right together.
    """
    least, wanted = [], []
    for cells in zip(*rows, strict=True):
        words = [measure(word) for cell in cells for word in cell.split()]
        lines = [measure(line) for cell in cells for line in cell.splitlines()]
        least.append(max(words, default=margin) + margin)
        to_fill_in = not any(cells[1:])
        wanted.append(max(max(lines, default=margin) + margin, width / len(rows[0]) if to_fill_in else 0))
    if sum(wanted) <= width:
        return [want * width / sum(wanted) for want in wanted]
    if sum(least) > width:
        # Long words have to be hyphenated: the widest columns give way first.
        limit = max(least)
        while sum(min(one, limit) for one in least) > width:
            limit *= 0.99
        least = [min(one, limit) for one in least]
    over = [max(want - one, 0) ** 0.7 for want, one in zip(wanted, least, strict=True)]
    spare = width - sum(least)
    return [one + spare * more / sum(over) for one, more in zip(least, over, strict=True)] if sum(over) else least
