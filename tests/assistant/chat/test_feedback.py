from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from chat_fake import ANSWERS, PDF

from assistant.chat.feedback import REASONS, FeedbackLog, vote


def test_a_vote_keeps_the_question_and_what_was_shown(tmp_path):
    path = tmp_path / "ny" / "feedback.jsonl"
    FeedbackLog(path).append(vote(ANSWERS["answered"], "down", reason=REASONS[0]))
    line = json.loads(path.read_text("utf-8"))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "answer": "a-answered",
        "question": "Vem signerar?",
        "state": "answered",
        "documents": [PDF],
        "generation": "g1",
        "vote": "down",
        "reason": "Fel svar",
    }


def test_free_text_is_not_kept_as_a_reason():
    assert vote(ANSWERS["answered"], "down", reason="Anna 19121212-1212").reason == ""


def test_lines_stay_whole_when_many_write(tmp_path):
    logs = [FeedbackLog(tmp_path / "f.jsonl") for _ in range(4)]
    made = vote(ANSWERS["conflict"], "up")
    with ThreadPoolExecutor(8) as pool:
        for number in range(200):
            pool.submit(logs[number % 4].append, made)
    lines = (tmp_path / "f.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 200 and all(json.loads(line)["vote"] == "up" for line in lines)
