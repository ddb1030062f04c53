import numpy as np
import pytest

from assistant.question import Reader
from assistant.rank import read_scorers
from assistant.search import Search
from ingest.index import Index
from ingest.wordlist import read_word_list


class SaysOfAll:
    """A reranker that gives every text the same log-odds."""

    def __init__(self, pair):
        self.pair = pair

    def scores(self, question, texts):
        return np.full(len(texts), self.pair)


@pytest.fixture
def chance_of(care_index, embedder):
    """The chance that the best unit answers, by a reranker that gives all units these log-odds, or by none."""
    index = Index(care_index, model=embedder.name)
    reader = Reader(index.lexical, read_word_list().groups)
    titles = {entry["source"]: entry["standing"]["title"] for entry in index.manifest["documents"]}

    def chance(text, pair):
        search = Search(embedder, None if pair is None else SaysOfAll(pair))
        question = reader.read(text)
        return search.chance(question, *search(question, index, titles))

    yield chance
    index.close()


def test_the_chance_of_an_answer_follows_the_reranker(chance_of):
    denied, unsure, sure = (chance_of("Får undersköterskan ge insulin?", pair) for pair in (-4.0, 0.0, 4.0))
    assert denied < unsure < sure


def test_the_chance_is_a_mean_of_three_in_log_odds(chance_of, monkeypatch):
    said = {"reread known": 1.0, "sure": -0.5}
    read = read_scorers()
    monkeypatch.setattr(
        "assistant.search.read_scorers",
        lambda: read | {name: lambda rows, odds=odds: np.full(len(rows), odds) for name, odds in said.items()},
    )
    # (1.0 + 2 * -0.5 + 2.0) / 4 = 0.5; 1 / (1 + exp(-0.5)) = 0.6225
    assert chance_of("Får undersköterskan ge insulin?", 2.0) == pytest.approx(0.6225, abs=1e-4)


@pytest.mark.parametrize("pair", [None, -4.0, 4.0])
def test_nothing_found_has_no_chance(chance_of, embedder, pair):
    search = Search(embedder, None if pair is None else SaysOfAll(pair))
    assert search.chance(None, [], []) == 0.0
