"""The conversation: Chainlit's events on one side, the assistant on the other."""

# Most of Chainlit's functions are untyped, and its decorators are not read.
# mypy: disable-error-code="no-untyped-call, untyped-decorator"

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Generator, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import chainlit as cl
from chainlit.config import config
from chainlit.input_widget import InputWidget, Select
from chainlit.server import sio
from chainlit.session import WebsocketSession

from assistant.answers import Answer
from assistant.chat.feedback import REASONS, vote
from assistant.chat.needs import Desk
from assistant.chat.render import Rendered, render
from assistant.chat.visit import actions_shown, answer_of, clear, history, profile, remember
from assistant.chat.words import (
    FAILED,
    FORGOTTEN,
    HOMES,
    NO_INDEX,
    NO_WORDS,
    NOT_SAID,
    REMOVED,
    ROLES,
    SLOW,
    STARTERS,
    TOO_LONG,
    WELCOME,
)
from ingest.errors import IndexMismatch, IndexMissing

logger = logging.getLogger(__name__)

LONGEST = 2000  # characters in a question
PATIENCE = 90.0  # seconds for an answer
STREAMING = 0.4  # seconds at most spent on showing the first lines word by word
STEPS = 16


class Ready:
    """Awaited, it gives the profiles. Chainlit drops what it asks for at each new session; a coroutine would warn."""

    def __init__(self, profiles: list[cl.ChatProfile]) -> None:
        self.profiles = profiles

    def __await__(self) -> Generator[None, None, list[cl.ChatProfile]]:
        return self.profiles
        yield


def register(desk: Desk) -> None:
    """Tell Chainlit what to do at each event of a conversation."""
    # Otherwise Chainlit keeps conversations wherever DATABASE_URL or LITERAL_API_KEY in the environment points.
    cl.data_layer(lambda: None)

    # One profile gives the start page its words of welcome, and is not offered as a choice.
    welcome = cl.ChatProfile(name="Rollkoll", markdown_description=WELCOME, icon="/public/favicon.svg", default=True)
    config.code.set_chat_profiles = lambda user, language: Ready([welcome])

    @cl.set_starters
    async def starters(user: cl.User | None = None, language: str | None = None) -> list[cl.Starter]:
        return [cl.Starter(label=label, message=question) for label, question in STARTERS]

    @cl.on_chat_start
    async def start() -> None:
        headers = _headers(cl.context.session.environ or {})
        cl.user_session.set("groups", desk.groups_of(headers))
        units = await asyncio.to_thread(_units, desk)
        widgets: list[InputWidget] = [
            Select(id="role", label="Min roll", items=_items(ROLES), initial_value=NOT_SAID),
            Select(id="unit", label="Min enhet", items=_items(units), initial_value=NOT_SAID),
            Select(id="boendeform", label="Boendeform", items=_items(HOMES), initial_value=NOT_SAID),
        ]
        await cl.ChatSettings(widgets).send()

    @cl.on_settings_update
    async def settings(chosen: dict[str, Any]) -> None:
        said = {key: value for key, value in chosen.items() if value and value != NOT_SAID}
        cl.user_session.set("profile", said)
        shown = ", ".join(str(value) for value in said.values())
        await _toast(f"Svaren anpassas för: {shown}" if shown else "Svaren anpassas inte längre efter roll eller enhet")

    @cl.on_message
    async def asked(message: cl.Message) -> None:
        await _respond(desk, message.content, message)

    @cl.action_callback("choice")
    async def chosen(action: cl.Action) -> None:
        question = str(action.payload.get("question", ""))
        message = cl.Message(content=question, type="user_message", author="Du")
        await message.send()
        await cl.context.emitter.task_start()
        try:
            await _respond(desk, question, message)
        finally:
            await cl.context.emitter.task_end()

    @cl.action_callback("up")
    async def up(action: cl.Action) -> None:
        if answer := await _voted_on(action):
            await asyncio.to_thread(desk.feedback.append, vote(answer, "up"))
            await clear(answer.id)
            await _toast("Tack! Din röst är sparad.")

    @cl.action_callback("down")
    async def down(action: cl.Action) -> None:
        if answer := await _voted_on(action):
            await asyncio.to_thread(desk.feedback.append, vote(answer, "down"))
            await clear(answer.id)
            reasons = [
                cl.Action(name="reason", label=reason, payload={"answer": answer.id, "reason": reason})
                for reason in REASONS
            ]
            actions_shown()[answer.id] = reasons
            for reason in reasons:
                await reason.send(for_id=action.forId or "")
            await _toast("Tack! Välj gärna vad som var fel.")

    @cl.action_callback("reason")
    async def because(action: cl.Action) -> None:
        if answer := await _voted_on(action):
            reason = str(action.payload.get("reason", ""))
            await asyncio.to_thread(desk.feedback.append, vote(answer, "down", reason=reason))
            await clear(answer.id)
            await _toast("Tack! Det hjälper kvalitetsenheten.")

    @sio.on("stop")
    async def stop(sid: str) -> None:
        # Chainlit's own handler says so in English.
        session = WebsocketSession.get(sid)
        if session and session.current_task:
            session.current_task.cancel()


