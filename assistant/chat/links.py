"""Addresses of documents and of the words to mark in them."""

from __future__ import annotations

from urllib.parse import quote as percent
from urllib.parse import urlencode

ENDS = 8
"""So many words from each end of a long quote go into an address; that finds the stretch again."""

GAP = " … "


def file_link(document: str, page: int | None) -> str:
    """The file itself; a browser opens a PDF at the page."""
    place = f"#page={page}" if page is not None and document.lower().endswith(".pdf") else ""
    return f"/dokument/{_path(document)}{place}"


def reading_link(document: str, page: int | None, words: str = "") -> str:
    """The reading page, scrolled to `words`, which are marked there."""
    query = {"sida": str(page)} if page is not None else {}
    if words:
        query["citat"] = shortened(words)
    return f"/las/{_path(document)}" + (f"?{urlencode(query)}" if query else "") + ("#citat" if words else "")


def best_link(document: str, page: int | None, words: str = "") -> str:
    """Where a reader meets the words as the document shows them: the PDF's page, else the reading page."""
    return file_link(document, page) if document.lower().endswith(".pdf") else reading_link(document, page, words)


def duties_link(role: str, topic: str, *, ending: str = "", area: int = 0) -> str:
    """The page of what a role does, at an area counted from 1, or the file with this ending."""
    query = {"roll": role} | ({"amne": topic} if topic else {})
    return f"/ansvar{ending}?{urlencode(query)}" + (f"#omrade-{area}" if area else "")


def shortened(words: str) -> str:
    """The words, or the first and last few of many with a gap between."""
    every = words.split()
    return " ".join(every) if len(every) <= 2 * ENDS + 4 else " ".join(every[:ENDS]) + GAP + " ".join(every[-ENDS:])


def _path(document: str) -> str:
    return percent(document, safe="/")
