from datetime import date

import pytest

from ingest.corpus import Block, Page
from ingest.dates import dates_in
from ingest.fields import kind_of, status_of
from ingest.parse.parsed import Parsed
from ingest.standing import read_standing


def parsed(*fields, heading="Riktlinje för läkemedel", text="Syftet är trygghet.", edges=(), title=""):
    blocks = (*([Block("heading", heading, level=1)] if heading else ()), Block("paragraph", text))
    return Parsed((Page(1, blocks),), fields=fields, edges=edges, title=title)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", [date(2026, 1, 31)]),
        ("20260131", [date(2026, 1, 31)]),
        ("den 1 februari 2026 – tills vidare", [date(2026, 2, 1)]),
        ("3 sept. 2025", [date(2025, 9, 3)]),
        ("2025-02-01 till och med 31 dec 2026", [date(2025, 2, 1), date(2026, 12, 31)]),
        ("2025-02-30, 2025-13-01", []),
        ("årligen", []),
        ("", []),
    ],
)
def test_dates_as_written(text, expected):
    assert dates_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Riktlinje för läkemedel", "riktlinje"),
        ("lokal-rutin-nycklar", "lokal rutin"),
        ("Rutin enligt riktlinje", "rutin"),
        ("Överenskommelse om läkarmedverkan", "överenskommelse"),
        ("Chefshandbok", "handbok"),
        ("Uppföljning av läkemedelshantering", "rapport"),
        ("signeringslista", "blankett"),
        ("Kontaktvägar dygnet runt", None),
    ],
)
def test_kind_is_what_the_title_names_first(text, expected):
    assert kind_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Utkast", "utkast"),
        ("riktlinje-valfardsteknik-UTKAST", "utkast"),
        ("Remissversion", "utkast"),
        ("Upphävd 2024", "upphävd"),
        ("Gällande", "gällande"),
        ("–", None),
    ],
)
def test_status_where_the_text_says_so(text, expected):
    assert status_of(text) == expected


def test_fields_are_read_with_where_they_were_found():
    standing = read_standing(
        "lakemedel/riktlinje.pdf",
        parsed(
            ("Dokumenttyp", "Riktlinje"),
            ("Diarienummer", "SN 2025/114"),
            ("Fastställd av", "Socialnämnden § 12"),
            ("Gäller från", "2025-02-01"),
            ("Giltig till", "2025-02-01 – 2027-01-31"),
            ("Version", "4.0"),
            ("Ersätter", "Riktlinje 2022"),
            ("Dokumentansvarig", "MAS, mas@ekbacka.example"),
            ("Gäller för", "särskilt boende"),
            ("Behörighet", "chefer, MAS"),
            ("Organisation", "Ekbacka kommun"),
        ),
    )
    assert standing.title == "Riktlinje för läkemedel"
    assert (standing.kind, standing.status, standing.diary) == ("riktlinje", "gällande", "SN 2025/114")
    assert (standing.valid_from, standing.valid_until) == (date(2025, 2, 1), date(2027, 1, 31))
    assert (standing.decided_by, standing.version) == ("Socialnämnden § 12", "4.0")
    assert (standing.replaces, standing.owner) == ("Riktlinje 2022", "MAS, mas@ekbacka.example")
    assert (standing.applies_to, standing.groups) == ("särskilt boende", ("chefer", "MAS"))
    assert standing.organisation == "Ekbacka kommun"
    assert standing.found["owner"] == "dokumenthuvud: Dokumentansvarig"
    assert standing.found["title"] == "första rubriken"


def test_what_is_not_said_stays_empty():
    standing = read_standing("a.pdf", parsed(heading="Kontaktvägar"))
    assert (standing.kind, standing.status) == ("dokument", "gällande")
    assert (standing.valid_from, standing.valid_until, standing.owner, standing.organisation) == (None, None, "", "")
    assert set(standing.found) == {"title"}


def test_empty_date_field_is_no_date():
    standing = read_standing("a.pdf", parsed(("Gäller från", "ÅÅÅÅ-MM-DD"), ("Giltig till", "tills vidare")))
    assert (standing.valid_from, standing.valid_until) == (None, None)


def test_title_falls_back_to_the_file():
    assert read_standing("mapp/rutin-larm_natt.pdf", parsed(heading="")).title == "Rutin larm natt"
    assert read_standing("a.pdf", parsed(heading="", title="Rutin för larm")).title == "Rutin för larm"
    assert read_standing("a.pdf", parsed(heading="1 Inledning")).title == "Syftet är trygghet."


def lines(*texts):
    """A bare text's first page: what looks like a heading is one."""
    return Parsed((Page(None, tuple(Block("heading" if t[0].isdigit() else "paragraph", t) for t in texts)),))


