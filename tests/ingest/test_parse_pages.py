"""ingest/parse/pages.py: what lines, touching cells and letters on their side say on a PDF page."""

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ingest.parse.loose import Rule
from ingest.parse.pages import struck
from ingest.parse.pdf import read_pdf

WIDTH, HEIGHT = A4


def blocks_of(path):
    return [[block.text for block in page.blocks] for page in read_pdf(path).pages]


def drawn(path, *pages):
    """A PDF of pages, each drawn by a function that is given the canvas; its blocks' texts."""
    canvas = Canvas(str(path), pagesize=A4)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return blocks_of(path)


def write(canvas, x, y, text):
    """Write from x, y points below the page's top; where the text ends."""
    canvas.drawString(x, HEIGHT - y, text)
    return x + canvas.stringWidth(text)


def lines(canvas, *, downs, acrosses, top=None, bottom=None):
    """Ruling lines at places from the page's top; the vertical ones from `top` to `bottom`."""
    for x in downs:
        canvas.line(x, HEIGHT - (top or acrosses[0]), x, HEIGHT - (bottom or acrosses[-1]))
    for y in acrosses:
        canvas.line(downs[0], HEIGHT - y, downs[-1], HEIGHT - y)


def test_struck_text_is_no_rule_and_underlined_text_stays(tmp_path):
    def draw(canvas):
        begin = write(canvas, 60, 100, "Skåpet kontrolleras ")
        end = write(canvas, begin, 100, "varje månad")
        canvas.line(begin, HEIGHT - 97, end, HEIGHT - 97)
        write(canvas, end, 100, " varje vecka – även i juli.")
        end = write(canvas, 60, 130, "Nyckeln är låst.")
        canvas.line(60, HEIGHT - 131.5, end, HEIGHT - 131.5)
        end = write(canvas, 60, 160, "Nyckeln lämnas till vem som helst.")
        canvas.rect(60, HEIGHT - 157.4, end - 60, 0.6, stroke=0, fill=1)

    assert drawn(tmp_path / "å.pdf", draw) == [["Skåpet kontrolleras varje vecka – även i juli.", "Nyckeln är låst."]]


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        (Rule(95, 10, 20), True),
        (Rule(95, 5, 60), False),  # of a table: it runs on
        (Rule(99, 10, 20), False),  # below the letters
        (Rule(95, 30, 40), False),
    ],
    ids=["through", "runs on", "underlined", "beside"],
)
def test_a_line_strikes_the_letters_that_it_begins_and_ends_with(rule, gone):
    letters = [{"x0": 10.0 + 5 * at, "x1": 15.0 + 5 * at, "top": 90.0, "bottom": 100.0, "size": 10.0} for at in (0, 1)]
    assert struck(letters, [rule]) == (set(map(id, letters)) if gone else set())


def test_headings_on_their_side_head_the_columns_of_a_matrix(tmp_path):
    def draw(canvas):
        lines(canvas, downs=[60, 220, 270, 320], acrosses=[80, 190, 210, 230])
        write(canvas, 64, 185, "Uppgift")
        for x, name in ((250, "Sjuksköterska"), (300, "Legitimerad personal")):
            canvas.saveState()
            canvas.translate(x, HEIGHT - 185)
            canvas.rotate(90)
            canvas.drawString(0, 0, name)
            canvas.restoreState()
        write(canvas, 64, 205, "Insulin")
        write(canvas, 242, 205, "X")
        write(canvas, 64, 225, "Ögondroppar")
        write(canvas, 292, 225, "X")

    assert drawn(tmp_path / "a.pdf", draw) == [
        ["Uppgift: Insulin | Sjuksköterska: X", "Uppgift: Ögondroppar | Legitimerad personal: X"]
    ]


@pytest.mark.parametrize("degrees", [90, -90])
def test_a_page_that_lies_is_read_as_it_is_turned(tmp_path, degrees):
    def draw(canvas):
        canvas.rotate(degrees)
        canvas.translate(*((0, -WIDTH) if degrees == 90 else (-HEIGHT, 0)))
        canvas.drawString(60, 500, "Enhetschefen ansvarar för schemat.")
        canvas.drawString(60, 486, "Sjuksköterskan ansvarar för läkemedlen.")

    assert drawn(tmp_path / "a.pdf", draw) == [
        ["Enhetschefen ansvarar för schemat. Sjuksköterskan ansvarar för läkemedlen."]
    ]


def test_a_row_that_the_page_cuts_without_a_line_is_a_row(tmp_path):
    downs = [60, 160, 260, 400]

    def first(canvas):
        lines(canvas, downs=downs, acrosses=[700, 720, 740], bottom=760)
        for y, row in ((715, ("Uppgift", "Vem", "Hur")), (735, ("Larm", "USK", "Ring på"))):
            for x, text in zip(downs, row, strict=False):
                write(canvas, x + 3, y, text)
        for x, text in zip(downs, ("Fall", "SSK", "Bedöm och"), strict=False):
            write(canvas, x + 3, 755, text)

    def second(canvas):
        lines(canvas, downs=downs, acrosses=[100, 120], top=80)
        write(canvas, 263, 95, "ring läkare.")
        for x, text in zip(downs, ("Dödsfall", "SSK", "Ring läkare"), strict=False):
            write(canvas, x + 3, 115, text)

    assert drawn(tmp_path / "a.pdf", first, second) == [
        ["Uppgift: Larm | Vem: USK | Hur: Ring på", "Uppgift: Fall | Vem: SSK | Hur: Bedöm och"],
        ["ring läkare.", "Uppgift: Dödsfall | Vem: SSK | Hur: Ring läkare"],
    ]


def test_a_word_that_runs_into_the_next_cells_text_is_parted_from_it(tmp_path):
    def draw(canvas):
        lines(canvas, downs=[60, 160, 242, 330], acrosses=[80, 100, 120, 140])
        for y, row in (
            (95, ("Åtgärd", "Beslutar", "Gäller")),
            (115, ("Larm", "Sjuksköterska", "6 månader")),
            (135, ("Kamera", "verksamhetschefen", "3 månader")),
        ):
            for x, text in zip((63, 163, 245), row, strict=True):
                write(canvas, x, y, text)

    assert drawn(tmp_path / "a.pdf", draw) == [
        [
            "Åtgärd: Larm | Beslutar: Sjuksköterska | Gäller: 6 månader",
            "Åtgärd: Kamera | Beslutar: verksamhetschefen | Gäller: 3 månader",
        ]
    ]


def test_a_sentence_goes_on_in_the_next_column(tmp_path):
    def draw(canvas):
        for at in range(20):
            write(canvas, 60, 100 + 14 * at, f"vänster rad {at:02} om hur vården ges här,")
            write(canvas, 320, 100 + 14 * at, f"höger rad {at:02} om vem som ansvarar nu,")
        write(canvas, 320, 380, "och det gäller alla.")

    assert len(drawn(tmp_path / "a.pdf", draw)[0]) == 1
