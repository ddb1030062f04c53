import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question import Question
from assistant.quote import LONGEST_FIRST_LINE, ROOM, quotes, span
from assistant.rank import Found
from assistant.retrieve import Candidate
from ingest.chunk import chunk
from ingest.corpus import Block, Document, Page, Standing

RULE = "Undersköterskan får ge insulin efter delegering."
STANDINGS = {"rutin.md": Standing(title="Rutin för läkemedel", kind="rutin")}
WHO = "Vem ger insulin?"


def found(*blocks, page=3, size=20_000):
    """Every unit of one document of these blocks, the first scoring highest."""
    document = Document("rutin.md", "ab", (Page(page, tuple(blocks)),), STANDINGS["rutin.md"])
    parts = chunk(document, size=size, longest_list=size)
    candidates = [Candidate(position, part) for position, part in enumerate(parts)]
    units = [Found(candidate, number, []) for candidate in candidates for number in range(len(candidate.chunk.units))]
    for place, unit in enumerate(units):
        unit.score = -float(place)
    return units


def paragraph(text):
    return Block("paragraph", text)


def asked(text):
    return Question(text, (), {}, ("what",), ())


def quoted(unit, question=WHO, *, room=ROOM):
    start, end = span(unit, asked(question), room=room)
    return unit.candidate.chunk.text[start:end]


@pytest.mark.parametrize(
    "exception",
    [
        "Dock ges den första dosen av sjuksköterskan.",
        "Undantag är den första dosen.",
        "Undantaget är helger på Älgstigen.",
        "Detta gäller inte på korttidsboendet.",
        "Om inte läkaren sagt annat – fråga.",
        "Men aldrig till barn.",
        "Aldrig vid feber.",
    ],
)
def test_an_exception_comes_along(exception):
    unit = found(paragraph(f"Inledning om ”pennan”. {RULE} {exception} Pennan förvaras kallt."))[1]
    assert quoted(unit) == f"{RULE} {exception}"


def test_two_exceptions_come_along():
    text = f"{RULE} Dock inte på natten. Undantag är Björkgården."
    assert quoted(found(paragraph(f"{text} Pennan förvaras kallt."))[0]) == text


def test_what_is_no_exception_is_left_out():
    assert quoted(found(paragraph(f"{RULE} Dockan på Älgstigen är trasig."))[0]) == RULE


def test_an_exception_brings_the_rule_it_narrows():
    text = f"{RULE} Dock inte på natten."
    assert quoted(found(paragraph(f"Inledning. {text}"))[2]) == text


def test_a_sentence_that_points_back_brings_what_it_points_to():
    text = f"{RULE} Den signeras direkt."
    assert quoted(found(paragraph(f"Inledning. {text}"))[2]) == text


LIST = (
    paragraph("Inför utskrivning gäller:"),
    Block("item", "sjuksköterskan ringer hem", group=1),
    Block("item", "läkaren signerar listan", group=1),
    Block("item", "enhetschefen – eller ”jouren” – beställer larm", group=1),
    paragraph("Sist låses dörren."),
)
WHOLE_LIST = "\n".join(block.text for block in LIST[:4])


@pytest.mark.parametrize("number", range(4), ids=["lead-in", "first", "second", "last"])
def test_a_list_is_quoted_whole_with_its_lead_in_when_a_list_is_asked_for(number):
    assert quoted(found(*LIST)[number], "Vad gäller inför utskrivning?") == WHOLE_LIST


def test_the_lead_in_brings_its_list_whatever_is_asked():
    assert quoted(found(*LIST)[0], WHO) == WHOLE_LIST


def test_an_item_that_is_asked_for_alone_keeps_its_lead_in():
    assert quoted(found(*LIST)[1], "Ringer någon hem?") == "\n".join(block.text for block in LIST[:2])


def test_a_list_without_room_ends_after_an_item():
    room = len("\n".join(block.text for block in LIST[:3])) + 3
    assert quoted(found(*LIST)[0], WHO, room=room) == "\n".join(block.text for block in LIST[:3])


def test_a_row_is_quoted_alone():
    rows = [
        Block("row", "Uppgift: Iordningställa dosett | Sjuksköterska: Ja | Undersköterska: Nej", group=1),
        Block("row", "Uppgift: Överlämna läkemedel | Sjuksköterska: Ja | Undersköterska: Efter delegering", group=1),
    ]
    units = found(paragraph("Så här fördelas arbetet:"), *rows)
    assert quoted(units[2], "Vilka får överlämna läkemedel?") == rows[1].text


def test_the_first_line_is_the_rule_and_the_quote_holds_its_exception():
    first, shown = quotes(found(paragraph(f"{RULE} Dock inte på natten.")), asked(WHO), STANDINGS, most=4, near=0.5)
    assert first == RULE
    (only,) = shown
    assert only.text == f"{RULE} Dock inte på natten."
    assert (only.document, only.page, only.title, only.kind) == ("rutin.md", 3, "Rutin för läkemedel", "rutin")


def test_a_lead_in_is_no_first_line():
    assert quotes(found(*LIST), asked(WHO), STANDINGS, most=1, near=0)[0] == ""


def test_nothing_is_quoted_twice():
    _, shown = quotes(
        found(*LIST, paragraph("LÄKAREN signerar – listan!")), asked("Vad gäller?"), STANDINGS, most=9, near=99
    )
    assert [one.text for one in shown] == [WHOLE_LIST, "Sist låses dörren."]


def test_no_more_quotes_than_asked_for_and_none_too_far_below():
    units = found(
        *(Block("heading", f"Kapitel {n}", 1) if n % 2 else paragraph(f"Regel {n} på Älgstigen.") for n in range(12))
    )
    assert len(quotes(units, asked(WHO), STANDINGS, most=3, near=99)[1]) == 3
    assert len(quotes(units, asked(WHO), STANDINGS, most=9, near=1.5)[1]) == 2


WORD = st.sampled_from(
    ["Dock", "inte", "läkemedel", "på", "Älgstigen", "ger", "”insulin”", "–", "sjuksköterskan", "12"]
)
SENTENCE = st.lists(WORD, min_size=1, max_size=90).map(lambda words: "Regel " + " ".join(words) + ".")
BLOCK = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=4).map(lambda parts: paragraph(" ".join(parts))),
    SENTENCE.map(lambda text: Block("item", text, group=1)),
    SENTENCE.map(lambda text: Block("row", f"Uppgift: {text} | Roll: Ja", group=2)),
    st.just(paragraph("Följande gäller på Älgstigen:")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=8), st.integers(0, 99), st.sampled_from([WHO, "Vad gäller?"]))
def test_first_line_and_quotes_with_their_line_breaks_stay_under_the_limit(blocks, turn, question):
    units = found(*blocks)
    turn %= len(units)
    units = units[turn:] + units[:turn]
    first, shown = quotes(units, asked(question), STANDINGS, most=4, near=1e9)
    assert shown
    assert len(first) <= LONGEST_FIRST_LINE
    assert len(first) + sum(1 + len(one.text) for one in shown) < 700
    text = units[0].candidate.chunk.text
    assert all(one.text and one.text in text for one in shown)
    assert first in shown[0].text
