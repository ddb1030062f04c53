"""Questions of other organisations that are like one, and what answered them there: what the rule may sound like here.

Ranking alone reads them; nothing of them is ever shown. A small model knows what it was trained on better when it can
look it up (Khandelwal et al., 2020, arXiv:1911.00172). `eval/training/examples.py` makes the file, of the questions
that the models are trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, Vectors
from ingest.errors import ModelMissing

FILE = Path(__file__).parent / "examples.npz"
HEARD, SHARPNESS = 20, 0.05  # questions whose answers are weighed together, and the temperature of their weights
STEPS = 127  # of an 8-bit number


Echo = tuple[float, float]  # cosine of a text to what answered the nearest examples: their mean, and the very nearest
SILENT: Echo = (0.0, 0.0)
ECHO = ("echo", "echo gap", "best echo", "best echo gap", "example")  # features of a text among others


@dataclass(frozen=True, slots=True)
class Like:
    """What examples say of one question."""

    nearness: float  # cosine of the question and the nearest one
    mean: Vectors  # of what answered the nearest ones, weighed by their nearness; of length 1
    best: Vectors  # of what answered the very nearest

    def echoes(self, vectors: Vectors) -> list[Echo]:
        """How near texts' vectors are to what answered them."""
        return list(zip((vectors @ self.mean).tolist(), (vectors @ self.best).tolist(), strict=True))


NOTHING = Like(0.0, np.zeros(1, np.float32), np.zeros(1, np.float32))  # where there are no examples


def loudest(echoes: Iterable[Echo]) -> Echo:
    """The highest of each of the two."""
    means, bests = zip(*echoes, SILENT, strict=True)
    return max(means), max(bests)


def echo_features(echo: Echo, among: Echo, like: Like) -> list[float]:
    """Of a text among others, the loudest of which are given; in the order of `ECHO`."""
    mean, best = echo
    return [mean, mean - among[0], best, best - among[1], like.nearness]


class Examples:
    """Answered questions, by their vectors; from any number of threads."""

    def __init__(self, questions: Vectors, answers: Vectors, owners: NDArray[np.str_]) -> None:
        """Vectors of length 1 of questions and of what answers each, and whose questions they are."""
        self._questions, self._answers, self._owners = questions, answers, owners

    def like(self, vector: Vectors) -> Like:
        """What the examples nearest to a question's vector say."""
        if not len(self._owners):
            return NOTHING
        near = self._questions @ vector
        first = np.argpartition(-near, min(HEARD, len(near)) - 1)[:HEARD]
        first = first[np.argsort(-near[first], kind="stable")]
        weights = np.exp((near[first] - near[first[0]]) / SHARPNESS)
        mean = (weights / weights.sum()) @ self._answers[first]
        return Like(float(near[first[0]]), mean / np.linalg.norm(mean), self._answers[first[0]])

    def without(self, owner: str) -> Examples:
        """Those that are not of this owner."""
        kept = np.flatnonzero(self._owners != owner)
        return Examples(self._questions[kept], self._answers[kept], self._owners[kept])


NO_EXAMPLES = Examples(np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float32), np.array([], dtype=str))


@cache
def open_examples(model: str, path: Path = FILE) -> Examples:
    """The examples that come along, where their vectors are of this embedding model; else none. Raises ModelMissing."""
    if not path.exists():
        raise ModelMissing(f"Exemplen saknas: {path}. Hämta om programmet (git checkout) och försök igen.")
    with np.load(path) as file:
        if str(file["model"]) != model:
            return NO_EXAMPLES
        answers = _unpacked(file["answers"])[file["which"]]
        return Examples(_unpacked(file["questions"]), answers, file["owners"])


def write_examples(examples: Sequence[tuple[str, str, str]], embedder: Embedder, path: Path = FILE) -> None:
    """Write the vectors of (question, what answers it, whose question it is), in 8 bits."""
    questions, answers, owners = zip(*examples, strict=True)
    texts = {text: place for place, text in enumerate(dict.fromkeys(answers))}
    np.savez(
        path,
        model=np.array(embedder.name),
        questions=_packed(np.stack([embedder.query(question) for question in questions])),
        answers=_packed(embedder.passages(list(texts))),
        which=np.array([texts[answer] for answer in answers], dtype=np.int32),
        owners=np.array(owners),
    )


def _packed(vectors: Vectors) -> NDArray[np.int8]:
    """Each row as steps of its largest part."""
    packed: NDArray[np.int8] = np.rint(vectors / np.abs(vectors).max(1, keepdims=True) * STEPS).astype(np.int8)
    return packed


def _unpacked(packed: NDArray[np.int8]) -> Vectors:
    """Rows of length 1 again."""
    rows = packed.astype(np.float32)
    unpacked: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unpacked
