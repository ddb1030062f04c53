"""Labels in a line, and the standing of other municipalities' documents: as many right as told, and none wrong."""

from datetime import date

import pytest

from ingest.corpus import Block, Page
from ingest.labels import is_label_line, labelled
from ingest.parse.parsed import Parsed
from ingest.standing import read_standing
from ingest.tables import form_rows, is_form


def standing(*lines, edges=(), source="å.pdf"):
    blocks = [Block("heading", "Fallrutin", level=1), *(Block("paragraph", line) for line in lines)]
    return read_standing(source, Parsed((Page(1, tuple(blocks)),), edges=edges))


def test_a_line_is_taken_apart_at_its_labels():
    assert labelled("Dnr VON 2024/55 Fastställd av förvaltningschef 2024-03-12 Version 4 Sida 1 (2)") == [
        ("Dnr", "VON 2024/55"),
        ("Fastställd av", "förvaltningschef 2024-03-12"),
        ("Version", "4"),
        ("Sida", "1 (2)"),
    ]
    assert labelled("Alla ska känna till den version som gäller.") == []


def test_what_a_document_replaces_is_not_its_own_version():
    assert labelled("Version 6 Ersätter: Version 5, VON 2021/0390") == [
        ("Version", "6"),
        ("Ersätter", "Version 5, VON 2021/0390"),
    ]
    assert not is_label_line("Version 5, VON 2021/0390", after="Ersätter")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Beslutad av socialnämnden 2022-02-02 § 14", True),
        ("Gäller fr.o.m. 2022-03-01", True),
        ("Dokumentansvarig: SAS Utgåva 4 Gäller från 2025-09-01", True),
        ("Gäller för alla som arbetar natt", False),
        ("Version 4 gäller för alla enheter som har nattpersonal.", False),
        ("Ansvarig för att rutinen följs är enhetschefen.", False),
    ],
)
def test_sentences_are_no_label_lines(line, expected):
    assert is_label_line(line) is expected


def test_a_footer_without_colons_tells_the_standing():
    found = standing(edges=("Dnr VON 2024/55 Fastställd av förvaltningschef 2024-03-12 Version 4 Sida 1 (2)",))
    assert (found.diary, found.version, found.decided_on) == ("VON 2024/55", "4", date(2024, 3, 12))
    assert found.decided_by == "förvaltningschef 2024-03-12"
    assert found.valid_from is None  # when it was decided is not when it begins to hold


def test_lines_below_the_title_tell_the_standing():
    found = standing("Beslutad av socialnämnden 2022-02-02 § 14", "Gäller fr.o.m. 2022-03-01 Giltig t.o.m. 2026-02-28")
    assert found.decided_by == "socialnämnden 2022-02-02 § 14"
    assert (found.decided_on, found.valid_from, found.valid_until) == (
        date(2022, 2, 2),
        date(2022, 3, 1),
        date(2026, 2, 28),
    )


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("Fastställd: 2024-09-17 av MAS", "decided_by", "MAS"),
        ("Godkänd av MAS: 2023-03-27", "decided_by", "MAS"),
        ("Fastställd: 2024-09-17", "decided_by", ""),
        ("Dokumentansvarig: se sist i dokumentet", "owner", ""),
        ("Version: 1.2, 2025-04-08", "version", "1.2"),
    ],
)
def test_a_value_holds_what_its_field_says_and_no_more(line, field, expected):
    assert getattr(standing(line), field) == expected


@pytest.mark.parametrize(
    ("name", "title", "version"),
    [
        ("RUT-0123 v3 Fallrutin 2023-05-01.pdf", "Fallrutin", "3"),
        ("riktlinje_läkemedel_v2.1.docx", "Riktlinje läkemedel", "2.1"),
        ("Sommarplan v27-v32.docx", "Sommarplan v27 v32", ""),
        ("Rutin för MAS.docx", "Rutin för MAS", ""),
    ],
)
def test_a_file_name_gives_title_and_version(name, title, version):
    parsed = Parsed((Page(None, (Block("paragraph", "Ring sjuksköterskan om den enskilde har ramlat."),)),))
    found = read_standing(name, parsed)
    assert (found.title, found.version) == (title, version)


def test_fields_above_their_values_are_a_form_and_a_history_of_versions_is_none():
    form = [["Typ av dokument", "Gäller from", "Giltig tom"], ["Rutin", "2024-06-01", "2026-05-31"]]
    assert is_form(form)
    assert form_rows(form) == [
        ("Typ av dokument", "Rutin"),
        ("Gäller from", "2024-06-01"),
        ("Giltig tom", "2026-05-31"),
    ]
    assert not is_form([["Version", "Datum", "Beslut"], ["2", "2024-01-01", "Ny"]])
