"""Pages into chunks: a stretch of one page under one heading, with the sentences, items and rows that can be quoted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.clean import join_lines
from ingest.corpus import Block, Chunk, Document, Unit

FORM_SECTION = "Dokumentuppgifter"
BREAK = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[\"”“’(–-]?\s?[A-ZÅÄÖ0-9])")
SHORTENED = re.compile(
    r"(?:\b(?:t\.ex|bl\.a|m\.m|m\.fl|d\.v\.s|dvs|s\.k|p\.g\.a|fr\.o\.m|t\.o\.m|f\.d|o\.s\.v|osv|etc|kap|st|nr|tel|resp|"
    r"ca|jfr|inkl|exkl|max|min|dr|kl|avd|enl|forts|ev|sid|s|f|ff|bil|dnr|ref|[A-ZÅÄÖ])\.)$",
    re.IGNORECASE,
)
# A number that begins an item ("så här: 1. Ring") or that what follows belongs to ("steg 2. Kontrollera").
COUNTING = re.compile(
    r"(?:^|(?<!\bkl)(?<!\bca)(?<!\d)(?<!\d )[:;(.!?,–-]\s+|\b(?:steg|punkt|nr|kap|kapitel|avsnitt|bilaga|tabell|"
    r"figur|bild|diagram|fas|nivå|grupp|del|version|§|p|artikel|moment|fråga|typ|klass|grad|kategori|delmål|mål|rubrik|exempel|"
    r"prio|prioritet|alternativ|scenario)\s+)\d{1,2}\.$",
    re.IGNORECASE,
)
ENDS = 60  # characters before a full stop, within which what it ends is looked at
STEP = 400  # characters before "2." or after "1.", within which the other says that it counts


@dataclass(slots=True)
class _Part:
    """Blocks gathered for one chunk."""

    blocks: list[Block]
    section: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(len(block.text) + 1 for block in self.blocks)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence; abbreviations, and numbers that count what follows, do not end one."""
    spans, start = [], 0
    for match in BREAK.finditer(text):
        head = text[start : match.start()].rstrip()
        stop = match.start()
        if _goes_on(head, text[max(0, stop - STEP) : stop], text[match.end() : match.end() + STEP]):
            continue
        spans.append((start, match.start() + len(match.group().rstrip())))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _goes_on(head: str, before: str, after: str) -> bool:
    """Does a sentence, begun with `head`, go on past a full stop: an abbreviation's, or a number's that counts?"""
    near = head if len(head) <= ENDS else f"… {head[-ENDS:]}"
    if SHORTENED.search(near) or COUNTING.search(near):
        return True
    number = re.search(r"(?<![\d.,:/-])(\d{1,2})\.$", near)
    if not number:
        return False
    last = int(number.group(1)) - 1  # run-on steps: "Gör så här 1. Ge saft 2. Vänta"
    return re.search(rf"(?<![\d.,:/-]){last}\. ", before) is not None if last else " 2. " in after


def chunk(document: Document, *, size: int, longest_list: int) -> Iterator[Chunk]:
    """Yield the chunks of a document, in order.

    A chunk holds at most `size` characters (one block at least; a list or table up to `longest_list`), never crosses a
    page or a heading, and a list stays with the line that leads it in. The halves of a sentence that goes on over a
    page break are units of their pages, each with the whole sentence.
    """
    cut = _cut_sentences(document)
    section: tuple[tuple[int, str], ...] = ()
    for page in document.pages:
        part = _Part([], ())
        for block in page.blocks:
            if block.kind == "heading":
                yield from _make(document, page.number, part, cut)
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
                yield from _make(document, page.number, part, cut)
                part = _Part([carried] if carried else [], path)
            part.section = path
            part.blocks.append(block)
        yield from _make(document, page.number, part, cut)


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


def _cut_sentences(document: Document) -> dict[tuple[int, bool], str]:
    """Sentences that a page break cuts, by (id of the block, is it the block's last sentence rather than its first)."""
    cut: dict[tuple[int, bool], str] = {}
    parts: list[str] = []  # of the sentence that was cut last
    places: list[tuple[int, bool]] = []
    for page, following in pairwise(document.pages):
        for block in page.blocks:
            if block.spans and following.blocks:
                rest = following.blocks[0]
                start, end = _sentences(block)[-1]
                if start or not places or places[-1] != (id(block), False):  # else it has gone on over a whole page
                    parts, places = [block.text[start:end]], []
                next_start, next_end = _sentences(rest)[0]
                parts.append(rest.text[next_start:next_end])
                places += [(id(block), True), (id(rest), False)]
                cut |= dict.fromkeys(places, join_lines(parts))
    return cut


def _sentences(block: Block) -> list[tuple[int, int]]:
    """Start and end of a block's sentences; a table row is one."""
    return [(0, len(block.text))] if block.kind == "row" else sentences(block.text)


def reading(part: Chunk) -> str:
    """The text to search a chunk by: that of the page, with sentences whole that its end cuts."""
    text, shift = part.text, 0
    for unit in part.units:
        if unit.whole:
            text = text[: unit.start + shift] + unit.whole + text[unit.end + shift :]
            shift += len(unit.whole) - (unit.end - unit.start)
    return text


def _make(document: Document, number: int | None, part: _Part, cut: Mapping[tuple[int, bool], str]) -> Iterator[Chunk]:
    if not part.blocks:
        return
    texts: list[str] = []
    units: list[Unit] = []
    at = 0
    intros, intro_group, open_intro = [(-1, -1)], 0, -1  # level of the item, and unit, that leads in
    for block in part.blocks:
        first = len(units)
        if block.kind == "item" or block.kind == "row":
            if block.group != intro_group:
                intros, intro_group = [(-1, open_intro)], block.group
            while len(intros) > 1 and intros[-1][0] >= block.level:
                intros.pop()
            units.append(Unit(at, at + len(block.text), "item" if block.kind == "item" else "row", intros[-1][1]))
            if block.kind == "item" and block.text.endswith(":"):  # leads the items below it in
                intros.append((block.level, len(units) - 1))
        else:
            for start, end in sentences(block.text):
                units.append(Unit(at + start, at + end, "sentence"))
            open_intro = len(units) - 1 if block.text.endswith(":") or _is_caption(block.text) else -1
            intro_group = 0
        for place, is_last in ((first, False), (len(units) - 1, True)):
            if whole := cut.get((id(block), is_last)):
                units[place] = replace(units[place], whole=whole)
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
