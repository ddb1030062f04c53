import pytest
from rapidfuzz.distance import OSA

from assistant.spelling import Near, Speller, is_word

COUNTS = {
    "läkemedelsskåp": 3, "chef": 9, "lyft": 3, "nyckel": 5, "delegering": 7, "tablett": 2, "gräns": 1, "till": 40,
    "sonden": 2,
}  # fmt: skip
LISTED = {"medicin", "säbo"}


@pytest.fixture
def speller():
    return Speller(COUNTS, LISTED, lambda word: word in COUNTS)


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("cehf", "chef"),
        ("deleegring", "delegering"),
        ("dleegernig", "delegering"),
        ("medkcin", "medicin"),
        ("lkäemedelsskåpet", "läkemedelsskåp"),
        ("tablegterna", "tablett"),
        ("såbo", "säbo"),
    ],
    ids=["four letters", "a swap", "two errors", "of the word list", "another form", "a plural", "a short listed word"],
)
def test_a_word_is_repaired_to_the_nearest_known_one(speller, written, searched):
    assert speller.repair(written) == searched


@pytest.mark.parametrize(
    "word",
    ["chef", "medicin", "lyf", "2024", "konden", "tilt", "xyxyxyxy", "", "“–"],
    ids=[
        "known",
        "listed",
        "three letters",
        "number",
        "another first letter",
        "stop word",
        "far",
        "empty",
        "no letters",
    ],
)
def test_what_is_known_or_has_nothing_near_stays(speller, word):
    assert speller.repair(word) == word


def test_a_rare_word_of_the_index_is_no_repair_of_four_letters():
    assert Speller({"lyft": 2}, (), lambda word: False).repair("lyyt") == "lyyt"
    assert Speller({"lyft": 3}, (), lambda word: False).repair("lyyt") == "lyft"


@pytest.mark.parametrize(
    ("written", "searched"),
    [("medicnischef", "medicinschef"), ("chefnyckle", "chefnyckel"), ("nycekllyft", "nyckellyft")],
    ids=["the first part", "the last part", "both sides known but one"],
)
def test_a_part_of_a_compound_is_repaired(speller, written, searched):
    assert speller.repair(written) == searched


def test_the_same_words_are_near_as_when_all_are_compared():
    known = ["läkare", "läkaren", "lake", "äkare", "rekal", "läkarintyg", "läkre", "läraken"]
    near = Near(known)
    for edits in (1, 2):
        expected = {word for word in known if OSA.distance("läkare", word) <= edits}
        assert {word for word, _ in near.find("läkare", edits)} == expected
    assert Near([]).find("läkare", 2) == []


def test_right_words_of_swedish_and_english_are_known_and_misspelled_ones_are_not():
    assert all(map(is_word, ["tjänar", "spottar", "trillat", "grinden", "vaccin", "worse", "gets", "å"]))
    assert not any(map(is_word, ["läkemdel", "medicn", "delegring", "trilat", "utskrvning", ""]))
