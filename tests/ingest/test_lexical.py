import numpy as np
import pytest

from ingest.lexical import LexicalIndex, build, terms
from ingest.swedish import Compounds, stem

TEXTS = [
    "Sjuksköterskan signerar läkemedelslistan på kvällen – “alltid”.",
    "Undersköterskan besvarar larm inom tio minuter.",
    "Läkaren skriver under. Läkemedel ges av sjuksköterskan.",
    "– – –",
]


@pytest.fixture
def index(tmp_path):
    build(TEXTS, tmp_path / "lexical", known=["lista", "signering"])
    return LexicalIndex(tmp_path / "lexical")


def test_the_text_with_the_words_scores_best(index):
    scores = index.scores({stem("larm"): 1.0, stem("minuter"): 1.0})
    assert scores.shape == (4,)
    assert int(np.argmax(scores)) == 1
    assert list(np.flatnonzero(scores)) == [1]


def test_a_part_finds_the_compound(index):
    assert list(np.flatnonzero(index.scores({stem("läkemedel"): 1.0}))) == [0, 2]
    assert index.compounds.parts("läkemedelslistan") == ("läkemedel", "listan")


def test_weights_scale_scores(index):
    assert index.scores({stem("larm"): 0.5}) == pytest.approx(0.5 * index.scores({stem("larm"): 1.0}))


def test_unknown_and_stop_words_score_nothing(index):
    assert not index.scores({"finns-inte": 1.0, "på": 1.0}).any()
    assert index.frequency("finns-inte") == 0


def test_frequency_and_rarity(index):
    assert index.size == 4
    assert index.frequency(stem("sjuksköterskan")) == 2
    assert index.rarity("finns-inte") > index.rarity(stem("larm")) > index.rarity(stem("sjuksköterskan"))
    # ln(1 + (4 - 1 + 0.5) / (1 + 0.5)), by hand
    assert index.rarity(stem("larm")) == pytest.approx(np.log(1 + 3.5 / 1.5))


def test_spellings_are_words_and_their_counts(index):
    assert index.spellings["sjuksköterskan"] == 2
    assert "lista" not in index.spellings


def test_one_text_alone_can_be_searched(tmp_path):
    build(["Larm."], tmp_path / "one", known=[])
    assert LexicalIndex(tmp_path / "one").scores({"larm": 1.0}).shape == (1,)


def test_compound_is_followed_by_its_parts():
    assert terms("Den läkemedelslistan", Compounds(["läkemedel", "lista"])) == [
        stem("läkemedelslistan"),
        stem("läkemedel"),
        stem("listan"),
    ]
