from assistant.answers import Profile
from eval.questions import AskedBy, Question
from eval.run import run


def ask(id, question, **more):
    return Question(id=id, question=question, answerable=True, **more)


def test_questions_are_asked_in_order_with_their_profile(asker):
    night = AskedBy(unit="Björkgården")
    outcomes = list(run([ask("b", "Larm besvaras inom?", profile=night), ask("a", "Vem?")], asker))
    assert [o.question.id for o in outcomes] == ["b", "a"]
    assert [o.answer.state for o in outcomes] == ["answered", "not_found"]
    assert [profile for _, _, profile in asker.asked] == [Profile(unit="Björkgården"), None]
    assert outcomes[0].answer.quotes[0].document == "kommun/larm.pdf"
    assert outcomes[0].answer.generation == "g1"


def test_a_thread_is_a_conversation_though_others_come_between(asker):
    questions = [
        ask("1", "Larm besvaras inom?", thread="larm"),
        ask("2", "utskrivande läkaren", thread="ut"),
        ask("3", "Och på natten?", thread="larm"),
        ask("4", "Och på natten?"),
        ask("5", "Och sedan?", thread="larm"),
    ]
    states = [o.answer.state for o in run(questions, asker)]
    first, third = "Larm besvaras inom?", "Larm besvaras inom? Och på natten?"
    assert [history for _, history, _ in asker.asked] == [(), (), (first,), (), (first, third)]
    assert states == ["answered", "answered", "answered", "not_found", "answered"]


def test_a_question_that_raises_is_a_failure_and_the_others_go_on(asker):
    questions = [
        ask("1", "Larm besvaras inom?", thread="t"),
        ask("2", "krasch", thread="t"),
        ask("3", "Då?", thread="t"),
    ]
    outcomes = list(run(questions, asker))
    assert [o.error for o in outcomes] == ["", "RuntimeError: modellen svarar inte", ""]
    assert outcomes[1].answer is None
    assert asker.asked[2][1] == ("Larm besvaras inom?",)


def test_a_blocked_question_is_kept_without_the_identity(asker):
    (outcome,) = run([ask("1", "Gäller det även 850709-9805?")], asker)
    assert outcome.question.question == "Gäller det även ▇▇▇?"
    assert "850709" not in outcome.model_dump_json()
