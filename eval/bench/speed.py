"""How long things take and how much memory they need, on the index at hand and on a large one of filler text."""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any

import numpy as np

from assistant.assistant import Assistant
from assistant.question import Reader
from assistant.rerank import Reranker
from assistant.retrieve import retrieve
from assistant.search import Search
from eval.bench.errors import BenchError
from eval.score import percentile
from ingest.embed import Embedder, Vectors
from ingest.index import Index
from ingest.pipeline import Report, ingest
from ingest.wordlist import read_word_list

THREADS = 20  # that ask at once
WARM = 3  # questions before the clock starts
COLD = 3  # programs started anew; the median is told
PAGE = 50  # passages of a filler document
LONGEST_WAIT = 600  # seconds for one program
Told = Callable[[str], None]


class RandomVectors:
    """Random passage vectors, for an index whose size is all that matters; questions are embedded by the real model."""

    def __init__(self, embedder: Embedder, *, seed: int) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._random = np.random.default_rng(seed)
        self._width = len(embedder.query("bredd"))

    def passages(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._random.standard_normal((len(texts), self._width)).astype(np.float32)
        scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled

    def query(self, text: str) -> Vectors:
        return self._embedder.query(text)


def filler(folder: Path, *, passages: int, sentences: int, vocabulary: dict[str, int], seed: int) -> None:
    """Write Markdown files with this many passages, one a heading, of words drawn as often as `vocabulary` has them."""
    chance = random.Random(seed)
    spelled, counts = list(vocabulary), list(vocabulary.values())
    folder.mkdir(parents=True)
    for first in range(0, passages, PAGE):
        lines = [f"# Utfyllnad {first // PAGE + 1}", ""]
        for number in range(first, min(first + PAGE, passages)):
            drawn = chance.choices(spelled, counts, k=sentences * 11)
            text = " ".join(" ".join(drawn[at : at + 11]).capitalize() + "." for at in range(0, len(drawn), 11))
            lines += [f"## Avsnitt {number + 1}", "", text, ""]
        (folder / f"{first // PAGE:06d}.md").write_text("\n".join(lines), encoding="utf-8")


def ingest_speed(report: Report) -> dict[str, float]:
    """Passages and vectors a second of an ingest from nothing."""
    return {
        "passages": report.passages,
        "vectors": report.vectors,
        "seconds": round(report.seconds, 2),
        "passages a second": round(report.passages / report.seconds, 1),
        "vectors a second": round(report.vectors / report.seconds, 1),
    }


def latencies(
    questions: Sequence[str], index: Index, embedder: Embedder, search: Search, assistant: Assistant
) -> dict[str, dict[str, float]]:
    """p50 and p95 in seconds of each stage, one question at a time; every stage holds the one before.

    embed ▸ retrieve (reading, embedding, BM25, vectors, features) ▸ search (and ranking, with the reranker where there
    is one) ▸ answer (all of `ask`)
    """
    reader = Reader(index.lexical, read_word_list().groups)
    titles = {entry["source"]: entry["standing"].get("title", "") for entry in index.manifest["documents"]}
    taken: dict[str, list[float]] = {name: [] for name in ("embed", "retrieve", "search", "answer")}
    for number, text in enumerate([*questions[:WARM], *questions]):
        times = [perf_counter()]
        embedder.query(text)
        times.append(perf_counter())
        read = reader.read(text)
        retrieve(read, index, embedder)
        times.append(perf_counter())
        search(read, index, titles)
        times.append(perf_counter())
        assistant.ask(text)
        times.append(perf_counter())
        if number >= min(WARM, len(questions)):
            taken["embed"].append(times[1] - times[0])
            taken["retrieve"].append(times[2] - times[1])
            taken["search"].append(times[3] - times[2])
            taken["answer"].append(times[4] - times[3])
    return {name: spread(values) for name, values in taken.items()}


def at_once(questions: Sequence[str], assistant: Assistant, *, threads: int = THREADS) -> dict[str, float]:
    """Answers a second, and how long each took, with every thread asking its next question when it has an answer."""

    def timed(text: str) -> float:
        started = perf_counter()
        assistant.ask(text)
        return perf_counter() - started

    asked = [questions[place % len(questions)] for place in range(max(threads * 5, len(questions)))]
    started = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        taken = list(pool.map(timed, asked))
    return {"threads": threads, "answers a second": round(len(asked) / (perf_counter() - started), 2), **spread(taken)}


def spread(values: Sequence[float]) -> dict[str, float]:
    """p50 and p95 of at least one value, in seconds."""
    ordered = sorted(values)
    return {f"p{percent}": round(percentile(ordered, percent) or 0.0, 4) for percent in (50, 95)}


def program(questions: Sequence[str], index: Path, model: str, scratch: Path) -> dict[str, float | None]:
    """`rollkoll ask` as a program of its own: seconds from start to end, and the most memory held (on Linux)."""
    scratch.mkdir(parents=True, exist_ok=True)
    batch = scratch / "questions.jsonl"
    batch.write_text("".join(json.dumps({"question": text}) + "\n" for text in questions), encoding="utf-8")
    options = ["--batch", str(batch), "--json", "--index", str(index.resolve())]
    command = [sys.executable, "-m", "assistant.cli", "ask", *options]
    environment = {**os.environ, "ROLLKOLL_EMBEDDING_MODEL": model, "ROLLKOLL_MODEL_URL": ""}
    said = scratch / "said.txt"
    started = monotonic()
    most: float | None = None
    with said.open("w", encoding="utf-8") as errors:
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
        while running.poll() is None:
            # Read while it runs: the peak that a parent is told afterwards begins at the parent's own size.
            most = _peak(running.pid) or most
            if monotonic() - started > LONGEST_WAIT:
                running.kill()
                running.wait()
            sleep(0.01)
    seconds = monotonic() - started
    if running.returncode:
        reason = said.read_text(encoding="utf-8")[-300:].strip()
        raise BenchError(f"`rollkoll ask` ended with {running.returncode}: {reason}")
    return {"questions": len(questions), "seconds": round(seconds, 2), "peak memory MiB": most}


def _peak(process: int) -> float | None:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return round(int(found[0]) / 1024, 1) if found else None


def machine() -> dict[str, Any]:
    """What the times were taken on; the load is of the last minute, before the start."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load before": round(load, 2) if load is not None else None,
    }


def measure(
    questions: Sequence[str],
    documents: Path,
    embedder: Embedder,
    reranker: Reranker | None,
    model: str,
    scratch: Path,
    *,
    passages: int,
    seed: int,
    told: Told = lambda step: None,
) -> dict[str, Any]:
    """Everything, without a language model, on `documents` read in anew, and on `passages` of filler (0: none).

    `model` is the setting that opens `embedder`.
    """
    told("speed: reading the documents in")
    here = scratch / "here"
    first = ingest(documents, here, embedder)
    indexes = {"these documents": (here, first)}
    if passages:
        told(f"speed: building {passages} passages of filler")
        with closing(Index(here)) as index:
            words = index.lexical.spellings
        # As many sentences as a passage of ours has units, so that the vectors are as many.
        sentences = max(1, round(first.vectors / first.passages) - 1)
        filler(scratch / "filler", passages=passages, sentences=sentences, vocabulary=words, seed=seed)
        there = scratch / "there"
        built = ingest(scratch / "filler", there, RandomVectors(embedder, seed=seed))
        indexes[f"{passages} passages of filler"] = (there, built)
    result: dict[str, Any] = {"machine": machine(), "indexes": {}}
    for name, (folder, report) in indexes.items():
        told(f"speed: asking {name}")
        cold = [program(questions[:1], folder, model, scratch) for _ in range(COLD)]
        assistant = Assistant(folder, embedder, reranker=reranker)
        with closing(Index(folder, model=embedder.name)) as index:
            seconds = latencies(questions, index, embedder, Search(embedder, reranker), assistant)
        result["indexes"][name] = {
            "ingest": ingest_speed(report),
            "disk MiB": round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20, 1),
            "seconds": seconds,
            "at once": at_once(questions, assistant),
            "cold ask": {
                "seconds": median(run["seconds"] or 0.0 for run in cold),
                "peak memory MiB": cold[-1]["peak memory MiB"],
            },
            "ask, all questions": program(questions, folder, model, scratch),
        }
    return result
