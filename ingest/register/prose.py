"""What sentences and list items say of roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from ingest.chunk import sentences
from ingest.register.actors import clauses
from ingest.register.duty import DutyKind, Found
from ingest.register.sentence import Sentence
from ingest.roles import RoleList

AFTER_NUMBER = re.compile(r"(?<=\d\d)\.\s+(?=[A-ZÅÄÖ])")  # ends a sentence also after "16.00" or a telephone number
ASKS = re.compile(r"^(vem|vad|vilk\w+|hur|när|var|om|varför)\b", re.IGNORECASE)
THEIRS = re.compile(r"\b(?:är|blir) det\s+(.{3,60}?)s\s+ansvar att\s+(.+)")
# How a clause begins whose task is what one answers for.
ANSWERS_FOR = re.compile(
    r"^(?:ansvarar|svarar|har|bär|är)\b.{0,40}?\bansvar\w*\s+(?:för\s+)?(?:att\s+)?|"
    r"^(?:ansvarar|svarar)\s+(?:\w+\s+)?(?:för\s+)?(?:att\s+)?"
)
WHEN = re.compile(
    r"\b(?:inom|senast|före|efter|under|mellan)\s+(?:(?:\d|en\b|ett\b|två|tre|fyra|fem|sex|samma|första|kl)[^,;.]*)|"
    r"\bsamma (?:dag|vardag|pass|arbetspass|vecka|besök)\b|\b(?:nästa) (?:vardag|dag)\b|"
    r"\b(?:varje|var|varannan|vartannat)\s+(?:\w+\s+)?(?:dag|pass|dygn|vecka|månad|kvartal|tertial|halvår|år|måndag|"
    r"tisdag|onsdag|torsdag|fredag|vardag)\b|\b\w+ gång(?:er)? (?:per|om|i) \w+\b|"
    r"\bdygnet runt\b|\bdagtid\b|\bnattetid\b|"
    r"\bendast (?:vid|om|när|efter)[^,;.]*|\befter (?:samråd|delegering|instruktion|beslut)[^,;.]*",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"^(?:\d+|[a-z])[.)]\s+")
TERM = re.compile(r"^(?:\d+[.)]\s*)?[a-zåäö][\w åäö-]{1,40}: |^[A-ZÅÄÖ-]{2,8}: ")
TERMS_FOLLOW = re.compile(r"\b(ord|begrepp\w*|betyder|förkortning\w*|definition\w*|exempel)\b", re.IGNORECASE)
# A lead-in after which items in lower case are conditions or parts, not rules.
PARTS_FOLLOW = re.compile(
    r"\b(när|om|där|som|exempel\w*|villkor\w*|kriteri\w*|händelser|fall|innehåll\w*|framgå\w*|gäller\s+inte|för)\b"
    r"[^.]*:$",
    re.IGNORECASE,
)
# How the last clause of a lead-in ends, with "FÖLJANDE" for its items, where they are tasks.
TASKS_FOLLOW = re.compile(
    r"\b(att|följande|så här|i|för|om|ska|får|kan|inte)\s+följande$|\b(ska|får|gör|ansvar\w*|besluta\w*)\b[^.]*$"
)


def read_text(text: str, roles: RoleList) -> Iterator[Found]:
    """What each sentence of a text says of roles."""
    for start, end in sentences(text):
        yield from read_sentence(text[start:end], roles)


def read_sentence(text: str, roles: RoleList) -> Iterator[Found]:
    """What a sentence says of roles; one that the chunk's sentence splitting took for one is split after numbers."""
    if AFTER_NUMBER.search(text):
        for part in AFTER_NUMBER.split(text):
            yield from read_sentence(part, roles)
        return
    if ASKS.match(text) and text.endswith("?"):
        return
    if (theirs := THEIRS.search(text)) and (named := roles.exactly(theirs.group(1))):
        for role in named:
            yield Found(role, "ansvarar", theirs.group(2), tuple(WHEN.findall(theirs.group(2))))
        return
    for clause in clauses(Sentence(text, roles)):
        task = ANSWERS_FOR.sub("", clause.rest) or clause.rest
        for role in clause.roles:
            yield Found(role, clause.kind, task, (*clause.conditions, *WHEN.findall(clause.rest)))


def read_item(text: str, led: str, roles: RoleList) -> Iterator[Found]:
    """An item is the task of whom its lead-in names; under another lead-in its own sentences are read."""
    bare = NUMBERED.sub("", text)
    if ASKS.match(bare) or TERMS_FOLLOW.search(led) or (TERM.match(text) and not led):
        return
    if led.endswith(":") and (leading := _leading(led, roles)):
        first = next(iter(sentences(bare)), (0, 0))
        for one in leading:
            yield replace(one, task=bare[: first[1]] or bare)
        return
    if bare[:1].islower() and (not led or PARTS_FOLLOW.search(led)):
        return
    yield from read_text(bare, roles)


@lru_cache(maxsize=256)
def _leading(led: str, roles: RoleList) -> list[Found]:
    """Whose tasks a lead-in names: "Enhetschefen leder arbetet och ansvarar för att:"."""
    found = clauses(Sentence(led.rstrip(":") + " FÖLJANDE", roles))
    if not found:
        return []
    last = found[-1]
    tail = last.rest.casefold()
    if not TASKS_FOLLOW.search(tail):
        return []
    kind: DutyKind = last.kind
    if re.search(r"\bansvar\w*\s", tail):
        kind = "ansvarar"
    elif re.search(r"\bbeslutar?\b", tail):
        kind = "beslutar"
    return [Found(role, kind, "", last.conditions) for role in last.roles]
