"""A source as the pdf that a word processor would have made."""

import io
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import pyphen
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily, stringWidth
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
from reportlab.platypus.tableofcontents import TableOfContents

from eval.ekbacka.source import Block, Heading, Items, PageBreak, Paragraph, Quote, Source, Table, plain, runs

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
    """The pdf. Two calls with the same source give the same bytes."""
    _register_fonts()
    # "Sida n (N)" needs the number of pages, which is known after the first round.
    pages, _ = _print(source, pages=0)
    return _print(source, pages=pages)[1]


def _print(source: Source, *, pages: int) -> tuple[int, bytes]:
    buffer = io.BytesIO()
    template = _Template(buffer, source, pages)
    template.multiBuild(_story(source))
    return template.page, buffer.getvalue()


@cache
def _register_fonts() -> None:
    folder = files("font_source_sans_pro") / "files"
    faces = {"Regular": FONT, "Bold": f"{FONT}-Bold", "It": f"{FONT}-It", "BoldIt": f"{FONT}-BoldIt"}
    for face, name in faces.items():
        registerFont(TTFont(name, str(folder / f"SourceSansPro-{face}.ttf")))
    registerFontFamily(FONT, *faces.values())


@cache
def _styles(layout: str) -> dict[str, ParagraphStyle]:
    """The styles by name: body, cell, step0, …"""
    narrow = layout == "two-column"
    size = 9.5 if narrow else 10.5
    hyphenator = pyphen.Pyphen(lang="sv_SE", left=3, right=3).iterate
    base = ParagraphStyle("base", fontName=FONT, fontSize=size, leading=size * 1.32, textColor=black)
    running: dict[str, Any] = {"hyphenationLang": hyphenator, "hyphenationMinWordLength": 8}
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
        styles[f"contents{level}"] = ParagraphStyle(
            f"contents{level}", base, leftIndent=12 * level, rightIndent=20, leading=size * 1.4
        )
    return styles


class _HeadingText(Text):  # type: ignore[misc,unused-ignore]
    """A heading that knows its line in the list of contents."""

    def __init__(self, block: Heading, styles: dict[str, ParagraphStyle]) -> None:
        super().__init__(_markup(block.text), styles[f"heading{block.level}"])
        self.level = block.level
        self.entry = escape(plain(block.text).translate(REPLACED))


class _Template(BaseDocTemplate):  # type: ignore[misc,unused-ignore]
    """Pages with a running header and "Sida n (N)", which tell the list of contents where the headings are."""

    def __init__(self, buffer: io.BytesIO, source: Source, pages: int) -> None:
        super().__init__(
            buffer, pagesize=A4, invariant=1, lang="sv-SE", title=source.title, author="Ekbacka kommun",
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
        self.addPageTemplates([PageTemplate(name, templates[name], onPage=self._decorate) for name in names])

    def afterFlowable(self, flowable: Flowable) -> None:
        """Tell the list of contents about a heading that has been set."""
        if isinstance(flowable, _HeadingText) and flowable.level <= 2:
            self.notify("TOCEntry", (flowable.level - 1, flowable.entry, self.page))

    def _decorate(self, canvas: Canvas, _: object) -> None:
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
        canvas.line(SIDE, 17 * mm, WIDTH - SIDE, 17 * mm)
        canvas.setFont(FONT, 8.5)
        canvas.drawRightString(WIDTH - SIDE, 13 * mm, f"Sida {self.page} ({self._pages})")
        if self._front.footer:
            footer = Text(_markup(self._front.footer), self._styles["footer"])
            _, height = footer.wrap(WIDTH - 2 * SIDE - 30 * mm, 12 * mm)
            footer.drawOn(canvas, SIDE, 16 * mm - height)
        canvas.restoreState()


def _height(flowables: list[Flowable], width: float) -> float:
    total = 0.0
    for flowable in flowables:
        total += flowable.wrap(width, HEIGHT)[1] + flowable.getSpaceBefore() + flowable.getSpaceAfter()
    return total + 1 if flowables else 0


def _story(source: Source) -> list[Flowable]:
    two = source.front.layout == "two-column"
    styles = _styles(source.front.layout)
    top = _top(source)
    story: list[Flowable] = [NextPageTemplate("two-column"), *top, FrameBreak()] if two and top else [*top]
    if two and not top:
        story.append(NextPageTemplate("two-column"))
    if source.has_contents:
        contents = TableOfContents(dotsMinLevel=0)
        contents.levelStyles = [styles["contents0"], styles["contents1"]]
        story += [Text("Innehåll", styles["contents"]), contents, Spacer(0, 8)]
        if not two and not isinstance(source.blocks[0], PageBreak):
            story.append(NewPage())
    width = (WIDTH - 2 * SIDE - GUTTER) / 2 if two else WIDTH - 2 * SIDE
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
            return [_HeadingText(block, styles)]
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
    elif text.startswith(("☐", "[ ]")):
        bullet, text = "☐", text.removeprefix("☐").removeprefix("[ ]").strip()
    else:
        bullet = "•" if level % 2 == 0 else "–"
    return Text(_markup(text), styles[f"item{min(level, 3)}"], bulletText=bullet)


def _table(table: Table, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    rows = [[Text(_markup(cell), styles["head"]) for cell in table.head]]
    rows += [[Text(_markup(cell), styles["cell"]) for cell in row] for row in table.rows]
    style = TableStyle([*_grid(), ("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    widths = _widths(table, styles["cell"], width)
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


def _widths(table: Table, style: ParagraphStyle, width: float) -> list[float]:
    """Column widths that fill `width`: room for the longest word where there is, the rest by the amount of text."""
    columns = list(zip(table.head, *table.rows, strict=True))
    least, wanted = [], []
    for column in columns:
        cells = [plain(cell) for cell in column]
        words = [stringWidth(word, f"{FONT}-Bold", style.fontSize) for cell in cells for word in cell.split()]
        lines = [stringWidth(line, FONT, style.fontSize) for cell in cells for line in cell.splitlines()]
        least.append(max(words, default=10) + 2 * PADDING + 1)
        wanted.append(max(lines, default=10) + 2 * PADDING + 3)
    if sum(wanted) <= width:
        spare = width - sum(wanted)
        return [want + spare * want / sum(wanted) for want in wanted]
    if sum(least) > width:
        # Long words have to be hyphenated: the widest columns give way first.
        limit = max(least)
        while sum(min(one, limit) for one in least) > width:
            limit -= 1
        least = [min(one, limit) for one in least]
    over = [max(want - one, 0) ** 0.7 for want, one in zip(wanted, least, strict=True)]
    spare = width - sum(least)
    return [one + spare * more / sum(over) for one, more in zip(least, over, strict=True)] if sum(over) else least


def _markup(text: str) -> str:
    """Inline marks as reportlab's."""
    parts = []
    for run in runs(text):
        part = escape(run.text.translate(REPLACED), quote=False).replace("\n", "<br/>")
        part = f"<b>{part}</b>" if run.bold else part
        parts.append(f"<i>{part}</i>" if run.italic else part)
    return "".join(parts)
