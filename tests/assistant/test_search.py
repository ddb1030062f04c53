import numpy as np
import pytest

from assistant.question import Reader
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


@pytest.mark.parametrize("pair", [None, -4.0, 4.0])
def test_nothing_found_has_no_chance(chance_of, embedder, pair):
    search = Search(embedder, None if pair is None else SaysOfAll(pair))
    assert search.chance(None, [], []) == 0.0
