"""What a person reads in real files and a parser easily loses: notes, numbers, header tables, struck text, contents."""

from datetime import date, timedelta

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.corpus import Block, Page
from ingest.parse.header import header_table, without_repeated
from ingest.parse.html import read_html
from ingest.parse.markdown import read_markdown
from ingest.parse.parsed import Parsed
from ingest.parse.place import close_up, rows_of, text_of, without_note_marks
from ingest.parse.sheet import read_sheet
from ingest.parse.word import read_word
from ingest.standing import read_standing
from ingest.tables import head_of, table_blocks


def texts(parsed):
    return [block.text for page in parsed.pages for block in page.blocks]


def saved(document, tmp_path):
    document.save(tmp_path / "a.docx")
    return read_word(tmp_path / "a.docx")


def test_the_numbers_that_word_gives_steps_are_no_part_of_what_can_be_quoted(tmp_path):
    document = docx.Document()
    for text in ("Sätt dig i säkerhet.", "Larma 112."):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Därefter:")
    document.add_paragraph("ring chefen", style="List Bullet 2")
    parsed = saved(document, tmp_path)
    assert texts(parsed) == ["Sätt dig i säkerhet.", "Larma 112.", "Därefter:", "ring chefen"]
    assert parsed.pages[0].blocks[-1].level == 1


def test_headings_have_the_numbers_that_word_gives_them(tmp_path):
    document = docx.Document()
    numbered = document.styles["List Number"].element.pPr.numPr.numId.val
    for text, level in (("Ansvar", 1), ("Enhetschef", 2), ("Larm", 1)):
        heading = document.add_heading(text, level)
        if level == 1:
            heading._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = numbered
    assert texts(saved(document, tmp_path)) == ["1. Ansvar", "Enhetschef", "2. Larm"]


def test_struck_hidden_and_deleted_text_of_word_is_no_rule(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("Ring ")
    paragraph.add_run("90 000 ").font.strike = True
    paragraph.add_run("dolt ").font.hidden = True
    paragraph.add_run("112.")
    table = document.add_table(2, 2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["När", "Vem", "Genast", "Åsa"], strict=True):
        cell.text = text
    table._tbl.append(
        parse_xml(
            f"<w:tr {nsdecls('w')}><w:trPr><w:del w:id='1' w:author='x'/></w:trPr><w:tc><w:p><w:r>"
            "<w:delText>Sen</w:delText></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
        )
    )
    assert texts(saved(document, tmp_path)) == ["Ring 112.", "När: Genast | Vem: Åsa"]


def test_a_header_table_in_words_first_page_header_with_the_value_below_its_name(tmp_path):
    document = docx.Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    table = section.first_page_header.add_table(1, 3, width=5_000_000)
    pairs = [("Dokumenttyp", "Rutin"), ("Dokumentansvarig", "Åsa Ek"), ("Giltig t o m", "2025-11-20")]
    for cell, (name, value) in zip(table.rows[0].cells, pairs, strict=True):
        cell.text = name
        cell.add_paragraph(value)
    document.add_paragraph("Personalen larmar alltid.")
    assert list(saved(document, tmp_path).fields)[:3] == pairs


def test_cells_in_content_controls_are_read(tmp_path):
    document = docx.Document()
    rows = "".join(
        f"<w:tr><w:tc><w:p><w:r><w:t>{name}</w:t></w:r></w:p></w:tc><w:sdt><w:sdtContent><w:tc><w:p><w:r>"
        f"<w:t>{value}</w:t></w:r></w:p></w:tc></w:sdtContent></w:sdt></w:tr>"
        for name, value in (("Processägare", "Äldreomsorgschef"), ("Gäller för", "Hemtjänst"))
    )
    document.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}>{rows}</w:tbl>"))
    document.add_paragraph("Text.")
    assert saved(document, tmp_path).fields[:2] == (("Processägare", "Äldreomsorgschef"), ("Gäller för", "Hemtjänst"))


def test_paragraphs_that_tabs_make_a_table_of_are_rows(tmp_path):
    document = docx.Document()
    for text in ("Enhet:\tÅbrinken", "Funktion\tTelefon\tTid", "Jour\t0300-11\t21–07", "Låssmed\t0300-99\tdygnet runt"):
        document.add_paragraph(text)
    assert texts(saved(document, tmp_path)) == [
        "Enhet: Åbrinken",
        "Funktion: Jour | Telefon: 0300-11 | Tid: 21–07",
        "Funktion: Låssmed | Telefon: 0300-99 | Tid: dygnet runt",
    ]


