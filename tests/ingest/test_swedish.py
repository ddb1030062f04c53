import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.swedish import STOP, Compounds, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Ring 1177 – “nu”!", ["ring", "1177", "nu"]),
        ("Kl. 16.30, 2–8 °C", ["kl", "16.30", "2", "8", "c"]),
        ("HSLF-FS 2017:37", ["hslf", "fs", "2017:37"]),
        ("Åsa, é och ÖRV_1", ["åsa", "é", "och", "örv", "1"]),
    ],
)
def test_words_and_numbers(text, expected):
    assert words(text) == expected


@given(st.text())
def test_words_are_found_in_the_text_in_order(text):
    lower, place = text.lower(), 0
    for word in words(text):
        place = lower.index(word, place) + len(word)


@pytest.mark.parametrize(
    "forms",
    [
        ("delegering", "delegeringen", "delegeringar"),
        ("sjuksköterska", "sjuksköterskan", "sjuksköterskans", "sjuksköterskor", "sjuksköterskorna"),
        ("vecka", "veckan", "veckor"),
        ("handlingsplan", "handlingsplanen", "handlingsplaner"),
        ("tillsynsorgan", "tillsynsorganet"),
    ],
)
def test_forms_share_a_stem(forms):
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("läkemedelslista", ("läkemedel", "lista")),
        ("utskrivningsläkemedel", ("utskrivning", "läkemedel")),
        ("läkemedelslistorna", ("läkemedel", "listorna")),
        ("läkemedel", ()),  # "medel" is not known
        ("lista", ()),
        ("xyzlista", ()),
    ],
)
def test_compounds_fall_apart_into_known_words(word, parts):
    assert Compounds(["läkemedel", "lista", "utskrivning", "och", "en"]).parts(word) == parts


@given(st.text("abcdeå", min_size=1, max_size=24), st.lists(st.text("abcdeå", min_size=4, max_size=6), max_size=8))
def test_parts_spell_the_word_but_for_its_joints(word, known):
    parts = Compounds(known).parts(word)
    if parts:
        assert len(parts) > 1
        assert len("".join(parts)) <= len(word)


def test_stop_words_are_small_words():
    assert {"och", "det", "vem", "ska"} <= STOP
    assert not {"läkare", "natt", "ansvar", "delegering"} & STOP
