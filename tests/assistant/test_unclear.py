"""Answers that hang on something not said, on small indexes by the packaged model."""

from datetime import date

import numpy as np
import pytest

from assistant.answers import Profile, Turn
from assistant.assistant import Assistant
from assistant.circumstances import HOMES, moment, spoken_of, times_of
from ingest.embed import PACKAGED, open_embedder

TODAY = date(2026, 3, 1)
WEIGHING = """# Rutin för vägning

Dokumenttyp: Rutin
Gäller från: 2025-01-01
Dokumentansvarig: MAS

## Vägning

| Boendeform | Vägning görs |
|---|---|
| Särskilt boende | Varje månad |
| Korttid | Vid ankomst |
| LSS-boende | Var tredje månad |
"""
OVEN = """# Lokal rutin för bakning

Dokumenttyp: Lokal rutin
Gäller från: 2025-01-01

## Bakning

Bakning med de boende sker {day} klockan {hour}.
"""
NURSES = """# Kontaktvägar

Dokumenttyp: Rutin
Gäller från: 2025-01-01

## Sjuksköterska

| Område | Telefon |
|---|---|
| Norr | 0555-11 22 41 |
| Söder (Gruppbostaden Lönnen) | 0555-11 22 42 |

## Fastighet

| Fel | Telefon |
|---|---|
| Hissen står | 0555-11 22 51 |
| Lampan är trasig | 0555-11 22 52 |
"""
ROUNDS = {
    "enheter/Åsgården/läkemedel.md": "Rundorna med läkemedel är klockan 08.00, 12.00 och 20.00.",
    "enheter/Lindgården/läkemedel.md": "Tider för läkemedel på Lindgården är 07.30, 12.30 och 21.00.",
    "enheter/Ekgården/besök.md": "Besökare tas emot i entrén och skriver sitt namn i boken.",
}
COUNTING = """# Riktlinje för läkemedel

Dokumenttyp: Riktlinje
Gäller från: 2025-01-01

## Narkotiska läkemedel

Narkotiska läkemedel räknas varje måndag på särskilt boende och var fjortonde dag i hemsjukvården. \
I LSS-boende räknas de en gång i månaden.
"""
LISTED = """# Riktlinje för insulin

Dokumenttyp: Riktlinje
Gäller från: 2025-01-01

## Delegering av insulin

Insulin får delegeras så här:

- Särskilt boende: ja, med penna.
- Korttid: nej, där ger sjuksköterskan insulin.
- I hemmet: ja, efter sex månader.
"""
LISTS_NUMBERS = """# Telefonlista

Dokumenttyp: Rutin
Gäller från: 2025-01-01

## Telefonlista

| Funktion | Område | Kväll 16–21 | Natt 21–7 |
|---|---|---|---|
| Sjuksköterska hemsjukvård | Norra | 0555-11 22 41 | 0555-11 22 90 |
| Sjuksköterska hemsjukvård | Södra | 0555-11 22 42 | 0555-11 22 90 |
| Sjuksköterska särskilt boende | Almgården | 0555-11 22 43 | 0555-11 22 91 |
| Sjuksköterska särskilt boende | Solbacken | 0555-11 22 44 | 0555-11 22 91 |
"""
NIGHT = """# Lokal rutin för natten på {unit}

Dokumenttyp: Lokal rutin
Gäller från: 2025-01-01

## Tillsyn

{rule}
"""
WARDS = {
    "enheter/Åsgården/natt.md": ("Åsgården", "På Viken görs tillsyn klockan 23 och klockan 03."),
    "enheter/Lindgården/natt.md": ("Lindgården", "Tillsyn görs klockan 22 och klockan 05."),
}
QUESTION = "Hur ofta görs vägning?"


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.fixture
def assistant(ingested, packaged):
    def make(texts):
        return Assistant(ingested(texts, embedder=packaged) / "index", packaged, today=TODAY)

    return make


def test_rows_by_kind_of_home_are_choices_each_with_its_quote(assistant):
    answer = assistant({"vägning.md": WEIGHING}).ask(QUESTION)
    assert answer.state == "unclear"
    assert answer.choices[:2] == ("Hur ofta görs vägning – Särskilt boende?", "Hur ofta görs vägning – Korttid?")
    assert [quote.text.split(": ")[-1] for quote in answer.quotes] == ["Varje månad", "Vid ankomst", "Var tredje månad"]


