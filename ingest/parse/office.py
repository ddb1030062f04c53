"""Older text formats (.doc, .rtf): made into .docx by LibreOffice, where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from ingest.errors import Unreadable
from ingest.parse.beginnings import OLE, RTF, ZIP
from ingest.parse.guard import more_time
from ingest.parse.parsed import Parsed

SECONDS = 120
READ = (OLE, RTF, ZIP)  # LibreOffice would read what begins otherwise as plain text


def can_convert() -> bool:
    """Is LibreOffice on this computer?"""
    return shutil.which("soffice") is not None


def read_old_word(path: Path) -> Parsed:
    """Read a .doc or .rtf file. Raises Unreadable where LibreOffice is missing, fails, or takes more than SECONDS."""
    command = shutil.which("soffice")
    if command is None:
        raise Unreadable("LibreOffice är inte installerat. Öppna filen i Word och spara om den som .docx.")
    with path.open("rb") as file:
        if not file.read(8).startswith(READ):
            raise Unreadable("filen är skadad eller har fel filändelse. Öppna den i Word och spara om den som .docx.")
    more_time(SECONDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # A copy with a plain name, and a profile of its own, so that an open LibreOffice is not disturbed.
        shutil.copyfile(path, folder / f"text{path.suffix.casefold()}")
        process = subprocess.Popen(
            [
                *(command, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
                *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out")),
                str(folder / f"text{path.suffix.casefold()}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise Unreadable(f"LibreOffice läste inte filen inom {SECONDS} s. Spara om den som .docx.") from None
        finally:
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)  # its children too
                else:
                    process.kill()
            process.wait()
        made = folder / "out" / "text.docx"
        if not made.exists():
            raise Unreadable("LibreOffice kan inte läsa filen. Öppna den i Word och spara om den som .docx.")
        from ingest.parse.word import read_word  # slow to import, and `can_convert` is asked without it

        return read_word(made)
