"""OpenDocument text (.odt), its XML read by defusedxml: headings, paragraphs, lists, tables."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.clean import BULLETS, characters, join_lines
from ingest.contents import without_contents
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.labels import pairs_of
from ingest.layout import STEP
from ingest.parse.container import check_zip
from ingest.parse.parsed import Parsed
from ingest.parse.text import fields_of
from ingest.tables import SIDEWAYS, clean, form_blocks, form_rows, is_form, table_blocks, unstacked

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
LEFT_OUT = {
    *(f"{TEXT}tracked-changes", f"{TEXT}note", f"{TEXT}table-of-content", f"{TEXT}alphabetical-index"),
    *(f"{OFFICE}annotation", f"{OFFICE}forms"),
}
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
SHAPES = {f"{DRAW}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse")}  # that hold text
DEEPEST = 100  # lists, sections and frames within each other
WIDEST = 100  # how often a cell or a row may be repeated


def read_odt(path: Path) -> Parsed:
    """Read an OpenDocument text as one page without a number."""
    check_zip(path)
    content, styles, meta = (_part(path, name) for name in ("content.xml", "styles.xml", "meta.xml"))
    body = content.find(f"{OFFICE}body/{OFFICE}text") if content is not None else None
    if content is None or body is None:
        raise Unreadable("filen går inte att läsa som OpenDocument. Öppna den i LibreOffice och spara om den som .odt.")
    reading = _Reading()
    reading.walk(body, 0)
    edges = _edges(styles) if styles is not None else ()
    reading.fields += pairs_of(edges)
    page = without_contents([Page(None, (*reading.blocks, *reading.notes()))])[0]
    title = meta.findtext(f".//{TITLE}") if meta is not None else None
    warnings = ("delar som är nästlade för djupt lästes inte",) if reading.too_deep else ()
    return Parsed((page,), (*reading.fields, *fields_of([page])), edges, characters(title or "").strip(), warnings)


def _part(path: Path, name: str) -> Element | None:
    try:
        with zipfile.ZipFile(path) as archive:
            if name not in archive.namelist():
                return None
            root: Element = fromstring(archive.read(name))
            return root
    except DefusedXmlException as error:
        raise Unreadable(f"delen {name} har XML-entiteter; filen läses inte av säkerhetsskäl.") from error
    except (ParseError, zipfile.BadZipFile, RuntimeError) as error:
        raise Unreadable("filen är skadad. Öppna den i LibreOffice och spara om den som .odt.") from error


class _Reading:
    """Goes through the elements in order and collects blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.fields: list[tuple[str, str]] = []
        self.too_deep = False
        self._group = 0
        self._notes: list[str] = []  # footnotes of the section under way

    def notes(self) -> list[Block]:
        """The footnotes met since the last call."""
        told, self._notes = self._notes, []
        return [Block("paragraph", text) for text in told]

    def walk(self, parent: Element, nested: int) -> None:
        """Read what is in a body, section or frame."""
        if nested > DEEPEST:
            self.too_deep = True
            return
        for element in parent:
            if element.tag == f"{TEXT}h":
                text = _text_of(element)
                level = element.get(f"{TEXT}outline-level", "1")
                self.blocks += self.notes() if text else []
                if text:
                    self.blocks.append(Block("heading", text, level=int(level) if level.isdecimal() else 1))
            elif element.tag == f"{TEXT}p":
                self._paragraph(element)
                for box in _boxes(element):
                    self.walk(box, nested + 1)
            elif element.tag == f"{TEXT}list":
                self._group += 1
                self._list(element, 0)
            elif element.tag == f"{TABLE}table":
                self._table(element)
            elif element.tag not in LEFT_OUT:
                self.walk(element, nested + 1)
                continue
            self._notes += [
                text
                for body in element.iter(f"{TEXT}note-body")
                if (text := " ".join(map(_text_of, _paragraphs(body))))
            ]

    def _paragraph(self, element: Element) -> None:
        text = _text_of(element)
        if not text:
            return
        if element.get(f"{TEXT}style-name") == "Title":
            self.blocks.append(Block("heading", text, level=1))
        elif STEP.match(text) or (text[0] in BULLETS and len(text) > 2):
            before = self.blocks[-1] if self.blocks else None
            self._group += before is None or before.kind != "item"
            self.blocks.append(Block("item", text.lstrip(BULLETS + " "), group=self._group))
        else:
            self.blocks.append(Block("paragraph", text))

    def _list(self, element: Element, depth: int) -> None:
        if depth > DEEPEST:
            self.too_deep = True
            return
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            for child in item:
                if child.tag == f"{TEXT}list":
                    self._list(child, depth + 1)
                elif child.tag == f"{TEXT}h" and (text := _text_of(child)):  # a numbered heading
                    level = child.get(f"{TEXT}outline-level", "1")
                    self.blocks.append(Block("heading", text, level=int(level) if level.isdecimal() else 1))
                elif child.tag == f"{TEXT}p" and (text := _text_of(child)):
                    self.blocks.append(Block("item", text, level=depth, group=self._group))

    def _table(self, table: Element) -> None:
        rows = clean(unstacked(_grid(table)))
        if not rows:
            return
        if is_form(rows) and len(self.blocks) < 8:
            pairs = form_rows(rows)
            self.fields += pairs
            self.blocks += form_blocks(pairs)
        elif len(rows[0]) == 1:
            self.blocks += [Block("paragraph", row[0]) for row in rows]
        else:
            self._group += 1
            self.blocks += table_blocks(rows, headers=None, group=self._group)[0]


