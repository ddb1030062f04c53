"""The zip container of Office files: checked before anything in it is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.errors import Unreadable
from ingest.parse.beginnings import OLE

MOST_BYTES = 300_000_000  # after unpacking
MOST_PARTS = 20_000
SUSPECT = 20_000_000  # bytes of one part, from which its ratio is looked at
MOST_RATIO = 200  # unpacked to packed; tables in XML reach 100
PROLOG = 65_536  # bytes of a part in which entities would be declared


def check_zip(path: Path) -> None:
    """Raise Unreadable for a container that is broken, locked, a zip bomb, or declares XML entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive.infolist())
            for entry in archive.infolist():
                if entry.filename.casefold().endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        start = part.read(PROLOG)
                    if any("<!ENTITY".encode(code) in start for code in ("ascii", "utf-16-le", "utf-16-be")):
                        raise Unreadable(
                            f"delen {entry.filename} har XML-entiteter; filen läses inte av säkerhetsskäl."
                        )
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if path.read_bytes().startswith(OLE):
            raise Unreadable(
                "filen är låst med lösenord eller sparad i ett äldre format. Öppna den i sitt program och spara om den."
            ) from error
        raise Unreadable(
            "filen är skadad eller har fel filändelse. Öppna den i sitt program och spara om den."
        ) from error


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise Unreadable(f"filen har {len(entries)} delar och läses inte av säkerhetsskäl.")
    size = sum(entry.file_size for entry in entries)
    if size > MOST_BYTES:
        raise Unreadable(f"filen packar upp till {size // 1_000_000} MB och läses inte av säkerhetsskäl.")
    for entry in entries:
        if entry.file_size > SUSPECT and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise Unreadable(
                f"delen {entry.filename} packar upp till {entry.file_size // 1_000_000} MB ur "
                f"{entry.compress_size // 1000} kB; filen läses inte av säkerhetsskäl."
            )
