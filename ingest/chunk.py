"""Pages into chunks: a stretch of one page under one heading, with the sentences, items and rows that can be quoted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.corpus import Block, Chunk, Document, Unit

FORM_SECTION = "Dokumentuppgifter"
BREAK = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[\"”“’(–-]?\s?[A-ZÅÄÖ0-9])")
SHORTENED = re.compile(
    r"(?:\b(?:t\.ex|bl\.a|m\.m|m\.fl|d\.v\.s|dvs|s\.k|p\.g\.a|fr\.o\.m|t\.o\.m|f\.d|o\.s\.v|osv|etc|kap|st|nr|tel|resp|"
    r"ca|jfr|inkl|exkl|max|min|dr|kl|avd|enl|forts|ev|sid|s|f|ff|bil|dnr|ref|[A-ZÅÄÖ])\.|\b\d{1,2}\.)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Part:
    """Blocks gathered for one chunk."""

    blocks: list[Block]
    section: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(len(block.text) + 1 for block in self.blocks)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence; abbreviations and ordinals do not end one."""
    spans, start = [], 0
    for match in BREAK.finditer(text):
        head = text[start : match.start()].rstrip()
        if SHORTENED.search(head) and not re.search(r"\d{4}\.$", head):
            continue
        spans.append((start, match.start() + len(match.group().rstrip())))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def chunk(document: Document, *, size: int, longest_list: int) -> Iterator[Chunk]:
    """Yield the chunks of a document, in order.

    A chunk holds at most `size` characters (one block at least; a list or table up to `longest_list`), never crosses a
    page or a heading, and a list stays with the line that leads it in.
    """
    section: tuple[tuple[int, str], ...] = ()
    for page in document.pages:
        part = _Part([], ())
        for block in page.blocks:
            if block.kind == "heading":
                yield from _make(document, page.number, part)
                section = (*(entry for entry in section if entry[0] < block.level), (block.level, block.text))
                part = _Part([], tuple(text for _, text in section))
                continue
            path = (FORM_SECTION,) if block.group == -1 else tuple(text for _, text in section)
            if not _belongs(part, block, path, size=size, longest_list=longest_list):
                carried = _lead_in(part, block)
                if carried and len(part.blocks) > 1:
                    part.blocks.pop()
                else:
                    carried = None
                yield from _make(document, page.number, part)
                part = _Part([carried] if carried else [], path)
            part.section = path
            part.blocks.append(block)
        yield from _make(document, page.number, part)


def _belongs(part: _Part, block: Block, path: tuple[str, ...], *, size: int, longest_list: int) -> bool:
    if not part.blocks:
        return True
    if path != part.section:
        return False
    last = part.blocks[-1]
    room = part.size + len(block.text)
    same_list = block.group > 0 and block.group == last.group
    led_in = block.group > 0 and last.text.endswith(":")
    if (block.kind == "row") != (last.kind == "row") and not led_in:
        return room <= size // 2
    return room <= (longest_list if same_list or led_in else size)


def _lead_in(part: _Part, block: Block) -> Block | None:
    """The line that leads a new list in, when it is the last thing gathered."""
    if block.group > 0 and part.blocks and part.blocks[-1].group != block.group and part.blocks[-1].text.endswith(":"):
        return part.blocks[-1]
    return None


def _make(document: Document, number: int | None, part: _Part) -> Iterator[Chunk]:
    if not part.blocks:
        return
    texts, units, at = [], [], 0
    intro, intro_group, open_intro = -1, 0, -1
    for block in part.blocks:
        if block.kind == "item" or block.kind == "row":
            if block.group != intro_group:
                intro, intro_group = open_intro, block.group
            units.append(Unit(at, at + len(block.text), "item" if block.kind == "item" else "row", intro))
        else:
            for start, end in sentences(block.text):
                units.append(Unit(at + start, at + end, "sentence"))
            open_intro = len(units) - 1 if block.text.endswith(":") or _is_caption(block.text) else -1
            intro_group = 0
        texts.append(block.text)
        at += len(block.text) + 1
    text = "\n".join(texts)
    if not any(c.isalnum() for c in text):
        return
    key = "\x1f".join([document.source, str(number), *part.section, text])
    identity = hashlib.sha256(key.encode()).hexdigest()[:16]
    yield Chunk(identity, document.source, number, part.section, text, tuple(units))


def _is_caption(text: str) -> bool:
    return bool(re.match(r"^(tabell|bilaga|matris)\b", text, re.IGNORECASE)) and len(text) < 160


def page_text(blocks: Sequence[Block]) -> str:
    """The page as a reader sees it: every chunk of the page is a stretch of this, headings apart."""
    return "\n".join(block.text for block in blocks)
