"""Write trained models as the product ships them: ONNX with 8-bit weights, and one tokenizer.

The word vectors are the same in the embedding model and the reranker, since training leaves them: they lie once, in
`words.bin`.

    python -m eval.training.export --model build/embedder --out ingest/model
    python -m eval.training.export --model build/reranker --beside build/reranker-before --share 0.3 --out ingest/model
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

import onnx
import torch
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import BertModel

from eval.training.pairs import HERE, evidence_of, read_lines

EMBEDDER, RERANKER, WORDS = "model.onnx", "reranker.onnx", "words.bin"
HEAD = "head.pt"  # beside a reranker's weights
# What comes into either half of a feed-forward layer has a few places so large that 8 bits hold little of the others
# (Bondarenko et al., 2021, arXiv:2109.12948): these are multiplied in 32 bits, the others in 8 (LLM.int8(), Dettmers et
# al., 2022, arXiv:2208.07339).
APART = 8  # places
SAMPLE = 200  # questions with their answers, by which the largest places are found


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


class Divided(torch.nn.Module):  # type: ignore[misc]
    """A linear layer with some `places` of its inputs multiplied apart from the others."""

    def __init__(self, whole: torch.nn.Linear, places: torch.Tensor) -> None:
        super().__init__()
        self.places = places
        self.others = torch.ones(whole.in_features).index_fill(0, places, 0)
        self.many = torch.nn.Linear(whole.in_features, whole.out_features)
        self.few = torch.nn.Linear(len(places), whole.out_features, bias=False)
        with torch.no_grad():
            self.many.weight.copy_(whole.weight * self.others)
            self.many.bias.copy_(whole.bias)
            self.few.weight.copy_(whole.weight[:, places])

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.many(inputs * self.others) + self.few(inputs[..., self.places])
        return result


def set_apart(encoder: BertModel, rows: Iterable[torch.Tensor], *, apart: int = APART) -> None:
    """Divide both halves of every feed-forward layer by which inputs are largest on `rows` of token ids."""
    halves = [half for layer in encoder.encoder.layer for half in (layer.intermediate, layer.output)]
    largest = [torch.zeros(half.dense.in_features) for half in halves]

    def note(module: torch.nn.Module, inputs: tuple[torch.Tensor], *, values: torch.Tensor) -> None:
        torch.maximum(values, inputs[0].abs().amax((0, 1)), out=values)

    watched = [
        half.dense.register_forward_pre_hook(partial(note, values=values))
        for half, values in zip(halves, largest, strict=True)
    ]
    with torch.no_grad():
        for row in rows:
            encoder(input_ids=row, attention_mask=torch.ones_like(row))
    for half, values, hook in zip(halves, largest, watched, strict=True):
        hook.remove()
        half.dense = Divided(half.dense, values.topk(apart).indices)


def sample(tokenizer: Tokenizer) -> Iterator[torch.Tensor]:
    """Token ids of training questions with their answers, one row each."""
    lines = chain.from_iterable(map(read_lines, sorted((HERE / "questions").glob("*.jsonl"))))
    for line in islice((line for line in lines if line["answerable"]), SAMPLE):
        yield torch.tensor([tokenizer.encode(f"query: {line['question']} {evidence_of(line)[0]}").ids])


def read_model(folder: Path) -> MeanPooled | PairScorer:
    """An embedding model, or a reranker where its head lies beside it."""
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
    model: MeanPooled | PairScorer = MeanPooled(encoder)
    if (folder / HEAD).exists():
        model = PairScorer(encoder)
        model.load_state_dict(torch.load(folder / HEAD, weights_only=True), strict=False)
    model.eval()
    return model


def lean(model: torch.nn.Module, other: torch.nn.Module, share: float) -> None:
    """Move the weights a share of the way to those of another of its kind.

    A mean of two trainings one after the other does no worse than the last on what is like its texts, and better on
    others (Wortsman et al., 2022, arXiv:2109.01903).
    """
    with torch.no_grad():
        for own, others in zip(model.parameters(), other.parameters(), strict=True):
            own.lerp_(others, share)


def export(folder: Path, out: Path, *, beside: Path | None = None, share: float = 0.5) -> None:
    """Write `model.onnx` of an embedding model, or `reranker.onnx` of one with a head, into `out`.

    Where one lies `beside`, the mean of both is written, of which it makes up a `share`. Raises ValueError where `out`
    has word vectors of another model.
    """
    model = read_model(folder)
    if beside is not None:
        lean(model, read_model(beside), share)
    set_apart(model.encoder, sample(Tokenizer.from_file(str(folder / "tokenizer.json"))))
    ids = torch.ones((2, 8), dtype=torch.long) * 5
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            model,
            (ids, torch.ones_like(ids)),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["result"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask")},
            opset_version=17,
            dynamo=False,
        )
        small = Path(scratch) / "small.onnx"
        few = [node.name for node in onnx.load(whole).graph.node if node.name.endswith("/few/MatMul")]
        quantize_dynamic(str(whole), str(small), weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=few)
        write_with_words(onnx.load(small), out / (RERANKER if isinstance(model, PairScorer) else EMBEDDER))
    shutil.copy(folder / "tokenizer.json", out / "tokenizer.json")


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
    parser.add_argument("--beside", type=Path, help="an earlier model of its kind: the mean of both is written")
    parser.add_argument("--share", type=float, default=0.5, help="what the earlier one makes up of it")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    export(arguments.model, arguments.out, beside=arguments.beside, share=arguments.share)


if __name__ == "__main__":
    main()
