"""A sentence as tokens: words and marks, with all the words of a role gathered into one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.register.verbs import MODALS, Verbs, verbs_of
from ingest.roles import Mention, RoleList

TOKEN = re.compile(r"\w+(?:[-/:.]\w+)*|[^\w\s]")
PAST = re.compile(r"^\w+(?:at|it|ått|tt|ade|de|te|rit)$")
SUBORDINATE = frozenset([
    "som", "att", "om", "när", "innan", "eftersom", "vars", "vad", "hur", "vem", "vilken", "vilket", "vilka",
    "såvida", "förrän", "huruvida", "varför",
])  # fmt: skip
IMPERATIVES = frozenset(["ring", "kontakta", "meddela", "skriv", "ta", "gör", "lämna"])
# Words that may stand between a role and the start of its noun phrase: "den ansvarige …", "kommunens …".
BEFORE_ROLE = re.compile(
    r"^(den|det|de|en|ett|varje|respektive|alla|all|någon|annan|ordinarie|två|tre|endast|enbart|bara|även|också|dock|"
    r"ansvarig|behandlande|mottagande|utskrivande|berörd\w*|aktuell\w*|lokal\w*|gränsöverskridande|avsedd|"
    r"delegerad\w*|utsedd\w*|erfaren|utbildad\w*|vikarierande|eller|gemensam\w*|övrig\w*|minst|egen|egna|samma|"
    r"[\wåäö]{3,}s)$",
    re.IGNORECASE,
)
# What ends "den som …" after its verb.
CLOSES = frozenset([
    ",", ".", ";", ":", "(", "så", "och", "varje", "på", "i", "under", "före", "senast", "inom", "till", "som", "vid",
    "eller", "utan", "enligt", "med", "av", "om", "när", "samma", "direkt",
])  # fmt: skip
BETWEEN_ROLES = re.compile(
    r"\s*(?:,|/|,?\s*och|,?\s*eller|,?\s*samt|,?\s*respektive|&)\s*(?:(?:den|en|ett|annan|kommunens|regionens|"
    r"mottagande|ansvarig|delegerad)\s+)?"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, or a role with all its words: `text[start:end]` of its sentence."""

    text: str
    start: int
    end: int
    roles: tuple[str, ...] = ()

    @property
    def lower(self) -> str:
        return self.text.casefold()


class Sentence:
    """One sentence and what can be asked of its tokens, by their numbers."""

    def __init__(self, text: str, roles: RoleList) -> None:
        self.text = text
        self.verbs = verbs_of(roles)
        self.tokens = _tokens(text, roles, self.verbs)

    def word(self, number: int) -> str:
        """The token in lower case, "" beyond both ends."""
        return self.tokens[number].lower if 0 <= number < len(self.tokens) else ""

    def stretch(self, start: int, end: int) -> str:
        """The text from one token to before another."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if start < end else ""

    def passive(self, number: int) -> str | None:
        """The present of the verb that stands here in the passive, or None."""
        return self.verbs.of_passive(self.word(number))

    def is_finite(self, number: int) -> bool:
        """Is it a verb in the present, not in the passive?"""
        token = self.tokens[number]
        return not token.roles and (token.lower in MODALS or self.verbs.is_present(token.lower))

    def is_verb(self, number: int) -> bool:
        """Is it a verb in the present, in the passive or not?"""
        return self.passive(number) is not None or self.is_finite(number)

    def is_past(self, number: int) -> bool:
        """May it be the verb of "som …", also in the past or the passive?"""
        return self.is_verb(number) or self.word(number).endswith(("it", "at", "ade", "de", "tt"))

    def has_verb(self, start: int, end: int) -> bool:
        """Does the stretch have a verb of its own, or begin with an imperative?"""
        own = any(self.is_verb(place) or self.word(place) in ("finns", "saknas") for place in range(start, end))
        return own or (start < end and self.word(start) in IMPERATIVES)

    def first_of(self, number: int) -> int:
        """The first token of the noun phrase that ends with this role."""
        first = number
        while first and not self.tokens[first - 1].roles and BEFORE_ROLE.match(self.tokens[first - 1].text):
            if self.is_verb(first - 1):
                break
            first -= 1
        return first

    def opening(self, number: int) -> int:
        """The first token of the stretch that this one stands in: after a semicolon, or the sentence's first."""
        while number and self.word(number - 1) != ";":
            number -= 1
        return number

    def is_subordinate(self, number: int) -> bool:
        """Is the stretch up to this token subordinate: "om chefen är borta och sjuksköterskan …"?"""
        comma = self.word(number) == ","
        for place in range(number - 1, -1, -1):
            word = self.word(place)
            if word in (";", ":") or (word == "," and not comma):
                return False
            if word in SUBORDINATE:
                # A comma closes a clause that was put first.
                return not comma or (word in ("som", "att") and place > 0 and self.word(place - 1) == ",")
        return False


