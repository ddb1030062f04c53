"""What came of asking: Outcomes, and the Run they belong to, saved in a folder of their own.

RUN/run.json         settings, generation, today, digests of question files and prompts, version, started
RUN/outcomes.jsonl   one line a question: the question with what was expected, and the answer JSON or the error
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answers import State
from eval.errors import RunUnreadable
from eval.questions import Question

_RUN, _OUTCOMES = "run.json", "outcomes.jsonl"
# The answer is kept as it was given; only what scoring needs is named here.
_KEPT = ConfigDict(frozen=True, extra="allow")


class ShownQuote(BaseModel):
    model_config = _KEPT

    text: str
    document: str
    page: int | None
    title: str = ""
    section: str = ""


class FoundPassage(BaseModel):
    model_config = _KEPT

    text: str
    document: str
    page: int | None


class Given(BaseModel):
    """The answer JSON of the contract."""

    model_config = _KEPT

    state: State
    answer: str
    quotes: tuple[ShownQuote, ...] = ()
    passages: tuple[FoundPassage, ...] = ()  # best first
    generation: str = ""


class Outcome(BaseModel):
    """A question and the answer it got, or the error that it met: never both, never neither."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Question
    answer: Given | None
    error: str = ""
    seconds: float = Field(ge=0)  # wall clock, as the person waits


class Run(BaseModel):
    """The circumstances of a run. Settings are handed over without secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: dict[str, Any] = {}
    generation: str = ""  # of the index that answered; several are joined by ", "
    today: date  # what is in force is settled by this day
    questions: dict[str, str] = {}  # file name -> SHA-256
    wording: str = ""  # of `eval.wording.WORDINGS`, where they were not asked as they stand
    prompts: dict[str, str] = {}  # file name -> SHA-256
    version: str = ""
    started: datetime = Field(default_factory=lambda: datetime.now(UTC))


def digests(paths: Iterable[Path]) -> dict[str, str]:
    """File name to SHA-256 of its bytes, in order of name. Of two files with one name the folder is told too."""
    files = sorted(paths)
    names = [path.name for path in files]
    return {
        path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}": hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
    }


def save(folder: Path, run: Run, outcomes: Sequence[Outcome]) -> None:
    """Write the run to `folder`, which appears whole or not at all. Raises RunUnreadable when it is there already."""
    if folder.exists():
        raise RunUnreadable(f"{folder} is there already. A run is never overwritten: choose another folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(beside / _RUN, run.model_dump_json(indent=2) + "\n")
        _write(beside / _OUTCOMES, "".join(outcome.model_dump_json() + "\n" for outcome in outcomes))
        beside.chmod(0o755)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def read(folder: Path) -> tuple[Run, list[Outcome]]:
    """The run saved in `folder`. Raises RunUnreadable."""
    try:
        run = Run.model_validate_json((folder / _RUN).read_text(encoding="utf-8"))
        lines = (folder / _OUTCOMES).read_text(encoding="utf-8").split("\n")
        return run, [Outcome.model_validate_json(line) for line in lines if line]
    except FileNotFoundError as error:
        raise RunUnreadable(f"{folder} holds no run: {Path(error.filename).name} is missing.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RunUnreadable(
            f"{folder} holds a run of another make ({error.title}: {first['msg']}). Run anew."
        ) from None


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
