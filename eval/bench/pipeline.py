"""The steps in order: read in ▸ open every ranking ▸ rank and judge, task by task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from assistant.assistant import Assistant
from assistant.rerank import Reranker
from assistant.search import Search
from eval.bench import quality
from eval.bench.errors import BenchError
from eval.bench.plain import PlainRecipe
from eval.bench.quality import Table
from eval.bench.rankings import Parts, Remembering
from eval.bench.sets import PUBLIC, public_task, question_task, write_corpus
from eval.bench.task import Task
from ingest.embed import Embedder
from ingest.index import Index
from ingest.load import WORD_LIST
from ingest.pipeline import ingest
from ingest.wordlist import read_word_list

Told = Callable[[str], None]


def silent(step: str) -> None:
    """Tell nobody."""


def question_sets(
    files: Sequence[Path],
    folder: Path,
    embedder: Embedder,
    scratch: Path,
    *,
    reranker: Reranker | None = None,
    limit: int,
    seed: int,
    told: Told = silent,
) -> list[Table]:
    """Measure question files on the index in `folder`. Raises BenchError where no question is on its documents."""
    with closing(Index(folder, model=embedder.name)) as index:
        sources = {entry["source"] for entry in index.manifest["documents"]}
        tasks = [task for path in files if (task := question_task(path, sources, limit=limit, seed=seed)).queries]
        if not tasks:
            names = ", ".join(path.name for path in files)
            raise BenchError(f"No question of {names} has its source in the index {folder}. Ingest their documents.")
        return _measure(tasks, index, folder, embedder, scratch, reranker, as_asked=True, seed=seed, told=told)


def report_sets(
    files: Sequence[Path],
    documents: Path,
    embedder: Embedder,
    scratch: Path,
    *,
    reranker: Reranker | None = None,
    limit: int,
    seed: int,
    told: Told = silent,
) -> list[Table]:
    """Read in `documents` and measure question files on them."""
    told(f"reading {documents} in")
    own = scratch / "index"
    ingest(documents, own, embedder)
    return question_sets(files, own, embedder, scratch, reranker=reranker, limit=limit, seed=seed, told=told)


def public_sets(
    folder: Path,
    embedder: Embedder,
    scratch: Path,
    *,
    reranker: Reranker | None = None,
    limit: int,
    seed: int,
    told: Told = silent,
) -> Iterator[Table]:
    """Measure the public sets that are in `folder`. Raises BenchError where there is none."""
    there = [entry for entry in PUBLIC if (folder / entry[0] / "corpus.jsonl").exists()]
    if not there:
        raise BenchError(f"{folder} holds none of {', '.join(dict.fromkeys(name for name, _, _ in PUBLIC))}.")
    for name, entries in groupby(there, key=lambda entry: entry[0]):
        told(f"reading {name} in")
        own = scratch / name
        names = write_corpus(folder / name, own / "documents")
        ingest(own / "documents", own / "index", embedder)
        tasks = [
            public_task(folder / name, queries, names, name=title, limit=limit, seed=seed)
            for _, queries, title in entries
        ]
        wanted = [task for task in tasks if task.queries]
        with closing(Index(own / "index", model=embedder.name)) as index:
            yield from _measure(
                wanted, index, own / "index", embedder, own, reranker, as_asked=False, seed=seed, told=told
            )


def _measure(
    tasks: Sequence[Task],
    index: Index,
    folder: Path,
    embedder: Embedder,
    scratch: Path,
    reranker: Reranker | None,
    *,
    as_asked: bool,
    seed: int,
    told: Told,
) -> list[Table]:
    """One index, its parts and the plain recipe opened once for all tasks."""
    told("splitting and embedding for the plain recipe")
    remembering = Remembering(embedder)
    with closing(PlainRecipe(index.documents(), remembering, scratch / "plain")) as plain:
        words = read_word_list(Path(index.manifest["documents_folder"]) / WORD_LIST)
        assistant = Assistant(folder, remembering, reranker=reranker) if as_asked else None
        parts = Parts(index, remembering, Search(remembering, reranker), words, scratch / "uncut", assistant)
        return [
            quality.measure(task, parts, plain, passages=index.size, as_asked=as_asked, seed=seed, told=told)
            for task in tasks
        ]
