"""Tables as they are hard in practice: merged sideways, cut by a page break, with few ruling lines or none."""

import docx
import openpyxl
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from eval.score import is_verbatim
from ingest.chunk import chunk
from ingest.corpus import Document, Standing
from ingest.parse.pdf import plain_text, read_pdf
from ingest.parse.sheet import read_sheet
from ingest.parse.word import read_word
from ingest.tables import SIDEWAYS, table_blocks, without_head

# The grid's text, and SIDEWAYS where the cell to the left goes on; then what is to be read.
MERGED = {
    "två roller, ett svar": (
        [
            ["Uppgift", "USK", "SSK", "Läkare"],
            ["Insulin", "Efter delegering", SIDEWAYS, "Ordinerar"],
            ["Dödsfall", "Ringer", "Kontaktar läkare", "Fastställer"],
            ["Brand", "Larmar 112", SIDEWAYS, SIDEWAYS],
        ],
        [
            "Uppgift: Insulin | USK: Efter delegering | SSK: Efter delegering | Läkare: Ordinerar",
            "Uppgift: Dödsfall | USK: Ringer | SSK: Kontaktar läkare | Läkare: Fastställer",
            "Uppgift: Brand | USK: Larmar 112 | SSK: Larmar 112 | Läkare: Larmar 112",
        ],
    ),
    "en rubrik över två kolumner": (
        [
            ["Vem", "Telefon", SIDEWAYS, "När"],
            ["Sjuksköterska", "0555-10 20 40", "070-123 45 67", "Dygnet runt"],
            ["Larmcentral", "0555-10 20 99", SIDEWAYS, "Natt"],
        ],
        [
            "Vem: Sjuksköterska | Telefon: 0555-10 20 40 | Telefon: 070-123 45 67 | När: Dygnet runt",
            "Vem: Larmcentral | Telefon: 0555-10 20 99 | Telefon: 0555-10 20 99 | När: Natt",
        ],
    ),
    "mellanrubrik och anmärkning över allt": (
        [
            ["Steg", "Gör så här", "Vem"],
            ["Före besöket", SIDEWAYS, SIDEWAYS],
            ["1", "Läs planen", "Undersköterska"],
            [
                "Anmärkning: vid akut försämring gäller alltid rutinen för akuta situationer och inte den här tabellen",
                *[SIDEWAYS] * 2,
            ],
        ],
        [
            "Före besöket",
            "Steg: 1 | Gör så här: Läs planen | Vem: Undersköterska",
            "Anmärkning: vid akut försämring gäller alltid rutinen för akuta situationer och inte den här tabellen",
        ],
    ),
    "en ruta i ett formulär": (
        [
            ["Läkemedel", "Klockslag", "Dag 1", "Dag 2"],
            ["", "21.00", "", ""],
            ["Alvedon", "08.00", "", ""],
        ],
        [
            "Läkemedel: | Klockslag: 21.00 | Dag 1: | Dag 2:",
            "Läkemedel: Alvedon | Klockslag: 08.00",
        ],
    ),
}


def rows_in(parsed):
    return [b.text for page in parsed.pages for b in page.blocks if b.kind == "row"]


def widths_of(grid, width=460.0):
    return [width / len(grid[0])] * len(grid[0])


def draw(canvas, grid, *, top, widths, left=60.0, down=True, across=True, sides=True, bold=True, leading=0.0):
    """Draw a table's cells from `top` downwards, with the lines asked for; the y below it."""
    xs = [left + sum(widths[:n]) for n in range(len(widths) + 1)]
    y = top
    for number, row in enumerate(grid):
        canvas.setFont("Helvetica-Bold" if bold and number == 0 else "Helvetica", 9)
        spans = [next((n for n in range(at + 1, len(row)) if row[n] != SIDEWAYS), len(row)) for at in range(len(row))]
        lines = [
            wrapped(text, xs[end] - xs[at] - 8) if text != SIDEWAYS else []
            for at, (text, end) in enumerate(zip(row, spans, strict=True))
        ]
        height = 11 * max(1, *map(len, lines)) + leading
        for at, own in enumerate(lines):
            for n, text in enumerate(own):
                canvas.drawString(xs[at] + 4, y - 9 - 11 * n, text)
        if across:
            canvas.line(xs[0], y, xs[-1], y)
            canvas.line(xs[0], y - height, xs[-1], y - height)
        if down:
            for at, x in enumerate(xs):
                inner = 0 < at < len(row)
                if (sides or inner) and not (inner and row[at] == SIDEWAYS):
                    canvas.line(x, y, x, y - height)
        y -= height
    return y


def wrapped(text, width):
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, "Helvetica", 9) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines if text else []


def in_pdf(path, grid):
    canvas = Canvas(str(path), pagesize=A4)
    draw(canvas, grid, top=760, widths=widths_of(grid), leading=4)
    canvas.save()
    return read_pdf(path)


