"""The files of a documents folder, and the reader that each takes."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentsMissing, Unreadable
from ingest.parse.parsed import Parsed

MOST_BYTES = 200_000_000
PASSED_OVER = {".ds_store", "thumbs.db", "desktop.ini"}
WORD_LIST = "ordlista.yaml"
SIDECAR = ".rattelse.yaml"  # "riktlinje.pdf.rattelse.yaml" corrects the standing of "riktlinje.pdf"
ADVICE = {
    ".doc": "Öppna den i Word och spara om den som .docx.",
    ".rtf": "Öppna den i Word och spara om den som .docx.",
    ".xls": "Öppna den i Excel och spara om den som .xlsx.",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file below the documents folder."""

    source: str  # path with forward slashes, composed letters
    path: Path
    digest: str  # SHA-256 of its bytes, and of its sidecar where it has one
    size: int


def files(folder: Path) -> Iterator[File | tuple[str, str]]:
    """Yield every file in order of its path; one that must not be read as its source and the reason.

    Raises DocumentsMissing where the folder is not there or holds no file.
    """
    if not folder.is_dir():
        raise DocumentsMissing(
            f"Dokumentmappen {folder} finns inte. Skapa den och lägg dokumenten där, eller peka ut en annan mapp med --documents."
        )
    root = folder.resolve()
    count = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith((".", "~$")) or name.casefold() in PASSED_OVER or name == WORD_LIST or name.endswith(SIDECAR):
                continue
            count += 1
            path = Path(here) / name
            source = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
            if not path.resolve().is_relative_to(root):
                yield source, "filen är en länk ut ur dokumentmappen och läses inte."
                continue
            try:
                size = path.stat().st_size
                if size > MOST_BYTES:
                    yield source, f"filen är {size // 1_000_000} MB; gränsen är {MOST_BYTES // 1_000_000} MB. Dela den."
                    continue
                digest = hashlib.sha256(path.read_bytes())
                sidecar = sidecar_of(path)
                if sidecar.exists():
                    digest.update(sidecar.read_bytes())
            except OSError as error:
                yield source, f"filen går inte att öppna ({error.strerror})."
                continue
            if not size:
                yield source, "filen är tom (0 byte)."
                continue
            yield File(source, path, digest.hexdigest(), size)
    if not count:
        raise DocumentsMissing(f"Dokumentmappen {folder} är tom. Lägg dokumenten där och kör ingest igen.")


def sidecar_of(path: Path) -> Path:
    """The file that may correct a document's standing."""
    return path.with_name(path.name + SIDECAR)


def reader_for(path: Path) -> Callable[[Path], Parsed]:
    """The reader of a file's format, by its ending. Raises Unreadable for an unknown one."""
    ending = path.suffix.casefold()
    if ending == ".pdf":
        from ingest.parse.pdf import read_pdf

        return read_pdf
    if ending == ".docx":
        from ingest.parse.word import read_word

        return read_word
    if ending == ".xlsx":
        from ingest.parse.sheet import read_sheet

        return read_sheet
    if ending in (".md", ".markdown"):
        from ingest.parse.markdown import read_markdown

        return read_markdown
    if ending in (".txt", ".text"):
        from ingest.parse.text import read_text

        return read_text
    advice = ADVICE.get(ending, "Spara om den som .pdf, .docx, .xlsx, .md eller .txt.")
    raise Unreadable(f"filändelsen {ending or '(ingen)'} kan inte läsas. {advice}")
