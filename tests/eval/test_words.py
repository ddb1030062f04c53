import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.words import holds, share_held, squeezed, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Läkaren – “Åsa” – ringer!", ["läkaren", "åsa", "ringer"]),
        ("läke-\nmedel", ["läkemedel"]),
        ("läke\u00admedel", ["läkemedel"]),
        ("natt-\noch dagtid", ["natt", "och", "dagtid"]),
        ("7,5 mg kl. 08.00", ["7,5", "mg", "kl", "08.00"]),
        ("Ring 112.", ["ring", "112"]),
    ],
    ids=["empty", "marks", "line end", "soft hyphen", "hanging hyphen", "decimals", "full stop"],
)
def test_words_are_what_is_left_when_typesetting_is_gone(text, expected):
    assert words(text) == expected


@given(st.text())
def test_composed_and_decomposed_text_are_the_same(text):
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert words(composed) == words(decomposed)
    assert squeezed(composed) == squeezed(decomposed)


def test_squeezed_keeps_letters_and_digits_alone():
    assert squeezed("Åt-\ngärd\u00ad er: 2 st – ﬁn é") == "åtgärder2stfiné"


@pytest.mark.parametrize(
    ("evidence", "text", "expected"),
    [
        ("a b c d", "d c", 0.5),  # 2 of 4
        ("a a a b", "a", 0.5),  # distinct words: 1 of 2
        ("a b c d e", "A, B, C, D!", 0.8),  # 4 of 5
        ("", "a", 1.0),
    ],
)
def test_share_of_distinct_words(evidence, text, expected):
    assert share_held(evidence, text) == expected


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("Den utskrivande läkaren.", "utskrivande läkare", True),
        ("Den utskrivande\nLÄKAREN", "Utskrivande Läkare", True),
        ("inom 17 dagar", "7 dagar", False),
        ("inom 7 dagar", "7 dagar", True),
        ("ge 7,5 mg", "5 mg", False),
        ("ge 7,5 mg", "7", False),
        ("klockan 8.", "klockan 8", True),
        ("vad som helst", "–", False),
    ],
)
def test_a_phrase_is_held_but_never_part_of_a_number(text, phrase, expected):
    assert holds(text, phrase) is expected
