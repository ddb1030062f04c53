"""Ask every question, as the chat would."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Protocol

from assistant.answers import Answer, Profile, Turn
from eval.outcomes import Given, Outcome
from eval.questions import Question


class Asker(Protocol):
    """Answers one question; `history` is the conversation so far, oldest first."""

    def ask(self, question: str, *, history: Sequence[Turn], profile: Profile | None) -> Answer: ...


def run(questions: Sequence[Question], asker: Asker) -> Iterator[Outcome]:
    """Yield an outcome for each question, in order. Questions of one thread see the turns before them.

    A question that raises becomes an outcome with its error, and the conversation goes on without that turn.
    """
    threads: dict[str, list[Turn]] = {}
    for question in questions:
        history = threads.setdefault(question.thread, []) if question.thread else []
        profile = question.profile.profile() if question.profile else None
        started = perf_counter()
        try:
            answer = asker.ask(question.question, history=tuple(history), profile=profile)
            seconds = perf_counter() - started
            # Inside the try, so that an answer that breaks the contract is a failure of its question alone.
            given = Given.model_validate_json(json.dumps(answer.json()))
        except Exception as error:
            name = f"{type(error).__name__}: {error}".rstrip(": ")
            yield Outcome(question=question, answer=None, error=name, seconds=perf_counter() - started)
            continue
        history.append(Turn(question=answer.searched or answer.question, answer=answer))
        yield Outcome(question=_storable(question, answer), answer=given, seconds=seconds)


def _storable(question: Question, answer: Answer) -> Question:
    """A blocked question is kept as the assistant gives it back, since the original holds a person's identity."""
    if answer.state != "blocked":
        return question
    return question.model_copy(update={"question": answer.question.strip() or "(spärrad fråga)"})
