"""The fields of a document's particulars: how their names are printed, and what the text beside one says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.corpus import Kind, Status
from ingest.dates import ISO_DATE, WORD_DATE, dates_in, period
from ingest.records import DATES

NOTHING = re.compile(  # an empty cell, or one that a template still fills
    r"^(?:[–—.-]+|saknas|ingen|inget|nej|ej aktuellt|ej tillämpligt|n/a|"
    r"\[(?:fyll\w*|ange\w*|skriv\w*|välj\w*|namn\w*|datum|åååå)\b[^\]]*\])\.?$",
    re.IGNORECASE,
)
DECIDED = re.compile(rf"^(?:{ISO_DATE.pattern}|{WORD_DATE.pattern})[\s,]*(?:av\s+)?", re.IGNORECASE)
DECIDED_LAST = re.compile(rf":\s*(?:{ISO_DATE.pattern}|{WORD_DATE.pattern})$", re.IGNORECASE)
ELSEWHERE = re.compile(r"^se\b", re.IGNORECASE)  # "se sist i dokumentet" names nobody
LONGEST_VERSION = 30  # characters
FIELDS: dict[str, str] = {
    "title": r"^(dokument(ets )?(namn|titel)|titel|namn på dokument|rubrik|avser|projekt(ets )?(namn|titel))$",
    "kind": r"^(dokument ?typ|typ av (styr)?dokument|typ|dokumentslag)$",
    "diary": r"^(diarie ?(nummer|nr)|dnr|ärendenummer|beteckning)",
    "decided_by": r"^(fastställd av|beslutad av|beslutat av|beslutsinstans|fastställt av|antagen av|godkänd av|"
    r"beslutande|fastställare|beslutsfattare|(fastställd|fastställt|beslutad|beslutat|antagen|godkänd)|"
    r"(fastställd|beslutad)/\w+ av)$",
    "decided_on": r"^((fastställd|fastställt|beslutad|beslutat|antagen|godkänd)( av|/\w+ av| datum| den)?|"
    r"beslutsdatum( och (paragraf|§))?|fastställelsedatum|datum för (beslut|fastställ(else|ande)))$",
    "valid_from": r"^(gäller (fr\.? ?o\.? ?m\.?|från)( och med)?|giltigt? från( och med)?|gällande från|"
    r"giltigt? fr\.? ?o\.? ?m\.?)",
    "valid_until": r"^(giltig(t|het)? (t\.? ?o\.? ?m\.?|till)( och med)?|gäller (t\.? ?o\.? ?m\.?|till)( och med)?|"
    r"slutdatum|upphör( att gälla)?|giltighetstid|giltighetsperiod)",
    "revise_by": r"^((ska |skall |bör )?revideras|nästa (revidering|revision|översyn|uppdatering|granskning)|"
    r"(datum|tid) för nästa (revidering|revision|översyn|uppdatering|granskning)|"
    r"(översyn|revidering|uppdateras|ses över|aktualitetsprövas) senast)"
    r"( senast| före| den| datum| t\.? ?o\.? ?m\.?)*$",
    "replaces": r"^(ersätter)",  # before what a version says by the way
    "version": r"^(version(snummer|snr)?|utgåva|revision|ver)\.?$",
    "owner": r"^(dokumentansvarig( funktion| roll| tjänsteperson| handläggare)?|dokumentägare|ansvarig för dokumentet|"
    r"innehållsansvarig|faktaägare|dokumentets ägare|processägare|sidansvarig|"
    r"ansvarig( funktion| tjänsteperson| handläggare)?|kontaktperson|ägare)$",
    "applies_to": r"^(gäller för|omfattar|målgrupp|omfattning|berör|gäller)$",
    "status": r"^(status|dokumentstatus)$",
    "organisation": r"^(organisation|kommun|region|huvudman)$",
    "unit": r"^(enhet|verksamhet|arbetsplats)$",
    "groups": r"^(behörighet|läsrätt|får läsas av)$",
}
MATCHERS = {field: re.compile(pattern, re.IGNORECASE) for field, pattern in FIELDS.items()}

KINDS: list[tuple[str, Kind]] = [
    (r"lokal\w* (rutin|läkemedels|arbets|instruktion|anvisning)|arbetsordning|enhetens rutin", "lokal rutin"),
    (r"överenskommelse|samverkansavtal|hemsjukvårdsavtal|\bavtal\b|regionavtal", "överenskommelse"),
    (
        r"\w*rapport\b|utvärdering|uppföljning av|utredning\b|förstudie|granskning av|kartläggning|"
        r"(patientsäkerhets|kvalitets|verksamhets)berättelse",
        "rapport",
    ),
    (r"handbok|lathund|introduktion|vägledning|checklista", "handbok"),
    (r"blankett|signeringslista|mall\b", "blankett"),
    (r"riktlinje\w*|policy|anvisning\w*|delegationsordning", "riktlinje"),
    (r"rutin\w*|instruktion\w*|handlingsplan|arbetssätt|process\b", "rutin"),
    (r"\blag\b|förordning|föreskrift", "lag"),
]
LONGEST_NAME = 7  # words of an organisation's name


def told(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Any, str]]:
    """What pairs of a printed name and its text say: a Standing's field, its value, the name; the surest first."""
    pairs = [(name, text.strip()) for name, text in pairs if text.strip() and not NOTHING.match(text.strip())]
    for field, matcher in MATCHERS.items():
        for name, text in pairs:
            if matcher.match(name.strip().replace("_", " ")):
                yield from ((own, value, name) for own, value in _values(field, text) if value)


