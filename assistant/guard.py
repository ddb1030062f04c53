"""Decided before anything is searched: an identity in the question, an emergency, and what is not for us to answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

LISTS = Path(__file__).parent / "lists"
# A date, a serial number and a check digit; the date may have dashes or dots of its own.
NUMBER = re.compile(r"(?<!\d)(\d{2})?(\d{2})([-./]?)(\d{2})\3(\d{2})\s?[-+–—‐‑−]?\s?(\d{3})[\s-]?(\d)(?!\d)")
HIDDEN = "[personnummer borttaget]"


def _any(*words: str) -> re.Pattern[str]:
    """A pattern of whole words, each a regular expression of its own."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


# Signs of danger to life that speak for themselves, and those that a rule may also speak of.
DANGER = _any(
    r"andas (inte|ej)", r"(har )?slutat andas", r"livlös\w*", r"ingen puls", r"kvävs", r"bröstsmärt\w*",
    r"ont i bröstet", r"får (inte|ej) kontakt med (henne|honom|hen|patienten|brukaren|den boende)",
    r"går (inte|ej) att (väcka|få kontakt med)", r"blöder (kraftigt|mycket|massor|ymnigt)",
    r"sned i ansiktet", r"hänger i ansiktet", r"det brinner", r"not breathing",
    r"unconscious", r"chest pain", r"(har tagit|tagit en) överdos",
    r"(försöker|håller på att|har försökt) (ta sitt liv|hänga sig)", r"håller på att (svimma|kvävas)",
    r"(?<!som )(?<!när någon )håller på att dö",
)  # fmt: skip
MAYBE_DANGER = _any(
    r"medvetslös\w*", r"okontaktbar\w*", r"hjärtstopp", r"(satt|sätter) i halsen", r"stroke", r"anafyla\w*",
    r"hjärtinfarkt", r"krampar", r"krampanfall", r"självmord\w*", r"ta sitt liv", r"brinner", r"eldsvåda", r"överdos",
    r"svimmat", r"allergisk chock",
)  # fmt: skip
NOW = _any(r"nu", r"akut", r"genast", r"hjälp", r"plötsligt", r"precis", r"vad gör jag")
SOMEONE = _any(
    r"hon", r"han", r"patienten", r"brukaren", r"kunden", r"vårdtagaren", r"(den|en) boende", r"kollegan",
    r"she", r"he",
)  # fmt: skip
PAST = _any(r"haft", r"tidigare", r"efter ett?", r"sedan", r"i går", r"förra")
A_RULE = _any(
    r"vid", r"rutin\w*", r"riktlinje\w*", r"dokument\w*", r"ansvar\w*", r"utbildning\w*", r"rapport\w*",
    r"avvikelse\w*", r"efter ett?", r"risk\w*", r"övning\w*",
)  # fmt: skip
# What a rule is asked by in danger too, where "vad gör jag?" and a cry for help ask for help.
ASKED_RULE = re.compile(
    r"(?<!\bvad )(?<!\bhur )(?<!\bvem )\b(måste|behöver|får|kan|ska|bör) (jag|vi|man|hon|han|hen)\b(?! inte\b)|"
    r"(?<!\bwhat )(?<!\bhow )(?<!\bwho )\b(must|can|may|should) (i|we|she|he)\b(?! not\b)|"
    r"\b\w+ eller \w+( först\W*|\s?\?+)$|\bvar (finns|samlas|står|ligger)\b",
    re.IGNORECASE,
)
AMOUNT = _any(
    r"hur (mycket|många|stor dos|hög dos)", r"vilken (dos|styrka|mängd)", r"vilka doser", r"dosen? (för|av|på)",
    r"dosering(en)?", r"max ?dos\w*", r"(högsta|normal|start|dygns) ?dos\w*",
    r"(\d+|två|tre|fyra|fem)\s*(mg|ml|g|e|st|enheter|tablett(er)?)", r"mg", r"milligram", r"mikrogram",
    r"how (much|many)", r"what dose", r"dosage",
)  # fmt: skip
NOT_A_DOSE = _any(
    r"räkna\w*", r"kontroll\w*", r"inventer\w*", r"förråd\w*", r"förvar\w*", r"delegera\w*", r"delegering\w*",
    r"utbildning", r"kostar", r"betala\w*", r"signera\w*", r"hållbar\w*", r"licens", r"hur ofta", r"beställ\w*",
    r"dokumentera\w*", r"vem", r"vilka (får|ska)", r"vilken (roll|yrkesgrupp|läkare)", r"personal\w*", r"står inte på",
)  # fmt: skip
PRIVATE = _any(
    r"recept på (\w*kak\w*|\w*bull\w*|soppa|middag|\w*gryta|lasagne|bröd|tårta)", r"fotboll\w*", r"hockey", r"vädret",
    r"väder i", r"skämt", r"(kärleks|födelsedags|bröllops)?dikt(er)?", r"bitcoin", r"aktier", r"horoskop",
    r"huvudstad\w*", r"president\w*", r"statsminister\w*", r"melodifestivalen", r"netflix", r"pizza", r"dejta\w*",
    r"lotto", r"trav(et|bana\w*)?", r"kan du (skriva|rita|hitta på) (en|ett)",
    r"python", r"javascript", r"joke", r"weather", r"poem", r"recipe",
    r"skriv(a)? (en|ett) \w*(dikt|sång|saga|uppsats|låt)", r"skatteåterbäring",
)  # fmt: skip
PLACE = r"[A-ZÅÄÖ][a-zà-öø-ÿ]+(?:-[A-ZÅÄÖ][a-zà-öø-ÿ]+)?"
ORGANISATION = re.compile(rf"\b({PLACE}) (?:kommun|stad)s?\b|\bRegion ({PLACE})")
NOT_PLACES = re.compile(r"(Vår|Varje|Denna|En|Min|Vilken|Respektive|Hela|Samma|Annan|Egen|Er|Din|Ny)")
ELSEWHERE = re.compile(rf"\b(?:(\w+) )?(\w+) ({PLACE})(?=\s|[?.!,]|$)")
# After these a place is where somebody lives, is or goes, not whose rules are asked for.
STAYS = re.compile(
    r"(sjukhus(et)?|lasarett(et)?|akuten|flytta\w*|skriven|folkbokförd|bor|bodde|vistas|åk(a|er)|res(a|er)|semester|"
    r"kommer|"
    r"ligger|inlagd|inskriven|vårdas|född|från|till|via)",
    re.IGNORECASE,
)
# What is asked of a person themselves: "har Karin", "Karins blodtryck", "vilken dos till Karin", in a question.
TITLES = r"fru|herr|farbror|tant"
CARED_FOR = r"brukaren|kunden|patienten|vårdtagaren|hyresgästen|(?:den )?boende|vår"
VERBS = (
    r"har|mår|tjänar|står|tar|tog|ska|skall|får|fick|bör|borde|behöver|kan|måste|vill|ligger|bor|äter|tål|does|has|can"
)
OF_SOMEONE = re.compile(rf"\b(?:{VERBS})\s+(?:(?:nu|då|ju|väl|inte|{TITLES}|{CARED_FOR})\s+)*$", re.IGNORECASE)
THEIR_DATA = (
    r"(?:läkemed\w*|medicin\w*|tablett\w*|dos(?:en|er)?|insulin\w*|blodtryck\w*|blodsocker\w*|puls(?:en)?|vikt(?:en)?|"
    r"diagnos\w*|journal\w*|prov(?:er|erna|svar\w*)?|ordin\w*|allergi\w*|anhörig\w*|rum|sår(?:et)?|medication\w*)"
)
DATA_OF = re.compile(rf"\b{THEIR_DATA}\b(?:\s+(?!hos\b|om\b)\w+){{1,4}}\s+$", re.IGNORECASE)
IS = re.compile(rf"\b(är|is)\s+(?:(?:{TITLES})\s+)?$", re.IGNORECASE)
DATA_NEXT = re.compile(rf"\s+{THEIR_DATA}\b", re.IGNORECASE)
ANY_DATA = re.compile(rf"\b{THEIR_DATA}\b", re.IGNORECASE)
ASKS = re.compile(
    rf"\s*(?:(?:och|men|så|hej|du)\s+)?(?:vad|vilk\w+|hur|när|var|varför|vem|what|which|how|when|why|{VERBS})\b",
    re.IGNORECASE,
)
REACHED = re.compile(
    r"\b(telefon\w*|tele?|numret|(?:direkt|mobil|jour)?nummer|mobil\w*|mejl\w*|mail\w*|e-post\w*|nås?|phone)\b",
    re.IGNORECASE,
)
# Before a first name that is something else's: "skriva i Klara" is a system, "Sankta Anna" a house.
NOBODY = re.compile(r"\b(i|via|systemet|programmet|appen|enheten|avdelningen|sankta|projektet|lex)\s+$", re.IGNORECASE)
TITLE = re.compile(rf"\b(?:{TITLES})\s+$", re.IGNORECASE)
NAMED = re.compile(rf"\b({PLACE})(?:(?=\s+([A-ZÅÄÖ][a-zåäö]{{2,}})))?")
NAMED_LOW = re.compile(r"\b([a-zåäö]+)s?\s+[a-zåäö]+(?:sson|ström|qvist|kvist|berg|lund|gren)s?\b")

