"""Fit the scorers of `assistant/rank.py` on questions that the embedding model was not trained on.

Passages and units by a softmax over the candidates of each question (ListNet, Cao et al., 2007); whether a question is
answered at all by logistic loss over answerable questions, near misses, and answerable questions whose document is
taken away.

    python -m eval.training.fit --names vassbro,almered --out assistant/weights.json
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from functools import partial
from operator import ne
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.question import Reader
from assistant.rank import Found, Scorer, describe_answer, describe_units, order_passages, order_units
from assistant.retrieve import Candidate, retrieve
from eval.training.pairs import HERE, plain, read_lines
from ingest.embed import MODEL_FOLDER, Embedder, PackagedEmbedder
from ingest.index import Index
from ingest.pipeline import ingest
from ingest.wordlist import read_word_list

Rows = list[tuple[list[list[float]], list[int]]]  # one question: features of its candidates, places of the right ones


def holds(text: str, evidence: str) -> bool:
    """Does a text hold the evidence (of a table row: every cell)?"""
    text = plain(text)
    if "|" in evidence:
        return all(plain(cell) in text for cell in evidence.strip("| ").split("|"))
    wanted = plain(evidence)
    return wanted in text or (len(text) > 25 and text in wanted)


def network(
    rows: Rows, *, hidden: int, seed: int, listwise: bool, steps: int = 120, decay: float = 0.5
) -> dict[str, Any]:
    """Train one scorer and return its weights. Not `listwise`: every row stands alone and is right or not."""
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
            balance = (1 - target.mean()) / target.mean()
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


def asked(name: str, embedder: Embedder, scratch: Path) -> list[tuple[dict[str, Any], Any, list[Candidate], Index]]:
    """Every question of one municipality with what retrieval finds in its documents."""
    folder = scratch / name
    ingest(HERE / "documents" / name, folder, embedder)
    index = Index(folder, model=embedder.name)
    reader = Reader(index.lexical, read_word_list().groups)
    result = []
    for line in read_lines(HERE / "questions" / f"{name}.jsonl"):
        question = reader.read(line["question"])
        result.append((line, question, retrieve(question, index, embedder), index))
        if line["answerable"] and random.Random(line["id"]).random() < 0.35:
            source = line["source"].split("/", 1)[1]
            gone = {**line, "answerable": False}
            candidates = retrieve(question, index, embedder, allowed=partial(ne, source))
            result.append((gone, question, candidates, index))
    return result


def passage_rows(questions: Sequence[Any]) -> Rows:
    """Candidates of every answerable question whose evidence was found."""
    rows: Rows = []
    for line, _, candidates, _ in questions:
        if line["answerable"]:
            source = line["source"].split("/", 1)[1]
            right = [
                place
                for place, c in enumerate(candidates)
                if c.chunk.source == source and holds(c.chunk.text, line["evidence"])
            ]
            if right:
                rows.append(([c.features for c in candidates], right))
    return rows


def described(questions: Sequence[Any], passage: Scorer) -> list[tuple[Any, list[Candidate], list[Found]]]:
    """Every question with its passages in order and the units of the best ones."""
    result = []
    for entry in questions:
        passages = order_passages(entry[2], passage)
        result.append((entry, passages, describe_units(entry[1], passages)))
    return result


def unit_rows(entries: Sequence[tuple[Any, list[Candidate], list[Found]]]) -> Rows:
    """Units of the best passages of every answerable question."""
    rows: Rows = []
    for (line, *_), _, units in entries:
        if not line["answerable"]:
            continue
        source = line["source"].split("/", 1)[1]
        right = [
            place
            for place, unit in enumerate(units)
            if unit.candidate.chunk.source == source and holds(unit.text, line["evidence"])
        ]
        if right:
            rows.append(([unit.features for unit in units], right))
    return rows


def known_rows(entries: Sequence[tuple[Any, list[Candidate], list[Found]]], unit: Scorer) -> Rows:
    """One row a question: is its best unit an answer?"""
    rows: Rows = []
    for (line, question, *_), passages, units in entries:
        features = describe_answer(question, passages, order_units(units, unit))
        rows.append(([features], [0] if line["answerable"] else []))
    return rows


def first_place(rows: Rows, scorer: Scorer, depth: int = 1) -> float:
    """The share of questions with a right candidate among the first `depth`."""
    hits = [bool(set(np.argsort(-scorer(group))[:depth]) & set(places)) for group, places in rows]
    return float(np.mean(hits)) if hits else float("nan")


def area(rows: Rows, scorer: Scorer) -> float:
    """Area under the ROC curve of answered against not (Mann & Whitney, 1947)."""
    scores = np.array([float(scorer(group)[0]) for group, _ in rows])
    right = np.array([bool(places) for _, places in rows])
    return float((scores[right][:, None] > scores[~right][None, :]).mean())


def fit_all(questions: Sequence[Any], seed: int = 7) -> dict[str, Any]:
    """The weights of the three scorers."""
    weights = {"passage": network(passage_rows(questions), hidden=16, seed=seed, listwise=True)}
    passage = Scorer(weights["passage"])
    entries = described(questions, passage)
    weights["unit"] = network(unit_rows(entries), hidden=8, seed=seed, listwise=True)
    known = known_rows(entries, Scorer(weights["unit"]))
    weights["known"] = network(known, hidden=6, seed=seed, listwise=False)
    return weights


def report(name: str, questions: Sequence[Any], weights: dict[str, Any]) -> None:
    """Print how the scorers do on questions."""
    scorers = {key: Scorer(values) for key, values in weights.items()}
    entries = described(questions, scorers["passage"])
    passages, units = passage_rows(questions), unit_rows(entries)
    known = known_rows(entries, scorers["unit"])
    count = sum(1 for line, *_ in questions if line["answerable"])
    fused = [float(int(np.argmax([f[18] for f in group])) in places) for group, places in passages]
    print(
        f"{name}: {count} answerable, evidence among candidates {len(passages) / count:.3f}; "
        f"fused@1 {np.mean(fused):.3f}, passage@1 {first_place(passages, scorers['passage']):.3f} "
        f"@5 {first_place(passages, scorers['passage'], 5):.3f}; "
        f"unit@1 {first_place(units, scorers['unit']):.3f} @3 {first_place(units, scorers['unit'], 3):.3f} "
        f"of {len(units) / count:.3f}; known AUC {area(known, scorers['known']):.3f}",
        flush=True,
    )


def main() -> None:
    """Fit on all but one municipality and report on it, for each; then fit on all and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", required=True, help="municipalities under documents/, by comma")
    parser.add_argument("--model-folder", type=Path, default=MODEL_FOLDER, help="an exported embedding model")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    names = arguments.names.split(",")
    embedder = PackagedEmbedder(arguments.model_folder)
    with tempfile.TemporaryDirectory() as scratch:
        questions = {name: asked(name, embedder, Path(scratch)) for name in names}
        for name in names:
            others = [entry for other in names if other != name for entry in questions[other]]
            if others:
                report(f"without {name}", questions[name], fit_all(others))
        everything = [entry for entries in questions.values() for entry in entries]
        weights = fit_all(everything)
        arguments.out.write_text(json.dumps(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
