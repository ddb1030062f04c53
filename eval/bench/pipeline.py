"""The steps in order: read in ▸ open every ranking ▸ rank and judge, task by task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.assistant import Assistant
from assistant.rerank import Reranker
from assistant.search import Search
from eval.bench import quality
from eval.bench.errors import BenchError
from eval.bench.kept import KeptTables, RememberedQueries, RememberedScores, files_digest
from eval.bench.plain import PlainRecipe
from eval.bench.quality import Table
from eval.bench.rankings import Parts
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


@dataclass(frozen=True, slots=True)
class Bench:
    """What every set is measured with. `limit` is the most questions of a set (0: all)."""

    embedder: Embedder
    reranker: Reranker | None
    kept: KeptTables
    limit: int
    seed: int
    told: Told = silent

    def measured_on(self, name: str, *folders: Path) -> str:
        """What a table depends on, apart from the code and the models."""
        return f"{name} {self.limit} {self.seed} {files_digest(folders, ('',))}"


def question_sets(files: Sequence[Path], folder: Path, scratch: Path, bench: Bench) -> list[Table]:
    """Measure question files on the index in `folder`. Raises BenchError where no question is on its documents."""
    with closing(Index(folder, model=bench.embedder.name)) as index:
        sources = {entry["source"] for entry in index.manifest["documents"]}
        tasks = [
            task for path in files if (task := question_task(path, sources, limit=bench.limit, seed=bench.seed)).queries
        ]
        if not tasks:
            names = ", ".join(path.name for path in files)
            raise BenchError(f"No question of {names} has its source in the index {folder}. Ingest their documents.")
        made_of = "".join(f"{entry['source']} {entry['digest']}" for entry in index.manifest["documents"])
        measured_on = {task.name: bench.measured_on(f"{task.name} {made_of} {_asked(task)}") for task in tasks}
        return _measure(tasks, measured_on, index, folder, scratch, bench, as_asked=True)


def report_sets(files: Sequence[Path], documents: Path, scratch: Path, bench: Bench) -> list[Table]:
    """Read in `documents` and measure question files on them."""
    bench.told(f"reading {documents} in")
    own = scratch / "index"
    ingest(documents, own, bench.embedder)
    return question_sets(files, own, scratch, bench)


def public_sets(folder: Path, scratch: Path, bench: Bench, *, names: Sequence[str] = ()) -> Iterator[Table]:
    """Measure the public sets that are in `folder`, of `names` or all. Raises BenchError where there is none."""
    there = [
        entry for entry in PUBLIC if (folder / entry[0] / "corpus.jsonl").exists() and (not names or entry[0] in names)
    ]
    if not there:
        wanted = names or dict.fromkeys(name for name, _, _ in PUBLIC)
        raise BenchError(f"{folder} holds none of {', '.join(wanted)}.")
    for name, entries in groupby(there, key=lambda entry: entry[0]):
        titled = [(queries, title) for _, queries, title in entries]
        measured_on = {title: bench.measured_on(title, folder / name) for _, title in titled}
        own = scratch / name
        written = write_corpus(folder / name, own / "documents")
        tasks = [
            public_task(folder / name, queries, written, name=title, limit=bench.limit, seed=bench.seed)
            for queries, title in titled
        ]
        tasks = [task for task in tasks if task.queries]
        if all(bench.kept.has(measured_on[task.name]) for task in tasks):
            yield from _taken_over(tasks, measured_on, bench)
            continue
        bench.told(f"reading {name} in")
        ingest(own / "documents", own / "index", bench.embedder)
        with closing(Index(own / "index", model=bench.embedder.name)) as index:
            yield from _measure(tasks, measured_on, index, own / "index", own, bench, as_asked=False)


def _asked(task: Task) -> str:
    return "".join(query.text for query in task.queries)


def _taken_over(tasks: Sequence[Task], measured_on: dict[str, str], bench: Bench) -> list[Table]:
    """The tables that are all kept."""

    def missing() -> Table:
        raise BenchError("A kept table went away while it was read. Run again.")

    bench.told(f"taken over: {', '.join(task.name for task in tasks)}")
    return [bench.kept.table(measured_on[task.name], missing) for task in tasks]


def _measure(
    tasks: Sequence[Task],
    measured_on: dict[str, str],
    index: Index,
    folder: Path,
    scratch: Path,
    bench: Bench,
    *,
    as_asked: bool,
) -> list[Table]:
    """One index, its parts and the plain recipe opened once for all tasks."""
    if all(bench.kept.has(measured_on[task.name]) for task in tasks):
        return _taken_over(tasks, measured_on, bench)
    bench.told("splitting and embedding for the plain recipe")
    embedder = RememberedQueries(bench.embedder)
    reranker = RememberedScores(bench.reranker) if bench.reranker else None
    with closing(PlainRecipe(index.documents(), embedder, scratch / "plain")) as plain:
        words = read_word_list(Path(index.manifest["documents_folder"]) / WORD_LIST)
        assistant = Assistant(folder, embedder, reranker=reranker) if as_asked else None
        parts = Parts(index, embedder, Search(embedder, reranker), words, scratch / "uncut", assistant)

        def measure(task: Task) -> Table:
            return quality.measure(
                task, parts, plain, passages=index.size, as_asked=as_asked, seed=bench.seed, told=bench.told
            )

        return [bench.kept.table(measured_on[task.name], lambda task=task: measure(task)) for task in tasks]  # type: ignore[misc]
