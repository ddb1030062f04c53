"""Order candidates and the units within them, by small learned scorers over the features of retrieval."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.examples import ECHO, SILENT, Echo, echo_features, loudest
from assistant.question import Asks, Question, coverage, covered
from assistant.retrieve import MAY, NUMBER, PHONE, PLACE, ROLE, TIME, Candidate, fit
from ingest.corpus import Chunk
from ingest.units import Key

WEIGHTS = Path(__file__).parent / "weights.json"
PASSAGES_READ = 12  # passages whose units are scored
NOT_READ = -5.0  # log-odds that a unit which the reranker has not read counts with
Array = NDArray[np.float64]


Weights = dict[str, list[float] | list[list[float]] | float]


class Scorer:
    """The mean of networks of one hidden layer: standardise, tanh, sum. Trained by `eval/training/{fit,sure}.py`."""

    def __init__(self, networks: Sequence[Weights]) -> None:
        self._networks = [
            tuple(np.array(weights[name]) for name in ("mean", "scale", "hidden", "bias", "out", "last"))
            for weights in networks
        ]

    def __call__(self, features: Sequence[Sequence[float]] | Array) -> Array:
        """Scores of shape (rows,); higher is better, differences are log-odds."""
        rows = np.asarray(features, dtype=float)
        scores = [
            np.tanh(np.clip((rows - mean) / scale, -6, 6) @ hidden + bias) @ out + last
            for mean, scale, hidden, bias, out, last in self._networks
        ]
        result: Array = np.mean(scores, axis=0)
        return result


def read_scorers(path: Path = WEIGHTS) -> dict[str, Scorer]:
    """The trained scorers by name: passage, unit, known, after the reranker `reread passage` and so on, and sure."""
    return {name: Scorer(networks) for name, networks in json.loads(path.read_text(encoding="utf-8")).items()}


@dataclass(slots=True)
class Found:
    """A unit that may answer: `candidate.chunk.units[number]`."""

    candidate: Candidate
    number: int
    features: list[float]
    score: float = 0.0
    shift: float = 0.0  # what its document's standing adds to the score
    pair: float | None = None  # the reranker's log-odds that it answers; None: not read

    @property
    def key(self) -> Key:
        """Position of its chunk, and its number there: by which the index keeps its vector."""
        return self.candidate.position, self.number

    @property
    def says(self) -> float:
        """The reranker's log-odds that it answers; what it has not read is no answer."""
        return NOT_READ if self.pair is None else self.pair

    @property
    def echo(self) -> Echo:
        """How near it is to what answered like questions elsewhere."""
        return self.candidate.echoes.get(self.number, SILENT)

    @property
    def text(self) -> str:
        unit = self.candidate.chunk.units[self.number]
        return self.candidate.chunk.text[unit.start : unit.end]


def order_passages(candidates: list[Candidate], scorer: Scorer) -> list[Candidate]:
    """Best first."""
    if not candidates:
        return []
    for candidate, score in zip(candidates, scorer([c.features for c in candidates]), strict=True):
        candidate.score = float(score)
    return sorted(candidates, key=lambda candidate: -candidate.score)


UNIT_FEATURES = (
    "passage", "passage gap", "passage rank", "near", "near gap", "known near", "coverage", "own coverage",
    "coverage gap", "fit", "sentence", "item", "row", "lead-in", "short", "length", "first", "form", "purpose",
    "neighbour", "document", "dense", "in best document", "has role", "has number", "has time", "has may", "has phone",
    "has place", *ECHO,
    "asks who", "asks number", "asks when", "asks may", "asks contact", "asks definition", "asks where", "asks how",
)  # fmt: skip
KINDS = (ROLE, NUMBER, TIME, MAY, PHONE, PLACE)
ASKED: tuple[Asks, ...] = ("who", "number", "when", "may", "contact", "definition", "where", "how")
PURPOSE = re.compile(
    r"\b(syftet|syfte|bakgrund|denna (rutin|riktlinje)|detta dokument|målet är|inledning)\b", re.IGNORECASE
)