def in_word(path, grid):
    document = docx.Document()
    table = document.add_table(len(grid), len(grid[0]))
    for number, row in enumerate(grid):
        for at, text in enumerate(row):
            if text != SIDEWAYS:
                end = next((n for n in range(at + 1, len(row)) if row[n] != SIDEWAYS), len(row)) - 1
                merged = table.cell(number, at).merge(table.cell(number, end)) if end > at else table.cell(number, at)
                merged.text = text
    document.save(str(path))
    return read_word(path)


def in_excel(path, grid):
    book = openpyxl.Workbook()
    for row in grid:
        book.active.append([None if text in ("", SIDEWAYS) else text for text in row])
    for number, row in enumerate(grid, start=1):
        for at, text in enumerate(row):
            end = next((n for n in range(at + 1, len(row)) if row[n] != SIDEWAYS), len(row))
            if text != SIDEWAYS and end > at + 1:
                book.active.merge_cells(start_row=number, end_row=number, start_column=at + 1, end_column=end)
    book.save(path)
    return read_sheet(path)


@pytest.mark.parametrize(("write", "ending"), [(in_pdf, ".pdf"), (in_word, ".docx"), (in_excel, ".xlsx")])
@pytest.mark.parametrize("name", MERGED)
def test_a_cell_merged_sideways_stands_under_each_of_its_headings(tmp_path, write, ending, name):
    grid, expected = MERGED[name]
    assert rows_in(write(tmp_path / f"å{ending}", grid)) == expected


def test_a_row_with_one_filled_cell_is_found_word_for_word_on_its_page(tmp_path):
    path = tmp_path / "signeringslista.pdf"
    quoted = rows_in(in_pdf(path, MERGED["en ruta i ett formulär"][0]))
    assert all(is_verbatim(row, plain_text(path, 1)) for row in quoted)


STEPS = [
    ["Steg", "Gör så här", "Ansvarig"],
    ["1", "Kontrollera andning och puls. Ring 112 om den enskilde inte svarar", "Den som hittar"],
    ["2", "Ring tjänstgörande sjuksköterska och berätta vad som hänt", "Undersköterska"],
    ["3", "Dokumentera i journalen", "Sjuksköterska"],
]


@pytest.mark.parametrize("repeated", [True, False], ids=["heading again", "heading once"])
def test_a_row_that_goes_on_over_a_page_break_is_one_to_search_and_two_to_quote(tmp_path, repeated):
    path = tmp_path / "stegen.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    widths = widths_of(STEPS)
    canvas.drawString(60, 780, "Så här gör du när någon har fallit i hemmet.")
    first = [*STEPS[:2], ["2", "Ring tjänstgörande sjuksköterska och", "Undersköterska"]]
    draw(canvas, first, top=760, widths=widths, leading=4)
    canvas.showPage()
    rest = [["", "berätta vad som hänt", ""], STEPS[3]]
    draw(canvas, [STEPS[0], *rest] if repeated else rest, top=780, widths=widths, leading=4, bold=repeated)
    canvas.save()
    pages = read_pdf(path).pages
    assert [[b.text for b in page.blocks if b.kind == "row"] for page in pages] == [
        [
            "Steg: 1 | Gör så här: Kontrollera andning och puls. Ring 112 om den enskilde inte svarar | "
            "Ansvarig: Den som hittar",
            "Steg: 2 | Gör så här: Ring tjänstgörande sjuksköterska och | Ansvarig: Undersköterska",
        ],
        ["berätta vad som hänt", "Steg: 3 | Gör så här: Dokumentera i journalen | Ansvarig: Sjuksköterska"],
    ]
    chunks = list(chunk(Document("stegen.pdf", "", pages, Standing()), size=1100, longest_list=1900))
    wholes = {unit.whole for part in chunks for unit in part.units if unit.whole}
    (whole,) = wholes
    assert "sjuksköterska och" in whole and whole.endswith("berätta vad som hänt")
    assert sum(unit.whole == whole for part in chunks for unit in part.units) == 2


def test_a_new_row_on_the_next_page_is_not_joined_to_the_last(tmp_path):
    path = tmp_path / "matris.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    head = ["Område", "Uppgift", "Vem"]
    draw(canvas, [head, ["Natt", "Bär larmtelefonen", "Natt 1"]], top=760, widths=widths_of([head]), leading=4)
    canvas.showPage()
    draw(canvas, [["", "Låser ytterdörren", "Natt 3"]], top=780, widths=widths_of([head]), leading=4, bold=False)
    canvas.save()
    assert rows_in(read_pdf(path))[-1] == "Uppgift: Låser ytterdörren | Vem: Natt 3"


