"""Questions for a document itself, on a small index of documents that have words of their titles in common."""

from datetime import date

import pytest

from assistant.answers import Profile
from assistant.assistant import Assistant

HEAD = "# {title}\n\nDokumenttyp: {kind}\nGäller från: {since}\nVersion: {version}\nDokumentansvarig: MAS\n{more}\n\n"
TODAY = date(2026, 3, 1)


def document(title, kind="Rutin", *, since="2025-01-01", version="2.0", more="", text="Den som är i tjänst ringer."):
    return HEAD.format(title=title, kind=kind, since=since, version=version, more=more) + f"## Syfte\n\n{text}\n"


TEXTS = {
    "fall.md": document("Riktlinje för fallprevention", "Riktlinje"),
    "enheter/Åsgården/fall.md": document("Lokal rutin för fall på Åsgården", "Lokal rutin"),
    "dodsfall.md": document("Rutin vid dödsfall"),
    "egenvard-2019.md": document("Rutin för egenvård", since="2019-01-01", more="Giltig till: 2022-12-31"),
    "delegering.md": document("Rutin för delegering", text="Finns det rutin för nycklar? Den finns i pärmen."),
    "beslut.md": document("Blankett för delegeringsbeslut", "Blankett"),
}


@pytest.fixture
def ask(ingested, embedder):
    assistant = Assistant(ingested(TEXTS) / "index", embedder, today=TODAY)
    return lambda question, **profile: assistant.ask(question, profile=Profile(**profile))


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("Var finns rutinen för fall?", ["fall.md", "enheter/Åsgården/fall.md"]),
        ("jag hittar inte rutinen vid dödsfall", ["dodsfall.md"]),
        ("Har vi nån rutin för delegering?", ["delegering.md", "beslut.md"]),
        ("blankett för delegering, var finns den?", ["beslut.md"]),
        ("senaste fallriktlinjen", ["fall.md"]),
        ("var ligger riktlinjerna för fall", ["fall.md"]),
    ],
    ids=[
        "a part of a compound",
        "a compound that ends alike",
        "any kind",
        "a kind that is meant",
        "a compound",
        "many",
    ],
)
def test_a_document_that_is_asked_for_is_shown_with_its_standing(ask, question, documents):
    answer = ask(question)
    assert answer.state == "answered"
    assert list(dict.fromkeys(quote.document for quote in answer.quotes)) == documents
    assert "version 2.0, gäller från 2025-01-01, ansvarig: MAS" in answer.text
    assert answer.card is None


def test_the_own_unit_s_document_comes_first(ask):
    assert ask("Var finns rutinen för fall?", unit="Åsgården").quotes[0].document == "enheter/Åsgården/fall.md"


def test_a_document_that_no_longer_holds_is_shown_as_such_where_no_other_is_there(ask):
    answer = ask("Var finns rutinen för egenvård?")
    assert (answer.state, answer.quotes[0].document) == ("outdated", "egenvard-2019.md")
    assert answer.text.startswith("Varning: det här gäller inte.") and "till 2022-12-31" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Var finns rutinen för nycklar?",
        "Vem ringer enligt rutinen vid dödsfall?",
        "Var finns nycklarna?",
        "var finns rutinen",
    ],
)
def test_what_is_no_title_or_no_question_for_a_document_is_searched_for(ask, question):
    assert "ansvarig: MAS" not in ask(question).text
