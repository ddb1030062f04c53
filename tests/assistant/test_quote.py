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
    "named",
    [
        "Målen är färre fall, säkrare hemgång och nöjdare närstående.",
        "De är fall, hemgång och närstående.",
        "Färre fall, en säkrare hemgång samt nöjdare närstående.",
        "Färre fall, en säkrare och lugnare hemgång samt nöjdare närstående.",
    ],
)
def test_a_sentence_that_announces_several_things_brings_the_one_that_names_them(named):
    text = f"Nämnden satte upp tre mål för året. {named}"
    unit = found(paragraph(f"{text} Arbetet leds av MAS."))[0]
    assert quoted(unit, "Vilka mål hade nämnden?") == text
    assert quoted(unit, "När sattes målen?") == "Nämnden satte upp tre mål för året."


@pytest.mark.parametrize(
    "narrows", ["Är personen inte vaken ges ingenting i munnen.", "Kan personen inte svälja rings sjuksköterskan."]
)
def test_what_holds_where_the_condition_does_not_is_quoted_too(narrows):
    rule = "Är blodsockret lågt och personen vaken ges saft."
    unit = found(paragraph(f"{rule} {narrows} Skriv i journalen."))[0]
    assert quoted(unit, "Får jag ge saft?") == f"{rule} {narrows}"


@pytest.mark.parametrize("other", ["Arbetet leds av MAS.", "Arbetet leds av MAS och MAR."])
def test_a_sentence_on_something_else_is_no_list(other):
    unit = found(paragraph(f"Nämnden satte upp tre mål för året. {other}"))[0]
    assert quoted(unit, "Vilka mål hade nämnden?") == "Nämnden satte upp tre mål för året."


