"""Tables of contents, found and taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.corpus import Page
from ingest.layout import LONGEST_HEADING, NUMBERED_HEADING

CONTENTS_NAME = re.compile(
    r"^(?:innehåll(?:sförteckning)?|innehåll i (?:detta dokument|rutinen|riktlinjen)):?$", re.IGNORECASE
)
ENTRY_NUMBER = re.compile(r"\s(\d{1,3})$")  # the page at the end of an entry of a table of contents


def without_contents(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages without a table of contents: what follows a line "Innehåll" and either ends with a page's number, no
    smaller than the one before, or is the name of a heading further on.
    """
    blocks = [block for page in pages for block in page.blocks]
    headings = Counter(_named(block.text) for block in blocks if block.kind == "heading")
    out: set[int] = set()
    for place, block in enumerate(blocks):
        if block.kind in ("row", "item") or not CONTENTS_NAME.match(block.text):
            continue
        last, end = 0, place + 1
        while end < len(blocks) and blocks[end].kind != "row" and len(blocks[end].text) <= LONGEST_HEADING:
            text = blocks[end].text
            number = ENTRY_NUMBER.search(text)
            named = headings[_named(text)] > (blocks[end].kind == "heading")
            if not named and not (number and last <= int(number.group(1)) and blocks[end].kind != "heading"):
                break
            last, end = int(number.group(1)) if number else last, end + 1
        emptied = end == place + 1 < len(blocks) and blocks[place].kind == blocks[end].kind == "heading"
        if end - place > 2 or emptied:
            out.update(map(id, blocks[place:end]))
    return tuple(replace(page, blocks=tuple(block for block in page.blocks if id(block) not in out)) for page in pages)


def _named(text: str) -> str:
    """A heading or an entry of a table of contents without its number and its page."""
    return NUMBERED_HEADING.sub("", ENTRY_NUMBER.sub("", text)).strip(" .").casefold()
