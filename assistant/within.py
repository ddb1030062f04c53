"""The cases that one unit tells apart by itself: a row with a column for each, a sentence that names several."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from assistant.alternatives import Alternative, Alternatives
from assistant.answers import Profile
from assistant.circumstances import (
    AREA,
    AREAS,
    AT_HOME,
    CIRCUMSTANCES,
    EMPLOYED,
    GROUPS,
    HOMES,
    IN_HOME,
    ROLES,
    of_kind,
    said,
    spoken_of,
)
from assistant.place import DAYS, RECORDED_IN
from assistant.question import Question
from assistant.rank import Found
from assistant.rows import cells_of, heads_of, is_row, key_of
from ingest.differ import COUNTED, amounts_at

ELSE = re.compile(r"\b(?:annan|övrig|all annan|andra) tid(?:er)?\b|\bjourtid\b|\butanför kontorstid\b", re.IGNORECASE)
EACH_DAY = re.compile(r"\b(?:var(?:je|annan) \w+dag|(?:mån|tis|ons|tors|fre|lör|sön)dagar)\b", re.IGNORECASE)
# A place by its name; "i" leads in much else, systems above all, so one is led in otherwise or begins the sentence.
IN = re.compile(r"\b(I|På|Till|Hos|i|på|till|hos)\s+([A-ZÅÄÖ][\wåäö]{2,})")
AT = re.compile(r"(?<!^)\b(?i:på|hos)\s+([A-ZÅÄÖ][\wåäö]{2,})")
# A cell that says no, however it is said or explained; one with a figure tells more.
NO = re.compile(r"^(?:delegeras inte\b|får inte delegeras\b|nej\b)[^\d]*$", re.DOTALL)
BUT = re.compile(r"\b(?:men|medan)\b", re.IGNORECASE)  # between cases: "av två på boendet, men hemma av en person"
WHO_ELSE = re.compile(
    r"\b(?:\w*team(?:et)?|vårdcentral(?:en)?|(?<!i )(?<!hela )(?<!till )(?<!från )(?:kommunen|regionen)|"
    r"\w*patrull(?:en)?|handläggar\w*|dietist\w*|logoped\w*)\b",
    re.IGNORECASE,
)
NUMBER_ALONE = re.compile(
    rf"(?<!kapitel )(?<!sidan )(?<!punkt )(?<!plan )(?<!hus )(?<!nr )(?<!avsnitt )(?<!våning )(?<!rum )"
    rf"\b({'|'.join(word for word in COUNTED if word not in ('en', 'ett'))}|\d+)(?=\s*(?:[.,;]|och\b|$))"
)
WEEKDAY = r"(?:mån|tis|ons|tors|fre|lör|sön)dag(?:ar|en)?"
DAY = re.compile(
    rf"\b(?:{WEEKDAY}(?: ?[–-] ?| till (?:och med )?){WEEKDAY}|{WEEKDAY}|vardag(?:ar|en)?|helg(?:er|en)?)\b", re.I
)
HOUR = re.compile(r"\bkl(?:ockan|\.)? ?\d{1,2}(?:[.:]\d{2})?(?!\d)|\b\d{1,2}[.:]\d{2}\b", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:(?:,|och|samt|men|medan|på|före|innan|till|efter|från|senast)\s*)*", re.IGNORECASE)
WHOM = frozenset({"who", "contact"})  # what asks for a person
LENGTHS = ("min", "tim", "per")  # what a rule for a time of day may set: minutes, hours, persons; not the hour itself


def told_within(lead: Found, question: Question, profile: Profile) -> Alternatives | None:
    """The cases of a unit itself, where they differ and neither question nor profile says which."""
    for on in CIRCUMSTANCES:
        if said(question.text, profile, on) or (on == "tid" and ELSE.search(question.text)):
            continue
        if on == "boendeform" and AT_HOME.search(question.text):
            continue
        if on == EMPLOYED and WHOM & set(question.asks):  # a vikarie is a role there
            continue
        labels = _of_row(lead.text, on, question) if is_row(lead) else _clauses(lead.text, on, question)
        told = f"{question.text} {profile.unit}".casefold()
        if len(labels) > 1 and not any(label.casefold() in told for label in labels):
            return Alternatives(on, tuple(Alternative(label, lead) for label in labels))
    days = [] if DAY.search(question.text) or is_row(lead) else _by_day(lead.text)
    return Alternatives("veckodag", tuple(Alternative(day, lead) for day in days)) if days else None


def _by_day(sentence: str) -> list[str]:
    """The days of the week to which one clause gives an hour each: "före klockan 15 på vardagar och 12 på fredagar"."""
    marks = [(match.start(), match.end(), "day") for match in DAY.finditer(sentence)]
    marks = sorted([*marks, *((match.start(), match.end(), "hour") for match in HOUR.finditer(sentence))])
    joined = all(BETWEEN.fullmatch(sentence[a[1] : b[0]]) and a[2] != b[2] for a, b in pairwise(marks))
    days = [sentence[start:end] for start, end, kind in marks if kind == "day"]
    return days if joined and len(marks) > 3 and len({day.casefold() for day in days}) == len(days) else []


def _of_row(row: str, on: str, question: Question) -> list[str]:
    """The cases of a row: by its heads, within one of its cells, or one in each of several."""
    within = (_clauses(cell, on, question) for cell in cells_of(row))
    by_role = on in ("boendeform", AREA) and bool(WHOM & set(question.asks))
    return _columns(row, on) or next(filter(None, within), []) or (_in_cells(row, on) if by_role else [])


def _in_cells(row: str, on: str) -> list[str]:
    """The cases of a row where several roles' cells each say theirs: "Sjuksköterska: på särskilt boende"."""
    heads, cells = heads_of(row), cells_of(row)
    told = [of_kind(cell, on) for cell in cells[key_of(heads) + 1 :]]
    named = [case for each in told for case in sorted(each)]
    return named if sum(map(bool, told)) > 1 and len(set(named)) == len(named) else []


