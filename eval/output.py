"""The score for the terminal, in aligned columns, and for programs, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.compare import Change, Comparison
from eval.report import MEANING
from eval.score import BREAKDOWNS, SHOWN_LIMIT, Mean, Measures, Score


def table(score: Score) -> str:
    """The measures in aligned columns, for the terminal."""
    overall = score.overall
    rows: list[tuple[str, ...]] = [("measure", "value", "count", "95 % interval")]
    for name in MEANING:
        found = overall.shares.get(name) or overall.means[name]
        value = "–" if found.value is None else f"{found.value:.3f}"
        if isinstance(found, Mean):
            rows.append((name, value, str(found.of), ""))
        else:
            interval = "{:.3f}–{:.3f}".format(*found.interval) if found.interval else "–"
            rows.append((name, value, f"{found.count}/{found.of}", interval))
    for name, seconds in overall.latency.items():
        rows.append((f"seconds {name}", "–" if seconds is None else f"{seconds:.3f}", "", ""))
    blocks = [_aligned(rows)]
    shown = ("passage@5", "right", "cited", "dangerous")
    for breakdown in BREAKDOWNS:
        if score.by[breakdown]:
            head = (breakdown, "questions", *shown)
            blocks.append(_aligned([head, *(_group_row(v, m, shown) for v, m in score.by[breakdown].items())]))
    for label, ids in _named(score).items():
        if ids:
            blocks.append(f"{label}: {', '.join(ids)}")
    return "\n\n".join(blocks)


def _group_row(value: str, found: Measures, shown: Sequence[str]) -> tuple[str, ...]:
    return (value, str(found.questions), *(f"{found.shares[name].count}/{found.shares[name].of}" for name in shown))


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_json(score: Score, comparison: Comparison | None = None) -> dict[str, Any]:
    """What `rollkoll eval --json` prints of the score."""
    found: dict[str, Any] = {
        **_measures_json(score.overall),
        "ids": _named(score),
        "by": {
            breakdown: {value: _measures_json(measures) for value, measures in groups.items()}
            for breakdown, groups in score.by.items()
        },
        "verdicts": [
            {
                "id": j.id,
                "state": j.state,
                "right": j.right,
                "dangerous": j.dangerous,
                "rank": j.rank,
                "cited": j.cited,
                "verbatim": j.verbatim,
                "missing": [list(group) for group in j.missing],
                "length": j.length,
                "seconds": round(j.outcome.seconds, 3),
                "error": j.outcome.error,
            }
            for j in score.judged
        ],
    }
    if comparison:
        found["against"] = {
            "better": [_change_json(change) for change in comparison.better],
            "worse": [_change_json(change) for change in comparison.worse],
            "same": comparison.same,
            "rewritten": list(comparison.rewritten),
            "added": list(comparison.added),
            "removed": list(comparison.removed),
        }
    return found


def _measures_json(found: Measures) -> dict[str, Any]:
    shares = {
        name: {
            "value": _rounded(share.value),
            "count": share.count,
            "of": share.of,
            "interval": [round(end, 4) for end in share.interval] if share.interval else None,
        }
        for name, share in found.shares.items()
    }
    means = {name: {"value": _rounded(mean.value), "of": mean.of} for name, mean in found.means.items()}
    return {
        "questions": found.questions,
        "measures": shares | means,
        "seconds": {name: _rounded(value) for name, value in found.latency.items()},
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "id": change.now.id,
        "before": change.before.state,
        "now": change.now.state,
        "gained": list(change.gained),
        "lost": list(change.lost),
    }


def _named(score: Score) -> dict[str, list[str]]:
    """Ids of the questions that someone should look at."""
    return {
        "dangerous": [j.id for j in score.judged if j.dangerous],
        "failed": [j.id for j in score.judged if j.outcome.answer is None],
        "not verbatim": [j.id for j in score.judged if j.verbatim is False],
        "too long": [j.id for j in score.judged if j.length >= SHOWN_LIMIT],
        "not right": [j.id for j in score.judged if not j.right],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
