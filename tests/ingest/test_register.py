"""Who does what, read from sentences, lists and tables; only the one that acts gives a row."""

import pytest

from ingest.chunk import chunk
from ingest.corpus import Block, Document, Page, Standing
from ingest.register import duties
from ingest.roles import read_roles

ROLES = read_roles()


def rows(*blocks, kind="rutin"):
    document = Document("a.md", "", (Page(1, blocks),), Standing(title="Rutin", kind=kind))
    return list(duties(document, list(enumerate(chunk(document, size=1100, longest_list=1900))), ROLES))


def told(text):
    return [(row.role, row.kind, row.task) for row in rows(Block("paragraph", text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Enhetschefen ansvarar för bemanning.", [("enhetschef", "ansvarar", "bemanning")]),
        ("Ordination görs av läkare.", [("läkare", "utför", "Ordination görs")]),
        ("MAS beslutar om avsteg.", [("MAS", "beslutar", "beslutar om avsteg")]),
        ("Vid frånvaro beslutar ersättaren.", [("ersättare", "beslutar", "beslutar")]),
        ("Enhetschef får inte utfärda intyg.", [("enhetschef", "får inte", "utfärda intyg")]),
        ("Personalen ringer aldrig läkare själv.", [("personal", "får inte", "ringer läkare själv")]),
        ("Är chefen ledig bekräftar ersättaren ärendet.", [("ersättare", "utför", "bekräftar ärendet")]),
        ("Det är MAS som anmäler händelsen.", [("MAS", "utför", "anmäler händelsen")]),
        ("Den som upptäcker felet skriver avvikelsen.", [("den som upptäcker felet", "utför", "skriver avvikelsen")]),
    ],
)
def test_a_sentence_gives_the_one_that_acts(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ring sjuksköterskan direkt.",
        "Listan finns hos enhetschefen.",
        "Sjuksköterskans bedömning gäller.",
        "Rutinen gäller när sjuksköterskan är borta.",
        "Enhetschefen föreslås kontrollera loggar.",
        "Läkaren svarade inte i tid.",
        "Varje enhet har en sjuksköterska.",
    ],
)
def test_a_role_that_does_not_act_gives_no_row(text):
    assert told(text) == []


def test_both_roles_of_a_sentence_have_their_own_task():
    assert told("Enhetschef bokar tid och SSK hämtar in samtycke.") == [
        ("enhetschef", "utför", "bokar tid"),
        ("sjuksköterska", "utför", "hämtar in samtycke"),
    ]


def test_a_list_item_is_the_task_of_its_lead_in():
    found = rows(
        Block("paragraph", "Enhetschefen ansvarar för att:"),
        Block("item", "rutinen är känd", group=1),
        Block("item", "sjuksköterskan har tid", group=1),
    )
    assert [(row.role, row.kind, row.task, row.lead) for row in found] == [
        ("enhetschef", "ansvarar", "rutinen är känd", "Enhetschefen ansvarar för att:"),
        ("enhetschef", "ansvarar", "sjuksköterskan har tid", "Enhetschefen ansvarar för att:"),
    ]


def test_a_matrix_says_by_its_marks_who_does_what():
    text = "Uppgift: Provlarm | Larmombud: A, U | Hemtjänstpersonal: S | Enhetschef: I | MAS: –"
    assert [(row.role, row.kind) for row in rows(Block("row", text, group=1))] == [
        ("larmombud", "ansvarar"),
        ("larmombud", "utför"),
        ("hemtjänstpersonal", "stöds av"),
        ("enhetschef", "informeras"),
    ]


def test_yes_and_no_say_who_may_and_delegation_is_its_condition():
    found = rows(Block("row", "Uppgift: Ge insulin | SSK: Ja | USK: Efter delegering | Vårdbiträde: Nej", group=1))
    assert [(row.role, row.kind, row.condition) for row in found] == [
        ("sjuksköterska", "får", ""),
        ("undersköterska", "får", "Efter delegering"),
        ("vårdbiträde", "får inte", ""),
    ]


def test_a_responsible_column_gives_each_of_its_roles_and_the_time():
    found = rows(Block("row", "Moment: Bedömning efter fall | Ansvarig: AT eller FT | Tid: 2 vardagar", group=1))
    assert [(row.role, row.kind, row.task, row.condition) for row in found] == [
        ("arbetsterapeut", "ansvarar", "Bedömning efter fall", "Tid: 2 vardagar"),
        ("fysioterapeut", "ansvarar", "Bedömning efter fall", "Tid: 2 vardagar"),
    ]


def test_a_list_of_telephone_numbers_gives_no_row():
    assert rows(Block("row", "Vem: Enhetschef | Nummer: 0555-10 21 10 | När: Vardagar", group=1)) == []


def test_a_form_and_a_list_of_words_rule_nothing():
    assert rows(Block("paragraph", "Enhetschefen ansvarar för bemanning."), kind="blankett") == []
    assert (
        rows(
            Block("heading", "2 Definitioner", level=1),
            Block("paragraph", "Sjuksköterskan delegerar uppgiften."),
        )
        == []
    )


def test_the_quote_is_the_whole_sentence_on_its_page():
    (row,) = rows(Block("paragraph", "Bakgrund. Senast kl. 16.00 ringer sjuksköterskan – eller MAS – läkaren. Slut."))
    assert row.quote == "Senast kl. 16.00 ringer sjuksköterskan – eller MAS – läkaren."
    assert row.page == 1