@pytest.mark.parametrize(
    ("question", "profile"),
    [
        ("Hur ofta görs vägning på korttid?", None),
        ("Hur ofta görs vägning – Korttid?", None),
        (QUESTION, Profile(boendeform="korttidsboende")),
    ],
    ids=["question", "choice", "profile"],
)
def test_said_in_question_choice_or_profile_the_row_is_the_answer(assistant, question, profile):
    answer = assistant({"vägning.md": WEIGHING}).ask(question, profile=profile)
    assert (answer.state, answer.quotes[0].text) == ("answered", "Boendeform: Korttid | Vägning görs: Vid ankomst")


def test_rows_that_say_the_same_leave_nothing_open(assistant):
    same = WEIGHING.replace("Vid ankomst", "Varje månad").replace("Var tredje månad", "Varje månad")
    assert assistant({"vägning.md": same}).ask(QUESTION).state == "answered"


def test_units_with_rules_of_their_own_are_choices_until_one_is_said(assistant):
    asking = assistant(
        {
            "enheter/Åsgården/bakning.md": OVEN.format(day="tisdagar", hour="14.00"),
            "enheter/Lindgården/bakning.md": OVEN.format(day="fredagar", hour="10.30"),
        }
    )
    open_question = asking.ask("Vilken dag sker bakning med de boende?")
    assert open_question.state == "unclear"
    assert {quote.document.split("/")[1] for quote in open_question.quotes} == {"Åsgården", "Lindgården"}
    for choice in open_question.choices:
        said = asking.ask(choice, history=[Turn(open_question.question, open_question)])
        assert said.state == "answered"
        assert said.quotes[0].document.split("/")[1] in choice


def test_of_more_units_than_can_be_offered_some_are_and_it_is_said_how_many_differ(assistant):
    names = [f"{name}gården" for name in ("Ås", "Lind", "Ek", "Rönn", "Tall", "Alm", "Asp", "Björk")]
    asking = assistant(
        {f"enheter/{name}/bakning.md": OVEN.format(day="fredagar", hour=f"{9 + n}.30") for n, name in enumerate(names)}
    )
    answer = asking.ask("Vilken tid sker bakning med de boende?")
    assert (answer.state, len(answer.choices)) == ("unclear", 6)
    assert "8 säger olika" in answer.text
    own = asking.ask("Vilken tid sker bakning med de boende?", profile=Profile(unit="Björkgården"))
    assert (own.state, own.quotes[0].document) == ("answered", "enheter/Björkgården/bakning.md")


def test_fields_of_work_are_no_parts_of_the_town(assistant):
    table = NURSES.replace("Norr |", "Sår |").replace("Söder (Gruppbostaden Lönnen) |", "Inkontinens |")
    answer = assistant({"kontakt.md": table}).ask("Vilket telefonnummer har sjuksköterskan?")
    assert "del av kommunen" not in answer.text
    assert [choice.split("– ")[-1] for choice in answer.choices] == ["Sår?", "Inkontinens?"]


def test_where_it_stands_and_who_owns_it_is_said_of_the_document_last_quoted(assistant):
    asking = assistant({"vägning.md": WEIGHING})
    history = []
    for question in ("Hur ofta görs vägning på korttid?", "var står det?", "vem äger den?"):
        answer = asking.ask(question, history=history)
        history.append(Turn(answer.searched or answer.question, answer))
    assert "Rutin för vägning" in history[1].answer.text
    assert history[1].answer.quotes[0].text == history[0].answer.quotes[0].text
    assert history[2].answer.quotes[0].text == "Dokumentansvarig: MAS"


def test_rows_by_part_of_the_town_are_choices_until_question_or_profile_says_which(assistant):
    asking = assistant({"kontakt.md": NURSES})
    question = "Vilket telefonnummer har sjuksköterskan?"
    answer = asking.ask(question)
    assert (answer.state, answer.choices) == (
        "unclear",
        tuple(f"{question[:-1]} – {area}?" for area in ("Norr", "Söder")),
    )
    said = asking.ask(question[:-1] + " i Norr?")
    assert (said.state, said.quotes[0].text) == ("answered", "Område: Norr | Telefon: 0555-11 22 41")
    own = asking.ask(question, profile=Profile(unit="Gruppbostaden Lönnen"))
    assert (own.state, own.quotes[0].text.split(": ")[-1]) == ("answered", "0555-11 22 42")


def test_rows_of_different_matters_leave_nothing_open(assistant):
    answer = assistant({"kontakt.md": NURSES}).ask("Vilket nummer ringer jag när hissen står?")
    assert (answer.state, answer.quotes[0].text.split(": ")[-1]) == ("answered", "0555-11 22 51")


