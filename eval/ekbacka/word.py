"""A source as a Word document with real styles, lists, tables and fields."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from eval.ekbacka.columns import columns
from eval.ekbacka.package import WRITTEN, settled
from eval.ekbacka.source import Heading, Items, PageBreak, Paragraph, Quote, Source, Table, plain, runs

SHADE = "E4ECF1"
TEXT_WIDTH = Cm(16.5)
LETTER = Cm(0.21)  # about as wide as one is


def word(source: Source) -> bytes:
    """The document. Two calls with the same source give the same bytes."""
    document: Any = Document()
    _set_up(document, source)
    if not source.title_is_heading:
        document.add_paragraph(source.title, style="Title")
    if source.front.header:
        rows = [(f"**{key}**", value) for key, value in source.front.header.items()]
        table = _table(document, rows, [Cm(4.5), Cm(12)])
        for row in table.rows:
            _shade(row.cells[0])
        document.add_paragraph()
    if source.has_contents:
        _contents(document, [block for block in source.blocks if isinstance(block, Heading) and block.level <= 2])
    for block in source.blocks:
        match block:
            case Heading():
                _write(document.add_heading(level=block.level), block.text)
            case Paragraph():
                _write(document.add_paragraph(), block.text)
            case Quote():
                _write(document.add_paragraph(style="Intense Quote"), block.text)
            case Items():
                _items(document, block)
            case Table():
                if block.caption:
                    caption = document.add_paragraph(style="Caption")
                    caption.paragraph_format.keep_with_next = True
                    _write(caption, block.caption)
                texts = [[plain(cell) for cell in row] for row in (block.head, *block.rows)]
                widths = columns(texts, width=TEXT_WIDTH, margin=Cm(0.5), measure=lambda text: len(text) * LETTER)
                table = _table(document, [block.head, *block.rows], widths)
                _head(table.rows[0])
                document.add_paragraph()
            case PageBreak():
                document.add_page_break()
    buffer = io.BytesIO()
    document.save(buffer)
    return settled(buffer.getvalue())


def _set_up(document: Any, source: Source) -> None:
    """Page, fonts, properties, running header and footer."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = source.title, "Ekbacka kommun", ""
    properties.created = properties.modified = WRITTEN
    properties.language = "sv-SE"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Calibri", RGBColor(0x1F, 0x4E, 0x6B)
        # The theme's font would win over the name.
        fonts = style.element.rPr.rFonts
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
    document.styles["Title"].font.size = Pt(22)
    left, _, right = (part.strip() for part in source.front.running_header.partition("|"))
    if left:
        header = section.header.paragraphs[0]
        _tabs(header, f"{left}\t{right}")
    footer = section.footer.paragraphs[0]
    _tabs(footer, f"{source.front.footer}\tSida ")
    _field(footer, "PAGE", "1")
    footer.add_run(" (")
    _field(footer, "NUMPAGES", "1")
    footer.add_run(")")
    for run in footer.runs:
        run.font.size = Pt(9)


def _tabs(paragraph: Any, text: str) -> None:
    paragraph.style = "Normal"  # the styles Header and Footer have tabs of their own
    paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(text).font.size = Pt(9)


def _write(paragraph: Any, text: str) -> None:
    for run in runs(text):
        written = paragraph.add_run(run.text)
        # None leaves it to the style.
        written.bold, written.italic = run.bold or None, run.italic or None


def _items(document: Any, block: Items) -> None:
    """The items in the list styles. Each numbered list starts anew at the number it has in the source."""
    lists: dict[int, int] = {}
    for item in block.items:
        lists = {level: number for level, number in lists.items() if level <= item.level}
        kind = "List Number" if item.number else "List Bullet"
        level = min(item.level, 2)
        paragraph = document.add_paragraph(style=kind if level == 0 else f"{kind} {level + 1}")
        if item.number:
            if item.level not in lists:
                lists[item.level] = _numbering(document, paragraph.style, item.number)
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = lists[item.level]
        _write(paragraph, item.text)


def _numbering(document: Any, style: Any, start: int) -> int:
    """The id of a new numbering like the style's, from `start`."""
    numbering = document.part.numbering_part.element
    of_style = style.element.pPr.numPr.numId.val
    abstract = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == of_style)
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(number.numId)


def _table(document: Any, rows: Sequence[tuple[str, ...]], widths: Sequence[float]) -> Any:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(int(width))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Emu(int(width))
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            _write(cell.paragraphs[0], text)
    return table


def _head(row: Any) -> None:
    """Make the row the table's head, repeated on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in row.cells:
        _shade(cell)
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    for key, value in {"w:val": "clear", "w:color": "auto", "w:fill": SHADE}.items():
        shading.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(shading)


def _contents(document: Any, headings: list[Heading]) -> None:
    """A list of contents as Word keeps it: a field, and what it last showed. Without page numbers (the switch \\n)."""
    document.add_paragraph().add_run("Innehåll").bold = True
    first = document.add_paragraph()
    _mark(first, "begin")
    _instruction(first, ' TOC \\o "1-2" \\n \\h \\z ')
    _mark(first, "separate")
    paragraph = first
    for number, heading in enumerate(headings):
        paragraph = paragraph if number == 0 else document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.6 * (heading.level - 1))
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(plain(heading.text))
    _mark(paragraph, "end")
    document.add_page_break()


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    _mark(paragraph, "begin")
    _instruction(paragraph, f" {instruction} ")
    _mark(paragraph, "separate")
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def _mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def _instruction(paragraph: Any, text: str) -> None:
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = text
    paragraph.add_run()._r.append(element)