def _values(field: str, text: str) -> Iterator[tuple[str, Any]]:
    """The values that the text beside a field's name gives, that field's or others'; empty ones for none."""
    if field in DATES:
        if dates := dates_in(text):
            yield field, max(dates) if field == "valid_until" else dates[0]
        if both := period(text) if field in ("valid_from", "valid_until") else None:
            yield "valid_from", both[0]
            yield "valid_until", both[1]
    elif field == "organisation":
        yield field, text if len(text.split()) <= LONGEST_NAME else ""  # else a sentence, below "2.1 Organisation"
    elif field == "kind":
        yield field, kind_of(text)
    elif field == "status":
        yield field, status_of(text)
        yield "replaces", _replaced_by_the_way(text)
    elif field == "version":
        yield "replaces", _replaced_by_the_way(text)
        text = re.sub(r"\s*[(,;]?\s*\bersätter\b.*", "", text, flags=re.IGNORECASE)
        short = re.match(r"[\w.:]*\d[\w.:]*(?=,|$)" if len(text) <= LONGEST_VERSION else r"[\w.:]*\d[\w.:]*", text)
        yield field, short.group().rstrip(".:") if short else text if len(text) <= LONGEST_VERSION else ""
    elif field == "decided_by":
        by = DECIDED.sub("", DECIDED_LAST.sub("", text))  # "2024-09-17 av MAS", "MAS: 2024-09-17"
        yield field, by.rstrip(". ") if re.search(r"[^\W\d_]{3}", WORD_DATE.sub("", by)) else ""
    elif field == "title":
        yield field, text if re.search(r"[^\W\d_]", text) else ""  # no year alone
    elif field == "owner":
        yield field, "" if ELSEWHERE.match(text) else text
    elif field == "unit":
        yield field, re.split(r"[,(;]", text)[0].strip()
    elif field == "groups":
        yield field, tuple(part.strip() for part in re.split(r"[,;]", text))
    else:
        yield field, text.rstrip(".") if field == "replaces" else text


def _replaced_by_the_way(text: str) -> str:
    """What a version or a status says that the document replaces: "4.0 (ersätter version 3.1)"."""
    said = re.search(r"\bersätter\s+(?!inte\b)([^.;)(]{1,120}(?:\.\d[^.;)(]*)*)", text, re.IGNORECASE)
    what = said.group(1).strip() if said else ""
    return f"version {what}" if what[:1].isdigit() else what


def kind_of(text: str) -> Kind | None:
    """The kind that a title, a type field or a file name speaks of, or None."""
    words = re.sub(r"[-_/]+", " ", text.casefold())
    best: tuple[int, Kind] | None = None
    for pattern, kind in KINDS:
        match = re.search(pattern, words)
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), kind)
    return best[1] if best else None


def status_of(text: str) -> Status | None:
    """Draft or repealed, where the text says so."""
    words = re.sub(r"[-_/]+", " ", text.casefold())
    if re.search(r"\butkast\b|\bremissversion\b|\barbetsmaterial\b|ej fastställ", words):
        return "utkast"
    if re.search(r"\bupphävd\b|\bupphört\b|\butgått\b|\butgången\b|\bersatt\b|\bej gällande\b|\bupphävt\b", words):
        return "upphävd"
    if re.search(r"\bgällande\b|\bfastställd\b|\bgäller\b|\bbeslutad\b", words):
        return "gällande"
    return None