def _tokens(text: str, roles: RoleList, verbs: Verbs) -> list[Token]:
    raw = [Token(match.group(), match.start(), match.end()) for match in TOKEN.finditer(text)]
    mentions = [*roles.find(text), *_whoever(text, raw, verbs)]
    joined = _joined(sorted(mentions, key=lambda mention: (mention.start, -mention.end)), text)
    result: list[Token] = []
    for token in raw:
        inside = next((mention for mention in joined if mention.start <= token.start < mention.end), None)
        if inside is None:
            result.append(token)
        elif not (result and result[-1].roles and result[-1].start == inside.start):
            result.append(Token(text[inside.start : inside.end], inside.start, inside.end, inside.roles))
    return result


def _joined(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """Roles that are listed together as one mention: "arbetsterapeut, fysioterapeut eller sjukgymnast"."""
    result: list[Mention] = []
    for mention in mentions:
        if result and mention.start < result[-1].end:
            continue
        if result and BETWEEN_ROLES.fullmatch(text[result[-1].end : mention.start]):
            names = tuple(dict.fromkeys((*result[-1].roles, *mention.roles)))
            result[-1] = Mention(result[-1].start, mention.end, names)
        else:
            result.append(mention)
    return result


# --- "den som …"


def _whoever(text: str, raw: Sequence[Token], verbs: Verbs) -> Iterator[Mention]:
    """ "Den som upptäcker felet": a role by what it does, up to the verb of the main clause."""
    words = [token.lower for token in raw]
    for number in range(len(words) - 2):
        if words[number : number + 2] != ["den", "som"]:
            continue
        behind = number > 0 and (verbs.is_present(words[number - 1]) or words[number - 1] == "av")
        end = _end_of_object(words, number, verbs) if behind else _end_of_subject(words, number, verbs)
        if end is not None and end > number + 2:
            start, stop = raw[number].start, raw[end - 1].end
            yield Mention(start, stop, (text[start:stop].casefold(),))


def _end_of_subject(words: Sequence[str], number: int, verbs: Verbs) -> int | None:
    """Where "den som …" ends as a subject: before the verb of the main clause."""
    for place in range(number + 3, min(number + 12, len(words))):
        word = words[place]
        if word in ",.;:":
            return None
        if word in MODALS or (verbs.is_present(word) and words[place - 1] != "och"):
            return place
    return None


def _end_of_object(words: Sequence[str], number: int, verbs: Verbs) -> int | None:
    """Where "den som …" ends behind a verb or "av": after its own verb and what that names."""
    reach = range(number + 2, min(number + 6, len(words)))
    verb = next((place for place in reach if verbs.is_present(words[place]) or PAST.match(words[place])), None)
    if verb is None:
        return None
    place = verb + 1
    while place < len(words) and place <= verb + 3 and words[place] not in CLOSES:
        place += 1
    return place
