"""`python -m eval.register`: precision and recall of the register's rows on stretches marked by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.errors import EvalError
from eval.register.score import Judged, judge, read_documents, read_stretches, shares
from eval.score import Share
from ingest.errors import IngestError
from ingest.roles import read_roles

HERE = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measures of each half. Returns 0 done, 1 something failed, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m eval.register", description=__doc__)
    parser.add_argument("--documents", type=Path, default=Path("documents"), metavar="DIR")
    parser.add_argument("--reports", type=Path, metavar="DIR", help="the four reports, which are not in the repository")
    parser.add_argument("--half", choices=("dev", "test"), action="append", help="one half only")
    parser.add_argument("--show", action="store_true", help="list wrong and missed rows")
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    folders = {"documents": given.documents} | ({"reports": given.reports} if given.reports else {})
    try:
        for half in given.half or ("dev", "test"):
            _print(half, _judged(half, folders), show=given.show)
    except (EvalError, IngestError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _judged(half: str, folders: dict[str, Path]) -> list[Judged]:
    stretches = [stretch for stretch in read_stretches(HERE / f"{half}.jsonl") if stretch.folder in folders]
    roles = read_roles()
    result = []
    for name, folder in folders.items():
        own = [stretch for stretch in stretches if stretch.folder == name]
        documents = read_documents(folder, {stretch.file for stretch in own})
        result += [judge(stretch, documents[stretch.file], roles) for stretch in own]
    return result


def _print(half: str, judged: Sequence[Judged], *, show: bool) -> None:
    marked = sum(not row.optional for one in judged for row in one.stretch.rows)
    print(f"{half}: {marked} marked rows in {len(judged)} stretches")
    for name in dict.fromkeys(one.stretch.folder for one in judged):
        _line(name, [one for one in judged if one.stretch.folder == name])
    _line("together", judged)
    if show:
        for one in judged:
            for duty in one.wrong:
                print(f"  WRONG  {one.stretch.file}: {duty.role} · {duty.kind} · {duty.task} [{duty.condition}]")
            for row in one.missed:
                print(f"  MISSED {one.stretch.file}: {'|'.join(row.roles)} · {'|'.join(row.kinds)} · {row.words}")


def _line(name: str, judged: Sequence[Judged]) -> None:
    precision, recall = shares(judged)
    print(f"  {name:10} precision {_told(precision)}   recall {_told(recall)}")


def _told(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share.value:.3f} ({share.count}/{share.of}, {low:.3f}–{high:.3f})"


if __name__ == "__main__":
    sys.exit(main())
