"""Word (.docx), read by python-docx in the order of the text: headings, paragraphs, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from ingest.clean import BULLETS, characters, join_lines
from ingest.contents import without_contents
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.labels import pairs_of
from ingest.layout import STEP
from ingest.parse.apart import tabbed_tables
from ingest.parse.container import check_zip
from ingest.parse.numbers import Numbers
from ingest.parse.parsed import Parsed
from ingest.parse.stacked import TextTable
from ingest.parse.text import fields_of
from ingest.tables import SIDEWAYS, clean, form_blocks, form_rows, is_form, table_blocks, unmarked, unstacked

CONTENTS_STYLE = re.compile(r"^(toc|innehåll) ?\d|^table of figures", re.IGNORECASE)
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
NOT_TEXT = {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:sdtPr"), FALLBACK}
DEEPEST = 10  # tables within tables
WIDEST = 100  # columns that one cell may span
HEADING = re.compile(r"^(?:heading|rubrik|överskrift)\s*(\d)", re.IGNORECASE)


def read_word(path: Path) -> Parsed:
    """Read a Word file as one page without a number."""
    check_zip(path)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise Unreadable("filen går inte att läsa som Word. Öppna den i Word och spara om den som .docx.") from error
    result: list[Block] = []
    fields: list[tuple[str, str]] = []
    numbers = Numbers(document)
    notes = _Notes(document)
    group = 0
    was_item = False
    for element in _tables_of_tabs(_content(document.element.body, document)):
        if isinstance(element, TextTable):
            group += 1
            result += table_blocks(element.grid, headers=None, group=group)[0]
            was_item = False
            continue
        if isinstance(element, Table):
            notes.told_in(element._tbl)
            rows = clean(unstacked(_grid(element)))
            was_item = False
            if not rows:
                continue
            if is_form(rows) and len(result) < 8:
                pairs = form_rows(rows)
                fields += pairs
                result += form_blocks(pairs)
            elif len(rows[0]) == 1:
                result += [Block("paragraph", row[0]) for row in rows]
            else:
                group += 1
                result += table_blocks(rows, headers=None, group=group)[0]
            continue
        text = join_lines(characters(_text(element)).split("\n"))
        if not text:
            continue
        level = _heading_level(element)
        if level:
            result += [*notes.blocks(), Block("heading", numbers.of(element) + text, level=level)]
        elif depth := _list_depth(element, text):
            group += not was_item
            result.append(Block("item", text.lstrip(BULLETS + " "), level=depth - 1, group=group))
            notes.told_in(element._p)
            was_item = True
            continue
        else:
            result.append(Block("paragraph", text))
        was_item = False
        notes.told_in(element._p)
    edges, own = _edges(document)
    fields += [*own, *pairs_of(edges)]
    page = without_contents([Page(None, (*result, *notes.blocks()))])[0]
    title = characters(document.core_properties.title or "").strip()
    return Parsed((page,), (*fields, *fields_of([page])), edges, title)


def _content(parent: Any, owner: Any) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, those in content controls and text boxes too; a table of contents left out."""
    for child in parent:
        if child.tag == qn("w:tbl"):
            yield Table(child, owner)
        elif child.tag == qn("w:p"):
            paragraph = Paragraph(child, owner)
            if not CONTENTS_STYLE.match((paragraph.style.name or "") if paragraph.style is not None else ""):
                yield paragraph
            for box in _boxes(child):
                yield from _content(box, owner)
        elif child.tag == qn("w:sdt"):
            gallery = child.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
            inner = child.find(qn("w:sdtContent"))
            if inner is not None and (gallery is None or gallery.get(qn("w:val")) != "Table of Contents"):
                yield from _content(inner, owner)
        elif child.tag in (qn("w:ins"), qn("w:customXml")):
            yield from _content(child, owner)


def _tables_of_tabs(content: Iterable[Paragraph | Table]) -> Iterator[Paragraph | Table | TextTable]:
    """The same, with paragraphs that make a table by their tabs as that table."""
    run: list[Paragraph] = []

    def flush() -> Iterator[Paragraph | TextTable]:
        done = 0
        for table in tabbed_tables([_text(paragraph) for paragraph in run]):
            yield from run[done : table.start]
            yield table
            done = table.end
        yield from run[done:]
        run.clear()

    for element in content:
        if isinstance(element, Paragraph) and "\t" in _text(element).strip("\t"):
            run.append(element)
        else:
            yield from flush()
            yield element
    yield from flush()


def _text(paragraph: Paragraph) -> str:
    """The text as it is shown with changes accepted: content controls and inserted text in, deleted text out."""
    parts: list[str] = []

    def collect(node: Any) -> None:
        for child in node:
            if child.tag == qn("w:t"):
                parts.append(child.text or "")
            elif child.tag in (qn("w:tab"), qn("w:ptab")):
                parts.append("\t")
            elif child.tag in (qn("w:br"), qn("w:cr")):
                parts.append("\n")
            elif child.tag == qn("w:noBreakHyphen"):
                parts.append("-")
            elif child.tag not in NOT_TEXT and not _is_struck(child):
                collect(child)

    collect(paragraph._p)
    return "".join(parts)


