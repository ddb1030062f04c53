"""The cases that an answer hangs on, as they are offered to choose among."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.rank import Found

MOST = 6  # choices that are offered; a rule of more kinds is shown as it is


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the cases: what it is called, and the unit that answers it."""

    label: str
    unit: Found


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The cases that a question leaves open, in the order of the document; `on` says what tells them apart."""

    on: str
    cases: tuple[Alternative, ...]

    @property
    def text(self) -> str:
        """The first line of the answer."""
        if len(self.cases) > MOST:
            return f"Det beror på {self.on}, och {len(self.cases)} säger olika. Skriv vilken det gäller, till exempel:"
        return f"Det beror på {self.on}. Välj det som gäller:"

    @property
    def offered(self) -> tuple[Alternative, ...]:
        """The first of the cases, as many as a person can choose among."""
        return self.cases[:MOST]

    def questions(self, question: str) -> tuple[str, ...]:
        """The question asked in full of each case that is offered."""
        return tuple(f"{question.rstrip(' ?.!')} – {case.label}?" for case in self.offered)
