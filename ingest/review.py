"""What the quality unit should look at: no owner or date, expired, doubled, and references that lead nowhere."""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path, PurePosixPath
from typing import Literal

import yaml

from ingest.corpus import Document, Standing
from ingest.dates import dates_in
from ingest.swedish import STOP, stem, words

REPEALED = Path(__file__).parent / "repealed.yaml"
KINDS = (
    r"(?:lokal rutin|rutin|riktlinje|överenskommelse|handbok|handlingsplan|anvisning|policy|delegationsordning|"
    r"instruktion)"
)
KIND_WORDS = frozenset(
    stem(word) for word in ("lokal", "rutin", "riktlinje", "överenskommelse", "handbok", "version", "utgåva")
)
VERSION = re.compile(r"\b(?:version|utgåva|ver\.|v\.?)\s*(\d+(?:\.\d+)*)", re.IGNORECASE)
YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
# Words of titles that tell where a rule holds, not what it is on.
ANYWHERE = frozenset(
    ("hemtjänst", "hemtjänsten", "hemsjukvård", "hemsjukvården", "särskilt", "boende", "korttid", "lss")
)
SEGMENTS = re.compile(r"\s*;\s*|\s+samt\s+|(?:,|\s+och)\s+(?=[A-ZÅÄÖ])")
REGULATION = re.compile(
    r"\b(SOSFS|HSLF-FS|LVFS|AFS|SFS)\s*(\d{4}:\d+)|\b(?:\w*lag(?:en)?|SoL|HSL|LSS|PDL|PSL)\s*\(?(\d{4}:\d+)\)?"
)
PAST = re.compile(
    r"upphäv|ersatt|ersätt|tidigare|byggde på|gällde till|numera|slutade gälla|inte längre", re.IGNORECASE
)
NAMED = re.compile(
    rf"\b(?:se|enligt|följ)\s+(?:även\s+|också\s+|kommunens\s+)?[”\"“]?({KINDS}\s[^.;,()”\"“\n:]{{4,80}})", re.I
)
QUOTED = re.compile(rf"[”\"“]({KINDS}\s[^”\"“\n]{{4,100}})[”\"“]", re.IGNORECASE)
FILE = re.compile(r"\b([\w-]{4,}\.(?:pdf|docx|xlsx|pptx|md))\b", re.IGNORECASE)
SHINGLE = 6  # words
ALIKE = 0.6  # share of shingles, from which two texts are nearly the same
COMMON = 20  # documents; a shingle in more of them is a form's own text and tells nothing
MOST_WORDS = 400_000  # of all documents, above which only one shingle in eight is looked at

