import json
import socket

import pytest

import ingest.embed
from assistant import assistant as assistant_module
from assistant.cli import main
from assistant.contact import GENERAL

KEYS = ["id", "question", "state", "answer", "quotes", "passages", "contact", "seconds", "generation"]
QUOTE_KEYS = ["text", "document", "title", "kind", "status", "valid_until", "section", "page", "score"]
PASSAGE_KEYS = ["text", "document", "section", "page", "score"]
QUESTION = "Vem besvarar larm?"
LARM = "# Rutin för larm\n\n## Svarstid\n\nUndersköterskan besvarar larm inom tio minuter – “alltid”.\n"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, embedder):
    """A working folder of one's own, with documents, no settings from outside, and the word embedder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ingest.embed, "open_embedder", lambda name: embedder)
    monkeypatch.setattr(assistant_module, "open_embedder", lambda name: embedder)
    for name in ("DOCUMENTS", "INDEX", "DATA", "PORT", "HOST", "MODEL_URL", "MODEL_NAME", "EMBEDDING_MODEL"):
        monkeypatch.delenv(f"ROLLKOLL_{name}", raising=False)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "larm.md").write_text(LARM, encoding="utf-8")
    return tmp_path


@pytest.fixture
def indexed(home, capsys):
    assert main(["ingest"]) == 0
    capsys.readouterr()
    return home


def said(capsys):
    """The JSON objects printed, and the errors."""
    captured = capsys.readouterr()
    return [json.loads(line) for line in captured.out.splitlines()], captured.err


def batch(capsys, home, *lines, raw=None):
    """Exit code, answers and errors of a batch of these objects or texts."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (home / "frågor.jsonl").write_bytes(text.encode() if raw is None else raw)
    code = main(["ask", "--batch", str(home / "frågor.jsonl"), "--json"])
    return code, *said(capsys)


def test_ingest_tells_what_it_did(home, capsys):
    assert main(["ingest"]) == 0
    first = capsys.readouterr().out
    assert first.startswith("Inläst: 1 nya, 0 ändrade, 0 oförändrade, 0 borttagna dokument; 1 avsnitt")
    assert "Att se över (allt med --json): 1 utan datum, 1 utan ägare." in first


def test_ingest_as_json(home, capsys):
    assert main(["ingest", "--json"]) == 0
    (report,), _ = said(capsys)
    assert report["new"] == ["larm.md"]
    assert {finding["about"] for finding in report["review"]} == {"utan datum", "utan ägare"}


def test_ingest_names_each_file_that_failed(home, capsys):
    (home / "documents" / "trasig.pdf").write_bytes(b"x")
    (home / "documents" / "tom.md").touch()
    assert main(["ingest"]) == 1
    err = capsys.readouterr().err
    assert "Error: trasig.pdf: " in err
    assert "Error: tom.md: filen är tom (0 byte)." in err
    assert main(["ask", QUESTION]) == 0


def test_dry_run_lists_and_changes_nothing(home, capsys):
    assert main(["ingest", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Skulle läsa in: 1 nya")
    assert "  nya: larm.md" in out
    assert not (home / ".rollkoll").exists()


def test_answer_has_the_contract_s_keys_in_order(indexed, capsys):
    assert main(["ask", QUESTION, "--json"]) == 0
    (answer,), err = said(capsys)
    assert err == ""
    assert list(answer) == KEYS
    assert answer["state"] in ("answered", "not_found")
    assert [list(passage) for passage in answer["passages"]] == [PASSAGE_KEYS]
    assert all(list(quote) == QUOTE_KEYS for quote in answer["quotes"])
    assert answer["question"] == QUESTION
    assert len(answer["answer"]) <= 700


def test_answer_for_the_terminal_ends_with_whom_to_ask(indexed, capsys):
    assert main(["ask", "Vad kostar parkeringen?"]) == 0
    assert GENERAL.role in capsys.readouterr().out


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "?",
        "🚑",
        "🚑 larm 🚑",
        "larm " * 4000,
        "\u202elarm\x00\u200b",
        "larm\udce5",
        "'; DROP TABLE chunks; --",
    ],
    ids=["empty", "spaces", "mark", "emoji", "emoji and word", "20 000 characters", "control", "half", "SQL"],
)
def test_odd_question_gets_an_answer(indexed, capsys, question):
    assert main(["ask", question, "--json"]) == 0
    (answer,), _ = said(capsys)
    assert list(answer) == KEYS