@pytest.mark.parametrize(
    ("texts", "title", "kind"),
    [
        (("Slutrapport för Trygg hemgång", "Sammanfattning", "Vi såg."), "Slutrapport för Trygg hemgång", "rapport"),
        (("Lindby kommun", "Omsorgsförvaltningen", "Granskning av larm", "Vi såg."), "Granskning av larm", "rapport"),
        (("REVISIONSRAPPORT", "Hemsjukvården i Lindby", "Bakgrund", "Vi såg."), "Hemsjukvården i Lindby", "rapport"),
        (("1. Slutrapport", "1.1 Projektnamn", "Hemma bäst", "1.2 Checklista", "x"), "Hemma bäst", "rapport"),
        (("Sammanfattning", "Denna rapport är kort. Och klar."), "Denna rapport är kort. Och klar.", "rapport"),
    ],
)  # fmt: skip
def test_title_of_a_bare_text_stands_in_its_first_lines(texts, title, kind):
    standing = read_standing("003_ab12.txt", lines(*texts))
    assert (standing.title, standing.kind) == (title, kind)


def test_the_only_heading_of_the_first_level_is_the_title_where_the_file_says_so_too():
    blocks = (
        Block("paragraph", "Lyssna"),
        Block("heading", "Kontakt", level=2),
        Block("heading", "Avvikelser", level=1),
    )
    page = Parsed((Page(None, blocks),), title="Avvikelser - Ekbacka kommun")
    assert read_standing("a.html", page).title == "Avvikelser"
    assert read_standing("a.html", Parsed((Page(None, blocks),), title="Nyheter")).title != "Avvikelser"


def test_a_year_alone_is_no_title():
    assert read_standing("a.md", parsed(("Avser", "2025"))).title == "Riktlinje för läkemedel"
    assert read_standing("a.md", parsed(("Titel", "SIP"))).title == "SIP"


def test_a_page_that_is_kept_in_an_archive_is_repealed():
    standing = read_standing(
        "a.html",
        parsed(
            heading="Delegering (Arkiverad)", text="Gäller till 2025-05-31, ersatt av sidan Delegering. Den sparas."
        ),
    )
    assert (standing.status, standing.valid_until) == ("upphävd", date(2025, 5, 31))


@pytest.mark.parametrize(
    "heading", ["Rutin för journaler (arkiverade handlingar)", "Upphävd delegering", "Nycklar (ersatta av taggar)"]
)
def test_a_title_that_speaks_of_what_is_archived_or_repealed_is_of_one_in_force(heading):
    assert read_standing("a.html", parsed(heading=heading)).status == "gällande"


@pytest.mark.parametrize(
    "text",
    [
        "Tillfälligt nummer är 0555-99 88 77. Gäller till 2025-08-31.",
        "Obs: gäller till 2025-01-01 för patienter i hemsjukvård.",
        "Gällde till 2024-12-31: gamla taxan.",
        "Rutinen gäller från den 31 juni 2025.",
    ],
)
def test_a_day_that_is_of_something_else_or_does_not_exist_is_none_of_the_document(text):
    assert (
        read_standing(
            "a.md", Parsed((Page(1, (Block("heading", "Rutin", level=1), Block("paragraph", text))),))
        ).valid_until
        is None
    )


def test_a_day_far_into_the_text_is_not_the_document_s():
    text = "Beslutet skrivs ned. Gäller till 2025-05-31 enligt beslutet. Det följs upp."
    blocks = tuple(Block("paragraph", text if number == 20 else f"Text {number}.") for number in range(40))
    late = Parsed((Page(1, blocks),), fields=(), edges=(), title="")
    assert read_standing("a.md", late).valid_until is None


def test_long_beginning_is_shortened_to_a_title():
    title = read_standing("003_ab12.txt", lines("Den här rapporten handlar om " + "mycket " * 40)).title
    assert len(title) <= 100
    assert title.endswith(" …")


def test_heading_words_are_no_part_of_a_municipality():
    text = "Bakgrund Norrby kommun har larm. För Norrby kommun gäller det. Region Syd. Norrby kommun. Region Syd."
    assert read_standing("a.pdf", parsed(text=text)).organisation == "Norrby kommun"


def test_a_sentence_below_a_heading_is_no_organisation():
    text = "Hälso- och sjukvården leds av verksamhetschefen och består av tre enheter."
    told = parsed(("Organisation", text), edges=("Ekbacka kommun",))
    assert read_standing("a.pdf", told).organisation == "Ekbacka kommun"


def test_running_lines_count_as_fields():
    standing = read_standing("a.pdf", parsed(edges=("Version: 4.0 | Dnr: 2025/31", "Ekbacka kommun")))
    assert (standing.version, standing.diary, standing.organisation) == ("4.0", "2025/31", "Ekbacka kommun")
    assert standing.found["organisation"] == "sidhuvud"


def test_organisation_is_the_one_named_most():
    text = "Vår kommun. Ekbacka kommun ansvarar. Uppsala kommun har annat. I Ekbacka kommun gäller detta."
    standing = read_standing("a.pdf", parsed(text=text))
    assert (standing.organisation, standing.found["organisation"]) == ("Ekbacka kommun", "text")


def test_region_is_an_organisation():
    assert read_standing("a.pdf", parsed(text="Region Mälarsjö beslutar.")).organisation == "Region Mälarsjö"


