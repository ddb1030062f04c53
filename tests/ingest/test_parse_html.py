"""ingest/parse/html.py: web pages into blocks."""

import pytest

from ingest.corpus import Block
from ingest.parse.html import read_html


@pytest.fixture
def read(tmp_path):
    def reading(text, encoding="utf-8"):
        path = tmp_path / "sida.html"
        path.write_bytes(text.encode(encoding))
        return read_html(path)

    return reading


def test_headings_paragraphs_and_lists(read):
    parsed = read(
        "<html><head><title>Rutin för fall</title><style>p {}</style></head><body><h1>Rutin <em>fall</em></h1>"
        "<p>Ring\n   <b>sjuk</b>sköterskan – ”genast”.</p>Lös text.<ul><li>Puls<ul><li>varje timme</li></ul></li>"
        "<li><p>Andning</p></li></ul><ol start=3><li>Ring</li><li>Skriv</li></ol></body></html>"
    )
    assert list(parsed.pages[0].blocks) == [
        Block("heading", "Rutin fall", level=1),
        Block("paragraph", "Ring sjuksköterskan – ”genast”."),
        Block("paragraph", "Lös text."),
        Block("item", "Puls", level=0, group=1),
        Block("item", "varje timme", level=1, group=1),
        Block("item", "Andning", level=0, group=1),
        Block("item", "Ring", level=0, group=2),
        Block("item", "Skriv", level=0, group=2),
    ]
    assert parsed.title == "Rutin för fall"
    assert parsed.pages[0].number is None


def test_menus_scripts_and_hidden_parts_are_left_out(read):
    parsed = read(
        "<nav><a>Meny</a></nav><div role=navigation>Spår</div><script>x()</script><!-- nej --><p hidden>dold</p>"
        "<div style='display: none'>dold</div><noscript>nej</noscript><button>Skriv ut</button><p>Text.</p>"
    )
    assert [block.text for block in parsed.pages[0].blocks] == ["Text."]


ACCORDION = """<main><h1>Fall</h1>
<div><h2><button aria-expanded="false">När någon har fallit</button></h2>
<div hidden><p>Ring sjuksköterskan.</p></div></div>
<h2>Larm</h2><div style="display:none"><p>Larmet provas.</p></div>
<h2>Dos</h2><p hidden>Ge två.</p><p>Ge en.</p><table><tr hidden><td>Gammal</td><td>2</td></tr></table>
<a data-target="#c" class="collapsed">Värme</a><p>Sommar.</p><div id="c" hidden><p>Erbjud dryck.</p></div>
<p>Sidansvarig: MAS</p><div hidden><p>{hidden}</p></div></main>"""


@pytest.mark.parametrize(("words", "told"), [(3, ()), (30, ("dold text på sidan, 32 ord, lästes inte",))])
def test_parts_that_open_are_read_and_other_hidden_text_is_told(read, words, told):
    parsed = read(ACCORDION.format(hidden=" ".join(["Mall"] * words)))
    assert [block.text for block in parsed.pages[0].blocks] == [
        "Fall", "När någon har fallit", "Ring sjuksköterskan.", "Larm", "Larmet provas.", "Dos", "Ge en.",
        "Värme", "Sommar.", "Erbjud dryck.", "Sidansvarig: MAS",
    ]  # fmt: skip
    assert parsed.warnings == told


def headings(parsed):
    return [(block.text, block.level) for block in parsed.pages[0].blocks if block.kind == "heading"]


def test_the_name_of_a_part_that_opens_heads_it(read):
    parsed = read(
        "<h1>Avvikelser</h1><h2>Rapportera</h2>"
        "<button aria-expanded='false'>Lex Sarah <span aria-hidden='true'>+</span></button>"
        "<div hidden><p>Chefen.</p></div>"
        "<button aria-expanded='false'><h3>Lex Maria</h3></button><div hidden><p>MAS.</p></div>"
        "<details><summary>Tillbud</summary><p>Skyddsombud.</p></details>"
        "<button aria-expanded='false'>Visa mer</button>"
    )
    assert headings(parsed) == [
        ("Avvikelser", 1), ("Rapportera", 2), ("Lex Sarah", 3), ("Lex Maria", 3), ("Tillbud", 3),
    ]  # fmt: skip


