"""The files of a documents folder, and the reader that each takes."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentsMissing, Unreadable
from ingest.parse.beginnings import PDF, RTF, ZIP
from ingest.parse.guard import guarded
from ingest.parse.office import can_convert
from ingest.parse.parsed import Parsed

MOST_BYTES = 200_000_000
MOST_PLAIN = 25_000_000  # bytes of a file that is all text: ten times a book of a thousand pages
PLAIN = {".txt", ".text", ".md", ".markdown"}
TEMPORARY = ("~", ".tmp", ".part", ".crdownload", ".swp")  # what editors and browsers keep beside a file for a while
PASSED_OVER = {".ds_store", "thumbs.db", "desktop.ini"}
WORD_LIST = "ordlista.yaml"
SIDECAR = ".rattelse.yaml"  # "riktlinje.pdf.rattelse.yaml" corrects the standing of "riktlinje.pdf"
READERS = {
    ".pdf": "ingest.parse.pdf:read_pdf",
    ".docx": "ingest.parse.word:read_word",
    ".xlsx": "ingest.parse.sheet:read_sheet",
    ".pptx": "ingest.parse.slides:read_slides",
    ".odt": "ingest.parse.odt:read_odt",
    ".html": "ingest.parse.html:read_html",
    ".htm": "ingest.parse.html:read_html",
    ".md": "ingest.parse.markdown:read_markdown",
    ".markdown": "ingest.parse.markdown:read_markdown",
    ".txt": "ingest.parse.text:read_text",
    ".text": "ingest.parse.text:read_text",
}
OLD_WORD = {".doc", ".rtf"}
KINDS = (  # that another reader would take for text, or for broken
    (PDF, "en PDF", (".pdf",)),
    (ZIP, "ett Office-dokument", (".docx", ".xlsx", ".pptx", ".odt")),
    (RTF, "i formatet RTF", (".rtf",)),
)
ADVICE = {
    ".doc": "Öppna den i Word och spara om den som .docx, eller installera LibreOffice.",
    ".rtf": "Öppna den i Word och spara om den som .docx, eller installera LibreOffice.",
    ".xls": "Öppna den i Excel och spara om den som .xlsx.",
    ".ppt": "Öppna den i PowerPoint och spara om den som .pptx.",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file below the documents folder."""

    source: str  # path with forward slashes, composed letters
    path: Path  # absolute: a reader may run in a process with another working folder
    digest: str  # SHA-256 of its bytes, and of its sidecar where it has one
    size: int


def files(folder: Path) -> Iterator[File | tuple[str, str]]:
    """Yield every file in order of its path; one that must not be read as its source and the reason.

    Raises DocumentsMissing where the folder is not there, is closed or holds no file.
    """
    if not folder.is_dir():
        raise DocumentsMissing(
            f"Dokumentmappen {folder} finns inte. Skapa den och lägg dokumenten där, eller peka ut en annan mapp med "
            "--documents."
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise DocumentsMissing(
            f"Dokumentmappen {folder} går inte att öppna. Ge rätt att läsa den, eller peka ut en annan med --documents."
        )
    root = folder.resolve()
    seen: set[str] = set()
    closed: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in [*folders, *sorted(names)]:
            path = Path(here) / name
            if name in folders and not path.is_symlink():
                continue
            if _passed_over(name):
                continue
            source = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
            shown = source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            if shown != source:
                yield shown, "filnamnet är skrivet i en annan teckenkodning. Döp om filen."
            elif source in seen:
                yield (
                    f"{source} (2)",
                    "två filer heter likadant, med å, ä eller ö kodade på olika sätt. Ta bort den ena.",
                )
            else:
                yield _file(path, source, root)
            seen.add(source)
    for error in closed:
        seen.add(str(error.filename))
        yield (
            unicodedata.normalize("NFC", Path(error.filename).relative_to(folder).as_posix()),
            f"mappen går inte att öppna ({error.strerror}).",
        )
    if not seen:
        raise DocumentsMissing(f"Dokumentmappen {folder} är tom. Lägg dokumenten där och kör ingest igen.")


def _passed_over(name: str) -> bool:
    """Is this a hidden or temporary file, or one of our own beside the documents?"""
    return temporary(name) or name.casefold() in PASSED_OVER or name == WORD_LIST or name.endswith(SIDECAR)


def temporary(name: str) -> bool:
    """Is this a hidden file, or one that another program keeps for a while?"""
    return name.startswith((".", "~$")) or name.casefold().endswith(TEMPORARY)


def _file(path: Path, source: str, root: Path) -> File | tuple[str, str]:
    """The file, or its source and why it must not be read."""
    try:
        if not path.resolve().is_relative_to(root):
            return source, "filen är en länk ut ur dokumentmappen och läses inte."
        told = path.stat()
        if stat.S_ISDIR(told.st_mode):
            return source, "mappen är en länk och läses inte. Lägg dokumenten i själva mappen."
        if not stat.S_ISREG(told.st_mode):
            return source, "det är ingen vanlig fil och läses inte."
        size = told.st_size
        most = MOST_PLAIN if path.suffix.casefold() in PLAIN else MOST_BYTES
        if size > most:
            return source, f"filen är {size // 1_000_000} MB; gränsen är {most // 1_000_000} MB. Dela den."
        if not size:
            return source, "filen är tom (0 byte)."
        with path.open("rb") as stream:
            start = stream.read(8)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256")
        if (wrong := _wrong_ending(start, path.suffix.casefold())) is not None:
            return source, wrong
        sidecar = sidecar_of(path)
        if sidecar.exists():
            digest.update(sidecar.read_bytes())
    except OSError as error:
        return source, f"filen går inte att öppna ({error.strerror})."
    except RuntimeError:  # links in a ring
        return source, "filen är en länk som går i cirkel."
    return File(source, path.absolute(), digest.hexdigest(), size)


def _wrong_ending(start: bytes, ending: str) -> str | None:
    """Why a file that begins so cannot be what its ending says, where that is sure."""
    for beginning, kind, endings in KINDS:
        if start.startswith(beginning) and ending in READERS and ending not in endings:
            return f"filen har fel filändelse: den är {kind}. Döp om den till {' eller '.join(endings)}."
    return None


def sidecar_of(path: Path) -> Path:
    """The file that may correct a document's standing."""
    return path.with_name(path.name + SIDECAR)


def reader_for(path: Path) -> Callable[[Path], Parsed]:
    """The reader of a file's format, by its ending. Raises Unreadable for an unknown one."""
    ending = path.suffix.casefold()
    if ending in READERS:
        return guarded(READERS[ending])
    if ending in OLD_WORD and can_convert():
        return guarded("ingest.parse.office:read_old_word")
    advice = ADVICE.get(ending, "Spara om den som .pdf, .docx, .xlsx, .pptx, .odt, .html, .md eller .txt.")
    raise Unreadable(f"filändelsen {ending or '(ingen)'} kan inte läsas. {advice}")
