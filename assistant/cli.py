"""The `rollkoll` command: up, ingest, ask, chat here; eval and bench are added by their package's entry points."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answers import Answer, Profile, Turn
from assistant.errors import AssistantError
from assistant.settings import Settings, read_settings
from ingest.errors import IngestError

COMMANDS = "rollkoll.commands"  # the entry-point group of commands from other packages


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 something failed, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    parser = argparse.ArgumentParser(prog="rollkoll", description="Svarar på vad de egna styrdokumenten säger och vem som gör vad.")
    parser.add_argument("--version", action="version", version=version("rollkoll"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="KOMMANDO")
    _add_up(commands)
    _add_ingest(commands)
    _add_ask(commands)
    _add_chat(commands)
    for point in sorted(entry_points(group=COMMANDS), key=lambda point: point.name):
        point.load()(commands)
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return int(given.run(given, _settings(given)))
    except (IngestError, AssistantError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        return 1


def add_places(parser: argparse.ArgumentParser, *, documents: bool = True) -> None:
    """The options that say where documents and index lie."""
    if documents:
        parser.add_argument("--documents", type=Path, metavar="DIR", help="mappen med dokument (annars ROLLKOLL_DOCUMENTS)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="mappen med indexet (annars ROLLKOLL_INDEX)")


def add_today(parser: argparse.ArgumentParser) -> None:
    """The option that settles what is in force."""
    parser.add_argument("--today", type=date.fromisoformat, metavar="ÅÅÅÅ-MM-DD", help="dagen som avgör vad som gäller")


def _settings(given: argparse.Namespace) -> Settings:
    """The settings, with what the command line says in their place."""
    settings = read_settings()
    named = ("documents", "index", "host", "port")
    return settings.model_copy(
        update={name: value for name in named if (value := getattr(given, name, None)) is not None}
    )


def _add_up(commands: Any) -> None:
    parser = commands.add_parser("up", help="läs in det som ändrats och starta chatten")
    add_places(parser)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)

    def run(given: argparse.Namespace, settings: Settings) -> int:
        failed = _ingest(settings, dry_run=False, as_json=False)
        return _chat(settings) or failed

    parser.set_defaults(run=run)


def _add_ingest(commands: Any) -> None:
    parser = commands.add_parser("ingest", help="läs in dokumenten till ett index")
    add_places(parser)
    parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle läsas in, ändra inget")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=lambda given, settings: _ingest(settings, dry_run=given.dry_run, as_json=given.json))


def _ingest(settings: Settings, *, dry_run: bool, as_json: bool) -> int:
    from tqdm import tqdm

    from ingest.embed import open_embedder
    from ingest.pipeline import ingest

    bar: Any = None
    current = ""

    def progress(step: str, done: int, total: int) -> None:
        nonlocal bar, current
        if step != current:
            if bar is not None:
                bar.close()
            current = step
            bar = tqdm(total=total, desc=step, leave=False, file=sys.stderr, disable=not sys.stderr.isatty())
        bar.n = done
        bar.refresh()

    try:
        report = ingest(
            settings.documents, settings.index, open_embedder(settings.embedding_model), dry_run=dry_run, progress=progress
        )
    finally:
        if bar is not None:
            bar.close()
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    else:
        told = [
            f"{len(getattr(report, name))} {word}"
            for name, word in (("new", "nya"), ("changed", "ändrade"), ("unchanged", "oförändrade"), ("removed", "borttagna"))
        ]
        would = "Skulle läsa in" if dry_run else "Inläst"
        print(f"{would}: {', '.join(told)} dokument; {report.passages} avsnitt på {report.seconds:.1f} s.")
        if dry_run:
            for name in ("new", "changed", "removed"):
                for source in getattr(report, name):
                    print(f"  {name}: {source}")
        for source, notes in report.warnings.items():
            print(f"  Obs {source}: {'; '.join(notes)}", file=sys.stderr)
    for source, reason in report.failed.items():
        print(f"Error: {source}: {reason}", file=sys.stderr)
    return 1 if report.failed else 0


class Line(BaseModel):
    """One line of a batch."""

    model_config = ConfigDict(extra="ignore")

    id: str = ""
    question: str
    thread: str = ""
    profile: dict[str, Any] = {}


def _add_ask(commands: Any) -> None:
    parser = commands.add_parser("ask", help="ställ en fråga, eller en fil med frågor")
    parser.add_argument("question", nargs="?")
    parser.add_argument("--batch", type=Path, metavar="FILE", help="JSONL med id och question på varje rad; - läser standard in")
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
        answer = Assistant.from_settings(settings, today=given.today).ask(given.question)
        print(json.dumps(answer.json(), ensure_ascii=False) if given.json else as_text(answer))
        return 0
    try:
        lines = (sys.stdin if str(given.batch) == "-" else given.batch.open(encoding="utf-8-sig")).read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        print(f"Error: {given.batch} går inte att läsa ({error}). Ange en JSONL-fil i UTF-8.", file=sys.stderr)
        return 1
    assistant = Assistant.from_settings(settings, today=given.today)
    threads: dict[str, list[Turn]] = {}
    failed = 0
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            line = Line.model_validate_json(raw)
            profile = Profile(**{**line.profile, "groups": tuple(line.profile.get("groups") or ())})
        except (ValidationError, TypeError) as error:
            print(f"Error: {given.batch} rad {number}: {str(error).splitlines()[0]}. Raden hoppades över.", file=sys.stderr)
            failed = 1
            continue
        history = threads.setdefault(line.thread, []) if line.thread else []
        answer = assistant.ask(line.question, history=history, profile=profile)
        history.append(Turn(answer.searched or answer.question, answer))
        if given.json:
            print(json.dumps({**answer.json(), "id": line.id or answer.id}, ensure_ascii=False), flush=True)
        else:
            print(f"## {line.id} {answer.question}\n{as_text(answer)}\n", flush=True)
    return failed


def as_text(answer: Answer) -> str:
    """An answer for the terminal."""
    parts = [answer.text]
    for quote in answer.quotes:
        page = f", sida {quote.page}" if quote.page else ""
        status = "" if quote.status == "gällande" else f" [{quote.status}]"
        parts.append(f"  ”{quote.text}”\n    — {quote.title}{status}{page} › {quote.section}\n      {quote.document}")
    if answer.contact and answer.contact.how not in answer.text:
        parts.append(f"Fråga: {answer.contact.role}, {answer.contact.how}")
    return "\n".join(parts)


def _add_chat(commands: Any) -> None:
    parser = commands.add_parser("chat", help="starta chatten")
    add_places(parser)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.set_defaults(run=lambda given, settings: _chat(settings))


def _chat(settings: Settings) -> int:
    from assistant.assistant import Assistant
    from assistant.chat.server import serve

    assistant = Assistant.from_settings(settings)
    serve(
        assistant,
        documents=settings.documents,
        host=settings.host,
        port=settings.port,
        root=settings.data / "chat",
        feedback=settings.data / "feedback.jsonl",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
