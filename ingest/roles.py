"""Roles in a text: where one is named, and the one name that all its words share. The list is `roles.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import IngestError

SHIPPED = Path(__file__).parent / "roles.yaml"
# How a role's last word may end beside its dictionary form; a genitive is somebody's, not somebody.
ENDINGS = r"(?:n|en|et|t|na|er|erna|ar|arna|a|e|r|rna|nen)?"
WORD = re.compile(r"[\w-]+")
NOTHING = r"(?!)"  # a pattern that nothing matches
MOST_WORDS = 100_000  # that are remembered
PREFIXES = (
    "an", "av", "be", "bi", "efter", "fram", "från", "för", "före", "hem", "hop", "in", "kontroll", "med", "mot", "ned",
    "ny", "om", "på", "sam", "samman", "till", "under", "upp", "ut", "vidare", "åter", "över",
)  # fmt: skip
SHORT = {
    "tar": "ta",
    "ger": "ge",
    "ser": "se",
    "går": "gå",
    "får": "få",
    "slår": "slå",
    "står": "stå",
    "gör": "göra",
    "för": "föra",
    "kör": "köra",
    "hör": "höra",
    "bär": "bära",
    "klär": "klä",
    "smörjer": "smörja",
    "mottar": "motta",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A role named in a text: `text[start:end]`, and the names of the roles it stands for."""

    start: int
    end: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)  # compared as itself, so that what is made of it can be kept
class RoleList:
    """Roles with their words, ends of words that make a role, and verbs in the present."""

    words: tuple[tuple[str, str], ...]  # (word or phrase in lower case, name of the role), longest first
    ends: tuple[str, ...]
    never: frozenset[str]
    verbs: frozenset[str]

    @property
    def told(self) -> str:
        """All that the list holds, the same text for the same list."""
        return repr((self.words, self.ends, sorted(self.never), sorted(self.verbs)))

    def name(self, text: str) -> str:
        """The role that a word or phrase names, or the text itself in lower case where the list has none."""
        whole = text.strip()
        if listed := dict(reversed(self.words)).get(whole.casefold()):
            return listed
        return next(iter(self.exactly(whole)), whole.casefold())

    def exactly(self, text: str) -> tuple[str, ...]:
        """The roles of a text that is one mention and nothing else, or ()."""
        found = self.find(text)
        return found[0].roles if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else ()

    def find(self, text: str) -> list[Mention]:
        """Every role that the text names, in order; of overlapping words the longest."""
        known, other = _patterns(self)
        found = [
            Mention(match.start(), match.end(), (self._listed(match),))
            for match in known.found(text)
            if not _is_word(match.group())
        ]
        taken = [(mention.start, mention.end) for mention in found]
        for match in other.found(text):
            start, end = match.span()
            if any(start < b and end > a for a, b in taken):
                continue
            name = _dictionary(match.group("before"), self.ends[int(str(match.lastgroup)[1:])])
            if name not in self.never and not match.group().isupper():
                found.append(Mention(start, end, (name,)))
        return sorted(found, key=lambda mention: mention.start)

    def _listed(self, match: re.Match[str]) -> str:
        return self.words[int(str(match.lastgroup)[1:])][1]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Finds phrases that begin with a word, trying only where one of their first words stands."""

    whole: re.Pattern[str]
    first: re.Pattern[str]
    begins: dict[str, bool] = field(default_factory=dict)  # may one begin with this word? Texts use few words often

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Every match that does not overlap one before it."""
        end = 0
        for word in WORD.finditer(text):
            if word.start() < end:
                continue
            begins = self.begins.get(word.group())
            if begins is None:
                if len(self.begins) > MOST_WORDS:
                    self.begins.clear()
                begins = self.begins[word.group()] = bool(self.first.fullmatch(word.group()))
            if begins and (match := self.whole.match(text, word.start())):
                yield match
                end = match.end()


