"""Word (.docx), read by python-docx in the order of the text: headings, paragraphs, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from ingest.clean import BULLETS, characters, join_lines
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.labels import pairs_of
from ingest.layout import STEP
from ingest.parse.container import check_zip
from ingest.parse.parsed import Parsed
from ingest.parse.text import fields_of
from ingest.tables import SIDEWAYS, clean, form_blocks, form_rows, is_form, table_blocks, unmarked

CONTENTS_STYLE = re.compile(r"^(toc|innehåll) ?\d|^table of figures", re.IGNORECASE)
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
NOT_TEXT = {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:sdtPr"), FALLBACK}
DEEPEST = 10  # tables within tables
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
    group = 0
    was_item = False
    for element in _content(document.element.body, document):
        if isinstance(element, Table):
            rows = clean(_grid(element))
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
            result.append(Block("heading", text, level=level))
        elif depth := _list_depth(element, text):
            group += not was_item
            result.append(Block("item", text.lstrip(BULLETS + " "), level=depth - 1, group=group))
            was_item = True
            continue
        else:
            result.append(Block("paragraph", text))
        was_item = False
    edges = _edges(document)
    fields += pairs_of(edges)
    page = Page(None, tuple(result))
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
            elif child.tag not in NOT_TEXT:
                collect(child)

    collect(paragraph._p)
    return "".join(parts)


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
            inner = {id(c._tc): c for row in element.rows for c in row.cells}
            texts += [_cell_text(c, nested + 1) for c in inner.values()]
    return "\n".join(text for text in texts if text.strip())


def _grid(table: Table) -> list[list[str]]:
    """Cells of a table; one merged over several rows stands in each of them, one merged sideways goes on."""
    grid = []
    for row in table.rows:
        texts, seen = [], set()
        for cell in row.cells:
            texts.append(SIDEWAYS if id(cell._tc) in seen else _cell_text(cell, 0))
            seen.add(id(cell._tc))
        grid.append(texts)
    return grid


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
        return 1
    return 1 if (text[0] in BULLETS and len(text) > 2) or STEP.match(text) else 0


def _edges(document: WordDocument) -> tuple[str, ...]:
    """Running headers and footers, once each."""
    texts = []
    for section in document.sections:
        for part in (section.header, section.footer):
            texts += [characters(_text(paragraph)).strip() for paragraph in part.paragraphs]
            texts += [cell for table in part.tables for row in clean(_grid(table)) for cell in unmarked(row)]
    return tuple(dict.fromkeys(text for text in texts if text))
