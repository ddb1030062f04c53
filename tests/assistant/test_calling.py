"""assistant/calling.py: which rows of a contact list give the number for whom, where and when a question says."""

from datetime import datetime

import pytest

from assistant.answers import Profile
from assistant.calling import Call, is_one_number, now_first, numbers_to_call, open_numbers
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
        units.append(Unit(len(text), len(text) + len(one), "row" if " | " in one else "sentence"))
        text += one + "\n"
    stems = tuple(frozenset(map(stem, words(f"{section} {one}"))) for one in texts)
    candidate = Candidate(0, Chunk("id", "kontakt.xlsx", None, (section,), text, tuple(units)), unit_stems=stems)
    return [Found(candidate, number, []) for number in range(len(texts))]


def asked(text):
    matter = [word for word in words(text) if word not in STOP]
    concepts = tuple(Concept(word, frozenset({stem(word)}), (), 1.0) for word in matter)
    return Question(text, concepts, {stem(word): 1.0 for word in matter}, asks_for(text), ())


UNITS = ("Strandgården", "Granen", "Marieberg")


def call(text, *, place="", **profile):
    return Call(asked(text), Profile(**profile), place, UNITS)


def called(text, *rows, place="", **profile):
    found = numbers_to_call(call(text, place=place, **profile), table(*(rows or ROWS)))
    return [row.text.rpartition("0555-10 ")[2][:5] for row in found]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("numret till sjuksköterska", ["20 10", "20 20", "20 30", "20 40"]),
        ("numret till sjuksköterska på natten", ["20 40"]),
        ("telefon till sjuksköterska på gruppbostaden på natten", ["20 40"]),
        ("telefon till sjuksköterska på gruppbostaden en vardag", ["20 10", "20 30"]),
        ("numret till sjuksköterska på helgen dagtid", []),
        ("numret till sjuksköterska efter 21.45", ["20 40"]),
        ("numret till sjuksköterska före klockan 8", ["20 10", "20 20", "20 30"]),
        ("numret till hygiensjuksköterska", []),
        ("vad gör en sjuksköterska", []),
    ],
)
def test_rows_are_those_of_whom_when_and_where_the_question_says(text, numbers):
    assert called(text) == numbers


def test_the_kind_of_home_that_the_profile_says_leaves_out_others():
    assert called("numret till sjuksköterska en vardag", boendeform="LSS") == ["20 10", "20 30"]


HOURS = [
    "När: Helg 07–21 | Vem: Sjuksköterska | Telefon: 0555-10 30 10",
    "När: Vardagar kväll | Vem: Sjuksköterska | Telefon: 0555-10 30 20",
    "När: Natt alla dagar | Vem: Sjuksköterska | Telefon: 0555-10 30 30",
]


@pytest.mark.parametrize(
    ("when", "numbers"),
    [
        ("på förmiddagen", []),
        ("lördag natt", ["30 30"]),
        ("lördag kväll", ["30 10"]),
        ("en söndag eftermiddag", ["30 10"]),
        ("en tisdag kväll", ["30 20"]),
        ("på natten", ["30 30"]),
    ],
)
def test_days_and_hours_must_both_be_those_that_are_said(when, numbers):
    assert called(f"numret till sjuksköterska {when}", *HOURS) == numbers


def test_a_number_of_another_unit_is_never_given():
    row = "Enhet: Strandgården | Vem: Enhetschef | Telefon: 0555-10 20 10"
    assert called("numret till enhetschef på Granen", row, place="granen") == []
    assert called("numret till enhetschef på Strandgården", row, place="strandgården") == ["20 10"]


def test_what_has_a_number_of_its_own_is_told_apart_by_it():
    rows = [
        "Var: Hus 1 | Vem: Vaktmästare | Telefon: 0555-10 20 10",
        "Var: Hus 2 | Vem: Köket | Telefon: 0555-10 20 20",
    ]
    assert called("numret till vaktmästare hus 2", *rows) == []
    row = "Vem: Jour sjuksköterska | Telefon: 0555-10 20 10"
    assert called("jour numret mas på Marieberg", row, place="marieberg") == []


def test_a_place_that_is_named_picks_its_own_row():
    assert called("telefon till sjuksköterska på Strandgården en vardag", place="strandgården") == ["20 10"]


def test_no_row_of_another_time_is_given_where_none_fits():
    assert numbers_to_call(call("numret till sjuksköterska på natten"), table(ROWS[0])) == []


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
    night = call("numret till sjuksköterska på natten")
    found = numbers_to_call(night, [sentence, *rows], lead=sentence)
    assert [row.text for row in found] == [ROWS[3]]
    (other,) = table("Läkaren nås på 0555-33 01 20.", section="Läkare")
    assert numbers_to_call(night, [other, *rows], lead=other) == []


def test_at_night_the_number_of_the_night_is_the_first_choice():
    cases = open_numbers(table(*ROWS[:2], ROWS[3]))
    first = now_first(cases, datetime(2026, 3, 4, 2, 15)).cases[0]
    assert first.label == "Natt 21.30–07, Hela kommunen"
    assert now_first(cases, datetime(2026, 3, 4, 10, 0)) == now_first(cases, None) == cases


def test_a_number_is_no_hour():
    rows = [
        "När: Natt 21–07 | Vem: Köket | Telefon: 0155-22 20 40",
        "När: Vardag 07–16 | Vem: Hus 2 | Telefon: 0155-22 20 41",
    ]
    first = now_first(open_numbers(table(*rows)), datetime(2026, 3, 4, 10, 0)).cases[0]
    assert first.label == "Vardag 07–16, Hus 2"
