"""ingest/clean.py: letters, hyphens and spaces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import characters, join_lines, mend_letters

LETTERS = st.text(alphabet="abcåäöéÅÄÖXY–” 0123456789.,:/-\u00a0\u00ad\u0301ﬁ", max_size=40)


def letters(text):
    return [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["tjänstgörande sjuk-", "sköterska"], "tjänstgörande sjuksköterska"),
        (["hälso-", "och sjukvård"], "hälso- och sjukvård"),
        (["in- och", "utskrivning"], "in- och utskrivning"),
        (["åren 2023-", "2027"], "åren 2023-2027"),
        (["ett IT-", "stöd"], "ett IT-stöd"),
        (["Karin-", "Anna"], "Karin-Anna"),
        (["e-", "post"], "e-post"),
        (["och/", "eller"], "och/eller"),
        (["och", "/eller"], "och/eller"),
        (["larma –", "ring 112"], "larma – ring 112"),
        (["  a ", "", " b"], "a b"),
        ([], ""),
    ],
)
def test_lines_are_joined_as_a_person_reads_them(lines, expected):
    assert join_lines(lines) == expected


@given(st.lists(LETTERS, max_size=6))
def test_no_letter_is_lost_when_lines_are_joined(lines):
    assert letters(join_lines(lines)) == letters("".join(lines))


@given(st.lists(st.text(alphabet="abcå ", min_size=1, max_size=12), max_size=6))
def test_words_without_hyphens_stay_apart(lines):
    assert join_lines(lines).split() == " ".join(line.strip() for line in lines).split()


@given(st.text(max_size=80))
def test_characters_are_composed_and_cleaning_twice_changes_nothing(text):
    once = characters(text)
    assert unicodedata.is_normalized("NFC", once)
    assert characters(once) == once


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("va\u030ard pa\u030a o\u0308n", "vård på ön"),
        ("ﬁck efﬂuenser", "fick effluenser"),
        ("läke\u00admedel", "läkemedel"),
        ("0555\u00a010\u202f20", "0555 10 20"),
        ("a\t b", "a b"),
        ("\ufeffrutin\u200b", "rutin"),
        ("(cid:127) puls", "• puls"),
    ],
    ids=["accents", "ligatures", "soft hyphen", "hard spaces", "tab", "invisible", "bullet without a letter"],
)
def test_letters_come_out_as_they_are_read(raw, expected):
    assert characters(raw) == expected


def test_broken_letters_are_mended_where_they_are_dense():
    lines = ["foä r vaå rd och omsorg", "aä ldre paå  boendet", "soä ker vaå rd"]
    assert [characters(line) for line in mend_letters(lines)] == [
        "för vård och omsorg",
        "äldre på boendet",
        "söker vård",
    ]


@given(st.lists(st.sampled_from(["oändlig väntan", "koalition", "ett oärligt svar", "vård"]), max_size=10))
def test_whole_words_are_left_alone(lines):
    assert mend_letters(lines) == lines


def test_a_font_broken_throughout_is_mended_where_breaks_are_few():
    dense = [f"rad {number} foä r vaå rden" for number in range(8)]
    far = ["utan brott"] * 60
    lines = [*dense, *far, "Beslut att bordlaä gga och godkaänna planen"]
    assert mend_letters(lines)[-1] == "Beslut att bordlägga och godkänna planen"
    assert mend_letters(lines[8:])[-1] == lines[-1]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Personcentrera", "d vård"], "Personcentrerad vård"),
        (["dosen är klar", "t ex på kvällen"], "dosen är klar t ex på kvällen"),
        (["upp till", "5 g salt"], "upp till 5 g salt"),
        (["vårdplanen", "i journalen"], "vårdplanen i journalen"),
        (["ledare för grupp", "A och B"], "ledare för grupp A och B"),
    ],
)
def test_a_lone_last_letter_goes_back_to_its_word(lines, expected):
    assert join_lines(lines) == expected


def test_a_lost_mark_is_left_out_and_a_lost_letter_is_not():
    assert characters("möjlighet\ufffd\ufffd och 7)\ufffd Mallen") == "möjlighet och 7) Mallen"
    assert characters("f\ufffdr") == "f\ufffdr"


def test_a_soft_hyphen_in_the_wrong_encoding_joins_its_word():
    assert characters("upp\u00acföljning") == "uppföljning"
    assert join_lines([characters("upp\u00ac"), characters("följning på ö")]) == "uppföljning på ö"
    assert characters("\u00ac A och B") == "\u00ac A och B"
