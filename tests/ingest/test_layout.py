"""ingest/layout.py: lines into blocks."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.corpus import Block, Page
from ingest.layout import blocks, body_size, heading_level, with_spans
from ingest.lines import Line


def made(*lines, width=400.0):
    return blocks(lines, body=11.0, width=width, first_group=0)


def line(text, **look):
    return Line(text, **{"size": 11.0, "left": 50.0, "right": 400.0, "gap": 0.2, **look})


def test_a_paragraph_goes_on_over_full_lines_and_ends_at_a_short_one():
    assert made(
        line("Sjuksköterskan ansvarar för att den enskilde får"),
        line("rätt vård i rätt tid.", right=180.0),
        line("Undersköterskan larmar."),
    ) == [
        Block("paragraph", "Sjuksköterskan ansvarar för att den enskilde får rätt vård i rätt tid."),
        Block("paragraph", "Undersköterskan larmar."),
    ]


def test_items_of_one_list_share_a_group_and_the_next_list_has_its_own():
    found = made(
        line("• ring – genast", right=120.0),
        line("• skriv", right=90.0),
        line("Därefter gäller följande:", gap=1.0),
        line("1. åk", right=80.0),
    )
    assert [(b.kind, b.text, b.group) for b in found] == [
        ("item", "ring – genast", 1),
        ("item", "skriv", 1),
        ("paragraph", "Därefter gäller följande:", 0),
        ("item", "1. åk", 2),
    ]


@pytest.mark.parametrize(
    ("text", "look", "level"),
    [
        ("Ansvar", {"size": 18.0}, 1),
        ("Ansvar", {"size": 13.0}, 2),
        ("Ansvar", {"bold": True}, 3),
        ("2.1 Ansvar", {"size": 13.0}, 2),
        ("3.1.2 Ansvar", {"gap": 1.0}, 3),
        ("Ansvar", {}, 0),
        ("Ansvar för allt.", {"size": 18.0}, 0),
        ("ansvar", {"size": 18.0}, 0),
        ("Ansvar ........ 12", {"size": 18.0}, 0),
        ("• Ansvar", {"bold": True}, 0),
        ("12", {"size": 18.0}, 0),
    ],
)
def test_headings_are_known_by_their_look(text, look, level):
    assert heading_level(line(text, **look), body=11.0, following=line("Text.")) == level


def test_a_heading_over_two_lines_is_one():
    found = made(line("Rutin för läkemedel i", size=18.0), line("Ordinärt boende", size=18.0), line("Text."))
    assert found[0] == Block("heading", "Rutin för läkemedel i Ordinärt boende", level=1)


def test_lines_of_a_table_of_contents_are_left_out():
    assert made(line("Ansvar ............. 3"), line("Åtgärder . . . . . . 4"), line("Text.")) == [
        Block("paragraph", "Text.")
    ]


def test_an_entry_of_the_contents_over_two_lines_is_left_out_and_the_text_before_is_kept():
    assert made(
        line("Så läser du riktlinjen.", right=180.0),
        line("Ansvar för läkemedelshantering när"),
        line("den enskilde bor hemma ...... 7"),
        line("Text."),
    ) == [Block("paragraph", "Så läser du riktlinjen."), Block("paragraph", "Text.")]


def test_the_body_size_is_that_of_most_letters():
    assert body_size([[Line("Rubrik", size=18.0), Line("lång brödtext här", size=11.0)]]) == 11.0
    assert body_size([]) == 0.0


@given(
    st.lists(
        st.builds(
            Line,
            text=st.text(alphabet="abcåäöÅ •-1.):", min_size=1, max_size=30).filter(lambda text: text.strip()),
            size=st.sampled_from([9.0, 11.0, 14.0, 18.0]),
            bold=st.booleans(),
            left=st.sampled_from([50.0, 90.0]),
            right=st.sampled_from([120.0, 400.0]),
            gap=st.sampled_from([0.0, 0.4, 1.0, 3.0]),
        ),
        max_size=12,
    )
)
def test_no_letter_is_lost_and_the_order_stays(lines):
    found = blocks(lines, body=11.0, width=400.0, first_group=0)
    after = [c for block in found for c in block.text if c.isalnum()]
    assert after == [c for one in lines for c in one.text if c.isalnum()]


@given(st.lists(st.text(alphabet="abcÅ .•1", min_size=1, max_size=20).filter(lambda text: text.strip()), max_size=12))
def test_groups_count_upwards_from_the_first(texts):
    found = blocks([line(text) for text in texts], body=11.0, width=400.0, first_group=7)
    groups = [block.group for block in found if block.kind == "item"]
    assert groups == sorted(groups)
    assert all(group > 7 for group in groups)


def test_a_page_of_dots_is_done_with_at_once():
    started = time.monotonic()
    blocks([Line(". " * 200_000)], body=0.0, width=80.0, first_group=0)
    assert time.monotonic() - started < 5


def spanning(*pages):
    made = [Page(number, tuple(page)) for number, page in enumerate(pages, start=1)]
    return [[block.spans for block in page.blocks] for page in with_spans(made)]


def paragraph(text):
    return Block("paragraph", text)


@pytest.mark.parametrize(
    ("last", "first", "expected"),
    [
        (paragraph("Sjuksköterskan ansvarar för"), paragraph("listan varje dag."), True),
        (paragraph("Ring närvårds-"), paragraph("koordinatorn."), True),
        (paragraph("Kallelsen skickas av"), paragraph("Länken samma dag."), True),
        (Block("item", "signera listan och", group=1), paragraph("räkna tabletterna."), True),
        (paragraph("Larm besvaras inom tio minuter."), paragraph("därefter ringer hen."), False),
        (paragraph("Följande gäller:"), paragraph("alla är hemma"), False),
        (paragraph("Ekbacka kommun"), paragraph("Larm besvaras."), False),
        (paragraph("Sjuksköterskan ansvarar för"), Block("item", "listan", group=1), False),
        (paragraph("Sjuksköterskan ansvarar för"), Block("heading", "4 Larm", level=1), False),
        (Block("row", "Larm: tio minuter och", group=1), paragraph("mer."), False),
    ],
)
def test_a_sentence_that_goes_on_over_the_page_is_marked(last, first, expected):
    assert spanning([paragraph("Först."), last], [first, paragraph("Sist.")]) == [[False, expected], [False, False]]


def test_a_footnote_does_not_hide_that_the_sentence_goes_on():
    pages = [[paragraph("Delegering gäller högst"), paragraph("3 Se föreskriften.")], [paragraph("ett år.")]]
    assert spanning(*pages) == [[True, False], [False]]


def test_pages_without_text_span_nothing():
    assert spanning([], [paragraph("listan.")], []) == [[], [False], []]
    assert spanning() == []


def test_a_numbered_sentence_over_two_lines_is_no_heading():
    plain = [
        Line("4.2 En vårdplan ska finnas inom sex veckor från inflyttningen eller"),
        Line("inskrivningen. I planen tar läkaren ställning till fortsatt vård."),
        Line("5 Läkemedel vid utskrivning från sjukhus och korttid till hemmet och", gap=1.0),
        Line("särskilt boende"),
    ]
    assert [heading_level(each, body=0.0, following=after) for each, after in pairwise(plain)] == [0, 0, 1]


def test_items_of_two_levels_know_how_deep_they_stand():
    texts = [("• bedöm:", 50.0), ("– puls", 64.0), ("– smärta", 64.0), ("• ring", 50.0), ("o genast", 80.0)]
    found = made(*(line(text, left=left, right=200.0) for text, left in texts))
    assert [(block.text, block.level) for block in found] == [
        ("bedöm:", 0),
        ("puls", 1),
        ("smärta", 1),
        ("ring", 0),
        ("genast", 1),
    ]
    assert {block.group for block in found} == {1}


def test_a_field_is_no_heading_and_begins_a_line_of_its_own():
    texts = ["Dokumentnamn: Rutin för bilar och cyklar i alla områden", "Version: 2", "DocPlus-ID: 15192", "Syfte: Ö."]
    assert [block.text for block in made(*(line(text, gap=0.0) for text in texts))] == texts
    assert heading_level(Line("Dokumenttyp: Rutin", gap=1.0), body=0.0, following=Line("Rutin för något långt")) == 0
