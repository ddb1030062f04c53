"""What is kept of one person's visit: the last exchanges, the answers that may be voted on, who asks."""

from __future__ import annotations

import chainlit as cl

from assistant.answers import Answer, Profile, Turn

TURNS = 4  # earlier exchanges that a question may lean on
KEPT = 30  # answers of a session that can still be voted on


def history() -> list[Turn]:
    """The last exchanges."""
    turns: list[Turn] = cl.user_session.get("turns") or []
    return turns


def remember(answer: Answer) -> None:
    """Keep an answer for follow-ups and votes."""
    turn = Turn(question=answer.searched or answer.question, answer=answer)
    cl.user_session.set("turns", [*history(), turn][-TURNS:])
    answers: dict[str, Answer] = cl.user_session.get("answers") or {}
    answers[answer.id] = answer
    cl.user_session.set("answers", dict(list(answers.items())[-KEPT:]))


def profile() -> Profile:
    """What the person has said of themselves, and the groups that the server knows them by."""
    said: dict[str, str] = cl.user_session.get("profile") or {}
    groups: tuple[str, ...] = cl.user_session.get("groups") or ()
    return Profile(
        role=said.get("role", ""), unit=said.get("unit", ""), boendeform=said.get("boendeform", ""), groups=groups
    )


def actions_shown() -> dict[str, list[cl.Action]]:
    """The thumbs or reasons shown now, by answer."""
    actions: dict[str, list[cl.Action]] | None = cl.user_session.get("actions")
    if actions is None:
        actions = {}
        cl.user_session.set("actions", actions)
    return actions


def answer_of(action: cl.Action) -> Answer | None:
    """The answer that is voted on, where it is not too old."""
    answers: dict[str, Answer] = cl.user_session.get("answers") or {}
    return answers.get(str(action.payload.get("answer", "")))


async def clear(answer_id: str) -> None:
    """Take the thumbs or reasons of an answer away."""
    for action in actions_shown().pop(answer_id, []):
        await action.remove()
