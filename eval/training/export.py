"""Write trained models as the product ships them: ONNX with 8-bit weights, and one tokenizer.

The word vectors are the same in the embedding model and the reranker, since training leaves them: they lie once, in
`words.bin`.

    python -m eval.training.export --model build/embedder --out ingest/model
    python -m eval.training.export --model build/reranker --out ingest/model
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertModel

EMBEDDER, RERANKER, WORDS = "model.onnx", "reranker.onnx", "words.bin"
HEAD = "head.pt"  # beside a reranker's weights
# What comes into the second half of a feed-forward layer has outliers that 8 bits cannot hold (Bondarenko et al., 2021,
# arXiv:2109.12948): those products are made with 32 bits, which takes a tenth more time for half of the error.
WIDE = re.compile(r"layer\.\d+/output/dense/MatMul$")


class MeanPooled(torch.nn.Module):  # type: ignore[misc]
    """Token ids in, one vector of length 1 a text out."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(mean(self.encoder, input_ids, attention_mask), dim=-1)


class PairScorer(torch.nn.Module):  # type: ignore[misc]
    """Token ids of a question with a unit in, the log-odds that the unit answers it out."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.dense = torch.nn.Linear(width, width)
        self.out = torch.nn.Linear(width, 1)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        pooled = mean(self.encoder, input_ids, attention_mask)
        scores: torch.Tensor = self.out(torch.tanh(self.dense(pooled))).squeeze(-1)
        return scores


def mean(encoder: BertModel, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """The mean of the last hidden states, shape (texts, width)."""
    hidden = encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
    mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)


def export(folder: Path, out: Path) -> None:
    """Write `model.onnx` of an embedding model, or `reranker.onnx` of one with a head, into `out`.

    Raises ValueError where `out` has word vectors of another model.
    """
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager").eval()
    model: torch.nn.Module = MeanPooled(encoder)
    if (folder / HEAD).exists():
        model = PairScorer(encoder)
        model.load_state_dict(torch.load(folder / HEAD, weights_only=True), strict=False)
    ids = torch.ones((2, 8), dtype=torch.long) * 5
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            model.eval(),
            (ids, torch.ones_like(ids)),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["result"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask")},
            opset_version=17,
            dynamo=False,
        )
        small = Path(scratch) / "small.onnx"
        wide = [node.name for node in onnx.load(whole).graph.node if WIDE.search(node.name)]
        quantize_dynamic(str(whole), str(small), weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=wide)
        made = onnx.load(small)
        keep_small(made, wide)
        write_with_words(made, out / (RERANKER if (folder / HEAD).exists() else EMBEDDER))
    shutil.copy(folder / "tokenizer.json", out / "tokenizer.json")


def keep_small(model: onnx.ModelProto, nodes: Collection[str]) -> None:
    """Store the weights of these products in 8 bits, a scale a column; they are widened once, when they are opened."""
    graph = model.graph
    weights = {weight.name: weight for weight in graph.initializer}
    first = []
    for node in [node for node in graph.node if node.name in nodes]:
        weight = weights[node.input[1]]
        values = onnx.numpy_helper.to_array(weight)
        scale = np.abs(values).max(axis=0) / 127
        small, wide, name = f"{weight.name}_small", f"{weight.name}_wide", weight.name
        graph.initializer.remove(weight)
        rounded = np.round(values / scale).astype(np.int8)
        graph.initializer.append(onnx.numpy_helper.from_array(rounded, small))
        graph.initializer.append(onnx.numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"))
        first += [
            onnx.helper.make_node("Cast", [small], [wide], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [wide, f"{name}_scale"], [name]),
        ]
    for node in reversed(first):
        graph.node.insert(0, node)


def write_with_words(model: onnx.ModelProto, path: Path) -> None:
    """Write a model whose largest weight, the word vectors, lies in `words.bin` beside it."""
    words = max(model.graph.initializer, key=lambda weight: len(weight.raw_data))
    file = path.parent / WORDS
    if not file.exists():
        file.write_bytes(words.raw_data)
    elif file.read_bytes() != words.raw_data:
        raise ValueError(f"{file} holds other word vectors than {path.name}. Delete it and export both models again.")
    set_external_data(words, location=WORDS)
    words.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    export(arguments.model, arguments.out)


if __name__ == "__main__":
    main()
