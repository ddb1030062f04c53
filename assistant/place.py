"""The unit that a question speaks of, by its own name or by that of one of its wards, and what kind of home it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from assistant.circumstances import AREAS, GROUPS, HOMES, spoken_of
from assistant.guard import names
from assistant.rows import PLACES, cells_of, heads_of, key_of
from ingest.corpus import Chunk, Standing
from ingest.index import Index
from ingest.swedish import stem, words
from ingest.workplace import SORTS

LEAST_NAME = 5  # letters, from which a word of a unit's name, that no other kind of unit bears, names it
MOST_PASSAGES = 200  # that hold a place's name; a word in more is none
SORT = re.compile(SORTS)
WARD = re.compile(r"\b(?i:på|hos|till|från|avd|avdelning(?:en)?)\.?\s+([A-ZÅÄÖ][a-zåäö]{3,})\b")
DAYS = re.compile(r"\w+dag(?:ar|en)?|januari|februari|mars|april|maj|juni|juli|augusti|\w+(?:em|o)ber", re.IGNORECASE)
# A sentence that begins with a system, and no place: "I Treserva dokumenteras …".
RECORDED_IN = re.compile(
    r"I\s+[A-ZÅÄÖ]\w+(?:\s\w+)?\s+(?:dokumenter|journalför|registrer|anteckna|skriv|signer|läs|sök|logga)\w*"
)


def unit_named(question: str, units: Iterable[str]) -> str:
    """The one of `units` whose name the question holds, in lower case, or ""."""
    asked = words(question)
    for unit in units:
        name = words(unit)
        own = [word for word in own_words(unit) if not spoken_of(AREAS, word)]
        begins = [word[:-1] for word in own]  # in other cases too
        begins = begins or [word[:-2] if len(word) >= LEAST_NAME else word for word in name]
        if name and all(any(_is(word, start) for word in asked) for start in begins):
            return unit.casefold()
    return ""


def own_words(unit: str) -> list[str]:
    """The words of a unit's name that are its own: long enough, and for no sort of unit."""
    return [word for word in words(unit) if len(word) >= LEAST_NAME and not SORT.match(word)]


def _is(word: str, start: str) -> bool:
    """Is a word of a question one of a unit's name: the same, if short, or one that begins so; or a part of town?"""
    alike = word == start if len(start) < LEAST_NAME - 1 else word.startswith(start)
    return alike or bool(spoken_of(AREAS, start) & spoken_of(AREAS, word))


def unit_of_ward(question: str, index: Index, standings: Mapping[str, Standing]) -> str:
    """The unit, in lower case, whose rutiner alone speak of a ward that the question names ("på Granen"), or ""."""
    for ward in _wards(question):
        chunks = [chunk for chunk in _holding(ward, index) if re.search(rf"\b{ward}", chunk.text, re.IGNORECASE)]
        units = {standings[chunk.source].unit for chunk in chunks}
        placed = rf"\b(?i:på|avd\w*\.?)(?: [A-ZÅÄÖ]\w+(?:,| och))* {ward}\b|(?:^|[:|] ){ward}(?= \||$)"
        called = any(re.search(placed, chunk.text, re.MULTILINE) for chunk in chunks)
        a_word = any(re.search(rf"\b{ward.lower()}", chunk.text) for chunk in chunks)  # a tree
        if len(units) == 1 and called and not a_word:
            return units.pop().casefold()
    return ""


def home_of(question: str, unit: str, index: Index) -> str:
    """The kind of home that the place is which the question names, by what the documents call it, or "".

    "Korttidsboendet Lunden", "Lunden, särskilt boende", "Lunden är ett korttidsboende" say it, and a row of a table by
    place. `unit` is in lower case.
    """
    own = [word.capitalize() for word in own_words(unit)]
    kinds: Counter[str] = Counter(spoken_of(HOMES, unit))
    for name in {*_wards(question), *own}:
        for chunk in _holding(name, index):
            for kind in _called(name, chunk):
                kinds.update(spoken_of(HOMES, kind))
    groups = [group for group in GROUPS if group & kinds.keys()]
    return kinds.most_common(1)[0][0] if len(groups) == 1 else ""


def _wards(question: str) -> list[str]:
    """The names in a question that may be a place's: nobody's first name, no day and no month."""
    return [
        name
        for name in WARD.findall(question)
        if name.casefold() not in names("fornamn.txt") and not DAYS.fullmatch(name)
    ]


def _holding(name: str, index: Index) -> list[Chunk]:
    """The passages that hold a name; none where they are too many for one."""
    term = stem(name.casefold())
    return index.chunks(index.lexical.holding(term)) if index.lexical.frequency(term) <= MOST_PASSAGES else []


def _called(name: str, chunk: Chunk) -> Iterator[str]:
    """What stands beside a place's name in a passage and may say its kind."""
    beside = (
        rf"\b(\w+(?: boendet?)?) {name}\b|(?:^|[:|] ){name}(?:, | \()([\w -]+)|"
        rf"\b{name} är (?:ett|en) ([\w-]+(?: boende)?)"
    )
    for found in re.finditer(beside, chunk.text, re.MULTILINE):
        yield next(filter(None, found.groups()))
    for unit in chunk.units:
        row = chunk.text[unit.start : unit.end] if unit.kind == "row" else ""
        heads, cells = (heads_of(row), cells_of(row)) if row else ((), [])
        if any(PLACES.match(head) and name in cell.split(", ") for head, cell in zip(heads, cells, strict=True)):
            yield cells[key_of(heads)]
