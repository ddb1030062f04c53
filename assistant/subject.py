"""The place a document is about. A question that names one says whose documents are meant, not what stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ingest.corpus import Chunk
from ingest.index import Index
from ingest.swedish import stem

FEWEST = 3  # passages that name a place, from which a document can be about it
CLEARLY = 2.0  # times as many as those that name any other place
BEFORE = "i|inom|hos|för|från|på|in|of|at"
MUNICIPALITY = re.compile(r"([^\W\d_][\w-]+?)s? (?:kommun|stad)\b")


@dataclass(frozen=True, slots=True)
class Subjects:
    """The place that each document is about, by source; a document of several places, or none, is left out."""

    places: Mapping[str, str]  # source -> name of the place, in lower case
    _naming: re.Pattern[str] | None = field(init=False)  # a place with what leads to it; None where there is no place

    def __post_init__(self) -> None:
        names = sorted(set(self.places.values()), key=len, reverse=True)
        place = "|".join(map(re.escape, names))
        naming = rf"(?:\b(?:{BEFORE})\s+)?(?<!region )(?<!landstinget )\b({place})s?\b(?:\s+(?:kommuns?|stads?)\b)?"
        object.__setattr__(self, "_naming", re.compile(naming, re.IGNORECASE) if names else None)

    def named(self, question: str) -> tuple[str, frozenset[str]]:
        """The question without the place it names, and the sources that are about other places.

        A place that no document is about is left where it stands: it may be what is asked for.
        """
        if self._naming is None:
            return question, frozenset()
        meant = {found.group(1).casefold() for found in self._naming.finditer(question)}
        rest = re.sub(r"\s+(?=[\s?.!,])", "", self._naming.sub("", question)).strip()
        if not meant or not any(character.isalpha() for character in rest):
            return question, frozenset()
        return rest, frozenset(source for source, place in self.places.items() if place not in meant)


def read_subjects(index: Index, organisations: Iterable[str], listed: Collection[str]) -> Subjects:
    """Count, for every document, the passages that name each place: the organisations' own, and those `listed`.

    Of those listed only what some passage calls a municipality or a region: "Klippan" may be a home's name.
    """
    own = {found.group(1).casefold() for name in organisations for found in MUNICIPALITY.finditer(name)}
    held: dict[str, Counter[str]] = {}
    sources = index.sources()
    for name in sorted(own | {name.casefold() for name in listed}):
        positions = index.lexical.holding(stem(name))
        if len(positions) >= FEWEST and (name in own or _is_called_place(name, index.chunks(positions))):
            for position in positions:
                held.setdefault(sources[position], Counter())[name] += 1
    places = {}
    for source, counts in held.items():
        (best, most), *others = counts.most_common(2)
        if most >= FEWEST and most >= CLEARLY * max((count for _, count in others), default=0):
            places[source] = best
    return Subjects(places)


def _is_called_place(name: str, chunks: Iterable[Chunk]) -> bool:
    called = re.compile(
        rf"\b{re.escape(name)}s? (?:kommun|stad|län)|\b(?:region|landstinget) {re.escape(name)}", re.IGNORECASE
    )
    return any(called.search(chunk.text) for chunk in chunks)
