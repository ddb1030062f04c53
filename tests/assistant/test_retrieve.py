import numpy as np
import pytest

from assistant.examples import Examples, loudest
from assistant.question import Reader
from assistant.retrieve import FEATURES, fit, retrieve
from ingest.index import Index
from ingest.wordlist import read_word_list


@pytest.fixture
def opened(care_index, embedder):
    index = Index(care_index, model=embedder.name)
    yield index, Reader(index.lexical, read_word_list().groups)
    index.close()


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("Vem signerar läkemedelslistan vid utskrivning?", "Utskrivning"),
        ("Får undersköterskan ge insulin?", "Insulin"),
        ("Får man lyfta en person på golvet?", "När någon har ramlat"),
        ("Vem ansvarar för att fallet utreds?", "När någon har ramlat"),
        ("Hur många grader är det i kylskåp?", "Kylskåp"),
        ("Vem provar ut gånghjälpmedel?", "Förebyggande"),
        ("läkemedelslisstan vid utskrivnig", "Utskrivning"),
        ("Vad gör usk med insulin?", "Insulin"),
    ],
)
def test_the_right_passage_is_first_by_fusion(opened, embedder, question, heading):
    index, reader = opened
    candidates = retrieve(reader.read(question), index, embedder)
    assert candidates[0].chunk.section[-1] == heading
    fused = [candidate.fused for candidate in candidates]
    assert fused == sorted(fused, reverse=True)


def test_every_passage_comes_once_with_all_its_features(opened, embedder):
    index, reader = opened
    candidates = retrieve(reader.read("Vem signerar läkemedelslistan – ”dagen innan”?"), index, embedder)
    assert len({candidate.position for candidate in candidates}) == len(candidates)
    for candidate in candidates:
        assert len(candidate.features) == len(FEATURES)
        assert np.isfinite(candidate.features).all()
        assert len(candidate.unit_coverage) == len(candidate.own_stems) == len(candidate.chunk.units)
        assert all(0 <= value <= 1 for value in candidate.unit_coverage)


def test_examples_tell_which_unit_sounds_like_what_answered_elsewhere(opened, embedder):
    index, reader = opened
    answer = "Insulin får ges av undersköterskan."
    question = reader.read("Kan usk sticka honom före frukosten?")
    examples = Examples(np.stack([embedder.query(question.text)]), embedder.passages([answer]), np.array(["Åkebo"]))
    echoes = {
        candidate.chunk.section[-1]: candidate.echoes
        for candidate in retrieve(question, index, embedder, examples=examples)
    }
    highest = {heading: loudest(own.values())[0] for heading, own in echoes.items()}
    assert max(highest, key=highest.__getitem__) == "Insulin"
    assert all(len(own) for own in echoes.values())
    assert all(not candidate.echoes for candidate in retrieve(question, index, embedder))


def test_a_source_that_is_not_allowed_is_not_among_the_candidates(opened, embedder):
    index, reader = opened
    question = reader.read("Får undersköterskan ge insulin?")
    candidates = retrieve(question, index, embedder, allowed=lambda source: source != "läkemedel.md")
    assert candidates and {candidate.chunk.source for candidate in candidates} == {"fall.md"}


@pytest.mark.parametrize("text", ["och det att", "?!", "🙂"])
def test_a_question_without_concepts_still_gets_finite_features(opened, embedder, text):
    index, reader = opened
    candidates = retrieve(reader.read(text), index, embedder)
    assert all(np.isfinite(candidate.features).all() for candidate in candidates)
    assert all(candidate.lexical == 0 for candidate in candidates)


def test_an_index_of_one_passage_gives_that_passage(ingested, embedder):
    folder = ingested({"larm.md": "Ett larm på Älgstigen besvaras inom 10 minuter.\n"})
    index = Index(folder / "index", model=embedder.name)
    reader = Reader(index.lexical, ())
    for text in ("Hur snabbt besvaras larm?", "Vad kostar parkeringen?", "och"):
        (candidate,) = retrieve(reader.read(text), index, embedder)
        assert candidate.chunk.text == "Ett larm på Älgstigen besvaras inom 10 minuter."
        assert np.isfinite(candidate.features).all()
    index.close()


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("Vem signerar listan?", "Läkaren gör det.", 1.0),
        ("Vem signerar listan?", "Det görs – dagen före.", 0.0),
        ("När görs det?", "Senast dagen före.", 1.0),
        ("Hur når jag MAS på telefon?", "0470-12 34 56", 1.0),
        ("Insulin på Älgstigen", "Läkaren gör det.", 0.5),
    ],
)
def test_a_text_holds_the_kind_of_thing_asked_for(opened, asked, text, expected):
    _, reader = opened
    assert fit(reader.read(asked), text) == expected
