"""What got better and what got worse since an earlier run, question by question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eval.score import Judged, Score

# Weightiest first: the first that differs decides whether the question got better or worse. True is good.
_VERDICTS: dict[str, Callable[[Judged], bool | None]] = {
    "dangerous": lambda j: not j.dangerous,
    "right": lambda j: j.right,
    "verbatim": lambda j: j.verbatim,
    "cited": lambda j: j.cited,
    "passage@1": lambda j: j.found_within(1),
    "passage@5": lambda j: j.found_within(5),
    "passage@20": lambda j: j.found_within(20),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose verdicts differ between the runs."""

    before: Judged
    now: Judged
    gained: tuple[str, ...]  # verdicts that turned good
    lost: tuple[str, ...]  # verdicts that turned bad


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids unless Changes; a question that was rewritten in between is in `rewritten` alone."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    same: int
    rewritten: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compare(now: Score, before: Score) -> Comparison:
    """Compare by id, in the order of `now`."""
    earlier = {j.id: j for j in before.judged}
    worse: list[Change] = []
    better: list[Change] = []
    rewritten: list[str] = []
    same = 0
    for judged in now.judged:
        old = earlier.get(judged.id)
        if old is None:
            continue
        if not _same_question(old, judged):
            rewritten.append(judged.id)
            continue
        pairs = [(name, verdict(old), verdict(judged)) for name, verdict in _VERDICTS.items()]
        differ = [(name, good) for name, was, good in pairs if was is not None and good is not None and was != good]
        if not differ:
            same += 1
            continue
        change = Change(
            before=old,
            now=judged,
            gained=tuple(name for name, good in differ if good),
            lost=tuple(name for name, good in differ if not good),
        )
        (better if differ[0][1] else worse).append(change)
    ids = {j.id for j in now.judged}
    return Comparison(
        worse=tuple(worse),
        better=tuple(better),
        same=same,
        rewritten=tuple(rewritten),
        added=tuple(j.id for j in now.judged if j.id not in earlier),
        removed=tuple(j.id for j in before.judged if j.id not in ids),
    )


def _same_question(one: Judged, other: Judged) -> bool:
    """Asked and expected alike. A blocked question's wording is not kept, so it is not compared."""
    unkept = {"question"} if "blocked" in (one.state, other.state) else set()
    return one.outcome.question.model_dump(exclude=unkept) == other.outcome.question.model_dump(exclude=unkept)
