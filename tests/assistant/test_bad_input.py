"""Questions that are none, and indexes with next to nothing in them, through the same door as everybody's."""

import json

import pytest

from assistant.assistant import Assistant
from assistant.cli import main

STATES = {"answered", "conflict", "outdated", "not_found", "unclear", "declined", "blocked"}
BAD = {
    "stop words": "och det att i en som på",
    "one letter": "å",
    "five thousand words": "läkemedel " * 5000,
    "one endless word": "läkemedel" * 3000,
    "punctuation": "?!… – ”“ ;:,.",
    "SQL": "'; DROP TABLE chunks; -- UNION SELECT * FROM documents WHERE '1'='1",
    "regex": "(.*)+[^läkemedel]{1,9999}\\\\d(?P<x>$",
    "BM25 and Lucene": '+läkemedel -insulin^4 title:"signerar lista"~3 AND (usk OR *) NOT [a TO z]',
    "another script": "من يوقع قائمة الأدوية عند الخروج من المستشفى؟",
    "a third script": "谁签署出院药物清单？",
    "emoji": "🙂🙃 💊?",
    "control characters": "\x00\x1b[31mläkemedel\u202e\ud7ff\t",
    "half a letter": "la\u0308kemedel \u0308",
    "JSON": '{"ids": ["a1"], "answered": true}',
    "a path": "../../../etc/passwd läkemedel.md",
    "numbers": "24 2–8 10 112 0,5",
}
every_bad = pytest.mark.parametrize("question", BAD.values(), ids=BAD.keys())


def is_verbatim(assistant, quote):
    page = " ".join(block.text for block in assistant.page(quote.document, quote.page))
    return "".join(quote.text.split()) in "".join(page.split())


@pytest.fixture
def assistant(care_index, embedder):
    return Assistant(care_index, embedder)


@every_bad
def test_a_question_that_is_none_gets_a_state_and_quotes_nothing_untrue(assistant, question):
    answer = assistant.ask(question)
    assert answer.state in STATES
    assert all(is_verbatim(assistant, quote) for quote in answer.quotes)
    assert len(answer.text) <= 700


@pytest.mark.parametrize(
    "name", ["stop words", "one letter", "punctuation", "emoji", "another script", "a third script"]
)
def test_words_that_no_document_has_are_not_answered(assistant, name):
    assert assistant.ask(BAD[name]).state in {"not_found", "unclear", "declined"}


@every_bad
def test_an_index_of_one_passage_takes_any_question(ingested, embedder, question):
    folder = ingested({"larm.md": "Ett larm på Älgstigen besvaras inom 10 minuter.\n"})
    answer = Assistant(folder / "index", embedder).ask(question)
    assert answer.state in STATES and len(answer.passages) <= 1


def test_an_index_of_one_passage_answers_from_it(ingested, embedder):
    folder = ingested({"larm.md": "Ett larm på Älgstigen besvaras inom 10 minuter.\n"})
    (passage,) = Assistant(folder / "index", embedder).ask("Inom hur många minuter besvaras ett larm?").passages
    assert passage.chunk.text == "Ett larm på Älgstigen besvaras inom 10 minuter."


def test_no_index_says_what_to_do(tmp_path, capsys):
    assert main(["ask", "Vem besvarar larm?", "--json", "--index", str(tmp_path / "inget")]) == 1
    assert "rollkoll ingest" in capsys.readouterr().err


def test_a_repaired_spelling_finds_the_passage_and_is_told(assistant):
    wrong, right = assistant.ask("Vem singerar läkemedelslsitan?"), assistant.ask("Vem signerar läkemedelslistan?")
    assert [passage.chunk.id for passage in wrong.passages[:3]] == [passage.chunk.id for passage in right.passages[:3]]
    assert json.dumps([quote.text for quote in wrong.quotes]) == json.dumps([quote.text for quote in right.quotes])
