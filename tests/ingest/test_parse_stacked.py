"""ingest/parse/stacked.py and apart.py: tables of plain text that have lost their columns."""

import pytest

from ingest.labels import pairs_of
from ingest.parse.apart import tabbed_tables, text_tables
from ingest.parse.text import read_text

FIRST = [
    "Rutin för larm och nycklar",
    *[f"Mening {number} om larm och åtgärder på enheten." for number in range(45)],
    "",
]


def grids(lines):
    return [table.grid for table in text_tables(lines)]


def stacked(text):
    """The lines of a text whose cells stand one a line, below an empty line."""
    return ["", *text.split(" ¦ "), ""]


@pytest.mark.parametrize(
    ("text", "head", "last"),
    [
        (
            "Moment ¦ Sjuksköterska ¦ Vårdbiträde ¦ Dela dosett ¦ Ja ¦ Nej ¦ Ge ögondroppar ¦ Ja ¦ Ja, efter delegering"
            " ¦ Byta plåster ¦ Ja ¦ Nej",
            ["Moment", "Sjuksköterska", "Vårdbiträde"],
            ["Byta plåster", "Ja", "Nej"],
        ),
        (
            "Uppgift ¦ MAS ¦ Enhetschef ¦ Ta fram rutin ¦ A, U ¦ I ¦ Loggkontroll ¦ I ¦ U ¦ Introduktion ¦ – ¦ A",
            ["Uppgift", "MAS", "Enhetschef"],
            ["Introduktion", "–", "A"],
        ),
        (
            "Produkt ¦ Intervall ¦ Beställs av ¦ Taklyft ¦ 12 månader ¦ Enhetschef ¦ Sele ¦ 6 månader ¦ Rehabombud"
            " ¦ Vagn ¦ Minst var 24 månad ¦ Enhetschef",
            ["Produkt", "Intervall", "Beställs av"],
            ["Vagn", "Minst var 24 månad", "Enhetschef"],
        ),
        (
            "Typ ¦ 2023 ¦ 2024 ¦ Fall ¦ 1 248 ¦ 1 316 ¦ Läkemedel ¦ 894 ¦ 937 ¦ Trycksår ¦ 41 ¦ –",
            ["Typ", "2023", "2024"],
            ["Trycksår", "41", "–"],
        ),
        (
            "Grad ¦ Namn ¦ Åtgärd ¦ 1 ¦ Ingen ¦ Läses ¦ 2 ¦ Måttlig ¦ Analyseras ¦ 3 ¦ Stor ¦ Utreds",
            ["Grad", "Namn", "Åtgärd"],
            ["3", "Stor", "Utreds"],
        ),
    ],
    ids=["yes and no", "letters", "intervals", "years as headings", "a counting column"],
)
def test_cells_one_a_line_are_rows_where_columns_tell(text, head, last):
    (grid,) = grids(stacked(text))
    assert grid[0] == head
    assert grid[-1] == last
    assert len(grid) == 4


@pytest.mark.parametrize(
    "text",
    [
        "Uppgift ¦ SSK ¦ USK ¦ Chef ¦ Byta batteri ¦ X ¦ X ¦ Spärra nyckel ¦ X ¦ X ¦ Beställa larm ¦ X ¦ X",
        "Ärende ¦ Vem ¦ Hur ¦ Kund syns inte ¦ Växeln ¦ Radio ¦ Sjuk personal ¦ Chefen ¦ 0199-554 33"
        " ¦ Nyckel borta ¦ Växeln",
        "Moment ¦ Sjuksköterska ¦ Vårdbiträde ¦ Dela dosett ¦ Ja ¦ Nej ¦ Ge droppar ¦ Ja ¦ Byta plåster ¦ Ja ¦ Nej",
        "Uppgift ¦ MAS ¦ Enhetschef ¦ Ta fram rutin och ¦ sprida den ¦ A ¦ I ¦ Loggkontroll ¦ I ¦ U ¦ Fall ¦ I ¦ U",
    ],
    ids=["crosses without empty cells", "words alone", "a cell is missing", "a cell over two lines"],
)
def test_nothing_stands_under_a_heading_where_rows_are_not_sure(text):
    assert all(not any(grid[0]) for grid in grids([*FIRST, *stacked(text)]))


def test_cells_whose_rows_are_not_sure_are_kept_together(tmp_path):
    cells = "Ärende ¦ Vem ringer jag ¦ Hur ¦ Kund syns inte ¦ Växeln ¦ Radio kanal 4 ¦ Bil står still ¦ Vägen ¦ Kort"
    path = tmp_path / "a.txt"
    path.write_text("\n".join([*FIRST, *stacked(cells), "Alla ska känna till rutinen."]), encoding="utf-8")
    rows = [block.text for block in read_text(path).pages[0].blocks if block.kind == "row"]
    assert rows == [cells.replace(" ¦ ", " | ")]