async def _respond(desk: Desk, question: str, message: cl.Message) -> None:
    """Answer the question below the person's message, or say what went wrong and what to do."""
    question = question.strip()
    if len(question) > LONGEST:
        await _remove(message)
        await cl.Message(content=TOO_LONG.format(length=f"{len(question):,}".replace(",", " "), longest=LONGEST)).send()
        return
    if not re.search(r"[^\W_]", question):
        await cl.Message(content=NO_WORDS).send()
        return
    try:
        asking = asyncio.to_thread(desk.assistant.ask, question, history=tuple(history()), profile=profile())
        answer = await asyncio.wait_for(asking, PATIENCE)
        titles = await asyncio.to_thread(_titles, desk)
        shown = render(answer, titles=titles, today=date.today())
    except Exception as error:
        # Neither the log nor the page gets the question: it may hold what must not be kept.
        code = secrets.token_hex(3).upper()
        logger.error("No answer, code %s", code, exc_info=_without_text(error))
        await cl.Message(content=_apology(error).format(code=code)).send()
        return
    if answer.state == "blocked":
        await _remove(message)
    else:
        remember(answer)
    await _show(answer, shown)


async def _remove(message: cl.Message) -> None:
    """Replace what the person wrote, on the page and in memory. Removing the message would take the answer with it."""
    message.content = REMOVED
    await message.update()


async def _show(answer: Answer, shown: Rendered) -> None:
    actions = [
        # The style sheet knows a choice by the start of its id.
        cl.Action(id=f"choice-{uuid4()}", name="choice", label=choice, payload={"question": choice})
        for choice in answer.choices
    ]
    thumbs = [
        cl.Action(name="up", icon="thumbs-up", label="Hjälpte", payload={"answer": answer.id}),
        cl.Action(name="down", icon="thumbs-down", label="Hjälpte inte", payload={"answer": answer.id}),
    ]
    if answer.state != "blocked":
        actions_shown()[answer.id] = list(thumbs)
        actions += thumbs
    message = cl.Message(content="", actions=actions)
    for part in opening(shown.lead):
        await message.stream_token(part, is_sequence=True)
        await asyncio.sleep(STREAMING / STEPS)
    message.content = shown.markdown
    await message.send()


def opening(lead: str) -> list[str]:
    """Return the text as it grows word by word, in at most STEPS steps; what stands in bold is bold all the way."""
    words = re.findall(r"\S+\s*", lead)
    size = -(-len(words) // STEPS) or 1
    grown = ["".join(words[:end]).rstrip() for end in range(size, len(words) + size, size)]
    return [text + "**" if len(re.findall(r"(?<!\\)\*\*", text)) % 2 else text for text in grown]


def _apology(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return SLOW
    return NO_INDEX if isinstance(error, IndexMissing | IndexMismatch) else FAILED


def _without_text(error: Exception) -> Exception:
    """The same traceback under an error without its message, which may quote the question."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)


async def _voted_on(action: cl.Action) -> Answer | None:
    if (answer := answer_of(action)) is None:
        await _toast(FORGOTTEN)
    return answer


async def _toast(text: str) -> None:
    await cl.context.emitter.send_toast(text)


def _titles(desk: Desk) -> dict[str, str]:
    return {document.source: document.standing.title for document in desk.assistant.documents()}


def _units(desk: Desk) -> list[str]:
    try:
        documents = desk.assistant.documents()
    except Exception:
        # The page opens even without an index; the first question then says what is missing.
        logger.exception("No units to choose from")
        return []
    return sorted({document.standing.unit for document in documents if document.standing.unit})


def _items(values: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Labels to values; the list of choices refuses an empty value."""
    return {"Inte valt": NOT_SAID} | {value[:1].upper() + value[1:]: value for value in values}


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """The HTTP headers of a socket's opening, in lower case."""
    return {
        name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")
    }
