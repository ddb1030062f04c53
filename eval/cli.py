"""`rollkoll eval`: ask every question with a known answer through the same Assistant as the chat, and report."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.cli_options import add_places, add_today
from assistant.settings import Settings
from eval.wording import WORDINGS

SETS = Path(__file__).parent / "sets"
DEFAULT = ("ekbacka-dev.jsonl", "ekbacka-test.jsonl", "ekbacka-dialogues.jsonl")


def add_eval(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("eval", help="mät svaren mot frågor med kända svar")
    parser.add_argument(
        "--questions", type=Path, action="append", metavar="FILE", help="frågor (.jsonl, .csv, .xlsx); kan upprepas"
    )
    parser.add_argument(
        "--wording", choices=WORDINGS, help="fråga med stavfel, förkortningar eller det folk säger runt en fråga"
    )
    parser.add_argument("--against", type=Path, metavar="RUN", help="en tidigare körning att jämföra med")
    parser.add_argument("--report", type=Path, metavar="DIR", help="mapp för rapporten (annars körningens)")
    parser.add_argument("--json", action="store_true")
    add_places(parser)
    add_today(parser)
    parser.set_defaults(run=_run)


def _run(given: argparse.Namespace, settings: Settings) -> int:
    from assistant.assistant import Assistant
    from eval.errors import EvalError
    from eval.outcomes import Run, digests
    from eval.pages import FilePages
    from eval.pipeline import evaluate
    from eval.questions import load, reworded

    files = given.questions or [SETS / name for name in DEFAULT]
    today = given.today or date.today()
    folder = settings.data / "runs" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        questions = reworded(load(files), given.wording) if given.wording else load(files)
        assistant = Assistant.from_settings(settings, today=today)
        about = Run(
            settings=settings.model_dump(mode="json", exclude={"model_key"}),
            today=today,
            questions=digests(files),
            wording=given.wording or "",
            prompts=digests(sorted(Path("prompts").glob("*.md"))),
            version=version("rollkoll"),
            started=datetime.now(UTC),
        )
        done = evaluate(
            questions,
            assistant,
            FilePages(settings.documents),
            about=about,
            folder=folder,
            report_folder=given.report,
            against=given.against,
        )
    except EvalError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(done.json(), ensure_ascii=False) if given.json else done.table())
    return 0