def _columns(row: str, on: str) -> list[str]:
    """The heads of the columns that are cases, where these say different things."""
    named = [
        (head, cell)
        for head, cell in zip(heads_of(row), cells_of(row), strict=True)
        if of_kind(head, on) or (on == "tid" and ELSE.search(head))
    ]
    different = {NO.sub("nej", cell.casefold()) for _, cell in named}
    return [head for head, _ in named] if len(different) > 1 else []


def _clauses(sentence: str, on: str, question: Question) -> list[str]:
    """The cases that a sentence names, where it says of each by turns what is asked for: a value, or a role."""
    cases: list[tuple[int, str]] = []
    if on == "boendeform":
        for group in GROUPS:
            own = [(match.start(), kind) for kind in group for match in HOMES[kind].finditer(sentence)]
            cases += sorted(own)[:1]
        if cases and not GROUPS[-1] & spoken_of(HOMES, sentence):  # "i hemmet" is one beside another kind of home
            cases += [(at.start(), "ordinärt boende") for at in IN_HOME.finditer(sentence)][:1]
        if cases:  # "i hemtjänsten fem pass, på Lindgården fyra"
            cases += [(at.start(), at.group(1)) for at in AT.finditer(sentence) if not spoken_of(HOMES, at.group())]
    else:
        found = [(match, kind) for kind, named in CIRCUMSTANCES[on].items() if (match := named.search(sentence))]
        cases = [(match.start(), kind) for match, kind in found if not (on == AREA and _is_name(sentence, match))]
        if on == AREA:  # "inom 45 minuter i tätorten och inom 75 minuter i Ytterån"
            cases += _places(sentence, beside=bool(cases))
    if on == "tid":
        cases += [(match.start(), match.group(0).casefold()) for match in ELSE.finditer(sentence)][:1]
    told: dict[str, int] = {}
    if WHOM & set(question.asks):
        for match in (*ROLES.finditer(sentence), *WHO_ELSE.finditer(sentence)):
            told.setdefault(match.group(0).casefold(), match.start())
    else:
        for start, amount in amounts_at(sentence):
            if on != "tid" or amount[1] in LENGTHS:
                told.setdefault(" ".join(amount), start)
        for match in () if on == "tid" else EACH_DAY.finditer(sentence):  # "torsdagar till särskilt boende"
            told.setdefault(match.group().casefold(), match.start())
        alone = list(NUMBER_ALONE.finditer(sentence))  # "går tre introduktionspass, i hemtjänsten fyra"
        for match in alone if told or len(alone) > 1 else ():
            told.setdefault(match.group(1).casefold(), match.start())
    marks = sorted([(start, "case") for start, _ in cases] + [(start, "told") for start in told.values()])
    turns = [kind for kind, _ in groupby(kind for _, kind in marks)]
    named = sorted(cases)
    crossed = turns == ["told", "case", "told"] and len(cases) == len(told) == 2
    each = len(turns) > 3 or (crossed and BUT.search(sentence, named[0][0], named[1][0]) is not None)
    return [case for _, case in named] if each else []


def _places(sentence: str, *, beside: bool) -> list[tuple[int, str]]:
    """The places that a sentence names, `beside` a part of town or each other, each with where it stands.

    None where the sentence counts several kinds of things, or speaks of kinds of home, which are cases themselves.
    """
    named = [at for at in IN.finditer(sentence) if not DAYS.fullmatch(at.group(2)) and not spoken_of(AREAS, at.group())]
    led_in = any(at.group(1) != "i" for at in named) and not RECORDED_IN.match(sentence)
    are_places = beside or (len(named) > 1 and led_in)
    counts_one = len({unit for _, (_, unit) in amounts_at(sentence)}) < 2 and not spoken_of(HOMES, sentence)
    return [(at.start(), at.group(2)) for at in named] if are_places and counts_one else []


def _is_name(sentence: str, match: re.Match[str]) -> bool:
    """Does a part of the town belong to a name: "Västra Götaland", "Norra sjukhuset"?"""
    rest = sentence[match.end() :]
    described = match.group().endswith("ra") and match.start() > 0 and match.group()[0].isupper()
    return described or re.match(r" [A-ZÅÄÖ]", rest) is not None
