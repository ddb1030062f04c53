from datetime import date

import pytest

from eval.errors import RunUnreadable
from eval.outcomes import Given, Outcome, Run, digests, read, save
from eval.questions import Question

ANSWER = {"id": "1", "state": "answered", "answer": "Så – “här”.", "quotes": [], "passages": [], "contact": None}


def outcome(id="a"):
    question = Question(id=id, question="Vem får ge läkemedel?", answerable=True)
    return Outcome(question=question, answer=Given.model_validate(ANSWER), seconds=0.25)


def test_a_run_is_read_back_as_it_was(tmp_path, about):
    failed = outcome("b").model_copy(update={"answer": None, "error": "RuntimeError: nej"})
    save(tmp_path / "runs" / "one", about, [outcome(), failed])
    assert read(tmp_path / "runs" / "one") == (about, [outcome(), failed])
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one"]


def test_what_scoring_does_not_need_is_kept_too(tmp_path, about):
    save(tmp_path / "one", about, [outcome()])
    assert '"contact":null' in (tmp_path / "one" / "outcomes.jsonl").read_text(encoding="utf-8")


def test_a_run_is_never_overwritten(tmp_path, about):
    save(tmp_path / "one", about, [outcome()])
    with pytest.raises(RunUnreadable, match="never overwritten"):
        save(tmp_path / "one", about, [])
    assert len(read(tmp_path / "one")[1]) == 1


def test_nothing_is_left_of_a_run_that_could_not_be_written(tmp_path):
    unwritable = Run(today=date(2026, 3, 1), settings={"x": object()})
    with pytest.raises(Exception, match="serialize"):
        save(tmp_path / "one", unwritable, [])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_run_is_told(tmp_path, about):
    with pytest.raises(RunUnreadable, match=r"run\.json is missing"):
        read(tmp_path)
    save(tmp_path / "one", about, [])
    (tmp_path / "one" / "outcomes.jsonl").write_text('{"who": 1}\n')
    with pytest.raises(RunUnreadable, match="another make"):
        read(tmp_path / "one")


def test_digests_name_the_folder_when_two_files_share_a_name(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "q.jsonl").write_bytes(b"")
    (tmp_path / "z.md").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of no bytes
    found = digests([tmp_path / "z.md", tmp_path / "b" / "q.jsonl", tmp_path / "a" / "q.jsonl"])
    assert found == {"a/q.jsonl": empty, "b/q.jsonl": empty, "z.md": empty}
