"""A document's standing, from its header table, running lines, first page, file name or folder: never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from ingest.chunk import sentences
from ingest.corpus import Block, Page, Standing
from ingest.dates import ISO_DATE, WORD_DATE, dates_in
from ingest.fields import kind_of, status_of, told
from ingest.labels import is_label_line, labelled, pairs_of
from ingest.parse.parsed import Parsed
from ingest.title import (
    FILE_VERSION,
    FIRST_LINES,
    LONGEST_TITLE,
    NO_TITLE,
    NUMBERING,
    PROGRAM,
    first_heading,
    first_line,
    first_words,
    name_of,
    only_heading,
)
from ingest.workplace import workplace

ORGANISATION = re.compile(r"\b([A-ZÅÄÖ][a-zåäöé]+(?:[- ][A-ZÅÄÖ][a-zåäö]+)?)s? (kommun)\b|\b(Region [A-ZÅÄÖ][a-zåäö]+)")
IN_CAPITALS = re.compile(r"\b(?:[A-ZÅÄÖ]{3,}(?:[- ][A-ZÅÄÖ]{3,})? KOMMUN|REGION [A-ZÅÄÖ]{3,})\b")
DRAFT = re.compile(r"\b(?:UTKAST|REMISSVERSION|ARBETSMATERIAL)\b|^(?:Utkast|Remissversion|Arbetsmaterial)\b")
REPORTS = re.compile(r"\b(denna|den här) (\w*rapport|utvärdering|kartläggning|granskning)(en)?\b", re.IGNORECASE)
LAST_LINES = 6  # blocks at the end, among which a document may be signed
NOT_PLACES = re.compile(r"^(Vår|Varje|En|Din|Denna|Annan|Hela|Samma|Respektive|Den|Alla|Egen|Ingen|Om|För|I|Av|Till)$")
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
DAY = rf"(?:{ISO_DATE.pattern}|{WORD_DATE.pattern})"
DECIDED = re.compile(
    rf"^{THIS} (?:är |har |blev )?(?:fastställ|beslut|antag|godkän)\w* av (?P<by>[^.;]{{3,80}}?),?(?: den)? "
    rf"(?P<day>{DAY})",
    re.IGNORECASE,
)
SIGNED = re.compile(
    rf"^(?:Fastställd|Beslutad|Antagen|Godkänd) (?:den )?(?P<day>{DAY}) av (?P<by>[^.;,]{{3,80}})", re.IGNORECASE
)
IN_FORCE = re.compile(
    rf"^{THIS}\b[^.;]{{0,120}}?\bgäller (?:från(?: och med)?|fr\.? ?o\.? ?m\.?)(?: den)? (?P<first>{DAY})"
    rf"(?:,? (?:till(?: och med)?|t\.? ?o\.? ?m\.?)(?: den)? (?P<last>{DAY}))?",
    re.IGNORECASE,
)
# At the beginning, of the document itself: "Gäller till 2025-05-31, ersatt av sidan Delegering."
UNTIL = re.compile(
    rf"^(?:OBS[!:.]? ?)?(?:gäll(?:er|de)|giltigt?) (?:till(?: och med)?|t\.? ?o\.? ?m\.?)(?: den)? (?P<last>{DAY})"
    r"(?:\.?$|[.,;]? (?:och )?(?:är )?(?:ersatt|ersätts)\b)",
    re.IGNORECASE,
)
ARCHIVED = re.compile(
    r"\((?:arkiverad|ersatt|upphävd)(?: (?:av\b|\d)[^)]*)?\)$|^(?:arkiverad|ersatt|upphävd) ?[:–]", re.IGNORECASE
)
OWNED = re.compile(r"^Dokumentansvarig(?: för [^.;]{3,60})? är ([^.;]{3,80})\.?$", re.IGNORECASE)


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
    for field, value, name in told(pairs):
        put(field, value, f"dokumenthuvud: {name}")
    for field, value, where in _told_in_text(parsed.pages):
        put(field, value, where)
    path = PurePosixPath(source)
    heading = only_heading(parsed.pages, parsed.title) or first_heading(parsed.pages)
    put("title", heading, "första rubriken")
    own = PROGRAM.sub("", parsed.title)
    put("title", own if len(own) > 3 and not NO_TITLE.match(own) else "", "filens egenskaper")
    name = name_of(path.stem)
    put("title", name if re.search(r"[a-zåäö]{4}", name) else "", "filnamn")
    if version := FILE_VERSION.search(path.stem):
        put("version", version.group(1), "filnamn")
    put("title", first_words(parsed.pages) or name, "första raden")
    if status := status_of(path.stem):
        put("status", status, "filnamn")
    elif any(map(DRAFT.search, [values["title"], *parsed.edges])):
        put("status", "utkast", "rubrik")
    elif ARCHIVED.search(values["title"]):
        put("status", "upphävd", "rubrik")
    for text, where in (
        (values["title"], "titel"),
        (path.stem, "filnamn"),
        (first_line(parsed.pages), "första raden"),
        (heading, "rubrik"),
        (str(path.parent), "mapp"),
    ):
        if kind := kind_of(text):
            put("kind", kind, where)
    if REPORTS.search(" ".join(block.text for page in parsed.pages[:2] for block in page.blocks[:60])):
        put("kind", "rapport", "text")
    organisation, where = _organisation(parsed)
    put("organisation", organisation, where)
    text = " ".join(block.text for page in parsed.pages for block in page.blocks)
    for unit, where in workplace(path, values, text):
        put("unit", unit, where)
    if values.get("unit") and values.get("kind", "dokument") in ("rutin", "riktlinje", "dokument"):
        values["kind"] = "lokal rutin"
    if "kind" in values and values["kind"] == "dokument":
        del values["kind"]
    return Standing(**values, found=found)


def _told_in_text(pages: Sequence[Page]) -> Iterator[tuple[str, Any, str]]:
    """What the document's own sentences say of it, on its first two pages and its last: field, value, where."""
    looked_at = {id(page): page for page in [*pages[:2], *pages[-1:]]}
    for page in looked_at.values():
        where = f"text, sida {page.number}" if page.number else "text"
        for place, block in enumerate(page.blocks):
            if block.kind not in ("heading", "row"):
                for start, end in sentences(block.text):
                    yield from ((field, value, where) for field, value in _said(block.text[start:end]))
                    begins = page is pages[0] and place < FIRST_LINES and start == 0
                    if begins and (match := UNTIL.match(block.text[start:end])) and dates_in(match.group("last")):
                        yield "valid_until", dates_in(match.group("last"))[0], where


