"""Cell accuracy: tables whose cells are known, written to PDF, Word and Excel and read back."""

import docx
import openpyxl
import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from ingest.parse.pdf import read_pdf
from ingest.parse.sheet import read_sheet
from ingest.parse.word import read_word
from ingest.tables import head_of

BODY = getSampleStyleSheet()["BodyText"]
LEAST = 0.99
TABLES = {
    "roll och uppgift": [
        ["Uppgift", "USK", "SSK", "Läkare"],
        ["Insulin, given dos", "Delegerad", "X", ""],
        ["Såromläggning", "", "X", ""],
        ["Ordination", "", "", "X"],
        ["Ögondroppar", "X", "X", ""],
    ],
    "kontakter": [
        ["Vem", "Nummer", "När"],
        ["Sjuksköterska Björkgården", "0555-10 20 43", "Vardagar 07.00–16.30"],
        ["Chef i beredskap", "0555-10 20 60", "Vardagar 16.30–22.00, helg 08.00–22.00"],
        ["Polisen, ej akut", "114 14", "Dygnet runt"],
    ],
    "långa celler": [
        ["Steg", "Gör så här", "Ansvarig"],
        [
            "1",
            "Kontrollera medvetande, andning och puls. Ring 112 om den enskilde inte svarar, och därefter "
            "tjänstgörande sjuksköterska som bedömer om läkare ska kontaktas.",
            "Den som hittar den enskilde",
        ],
        ["2", "Dokumentera händelsen i journalen samma arbetspass.", "Omvårdnadsansvarig sjuksköterska"],
    ],
    "två kolumner": [
        ["Begrepp", "Betydelse"],
        ["Delegering", "Att överlåta en medicinsk arbetsuppgift – personligt och tidsbegränsat"],
        ["Egenvård", "Åtgärd som legitimerad personal bedömt att man kan utföra själv"],
        ["SIP", "Samordnad individuell plan"],
    ],
    "många kolumner": [
        ["Kod", "Mån", "Tis", "Ons", "Tors", "Fre", "Lör", "Sön"],
        ["D1", "07", "07", "07", "07", "07", "08", "08"],
        ["K2", "14", "14", "", "14", "14", "15", ""],
        ["N3", "21", "", "21", "21", "21", "21", "21"],
    ],
    "tomma celler": [
        ["Läkemedel", "Narkotika", "Kontroll", "Åtgärd"],
        ["Morfin", "Ja", "Varje dygn", ""],
        ["Alvedon", "", "", "Ingen"],
        ["Stesolid", "Ja", "", "Räknas"],
    ],
    "siffror och datum": [
        ["Version", "Datum", "Ändring", "Beslut"],
        ["1.0", "2023-01-15", "Ny riktlinje", "VON § 12"],
        ["2.0", "2025-03-01", "Avsnitt 4.2 ändrat, 1 000 kr", "VON § 7/2025"],
    ],
    "en lång tabell": [
        ["Nr", "Uppgift", "Vem"],
        *([str(n), f"Åtgärd nummer {n}", f"Natt {n % 3 + 1}"] for n in range(1, 70)),
    ],
}
# A first column merged downwards: (column, first row, last row), counted from 0 with the headers.
MERGED = {
    "område över rader": (
        [
            ["Område", "Uppgift", "Vem"],
            ["Natt", "Bär larmtelefonen", "Natt 1"],
            ["Natt", "Låser ytterdörren", "Natt 3"],
            ["Dag", "Tar emot läkare", "Sjuksköterska"],
            ["Dag", "Beställer läkemedel", "Sjuksköterska"],
        ],
        [(1, 2), (3, 4)],
    ),
    "en roll, tre steg": (
        [
            ["Roll", "Ansvar", "Frist"],
            ["Enhetschef", "Utreder avvikelsen", "14 dagar"],
            ["Enhetschef", "Återkopplar på APT", "30 dagar"],
            ["Enhetschef", "Följer upp åtgärden", "6 månader"],
        ],
        [(1, 3)],
    ),
}


def expected(rows):
    headers = rows[0]
    return [{h: c for h, c in zip(headers, row, strict=True) if c} for row in rows[1:]]


def read_back(parsed, headers):
    """Rows as dictionaries: "header: cell | header: cell" taken apart at the known headers."""
    found = []
    for block in (block for page in parsed.pages for block in page.blocks if block.kind == "row"):
        cells = {}
        for part in block.text.split(" | "):
            header, _, text = part.partition(": ")
            if header in headers:
                cells[header] = text
        found.append(cells)
    return found


def in_pdf(path, rows, merged=(), *, before=0):
    cells = [[Paragraph(c, BODY) if len(c) > 30 else c for c in row] for row in rows]
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    for first, last in merged:
        style.append(("SPAN", (0, first), (0, last)))
        for row in range(first + 1, last + 1):
            cells[row][0] = ""
    widths = [470 / len(rows[0])] * len(rows[0])
    text = [Paragraph("Text före tabellen.", BODY)] * before
    SimpleDocTemplate(str(path)).build([*text, Table(cells, colWidths=widths, style=TableStyle(style), repeatRows=1)])
    return read_pdf(path)


