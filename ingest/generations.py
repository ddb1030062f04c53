"""Generations of the index beside each other, one of them current, and one writer at a time.

    index/
      current                     the name of the generation that answers
      lock                        held by the one that writes
      generations/<name>/         what `ingest/index.py` writes

A generation is written whole, then `current` is replaced in one step; older ones are deleted, so that nothing of a
removed document stays on disk.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import IndexBusy, IngestError

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,99}")  # of a generation


def generations(folder: Path) -> Path:
    """Where the generations lie."""
    return folder / "generations"


def current(folder: Path) -> str | None:
    """The name of the generation that answers, or None."""
    try:
        name = (folder / "current").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if NAME.fullmatch(name) and (generations(folder) / name / "manifest.json").exists() else None


def switch(folder: Path, name: str) -> None:
    """Make a generation the current one, in one atomic step, and delete the others."""
    for path in (generations(folder) / name).rglob("*"):
        if path.is_file():
            _to_disk(path)
    pending = folder / "current.new"
    pending.write_text(name, encoding="utf-8")
    _to_disk(pending)
    os.replace(pending, folder / "current")
    sweep(folder)


def _to_disk(path: Path) -> None:
    """Have a file's bytes on the disk itself, so that a power cut after the switch finds them there."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sweep(folder: Path) -> None:
    """Delete every generation that is not current: replaced ones, and halves that a killed ingest left."""
    keep = current(folder)
    if generations(folder).is_dir():
        for path in generations(folder).iterdir():
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index for one writer; the lock goes with the process that holds it. Raises IndexBusy, IngestError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / "lock").open("a+b")
    except OSError as error:
        raise IngestError(
            f"Indexmappen {folder} går inte att skriva i ({error.strerror}). Ge rätt att skriva där, eller ange en "
            "annan med --index."
        ) from error
    with stream:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise IngestError(
                    f"Indexmappen {folder} går inte att låsa ({error.strerror}). Lägg indexet på en lokal disk "
                    "med --index."
                ) from error
            raise IndexBusy(f"En annan inläsning skriver just nu i {folder}. Vänta tills den är klar.") from error
        yield
