"""Rank every query in every way, judge, and estimate: the rows of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eval.bench.plain import PlainRecipe
from eval.bench.rankings import Parts
from eval.bench.task import Estimate, Query, Ranking, Task, bootstrap
from eval.wording import WORDINGS

PLAIN, SCORED, FULL = "plain LangChain + Chroma", "+ learned scorer", "+ reranker: all of it"
AS_WRITTEN, TYPOS, ABBREVIATIONS, CHAT = "as written", "typos", "abbreviations", "chat"


@dataclass(frozen=True, slots=True)
class Row:
    """One ranking over the queries of a task in one wording.

    `differences` are from the row `against`, over the same queries; empty where there is none to compare with.
    """

    ranking: str
    wording: str
    measures: dict[str, Estimate]
    against: str = ""
    differences: dict[str, Estimate] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        return {
            "ranking": self.ranking,
            "wording": self.wording,
            "measures": {name: value.json() for name, value in self.measures.items()},
            "against": self.against,
            "differences": {name: value.json() for name, value in self.differences.items()},
        }

    @classmethod
    def of(cls, values: dict[str, Any]) -> Row:
        """The row of what `json` gave."""
        estimates = {
            name: {measure: Estimate(**given) for measure, given in values[name].items()}
            for name in ("measures", "differences")
        }
        return cls(**{**values, **estimates})


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one task, and what was ranked. Lengths are medians in characters."""

    task: str
    queries: int
    passages: int
    length: int
    plain_pieces: int
    plain_length: int
    rows: tuple[Row, ...]

    def json(self) -> dict[str, Any]:
        names = ("task", "queries", "passages", "length", "plain_pieces", "plain_length")
        return {**{name: getattr(self, name) for name in names}, "rows": [row.json() for row in self.rows]}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Table:
        """The table of what `json` gave."""
        return cls(**{**values, "rows": tuple(map(Row.of, values["rows"]))})


def plan(parts: Parts, plain: PlainRecipe, *, as_asked: bool) -> list[tuple[str, str, Ranking, tuple[str, str] | None]]:
    """Name, wording, ranking, and the row to compare with, in the table's order; that row comes before."""
    full, bare, words = (FULL, AS_WRITTEN), (PLAIN, AS_WRITTEN), ("BM25 alone", AS_WRITTEN)
    asked: list[tuple[str, str, Ranking, tuple[str, str] | None]] = [
        ("as asked: + standing, refusals", AS_WRITTEN, parts.as_asked, full)
    ]
    return [
        (*bare, plain.rank, None),
        (*words, parts.lexical_alone, bare),
        ("BM25 without synonyms", AS_WRITTEN, parts.lexical_without_synonyms, words),
        ("BM25 without compound splitting", AS_WRITTEN, parts.lexical_without_parts, words),
        ("whole-passage vectors alone", AS_WRITTEN, parts.wholes_alone, bare),
        ("unit vectors alone", AS_WRITTEN, parts.units_alone, bare),
        ("all three by reciprocal rank", AS_WRITTEN, parts.fused, bare),
        (SCORED, AS_WRITTEN, parts.ranked_by_search, bare),
        (*full, parts.ranked, (SCORED, AS_WRITTEN)),
        *(asked if as_asked else []),
        ("… without synonyms", AS_WRITTEN, parts.ranked_without_synonyms, full),
        ("… without compound splitting", AS_WRITTEN, parts.ranked_without_parts, full),
        ("… without examples", AS_WRITTEN, parts.ranked_without_examples, full),
        (PLAIN, TYPOS, plain.rank, bare),
        (FULL, TYPOS, parts.ranked, full),
        (PLAIN, ABBREVIATIONS, plain.rank, bare),
        (FULL, ABBREVIATIONS, parts.ranked, full),
        (PLAIN, CHAT, plain.rank, bare),
        (FULL, CHAT, parts.ranked, full),
    ]


def measure(
    task: Task,
    parts: Parts,
    plain: PlainRecipe,
    *,
    passages: int,
    as_asked: bool,
    seed: int,
    told: Callable[[str], None] = lambda step: None,
) -> Table:
    """Every ranking over the task. Another wording is measured on the queries that it changes."""
    worded = {wording: _worded(task.queries, wording, seed) for wording in (AS_WRITTEN, *WORDINGS)}
    judged: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    rows: list[Row] = []
    for name, wording, ranking, against in plan(parts, plain, as_asked=as_asked):
        queries = worded[wording]
        if not queries:
            continue
        told(f"{task.name}: {name}, {wording}")
        own = {query.id: query.judge(ranking(query)) for query in queries}
        judged[name, wording] = own
        measures = _estimates([own[query.id] for query in queries], seed)
        if against is None:
            rows.append(Row(name, wording, measures))
            continue
        base = judged[against]
        gaps = [{key: value - base[id][key] for key, value in own[id].items()} for id in own]
        rows.append(Row(name, wording, measures, f"{against[0]}, {against[1]}", _estimates(gaps, seed)))
    return Table(task.name, len(task.queries), passages, parts.length, plain.size, plain.length, tuple(rows))


def _worded(queries: Sequence[Query], wording: str, seed: int) -> list[Query]:
    if wording == AS_WRITTEN:
        return list(queries)
    changed = [replace(query, text=WORDINGS[wording](query.text, f"{seed}:{query.id}")) for query in queries]
    return [query for query, before in zip(changed, queries, strict=True) if query.text != before.text]


def _estimates(values: Sequence[dict[str, float]], seed: int) -> dict[str, Estimate]:
    return {name: bootstrap([each[name] for each in values], seed=seed) for name in values[0]}
