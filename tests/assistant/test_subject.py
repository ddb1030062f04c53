import pytest

from assistant.subject import read_subjects
from ingest.index import Index

ABOUT = "# Slutrapport\n\n" + "\n\n".join(
    f"## Del {number}\n\nI {{place}} fick {number} enheter i {{place}}s kommun en ny rutin för nattens tillsyn."
    for number in range(1, 5)
)
HOME = ABOUT.format(place="Klippan").replace("Klippans kommun", "huset")
COUNTY = "# Besök i länet under året\n\n" + "\n\n".join(
    f"## {place}\n\nI {place} har antalet besök ökat under året." for place in ("Flen", "Trosa", "Gnesta", "Oxelösund")
)
LISTED = ("Flen", "Trosa", "Gnesta", "Oxelösund", "Lekeberg", "Klippan")


@pytest.fixture
def subjects(ingested, embedder):
    texts = {
        "flen.md": ABOUT.format(place="Flen"),
        "trosa.md": ABOUT.format(place="Trosa"),
        "lan.md": COUNTY,
        "hem.md": HOME,
    }
    index = Index(ingested(texts) / "index", model=embedder.name)
    yield read_subjects(index, ["Ekbacka kommun"], LISTED)
    index.close()


def test_a_document_is_about_the_place_it_names_most_and_one_of_many_places_about_none(subjects):
    assert subjects.places == {"flen.md": "flen", "trosa.md": "trosa"}


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("Hur många enheter fick rutinen i Flen?", "Hur många enheter fick rutinen?"),
        ("flens kommun nattens tillsyn", "nattens tillsyn"),
        ("Vad gjorde Flen på natten?", "Vad gjorde på natten?"),
    ],
)
def test_a_place_that_a_document_is_about_says_whose_documents_are_meant(subjects, question, matter):
    assert subjects.named(question) == (matter, {"trosa.md"})


def test_a_home_with_the_name_of_a_municipality_is_no_place_of_a_document(subjects):
    question = "Hur många enheter fick rutinen på Klippan?"
    assert subjects.named(question) == (question, frozenset())


@pytest.mark.parametrize("question", ["Hur många besök har Gnesta?", "Vad säger region Flen?", "Flen", "Flenmans väg?"])
def test_other_names_stay_in_the_question(subjects, question):
    assert subjects.named(question) == (question, frozenset())
