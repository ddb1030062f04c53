"""ingest/parse/text.py: plain text into blocks."""

import pytest

from ingest.corpus import Block
from ingest.errors import Unreadable
from ingest.parse.text import decode, read_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded(encoding):
    assert decode("Åtgärd – ”vård”".encode(encoding)) == "Åtgärd – ”vård”"


def test_binary_is_refused():
    with pytest.raises(Unreadable, match="inte text"):
        decode(b"\x7fELF\x00\x00")


def test_a_page_at_every_form_feed_and_running_lines_out(tmp_path):
    path = tmp_path / "a.txt"
    texts = ["Sjuksköterskan ansvarar.", "Åtgärder skrivs ned.", "Därefter följs de upp."]
    sheets = [f"Ekbacka kommun\n\n{text}\n\nSida {n} (3)\n" for n, text in enumerate(texts, start=1)]
    path.write_text("\f".join(sheets), encoding="utf-8")
    parsed = read_text(path)

    assert [(page.number, [block.text for block in page.blocks]) for page in parsed.pages] == [
        (n, [text]) for n, text in enumerate(texts, start=1)
    ]


SITE = """Hoppa till innehåll
Intranätet Navet
Start  Min anställning  Nyheter  Sök
Start / Omsorg / Vem ringer jag?
Vem ringer jag?
Publicerad 12 maj 2026
Skriv ut  Dela  Lyssna

Ring sjuksköterskan vid fall.
"""


def test_a_site_s_name_menu_and_way_to_the_page_are_no_text_and_are_kept_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(SITE, encoding="utf-8")
    parsed = read_text(path)
    shown = " ".join(block.text for block in parsed.pages[0].blocks)
    assert shown == "Vem ringer jag? Publicerad 12 maj 2026 Ring sjuksköterskan vid fall."
    assert "Intranätet Navet" in parsed.edges and "Skriv ut Dela Lyssna" in parsed.edges


def test_tools_with_bars_between_and_an_intranet_with_a_name_are_a_site_s(tmp_path):
    path = tmp_path / "a.txt"
    way, tools = "Intranätet Viken / Start / Omsorg / Vem ringer jag?", "Sök  |  Logga ut  |  Mina genvägar  |  A–Ö"
    path.write_text(f"{way}\n\n{tools}\n\nVem ringer jag?\n\nRing sjuksköterskan vid fall.\n", encoding="utf-8")
    shown = " ".join(block.text for block in read_text(path).pages[0].blocks)
    assert shown == "Vem ringer jag? Ring sjuksköterskan vid fall."


def test_a_site_s_menu_is_known_by_its_tools_where_no_way_to_the_page_is_told(tmp_path):
    path = tmp_path / "a.txt"
    head = "Rönnskärs kommun  |  Insidan\nStart   Mitt arbete   Omsorg   Nyheter\nSök på Insidan      Logga ut\n"
    path.write_text(f"{head}\nKontaktlista\n\nRing sjuksköterskan vid fall.\n", encoding="utf-8")
    shown = " ".join(block.text for block in read_text(path).pages[0].blocks)
    assert shown == "Kontaktlista Ring sjuksköterskan vid fall."


@pytest.mark.parametrize(
    "head",
    [
        "Så här gör du.\nStart / Program / Klara",
        "Lathund HLR\n1. Ring 112\nStart > Tryck > Vänta",
        "Schema för natten\nStart     Slut      Vem",
        "Pumpen\nStart/stopp av pump",
        "Vid fall\nSök läkare direkt\nStart > Larm",
    ],
)
def test_what_only_looks_like_a_site_s_head_stays(tmp_path, head):
    path = tmp_path / "a.txt"
    path.write_text(f"{head}\n\nRing alltid sjuksköterskan.\n", encoding="utf-8")
    parsed = read_text(path)
    shown = " ".join(block.text for block in parsed.pages[0].blocks)
    assert head.split("\n")[0].split(". ")[-1] in shown and parsed.edges == ()


def test_lines_of_a_paragraph_are_joined_and_bullets_are_items(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "Undersköterskan ska kontakta tjänstgörande sjuk-\nsköterska när något sker.\n\n• ring först\n• skriv sedan\n",
        encoding="utf-8",
    )
    assert list(read_text(path).pages[0].blocks) == [
        Block("paragraph", "Undersköterskan ska kontakta tjänstgörande sjuksköterska när något sker."),
        Block("item", "ring först", group=1),
        Block("item", "skriv sedan", group=1),
    ]


