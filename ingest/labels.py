"""The names of a document's particulars as they stand in a line: "Dnr VON 2024/55 Fastställd av MAS Version 4"."""

from __future__ import annotations

import re
from collections.abc import Iterable

LABEL = re.compile(
    r"(?<![\w.])(Dnr|Diarie(?:nr|nummer)|Dokument(?:typ|namn|titel|ansvarig|ägare|id|nummer)|Dok\.? ?nr|"
    r"Typ av dokument|Utfärdad av|Faktaägare|Fastställare|"
    r"(?:Fastställd|Fastställt|Beslutad|Beslutat|Antagen|Godkänd)(?:(?:/\w+)? av| datum| den)?|Beslutsdatum|"
    r"Beslutsinstans|"
    r"Version(?:snummer|snr)?|Utgåva|"
    r"Gäller (?:fr\.? ?o\.? ?m\.?|från och med|från|t\.? ?o\.? ?m\.?|till och med|till|för)|"
    r"Giltigt? (?:fr\.? ?o\.? ?m\.?|från och med|från|t\.? ?o\.? ?m\.?|till och med|till)|Giltighetstid|Ersätter|"
    r"Nästa (?:revidering|revision|översyn|uppdatering)|(?:Ska )?[Rr]evideras(?: senast)?|Reviderad|"
    r"Senast (?:uppdaterad|reviderad|ändrad|granskad)|"
    r"Uppdaterad|Utskriven|Handläggare|Planansvarig|Innehållsansvarig|Processägare|"
    r"Granskad av|Upprättad av|Översyn|Målgrupp|Behörighet|Status|Ansvarig|Sida|Sid)(?![\w-])\.?[ ]*:?(?=[ ]|$)"
)
# Names that stand alone on a line or in a cell, beside those above.
NAME = re.compile(
    r"^(?:Titel|Dokument(?:-id|slag|status)|Datum(?: för beslut| för fastställande)?|Gäller(?: inte för)?|Revideras|"
    r"Ses över senast|Revidering(?:sdatum)?|Revisionsdatum|Omfattar|Omfattning|Diarieföring|Kontaktperson|"
    r"Ansvarig (?:funktion|tjänsteperson|handläggare|chef|nämnd|förvaltning)|Förvaltning|Beslutande|Beslutat datum|"
    r"Författare|Upprättad|Godkänd|Fastställd|Fastställt|Beslutad|Antagen|Ändring i denna version|Sekretess)$",
    re.IGNORECASE,
)
REVISION = re.compile(r"^rev(?:ision)?\.? ?(\d{1,2}(?:\.\d{1,2})?)$", re.IGNORECASE)
DATED = re.compile(r"\d{4}|\d{1,2}[/.]\d")


def labelled(line: str) -> list[tuple[str, str]]:
    """Every label of a line with what stands after it, as far as the next; values are never empty."""
    found: list[re.Match[str]] = []
    for match in LABEL.finditer(line):
        # "Ersätter: Version 5, VON 2021/0390" says nothing of the document's own version and number.
        if not found or found[-1].group(1) != "Ersätter" or line[found[-1].end() : match.start()].strip():
            found.append(match)
    ends = [*(match.start() for match in found[1:]), *([len(line)] if found else [])]
    pairs = [
        (match.group(1), line[match.end() : end].strip(" \t|,;·•–-")) for match, end in zip(found, ends, strict=True)
    ]
    return [(name, value) for name, value in pairs if value]


def is_label(text: str) -> bool:
    """Is a text nothing but the name of one of a document's particulars: "Fastställd av", "Diarienummer:"?"""
    plain = " ".join(text.split()).rstrip(": ")
    return bool(LABEL.fullmatch(plain) or NAME.match(plain))


def begins_field(line: str) -> bool:
    """Does a line begin with a label and its colon: "Version: 2"?"""
    match = LABEL.match(line)
    return match is not None and match.group().endswith(":")


def whole_label(text: str) -> str:
    """A label that a narrow cell has cut in two ("Dokumentansvar ig") in one piece; other text as it is."""
    joined = text.replace(" ", "")
    return joined if " " in text and not is_label(text) and is_label(joined) else text


def pairs_of(edges: Iterable[str]) -> list[tuple[str, str]]:
    """Field and value of running lines such as "Version: 4.0 | Dnr 2025/31"."""
    pairs = []
    for edge in edges:
        for part in re.split(r"\s*\|\s*|\s{3,}|\t", edge):
            name, mark, value = part.partition(":")
            if found := labelled(part):
                pairs += found
            elif revision := REVISION.match(part.strip()):
                pairs.append(("Version", revision.group(1)))
            elif mark and value.strip():
                pairs.append((name.strip(), value.strip()))
    return pairs


def is_label_line(line: str, *, after: str = "") -> bool:
    """Is a line of text made of labels and values, rather than of sentences? `after` is the line above it."""
    match = LABEL.match(line)
    if match is None or after.strip(" :") == "Ersätter" or line.rstrip().endswith((":", ",")) or len(line) > 300:
        return False
    pairs = labelled(line)
    if line.rstrip().endswith(".") and not all(DATED.search(value) for _, value in pairs):
        return False
    if not pairs or any(len(value) > 100 for _, value in pairs):
        return False
    # One label alone is a line of its own only with a date, a number or a colon: "Gäller för alla" may be a sentence.
    return len(pairs) > 1 or match.group().endswith(":") or bool(DATED.search(pairs[0][1]))
