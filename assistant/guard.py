"""What is decided before anything is searched: an identity in the question, an emergency, and what is not for us to answer."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

LISTS = Path(__file__).parent / "lists"
NUMBER = re.compile(r"(?<!\d)(\d{2})?(\d{2})(\d{2})(\d{2})\s?[-+–]?\s?(\d{3})[\s-]?(\d)(?!\d)")
HIDDEN = "[personnummer borttaget]"

EMERGENCY = re.compile(
    r"\bandas (inte|ej)\b|slutat andas|livlös|medvetslös|okontaktbar|får inte kontakt med|hjärtstopp|"
    r"\bingen puls\b|blöder (kraftigt|mycket|ymnigt)|\bkvävs\b|satt i halsen|bröstsmärt|ont i bröstet|\bstroke\b|"
    r"sned i ansiktet|hänger i ansiktet|anafyla|hjärtinfarkt|krampar|krampanfall|(har|håller på att) (dö|svimma)\b|"
    r"not breathing|unconscious|chest pain|försöker ta sitt liv|självmord|brinner|\beldsvåda\b|överdos",
    re.IGNORECASE,
)
NOW = re.compile(
    r"\b(nu|just nu|akut|genast|hjälp|håller på|plötsligt|precis|har (slutat|blivit|ramlat|fått)|andas (inte|ej)|gör jag|hon|han|patienten|"
    r"brukaren|boende|is)\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"\b(hur (mycket|många|stor dos|hög dos)|vilken (dos|styrka|mängd)|vilka doser|dosen? (för|av|på)|dosering(en)?|maxdos\w*|max ?dos\w*|högsta dos\w*|"
    r"normaldos\w*|startdos\w*|dygnsdos\w*|mg|milligram|mikrogram|ml|enheter|tabletter|how (much|many)|what dose|dosage)\b",
    re.IGNORECASE,
)
NOT_A_DOSE = re.compile(
    r"\b(räkna\w*|kontroll\w*|inventer\w*|förråd|förvar\w*|delegera\w*|utbildning|kostar|betala\w*|signera\w*|hållbar\w*|licens|hur ofta)\b", re.I
)
PRIVATE = re.compile(
    r"\b(recept på (?!läkemedel)|fotboll\w*|hockey|vädret|väder i|skämt|dikt|bitcoin|aktier|horoskop|semesterresa|"
    r"huvudstad\w*|president\w*|statsminister\w*|melodifestivalen|netflix|pizza|bil(en)? (startar|besikt)|kärlek\w*|dejta\w*|lotto|"
    r"programmera|python|javascript|översätt|skriv (en|ett) (dikt|sång|saga|uppsats)|joke|weather|poem|recipe|skatteåterbäring|deklarera)\b",
    re.IGNORECASE,
)
ORGANISATION = re.compile(r"\b([A-ZÅÄÖ][a-zåäö]+(?:-[A-ZÅÄÖ][a-zåäö]+)?) (?:kommun|stad)s?\b|\bRegion ([A-ZÅÄÖ][a-zåäö]+)|\b[Ii] ([A-ZÅÄÖ][a-zåäö]+(?:-[A-ZÅÄÖ][a-zåäö]+)?)\b")
PATIENT_DATA = re.compile(
    r"\b(vilka läkemedel|vilken medicin|vilka mediciner|mediciner|diagnos\w*|journal\w*|står (hen|hon|han)|har (hon|han|hen)|dos(en)?|provsvar|blodtryck|"
    r"ordinerad\w*|allergi\w*|telefonnummer|anhörig\w*|rum|sängen|när ska|vad ska|mår|ska (hon|han|hen)|får|tar)\b",
    re.IGNORECASE,
)
NAMED = re.compile(r"\b(?:(?:fru|herr|farbror|tant)\s+)?([A-ZÅÄÖ][a-zåäö]+(?:-[A-ZÅÄÖ]?[a-zåäö]+)?)(?:\s+([A-ZÅÄÖ][a-zåäö]{2,}))?(s)?\b")

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
    _, year, month, day, serial, check = match.groups()
    born = int(day) - 60 if int(day) > 60 else int(day)
    try:
        date(2000 + int(year) % 100 if int(year) % 4 == 0 else 2001, int(month), born)
    except ValueError:
        return False
    total = 0
    for place, digit in enumerate(year + month + day + serial):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return (10 - total % 10) % 10 == int(check)


def without_identity(text: str) -> tuple[str, bool]:
    """The text with every identity number hidden, and whether there was one."""
    found = False

    def hide(match: re.Match[str]) -> str:
        nonlocal found
        if is_identity(match):
            found = True
            return HIDDEN
        return match.group()

    return NUMBER.sub(hide, text), found


def is_emergency(text: str) -> bool:
    """Does the question describe someone in danger now?"""
    return bool(EMERGENCY.search(text)) and bool(NOW.search(text))


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
    ours = " ".join(organisations).casefold()
    for match in ORGANISATION.finditer(text):
        name = next(filter(None, match.groups()))
        known = name in names("kommuner.txt") or name.removesuffix("s") in names("kommuner.txt")
        named_so = match.group(3) is None and name not in ("Vår", "Varje", "Denna", "En", "Min", "Vilken", "Respektive")
        if (known or named_so) and name.casefold().removesuffix("s") not in ours:
            return name
    for name in re.findall(r"(?<=\s)([A-ZÅÄÖ][a-zåäö]+?)s?(?=\s|[?.!,]|$)", text):
        if name in names("kommuner.txt") and name.casefold() not in ours:
            return str(name)
    return ""


def _named_patient(text: str) -> bool:
    """Is a person's own data asked for: a first name (not at a sentence's start alone) with a word for such data?"""
    if not PATIENT_DATA.search(text):
        return False
    for match in NAMED.finditer(text):
        first, last = match.group(1), match.group(2)
        name = first.casefold()
        known = name in names("fornamn.txt") or (name.endswith("s") and name[:-1] in names("fornamn.txt"))
        if known and (last or match.start() > 0):
            return True
    return False