def test_field_lines_are_fields(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Dokumenttyp: Rutin\n\nGäller från: 2025-03-01\n\nText.\n", encoding="utf-8")
    assert read_text(path).fields == (("Dokumenttyp", "Rutin"), ("Gäller från", "2025-03-01"))


def blocks_of(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    return [block.text for page in read_text(path).pages for block in page.blocks]


LONG = "Sjuksköterskan ansvarar för att listan är rätt och att den följer med patienten hem"


def test_numbers_in_cells_stay_and_page_numbers_go(tmp_path):
    cells = "Enhet\n\nPlatser\n\nÄlgstigen\n\n12\n\nBjörkgården\n\n9\n\nSumma\n\n21\n"
    pages = [f"{LONG} {number}.\n" * 12 + f"\n\n{number}\n\n" for number in range(1, 5)]
    found = blocks_of(tmp_path, "".join([*pages[:2], cells, "\n", *pages[2:]]))
    assert [text for text in found if not text.startswith(LONG)] == [
        "Enhet: Älgstigen | Platser: 12",
        "Enhet: Björkgården | Platser: 9",
        "Enhet: Summa | Platser: 21",
    ]


@pytest.mark.parametrize("page_break", ["\f", "\n"])
def test_a_page_number_between_dashes_is_no_item(tmp_path, page_break):
    pages = [f"{LONG} {n}.\n" * 12 + f"- Ring {'abc'[n]}.\n          - {n + 1} -\n" for n in range(3)]
    found = blocks_of(tmp_path, page_break.join(pages))
    assert [text for text in found if not text.startswith(LONG)] == ["Ring a.", "Ring b.", "Ring c."]


def test_a_page_number_in_the_empty_space_of_a_page_break_cuts_no_sentence(tmp_path):
    text = f"{LONG} samma\n\n\n\n19\n\ndag. Läkaren skriver på.\n\nEtt annat stycke.\n"
    assert blocks_of(tmp_path, text)[0] == f"{LONG} samma dag. Läkaren skriver på."


def test_a_footnote_where_a_page_ended_stands_after_the_text_that_it_cut(tmp_path):
    text = (
        f"{LONG} enligt avtalet1 och\n\n \n1 Regeringen, Nästa steg för en god vård, lagrådsremiss från juni i år,\n"
        "S2022/02134 \n att läkaren skriver på.\n\nEtt annat stycke.\n"
    )
    assert blocks_of(tmp_path, text) == [
        f"{LONG} enligt avtalet och att läkaren skriver på.",
        "Ett annat stycke.",
        "1 Regeringen, Nästa steg för en god vård, lagrådsremiss från juni i år, S2022/02134",
    ]


def test_a_numbered_heading_is_no_footnote(tmp_path):
    found = blocks_of(tmp_path, f"{LONG} enligt avtalet2.\n\n2 Ansvar för läkemedel\n\nLäkaren skriver på.\n")
    assert found[1:] == ["2 Ansvar för läkemedel", "Läkaren skriver på."]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Arbetet tar avstamp i planen, inkl.", "HOMDEM-resultat."], 1),
        (["Resultatet överlämnas till", "HAV samma dag."], 1),
        (["Underlaget lämnas till gruppen (bilaga", "7) Mallen görs av FoU under", "2027 i Åre."], 1),
        (["Rapportering sker två gånger per år till hela förvaltningens ledning", "Lyft och stöd", LONG + "."], 3),
        (["Rapportering sker två gånger per år till hela förvaltningens ledning", "Åre kommun.", LONG + "."], 2),
    ],
    ids=["abbreviation", "preposition", "bracket", "a heading of its own", "the end of a sentence"],
)
def test_where_a_paragraph_goes_on(tmp_path, lines, expected):
    assert len(blocks_of(tmp_path, "\n".join(lines))) == expected


def test_a_sentence_at_the_foot_of_every_page_is_no_rule(tmp_path):
    foot = "Utskrivet dokument är en kopia. Den som gäller finns på intranätet.\nSida {} (3)\n"
    head = "Ekbacka kommun | Omsorgen | Rutin\n"
    pages = [f"{head}\n" + f"{LONG} {at}.\n\n" * 9 + foot.format(at) for at in (1, 2, 3)]
    assert all(text.startswith(LONG) for text in blocks_of(tmp_path, "".join(pages)))


def test_a_number_alone_is_a_cell_where_so_many_pages_cannot_stand_before_it(tmp_path):
    text = f"{LONG}.\n\nAntal platser\n\n\n12\n\n{LONG}.\n"
    assert "12" in blocks_of(tmp_path, text)