def _said(sentence: str) -> Iterator[tuple[str, Any]]:
    """What one sentence says of the document it stands in."""
    if match := REPLACES.match(sentence):
        yield "replaces", match.group(1).strip()
    elif REPEALED.match(sentence):
        yield "status", "upphävd"
    elif match := OWNED.match(sentence):
        yield "owner", match.group(1).strip()
    if match := DECIDED.match(sentence) or SIGNED.match(sentence):
        yield "decided_by", match.group("by").strip(" ,.")
        yield from (("decided_on", day) for day in dates_in(match.group("day"))[:1])
    if match := IN_FORCE.match(sentence):
        yield from (("valid_from", day) for day in dates_in(match.group("first"))[:1])
        yield from (("valid_until", day) for day in dates_in(match.group("last") or "")[:1])


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


def _headed(pages: Sequence[Page]) -> list[tuple[str, str]]:
    """A field's name as a heading, its value the short line beneath: "1.1 Projektnamn"."""
    blocks = [block for page in pages[:1] for block in page.blocks[: 2 * FIRST_LINES]]
    return [
        (NUMBERING.sub("", name.text), value.text)
        for name, value in pairwise(blocks)
        if name.kind == "heading" and value.kind == "paragraph" and len(value.text) <= LONGEST_TITLE
    ]


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
