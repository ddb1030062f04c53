"""Words of Swedish text: stems, the parts of compounds, stop words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
STOP_WORDS = """
och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du henne då
sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter upp vi dem vara vad
över än dig kan sina här ha mot alla under någon eller allt mycket sedan ju denna själv detta åt utan varit hur
ingen mitt ni bli blev oss din dessa några deras blir mina samma vilken er sådan vår blivit dess inom mellan
sådant varför varje vilka ditt vem vilket sitt sådana vart dina vars vårt våra ert era vilkas ska skall får få
måste bör finns the a an of to is are do does i my we what who when how for in on at and or it be can should må
ju väl ens även också bara gör göra går gå hos ens någonting nåt nån dom mej dej ngn ngt
"""
STOP = frozenset(STOP_WORDS.split())
# "listan", "sjuksköterskans"; not "handlingsplan", "kontaktman", "organ"
DEFINITE = re.compile(r"(\w{3,}a)(?<!pla)(?<!ma)(?<!orga)(?<!gra)(?<!kra)(?<!uta)ns?$")
LEAST_PART = 4  # letters of a compound's part
_stemmer = snowballstemmer.stemmer("swedish")


def words(text: str) -> list[str]:
    """Words and numbers, in lower case."""
    return WORD.findall(text.lower())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of a word in lower case (Porter, 2001), which by itself does not know "listan"."""
    definite = DEFINITE.match(word)
    return str(_stemmer.stemWord(definite.group(1) if definite else word))


class Compounds:
    """Splits compounds into words that are known: those of the index itself and of the word list."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = {word for word in known if len(word) >= LEAST_PART and word not in STOP}
        self._stems = {stem(word) for word in self._known}
        self._beginnings = {own[:LEAST_PART] for own in self._stems}
        self._split = lru_cache(maxsize=100_000)(self._parts)
        self.terms = lru_cache(maxsize=200_000)(self._terms)

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound, first to last: "utskrivningsläkemedel" gives utskrivning, läkemedel. Else ()."""
        return self._split(word)

    def _terms(self, word: str) -> tuple[str, ...]:
        """The word's stem and those of its parts; none of a stop word. Kept, as `terms`: the same words come again."""
        return () if word in STOP else (stem(word), *(stem(part) for part in self._parts(word)))

    def _parts(self, word: str) -> tuple[str, ...]:
        if len(word) < 2 * LEAST_PART:
            return ()
        for cut in range(LEAST_PART, len(word) - LEAST_PART + 1):
            head, tail = word[:cut], word[cut:]
            if not self._is_known(tail):
                continue
            for first in (head[:-1] if head.endswith("s") else "", head):
                if len(first) < LEAST_PART:
                    continue
                if self._is_known(first) or first + "a" in self._known or first + "e" in self._known:
                    return (*(self._parts(first) or (first,)), *(self._parts(tail) or (tail,)))
                deeper = self._parts(first)
                if deeper:
                    return (*deeper, *(self._parts(tail) or (tail,)))
        return ()

    def _is_known(self, word: str) -> bool:
        if word in self._known:
            return True
        # Stemming keeps three letters at least, and is slow: most words are told by how they begin.
        begun = word[:LEAST_PART] in self._beginnings or word[:3] in self._beginnings
        return begun and stem(word) in self._stems
