from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunk import FORM_SECTION, chunk, page_text, reading, sentences
from ingest.corpus import Block, Document, Page, Standing

SIZE, LIST = 120, 200


def document(*pages):
    return Document(
        "rutin.md", "d", tuple(Page(number, tuple(page)) for number, page in enumerate(pages, start=1)), Standing()
    )


def pieces(*pages, size=SIZE, longest_list=LIST):
    return list(chunk(document(*pages), size=size, longest_list=longest_list))


def quoted(part):
    return [part.text[unit.start : unit.end] for unit in part.units]


SENTENCE = st.sampled_from(
    [
        "Läkaren signerar listan.",
        "Ring kl. 16.30, t.ex. på helgen!",
        "Är hen hemma?",
        "Det gäller “alltid” – även natt.",
        "å",
        "Sjuksköterskan ansvarar för följande:",
    ]
)
TEXT = st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Block, st.just("heading"), SENTENCE, level=st.integers(1, 3)),
        st.builds(Block, st.just("paragraph"), TEXT),
        st.builds(Block, st.just("item"), TEXT, group=st.integers(1, 2)),
        st.builds(Block, st.just("row"), TEXT, group=st.sampled_from([-1, 3])),
    ),
    max_size=10,
)
PAGES = st.lists(BLOCKS, min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_no_word_is_lost_and_none_is_added_but_a_lead_in(pages):
    made = pieces(*pages)
    for number, page in enumerate(pages, start=1):
        body = [block.text for block in page if block.kind != "heading"]
        held = [line for part in made if part.page == number for line in part.text.split("\n")]
        # A lead-in may stand at the end of one chunk and again at the head of the next list.
        assert set(held) == set(body)
        assert len(held) >= len(body)
        assert [line for line in held if not line.endswith(":")] == [line for line in body if not line.endswith(":")]


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_chunk_is_a_stretch_of_its_page(pages):
    for part in pieces(*pages):
        without_headings = [block for block in pages[part.page - 1] if block.kind != "heading"]
        assert part.text in page_text(without_headings)


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_units_lie_in_order_inside_the_text(pages):
    for part in pieces(*pages):
        assert all(0 <= unit.start < unit.end <= len(part.text) for unit in part.units)
        assert all(one.end <= other.start for one, other in pairwise(part.units))
        assert all(unit.intro < number for number, unit in enumerate(part.units))
        assert "".join("".join(quoted(part)).split()) == "".join(part.text.split())


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_size_is_kept_unless_one_block_with_its_lead_in_is_longer(pages):
    for part in pieces(*pages):
        first, *others = part.text.split("\n")
        assert len(part.text) <= LIST or not others or (first.endswith(":") and len(others) == 1)


@settings(max_examples=100, deadline=None)
@given(PAGES)
def test_made_again_it_is_the_same(pages):
    assert pieces(*pages) == pieces(*pages)


def test_ids_tell_place_and_text_apart():
    made = pieces(
        [Block("heading", "Natt", level=1), Block("paragraph", "Ring SSK.")],
        [Block("heading", "Dag", level=1), Block("paragraph", "Ring SSK.")],
        [Block("paragraph", "Ring MAS.")],
    )
    assert len({part.id for part in made}) == 3


def test_section_is_the_path_of_headings():
    made = pieces(
        [Block("heading", "Läkemedel", level=1), Block("heading", "Natt", level=2), Block("paragraph", "Ett.")],
        [Block("paragraph", "Två."), Block("heading", "Larm", level=1), Block("paragraph", "Tre.")],
    )
    assert [(part.page, part.section, part.text) for part in made] == [
        (1, ("Läkemedel", "Natt"), "Ett."),
        (2, ("Läkemedel", "Natt"), "Två."),
        (2, ("Larm",), "Tre."),
    ]


def test_header_table_has_a_section_of_its_own():
    made = pieces([Block("row", "Ägare: MAS", group=-1), Block("paragraph", "Syftet är trygghet.")])
    assert [part.section for part in made] == [(FORM_SECTION,), ()]


def test_list_stays_with_the_line_that_leads_it_in():
    filler = Block("paragraph", "Annat som gäller och som tar plats i avsnittet – inte mer än så här.")
    lead = Block("paragraph", "Sjuksköterskan ansvarar för:")
    items = [Block("item", f"Uppgift nummer {number} i listan.", group=1) for number in range(3)]
    part = pieces([filler, lead, *items], size=90)[-1]
    assert quoted(part) == [lead.text, *(item.text for item in items)]
    assert [unit.intro for unit in part.units] == [-1, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Ett. Två! Tre?", ["Ett.", "Två!", "Tre?"]),
        ("Ring t.ex. MAS. Sedan SSK.", ["Ring t.ex. MAS.", "Sedan SSK."]),
        (
            "Betala senast den 28. Ring före klockan 12. Nås på 0555-10 20 40. Mejla inte.",
            ["Betala senast den 28.", "Ring före klockan 12.", "Nås på 0555-10 20 40.", "Mejla inte."],
        ),
        ("Beslutad 2025-11-12. Gäller alla.", ["Beslutad 2025-11-12.", "Gäller alla."]),
        ("Gör så här: 1. Ring. 2. Vänta.", ["Gör så här: 1. Ring.", "2. Vänta."]),
        ("Se steg 2. Kontrollera.", ["Se steg 2. Kontrollera."]),
        (
            "Ring före kl. 16. Sedan jouren. Nås 8 – 16. Övrig tid MAS.",
            ["Ring före kl. 16.", "Sedan jouren.", "Nås 8 – 16.", "Övrig tid MAS."],
        ),
        ("Så här 1. Ge saft 2. Vänta en kvart 3. Mät igen", ["Så här 1. Ge saft 2. Vänta en kvart 3. Mät igen"]),
        ("Det gällde 2025. Nu gäller annat.", ["Det gällde 2025.", "Nu gäller annat."]),
        ("Kl. 16.30 ringer du. “Alltid!” Även helg.", ["Kl. 16.30 ringer du.", "“Alltid!”", "Även helg."]),
        ("Enligt 6 kap. 4 § PSL. Gäller alla.", ["Enligt 6 kap. 4 § PSL.", "Gäller alla."]),
    ],
)
def test_sentences(text, expected):
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_marks_alone_make_no_chunk():
    assert pieces([Block("paragraph", "– – –"), Block("heading", "Bilaga", level=1)]) == []


