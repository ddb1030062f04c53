import pytest

from assistant.answers import Answer, Turn
from assistant.followup import standalone


def turn(question, state="answered"):
    return Turn(question, Answer("x", question, state, "Svar."))


BEFORE = [turn("Vem ringer jag på natten?")]


@pytest.mark.parametrize(
    "question",
    [
        "Och på helgen?",
        "och om hen är ensam",
        "Men på dagen då?",
        "Varför?",
        "Gäller det även särskilt boende?",
        "Vem gör det?",
        "Hur länge?",
        "Hur ofta?",
        "Var dokumenteras det?",
        "Vem ansvarar?",
        "på helgen",
        "what about weekends",
        "Inom vilken tid?",
    ],
)
def test_follow_up_gets_the_words_of_the_one_before(question):
    assert standalone(question, BEFORE) == f"Vem ringer jag på natten – {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Vad är SIP?",
        "Vad betyder FVK?",
        "Vem är MAS?",
        "Hur görs loggkontroll?",
        "Får jag delegera insulin till vårdbiträde?",
        "Vem beslutar om skyddsåtgärder?",
        "Hur ofta ska jag räkna narkotikan?",
        "Vad gör jag vid stickskada?",
        "Vilka rutiner ska jag revidera varje år?",
        "Kan jag använda lyften ensam?",
        "Vad menas med egenvård?",
        "Nyckeln till medicinskåpet borta",
        "Jag har glömt att signera och listan är borta, vad säger rutinen att sjuksköterskan gör?",
    ],
)
def test_new_question_stands_on_its_own(question):
    assert standalone(question, BEFORE) == question


def test_first_question_is_left_as_it_is():
    assert standalone("Och på helgen?", []) == "Och på helgen?"


def test_turns_that_were_not_searched_are_passed_over():
    history = [*BEFORE, turn("Vad gäller för [personnummer borttaget]?", "blocked"), turn("Skriv en dikt", "declined")]
    assert standalone("Och på helgen?", history) == "Vem ringer jag på natten – Och på helgen?"
    assert standalone("Och på helgen?", history[1:]) == "Och på helgen?"


def test_long_question_before_is_cut():
    assert len(standalone("Och på helgen?", [turn("läkemedel " * 200)])) < 320
