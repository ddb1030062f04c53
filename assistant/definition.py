"""Questions for what a word means ("vad står OAS för?"), answered by the units in which the documents say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.duties import LEVELS
from assistant.rank import Found
from assistant.retrieve import Candidate
from ingest.chunk import FORM_SECTION
from ingest.corpus import Standing
from ingest.index import Index
from ingest.meanings import Meaning
from ingest.swedish import stem, words

CALLED = r"(?:(?:förkortningen|bokstäverna|ordet|begreppet|termen|uttrycket)\s+)?(?:(?:en|ett|att)\s+)?"
QUESTIONS: list[tuple[str, bool]] = [  # pattern, and whether it asks for what letters stand for
    (rf"vad\s+(?:står|är)\s+{CALLED}(?P<term>.+?)\s+(?:för|(?:en\s+)?förkortning(?:en)?\s+(?:för|av|på))", True),
    (r"(?:(?:vad|vilken)\s+är\s+)?förkortning(?:en)?\s+(?:(?:för|av|på)\s+)?(?P<term>.+?)", True),
    (
        rf"vad\s+(?:betyder|är|innebär|heter)\s+(?:egentligen\s+)?{CALLED}(?P<term>.+?)(?:\s+för\s+(?:något|nåt))?",
        False,
    ),
    (rf"vad\s+(?:menas|avses|menar\s+\w+|avser\s+\w+)\s+(?:\w+\s+)?med\s+{CALLED}(?P<term>.+?)", False),
    (rf"(?:hur|vad)\s+(?:definieras|definierar\s+\w+)\s+(?:här\s+)?{CALLED}(?P<term>.+?)", False),
    (
        r"(?:(?:vad|vilken|hur\s+lyder)\s+(?:är\s+)?)?(?:betydelsen?|(?:definition|innebörd)(?:en)?)\s+(?:(?:av|på|för)\s+)?"
        rf"{CALLED}(?P<term>.+?)",
        False,
    ),
    (rf"(?:förklara|definiera)\s+{CALLED}(?P<term>.+?)", False),
    (r"(?P<term>.+?)[\s,:–-]+förkortning(?:en)?(?:[\s,:–-]+(?:betydelse|betyder|innebörd))?", True),
    (r"(?P<term>.+?)[\s,:–-]+(?:betydelsen?|(?:definition|innebörd)(?:en)?)", False),
    (r"(?P<term>.+?)[,:]?\s+vad\s+(?:är|betyder|innebär)\s+det(?:\s+för\s+(?:något|nåt))?", False),
    (r"what\s+(?:is|does)\s+(?:an?\s+|the\s+)?(?P<term>.+?)(?:\s+(?:mean|stand\s+for))?", False),
]
AS_ASKED = [(re.compile(pattern, re.IGNORECASE), short) for pattern, short in QUESTIONS]
ASIDE = re.compile(r"\s+(?:hos\s+(?:oss|er)|här|i\s+(?:vår|er)\s+\w+|egentligen|nu|idag)$", re.IGNORECASE)
MOST_MEANINGS = 2  # different ones that lead the answer
Term = tuple[str, ...]  # stems


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term whose meaning is asked for."""

    term: Term
    letters: bool  # is it asked what letters stand for, rather than what the thing is?


def wanted(question: str) -> list[Wanted]:
    """The terms that the question may ask the meaning of, as each pattern takes it; none for another question."""
    text = ASIDE.sub("", question.strip().rstrip(" ?!."))
    found = []
    for pattern, letters in AS_ASKED:
        if (match := pattern.fullmatch(text)) and (term := _term(match.group("term"))):
            found.append(Wanted(term, letters))
    return list(dict.fromkeys(found))


def defining(
    asked: Sequence[Wanted],
    index: Index,
    standings: Mapping[str, Standing],
    *,
    usable: Callable[[str], bool],
    place: str,
) -> list[Found]:
    """The units that say what one of the terms means: one a meaning, best first; only of sources that are `usable`.

    The asker's own unit goes first, then the higher level; what letters stand for goes before what the thing is, and a
    table or list of words before a mention in passing.
    """
    meanings = [Meaning(**values) for values in index.manifest.get("meanings", ())]
    for want in asked:
        said = [meaning for meaning in _of(want, meanings) if usable(meaning.source)]
        found = [(meaning, unit) for meaning in said if (unit := _unit(meaning, index)) is not None]
        found.sort(key=lambda one: _order(one[0], one[1], standings[one[0].source], place))
        kept: dict[Term, Found] = {}
        for meaning, unit in found:
            kept.setdefault(_term(meaning.text), unit)
        if kept:
            return list(kept.values())[:MOST_MEANINGS]
    return []


def _term(text: str) -> Term:
    return tuple(stem(part) for part in words(text))


def _of(want: Wanted, meanings: Sequence[Meaning]) -> list[Meaning]:
    """What is said of the term: what its letters stand for, and the definitions of it and of what it stands for.

    Letters do not tell what their long form is, so they count for it only where letters are asked for.
    """
    letters = []
    same = {want.term}
    for meaning in meanings:
        if meaning.kind == "förkortning":
            short, long = _term(meaning.word), _term(meaning.text)
            if want.term in (short, long):
                same |= {short, long}
            if want.term == short or (want.letters and want.term == long):
                letters.append(meaning)
    return [
        *letters,
        *(meaning for meaning in meanings if meaning.kind == "definition" and _term(meaning.word) in same),
    ]


def _order(
    meaning: Meaning, unit: Found, standing: Standing, place: str
) -> tuple[bool, bool, bool, bool, bool, int, int]:
    own = bool(place) and place in standing.unit.casefold()
    chunk = unit.candidate.chunk
    kind = chunk.units[unit.number].kind
    passing = meaning.kind == "förkortning" and kind == "sentence" and len(unit.text) > 2 * len(meaning.text) + 20
    return (
        standing.kind in ("rapport", "blankett"),
        bool(standing.unit) and not own,
        meaning.kind != "förkortning",
        chunk.section == (FORM_SECTION,),
        passing,
        LEVELS.get(standing.kind, 5) - 9 * own,
        len(unit.text),
    )


def _unit(meaning: Meaning, index: Index) -> Found | None:
    """The shortest unit of the meaning's page that holds the word and what it means."""
    said, word = _plain(meaning.text), _plain(meaning.word)
    best: Found | None = None
    positions = index.positions(meaning.source)
    for position, chunk in zip(positions, index.chunks(positions), strict=True):
        if chunk.page != meaning.page:
            continue
        for number in range(len(chunk.units)):
            found = Found(Candidate(position, chunk), number, [])
            text = _plain(found.text)
            if said in text and word in text and (best is None or len(found.text) < len(best.text)):
                best = found
    return best


def _plain(text: str) -> str:
    return " ".join(words(text))
