from datetime import date, datetime

import pytest

from assistant.contact import GENERAL, REACH, ask_whom, holds_at, is_free, nurse_in_charge, owner, reached
from ingest.corpus import Standing
from ingest.index import Index

ROLE = "MAS (medicinskt ansvarig sjuksköterska)"


@pytest.fixture
def contact_of(ingested, embedder):
    """The contact that documents of these texts give."""

    def read(*texts):
        folder = ingested({f"{number}.md": text for number, text in enumerate(texts)})
        index = Index(folder / "index", model=embedder.name)
        try:
            return nurse_in_charge(index)
        finally:
            index.close()

    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring 0555-10 20 30 dygnet runt.", ["0555-10 20 30"]),
        ("Ring 018-123 45 67.", ["018-123 45 67"]),
        ("070-123 45 67, 08-123 456 78", ["070-123 45 67", "08-123 456 78"]),
        ("+46 70 123 45 67", ["+46 70 123 45 67"]),
        ("0701234567", ["0701234567"]),
        ("mas@ekbacka.example – svar inom två dagar", ["mas@ekbacka.example"]),
        ("Gäller från 2026-01-31 och klockan 08.00–16.30", []),
        ("SN 2025/114, SOSFS 2009:6, 112 eller 1177", []),
    ],
)
def test_numbers_and_addresses_are_whole(text, expected):
    assert REACH.findall(text) == expected


def test_shortest_line_that_names_both(contact_of):
    found = contact_of(
        "# Rutin\n\nMAS, Åsa Lind, nås på telefon 0555-10 20 30.\n",
        "# Riktlinje\n\nFrågor om läkemedel ställs till medicinskt ansvarig sjuksköterska, på telefon 0555-99 99 99, "
        "eller till enhetens sjuksköterska på plats.\n",
    )
    assert (found.role, found.how, found.document) == (ROLE, "0555-10 20 30", "0.md")


def test_number_of_another_person_in_the_line_is_not_taken(contact_of):
    found = contact_of("# Lista\n\nEnhetschef 0555-11 11 11; MAS 0555-22 22 22; MAR 0555-33 33 33.\n")
    assert found.how == "0555-22 22 22"


def test_row_of_a_table(contact_of):
    found = contact_of(
        "# Kontaktvägar\n\n| Roll | Telefon | E-post |\n|---|---|---|\n| MAR | 0555-33 33 33 | mar@x.example |\n"
        "| MAS | 0555-22 22 22 | mas@x.example |\n"
    )
    assert found.how == "0555-22 22 22, mas@x.example"


def test_documents_not_in_force_or_not_for_all_are_passed_over(contact_of):
    found = contact_of(
        "---\nStatus: upphävd\n---\n# Gammal\n\nMAS telefon 0555-11 11 11.\n",
        "---\nBehörighet: chefer\n---\n# Stängd\n\nMAS telefon 0555-22 22 22.\n",
        "# Öppen\n\nMAS har telefon 0555-33 33 33 på vardagar.\n",
    )
    assert found.how == "0555-33 33 33"


def test_general_advice_where_no_document_says(contact_of):
    assert contact_of("# Rutin\n\nLarm besvaras inom tio minuter.\n") == GENERAL


@pytest.mark.parametrize(
    ("told", "role", "how"),
    [
        ("MAS, 0555-10 20 30", "MAS", "0555-10 20 30"),
        ("Åsa Lind, mas@ekbacka.example", "Åsa Lind", "mas@ekbacka.example"),
        ("Verksamhetschef HSL", "Verksamhetschef HSL", "Dokumentansvarig enligt Rutin för larm"),
    ],
)
def test_owner_as_the_header_says_it(told, role, how):
    found = owner(Standing(title="Rutin för larm", owner=told), "a.pdf")
    assert (found.role, found.how, found.document) == (role, how, "a.pdf")


def test_no_owner_no_contact():
    assert owner(Standing(), "a.pdf") is None