def test_a_heading_stands_above_a_stacked_table_and_belongs_to_no_row(tmp_path):
    table = "Bilaga 1 Kontakter ¦ Funktion ¦ Telefon ¦ MAS ¦ 0291-55 40 ¦ Jour ¦ 0291-55 41 ¦ Växel ¦ 0291-55 00"
    (grid,) = grids(stacked(table))
    assert grid[0] == ["Funktion", "Telefon"]


def test_a_stacked_header_table_is_the_documents_own(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "Torps kommun\n\nDokumentnamn\nVälfärdsteknik\nFastställd av\nKommunstyrelsen\nErsätter\n"
        "Gäller från\n2024-07-01\n"
        "Dokumentansvarig\nStrateg,\nÅsa Ek\nGäller för\nHemtjänst\n\nInledning\n\nTekniken är frivillig för alla.\n",
        encoding="utf-8",
    )
    parsed = read_text(path)
    assert [pair for pair in parsed.fields if pair[1]] == [
        ("Dokumentnamn", "Välfärdsteknik"),
        ("Fastställd av", "Kommunstyrelsen"),
        ("Gäller från", "2024-07-01"),
        ("Dokumentansvarig", "Strateg, Åsa Ek"),
        ("Gäller för", "Hemtjänst"),
    ]
    assert next(block.text for block in parsed.pages[0].blocks if block.group != -1) == "Torps kommun"


def test_empty_cells_stay_empty_below_headings_that_stand_straight_above():
    lines = [
        "Uppgift              Sjuksköterska   Undersköterska   Enhetschef",
        "Kvittera nyckel                      X",
        "Byta batteri         X               X",
        "som laddas",
        "Beställa larm                                         X",
    ]
    (grid,) = grids(lines)
    assert grid[1:] == [
        ["Kvittera nyckel", "", "X", ""],
        ["Byta batteri som laddas", "X", "X", ""],
        ["Beställa larm", "", "", "X"],
    ]


def test_a_cell_that_stands_between_two_headings_is_under_neither():
    lines = [
        "Uppgift          Sjuksköterska     Chef",
        "Byta batteri                    X",
        "Beställa larm    X                 X",
    ]
    assert all(not any(grid[0]) for grid in grids(lines))


def test_tabs_keep_empty_cells():
    lines = ["Uppgift\tMAS\tChef", "Ta fram rutin\tX\t", "Informera\t\tX"]
    assert [table.grid for table in tabbed_tables(lines)] == [
        [["Uppgift", "MAS", "Chef"], ["Ta fram rutin", "X", ""], ["Informera", "", "X"]]
    ]


def test_tabs_that_only_reach_a_column_make_no_empty_cell():
    lines = ["Ärende\t\tVem\tNär", "Fall\t\tJour\tgenast", "Ett längre ärende\tChef\tsamma dag\t"]
    assert all("" not in row[1:] for table in tabbed_tables(lines) for row in table.grid if any(row))


PAGES = [
    f"Undersköterskan ska kontakta sjuksköterskan vid punkt {number} och\n"
    + "".join(f"Det gäller även fall {number}.{line} som beskrivs i rutinen.\n" for line in range(12))
    for number in range(1, 5)
]


@pytest.mark.parametrize(
    "footer",
    [
        "Torps kommun | Rutin fall | Dnr ON 2024/7 | Version 3.1 | Sida {} (12)",
        "{} Torps kommun Rutin fall Dnr ON 2024/7 Version 3.1",
        "Torps kommun Rutin fall Dnr ON 2024/7 Version 3.1\nSida {}",
        "Torps kommun Rutin fall Dnr ON 2024/7 Version 3.1\n{}/12",
    ],
    ids=["in the line", "before it", "below it", "slash"],
)
def test_what_every_page_repeats_is_taken_out_of_text_without_form_feeds_and_used(tmp_path, footer):
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{page}\n{footer.format(n)}\n\n" for n, page in enumerate(PAGES, 1)), encoding="utf-8")
    parsed = read_text(path)
    text = " ".join(block.text for block in parsed.pages[0].blocks)
    assert "Torps" not in text and "Sida" not in text and "/12" not in text
    assert ("Version", "3.1") in [(name, value.split()[0]) for name, value in pairs_of(parsed.edges)]
    assert text.count("gäller även fall") == 48


def test_a_sentence_that_is_said_three_times_stays(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "\n\n".join(f"{page}Sjuksköterskan kontaktas alltid vid minsta tvekan." for page in PAGES), encoding="utf-8"
    )
    text = " ".join(block.text for block in read_text(path).pages[0].blocks)
    assert text.count("vid minsta tvekan") == 4
