from eval.compare import compare
from eval.outcomes import FoundPassage, Given, Outcome
from eval.questions import Question
from eval.score import score


def outcome(id, state="answered", rank=1, **more):
    passages = tuple(FoundPassage(text="x", document="r.pdf" if n == rank else "b.pdf", page=1) for n in range(1, 8))
    question = Question(id=id, **({"question": "Får jag?", "answerable": True, "source": "r.pdf"} | more))
    return Outcome(question=question, answer=Given(state=state, answer="Ja.", passages=passages), seconds=0.1)


def test_each_question_is_better_worse_or_the_same():
    before = [outcome("same"), outcome("up", "not_found"), outcome("down"), outcome("rank", rank=6), outcome("gone")]
    now = [outcome("new"), outcome("rank", rank=5), outcome("down", "not_found"), outcome("up"), outcome("same")]
    found = compare(score(now, None), score(before, None))
    assert [(c.now.id, c.gained, c.lost) for c in found.better] == [
        ("rank", ("passage@5",), ()),
        ("up", ("right",), ()),
    ]
    assert [(c.now.id, c.gained, c.lost) for c in found.worse] == [("down", (), ("right",))]
    assert (found.same, found.added, found.removed) == (1, ("new",), ("gone",))


def test_the_weightiest_change_decides():
    # Found further up, but now answered wrongly where that is dangerous.
    before = outcome("a", "not_found", rank=3, harm="high", must_contain=(("nej",),))
    now = outcome("a", "answered", rank=1, harm="high", must_contain=(("nej",),))
    (change,) = compare(score([now], None), score([before], None)).worse
    assert (change.gained, change.lost) == (("passage@1",), ("dangerous",))


def test_a_rewritten_question_is_not_compared():
    before, now = outcome("a", "not_found"), outcome("a", question="Får hon?")
    found = compare(score([now], None), score([before], None))
    assert (found.rewritten, found.better, found.worse, found.same) == (("a",), (), (), 0)


def test_a_blocked_question_is_compared_though_its_wording_is_not_kept():
    before = outcome("a", question="Gäller det 850709-9805?", answerable=False)
    now = outcome("a", "blocked", question="(spärrad fråga)", answerable=False)
    found = compare(score([now], None), score([before], None))
    assert [change.gained for change in found.better] == [("dangerous", "right")]
