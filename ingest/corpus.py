"""What ingest makes: a Document of Pages of Blocks, its Standing, and the Chunks that the index stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "caption"]
Status = Literal["gällande", "utkast", "upphävd"]
Kind = Literal[
    "lag", "överenskommelse", "riktlinje", "rutin", "lokal rutin", "handbok", "rapport", "blankett", "dokument"
]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row as it stands on one page."""

    kind: BlockKind
    text: str  # a row reads "header: cell | header: cell"
    level: int = 0  # of a heading, from 1; of an item, its depth from 0
    group: int = 0  # items of one list, or rows of one table, share a number above 0
    spans: bool = False  # a paragraph or item whose last sentence (a row that) goes on at the top of the next page


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `number` counts from 1, or is None where the format has no pages."""

    number: int | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a document says of its own validity. What it does not say is empty; nothing is guessed."""

    title: str = ""
    kind: Kind = "dokument"
    status: Status = "gällande"
    valid_from: date | None = None
    valid_until: date | None = None
    revise_by: date | None = None  # "revideras senast": when it is to be looked over next
    version: str = ""
    diary: str = ""  # diarienummer
    decided_by: str = ""
    decided_on: date | None = None
    owner: str = ""  # dokumentansvarig, with contact where given
    replaces: str = ""
    applies_to: str = ""  # as written: "särskilt boende", "Björkgården"
    organisation: str = ""  # "Ekbacka kommun"
    unit: str = ""  # of a local rutin: the enhet it belongs to
    groups: tuple[str, ...] = ()  # who may read; empty means everyone
    found: dict[str, str] = field(default_factory=dict)  # field -> where it was found

    def is_rule(self, today: date) -> bool:
        """Is it a rule today or from a later day on? A report is none, nor a draft or an expired document."""
        expired = self.valid_until is not None and self.valid_until < today
        return self.status == "gällande" and not expired and self.kind not in ("rapport", "blankett")


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text, page by page."""

    source: str  # path under the documents folder, with forward slashes
    digest: str  # SHA-256 of the file
    pages: tuple[Page, ...]
    standing: Standing
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that can be quoted: a sentence, a list item or a table row; `chunk.text[start:end]`."""

    start: int
    end: int
    kind: Literal["sentence", "item", "row"]
    intro: int = -1  # of an item or row: the unit's index (in its chunk) of the line that leads the list in
    whole: str = ""  # of half a sentence, cut by the end of its page: all of it, to search by and never to show


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one page under one heading: what the index stores and a passage shows."""

    id: str
    source: str
    page: int | None
    section: tuple[str, ...]  # heading path, outermost first
    text: str
    units: tuple[Unit, ...]
