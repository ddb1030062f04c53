"""What can go wrong in ingest.

IngestError
├── DocumentsMissing   no folder, or nothing in it that can be read
├── Unreadable         one file cannot be read; the others go on
├── IndexMissing       no index where one was expected
├── IndexMismatch      built with another embedding model or an older layout
├── IndexBusy          another ingest is writing
└── ModelMissing       the embedding model cannot be loaded
"""

from __future__ import annotations


class IngestError(Exception):
    """The base of every failure in ingest; its text says what happened, to which file, and what to do."""


class DocumentsMissing(IngestError):
    """There is no documents folder, or nothing in it can be read."""


class Unreadable(IngestError):
    """A file cannot be read; the text is the reason in Swedish, without the file's name."""


class IndexMissing(IngestError):
    """There is no index yet."""


class IndexMismatch(IngestError):
    """The index was built with another embedding model or by an older version."""


class IndexBusy(IngestError):
    """Another ingest is writing this index."""


class ModelMissing(IngestError):
    """The embedding model cannot be loaded."""