def _is_struck(run: Any) -> bool:
    """Is a run struck through, or hidden?"""
    if run.tag != qn("w:r"):
        return False
    look = run.find(qn("w:rPr"))
    marks = [look.find(qn(name)) for name in ("w:strike", "w:dstrike", "w:vanish")] if look is not None else []
    return any(mark is not None and mark.get(qn("w:val"), "1") not in ("0", "false", "off") for mark in marks)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes anchored in a paragraph; the copy for older programs is passed over."""
    for child in paragraph:
        if child.tag == qn("w:txbxContent"):
            yield child
        elif child.tag not in (FALLBACK, qn("w:del"), qn("w:pPr")):
            yield from _boxes(child)


def _cell_text(cell: Any, nested: int) -> str:
    """A cell's paragraphs on lines of their own, those of tables in it too."""
    texts = []
    for element in _content(cell._tc, cell):
        if isinstance(element, Paragraph):
            texts.append(_text(element))
        elif nested < DEEPEST:
            inner = [cell for row in _within(element._tbl, "w:tr") for cell in _within(row, "w:tc")]
            texts += [_cell_text(_Cell(cell, element), nested + 1) for cell in inner]
    return "\n".join(text for text in texts if text.strip())


def _grid(table: Table) -> list[list[str]]:
    """Cells of a table; one merged over several rows stands in each of them, one merged sideways goes on."""
    grid: list[list[str]] = []
    for row in _within(table._tbl, "w:tr"):
        look = row.find(qn("w:trPr"))
        if look is not None and look.find(qn("w:del")) is not None:
            continue
        before = look.find(qn("w:gridBefore")) if look is not None else None
        texts = [""] * (_number(before) if before is not None else 0)
        for cell in _within(row, "w:tc"):
            merged, span = (cell.find(f"{qn('w:tcPr')}/{qn(name)}") for name in ("w:vMerge", "w:gridSpan"))
            goes_on = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
            above = grid[-1][len(texts)] if goes_on and grid and len(texts) < len(grid[-1]) else ""
            texts.append(above if goes_on else _cell_text(_Cell(cell, table), 0))
            texts += [SIDEWAYS] * ((_number(span) if span is not None else 1) - 1)
        grid.append(texts)
    return grid


def _within(parent: Any, name: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, those in content controls too."""
    for child in parent:
        if child.tag == qn(name):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _within(child, name)


def _number(element: Any) -> int:
    value = str(element.get(qn("w:val")))
    return min(WIDEST, int(value)) if value.isdecimal() else 1


def _heading_level(paragraph: Paragraph) -> int:
    name = paragraph.style.name if paragraph.style is not None and paragraph.style.name else ""
    if match := HEADING.match(name):
        return int(match.group(1))
    if name in ("Title", "Rubrik", "Titel"):
        return 1
    text = _text(paragraph).strip()
    runs = [run for run in paragraph.runs if run.text.strip()]
    all_bold = bool(runs) and all(run.bold for run in runs)
    return 3 if all_bold and len(text) < 80 and not text.endswith((".", ":", ",")) else 0


def _list_depth(paragraph: Paragraph, text: str) -> int:
    """From 1 for a list item, 0 for other text."""
    name = (paragraph.style.name or "") if paragraph.style is not None else ""
    numbering = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
    if numbering is not None:
        return int(numbering.ilvl.val if numbering.ilvl is not None else 0) + 1
    if "list" in name.casefold() and "paragraph" not in name.casefold():
        return int(name[-1]) if name[-1:].isdecimal() and name[-1] != "0" else 1
    return 1 if (text[0] in BULLETS and len(text) > 2) or STEP.match(text) else 0


def _edges(document: WordDocument) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Running headers and footers, once each, those of the first page and of even pages too; fields of tables there."""
    texts: list[str] = []
    fields: list[tuple[str, str]] = []
    for section in document.sections:
        parts = [section.header, section.footer]
        if section.different_first_page_header_footer:
            parts = [section.first_page_header, section.first_page_footer, *parts]
        if document.settings.odd_and_even_pages_header_footer:
            parts += [section.even_page_header, section.even_page_footer]
        for part in parts:
            for element in _content(part._element, part):
                if isinstance(element, Paragraph):
                    texts.append(characters(_text(element)).strip())
                    continue
                rows = clean(unstacked(_grid(element)))
                if is_form(rows):
                    fields += form_rows(rows)
                texts += [cell for row in rows for cell in unmarked(row)]
    return tuple(dict.fromkeys(text for text in texts if text)), list(dict.fromkeys(fields))


class _Notes:
    """Footnotes and endnotes, told below the section whose text has their marks."""

    def __init__(self, document: WordDocument) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        self._told: list[str] = []
        for relation in document.part.rels.values():
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind in ("footnotes", "endnotes") and not relation.is_external:
                for note in parse_xml(relation.target_part.blob):
                    texts = [_text(Paragraph(part, document)) for part in note.iter(qn("w:p"))]
                    self._texts[kind, note.get(qn("w:id"))] = " ".join(characters(" ".join(texts)).split())

    def told_in(self, element: Any) -> None:
        """Remember the notes that a paragraph or table refers to."""
        for name in ("footnote", "endnote"):
            for mark in element.iter(qn(f"w:{name}Reference")):
                self._told.append(self._texts.pop((f"{name}s", mark.get(qn("w:id"))), ""))

    def blocks(self) -> list[Block]:
        """The notes referred to since the last call."""
        told, self._told = self._told, []
        return [Block("paragraph", text) for text in told if text]
