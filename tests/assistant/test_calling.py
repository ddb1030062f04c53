"""assistant/calling.py: which rows of a contact list give the number for whom, where and when a question says."""

from datetime import datetime

import pytest

from assistant.answers import Profile
from assistant.calling import is_one_number, now_first, numbers_to_call, open_numbers
from assistant.question import Concept, Question, asks_for
from assistant.rank import Found
from assistant.retrieve import Candidate
from ingest.corpus import Chunk, Unit
from ingest.swedish import STOP, stem, words

ROWS = [
    "När: Vardag 07–16 | Område: Strandgården | Vem: Sjuksköterska | Telefon: 0555-10 20 10",
    "När: Vardag 07–16 | Område: Hemsjukvård Norr | Vem: Sjuksköterska | Telefon: 0555-10 20 20",
    "När: Vardag 07–16 | Område: LSS-bostäder | Vem: Sjuksköterska | Telefon: 0555-10 20 30",
    "När: Natt 21.30–07 | Område: Hela kommunen | Vem: Sjuksköterska | Telefon: 0555-10 20 40",
    "När: Dygnet runt | Område: Hela kommunen | Vem: Läkarbilen | Telefon: 0555-10 20 50 | Notera: Sjuksköterska",
]


def table(*texts, section="Kontakt"):
    text, units = "", []
    for one in texts:
        units.append(Unit(len(text), len(text) + len(one), "row"))
        text += one + "\n"
    stems = tuple(frozenset(map(stem, words(f"{section} {one}"))) for one in texts)
    candidate = Candidate(0, Chunk("id", "kontakt.xlsx", None, (section,), text, tuple(units)), unit_stems=stems)
    return [Found(candidate, number, []) for number in range(len(texts))]


def asked(text):
    matter = [word for word in words(text) if word not in STOP]
    concepts = tuple(Concept(word, frozenset({stem(word)}), (), 1.0) for word in matter)
    return Question(text, concepts, {stem(word): 1.0 for word in matter}, asks_for(text), ())


def called(text, *, boendeform="", place=""):
    rows = numbers_to_call(asked(text), table(*ROWS), Profile(boendeform=boendeform), place=place)
    return [row.text.rpartition("0555-10 ")[2] for row in rows]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("numret till sjuksköterska", ["20 10", "20 20", "20 30", "20 40"]),
        ("numret till sjuksköterska på natten", ["20 40"]),
        ("telefon till sjuksköterska på gruppbostaden på natten", ["20 40"]),
        ("telefon till sjuksköterska på gruppbostaden en vardag", ["20 10", "20 30"]),
        ("numret till hygiensjuksköterska", []),
        ("vad gör en sjuksköterska", []),
    ],
)
def test_rows_are_those_of_whom_when_and_where_the_question_says(text, numbers):
    assert called(text) == numbers


def test_a_place_that_is_named_picks_its_own_row():
    assert called("telefon till sjuksköterska på Strandgården en vardag", place="strandgården") == ["20 10"]


def test_no_row_of_another_time_is_given_where_none_fits():
    assert numbers_to_call(asked("numret till sjuksköterska på natten"), table(ROWS[0]), Profile(), place="") == []


def test_rows_that_are_left_are_choices_told_apart_by_what_differs():
    choices = open_numbers(table(*ROWS[:2], ROWS[3]))
    assert [case.label for case in choices.cases] == [
        "Vardag 07–16, Strandgården", "Vardag 07–16, Hemsjukvård Norr", "Natt 21.30–07, Hela kommunen",
    ]  # fmt: skip


def test_one_number_alone_is_no_choice():
    assert open_numbers(table(ROWS[0])) is None
    same = table(ROWS[0], ROWS[0].replace("Strandgården", "Björken"))
    assert open_numbers(same) is None and is_one_number(same)
    assert not is_one_number(table(*ROWS[:2])) and not is_one_number([])


def test_a_sentence_of_another_time_gives_way_to_the_rows_that_fit():
    rows, (sentence,) = table(*ROWS), table("Läkaren nås på 0555-33 01 20 mellan klockan 8.00–16.30.", section="Läkare")
    question = asked("numret till sjuksköterska på natten")
    found = numbers_to_call(question, [sentence, *rows], Profile(), place="", lead=sentence)
    assert [row.text for row in found] == [ROWS[3]]
    (other,) = table("Läkaren nås på 0555-33 01 20.", section="Läkare")
    assert numbers_to_call(question, [other, *rows], Profile(), place="", lead=other) == []


def test_at_night_the_number_of_the_night_is_the_first_choice():
    cases = open_numbers(table(*ROWS[:2], ROWS[3]))
    first = now_first(cases, datetime(2026, 3, 4, 2, 15)).cases[0]
    assert first.label == "Natt 21.30–07, Hela kommunen"
    assert now_first(cases, datetime(2026, 3, 4, 10, 0)) == now_first(cases, None) == cases