LOOSE = {
    "kontakter": [
        ["Vem", "Telefon", "När"],
        ["Sjuksköterska Björkgården", "0555-10 20 43", "Vardagar 07.00–16.30"],
        ["Chef i beredskap", "0555-10 20 60", "Vardagar 16.30–22.00, helg 08.00–22.00"],
        ["Polisen, ej akut", "114 14", "Dygnet runt"],
    ],
    "steg": [*STEPS, ["4", "Skriv avvikelse samma arbetspass och meddela enhetschefen", "Den som hittar"]],
    "tider": [
        ["Åtgärd", "Senast", "Vem"],
        ["Riskbedömning fall", "14 dagar", "Arbetsterapeut"],
        ["Genomförandeplan", "21 dagar", "Fast omsorgskontakt"],
        ["Läkemedelsgenomgång", "12 månader", "Läkare"],
        ["Uppföljning", "6 månader", "Enhetschef"],
    ],
    "ord": [
        ["Begrepp", "Betydelse"],
        ["Delegering", "Att överlåta en medicinsk arbetsuppgift till den som saknar behörighet för den"],
        ["Egenvård", "Åtgärd som man kan utföra själv"],
        ["SIP", "Samordnad individuell plan"],
    ],
}
LINES = {
    "none": {"down": False, "across": False},
    "horizontal": {"down": False},
    "open sides": {"sides": False},
}


def expected(grid):
    return [" | ".join(f"{h}: {t}" for h, t in zip(grid[0], row, strict=True) if t) for row in grid[1:]]


@pytest.mark.parametrize("leading", [0.0, 6.0], ids=["close", "airy"])
@pytest.mark.parametrize("lines", ["none", "horizontal", "open sides"])
@pytest.mark.parametrize("name", LOOSE)
def test_a_table_with_few_lines_or_none_keeps_its_headings(tmp_path, name, lines, leading):
    path = tmp_path / "tabell.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawString(60, 800, "Tabellen visar vad som gäller på enheten under året.")
    bottom = draw(canvas, LOOSE[name], top=770, widths=widths_of(LOOSE[name]), leading=leading, **LINES[lines])
    canvas.drawString(60, bottom - 40, "Efter tabellen fortsätter texten med en mening som går över hela sidans bredd.")
    canvas.save()
    parsed = read_pdf(path)
    assert rows_in(parsed) == expected(LOOSE[name])
    said = [b.text for b in parsed.pages[0].blocks if b.kind != "row"]
    assert [text[:8] for text in said] == ["Tabellen", "Efter ta"]


def test_a_table_without_a_sure_heading_keeps_its_rows_and_gets_none(tmp_path):
    path = tmp_path / "lista.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    grid = [
        ["Anna Ek", "0555-10 20 11", "Björkgården"],
        ["Bo Gren", "0555-10 20 12", "Hemtjänst norr"],
        ["Cia Lind", "0555-10 20 13", "Lönnen"],
    ]
    draw(canvas, grid, top=770, widths=widths_of(grid), down=False, across=False, bold=False)
    canvas.save()
    assert rows_in(read_pdf(path)) == [" | ".join(row) for row in grid]


def test_columns_of_prose_and_numbered_steps_are_no_tables(tmp_path):
    path = tmp_path / "text.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    prose = (
        "Enhetschefen ansvarar för att rutinen är känd och följs av alla som arbetar på enheten och för att den "
        "ses över varje år tillsammans med sjuksköterskan och de ombud som finns där."
    )
    canvas.setFont("Helvetica", 9)
    for column in (60, 320):
        for number, line in enumerate(wrapped(prose, 220)):
            canvas.drawString(column, 770 - 11 * number, line)
    for number in range(1, 5):
        canvas.drawString(60, 640 - 16 * number, f"{number}.")
        canvas.drawString(90, 640 - 16 * number, f"Gör det som står i punkt {number} och signera sedan.")
    canvas.save()
    assert rows_in(read_pdf(path)) == []


def test_a_heading_row_alone_is_not_lost(tmp_path):
    path = tmp_path / "rubrik.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    draw(canvas, [["Kväll 0555-1", "Natt 0555-2", "Helg 0555-3"]], top=760, widths=[100.0] * 3, leading=4)
    canvas.drawString(60, 600, "Ring i första hand den som står i tabellen ovanför.")
    canvas.save()
    assert rows_in(read_pdf(path)) == ["Kväll 0555-1 | Natt 0555-2 | Helg 0555-3"]


def test_a_heading_that_is_told_again_is_no_row_and_leaves_the_rest_of_a_row():
    headers = ["Uppgift", "Vem", "Hur"]
    rows, _ = table_blocks([["Larm", "USK", "Ring"], headers, ["Fall", "SSK", "Bedöm"]], headers=headers, group=1)
    assert [row.text for row in rows] == [
        "Uppgift: Larm | Vem: USK | Hur: Ring",
        "Uppgift: Fall | Vem: SSK | Hur: Bedöm",
    ]
    assert without_head([["Uppgift", "Vem", "Hur och ring läkare"], ["Ö", "SSK", "Ring"]], headers) == [
        ["", "", "och ring läkare"],
        ["Ö", "SSK", "Ring"],
    ]
