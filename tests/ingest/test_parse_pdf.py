"""ingest/parse/pdf.py: PDFs into pages of blocks."""

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse import pdf
from ingest.parse.pdf import read_pdf

STYLES = getSampleStyleSheet()
GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])


def lines_on(path, pages):
    """Draw (x, y, size, text, font) on each page; y from the top, in points."""
    canvas = Canvas(str(path), pagesize=A4)
    for lines in pages:
        for x, y, size, text, *font in lines:
            canvas.setFont(font[0] if font else "Helvetica", size)
            canvas.drawString(x, A4[1] - y, text)
        canvas.showPage()
    canvas.save()
    return path


def texts(parsed):
    return [[block.text for block in page.blocks] for page in parsed.pages]


def test_headings_by_size_paragraphs_and_items(tmp_path):
    path = lines_on(
        tmp_path / "rutin på ö.pdf",
        [
            [
                (70, 100, 20, "Rutin för fall"),
                (70, 140, 11, "Omvårdnadsansvarig sjuksköterska bedömer den enskilde och kontaktar sjuk-"),
                (70, 154, 11, "sköterska i beredskap – även nattetid."),
                (70, 190, 14, "Ansvar"),
                (70, 212, 11, "• kontrollera puls"),
                (70, 226, 11, "• ring 112"),
            ]
        ],
    )
    assert list(read_pdf(path).pages[0].blocks) == [
        Block("heading", "Rutin för fall", level=1),
        Block(
            "paragraph",
            "Omvårdnadsansvarig sjuksköterska bedömer den enskilde och kontaktar sjuksköterska i beredskap – "
            "även nattetid.",
        ),
        Block("heading", "Ansvar", level=2),
        Block("item", "kontrollera puls", group=1),
        Block("item", "ring 112", group=1),
    ]


def test_running_lines_and_page_numbers_are_left_out_and_pages_counted_from_one(tmp_path):
    words = ["Alfa ansvarar för larmet.", "Beta låser dörren klockan 22.", "Cesar skriver rapporten."]
    path = lines_on(
        tmp_path / "a.pdf",
        [
            [(70, 40, 9, "Ekbacka kommun"), (70, 300, 11, text), (480, 810, 9, f"Sida {number} (3)")]
            for number, text in enumerate(words, start=1)
        ],
    )
    parsed = read_pdf(path)
    assert [page.number for page in parsed.pages] == [1, 2, 3]
    assert texts(parsed) == [[word] for word in words]
    assert "Ekbacka kommun" in parsed.edges


def test_a_header_table_is_a_form_and_gives_fields(tmp_path):
    path = tmp_path / "a.pdf"
    SimpleDocTemplate(str(path), title="Rutin å").build(
        [
            Table([["Dokumenttyp", "Rutin"], ["Gäller från", "2025-01-01"], ["Version", "2"]], style=GRID),
            Paragraph("Sjuksköterskan ansvarar.", STYLES["BodyText"]),
        ]
    )
    parsed = read_pdf(path)
    assert parsed.fields == (("Dokumenttyp", "Rutin"), ("Gäller från", "2025-01-01"), ("Version", "2"))
    assert parsed.title == "Rutin å"
    assert parsed.pages[0].blocks[0] == Block("row", "Dokumenttyp: Rutin", group=-1)


def test_a_table_goes_on_over_a_page_with_its_headers(tmp_path):
    path = tmp_path / "a.pdf"
    rows = [[f"Uppgift {n}", f"Natt {n % 3}"] for n in range(60)]
    SimpleDocTemplate(str(path)).build([Table([["Vad", "Vem"], *rows], style=GRID)])
    parsed = read_pdf(path)
    assert len(parsed.pages) == 2
    assert [text for page in texts(parsed) for text in page] == [f"Vad: {what} | Vem: {who}" for what, who in rows]


def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = [f"vänster rad {n:02} om hur vården ges här" for n in range(20)]
    right = [f"höger rad {n:02} om vem som ansvarar nu" for n in range(20)]
    path = lines_on(
        tmp_path / "a.pdf",
        [
            [(60, 100 + 14 * n, 11, text) for n, text in enumerate(left)]
            + [(320, 100 + 14 * n, 11, text) for n, text in enumerate(right)]
        ],
    )
    together = " ".join(texts(read_pdf(path))[0])
    assert together.index("vänster rad 19") < together.index("höger rad 00")


def test_an_empty_page_is_told_and_keeps_its_number(tmp_path):
    path = lines_on(tmp_path / "a.pdf", [[(70, 300, 11, "Sjuksköterskan ansvarar för allt.")], []])
    parsed = read_pdf(path)
    assert [page.number for page in parsed.pages] == [1, 2]
    assert parsed.warnings == ("sida 2 har ingen text (bild?)",)


