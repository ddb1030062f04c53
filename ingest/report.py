"""What an ingest did, and how it tells how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ingest.load import File
from ingest.meanings import Meaning
from ingest.review import Finding

Progress = Callable[[str, int, int], None]  # step, done, of how many


@dataclass(slots=True)
class Report:
    """What an ingest did, or (dry run) would do. Paths are sources; `failed` has the reason in Swedish."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    passages: int = 0
    vectors: int = 0
    review: list[Finding] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)  # abbreviations and definitions, by document
    seconds: float = 0.0
    generation: str | None = None

    @classmethod
    def of(cls, found: Iterable[File | tuple[str, str]], known: dict[str, str]) -> Report:
        """What is new, changed, unchanged, removed and not to be read; `known` has digests by source."""
        report = cls()
        for entry in found:
            if not isinstance(entry, File):
                report.failed[entry[0]] = entry[1]
            elif entry.source not in known:
                report.new.append(entry.source)
            else:
                (report.unchanged if known[entry.source] == entry.digest else report.changed).append(entry.source)
        report.removed = sorted(set(known) - {*report.new, *report.changed, *report.unchanged, *report.failed})
        return report

    @property
    def nothing_changed(self) -> bool:
        """Are the documents those that were known?"""
        return not (self.new or self.changed or self.removed)

    def fail(self, source: str, reason: str) -> None:
        """Name a file that cannot be read, and count it as nothing else."""
        self.failed[source] = reason
        for group in (self.new, self.changed, self.unchanged):
            if source in group:
                group.remove(source)
