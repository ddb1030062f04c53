"""A source as the pdf that a word processor would have made."""

import io
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, cast

import pyphen
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, registerFontFamily, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    FrameBreak,
    KeepTogether,
    LongTable,
    NextPageTemplate,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text

from eval.ekbacka.columns import columns
from eval.ekbacka.source import (
    Block,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quote,
    Source,
    SourceError,
    Table,
    plain,
    runs,
)

FONT = "SourceSansPro"
BLUE = HexColor(0x1F4E6B)
GREY = HexColor(0x8A8A8A)
SHADE = HexColor(0xE4ECF1)
WIDTH, HEIGHT = A4
SIDE = 22 * mm
TOP = 28 * mm
BOTTOM = 24 * mm
GUTTER = 8 * mm
PADDING = 4
# Characters that the font lacks, and what a word processor would have put there.
REPLACED = str.maketrans({"\u2011": "-", "✔": "✓", "□": "☐", "▪": "•", "○": "–"})


def pdf(source: Source) -> bytes:
    """The pdf. Two calls with the same source give the same bytes.

    Raises SourceError for a character that the font lacks.
    """
    _register_fonts()
    front = source.front
    text = "".join([source.body, front.running_header, front.footer, *front.header, *front.header.values()])
    if lacking := {char for char in text.translate(REPLACED) if char >= " " and not _has(char)}:
        raise SourceError(f"{source.target}: the font lacks {' '.join(sorted(lacking))!r}. Write something else.")
    # The list of contents and "Sida n (N)" need numbers that are known after the first round.
    first = _print(source, pages=0, headings=[0] * len(source.blocks))
    return _print(source, pages=first.page, headings=first.headings).buffer.getvalue()


def _print(source: Source, *, pages: int, headings: Sequence[int]) -> "_Template":
    template = _Template(source, pages)
    template.build(_story(source, headings))
    return template


@cache
def _register_fonts() -> None:
    folder = files("font_source_sans_pro") / "files"
    faces = {"Regular": FONT, "Bold": f"{FONT}-Bold", "It": f"{FONT}-It", "BoldIt": f"{FONT}-BoldIt"}
    for face, name in faces.items():
        registerFont(TTFont(name, str(folder / f"SourceSansPro-{face}.ttf")))
    registerFontFamily(FONT, *faces.values())


def _has(char: str) -> bool:
    return ord(char) in cast(TTFont, getFont(FONT)).face.charToGlyph


