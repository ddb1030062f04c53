"""Fit how sure the search is that the best unit answers, on the sets for tuning: the scorer `sure`.

Every question is asked as the chat asks it, with whatever is best taken for an answer. Where that is right there was
something to answer; where nothing was to be found, not; other mistakes tell nothing. A logistic loss over the two, so
that the scores are log-odds.

    python -m eval.training.sure --set documents eval/sets/ekbacka-dev.jsonl --weights assistant/weights.json
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.question import Question
from assistant.rank import Found, Scorer, read_scorers
from assistant.rerank import PackagedReranker, Reranker
from assistant.reread import describe_reread_answer
from assistant.retrieve import Candidate
from assistant.search import PAIR, Search, sureness
from eval.questions import load
from eval.run import run
from eval.score import judge
from eval.training.fit import Rows, area, network
from ingest.embed import MODEL_FOLDER, Embedder, PackagedEmbedder
from ingest.pipeline import ingest

SEEDS = (7, 8, 9)  # of the networks, whose mean is the scorer
HIDDEN, STEPS = 6, 200
SHOWN = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)  # probabilities from which it is told what would be right


class Bold(Search):
    """A search whose best unit is always taken for an answer, and which keeps what tells whether it is."""

    def __init__(self, embedder: Embedder, reranker: Reranker) -> None:
        super().__init__(embedder, reranker)
        self._described: list[list[float]] = []

    def chance(self, question: Question, passages: Sequence[Candidate], units: Sequence[Found]) -> float:
        """Certainty."""
        self._described.append(describe_reread_answer(question, passages, units) if units else [])
        return 1.0

    def first(self) -> list[float]:
        """What told of the first units that it was asked of since the last time, those in force; [] where none did."""
        described, self._described = self._described, []
        return next(iter(described), [])


@dataclass(frozen=True, slots=True)
class Told:
    """What told of the best unit of a question; whether the answer was right, dangerous, or there was none to give."""

    features: list[float]
    right: bool
    dangerous: bool
    nothing: bool

    @property
    def teaches(self) -> bool:
        return self.right != self.nothing


def told_of(documents: Path, questions: Path, folder: Path, today: date) -> Iterator[Told]:
    """Every question of a set that came to a choice between an answer and none. Raises QuestionsInvalid."""
    embedder = PackagedEmbedder(MODEL_FOLDER)
    search = Bold(embedder, PackagedReranker(MODEL_FOLDER))
    ingest(documents, folder, embedder)
    for outcome in run(load([questions]), Assistant(folder, embedder, search=search, today=today)):
        verdict = judge(outcome, None)
        if described := search.first():
            yield Told(described, verdict.right, verdict.dangerous, "not_found" in verdict.expected)


def fitted(told: Sequence[Told]) -> list[dict[str, Any]]:
    """The networks of the scorer."""
    rows = rows_of(told)
    return [network(rows, hidden=HIDDEN, seed=seed, listwise=False, balanced=False, steps=STEPS) for seed in SEEDS]


def rows_of(told: Sequence[Told]) -> Rows:
    """One row for each question that teaches something: was there an answer?"""
    return [([each.features], [0] if each.right else []) for each in told if each.teaches]


def report(name: str, told: Sequence[Told], odds: Sequence[float]) -> None:
    """Print what would be right if an answer were given from each of some probabilities, whatever else went wrong."""
    for enough in SHOWN:
        least = math.log(enough / (1 - enough))
        answers = [each for each, sure in zip(told, odds, strict=True) if sure >= least]
        silent = [each for each, sure in zip(told, odds, strict=True) if sure < least]
        right = sum(each.right for each in answers) + sum(each.nothing for each in silent)
        dangerous = sum(each.dangerous for each in answers)
        print(f"{name}, answered from {enough}: {right} of {len(told)} right, {dangerous} dangerous")


def main() -> None:
    """Report on each set by a scorer fitted on the others; then fit on all and write it among the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--set", dest="sets", nargs=2, type=Path, action="append", required=True, metavar=("DOCUMENTS", "QUESTIONS")
    )
    parser.add_argument("--today", type=date.fromisoformat, default=date.today(), help="the day they are asked on")
    parser.add_argument("--weights", type=Path, required=True, help="the scorers' file, to which this one is written")
    arguments = parser.parse_args()
    sets: dict[Path, list[Told]] = {}
    for documents, questions in arguments.sets:
        with tempfile.TemporaryDirectory() as folder:
            sets[questions] = list(told_of(documents, questions, Path(folder), arguments.today))
        print(f"{questions}: {len(sets[questions])} asked, {sum(t.teaches for t in sets[questions])} teach", flush=True)
    scorers = read_scorers()
    known = scorers["reread known"]
    odds: list[float] = []
    for left, told in sets.items():
        scorer = Scorer(fitted([each for name, others in sets.items() if name != left for each in others]))
        print(f"without {left}: area under the curve {area(rows_of(told), scorer):.3f}", flush=True)
        odds += [sureness(each.features, {**scorers, "sure": scorer}) for each in told]
    every = [each for told in sets.values() for each in told]
    report("with it", every, odds)
    report("by the other two alone", every, [(float(known([e.features])[0]) + e.features[PAIR]) / 2 for e in every])
    weights = json.loads(arguments.weights.read_text(encoding="utf-8"))
    weights["sure"] = fitted(every)
    arguments.weights.write_text(json.dumps(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
