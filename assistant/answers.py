"""What the assistant gives back: an Answer of Quotes from Passages, in one of seven states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ingest.corpus import Chunk, Kind, Standing, Status
from ingest.register import Duty, DutyKind

SO_IT_STANDS = "Så står det i dokumentet:"  # the first line, where the quote has no room to stand twice
SOURCES_DIFFER = "Källorna säger olika."  # how the text of a conflict begins
State = Literal["answered", "conflict", "outdated", "not_found", "unclear", "declined", "blocked"]


@dataclass(frozen=True, slots=True)
class Profile:
    """Who asks, as far as they have said."""

    role: str = ""
    unit: str = ""
    boendeform: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a question; higher score is better."""

    chunk: Chunk
    score: float

    @property
    def section(self) -> str:
        return " › ".join(self.chunk.section)


@dataclass(frozen=True, slots=True)
class Quote:
    """The document's own words: a contiguous stretch of one page, or a whole row with its header cells."""

    text: str
    document: str
    title: str
    kind: Kind
    status: Status
    valid_until: date | None
    section: str
    page: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, as a document says it; `document` is empty for the general advice."""

    role: str
    how: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The row of the register that answers a "Vem …?" question; what the answer quotes first is that row."""

    roles: tuple[str, ...]
    kind: DutyKind
    task: str
    condition: str
    document: str
    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the register with its document's standing."""

    duty: Duty
    standing: Standing

    @property
    def title(self) -> str:
        return self.standing.title or self.duty.source

    @property
    def place(self) -> str:
        """Whose rule it is: the unit where it is a unit's own, else the organisation."""
        return self.standing.unit or self.standing.organisation


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of one role (or of all, when `role` is ""), those on the topic, in the order that they are shown."""

    role: str
    topic: str
    entries: tuple[Entry, ...]

    @property
    def areas(self) -> list[tuple[str, list[Entry]]]:
        """The rows by document, in order: its title with the unit, and its rows."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.duty.source, []).append(entry)
        return [(area_name(entries[0]), entries) for entries in found.values()]

    @property
    def heading(self) -> str:
        """What the list is of, as a heading: "Enhetschef: läkemedel"."""
        name = self.role[:1].upper() + self.role[1:] if self.role else "Alla roller"
        return f"{name}: {self.topic}" if self.topic else name


def area_name(entry: Entry) -> str:
    """A document's title, with its unit where the title does not name it."""
    unit = entry.standing.unit
    return f"{entry.title} ({unit})" if unit and unit.casefold() not in entry.title.casefold() else entry.title


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's outcome: the answer JSON of the contract is `answer.json()`."""

    id: str
    question: str  # never holds an identity number
    state: State
    text: str  # at most 700 characters, Swedish: what the person reads first
    quotes: tuple[Quote, ...] = ()
    passages: tuple[Passage, ...] = ()
    contact: Contact | None = None
    choices: tuple[str, ...] = ()  # full questions to choose between, when `unclear`
    searched: str = ""  # the question as searched, where it differs (a follow-up, a repaired spelling)
    seconds: float = 0.0
    generation: str = ""
    card: Card | None = None  # for the chat alone, not in the JSON; `listing` too
    listing: Listing | None = None

    def json(self) -> dict[str, Any]:
        """The contract's object, keys in its order."""
        return {
            "id": self.id,
            "question": self.question,
            "state": self.state,
            "answer": self.text,
            "quotes": [
                {
                    "text": q.text,
                    "document": q.document,
                    "title": q.title,
                    "kind": q.kind,
                    "status": q.status,
                    "valid_until": q.valid_until.isoformat() if q.valid_until else None,
                    "section": q.section,
                    "page": q.page,
                    "score": round(q.score, 4),
                }
                for q in self.quotes
            ],
            "passages": [
                {
                    "text": p.chunk.text,
                    "document": p.chunk.source,
                    "section": p.section,
                    "page": p.chunk.page,
                    "score": round(p.score, 4),
                }
                for p in self.passages
            ],
            "contact": (
                {"role": self.contact.role, "how": self.contact.how, "document": self.contact.document}
                if self.contact
                else None
            ),
            "seconds": round(self.seconds, 3),
            "generation": self.generation,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str  # as searched
    answer: Answer
