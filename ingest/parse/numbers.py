"""The numbers that Word gives headings by itself: "2.1"."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

LEVELS = 9  # of a list in Word


class Numbers:
    """Counts the numbered headings of a document, which are to be asked for in order."""

    def __init__(self, document: WordDocument) -> None:
        self._kinds: dict[str, str] = {}  # number of a list -> of its kind
        self._texts: dict[tuple[str, int], str] = {}  # kind and level -> how its numbers are written: "%1.%2"
        self._counts: dict[str, list[int]] = {}  # by kind
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        for element in part._element if part is not None and hasattr(part, "_element") else ():
            if element.tag == qn("w:num"):
                self._kinds[str(element.get(qn("w:numId")))] = _value(element, "w:abstractNumId")
            for level in element.findall(qn("w:lvl")):
                at = str(level.get(qn("w:ilvl")))
                if at.isdecimal() and _value(level, "w:numFmt") == "decimal":
                    self._texts[str(element.get(qn("w:abstractNumId"))), int(at)] = _value(level, "w:lvlText").strip()

    def of(self, heading: Paragraph) -> str:
        """The number before a heading with a space after, "" for none."""
        number, level = _list_of(heading)
        kind = self._kinds.get(number, "")
        counts = self._counts.setdefault(kind, [0] * LEVELS)
        counts[level:] = [counts[level] + 1, *[0] * (LEVELS - level - 1)]
        text = self._texts.get((kind, level), "")
        for at in range(level + 1):
            text = text.replace(f"%{at + 1}", str(counts[at] or 1))
        return f"{text} " if text else ""


def _value(element: Any, name: str) -> str:
    child = element.find(qn(name))
    return str(child.get(qn("w:val"), "")) if child is not None else ""


def _list_of(paragraph: Paragraph) -> tuple[str, int]:
    """The number of the list that a paragraph belongs to, itself or by its style ("" for none), and its level."""
    looks = [paragraph._p.pPr]
    style: Any = paragraph.style
    for _ in range(LEVELS):  # a style is based on another
        if style is None:
            break
        looks.append(style.element.pPr)
        style = style.base_style
    for look in looks:
        if look is not None and look.numPr is not None:
            level = _value(look.numPr, "w:ilvl")
            return _value(look.numPr, "w:numId"), min(LEVELS - 1, int(level)) if level.isdecimal() else 0
    return "", 0
