import pytest

from assistant.answers import Answer, Quote, Turn
from assistant.followup import asked_of_document, last_quoted, standalone


def quoted(document):
    return Quote("En rad.", document, "Rutin", "rutin", "gällande", None, "1 Syfte", 1, 1.0)


def turn(question, state="answered", documents=()):
    return Turn(question, Answer("x", question, state, "Svar.", tuple(map(quoted, documents))))


BEFORE = [turn("Vem ringer jag på natten?")]
KEY = [turn("Hur länge gäller delegeringen för undersköterska?", documents=["a.md", "b.md"])]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Och på helgen?", "Vem ringer jag – Och på helgen?"),
        ("Men på dagen då?", "Vem ringer jag – Men på dagen då?"),
        ("på helgen", "Vem ringer jag – på helgen"),
        ("vem då på kvällen?", "Vem ringer jag – vem då på kvällen?"),
        ("Gäller det även särskilt boende?", "Vem ringer jag på natten – Gäller det även särskilt boende?"),
        ("what about weekends", "Vem ringer jag – what about weekends"),
    ],
)
def test_what_a_follow_up_names_replaces_its_like_in_the_question_before(question, expected):
    assert standalone(question, BEFORE) == expected


@pytest.mark.parametrize("question", ["Hur länge?", "Vem gör det?", "Var dokumenteras det?", "och om hen är ensam"])
def test_follow_up_of_its_own_form_takes_the_subject_along(question):
    before = [turn("Vem får delegera insulin till vårdbiträde?")]
    assert standalone(question, before) == f"{question} – delegera insulin vårdbiträde"


def test_another_role_replaces_the_role():
    assert standalone("och för vårdbiträde?", KEY) == "Hur länge gäller delegeringen – och för vårdbiträde?"


def test_another_place_replaces_the_document_that_was_named():
    before = [turn("När ska fallrisken bedömas enligt kommunens riktlinje?")]
    assert standalone("men på Björkgården?", before) == "När ska fallrisken bedömas – men på Björkgården?"


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
    assert standalone("Och på helgen?", history) == "Vem ringer jag – Och på helgen?"
    assert standalone("Och på helgen?", history[1:]) == "Och på helgen?"


def test_long_question_before_is_cut():
    assert len(standalone("Och på helgen?", [turn("läkemedel " * 200)])) < 320


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("var står det?", None),
        ("i vilket dokument står det?", None),
        ("Källa?", None),
        ("vem äger den?", "dokumentansvarig"),
        ("gäller den än?", "giltig till"),
        ("vilken version är det?", "version"),
        ("när blev den beslutad?", "fastställd"),
    ],
)
def test_question_for_the_document_last_quoted(question, field):
    followed = asked_of_document(question, KEY)
    assert followed is not None
    assert (followed.fields[0] if followed.fields else None) == field


@pytest.mark.parametrize(
    "question",
    ["hur länge gäller det?", "var finns lyftkudden?", "vem äger bilen?", "hur länge gäller beslutet?", "och sen?"],
)
def test_question_for_something_else_is_searched(question):
    assert asked_of_document(question, KEY) is None


def test_without_a_quote_there_is_no_document_to_ask_of():
    assert asked_of_document("var står det?", [turn("Vad kostar lunchen?", "not_found")]) is None


def test_documents_last_quoted_count_the_first_most_and_a_refusal_not_at_all():
    assert last_quoted(KEY) == {"a.md": 1.0, "b.md": 0.5}
    assert last_quoted([*KEY, turn("Vad kostar lunchen?", "not_found")]) == {}
    assert last_quoted([*KEY, turn("Skriv en dikt", "declined")]) == {"a.md": 1.0, "b.md": 0.5}
