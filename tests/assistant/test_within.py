"""assistant/within.py and circumstances: cases that one unit tells apart, and rules of other kinds of home."""

from types import SimpleNamespace

import pytest

from assistant.answers import Profile
from assistant.circumstances import HOMES, of_other_homes, spoken_of
from assistant.within import told_within


def labels(text, question, *asks, kind="sentence", profile=None):
    unit = SimpleNamespace(kind=kind)
    chunk = SimpleNamespace(units=[unit])
    found = SimpleNamespace(text=text, number=0, candidate=SimpleNamespace(chunk=chunk))
    cases = told_within(found, SimpleNamespace(text=question, asks=asks), profile or Profile())
    return [case.label for case in cases.cases] if cases else []


ROUND = "Ronden görs varje kvartal på särskilt boende och varje halvår i gruppbostad."
DENTAL = "Intyg skrivs av biståndshandläggare för den som bor hemma och av sjuksköterska på särskilt boende."
DELEGATED = "Uppgift: Spola kateter | Särskilt boende: nej | Hemtjänst: ja | LSS-bostad: ja"
BROKEN = "Fråga: Trasig lyft | Vardag 08–16: 0999-55 30 00 | Annan tid: 0999-55 30 99"


def test_a_sentence_that_gives_each_home_its_number_is_as_many_cases():
    assert labels(ROUND, "Hur ofta går vi ronden?", "when") == ["särskilt boende", "LSS"]


def test_at_home_is_a_kind_of_home_beside_another():
    text = "Övertagandet omprövas var sjätte månad i hemmet och en gång om året i särskilt boende."
    assert labels(text, "Hur ofta omprövas det?", "number") == ["ordinärt boende", "särskilt boende"]
    assert labels("Övertagandet omprövas var sjätte månad i hemmet.", "Hur ofta omprövas det?", "number") == []
    assert labels(text, "Hur ofta omprövas det i hemmet?", "number") == []
    ill = "På särskilt boende isoleras den boende i 48 timmar och personal är hemma i 24 timmar."
    assert labels(ill, "Hur länge isoleras man?", "number") == []


def test_a_sentence_that_gives_each_home_its_role():
    assert labels(DENTAL, "Vem skriver intyget?", "who") == ["ordinärt boende", "särskilt boende"]


@pytest.mark.parametrize(
    ("text", "question", "cases"),
    [
        ("Larmet sätts upp inom fem vardagar på fastlandet och inom tio vardagar på öarna.", "Hur snart?", 2),
        ("Larmet sätts upp inom fem vardagar på fastlandet och inom tio vardagar på öarna.", "Hur snart på ön?", 0),
        ("Region Västra Götaland svarar inom tre dagar och Norra sjukhuset inom fem dagar.", "Hur snart?", 0),
        ("Nya går bredvid fem pass i hemtjänsten, på Linagården fyra pass.", "Hur många på Linagården?", 0),
        (
            "Delegeringen gäller tolv månader för tillsvidareanställda och fyra månader för timvikarier.",
            "Hur länge?",
            2,
        ),
        ("Nya går bredvid fem pass i hemtjänsten, på Linagården fyra pass och på Viken sju pass.", "Hur många?", 3),
        ("Hjälp kommer inom 45 minuter i tätorten och inom 75 minuter i Ytterån.", "Hur snabbt?", 2),
        ("Dosrullar kommer till Hamnens lokal på torsdagar och till Skogsbygdens på tisdagar.", "Vilken dag?", 2),
        ("I Hamnen är tiden fem dagar och i Skogsbygden sju dagar.", "Hur länge?", 2),
        ("Hjälp kommer inom 30 minuter i Centrum och Norr och inom 50 minuter i Landsbygd.", "Hur snabbt?", 3),
        ("Hjälp kommer inom 30 minuter i Hamnen och inom 50 minuter i Skogsbygden.", "Hur snabbt i Hamnen?", 0),
        ("I Treserva dokumenteras det inom två dagar och i Combine inom fem dagar.", "Hur snabbt?", 0),
        ("Bältet prövas inom två dagar i Senior alert och inom fem dagar i Vidar.", "Hur snabbt?", 0),
        ("Dospåsar kommer varannan tisdag till särskilt boende och varannan torsdag till hemsjukvården.", "Dag?", 2),
        ("Hon är hemma före klockan 15 måndag till torsdag och före klockan 12 på fredagar.", "Hur sent?", 2),
        ("Hon är hemma före klockan 15 måndag till torsdag och före klockan 12 på fredagar.", "Hur sent en fredag?", 0),
        ("Svar inom 30 minuter i tätorten, i Treserva dokumenteras det inom 2 timmar.", "Hur snabbt?", 0),
        ("Svar ges i särskilt boende, enligt kapitel 4, och i hemtjänst, enligt kapitel 5.", "Hur?", 0),
        ("Beställ senast torsdag klockan 12, så kommer maten måndag klockan 8.", "Hur sent?", 0),
        ("Måndagar klockan 9.00 är det rond och torsdagar klockan 13 är det teammöte.", "När?", 0),
        ("Lyft görs av två på särskilt boende, men i ordinärt boende får en person lyfta ensam.", "Hur många?", 2),
    ],
)
def test_a_sentence_that_gives_each_part_of_town_or_employment_its_number(text, question, cases):
    assert len(labels(text, question, "number")) == cases


