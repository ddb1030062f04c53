"""A document's standing, from its header table, running lines, first page, file name or folder: never guessed."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from ingest.chunk import sentences
from ingest.corpus import Block, Kind, Page, Standing, Status
from ingest.labels import is_label_line, labelled, pairs_of
from ingest.parse.parsed import Parsed
from ingest.records import DATES

MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari jan", "februari feb", "mars mar", "april apr", "maj", "juni jun", "juli jul", "augusti aug",
         "september sept sep", "oktober okt", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
ISO_DATE = re.compile(r"\b((?:19|20)\d{2})[-./ ](\d{1,2})[-./ ](\d{1,2})\b")
COMPACT_DATE = re.compile(r"\b((?:19|20)\d{2})([01]\d)([0-3]\d)\b")
WORD_DATE = re.compile(r"\b(\d{1,2})\s+(" + "|".join(MONTHS) + r")\.?\s+((?:19|20)\d{2})\b", re.IGNORECASE)
ORGANISATION = re.compile(r"\b([A-ZÅÄÖ][a-zåäöé]+(?:[- ][A-ZÅÄÖ][a-zåäö]+)?)s? (kommun)\b|\b(Region [A-ZÅÄÖ][a-zåäö]+)")
IN_CAPITALS = re.compile(r"\b(?:[A-ZÅÄÖ]{3,}(?:[- ][A-ZÅÄÖ]{3,})? KOMMUN|REGION [A-ZÅÄÖ]{3,})\b")
NOTHING = re.compile(
    r"^(?:[–—.-]+|saknas|ingen|inget|nej|ej aktuellt|ej tillämpligt|n/a)\.?$", re.IGNORECASE
)  # an empty cell
UNTIL = re.compile(
    r"^\W*(?:och )?(?:t\.? ?o\.? ?m\.?|till(?: och med)?|tom|–|-)\W*$", re.IGNORECASE
)  # between two dates
DRAFT = re.compile(r"\b(?:UTKAST|REMISSVERSION|ARBETSMATERIAL)\b|^(?:Utkast|Remissversion|Arbetsmaterial)\b")
CHAPTER = re.compile(
    r"^(sammanfattning|inledning|bakgrund|syfte|förord|innehåll\w*|\w*rapport|utvärdering|granskning|riktlinje|rutin|bilag\w*)"
    r"( \d{4})?$",
    re.IGNORECASE,
)
OFFICE = re.compile(
    r"^((\S+ ){0,2}[\w-]*(förvaltning\w*|nämnd\w*|kommun|enheten|kontoret)|region \w+)(, .*)?$", re.IGNORECASE
)
PROGRAM = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - )|\.(?:docx?|dotx?|pdf|pptx?|xlsx?|odt|rtf)$", re.IGNORECASE
)
NO_TITLE = re.compile(  # what programs and templates call a file that nobody named
    r"^(?:untitled|namnlös|okänd|unknown|(?:dokument|document|presentation|bok|book|blad|sheet) ?\d*|"
    r"powerpoint-presentation|(?:rubrik|title|titel)|.*\bmall\b.*)$",
    re.IGNORECASE,
)
NUMBERING = re.compile(r"^\d+(\.\d+)*\.?\s+")
REPORTS = re.compile(r"\b(denna|den här) (\w*rapport|utvärdering|kartläggning|granskning)(en)?\b", re.IGNORECASE)
FILE_NUMBER = re.compile(r"^[A-ZÅÄÖ]{2,6}[ -]?\d{2,6}\b")  # "RUT-0123"
# "v3", not the weeks of "v27-v32"
FILE_VERSION = re.compile(
    r"(?<![^\W_])(?<!\d-)(?:v|ver\.? ?|rev\.? ?|version[ _-]?|utgåva[ _-]?)(\d{1,2}(?:\.\d{1,2})*)"
    r"(?![^\W_]|\s?[-–]\s?v?\d{1,2}(?!\d))",
    re.IGNORECASE,
)
DECIDED = re.compile(rf"^(?:{ISO_DATE.pattern}|{WORD_DATE.pattern})[\s,]*(?:av\s+)?", re.IGNORECASE)
DECIDED_LAST = re.compile(rf":\s*(?:{ISO_DATE.pattern}|{WORD_DATE.pattern})$", re.IGNORECASE)
ELSEWHERE = re.compile(r"^se\b", re.IGNORECASE)  # "se sist i dokumentet" names nobody
LONGEST_VERSION = 30  # characters
LONGEST_TITLE = 100  # characters of a line that may be a title
LAST_LINES = 6  # blocks at the end, among which a document may be signed
FIRST_LINES = 8  # blocks among which a title stands
NOT_PLACES = re.compile(r"^(Vår|Varje|En|Din|Denna|Annan|Hela|Samma|Respektive|Den|Alla|Egen|Ingen|Om|För|I|Av|Till)$")

# Field names as they are printed, in the order in which they are believed.
FIELDS: dict[str, str] = {
    "title": r"^(dokument(ets )?(namn|titel)|titel|namn på dokument|rubrik|avser|projekt(ets )?(namn|titel))$",
    "kind": r"^(dokument ?typ|typ av (styr)?dokument|typ|dokumentslag)$",
    "diary": r"^(diarie ?(nummer|nr)|dnr|ärendenummer|beteckning)",
    "decided_by": r"^(fastställd av|beslutad av|beslutat av|beslutsinstans|fastställt av|antagen av|godkänd av|"
    r"beslutande|fastställare|beslutsfattare|fastställd|(fastställd|beslutad)/\w+ av|godkänd)$",
    "decided_on": r"^((fastställd|fastställt|beslutad|beslutat|antagen|godkänd)( av|/\w+ av| datum| den)?|beslutsdatum|"
    r"fastställelsedatum|datum för beslut)$",
    "valid_from": r"^(gäller (fr\.? ?o\.? ?m\.?|från)( och med)?|giltigt? från( och med)?|gällande från|"
    r"giltig fr\.? ?o\.? ?m\.?)",
    "valid_until": r"^(giltig(t|het)? (t\.? ?o\.? ?m\.?|till)( och med)?|gäller (t\.? ?o\.? ?m\.?|till)( och med)?|"
    r"slutdatum|upphör( att gälla)?|giltighetstid)",
    "revise_by": r"^((ska |skall |bör )?revideras|nästa (revidering|revision|översyn|uppdatering|granskning)|"
    r"(datum|tid) för nästa (revidering|revision|översyn|uppdatering|granskning)|"
    r"(översyn|revidering|uppdateras|ses över|aktualitetsprövas) senast)"
    r"( senast| före| den| datum| t\.? ?o\.? ?m\.?)*$",
    "version": r"^(version(snummer|snr)?|utgåva|revision|ver)\.?$",
    "owner": r"^(dokumentansvarig|dokumentägare|ansvarig för dokumentet|innehållsansvarig|dokumentets ägare|"
    r"processägare|sidansvarig|ansvarig( funktion| tjänsteperson| handläggare)?|kontaktperson|ägare)$",
    "replaces": r"^(ersätter)",
    "applies_to": r"^(gäller för|omfattar|målgrupp|omfattning|berör|gäller)$",
    "status": r"^(status|dokumentstatus)$",
    "organisation": r"^(organisation|kommun|region|huvudman)$",
    "unit": r"^(enhet|verksamhet|arbetsplats)$",
    "groups": r"^(behörighet|läsrätt|får läsas av)$",
}
MATCHERS = {field: re.compile(pattern, re.IGNORECASE) for field, pattern in FIELDS.items()}
THIS = (
    r"(?:(?:denna|den här) (?:\w+ )?(?:rutin\w*|riktlinje\w*|överenskommelse\w*|handbok\w*|anvisning\w*|policy\w*)|"
    r"(?:detta|det här) (?:styr)?dokument|rutinen|riktlinjen|överenskommelsen|handboken|dokumentet|anvisningen|policyn)"
)
REPLACES = re.compile(rf"^{THIS}\b[^.;]{{0,60}}?\bersätter (?!inte\b)([^.;]{{6,200}})", re.IGNORECASE)
REPEALED = re.compile(
    rf"^(?:OBS[!:.]? ?)?{THIS} (?:(?:är|har|blev) (?!inte\b)(?:[^.;]{{0,30}} )?(?:upphävd|upphävt|upphävts|ersatt|"
    r"ersatts|upphört|utgått|utgången|utgånget)|upphörde|gäller inte längre|gäller ej längre)\b",
    re.IGNORECASE,
)
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


def dates_in(text: str) -> list[date]:
    """Every date of a text, in the order written: 2026-01-31, 20260131, 31 januari 2026."""
    found: list[tuple[int, date]] = []
    for pattern, order in ((ISO_DATE, (1, 2, 3)), (COMPACT_DATE, (1, 2, 3)), (WORD_DATE, (3, 2, 1))):
        for match in pattern.finditer(text):
            year, month, day = (match.group(place) for place in order)
            try:
                value = date(int(year), MONTHS.get(month.casefold()) or int(month), int(day))
            except ValueError:
                continue
            found.append((match.start(), value))
    return [value for _, value in sorted(found)]


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


def read_standing(source: str, parsed: Parsed, correction: Mapping[str, Any] | None = None) -> Standing:
    """Return what the document says of itself. `correction` (a sidecar file's fields) goes before all else."""
    values: dict[str, Any] = {}
    found: dict[str, str] = {}

    def put(field: str, value: Any, where: str) -> None:
        if value and field not in values:
            values[field], found[field] = value, where

    for key, value in (correction or {}).items():
        put(key, value, "rättelsefil")
    pairs = [*parsed.fields, *pairs_of(parsed.edges), *_label_lines(parsed.pages), *_headed(parsed.pages)]
    for field, matcher in MATCHERS.items():
        for name, text in pairs:
            if matcher.match(name.strip().replace("_", " ")) and text.strip() and not NOTHING.match(text.strip()):
                _put_field(put, field, text.strip(), f"dokumenthuvud: {name}")
    for field, text, where in _told_in_text(parsed.pages):
        put(field, text, where)
    path = PurePosixPath(source)
    heading = first_heading(parsed.pages)
    put("title", heading, "första rubriken")
    own = PROGRAM.sub("", parsed.title)
    put("title", own if len(own) > 3 and not NO_TITLE.match(own) else "", "filens egenskaper")
    name = _name_of(path.stem)
    put("title", name if re.search(r"[a-zåäö]{4}", name) else "", "filnamn")
    if version := FILE_VERSION.search(path.stem):
        put("version", version.group(1), "filnamn")
    put("title", _first_words(parsed.pages) or name, "första raden")
    if status := status_of(path.stem):
        put("status", status, "filnamn")
    elif any(map(DRAFT.search, [values["title"], *parsed.edges])):
        put("status", "utkast", "rubrik")
    for text, where in (
        (values["title"], "titel"),
        (path.stem, "filnamn"),
        (_first_line(parsed.pages), "första raden"),
        (heading, "rubrik"),
        (str(path.parent), "mapp"),
    ):
        if kind := kind_of(text):
            put("kind", kind, where)
    if REPORTS.search(" ".join(block.text for page in parsed.pages[:2] for block in page.blocks[:60])):
        put("kind", "rapport", "text")
    organisation, where = _organisation(parsed)
    put("organisation", organisation, where)
    _unit(path, values, put)
    if values.get("unit") and values.get("kind") in ("rutin", "riktlinje", "dokument"):
        values["kind"] = "lokal rutin"
    if "kind" in values and values["kind"] == "dokument":
        del values["kind"]
    return Standing(**values, found=found)


def _put_field(put: Any, field: str, text: str, where: str) -> None:
    if field in DATES:
        if dates := dates_in(text):
            put(field, max(dates) if field == "valid_until" else dates[0], where)
        if period := _period(text) if field in ("valid_from", "valid_until") else None:
            put("valid_from", period[0], where)
            put("valid_until", period[1], where)
    elif field == "kind":
        put(field, kind_of(text), where)
    elif field == "status":
        put(field, status_of(text), where)
    elif field == "version":
        short = re.match(r"[\w.:]*\d[\w.:]*(?=,|$)" if len(text) <= LONGEST_VERSION else r"[\w.:]*\d[\w.:]*", text)
        put(field, short.group().rstrip(".:") if short else text if len(text) <= LONGEST_VERSION else "", where)
    elif field == "decided_by":
        by = DECIDED.sub("", DECIDED_LAST.sub("", text))  # "2024-09-17 av MAS", "MAS: 2024-09-17"
        put(field, by if re.search(r"[^\W\d_]{3}", WORD_DATE.sub("", by)) else "", where)
    elif field == "owner":
        put(field, "" if ELSEWHERE.match(text) else text, where)
    elif field == "groups":
        put(field, tuple(part.strip() for part in re.split(r"[,;]", text)), where)
    else:
        put(field, text.rstrip(".") if field == "replaces" else text, where)


def _period(text: str) -> tuple[date, date] | None:
    """The two dates of a text such as "2024-01-01 – 2025-12-31" or "2024-01-01 t.o.m. 2025-12-31"."""
    found = [match for pattern in (ISO_DATE, WORD_DATE) for match in pattern.finditer(text)]
    dates = dates_in(text)
    if len(found) != 2 or len(dates) != 2:
        return None
    first, last = sorted(found, key=lambda match: match.start())
    return (dates[0], dates[1]) if dates[0] < dates[1] and UNTIL.match(text[first.end() : last.start()]) else None


def _told_in_text(pages: Sequence[Page]) -> Iterator[tuple[str, str, str]]:
    """What the document's own sentences say of it, on its first two pages and its last: field, value, where."""
    looked_at = {id(page): page for page in [*pages[:2], *pages[-1:]]}
    for page in looked_at.values():
        where = f"text, sida {page.number}" if page.number else "text"
        for block in page.blocks:
            if block.kind in ("heading", "row"):
                continue
            for start, end in sentences(block.text):
                if match := REPLACES.match(block.text[start:end]):
                    yield "replaces", match.group(1).strip(), where
                elif REPEALED.match(block.text[start:end]):
                    yield "status", "upphävd", where


def _label_lines(pages: Sequence[Page]) -> list[tuple[str, str]]:
    """Field and value of lines at the beginning, and of two or more at the end: "Beslutad av MAS 2022-02-02"."""
    first = [block for page in pages[:1] for block in page.blocks[: 2 * FIRST_LINES]]
    last = [block for page in pages[-1:] for block in page.blocks[-LAST_LINES:] if block not in first]
    found = []
    for blocks in (first, last):
        lines = [
            block.text
            for before, block in pairwise([Block("paragraph", ""), *blocks])
            if block.kind in ("paragraph", "heading") and is_label_line(block.text, after=before.text)
        ]
        if blocks is first or len(lines) > 1:  # one alone at the end may speak of another document
            found += [pair for line in lines for pair in labelled(line)]
    return found


def _name_of(stem: str) -> str:
    """A file's name as a title: "RUT-0123 v3 Fallrutin 2023-05-01" is "Fallrutin"."""
    plain, unversioned = (re.sub(r"[-_]+", " ", text) for text in (stem, FILE_VERSION.sub(" ", stem)))
    cut = COMPACT_DATE.sub(" ", ISO_DATE.sub(" ", unversioned))
    cut = " ".join(FILE_NUMBER.sub("", cut.strip()).split())
    name = NUMBERING.sub("", cut if re.search(r"[a-zåäö]{4}", cut) else plain).strip()
    return name.capitalize() if name == name.lower() else name[:1].upper() + name[1:]


def first_heading(pages: Sequence[Page]) -> str:
    """The first line that can be a title: no chapter's usual name, number or issuing office; "" where there is none.

    Plain text has no headings that are sure, so a short line without a full stop among the first counts as one.
    """
    blocks = [block for page in pages[:2] for block in page.blocks]
    sure = not any(block.kind == "paragraph" for block in blocks[:1])
    for place, block in enumerate(blocks):
        line = block.text.strip()
        first = place < FIRST_LINES
        headed = block.kind == "heading" and (sure or first)
        short = first and not sure and block.kind == "paragraph" and len(line) <= LONGEST_TITLE
        if not headed and not short:
            if first and not sure:
                break  # the text has begun
            continue
        plain = NUMBERING.sub("", line)
        if CHAPTER.match(plain) or OFFICE.match(line) or (short and re.search(r"[.:;,]$|: ", line)):
            continue
        if not re.match(r"^\d|^innehåll", line, re.IGNORECASE):
            return line
    return ""


def _first_line(pages: Sequence[Page]) -> str:
    """The first line of all, where it is a short one: "1. Slutrapport"."""
    line = next((block.text for page in pages[:1] for block in page.blocks[:1]), "")
    return line if len(line) <= LONGEST_TITLE else ""


def _headed(pages: Sequence[Page]) -> list[tuple[str, str]]:
    """A field's name as a heading, its value the short line beneath: "1.1 Projektnamn"."""
    blocks = [block for page in pages[:1] for block in page.blocks[: 2 * FIRST_LINES]]
    return [
        (NUMBERING.sub("", name.text), value.text)
        for name, value in pairwise(blocks)
        if name.kind == "heading" and value.kind == "paragraph" and len(value.text) <= LONGEST_TITLE
    ]


def _first_words(pages: Sequence[Page]) -> str:
    """The beginning of the first paragraph, where nothing else names the document."""
    for page in pages[:1]:
        for block in page.blocks:
            if block.kind == "paragraph" and not CHAPTER.match(block.text):
                return textwrap.shorten(block.text, LONGEST_TITLE, placeholder=" …")
    return ""


def _organisation(parsed: Parsed) -> tuple[str, str]:
    """The kommun or region that is named most: in running lines and fields, else in the whole text."""
    texts = [("sidhuvud", " ".join([*parsed.edges, *(value for _, value in parsed.fields)]))]
    texts.append(("filens egenskaper", parsed.title))
    texts.append(("text", " ".join(block.text for page in parsed.pages for block in page.blocks)))
    for where, text in texts:
        names: Counter[str] = Counter()
        text = IN_CAPITALS.sub(lambda found: re.sub("Kommun$", "kommun", found.group().title()), text)
        for match in ORGANISATION.finditer(text):
            words = (match.group(1) or "").split()
            while words and NOT_PLACES.match(words[0]):
                words.pop(0)
            if match.group(3) or words:
                names[match.group(3) or " ".join([*words, "kommun"])] += 1
        for name in list(names):  # "Bakgrund Norrviks kommun" is Norrviks kommun, after a heading
            shorter = name.partition(" ")[2]
            if shorter in names:
                names[shorter] += names.pop(name)
        if names:
            return names.most_common(1)[0][0], where
    return "", ""


def _unit(path: PurePosixPath, values: dict[str, Any], put: Any) -> None:
    """The enhet whose own rutin this is: from the folder below `enheter`, or the header of a lokal rutin."""
    folders = [part.casefold() for part in path.parts[:-1]]
    for name in ("enheter", "enhet", "lokala-rutiner", "lokala rutiner"):
        if name in folders and folders.index(name) + 1 < len(folders):
            unit = path.parts[folders.index(name) + 1].replace("-", " ").replace("_", " ")
            put("unit", _as_written(unit, values.get("applies_to", "")), "mapp")
    if values.get("kind") == "lokal rutin" and values.get("applies_to"):
        put("unit", re.split(r"[,(;]", values["applies_to"])[0].strip(), "dokumenthuvud: gäller för")


def _as_written(folder: str, text: str) -> str:
    """The unit that a folder is named after, spelled as in `text` where it stands there."""

    def plain(name: str) -> str:
        return re.sub(r"[^a-z]", "", name.casefold().translate(str.maketrans("åäöé", "aaoe")))

    names = re.findall(r"\w+", text)
    for first in range(len(names)):
        for last in range(first + 1, len(names) + 1):
            if plain(" ".join(names[first:last])) == plain(folder):
                return " ".join(names[first:last])
    return folder.title() if folder.islower() else folder