def test_a_history_of_versions_is_no_rule():
    rows = [["Version", "Datum", "Ändring"], ["2", "2024-01-01", "Vikten tas varje månad"]]
    assert [block.group for block in table_blocks(rows, headers=None, group=4)[0]] == [-1]


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        (
            [["", "Kommun", "\ue000"], ["Uppgift", "Chef", "SSK"], ["Larm", "X", ""]],
            ["Uppgift", "Kommun – Chef", "Kommun – SSK"],
        ),
        (
            [["Mål", "Vardag", "\ue000", "Helg"], ["Mål", "Från", "Till", "Från"], ["Te", "7", "8", "9"]],
            ["Mål", "Vardag – Från", "Vardag – Till", "Helg – Från"],
        ),
    ],
    ids=["an empty corner", "a name below a heading of one column"],
)
def test_a_heading_of_two_rows(rows, head):
    assert head_of(rows)[0] == head


def test_excel_shows_dates_times_shares_and_tables_side_by_side(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Åtgärd", "Senast", "Andel", None, "Enhet", "Telefon"],
        ["Vårdplan", timedelta(hours=24), 0.95, None, "Ek", "0300-1"],
        ["Möte", date(2024, 3, 1), 1.5, None, "Al", "0300-2"],
    ):
        sheet.append(row)
    sheet["C2"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    assert texts(read_sheet(tmp_path / "a.xlsx"))[-4:] == [
        "Åtgärd: Vårdplan | Senast: 24:00 | Andel: 95 %",
        "Åtgärd: Möte | Senast: 2024-03-01 | Andel: 1,5",
        "Enhet: Ek | Telefon: 0300-1",
        "Enhet: Al | Telefon: 0300-2",
    ]


def test_web_pages_without_note_marks_and_struck_text_with_what_a_button_opens(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<body><p>Skriv avvikelse<sup><a href='#n'>1</a></sup>. Rummet är 20 m<sup>2</sup>. <s>Faxa.</s></p>"
        "<button aria-expanded='false'>Lex Maria</button><div hidden='until-found'><p>MAS anmäler.</p></div>"
        "<div hidden><p>Mall</p></div><dl><dt>Tillbud</dt><dd>Kunde ha lett till skada.</dd></dl></body>",
        encoding="utf-8",
    )
    assert texts(read_html(path)) == [
        "Skriv avvikelse. Rummet är 20 m2.",
        "Lex Maria",
        "MAS anmäler.",
        "Tillbud: Kunde ha lett till skada.",
    ]


def test_markdown_without_note_marks_boxes_and_struck_text(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        "[[_TOC_]]\n\nPersonalen ska[^1]:\n\n- [x] larma\n\n~~Fax.~~ Ring.\n\n[^1]: Även vikarier.\n", encoding="utf-8"
    )
    assert texts(read_markdown(path)) == ["Personalen ska:", "larma", "Ring.", "Även vikarier."]


def word(text, x0, *, top=100.0, size=10.0, width=None):
    right = x0 + (width or 5.0 * len(text))
    return {"text": text, "x0": x0, "x1": right, "top": top, "bottom": top + size, "size": size, "fontname": ""}


def test_the_mark_of_a_footnote_leaves_its_sentence_and_a_raised_unit_stays():
    row = [word("enheten", 0), word("1", 35.5, top=98, size=6, width=3), word(".", 39), word("10", 50), word("m", 62)]
    row += [word("2", 67.2, top=98, size=6, width=3)]
    assert text_of(without_note_marks(row)) == "enheten. 10 m2"


def test_a_raised_number_is_no_row_of_its_own():
    words = [word("Chefen", 0), word("3", 30.5, top=98.5, size=6, width=3), word("ansvarar", 36)]
    assert [text_of(row) for row in rows_of(words)] == ["Chefen 3 ansvarar"]


def test_letters_set_apart_are_words():
    row = [word(letter, at) for letter, at in zip("VIKTIGTATT", [0, 7, 14, 21, 28, 35, 42, 56, 63, 70], strict=True)]
    assert text_of(close_up(row)) == "VIKTIGT ATT"


def test_a_pdf_header_table_without_lines_has_names_above_or_beside():
    rows = [
        [word("Dokumenttyp", 0), word("Version", 200)],
        [word("Rutin", 0, top=112), word("5", 200, top=112)],
        [word("Fallrutin", 0, top=125, size=18)],
        [word("Dokumentägare", 0, top=160), word("Åsa Ek", 200, top=160)],
    ]
    rest, (table,) = header_table(rows)
    assert table[1] == [["Dokumenttyp:", "Rutin"], ["Version:", "5"], ["Dokumentägare:", "Åsa Ek"]]
    assert [text_of(row) for row in rest] == ["Fallrutin"]


def test_a_header_table_on_every_page_is_told_once():
    box, grid = (50.0, 20.0, 500.0, 60.0), [["Dokumenttyp:", "Rutin"], ["Version:", "5"]]
    logo = ((50.0, 20.0, 500.0, 60.0), [["Torps kommun", "Sida 1 (3)"]])
    own = ((50.0, 300.0, 500.0, 400.0), [["Roll", "Gör"], ["MAS", "Utreder"]])
    kept, edges = without_repeated([[(box, grid), logo], [(box, grid), logo, own], [(box, grid), logo]], [800.0] * 3)
    assert kept == [[(box, grid)], [own], []]
    assert edges == ("Torps kommun", "Sida 1 (3)")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            (("Giltighetstid", "2023-07-01 – 2025-06-30"),),
            {"valid_from": date(2023, 7, 1), "valid_until": date(2025, 6, 30)},
        ),
        (
            (("Gäller fr o m", "2024-03-01 t o m 2027-02-28"),),
            {"valid_from": date(2024, 3, 1), "valid_until": date(2027, 2, 28)},
        ),
        ((("giltig_från", "2024-09-01"),), {"valid_from": date(2024, 9, 1)}),
        ((("Ersätter", "–"), ("Beslutad av", "Saknas")), {"replaces": "", "decided_by": ""}),
        ((("Dokumentansvarig", "MAS"),), {"owner": "MAS", "valid_until": None}),
        ((("Version", "4.0 (ersätter version 3.1)"),), {"version": "4.0", "replaces": "version 3.1"}),
        (
            (("Version", "4.0 (ersätter version 3.1)"), ("Ersätter", "Rutin för larm")),
            {"version": "4.0", "replaces": "Rutin för larm"},
        ),
        ((("Version", "4 (ersätter 3.1.2)"),), {"version": "4", "replaces": "version 3.1.2"}),
        ((("Status", "Gällande. Ersätter version 2.1 från 2022"),), {"replaces": "version 2.1 från 2022"}),
        ((("Status", "Upphävd. Ersatt av version 4.0"),), {"status": "upphävd", "replaces": ""}),
    ],
)
def test_particulars_in_other_forms(fields, expected):
    standing = read_standing("a.pdf", Parsed((Page(1, (Block("heading", "Rutin för fall", level=1),)),), fields))
    assert {name: getattr(standing, name) for name in expected} == expected


@pytest.mark.parametrize(
    "title", ["untitled", "Microsoft Word - Dokument1.docx", "Mall rutin", "PowerPoint-presentation"]
)
def test_the_name_that_a_program_gives_is_no_title(title):
    parsed = Parsed((Page(1, (Block("row", "a: b", group=1),)),), title=title)
    assert read_standing("rutin-fall.pdf", parsed).title == "Rutin fall"


def test_two_signed_lines_at_the_end_tell_and_one_alone_does_not():
    body = tuple(Block("paragraph", f"Personalen följer punkt {number} varje dag.") for number in range(30))
    signed = (Block("paragraph", "Fastställd 2021-03-01 av MAS"), Block("paragraph", "Gäller t.o.m. 2022-03-01"))
    whole = read_standing("a.pdf", Parsed((Page(1, (*body, *signed)),)))
    assert (whole.decided_by, whole.decided_on, whole.valid_until) == ("MAS", date(2021, 3, 1), date(2022, 3, 1))
    assert read_standing("a.pdf", Parsed((Page(1, (*body, signed[1])),))).valid_until is None
