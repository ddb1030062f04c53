"""ingest/workplace.py: the enhet whose own rutin a document is."""

from pathlib import PurePosixPath

import pytest

from ingest.workplace import is_municipality, workplace

TEXT = (
    "Beslutad av: Enhetschef Tallåsen | Rutinen gäller på Tallåsen och i hemtjänst Skären. "
    "Fallprevention: se rutinen för fallprevention."
)


def names(path="lokal/rutin.md", text=TEXT, **values):
    return [name for name, _ in workplace(PurePosixPath(path), {"kind": "lokal rutin", **values}, text)]


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Lokala rutiner – Tallåsens särskilda boende", "Tallåsen"),
        ("Lokal rutin: Hemtjänst Skären", "Hemtjänst Skären"),
        ("Tallåsen, särskilt boende: så gör vi", "Tallåsen"),
    ],
)
def test_a_title_names_the_unit(title, unit):
    assert names(title=title)[0] == unit


def test_who_decided_names_it_where_the_title_does_not():
    assert names(title="Lokal rutin: Fallprevention", decided_by="Enhetschef Tallåsen") == ["Tallåsen"]


@pytest.mark.parametrize(
    "title",
    [
        "Lokal rutin: Fallprevention",
        "Lokal rutin för Tallåsen och Skären",
        "Lokala rutiner – hemvård, LSS-boenden och Tallåsen",
        "Lokal rutin",
    ],
)
def test_no_unit_is_guessed_from_a_subject_or_from_two_names(title):
    assert names(title=title) == []


def test_the_municipality_is_no_unit():
    assert names(title="Lokal rutin för Tallåsen", organisation="Tallåsens kommun") == []


def test_a_document_for_all_has_none():
    assert names(title="Riktlinje för Tallåsen", kind="riktlinje") == []


def test_the_folder_goes_first():
    assert names("enheter/hemtjanst-skaren/rutin.md", title="Lokal rutin Tallåsen")[0] == "Hemtjanst Skaren"


@pytest.mark.parametrize(("file", "expected"), [("tallkullen_lokal_rutin", ["Tallkullen"]), ("rutin", [])])
def test_a_name_that_stands_in_the_title_alone_is_one_where_the_file_bears_it(file, expected):
    text = "Ytterdörren låses klockan 21.30. Vi väger den 15:e varje månad."
    assert names(f"enheter/{file}.md", text=text, title="Tallkullen – så gör vi hos oss") == expected


def test_a_name_in_capitals_is_one_where_the_file_bears_it():
    text = "Lindgården har 24 lägenheter. HLR görs av alla."
    assert names("enheter/lindgarden-rutin.docx", text=text, title="RUTIN LINDGÅRDEN") == ["Lindgården"]
    assert names("enheter/rutin.docx", text=text, title="RUTIN LINDGÅRDEN") == []
    assert names("enheter/lokal-rutin-hlr.md", text=text, title="LOKAL RUTIN HLR") == []
    assert names("enheter/lokal-rutin-fall.md", text="Fall skrivs ned.", title="LOKAL RUTIN FALLPREVENTION") == []


@pytest.mark.parametrize(("unit", "is_one"), [("Vikarby", True), ("Vikarbygården", False), ("", False)])
def test_a_municipality_of_another_document_is_no_unit(unit, is_one):
    assert is_municipality(unit, {"Vikarby kommun", "Region Sundmark"}) is is_one


def test_a_subject_that_the_file_is_named_after_is_no_unit():
    assert names("enheter/nycklar.md", text="Taggar kvitteras.", title="Lokal rutin Nycklar") == []
