"""What a rule may hang on besides its matter: time of day, kind of home, part of town, employment, role, document."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.answers import Profile


def _any(*words: str) -> re.Pattern[str]:
    """A pattern of whole words, each a regular expression of its own."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


WEEKDAY = r"(?:(?:mån|tis|ons|tors|fre|lör|sön)dags?)?"  # "tisdagkväll"
TIMES: Mapping[str, re.Pattern[str]] = {
    "dagtid": _any(
        r"dagtid",
        r"dag(?:personal|grupp)\w*",
        r"(?:på )?dagen",
        r"vardag\w*",
        r"(?<!utanför )kontorstid",
        r"(?:dag|morgon|förmiddags|eftermiddags)pass\w*",
        r"daytime",
        r"weekdays?",
    ),
    "kväll": _any(rf"{WEEKDAY}kväll\w*", r"evenings?"),
    "natt": _any(rf"{WEEKDAY}natt(?!vand|fast|linne|ljus|lamp)\w*", r"nätter\w*", r"nights?"),
    "helg": _any(r"helg\w*", r"lördag\w*", r"söndag\w*", r"röd(?:a)? dag\w*", r"storhelg\w*", r"weekends?"),
}
HOMES: Mapping[str, re.Pattern[str]] = {
    "särskilt boende": _any(
        r"särskil(?:t|da) boende\w*",
        r"säbo",
        r"(?:vård- och )?omsorgsboende\w*",
        r"demensenhet\w*",
        r"(?:nursing|care) homes?",
        r"äldreboende\w*",
        r"vobo",
        r"vårdboende\w*",
    ),
    "korttid": _any(r"korttid\w*", r"short[- ]term (?:unit|care|home)"),
    "LSS": _any(
        r"lss(?:-\w+)?",
        r"grupp(?:bost[aä]d|boende(?! för (?:demens|äldre)))\w*",
        r"servicebost[aä]d\w*",
        r"group homes?",
        r"bostad med särskild service",
    ),
    "hemsjukvård": _any(
        r"hemsjukv\w*", r"i hemsjuk", r"hälso- och sjukvård i hemmet", r"inskrivna? i hemmet", r"home nursing"
    ),
    "hemtjänst": _any(r"hemtj(?:änst\w*)?", r"hemvård\w*", r"home care"),
    "ordinärt boende": _any(
        r"ordinär\w* boende\w*", r"eget hem", r"bor hemma", r"(?-i:villa(?:n|or)?(?! [A-ZÅÄÖ]))", r"radhus\w*"
    ),
    "daglig verksamhet": _any(r"daglig verksamhet"),
}
# Kinds of home whose rules are told together; what is said of one group does not hold in another.
GROUPS: tuple[frozenset[str], ...] = (
    frozenset({"särskilt boende"}),
    frozenset({"korttid"}),
    frozenset({"LSS", "daglig verksamhet"}),
    frozenset({"hemsjukvård", "hemtjänst", "ordinärt boende"}),
)
IN_HOME = re.compile(r"\bi hemmet\b", re.IGNORECASE)  # a kind of home where others are named beside it
AT_HOME = re.compile(r"\b(i hemmet|hemma)\b", re.IGNORECASE)
LIMITS = _any(r"bara", r"endast", r"enbart", r"inte", r"ej", r"utom", r"utan", r"undantag\w*", r"till skillnad")
AREA, EMPLOYED = "del av kommunen", "anställningsform"
# Parts of a municipality, where rules and telephone numbers differ.
AREAS: Mapping[str, re.Pattern[str]] = {
    "norr": _any(r"norra?", r"norrut", r"nord"),
    "söder": _any(r"södra", r"söder(?:ut)?", r"syd"),
    "öster": _any(r"östra", r"öster(?:ut)?", r"öst"),
    "väster": _any(r"västra", r"väster(?:ut)?", r"väst"),
    "centrum": _any(r"centrum"),
    "tätort": _any(r"(?:tät|central)ort\w*"),
    "landsbygd": _any(r"landsbygd\w*", r"glesbygd\w*", r"på landet", r"vischan"),
    "skärgård": _any(r"skärgård\w*", r"öns?", r"öar(?:nas?)?", r"en ö"),
    "fastland": _any(r"fastland\w*"),
}
EMPLOYMENTS: Mapping[str, re.Pattern[str]] = {
    "tillsvidareanställd": _any(r"tillsvidareanställ\w*", r"(?:fast|månads)\s?anställ\w*", r"ordinarie personal"),
    "timvikarie": _any(
        r"timvikarie\w*",
        r"timanställ\w*",
        r"timpersonal\w*",
        r"timmis\w*",
        r"(?:går|jobbar|arbetar) på timmar",
        r"hourly (?:temp|staff|employee)\w*",
    ),
    "sommarvikarie": _any(r"(?:sommar|semester)vik\w*", r"sommar(?:jobb|personal)\w*", r"summer temp\w*"),
    "vikarie": _any(r"vikarie\w*"),
}
AT_HOURS: Mapping[str, int] = {"dagtid": 12, "kväll": 19, "natt": 2}  # an hour that each time of day holds
HOURS = re.compile(r"\b(\d{1,2})(?:[.:]\d{2})?\s*[–-]\s*(\d{1,2})(?:[.:]\d{2})?(?![\d–-])")
MINUTES = re.compile(r"\d[.:]\d{2}")
BY_DAY = _any(r"förmiddag\w*", r"eftermiddag\w*", r"fm", r"em(?!-)", r"på morgonen")
MOMENT = re.compile(r"\bkl(?:ockan)?\.? ?(\d{1,2})\b(?! ?[–-])", re.IGNORECASE)
CLOCK = re.compile(
    r"\b(före|innan|efter|till|från|mellan)\s+(?:kl(?:ockan|\.)?\s*)?(\d{1,2}[.:]\d{2}|(?<=klockan )\d{1,2})\b",
    re.IGNORECASE,
)
ROLES = _any(
    r"(?:områdets |tjänstgörande )?sjukskötersk\w+", r"ssk", r"undersköters\w+", r"usk", r"vårdbiträde\w*", r"vb",
    r"stödassistent\w*", r"(?:enhets|verksamhets|förvaltnings|avdelnings)?chef\w*", r"läkar\w*", r"mas", r"mar", r"sas",
    r"anhörig\w*", r"närstående", r"(?:sommar|tim)?vikarie\w*", r"arbetsterapeut\w*", r"fysioterapeut\w*",
    r"biståndshandläggar\w*", r"samordnar\w*", r"stödpedagog\w*",
)  # fmt: skip
CIRCUMSTANCES: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "boendeform": HOMES, "tid": TIMES, AREA: AREAS, EMPLOYED: EMPLOYMENTS,
}  # fmt: skip
# The document or level whose word is asked for.
ACCORDING = re.compile(
    r"\b(?:enligt|säger|i) (?:(kommunens|regionens|länets|vår|enhetens|den)\s+)?"
    r"\w*?(lag|riktlinje|rutin|instruktion|överenskommelse|handbok)(?:en|n|s|ns|ens|er|erna)?\b",
    re.IGNORECASE,
)