def describe_units(question: Question, passages: Sequence[Candidate]) -> list[Found]:
    """Every unit of the best passages with its features, in the order of `UNIT_FEATURES`."""
    read = list(passages[:PASSAGES_READ])
    if not read:
        return []
    near = [similarity for passage in read for similarity in passage.units.values()]
    floor, highest = (min(near) - 0.01, max(near)) if near else (0.0, 0.0)
    best_covered = max((value for passage in read for value in passage.unit_coverage), default=0.0)
    loud = loudest(echo for passage in read for echo in passage.echoes.values())
    result = []
    for rank, passage in enumerate(read):
        units = passage.chunk.units
        for number, unit in enumerate(units):
            text = passage.chunk.text[unit.start : unit.end]
            similarity = passage.units.get(number, floor)
            held = passage.unit_coverage[number]
            own = coverage(question, passage.own_stems[number])
            around = [passage.unit_coverage[other] for other in (number - 1, number + 1) if 0 <= other < len(units)]
            features = [
                passage.score,
                passage.score - read[0].score,
                1.0 / (1 + rank),
                similarity,
                similarity - highest,
                float(number in passage.units),
                held,
                own,
                held - best_covered,
                fit(question, text),
                float(unit.kind == "sentence"),
                float(unit.kind == "item"),
                float(unit.kind == "row"),
                float(text.endswith(":")),
                float(len(text) < 35),
                min(len(text), 400) / 400,
                float(number == 0),
                passage.features[14],
                float(bool(PURPOSE.search(text))),
                max(around, default=0.0),
                passage.features[12],
                passage.dense,
                float(passage.chunk.source == read[0].chunk.source),
                *(float(bool(pattern.search(text))) for pattern in KINDS),
                *echo_features(passage.echoes.get(number, SILENT), loud, passage.like),
                *(float(asks in question.asks[:2]) for asks in ASKED),
            ]
            result.append(Found(passage, number, features))
    return result


def order_units(found: list[Found], scorer: Scorer) -> list[Found]:
    """Best first."""
    if not found:
        return []
    for unit, score in zip(found, scorer([unit.features for unit in found]), strict=True):
        unit.score = float(score)
    return sorted(found, key=lambda unit: -unit.score)


def shifted(
    passages: Sequence[Candidate], units: Sequence[Found], shift: Callable[[Chunk], float]
) -> tuple[list[Candidate], list[Found]]:
    """Ordered again with what each chunk's standing adds, in log-odds."""
    for passage in passages:
        passage.shift = shift(passage.chunk)
        passage.score += passage.shift
    for unit in units:
        unit.shift = unit.candidate.shift
        unit.score += unit.shift
    return sorted(passages, key=lambda passage: -passage.score), sorted(units, key=lambda unit: -unit.score)


KNOWN_FEATURES = (
    "unit", "unit gap", "passage", "passage gap", "near", "dense", "coverage", "own coverage", "best coverage",
    "rarest covered", "missing words", "bm25", "concepts", "fit", "agreement", "spread", "peak", "second near",
    "sources", "echo", "best echo", "loudest echo", "loudest best echo", "example", "absent", "absent words",
    "rarest missing", "missing in best",
)  # fmt: skip


def describe_answer(question: Question, passages: Sequence[Candidate], units: Sequence[Found]) -> list[float]:
    """What tells whether the best unit answers at all, in the order of `KNOWN_FEATURES`.

    How good the best ones are is told without what their documents' standing adds: that tells which goes first.
    """
    if not units or not passages:
        return [0.0] * len(KNOWN_FEATURES)
    lead = units[0]
    stems = lead.candidate.unit_stems[lead.number]
    rare = sorted(question.concepts, key=lambda concept: -concept.weight)[:2]
    missing = [
        c for c in question.concepts if not c.stems <= stems and not any(others <= stems for others, _ in c.others)
    ]
    held = frozenset().union(*(unit.candidate.unit_stems[unit.number] for unit in units[:5]))
    scores = np.array([unit.score for unit in units[:8]])
    chances = np.exp(scores - scores.max())
    return [
        lead.score - lead.shift,
        lead.score - units[1].score if len(units) > 1 else 3.0,
        passages[0].score - passages[0].shift,
        passages[0].score - passages[1].score if len(passages) > 1 else 3.0,
        lead.features[3],
        max(passage.dense for passage in passages[:5]),
        lead.features[6],
        lead.features[7],
        max(
            coverage(question, frozenset().union(*passage.unit_stems)) for passage in passages[:3] if passage.unit_stems
        )
        if any(passage.unit_stems for passage in passages[:3])
        else 0.0,
        sum(float(any(o <= stems for o in [c.stems, *(others for others, _ in c.others)])) for c in rare)
        / max(1, len(rare)),
        min(len(missing), 6) / 6,
        passages[0].features[1],
        min(len(question.concepts), 8) / 8,
        lead.features[9],
        float(lead.candidate is passages[0]),
        float(1.0 / (chances / chances.sum()).max()) / 8,
        lead.features[3] - min((near for passage in passages for near in passage.units.values()), default=0.0),
        units[1].features[3] if len(units) > 1 else 0.0,
        len({unit.candidate.chunk.source for unit in units[:5]}) / 5,
        *lead.echo,
        *loudest(unit.echo for unit in units),
        lead.candidate.like.nearness,
        sum(c.weight for c in question.concepts if c.absent) / (question.weight or 1.0),
        min(sum(c.absent for c in question.concepts), 4) / 4,
        max((c.weight for c in missing), default=0.0)
        / (max((c.weight for c in question.concepts), default=0.0) or 1.0),
        sum(c.weight for c in missing if not covered(c, held)) / (question.weight or 1.0),
    ]
