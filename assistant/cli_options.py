"""What several commands share: where documents and index lie, which day it is, and JSON on one line."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}  # escapes of what some take for the end of a line


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


def one_line(record: dict[str, Any]) -> str:
    """JSON that every reader of lines takes for one line."""
    return json.dumps(record, ensure_ascii=False).translate(LINE_ENDS)
