import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.corpus import Block, Document, Page, Standing
from ingest.generations import current, generations
from ingest.meanings import abbreviations, long_form, meanings


def document(*blocks, source="rutin.pdf"):
    made = tuple(block if isinstance(block, Block) else Block("paragraph", block) for block in blocks)
    return Document(source, "d", (Page(4, made),), Standing())


def told(*blocks):
    return [(meaning.word, meaning.text) for meaning in meanings(document(*blocks))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patienten får en fast vårdkontakt (FVK) på enheten.", ("FVK", "fast vårdkontakt")),
        ("Det följer av hälso- och sjukvårdslagen (HSL).", ("HSL", "hälso- och sjukvårdslagen")),
        ("Biståndet prövas enligt socialtjänstlagen (SoL, 2025:400).", ("SoL", "socialtjänstlagen")),
        ("Roll: Omvårdnadsansvarig sjuksköterska (OAS)", ("OAS", "Omvårdnadsansvarig sjuksköterska")),
        ("Arbetsterapeut (AT) provar ut.", ("AT", "Arbetsterapeut")),
        ("MAS (medicinskt ansvarig sjuksköterska) granskar.", ("MAS", "medicinskt ansvarig sjuksköterska")),
        ("Anmälan görs av socialt ansvarig samordnare, SAS, samma dag.", ("SAS", "socialt ansvarig samordnare")),
        ("FVK: fast vårdkontakt", ("FVK", "fast vårdkontakt")),
        ("SIP = samordnad individuell plan.", ("SIP", "samordnad individuell plan")),
        ("TiB – Tjänsteman i beredskap", ("TiB", "Tjänsteman i beredskap")),
    ],
)
def test_abbreviation_and_its_long_form(text, expected):
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Se bilaga (PDF) på intranätet.",
        "Enligt HSLF-FS 2017:37 (HSLF) gäller detta.",
        "Ring sjuksköterskan (0555-10 20 30).",
        "Den enskildes plan (SIP) följs upp.",
        "MAS meddelas samma dag.",
        "HR hjälper till vid rekrytering.",
        "Personal (FAST) ringer.",
        "SIP: kallelsen skickas i Länken.",
        "FVK – ring 112 först",
        "",
    ],
)
def test_what_only_looks_like_one_is_left_out(text):
    assert told(text) == []


def test_abbreviations_side_by_side_in_a_list():
    assert told("Förkortningar: FC förvaltningschef, EC enhetschef. Listan ses över.") == [
        ("FC", "förvaltningschef"),
        ("EC", "enhetschef"),
    ]
    assert told(Block("heading", "7 Förkortningar", level=1), "FVK fast vårdkontakt.") == [("FVK", "fast vårdkontakt")]


def test_rows_of_a_table_of_words():
    rows = [
        "Förkortning: VB | Betydelse: vårdbiträde",
        "Begrepp: Tillbud | Betydelse: Händelse som kunde ha skadat någon",
        "Tecken: A | Betyder: Ansvarar",
        "Uppgift: Ringa MAS | Ansvarig: Enhetschef",
    ]
    found = meanings(document(*(Block("row", row, group=1) for row in rows)))
    assert [(meaning.word, meaning.text, meaning.kind) for meaning in found] == [
        ("VB", "vårdbiträde", "förkortning"),
        ("Tillbud", "Händelse som kunde ha skadat någon", "definition"),
    ]
    assert {meaning.page for meaning in found} == {4}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Med fall menas att en person oavsiktligt hamnar på golvet.", "fall"),
        ("Med begreppet ”trygg hemgång” avses stöd i hemmet de första dagarna.", "trygg hemgång"),
        ("Vårdskada definieras som ett lidande som hade kunnat undvikas.", "Vårdskada"),
        ("Egenvård är en åtgärd som patienten kan utföra själv.", "Egenvård"),
        ("Ett utbrott innebär att två eller fler på en enhet har magsjuka.", "utbrott"),
        ("Delirium (förvirring) är när någon plötsligt blir förvirrad.", "Delirium"),
        ("Målet är en verksamhet som är trygg.", None),
        ("Att ringa innebär att någon svarar.", None),
        ("En viktig del är en plan som följs upp.", None),
        ("Varje fall är en avvikelse som skrivs upp.", None),
        ("Den som är en vän som hjälper är välkommen.", None),
        ("Signeringslistan är en handling som sparas.", None),
        ("Med detta avses att alla är hemma.", None),
        ("Rött betyder att en nyckel saknas i skåpet.", None),
        ("Vad som avses med fall står i riktlinjen.", None),
    ],
)
def test_defining_sentences_are_kept_whole(text, word):
    assert told(f"Larm besvaras. {text} Sedan skrivs en avvikelse.") == ([(word, text)] if word else [])


def test_entries_below_a_heading_on_words():
    heading = Block("heading", "3 Definitioner", level=1)
    entry = Block("item", "överlämna: lämna en iordningställd dos till patienten", group=1)
    assert told(heading, entry) == [("överlämna", "lämna en iordningställd dos till patienten")]
    assert told(Block("heading", "3 Larm", level=1), entry) == []


def test_two_meanings_of_one_abbreviation_are_kept_apart():
    one = document("Besluten fattas av verksamhetschef (VC).", source="a.pdf")
    other = document("Ring patientens vårdcentral (VC) eller fast vårdkontakt (FVK).", source="b.pdf")
    both = document("Fasta vårdkontakten (FVK) kallar.", source="c.pdf")
    found = [meaning for text in (one, other, both) for meaning in meanings(text)]
    assert [(m.word, m.text, m.source) for m in found if m.word == "VC"] == [
        ("VC", "verksamhetschef", "a.pdf"),
        ("VC", "vårdcentral", "b.pdf"),
    ]
    assert abbreviations(found, [one, other]) == [("fvk", "fast vårdkontakt"), ("vc", "")]
    assert abbreviations(meanings(one), [one]) == [("vc", "verksamhetschef")]


def test_an_ordinary_word_is_no_abbreviation():
    text = document("Socialt aktiva liv (SAL) är ett projekt.", "Mötet hålls i sal 3, en annan sal än förra året.")
    assert meanings(text) != []
    assert abbreviations(meanings(text), [text]) == []


LETTERS = st.text("abcdefghijklmnoprstuvåäö", min_size=4, max_size=9)


@given(st.lists(LETTERS, min_size=2, max_size=4), st.lists(LETTERS, max_size=3))
def test_initials_give_back_words_that_stand_before_them(form, before):
    short = "".join(word[0] for word in form).upper()
    found = long_form(short, " ".join([*before, *form]))
    assert found == "" or (" ".join(before + form).endswith(found) and found[0].upper() == short[0])
    if not before:
        assert found == "" or " ".join(form).endswith(found)


def test_meanings_are_stored_with_the_generation(ingested):
    home = ingested({"sip.md": "# Rutin för SIP\n\nSamordnad individuell plan (SIP): fast vårdkontakt (FVK).\n"})
    folder = generations(home / "index") / current(home / "index")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["abbreviations"] == [["fvk", "fast vårdkontakt"], ["sip", "samordnad individuell plan"]]
    assert {meaning["word"] for meaning in manifest["meanings"]} == {"FVK", "SIP"}
