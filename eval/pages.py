"""An independent reading of a document's page, for checking that a quote stands where it says."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from html import unescape
from pathlib import Path

from ingest.errors import IngestError
from ingest.parse.pdf import plain_text
from ingest.parse.scan import can_read, printed_text

MARKUP = re.compile(r"<[^>]+>")
PARTS = re.compile(
    r"^(word/(document|header\d*|footer\d*)|xl/(sharedStrings|worksheets/sheet\d+)|ppt/slides/slide\d+|content)\.xml$"
)


class FilePages:
    """Reads the files themselves: PDF by pypdf alone, a scan by tesseract alone, office files and HTML bare."""

    def __init__(self, documents: Path) -> None:
        self._documents = documents
        self._read = lru_cache(maxsize=256)(self._page)

    def page_text(self, document: str, page: int | None) -> str | None:
        """The text of a page, or of the whole file where the format has no pages; None where there is none."""
        return self._read(document, page)

    def _page(self, document: str, page: int | None) -> str | None:
        path = self._documents / document
        ending = path.suffix.casefold()
        try:
            if ending == ".pdf":
                if not page:
                    return None
                text = plain_text(path, page)
                if not text.strip() and can_read():  # a scan
                    text = printed_text(path, page)
                return text if text.strip() else None
            if ending in (".docx", ".xlsx", ".pptx", ".odt"):
                with zipfile.ZipFile(path) as archive:
                    parts = [archive.read(name).decode() for name in archive.namelist() if PARTS.match(name)]
                return unescape(MARKUP.sub(" ", " ".join(parts)))
            text = path.read_text(encoding="utf-8", errors="replace")
            return unescape(MARKUP.sub(" ", text)) if ending in (".html", ".htm") else text
        except (OSError, IngestError, zipfile.BadZipFile, IndexError):
            return None
