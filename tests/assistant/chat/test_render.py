from __future__ import annotations

import re
from datetime import date

import pytest
from chat_fake import ANSWERS, DOCUMENTS, LISTED, LOCAL_QUOTE, OLD, PDF, STALE_QUOTE, answer, quote
from markdown_it import MarkdownIt

from assistant.answers import Contact, Entry, Listing
from assistant.chat.render import escape, render
from ingest.corpus import Standing
from ingest.register.duty import Duty

TODAY = date(2026, 5, 4)
TITLES = {document.source: document.standing.title for document in DOCUMENTS}


def shown(made):
    return render(made, titles=TITLES, today=TODAY).markdown


def test_the_answer_comes_first_and_then_quotes_with_title_section_and_a_link_to_the_page():
    first, quoted, source, *_ = shown(ANSWERS["answered"]).split("\n\n")
    assert first == "**Den läkare som skriver ut signerar.**"
    assert quoted == "> Den läkare som skriver ut patienten signerar läkemedelslistan – samma dag."
    assert source.startswith(
        "Källa: **Riktlinje för läkemedel** · 4 Ansvar › 4.2 Signering · [sida 2](/dokument/region/"
    )
    assert ".pdf#page=2)" in source and "[visa som text](/las/region/" in source


def test_a_short_quote_leads_where_the_text_only_leads_to_it_and_its_source_follows():
    made = answer("answered", "Gäller Björkgården: Så står det i dokumentet:", quotes=(quote(text="SSK ringer."),))
    first, source, *_ = shown(made).split("\n\n")
    assert first == "**Gäller Björkgården: SSK ringer.**"
    assert source.startswith("Källa: ")


def test_a_quote_that_may_go_on_on_the_next_page_does_not_lead():
    halves = (quote(text="Insulin ges", page=2), quote(text="endast av sjuksköterska.", page=3))
    made = answer("answered", "Så står det i dokumentet:", quotes=halves)
    assert shown(made).startswith("**Så står det i dokumentet:**\n\n> Insulin ges")


def test_a_long_quote_is_not_put_in_the_leading_line():
    made = answer("answered", "Så står det i dokumentet:", quotes=(quote(text="Ring. " * 40),))
    assert shown(made).startswith("**Så står det i dokumentet:**")


def test_a_row_does_not_lead_and_stands_cell_by_cell_with_tiny_cells_together():
    row = quote("Nr: 21 | Uppgift: Ge insulin med penna | SSK: Ja | Vårdbiträde: Nej | Tid: Varje arbetspass")
    text = shown(answer("answered", "Så står det i dokumentet:", quotes=(row,)))
    assert text.startswith("**Så står det i dokumentet:**\n\n> **Nr:** 21\n> **Uppgift:** Ge insulin med penna\n")
    assert "> **SSK:** Ja \\| **Vårdbiträde:** Nej\n> **Tid:** Varje arbetspass\n\nKälla:" in text


def test_a_row_that_is_the_whole_answer_stands_cell_by_cell_and_is_not_quoted_again():
    row = "Roll: Fast vårdkontakt (FVK) | Uppgift: Samordnar vården"
    text = shown(answer("answered", row, quotes=(quote(row),)))
    assert text.startswith("**Roll:** Fast vårdkontakt (FVK)\n**Uppgift:** Samordnar vården\n\nKälla:")


def test_what_a_line_with_a_colon_leads_in_is_a_list_and_keeps_its_own_numbers():
    listed = quote("OAS ansvarar för:\nbedömning\n1. delegering – muntlig\nuppföljning")
    text = shown(answer("answered", "Flera.", quotes=(listed,)))
    assert "> OAS ansvarar för:\n> - bedömning\n>\n> 1\\. delegering – muntlig\n> - uppföljning" in text


def test_lines_that_nothing_leads_in_are_no_list():
    assert "> -" not in shown(answer("answered", "Två.", quotes=(quote("Ring sjuksköterska.\nVänta på svar."),)))


def test_what_was_searched_is_told_where_it_is_not_what_was_asked():
    assert "Sökt som: *Vem delar läkemedel?*" in shown(answer("answered", "Så.", searched="Vem delar läkemedel?"))
    assert "Sökt som" not in shown(answer("answered", "Så."))


def test_links_hold_no_character_that_ends_a_markdown_link():
    for address in re.findall(r"\]\(([^\s]*)\)(?: ·|$)", shown(ANSWERS["answered"]), flags=re.MULTILINE):
        assert not set(address) & set("() <>")


def test_a_conflict_says_so_first_and_names_the_level_of_each_source():
    text = shown(ANSWERS["conflict"])
    assert text.startswith("**Källorna säger olika.** På Björkgården går den lokala rutinen först.")
    assert text.index("**1. Lokal rutin**") < text.index("> Insulin delegeras inte") < text.index("**2. Riktlinje**")


