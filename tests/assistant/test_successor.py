"""An old version of a document that answers best, beside the version in force."""

from datetime import date

import numpy as np
import pytest

from assistant.assistant import Assistant
from ingest.embed import PACKAGED, open_embedder

HEAD = "# {title}\n\nDokumenttyp: Riktlinje\nGäller från: {since}\nGiltig till: {until}\n\n## Förvaring\n\n{text}\n"
OLD = HEAD.format(
    title="Riktlinje för läkemedel 2021",
    since="2021-01-01",
    until="2023-12-31",
    text="Koden till läkemedelsskåpet byts två gånger per år. Larmkedjan provas varje lördag.",
)
NEW = HEAD.format(
    title="Riktlinje för läkemedel",
    since="2024-01-01",
    until="2027-12-31",
    text="Koden till läkemedelsskåpet byts var tredje månad. Läkemedel till kylen märks med datum.",
)


@pytest.fixture
def ask(ingested, embedder):
    def ask(question, **texts):
        return Assistant(ingested(texts) / "index", embedder, today=date(2026, 3, 1)).ask(question)

    return ask


QUESTION = "Hur många gånger per år byts koden till läkemedelsskåpet?"


def test_the_rule_in_force_is_shown_and_not_the_one_whose_place_it_took(ask):
    answer = ask(QUESTION, **{"ny.md": NEW, "gammal.md": OLD})
    assert answer.state == "answered"
    assert answer.quotes[0].text.startswith("Koden till läkemedelsskåpet byts var tredje månad.")
    assert {quote.document for quote in answer.quotes} == {"ny.md"}


def test_what_the_version_in_force_does_not_say_is_shown_with_a_warning(ask):
    answer = ask("Provas larmkedjan varje lördag?", **{"ny.md": NEW, "gammal.md": OLD})
    assert (answer.state, answer.quotes[0].document) == ("outdated", "gammal.md")


def test_a_document_of_another_title_takes_no_rule_s_place(ask):
    other = NEW.replace("Riktlinje för läkemedel", "Riktlinje för nycklar")
    answer = ask(QUESTION, **{"ny.md": other, "gammal.md": OLD})
    assert (answer.state, answer.quotes[0].document) == ("outdated", "gammal.md")


def test_another_rule_in_force_that_says_otherwise_is_a_conflict_with_it(ask):
    other = NEW.replace("Riktlinje för läkemedel", "Rutin för skåp").replace("var tredje månad", "var sjätte månad")
    answer = ask(QUESTION, **{"ny.md": NEW, "gammal.md": OLD, "skåp.md": other})
    assert (answer.state, {quote.document for quote in answer.quotes}) == ("conflict", {"ny.md", "skåp.md"})


def test_a_table_in_force_takes_the_place_of_an_old_sentence_where_it_answers_by_itself(ingested):
    packaged = open_embedder(PACKAGED)
    table = (
        "Koden till läkemedelsskåpet byts när någon slutar.\n\n| Boendeform | Koden till läkemedelsskåpet byts |\n"
        "|---|---|\n| Särskilt boende | Var tredje månad |\n| Hemtjänst | Var sjätte månad |\n"
    )
    old = OLD.replace("två gånger per år", "två gånger per år på alla enheter")
    new = NEW[: NEW.index("Koden")] + table
    index = ingested({"ny.md": new, "gammal.md": old}, embedder=packaged) / "index"
    answer = Assistant(index, packaged, today=date(2026, 3, 1)).ask("Hur ofta byts koden till läkemedelsskåpet?")
    assert {quote.document for quote in answer.quotes} == {"ny.md"}


def test_under_another_title_it_is_told_by_the_version_that_it_replaces(ask):
    old = OLD.replace("läkemedel 2021", "läkemedel i hemsjukvård").replace(
        "## F", "Version: 3.1\nStatus: Upphävd\n\n## F"
    )
    new = NEW.replace("läkemedel\n", "läkemedel och delegering\n").replace(
        "## F", "Version: 4.0 (ersätter version 3.1)\n\n## F"
    )
    answer = ask(QUESTION, **{"ny.md": new, "gammal.md": old})
    assert (answer.state, {quote.document for quote in answer.quotes}) == ("answered", {"ny.md"})


@pytest.mark.parametrize(
    ("by", "first"), [("Riktlinje för läkemedel, version 4", "ny.md"), ("annan rutin", "gammal.md")]
)
def test_an_old_version_may_say_itself_what_replaced_it(ask, by, first):
    old = OLD.replace("läkemedel 2021", "hantering av medicin").replace("## F", f"Ersatt av {by}.\n\n## F")
    assert ask(QUESTION, **{"ny.md": NEW, "gammal.md": old}).quotes[0].document == first


class Reads:
    """A reranker that knows the texts which answer by a word in them."""

    def __init__(self, word):
        self.word = word

    def scores(self, question, texts):
        return np.array([3.0 if self.word in unit else -3.0 for unit, _ in texts])


@pytest.mark.parametrize(("word", "first"), [("halvår", "ny.md"), ("gånger", "gammal.md")])
def test_of_what_is_nearest_the_old_rule_the_reranker_says_what_took_its_place(ingested, word, first):
    packaged = open_embedder(PACKAGED)
    new = NEW.replace(
        "Koden till läkemedelsskåpet byts var tredje månad.",
        "Koden till läkemedelsskåpet lämnas till den som tjänstgör. Skåpet får ny kod varje halvår.",
    )
    index = ingested({"ny.md": new, "gammal.md": OLD}, embedder=packaged) / "index"
    asking = Assistant(index, packaged, reranker=Reads(word), today=date(2026, 3, 1))
    quote = asking.ask(QUESTION).quotes[0]
    assert quote.document == first
    assert word in quote.text
