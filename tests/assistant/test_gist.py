"""assistant/gist.py: the question out of what people say around it, by the packaged model's vectors."""

import pytest

from assistant.gist import FEATURES, MOST, asks, describe_sentences, gist, is_shouted, sentences
from ingest.embed import PACKAGED, open_embedder


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej! När ska delegeringen förnyas?", "När ska delegeringen förnyas?"),
        (
            "Anhörig är arg, hon vill klaga. Vart ska hon vända sig? Tack på förhand!",
            "Anhörig är arg, hon vill klaga. Vart ska hon vända sig?",
        ),
        ("VEM RINGER JAG NÄR DET BRINNER", "vem ringer jag när det brinner"),
        ("Om patienten faller, vem ringer man?", "Om patienten faller, vem ringer man?"),
        (
            "Vi har en ny boende, hon har stomi. Vem byter påsen?",
            "Vi har en ny boende, hon har stomi. Vem byter påsen?",
        ),
        ("Hur ofta görs hygienrond, och vem gör det?", "Hur ofta görs hygienrond, och vem gör det?"),
        ("läkemedel, signering, natt", "läkemedel, signering, natt"),
        ("Hon är borta, helt oväntat, vad gör vi?", "Hon är borta, helt oväntat, vad gör vi?"),
        ("Får jag ge Alvedon? Ej ordinerat.", "Får jag ge Alvedon? Ej ordinerat."),
        ("Får vi ha bälte? Han har sagt ja.", "Får vi ha bälte? Han har sagt ja."),
        ("Får jag ge Alvedon? Jag är elev.", "Får jag ge Alvedon? Jag är elev."),
        ("Hej! Gäller rutinen kl 22 - 06?", "Gäller rutinen kl 22 - 06?"),
        ("Hur ofta byts koden – särskilt boende?", "Hur ofta byts koden – särskilt boende?"),
        ("vem signerar", "vem signerar"),
        ("Hej!", "Hej!"),
        ("…", "…"),
        ("", ""),
    ],
    ids=[
        "a greeting",
        "thanks",
        "shouted",
        "a condition",
        "the situation",
        "two questions",
        "keywords",
        "within a sentence",
        "a no",
        "a consent",
        "who asks",
        "a range",
        "a choice",
        "one sentence",
        "only a greeting",
        "no letter",
        "nothing",
    ],
)
def test_what_asks_nothing_is_left_out(packaged, text, expected):
    assert gist(text, packaged) == expected


def test_all_is_kept_where_nothing_would_be_left_and_beyond_the_sentences_that_are_looked_at(packaged):
    assert gist("Hej! Hej!", packaged) == "Hej! Hej!"
    tail = [f"Rad {number} om läkemedel." for number in range(MOST, 400)]
    text = gist(" ".join(["Hej!"] * MOST + tail), packaged)
    assert text.endswith(" ".join(tail))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hej, vem ringer jag? Tack!", ["Hej, vem ringer jag?", "Tack!"]),
        ("ej delegerad\n\nfår jag – ändå – ge: snabbt", ["ej delegerad", "får jag – ändå – ge:", "snabbt"]),
        ("klockan 20.30 den 3.4 enl. 1,5 mg", ["klockan 20.30 den 3.4 enl. 1,5 mg"]),
        (" ?! ", []),
    ],
)
def test_sentences(text, parts):
    assert sentences(text) == parts


@pytest.mark.parametrize(
    ("part", "does"),
    [
        ("och vem gör det", True),
        ("på natten?", True),
        ("Hej!", False),
        ("vi har en ny boende", False),
        ("varken", False),
    ],
)
def test_a_sentence_that_asks(part, does):
    assert asks(part) is does


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("VEM RINGER JAG NU", True), ("MAS, MAR, SAS", False), ("Vem är MAS på HSL-teamet?", False), ("", False)],
)
def test_shouting(text, is_one):
    assert is_shouted(text) is is_one


def test_every_sentence_is_described_in_the_order_of_the_features(packaged):
    described = list(describe_sentences(["Hej!", "Vem signerar?"], packaged))
    assert [len(features) for features in described] == [len(FEATURES)] * 2
    first, second = (dict(zip(FEATURES, features, strict=True)) for features in described)
    assert (first["first"], first["last"], first["exclamation mark"], first["another asks"]) == (1, 0, 1, 1)
    assert (second["first"], second["last"], second["another asks"]) == (0, 1, 0)
