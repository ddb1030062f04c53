"""What a role does by a verb: the kind of row, the task and where it ends. A role that only is or has gives nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.register.duty import DutyKind
from ingest.register.sentence import Sentence
from ingest.register.verbs import MODALS, kind_of

NOT = frozenset(["inte", "aldrig", "ej"])
NO_DEED = frozenset([
    "kräver", "verkar", "gäller", "spelar", "hör", "fungerar", "existerar", "varierar", "upplever", "beskriver",
    "bär", "ingår", "utgör", "berättar", "lyfter",
])  # fmt: skip
WITH_PARTICLE = frozenset(["går"])  # a deed only with its particle: "går igenom"
PARTICLE = re.compile(r"\s*(?:\w+\s+){0,4}?(igenom|in|ut|över|hem|med|till)\b")
OWNS = re.compile(r"(?:\w+\s+){0,4}?(?:ansvar\w*|uppdrag\w*|uppgift\w*)\s+(?:(?:i|för|att|som)\b)", re.IGNORECASE)
OWNS_NOT = re.compile(r"(?:normalt\s+)?(?:inget|inte|samma)\b")
IS_WHO = re.compile(r"(?:den|en)\s+(?:\w+\s+)?som\s+")  # "är den som …"
IS_GIVEN = re.compile(r"(?:en |ett )?(sammanställning|kopia|rapport|besked|information)\b")


@dataclass(frozen=True, slots=True)
class Clause:
    """One main clause with a role as its actor; `rest` is what the sentence says from its verb on."""

    roles: tuple[str, ...]
    kind: DutyKind
    rest: str
    conditions: tuple[str, ...]
    start: int  # where the clause begins in the sentence


@dataclass(frozen=True, slots=True)
class _Predicate:
    """A verb and what follows it, by the numbers of tokens."""

    sentence: Sentence
    roles: tuple[str, ...]
    verb: int
    tail: int  # what follows the verb, or the role that stands after it
    end: int
    start: int  # of the clause
    conditions: tuple[str, ...]

    @property
    def word(self) -> str:
        return self.sentence.word(self.verb)

    @property
    def near(self) -> list[str]:
        """The words after the verb, up to the third of what follows."""
        return [self.sentence.word(place) for place in range(self.verb + 1, min(self.tail + 3, self.end))]

    @property
    def rest(self) -> str:
        return self.sentence.stretch(self.tail, self.end)

    @property
    def whole(self) -> str:
        return f"{self.sentence.tokens[self.verb].text} {self.rest}"

    def says(self, kind: DutyKind, rest: str) -> Clause:
        return Clause(self.roles, kind, rest, self.conditions, self.sentence.tokens[self.start].start)


def clause_of(
    sentence: Sentence,
    roles: tuple[str, ...],
    verb: int,
    *,
    start: int,
    conditions: tuple[str, ...],
    role_behind: int | None = None,
) -> Clause | None:
    """What the roles do by this verb, in the clause that begins at `start`; None where they do nothing.

    `role_behind` is where the role stands when it comes after its verb.
    """
    tail = (verb if role_behind is None else role_behind) + 1
    predicate = _Predicate(sentence, roles, verb, tail, _end(sentence, tail), start, conditions)
    if predicate.word in ("har", "bär", "är", "blir"):
        return _owned(predicate)
    return _with_modal(predicate) if predicate.word in MODALS else _done(predicate)


def _owned(predicate: _Predicate) -> Clause | None:
    """ "har ansvar för …", "är den som …"."""
    rest = predicate.rest
    if IS_WHO.match(rest):
        places = range(predicate.tail, predicate.end)
        place = next((p for p in places if predicate.sentence.word(p) == "som"), predicate.end) + 1
        if place < predicate.end and predicate.sentence.is_finite(place):
            return _of_other_verb(predicate, place)
    owns = OWNS.match(rest)
    if not owns or {*NOT, "haft", "varit", "fått"} & set(predicate.near) or OWNS_NOT.match(rest):
        return None
    return predicate.says("ansvarar" if "ansvar" in owns.group().casefold() else "utför", predicate.whole)


def _with_modal(predicate: _Predicate) -> Clause | None:
    """ "ska kontrollera …", "får inte …"; as a lead-in, "ska:", whose items say what."""
    sentence, tail, modal, near = predicate.sentence, predicate.tail, predicate.word, predicate.near
    kind: DutyKind
    if sentence.word(tail) in ("", "följande"):
        kind = "får" if modal == "får" else "utför"
        return predicate.says("får inte" if NOT & set(near) else kind, predicate.whole)
    relative = sentence.word(tail) == "som"
    reach = range(tail, min(tail + (11 if relative else 7), predicate.end))
    inner = next((place for place in reach if sentence.verbs.is_infinitive(sentence.word(place))), None)
    if inner is None:  # "får en sammanställning varje tertial" tells whom something is sent to
        given = modal == "får" and IS_GIVEN.match(predicate.rest)
        return predicate.says("informeras", predicate.rest) if given else None
    skipped = [sentence.word(place) for place in range(tail, inner)]
    if (not relative and {",", "som"} & set(skipped)) or sentence.word(inner) in ("vara", "ha", "få", "bli"):
        return None
    if {"gånger", "ofta", "ibland"} & set(skipped) or (modal == "får" and "att" in skipped):
        return None
    kind = "får" if modal == "får" else kind_of(sentence.verbs.of_infinitive(sentence.word(inner)))
    if NOT & {*near[:3], *skipped}:
        kind = "får inte"
    task = sentence.stretch(inner, predicate.end)
    lead = " ".join(word for word in skipped if word not in NOT and word not in ("att", "själv", "alltid"))
    return predicate.says(kind, f"{lead} {task}".strip() if len(lead.split()) > 2 else task)


def _done(predicate: _Predicate) -> Clause | None:
    """ "lämnar …", "beslutar inte …"."""
    word, rest, near = predicate.word, predicate.rest, predicate.near
    if word in NO_DEED:  # its next verb may be one: "fungerar som … och har ansvaret för …"
        places = range(predicate.tail, predicate.end - 1)
        both = (p + 1 for p in places if predicate.sentence.word(p) == "och" and predicate.sentence.is_finite(p + 1))
        place = next(both, None)
        return None if place is None else _of_other_verb(predicate, place)
    if word in WITH_PARTICLE and not PARTICLE.match(rest):
        return None
    kind: DutyKind = "ansvarar" if word == "svarar" and near[:1] == ["för"] else kind_of(word)
    task = predicate.whole.strip()
    role_between = predicate.tail > predicate.verb + 1
    if NOT & set(near[: 2 + role_between]):
        if kind == "ansvarar":
            return None
        return predicate.says("får inte", re.sub(r"\b(?:inte|aldrig|ej)\b\s*", "", task, count=1))
    if kind == "utför" and re.search(r"^(fattar|tar)\b.*?\bbeslut\b", f"{word} {rest}"):
        kind = "beslutar"
    if kind == "utför" and re.search(r"^(tar|övertar)\b.{0,20}\bansvar", f"{word} {rest}"):
        kind = "ansvarar"
    return predicate.says(kind, task)


def _of_other_verb(predicate: _Predicate, verb: int) -> Clause | None:
    """What the same roles do by a later verb of theirs."""
    return clause_of(predicate.sentence, predicate.roles, verb, start=predicate.start, conditions=predicate.conditions)


def _end(sentence: Sentence, start: int) -> int:
    """Where a clause ends: at a semicolon, or before ", och" and a new role with a verb of its own."""
    length = len(sentence.tokens)
    for place in range(start, length):
        word = sentence.word(place)
        if word == ";":
            return place
        if word not in ("och", ",", "medan", "men"):
            continue
        role = next((p for p in range(place + 1, min(place + 4, length)) if sentence.tokens[p].roles), None)
        if role is None or role + 1 >= length or (word in ("och", ",") and sentence.is_subordinate(place)):
            continue
        if sentence.is_finite(role + 1) and sentence.first_of(role) == place + 1:
            return place
    end = length
    while end > start and sentence.word(end - 1) in (".", "!", ","):
        end -= 1
    return end