def in_word(path, rows, merged=(), *, before=0):
    document = docx.Document()
    for _ in range(before):
        document.add_paragraph("Text före tabellen.")
    table = document.add_table(len(rows), len(rows[0]))
    for places, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(places.cells, texts, strict=True):
            cell.text = text
    for first, last in merged:
        for row in range(first + 1, last + 1):
            table.cell(row, 0).text = ""
        joined = table.cell(first, 0).merge(table.cell(last, 0))
        joined.text = rows[first][0]
    document.save(str(path))
    return read_word(path)


def in_excel(path, rows, merged=(), *, before=0):
    book = openpyxl.Workbook()
    for _ in range(before):
        book.active.append(["Text före tabellen."])
        book.active.append([])
    for row in rows:
        book.active.append([c or None for c in row])
    for first, last in merged:
        book.active.merge_cells(
            start_row=first + 1 + 2 * before, end_row=last + 1 + 2 * before, start_column=1, end_column=1
        )
    book.save(path)
    return read_sheet(path)


WRITERS = {".pdf": in_pdf, ".docx": in_word, ".xlsx": in_excel}
KNOWN = [
    *((name, rows, (), before) for name, rows in TABLES.items() for before in (0, 2 if len(rows) < 10 else 25)),
    *((name, rows, merged, 0) for name, (rows, merged) in MERGED.items()),
]


@pytest.mark.parametrize("ending", WRITERS)
def test_cells_are_read_where_they_stand(tmp_path, ending):
    right = total = 0
    wrong = []
    for number, (name, rows, merged, before) in enumerate(KNOWN):
        parsed = WRITERS[ending](tmp_path / f"{number}{ending}", rows, merged, before=before)
        wanted, found = expected(rows), read_back(parsed, rows[0])
        assert len(found) == len(wanted), name  # no row is added and none is lost
        total += sum(map(len, wanted))
        for place, row in enumerate(wanted):
            got = found[place]
            right += sum(got.get(header) == text for header, text in row.items())
            if got != row:
                wrong.append((name, row, got))
    assert len(KNOWN) * len(WRITERS) >= 25
    assert right / total >= LEAST, wrong[:10]


def test_a_word_that_runs_over_its_cell_stays_whole_where_it_starts(tmp_path):
    path = tmp_path / "trång.pdf"
    page = canvas.Canvas(str(path))
    for x in (50, 120, 190):
        page.line(x, 700, x, 760)
    for y in (700, 730, 760):
        page.line(50, y, 190, y)
    for x, y, text in (
        (54, 740, "Åtgärd"),
        (124, 740, "Tid"),
        (54, 716, "Biståndshandläggare"),
        (124, 704, "6 månader"),
    ):
        page.drawString(x, y, text)
    page.save()
    (row,) = [block.text for block in read_pdf(path).pages[0].blocks if block.kind == "row"]
    assert row == "Åtgärd: Biståndshandläggare | Tid: 6 månader"


TWO_LEVELS = [
    ["Uppgift", "Dagtid", "", "Natt"],
    ["", "Vardag", "Helg", ""],
    ["Larm", "Undersköterska", "Natt 1", "Natt 2"],
    ["Låsa", "Enhetschef", "", "Natt 3"],
]


def two_levels_in_pdf(path):
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (3, 1))]
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), *spans]
    SimpleDocTemplate(str(path)).build([Table(TWO_LEVELS, style=TableStyle(style))])
    return read_pdf(path)


def two_levels_in_word(path):
    document = docx.Document()
    table = document.add_table(4, 4)
    for places, texts in zip(table.rows, TWO_LEVELS, strict=True):
        for cell, text in zip(places.cells, texts, strict=True):
            cell.text = text
    for one, other in (((0, 1), (0, 2)), ((0, 0), (1, 0)), ((0, 3), (1, 3))):
        table.cell(*one).merge(table.cell(*other))
    document.save(str(path))
    return read_word(path)


def two_levels_in_excel(path):
    book = openpyxl.Workbook()
    for row in TWO_LEVELS:
        book.active.append([text or None for text in row])
    for merged in ("A1:A2", "B1:C1", "D1:D2"):
        book.active.merge_cells(merged)
    book.save(path)
    return read_sheet(path)


@pytest.mark.parametrize(
    ("write", "ending"), [(two_levels_in_pdf, ".pdf"), (two_levels_in_word, ".docx"), (two_levels_in_excel, ".xlsx")]
)
def test_a_header_cell_over_several_columns_is_told_apart_by_the_row_below(tmp_path, write, ending):
    rows = [b.text for page in write(tmp_path / f"å{ending}").pages for b in page.blocks if b.kind == "row"]
    assert rows == [
        "Uppgift: Larm | Dagtid – Vardag: Undersköterska | Dagtid – Helg: Natt 1 | Natt: Natt 2",
        "Uppgift: Låsa | Dagtid – Vardag: Enhetschef | Natt: Natt 3",
    ]


def test_a_header_cell_left_empty_takes_no_row_of_the_table_for_its_own():
    rows = [["Uppgift", "", "Vem"], ["Larm", "direkt", "Alla"], ["Lås", "", "Natt"]]
    assert head_of(rows) == (rows[0], rows[1:])
    assert head_of(rows[:1]) == (rows[0], [])
    assert head_of([]) == ([], [])
