"""Answers that hang on something not said, on small indexes by the packaged model."""

from datetime import date

import pytest

from assistant.answers import Profile, Turn
from assistant.assistant import Assistant
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


def test_where_it_stands_and_who_owns_it_is_said_of_the_document_last_quoted(assistant):
    asking = assistant({"vägning.md": WEIGHING})
    history = []
    for question in ("Hur ofta görs vägning på korttid?", "var står det?", "vem äger den?"):
        answer = asking.ask(question, history=history)
        history.append(Turn(answer.searched or answer.question, answer))
    assert "Rutin för vägning" in history[1].answer.text
    assert history[1].answer.quotes[0].text == history[0].answer.quotes[0].text
    assert history[2].answer.quotes[0].text == "Dokumentansvarig: MAS"
