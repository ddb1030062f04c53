import json
from math import tanh

import pytest

from assistant.question import Reader
from assistant.rank import (
    KNOWN_FEATURES,
    UNIT_FEATURES,
    WEIGHTS,
    Found,
    Scorer,
    describe_answer,
    describe_units,
    order_passages,
    order_units,
    read_scorers,
    shifted,
)
from assistant.reread import (
    ALWAYS_READ,
    REREAD,
    REREAD_KNOWN_FEATURES,
    REREAD_PASSAGE_FEATURES,
    REREAD_UNIT_FEATURES,
    worth_reading,
)
from assistant.retrieve import FEATURES, retrieve
from ingest.index import Index
from ingest.wordlist import read_word_list

SMALL = {
    "mean": [1.0, 2.0],
    "scale": [2.0, 0.5],
    "hidden": [[1.0, -1.0], [0.5, 0.0]],
    "bias": [0.25, 0.0],
    "out": [2.0, 1.0],
    "last": -1.0,
}


@pytest.fixture
def searched(care_index, embedder):
    """Makes (question, candidates) of a text."""
    index = Index(care_index, model=embedder.name)
    reader = Reader(index.lexical, read_word_list().groups)

    def search(text):
        question = reader.read(text)
        return question, retrieve(question, index, embedder)

    yield search
    index.close()


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        # the mean itself: (0, 0) gives tanh(0.25), tanh(0)
        ([1.0, 2.0], 2 * tanh(0.25) - 1),
        # (3 - 1) / 2 = 1 and (2.5 - 2) / 0.5 = 1: 1 + 0.5 + 0.25 and -1
        ([3.0, 2.5], 2 * tanh(1.75) + tanh(-1.0) - 1),
        # far out is 6 scales out: -6 + 0.25 and 6
        ([-1e9, 2.0], 2 * tanh(-5.75) + tanh(6.0) - 1),
    ],
    ids=["mean", "one scale up", "far out"],
)
def test_a_score_is_what_is_worked_out_by_hand(features, expected):
    assert Scorer([SMALL])([features]) == pytest.approx([expected])


def test_rows_are_scored_each_for_itself():
    rows = [[1.0, 2.0], [3.0, 2.5], [0.0, 0.0]]
    assert Scorer([SMALL])(rows) == pytest.approx([Scorer([SMALL])([row])[0] for row in rows])


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("passage", FEATURES),
        ("unit", UNIT_FEATURES),
        ("known", KNOWN_FEATURES),
        ("reread passage", REREAD_PASSAGE_FEATURES),
        ("reread unit", REREAD_UNIT_FEATURES),
        ("reread known", REREAD_KNOWN_FEATURES),
        ("sure", REREAD_KNOWN_FEATURES),
    ],
)
def test_the_shipped_weights_fit_the_features(name, features):
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    stages = {"passage", "unit", "known"}
    assert weights.keys() == stages | {f"reread {stage}" for stage in stages} | {"sure"} == read_scorers().keys()
    assert len(set(features)) == len(features)
    assert weights[name]
    for own in weights[name]:
        assert len(own["mean"]) == len(own["scale"]) == len(own["hidden"]) == len(features)
        assert {len(row) for row in own["hidden"]} == {len(own["bias"])} == {len(own["out"])}
        assert min(own["scale"]) > 0


def test_a_scorer_of_several_networks_gives_their_mean():
    other = {**SMALL, "last": SMALL["last"] + 1.0}
    row = [0.0] * len(SMALL["mean"])
    assert Scorer([SMALL, other])([row]) == pytest.approx(Scorer([SMALL])([row]) + 0.5)


def test_units_and_answers_are_described_by_as_many_numbers_as_are_named(searched):
    question, candidates = searched("Får undersköterskan ge insulin?")
    units = describe_units(question, candidates)
    assert units and {len(unit.features) for unit in units} == {len(UNIT_FEATURES)}
    assert len(describe_answer(question, candidates, units)) == len(KNOWN_FEATURES)
    assert describe_answer(question, candidates, []) == [0.0] * len(KNOWN_FEATURES)
    assert describe_answer(question, [], units) == [0.0] * len(KNOWN_FEATURES)


def test_what_standing_adds_tells_nothing_of_whether_it_answers(searched):
    question, candidates = searched("Får undersköterskan ge insulin?")
    passages, units = shifted(candidates, describe_units(question, candidates), lambda chunk: 0.0)
    plain = describe_answer(question, passages, units)
    passages, units = shifted(candidates, units, lambda chunk: 2.0)
    assert describe_answer(question, passages, units) == pytest.approx(plain)


def test_words_that_nothing_in_the_index_holds_are_told(searched):
    def known(asked):
        question, candidates = searched(asked)
        units = describe_units(question, candidates)
        return dict(zip(KNOWN_FEATURES, describe_answer(question, candidates, units), strict=True))

    plain, missed = known("Får undersköterskan ge insulin?"), known("Får undersköterskan ge legionella?")
    assert (plain["absent words"], plain["absent"]) == (0, 0)
    assert missed["absent words"] == 1 / 4 and 0 < missed["absent"] < 1
    assert missed["rarest missing"] == 1 and missed["missing in best"] >= missed["absent"]


def test_features_stand_where_their_names_say(searched):
    question, candidates = searched("Vem provar ut gånghjälpmedel?")
    units = {
        unit.text: dict(zip(UNIT_FEATURES, unit.features, strict=True)) for unit in describe_units(question, candidates)
    }
    item = units["Fysioterapeuten provar ut gånghjälpmedel."]
    assert (item["item"], item["sentence"], item["row"], item["asks who"], item["asks number"]) == (1, 0, 0, 1, 0)
    assert item["has role"] == 1 and item["has phone"] == 0 and item["fit"] == 1
    sentence = units["Delegeringen gäller högst ett år."]
    assert (sentence["sentence"], sentence["has number"], sentence["first"]) == (1, 1, 0)
    assert sentence["short"] == 1 and sentence["length"] == len("Delegeringen gäller högst ett år.") / 400


def test_passages_and_units_come_best_first(searched):
    question, candidates = searched("Får undersköterskan ge insulin?")
    scorers = read_scorers()
    passages = order_passages(candidates, scorers["passage"])
    assert [found.score for found in passages] == sorted((found.score for found in passages), reverse=True)
    assert passages[0].chunk.section[-1] == "Insulin"
    units = order_units(describe_units(question, passages), scorers["unit"])
    assert [unit.score for unit in units] == sorted((unit.score for unit in units), reverse=True)
    assert sorted(id(unit.candidate) for unit in units if unit.number == 0) == sorted(map(id, passages))


def test_nothing_found_is_nothing_ordered(searched):
    question, _ = searched("insulin")
    scorers = read_scorers()
    assert order_passages([], scorers["passage"]) == []
    assert order_units([], scorers["unit"]) == []
    assert describe_units(question, []) == []


def scored(*scores):
    return [Found(None, place, [], score=score) for place, score in enumerate(scores)]


def test_the_reranker_reads_the_first_units_always_and_of_the_next_those_near_the_best():
    assert worth_reading([]) == []
    far = scored(5.0, *[-9.0] * 30)
    assert worth_reading(far) == far[:ALWAYS_READ]
    near = scored(*[5.0 - 0.1 * place for place in range(30)])
    assert worth_reading(near) == near[:REREAD]
    mixed = scored(*[5.0] * 10, *[0.0] * 10)
    assert worth_reading(mixed) == mixed[:10]
