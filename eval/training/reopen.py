"""A shipped model as 32-bit weights again, to be trained on: the way back from `export`.

What comes out is what is multiplied when the product runs; what 8 bits took away stays away.

    python -m eval.training.reopen --model ingest/model/reranker.onnx --out build/shipped
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from eval.training.export import HEAD

HEADS, EPSILON = 12, 1e-12  # of multilingual-e5-small; an ONNX file holds them in its steps alone
MATRICES = ("MatMul_quant", "Gemm_MatMul_quant")
Weights = Mapping[str, np.ndarray]


def in_32_bits(weights: Weights, name: str) -> np.ndarray:
    """A matrix whose `name` ends in `_quantized`, by its scale and zero point."""
    stem = name.removesuffix("_quantized")
    shift = weights[f"{stem}_zero_point"].astype(np.int32)
    result: np.ndarray = (weights[name].astype(np.int32) - shift).astype(np.float32) * weights[f"{stem}_scale"]
    return result


def read_shipped(path: Path) -> dict[str, torch.Tensor]:
    """The weights of an exported model by their names in `PairScorer` or `MeanPooled`.

    Raises FileNotFoundError where the model or its word vectors are not there.
    """
    model = onnx.load(str(path))
    weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            weights[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    plain = {
        name: values
        for name, values in weights.items()
        if name.endswith((".weight", ".bias")) and not name.endswith(".many.bias")
    }
    named = plain | dict(_embeddings(weights)) | dict(_matrices(model.graph, weights))
    return {name: torch.tensor(np.ascontiguousarray(values)) for name, values in named.items()}


def _embeddings(weights: Weights) -> Iterator[tuple[str, np.ndarray]]:
    for name in weights:
        if name.endswith("_embeddings.weight_quantized"):
            yield name.removesuffix("_quantized"), in_32_bits(weights, name)


def _matrices(graph: onnx.GraphProto, weights: Weights) -> Iterator[tuple[str, np.ndarray]]:
    """Every linear layer's weight; of a divided one both parts as one, and its bias."""
    nodes = {node.name: node for node in graph.node}
    for name, node in nodes.items():
        place, _, kind = name.strip("/").rpartition("/")
        if kind not in MATRICES:
            continue
        matrix = in_32_bits(weights, node.input[1]).T
        layer = place.replace("/", ".")
        if layer.endswith(".many"):
            layer, apart = layer.removesuffix(".many"), f"/{place.removesuffix('/many')}"
            places = weights[nodes[f"{apart}/Gather"].input[1]]
            matrix[:, places] = weights[nodes[f"{apart}/few/MatMul"].input[1]].T
            yield f"{layer}.bias", weights[f"{layer}.many.bias"]
        yield f"{layer}.weight", matrix


def reopen(path: Path, out: Path) -> None:
    """Write a folder that `train`, `train_reranker` and `export` read."""
    state = read_shipped(path)
    words = state["encoder.embeddings.word_embeddings.weight"]
    inner, width = state["encoder.encoder.layer.0.intermediate.dense.weight"].shape
    encoder = BertModel(
        BertConfig(
            vocab_size=len(words),
            hidden_size=width,
            num_hidden_layers=len({name.split(".")[3] for name in state if name.startswith("encoder.encoder.layer.")}),
            num_attention_heads=HEADS,
            intermediate_size=inner,
            max_position_embeddings=len(state["encoder.embeddings.position_embeddings.weight"]),
            type_vocab_size=len(state["encoder.embeddings.token_type_embeddings.weight"]),
            layer_norm_eps=EPSILON,
            pad_token_id=1,
        ),
        add_pooling_layer=False,
    )
    own = {name.removeprefix("encoder."): values for name, values in state.items() if name.startswith("encoder.")}
    encoder.load_state_dict(own)
    encoder.save_pretrained(out)
    head = {name: values for name, values in state.items() if not name.startswith("encoder.")}
    if head:
        torch.save(head, out / HEAD)
    shutil.copy(path.parent / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    """Read the arguments and reopen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.onnx or reranker.onnx, beside its words.bin")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    reopen(arguments.model, arguments.out)


if __name__ == "__main__":
    main()
