"""Training questions asked: what retrieval finds for each, in what order, and what the reranker says of it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from operator import ne
from pathlib import Path
from typing import Any

from assistant.examples import NO_EXAMPLES, open_examples
from assistant.question import Question, Reader
from assistant.rank import Found, Scorer, describe_units, order_passages, order_units
from assistant.rerank import Reranker, reading
from assistant.reread import reread, worth_reading
from assistant.retrieve import Candidate, retrieve
from eval.training.pairs import HERE, elsewhere, evidence_of, plain, read_lines
from ingest.corpus import Chunk
from ingest.embed import Embedder
from ingest.index import Index
from ingest.pipeline import ingest
from ingest.wordlist import read_word_list

ALONE = 0.1  # share of the questions that are asked without examples


def holds(text: str, evidence: str) -> bool:
    """Does a text hold the evidence (of a table row: every cell)?"""
    text = plain(text)
    if "|" in evidence:
        return all(plain(cell) in text for cell in evidence.strip("| ").split("|"))
    wanted = plain(evidence)
    return wanted in text or (len(text) > 25 and text in wanted)


@dataclass(slots=True)
class Asked:
    """A training question, what retrieval finds for it, and what the reranker said of units so far."""

    line: dict[str, Any]
    question: Question
    candidates: list[Candidate]
    titles: dict[str, str]
    pairs: dict[tuple[int, int], float] = field(default_factory=dict)

    def right(self, chunk: Chunk, text: str) -> bool:
        """Does a text of this chunk hold the evidence?"""
        if not self.line["answerable"]:
            return False
        first, *also = evidence_of(self.line)
        own = chunk.source == self.line["source"].split("/", 1)[1]
        return (own and holds(text, first)) or any(holds(text, other) for other in also)


@dataclass(slots=True)
class Ranked:
    """A question with its passages and units in order."""

    asked: Asked
    passages: list[Candidate]
    units: list[Found]

    def right_units(self, units: Sequence[Found]) -> list[int]:
        """Places of those that hold the evidence."""
        return [place for place, unit in enumerate(units) if self.asked.right(unit.candidate.chunk, unit.text)]


def ask_all(
    name: str, embedder: Embedder, scratch: Path, *, share: float = 1.0, gone: float = 0.14, held: bool = True
) -> list[Asked]:
    """A share of the questions of one municipality, always the same, with what retrieval finds in its documents.

    A share `gone` of the answerable ones comes once more, with the document that answers taken away. Of the questions
    that no such document answers, it gets those of the half that is `held` out of training, or of the other.
    Examples are those of the others; some questions have none, as with another embedding model.
    """
    folder = scratch / name
    ingest(HERE / "documents" / name, folder, embedder)
    index = Index(folder, model=embedder.name)
    reader = Reader(index.lexical, read_word_list().groups)
    titles = {entry["source"]: entry["standing"]["title"] for entry in index.manifest["documents"]}
    others = open_examples(embedder.name).without(name)
    result = []
    own = read_lines(HERE / "questions" / f"{name}.jsonl")
    asked = [line for line in own if random.Random(f"{line['id']} asked").random() < share]
    for line in [*asked, *elsewhere(name, held=held)]:
        question = reader.read(line["question"])
        examples = NO_EXAMPLES if random.Random(f"{line['id']} alone").random() < ALONE else others
        result.append(Asked(line, question, retrieve(question, index, embedder, examples=examples), titles))
        if line["answerable"] and random.Random(line["id"]).random() < gone:
            source = line["source"].split("/", 1)[1]
            candidates = retrieve(question, index, embedder, examples=examples, allowed=partial(ne, source))
            result.append(Asked({**line, "answerable": False}, question, candidates, titles))
    return result


def rank_all(questions: Sequence[Asked], scorers: Mapping[str, Scorer]) -> list[Ranked]:
    """Every question with its passages, and the units of the best, by what the search says."""
    result = []
    for asked in questions:
        passages = order_passages(asked.candidates, scorers["passage"])
        units = describe_units(asked.question, passages)
        if "unit" in scorers:
            units = order_units(units, scorers["unit"])
        result.append(Ranked(asked, passages, units))
    return result


def read_pairs(ranked: Sequence[Ranked], reranker: Reranker) -> None:
    """Have the reranker read the best units of every question, each once."""
    for each in ranked:
        known, titles = each.asked.pairs, each.asked.titles
        todo = [u for u in worth_reading(each.units) if (u.candidate.position, u.number) not in known]
        texts = [reading(unit, titles[unit.candidate.chunk.source]) for unit in todo]
        for unit, score in zip(todo, reranker.scores(each.asked.question.text, texts), strict=True):
            known[unit.candidate.position, unit.number] = float(score)
        for unit in worth_reading(each.units):
            unit.pair = known[unit.candidate.position, unit.number]


def reread_all(ranked: Sequence[Ranked], scorers: Mapping[str, Scorer]) -> list[Ranked]:
    """Every question in the order after the reranker."""
    result = []
    for each in ranked:
        passages, units = [copy(found) for found in each.passages], [copy(found) for found in each.units]
        pairs = [found.pair or 0.0 for found in worth_reading(units)]
        result.append(Ranked(each.asked, *reread(passages, units, pairs, scorers)))
    return result
