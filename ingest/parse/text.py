"""Plain text: often pulled out of a PDF, with its page furniture, broken lines and blank lines everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ingest.clean import characters, mend_letters
from ingest.contents import without_contents
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.labels import is_label_line, labelled
from ingest.layout import SENTENCE_END, blocks, with_spans
from ingest.lines import Line, mask, running_lines, without_running
from ingest.parse.apart import text_tables
from ingest.parse.furniture import (
    FOOTNOTE,
    notes_last,
    without_page_breaks,
    without_page_numbers,
    without_site_head,
)
from ingest.parse.parsed import Parsed
from ingest.parse.stacked import CAPTION
from ingest.tables import form_blocks, form_rows, is_form, table_blocks

FIELD = re.compile(r"^\*{0,2}([A-ZÅÄÖ][\wåäö /-]{2,30}?)\*{0,2}\s*:\s*\*{0,2}\s*(\S.{0,160}?)\*{0,2}$")
TABLE = "\ue100"  # begins a mark that stands in place of a table's lines
FIRST_BLOCKS = 30  # of a document, among which its own particulars stand


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
    first, site = without_site_head(sheets[0].split("\n")) if sheets else ([], ())
    sheets[:1] = ["\n".join(first)]
    if len(sheets) == 1:
        kept, edges = without_page_breaks(first)
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
    return Parsed(with_spans(without_contents(result)), (*fields, *fields_of(result)), (*site, *edges))


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
        parts = [FIELD.match(part) for part in block.text.split(" | ")]
        if is_label_line(block.text, after=before.text) and len(labelled(block.text)) > 1:
            fields += labelled(block.text)
        elif len(parts) > 1 and all(parts) and block.kind != "row":
            fields += [(part.group(1), part.group(2)) for part in parts if part]
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
    mended = notes_last(without_page_numbers(mended))
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
