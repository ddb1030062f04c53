"""Fit how sure the search is that the best unit answers, on the sets for tuning: the scorer `sure`.

Every question is asked as the chat asks it, with whatever is best taken for an answer. Where that is right there was
something to answer; where nothing was to be found, not; other mistakes tell nothing. A logistic loss over the two, so
that the scores are log-odds.

    python -m eval.training.sure --set documents eval/sets/ekbacka-dev.jsonl --weights assistant/weights.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from assistant.assistant import Assistant
from assistant.question import Question
from assistant.rank import Found, Scorer
from assistant.rerank import PackagedReranker
from assistant.reread import describe_reread_answer
from assistant.retrieve import Candidate
from assistant.search import Search
from eval.questions import load
from eval.run import run
from eval.score import judge
from eval.training.fit import Rows, area, network
from ingest.embed import MODEL_FOLDER, PackagedEmbedder
from ingest.pipeline import ingest

SEEDS = (7, 8, 9)  # of the networks, whose mean is the scorer
HIDDEN, STEPS = 6, 200
SHOWN = (0.3, 0.4, 0.5, 0.6, 0.7)  # probabilities from which it is told what would be right


class Bold(Search):
    """A search whose best unit is always taken for an answer, and which keeps what tells whether it is."""

    described: list[list[float]]

    def chance(self, question: Question, passages: Sequence[Candidate], units: Sequence[Found]) -> float:
        """Certainty; the first units asked of for a question are those in force."""
        self.described.append(describe_reread_answer(question, passages, units) if units else [])
        return 1.0


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


def asked(documents: Path, questions: Path, folder: Path, today: date) -> Iterator[Told]:
    """Every question of a set that came to a choice between an answer and none. Raises QuestionsInvalid."""
    embedder = PackagedEmbedder(MODEL_FOLDER)
    search = Bold(embedder, PackagedReranker(MODEL_FOLDER))
    search.described = []
    ingest(documents, folder, embedder)
    assistant = Assistant(folder, embedder, search=search, today=today)
    for outcome in run(load([questions]), assistant):
        first = next(iter(search.described), [])
        search.described = []
        verdict = judge(outcome, None)
        if first:
            yield Told(first, verdict.right, verdict.dangerous, "not_found" in verdict.expected)


def fitted(told: Sequence[Told]) -> list[dict[str, Any]]:
    """The networks of the scorer."""
    rows = rows_of(told)
    return [network(rows, hidden=HIDDEN, seed=seed, listwise=False, balanced=False, steps=STEPS) for seed in SEEDS]


def rows_of(told: Sequence[Told]) -> Rows:
    """One row for each question that teaches something: was there an answer?"""
    return [([each.features], [0] if each.right else []) for each in told if each.teaches]


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
            sets[questions] = list(asked(documents, questions, Path(folder), arguments.today))
        print(f"{questions}: {len(sets[questions])} asked, {sum(t.teaches for t in sets[questions])} teach", flush=True)
    chances: list[float] = []
    for left, told in sets.items():
        scorer = Scorer(fitted([each for name, others in sets.items() if name != left for each in others]))
        print(f"without {left}: area under the curve {area(rows_of(told), scorer):.3f}", flush=True)
        chances += (1 / (1 + np.exp(-scorer([each.features for each in told])))).tolist()
    every = [each for told in sets.values() for each in told]
    for enough in SHOWN:
        answers = [each for each, chance in zip(every, chances, strict=True) if chance >= enough]
        silent = [each for each, chance in zip(every, chances, strict=True) if chance < enough]
        right = sum(each.right for each in answers) + sum(each.nothing for each in silent)
        dangerous = sum(each.dangerous for each in answers)
        print(f"answered from {enough}: {right} of {len(every)} right, {dangerous} dangerous")
    weights = json.loads(arguments.weights.read_text(encoding="utf-8"))
    weights["sure"] = fitted(every)
    arguments.weights.write_text(json.dumps(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
