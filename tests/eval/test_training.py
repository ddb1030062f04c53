import json
import random
import struct
from datetime import date

import numpy as np
import pytest

from assistant.rank import Scorer
from assistant.reread import REREAD_KNOWN_FEATURES
from eval.training.asked import holds
from eval.training.base_model import from_4_bits
from eval.training.candidates import Group, ordered
from eval.training.fit import area, network
from eval.training.pairs import evidence_places, faq_pairs, held_out, plain, public_pairs, read_lines
from eval.training.sure import Told, fitted, told_of
from eval.training.train_reranker import taught
from ingest.corpus import Block, Document, Page, Standing
from ingest.index import WHOLE


def document(*blocks):
    return Document("rutin.md", "ab", (Page(1, blocks),), Standing(title="Rutin"))


def paragraph(text):
    return Block("paragraph", text)


def write_lines(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n\n" for line in lines), encoding="utf-8")


def test_about_half_is_held_out_and_always_the_same_half():
    keys = [f"text-å-{number}" for number in range(400)]
    kept = [key for key in keys if held_out(key)]
    assert 150 < len(kept) < 250
    assert kept == [key for key in keys if held_out(key)]
    # CRC-32 of "123456789" is 0xcbf43926, an even number: the check value of its definition
    assert not held_out("123456789")


def test_lines_are_read_over_empty_ones(tmp_path):
    write_lines(tmp_path / "a.jsonl", [{"fråga": "Vem – ”jag”?"}, {"fråga": "När?"}])
    assert [line["fråga"] for line in read_lines(tmp_path / "a.jsonl")] == ["Vem – ”jag”?", "När?"]


def test_plain_is_letters_and_digits():
    assert plain("Åsa – ”Öberg”,\n 2 | ÄR_ bra!") == "åsaöberg2är_bra"


RULES = document(
    paragraph("Läkaren signerar listan. Sjuksköterskan kontrollerar den – ”samma dag”."),
    Block("heading", "Tabell", 1),
    Block("row", "Uppgift: Ge insulin | Undersköterska: Efter delegering", group=1),
    Block("row", "Uppgift: Dela dosett | Undersköterska: Nej", group=1),
)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("Läkaren signerar listan.", [(0, 0), (0, WHOLE)]),
        ("läkaren  signerar\nlistan", [(0, 0), (0, WHOLE)]),
        ("kontrollerar den – ”samma dag”", [(0, 1), (0, WHOLE)]),
        # both sentences lie within it, so each of them is a place
        ("Läkaren signerar listan. Sjuksköterskan kontrollerar den – ”samma dag”.", [(0, 0), (0, 1), (0, WHOLE)]),
        ("| Dela dosett | Nej |", [(1, 1), (1, WHOLE)]),
        ("| Ge insulin | Efter delegering |", [(1, 0), (1, WHOLE)]),
        ("Ett larm besvaras genast.", []),
    ],
)
def test_the_places_of_evidence_the_smallest_first(evidence, expected):
    assert evidence_places(RULES, evidence) == expected


@pytest.mark.parametrize(
    ("text", "evidence", "expected"),
    [
        ("Den utskrivande läkaren signerar listan.", "läkaren signerar", True),
        ("läkaren signerar", "Den utskrivande läkaren signerar listan.", False),
        ("Sjuksköterskan kontrollerar listan.", "Läkaren signerar. Sjuksköterskan kontrollerar – ”listan”.", True),
        ("Uppgift: Dosett | USK: Nej", "| Dosett | Nej |", True),
        ("Uppgift: Dosett | USK: Ja", "| Dosett | Nej |", False),
        ("Ett larm på Älgstigen", "ett fall på Älgstigen", False),
    ],
    ids=["inside", "too short to stand for it", "a sentence of it", "every cell", "one cell not", "other words"],
)
def test_a_text_holds_the_evidence(text, evidence, expected):
    assert holds(text, evidence) is expected


