"""What a document is called: by its first heading, its file's properties, its file's name or its first words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from ingest.corpus import Page
from ingest.dates import COMPACT_DATE, ISO_DATE

CHAPTER = re.compile(
    r"^(sammanfattning|inledning|bakgrund|syfte|förord|innehåll\w*|\w*rapport|utvärdering|granskning|riktlinje|rutin|bilag\w*)"
    r"( \d{4})?$",
    re.IGNORECASE,
)
KIND_ALONE = re.compile(r"^[^\W\d_]{3,}rapport( \d{4})?$", re.IGNORECASE)
OFFICE = re.compile(
    r"^((\S+ ){0,2}[\w-]*(förvaltning\w*|nämnd\w*|kommun|enheten|kontoret)|region \w+)(, .*)?$", re.IGNORECASE
)
PROGRAM = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - )|\.(?:docx?|dotx?|pdf|pptx?|xlsx?|odt|rtf)$", re.IGNORECASE
)
NO_TITLE = re.compile(  # what programs and templates call a file that nobody named
    r"^(?:untitled|namnlös|okänd|unknown|(?:dokument|document|presentation|bok|book|blad|sheet) ?\d*|"
    r"powerpoint-presentation|(?:rubrik|title|titel)|.*\bmall\b.*)$",
    re.IGNORECASE,
)
NUMBERING = re.compile(r"^\d+(\.\d+)*\.?\s+")
FILE_NUMBER = re.compile(r"^[A-ZÅÄÖ]{2,6}[ -]?\d{2,6}\b")  # "RUT-0123"
# "v3", not the weeks of "v27-v32"
FILE_VERSION = re.compile(
    r"(?<![^\W_])(?<!\d-)(?:v|ver\.? ?|rev\.? ?|version[ _-]?|utgåva[ _-]?)(\d{1,2}(?:\.\d{1,2})*)"
    r"(?![^\W_]|\s?[-–]\s?v?\d{1,2}(?!\d))",
    re.IGNORECASE,
)
LONGEST_TITLE = 100  # characters of a line that may be a title
FIRST_LINES = 8  # blocks among which a title stands


def name_of(stem: str) -> str:
    """A file's name as a title: "RUT-0123 v3 Fallrutin 2023-05-01" is "Fallrutin"."""
    plain, unversioned = (re.sub(r"[-_]+", " ", text) for text in (stem, FILE_VERSION.sub(" ", stem)))
    cut = COMPACT_DATE.sub(" ", ISO_DATE.sub(" ", unversioned))
    cut = " ".join(FILE_NUMBER.sub("", cut.strip()).split())
    name = NUMBERING.sub("", cut if re.search(r"[a-zåäö]{4}", cut) else plain).strip()
    return name.capitalize() if name == name.lower() else name[:1].upper() + name[1:]


def first_heading(pages: Sequence[Page]) -> str:
    """The first line that can be a title: no chapter's usual name, number or issuing office; "" where there is none.

    Plain text has no headings that are sure, so a short line without a full stop among the first counts as one.
    """
    blocks = [block for page in pages[:2] for block in page.blocks]
    sure = not any(block.kind == "paragraph" for block in blocks[:1])
    named = ""  # the kind alone, "Länsrapport": the title, unless that stands right below
    for place, block in enumerate(blocks):
        line = block.text.strip()
        first = place < FIRST_LINES
        headed = block.kind == "heading" and (sure or first)
        short = first and not sure and block.kind == "paragraph" and len(line) <= LONGEST_TITLE
        if named and (place > 1 or not (headed or short)):
            return named
        if not headed and not short:
            if first and not sure:
                break  # the text has begun
            continue
        plain = NUMBERING.sub("", line)
        if place == 0 and headed and KIND_ALONE.match(line):
            named = line
        if CHAPTER.match(plain) or OFFICE.match(line) or (short and re.search(r"[.:;,]$|: ", line)):
            continue
        if not re.match(r"^\d|^innehåll", line, re.IGNORECASE):
            return line
    return named


def only_heading(pages: Sequence[Page], own: str) -> str:
    """The one heading of the first level, where the file's own title (`own`) begins with it; else ""."""
    tops = [block.text for page in pages for block in page.blocks if block.kind == "heading" and block.level == 1]
    return tops[0] if len(tops) == 1 and own.casefold().startswith(tops[0].casefold()) else ""


def first_line(pages: Sequence[Page]) -> str:
    """The first line of all, where it is a short one: "1. Slutrapport"."""
    line = next((block.text for page in pages[:1] for block in page.blocks[:1]), "")
    return line if len(line) <= LONGEST_TITLE else ""


def first_words(pages: Sequence[Page]) -> str:
    """The beginning of the first paragraph, where nothing else names the document."""
    for page in pages[:1]:
        for block in page.blocks:
            if block.kind == "paragraph" and not CHAPTER.match(block.text):
                return textwrap.shorten(block.text, LONGEST_TITLE, placeholder=" …")
    return ""