LIST = """# Sjuksköterska

| Område | Vardag 07.00–16.30 | Vardag 16.30–07.00 | Helg och röd dag, dygnet runt |
|---|---|---|---|
| Norr (Hemtjänsten Ån) | 0555-10 20 41 | 0555-10 20 40 | 0555-10 20 40 |
| Söder (Åsgården) | 0555-10 20 42 | 0555-10 20 40 | 0555-10 20 49 |
"""
NOTICE = """# Kontaktvägar

| Vem | Nummer | När |
|---|---|---|
| Enhetschef | 0555-11 11 11 | Vardagar 07.30–16.00 |
| Tjänstgörande sjuksköterska | 0555-22 22 22 | Kväll, natt, helg |
| Akutmottagning, för sjuksköterska | 0555-33 33 33 | Dygnet runt |
"""
MONDAY, EVENING = datetime(2026, 11, 23, 10), datetime(2026, 11, 23, 18)
SMALL_HOURS, SUNDAY = datetime(2026, 11, 24, 3), datetime(2026, 11, 22, 12)


@pytest.fixture
def nurse(ingested, embedder):
    """The nurse whom a document of this text names at a moment, for a unit."""

    def ask(text, now, unit=""):
        index = Index(ingested({"lista.md": text}) / "index", model=embedder.name)
        try:
            found = ask_whom(reached(index, {"lista.md": Standing()}), now=now, unit=unit)
        finally:
            index.close()
        return found.how.split(" (")[0] if found else None

    return ask


@pytest.mark.parametrize(
    ("now", "unit", "number"),
    [
        (MONDAY, "Åsgården", "0555-10 20 42"),
        (MONDAY, "Hemtjänsten Ån", "0555-10 20 41"),
        (EVENING, "Åsgården", "0555-10 20 40"),
        (SMALL_HOURS, "Åsgården", "0555-10 20 40"),
        (SUNDAY, "Åsgården", "0555-10 20 49"),
        (MONDAY, "", None),
        (None, "Åsgården", None),
    ],
)
def test_table_by_area_and_time_gives_the_number_for_now_and_the_unit(nurse, now, unit, number):
    assert nurse(LIST, now, unit) == number


@pytest.mark.parametrize(("now", "number"), [(EVENING, "0555-22 22 22"), (SUNDAY, "0555-22 22 22"), (MONDAY, None)])
def test_row_with_its_hours_gives_the_nurse_on_duty_and_no_one_else(nurse, now, number):
    assert nurse(NOTICE, now) == number


def test_number_at_all_times_needs_no_clock(nurse):
    text = "# Lista\n\n| Vem | Nummer | När |\n|---|---|---|\n| Sjuksköterska | 0555-10 20 30 | Dygnet runt |\n"
    assert nurse(text, None) == "0555-10 20 30"


@pytest.mark.parametrize(
    ("when", "held"),
    [
        ("Vardagar 07.00–16.30", [MONDAY]),
        ("Kväll, natt, helg", [EVENING, SMALL_HOURS, SUNDAY]),
        ("Vardagar 16.30–22.00, helg 08.00–22.00", [EVENING, SUNDAY]),
        ("Vardag 16.30–07.00", [EVENING, SMALL_HOURS]),
        ("Natt 22.00–morgon", [SMALL_HOURS]),
        ("Dygnet runt", [MONDAY, EVENING, SMALL_HOURS, SUNDAY]),
        ("Vid behov", []),
    ],
)
def test_hours_as_documents_write_them(when, held):
    assert [now for now in (MONDAY, EVENING, SMALL_HOURS, SUNDAY) if holds_at(when, now)] == held


def test_public_holidays_are_free_and_their_neighbours_are_not():
    free = [
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 14),
        date(2026, 6, 19),
        date(2027, 3, 29),
    ]
    assert all(map(is_free, free))
    assert not any(map(is_free, [date(2026, 4, 2), date(2026, 4, 7), date(2026, 5, 13), date(2026, 6, 18)]))
