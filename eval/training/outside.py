"""Fit what tells questions that have nothing to do with the work, and print how it does on questions left out.

To be run again whenever the embedding model is exported anew:

    python -m eval.training.outside
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from assistant.outside import FILE, OUTSIDE, Outside, write_outside
from eval.training.pairs import HERE, read_lines
from ingest.embed import open_embedder

AT_WORK = 7000  # questions of the municipalities that count as such
PARTS = 4  # of the questions, of which one is left out at a time


def main() -> None:
    """Fit on three parts of four by turns, then on all, and write the weights."""
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    private = list(read_lines(HERE / "private.jsonl"))
    asked = [line["question"] for path in sorted((HERE / "questions").glob("*.jsonl")) for line in read_lines(path)]
    work = random.Random(1).sample(asked, AT_WORK)
    embedder = open_embedder("rollkoll-e5-small")
    vectors = np.stack([embedder.query(text) for text in [*(line["question"] for line in private), *work]])
    labels = np.array([line["private"] for line in private] + [False] * len(work))
    part = np.random.default_rng(1).permutation(len(labels)) % PARTS
    chance = np.zeros(len(labels))
    for left in range(PARTS):
        fitted = LogisticRegression(max_iter=1000).fit(vectors[part != left], labels[part != left])
        chance[part == left] = fitted.predict_proba(vectors[part == left])[:, 1]
    told, kinds = chance >= OUTSIDE, np.arange(len(labels)) < len(private)
    print(f"left out: {told[labels].mean():.3f} of {labels.sum()} private ones are told, ", end="")
    print(f"{told[~labels & kinds].sum()} of {(~labels & kinds).sum()} that look so, ", end="")
    print(f"{told[~kinds].sum()} of {len(work)} others")
    fitted = LogisticRegression(max_iter=1000).fit(vectors, labels)
    write_outside(
        Outside(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])), embedder.name, arguments.out
    )


if __name__ == "__main__":
    main()