def test_what_only_units_own_rutiner_say_is_found_at_each_that_says_it_in_other_words_too(assistant):
    asking = assistant({path: OVEN.split("## ")[0] + f"## Rutin\n\n{text}\n" for path, text in ROUNDS.items()})
    question = "Vilka klockslag är rundorna med läkemedel?"
    answer = asking.ask(question)
    assert answer.state == "unclear"
    assert {quote.document.split("/")[1] for quote in answer.quotes} == {"Åsgården", "Lindgården"}
    own = asking.ask(question, profile=Profile(unit="Lindgården"))
    assert (own.state, own.quotes[0].document.split("/")[1]) == ("answered", "Lindgården")


def test_a_sentence_of_two_kinds_of_home_gives_each_its_choice_and_is_quoted_once(assistant):
    asking = assistant({"läkemedel.md": COUNTING})
    answer = asking.ask("Hur ofta räknas narkotiska läkemedel?")
    assert answer.state == "unclear"
    assert [choice.split(" – ")[1] for choice in answer.choices] == ["hemsjukvård?", "särskilt boende?", "LSS?"]
    assert len(answer.quotes) == 2
    said = asking.ask(answer.choices[-1])
    assert (said.state, said.text) == ("answered", "I LSS-boende räknas de en gång i månaden.")
    assert said.text in said.quotes[0].text


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Vardag 08.00–17.00", {"dagtid"}),
        ("Vardag 17.00–08.00, helg", {"kväll", "natt", "helg"}),
        ("Vardagar 7–16", {"dagtid"}),
        ("Kylen håller 2–8 grader", set()),
        ("utanför kontorstid", set()),
        ("Ringer vikarie efter 22.00", {"efter 22.00"}),
    ],
)
def test_times_are_read_from_names_and_hours(text, times):
    assert times_of(text) == times


def test_an_hour_in_a_question_is_a_time_of_day():
    assert (moment("tisdag kl 15"), moment("klockan 23"), moment("kl. 8–10")) == ({"dagtid"}, {"natt"}, frozenset())


def test_a_rule_for_another_kind_of_home_is_no_answer(assistant):
    text = "# Rutin för vägning\n\nDokumenttyp: Rutin\n\n## Vägning\n\n{} vägs alla en gång i månaden.\n"
    question = "Hur ofta vägs de som bor på gruppbostaden?"
    assert assistant({"vägning.md": text.format("På gruppbostaden")}).ask(question).state == "answered"
    assert assistant({"vägning.md": text.format("På särskilt boende")}).ask(question).state == "not_found"


def test_a_row_with_a_column_for_each_home_is_choices_and_said_it_is_the_answer(assistant):
    table = (
        "| Uppgift | Särskilt boende | Hemtjänst |\n|---|---|---|\n| Spolning av kateter | Nej | Efter delegering |\n"
    )
    asking = assistant({"rutin.md": f"# Rutin för katetrar\n\nDokumenttyp: Rutin\n\n## Vem får göra vad\n\n{table}"})
    answer = asking.ask("Får jag spola katetern?")
    assert (answer.state, len(answer.quotes)) == ("unclear", 1)
    assert answer.choices == ("Får jag spola katetern – Särskilt boende?", "Får jag spola katetern – Hemtjänst?")
    assert asking.ask(answer.choices[1]).state == "answered"


def test_a_unit_is_known_by_the_title_of_its_rutin(assistant):
    rutin = (
        "# Lokal rutin för {0}\n\nDokumenttyp: Lokal rutin\nGäller från: 2025-01-01\n\n## Bakning\n\n"
        "Bakning med de boende på {0} sker {1}.\n"
    )
    asking = assistant({"a.md": rutin.format("Åsgården", "tisdagar"), "b.md": rutin.format("Lindgården", "fredagar")})
    assert asking.ask("Vilken dag sker bakning med de boende?").state == "unclear"
    assert "fredagar" in asking.ask("Vilken dag sker bakning på Lindgården?").quotes[0].text


VALID = """# Riktlinje för delegering

Dokumenttyp: Riktlinje

## Hur länge delegeringen gäller

| Anställning | Delegeringen gäller längst |
|---|---|
| Tillsvidareanställd | 12 månader |
| Timvikarie | 6 månader |
| Sommarvikarie | Till och med 15 september |
"""


def test_rows_by_employment_are_choices_until_the_question_says_which(assistant):
    asking = assistant({"riktlinje.md": VALID})
    answer = asking.ask("Hur länge gäller delegeringen?")
    assert answer.state == "unclear"
    assert [choice.split(" – ")[1] for choice in answer.choices] == [
        "Tillsvidareanställd?", "Timvikarie?", "Sommarvikarie?",
    ]  # fmt: skip
    own = asking.ask("Hur länge gäller delegeringen för en timvikarie?")
    assert (own.state, own.quotes[0].text.split(": ")[-1]) == ("answered", "6 månader")


