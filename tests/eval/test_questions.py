import json

import openpyxl
import pytest
from pydantic import ValidationError

from assistant.answers import Profile
from eval.errors import QuestionsInvalid
from eval.questions import Question, load, reworded
from eval.wording import WORDINGS

FULL = {
    "id": "lm-07",
    "question": "Vem skriver under läkemedelslistan?",
    "answer": "Den utskrivande läkaren.",
    "must_contain": [["utskrivande läkare", "läkaren som skriver ut"], ["mg/ml"]],
    "source": "region/utskrivning.pdf",
    "page": 3,
    "evidence": "Den utskrivande läkaren skriver under",
    "category": "role",
    "difficulty": "paraphrase",
    "answerable": True,
    "state": "answered",
    "harm": "high",
    "thread": "t1",
    "profile": {"role": "sjuksköterska", "unit": "Björkgården", "groups": ["hsl", "chef"]},
}
CELLS = FULL | {
    "must_contain": "utskrivande läkare / läkaren som skriver ut; mg/ml",
    "profile": "role: sjuksköterska; unit: Björkgården; groups: hsl / chef",
}


def jsonl(folder, *rows, name="q.jsonl"):
    path = folder / name
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def xlsx(folder, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(folder / "q.xlsx")
    return folder / "q.xlsx"


def small(id="a", **more):
    return {"id": id, "question": "Vem?", "answerable": True, **more}


def test_the_three_formats_say_the_same(tmp_path):
    semicolons = tmp_path / "q.csv"
    values = [("ja" if value is True else f'"{value}"') for value in CELLS.values()]
    semicolons.write_text("\ufeff" + ";".join(CELLS) + "\r\n" + ";".join(values) + "\r\n", encoding="utf-8")
    expected = Question.model_validate_json(json.dumps(FULL))
    assert load([jsonl(tmp_path, FULL)]) == [expected]
    assert load([semicolons]) == [expected]
    assert load([xlsx(tmp_path, CELLS, CELLS.values())]) == [expected]


def test_a_profile_is_handed_on():
    question = Question.model_validate_json(json.dumps(FULL))
    assert question.profile.profile() == Profile(role="sjuksköterska", unit="Björkgården", groups=("hsl", "chef"))


def test_null_and_empty_are_not_given(tmp_path):
    (question,) = load([jsonl(tmp_path, small(page=None, source="", state=None, must_contain=None, harm=None), "")])
    assert (question.page, question.source, question.state, question.must_contain) == (None, "", None, ())
    assert question.harm == "none"


def test_excel_numbers_and_empty_rows(tmp_path):
    path = xlsx(
        tmp_path, ["id", "question", "answerable", "page"], [7, "Vem?", True, 3.0], [None] * 4, [8, "När?", 0, None]
    )
    assert [(q.id, q.answerable, q.page) for q in load([path])] == [("7", True, 3), ("8", False, None)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (small(anser="x"), "row 2: unknown column 'anser'"),
        (small(id=""), "row 2: 'id' is missing or empty"),
        (small(id="  "), "row 2: 'id' is missing or empty"),
        ({"id": "b", "question": "Vem?"}, "row 2: 'answerable' is missing or empty"),
        (small(harm="mycket"), "row 2: 'harm': Input should be 'none', 'moderate' or 'high' (is 'mycket')"),
        (small(page=0), "row 2: 'page'"),
        (small(page="3"), "row 2: 'page'"),
        (small(answerable="true"), "row 2: 'answerable'"),
        (small(must_contain=["läkare"]), "row 2: 'must_contain'"),
        (small(must_contain=[[]]), "row 2: 'must_contain': a group is empty"),
        (small(must_contain=[["–"]]), "row 2: 'must_contain': '–' has no letters or digits"),
        (small(profile={"rol": "x"}), "row 2: unknown column 'profile.rol'"),
        (small(state="not_found"), "row 2: state is 'not_found' but answerable is true"),
        (small(id="first"), "row 2: the id 'first' is taken by"),
        ("{", "row 2: is not JSON"),
        ("[]", "row 2: is not an object"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, said):
    with pytest.raises(QuestionsInvalid) as raised:
        load([jsonl(tmp_path, small("first"), row)])
    assert f"{tmp_path / 'q.jsonl'}, {said}" in str(raised.value)


def test_every_bad_row_of_every_file_is_named(tmp_path):
    one = jsonl(tmp_path, small("a", x=1), small("b", harm="?"), name="one.jsonl")
    two = jsonl(tmp_path, small("c", y=1), name="two.jsonl")
    with pytest.raises(QuestionsInvalid) as raised:
        load([one, two])
    assert len(str(raised.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["id", "question", "answerable", "anser"], ["a", "Vem?", True, "x"]], "row 1: unknown column 'anser'"),
        ([["id", "question", "answerable", "id"], ["a", "Vem?", True, "b"]], "row 1: the column 'id' is there twice"),
        ([["id", "question", "answerable"], ["a", "Vem?", True], ["b", "När?", "kanske"]], "row 3: 'answerable'"),
        ([["id", "question", "answerable", None], ["a", "Vem?", True, "x"]], "row 2: a cell stands outside"),
        ([["id", "question", "answerable", "must_contain"], ["a", "Vem?", True, "x / "]], "row 2: 'must_contain'"),
        ([["id", "question", "answerable", "page"], ["a", "Vem?", True, "tre"]], "row 2: 'page'"),
        ([["id", "question", "answerable"]], "holds no questions"),
    ],
)
def test_a_bad_workbook_is_named(tmp_path, rows, said):
    with pytest.raises(QuestionsInvalid, match=r"q\.xlsx") as raised:
        load([xlsx(tmp_path, *rows)])
    assert said in str(raised.value)


def test_files_that_cannot_be_read_are_told_apart(tmp_path):
    (tmp_path / "latin.csv").write_bytes("id,question,answerable\na,Får jag?,ja\n".encode("cp1252"))
    (tmp_path / "not.xlsx").write_bytes(b"no")
    with pytest.raises(QuestionsInvalid, match="is not UTF-8"):
        load([tmp_path / "latin.csv"])
    with pytest.raises(QuestionsInvalid, match=r"cannot be read as \.xlsx"):
        load([tmp_path / "not.xlsx"])
    with pytest.raises(QuestionsInvalid, match="no such file"):
        load([tmp_path / "gone.jsonl"])
    with pytest.raises(QuestionsInvalid, match="are read from"):
        load([tmp_path / "q.ods"])


def test_a_thread_is_in_one_file(tmp_path):
    one = jsonl(tmp_path, small("a", thread="t"), name="one.jsonl")
    two = jsonl(tmp_path, small("b", thread="t"), name="two.jsonl")
    with pytest.raises(QuestionsInvalid, match="thread 't' is also in"):
        load([one, two])


def test_a_question_does_not_change():
    with pytest.raises(ValidationError):
        Question(id="a", question="Vem?", answerable=True).id = "b"


@pytest.mark.parametrize("wording", WORDINGS)
def test_reworded_questions_ask_for_the_same(wording):
    asked = [Question(id=str(number), question=FULL["question"], answerable=True) for number in range(5)]
    said = reworded(asked, wording)
    assert [one.model_dump(exclude={"question"}) for one in said] == [
        one.model_dump(exclude={"question"}) for one in asked
    ]
    assert said == reworded(asked, wording)
    assert any(one.question != FULL["question"] for one in said) is (wording != "abbreviations")  # no word has one
