"""A question as the search sees it: its concepts with synonyms and parts, repaired spelling, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.spelling import Speller, asked_words, is_word
from ingest.lexical import LexicalIndex
from ingest.swedish import STOP, WORD, stem, words

Asks = Literal["who", "when", "number", "may", "how", "where", "definition", "contact", "what"]
POLITE = frozenset(("tack", "hej", "hallå", "snälla", "please", "thanks", "hello", "va", "asså"))
# How a question begins, in Swedish and English.
ASK_WORDS = (
    r"vems?|vilk\w+|vad|vart?|varför|när|hur|får|kan|ska|måste|bör|behöver|finns|"
    r"who|what|which|where|when|why|how|can|may|must"
)
LONGEST_QUESTION = 600  # words that are read; the rest of a longer text is left out
SYNONYM, PART = 0.6, 0.5  # what a synonym, or a part of a compound, counts beside the word itself

# What the first matching pattern says is asked for.
PATTERNS: list[tuple[Asks, str]] = [
    (
        "contact",
        r"\b(telefon\w*|numret|(nummer|nr|tel) till|ringer (jag|vi|man)|ringa|nå|kontakta\w*|mejl\w*|call|phone)\b",
    ),
    ("who", r"\b(vem|vilka|vilken roll|vems|who|whose|ansvar\w*)\b"),
    (
        "number",
        r"\b(hur (många|mycket|lång|långt|stor|högt|hög|gammal|ofta)|how (many|much|often|long)|"
        r"antal|procent|gräns\w*)\b",
    ),
    (
        "when",
        r"\b(när|hur (snabbt|snart|länge|fort|lång tid)|inom vilken tid|senast|datum|when|how (soon|long|fast)|"
        r"deadline|tidsgräns\w*)\b",
    ),
    (
        "may",
        r"\b(får (jag|vi|man|en|ett|de|den|usk|ssk|\w+)|kan (jag|vi|man)|ska (jag|vi|man)|måste|behöver|tillåtet|"
        r"allowed|may i|can i|must)\b",
    ),
    ("definition", r"\b(vad (är|betyder|menas|innebär)|definition\w*|what is|meaning|förkortning\w*|skillnad\w*)\b"),
    ("where", r"\b(var (finns|hittar|ska|dokumenterar|skriver|förvaras|står|signerar)|vart|where)\b"),
    ("how", r"\b(hur|vad gör|vad ska|steg|ordning|how|what (do|should))\b"),
]
COMPILED = [(asks, re.compile(pattern)) for asks, pattern in PATTERNS]


@dataclass(frozen=True, slots=True)
class Concept:
    """One content word or fixed phrase of the question, and what may stand for it in a document."""

    word: str
    stems: frozenset[str]  # all of them present: the word itself
    others: tuple[tuple[frozenset[str], float], ...]  # stems that stand for it together, and what they count
    weight: float  # its rarity in the index
    absent: bool = False  # none of its words is in the index, nor anything that may stand for it


@dataclass(frozen=True, slots=True)
class Question:
    """What retrieval and the answer need to know of a question."""

    text: str
    concepts: tuple[Concept, ...]
    terms: dict[str, float]  # stem -> weight, for BM25
    asks: tuple[Asks, ...]  # best guess first
    repaired: tuple[tuple[str, str], ...]  # (as written, as searched)
    gist: str = ""  # what of the text is searched for; all of it where nothing is said
    weight: float = field(init=False)  # the rarity of all concepts together

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", sum(concept.weight for concept in self.concepts))

    @property
    def searched(self) -> str:
        """The text, or its gist, with repaired spelling."""
        better = dict(self.repaired)
        return WORD.sub(lambda found: better.get(found.group().lower(), found.group()), self.gist or self.text)


class Reader:
    """Reads questions against one index's vocabulary and the word list."""

    def __init__(self, lexical: LexicalIndex, groups: Sequence[Sequence[str]]) -> None:
        self._lexical = lexical
        # first stem of a listed phrase -> (its stems, the other phrases of its group)
        self._listed: dict[str, list[tuple[tuple[str, ...], list[tuple[str, ...]]]]] = {}
        listed_words: set[str] = set()
        for group in groups:
            stemmed = list(dict.fromkeys(tuple(stem(word) for word in words(phrase)) for phrase in group))
            listed_words.update(word for phrase in group for word in words(phrase))
            for phrase in stemmed:
                if phrase:
                    self._listed.setdefault(phrase[0], []).append((phrase, [o for o in stemmed if o and o != phrase]))
        self._spelling = Speller(lexical.spellings, listed_words | asked_words(), self._is_known)

    def read(self, text: str, gist: str = "") -> Question:
        """Return the question's concepts: of its gist, or of it all. A question of stop words alone has none."""
        searched = gist or text
        written = words(searched)[:LONGEST_QUESTION]
        repaired: list[tuple[str, str]] = []
        tokens: list[str] = []
        for word in written:
            better = self._spelling.repair(word)
            if better != word:
                repaired.append((word, better))
            tokens.append(better)
        stems = [stem(word) for word in tokens]
        concepts: list[Concept] = []
        place = 0
        while place < len(tokens):
            length, concept = self._concept(tokens, stems, place)
            if concept is not None and all(concept.stems != other.stems for other in concepts):
                concepts.append(concept)
            place += length
        terms: dict[str, float] = {}
        for concept in concepts:
            for term in concept.stems:
                terms[term] = max(terms.get(term, 0.0), 1.0)
            for others, counts in concept.others:
                for term in others:
                    terms[term] = max(terms.get(term, 0.0), 0.7 * counts / len(others))
        return Question(text, tuple(concepts), terms, asks_for(searched), tuple(repaired), gist)

    def _concept(self, tokens: Sequence[str], stems: Sequence[str], place: int) -> tuple[int, Concept | None]:
        """The longest listed phrase that starts here, else the word; and how many words it takes."""
        best: tuple[tuple[str, ...], list[tuple[str, ...]]] | None = None
        merged: list[tuple[str, ...]] = []
        for phrase, same in self._listed.get(stems[place], []):
            if tuple(stems[place : place + len(phrase)]) == phrase:
                if best is None or len(phrase) > len(best[0]):
                    best, merged = (phrase, same), list(same)
                elif len(phrase) == len(best[0]):
                    merged += same
        length = len(best[0]) if best else 1
        word = " ".join(tokens[place : place + length])
        if length == 1 and (word in STOP or word in POLITE or (len(word) < 2 and not word.isdigit())) and not best:
            return 1, None
        if length == 1 and word in STOP:
            return 1, None
        own = frozenset(stems[place : place + length])
        others = [(frozenset(phrase), SYNONYM) for phrase in dict.fromkeys(merged)]
        if length == 1:
            parts = self._lexical.compounds.parts(word)
            if parts:
                others.append((frozenset(stem(part) for part in parts), 0.9))
                others += [(frozenset([stem(part)]), PART) for part in parts]
        known = [self._lexical.rarity(term) for term in own]
        weight = sum(known) / len(known)
        absent = False
        if all(self._lexical.frequency(term) == 0 for term in own):
            # A word the documents do not have: as rare as the rarest that stands for it, if anything does.
            stand_ins = [
                max(self._lexical.rarity(term) for term in phrase)
                for phrase, _ in others
                if all(self._lexical.frequency(term) for term in phrase)
            ]
            weight = min([weight, *stand_ins]) if stand_ins else weight
            absent = not stand_ins
        return length, Concept(word, own, tuple(others), float(weight), absent)

    def _is_known(self, word: str) -> bool:
        return (
            word in STOP
            or is_word(word)
            or bool(self._lexical.frequency(stem(word)) or self._lexical.compounds.parts(word))
        )


