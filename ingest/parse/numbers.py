"""The numbers that Word gives list items and headings by itself: "1.", "b)", "2.1"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

LEVELS = 9  # of a list in Word
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ROMAN:
        text += sign * (number // value)
        number %= value
    return text


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}


class Numbers:
    """Counts the numbered paragraphs of a document, which are to be asked for in order."""

    def __init__(self, document: WordDocument) -> None:
        self._lists: dict[str, str] = {}  # number of a list -> of its kind
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # kind and level -> format, text, first number
        self._restart: set[str] = set()  # lists that count from the beginning
        self._counts: dict[str, list[int]] = {}  # by kind
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        for element in part._element if part is not None and hasattr(part, "_element") else ():
            if element.tag == qn("w:abstractNum"):
                self._read_kind(element)
            elif element.tag == qn("w:num") and (kind := _value(element, "w:abstractNumId")):
                number = str(element.get(qn("w:numId")))
                self._lists[number] = kind
                if element.find(f".//{qn('w:startOverride')}") is not None:
                    self._restart.add(number)

    def of(self, paragraph: Paragraph) -> str:
        """The number before a paragraph with a space after, "" for a bullet or none."""
        number, level = _list_of(paragraph)
        kind = self._lists.get(number, "")
        if (kind, level) not in self._levels:
            return ""
        counts = self._counts.setdefault(kind, [0] * LEVELS)
        if number in self._restart:
            self._restart.discard(number)
            counts[:] = [0] * LEVELS
        first = self._levels[kind, level][2]
        counts[level] = counts[level] + 1 if counts[level] else first
        counts[level + 1 :] = [0] * (LEVELS - level - 1)
        text = self._levels[kind, level][1]
        for at in range(level + 1):
            shape, _, start = self._levels.get((kind, at), ("decimal", "", 1))
            if f"%{at + 1}" in text and shape not in FORMATS:
                return ""
            text = text.replace(f"%{at + 1}", FORMATS.get(shape, str)(counts[at] or start))
        return f"{text.strip()} " if "%" in self._levels[kind, level][1] and text.strip() else ""

    def _read_kind(self, element: Any) -> None:
        kind = str(element.get(qn("w:abstractNumId")))
        for level in element.findall(qn("w:lvl")):
            at = str(level.get(qn("w:ilvl")))
            start = _value(level, "w:start")
            if at.isdecimal() and int(at) < LEVELS:
                shape, text = _value(level, "w:numFmt"), _value(level, "w:lvlText")
                self._levels[kind, int(at)] = (shape, text, int(start) if start.isdecimal() else 1)


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
