import numpy as np
import pytest

from assistant.examples import (
    NO_EXAMPLES,
    NOTHING,
    SILENT,
    Examples,
    echo_features,
    loudest,
    open_examples,
    write_examples,
)
from ingest.embed import PACKAGED, open_embedder
from ingest.errors import ModelMissing

ASKED = [
    ("Får jag ge insulin?", "Insulin ges efter delegering.", "åkebo"),
    ("Kan usk ge insulin?", "Insulin ges efter delegering.", "viken"),
    ("Vem ger insulin på natten?", "Nattsjuksköterskan ger insulin.", "viken"),
    ("Vad kostar maten?", "Matlådan kostar 62 kronor.", "viken"),
]


class Known:
    """An embedder whose texts have vectors of 3 numbers, by what they are about."""

    name = "known"

    def query(self, text):
        vector = np.array([text.count("insulin"), text.count("natt") / 4, text.count("mat")], dtype=np.float32)
        return vector / np.linalg.norm(vector)

    def passages(self, texts):
        return np.stack([self.query(text.lower()) for text in texts])


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.fixture
def examples(tmp_path):
    write_examples(ASKED, Known(), tmp_path / "examples.npz")
    return open_examples("known", tmp_path / "examples.npz")


def test_the_nearest_answer_is_heard_best(examples):
    like = examples.like(Known().query("insulin på natten"))
    assert like.nearness == pytest.approx(1.0, abs=1e-3)
    assert np.linalg.norm(like.mean) == pytest.approx(1.0, abs=1e-5)
    assert like.best @ Known().query("Nattsjuksköterskan ger insulin.".lower()) == pytest.approx(1.0, abs=1e-3)


def test_what_answers_another_thing_is_heard_less(examples):
    like = examples.like(Known().query("insulin"))
    near, far = like.echoes(Known().passages(["insulin", "mat"]))
    assert near[0] > 0.9 and near[1] > 0.9 and far[0] < 0.5 and far[1] < 0.1


def test_an_owner_may_be_left_out(examples):
    assert examples.without("viken").like(Known().query("mat")).nearness < 0.5
    assert examples.without("åkebo").like(Known().query("mat")).nearness > 0.99


def test_another_model_has_no_examples(examples, tmp_path):
    assert open_examples("other", tmp_path / "examples.npz") is NO_EXAMPLES
    assert NO_EXAMPLES.like(Known().query("insulin")) is NOTHING
    assert NO_EXAMPLES.without("viken").like(Known().query("insulin")) is NOTHING


def test_a_file_that_is_gone_says_what_to_do(tmp_path):
    with pytest.raises(ModelMissing, match=r"gone\.npz.*git checkout"):
        open_examples("known", tmp_path / "gone.npz")


def test_features_tell_how_far_below_the_loudest(examples):
    like = examples.like(Known().query("insulin"))
    high = loudest([(0.5, 0.2), (0.3, 0.9)])
    assert high == (0.5, 0.9)
    assert echo_features((0.3, 0.2), high, like) == pytest.approx([0.3, -0.2, 0.2, -0.7, like.nearness])
    assert loudest([]) == SILENT


def test_the_file_that_comes_along_is_of_the_packaged_model(packaged):
    examples = open_examples(packaged.name)
    assert isinstance(examples, Examples) and examples is not NO_EXAMPLES
    question, said, other = "Får jag som undersköterska ge insulin?", "Insulin får delegeras.", "Nycklar kvitteras."
    like = examples.like(packaged.query(question))
    assert like.nearness > 0.8
    (near, _), (far, _) = like.echoes(packaged.passages([said, other]))
    assert near > far
