"""Web pages, read by lxml: headings, paragraphs, lists and tables; menus, scripts and what is hidden left out."""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from ingest.clean import characters
from ingest.contents import without_contents
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.parsed import Parsed
from ingest.parse.site import HEADING, WITHIN_LINE, heads_alone, heads_part, menus
from ingest.parse.text import FIELD, decode, fields_of
from ingest.tables import SIDEWAYS, clean, form_blocks, form_rows, is_form, table_blocks, unstacked

DROPPED = {
    *("head", "script", "style", "nav", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "video"),
    *("audio", "button", "select", "textarea", "input", "dialog"),
    *("del", "s", "strike"),  # no longer said
}
NOTE_MARK = re.compile(r"\s*[\[(]?\d{1,2}[\])]?\s*")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
OPENS = ("aria-controls", "data-target", "data-bs-target")  # what says which part a button opens
OPENER = "descendant-or-self::*[@aria-expanded or @data-toggle or @data-bs-toggle or @role='button']"
LONGEST_NAME = 120  # characters of what stands before a part that it opens
SIGN = re.compile(r"(?:^[^\w(”\"]+ | [^\w)”\"?!.]+$)")  # "+", that shows that something opens
NO_NAME = re.compile(  # what a button says of itself, not of the part that it opens
    r"(?:(?:visa|läs|se|dölj|stäng|öppna|fäll ut|fäll in|show)(?: (?:mer|mindre|alla|allt|fler|meny\w*|more))?|"
    r"mer(?: information)?|meny|menu|sök|dela(?: sidan)?|lyssna|skriv ut)",
    re.IGNORECASE,
)
NO_PART = ("ul", "ol", "form")  # a menu that a button opens, or something to fill in
TOLD_UNREAD = 20  # hidden words from which it is told that they were not read
DEEPEST = 200  # elements within elements; what lies deeper is left out
WIDEST = 100  # columns and rows that one cell may span