def test_public_pairs_are_of_texts_that_are_not_held_out(tmp_path):
    corpus = [{"id": f"t{n}", "title": "Älgar", "text": f"Älg nummer {n} är brun."} for n in range(20)]
    write_lines(tmp_path / "set" / "corpus.jsonl", corpus)
    asked = [{"context_id": f"t{n}", "question": f"Hur är älg {n}?", "answers": ["brun"]} for n in range(20)]
    asked.append({"context_id": "t0", "question": "Varför?", "answers": [], "answerable": False})
    write_lines(tmp_path / "set" / "qa.jsonl", asked)
    pairs = list(public_pairs(tmp_path, "set", random.Random(1), limit=100))
    allowed = {n for n in range(20) if not held_out(f"t{n}")}
    assert {pair.question for pair in pairs} == {f"Hur är älg {n}?" for n in allowed}
    assert {pair.positives for pair in pairs} == {(f"Älgar: Älg nummer {n} är brun.",) for n in allowed}
    assert len(list(public_pairs(tmp_path, "set", random.Random(1), limit=3))) == 3


def test_a_long_text_gives_its_sentence_with_the_answer_and_another_as_negative(tmp_path):
    key = next(f"t{n}" for n in range(20) if not held_out(f"t{n}"))
    other = "Den andra meningen handlar om något helt annat än älgar. "
    text = "Älgen heter ”Åke” i skogen. " + other * 20
    write_lines(tmp_path / "set" / "corpus.jsonl", [{"id": key, "title": "Älgar", "text": text.strip()}])
    write_lines(tmp_path / "set" / "qa.jsonl", [{"context_id": key, "question": "Vad heter den?", "answers": ["Åke"]}])
    (pair,) = public_pairs(tmp_path, "set", random.Random(1), limit=9)
    assert pair.positives == ("Älgar: Älgen heter ”Åke” i skogen.",)
    assert pair.negatives == (f"Älgar: {other.strip()}",)


def test_faq_pairs_are_of_answers_that_are_not_held_out(tmp_path):
    folder = tmp_path / "zaragoza_bygg_faq"
    write_lines(folder / "corpus.jsonl", [{"id": f"d{n}", "title": "Bygglov", "text": f"Svar {n}."} for n in range(12)])
    write_lines(folder / "queries.jsonl", [{"id": f"q{n}", "text": f"Fråga {n}?"} for n in range(12)])
    (folder / "qrels.tsv").write_text("query\tdoc\n" + "".join(f"q{n}\td{n}\t1\n" for n in range(12)))
    pairs = list(faq_pairs(tmp_path, "queries.jsonl"))
    expected = [n for n in range(12) if not held_out(f"d{n}")]
    assert [(pair.question, pair.positives) for pair in pairs] == [
        (f"Fråga {n}?", (f"Bygglov: Svar {n}.",)) for n in expected
    ]


def separable(seed, *, groups=12, size=4):
    """Questions whose right candidate has the highest first feature; the second is noise."""
    chance = np.random.default_rng(seed)
    rows = []
    for number in range(groups):
        right = number % size
        rows.append(([[float(place == right), float(chance.normal())] for place in range(size)], [right]))
    return rows


def test_a_listwise_network_separates_what_is_separable_and_its_weights_make_a_scorer():
    weights = network(separable(1), hidden=4, seed=3, listwise=True)
    scorer = Scorer([json.loads(json.dumps(weights))])
    assert np.array(weights["hidden"]).shape == (2, 4)
    assert all(int(np.argmax(scorer(group))) in places for group, places in separable(2))


def test_a_network_of_single_rows_separates_answered_from_not():
    rows = [([[float(number % 2), 0.1 * number]], [0] if number % 2 else []) for number in range(16)]
    scorer = Scorer([network(rows, hidden=3, seed=3, listwise=False)])
    assert area(rows, scorer) == 1.0


def test_the_same_seed_gives_the_same_weights():
    one, other = (network(separable(1), hidden=2, seed=5, listwise=True, steps=5) for _ in range(2))
    assert one == other


class First:
    """Scores a row by its first feature."""

    def __call__(self, features):
        return np.asarray(features, dtype=float)[:, 0]


