"""One generation of the index as the assistant reads it: its documents, words, roles, and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assistant import guard
from assistant.answers import Contact, Profile
from assistant.contact import Line, ask_whom, nurse_in_charge, reached
from assistant.place import unit_named, unit_of_ward
from assistant.question import Reader
from assistant.subject import Subjects, read_subjects
from ingest.corpus import Standing
from ingest.embed import Vectors
from ingest.index import Index
from ingest.load import WORD_LIST
from ingest.records import standing as read_standing
from ingest.roles import RoleList, read_roles
from ingest.units import Key
from ingest.wordlist import read_word_list

SPOKEN_OF = 3  # mentions, from which a place is one that the documents speak of


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document of the index and its standing."""

    source: str
    standing: Standing
    pages: int


@dataclass(slots=True)
class Opened:
    """One generation and what is read from it once."""

    index: Index
    reader: Reader
    documents: dict[str, DocumentInfo]
    standings: dict[str, Standing]
    titles: dict[str, str]
    organisations: frozenset[str]
    units: frozenset[str]
    has_rules: bool
    roles: RoleList
    synonyms: tuple[tuple[str, ...], ...]
    subjects: Subjects
    _contact: Contact | None = None
    _lines: tuple[Line, ...] | None = None

    @classmethod
    def newest(cls, folder: Path, *, model: str) -> Opened:
        """Open the current generation. Raises IndexMissing, IndexMismatch."""
        index = Index(folder, model=model)
        documents = {
            entry["source"]: DocumentInfo(entry["source"], read_standing(entry["standing"]), entry["pages"])
            for entry in index.manifest["documents"]
        }
        standings = {source: info.standing for source, info in documents.items()}
        own = Path(index.manifest["documents_folder"]) / WORD_LIST
        listed = read_word_list(own, index.manifest.get("abbreviations", ()))
        return cls(
            index,
            Reader(index.lexical, listed.groups),
            documents,
            standings,
            {source: standing.title for source, standing in standings.items()},
            frozenset(each.organisation for each in standings.values() if each.organisation) | _spoken_of(index),
            frozenset(each.unit for each in standings.values() if each.unit),
            any(each.kind != "rapport" for each in standings.values()),
            read_roles(own),
            listed.groups,
            read_subjects(index, (each.organisation for each in standings.values()), guard.names("kommuner.txt")),
        )

    def unit_vectors(self, sources: Sequence[str]) -> dict[Key, Vectors]:
        """The vectors of all units of some documents."""
        positions = [position for source in sources for position in self.index.positions(source)]
        chunks = self.index.chunks(positions)
        keys = [(place, n) for place, chunk in zip(positions, chunks, strict=True) for n in range(len(chunk.units))]
        return self.index.vectors(keys)

    def in_force(self, source: str, today: date) -> bool:
        """Does the document hold on that day?"""
        standing = self.standings[source]
        return standing.status == "gällande" and not (standing.valid_until and standing.valid_until < today)

    def allowed(self, profile: Profile) -> Callable[[str], bool] | None:
        """What tells of a source whether this person may read it; None where all may be read."""
        closed = {
            source
            for source, standing in self.standings.items()
            if standing.groups and not set(standing.groups) & set(profile.groups)
        }
        return (lambda source: source not in closed) if closed else None

    def place(self, text: str, profile: Profile) -> str:
        """The unit that the question names, by itself or by a ward, else the profile's; in lower case, or ""."""
        named = unit_named(text, self.units) or unit_of_ward(text, self.index, self.standings)
        return named or profile.unit.casefold()

    def contact(self, now: datetime | None, place: str) -> Contact:
        """The nurse for this moment and unit, where a contact list names one; else the MAS."""
        if self._lines is None:
            self._lines = tuple(reached(self.index, self.standings))
        if nurse := ask_whom(self._lines, now=now, unit=place):
            return nurse
        if self._contact is None:
            self._contact = nurse_in_charge(self.index)
        return self._contact


def _spoken_of(index: Index) -> frozenset[str]:
    """Municipalities and regions that the documents speak of more than in passing: their rules may be asked for."""
    return frozenset(
        name
        for name in guard.names("kommuner.txt")
        if any(index.lexical.spellings.get(form, 0) >= SPOKEN_OF for form in (name.casefold(), f"{name.casefold()}s"))
    )
