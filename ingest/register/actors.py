"""The clauses of a sentence whose actor is a role: its subject, before or after the verb, or the agent of a passive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.register.clause import NOT, Clause, clause_of
from ingest.register.sentence import BEFORE_ROLE, SUBORDINATE, Sentence
from ingest.register.verbs import kind_of

TELLS = frozenset(["informeras", "meddelas", "kontaktas", "underrättas", "larmas", "tillkallas", "rings", "tillfrågas"])
# What may stand between a verb and the role that comes after it.
ADVERBS = frozenset([
    "då", "alltid", "också", "själv", "själva", "däremot", "normalt", "även", "genast", "inte", "aldrig", "ej",
    "dock", "bara", "endast", "enbart", "alltså", "därefter", "sedan", "först", "skriftligt", "muntligt", "dessutom",
    "omgående", "direkt", "redan", "ensam", "ensamma", "i", "samråd", "bland", "annat", "tillsammans", "gemensamt",
    "löpande", "årligen", "regelbundet", "därför", "snarast", "personligen",
])  # fmt: skip
PREPOSITIONS = frozenset([
    "på", "vid", "i", "hos", "för", "från", "inom", "med", "till", "av", "under", "enligt", "efter", "utan",
])  # fmt: skip
# A sentence that goes on with one of these tells how somebody is, not what they do.
IS_SO = frozenset([
    "ökar", "minskar", "växer", "känner", "mår", "lider", "bor", "vill", "vet", "saknar", "finns", "behöver",
    "önskar", "tycker", "anser", "hoppas",
])  # fmt: skip
BEFORE_SUBJECT = frozenset([",", "och", "men", ";", ":", "medan", "eller", "utan", "samt", "(", "–", "•"])
# How a sentence begins whose subject comes after its verb.
FRONTED = re.compile(
    r"^(vid|i|på|under|efter|före|inom|till|från|hos|för|med|utan|mot|utöver|mellan|kväll\w*|natt\w*|nätter|dagtid|"
    r"helg\w*|vardag\w*|därefter|då|sedan|dock|annars|däremot|normalt|först|senast|varje|därför|inför|när|om|innan|så|"
    r"här|där|övrig|nattetid|jourtid|dessutom|en|två|tre|samma|i|enligt|utanför|därutöver|slutligen|även|ibland|"
    r"eftersom|saknas|samtidigt|mån\w+|tis\w+|ons\w+|tors\w+|fre\w+|lör\w+|sön\w+)$",
    re.IGNORECASE,
)
REMARK = re.compile(r"[,\s]*((?:dagtid|nattetid|inom|senast|varje|efter|på|vid|före|två|under)\b[^,;.]*)")


def clauses(sentence: Sentence) -> list[Clause]:
    """The clauses with a role as their actor, in order."""
    found: list[Clause] = []
    for number, token in enumerate(sentence.tokens):
        if not token.roles:
            continue
        first = sentence.first_of(number)
        clause = (
            _agent(sentence, number, first)
            or _told(sentence, number, first)
            or _subject(sentence, number, first)
            or _inverted(sentence, number, first, found)
            or _named(sentence, number, first)
        )
        if clause is not None:
            found.append(clause)
    return found


# --- the agent of a passive


def _agent(sentence: Sentence, number: int, first: int) -> Clause | None:
    """A passive and its agent: "Ordination görs av läkare"."""
    before = first - 1
    if sentence.word(before) != "av":
        return None
    opening = sentence.opening(before)
    reach = range(before - 1, max(opening, before - 15) - 1, -1)
    passive = next((place for place in reach if sentence.passive(place)), None)
    if passive is None:
        return _agent_of_noun(sentence, number, before)
    between = range(passive + 1, before)
    another = sentence.word(before - 1) in ("och", "eller", "samt", "respektive")  # "av läkare eller av den som …"
    if any(sentence.word(place) in SUBORDINATE for place in between):
        return None
    if not another and any(sentence.tokens[place].roles for place in between):
        return None
    start = _start_of_passive(sentence, passive, opening)
    ahead = [sentence.word(place) for place in range(start, passive)]
    comma = next((place for place in range(passive - 1, opening, -1) if sentence.word(place) == ","), opening)
    if any(sentence.word(place) in SUBORDINATE for place in range(min(comma, start), passive)) or ahead[:1] == ["inte"]:
        return None
    if "behöver" in ahead and NOT & set(ahead):
        return None
    kind = "får" if "får" in ahead else kind_of(sentence.passive(passive) or "")
    if NOT & {sentence.word(before - 1), *map(sentence.word, between[:2]), *ahead[-2:]}:
        kind = "får inte"
    task = sentence.stretch(start, passive + 1 if another else before)
    remark = _remark(sentence, number)
    roles = sentence.tokens[number].roles
    return Clause(roles, kind, f"{task} {remark}".strip(), (remark,), sentence.tokens[start].start)


def _agent_of_noun(sentence: Sentence, number: int, before: int) -> Clause | None:
    """ "efter beslut av nämnden", "Efter åtgärd av chefen"."""
    roles, noun, opening = sentence.tokens[number].roles, sentence.word(before - 1), sentence.opening(before)
    start = sentence.tokens[opening].start
    if noun in ("beslut", "godkännande") and sentence.word(before - 2) in ("efter", "genom", "kräver"):
        return Clause(roles, "beslutar", sentence.stretch(opening, before - 2), (), start)
    if noun == "åtgärd":
        return Clause(roles, "utför", sentence.stretch(opening, before), (), start)
    return None


def _start_of_passive(sentence: Sentence, passive: int, opening: int) -> int:
    """Where the clause of a passive begins: after the last role that acted, or the comma before a new clause."""
    for number in range(passive - 1, opening - 1, -1):
        word = sentence.word(number)
        if word not in (",", "och", "men", "medan") or not any(map(sentence.is_verb, range(opening, number))):
            continue
        if any(map(sentence.is_verb, range(number + 1, passive))):
            continue
        return opening if word == "och" and passive - number <= 2 else number + 1
    return opening


def _remark(sentence: Sentence, number: int) -> str:
    """A short remark after the role: ", dagtid", " inom 10 vardagar"."""
    match = REMARK.match(sentence.text[sentence.tokens[number].end :])
    return match.group(1) if match else ""


# --- who is told


def _told(sentence: Sentence, number: int, first: int) -> Clause | None:
    """A role that is told: "MAS informeras samma dag", "Vid osäkerhet kontaktas MAS"."""
    roles = sentence.tokens[number].roles
    following, before = sentence.word(number + 1), sentence.word(first - 1)
    if following in TELLS and (first == 0 or before in (",", "och", ";")):
        return Clause(roles, "informeras", sentence.text, (), sentence.tokens[first].start)
    opening = sentence.opening(first)
    if before not in TELLS or first - 1 <= opening:
        return None
    if sentence.word(first - 2) in SUBORDINATE or sentence.word(opening) in ("som", "att"):
        return None
    head = sentence.stretch(opening, first - 1)
    task = f"{before} {head[:1].lower()}{head[1:]} {_remark(sentence, number)}".strip()
    return Clause(roles, "informeras", task, (head,), 0)


# --- the subject before its verb


def _subject(sentence: Sentence, number: int, first: int) -> Clause | None:
    """A role before its verb: "Sjuksköterskan lämnar", "Chefen på enheten ska"; also "det är MAS som anmäler"."""
    before = sentence.word(first - 1)
    roles = sentence.tokens[number].roles
    if (before == "är" and sentence.word(first - 2) == "det") or (
        before in ("alltså", "alltid", "bara") and sentence.word(first - 3) == "det"
    ):
        reach = range(number + 1, min(number + 9, len(sentence.tokens)))
        place = next((p for p in reach if sentence.word(p) == "som"), None)
        if place is not None and place + 1 < len(sentence.tokens) and sentence.is_finite(place + 1):
            return clause_of(sentence, roles, place + 1, start=first, conditions=())
        return None
    if first and before not in BEFORE_SUBJECT:
        return None
    goes_on = before in ("och", "eller", "samt", ",")
    if goes_on and (sentence.is_subordinate(first - 1) or not sentence.has_verb(sentence.opening(first), first - 1)):
        return None
    verb = _verb_after(sentence, number)
    if verb is None:
        return None
    conditions = (sentence.stretch(number + 1, verb),) if verb > number + 1 else ()
    return clause_of(sentence, roles, verb, start=first, conditions=conditions)


def _verb_after(sentence: Sentence, number: int) -> int | None:
    """The verb of which the role is the subject, past what describes the role; None where there is none."""
    place, end = number + 1, len(sentence.tokens)
    relative = False
    while place < end and place <= number + 14:
        word = sentence.word(place)
        if sentence.is_finite(place):
            return place
        if word == "(":
            place = next((p for p in range(place, end) if sentence.word(p) == ")"), end) + 1
            continue
        if word == "," and not relative:
            return _verb_after_insertion(sentence, place)
        if word == "som" and place == number + 1:
            verb = next((p for p in range(place + 1, min(place + 5, end)) if sentence.is_past(p)), None)
            if verb is None:
                return None
            relative, place = True, verb + 1
            continue
        if word != "," and not _describes(sentence, place, number, relative=relative):
            return None
        place += 1
    return None


def _verb_after_insertion(sentence: Sentence, comma: int) -> int | None:
    """The verb after an insertion between commas, "chefen, eller ersättaren, beslutar", or None."""
    end = len(sentence.tokens)
    close = next((p for p in range(comma + 1, min(comma + 9, end)) if sentence.word(p) == ","), None)
    if close is None or sentence.word(comma + 1) in ("som", "och") or close + 1 >= end:
        return None
    if any(map(sentence.is_finite, range(comma + 1, close))) or not sentence.is_finite(close + 1):
        return None
    return close + 1


def _describes(sentence: Sentence, place: int, number: int, *, relative: bool) -> bool:
    """May this token belong to what describes the role: "på enheten", "som har jour"?"""
    word, before = sentence.word(place), sentence.word(place - 1)
    if place == number + 1 and word not in PREPOSITIONS and not relative:
        return False
    if word in (";", ":", ".") or word in SUBORDINATE or word in IS_SO:
        return False
    if not sentence.tokens[place].roles or relative:
        return True
    return before in PREPOSITIONS or before in ("och", "-") or bool(BEFORE_ROLE.match(before))


# --- the subject after its verb


def _inverted(sentence: Sentence, number: int, first: int, found: Sequence[Clause]) -> Clause | None:
    """A role after its verb, where something else comes first: "Vid frånvaro beslutar ersättaren"."""
    verb = first - 1
    while verb > 0 and sentence.word(verb) in ADVERBS:
        verb -= 1
    opening = sentence.opening(first)
    if verb <= opening or not sentence.is_finite(verb):
        return None
    before = sentence.word(verb - 1)
    if before in SUBORDINATE or before in ("och", "eller", "samt", "men", ":"):
        return None
    conditional = _is_conditional(sentence, opening)
    if before == "," and not conditional:
        return None
    if conditional and any(
        sentence.tokens[opening].start < clause.start < sentence.tokens[verb].start for clause in found
    ):
        return None
    start = opening if conditional else _start_of_fronted(sentence, opening, verb)
    if start is None:
        return None
    roles, conditions = sentence.tokens[number].roles, (sentence.stretch(start, verb),)
    return clause_of(sentence, roles, verb, start=start, conditions=conditions, role_behind=number)


def _is_conditional(sentence: Sentence, opening: int) -> bool:
    """Does the sentence begin with a clause of its own: "Om chefen är ledig …", "Är chefen ledig …"?"""
    word = sentence.word(opening)
    if word in ("om", "när", "innan", "eftersom", "så", "saknas", "finns", "blir", "är", "har"):
        return True
    return sentence.is_verb(opening) or bool(re.fullmatch(r"\w{4,}(?:er|ar)", word) and not FRONTED.match(word))


def _start_of_fronted(sentence: Sentence, opening: int, verb: int) -> int | None:
    """Where what comes before the verb begins, None where it is nothing that may stand there."""
    start = opening
    for place in range(verb - 1, opening - 1, -1):
        if sentence.word(place) == "," and sentence.has_verb(opening, place):
            start = place + 1
            break
    if not FRONTED.match(sentence.word(start)) or sentence.has_verb(start, verb):
        return None
    led = any(sentence.word(place) in PREPOSITIONS for place in range(start, verb))
    if not led and any(sentence.tokens[place].roles for place in range(start + 1, verb)):
        return None
    return start


# --- the one who is named as responsible


def _named(sentence: Sentence, number: int, first: int) -> Clause | None:
    """ "med ansvar för respektive verksamhetschef", "Ansvaret för … ligger hos chefen"."""
    roles = sentence.tokens[number].roles
    if [sentence.word(place) for place in (first - 2, first - 1, first)] == ["ansvar", "för", "respektive"]:
        return Clause(roles, "ansvarar", sentence.stretch(sentence.opening(first), first - 2), (), 0)
    if sentence.word(first - 1) in ("på", "hos") and re.match(r"ansvaret\b.*\bligger\b", sentence.text, re.IGNORECASE):
        return Clause(roles, "ansvarar", sentence.stretch(0, first - 1), (), 0)
    return None