def read_html(path: Path) -> Parsed:
    """Read a web page as one page without a number."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(path.read_bytes()))
    try:
        root = lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(encoding=None, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(
            "filen går inte att läsa som HTML. Öppna den i en webbläsare och spara den som PDF."
        ) from error
    title = characters(root.findtext(".//title") or "").strip()
    mains = [element for element in root.iter("*") if element.tag == "main" or element.get("role") == "main"]
    opened = {name for element in root.iter("*") for at in OPENS for name in _names(element.get(at))}
    main = mains[0] if len(mains) == 1 else root
    reading = _Reading(opened, menus(main))
    reading.walk(main, 0)
    reading.flush()
    page = without_contents([Page(None, tuple(reading.blocks))])[0]
    warnings = ["delar som är nästlade för djupt lästes inte"] * reading.too_deep
    if reading.unread >= TOLD_UNREAD:
        warnings.append(f"dold text på sidan, {reading.unread} ord, lästes inte")
    return Parsed((page,), (*reading.fields, *fields_of([page])), title=title, warnings=tuple(warnings))


class _Reading:
    """Goes through the elements in order and collects blocks."""

    def __init__(self, opened: Set[str], menus: Set[HtmlElement]) -> None:
        self._opened = opened  # names of parts that a button on the page opens
        self.menus = menus
        self.blocks: list[Block] = []
        self.fields: list[tuple[str, str]] = []
        self.too_deep = False
        self.unread = 0  # words in hidden parts
        self._text: list[str] = []  # of the paragraph or item under way; a newline stands for <br>
        self._group = 0
        self._level = 1  # of the last heading, and its place among the blocks
        self._under = -1
        self._levels: dict[int, int] = {}  # of the parts that open below a heading, by its place
        self._lists = 0  # how many lists we are in
        self._names = False  # are we in the name of something that a list explains?
        self._name = ""  # of what the list explains next

    def walk(self, element: HtmlElement, nested: int) -> None:
        """Read what is in an element."""
        if nested > DEEPEST:
            self.too_deep = True
            return
        self._add(element.text)
        for child in element:
            if isinstance(child.tag, str) and (
                child.tag == "summary" or (child.tag == "button" and child.get("aria-expanded") is not None)
            ):
                self.flush()
                self._opener(child)
            elif not isinstance(child.tag, str) or self._skips(child):
                pass
            elif child.tag == "br":
                self._text.append("\n")
            elif _is_note_mark(child, "".join(self._text)):
                pass
            elif child.tag in WITHIN_LINE:
                self.walk(child, nested + 1)
            else:
                self.flush()
                self._block(child, nested + 1)
                self.flush()
            self._add(child.tail)

    def _opener(self, element: HtmlElement) -> None:
        """The name of a part that it opens: a heading, where nothing but that part stands beneath it."""
        text = SIGN.sub("", _text_of(element))
        inner = element.xpath(f"descendant::*[{HEADING}]")
        if not text or (not inner and NO_NAME.fullmatch(text)):
            return
        if inner:
            self.blocks.append(Block("heading", text, level=int(inner[0].tag[1])))
        elif len(text) > LONGEST_NAME or self._lists or not heads_part(element):
            self._add(text)
            self.flush()
        else:
            level = self._levels.setdefault(self._under, self._level + 1)
            self.blocks.append(Block("heading", text, level=level))

    def _skips(self, element: HtmlElement) -> bool:
        """Is an element a menu, or hidden for good? The words of what is hidden are counted."""
        if element in self.menus:
            self.unread += len(element.text_content().split())
            return True
        skipped = _is_hidden(element) and not self._opens(element)
        if skipped and element.tag not in DROPPED:
            self.unread += len(element.text_content().split())
        return skipped

    def _opens(self, element: HtmlElement) -> bool:
        """Is a hidden element one that a reader can open: by a button that names it, or that stands before it?"""
        if element.tag in (*DROPPED, *NO_PART) or element.get("role") == "navigation":
            return False
        named = any(
            len(before.text_content()) <= LONGEST_NAME and (before.xpath(OPENER) or heads_alone(before, element))
            for before in element.xpath("preceding-sibling::*[1]")
        )
        return element.get("hidden") == "until-found" or element.get("id") in self._opened or named

    def flush(self) -> None:
        """End the paragraph or item under way."""
        lines = _lines("".join(self._text))
        self._text = []
        if not lines:
            return
        if self._lists:
            if self._names:
                self._name = ", ".join(filter(None, [self._name, " ".join(lines)]))
                return
            explained, self._name = f"{self._name}: " if self._name else "", ""
            self.blocks.append(Block("item", explained + " ".join(lines), level=self._lists - 1, group=self._group))
        elif len(lines) > 1 and all(FIELD.match(line) for line in lines):
            self.blocks += [Block("paragraph", line) for line in lines]
        else:
            self.blocks.append(Block("paragraph", " ".join(lines)))

    def _add(self, text: str | None) -> None:
        self._text.append(re.sub(r"\s+", " ", text or ""))

    def _block(self, element: HtmlElement, nested: int) -> None:
        tag = element.tag
        if re.fullmatch("h[1-6]", tag):
            text = _text_of(element, buttons=True)  # that open what stands below
            if text:
                self._level, self._under = int(tag[1]), len(self.blocks)
                self.blocks.append(Block("heading", text, level=self._level))
        elif tag in ("ul", "ol", "menu", "dl"):
            self._list(element, nested)
        elif tag == "table" and not element.xpath(".//table"):
            self._table(element)
        elif tag == "pre":
            self.blocks += [Block("paragraph", line) for line in map(_flat, element.text_content().split("\n")) if line]
        else:
            self.walk(element, nested)

    def _list(self, element: HtmlElement, nested: int) -> None:
        self._group += self._lists == 0
        self._lists += 1
        for child in element:
            if not isinstance(child.tag, str) or self._skips(child):
                continue
            self._names = child.tag == "dt"
            self.walk(child, nested + 1)
            self.flush()
            self._names = False
        if self._name:  # that nothing explains
            self._add(self._name)
            self._name = ""
            self.flush()
        self._lists -= 1

    def _table(self, table: HtmlElement) -> None:
        caption = table.find("caption")
        if caption is not None and _text_of(caption):
            self.blocks.append(Block("caption", _text_of(caption)))
        rows = clean(unstacked(_grid(table)))
        if not rows:
            return
        if is_form(rows):
            pairs = form_rows(rows)
            self.fields += pairs
            self.blocks += form_blocks(pairs)
        elif len(rows[0]) == 1:
            self.blocks += [Block("paragraph", row[0]) for row in rows]
        else:
            self._group += 1
            self.blocks += table_blocks(rows, headers=None, group=self._group)[0]


def _grid(table: HtmlElement) -> list[list[str]]:
    """Cells as text; one that spans several rows stands in each of them, one that spans columns goes on."""
    grid: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}  # column -> text that goes on, and in how many rows more
    for row in table.iter("tr"):
        if _is_hidden(row) or any(map(_is_hidden, row.iterancestors("tbody", "thead", "tfoot"))):
            continue
        texts: list[str] = []
        cells = [cell for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell)]
        while cells or any(column >= len(texts) for column in below):
            column = len(texts)
            if column in below:
                text, left = below.pop(column)
                texts.append(text)
                if left > 1:
                    below[column] = (text, left - 1)
            elif cells:
                cell = cells.pop(0)
                text = _text_of(cell)
                for extra in range(_span(cell, "colspan")):
                    texts.append(text if extra == 0 else SIDEWAYS)
                    if _span(cell, "rowspan") > 1:
                        below[column + extra] = (texts[-1], _span(cell, "rowspan") - 1)
            else:
                texts.append("")
        grid.append(texts)
    return grid


def _span(cell: HtmlElement, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(WIDEST, max(1, int(value))) if value.isdecimal() else 1


def _is_note_mark(element: HtmlElement, before: str) -> bool:
    """Is this the mark of a footnote: a raised number that leads to the note, or stands after a whole word?"""
    raised = element.tag == "sup" or (element.tag == "a" and [child.tag for child in element] == ["sup"])
    if not raised or not NOTE_MARK.fullmatch(element.text_content()):
        return False
    leads = element.tag == "a" or element.find(".//a") is not None
    return leads or re.search(r"(?:[^\W\d_]{4}|[.,;:!?)”\"])$", before) is not None


def _is_hidden(element: HtmlElement) -> bool:
    return (
        element.tag in DROPPED
        or element.get("hidden") is not None
        or element.get("role") == "navigation"
        or HIDDEN.search(element.get("style", "")) is not None
    )


def _names(value: object) -> list[str]:
    """The names of elements that an attribute gives: "part-1 part-2", "#part-1"."""
    return [name.lstrip("#") for name in str(value or "").split()]


def _text_of(element: HtmlElement, *, buttons: bool = False) -> str:
    """All text in an element on one line; blocks in it are kept apart. Of buttons only where asked for."""
    parts: list[str] = []

    def collect(node: HtmlElement, nested: int) -> None:
        if nested > DEEPEST:
            return
        parts.append(node.text or "")
        for child in node:
            if isinstance(child.tag, str) and (
                not _is_hidden(child) or (buttons and child.tag == "button" and child.get("aria-expanded"))
            ):
                apart = "" if child.tag in WITHIN_LINE and child.tag != "br" else " "
                parts.append(apart)
                collect(child, nested + 1)
                parts.append(apart)
            parts.append(child.tail or "")

    collect(element, 0)
    return _flat("".join(parts))


def _lines(text: str) -> list[str]:
    return [line for line in map(_flat, text.split("\n")) if line]


def _flat(text: str) -> str:
    return " ".join(characters(text).split())
