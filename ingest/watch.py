"""Waits for a folder's files to change. By looking again and again: a share on a file server does not tell."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from ingest.load import temporary

EVERY = 2.0  # seconds between two looks
STILL = 3.0  # seconds that all must have been still, so that a file under way is read when it is whole
PATIENCE = 60.0  # seconds after which a folder that is never still is taken as it is
Seen = dict[str, tuple[int, int, int]]  # path -> size, when changed, number of the file


class Watch:
    """Remembers how a folder looked, and waits until it looks otherwise."""

    def __init__(
        self,
        folder: Path,
        *,
        every: float = EVERY,
        still: float = STILL,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder, self._every, self._still, self._patience = folder, every, still, patience
        self._clock, self._sleep = clock, sleep
        self._known: Seen | None = None

    def wait(self) -> None:
        """Return at once the first time, then when something changed and has been still since."""
        seen = look(self._folder)
        if self._known is None:
            self._known = seen
            return
        changed = since = 0.0  # when the first change was seen, and the last
        while True:
            now = self._clock()
            if not changed and seen != self._known:
                changed = since = now
            if changed and (now - since >= self._still or now - changed >= self._patience):
                self._known = seen
                return
            self._sleep(self._every)
            before, seen = seen, look(self._folder)
            if changed and seen != before:
                since = self._clock()

    def again(self) -> None:
        """What was seen could not be read in: have `wait` return once more, though nothing changes."""
        self._known = {}


def look(folder: Path) -> Seen:
    """Every file below a folder with its size and time; what cannot be looked at is left out."""
    seen: Seen = {}
    todo = [str(folder)]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    if temporary(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                        continue
                    told = entry.stat()
                    seen[entry.path] = (told.st_size, told.st_mtime_ns, told.st_ino)
        except OSError:
            continue
    return seen
