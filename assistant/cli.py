"""The `rollkoll` command: up, chat and register here, ingest and ask beside, other packages' by entry points."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

from assistant.cli_ask import add_ask
from assistant.cli_ingest import add_ingest, ingest_once
from assistant.cli_options import add_places, add_today
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
    parser = argparse.ArgumentParser(
        prog="rollkoll", description="Svarar på vad de egna styrdokumenten säger och vem som gör vad."
    )
    parser.add_argument("--version", action="version", version=version("rollkoll"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="KOMMANDO")
    _add_up(commands)
    add_ingest(commands)
    add_ask(commands)
    _add_chat(commands)
    _add_register(commands)
    for point in sorted(entry_points(group=COMMANDS), key=lambda point: point.name):
        point.load()(commands)
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        code = int(given.run(given, _settings(given)))
        sys.stdout.flush()
        return code
    except (IngestError, AssistantError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(str(stop) or "Avbrutet.", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads has read enough; what is left to say goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("en port är ett tal från 1 till 65535")
    return number


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
    parser.add_argument("--port", type=_port)

    def run(given: argparse.Namespace, settings: Settings) -> int:
        from ingest.generations import current

        try:
            failed = ingest_once(settings, dry_run=False, as_json=False)
        except IngestError as error:
            if current(settings.index) is None:
                raise
            print(f"Error: {error} Chatten startar med det som lästes in förra gången.", file=sys.stderr)
            failed = 1
        return _chat(settings) or failed

    parser.set_defaults(run=run)


def _add_chat(commands: Any) -> None:
    parser = commands.add_parser("chat", help="starta chatten")
    add_places(parser)
    parser.add_argument("--host")
    parser.add_argument("--port", type=_port)
    parser.set_defaults(run=lambda given, settings: _chat(settings))


def _add_register(commands: Any) -> None:
    parser = commands.add_parser("register", help="visa eller spara vem som ansvarar för vad")
    parser.add_argument("--role", default="", metavar="ROLL", help="en roll, till exempel enhetschef (annars alla)")
    parser.add_argument("--topic", default="", metavar="ÄMNE", help="bara det som rör ämnet")
    parser.add_argument("--out", type=Path, metavar="FILE", help=".xlsx, .docx, .html eller .json")
    parser.add_argument("--json", action="store_true")
    add_places(parser, documents=False)
    add_today(parser)
    parser.set_defaults(run=_register)


def _register(given: argparse.Namespace, settings: Settings) -> int:
    from assistant.duties import read_listing
    from assistant.export import as_json, as_lines, write

    today = given.today or date.today()
    found = read_listing(settings.index, role=given.role, topic=given.topic, today=today)
    if not found.entries:
        print("Error: registret har inget om det. Utan --role och --topic visas allt.", file=sys.stderr)
        return 1
    if given.out:
        write(found, given.out, today=today)
        print(f"{len(found.entries)} uppgifter skrivna till {given.out}.")
    else:
        print(as_json(found) if given.json else as_lines(found))
    return 0


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
