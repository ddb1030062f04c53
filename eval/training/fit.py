"""Fit the scorers of `assistant/rank.py` and `reread.py` on questions that the embedding model was not trained on.

Passages and units by a softmax over the candidates of each question (ListNet, Cao et al., 2007); whether a question is
answered at all by logistic loss over answerable questions, near misses, and answerable questions whose document is
taken away.

    python -m eval.training.fit --names vassbro,almered --out assistant/weights.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.rank import Scorer, describe_answer
from assistant.rerank import PackagedReranker, Reranker
from assistant.reread import (
    describe_reread_answer,
    describe_reread_passages,
    describe_reread_units,
    worth_reading,
)
from eval.training.asked import Asked, Ranked, ask_all, rank_all, read_pairs, reread_all
from ingest.embed import MODEL_FOLDER, PackagedEmbedder

Rows = list[tuple[list[list[float]], list[int]]]  # one question: features of its candidates, places of the right ones


def network(
    rows: Rows,
    *,
    hidden: int,
    seed: int,
    listwise: bool,
    balanced: bool = True,
    steps: int = 120,
    decay: float = 0.5,
) -> dict[str, Any]:
    """Train one scorer and return its weights.

    Not `listwise`: every row stands alone and is right or not; `balanced`, both count as much, however many they are.
    """
    torch.manual_seed(seed)
    flat = np.array([features for group, _ in rows for features in group])
    mean, scale = flat.mean(0), flat.std(0) + 1e-3
    inputs = torch.tensor((flat - mean) / scale, dtype=torch.float32).clamp(-6, 6)
    group = torch.repeat_interleave(torch.arange(len(rows)), torch.tensor([len(features) for features, _ in rows]))
    right = torch.zeros(len(flat), dtype=torch.bool)
    start = 0
    for features, places in rows:
        right[[start + place for place in places]] = True
        start += len(features)
    first, last = torch.nn.Linear(flat.shape[1], hidden), torch.nn.Linear(hidden, 1)
    optimizer = torch.optim.AdamW([*first.parameters(), *last.parameters()], lr=0.01, weight_decay=decay)

    def log_sum(scores: torch.Tensor) -> torch.Tensor:
        """Log of the sum of exponentials, one value a question."""
        highest = torch.full((len(rows),), -1e9).scatter_reduce(0, group, scores, "amax")
        total = torch.zeros(len(rows)).scatter_add(0, group, torch.exp(scores - highest[group]))
        return highest + torch.log(total)

    for step in range(steps):
        for options in optimizer.param_groups:
            options["lr"] = 0.01 * (1 - step / steps)
        scores = last(torch.tanh(first(inputs))).squeeze(-1)
        if listwise:
            loss = (log_sum(scores) - log_sum(scores.masked_fill(~right, -1e9))).mean()
        else:
            target = right.float()
            balance = (1 - target.mean()) / target.mean() if balanced else None
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, target, pos_weight=balance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {
        "mean": mean.round(5).tolist(), "scale": scale.round(5).tolist(),
        "hidden": first.weight.detach().numpy().T.round(4).tolist(),
        "bias": first.bias.detach().numpy().round(4).tolist(),
        "out": last.weight.detach().numpy()[0].round(4).tolist(), "last": round(float(last.bias.detach()[0]), 4),
    }  # fmt: skip


def passage_rows(questions: Sequence[Asked]) -> Rows:
    """Candidates of every answerable question whose evidence was found."""
    rows: Rows = []
    for asked in questions:
        right = [place for place, c in enumerate(asked.candidates) if asked.right(c.chunk, c.chunk.text)]
        if right:
            rows.append(([c.features for c in asked.candidates], right))
    return rows


def unit_rows(ranked: Sequence[Ranked]) -> Rows:
    """Units of the best passages of every question whose evidence is among them."""
    rows = [([unit.features for unit in each.units], each.right_units(each.units)) for each in ranked]
    return [row for row in rows if row[1]]


def known_rows(ranked: Sequence[Ranked], describe: Callable[..., list[float]]) -> Rows:
    """One row a question: has it an answer? Left out where it has one and none of the first units is it."""
    rows: Rows = []
    for each in ranked:
        answerable = each.asked.line["answerable"]
        if each.units and (not answerable or each.right_units(each.units[:3])):
            rows.append(([describe(each.asked.question, each.passages, each.units)], [0] if answerable else []))
    return rows


def reread_unit_rows(ranked: Sequence[Ranked]) -> Rows:
    """The units that the reranker has read, of every question whose evidence is among them."""
    rows = [
        (describe_reread_units(worth_reading(each.units)), each.right_units(worth_reading(each.units)))
        for each in ranked
        if each.units
    ]
    return [row for row in rows if row[1]]


def reread_passage_rows(ranked: Sequence[Ranked], unit: Scorer) -> Rows:
    """Passages of every question whose evidence is among them, with the new scores of their units."""
    rows: Rows = []
    for each in ranked:
        right = [n for n, found in enumerate(each.passages) if each.asked.right(found.chunk, found.chunk.text)]
        if right and each.units:
            read = [copy(found) for found in worth_reading(each.units)]
            for found, score in zip(read, unit(describe_reread_units(read)), strict=True):
                found.score = float(score)
            rows.append((describe_reread_passages(each.passages, read), right))
    return rows


def area(rows: Rows, scorer: Scorer) -> float:
    """Area under the ROC curve of answered against not (Mann & Whitney, 1947)."""
    scores = np.array([float(scorer(group)[0]) for group, _ in rows])
    right = np.array([bool(places) for _, places in rows])
    return float((scores[right][:, None] > scores[~right][None, :]).mean())


def fit_all(questions: Sequence[Asked], reranker: Reranker, seed: int = 7) -> dict[str, Any]:
    """The weights of every scorer."""
    weights = {"passage": network(passage_rows(questions), hidden=16, seed=seed, listwise=True)}
    scorers = {"passage": Scorer([weights["passage"]])}

    def add(name: str, rows: Rows, *, hidden: int, listwise: bool) -> None:
        weights[name] = network(rows, hidden=hidden, seed=seed, listwise=listwise)
        scorers[name] = Scorer([weights[name]])

    add("unit", unit_rows(rank_all(questions, scorers)), hidden=8, listwise=True)
    ranked = rank_all(questions, scorers)
    add("known", known_rows(ranked, describe_answer), hidden=6, listwise=False)
    read_pairs(ranked, reranker)
    add("reread unit", reread_unit_rows(ranked), hidden=4, listwise=True)
    add("reread passage", reread_passage_rows(ranked, scorers["reread unit"]), hidden=4, listwise=True)
    add("reread known", known_rows(reread_all(ranked, scorers), describe_reread_answer), hidden=6, listwise=False)
    return weights


def report(name: str, questions: Sequence[Asked], weights: dict[str, Any], reranker: Reranker) -> None:
    """Print how the scorers do on questions: by what the search says, and after the reranker."""
    scorers = {key: Scorer([values]) for key, values in weights.items()}
    count = sum(1 for asked in questions if asked.line["answerable"])
    before = rank_all(questions, scorers)
    read_pairs(before, reranker)
    print(f"{name}: {count} answerable, evidence among candidates {len(passage_rows(questions)) / count:.3f}")
    for stage, ranked, describe in (
        ("searched", before, describe_answer),
        ("reread", reread_all(before, scorers), describe_reread_answer),
    ):
        known = known_rows(ranked, describe)
        answerable = [each for each in ranked if each.asked.line["answerable"]]

        def share(depth: int, kind: str, answerable: list[Ranked] = answerable) -> float:
            found = [
                any(each.asked.right(c.chunk, c.chunk.text) for c in each.passages[:depth])
                if kind == "passage"
                else bool(each.right_units(each.units[:depth]))
                for each in answerable
            ]
            return float(np.mean(found))

        print(
            f"  {stage}: passage@1 {share(1, 'passage'):.3f} @5 {share(5, 'passage'):.3f} "
            f"@20 {share(20, 'passage'):.3f}"
            f" unit@1 {share(1, 'unit'):.3f} @3 {share(3, 'unit'):.3f} @16 {share(16, 'unit'):.3f}"
            f" known AUC {area(known, scorers['known' if stage == 'searched' else 'reread known']):.3f}",
            flush=True,
        )


def main() -> None:
    """Fit on all but one municipality and report on it, for each; then fit on all and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", required=True, help="municipalities under documents/, by comma")
    parser.add_argument("--model-folder", type=Path, default=MODEL_FOLDER, help="exported models")
    parser.add_argument("--share", type=float, default=1.0, help="share of their questions that is asked")
    parser.add_argument("--beside", type=Path, help="weights fitted earlier, on others: the mean of both is used")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    beside = json.loads(arguments.beside.read_text(encoding="utf-8")) if arguments.beside else {}
    names = arguments.names.split(",")
    embedder, reranker = PackagedEmbedder(arguments.model_folder), PackagedReranker(arguments.model_folder)
    with tempfile.TemporaryDirectory() as scratch:
        questions = {name: ask_all(name, embedder, Path(scratch), share=arguments.share) for name in names}
        for name in names:
            others = [entry for other in names if other != name for entry in questions[other]]
            if others:
                report(f"without {name}", questions[name], fit_all(others, reranker), reranker)
        weights = fit_all([entry for entries in questions.values() for entry in entries], reranker)
        networks = {name: [*beside.get(name, []), network] for name, network in weights.items()}
        arguments.out.write_text(json.dumps(networks), encoding="utf-8")


if __name__ == "__main__":
    main()
