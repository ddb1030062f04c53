import pytest

from assistant.contact import GENERAL, REACH, nurse_in_charge, owner
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