Why = Literal["identity", "dose", "patient", "organisation", "private"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not searched."""

    why: Why
    detail: str = ""  # the drug or the organisation


@cache
def names(file: str) -> frozenset[str]:
    """The words of one of our lists, as written there."""
    return frozenset((LISTS / file).read_text(encoding="utf-8").split())


def is_identity(match: re.Match[str]) -> bool:
    """Is this a personnummer or samordningsnummer: a date (day + 60 for the latter) and a right check digit (Luhn)?"""
    century, year, _, month, day, serial, check = match.groups()
    if century not in (None, "18", "19", "20"):
        return False
    born = int(day) - 60 if int(day) > 60 else int(day)
    try:
        date(2000 + int(year) if int(year) % 4 == 0 else 2001, int(month), born)
    except ValueError:
        return False
    total = 0
    for place, digit in enumerate(year + month + day + serial):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return (10 - total % 10) % 10 == int(check)


def without_identity(text: str) -> tuple[str, bool]:
    """The text with every identity number hidden, and whether there was one."""
    kept, done, place = "", 0, 0
    while match := NUMBER.search(text, place):
        if is_identity(match):
            kept += text[done : match.start()] + HIDDEN
            done = place = match.end()
        else:
            place = match.start() + 1  # one may begin inside what only looked like one
    return kept + text[done:], done > 0


def is_emergency(text: str) -> bool:
    """Does the question describe someone in danger now, and not a rule about it? In doubt, yes."""
    if PAST.search(text):
        return False
    about_rules, someone = bool(A_RULE.search(text)), bool(SOMEONE.search(text))
    if DANGER.search(text):
        return someone or not about_rules
    return bool(MAYBE_DANGER.search(text)) and (someone or (bool(NOW.search(text)) and not about_rules))


def asks_rule(text: str) -> bool:
    """Is it asked, of somebody in danger, what a rule says: what is allowed, needed, first, or where?"""
    return ASKED_RULE.search(text) is not None and re.search(r"\b(hjälp|help)\b", text, re.IGNORECASE) is None


def refusal(text: str, organisations: Collection[str]) -> Refusal | None:
    """Why a question must be declined, or None. `organisations` are those that the index has documents from."""
    lower = text.casefold()
    tokens = set(re.findall(r"[^\W\d_]+", lower))
    drugs = tokens & names("lakemedel.txt")
    if drugs and AMOUNT.search(text) and not NOT_A_DOSE.search(text):
        return Refusal("dose", sorted(drugs)[0])
    if PRIVATE.search(text):
        return Refusal("private")
    if other := _other_organisation(text, organisations):
        return Refusal("organisation", other)
    if _named_patient(text):
        return Refusal("patient")
    return None


def _other_organisation(text: str, organisations: Collection[str]) -> str:
    """A kommun or region that is asked about and that the index has nothing from."""
    if not organisations:
        return ""
    ours = {word.removesuffix("s") for name in organisations for word in name.casefold().split()}

    def is_ours(name: str) -> bool:
        return name.casefold().removesuffix("s") in ours

    def is_known(name: str) -> bool:
        return name in names("kommuner.txt") or name.removesuffix("s") in names("kommuner.txt")

    for match in ORGANISATION.finditer(text):
        name = match.group(1) or match.group(2)
        opens = re.search(r"(^|[.?!]\s+)$", text[: match.start()]) is not None  # where any word has a capital
        if not is_ours(name) and not NOT_PLACES.fullmatch(name) and (is_known(name) or not (opens and match.group(1))):
            return name
    for match in ELSEWHERE.finditer(text):
        before, nearest, name = match.groups()
        stays = STAYS.fullmatch(nearest) or (before and STAYS.fullmatch(before))
        if not stays and is_known(name) and name.casefold() not in names("fornamn.txt") and not is_ours(name):
            return name
    return ""


def names_someone(text: str, written: Container[str]) -> bool:
    """Is a person named, so that what the documents do not answer is taken for a question about them?

    `written` are the words of the documents in lower case: a name that stands there may be a system's ("Vidar").
    """
    return any(match.group(1).casefold() not in written for match, _ in _people(text))


def _people(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Where a person is named, by a first name (not at the start alone) or a title and a name; and if it is theirs."""
    first_names = names("fornamn.txt")
    for match in NAMED.finditer(text):
        first, last = match.group(1).casefold(), match.group(2)
        before = text[: match.start()]
        owns = first.endswith("s") and first[:-1] in first_names
        known = (first in first_names or owns) and (last or before)
        if not NOBODY.search(before) and (TITLE.search(before) or known):
            yield match, owns


def _named_patient(text: str) -> bool:
    """Is a person's own matter asked for?

    A rule may be asked for with a name beside it: "Karins blöjor är slut, får jag ta Majs?". So may whom to reach.
    """
    reached = REACHED.search(text) is not None
    for match, owns in _people(text):
        before, after = text[: match.start()], text[match.end() :]
        asks = ASKS.match(re.split(r"[,.!?;:–]", before)[-1]) or IS.fullmatch(before)
        does = OF_SOMEONE.search(before) and not reached
        of_theirs = DATA_OF.search(before) or (IS.search(before) and ANY_DATA.search(after))
        if asks and (does or of_theirs or (owns and DATA_NEXT.match(after))):
            return True
    low = NAMED_LOW.search(text)
    known = low is not None and low.group(1).removesuffix("s") in names("fornamn.txt")
    return bool(low and known and OF_SOMEONE.search(text[: low.start()]) and not reached)