def test_a_profile_says_which_group_is_meant_and_groups_that_are_homes_are_homes(assistant):
    groups = VALID.replace("Anställning", "Personalgrupp").replace("Timvikarie", "Undersköterska")
    own = assistant({"riktlinje.md": groups}).ask(
        "Hur länge gäller delegeringen?", profile=Profile(role="undersköterska")
    )
    assert (own.state, own.quotes[0].text.split(": ")[-1]) == ("answered", "6 månader")
    homes = assistant({"vägning.md": WEIGHING.replace("| Boendeform", "| Målgrupp")})
    own = homes.ask(QUESTION, profile=Profile(boendeform="korttidsboende"))
    assert (own.state, own.quotes[0].text.split(": ")[-1]) == ("answered", "Vid ankomst")


def test_the_name_of_a_case_is_not_found_within_a_word(assistant):
    text = VALID.replace("Tillsvidareanställd", "Alla").replace("gäller längst", "kallas åter efter")
    assert assistant({"riktlinje.md": text}).ask("När kallas man åter för delegering?").state == "unclear"


class Sure:
    """A reranker that says of every text that it answers."""

    def scores(self, question, texts):
        return np.full(len(texts), 3.0)


def test_sentences_in_other_words_are_choices_where_the_reranker_says_that_both_answer(ingested, packaged):
    text = (
        "Förflyttning med golvlyft görs alltid av två på särskilt boende. "
        "I hemtjänsten får en person lyfta ensam när arbetsterapeuten har skrivit det i planen."
    )
    rutin = {"rutin.md": f"# Rutin för lyft\n\nDokumenttyp: Rutin\n\n## Lyft\n\n{text}\n"}
    index = ingested(rutin, embedder=packaged) / "index"
    answer = Assistant(index, packaged, today=TODAY, reranker=Sure()).ask(
        "Måste vi vara två vid förflyttning med golvlyft?"
    )
    assert (answer.state, len(answer.quotes)) == ("unclear", 2)
    assert [choice.split(" – ")[1] for choice in answer.choices] == ["särskilt boende?", "hemtjänst?"]


def test_items_that_nothing_leads_in_are_cases_too(assistant):
    alone = LISTED.replace("Insulin får delegeras så här:\n\n", "")
    answer = assistant({"a.md": alone}).ask("Får insulin delegeras?")
    assert answer.state == "unclear" and len(answer.choices) > 1


def test_items_of_a_list_by_kind_of_home_are_choices_and_said_one_is_the_answer(assistant):
    answer = assistant({"a.md": LISTED}).ask("Får insulin delegeras?")
    assert answer.state == "unclear"
    assert [choice.split("– ")[-1] for choice in answer.choices] == ["Särskilt boende?", "Korttid?", "I hemmet?"]
    answer = assistant({"a.md": LISTED}).ask("Får insulin delegeras på korttid?")
    assert answer.state == "answered"
    assert "där ger sjuksköterskan insulin" in answer.text


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Vilket nummer har sjuksköterskan för Almgården på kvällen?", "0555-11 22 43"),
        ("telefon till sjuksköterskan hemsjukvård söderut på kvällen", "0555-11 22 42"),
        ("numret till sjuksköterska i hemsjuk norra tisdagkväll", "0555-11 22 41"),
    ],
)
def test_the_row_of_the_home_and_the_place_that_are_said_is_the_answer(assistant, question, number):
    answer = assistant({"a.md": LISTS_NUMBERS}).ask(question)
    assert answer.state == "answered"
    assert number in answer.quotes[0].text


def test_rows_of_the_kind_of_home_that_is_said_are_choices_by_place(assistant):
    answer = assistant({"a.md": LISTS_NUMBERS}).ask("numret till sjuksköterskan i hemsjukvården på kvällen")
    assert answer.state == "unclear"
    assert [choice.split("– ")[-1] for choice in answer.choices] == ["Norra?", "Södra?"]


@pytest.mark.parametrize(("place", "state"), [("", "unclear"), (" på Viken", "answered")])
def test_a_ward_that_one_unit_alone_speaks_of_says_which_unit(assistant, place, state):
    texts = {source: NIGHT.format(unit=unit, rule=rule) for source, (unit, rule) in WARDS.items()}
    answer = assistant(texts).ask(f"Vilken tid görs tillsyn{place}?")
    assert answer.state == state
    assert {quote.document for quote in answer.quotes} == (
        set(WARDS) if state == "unclear" else {"enheter/Åsgården/natt.md"}
    )


