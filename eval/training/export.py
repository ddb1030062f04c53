"""Write a trained encoder as the product's model: ONNX with 8-bit weights, beside its tokenizer.

python -m eval.training.export --model build/trained --out ingest/model
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertModel


class MeanPooled(torch.nn.Module):  # type: ignore[misc]
    """Token ids in, one vector of length 1 a text out."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(mean, dim=-1)


def export(model: Path, out: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` into `out`."""
    encoder = BertModel.from_pretrained(model, add_pooling_layer=False, attn_implementation="eager").eval()
    ids = torch.ones((2, 8), dtype=torch.long) * 5
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            MeanPooled(encoder),
            (ids, torch.ones_like(ids)),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask")},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(whole), str(out / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(model / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    export(arguments.model, arguments.out)


if __name__ == "__main__":
    main()
