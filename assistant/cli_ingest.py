"""`rollkoll ingest`: read the documents into an index, once or whenever they change."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.cli_options import add_places, one_line
from assistant.progress import progress_on, stoppable
from assistant.settings import Settings
from ingest.errors import IngestError

if TYPE_CHECKING:
    from ingest.embed import Embedder

STOPPED = "Inläsningen avbröts. Det som var inläst sedan tidigare gäller; kör `rollkoll ingest` igen för resten."
WORDS = {"new": "nya", "changed": "ändrade", "unchanged": "oförändrade", "removed": "borttagna"}


def add_ingest(commands: Any) -> None:
    parser = commands.add_parser("ingest", help="läs in dokumenten till ett index")
    add_places(parser)
    parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle läsas in, ändra inget")
    parser.add_argument("--watch", action="store_true", help="fortsätt, och läs in det som ändras; Ctrl-C avslutar")
    parser.add_argument("--json", action="store_true")

    def run(given: argparse.Namespace, settings: Settings) -> int:
        if given.watch and given.dry_run:
            print("Error: --watch och --dry-run går inte ihop.", file=sys.stderr)
            return 2
        return (_watch if given.watch else ingest_once)(settings, dry_run=given.dry_run, as_json=given.json)

    parser.set_defaults(run=run)


def _watch(settings: Settings, *, dry_run: bool, as_json: bool) -> int:
    """Ingest whenever the folder has changed, till Ctrl-C. What fails is told of and tried again at the next change."""
    from ingest.embed import open_embedder
    from ingest.errors import IndexBusy
    from ingest.watch import Watch

    try:
        with stoppable() as check:

            def sleep(seconds: float) -> None:
                check()
                time.sleep(seconds)

            watch = Watch(settings.documents, sleep=sleep)
            embedder = open_embedder(settings.embedding_model)
            while True:
                watch.wait()
                try:
                    ingest_once(settings, dry_run=dry_run, as_json=as_json, embedder=embedder)
                except IngestError as error:
                    print(f"Error: {error}", file=sys.stderr)
                    if isinstance(error, IndexBusy):
                        watch.again()
                sys.stdout.flush()
    except KeyboardInterrupt:
        print("Slutar följa mappen.", file=sys.stderr)
        return 0


def ingest_once(settings: Settings, *, dry_run: bool, as_json: bool, embedder: Embedder | None = None) -> int:
    """Ingest and tell of it; 1 where a file could not be read. KeyboardInterrupt has a text for the person."""
    try:
        with stoppable() as check, progress_on(sys.stderr) as tell:
            from ingest.embed import open_embedder
            from ingest.pipeline import ingest

            def progress(step: str, done: int, total: int) -> None:
                check()
                tell(step, done, total)

            report = ingest(
                settings.documents,
                settings.index,
                embedder or open_embedder(settings.embedding_model),
                dry_run=dry_run,
                progress=progress,
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(STOPPED) from None
    if as_json:
        print(one_line(asdict(report)))
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
