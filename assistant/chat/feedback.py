"""The one place that writes thumbs: a line of JSON for each vote."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from assistant.answers import Answer, State

try:
    import fcntl
except ImportError:  # Windows: the thread lock alone, so one chat process there
    fcntl = None  # type: ignore[assignment]

REASONS = ("Fel svar", "Inte det jag frågade om", "Gammal regel", "Dokument saknas", "Svårt att förstå")
"""What a thumbs-down may say. Fixed words, since free text could hold a person's identity."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One thumb. A later line for the same `answer` adds the reason or changes the vote."""

    time: str  # UTC, ISO 8601
    answer: str  # the answer's id
    question: str
    state: State
    documents: tuple[str, ...]  # those quoted
    generation: str
    vote: Literal["up", "down"]
    reason: str = ""  # one of REASONS


def vote(answer: Answer, thumb: Literal["up", "down"], *, reason: str = "") -> Vote:
    """Return the vote on an answer, as of now."""
    return Vote(
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        answer=answer.id,
        question=answer.question,
        state=answer.state,
        documents=tuple(dict.fromkeys(quote.document for quote in answer.quotes)),
        generation=answer.generation,
        vote=thumb,
        reason=reason if reason in REASONS else "",
    )


class FeedbackLog:
    """Votes appended to a JSONL file, whole lines even when several threads and processes write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def append(self, vote: Vote) -> None:
        line = json.dumps(asdict(vote), ensure_ascii=False) + "\n"
        with self._lock, self._file() as handle:
            os.write(handle, line.encode())

    @contextmanager
    def _file(self) -> Iterator[int]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)  # lets go of the lock too