def test_identity_is_never_printed(indexed, capsys):
    assert main(["ask", "Vad gäller för 850709-9805?", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["state"] == "blocked"
    assert "850709" not in captured.out + captured.err


def test_batch_in_order_with_its_ids(indexed, capsys):
    code, answers, err = batch(
        capsys,
        indexed,
        {"id": "å-1", "question": QUESTION},
        {"id": 7, "question": "Vad kostar bilen?"},
        {"question": "x"},
    )
    assert (code, err) == (0, "")
    assert [answer["id"] for answer in answers[:2]] == ["å-1", "7"]
    assert answers[2]["id"]
    assert all(list(answer) == KEYS for answer in answers)


def test_bad_lines_are_named_and_the_others_answered(indexed, capsys):
    code, answers, err = batch(
        capsys,
        indexed,
        {"id": "1", "question": QUESTION},
        "inte json",
        {"id": "3"},
        "",
        {"id": "5", "question": 5},
        '"bara text"',
        {"id": "7", "question": QUESTION, "profile": {"rol": "usk"}},
        {"id": "8", "question": QUESTION, "okänt": 1},
    )
    assert code == 1
    assert [answer["id"] for answer in answers] == ["1", "8"]
    assert [int(line.split(" rad ")[1].split(":")[0]) for line in err.splitlines()] == [2, 3, 5, 6, 7]


def test_batch_with_byte_order_mark_and_odd_line_ends(indexed, capsys):
    line = json.dumps({"id": "1", "question": "Vem\u2028besvarar\u0085larm?"}, ensure_ascii=False).encode()
    code, answers, err = batch(capsys, indexed, raw=b"\xef\xbb\xbf" + line + b"\r\n\r\n" + line + b"\r\n")
    assert (code, len(answers), err) == (0, 2, "")


def test_line_in_another_encoding_is_named(indexed, capsys):
    line = '{"id": "1", "question": "Får jag?"}'
    code, answers, err = batch(capsys, indexed, raw=line.encode("latin-1") + b"\n" + line.encode())
    assert (code, [answer["id"] for answer in answers]) == (1, ["1"])
    assert "rad 1" in err


def test_threads_are_conversations_of_their_own(indexed, capsys):
    code, answers, _ = batch(
        capsys,
        indexed,
        {"id": "1", "question": QUESTION, "thread": "a"},
        {"id": "2", "question": "Och på helgen?", "thread": "b"},
        {"id": "3", "question": "Och inom vilken tid?", "thread": "a"},
        {"id": "4", "question": "Och på helgen?", "thread": None, "profile": None},
    )
    assert code == 0
    found = {answer["id"]: [passage["text"] for passage in answer["passages"]] for answer in answers}
    assert found["3"] == found["1"]
    assert len(answers) == 4


def test_profile_may_be_whole_part_or_null(indexed, capsys):
    code, answers, err = batch(
        capsys,
        indexed,
        {"id": "1", "question": QUESTION, "profile": {}},
        {
            "id": "2",
            "question": QUESTION,
            "profile": {"role": "usk", "unit": None, "boendeform": "säbo", "groups": None},
        },
        {"id": "3", "question": QUESTION, "profile": {"groups": ["chefer"]}},
        {"id": "4", "question": QUESTION, "profile": {"groups": "chefer"}},
    )
    assert (code, len(answers)) == (1, 3)
    assert "rad 4: profile.groups" in err


def test_groups_of_the_profile_open_documents(indexed, capsys):
    (indexed / "documents" / "stängd.md").write_text(
        "---\nBehörighet: chefer\n---\n# Rutin lön\n\nLönesamtal hålls i mars varje år.\n", encoding="utf-8"
    )
    assert main(["ingest"]) == 0
    capsys.readouterr()
    question = "När hålls lönesamtal?"
    _, (closed, opened), _ = batch(
        capsys,
        indexed,
        {"id": "1", "question": question},
        {"id": "2", "question": question, "profile": {"groups": ["chefer"]}},
    )
    assert "stängd.md" not in json.dumps(closed, ensure_ascii=False)
    assert "stängd.md" in {passage["document"] for passage in opened["passages"]}


def test_one_question_that_breaks_does_not_stop_the_batch(indexed, capsys, monkeypatch, caplog):
    whole = assistant_module.Assistant.ask

    def ask(self, question, **named):
        if "krasch" in question:
            raise RuntimeError("trasig")
        return whole(self, question, **named)

    monkeypatch.setattr(assistant_module.Assistant, "ask", ask)
    code, answers, err = batch(capsys, indexed, {"id": "1", "question": "krasch"}, {"id": "2", "question": QUESTION})
    assert (code, [answer["id"] for answer in answers]) == (1, ["2"])
    assert "rad 1: RuntimeError" in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["finns-inte"],
        ["ask"],
        ["ask", "x", "--batch", "y"],
        ["ask", "x", "--today", "i dag"],
        ["chat", "--port", "hej"],
        ["chat", "--port", "70000"],
        ["chat", "--port", "0"],
    ],
)
def test_wrong_use_is_two(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"]])
def test_help_is_no_fault(arguments, capsys):
    assert main(arguments) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask", "larm"], "rollkoll ingest"),
        (["ask", "--batch", "saknas.jsonl"], "saknas.jsonl"),
        (["ingest", "--documents", "saknas"], "--documents"),
        (["chat"], "rollkoll ingest"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(arguments, told, capsys):
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert err.startswith("Error: ")
    assert told in err


def test_wrong_setting_is_named(home, capsys, monkeypatch):
    monkeypatch.setenv("ROLLKOLL_PORT", "hej")
    assert main(["ask", "larm"]) == 1
    assert "ROLLKOLL_PORT" in capsys.readouterr().err


def test_port_taken_says_so(indexed, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert main(["chat", "--port", port]) == 1
    assert f"Port {port} används redan" in capsys.readouterr().err


def test_up_serves_the_old_index_when_nothing_can_be_read(indexed, capsys, monkeypatch):
    served = []
    monkeypatch.setattr("assistant.cli._chat", lambda settings: served.append(settings.index) or 0)
    (indexed / "documents" / "larm.md").unlink()
    assert main(["up"]) == 1
    assert len(served) == 1
    assert "förra gången" in capsys.readouterr().err


def test_up_without_any_index_stops(home, capsys, monkeypatch):
    monkeypatch.setattr("assistant.cli._chat", lambda settings: pytest.fail("served"))
    (home / "documents" / "larm.md").unlink()
    assert main(["up"]) == 1
    assert "Error: " in capsys.readouterr().err
