import json

import pytest

from eval.errors import RunUnreadable
from eval.outcomes import read
from eval.pipeline import evaluate, judge_run
from eval.questions import Question
from eval.score import Share

QUESTIONS = [
    Question(
        id="lm-07",
        question="Vem är utskrivande läkaren?",
        answerable=True,
        must_contain=(("utskrivande läkare",),),
        source="region/utskrivning.pdf",
        evidence="Den utskrivande läkaren skriver under läkemedelslistan.",
        harm="high",
    ),
    Question(id="x-1", question="Vad kostar parkeringen?", answerable=False),
    Question(id="x-2", question="krasch", answerable=True),
]


def test_from_questions_to_report(tmp_path, asker, pages, about):
    heard = []
    found = evaluate(
        QUESTIONS,
        asker,
        pages,
        about=about,
        folder=tmp_path / "one",
        report_folder=tmp_path / "ut",
        told=lambda done, of: heard.append((done, of)),
    )
    shares = found.score.overall.shares
    assert [shares[name] for name in ("passage@1", "right", "cited", "verbatim")] == [
        Share(1, 1),
        Share(2, 3),
        Share(1, 1),
        Share(1, 1),
    ]
    assert found.about.generation == "g1"
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert "failed: x-2" in found.table()
    assert json.loads(json.dumps(found.json()))["run"]["generation"] == "g1"
    assert (tmp_path / "ut" / "report.html").exists()


def test_a_saved_run_scores_the_same_again(tmp_path, asker, pages, about):
    first = evaluate(QUESTIONS, asker, pages, about=about, folder=tmp_path / "one")
    again = judge_run(*read(tmp_path / "one"), pages, folder=tmp_path / "one")
    assert again.score == first.score


def test_against_an_earlier_run(tmp_path, asker, pages, about):
    evaluate(QUESTIONS, asker, pages, about=about, folder=tmp_path / "one")
    found = evaluate(QUESTIONS, asker, pages, about=about, folder=tmp_path / "two", against=tmp_path / "one")
    assert (found.comparison.same, found.comparison.worse, found.comparison.better) == (3, (), ())


def test_a_missing_earlier_run_is_told_before_anything_is_asked(tmp_path, asker, pages, about):
    with pytest.raises(RunUnreadable):
        evaluate(QUESTIONS, asker, pages, about=about, folder=tmp_path / "two", against=tmp_path / "one")
    assert asker.asked == []