def test_a_locked_file_is_refused_and_one_with_an_empty_password_is_read(tmp_path):
    plain = lines_on(tmp_path / "a.pdf", [[(70, 300, 11, "Sjuksköterskan ansvarar för allt.")]])
    for name, password in (("last.pdf", "hemligt"), ("oppen.pdf", "")):
        writer = PdfWriter(clone_from=PdfReader(plain))
        writer.encrypt(password, owner_password="ägare", algorithm="RC4-128")
        writer.write(tmp_path / name)
    with pytest.raises(Unreadable, match="låst med lösenord"):
        read_pdf(tmp_path / "last.pdf")
    assert texts(read_pdf(tmp_path / "oppen.pdf")) == [["Sjuksköterskan ansvarar för allt."]]


@pytest.mark.parametrize("raw", [b"hej", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer <</Root 1 0 R>>\n%%EOF"])
def test_what_is_no_pdf_is_refused(tmp_path, raw):
    path = tmp_path / "a.pdf"
    path.write_bytes(raw)
    with pytest.raises(Unreadable):
        read_pdf(path)


def test_too_many_pages_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    path = lines_on(tmp_path / "a.pdf", [[(70, 300, 11, "ett")], [(70, 300, 11, "två")]])
    with pytest.raises(Unreadable, match="har 2 sidor; gränsen är 1"):
        read_pdf(path)


def test_a_page_break_does_not_stop_the_reading(tmp_path):
    path = tmp_path / "a.pdf"
    SimpleDocTemplate(str(path)).build(
        [
            Paragraph("Först larmas 112.", STYLES["BodyText"]),
            PageBreak(),
            Paragraph("Sedan ringer man chefen.", STYLES["BodyText"]),
        ]
    )
    assert texts(read_pdf(path)) == [["Först larmas 112."], ["Sedan ringer man chefen."]]


def test_a_number_that_ends_a_page_stays_unless_it_counts_the_pages(tmp_path):
    path = lines_on(
        tmp_path / "a.pdf",
        [
            [(70, 100, 11, f"Antal platser på Älgstigen {number}:"), (70, 760, 11, cell), (290, 800, 9, str(number))]
            for number, cell in ((1, "12"), (2, "9"), (3, "30"))
        ],
    )
    assert [block.text for page in read_pdf(path).pages for block in page.blocks if block.text.isdigit()] == [
        "12",
        "9",
        "30",
    ]


def justified(x, y, text, *, width=225.0):
    """A text's words in lines of that width, all but the last spread over it: (x, y, size, word)."""
    lines = [[]]
    for word in text.split():
        if stringWidth(" ".join([*lines[-1], word]), "Helvetica", 11) > width:
            lines.append([])
        lines[-1].append(word)
    for number, words in enumerate(lines):
        taken = sum(stringWidth(word, "Helvetica", 11) for word in words)
        space = (width - taken) / (len(words) - 1) if number < len(lines) - 1 else 3.1
        at = x
        for word in words:
            yield at, y + 14 * number, 11, word
            at += stringWidth(word, "Helvetica", 11) + space


def test_justified_columns_with_hardly_a_space_between_are_told_by_their_margins(tmp_path):
    left = (
        "Sjuksköterskan ger läkemedlen varje natt och skriver under i listan innan hon lämnar våra lokaler. Är någon "
        "borta lämnas dosen i skåpet, och den som kommer tillbaka ringer samma kväll. Saknas en dos räknas hela skåpet "
        "av två personer, som båda skriver under i den röda pärmen. Nyckeln hänger i rummet bredvid köket."
    )
    right = (
        "Chefen svarar för alla nycklar och larm, och lämnar ut dem mot kvittens till de som börjar sin tjänst. Den "
        "som slutar lämnar sin nyckel i handen på chefen samma dag. Försvinner en nyckel byts låset inom två dygn, och "
        "det betalas av enheten. Larmen prövas den första måndagen i varje månad av den som tjänstgör på dagen."
    )
    wide = [(66, 270, 14, "5 Dödsfall", "Helvetica-Bold")]
    wide += [
        (66, 294, 11, "Efter ett dödsfall svarar den som tjänstgör för att dörren låses och att larmet stängs av.")
    ]
    path = lines_on(tmp_path / "a.pdf", [[*justified(72, 100, left), *justified(303, 100, right), *wide]])
    assert texts(read_pdf(path)) == [[left, right, "5 Dödsfall", wide[1][3]]]


@pytest.mark.parametrize("size", [7, 9])
def test_a_raised_mark_is_no_word_of_the_next_line(tmp_path, size):
    first, second = "Ordinerad tid gäller för alla, men för Parkinsonlä-", "kemedel gäller högst femton minuter."
    end = 66 + stringWidth(second, "Helvetica", 11)
    path = lines_on(
        tmp_path / "a.pdf",
        [
            [
                (66, 300, 11, first),
                (66, 316, 11, second),
                (end, 311.5, size, "1"),
                (end + 6, 316, 11, "Om någon säger nej ringer du."),
            ]
        ],
    )
    assert "för Parkinsonläkemedel gäller högst femton minuter. Om någon" in " ".join(texts(read_pdf(path))[0])
