"""What a reader of one format gives back, before the document's standing is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.corpus import Page


@dataclass(frozen=True, slots=True)
class Parsed:
    """Pages of text, the fields of the header table, and what a reader should be told."""

    pages: tuple[Page, ...]
    fields: tuple[tuple[str, str], ...] = ()  # field and value, in the document's order
    edges: tuple[str, ...] = ()  # running headers and footers, once each
    title: str = ""  # from the file's own properties
    warnings: tuple[str, ...] = field(default=())  # Swedish