@cache
def _styles(layout: str) -> dict[str, ParagraphStyle]:
    """The styles by name: body, cell, step0, …"""
    narrow = layout == "two-column"
    size = 9.5 if narrow else 10.5
    hyphenator = pyphen.Pyphen(lang="sv_SE", left=3, right=3).iterate
    base = ParagraphStyle("base", fontName=FONT, fontSize=size, leading=size * 1.32, textColor=black)
    running: dict[str, Any] = {
        "hyphenationLang": hyphenator,
        "hyphenationMinWordLength": 8,
        "splitLongWords": 0,  # it would cut them anywhere, without a hyphen
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    body = ParagraphStyle("body", base, spaceAfter=6, alignment=TA_JUSTIFY if narrow else TA_LEFT, **running)
    small = size - (2 if narrow else 1.2)
    cell = ParagraphStyle("cell", base, fontSize=small, leading=small * 1.22, **running)
    styles = {
        "title": ParagraphStyle("title", base, fontName=f"{FONT}-Bold", fontSize=20, leading=24, textColor=BLUE),
        "body": body,
        "lead": ParagraphStyle("lead", body, spaceAfter=3),
        "quote": ParagraphStyle(
            "quote", body, borderWidth=0.8, borderColor=BLUE, borderPadding=5, backColor=SHADE, spaceBefore=8,
            spaceAfter=12, leftIndent=6, rightIndent=6,
        ),
        "cell": cell,
        "head": ParagraphStyle("head", cell, fontName=f"{FONT}-Bold"),
        "caption": ParagraphStyle("caption", cell, fontName=f"{FONT}-It", spaceBefore=6, spaceAfter=3),
        "footer": ParagraphStyle("footer", base, fontSize=7.5, leading=9, textColor=GREY),
        "contents": ParagraphStyle("contents", base, fontName=f"{FONT}-Bold", fontSize=13, leading=18, textColor=BLUE),
    }  # fmt: skip
    for level, height in enumerate((15.0, 12.5, 11.0, 10.5), start=1):
        height -= 2 if narrow else 0
        styles[f"heading{level}"] = ParagraphStyle(
            f"heading{level}", base, fontName=f"{FONT}-Bold", fontSize=height, leading=height * 1.2,
            spaceBefore=14 - 2 * level, spaceAfter=4, textColor=BLUE if level < 3 else black,
        )  # fmt: skip
    for level in range(4):
        left = 14 + 15 * level
        styles[f"item{level}"] = ParagraphStyle(
            f"item{level}", body, leftIndent=left + 4, bulletIndent=left - 10, bulletFontName=FONT, bulletFontSize=size,
            spaceAfter=2,
        )  # fmt: skip
        styles[f"contents{level}"] = ParagraphStyle(f"contents{level}", base, leftIndent=12 * level, leading=size * 1.4)
    return styles


class _HeadingText(Text):  # type: ignore[misc,unused-ignore]
    """A heading of the body, which the list of contents names."""


class _Template(BaseDocTemplate):  # type: ignore[misc,unused-ignore]
    """Pages with a running header and "Sida n (N)". Afterwards it knows on which pages the `headings` came."""

    def __init__(self, source: Source, pages: int) -> None:
        self.buffer = io.BytesIO()
        self.headings: list[int] = []
        super().__init__(
            self.buffer, pagesize=A4, invariant=1, lang="sv-SE", title=source.title, author="Ekbacka kommun",
            leftMargin=SIDE, rightMargin=SIDE, topMargin=TOP, bottomMargin=BOTTOM,
        )  # fmt: skip
        self._front = source.front
        self._styles = _styles(source.front.layout)
        self._pages = pages
        full = WIDTH - 2 * SIDE
        top_height = _height(_top(source), full) if source.front.layout == "two-column" else 0
        below = HEIGHT - TOP - BOTTOM - top_height
        column = (full - GUTTER) / 2
        none: dict[str, Any] = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        one = Frame(SIDE, BOTTOM, full, HEIGHT - TOP - BOTTOM, **none)
        lefts = (SIDE, SIDE + column + GUTTER)
        first = [Frame(left, BOTTOM, column, below, **none) for left in lefts]
        later = [Frame(left, BOTTOM, column, HEIGHT - TOP - BOTTOM, **none) for left in lefts]
        if top_height:
            first.insert(0, Frame(SIDE, BOTTOM + below, full, top_height, **none))
        templates = {"one-column": [one], "two-column-first": first, "two-column": later}
        names = ["one-column"] if source.front.layout == "one-column" else ["two-column-first", "two-column"]
        for name in names:
            self.addPageTemplates(PageTemplate(name, templates[name], onPage=self._head, onPageEnd=self._foot))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab's name)
        """Note where a heading came."""
        if isinstance(flowable, _HeadingText):
            self.headings.append(self.page)

    def _head(self, canvas: Canvas, _: object) -> None:
        canvas.saveState()
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.5)
        left, _bar, right = (part.strip() for part in self._front.running_header.partition("|"))
        if left:
            canvas.setFont(f"{FONT}-Bold", 9)
            canvas.drawString(SIDE, HEIGHT - 16 * mm, left)
            canvas.setFont(FONT, 9)
            canvas.drawRightString(WIDTH - SIDE, HEIGHT - 16 * mm, right)
            canvas.line(SIDE, HEIGHT - 18 * mm, WIDTH - SIDE, HEIGHT - 18 * mm)
        canvas.restoreState()

    def _foot(self, canvas: Canvas, _: object) -> None:
        canvas.saveState()
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.5)
        canvas.line(SIDE, 17 * mm, WIDTH - SIDE, 17 * mm)
        if self._front.footer:
            footer = Text(_markup(self._front.footer), self._styles["footer"])
            _, height = footer.wrap(WIDTH - 2 * SIDE - 30 * mm, 12 * mm)
            footer.drawOn(canvas, SIDE, 16 * mm - height)
        canvas.setFont(FONT, 8.5)
        canvas.drawRightString(WIDTH - SIDE, 13 * mm, f"Sida {self.page} ({self._pages})")
        canvas.restoreState()


def _height(flowables: list[Flowable], width: float) -> float:
    total = 0.0
    for flowable in flowables:
        total += flowable.wrap(width, HEIGHT)[1] + flowable.getSpaceBefore() + flowable.getSpaceAfter()
    return total + 1 if flowables else 0


def _story(source: Source, headings: Sequence[int]) -> list[Flowable]:
    two = source.front.layout == "two-column"
    width = (WIDTH - 2 * SIDE - GUTTER) / 2 if two else WIDTH - 2 * SIDE
    styles = _styles(source.front.layout)
    top = _top(source)
    story: list[Flowable] = [NextPageTemplate("two-column"), *top, FrameBreak()] if two and top else [*top]
    if two and not top:
        story.append(NextPageTemplate("two-column"))
    if source.has_contents:
        story += [Text("Innehåll", styles["contents"]), *_contents(source, headings, styles, width), Spacer(0, 8)]
        if not two and not isinstance(source.blocks[0], PageBreak):
            story.append(NewPage())
    before: Block | None = None
    for at, block in enumerate(source.blocks):
        if not _leads(before):
            story.append(CondPageBreak(_room(source.blocks[at:])))
        story += _flowables(block, styles, width)
        before = block
    return story


