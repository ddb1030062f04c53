"""Lines on pages into blocks: headings, paragraphs, list items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.chunk import SHORTENED
from ingest.clean import BULLETS, join_lines
from ingest.corpus import Block, Page
from ingest.labels import begins_field
from ingest.lines import Line
from ingest.swedish import STOP

BULLET = re.compile(rf"^(?:[{re.escape(BULLETS)}]|o(?= ))\s+(?=\S)")
STEP = re.compile(r"^(\(?\d{1,2}[.)]|\(?[a-zåäö][.)])\s+(?=\S)")
NUMBERED_HEADING = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-ZÅÄÖ])")
CONTENTS = re.compile(r"(\.{4,}|(?:\. ){4,}|…{2,}|_{4,})\s*\d{1,3}\s*$")
CONTENTS_TAIL = 100  # characters at a line's end to look for it in: the pattern is slow on a page of dots
SENTENCE_END = re.compile(r"[.!?:;][\"”’)]?$")
CAPTION = re.compile(r"^(?:tabell|matris|figur|bild) \d{1,2}\b", re.IGNORECASE)
NOTE = re.compile(r"^(\d{1,2}|[*†])\s+\S")  # how a footnote begins
LEADS_ON = STOP | {"enligt", "genom", "gällande", "resp", "respektive", "samt", "såsom", "via"}  # never end a sentence
ONE_FIELD = re.compile(r"^[A-ZÅÄÖ][^\W\d_][\w -]{1,28}: \S")  # beside others like it: "DocPlus-ID: 15192"
LONGEST_HEADING = 110  # characters
INDENT = 8.0  # points between the items of two levels


def body_size(pages: Iterable[Iterable[Line]]) -> float:
    """The size in points that most characters have; 0 where sizes are unknown."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def heading_level(line: Line, *, body: float, following: Line | None) -> int:
    """From 1 for a heading, 0 for other text."""
    if line.level:
        return line.level
    text = line.text.strip()
    if CONTENTS.search(text[-CONTENTS_TAIL:]) or CAPTION.match(text):
        return 0
    if not text or len(text) > LONGEST_HEADING or BULLET.match(text) or text.endswith((".", ",", ";", ":", "-")):
        return 0
    if not any(c.isalpha() for c in text) or text[0].islower():
        return 0
    numbered = NUMBERED_HEADING.match(text)
    depth = numbered.group(1).count(".") + 1 if numbered else 0
    if body and line.size >= body * 1.12:
        return depth or (1 if line.size >= body * 1.45 else 2)
    if line.bold and len(text) < 90 and (following is None or not following.bold or line.gap > 0.5):
        return depth or 3
    if body:  # "1. Gör så här" in the body's own look is a step; "3.1 Ansvar" with space above is a heading
        return depth if depth > 1 and line.gap > 0.5 and len(text) < 70 else 0
    return _plain_heading(text, depth, line, following)


def _plain_heading(text: str, depth: int, line: Line, following: Line | None) -> int:
    """Headings in text without sizes: numbered, or a short line of its own before a sentence."""
    words = text.split()
    if depth and len(words) <= 12:
        return 0 if following and _runs_on(text, following) else depth
    if len(words) > 9 or len(text) > 70 or following is None or line.gap < 0.5 or begins_field(text):
        return 0
    next_text = following.text.strip()
    starts = bool(next_text) and (next_text[0].isupper() or BULLET.match(next_text) is not None)
    return 3 if starts and len(next_text) > len(text) else 0


def _runs_on(text: str, following: Line) -> bool:
    """Is a numbered line the beginning of a sentence, that the next line goes on with, rather than a long heading?"""
    rest = following.text.strip()
    if following.gap >= 0.5 or not rest[:1].islower():
        return False
    return SENTENCE_END.search(rest) is not None or len(rest) >= 0.75 * len(text)


