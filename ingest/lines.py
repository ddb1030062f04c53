"""Printed lines, and those at the edges of pages that are no text: running headers, footers and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

PAGE_NUMBER = re.compile(
    r"^(sid(a|an)?\.?\s*)?\d{1,3}\s*(\(\s*\d{1,3}\s*\)|av\s*\d{1,3}|/\s*\d{1,3}|\s\d{1,3})?$|^[-–—] ?\d{1,3} ?[-–—]$",
    re.IGNORECASE,
)
BARE_NUMBER = re.compile(r"^\d{1,3}$")
EDGE_LINES = 4  # lines at a page's top or bottom that may be running header or footer


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; sizes and places in points, 0 where the format does not tell."""

    text: str
    size: float = 0.0
    bold: bool = False
    left: float = 0.0
    right: float = 0.0
    gap: float = 0.0  # empty space above, in lines of this text
    level: int = 0  # of a heading that the format itself marks


def running_lines(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines (digits masked) at page edges that repeat on at least a third of the pages, three at least."""
    seen: Counter[str] = Counter()
    for lines in pages:
        edge = [*lines[:EDGE_LINES], *lines[-EDGE_LINES:]]
        seen.update({mask(text) for text in edge if mask(text)})
    least = max(3, len(pages) // 3) if len(pages) > 3 else max(2, len(pages))
    return {text for text, count in seen.items() if count >= least}


def mask(text: str) -> str:
    """A line with its digits hidden, so that "Sida 3 (9)" and "Sida 4 (9)" are one."""
    return re.sub(r"\d+", "#", text.strip().casefold())


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Take out running headers, footers and page numbers at page edges."""
    repeated = running_lines([[line.text for line in page] for page in pages]) if len(pages) > 1 else set()
    cleaned = []
    for page in pages:
        kept = []
        for place, line in enumerate(page):
            at_edge = place < EDGE_LINES or place >= len(page) - EDGE_LINES
            text = line.text.strip()
            runs = mask(text) in repeated or PAGE_NUMBER.match(text)
            if not (at_edge and runs) or BARE_NUMBER.match(text):
                kept.append(line)
        cleaned.append(kept)
    counting = page_numbers([[line.text for line in page] for page in cleaned])
    return [
        [line for place, line in enumerate(page) if (number, place) not in counting]
        for number, page in enumerate(cleaned)
    ]


def page_numbers(pages: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """Page and line (both from 0) of bare numbers that begin or end a page and count the pages.

    Other bare numbers are cells of tables.
    """
    edges = {(number, place) for number, page in enumerate(pages) for place in {0, len(page) - 1} if page}
    bare = {(n, place): int(pages[n][place]) for n, place in edges if BARE_NUMBER.match(pages[n][place].strip())}
    counted = Counter(value - number for (number, _), value in bare.items())
    offset, often = counted.most_common(1)[0] if counted else (0, 0)
    return {edge for edge, value in bare.items() if value == edge[0] + offset and (often > 1 or offset == 1)}