@lru_cache(maxsize=8)
def _patterns(roles: RoleList) -> tuple[_Phrases, _Phrases]:
    """What finds the listed words, and what finds words with a listed end."""
    words = [word for word, _ in roles.words]
    known = "|".join(f"(?P<w{number}>{_inflected(word)})" for number, word in enumerate(words))
    ends = "|".join(f"(?P<e{number}>{_inflected(end, named=False)})" for number, end in enumerate(roles.ends))
    edge = r"(?<![\w/-])(?<!\w\.)"
    before = r"[\w-]*?"
    return (
        _Phrases(
            re.compile(rf"{edge}(?:{known})(?![\w-])", re.IGNORECASE),
            re.compile("|".join(map(_first, words)) or NOTHING, re.IGNORECASE),
        ),
        _Phrases(
            re.compile(rf"{edge}(?P<before>{before})(?:{ends})(?![\w-])", re.IGNORECASE),
            re.compile(rf"{before}(?:{'|'.join(map(_first, roles.ends)) or NOTHING})", re.IGNORECASE),
        ),
    )


def _first(phrase: str) -> str:
    """A pattern of the first word of a phrase, in any form, as far as its letters go."""
    first, *others = phrase.split()
    letters = WORD.match(first)
    if not letters or letters.end() < len(first):
        return re.escape(letters.group()) if letters else NOTHING
    return rf"{re.escape(first)}(?:a|e)?" if others else _inflected(first, named=False) + "|" + _inflected(first)


def _inflected(phrase: str, *, named: bool = True) -> str:
    """A pattern of a word or phrase in every form but the genitive."""
    *first, last = phrase.split()
    words = [rf"{re.escape(word)}(?:a|e)?" for word in first]
    if len(last) <= 3 and named:  # abbreviations do not bend
        ending = rf"{re.escape(last)}(?::\w+)?"
    elif last.endswith("a") and not last.endswith("ä"):
        ending = rf"{re.escape(last[:-1])}(?:an?|or|orna)"
    elif last.endswith("man"):
        ending = rf"{re.escape(last[:-3])}(?:man|mannen|män|männen)"
    else:
        ending = re.escape(last) + ENDINGS
        if last.endswith("are"):
            ending = rf"{re.escape(last[:-1])}(?:e|en|na)"
    return r"\s+".join([*words, ending])


def _is_word(text: str) -> bool:
    """Is an abbreviation written as a common word ("at", "pas" in lower case)?"""
    return len(text) <= 3 and text.islower() and text not in ("ssk", "usk", "mas", "mar", "sas")


def _dictionary(before: str, end: str) -> str:
    """A role's dictionary form: its beginning, an abbreviation as it is written, and the listed end."""
    return (before if re.fullmatch(r"[A-ZÅÄÖ]{2,}-", before) else before.casefold()) + end


def forms(present: str) -> tuple[set[str], set[str], set[str]]:
    """A verb's infinitive, passive present and passive infinitive, from its present."""
    for short, infinitive in SHORT.items():
        if present == short or (present.endswith(short) and present[: -len(short)] in PREFIXES):
            head = present[: -len(short)]
            root = infinitive.removesuffix("a") if infinitive.endswith(("öra", "ära")) else infinitive
            return {head + infinitive}, {f"{head}{root}s"}, {f"{head}{infinitive}s"}
    if present.endswith("ar"):
        return {present[:-1]}, {present[:-1] + "s"}, {present[:-1] + "s"}
    if present.endswith("er"):
        root = present[:-2]
        return {root + "a"}, {root + "s", root + "es"}, {root + "as"}
    return {present + "a"}, {present + "s"}, {present + "as"}


def read_roles(own: Path | None = None) -> RoleList:
    """The shipped list and, where it exists, the list at `own`. Raises IngestError when a list has another form."""
    words: dict[str, str] = {}
    ends: list[str] = []
    never: list[str] = []
    verbs: list[str] = []
    for path in [*([own] if own and own.exists() else []), SHIPPED]:
        try:
            values: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
            for name, others in (values.get("roller") or {}).items():
                for word in (str(name), *map(str, others or [])):
                    words.setdefault(word.casefold(), str(name))
            ends += [str(end).casefold() for end in values.get("slut") or []]
            never += [str(word).casefold() for word in values.get("inte") or []]
            verbs += str(values.get("verb") or "").casefold().split()
        except (yaml.YAMLError, AttributeError, TypeError, OSError) as error:
            raise IngestError(
                f"Rollistan {path} går inte att läsa: {error}. Varje roll skrivs som `  enhetschef: [ec, chefen]` "
                "under `roller:`."
            ) from error
    ordered = sorted(words.items(), key=lambda entry: -len(entry[0]))
    longest = sorted(dict.fromkeys(ends), key=len, reverse=True)
    return RoleList(tuple(ordered), tuple(longest), frozenset(never), frozenset(verbs))