def blocks(lines: Sequence[Line], *, body: float, width: float, first_group: int) -> list[Block]:
    """Blocks of one column or page, in order. `width` is that of a full line, in the unit of `Line.right`.

    List items of one list share a group number, counted from `first_group`.
    """
    result: list[Block] = []
    pending: list[Line] = []
    kind, depth = "paragraph", 0
    group = first_group

    def flush() -> None:
        nonlocal pending
        text = join_lines(line.text for line in pending)
        pending = []
        if text:
            in_list = kind == "item"
            result.append(Block("item" if in_list else "paragraph", text, level=depth, group=group if in_list else 0))

    lefts: list[float] = []  # where the items of the list under way begin, the outermost first
    previous: Line | None = None
    for place, line in enumerate(lines):
        text = line.text.strip()
        if CONTENTS.search(text[-CONTENTS_TAIL:]):
            # An entry of a table of contents, and the line above where it began there.
            begun = len(pending) == 1 and kind == "paragraph" and not SENTENCE_END.search(pending[0].text)
            if begun and _continues(previous, line, None, in_item=False, width=width):
                pending = []
            flush()
            kind, previous = "paragraph", line
            continue
        following = lines[place + 1] if place + 1 < len(lines) else None
        level = heading_level(line, body=body, following=following)
        if not level and not pending and result and _heading_goes_on(result[-1], previous, line, body=body):
            level = result[-1].level
        is_item = bool(BULLET.match(text) or (STEP.match(text) and not level and not _in_brackets(pending)))
        if level:
            flush()
            kind = "paragraph"
            last = result[-1] if result else None
            if (
                last
                and last.kind == "heading"
                and last.level == level
                and line.gap < 0.4
                and _same_look(previous, line)
            ):
                result[-1] = replace(last, text=join_lines([last.text, text]))  # a heading over two lines
            else:
                result.append(Block("heading", text, level=level))
        elif is_item:
            flush()
            if kind != "item":
                group, lefts = group + 1, []
            while lefts and line.left < lefts[-1] - INDENT:
                lefts.pop()
            if not lefts or line.left > lefts[-1] + INDENT:
                lefts.append(line.left)
            kind, depth = "item", len(lefts) - 1
            pending = [replace(line, text=BULLET.sub("", text))]
        elif pending and _continues(previous, line, following, in_item=kind == "item", width=width):
            pending.append(line)
        else:
            flush()
            kind, depth = "paragraph", 0
            pending = [line]
        previous = line
    flush()
    return result


def _heading_goes_on(last: Block, previous: Line | None, line: Line, *, body: float) -> bool:
    """Is a line in the look of the heading above it, that begins with a small letter, the rest of that heading?"""
    small = line.text.strip()[:1].islower() and len(line.text) < LONGEST_HEADING
    return last.kind == "heading" and small and 0 < 1.12 * body <= line.size and _same_look(previous, line)


def _same_look(previous: Line | None, line: Line) -> bool:
    return previous is not None and abs(previous.size - line.size) < 0.3 and previous.bold == line.bold


def _in_brackets(pending: Sequence[Line]) -> bool:
    """Is a bracket open at the end of these lines: "(bilaga / 7) gäller"?"""
    text = pending[-1].text if pending else ""
    return text.rfind("(") > text.rfind(")")


def _stands_alone(text: str, following: Line | None, width: float) -> bool:
    """Is a line of plain text, that begins with a capital, a heading rather than the end of a paragraph?"""
    if following is None or following.right or not text[:1].isupper() or not len(text) < 0.5 * width:
        return False
    if SENTENCE_END.search(text) or ":" in text:
        return False
    last = text.rsplit(None, 1)[-1].casefold()
    after = following.text.strip()
    return last not in LEADS_ON and not text.endswith((",", "-")) and after[:1].isupper() and len(after) > len(text)


def _continues(previous: Line | None, line: Line, following: Line | None, *, in_item: bool, width: float) -> bool:
    """Does this line go on with the paragraph or list item above it?"""
    if previous is None:
        return False
    before, text = previous.text.rstrip(), line.text.strip()
    if begins_field(text) or (ONE_FIELD.match(text) and (begins_field(before) or ONE_FIELD.match(before))):
        return False
    if text[0].islower() or before.endswith(("-", ",")):
        return line.gap < 2.5
    if line.gap > 0.75:
        return False
    if line.bold != previous.bold and line.bold:
        return False
    reach = previous.right if previous.right else float(len(before))
    full = reach >= width * (0.82 if previous.right else 0.72)
    if before.endswith(".") and SHORTENED.search(before):
        return True  # "inkl. / HOMDEM-resultat"
    if SENTENCE_END.search(before):
        return full
    if before.rsplit(None, 1)[-1].casefold() in LEADS_ON:
        return True  # "av FoUiS under / 2023"
    if _stands_alone(text, following, width):
        return False
    if in_item:
        return full
    return full or not text[0].isupper()


def with_spans(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages, with the last paragraph or item of each marked where its sentence goes on at the top of the next."""
    result = list(pages)
    for place, (page, following) in enumerate(pairwise(pages)):
        last = len(page.blocks) - 1
        while last > 0 and page.blocks[last].kind == "paragraph" and NOTE.match(page.blocks[last].text):
            last -= 1  # footnotes stand below the text that they cut
        if last >= 0 and following.blocks and goes_on(page.blocks[last], following.blocks[0]):
            blocks = list(page.blocks)
            blocks[last] = replace(blocks[last], spans=True)
            result[place] = replace(page, blocks=tuple(blocks))
    return tuple(result)


def goes_on(last: Block, first: Block) -> bool:
    """Is the first block of a page or column the rest of the sentence that the one before ends with?"""
    if last.kind not in ("paragraph", "item") or last.group == -1 or first.kind != "paragraph":
        return False
    before = last.text.rstrip()
    return not SENTENCE_END.search(before) and (first.text[:1].islower() or open_ended(before))


def open_ended(text: str) -> bool:
    """Does a text end so that something must follow: with a hyphen, a comma or a word that ends no sentence?"""
    words = text.split()
    return bool(words) and (words[-1].endswith(("-", ",", "/")) or words[-1].casefold() in LEADS_ON)
