"""ingest/contents.py: tables of contents."""

from ingest.contents import without_contents
from ingest.corpus import Block, Page


def test_a_table_of_contents_is_taken_out_by_its_pages_or_by_the_headings_it_names():
    paragraphs = ["Innehåll", "1 Syfte 2", "2 Ansvar 3", "Bilaga Lista 4", "Vikten tas varje månad."]
    kept = without_contents([Page(1, tuple(Block("paragraph", text) for text in paragraphs))])
    assert [block.text for block in kept[0].blocks] == ["Vikten tas varje månad."]
    named = [Block("paragraph", text) for text in ("Innehållsförteckning", "Syfte", "Ansvar")]
    headings = [Block("heading", text, level=1) for text in ("Syfte", "Ansvar")]
    assert without_contents([Page(None, (*named, *headings))])[0].blocks == tuple(headings)


def test_what_follows_a_heading_called_contents_and_is_no_list_of_headings_stays():
    blocks = (
        Block("heading", "Innehåll", level=1),
        Block("paragraph", "Lådan har ficklampa."),
        Block("paragraph", "Ved."),
    )
    assert without_contents([Page(1, blocks)])[0].blocks == blocks
