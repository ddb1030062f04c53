from __future__ import annotations

import re
from datetime import date

import pytest
from chat_fake import LISTED, PAGES, PDF, RULE

from assistant.chat.links import shortened
from assistant.chat.reading import find, reading_page
from ingest.corpus import Block, Standing

TODAY = date(2026, 5, 4)
PAGE = PAGES[PDF, 2]


def page(blocks=PAGE, *, quote="", number=2, more=False, standing=None):
    return reading_page(
        "a/b.pdf", standing or Standing(title="T"), blocks, page=number, quote=quote, more=more, today=TODAY
    )


def marked(html):
    return re.findall(r"<mark[^>]*>(.*?)</mark>", html)


def test_the_quote_is_marked_and_the_link_leads_to_it():
    html = page(quote=RULE)
    assert marked(html) == [RULE.rstrip(".")] and '<mark id="citat">' in html


def test_a_shortened_quote_marks_everything_between_its_ends():
    ends = shortened(LISTED)
    assert "…" in ends and len(ends) < len(LISTED)
    assert marked(page(quote=ends))[1:] == [f"göra steg {number}" for number in range(1, 19)]


def test_a_row_is_marked_cell_by_cell():
    html = page(quote="Uppgift: Signera lista | SSK: nej | Läkare: ja")
    assert marked(html) == ["Uppgift: Signera lista", "SSK: nej", "Läkare: ja"] and html.count('id="citat"') == 1


@pytest.mark.parametrize("quote", ["står inte här", "…", "*", "Läkemedelslistan … finns inte"])
def test_a_quote_that_is_not_there_is_told_of_and_the_page_is_shown(quote):
    html = page(quote=quote)
    assert not marked(html) and "kunde inte markeras" in html and "Läkemedelslistan" in html


def test_line_breaks_and_case_do_not_hide_a_quote():
    assert find([Block("paragraph", "Den  LÄKARE\nsom – skriver")], "den läkare som skriver").spans == {0: (0, 25)}


def test_text_and_titles_cannot_become_html():
    html = page([Block("paragraph", "<script>alert(1)</script>")], standing=Standing(title='"><img src=x>'))
    assert "<script" not in html and "<img" not in html and "&lt;script&gt;" in html


def test_the_page_loads_nothing():
    assert not re.search(r"<(script|img|link|iframe|object)|url\(|@import|https?:", page(quote=RULE))


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(status="utkast"), "är ett utkast och gäller inte"),
        (Standing(status="upphävd"), "är upphävt och gäller inte"),
        (Standing(valid_until=date(2021, 1, 1)), "gällde till 2021-01-01"),
    ],
)
def test_a_document_that_is_not_in_force_says_so(standing, said):
    assert said in page(standing=standing)


def test_pages_lead_on_and_back():
    assert "Sida 1" in page(more=False) and "Sida 3" not in page(more=False) and "Sida 3" in page(more=True)