@pytest.mark.parametrize(
    ("source", "warning", "remark"),
    [
        (STALE_QUOTE, "källan gällde till 2021-12-31", "**gällde till 2021-12-31**"),
        (quote(status="utkast"), "det här är ett utkast och gäller inte", "**utkast**"),
        (quote(status="upphävd"), "källan gäller inte längre", "**upphävd**"),
    ],
    ids=["expired", "draft", "revoked"],
)
def test_what_is_not_in_force_is_warned_of_before_anything_else(source, warning, remark):
    text = shown(answer("outdated", "Bara den säger något.", quotes=(source,)))
    assert text.startswith(f"⚠️ **Varning: {warning}")
    assert remark in text.split("Källa:")[1]


def test_a_source_in_force_has_no_remark():
    assert "gäll" not in shown(answer("answered", "Så är det.", quotes=(quote(valid_until=TODAY),)))


def test_not_found_names_the_nearest_documents_once_each_and_whom_to_ask():
    text = shown(ANSWERS["not_found"])
    assert text.count("Riktlinje för läkemedel") == 1 and "- [Egenvård](/las/kommun/egenv%C3%A5rd%202019.md)" in text
    assert "**Fråga vidare:** MAS, 0555-10 20 30, mas@ekbacka.example · [Insulin på Björkgården](/las/" in text


def test_a_document_that_the_contact_names_is_linked_there_and_not_named_twice():
    owner = Contact("MAR", "Dokumentansvarig enligt Egenvård (2019)", OLD)
    text = render(answer("answered", "Så.", contact=owner), titles={OLD: "Egenvård (2019)"}, today=TODAY).markdown
    assert text.endswith(
        "**Fråga vidare:** MAR, Dokumentansvarig enligt [Egenvård (2019)](/las/kommun/egenv%C3%A5rd%202019.md)"
    )


def test_unclear_leads_to_the_choices_and_leaves_them_to_the_buttons():
    text = shown(ANSWERS["unclear"])
    assert text.endswith("**Välj det som stämmer:**") and "särskilt boende" not in text


def test_declined_says_112_first_and_says_it_once():
    assert shown(ANSWERS["declined"]).startswith("**Är det akut? Ring 112 först**")
    assert shown(answer("declined", "Ring 112. Följ sedan rutinen.")).count("112") == 1


def test_blocked_tells_how_to_ask_without_identity():
    text = shown(ANSWERS["blocked"])
    assert text.startswith("**Frågan innehåller ett personnummer.**") and "Till exempel: *”Vem gör" in text


def test_a_quote_that_the_answer_already_shows_is_not_printed_twice():
    text = shown(answer("answered", quote().text, quotes=(quote(),)))
    assert text.count("samma dag") == 1 and "Källa: **Riktlinje" in text


def test_a_long_list_is_shortened_with_a_link_to_the_rest():
    text = shown(answer("answered", "Flera steg.", quotes=(quote(LISTED),)))
    assert "göra steg 9" in text and "> - göra" not in text
    assert "göra steg 10\n" not in text and "[… 9 rader till: läs hela listan](/las/" in text


def duties(number):
    """Three rows of one document."""
    source = f"d{number}.pdf"
    return [
        Entry(
            Duty("enhetschef", f"uppgift {n}", "ansvarar", "", "Så.", "", source, n, (), n, 0), Standing(title=source)
        )
        for n in (1, 2, 3)
    ]


def test_a_list_of_many_documents_shows_the_rows_of_the_first_and_names_the_others_with_links():
    listing = Listing("enhetschef", "", tuple(entry for number in range(1, 7) for entry in duties(number)))
    text = shown(answer("answered", "Enhetschef: 18 uppgifter.", listing=listing))
    assert text.count("ansvarar: uppgift") == 6 and "**d3.pdf** (3)" in text
    assert "**I 3 dokument till**\n\n- [d4.pdf](/ansvar?roll=enhetschef#omrade-4) (3)" in text and "d7" not in text


def test_a_document_without_pages_opens_as_text():
    text = shown(answer("answered", "Så är det.", quotes=(LOCAL_QUOTE,)))
    assert "[öppna](/las/kommun/lokal%20rutin%20insulin.docx?citat=Insulin+delegeras" in text
    assert "/dokument/" not in text and PDF not in text


@pytest.mark.parametrize(
    "text",
    [
        "1. Ring *inte* [här](http://x.example) _nu_ `kod` ~2 dagar~",
        "# Rubrik", "- punkt", "+ punkt", "> citat", "===", "a_b_c", "<b>fet</b> & &amp; <!-- x -->",
        "![bild](http://x.example/a.png)", "| a | b |", r"C:\temp\*", "4) fyra", "å, é – ”citat“ 5 < 7",
    ],
)  # fmt: skip
def test_document_text_is_shown_character_by_character(text):
    html = MarkdownIt("gfm-like", {"linkify": False}).render(escape(text))
    inner = re.fullmatch(r"<p>(.*)</p>\n", html, flags=re.DOTALL)
    assert inner and not re.search(r"<\w", inner.group(1))
    unescaped = inner.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert unescaped == text


def test_chainlits_own_marks_are_harmless():
    assert escape(":::warning\nRoll:sjuksköterska kl 08:00\u200b") == "\\::\\:warning\nRoll\\:sjuksköterska kl 08:00"
