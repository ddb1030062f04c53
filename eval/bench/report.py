"""The results told: aligned tables for the terminal, and report.md with report.json in a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.bench.quality import Row, Table
from eval.bench.task import Estimate

READING = """\
Means over questions with 95 % bootstrap intervals. passage@k: a passage among the first k is from the source and holds
80 % of the evidence's words. nDCG@10: over the corpus's texts, on questions whose relevant texts were all kept from
training. A difference is from the row named beside it, on the same questions, with its own interval: one that holds 0
says nothing. The plain recipe is LangChain's RecursiveCharacterTextSplitter (1000 characters, 200 overlap) and Chroma
with the same embedding model on the same extracted pages. Typos: one in every content word. Abbreviations: the ward's,
on the questions that have a word to shorten. Chat: with what people say before and after a question. The learned
ranker was fitted with synonyms and compounds, so taking these away costs it more than it would cost one fitted without.
"""
Part = tuple[str, str, list[list[str]]]  # heading, a line below it, a table


def quality_lines(table: Table) -> list[list[str]]:
    """The header and the rows of one table, as cells."""
    names = list(table.rows[0].measures) if table.rows else []
    header = ["ranking", "wording", "n", *names, *(f"Δ {name}" for name in names), "Δ from"]
    return [header, *(_cells(row, names) for row in table.rows)]


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    of = next(iter(row.measures.values())).of
    gaps = [_told(row.differences[name], "+.3f") if row.differences else "" for name in names]
    means = [_told(row.measures[name], ".3f") for name in names]
    return [row.ranking, row.wording, str(of), *means, *gaps, row.against]


def _told(value: Estimate, form: str) -> str:
    return f"{value.mean:{form}} [{value.low:{form}}, {value.high:{form}}]"


def speed_lines(speed: dict[str, Any]) -> list[list[str]]:
    """One row a quantity, one column an index."""
    indexes = speed["indexes"]
    rows: dict[str, list[str]] = {}
    for place, found in enumerate(indexes.values()):
        together = found["at once"]
        many = f"{together['threads']} threads at once"
        told = {
            **(
                {
                    "passages": made["passages"],
                    "vectors": made["vectors"],
                    "ingest, s": made["seconds"],
                    "ingest, passages/s": made["passages a second"],
                    "ingest, vectors/s": made["vectors a second"],
                }
                if (made := found["ingest"])
                else {}
            ),
            "on disk, MiB": found["disk MiB"],
            **{
                f"{stage}, p50 / p95, ms": f"{values['p50'] * 1000:.0f} / {values['p95'] * 1000:.0f}"
                for stage, values in found["seconds"].items()
            },
            f"{many}, answers/s": together["answers a second"],
            f"{many}, p50 / p95, s": f"{together['p50']:.2f} / {together['p95']:.2f}",
            "cold `rollkoll ask`, s": found["cold ask"]["seconds"],
            "cold `rollkoll ask`, peak memory, MiB": found["cold ask"]["peak memory MiB"],
            "`rollkoll ask`, all questions, peak memory, MiB": found["ask, all questions"]["peak memory MiB"],
        }
        for name, value in told.items():
            rows.setdefault(name, [""] * len(indexes))[place] = "–" if value is None else str(value)
    return [["", *indexes], *([name, *values] for name, values in rows.items())]


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Cells in columns, for the terminal."""
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in lines)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """Cells as a Markdown table."""
    head, *body = lines
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def parts(about: dict[str, Any], tables: Sequence[Table], speed: dict[str, Any] | None) -> list[Part]:
    """What the report is made of, in order."""
    result: list[Part] = []
    for table in tables:
        note = (
            f"{table.queries} questions on {table.passages} passages (median {table.length} characters); "
            f"the plain recipe has {table.plain_pieces} pieces ({table.plain_length})."
        )
        result.append((table.task, note, quality_lines(table)))
    if speed:
        told = ", ".join(f"{name} {value}" for name, value in speed["machine"].items())
        result.append(("Speed and memory", f"{told}; {about['speed questions']} questions.", speed_lines(speed)))
    return result


def terminal(about: dict[str, Any], tables: Sequence[Table], speed: dict[str, Any] | None) -> str:
    """All tables for the terminal."""
    return "\n\n".join(f"{head}\n{note}\n{aligned(lines)}" for head, note, lines in parts(about, tables, speed))


def as_json(about: dict[str, Any], tables: Sequence[Table], speed: dict[str, Any] | None) -> dict[str, Any]:
    """Everything, for `--json`."""
    return {**about, "quality": [table.json() for table in tables], "speed": speed}


def write(folder: Path, about: dict[str, Any], tables: Sequence[Table], speed: dict[str, Any] | None) -> list[Path]:
    """Write report.md and report.json into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    heading = ["# Rollkoll, measured", "", ", ".join(f"{name} {value}" for name, value in about.items()), "", READING]
    for head, note, lines in parts(about, tables, speed):
        heading += [f"## {head}", "", note, "", markdown(lines), ""]
    text, data = folder / "report.md", folder / "report.json"
    text.write_text("\n".join(heading), encoding="utf-8")
    data.write_text(json.dumps(as_json(about, tables, speed), ensure_ascii=False, indent=1), encoding="utf-8")
    return [text, data]
