"""The traps that `documents/` sets on purpose are there to fall into: as ingest reads them, each on its page."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from eval.training.pairs import plain
from ingest.load import File, files
from ingest.read import read
from ingest.review import repealed, review

DOCUMENTS = Path(__file__).resolve().parents[2] / "documents"
KOMMUN, REGION, ENHETER = "ekbacka-kommun", "region-malarsjo", "enheter"
INSULIN, MEDICINES = "Insulin får delegeras till undersköterska", f"{KOMMUN}/lakemedel/riktlinje-lakemedelshantering"

SCAN = f"{ENHETER}/bjorkgarden/anslag-kontaktvagar.pdf"

# Two sources that rule one thing otherwise: (document, page, words) of each.
DISAGREE = {
    "region and municipality: the hour of a homecoming": (
        (f"{REGION}/overenskommelse-utskrivning.pdf", 4, "i hemmet senast kl. 15.00"),
        (f"{KOMMUN}/utskrivning/rutin-hemgang-fran-sjukhus.pdf", 4, "framme senast klockan 14.00"),
    ),
    "region and municipality: medicines to take home": (
        (f"{REGION}/overenskommelse-utskrivning.pdf", 4, "läkemedel för 3 dygn från hemkomsten"),
        (f"{KOMMUN}/utskrivning/rutin-hemgang-fran-sjukhus.pdf", 4, "läkemedel för 5 dygn följa med"),
    ),
    "guideline and manager's handbook: when a deviation is closed": (
        (f"{KOMMUN}/avvikelser/riktlinje-avvikelser-lex-maria-lex-sarah.pdf", 3, "senast 30 dagar efter rapporten"),
        (f"{KOMMUN}/chef/chefshandbok.pdf", 3, "avslutat inom 60 dagar"),
    ),
    "guideline and introduction: how often logs are checked": (
        (f"{KOMMUN}/dokumentation/riktlinje-dokumentation-och-loggkontroll.pdf", 4, "Loggkontroll görs varje månad"),
        (f"{KOMMUN}/chef/introduktion-for-nya-chefer.docx", None, "loggkontroll varje kvartal"),
    ),
    "municipality and unit: when the risk of falling is judged": (
        (f"{KOMMUN}/fall/riktlinje-fallprevention.pdf", 3, "riskbedöms inom 7 dagar efter inflyttning"),
        (f"{ENHETER}/bjorkgarden/lokal-rutin-fall.md", None, "inom 3 dagar efter inflyttning"),
    ),
    "municipality and unit: how often narcotics are counted": (
        (f"{MEDICINES}.pdf", 7, "kontrollräknar narkotika varje månad"),
        (f"{ENHETER}/bjorkgarden/lokal-lakemedelsinstruktion.docx", None, "varje vecka, inte varje månad"),
    ),
    "municipality and unit: a lost key": (
        (f"{KOMMUN}/trygghet/rutin-trygghetslarm-och-nycklar.docx", None, "Låset ska vara bytt inom 1 dygn"),
        (f"{ENHETER}/hemtjansten-norr/lokal-rutin-nycklar.pdf", 1, "Lås byts inom 3 dygn"),
    ),
    "two units: who may give insulin": (
        (f"{ENHETER}/bjorkgarden/lokal-lakemedelsinstruktion.docx", None, "Insulin delegeras inte alls"),
        (f"{ENHETER}/hemtjansten-norr/lokal-lakemedelsinstruktion.docx", None, "endast till namngivna undersköterskor"),
    ),
    "the old version and the new: insulin": (
        (f"{MEDICINES}-2022.pdf", 3, f"{INSULIN} och vårdbiträde"),
        (f"{MEDICINES}.pdf", 6, f"{INSULIN} men inte till vårdbiträde"),
    ),
    "the old version and the new: counting narcotics": (
        (f"{MEDICINES}-2022.pdf", 3, "kontrollräknar var tredje månad"),
        (f"{MEDICINES}.pdf", 7, "kontrollräknar narkotika varje månad"),
    ),
}
# Words of old, that nobody uses or that mean another thing now.
OLD_WORDS = [
    (f"{KOMMUN}/egenvard/rutin-egenvard-2019.pdf", 2, "landstingets vårdcentral"),
    (f"{KOMMUN}/egenvard/rutin-egenvard-2019.pdf", 2, "sjukgymnast som behandlar"),
    (f"{REGION}/overenskommelse-utskrivning.pdf", 2, "medicinskt färdigbehandlad"),
]


@cache
def entries():
    return {file.source: file for file in files(DOCUMENTS) if isinstance(file, File)}


@cache
def document(source):
    return read(entries()[source])


def stands(source, page, words):
    """Do the words stand on that page of the document, as ingest reads it?"""
    pages = [each for each in document(source).pages if each.number == page]
    return any(plain(words) in plain(" ".join(block.text for block in each.blocks)) for each in pages)


@pytest.mark.parametrize("sides", DISAGREE.values(), ids=DISAGREE.keys())
def test_two_sources_disagree_each_on_its_page(sides):
    assert all(stands(*side) for side in sides)


@pytest.mark.parametrize("place", OLD_WORDS, ids=lambda place: place[2])
def test_old_words_stand_on_their_page(place):
    assert stands(*place)


def test_an_expired_document_and_one_that_is_replaced_say_so_themselves():
    assert document(f"{KOMMUN}/egenvard/rutin-egenvard-2019.pdf").standing.valid_until < date(2026, 1, 1)
    pair = [document(f"{MEDICINES}{end}.pdf") for end in ("", "-2022")]
    findings = review(pair)
    assert [(found.source, found.other) for found in findings if found.about == "ersatt"] == [
        (f"{MEDICINES}-2022.pdf", f"{MEDICINES}.pdf")
    ]


def test_repealed_regulations_are_cited_where_the_review_finds_them():
    cited = review([document(f"{KOMMUN}/egenvard/rutin-egenvard-2019.pdf")])
    assert any(found.about == "upphävd regel" and "SOSFS 2009:6" in found.text for found in cited)
    assert "SOSFS 2009:6" in repealed()


def test_near_words_are_told_apart_by_the_documents_themselves():
    assert stands(f"{KOMMUN}/ansvar/delegationsordning.pdf", 3, "vidaredelegation")
    assert stands(f"{KOMMUN}/lakemedel/rutin-delegering.pdf", 2, "Delegering får ske endast")
    assert stands(f"{KOMMUN}/chef/chefshandbok.pdf", 3, "Kontaktman utses inom 3 dagar")
    assert stands(f"{KOMMUN}/chef/chefshandbok.pdf", 1, "är också verksamhetschef enligt HSL")


def test_a_matrix_runs_over_two_pages_with_its_headings():
    source = f"{KOMMUN}/lakemedel/bilaga-vem-far-gora-vad.pdf"
    rows = {
        page.number: [block.text for block in page.blocks if "Vårdbiträde: " in block.text and "USK: " in block.text]
        for page in document(source).pages
    }
    assert sum(bool(found) for found in rows.values()) >= 2


def test_a_scan_and_a_form_are_read_as_what_they_are():
    kinds = {source: document(source).standing.kind for source in entries() if source.startswith("blanketter/")}
    assert kinds and set(kinds.values()) == {"blankett"}
    warnings = document(SCAN).warnings
    assert any("OCR" in text or "tesseract" in text for text in warnings)
