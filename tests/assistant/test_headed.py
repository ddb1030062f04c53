"""assistant/headed.py: sections side by side whose headings are cases, on small indexes by the packaged model."""

from datetime import date

import numpy as np
import pytest

from assistant.assistant import Assistant
from ingest.embed import PACKAGED, open_embedder

RULE = """# Riktlinje för delegering

Dokumenttyp: Riktlinje
Gäller från: 2025-01-01

## Giltighet

### {first}

Delegering gäller i högst tolv månader.

### {second}

Delegering gäller i högst sex månader.

## Arkiv

### Timvikarier

Delegering som gällt i tolv månader sparas i arkivet.
"""
QUESTION = "Hur länge gäller delegering?"


class Sure:
    """A reranker that is sure of everything, or of what holds a word."""

    def __init__(self, word=""):
        self.word = word

    def scores(self, question, texts):
        return np.array([3.0 if self.word in unit else -3.0 for unit, _ in texts])


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


def test_sections_that_say_the_same_leave_nothing_open(ingested, packaged):
    same = RULE.format(first="Särskilt boende", second="Ordinärt boende").replace("sex månader", "tolv månader")
    index = ingested({"riktlinje.md": same}, embedder=packaged) / "index"
    assert Assistant(index, packaged, today=date(2026, 3, 1), reranker=Sure()).ask(QUESTION).state == "answered"


@pytest.fixture
def assistant(ingested, packaged):
    def make(first, second, reranker):
        index = ingested({"riktlinje.md": RULE.format(first=first, second=second)}, embedder=packaged) / "index"
        return Assistant(index, packaged, today=date(2026, 3, 1), reranker=reranker)

    return make


@pytest.mark.parametrize(
    ("first", "second", "cases"),
    [
        ("Tillsvidareanställda", "Timvikarier", ["tillsvidareanställd", "timvikarie"]),
        ("Särskilt boende", "Ordinärt boende", ["särskilt boende", "ordinärt boende"]),
    ],
)
def test_sections_headed_by_cases_are_choices_until_one_is_said(assistant, first, second, cases):
    asking = assistant(first, second, Sure())
    answer = asking.ask(QUESTION)
    assert (answer.state, len(answer.quotes)) == ("unclear", 2)
    assert [choice.split(" – ")[1].rstrip("?") for choice in answer.choices] == cases
    told = asking.ask(answer.choices[1])
    assert (told.state, "sex månader" in told.quotes[0].text) == ("answered", True)


@pytest.mark.parametrize(
    ("first", "second", "reranker"),
    [
        ("Introduktion", "Uppföljning", Sure()),
        ("Tillsvidareanställda", "Uppföljning", Sure()),
        ("Tillsvidareanställda", "Timvikarier", Sure("tolv månader.")),
        ("Den som är tillsvidareanställd och arbetar på vård- och omsorgsboende", "Timvikarier", Sure()),
    ],
    ids=["no cases", "one case", "the other does not answer", "a heading that says more"],
)
def test_else_one_section_answers(assistant, first, second, reranker):
    answer = assistant(first, second, reranker).ask(QUESTION)
    assert answer.state == "answered"
    assert "arkivet" not in answer.quotes[0].text
