"""PowerPoint (.pptx), read by python-pptx: a slide is a page with its number."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.exc import PackageNotFoundError

from ingest.clean import BULLETS, characters
from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.layout import STEP
from ingest.parse.container import check_zip
from ingest.parse.parsed import Parsed
from ingest.parse.text import fields_of
from ingest.tables import SIDEWAYS, clean, form_blocks, form_rows, is_form, table_blocks

DEEPEST = 20  # groups of shapes within groups
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read_slides(path: Path) -> Parsed:
    """Read a presentation: titles as headings, bullets as items, tables as rows. Speaker's notes are not read."""
    check_zip(path)
    try:
        show = pptx.Presentation(str(path))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Unreadable(
            "filen går inte att läsa som PowerPoint. Öppna den i PowerPoint och spara om den som .pptx."
        ) from error
    pages: list[Page] = []
    fields: list[tuple[str, str]] = []
    warnings: list[str] = []
    group = 0
    for number, slide in enumerate(show.slides, start=1):
        if slide._element.get("show") == "0":
            warnings.append(f"bild {number} är dold och lästes inte")
            continue
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = characters(slide.notes_slide.notes_text_frame.text).strip()
            warnings += [f"bild {number} har talarmanus som inte lästes"] if notes else []
        result: list[Block] = []
        title = slide.shapes.title
        if title is not None and (text := _flat(title.text_frame.text)):
            result.append(Block("heading", text, level=1))
        for shape in _in_order(slide.shapes, title):
            if getattr(shape, "has_table", False):
                rows = clean(_grid(shape.table))
                if is_form(rows):
                    fields += form_rows(rows)
                    result += form_blocks(form_rows(rows))
                elif rows and len(rows[0]) > 1:
                    group += 1
                    result += table_blocks(rows, headers=None, group=group)[0]
                else:
                    result += [Block("paragraph", row[0]) for row in rows]
            elif shape.has_text_frame:
                found = _paragraphs(shape, group + 1)
                group += any(block.kind == "item" for block in found)
                result += found
            elif getattr(shape, "has_chart", False) or "graphicFrame" in str(shape._element.tag):
                warnings.append(f"bild {number} har ett diagram som inte lästes")
        pages.append(Page(number, tuple(result)))
    title_text = characters(show.core_properties.title or "").strip()
    return Parsed(tuple(pages), (*fields, *fields_of(pages)), title=title_text, warnings=tuple(dict.fromkeys(warnings)))


def _in_order(shapes: Any, title: Any) -> list[Any]:
    """Shapes but the title, as they are read: from the top, those of one height from the left."""
    found = [shape for shape in _flattened(shapes, 0) if title is None or shape._element is not title._element]
    tenth = 360_000  # EMU, a centimetre: shapes this close in height stand side by side
    return sorted(found, key=lambda shape: ((shape.top or 0) // tenth, shape.left or 0))


def _flattened(shapes: Any, nested: int) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            if nested < DEEPEST:
                yield from _flattened(shape.shapes, nested + 1)
        elif not _is_furniture(shape):
            yield shape


def _is_furniture(shape: Any) -> bool:
    """Slide numbers, dates and footers."""
    if not shape.is_placeholder:
        return False
    return str(shape.placeholder_format.type).split(" ")[0] in ("SLIDE_NUMBER", "DATE", "FOOTER", "HEADER")


def _paragraphs(shape: Any, group: int) -> list[Block]:
    in_body = shape.is_placeholder and str(shape.placeholder_format.type).split(" ")[0] in ("BODY", "OBJECT")
    result = []
    for paragraph in shape.text_frame.paragraphs:
        text = _flat(paragraph.text)
        if not text:
            continue
        look = paragraph._p.find(f"{DRAWING}pPr")
        own = {str(child.tag).removeprefix(DRAWING) for child in look} if look is not None else set()
        bullet = bool(own & {"buChar", "buAutoNum", "buBlip"}) or (in_body and "buNone" not in own)
        if bullet or (text[0] in BULLETS and len(text) > 2) or STEP.match(text):
            result.append(Block("item", text.lstrip(BULLETS + " ") or text, level=paragraph.level, group=group))
        else:
            result.append(Block("paragraph", text))
    return result


def _grid(table: Any) -> list[list[str]]:
    """Cells; one merged over several rows stands in each of them, one merged sideways goes on."""
    grid: list[list[str]] = []
    for row in table.rows:
        texts: list[str] = []
        for cell in row.cells:
            above = grid[-1][len(texts)] if grid else ""
            text = cell.text_frame.text.replace("\v", "\n")
            texts.append(text if not cell.is_spanned else SIDEWAYS if cell._tc.hMerge else above)
        grid.append(texts)
    return grid


def _flat(text: str) -> str:
    return " ".join(characters(text).split())
