import pytest

from assistant.question import Concept, Question, asks_for
from assistant.rank import Found
from assistant.retrieve import Candidate
from assistant.rows import TELEPHONE, cells_of, heads_of, key_of, places_of, row_to_call, tells_number
from ingest.corpus import Chunk, Unit
from ingest.swedish import stem, words

ROW = "Nr: 4 | Behov: Bemanning, sjuk kollega | Dagtid: Enhetschef | Kväll: Chef i beredskap 0555-10 20 60"
STEP = "Låt en kollega ringa sjuksköterskan, 0555-10 20 40."


def unit(text, score):
    """A unit alone in its chunk; a text with bars is a row."""
    kind = "row" if " | " in text else "sentence"
    chunk = Chunk("id", "rutin.md", None, (), text, (Unit(0, len(text), kind),))
    stems = frozenset(map(stem, words(text)))
    return Found(Candidate(0, chunk, unit_stems=(stems,)), 0, [], score=score)


def asked(text, *matter):
    concepts = tuple(Concept(word, frozenset({stem(word)}), (), 2.0) for word in matter)
    return Question(text, concepts, {stem(word): 1.0 for word in matter}, asks_for(text), ())


def test_a_row_has_heads_and_cells_and_is_named_by_the_first_that_is_no_number():
    assert heads_of(ROW) == ("Nr", "Behov", "Dagtid", "Kväll")
    assert cells_of(ROW)[key_of(heads_of(ROW))] == "Bemanning, sjuk kollega"


def test_whom_to_call_is_told_by_the_row_that_names_the_matter():
    units = [unit(STEP, 2.0), unit(ROW, 0.5)]
    assert row_to_call(asked("Vem ringer jag vid sjuk kollega?", "ringer", "sjuk", "kollega"), units) is units[1]


def test_a_row_with_a_number_is_read_in_the_place_of_one_without():
    task = "Nr: 20 | Uppgift: Ringa läkare | Sjuksköterska: Utför | Läkare: –"
    units = [unit(task, 2.0), unit("Tid: Natt | Vem: Jourens läkare | Nummer: 0555-70 70 00", 1.0)]
    assert row_to_call(asked("Vilken läkare ringer jag?", "läkare", "ringer"), units) is units[1]


@pytest.mark.parametrize(
    ("text", "matter", "score"),
    [
        ("Vem ansvarar för sjuk kollega?", ("sjuk", "kollega"), 0.5),
        ("Vem ringer sjuksköterskan?", ("ringer", "sjuksköterskan"), 0.5),
        ("Vem ringer jag vid sjuk kollega?", ("sjuk", "kollega"), -1.0),
        ("Vem ringer jag på kvällen?", ("ringer", "kvällen"), 0.5),
    ],
    ids=["no call", "named by the best", "far behind", "no matter"],
)
def test_else_the_best_unit_tells(text, matter, score):
    units = [unit(STEP, 2.0), unit(ROW, score)]
    assert row_to_call(asked(text, *matter), units) is units[0]


NURSE = "Område: Norra Åsen (Viken) | Dag: 0555-11 10 00 | Kväll 16–21: 0555-11 10 01"


@pytest.mark.parametrize(
    ("text", "matter", "told"),
    [
        ("numret till Viken på kvällen", ("numret", "viken", "kvällen"), True),
        ("vem når jag i Viken", ("når", "viken"), True),
        ("telefon till Udden", ("telefon", "udden"), False),
        ("numret till Viken på natten", ("numret", "viken", "natten"), False),
        ("vilket nummer ringer jag på kvällen", ("nummer", "ringer", "kvällen"), False),
        ("hur ofta besöks Viken", ("besöks", "viken"), False),
        ("får ordination ges per telefon i Viken", ("viken",), False),
    ],
    ids=["by time", "whom", "another place", "another time", "no matter", "no call", "by telephone"],
)
def test_a_row_tells_the_number_of_all_that_is_asked(text, matter, told):
    assert tells_number(asked(text, *matter), unit(NURSE, 1.0)) is told


def test_a_row_names_the_places_below_a_head_of_places():
    assert places_of(unit(NURSE, 1.0)) == {stem(word) for word in ("norra", "åsen", "viken")}
    assert not places_of(unit(ROW, 1.0))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0555-11 22 33", True),
        ("08-12 34 56", True),
        ("070-123 45 67", True),
        ("0701234567", True),
        ("ring 112", True),
        ("2025-01-01", False),
        ("Kväll 16-21", False),
        ("Vardag 07-16", False),
        ("10-20 minuter", False),
    ],
)
def test_a_date_and_hours_are_no_telephone(text, told):
    assert bool(TELEPHONE.search(text)) is told