def test_a_list_of_links_above_the_page_s_heading_is_a_menu_and_below_it_is_none(read):
    links = "".join(
        f"<li><a href='https://a.example/{name}'>{name}</a></li>" for name in ("Hygien", "Journal", "Schema")
    )
    parsed = read(f"<main><aside><h2>I avsnittet</h2><ul>{links}</ul></aside><h1>Fall</h1><ul>{links}</ul></main>")
    assert [block.text for block in parsed.pages[0].blocks] == ["Fall", "Hygien", "Journal", "Schema"]


def test_the_name_of_a_part_heads_no_text_that_stands_after_it(read):
    parsed = read(
        "<h2>Tvätt</h2><details><summary>Undantag</summary><p>Inte vid bett.</p></details><p>Byt varje dag.</p>"
    )
    assert headings(parsed) == [("Tvätt", 2)]
    assert "Undantag" in [block.text for block in parsed.pages[0].blocks]


@pytest.mark.parametrize("name", ["Öppna sår", "Läs alltid ordinationen", "Mer om insulin"])
def test_a_part_s_name_may_begin_as_a_button_s(read, name):
    assert headings(read(f"<h1>Sår</h1><details><summary>{name}</summary><p>Tvätta.</p></details>")) == [
        ("Sår", 1), (name, 2),
    ]  # fmt: skip


def test_a_heading_within_a_part_leaves_the_next_part_at_its_level(read):
    part = "<button aria-expanded='false'>{}</button><div hidden>{}<p>Chefen.</p></div>"
    parsed = read(f"<h1>Lex</h1><h2>Lagar</h2>{part.format('Lex Sarah', '')}{part.format('Lex Maria', '')}")
    assert headings(parsed)[2:] == [("Lex Sarah", 3), ("Lex Maria", 3)]


@pytest.mark.parametrize(
    "above",
    [
        "<ul><li><a href='tel:0555102030'>Jour</a></li><li><a href='#'>Chef</a></li><li><a href='#'>MAS</a></li></ul>",
        "<aside><p>Ring alltid först.</p><a href='#'>A</a> <a href='#'>B</a> <a href='#'>C</a></aside>",
    ],
)
def test_what_is_no_menu_is_read_above_the_heading_too(read, above):
    assert len(read(f"<main>{above}<h1>Fall</h1><p>Text.</p></main>").pages[0].blocks) > 2


def test_signs_in_cells_are_read(read):
    parsed = read(
        "<table><tr><th>Vem</th><th>SSK</th></tr><tr><td>Insulin</td><td><i aria-hidden='true'>A</i></td></tr></table>"
    )
    assert parsed.pages[0].blocks[0].text == "Vem: Insulin | SSK: A"


def test_where_there_is_a_main_part_it_alone_is_read(read):
    parsed = read("<header>Kommunen</header><main><p>Text.</p></main><footer>Kakor</footer>")
    assert [block.text for block in parsed.pages[0].blocks] == ["Text."]


def test_tables_with_merged_cells(read):
    parsed = read(
        "<table><caption>Natten</caption><thead><tr><th>Pass<th>Uppgift<th>Vem</thead><tbody>"
        "<tr><td rowspan=2>Natt<td>Larm<td>Natt&nbsp;1<tr><td>Tillsyn<br>23.00<td>Natt 2</table>"
    )
    assert list(parsed.pages[0].blocks) == [
        Block("caption", "Natten"),
        Block("row", "Pass: Natt | Uppgift: Larm | Vem: Natt 1", group=1),
        Block("row", "Pass: Natt | Uppgift: Tillsyn 23.00 | Vem: Natt 2", group=1),
    ]


def test_a_header_table_gives_fields(read):
    parsed = read("<table><tr><td>Dokumenttyp<td>Rutin<tr><td>Version<td>3</table><p>Text.</p>")
    assert parsed.fields == (("Dokumenttyp", "Rutin"), ("Version", "3"))
    assert parsed.pages[0].blocks[0] == Block("row", "Dokumenttyp: Rutin", group=-1)


def test_a_table_for_layout_is_gone_through(read):
    parsed = read("<table><tr><td><h2>Ansvar</h2><table><tr><th>A<th>B<tr><td>1<td>2</table></table>")
    assert list(parsed.pages[0].blocks) == [Block("heading", "Ansvar", level=2), Block("row", "A: 1 | B: 2", group=1)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_swedish_letters_in_any_encoding(read, encoding):
    assert read("<p>Åtgärd på ön</p>", encoding).pages[0].blocks[0].text == "Åtgärd på ön"


def test_an_xml_declaration_is_no_hindrance(read):
    parsed = read("<?xml version='1.0' encoding='utf-8'?><html><body><p>é</p></body></html>")
    assert parsed.pages[0].blocks[0].text == "é"
