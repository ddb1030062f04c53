import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from eval.training.export import keep_small, write_with_words


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


def test_kept_small_a_product_is_the_same_to_half_a_step_of_each_columns_scale():
    numbers = np.random.default_rng(7)
    first = numbers.normal(size=(6, 4)) * [1, 10, 0.1, 3]
    weights = [first.astype(np.float32), numbers.normal(size=(4, 3)).astype(np.float32)]
    x = numbers.normal(size=(5, 6)).astype(np.float32)
    small = model(*weights)
    keep_small(small, {"step 0"})
    onnx.checker.check_model(small)
    stored = {weight.name: weight for weight in small.graph.initializer}
    assert stored["w0_small"].data_type == onnx.TensorProto.INT8 and "w0" not in stored and "w1" in stored
    step = np.abs(weights[0]).max(axis=0) / 127
    error = np.abs(x).sum(axis=1, keepdims=True) * step / 2
    (result,) = ReferenceEvaluator(small).run(None, {"x0": x})
    assert (np.abs(result - x @ weights[0] @ weights[1]) <= error @ np.abs(weights[1]) + 1e-5).all()
    assert not np.array_equal(result, x @ weights[0] @ weights[1])


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
