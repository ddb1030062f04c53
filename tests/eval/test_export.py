import numpy as np
import onnx
import pytest
import torch
from onnx.reference import ReferenceEvaluator
from transformers import BertConfig, BertModel

from assistant.rerank import PackagedReranker, joined
from eval.training.export import lean, read_model, set_apart, write_with_words
from eval.training.reopen import reopen
from ingest.embed import MODEL_FOLDER, open_tokenizer


def model(*weights):
    """x @ each weight in turn."""
    nodes = [
        onnx.helper.make_node("MatMul", [f"x{place}", f"w{place}"], [f"x{place + 1}"], name=f"step {place}")
        for place in range(len(weights))
    ]
    graph = onnx.helper.make_graph(
        nodes,
        "chain",
        [onnx.helper.make_tensor_value_info("x0", onnx.TensorProto.FLOAT, [None, len(weights[0])])],
        [onnx.helper.make_tensor_value_info(f"x{len(weights)}", onnx.TensorProto.FLOAT, [None, weights[-1].shape[1]])],
        [onnx.numpy_helper.from_array(weight, f"w{place}") for place, weight in enumerate(weights)],
    )
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])


def test_setting_the_largest_places_apart_changes_no_result():
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=30, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
        attn_implementation="eager",
    )  # fmt: skip
    encoder = BertModel(config, add_pooling_layer=False).eval()
    loud = [3, 9]  # into the second half of the first layer
    with torch.no_grad():
        encoder.encoder.layer[0].intermediate.dense.bias[loud] += 50
    rows = [torch.randint(30, (1, length)) for length in (3, 7)]
    before = [encoder(row).last_hidden_state for row in rows]
    weights = encoder.encoder.layer[0].output.dense.weight.clone()
    set_apart(encoder, rows, apart=2)
    for row, expected in zip(rows, before, strict=True):
        torch.testing.assert_close(encoder(row).last_hidden_state, expected, rtol=1e-4, atol=1e-4)
    divided = encoder.encoder.layer[0].output.dense
    assert sorted(divided.places.tolist()) == loud
    torch.testing.assert_close(divided.few.weight, weights[:, divided.places])
    assert not divided.many.weight[:, loud].any() and divided.many.weight[:, 0].any()


def test_a_model_leans_a_share_of_the_way_to_another():
    own, other = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
    before = own.weight.clone()
    lean(own, other, 0.25)
    torch.testing.assert_close(own.weight, 0.75 * before + 0.25 * other.weight)
    with pytest.raises(ValueError, match="zip"):
        lean(own, torch.nn.Linear(2, 1, bias=False), 0.25)


def test_word_vectors_lie_once_beside_two_models_and_those_of_another_are_refused(tmp_path):
    words = np.arange(40, dtype=np.float32).reshape(10, 4)
    for name in ("one.onnx", "two.onnx"):
        write_with_words(model(words, np.eye(4, dtype=np.float32)), tmp_path / name)
    assert (tmp_path / "words.bin").stat().st_size == words.nbytes
    loaded = onnx.load(tmp_path / "two.onnx")
    (result,) = ReferenceEvaluator(loaded).run(None, {"x0": np.ones((1, 10), dtype=np.float32)})
    np.testing.assert_allclose(result, words.sum(axis=0, keepdims=True))
    with pytest.raises(ValueError, match=r"words\.bin"):
        write_with_words(model(words + 1, np.eye(4, dtype=np.float32)), tmp_path / "three.onnx")


def test_a_shipped_model_comes_back_as_what_is_multiplied_when_it_runs(tmp_path):
    reopen(MODEL_FOLDER / "reranker.onnx", tmp_path)
    question, texts = (
        "vem ringer jag på natten?",
        [
            ("Nattetid ringer du jourhavande sjuksköterska.", "Kontakt: "),
            ("Listan sparas i tre år.", "Arkiv: "),
            ("Uppgift: Ringa läkare | När: Kväll och natt | Ansvarig: Sjuksköterska", "Jour"),
        ],
    )
    rows = joined(open_tokenizer(tmp_path / "tokenizer.json"), question, texts)
    model = read_model(tmp_path)
    with torch.no_grad():
        scores = [float(model(torch.tensor([row]), torch.ones((1, len(row)), dtype=torch.long))) for row in rows]
    # What 8 bits round off of the sums within the model; the scores lie some eight apart.
    np.testing.assert_allclose(scores, PackagedReranker(MODEL_FOLDER).scores(question, texts), atol=0.4)
