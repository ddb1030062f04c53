"""ingest/parse/slides.py: presentations into pages of blocks."""

import pptx
import pytest
from pptx.util import Cm

from ingest.corpus import Block, Page
from ingest.errors import Unreadable
from ingest.parse.slides import read_slides


def saved(show, tmp_path):
    path = tmp_path / "introduktion.pptx"
    show.save(str(path))
    return path


def test_a_slide_is_a_page_with_title_and_bullets(tmp_path):
    show = pptx.Presentation()
    show.core_properties.title = "Introduktion"
    for title, lines in (("Natten", ["Ring först", "Skriv sedan"]), ("Larm – vem?", ["Natt 1 bär larmtelefonen"])):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(lines)
    show.slides[0].placeholders[1].text_frame.paragraphs[1].level = 1
    parsed = read_slides(saved(show, tmp_path))

    assert parsed.pages == (
        Page(
            1,
            (
                Block("heading", "Natten", level=1),
                Block("item", "Ring först", level=0, group=1),
                Block("item", "Skriv sedan", level=1, group=1),
            ),
        ),
        Page(2, (Block("heading", "Larm – vem?", level=1), Block("item", "Natt 1 bär larmtelefonen", group=2))),
    )
    assert parsed.title == "Introduktion"


def test_tables_and_boxes_come_from_the_top(tmp_path):
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    table = slide.shapes.add_table(3, 2, Cm(1), Cm(6), Cm(20), Cm(5)).table
    for row, texts in enumerate((["Uppgift", "Vem"], ["Larm", "Natt 1"], ["Dörr", "Natt 3"])):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    slide.shapes.add_textbox(Cm(1), Cm(1), Cm(10), Cm(1)).text_frame.text = "Så gör vi på natten."

    assert read_slides(saved(show, tmp_path)).pages == (
        Page(
            1,
            (
                Block("paragraph", "Så gör vi på natten."),
                Block("row", "Uppgift: Larm | Vem: Natt 1", group=1),
                Block("row", "Uppgift: Dörr | Vem: Natt 3", group=1),
            ),
        ),
    )


def test_shapes_in_groups_are_read(tmp_path):
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    group = slide.shapes.add_group_shape().shapes.add_group_shape()
    group.shapes.add_textbox(Cm(1), Cm(1), Cm(10), Cm(1)).text_frame.text = "I en grupp, på ön."

    assert [b.text for b in read_slides(saved(show, tmp_path)).pages[0].blocks] == ["I en grupp, på ön."]


def test_hidden_slides_and_notes_are_told_and_not_read(tmp_path):
    show = pptx.Presentation()
    for text in ("syns", "dold"):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = text
    show.slides[1]._element.set("show", "0")
    show.slides[0].notes_slide.notes_text_frame.text = "säg inte detta"
    parsed = read_slides(saved(show, tmp_path))

    assert [(page.number, [b.text for b in page.blocks]) for page in parsed.pages] == [(1, ["syns"])]
    assert parsed.warnings == ("bild 1 har talarmanus som inte lästes", "bild 2 är dold och lästes inte")


def test_what_is_no_presentation_is_refused(tmp_path):
    path = tmp_path / "a.pptx"
    path.write_bytes(b"PK\x03\x04 nej")
    with pytest.raises(Unreadable, match="skadad"):
        read_slides(path)