def _leads(block: Block | None) -> bool:
    """Whether the block has to stand on the same page as the start of the next one."""
    return isinstance(block, Heading) or (isinstance(block, Paragraph) and block.text.endswith(":"))


def _room(blocks: Sequence[Block]) -> float:
    """The height, about, of the blocks that lead to the first other one, and of its start."""
    room = 0.0
    for block in blocks:
        room += 100 if isinstance(block, Table) else 40
        if not _leads(block):
            break
    return room


def _contents(
    source: Source, headings: Sequence[int], styles: dict[str, ParagraphStyle], width: float
) -> list[Flowable]:
    """The list of contents: the two highest levels, with dots up to the page number."""
    lines: list[Flowable] = []
    blocks = [block for block in source.blocks if isinstance(block, Heading)]
    for block, page in zip(blocks, headings, strict=False):
        if block.level > 2:
            continue
        style = styles[f"contents{block.level - 1}"]
        text = plain(block.text).translate(REPLACED)
        last = simpleSplit(text, FONT, style.fontSize, width - style.leftIndent)[-1]
        taken = stringWidth(f"{last}  {page}", FONT, style.fontSize) + style.leftIndent
        dots = "." * int((width - taken - 1) / stringWidth(".", FONT, style.fontSize))
        lines.append(Text(f"{escape(text)} {dots} {page}", style))
    return lines


def _top(source: Source) -> list[Flowable]:
    """The title and the header table, over the whole width."""
    styles = _styles(source.front.layout)
    flowables: list[Flowable] = []
    if not source.title_is_heading:
        flowables += [Text(escape(source.title), styles["title"]), Spacer(0, 8)]
    pairs = [(_markup(key), _markup(value)) for key, value in source.front.header.items()]
    if not pairs:
        return flowables
    full = WIDTH - 2 * SIDE
    if source.front.layout == "two-column":
        # A grid of cells with the label above the value, two to a row.
        texts: list[Any] = [[Text(key, styles["head"]), Text(value, styles["cell"])] for key, value in pairs]
        texts += [""] * (len(texts) % 2)
        rows = [texts[at : at + 2] for at in range(0, len(texts), 2)]
        widths, style = [full / 2] * 2, _grid()
    else:
        rows = [[Text(key, styles["head"]), Text(value, styles["cell"])] for key, value in pairs]
        widths, style = [44 * mm, full - 44 * mm], [*_grid(), ("BACKGROUND", (0, 0), (0, -1), SHADE)]
    return [*flowables, LongTable(rows, widths, style=TableStyle(style)), Spacer(0, 14)]


def _flowables(block: Block, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    match block:
        case Heading():
            return [_HeadingText(_markup(block.text), styles[f"heading{block.level}"])]
        case Paragraph(text=marked):
            return [Text(_markup(marked), styles["lead" if _leads(block) else "body"])]
        case Quote(text=marked):
            return [KeepTogether([Text(_markup(marked), styles["quote"])])]
        case Items():
            return [*(_item(item.level, item.number, item.text, styles) for item in block.items), Spacer(0, 5)]
        case Table():
            return _table(block, styles, width)
        case PageBreak():
            return [NewPage()]


def _item(level: int, number: int, text: str, styles: dict[str, ParagraphStyle]) -> Flowable:
    if number:
        bullet = f"{number}."
    elif text.startswith("☐"):
        bullet, text = "☐", text.removeprefix("☐").strip()
    else:
        bullet = "•" if level % 2 == 0 else "–"
    return Text(_markup(text), styles[f"item{min(level, 3)}"], bulletText=bullet)


def _table(table: Table, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    rows = [[Text(_markup(cell), styles["head"]) for cell in table.head]]
    # A cell to fill in is as high as a line.
    rows += [[Text(_markup(cell or "\u00a0"), styles["cell"]) for cell in row] for row in table.rows]
    style = TableStyle([*_grid(), ("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    widths = columns(
        [[plain(cell) for cell in row] for row in (table.head, *table.rows)],
        width=width,
        margin=2 * PADDING + 3,
        measure=lambda text: stringWidth(text, f"{FONT}-Bold", styles["cell"].fontSize),
    )
    set_table = LongTable(rows, widths, style=style, repeatRows=1, hAlign="LEFT", spaceBefore=2, spaceAfter=10)
    caption = [Text(_markup(table.caption), styles["caption"])] if table.caption else []
    if len(table.rows) <= 4:
        return [KeepTogether([*caption, set_table])]
    return [*caption, set_table]


def _grid() -> list[tuple[Any, ...]]:
    return [
        ("GRID", (0, 0), (-1, -1), 0.5, GREY),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]


def _markup(text: str) -> str:
    """Inline marks as reportlab's."""
    parts = []
    for run in runs(text):
        part = escape(run.text.translate(REPLACED), quote=False).replace("\n", "<br/>")
        part = f"<b>{part}</b>" if run.bold else part
        parts.append(f"<i>{part}</i>" if run.italic else part)
    return "".join(parts)