def _grid(table: Element) -> list[list[str]]:
    """Cells; one merged over several rows stands in each of them, one merged over columns goes on."""
    grid: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    for row in _rows(table):
        texts: list[str] = []
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            text = "\n".join(filter(None, map(_text_of, _paragraphs(cell))))
            for _ in range(_count(cell, f"{TABLE}number-columns-repeated")):
                column = len(texts)
                if cell.tag == f"{TABLE}covered-table-cell" and column in below:
                    text, left = below.pop(column)
                    if left > 1:
                        below[column] = (text, left - 1)
                elif cell.tag == f"{TABLE}covered-table-cell" and column:
                    text = SIDEWAYS
                elif cell.tag == f"{TABLE}table-cell" and _count(cell, f"{TABLE}number-rows-spanned") > 1:
                    below[column] = (text, _count(cell, f"{TABLE}number-rows-spanned") - 1)
                texts.append(text)
        if any(texts):
            grid += [texts] * _count(row, f"{TABLE}number-rows-repeated")
    return grid


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from _rows(child)


def _paragraphs(cell: Element) -> Iterator[Element]:
    """Paragraphs in a cell, in lists and tables in it too."""
    for element in cell.iter():
        if element.tag in (f"{TEXT}p", f"{TEXT}h"):
            yield element


def _count(element: Element, name: str) -> int:
    value = element.get(name, "1")
    return min(WIDEST, max(1, int(value))) if value.isdecimal() else 1


def _text_of(element: Element) -> str:
    """The text of a paragraph on one line, without notes, comments and text boxes."""
    parts: list[str] = []

    def collect(node: Element, nested: int) -> None:
        if nested > DEEPEST:
            return
        parts.append(node.text or "")
        for child in node:
            if child.tag == f"{TEXT}s":
                parts.append(" ")
            elif child.tag == f"{TEXT}tab":
                parts.append("\t")
            elif child.tag == f"{TEXT}line-break":
                parts.append("\n")
            elif child.tag not in LEFT_OUT and child.tag not in SHAPES and child.tag != f"{DRAW}frame":
                collect(child, nested + 1)
            parts.append(child.tail or "")

    collect(element, 0)
    return " ".join(join_lines(characters("".join(parts)).split("\n")).split())


def _boxes(paragraph: Element) -> Iterator[Element]:
    """Text boxes anchored in a paragraph, those within one of them left to it."""
    for child in paragraph:
        if child.tag in SHAPES:
            yield child
        elif child.tag not in LEFT_OUT:
            yield from _boxes(child)


def _edges(styles: Element) -> tuple[str, ...]:
    """Running headers and footers, once each."""
    texts = []
    for page in styles.iter(f"{STYLE}master-page"):
        for part in page:
            texts += [_text_of(paragraph) for paragraph in _paragraphs(part)]
    return tuple(dict.fromkeys(text for text in texts if text))