def spoken_of(kinds: Mapping[str, re.Pattern[str]], text: str) -> frozenset[str]:
    """The times, the kinds of home, or whichever `kinds` of circumstances are given, that a text speaks of."""
    return frozenset(name for name, pattern in kinds.items() if pattern.search(text))


def times_of(text: str) -> frozenset[str]:
    """The times that a text speaks of: by their names, by hours from and to, or "efter klockan 22.00" as it stands."""
    named = spoken_of(TIMES, text)
    clear = bool(named) or MINUTES.search(text) is not None  # "2–8" may be degrees
    spans = [(int(start), int(end)) for start, end in HOURS.findall(text) if clear and int(start) < 25 > int(end)]
    by_hours = {name for name, hour in AT_HOURS.items() for start, end in spans if _within(hour, start, end)}
    return frozenset(
        (named - {"dagtid"} if spans else named)
        | by_hours
        | {match.group(0).casefold() for match in CLOCK.finditer(text)}
    )


def moment(text: str) -> frozenset[str]:
    """The time of day that a question names by its hour or by a word of no table: "kl 15", "förmiddag"."""
    hours = {int(hour) for hour in MOMENT.findall(text)}
    spans = {"dagtid": (7, 16), "kväll": (16, 22), "natt": (22, 7)}
    named = {name for name, (start, end) in spans.items() for hour in hours if _within(hour, start, end)}
    return frozenset(named or ({"dagtid"} if not hours and not times_of(text) and BY_DAY.search(text) else set()))


def of_kind(text: str, on: str) -> frozenset[str]:
    """The circumstances of a kind that a text names, of one of the `CIRCUMSTANCES`."""
    if on == "tid":
        return times_of(text)
    return spoken_of(CIRCUMSTANCES[on], text)


def case_of(text: str, on: str, *, at_home: re.Pattern[str] = AT_HOME) -> frozenset[str]:
    """The circumstances that a cell, an item's first words or a heading names; `at_home` is one alone."""
    return of_kind(text, on) or frozenset({"ordinärt boende"} if on == "boendeform" and at_home.search(text) else ())


def said(text: str, profile: Profile, on: str) -> frozenset[str]:
    """The circumstances of a kind that the question names, else the profile."""
    found = of_kind(text, on)
    if on == "tid":
        return found | moment(text)
    own = {"boendeform": f"{profile.boendeform} {profile.unit}", AREA: profile.unit, EMPLOYED: profile.role}
    return found or spoken_of(CIRCUMSTANCES[on], own[on])


def of_other_homes(text: str, asked: frozenset[str]) -> bool:
    """Is a text on other kinds of home alone than those asked of? Not where it says what does not hold there."""
    named = spoken_of(HOMES, text)
    groups = [group for group in GROUPS if group & asked]
    return bool(named and groups) and not any(group & named for group in groups) and not LIMITS.search(text)


def without(text: str) -> str:
    """A text without the words for kinds of home, times and parts of the municipality."""
    for pattern in (*HOMES.values(), CLOCK, HOURS, *TIMES.values(), *AREAS.values()):
        text = pattern.sub(" ", text)
    return text


def _within(hour: int, start: int, end: int) -> bool:
    """Is the hour between the two, on the day after where the end is before the start?"""
    return start <= hour < end if start < end else hour >= start or hour < end


def according_to(text: str) -> tuple[str, str] | None:
    """The level ("kommun", "region" or "") and the kind of document whose word a question asks for, or None."""
    match = ACCORDING.search(text)
    if not match:
        return None
    level = {"kommunens": "kommun", "regionens": "region", "länets": "region"}.get(
        (match.group(1) or "").casefold(), ""
    )
    return level, match.group(2).casefold()
