"""`rollkoll ask`: one question, or a file of them."""

from __future__ import annotations

import argparse
import codecs
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.answers import Answer, Profile, Turn
from assistant.cli_options import add_places, add_today, one_line
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LOG = logging.getLogger(__name__)


class Asker(BaseModel):
    """The profile of one line: what the person has said of themselves."""

    model_config = ConfigDict(extra="forbid")

    role: str | None = None
    unit: str | None = None
    boendeform: str | None = None
    groups: list[str] | None = None

    def profile(self) -> Profile:
        return Profile(self.role or "", self.unit or "", self.boendeform or "", tuple(self.groups or ()))


class Line(BaseModel):
    """One line of a batch; what is empty or null counts as left out."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    question: str
    thread: str | None = None
    profile: Asker | None = None

    @field_validator("id", "thread", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def add_ask(commands: Any) -> None:
    parser = commands.add_parser("ask", help="ställ en fråga, eller en fil med frågor")
    parser.add_argument("question", nargs="?")
    parser.add_argument(
        "--batch", type=Path, metavar="FILE", help="JSONL med id och question på varje rad; - läser standard in"
    )
    parser.add_argument("--json", action="store_true")
    add_places(parser, documents=False)
    add_today(parser)
    parser.set_defaults(run=_ask)


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    if (given.question is None) == (given.batch is None):
        print("Error: ange en fråga eller --batch FIL.", file=sys.stderr)
        return 2
    from assistant.assistant import Assistant

    if given.batch is None:
        # An argument with bytes of another encoding holds half characters that nothing after can write.
        question = given.question.encode("utf-8", "replace").decode()
        answer = Assistant.from_settings(settings, today=given.today).ask(question)
        print(one_line(answer.json()) if given.json else as_text(answer))
        return 0
    try:
        raw = sys.stdin.buffer.read() if str(given.batch) == "-" else given.batch.read_bytes()
    except OSError as error:
        print(f"Error: {given.batch} går inte att läsa ({error.strerror}). Ange en JSONL-fil.", file=sys.stderr)
        return 1
    return _batch(raw, str(given.batch), Assistant.from_settings(settings, today=given.today), as_json=given.json)


def _batch(raw: bytes, name: str, assistant: Assistant, *, as_json: bool) -> int:
    """Answer every line in order. One that cannot be answered is told of and the others go on; returns 1 then."""
    threads: dict[str, list[Turn]] = {}
    failed = 0
    for number, text in enumerate(raw.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        if not text.strip():
            continue
        try:
            line = Line.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            reason = f"{where}: {first['msg']}" if where else first["msg"]
            print(f"Error: {name} rad {number}: {reason}. Raden hoppades över.", file=sys.stderr)
            failed = 1
            continue
        history = threads.setdefault(line.thread, []) if line.thread else []
        profile = line.profile.profile() if line.profile else None
        try:
            answer = assistant.ask(line.question, history=history, profile=profile)
        except Exception as error:  # whatever one question meets, the others are answered
            LOG.exception("%s rad %d", name, number)
            print(f"Error: {name} rad {number}: {type(error).__name__}. Raden hoppades över.", file=sys.stderr)
            failed = 1
            continue
        history.append(Turn(answer.searched or answer.question, answer))
        if as_json:
            print(one_line({**answer.json(), "id": line.id or answer.id}), flush=True)
        else:
            print(f"## {line.id or answer.id} {answer.question}\n{as_text(answer)}\n", flush=True)
    return failed


def as_text(answer: Answer) -> str:
    """An answer for the terminal."""
    parts = [answer.text]
    for quote in answer.quotes:
        page = f", sida {quote.page}" if quote.page else ""
        status = "" if quote.status == "gällande" else f" [{quote.status}]"
        parts.append(f"  ”{quote.text}”\n    — {quote.title}{status}{page} › {quote.section}\n      {quote.document}")
    if answer.searched:
        parts.append(f"Sökt som: {answer.searched}")
    if answer.state == "not_found" and answer.passages:
        nearest = dict.fromkeys(passage.chunk.source for passage in answer.passages)
        parts.append("Närmast: " + "; ".join(list(nearest)[:3]))
    if answer.contact and answer.contact.how not in answer.text:
        parts.append(f"Fråga: {answer.contact.role}, {answer.contact.how}")
    return "\n".join(parts)
