"""Plain text: often pulled out of a PDF, with its page furniture, broken lines and blank lines everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

from ingest.clean import characters, mend_letters
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.labels import is_label_line, labelled
from ingest.layout import (
    BULLET,
    PAGE_NUMBER,
    SENTENCE_END,
    Line,
    blocks,
    mask,
    running_lines,
    with_spans,
    without_contents,
    without_running,
)
from ingest.parse.apart import text_tables
from ingest.parse.parsed import Parsed
from ingest.parse.stacked import CAPTION
from ingest.tables import form_blocks, form_rows, is_form, table_blocks

FIELD = re.compile(r"^\*{0,2}([A-ZÅÄÖ][\wåäö /-]{2,30}?)\*{0,2}\s*:\s*\*{0,2}\s*(\S.{0,160}?)\*{0,2}$")
FOOTNOTE = re.compile(r"(?<=[a-zåäö]{3}[.,a-zåäö)])(\d{1,2})(?=[\s.,]|$)")
LONE_NUMBER = re.compile(r"^\s*(\d{1,3})(?:\s+\d{1,3})?\s*$")  # one, or those of two facing pages
TABLE = "\ue100"  # begins a mark that stands in place of a table's lines
FIRST_BLOCKS = 30  # of a document, among which its own particulars stand
PAGE_LINES = 8  # that a page has at least, between two page numbers
PAGE_OF = re.compile(
    r"\bsid(?:a|an)?\.?:? ?(\d{1,3})\b|\b(\d{1,3}) ?(?:\(\d{1,3}\)|av \d{1,3})$|^(\d{1,3})/\d{1,3}$", re.IGNORECASE
)
LEAST_RUNNING, LONGEST_RUNNING = 25, 150  # characters of a line that stands on every page
TITLE_LINES = 5  # filled lines at a text's beginning, among which its title stands
NOTE = re.compile(r"^ ?(\d{1,2}) +(?=[A-ZÅÄÖ”\"])")  # how a footnote begins


def decode(raw: bytes) -> str:
    """Text of bytes in UTF-8, UTF-16 with mark, or Windows-1252. Raises Unreadable for binary data."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw[:4096]:
        raise Unreadable("filen är inte text. Kontrollera filändelsen.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read_text(path: Path) -> Parsed:
    """Read a text file: pages at form feeds where there are any, else one page without a number."""
    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    sheets = text.split("\f")
    if not sheets[-1].strip():
        sheets.pop()
    edges: tuple[str, ...] = ()
    if len(sheets) == 1:
        kept, edges = without_page_breaks(sheets[0].split("\n"))
        sheets = ["\n".join(kept)]
    tables: dict[str, list[list[str]]] = {}
    pages = [_lines(_tables_out(sheet.split("\n"), tables)) for sheet in sheets]
    edges = _edges([[line.text for line in page] for page in pages]) if len(pages) > 1 else edges
    numbered = len(pages) > 1
    width = full_width([line for page in pages for line in page])
    result: list[Page] = []
    fields: list[tuple[str, str]] = []
    group = 0
    for number, lines in enumerate(without_running(pages) if numbered else pages, start=1):
        found: list[Block] = []
        for run, grid in _runs(lines, tables):
            found += blocks(run, body=0.0, width=width, first_group=group)
            group = max([group, *(block.group for block in found)])
            if grid and is_form(grid) and not result and len(found) < FIRST_BLOCKS:
                fields += form_rows(grid)
                found += form_blocks(form_rows(grid))
            elif grid:
                group += 1
                found += table_blocks(grid, headers=None, group=group)[0]
        result.append(Page(number if numbered else None, tuple(found)))
    return Parsed(with_spans(without_contents(result)), (*fields, *fields_of(result)), edges)


def _edges(pages: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Running headers and footers, each as it is first written."""
    repeated = running_lines(pages)
    first: dict[str, str] = {}
    for text in (text for page in pages for text in page if mask(text) in repeated):
        first.setdefault(mask(text), text)
    return tuple(first.values())


def _tables_out(lines: Sequence[str], tables: dict[str, list[list[str]]]) -> list[str]:
    """The lines with a mark in place of every table, which `tables` then holds by that mark."""
    kept: list[str] = []
    done = 0
    for table in text_tables(mend_letters([unicodedata.normalize("NFC", line) for line in lines])):
        mark = TABLE + chr(ord(TABLE) + 1 + len(tables) % 5000) * (1 + len(tables) // 5000)
        tables[mark] = [[characters(text).strip() for text in row] for row in table.grid]
        kept += [*lines[done : table.start], mark]
        done = table.end
    return [*kept, *lines[done:]]


def _runs(lines: Sequence[Line], tables: Mapping[str, list[list[str]]]) -> Iterator[tuple[list[Line], list[list[str]]]]:
    """Lines up to the next table, with that table; none after the last."""
    run: list[Line] = []
    for line in lines:
        if line.text in tables:
            if line.gap >= 0.5 and run and _heads_table(run):
                run[-1] = replace(run[-1], level=3)
            yield run, tables[line.text]
            run = []
        else:
            run.append(line)
    yield run, []


def _heads_table(run: Sequence[Line]) -> bool:
    """Is the last line above a table a heading of its own, rather than the table's caption or a sentence?"""
    line, text = run[-1], run[-1].text
    short = len(text) < 70 and len(text.split()) <= 9 and text[0].isupper() and text[-1].isalnum()
    return short and len(run) > 1 and line.gap >= 0.5 and not CAPTION.match(text) and not FIELD.match(text)


def fields_of(pages: Sequence[Page]) -> tuple[tuple[str, str], ...]:
    """Lines "Field: value" among the first thirty and the last ten blocks."""
    all_blocks = [block for page in pages for block in page.blocks]
    fields = []
    looked_at = [*all_blocks[:FIRST_BLOCKS], *all_blocks[FIRST_BLOCKS:][-10:]]
    for before, block in pairwise([Block("paragraph", ""), *looked_at]):
        match = FIELD.match(block.text)
        if is_label_line(block.text, after=before.text) and len(labelled(block.text)) > 1:
            fields += labelled(block.text)
        elif match and block.kind not in ("heading", "row"):  # a table's rows look like fields; a form's are known
            fields.append((match.group(1), match.group(2)))
    return tuple(fields)


def full_width(lines: Sequence[Line]) -> float:
    """The length in characters that a full line has: the 80th percentile of the longer half."""
    lengths = sorted(len(line.text) for line in lines)
    longer = lengths[len(lengths) // 2 :]
    return float(longer[int(len(longer) * 0.8)]) if longer else 80.0


def _lines(raw: Sequence[str]) -> list[Line]:
    """Printed lines with the gap above each. Blank lines that stand after nearly every line mean nothing."""
    mended = mend_letters([unicodedata.normalize("NFC", line) for line in raw])  # with its spaces as they came
    mended = _notes_last(_without_page_numbers(mended))
    filled = [bool(line.strip()) for line in mended]
    singles = [
        place for place in range(1, len(filled) - 1) if not filled[place] and filled[place - 1] and filled[place + 1]
    ]
    double_spaced = _dense_blanks(mended)
    lines: list[Line] = []
    blanks = 0
    for place, line in enumerate(mended):
        if not filled[place]:
            blanks += 1
            continue
        text = FOOTNOTE.sub("", characters(line).strip())
        usual = 1 if singles and double_spaced[place] else 0
        lines.append(Line(text=text, gap=float(max(0, blanks - usual))))
        blanks = 0
    return lines


def page_numbers(lines: Sequence[str]) -> set[int]:
    """Places of lone numbers that count pages: three at least, each one more than the one a page's length before.

    A page may lack its number. One that stands alone in the empty space of a page break is one too. Other lone numbers
    are cells of tables.
    """
    chains: dict[int, tuple[int, ...]] = {}  # by the number at its end: places
    filled = 0
    at: dict[int, int] = {}  # place -> filled lines before it
    for place, line in enumerate(lines):
        filled += bool(line.strip())
        if not (match := LONE_NUMBER.match(line)):
            continue
        number = int(match.group(1))
        at[place] = filled
        before = [
            chain
            for step in (1, 2)
            if (chain := chains.get(number - step)) and filled - at[chain[-1]] >= PAGE_LINES * step
        ]
        longest = (*max(before, key=len, default=()), place)
        if len(longest) >= len(chains.get(number, ())):
            chains[number] = longest
    best = max(chains.values(), key=len, default=())
    alone = {
        place
        for place, before in at.items()
        if _in_empty_space(lines, place)
        and all(other == place or abs(at[other] - before) >= PAGE_LINES for other in at)
    }
    return alone | (set(best) if len(best) > 2 else set())


def _without_page_numbers(lines: Sequence[str]) -> list[str]:
    """The lines without page numbers, one empty line in place of each and of the empty space around it."""
    return _without(lines, page_numbers(lines))


def without_page_breaks(lines: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a text that has no form feeds without what its pages repeated; that, each as it is first written.

    A line that counts pages ("Rutin fall | Dnr 2024/1 | Sida 3 (12)") is taken out from two on; one that always says
    the same from three on, a page's length apart. One of the first lines of all stays: it may be the title.
    """
    plain = [" ".join(characters(line).split()) for line in lines]
    before = list(accumulate((bool(line) for line in plain), initial=0))  # filled lines
    alike: dict[str, list[int]] = {}
    for place, line in enumerate(plain):
        if line and len(line) <= LONGEST_RUNNING and not BULLET.match(line):
            alike.setdefault(mask(line), []).append(place)
    found: set[int] = set()
    for places in alike.values():
        steps = [before[b] - before[a] for a, b in pairwise(places)]
        if (
            steps
            and min(steps) >= PAGE_LINES
            and (_counts_pages([plain[at] for at in places], steps) or _always(places, plain))
        ):
            found.update(places)
    edges = tuple(dict.fromkeys({mask(plain[at]): plain[at] for at in sorted(found, reverse=True)}.values()))
    counted = {at for at in found if PAGE_OF.search(plain[at])}
    title = {at for at in found - counted if before[at] < TITLE_LINES}
    found |= {at for place in found - title for at in (place - 1, place + 1) if _counts_alone(plain, at)}
    return _without(lines, found - title), tuple(reversed(edges))


def _counts_pages(lines: Sequence[str], steps: Sequence[int]) -> bool:
    """Do lines that differ in their figures alone count pages, by one for every page's length?"""
    told = [PAGE_OF.search(line) for line in lines]
    if all(told):
        numbers = [int(next(filter(None, match.groups()))) for match in told if match]
    elif len(lines) > 2:
        ends = [re.findall(r"^\d{1,3}(?= \D)|(?<=\D )\d{1,3}$", line) for line in lines]
        if not all(len(end) == 1 for end in ends):
            return False
        numbers = [int(end[0]) for end in ends]
    else:
        return False
    return all(a < b and step >= PAGE_LINES * (b - a) for (a, b), step in zip(pairwise(numbers), steps, strict=True))


def _counts_alone(plain: Sequence[str], at: int) -> bool:
    """Is there a page's number and no more: beside another line that all pages repeat, it is surely one."""
    return 0 <= at < len(plain) and bool(PAGE_NUMBER.match(plain[at]))


def _always(places: Sequence[int], plain: Sequence[str]) -> bool:
    """Does a line of some length, no sentence and no heading of a table, always say the same?"""
    line = plain[places[0]]
    same = len(places) > 2 and all(plain[at] == line for at in places)
    return (
        same
        and len(line) >= LEAST_RUNNING
        and len(line.split()) > 3
        and not SENTENCE_END.search(line)
        and line[0].isupper()
    )


def _without(lines: Sequence[str], numbers: Set[int]) -> list[str]:
    """The lines without some, one empty line in place of each and of the empty space around it."""
    kept: list[str] = []
    skipping = False
    for place, line in enumerate(lines):
        if place in numbers:
            while kept and not kept[-1].strip():
                kept.pop()
            kept.append("")
            skipping = True
        elif line.strip() or not skipping:
            kept.append(line)
            skipping = False
    return kept


def _in_empty_space(lines: Sequence[str], place: int) -> bool:
    """Are there empty lines above and below a line, and two at least on one side?"""

    def empty(steps: range) -> int:
        return next((count for count, at in enumerate(steps) if lines[at].strip()), len(steps))

    above, below = empty(range(place - 1, -1, -1)), empty(range(place + 1, len(lines)))
    return min(above, below) > 0 and max(above, below) > 1 and above < place


def _notes_last(lines: Sequence[str]) -> list[str]:
    """The lines, with footnotes that stand where a page once ended moved to the end: they cut sentences in two.

    A footnote begins after an empty line with a number that stands as a mark in the text above it, and has the
    punctuation of a sentence or a reference.
    """
    marks: set[int] = set()
    kept: list[str] = []
    notes: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        match = NOTE.match(line)
        apart = not kept or not kept[-1].strip()
        if match and apart and int(match.group(1)) in marks and re.search(r"[.,(:]", line[match.end() :]):
            marks.discard(int(match.group(1)))
            note = [line]
            while place + len(note) < len(lines) and _in_note(lines[place + len(note)], note[-1]):
                note.append(lines[place + len(note)])
            notes += ["", "", *note]
            place += len(note)
            continue
        marks.update(int(mark) for mark in FOOTNOTE.findall(characters(line)))
        kept.append(line)
        place += 1
    return [*kept, *notes]


def _in_note(line: str, before: str) -> bool:
    """Does a line go on with the footnote whose line stands before it, rather than with the text of the next page?"""
    if not line.strip() or line.startswith(" ") or NOTE.match(line):
        return False
    return not line[0].islower() or len(before.strip()) > 60


def _dense_blanks(lines: Sequence[str]) -> list[bool]:
    """Per line: do blank lines stand after most filled lines around it (fifteen either side)?

    Not where most of those lines are whole sentences or fields: there a blank line ends a paragraph.
    """
    filled = [bool(line.strip()) for line in lines]
    whole = [bool(SENTENCE_END.search(line.strip()) or FIELD.match(line.strip())) for line in lines]
    dense = []
    for place in range(len(lines)):
        around = slice(max(0, place - 15), place + 16)
        pairs = [(a, b) for a, b in pairwise(filled[around]) if a]
        blanks = sum(1 for _, b in pairs if not b)
        dense.append(blanks > 0.7 * len(pairs) and sum(whole[around]) < 0.6 * sum(filled[around]))
    return dense
