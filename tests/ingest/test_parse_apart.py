"""Tables in plain text: what is a row below its headings, what a row as printed, and what no table."""

import pytest

from ingest.parse.apart import text_tables
from ingest.parse.text import read_text


def rows_of(path, text):
    path.write_text(text, encoding="utf-8")
    return [(b.kind, b.text) for page in read_text(path).pages for b in page.blocks]


def test_columns_kept_apart_by_spaces_are_read_below_their_headings(tmp_path):
    text = (
        "Tabell 1. Utbildning\nNr  Moment  Längd  Ansvarig\n1  Lex Sarah och avvikelser  3 timmar  SAS\n"
        "2  Brandskydd  halv dag  Säkerhetssamordnaren\n\nAlla moment ska vara klara före årets slut.\n"
    )
    assert rows_of(tmp_path / "å.txt", text) == [
        ("paragraph", "Tabell 1. Utbildning"),
        ("row", "Nr: 1 | Moment: Lex Sarah och avvikelser | Längd: 3 timmar | Ansvarig: SAS"),
        ("row", "Nr: 2 | Moment: Brandskydd | Längd: halv dag | Ansvarig: Säkerhetssamordnaren"),
        ("paragraph", "Alla moment ska vara klara före årets slut."),
    ]


def test_columns_without_a_sure_heading_get_none(tmp_path):
    text = "Anna Ek\t0555-10 20 11\nBo Gren\t0555-10 20 12\nCia Lind\t0555-10 20 13\n"
    assert rows_of(tmp_path / "ä.txt", text) == [
        ("row", "Anna Ek | 0555-10 20 11"),
        ("row", "Bo Gren | 0555-10 20 12"),
        ("row", "Cia Lind | 0555-10 20 13"),
    ]


def test_rows_that_end_in_figures_stay_rows_as_they_are_printed(tmp_path):
    text = (
        "Enhet Signerat i tid Inte signerat alls\nHammargården 95,1 % 0,7 %\nÄngstorp 93,8 % 1,3 %\n"
        "Stenkullen 97,0 % 0,4 %\nDet är tydligt att resultatet är bäst på den minsta enheten.\n"
    )
    assert [text for kind, text in rows_of(tmp_path / "ö.txt", text) if kind == "row"] == [
        "Hammargården 95,1 % 0,7 %",
        "Ängstorp 93,8 % 1,3 %",
        "Stenkullen 97,0 % 0,4 %",
    ]


def test_a_cell_a_line_below_a_caption_is_a_table_and_loses_no_figure(tmp_path):
    text = (
        "Tabell 1. Övertag den 1 september\n\nEnhet\nPersoner\nVarav med insulin\nHammargården\n46\n7\nStenkullen\n"
        "19\n2\nLärkan\n11\n3\nI hemtjänsten saknas bedömning i 37 fall.\n"
    )
    assert rows_of(tmp_path / "é.txt", text)[1:] == [
        ("row", "Enhet: Hammargården | Personer: 46 | Varav med insulin: 7"),
        ("row", "Enhet: Stenkullen | Personer: 19 | Varav med insulin: 2"),
        ("row", "Enhet: Lärkan | Personer: 11 | Varav med insulin: 3"),
        ("paragraph", "I hemtjänsten saknas bedömning i 37 fall."),
    ]


def test_particulars_kept_apart_by_spaces_are_fields(tmp_path):
    path = tmp_path / "rutin.txt"
    path.write_text(
        "Fallrutin\n\nVersion:    3\nGäller från:   2024-03-12\nDokumentansvarig:  MAS\n\nRing 112.\n", "utf-8"
    )
    assert ("Gäller från", "2024-03-12") in read_text(path).fields


@pytest.mark.parametrize(
    "text",
    [
        "Så gjorde vi                      urvalet av enheter är\nintervjuerna spelades in          inte slumpmässigt\n"
        "och skrevs ut i sin helhet        gjordes av oss efter\nav ett externt företag            dialog med alla",
        "Norrviks kommun   Rutin   Sida 1 (9)\nText om ansvar.\nNorrviks kommun   Rutin   Sida 2 (9)",
        "Vi ringde 3 4\nsedan kom svaret.",
        "Tabell 1. Svar\nEnhet\nAntal\nLärkan\n11\n12\nTallen\n9",
    ],
    ids=["prose beside prose", "running lines", "two figures in prose", "a row that is not like the others"],
)
def test_what_is_no_table_is_left_alone(text):
    assert text_tables(text.split("\n")) == []


@pytest.mark.parametrize("space", ["\n", "\n\n"])
def test_the_first_row_below_a_caption_is_the_heading(tmp_path, space):
    table = "Fordon   Laddas            Ställs\nElbil    Vid hälften       Plan 2\nCykel    Efter varje pass  Förråd\n"
    captioned = rows_of(tmp_path / "å.txt", f"Tabell 1. Laddning{space}{table}")
    assert captioned[1] == ("row", "Fordon: Elbil | Laddas: Vid hälften | Ställs: Plan 2")
    assert rows_of(tmp_path / "ö.txt", table)[0] == ("row", "Fordon | Laddas | Ställs")


def test_a_markdown_table_within_plain_text():
    text = "Så här ringer ni:\n\n| När | Vem |\n|---|---|\n| Natt | Natt 1 |\n| Dag | Dag 2 |\n\nRing alltid."
    assert [table.grid for table in text_tables(text.split("\n"))] == [
        [["När", "Vem"], ["Natt", "Natt 1"], ["Dag", "Dag 2"]]
    ]