def test_area_by_hand():
    # answered 3 and 1 against not answered 2 and 0: (3>2, 3>0, 1>0) of four pairs
    single = [([[3.0]], [0]), ([[1.0]], [0]), ([[2.0]], []), ([[0.0]], [])]
    assert area(single, First()) == 0.75


def test_blocks_of_four_bits_are_read_low_halves_first():
    # byte 0 is 0xF0: low half 0 gives (0 - 8) * 0.5, high half 15 gives (15 - 8) * 0.5
    first = struct.pack("<e", 0.5) + bytes([0xF0, 0x19] + [0x88] * 14)
    second = struct.pack("<e", -2.0) + bytes([0x88] * 15 + [0x7A])
    weights = from_4_bits(first + second, 64)
    expected = np.zeros(64, dtype=np.float32)
    expected[0], expected[16] = -4.0, 3.5
    expected[1], expected[17] = 0.5, -3.5
    expected[32 + 15], expected[32 + 31] = -4.0, 2.0
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights, expected)


def test_too_few_blocks_are_refused():
    with pytest.raises(AssertionError):
        from_4_bits(struct.pack("<e", 1.0) + bytes(16), 33)


def test_candidates_come_with_the_right_one_first_and_the_worst_mistake_next():
    class ByLength:
        def scores(self, question, texts):
            return np.array([float(len(text)) for text, _ in texts])

    group = Group("a", "Vem?", (("kort", ""), ("längst av alla", ""), ("rätt", ""), ("längre", "")), (2,))
    result = ordered(group, ByLength())
    assert [text for text, _ in result.texts] == ["rätt", "längst av alla", "längre", "kort"]
    assert result.right == (0,) and result.sure == 0.0
    assert ordered(Group("a", "Vem?", (("", ""),), ()), ByLength()).sure == 0.5


def test_what_is_easy_is_taught_in_part():
    groups = [Group("a", str(number), (), (), sure=0.9 if number % 2 else 0.1) for number in range(200)]
    kept = taught(groups, share=0.3, seed=1)
    assert sum(group.sure < 0.5 for group in kept) == 100
    assert 15 < sum(group.sure > 0.5 for group in kept) < 45
    assert taught(groups, share=1.0, seed=1) == groups


def test_how_sure_is_fitted_as_log_odds_on_what_teaches():
    told = [Told([0.0], right=number % 4 > 0, dangerous=False, nothing=number % 4 == 0) for number in range(80)]
    told += [Told([0.0], right=False, dangerous=True, nothing=False)] * 40  # another mistake
    # three of four right: ln 3
    assert Scorer(fitted(told))([[0.0]])[0] == pytest.approx(np.log(3), abs=0.05)


def test_a_question_is_told_by_what_was_found_and_whether_the_answer_was_right(tmp_path):
    (tmp_path / "documents").mkdir()
    rule = "Sjuksköterskan räknar läkemedelsförrådet första vardagen varje månad."
    (tmp_path / "documents" / "rutin.md").write_text(f"# Rutin för läkemedelsförråd\n\n{rule}\n", encoding="utf-8")
    answered = {"id": "1", "question": "Vem räknar läkemedelsförrådet?", "must_contain": [["Sjuksköterskan"]]}
    missing = {"id": "2", "question": "Vem städar läkemedelsförrådet?", "answerable": False, "state": "not_found"}
    private = {
        "id": "3",
        "question": "Vad är personnumret till 19121212-1212?",
        "answerable": False,
        "state": "blocked",
    }
    lines = [{**answered, "source": "rutin.md", "evidence": rule, "answerable": True}, missing, private]
    write_lines(tmp_path / "questions.jsonl", lines)
    told = list(told_of(tmp_path / "documents", tmp_path / "questions.jsonl", tmp_path / "index", date(2026, 3, 1)))
    assert [(each.right, each.nothing, each.teaches) for each in told] == [(True, False, True), (False, True, True)]
    assert len(told[0].features) == len(REREAD_KNOWN_FEATURES) and told[0].features != told[1].features
