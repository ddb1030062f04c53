"""Questions for a document itself ("var finns rutinen för fall?"): which ones bear that title, and their headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.opened import Opened
from assistant.question import Concept, covered
from assistant.rank import Found
from assistant.retrieve import Candidate
from ingest.chunk import FORM_SECTION
from ingest.swedish import words

KIND = (
    r"(?P<before>\w*?)(?P<kind>rutin|riktlinje|överenskommelse|handbok|handlingsplan|anvisning|policy|instruktion|"
    r"blankett|delegationsordning|checklista|lathund)(?:en|n|r|rna|er|erna|ar|arna|na)?"
)
PLACE = r"(?:var|vart|where|i vilken mapp)"
FINDS = r"(?:finns|hittar|ligger|läser|står|är|finna|hitta)"
# How a document is asked for; what is left of the question must be its title.
ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*{PLACE} (?:\w+ )?{FINDS}\b",
        rf"\b{PLACE} (?:\w+ )?{FINDS}(?: \w+)?\W*$",
        r"^\W*(?:jag )?(?:hittar|finner|ser) (?:inte|ej|ingen|inget|inga)\b",
        r"^\W*(?:jag )?(?:letar efter|söker|behöver|vill (?:ha|se|läsa))\b",
        r"^\W*(?:visa|öppna|ge|länka|skicka)(?: mig| oss)?\b",
        r"^\W*(?:finns det|har vi|har kommunen|har ni|finns)\b",
        r"^\W*(?:den )?(?:senaste|aktuella|gällande|nyaste|nya)\b",
    )
)
ABOUT_ITSELF = re.compile(
    r"\b(?:var|vart|finns|hittar|finner|ligger|läser|står|är|hitta|inte|ej|ingen|inget|inga|letar|efter|söker|behöver|vill|ha|se|"
    r"läsa|visa|öppna|ge|länka|skicka|mig|oss|det|den|de|har|vi|ni|kommunen|jag|man|kan|du|nu|senaste|aktuella|"
    r"gällande|nyaste|nya|versionen|någon|nån|något|nåt|några|en|ett|vår|våra|vårt|lokal|lokala|dokumentet|hos|här|som)\b",
    re.IGNORECASE,
)
# Fields of a header by which a document is shown, the best first.
NAMES = ("dokumentnamn", "titel", "rubrik", "dokumenttyp", "gäller från", "version")
ANY = "rutin"  # what staff call a document of any kind
WHOLE = 0.6  # of each of the words asked for, what a title must hold: a synonym will do, a part of a compound will not


def asked_document(question: str, opened: Opened, *, usable: Callable[[str], bool]) -> list[str]:
    """The documents, of those that are `usable`, whose title is what a question for a document names; else none.

    Those of the kind that is named first, and the shortest titles.
    """
    kind = re.search(rf"\b{KIND}\b", question, re.IGNORECASE)
    if kind is None or not any(pattern.search(question) for pattern in ASKED):
        return []
    named = re.sub(rf"\b{KIND}\b", lambda found: f" {found['before'].removesuffix('s')} ", question, flags=re.I)
    concepts = opened.reader.read(ABOUT_ITSELF.sub(" ", named)).concepts
    if not concepts:
        return []
    sources = [source for source in opened.standings if usable(source)]
    own = {source: words(opened.titles[source]) for source in sources}
    found = [source for source in sources if all(_begins(concept, own[source]) for concept in concepts)] or [
        source
        for source in sources
        if all(covered(concept, opened.index.about(source)) >= WHOLE for concept in concepts)
    ]
    told = kind["kind"].casefold()
    of_kind = [
        source for source in found if told in (opened.standings[source].kind, *opened.titles[source].casefold().split())
    ]
    if told != ANY:  # any other word is meant
        found = of_kind or found
    return sorted(found, key=lambda source: (source not in of_kind, len(opened.titles[source])))


def _begins(concept: Concept, title: Sequence[str]) -> bool:
    """Does a title have a word that begins with the concept: "fallprevention" is on falls, "dödsfall" is not?"""
    alike = [concept.stems, *(stems for stems, counts in concept.others if counts >= WHOLE)]
    return any(all(any(word.startswith(stem) for word in title) for stem in stems) for stems in alike)


def header_row(source: str, fields: Sequence[str], opened: Opened) -> Found | None:
    """The row of a document's header that has the first of these fields that it has."""
    rows = list(_header(source, opened))
    for field in fields:
        for row in rows:
            if row.text.casefold().startswith(field):
                return row
    return None


def beginning(source: str, opened: Opened) -> Found | None:
    """The row that names the document, or the first thing that it says."""
    return header_row(source, NAMES, opened) or next(_header(source, opened), None)


def _header(source: str, opened: Opened) -> Iterator[Found]:
    positions = opened.index.positions(source)
    for position, chunk in zip(positions, opened.index.chunks(positions), strict=True):
        if chunk.section == (FORM_SECTION,) or position == positions[0]:  # a header of plain lines comes first
            for number in range(len(chunk.units)):
                yield Found(Candidate(position, chunk), number, [])
