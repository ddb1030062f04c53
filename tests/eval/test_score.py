from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.outcomes import FoundPassage, Given, Outcome, ShownQuote
from eval.questions import Question
from eval.score import Share, is_verbatim, judge, measure, percentile, score, wilson

EVIDENCE = "den utskrivande läkaren skriver under"  # five words


def asked(id="a", answerable=True, source="r.pdf", evidence=EVIDENCE, **more):
    if not answerable:
        source = evidence = ""
    return Question(id=id, question="Vem?", answerable=answerable, source=source, evidence=evidence, **more)


def outcome(question, state="answered", answer="Så.", quotes=(), passages=(), seconds=0.1):
    if state == "failed":
        return Outcome(question=question, answer=None, error="RuntimeError", seconds=seconds)
    given = Given(
        state=state,
        answer=answer,
        quotes=tuple(ShownQuote(text=text, document=document, page=page) for text, document, page in quotes),
        passages=tuple(FoundPassage(text=text, document=document, page=1) for text, document in passages),
    )
    return Outcome(question=question, answer=given, seconds=seconds)


def judged(question, *args, pages=None, **more):
    return judge(outcome(question, *args, **more), pages)


@pytest.mark.parametrize(
    ("passages", "rank"),
    [
        ([], None),
        ([("Den utskrivande läkaren skriver här.", "r.pdf")], 1),  # 4 of 5 words
        ([("Den utskrivande läkaren.", "r.pdf")], None),  # 3 of 5
        ([(EVIDENCE, "annan.pdf"), (EVIDENCE, "r.pdf"), (EVIDENCE, "r.pdf")], 2),
        ([("x", "r.pdf")] * 19 + [(EVIDENCE, "r.pdf")], 20),
        ([("x", "r.pdf")] * 20 + [(EVIDENCE, "r.pdf")], None),
    ],
    ids=["none", "four words", "three words", "second", "twentieth", "beyond"],
)
def test_rank_of_the_first_passage_with_the_evidence(passages, rank):
    assert judged(asked(), passages=passages).rank == rank


def test_a_question_without_source_has_no_retrieval_score():
    found = measure([judged(asked(source="", evidence=""), passages=[(EVIDENCE, "r.pdf")])])
    assert found.shares["passage@1"] == Share(0, 0)
    assert found.shares["passage@1"].value is None
    assert found.shares["cited"].of == 0
    assert found.means["MRR"].value is None


def test_without_evidence_the_page_decides():
    assert judged(asked(evidence="", page=1), passages=[("x", "r.pdf")]).rank == 1
    assert judged(asked(evidence="", page=2), passages=[("x", "r.pdf")]).rank is None
    assert judged(asked(evidence=""), passages=[("x", "r.pdf")]).rank == 1


def test_retrieval_means_by_hand():
    ranks = [
        judged(asked("a"), passages=[(EVIDENCE, "r.pdf")]),  # rank 1
        judged(asked("b"), passages=[("x", "r.pdf"), ("x", "r.pdf"), (EVIDENCE, "r.pdf")]),  # rank 3
        judged(asked("c")),  # none
    ]
    found = measure(ranks)
    assert found.means["MRR"].value == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert found.means["nDCG@20"].value == pytest.approx((1 + 1 / log2(4) + 0) / 3)  # (1 + 0.5) / 3 = 0.5
    assert found.means["nDCG@20"].value == pytest.approx(0.5)
    assert [found.shares[f"passage@{k}"].count for k in (1, 5, 20)] == [1, 2, 2]


@pytest.mark.parametrize(
    ("question", "state", "right"),
    [
        (asked(), "answered", True),
        (asked(), "conflict", True),
        (asked(), "outdated", False),
        (asked(), "not_found", False),
        (asked(state="answered"), "conflict", False),
        (asked(state="outdated"), "outdated", True),
        (asked(state="unclear"), "unclear", True),
        (asked(answerable=False), "not_found", True),
        (asked(answerable=False), "declined", True),
        (asked(answerable=False), "blocked", True),
        (asked(answerable=False), "unclear", True),
        (asked(answerable=False), "outdated", False),
        (asked(answerable=False, state="declined"), "not_found", False),
        (asked(answerable=False, state="declined"), "declined", True),
        (asked(), "failed", False),
        (asked(answerable=False), "failed", False),
    ],
)
def test_the_state_must_be_as_expected(question, state, right):
    assert judged(question, state).right is right


def test_every_group_needs_an_alternative_in_answer_or_quotes():
    question = asked(must_contain=(("läkare", "doktor"), ("7 dagar",)))
    assert judged(question, answer="Läkaren.", quotes=[("inom 7 dagar", "r.pdf", 1)]).right
    half = judged(question, answer="Doktorn, inom 17 dagar.")
    assert not half.right
    assert half.missing == (("7 dagar",),)


def test_answer_and_quotes_stay_under_700_characters():
    # The answer, a line break, and the quote.
    assert judged(asked(), answer="a" * 348, quotes=[("b" * 350, "r.pdf", 1)]).right  # 699
    assert not judged(asked(), answer="a" * 349, quotes=[("b" * 350, "r.pdf", 1)]).right  # 700


