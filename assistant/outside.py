"""Questions that have nothing to do with the work, told by their vector: weather, films, one's own home, nonsense."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ingest.embed import Vectors
from ingest.swedish import words

FILE = Path(__file__).parent / "outside.json"
OUTSIDE = 0.62  # probability from which a question is taken for none of the work's
FEWEST_WORDS = 5  # of a question; the vector of a shorter one, "han slog mig", tells too little
UNLIKELY = 0.2  # and the one of being answered, below which it is looked at


@dataclass(frozen=True, slots=True)
class Outside:
    """A logistic regression over a question's vector. Trained by `eval/training/outside.py`."""

    weights: Vectors
    bias: float

    def is_told(self, question: str, vector: Vectors) -> bool:
        """Has a question, with this vector, surely nothing to do with the work?"""
        return len(words(question)) >= FEWEST_WORDS and self(vector) >= OUTSIDE

    def __call__(self, vector: Vectors) -> float:
        """The probability, 0 to 1, that a question with this vector, of length 1, has nothing to do with the work."""
        return 1.0 / (1.0 + math.exp(-float(vector @ self.weights) - self.bias))


@cache
def open_outside(model: str, path: Path = FILE) -> Outside | None:
    """The one that comes along, where it reads vectors of this embedding model; else None."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Outside(np.array(told["weights"], np.float32), told["bias"]) if told["model"] == model else None


def write_outside(outside: Outside, model: str, path: Path = FILE) -> None:
    """Write the weights for the embedding model of this name."""
    told = {"model": model, "bias": round(outside.bias, 4), "weights": [round(float(w), 4) for w in outside.weights]}
    path.write_text(json.dumps(told) + "\n", encoding="utf-8")
