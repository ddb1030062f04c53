from datetime import date

import pytest

from assistant.assistant import Assistant
from assistant.search import Search
from ingest.embed import PACKAGED, open_embedder

TEXTS = {
    "enheter/Åsgården/rutin.md": "# Rutin Åsgården\n\nYtterdörren låses klockan 20.30 av kvällspersonalen.\n",
    "enheter/Björkbacken/rutin.md": "# Rutin Björkbacken\n\nYtterdörren låses klockan 22.00 av nattpersonalen.\n",
}
LOCKED = "När låses ytterdörren på kvällen?"


class Told(Search):
    """Is as sure as it was told to be, of what is in force first, then of what units' own rutiner say."""

    def __init__(self, embedder, chances):
        super().__init__(embedder)
        self.chances = iter(chances)

    def chance(self, question, passages, units):
        return next(self.chances)


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.fixture
def ask(ingested, packaged):
    folder = ingested(TEXTS, embedder=packaged)

    def ask(question, *chances):
        return Assistant(folder / "index", packaged, search=Told(packaged, chances), today=date(2026, 3, 1)).ask(
            question
        )

    return ask


def test_units_rules_are_choices_where_an_answer_is_likely(ask):
    answer = ask(LOCKED, 0.9, 0.9)
    assert answer.state == "unclear"
    assert "20.30" in answer.quotes[0].text + answer.quotes[1].text


def test_and_none_where_it_is_not_however_likely_one_is_among_them(ask):
    assert ask(LOCKED, 0.1, 0.9).state == "not_found"


def test_the_rule_of_the_place_that_is_named_answers_where_it_alone_is_likely(ask):
    answer = ask("När låses ytterdörren på Björkbacken?", 0.1, 0.9)
    assert answer.state == "answered"
    assert "22.00" in answer.quotes[0].text