def test_words_of_the_day_and_weekdays_evenings_are_times():
    assert moment("på eftermiddagen") == {"dagtid"}
    assert moment("lördag förmiddag") == frozenset()  # a weekday's numbers are none of that
    assert moment("kl 5 på morgonen") == {"natt"}
    assert times_of("tisdagkväll") == {"kväll"}
    assert times_of("hur lång är nattfastan") == frozenset()


def test_an_item_without_a_colon_is_called_by_its_kind_of_home(assistant):
    late = LISTED.replace(
        "- Korttid: nej, där ger sjuksköterskan insulin.",
        "- På korttid delegeras insulin aldrig, utan ges av den som har ansvaret den dagen: sjuksköterskan.",
    )
    answer = assistant({"a.md": late}).ask("Får insulin delegeras?")
    assert [choice.split("– ")[-1] for choice in answer.choices] == ["Särskilt boende?", "korttid?", "I hemmet?"]


def test_an_item_that_tells_no_case_is_the_answer_by_itself(assistant):
    report = LISTED.replace("- I hemmet: ja, efter sex månader.", "- Skriv felet i avvikelsesystemet samma dag.")
    answer = assistant({"a.md": report}).ask("Var skriver jag felet samma dag, i vilket avvikelsesystem?")
    assert answer.state == "answered"
    assert "avvikelsesystemet" in answer.text + answer.quotes[0].text


@pytest.mark.parametrize(
    ("text", "homes"),
    [
        ("hon bor i en villa", {"ordinärt boende"}),
        ("vi i hemvården undrar", {"hemtjänst"}),
        ("nya på vårdboendet", {"särskilt boende"}),
        ("Vad gäller på Villa Ekbacken?", set()),
        ("en boende är hemsjuk", set()),
        ("gruppboende för demenssjuka", set()),
        ("våra äldreboenden", {"särskilt boende"}),
    ],
)
def test_homes_are_known_by_everyday_words_and_not_by_names(text, homes):
    assert spoken_of(HOMES, text) == homes


MATRIX = """# Ansvarsfördelning

Dokumenttyp: Riktlinje
Gäller från: 2025-01-01

## Uppgifter

| Uppgift | SSK | AT | USK | Senast |
|---|---|---|---|---|
| Fallriskbedömning på korttidsboendet | A | | U | Inom 48 timmar |
| Fallriskbedömning i hemsjukvården | U | A | | Inom 14 dagar |
| Prova ut rullstol | | A | | Inom tre veckor |
"""
HOMEWARD = (
    "Till särskilt boende sker hemgång vardag före klockan 15. Till ordinärt boende sker hemgång vardag före klockan "
    "13. På lördag och söndag tas bara den emot som redan bor på särskilt boende."
)


def test_rows_of_one_table_are_cases_though_each_has_other_empty_cells(assistant):
    asking = assistant({"ansvar.md": MATRIX})
    answer = asking.ask("Hur snart ska fallriskbedömning göras?")
    assert (answer.state, len(answer.quotes)) == ("unclear", 2)
    said = asking.ask("Hur snart ska fallriskbedömning göras på korttidsboendet?")
    assert (said.state, "48 timmar" in said.quotes[0].text) == ("answered", True)


ALARM = "På fastlandet sätts larmet upp inom fem vardagar. På öarna sätts det upp inom tio vardagar."
HIRED = "För tillsvidareanställda gäller delegeringen tolv månader. För vikarier gäller den högst fyra månader."


@pytest.mark.parametrize(
    ("text", "question", "state", "first"),
    [
        (ALARM, "Hur snart sätts larmet upp?", "unclear", ""),
        (HOMEWARD, "Hur sent sker hemgång?", "unclear", ""),
        (ALARM, "Hur snart sätts larmet upp på öarna?", "answered", "På öarna"),
        (HIRED, "Hur länge gäller delegeringen?", "unclear", ""),
        (HIRED, "Hur länge gäller delegeringen för en timvikarie?", "answered", "För vikarier"),
    ],
)
def test_sentences_by_part_of_town_or_employment_are_choices_and_said_one_is_the_answer(
    assistant, text, question, state, first
):
    rule = f"# Riktlinje\n\nDokumenttyp: Riktlinje\nGäller från: 2025-01-01\n\n## Tider\n\n{text}\n"
    asking = assistant({"riktlinje.md": rule})
    answer = asking.ask(question)
    assert answer.state == state
    assert first in answer.text or any(first in quote.text for quote in answer.quotes)
    assert all(asking.ask(choice).state == "answered" for choice in answer.choices)
