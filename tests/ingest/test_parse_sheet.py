"""ingest/parse/sheet.py: workbooks into blocks."""

import openpyxl
import pytest

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse.sheet import MOST_ROWS, read_sheet


@pytest.fixture
def book():
    made = openpyxl.Workbook()
    made.active.title = "Ansvar"
    return made


def saved(book, tmp_path):
    path = tmp_path / "matris.xlsx"
    book.save(path)
    return path


def test_a_sheet_is_a_section_and_a_title_over_the_table_a_paragraph(book, tmp_path):
    for row in (["Vem får göra vad", None, None], ["Uppgift", "USK", "SSK"], ["Såromläggning", None, "X"]):
        book.active.append(row)

    assert list(read_sheet(saved(book, tmp_path)).pages[0].blocks) == [
        Block("heading", "Ansvar", level=1),
        Block("paragraph", "Vem får göra vad"),
        Block("row", "Uppgift: Såromläggning | SSK: X", group=1),
    ]


def test_two_tables_on_one_sheet_have_their_own_headers(book, tmp_path):
    for row in (["A", "B"], ["a1", "b1"], [], ["C", "D"], ["c1", "d1"]):
        book.active.append(row)

    assert list(read_sheet(saved(book, tmp_path)).pages[0].blocks)[1:] == [
        Block("row", "A: a1 | B: b1", group=1),
        Block("row", "C: c1 | D: d1", group=2),
    ]


def test_a_cell_merged_downwards_stands_in_every_row(book, tmp_path):
    for row in (["Område", "Uppgift", "Vem"], ["Natt", "Larm", "Natt 1"], [None, "Tillsyn", "Natt 2"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")

    assert list(read_sheet(saved(book, tmp_path)).pages[0].blocks)[1:] == [
        Block("row", "Område: Natt | Uppgift: Larm | Vem: Natt 1", group=1),
        Block("row", "Område: Natt | Uppgift: Tillsyn | Vem: Natt 2", group=1),
    ]


def test_a_hidden_sheet_is_told_and_not_read(book, tmp_path):
    book.active.append(["A", "B"])
    book.active.append(["a", "b"])
    hidden = book.create_sheet("Gammalt")
    hidden.append(["hemligt", "x"])
    hidden.sheet_state = "hidden"
    parsed = read_sheet(saved(book, tmp_path))

    assert parsed.warnings == ("bladet Gammalt är dolt och lästes inte",)
    assert not any("hemligt" in block.text for block in parsed.pages[0].blocks)


def test_a_stray_format_far_away_does_not_stop_the_reading(book, tmp_path):
    book.active.append(["A", "B"])
    book.active.append(["å", "ä"])
    book.active["XFD1000000"].font = openpyxl.styles.Font(bold=True)

    assert list(read_sheet(saved(book, tmp_path)).pages[0].blocks)[1:] == [Block("row", "A: å | B: ä", group=1)]


def test_a_value_too_far_away_is_refused(book, tmp_path):
    book.active.cell(MOST_ROWS + 1, 1).value = "x"
    with pytest.raises(Unreadable, match="gränsen är"):
        read_sheet(saved(book, tmp_path))


def test_an_empty_sheet_gives_its_heading_alone(book, tmp_path):
    assert list(read_sheet(saved(book, tmp_path)).pages[0].blocks) == [Block("heading", "Ansvar", level=1)]


def test_particulars_on_one_line_are_fields(book, tmp_path):
    book.active.append(["Dokumenttyp: Bilaga | Giltig till: 2029-12-31 | Dokumentansvarig: MAS"])
    for row in (["Uppgift", "SSK"], ["Ögondroppar", "U"]):
        book.active.append(row)
    assert read_sheet(saved(book, tmp_path)).fields == (
        ("Dokumenttyp", "Bilaga"),
        ("Giltig till", "2029-12-31"),
        ("Dokumentansvarig", "MAS"),
    )
