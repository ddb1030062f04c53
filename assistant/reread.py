"""Order the best units and passages again, by what the reranker says of each unit beside what the search said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.examples import ECHO, echo_features, loudest
from assistant.question import Question
from assistant.rank import KNOWN_FEATURES, NOT_READ, Found, Scorer, describe_answer
from assistant.retrieve import Candidate

REREAD = 16  # units that the reranker reads at most
WORTH_READING = 3.5  # log-odds below the best unit within which they must be, beyond the first `ALWAYS_READ`
ALWAYS_READ = 8
REREAD_UNIT_FEATURES = ("score", "score gap", "rank", "pair", "pair gap", "pair rank", "row", "item", *ECHO)
REREAD_PASSAGE_FEATURES = ("score", "score gap", "rank", "pair", "pair gap", "unit", "unit gap", "read")


def worth_reading(units: Sequence[Found]) -> list[Found]:
    """The best of ordered units: those that the reranker reads, so that no time goes to what cannot win."""
    return [
        unit
        for place, unit in enumerate(units[:REREAD])
        if place < ALWAYS_READ or unit.score > units[0].score - WORTH_READING
    ]


def reread(
    passages: list[Candidate], units: list[Found], pairs: Sequence[float], scorers: Mapping[str, Scorer]
) -> tuple[list[Candidate], list[Found]]:
    """Order again, now that the reranker has read the first `len(pairs)` units; the others come after them."""
    if not pairs:
        return passages, units
    read = units[: len(pairs)]
    for unit, pair in zip(read, pairs, strict=True):
        unit.pair = float(pair)
    border = read[-1].score
    for unit, score in zip(read, scorers["reread unit"](describe_reread_units(read)), strict=True):
        unit.score = float(score) + unit.shift
    lowest = min(unit.score for unit in read)
    for unit in units[len(pairs) :]:
        unit.score = lowest + min(0.0, unit.score - border)
    scores = scorers["reread passage"](describe_reread_passages(passages, read))
    for passage, score in zip(passages, scores, strict=True):
        passage.score = float(score) + passage.shift
    return sorted(passages, key=lambda passage: -passage.score), sorted(units, key=lambda unit: -unit.score)


def describe_reread_units(read: Sequence[Found]) -> list[list[float]]:
    """Of every unit that the reranker has read, in the order of `REREAD_UNIT_FEATURES`."""
    scores = [unit.score - unit.shift for unit in read]
    pairs = [unit.pair or 0.0 for unit in read]
    loud = loudest(unit.echo for unit in read)
    return [
        [
            score,
            score - max(scores),
            1.0 / (1 + sum(other > score for other in scores)),
            pair,
            pair - max(pairs),
            1.0 / (1 + sum(other > pair for other in pairs)),
            float(unit.candidate.chunk.units[unit.number].kind == "row"),
            float(unit.candidate.chunk.units[unit.number].kind == "item"),
            *echo_features(unit.echo, loud, unit.candidate.like),
        ]
        for unit, score, pair in zip(read, scores, pairs, strict=True)
    ]


def describe_reread_passages(passages: Sequence[Candidate], read: Sequence[Found]) -> list[list[float]]:
    """Of every passage, in the order of `REREAD_PASSAGE_FEATURES`; the units have their new scores."""
    best_pair: dict[int, float] = {}
    best_unit: dict[int, float] = {}
    for unit in read:
        key = unit.candidate.position
        best_pair[key] = max(best_pair.get(key, -99.0), unit.pair or 0.0)
        best_unit[key] = max(best_unit.get(key, -99.0), unit.score - unit.shift)
    high_pair, low_pair = max(best_pair.values()), min(best_pair.values())
    high_unit, low_unit = max(best_unit.values()), min(best_unit.values())
    scores = [passage.score - passage.shift for passage in passages]
    result = []
    for passage, score in zip(passages, scores, strict=True):
        pair = best_pair.get(passage.position, low_pair - 1.0)
        unit_score = best_unit.get(passage.position, low_unit - 1.0)
        result.append(
            [
                score,
                score - max(scores),
                1.0 / (1 + sum(other > score for other in scores)),
                pair,
                pair - high_pair,
                unit_score,
                unit_score - high_unit,
                float(passage.position in best_pair),
            ]
        )
    return result


REREAD_KNOWN_FEATURES = (*KNOWN_FEATURES, "pair", "best pair", "second pair", "any pair")


def describe_reread_answer(question: Question, passages: Sequence[Candidate], units: Sequence[Found]) -> list[float]:
    """As `describe_answer`, with what the reranker says, in the order of `REREAD_KNOWN_FEATURES`."""
    pairs = sorted((unit.pair for unit in units if unit.pair is not None), reverse=True)
    if not pairs:
        return [*describe_answer(question, passages, units), NOT_READ, NOT_READ, NOT_READ, NOT_READ]
    lead = units[0].pair if units[0].pair is not None else pairs[-1]
    second = pairs[1] if len(pairs) > 1 else pairs[0] - 3.0
    return [*describe_answer(question, passages, units), lead, pairs[0], second, float(np.logaddexp.reduce(pairs))]