def test_cited_needs_half_of_the_evidence_from_the_source():
    assert judged(asked(), quotes=[("den utskrivande läkaren", "r.pdf", 1)]).cited is True  # 3 of 5
    assert judged(asked(), quotes=[("den läkaren", "r.pdf", 1)]).cited is False  # 2 of 5
    assert judged(asked(), quotes=[(EVIDENCE, "annan.pdf", 1)]).cited is False
    assert judged(asked(), "not_found").cited is False
    assert judged(asked(state="unclear"), "unclear").cited is None


@pytest.mark.parametrize(
    ("quote", "page", "expected"),
    [
        ("Läkemedelslistan – skrivs under.", "… läke-\nmedels\u00adlistan skrivs\n\nunder …", True),
        ("Läkemedelslistan skrivs inte under.", "läkemedelslistan skrivs under", False),
        ("", "något", False),
        ("–", "något", False),
        ("Insats: Dusch | Vem: Omvårdnadspersonal", "Insats Vem\nDusch Omvårdnads-\npersonal", True),
        ("Insats: Dusch | Vem: Läkare", "Insats Vem\nDusch Omvårdnadspersonal", False),
        ("Insats: Dusch | Ansvar: Omvårdnadspersonal", "Insats Vem\nDusch Omvårdnadspersonal", False),
        ("Uppgift: Dusch | Dagtid – Helg: Natt 1", "Uppgift Dagtid\nHelg\nDusch Natt 1", True),
        ("Uppgift: Dusch | Kväll – Helg: Natt 1", "Uppgift Dagtid\nHelg\nDusch Natt 1", False),
        ("Tid: natt: efter 22 | Vem: Nattpatrull", "Tid: natt Vem\nefter 22 Nattpatrull", True),
        ("Ansvarig: läkare", "Ansvarig är chefen. Ring läkare.", False),
    ],
    ids=[
        "typesetting",
        "a word more",
        "empty",
        "no letters",
        "row",
        "cell",
        "header",
        "header over others",
        "other header over",
        "colons",
        "not a row",
    ],
)
def test_verbatim(quote, page, expected):
    assert is_verbatim(quote, page) is expected


def test_verbatim_is_of_the_page_that_is_named(pages):
    text = "Larm besvaras inom 10 minuter."
    assert judged(asked(), quotes=[(text, "kommun/larm.pdf", 1)], pages=pages).verbatim is True
    assert judged(asked(), quotes=[(text, "kommun/larm.pdf", 2)], pages=pages).verbatim is False
    assert judged(asked(), pages=pages).verbatim is None
    assert judged(asked(), quotes=[(text, "kommun/larm.pdf", 1)]).verbatim is None


def test_refusals_by_hand():
    found = measure(
        [
            judged(asked("1", answerable=False), "not_found"),
            judged(asked("2", answerable=False), "declined"),
            judged(asked("3", answerable=False), "answered"),
            judged(asked("4", answerable=False), "failed"),
            judged(asked("5"), "not_found"),
            judged(asked("6"), "conflict"),
            judged(asked("7", state="unclear"), "unclear"),  # rightly not answered yet: in neither
            judged(asked("8", answerable=False, state="outdated"), "outdated"),  # rightly shown: in neither
        ]
    )
    assert found.shares["refusal precision"] == Share(2, 3)  # 1 2 of 1 2 5
    assert found.shares["refusal recall"] == Share(2, 4)  # 1 2 of 1 2 3 4
    assert found.shares["failed"] == Share(1, 8)


@pytest.mark.parametrize(
    ("question", "state", "expected"),
    [
        (asked(harm="high", must_contain=(("chef",),)), "answered", True),
        (asked(harm="high", must_contain=(("chef",),)), "not_found", False),
        (asked(harm="moderate", must_contain=(("chef",),)), "answered", False),
        (asked(harm="high"), "answered", False),
        (asked(harm="high"), "outdated", True),
        (asked(answerable=False), "answered", True),
        (asked(answerable=False), "outdated", True),
        (asked(answerable=False, state="outdated"), "outdated", False),
        (asked(answerable=False, harm="high"), "declined", False),
        (asked(harm="high"), "failed", False),
    ],
)
def test_dangerous(question, state, expected):
    assert judged(question, state).dangerous is expected


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
    ids=["eight of ten", "none", "all", "Newcombe 1998"],
)
def test_wilson(count, of, low, high):
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilson_holds_the_share_within_0_and_1(pair):
    count, of = pair
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1


def test_percentiles_are_values_that_occurred():
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.0
    assert percentile([float(n) for n in range(1, 21)], 95) == 19.0
    assert percentile([5.0], 95) == 5.0
    assert percentile([], 50) is None


def test_latency_leaves_failures_out():
    found = measure([judged(asked("1"), seconds=0.2), judged(asked("2"), "failed", seconds=9.0)])
    assert found.latency == {"p50": 0.2, "p95": 0.2}


def test_breakdowns_count_the_questions_that_have_the_column():
    outcomes = [
        outcome(asked("1", category="role", harm="high")),
        outcome(asked("2", category="role"), "not_found"),
        outcome(asked("3", category="number")),
        outcome(asked("4")),
    ]
    found = score(outcomes, None)
    assert {value: m.shares["right"] for value, m in found.by["category"].items()} == {
        "number": Share(1, 1),
        "role": Share(1, 2),
    }
    assert found.by["difficulty"] == {}
    assert {value: m.questions for value, m in found.by["harm"].items()} == {"high": 1, "none": 3}
    assert found.overall.shares["right"] == Share(3, 4)
