"""Rows are matched with marked ones at most once; the marks themselves hold together."""

from pathlib import Path

import pytest

from eval.errors import EvalError
from eval.register.score import Marked, Stretch, match, read_stretches, shares
from ingest.register import Duty

MARKS = Path(__file__).parent.parent.parent / "eval" / "register"


def duty(role="MAS", kind="utför", task="följer upp"):
    return Duty(role, task, kind, "", f"{role} {task} varje år.", "", "a.md", 1, (), 0, 0)


def stretch(*rows):
    return Stretch("documents", "a.md", 1, "MAS", "år", rows)


def test_precision_and_recall_count_each_marked_row_once():
    marked = [Marked(("MAS",), ("utför",), "följer upp", False), Marked(("MAR",), ("utför",), "följer upp", False)]
    judged = match(stretch(*marked), [duty(), duty(), duty("SAS")])
    precision, recall = shares([judged])
    assert (precision.count, precision.of) == (1, 3)
    assert (recall.count, recall.of) == (1, 2)


def test_an_optional_row_counts_neither_found_nor_missed():
    optional = Marked(("MAS",), ("utför",), "följer upp", True)
    for found in ([duty()], []):
        precision, recall = shares([match(stretch(optional), found)])
        assert (precision.of, recall.of) == (0, 0)


@pytest.mark.parametrize("wrong", [duty("enhetschef"), duty(kind="beslutar"), duty(task="utser")])
def test_another_role_kind_or_task_does_not_match(wrong):
    judged = match(stretch(Marked(("MAS",), ("utför",), "följer upp", False)), [wrong])
    assert (len(judged.right), len(judged.wrong), len(judged.missed)) == (0, 1, 1)


def test_the_marks_are_enough_and_quote_little():
    halves = [read_stretches(MARKS / f"{half}.jsonl") for half in ("dev", "test")]
    rows = [row for half in halves for one in half for row in one.rows]
    assert sum(not row.optional for row in rows) >= 150
    assert all(len(row.words.split()) <= 12 for row in rows)
    assert all(len(words.split()) <= 12 for half in halves for one in half for words in (one.first, one.last))


def test_marks_of_another_form_are_refused(tmp_path):
    path = tmp_path / "dev.jsonl"
    path.write_text('{"file": "a.md"}\n', encoding="utf-8")
    with pytest.raises(EvalError, match="rad 1"):
        read_stretches(path)