def leaning(whole: Question, own: Question, *, carried: float) -> Question:
    """A follow-up's question: what is carried over from the one before counts `carried` (0 to 1) beside its own words.

    It asks for what its own words ask for, where they do.
    """
    said = {concept.stems for concept in own.concepts}
    concepts = tuple(
        concept if concept.stems in said else replace(concept, weight=concept.weight * carried)
        for concept in whole.concepts
    )
    terms = {term: weight if term in own.terms else weight * carried for term, weight in whole.terms.items()}
    return replace(whole, concepts=concepts, terms=terms, asks=whole.asks if own.asks == ("what",) else own.asks)


def asks_for(text: str) -> tuple[Asks, ...]:
    """What a question asks for, in the order of the patterns; "what" where none matches."""
    lower = text.casefold()
    found = tuple(asks for asks, pattern in COMPILED if pattern.search(lower))
    return found or ("what",)


def covered(concept: Concept, stems: frozenset[str] | set[str]) -> float:
    """How far a text with these stems holds the concept, 0 to 1."""
    if concept.stems <= stems:
        return 1.0
    return max((counts for others, counts in concept.others if others <= stems), default=0.0)


def coverage(question: Question, stems: frozenset[str] | set[str]) -> float:
    """The share of the question's weight that a text with these stems holds, 0 to 1."""
    if not question.weight or question.terms.keys().isdisjoint(stems):
        return 0.0
    return sum(concept.weight * covered(concept, stems) for concept in question.concepts) / question.weight