CUT = [
    [Block("paragraph", "Larm besvaras. Undersköterskan får ge insulin efter delege-", spans=True)],
    [Block("paragraph", "ring från sjuksköterskan. Övriga ringer."), Block("item", "Byt batteri.", group=1)],
]


def test_halves_of_a_sentence_stay_on_their_pages_and_are_searched_whole():
    first, second = pieces(*CUT)
    whole = "Undersköterskan får ge insulin efter delegering från sjuksköterskan."
    assert quoted(first) == ["Larm besvaras.", "Undersköterskan får ge insulin efter delege-"]
    assert quoted(second) == ["ring från sjuksköterskan.", "Övriga ringer.", "Byt batteri."]
    assert [unit.whole for unit in (*first.units, *second.units)] == ["", whole, whole, "", ""]
    assert reading(first) == f"Larm besvaras. {whole}"
    assert reading(second) == f"{whole} Övriga ringer.\nByt batteri."
    assert (first.page, second.page) == (1, 2)


def test_a_sentence_that_fills_a_page_is_one_from_its_beginning_to_its_end():
    made = pieces(
        [Block("paragraph", "Larm besvaras. Den som har larmet", spans=True)],
        [Block("paragraph", "på sin avdelning", spans=True)],
        [Block("paragraph", "svarar först. Övriga väntar.")],
    )
    whole = "Den som har larmet på sin avdelning svarar först."
    assert [unit.whole for part in made for unit in part.units] == ["", whole, whole, whole, ""]


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_without_cut_sentences_a_chunk_is_searched_by_its_own_text(pages):
    assert all(reading(part) == part.text for part in pieces(*pages))


def test_an_item_below_another_is_led_in_by_it():
    items = [("bedöm:", 0), ("puls", 1), ("smärta", 1), ("ring läkare", 0), ("tid", 1)]
    part = pieces(
        [Block("paragraph", "Sjuksköterskan ska:"), *(Block("item", text, level, 1) for text, level in items)]
    )[0]
    assert [unit.intro for unit in part.units] == [-1, 0, 1, 1, 0, 0]
