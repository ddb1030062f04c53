"""The `rollkoll` command: up, ingest, ask, chat here; eval and bench are added by their package's entry points."""

from __future__ import annotations

import argparse
import codecs
import json
import logging
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.answers import Answer, Profile, Turn
from assistant.errors import AssistantError
from assistant.settings import Settings, read_settings
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from ingest.embed import Embedder

COMMANDS = "rollkoll.commands"  # the entry-point group of commands from other packages
LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}  # escapes of what some take for the end of a line
LOG = logging.getLogger(__name__)


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
    _add_ingest(commands)
    _add_ask(commands)
    _add_chat(commands)
    _add_register(commands)
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
        parser.add_argument(
            "--documents", type=Path, metavar="DIR", help="mappen med dokument (annars ROLLKOLL_DOCUMENTS)"
        )
    parser.add_argument("--index", type=Path, metavar="DIR", help="mappen med indexet (annars ROLLKOLL_INDEX)")


def add_today(parser: argparse.ArgumentParser) -> None:
    """The option that settles what is in force."""
    parser.add_argument("--today", type=date.fromisoformat, metavar="ÅÅÅÅ-MM-DD", help="dagen som avgör vad som gäller")


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
        from ingest.index import current

        try:
            failed = _ingest(settings, dry_run=False, as_json=False)
        except IngestError as error:
            if current(settings.index) is None:
                raise
            print(f"Error: {error} Chatten startar med det som lästes in förra gången.", file=sys.stderr)
            failed = 1
        return _chat(settings) or failed

    parser.set_defaults(run=run)


def _add_ingest(commands: Any) -> None:
    parser = commands.add_parser("ingest", help="läs in dokumenten till ett index")
    add_places(parser)
    parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle läsas in, ändra inget")
    parser.add_argument("--watch", action="store_true", help="fortsätt, och läs in det som ändras; Ctrl-C avslutar")
    parser.add_argument("--json", action="store_true")

    def run(given: argparse.Namespace, settings: Settings) -> int:
        if given.watch and given.dry_run:
            print("Error: --watch och --dry-run går inte ihop.", file=sys.stderr)
            return 2
        return (_watch if given.watch else _ingest)(settings, dry_run=given.dry_run, as_json=given.json)

    parser.set_defaults(run=run)


def _watch(settings: Settings, *, dry_run: bool, as_json: bool) -> int:
    """Ingest whenever the folder has changed, till Ctrl-C. What fails is told of and tried again at the next change."""
    from ingest.embed import open_embedder
    from ingest.errors import IndexBusy
    from ingest.watch import Watch

    stopped: list[bool] = []

    def stop(number: int, frame: object) -> None:
        stopped.append(True)  # an exception that is raised while an object is let go of gets lost
        raise KeyboardInterrupt

    def sleep(seconds: float) -> None:
        if stopped:
            raise KeyboardInterrupt
        time.sleep(seconds)

    signal.signal(signal.SIGINT, stop)
    watch = Watch(settings.documents, sleep=sleep)
    try:
        embedder = open_embedder(settings.embedding_model)
        while True:
            watch.wait()
            try:
                _ingest(settings, dry_run=dry_run, as_json=as_json, embedder=embedder)
            except IngestError as error:
                print(f"Error: {error}", file=sys.stderr)
                if isinstance(error, IndexBusy):
                    watch.again()
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("Slutar följa mappen.", file=sys.stderr)
        return 0


WORDS = {"new": "nya", "changed": "ändrade", "unchanged": "oförändrade", "removed": "borttagna"}


def _ingest(settings: Settings, *, dry_run: bool, as_json: bool, embedder: Embedder | None = None) -> int:
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
            settings.documents,
            settings.index,
            embedder or open_embedder(settings.embedding_model),
            dry_run=dry_run,
            progress=progress,
        )
    finally:
        if bar is not None:
            bar.close()
    if as_json:
        print(_one_line(asdict(report)))
    else:
        told = [f"{len(getattr(report, name))} {word}" for name, word in WORDS.items()]
        would = "Skulle läsa in" if dry_run else "Inläst"
        print(f"{would}: {', '.join(told)} dokument; {report.passages} avsnitt på {report.seconds:.1f} s.")
        if dry_run:
            for name in ("new", "changed", "removed"):
                for source in getattr(report, name):
                    print(f"  {WORDS[name]}: {source}")
        if report.review:
            counts = Counter(finding.about for finding in report.review)
            print(f"Att se över (allt med --json): {', '.join(f'{count} {about}' for about, count in counts.items())}.")
        if report.meanings:
            kinds = Counter(meaning.kind for meaning in report.meanings)
            short, long = kinds["förkortning"], kinds["definition"]
            print(f"Dokumenten förklarar {short} förkortningar och {long} andra ord (alla med --json).")
        for source, notes in report.warnings.items():
            print(f"  Obs {source}: {'; '.join(notes)}", file=sys.stderr)
    for source, reason in report.failed.items():
        print(f"Error: {source}: {reason}", file=sys.stderr)
    return 1 if report.failed else 0


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


def _add_ask(commands: Any) -> None:
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
        print(_one_line(answer.json()) if given.json else as_text(answer))
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
            print(_one_line({**answer.json(), "id": line.id or answer.id}), flush=True)
        else:
            print(f"## {line.id or answer.id} {answer.question}\n{as_text(answer)}\n", flush=True)
    return failed


def _one_line(record: dict[str, Any]) -> str:
    """JSON that every reader of lines takes for one line."""
    return json.dumps(record, ensure_ascii=False).translate(LINE_ENDS)


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
