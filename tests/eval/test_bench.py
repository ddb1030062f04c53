"""The benchmark on tiny documents, with an embedder whose nearness can be counted by hand."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentTypeError
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from rapidfuzz.distance import OSA

from assistant.assistant import Assistant
from assistant.search import Search
from eval.bench import pipeline, report, speed
from eval.bench.errors import BenchError
from eval.bench.kept import KeptTables, KeptVectors, RememberedScores
from eval.bench.plain import PlainRecipe
from eval.bench.quality import ABBREVIATIONS, AS_WRITTEN, FULL, PLAIN, TYPOS, Row, Table
from eval.bench.rankings import Parts
from eval.bench.sets import public_task, question_task, write_corpus
from eval.bench.task import Estimate, Hit, Query, bootstrap, ndcg
from eval.cli_bench import _count
from eval.wording import AFTER, BEFORE, LEAST_TYPO, abbreviated, with_chat, with_typos
from ingest import swedish
from ingest.index import Index
from ingest.pipeline import ingest
from ingest.swedish import STOP, words
from ingest.wordlist import WordList


class Listening:
    """The shared embedder, keeping the questions that it was asked."""

    name = "words"

    def __init__(self, embedder) -> None:
        self._embedder = embedder
        self.asked: list[str] = []

    def passages(self, texts):
        return self._embedder.passages(texts)

    def query(self, text):
        self.asked.append(text)
        return self._embedder.query(text)


DOCUMENTS = {
    "larm.md": "# Rutin larm\n\nUndersköterskan besvarar larm inom tio minuter – “först till larmet” går.\n",
    "skap.md": "# Rutin skåp\n\nI skåpet ligger läkemedel. Enhetschefen håller en lista.\n",
    "mat.md": "# Rutin måltid\n\nKvällsmålet serveras före klockan tjugo.\n",
}
QUESTIONS = [
    {
        "id": "a",
        "question": "Vem besvarar larm?",
        "answerable": True,
        "source": "larm.md",
        "evidence": "Undersköterskan besvarar larm inom tio minuter",
    },
    {
        "id": "b",
        "question": "När får undersköterskan servera kvällsmålet?",
        "answerable": True,
        "source": "mat.md",
        "evidence": "Kvällsmålet serveras före klockan tjugo.",
    },
    {"id": "c", "question": "Vad kostar parkeringen?", "answerable": False},
    {"id": "d", "question": "Och sedan?", "answerable": True, "source": "mat.md", "thread": "t"},
    {"id": "e", "question": "Vad står här?", "answerable": True, "source": "borta.md"},
]


def hits(*documents):
    return [Hit(document, None, "") for document in documents]


def lines(path: Path, rows) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path, documents, embedder):
    ingest(documents, tmp_path / "index", embedder)
    with closing(Index(tmp_path / "index")) as opened:
        yield opened


@pytest.fixture
def questions(tmp_path):
    return lines(tmp_path / "små.jsonl", QUESTIONS)


def bench(embedder, told=pipeline.silent):
    """Every question, nothing taken over."""
    folder = Path(tempfile.mkdtemp())
    return pipeline.Bench(embedder, None, KeptTables(folder, "kod", take_over=False), limit=0, seed=1, told=told)


def first(found):
    return found[0].document if found else None


@pytest.mark.parametrize(
    ("relevant", "found", "expected"),
    [
        ({"a"}, ["a"], 1.0),
        ({"a"}, ["b", "a"], 0.6309),  # 1 / log2(3)
        ({"a", "c"}, ["a", "b", "c"], 0.9197),  # (1 + 1/2) / (1 + 0.6309)
        ({"a"}, ["b", "b", "b", "a"], 0.6309),  # three hits of b take one place
        ({"a"}, list("bcdefghijka"), 0.0),  # place 11
        ({"a"}, [], 0.0),
    ],
    ids=["first", "second", "two of three", "a document stands once", "below ten", "nothing found"],
)
def test_ndcg(relevant, found, expected):
    assert ndcg(frozenset(relevant), hits(*found)) == pytest.approx(expected, abs=1e-4)


def test_the_interval_holds_the_mean_and_repeats_for_a_seed():
    values = [1.0, 0.0, 0.0, 1.0, 1.0]
    found = bootstrap(values, seed=3)
    assert (found.mean, found.of) == (0.6, 5)
    assert 0.0 <= found.low < 0.6 < found.high <= 1.0
    assert bootstrap(values, seed=3) == found
    assert bootstrap([0.5], seed=3) == Estimate(0.5, 0.5, 0.5, 1)


def test_every_content_word_gets_one_error_and_nothing_else_changes():
    text = "När får undersköterskan ge läkemedel – “vid behov” – efter klockan 20.30?"
    for seed in range(30):
        wrong = with_typos(text, seed=str(seed))
        before, after = words(text), words(wrong)
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            content = len(one) >= LEAST_TYPO and one not in STOP and one.isalpha()
            assert OSA.distance(one, other) == int(content)
            assert one[0] == other[0]
    assert with_typos(text, seed="1") == with_typos(text, seed="1") != with_typos(text, seed="2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Får undersköterskan ge läkemedel?", "Får usk ge lm?"),
        ("Vem är medicinskt ansvarig sjuksköterska?", "Vem är MAS?"),
        ("Patienten och läkemedelslistan", "pat o läkemedelslistan"),
        ("Vart ringer jag?", "Vart ringer jag?"),
    ],
    ids=["words", "the longest first", "no part of a word", "none"],
)
def test_abbreviations(text, expected):
    assert abbreviated(text) == expected


def test_what_people_say_stands_around_the_whole_question():
    text = "Vem är MAS?"
    said = [with_chat(text, seed=str(seed)) for seed in range(60)]
    assert said == [with_chat(text, seed=str(seed)) for seed in range(60)]
    whole = [one for one in said if text in one]
    assert all(one.removeprefix(text) in AFTER or one.partition(text)[0] in BEFORE for one in whole)
    assert {one.isupper() for one in said} == {True, False}
    assert all(text.upper() in one for one in said if one not in whole)


def test_a_task_has_the_questions_that_can_be_judged(questions):
    task = question_task(questions, {"larm.md", "mat.md"})
    assert (task.name, [query.id for query in task.queries]) == ("små", ["a", "b"])
    right = Hit("larm.md", None, "Undersköterskan besvarar larm inom tio minuter.")
    wrong = Hit("larm.md", None, "Undersköterskan besvarar larm.")  # 3 of the evidence's 6 words
    judge = task.queries[0].judge
    assert judge([right]) == {"passage@1": 1.0, "passage@5": 1.0}
    assert judge([wrong, right]) == {"passage@1": 0.0, "passage@5": 1.0}
    assert judge([wrong] * 5 + [right]) == {"passage@1": 0.0, "passage@5": 0.0}
    assert judge([]) == {"passage@1": 0.0, "passage@5": 0.0}


def public(folder: Path, name: str = "swequad_mc") -> Path:
    """By CRC-32, the texts a, b and c are held out and d is not."""
    target = folder / name
    target.mkdir(parents=True)
    texts = {
        "a": "Visum krävs.\nDet söks i förväg.",
        "b": "Flaggan är blå.",
        "c": "Älgen äter bark.",
        "d": "Bilen är röd.",
    }
    lines(target / "corpus.jsonl", [{"id": id, "title": f"Text {id}", "text": text} for id, text in texts.items()])
    asked = {"1": "Krävs visum?", "2": "Är flaggan blå?", "3": "Är bilen röd?", "4": "Äter älgen bark?"}
    lines(target / "queries.jsonl", [{"id": id, "text": text} for id, text in asked.items()])
    (target / "qrels.tsv").write_text("1\ta\t1\n2\tb\t1\n2\td\t1\n3\td\t1\n4\tc\t1\n", encoding="utf-8")
    return target


def test_public_queries_are_those_whose_every_text_is_held_out(tmp_path):
    folder = public(tmp_path / "public")
    names = write_corpus(folder, tmp_path / "written")
    assert (tmp_path / "written" / names["a"]).read_text("utf-8") == "# Text a\n\nVisum krävs.\n\nDet söks i förväg.\n"
    task = public_task(folder, "queries.jsonl", names, name="visum")
    assert [query.id for query in task.queries] == ["1", "4"]
    assert task.queries[0].judge(hits(names["b"], names["a"])) == {"nDCG@10": pytest.approx(0.6309, abs=1e-4)}
    sampled = public_task(folder, "queries.jsonl", names, name="visum", limit=1, seed=5)
    again = public_task(folder, "queries.jsonl", names, name="visum", limit=1, seed=5)
    assert len(sampled.queries) == 1
    assert sampled.queries[0].id == again.queries[0].id


def test_each_part_ranks_by_itself(tmp_path, index, embedder):
    words_known = WordList((("läkemedel", "medicin"),), ("läkemedel", "lista"))
    parts = Parts(index, embedder, Search(embedder), words_known, tmp_path / "uncut")

    def ask(ranking, text):
        return first(ranking(Query("q", text, lambda found: {})))

    assert ask(parts.lexical_alone, "Vem besvarar larm?") == "larm.md"
    assert ask(parts.wholes_alone, "Vem besvarar larm?") == "larm.md"
    assert ask(parts.units_alone, "Vem håller en lista?") == "skap.md"
    assert ask(parts.fused, "Vem besvarar larm?") == "larm.md"
    assert ask(parts.ranked, "Vem besvarar larm?") == "larm.md"
    assert ask(parts.ranked_without_examples, "Vem besvarar larm?") == "larm.md"
    # "medicin" stands in no document, "läkemedel" does.
    assert ask(parts.lexical_alone, "medicin?") == "skap.md"
    assert ask(parts.lexical_without_synonyms, "medicin?") is None
    # Nor does "läkemedelslista", but its parts do.
    assert ask(parts.lexical_alone, "läkemedelslista?") == "skap.md"
    assert ask(parts.lexical_without_parts, "läkemedelslista?") is None
    assert swedish.LEAST_PART == 4
    assert ask(parts.lexical_alone, "läkemedelslista?") == "skap.md"


def test_the_plain_recipe_gives_the_nearest_piece_with_its_place(tmp_path, index, embedder):
    with closing(PlainRecipe(index.documents(), embedder, tmp_path / "plain")) as plain:
        found = plain.rank(Query("q", "När serveras kvällsmålet?", lambda found: {}))
        assert plain.size == 3
    assert (found[0].document, found[0].page) == ("mat.md", None)
    assert "Kvällsmålet serveras före klockan tjugo." in found[0].text
    assert len(found) == 3


def test_question_sets_from_index_to_table(tmp_path, index, questions, embedder):
    steps: list[str] = []
    embedder = Listening(embedder)
    (table,) = pipeline.question_sets(
        [questions], tmp_path / "index", tmp_path / "scratch", bench(embedder, steps.append)
    )
    assert (table.task, table.queries, table.passages, table.plain_pieces) == ("små", 2, 3, 3)
    rows = {(row.ranking, row.wording): row for row in table.rows}
    everything = {"passage@1": Estimate(1.0, 1.0, 1.0, 2), "passage@5": Estimate(1.0, 1.0, 1.0, 2)}
    assert rows[PLAIN, AS_WRITTEN].measures == everything
    assert rows["BM25 alone", AS_WRITTEN].measures == everything
    assert rows["BM25 alone", AS_WRITTEN].differences["passage@1"] == Estimate(0.0, 0.0, 0.0, 2)
    assert rows[PLAIN, AS_WRITTEN].differences == {}
    assert rows[FULL, TYPOS].against == f"{FULL}, {AS_WRITTEN}"
    # Of the two questions only b has a word to shorten.
    assert rows[FULL, ABBREVIATIONS].measures["passage@1"].of == 1
    assert len(embedder.asked) == len(set(embedder.asked))
    assert any("typos" in step for step in steps)
    assert "… without synonyms" in report.terminal({}, [table], None)


def test_questions_on_other_documents_are_told(tmp_path, index, embedder):
    other = lines(tmp_path / "andra.jsonl", [QUESTIONS[4]])
    with pytest.raises(BenchError, match=r"andra\.jsonl"):
        pipeline.question_sets([other], tmp_path / "index", tmp_path / "scratch", bench(embedder))


def test_public_sets_from_folder_to_table(tmp_path, embedder):
    public(tmp_path / "public")
    (table,) = pipeline.public_sets(tmp_path / "public", tmp_path / "scratch", bench(embedder))
    rows = {(row.ranking, row.wording): row.measures["nDCG@10"] for row in table.rows}
    assert (table.task, table.queries, table.passages) == ("swequad_mc", 2, 4)
    assert rows["BM25 alone", AS_WRITTEN] == rows[PLAIN, AS_WRITTEN] == Estimate(1.0, 1.0, 1.0, 2)
    assert ("as asked: + standing, refusals", AS_WRITTEN) not in rows
    with pytest.raises(BenchError, match="swequad_mc"):
        list(pipeline.public_sets(tmp_path / "written", tmp_path / "other", bench(embedder)))
    with pytest.raises(BenchError, match="squad"):
        list(pipeline.public_sets(tmp_path / "public", tmp_path / "other", bench(embedder), names=["squad"]))


def test_a_run_that_goes_on_takes_over_what_is_measured(tmp_path, embedder):
    folder = public(tmp_path / "public")
    listening = Listening(embedder)

    def run(name, *, made_by="kod", take_over=True):
        kept = KeptTables(tmp_path / "tables", made_by, take_over=take_over)
        measured_with = replace(bench(listening), kept=kept)
        before = len(listening.asked)
        (table,) = pipeline.public_sets(tmp_path / "public", tmp_path / name, measured_with)
        return table, len(listening.asked) - before

    first, asked = run("1")
    again, asked_again = run("2")
    assert asked and asked_again == 0
    assert again.json() == first.json()
    assert run("3", made_by="annan kod")[1] == run("4", take_over=False)[1] == asked
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "5", "text": "Vad är blått?"}\n')
    assert run("5")[1] == asked


def test_vectors_of_passages_are_kept_on_disk_by_their_text(tmp_path, embedder):
    class Counting:
        name = "words"
        texts: ClassVar[list[str]] = []

        def passages(self, texts):
            self.texts += texts
            return embedder.passages(texts)

        def query(self, text):
            return embedder.query(text)

    asked = ["Larm på Älgstigen", "“Nycklar”", "Larm på Älgstigen"]
    for _ in range(2):
        with closing(KeptVectors(Counting(), tmp_path / "vectors")) as kept:
            assert np.allclose(kept.passages(asked), embedder.passages(asked))
            assert kept.passages(asked[:1]).shape == (1, 384)
    assert Counting.texts == asked[:2]


def test_a_pair_is_read_once():
    class Lengths:
        asked = 0

        def scores(self, question, texts):
            self.asked += len(texts)
            return np.array([float(len(unit)) for unit, _ in texts])

    inner = Lengths()
    remembered = RememberedScores(inner)
    assert remembered.scores("a", [("ett", ""), ("tre!", ""), ("ett", "")]).tolist() == [3.0, 4.0, 3.0]
    assert remembered.scores("a", [("tre!", ""), ("ny", "")]).tolist() == [4.0, 2.0]
    assert inner.asked == 3
    assert remembered.scores("b", [("ny", "")]).tolist() == [2.0] and inner.asked == 4


def test_filler_has_the_passages_asked_for(tmp_path, index, embedder):
    speed.filler(index, tmp_path / "filler", passages=53, seed=1)
    with closing(Index(tmp_path / "filler", model="words")) as filled:
        assert (filled.size, filled.manifest["vectors"]) == (53, 53 * 2)  # 4 units in 3 passages: one a passage
        assert len(filled.manifest["documents"]) == 2  # 50 and 3
        vectors = filled.vectors([(0, -1), (52, 0)])
        assert np.linalg.norm(np.stack(list(vectors.values())), axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
        (chunk,) = filled.chunks([52])
        assert [chunk.text[unit.start : unit.end] for unit in chunk.units] == [chunk.text]
        assert filled.lexical.scores({"larm": 1.0}).any()
    assert Assistant(tmp_path / "filler", embedder).ask("Vem besvarar larm?").passages


def test_sentences_have_words_of_their_own_now_and_then():
    said = list(islice(speed.sentences({"larm": 3, "nycklar": 1}, seed=1), 400))
    assert {len(words(sentence)) for sentence in said} == {speed.LENGTH}
    assert 60 < sum("larms" in sentence.lower() or "nycklars" in sentence.lower() for sentence in said) < 140


def test_spread_takes_the_nearest_rank():
    assert speed.spread([0.4, 0.1, 0.3, 0.2]) == {"p50": 0.2, "p95": 0.4}


def test_times_are_taken_of_every_stage_and_of_threads(tmp_path, index, embedder):
    embedder = Listening(embedder)
    assistant = Assistant(tmp_path / "index", embedder)
    asked = ["Vem besvarar larm?", "När serveras kvällsmålet?"]
    found = speed.latencies(asked, index, embedder, Search(embedder), assistant)
    assert list(found) == ["embed", "retrieve", "search", "answer"]
    assert all(0 <= each["p50"] <= each["p95"] for each in found.values()) and found["answer"]["p50"] > 0
    together = speed.at_once(asked, assistant, threads=3)
    assert together["threads"] == 3 and together["answers a second"] > 0
    assert (
        embedder.asked.count(asked[0]) == 2 * 4 + 8
    )  # warm and timed: embed, retrieve, search, answer; then 8 of 15 at once


def test_the_report_is_written_twice(tmp_path):
    estimate = Estimate(0.5, 0.25, 0.75, 4)
    row = Row(FULL, AS_WRITTEN, {"nDCG@10": estimate}, f"{PLAIN}, {AS_WRITTEN}", {"nDCG@10": estimate})
    table = Table("små", 4, 10, 900, 12, 950, (row,))
    index = {
        "ingest": {"passages": 10, "vectors": 40, "seconds": 2, "passages a second": 5, "vectors a second": 20},
        "disk MiB": 1.5,
        "seconds": {"answer": {"p50": 0.05, "p95": 0.12}},
        "at once": {"threads": 20, "answers a second": 9.5, "p50": 1.0, "p95": 2.0},
        "cold ask": {"seconds": 2.5, "peak memory MiB": None},
        "ask, all questions": {"questions": 4, "seconds": 3.0, "peak memory MiB": 300.5},
    }
    timed = {"machine": {"cores": 2}, "indexes": {"these documents": index}}
    text, data = report.write(tmp_path / "ut", {"version": "1", "speed questions": 4}, [table], timed)
    told = text.read_text("utf-8")
    assert f"| {FULL} | as written | 4 | 0.500 [0.250, 0.750] | +0.500 [+0.250, +0.750] | {PLAIN}, as written |" in told
    assert "| answer, p50 / p95, ms | 50 / 120 |" in told
    assert "| cold `rollkoll ask`, peak memory, MiB | – |" in told
    assert json.loads(data.read_text("utf-8"))["quality"][0]["rows"][0]["measures"]["nDCG@10"]["mean"] == 0.5


def test_columns_are_aligned():
    assert report.aligned([["a", "bb"], ["ccc", "d"]]) == "a    bb\nccc  d"


@pytest.mark.parametrize("text", ["-1", "100001", "många"])
def test_counts_are_bounded(text):
    with pytest.raises((ValueError, ArgumentTypeError)):  # argparse tells of either
        _count(text)