About = Literal[
    "utan ägare",
    "utan datum",
    "utgånget",
    "revidering försenad",
    "ersatt",
    "flera versioner",
    "nästan lika",
    "hänvisning saknas",
    "upphävd regel",
    "säger olika",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at in one document; `text` is Swedish, `other` a second document where there is one."""

    about: About
    source: str
    text: str
    other: str = ""


def review(documents: Sequence[Document]) -> list[Finding]:
    """Everything that does not depend on today's date, document by document."""
    found: list[Finding] = []
    replacing = replaced(documents)
    for document in documents:
        standing = document.standing
        if standing.kind not in ("blankett", "lag"):
            if not standing.owner:
                found.append(Finding("utan ägare", document.source, "Ingen dokumentansvarig är angiven."))
            if not (standing.valid_from or standing.valid_until):
                found.append(
                    Finding("utan datum", document.source, "Inget datum anger från eller till när det gäller.")
                )
        if other := replacing.get(document.source):
            found.append(
                Finding("ersatt", document.source, f"Ersätts av {other}. Flytta eller ta bort det gamla.", other)
            )
    found += _versions(documents, replacing)
    found += _alike(documents)
    found += _references(documents)
    return sorted(found, key=lambda finding: (finding.source, finding.about, finding.text))


def due(standings: Mapping[str, Standing], today: date) -> list[Finding]:
    """Documents whose last day, or day to be looked over, has passed, though nothing says that they are repealed."""
    found: list[Finding] = []
    for source, standing in sorted(standings.items()):
        if standing.status != "gällande":
            continue
        if (last := standing.valid_until) and last < today:
            found.append(Finding("utgånget", source, f"Gick ut {last.isoformat()}. Revidera det eller ta bort det."))
        elif (day := standing.revise_by) and day < today:
            whom = f" {standing.owner} är dokumentansvarig." if standing.owner else ""
            text = f"Skulle ha reviderats senast {day.isoformat()}.{whom}"
            found.append(Finding("revidering försenad", source, text))
    return found


def replaced(documents: Sequence[Document]) -> dict[str, str]:
    """The documents that another one says it replaces, each with the newest that does.

    A title alone is believed when the older one is not newer; a version, date or year that is named must be the older
    one's own. A draft replaces nothing yet.
    """
    result: dict[str, tuple[date, str]] = {}
    for newer in documents:
        standing = newer.standing
        if not standing.replaces or standing.status == "utkast":
            continue
        for older in documents:
            if older.source != newer.source and replaces(standing, older.standing, older.source):
                entry = (standing.valid_from or date.min, newer.source)
                result[older.source] = max(result.get(older.source, entry), entry)
    return {source: by for source, (_, by) in sorted(result.items())}


def replaces(newer: Standing, older: Standing, source: str) -> bool:
    """Does a document say that it replaces an older one, whose file is `source`?"""
    told = newer.replaces
    if not told:
        return False
    if newer.organisation and older.organisation and newer.organisation != older.organisation:
        return False
    if older.unit and older.unit != newer.unit:
        return False
    if newer.valid_from and older.valid_from and older.valid_from > newer.valid_from:
        return False
    if older.diary and older.diary in told and re.search(rf"(?<!\w){re.escape(older.diary)}(?!\w)", told):
        return older.diary != newer.diary
    if source.rpartition("/")[2].casefold() in told.casefold():
        return True
    for part in SEGMENTS.split(told):
        named = content_words(part)
        if not named:  # "Ersätter: version 2.8" speaks of the same title
            named = content_words(newer.title)
            if not VERSION.search(part) and not YEAR.search(part):
                continue
            if older.unit != newer.unit:
                continue
        own = content_words(older.title)
        of_unit = own | content_words(older.unit)
        renamed = older.status == "upphävd" and older.kind == newer.kind and bool(named & own - ANYWHERE)
        same = named in (own, of_unit) or (renamed and _names_version(part, older))
        if own and same and _right_version(told, part, newer, older):
            return True
    return False


def _names_version(told: str, older: Standing) -> bool:
    """Does a text name the very version that the older document bears?"""
    return _version(older) in VERSION.findall(told)


def _version(standing: Standing) -> str:
    """The number of a document's version, or ""."""
    number = re.search(r"\d+(?:\.\d+)*", standing.version)
    return number.group() if number else ""


def _right_version(told: str, part: str, newer: Standing, older: Standing) -> bool:
    """Does the older document bear the version, date or year that the newer one names?"""
    text = part if VERSION.search(part) or YEAR.search(part) else told
    versions, dates, years = set(VERSION.findall(text)), dates_in(text), set(YEAR.findall(text))
    own = _version(older)
    if versions and own:
        return own in versions
    if dates and older.valid_from:
        return older.valid_from in dates
    if years:
        return bool(years & ({str(older.valid_from.year)} if older.valid_from else set(YEAR.findall(older.title))))
    if versions or dates:
        return False
    return content_words(older.title) != content_words(newer.title) or _is_older(older, newer)


def _is_older(one: Standing, other: Standing) -> bool:
    if one.valid_from and other.valid_from:
        return one.valid_from < other.valid_from
    return bool(one.version and other.version) and _numbers(one.version) < _numbers(other.version)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


@lru_cache(maxsize=20_000)
def content_words(title: str) -> frozenset[str]:
    """The words that tell one title from another: no kind, version, year or stop words."""
    plain = YEAR.sub(" ", VERSION.sub(" ", re.sub(r"\b\d{4}-\d\d-\d\d\b|§\s*\d+", " ", title)))
    return frozenset(stem(word) for word in words(plain) if word not in STOP and not word.isdigit()) - KIND_WORDS


def _versions(documents: Sequence[Document], replacing: Mapping[str, str]) -> Iterator[Finding]:
    """Documents in force under one title, in one organisation and unit."""
    same: dict[tuple[frozenset[str], str, str, str], list[Document]] = defaultdict(list)
    for document in documents:
        standing = document.standing
        title = content_words(standing.title)
        if title and standing.status == "gällande" and document.source not in replacing:
            same[(title, standing.kind, standing.organisation, standing.unit)].append(document)
    for group in same.values():
        ordered = sorted(group, key=lambda document: (document.standing.valid_from or date.min, document.source))
        for document in ordered[:-1]:
            newest = ordered[-1]
            text = (
                f"{newest.source} har samma titel ({_edition(newest.standing)}; det här: "
                f"{_edition(document.standing)}). Ta bort det som inte gäller, eller skriv ”Ersätter” i det nya."
            )
            yield Finding("flera versioner", document.source, text, newest.source)


def _edition(standing: Standing) -> str:
    told = [f"version {standing.version}" if standing.version else ""]
    told.append(f"från {standing.valid_from.isoformat()}" if standing.valid_from else "")
    return ", ".join(text for text in told if text) or "utan version och datum"


def _alike(documents: Sequence[Document]) -> Iterator[Finding]:
    """Pairs of documents whose text is nearly the same."""
    texts = {document.source: words(" ".join(_texts(document))) for document in documents}
    step = 8 if sum(map(len, texts.values())) > MOST_WORDS else 1
    shingles: dict[str, set[int]] = {}
    for source, tokens in texts.items():
        marks = (zlib.crc32(" ".join(tokens[at : at + SHINGLE]).encode()) for at in range(len(tokens) - SHINGLE + 1))
        shingles[source] = {mark for mark in marks if mark % step == 0}
    holders: dict[int, list[str]] = defaultdict(list)
    for source, marks_of in shingles.items():
        for mark in marks_of:
            holders[mark].append(source)
    shared: Counter[tuple[str, str]] = Counter()
    for sources in holders.values():
        if 1 < len(sources) <= COMMON:
            shared.update(combinations(sources, 2))
    for (one, other), count in shared.items():
        share = count / len(shingles[one] | shingles[other])
        if share >= ALIKE:
            text = f"Texten är till {round(100 * share)} % samma som i {other}. Behåll ett av dem."
            yield Finding("nästan lika", one, text, other)


def _texts(document: Document) -> list[str]:
    return [block.text for page in document.pages for block in page.blocks]


@cache
def repealed() -> dict[str, str]:
    """Regulations that no longer apply, each with what came in their place."""
    return {str(name): str(told) for name, told in yaml.safe_load(REPEALED.read_text(encoding="utf-8")).items()}


def _references(documents: Sequence[Document]) -> Iterator[Finding]:
    titles = [content_words(document.standing.title) for document in documents]
    names = {PurePosixPath(document.source).name.casefold() for document in documents}
    for document in documents:
        seen: set[str] = set()
        for page in document.pages:
            where = f" (sida {page.number})" if page.number else ""
            for block in page.blocks:
                for name, told in _leading_nowhere(block.text, titles, names):
                    if name.casefold() not in seen:
                        seen.add(name.casefold())
                        yield Finding("hänvisning saknas", document.source, f"{told}{where}.")
                for name in _regulations(block.text):
                    if name in repealed() and name not in seen:
                        seen.add(name)
                        text = f"Hänvisar till {name}{where}, som är upphävd: {repealed()[name]}."
                        yield Finding("upphävd regel", document.source, text)


def _regulations(text: str) -> Iterator[str]:
    """Regulations that a text leans on; those that it says are past are left out."""
    for match in REGULATION.finditer(text):
        start = max(text.rfind(". ", 0, match.start()), 0)
        end = text.find(". ", match.end())
        if not PAST.search(text[start : end if end > 0 else None]):
            series, number, of_law = match.groups()
            yield f"{series} {number}" if series else f"SFS {of_law}"


def _leading_nowhere(text: str, titles: Iterable[frozenset[str]], names: set[str]) -> Iterator[tuple[str, str]]:
    """Documents that a text names and that are not there: the name and what to tell."""
    if PAST.search(text):
        return
    for match in FILE.finditer(text):
        if match.group(1).casefold() not in names:
            yield match.group(1), f"Hänvisar till filen {match.group(1)}, som inte finns bland dokumenten"
    for pattern in (QUOTED, NAMED):
        for match in pattern.finditer(text):
            name = match.group(1).strip()
            if pattern is NAMED and not name[0].isupper():
                continue
            told = content_words(name)
            if told and not any(title and (title <= told or told <= title) for title in titles):
                yield name, f"Hänvisar till ”{name}”, som inte finns bland dokumenten"
