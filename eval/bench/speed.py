"""How long things take and how much memory they need, on the index at hand and on a large one of filler text."""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
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
from ingest import lexical
from ingest.corpus import Block, Chunk, Document, Page, Standing, Unit
from ingest.embed import Embedder, Vectors
from ingest.generations import generations, switch
from ingest.index import WHOLE, Index, Writer
from ingest.pipeline import ingest
from ingest.report import Report
from ingest.swedish import LEAST_PART
from ingest.wordlist import read_word_list

THREADS = 20  # that ask at once
WARM = 3  # questions before the clock starts
COLD = 3  # programs started anew; the median is told
PAGE = 50  # passages of a filler document
LONGEST_WAIT = 600  # seconds for one program
MOVED = 0.35  # length of the step from a real vector to a filler's
COINED = 4  # sentences of filler for each word that no other has
LENGTH = 11  # words of a filler's sentence
AT_ONCE = 2000  # sentences whose words are drawn at once; passages between two reports
Told = Callable[[str], None]


def sentences(vocabulary: dict[str, int], *, seed: int) -> Iterator[str]:
    """Sentences without end, of words drawn as often as `vocabulary` has them.

    One in `COINED` has a compound that no other has, of two of the words: a vocabulary grows with its texts.
    """
    chance = random.Random(seed)
    spelled, counts = list(vocabulary), list(vocabulary.values())
    long = [word for word in spelled if len(word) >= LEAST_PART] or spelled
    while True:
        drawn = chance.choices(spelled, counts, k=AT_ONCE * LENGTH)
        for at in range(0, len(drawn), LENGTH):
            if chance.random() < 1 / COINED:
                drawn[at + LENGTH // 2] = chance.choice(long) + "s" + chance.choice(long)
            yield " ".join(drawn[at : at + LENGTH]).capitalize() + "."


def near(real: Vectors, count: int, chance: np.random.Generator) -> Vectors:
    """`count` vectors of length 1, each a real one moved by chance.

    So they lie where real text lies, and a question has as crowded a neighbourhood as among as many real passages.
    """
    width = real.shape[1]
    moved = chance.standard_normal((count, width), dtype=np.float32) * np.float32(MOVED / np.sqrt(width))
    moved += real[chance.integers(0, len(real), count)]
    scaled: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return scaled


def filler(index: Index, folder: Path, *, passages: int, seed: int, told: Told = lambda step: None) -> Path:
    """Write an index in `folder` with this many passages, `PAGE` a document, of the words and vectors of `index`.

    A passage has as many sentences as one of `index` has units. Nothing is parsed: what an ingest takes is told of real
    documents.
    """
    chunks = index.chunks(range(index.size))
    real = np.stack(list(index.vectors([(place, WHOLE) for place in range(index.size)]).values()))
    keys = [(place, unit) for place, chunk in enumerate(chunks) for unit in range(len(chunk.units))]
    units = np.stack(list(index.vectors(keys).values()))
    each = max(1, round(len(units) / len(chunks)))
    chance, said = np.random.default_rng(seed), sentences(index.lexical.spellings, seed=seed)
    target = generations(folder) / "filler"
    target.parent.mkdir(parents=True)
    with closing(Writer(target)) as writer:
        fields: list[str] = []
        sources: list[str] = []
        for first in range(0, passages, PAGE):
            places = range(first, min(first + PAGE, passages))
            sources.append(f"{first // PAGE:06d}.md")
            made = [_passage(sources[-1], place, [next(said) for _ in range(each)]) for place in places]
            blocks = tuple(Block("paragraph", chunk.text) for chunk in made)
            standing = Standing(title=f"Utfyllnad {first // PAGE + 1}")
            document = Document(sources[-1], sources[-1], (Page(None, blocks),), standing)
            writer.add(document, list(zip(places, made, strict=True)))
            fields += [" ".join([standing.title, *chunk.section, chunk.text]) for chunk in made]
        for first in range(0, passages, AT_ONCE):
            told(f"filler: {first} of {passages}")
            places = range(first, min(first + AT_ONCE, passages))
            wholes = [(place, WHOLE) for place in places]
            parts = [(place, unit) for place in places for unit in range(each)]
            vectors = np.concatenate([near(real, len(wholes), chance), near(units, len(parts), chance)])
            writer.add_vectors([*wholes, *parts], [""] * len(vectors), vectors)
        told("filler: words")
        lexical.build(fields, target / "lexical", known=read_word_list().parts)
        documents = [
            {"source": source, "digest": source, "pages": 1, "standing": {"title": source}, "warnings": []}
            for source in sources
        ]
        counts = {"passages": passages, "vectors": passages * (1 + each)}
        writer.finish({**index.manifest, **counts, "documents": documents})
    switch(folder, "filler")
    return folder


def _passage(source: str, place: int, said: Sequence[str]) -> Chunk:
    text = " ".join(said)
    ends = np.cumsum([len(sentence) + 1 for sentence in said]).tolist()
    spans = zip([0, *ends], [end - 1 for end in ends], strict=False)
    units = tuple(Unit(start, end, "sentence") for start, end in spans)
    return Chunk(f"filler-{place}", source, None, (f"Avsnitt {place + 1}",), text, units)


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
        retrieve(read, index, embedder, examples=search.examples)
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
    indexes: dict[str, tuple[Path, Report | None]] = {"these documents": (here, first)}
    if passages:
        told(f"speed: building {passages} passages of filler")
        with closing(Index(here)) as index:
            filler(index, scratch / "there", passages=passages, seed=seed, told=told)
        indexes[f"{passages} passages of filler"] = (scratch / "there", None)
    result: dict[str, Any] = {"machine": machine(), "indexes": {}}
    for name, (folder, report) in indexes.items():
        told(f"speed: asking {name}")
        cold = [program(questions[:1], folder, model, scratch) for _ in range(COLD)]
        assistant = Assistant(folder, embedder, reranker=reranker)
        with closing(Index(folder, model=embedder.name)) as index:
            seconds = latencies(questions, index, embedder, Search(embedder, reranker), assistant)
        result["indexes"][name] = {
            "ingest": ingest_speed(report) if report else None,
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
