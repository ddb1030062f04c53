"""`rollkoll bench`: quality beside the plain LangChain + Chroma recipe, every part's worth, speed and memory."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.cli_options import add_places
from assistant.settings import Settings

SETS = Path(__file__).parent / "sets"
OWN = ("ekbacka-dev.jsonl", "ekbacka-test.jsonl")
REPORTS = ("reports-dev.jsonl", "reports-test.jsonl")
MOST = 100_000  # passages of filler, questions of a set
TIMED = 100  # questions that speed is measured with


def add_bench(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("bench", help="mät sökningens kvalitet, fart och minne")
    count, folder = {"type": _count, "metavar": "N"}, {"type": Path, "metavar": "DIR"}
    parser.add_argument("--questions", type=Path, action="append", metavar="FILE", help="frågor på indexets dokument")
    parser.add_argument("--reports", **folder, help="rapporterna som reports-*.jsonl frågar på")
    parser.add_argument("--public", **folder, help="mappen med de publika frågesamlingarna")
    parser.add_argument("--set", action="append", metavar="NAME", help="bara denna av de publika samlingarna")
    parser.add_argument("--limit", **count, default=500, help="frågor av varje samling (500; 0: alla)")
    parser.add_argument(
        "--passages", **count, default=10_000, help="stycken utfyllnad att mäta farten på (10000; 0: inga)"
    )
    parser.add_argument("--only", choices=("quality", "speed"), help="bara kvalitet, eller bara fart och minne")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="mät inte om det som samma kod, modeller, frågor och dokument redan gav",
    )
    parser.add_argument("--seed", type=int, default=7, help="för urval, skrivfel och intervall")
    parser.add_argument("--json", action="store_true")
    add_places(parser)
    parser.set_defaults(run=_run)


def _run(given: argparse.Namespace, settings: Settings) -> int:
    import tempfile
    from contextlib import closing

    from assistant.rerank import open_reranker
    from eval.bench import pipeline, report, speed
    from eval.bench.kept import KeptTables, KeptVectors
    from eval.errors import EvalError
    from eval.questions import load
    from ingest.embed import open_embedder
    from ingest.generations import current

    started = datetime.now(UTC)
    files = given.questions or [SETS / name for name in OWN]
    embedder, reranker = open_embedder(settings.embedding_model), open_reranker(settings.reranker)
    store = settings.data / "bench"
    kept = KeptTables(store / "tables", _made_by(settings), take_over=given.resume)
    tables: list[Any] = []
    timed: dict[str, Any] | None = None
    try:
        # Chroma keeps its files open till the program ends, which Windows would not delete.
        with (
            tempfile.TemporaryDirectory(prefix="rollkoll-bench-", ignore_cleanup_errors=True) as name,
            closing(KeptVectors(embedder, store / "vectors")) as keeping,
        ):
            scratch = Path(name)
            questions = [question.question for question in load(files)][:TIMED]
            if given.only != "quality":
                timed = speed.measure(
                    questions,
                    settings.documents,
                    embedder,
                    reranker,
                    settings.embedding_model,
                    scratch / "speed",
                    passages=given.passages,
                    seed=given.seed,
                    told=_told,
                )
            if given.only != "speed":
                bench = pipeline.Bench(keeping, reranker, kept, limit=given.limit, seed=given.seed, told=_told)
                if given.public:
                    tables += pipeline.public_sets(given.public, scratch / "public", bench, names=given.set or ())
                if not given.set:
                    if given.reports:
                        sets = [SETS / name for name in REPORTS]
                        tables += pipeline.report_sets(sets, given.reports, scratch / "reports", bench)
                    tables += pipeline.question_sets(files, settings.index, scratch / "own", bench)
    except EvalError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    about = {
        "made": started.isoformat(timespec="seconds"),
        "version": version("rollkoll"),
        "model": embedder.name,
        "generation": current(settings.index) or "",
        "seed": given.seed,
        "limit": given.limit,
        "speed questions": len(questions),
    }
    folder = store / f"{started:%Y%m%dT%H%M%S}"
    written = report.write(folder, about, tables, timed)
    if given.json:
        print(json.dumps(report.as_json(about, tables, timed), ensure_ascii=False))
    else:
        print(report.terminal(about, tables, timed) + f"\n\nwritten: {written[0]}")
    return 0


def _made_by(settings: Settings) -> str:
    """A digest of the code, the models that come along, and the settings that name others."""
    from eval.bench.kept import files_digest

    here = Path(__file__).parent
    folders = (here.parent / "assistant", here.parent / "ingest", here / "bench")
    own = files_digest(folders, (".py", ".yaml", ".json", ".onnx"))
    return f"{own} {settings.embedding_model} {settings.reranker}"


def _told(step: str) -> None:
    print(f"bench: {step}", file=sys.stderr, flush=True)


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"ange ett heltal från 0 till {MOST}")
    return number
