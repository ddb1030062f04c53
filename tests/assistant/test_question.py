import pytest

from assistant.question import LONGEST_QUESTION, Reader, asks_for, coverage, covered
from ingest.lexical import LexicalIndex, build

TEXTS = [
    "Undersköterskan får ge insulin efter delegering.",
    "Den utskrivande läkaren signerar läkemedelslistan – senast dagen innan utskrivning.",
    "Temperaturen i kylskåpet är 2–8 grader, se ”Listan”.",
    "Medicinskt ansvarig sjuksköterska (MAS) äger rutinen.",
]
GROUPS = [
    ("undersköterska", "usk"),
    ("läkemedel", "medicin"),
    ("medicinskt ansvarig sjuksköterska", "mas"),
    ("sjuksköterska", "ssk"),
    ("särskilt boende", "säbo"),
]


@pytest.fixture
def reader(tmp_path):
    build(TEXTS, tmp_path / "lexical", known=["läkemedel", "lista"])
    return Reader(LexicalIndex(tmp_path / "lexical"), GROUPS)


def word(question, written):
    return next(concept for concept in question.concepts if concept.word == written)


def test_a_short_name_stands_for_the_word_of_the_documents(reader):
    question = reader.read("Får usk ge insulin?")
    assert covered(word(question, "usk"), {"underskötersk"}) == 0.6
    assert covered(word(question, "usk"), {"usk"}) == 1.0
    assert covered(word(question, "usk"), {"sjukskötersk"}) == 0.0
    assert question.terms["usk"] == 1.0
    assert question.terms["underskötersk"] == pytest.approx(0.7 * 0.6)


def test_a_word_that_the_documents_do_not_have_weighs_what_stands_for_it(reader):
    question = reader.read("usk undersköterskan zebra")
    usk, written, zebra = question.concepts
    assert usk.weight == written.weight < zebra.weight


def test_a_phrase_is_one_concept_and_the_longest_one_is_taken(reader):
    question = reader.read("Vem är medicinskt ansvarig sjuksköterska på säbo?")
    assert [concept.word for concept in question.concepts] == ["medicinskt ansvarig sjuksköterska", "säbo"]
    first = question.concepts[0]
    assert covered(first, {"mas"}) == 0.6
    assert covered(first, {"sjukskötersk", "ansvar"}) == 0.0
    assert covered(word(question, "säbo"), {"särskilt"}) == 0.0


def test_a_compound_is_found_by_its_parts_together_and_by_each_alone(reader):
    question = reader.read("Var finns kylskåpstemperaturen?")
    (concept,) = question.concepts
    assert concept.word == "kylskåpstemperaturen"
    assert covered(concept, {"kylskåp", "temperatur"}) == 0.9
    assert covered(concept, {"temperatur"}) == 0.5
    assert covered(concept, {"grad"}) == 0.0


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("läkemedelslisstan", "läkemedelslistan"),
        ("utskrivnig", "utskrivning"),
        ("delegeringn", "delegering"),
        ("tempreaturen", "temperaturen"),
        ("insuln", "insulin"),
    ],
    ids=["letter doubled", "letter left out", "ending cut", "letters swapped", "short word"],
)
def test_spelling_is_repaired_to_a_word_of_the_index(reader, written, searched):
    question = reader.read(f"Vad gäller {written}?")
    assert question.repaired == ((written, searched),)
    assert searched in [concept.word for concept in question.concepts]
    assert question.text == f"Vad gäller {written}?"


def test_spelling_is_repaired_to_a_word_that_staff_ask_with_though_no_document_has_it(reader):
    assert reader.read("har hon ramllat igen").repaired == (("ramllat", "ramlat"),)


def test_the_text_that_is_searched_has_the_repaired_words_in_their_places(reader):
    question = reader.read("Vad gäller INSULN, på ”tempreaturen” – och insuln?")
    assert question.searched == "Vad gäller insulin, på ”temperaturen” – och insulin?"
    assert reader.read("Vad gäller Insulin – 2–8?").searched == "Vad gäller Insulin – 2–8?"


@pytest.mark.parametrize("text", ["grade", "insulin", "INSULIN", "kylskåpslista", "medicin", "usk", "2024", "zebror"])
def test_what_is_known_or_far_from_everything_stays_as_written(reader, text):
    assert reader.read(text).repaired == ()


@pytest.mark.parametrize("text", ["", "och det att", "Vad ska vi göra?", "?! – ”…” \n\t", "🙂", "å"])
def test_stop_words_and_punctuation_alone_are_no_concepts(reader, text):
    question = reader.read(text)
    assert question.concepts == () and question.terms == {} and question.weight == 0
    assert coverage(question, {"insulin"}) == 0.0


def test_punctuation_and_capitals_change_nothing(reader):
    plain = reader.read("får undersköterskan ge insulin")
    loud = reader.read("”FÅR… undersköterskan – ge (insulin)?!”")
    assert loud.concepts == plain.concepts and loud.terms == plain.terms


def test_a_word_said_twice_is_one_concept(reader):
    assert len(reader.read("insulin insulin Insulinet").concepts) == 1


def test_five_thousand_words_are_read_up_to_the_limit(reader):
    question = reader.read("delegering " * (LONGEST_QUESTION - 1) + "insulin " + "kylskåp " * (5000 - LONGEST_QUESTION))
    assert [concept.word for concept in question.concepts] == ["delegering", "insulin"]


def test_coverage_is_the_share_of_the_weight(reader):
    question = reader.read("insulin kylskåpet")
    insulin, fridge = question.concepts
    assert coverage(question, {"insulin"}) == pytest.approx(insulin.weight / (insulin.weight + fridge.weight))
    assert coverage(question, {"insulin", "kylskåp"}) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Vem signerar läkemedelslistan?", "who"),
        ("Hur många grader är det i kylskåpet?", "number"),
        ("När ska listan vara klar?", "when"),
        ("Inom vilken tid besvaras larmet?", "when"),
        ("Får jag ge insulin?", "may"),
        ("Vilket telefonnummer har MAS – och hur når jag jouren?", "contact"),
        ("Numret till vår enhetschef?", "contact"),
        ("Vad betyder SIP?", "definition"),
        ("Var förvaras nycklarna?", "where"),
        ("Hur gör jag vid fall?", "how"),
        ("Läkemedel på Älgstigen", "what"),
        ("", "what"),
    ],
)
def test_what_is_asked_for(text, asks):
    assert asks_for(text)[0] == asks


def test_a_question_may_ask_for_two_things():
    assert asks_for("Vem ringer MAS och när?") == ("who", "when")
