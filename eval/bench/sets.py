"""Question files and public sets into Tasks."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from eval.bench.errors import BenchError
from eval.bench.task import Hit, Judge, Query, Task, ndcg
from eval.outcomes import FoundPassage, Given, Outcome
from eval.questions import Question, load
from eval.score import judge
from eval.training.pairs import held_out, read_lines

# Folder of a public set, its file of queries, the task's name.
PUBLIC = (
    ("swequad_mc", "queries.jsonl", "swequad_mc"),
    ("squad_v2_sv_dev", "queries.jsonl", "squad_v2_sv_dev"),
    ("zaragoza_bygg_faq", "queries.jsonl", "zaragoza_bygg_faq"),
    ("zaragoza_bygg_faq", "queries_en.jsonl", "zaragoza_bygg_faq, English questions"),
)


def question_task(path: Path, sources: Collection[str], *, limit: int = 0, seed: int = 0) -> Task:
    """The questions of a file whose source is among `sources`; turns of a conversation are left out."""
    questions = [q for q in load([path]) if q.source in sources and not q.thread]
    queries = [
        Query(q.id, q.question, _by_evidence(q), q.profile.profile() if q.profile else None)
        for q in _sample(questions, limit=limit, seed=seed)
    ]
    return Task(path.stem, tuple(queries))


def _by_evidence(question: Question) -> Judge:
    """passage@1 and passage@5 as `rollkoll eval` counts them."""

    def measures(hits: Sequence[Hit]) -> dict[str, float]:
        passages = tuple(FoundPassage(text=hit.text, document=hit.document, page=hit.page) for hit in hits)
        given = Given(state="answered", answer="", passages=passages)
        verdict = judge(Outcome(question=question, answer=given, seconds=0), None)
        return {f"passage@{k}": float(bool(verdict.found_within(k))) for k in (1, 5)}

    return measures


def write_corpus(folder: Path, target: Path) -> dict[str, str]:
    """Write every text of a public set as a Markdown file under its title. Returns the files' names by id."""
    target.mkdir(parents=True)
    names: dict[str, str] = {}
    for place, line in enumerate(read_lines(folder / "corpus.jsonl")):
        name = f"{place:06d}.md"
        title = " ".join(str(line.get("title") or "").split())
        # A line of the text is a paragraph: Markdown would run lines together.
        body = "\n\n".join(part.strip() for part in line["text"].splitlines() if part.strip())
        (target / name).write_text(f"# {title}\n\n{body}\n" if title else f"{body}\n", encoding="utf-8")
        names[line["id"]] = name
    return names


def public_task(folder: Path, queries: str, names: dict[str, str], *, name: str, limit: int = 0, seed: int = 0) -> Task:
    """The queries whose relevant texts are all held out from training. `names` is what `write_corpus` returned."""
    relevant: dict[str, list[str]] = {}
    try:
        for row in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            fields = row.split("\t")
            if len(fields) >= 2:
                relevant.setdefault(fields[0], []).append(fields[1])
        lines = list(read_lines(folder / queries))
    except OSError as error:
        raise BenchError(
            f"{error.filename} cannot be read. A public set holds corpus.jsonl, queries.jsonl and qrels.tsv."
        ) from error
    kept = [line for line in lines if (own := relevant.get(line["id"])) and all(held_out(key) for key in own)]
    made = [
        Query(line["id"], line["text"], _by_document(frozenset(names[key] for key in relevant[line["id"]])))
        for line in _sample(kept, limit=limit, seed=seed)
    ]
    return Task(name, tuple(made))


def _by_document(relevant: frozenset[str]) -> Judge:
    """nDCG@10 over the corpus's documents."""
    return lambda hits: {"nDCG@10": ndcg(relevant, hits)}


def _sample(items: list[Any], *, limit: int, seed: int) -> list[Any]:
    """At most `limit` (0: all) in their own order, the same ones for a seed."""
    if not limit or len(items) <= limit:
        return items
    places = sorted(random.Random(seed).sample(range(len(items)), limit))
    return [items[place] for place in places]