@pytest.mark.parametrize(
    "exception",
    [
        "Dock ges den första dosen av sjuksköterskan.",
        "Undantag är den första dosen.",
        "Undantaget är helger på Älgstigen.",
        "Detta gäller inte på korttidsboendet.",
        "Om inte läkaren sagt annat – fråga.",
        "Men aldrig till barn.",
        "Samtidigt är underlaget litet.",
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
    assert [one.text for one in shown] == [f"{WHOLE_LIST}\nSist låses dörren."]


def test_what_follows_on_each_other_is_one_quote_with_a_short_sentence_between():
    text = "Larm besvaras inom en minut. Tiden mäts. Obesvarade larm går till Älgstigen."
    first, between, last = found(paragraph(text))
    assert shown_of([last, first]) == [text]
    assert shown_of([between, first]) == ["Larm besvaras inom en minut. Tiden mäts."]
    assert shown_of([last, first, between]) == [text]


def test_one_that_comes_between_two_joins_both_where_the_first_of_them_stood():
    sentences = [f"Regel {number} gäller på Älgstigen." for number in range(4)]
    units = found(paragraph(" ".join(sentences)))
    assert shown_of([units[3], units[0], units[1]]) == [" ".join(sentences)]


@pytest.mark.parametrize("between", ["Tiden mäts. Svaret sparas.", f"Tiden mäts {'noga ' * 40}."])
def test_more_than_a_short_sentence_between_keeps_quotes_apart(between):
    units = found(paragraph(f"Larm besvaras inom en minut. {between} Obesvarade larm går till Älgstigen."))
    shown = shown_of([units[-1], units[0]])
    assert shown == ["Obesvarade larm går till Älgstigen.", "Larm besvaras inom en minut."]


def test_a_line_out_of_a_flattened_table_brings_its_other_cells():
    lines = ["Styrgrupp antagen av nämnden", "2023 mars", "MAS", "Plan godkänd", "Läkare skriver under."]
    units = found(*map(paragraph, lines))
    assert quoted(units[0]) == "Styrgrupp antagen av nämnden\n2023 mars\nMAS"
    assert quoted(units[3]) == "Plan godkänd"
    assert quoted(units[4]) == "Läkare skriver under."


def test_a_sentence_brings_no_line_after_it():
    units = found(*map(paragraph, ["Läkaren skriver under.", "2023 mars"]))
    assert quoted(units[0]) == "Läkaren skriver under."


def test_rows_are_never_joined():
    rows = [Block("row", f"Larm: {name} | Vem: Sjuksköterskan", group=1) for name in ("Hem", "Bo")]
    assert shown_of(found(*rows)) == [row.text for row in rows]


def test_without_room_nothing_is_taken_along_between():
    first, between, last = found(paragraph(f"{RULE} Larmet provas. {RULE.replace('insulin', 'dropp')}"))
    room = len(RULE) * 2 + len(last.text) + 3
    assert shown_of([first, last], room=room) == [RULE, last.text]
    assert shown_of([first, last], room=room + 40) == [f"{RULE} {between.text} {last.text}"]


def shown_of(units, room=ROOM):
    """The texts of the quotes of these units, in this order."""
    for place, unit in enumerate(units):
        unit.score = -float(place)
    return [one.text for one in quotes(units, asked(WHO), STANDINGS, most=9, near=99, room=room)[1]]


def test_no_more_quotes_than_asked_for_and_none_too_far_below():
    units = found(
        *(Block("heading", f"Kapitel {n}", 1) if n % 2 else paragraph(f"Regel {n} på Älgstigen.") for n in range(12))
    )
    assert len(quotes(units, asked(WHO), STANDINGS, most=3, near=99)[1]) == 3
    assert len(quotes(units, asked(WHO), STANDINGS, most=9, near=1.5)[1]) == 2


def on_pages(*pages, turn=0):
    """Units of a document of these pages with the one at `turn` first, and what gives a chunk's neighbours."""
    made = tuple(Page(number, tuple(page)) for number, page in enumerate(pages, start=1))
    parts = list(chunk(Document("rutin.md", "ab", made, STANDINGS["rutin.md"]), size=20_000, longest_list=20_000))
    candidates = [Candidate(position, part) for position, part in enumerate(parts)]
    units = [Found(candidate, number, []) for candidate in candidates for number in range(len(candidate.chunk.units))]
    units = [units[turn], *(unit for place, unit in enumerate(units) if place != turn)]
    for place, unit in enumerate(units):
        unit.score = -float(place)
    return units, lambda position: parts


CUT = (
    [paragraph("Larm besvaras."), Block("paragraph", "Undersköterskan får ge insulin efter delege-", spans=True)],
    [paragraph("ring från sjuksköterskan. Dock inte på natten. Övriga på Älgstigen ringer.")],
)
HALVES = [
    (1, "Undersköterskan får ge insulin efter delege-"),
    (2, "ring från sjuksköterskan. Dock inte på natten."),
]


@pytest.mark.parametrize("half", [1, 2], ids=["first", "second"])
def test_half_a_sentence_is_never_shown_without_the_other(half):
    units, around = on_pages(*CUT, turn=half)
    first, shown = quotes(units, asked(WHO), STANDINGS, most=1, near=0, around=around)
    assert first == ""
    assert [(one.page, one.text) for one in shown] == HALVES


def test_halves_are_not_shown_again():
    units, around = on_pages(*CUT, turn=2)
    _, shown = quotes(units, asked(WHO), STANDINGS, most=9, near=99, around=around)
    assert [(one.page, one.text) for one in shown] == [
        (1, f"Larm besvaras.\n{HALVES[0][1]}"),
        (2, f"{HALVES[1][1]} Övriga på Älgstigen ringer."),
    ]


def test_without_room_for_both_halves_none_is_shown():
    units, around = on_pages(*CUT)
    room = len("Larm besvaras.") * 2 + 2 + len(HALVES[0][1]) + 8
    first, shown = quotes(units, asked(WHO), STANDINGS, most=9, near=99, room=room, around=around)
    assert first == "Larm besvaras."
    assert HALVES[0][1] not in [one.text for one in shown]


def test_an_exception_that_a_page_break_cuts_comes_whole():
    units, around = on_pages(
        [Block("paragraph", f"{RULE} Dock ges den första dosen", spans=True)], [paragraph("av sjuksköterskan. Annat.")]
    )
    first, shown = quotes(units, asked(WHO), STANDINGS, most=1, near=0, around=around)
    assert first == RULE
    assert [(one.page, one.text) for one in shown] == [
        (1, f"{RULE} Dock ges den första dosen"),
        (2, "av sjuksköterskan."),
    ]


def test_an_item_that_goes_on_over_the_page_has_its_lead_in_and_its_end():
    pages = (
        [paragraph("Sjuksköterskan:"), Block("item", "ringer", group=1), Block("item", "skriver i", 0, 1, spans=True)],
        [paragraph("journalen på Älgstigen.")],
    )
    for turn in (2, 3):
        units, around = on_pages(*pages, turn=turn)
        _, shown = quotes(units, asked("Skriver någon?"), STANDINGS, most=1, near=0, around=around)
        assert [one.page for one in shown] == [1, 2]
        assert shown[0].text.startswith("Sjuksköterskan:")
        assert shown[1].text == "journalen på Älgstigen."


@pytest.mark.parametrize("turn", [0, 1], ids=["the rule", "its exception"])
def test_an_exception_at_the_top_of_the_next_page_comes_along(turn):
    units, around = on_pages([paragraph(RULE)], [paragraph("Dock inte på natten. Pennan förvaras kallt.")], turn=turn)
    _, shown = quotes(units, asked(WHO), STANDINGS, most=1, near=0, around=around)
    assert [(one.page, one.text) for one in shown] == [(1, RULE), (2, "Dock inte på natten.")]


def test_the_next_page_is_left_where_it_narrows_nothing_of_this_one():
    heading = Block("heading", "Natt", 1)
    for following in ([paragraph("Dockan är trasig.")], [heading, paragraph("Dock inte på natten.")]):
        units, around = on_pages([paragraph(RULE)], following)
        assert [one.text for one in quotes(units, asked(WHO), STANDINGS, most=1, near=0, around=around)[1]] == [RULE]


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