def test_roles_are_no_cases_where_no_person_is_asked_for():
    assert labels(DENTAL, "Måste intyget skrivas?", "may") == []


MATRIX = "Uppgift: Tandvårdsintyg | Sjuksköterska: Skriver på särskilt boende | Handläggare: Skriver i ordinärt boende"
REMARK = "Uppgift: Bedöma fallrisk | SSK: A | Anmärkning: Särskilt boende inom sju dagar, korttid inom två dagar"


@pytest.mark.parametrize(
    ("row", "question", "asks", "cases"),
    [
        (MATRIX, "Vem skriver intyget?", "who", ["särskilt boende", "ordinärt boende"]),
        (MATRIX, "Måste intyget skrivas?", "may", []),
        (REMARK, "Hur snabbt?", "when", ["särskilt boende", "korttid"]),
        ("Vem: MAS | När: Vardag 8–16 | Anmärkning: Helg: beredskapschef", "telefon MAS", "contact", []),
    ],
)
def test_a_row_whose_cells_tell_the_cases(row, question, asks, cases):
    assert labels(row, question, asks, kind="row") == cases


def test_numbers_without_their_noun_count_where_several_stand():
    text = "Ny personal på särskilt boende går tre introduktionspass, i hemtjänsten fyra och på LSS-bostad fem."
    assert labels(text, "Hur många pass?", "number") == ["särskilt boende", "hemtjänst", "LSS"]


def test_homes_that_are_listed_together_are_one_case():
    text = "Kontrollen görs varje vecka på särskilt boende, i hemtjänst och i gruppbostad."
    assert labels(text, "Hur ofta görs kontrollen?", "when") == []


@pytest.mark.parametrize(("row", "heads"), [(DELEGATED, 3), (BROKEN, 2)])
def test_a_row_with_a_column_for_each_case(row, heads):
    assert len(labels(row, "Vad gäller?", "how", kind="row")) == heads


def test_a_row_that_says_no_in_all_of_them_is_an_answer_however_it_explains_it():
    row = "Uppgift: Byta plåster | Särskilt boende: Delegeras inte | Hemtjänst: Delegeras inte Sjuksköterskan byter"
    assert labels(row, "Får jag byta plåster?", "may", kind="row") == []


def test_a_row_that_says_the_same_in_all_of_them_is_an_answer():
    assert labels("Uppgift: Väga | Särskilt boende: ja | Hemtjänst: ja", "Får jag väga?", "may", kind="row") == []


@pytest.mark.parametrize("question", ["Hur ofta på gruppbostaden?", "Hur ofta är ronden på säbo?"])
def test_what_the_question_says_is_not_asked_again(question):
    assert labels(ROUND, question, "when") == []


def test_what_the_profile_says_is_not_asked_either():
    assert labels(ROUND, "Hur ofta är ronden?", "when", profile=Profile(boendeform="Gruppbostad")) == []


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("På särskilt boende vägs alla varje månad.", True),
        ("I gruppbostäder vägs alla varje kvartal.", False),
        ("Alla vägs varje månad.", False),
        ("Vägning görs bara på särskilt boende.", False),  # which tells that it is not done there
    ],
)
def test_a_rule_for_other_homes_alone(text, other):
    assert of_other_homes(text, spoken_of(HOMES, "Hur ofta vägs de på gruppbostaden?")) is other
