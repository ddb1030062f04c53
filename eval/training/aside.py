"""Fit what tells the sentences of a question that ask nothing, and print how it does on questions left out.

A sentence of a rephrased question is an aside where the question is nearer to the clean one without it, and needed
where it is much farther; nothing is learned of those between, nor of sentences that are never left out. Of a clean
question every sentence is needed. To be run again whenever the embedding model is exported anew:

    python -m eval.training.aside
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assistant.gist import ASIDE, FEATURES, FILE, describe_sentences, is_needed, sentences
from eval.training.pairs import read_lines
from eval.training.rephrase import REPHRASED
from ingest.embed import Embedder, open_embedder

NEARER, FARTHER = 0.005, -0.03  # by how much more cosine to the clean question the rest of it has
LIKE = 0.42  # cosine to the clean question from which a sentence says some of it
PARTS = 4  # of the questions, of which one is left out at a time


def labelled(embedder: Embedder) -> Iterator[tuple[int, list[float], bool]]:
    """Number of the question, a sentence's features, and whether it is an aside."""
    for number, line in enumerate(read_lines(REPHRASED)):
        clean = embedder.query(line["question"])
        for text in (line["question"], *line["rephrased"]):
            parts = sentences(text)
            if len(parts) < 2:
                continue
            whole = float(embedder.query(" ".join(parts)) @ clean)
            for place, features in enumerate(describe_sentences(parts, embedder)):
                if is_needed(parts[place]):
                    continue
                rest = float(embedder.query(" ".join(parts[:place] + parts[place + 1 :])) @ clean)
                if rest - whole >= NEARER and float(embedder.query(parts[place]) @ clean) < LIKE:
                    yield number, features, True
                elif rest - whole <= FARTHER:
                    yield number, features, False


def main() -> None:
    """Fit on three parts of four by turns, then on all, and write the weights."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    numbers, features, labels = map(np.array, zip(*labelled(open_embedder("rollkoll-e5-small")), strict=True))
    part = np.random.default_rng(1).permutation(numbers.max() + 1)[numbers] % PARTS
    chance = np.zeros(len(labels))
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3))
    for left in range(PARTS):
        chance[part == left] = model.fit(features[part != left], labels[part != left]).predict_proba(
            features[part == left]
        )[:, 1]
    told = chance >= ASIDE
    print(f"left out: {told[labels].mean():.3f} of {labels.sum()} asides are told, ", end="")
    print(f"and {told[~labels].mean():.3f} of {(~labels).sum()} sentences that are needed")
    scaler, regression = (step for _, step in model.fit(features, labels).steps)
    weights = regression.coef_[0] / scaler.scale_
    told_by = {
        "bias": round(float(regression.intercept_[0] - weights @ scaler.mean_), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)},
    }
    arguments.out.write_text(json.dumps(told_by, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
