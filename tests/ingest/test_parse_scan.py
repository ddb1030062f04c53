"""ingest/parse/scan.py: scanned pages into lines and tables."""

from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse import scan
from ingest.parse.pdf import read_pdf
from ingest.parse.printed import Word, printed_lines
from ingest.parse.ruling import Ruled, cells, ruled_tables

needs_tesseract = pytest.mark.skipif(not scan.can_read(), reason="tesseract med svenska saknas")


def word(text, left, top, *, width=60, height=30):
    return Word(text, left, top, left + width, top + height, 95.0, (1, 1, 1))


def picture(tmp_path, draw, *, turn=0.0, name="skannad å.pdf"):
    """A PDF of one A4 page that is a picture of 200 dots an inch."""
    image = Image.new("L", (1654, 2339), 238)
    draw(ImageDraw.Draw(image))
    image = image.rotate(turn, Image.Resampling.BICUBIC, fillcolor=238)
    image.save(tmp_path / "sida.png")
    canvas = Canvas(str(tmp_path / name), pagesize=(595, 842))
    canvas.drawImage(str(tmp_path / "sida.png"), 0, 0, 595, 842)
    canvas.save()
    return tmp_path / name


def font(size):
    return ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), size)


def table(draw, rows, *, xs, top, height, lines):
    for number, texts in enumerate(rows):
        for x, text in zip(xs, texts, strict=False):
            draw.text((x + 14, top + number * height + 16), text, fill=30, font=font(34))
    if lines:
        for number in range(len(rows) + 1):
            draw.line((xs[0], top + number * height, xs[-1], top + number * height), fill=120, width=2)
        for x in xs:
            draw.line((x, top, x, top + len(rows) * height), fill=120, width=2)


ROWS = [
    ["Vem", "Nummer", "Tid"],
    ["Larmcentral", "0555-10 20 50", "Dygnet runt"],
    ["Enhetschef", "0555-10 21 10", "Vardagar"],
    ["Polisen", "114 14", "Dygnet runt"],
]


@needs_tesseract
@pytest.mark.parametrize(("turn", "lines"), [(0.0, True), (1.2, True), (0.0, False)])
def test_a_table_comes_out_as_rows(tmp_path, turn, lines):
    def draw(page):
        page.text((150, 200), "Kontaktlista", fill=20, font=font(62))
        page.text((150, 320), "Fara: ring 112 direkt. Ring sedan chefen.", fill=30, font=font(34))
        table(page, ROWS, xs=[150, 600, 1000, 1480], top=420, height=72, lines=lines)

    parsed = read_pdf(picture(tmp_path, draw, turn=turn))

    assert parsed.warnings == ("sida 1 är läst med OCR",)
    assert list(parsed.pages[0].blocks) == [
        Block("heading", "Kontaktlista", level=1),
        Block("paragraph", "Fara: ring 112 direkt. Ring sedan chefen."),
        Block("row", "Vem: Larmcentral | Nummer: 0555-10 20 50 | Tid: Dygnet runt", group=1),
        Block("row", "Vem: Enhetschef | Nummer: 0555-10 21 10 | Tid: Vardagar", group=1),
        Block("row", "Vem: Polisen | Nummer: 114 14 | Tid: Dygnet runt", group=1),
    ]


@needs_tesseract
def test_a_page_on_its_head_is_turned(tmp_path):
    def draw(page):
        for line in range(12):
            page.text((150, 300 + 60 * line), "Tillsyn ges varje natt av den som har larmet.", fill=30, font=font(40))

    text = " ".join(block.text for block in read_pdf(picture(tmp_path, draw, turn=180.0)).pages[0].blocks)
    assert text.count("Tillsyn ges varje natt av den som har larmet.") >= 11


@needs_tesseract
def test_a_blank_page_is_told_as_one_without_text(tmp_path):
    with pytest.raises(Unreadable, match=r"bilder utan text\. Lägg dit originalet, och kör"):
        read_pdf(picture(tmp_path, lambda page: None))


def test_without_tesseract_the_advice_is_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    scan.can_read.cache_clear()
    try:
        with pytest.raises(Unreadable, match="installera tesseract med svenska"):
            read_pdf(picture(tmp_path, lambda page: page.text((150, 200), "Text", fill=0, font=font(60))))
    finally:
        scan.can_read.cache_clear()


def test_ruling_lines_are_found_and_text_is_not_taken_for_them():
    image = Image.new("L", (1600, 900), 250)
    draw = ImageDraw.Draw(image)
    table(draw, [["m" * 16, "e" * 12], ["a", "b"], ["c", "d"]], xs=[100, 800, 1500], top=100, height=80, lines=True)

    (found,) = ruled_tables(image)
    assert [round(y, -1) for y in found.across] == [100, 180, 260, 340]
    assert [round(x, -1) for x in found.down] == [100, 800, 1500]
    assert not found.open_right
    assert not found.open_below


def test_a_missing_line_between_two_cells_is_seen():
    image = Image.new("L", (1600, 900), 250)
    draw = ImageDraw.Draw(image)
    table(draw, [["", ""], ["", ""], ["", ""]], xs=[100, 800, 1500], top=100, height=80, lines=True)
    draw.rectangle((790, 105, 810, 175), fill=250)

    assert ruled_tables(image)[0].open_right == {(0, 0)}


def test_words_stand_in_their_cells_and_merged_cells_in_the_first():
    ruled = Ruled((0, 100, 200), (0, 300, 600), frozenset({(0, 0)}), frozenset())
    words = [
        word("båda", 320, 30),
        word("över", 20, 30),
        word("natt", 20, 150),
        word("bär", 20, 110),
        word("1", 310, 140),
    ]

    assert cells(ruled, words) == [["över båda", ""], ["bär\nnatt", "1"]]


def test_words_on_one_baseline_are_one_line():
    lines = printed_lines([word("c", 200, 104), word("a", 10, 100), word("ny", 10, 150), word("b", 100, 98)])
    assert [[w.text for w in line] for line in lines] == [["a", "b", "c"], ["ny"]]