def test_folder_of_a_unit_makes_a_lokal_rutin():
    standing = read_standing("enheter/bjorkgarden/rutin-larm.pdf", parsed(("Gäller för", "Björkgården, natt")))
    assert (standing.kind, standing.unit, standing.found["unit"]) == ("lokal rutin", "Björkgården", "mapp")


def test_draft_and_repealed_in_the_file_name():
    assert read_standing("rutin-UTKAST.pdf", parsed()).status == "utkast"
    assert read_standing("upphävd-rutin.pdf", parsed()).status == "upphävd"


def test_correction_goes_before_the_document():
    standing = read_standing(
        "a.pdf", parsed(("Version", "1"), ("Dokumentansvarig", "Ingen")), {"version": "2", "owner": "MAS"}
    )
    assert (standing.version, standing.owner) == ("2", "MAS")
    assert standing.found["owner"] == "rättelsefil"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Revideras senast", date(2026, 9, 1)),
        ("Ska revideras", date(2026, 9, 1)),
        ("Nästa översyn", date(2026, 9, 1)),
        ("Datum för nästa revidering", date(2026, 9, 1)),
        ("Senast reviderad", None),
        ("Reviderad", None),
    ],
)
def test_when_it_is_to_be_looked_over_next(name, expected):
    standing = read_standing("a.pdf", parsed((name, "2026-09-01")))
    assert standing.revise_by == expected
    assert standing.found.get("revise_by") == (f"dokumenthuvud: {name}" if expected else None)
    assert read_standing("a.pdf", parsed((name, "årligen"))).revise_by is None


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("Denna riktlinje ersätter Rutin för larm 2019.", "replaces", "Rutin för larm 2019"),
        ("Bakgrund. Dokumentet gäller från maj och ersätter Rutin för larm.", "replaces", "Rutin för larm"),
        ("Den ersätter inte riktlinjerna.", "replaces", ""),
        ("Denna handbok ersätter inte riktlinjerna.", "replaces", ""),
        ("Vikarien ersätter enhetschefen.", "replaces", ""),
        ("Denna rutin är upphävd.", "status", "upphävd"),
        ("OBS! Detta dokument har ersatts av Riktlinje för larm.", "status", "upphävd"),
        ("Rutinen gäller inte längre.", "status", "upphävd"),
        ("Detta dokument är inte ersatt.", "status", "gällande"),
        ("Rutinen gäller för alla.", "status", "gällande"),
        ("Dokumentansvarig för rutinen är MAS.", "owner", "MAS"),
        ("Dokumentansvarig ska utses.", "owner", ""),
        ("Riktlinjen är beslutad av nämnden den 12 mars 2024 § 45.", "decided_by", "nämnden"),
        ("Gjord av oss. Godkänd 2021-05-03 av förvaltningschefen.", "decided_by", "förvaltningschefen"),
        ("Rutinen gäller från och med 1 april 2024.", "valid_from", date(2024, 4, 1)),
        ("Rutinen gäller från 2024-04-01 till och med 2027-12-31.", "valid_until", date(2027, 12, 31)),
        ("Avtalet gäller från 2024-04-01.", "valid_from", None),
    ],
)
def test_what_the_document_says_of_itself_in_its_text(text, field, expected):
    standing = read_standing("a.pdf", parsed(text=text))
    assert getattr(standing, field) == expected
    assert standing.found.get(field) == ("text, sida 1" if expected not in ("", "gällande", None) else None)


@pytest.mark.parametrize(
    ("name", "text", "field", "expected"),
    [
        ("Fastställare", "Eva Å", "decided_by", "Eva Å"),
        ("Faktaägare", "Per Ö", "owner", "Per Ö"),
        ("Dokumentansvarig funktion", "HR-strateg", "owner", "HR-strateg"),
        ("Beslutad", "Kommunfullmäktige § 87", "decided_by", "Kommunfullmäktige § 87"),
        ("Beslutsdatum och paragraf", "2023-11-22 § 104", "decided_on", date(2023, 11, 22)),
        ("Datum för fastställande", "2024-04-08", "decided_on", date(2024, 4, 8)),
        ("Giltighetsperiod", "2024-01-01–2027-12-31", "valid_until", date(2027, 12, 31)),
        ("Giltigt fr.o.m.", "2024-02-01", "valid_from", date(2024, 2, 1)),
        ("Giltighetstid", "Tills vidare", "valid_until", None),
        ("Revideringsdatum", "2026-03-03", "revise_by", None),  # when it was, or is to be?
    ],
)
def test_fields_as_other_systems_name_them(name, text, field, expected):
    assert getattr(read_standing("a.pdf", parsed((name, text))), field) == expected


@pytest.mark.parametrize(
    ("second", "title"),
    [
        (Block("heading", "Fallolyckor i länet 2025", level=2), "Fallolyckor i länet 2025"),
        (Block("paragraph", "Rapporten beskriver fall."), "Länsrapport"),
    ],
)
def test_a_kind_alone_is_the_title_where_none_stands_below(second, title):
    blocks = (Block("heading", "Länsrapport", level=1), second, Block("heading", "Metod i länet", level=2))
    assert read_standing("x.md", Parsed((Page(None, blocks),))).title == title
