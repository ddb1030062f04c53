"""Who does what, from the register: the card of a "Vem …?" answer, and the list of all that a role answers for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.answers import Card, Entry, Listing, Quote
from assistant.circumstances import moment, times_of
from assistant.question import Question, coverage
from assistant.quote import quoted
from ingest.corpus import Chunk, Standing
from ingest.index import Index
from ingest.lexical import terms
from ingest.load import WORD_LIST
from ingest.records import standing as read_standing
from ingest.register import DUTY_KINDS, Duty, DutyKind
from ingest.roles import RoleList, read_roles
from ingest.swedish import STOP, Compounds, stem, words
from ingest.wordlist import read_word_list

MOST_ROLES = 6  # that are offered to somebody who has not said what they are
# Roles that nobody is at work.
ORGANISATIONS = (
    "kommun",
    "region",
    "nämnd",
    "vårdgivare",
    "huvudman",
    "slutenvård",
    "sjukhus",
    "patient",
    "närstående",
)
FEWEST = 3  # rows, from which a question about a topic is answered by a list
LONGEST_QUOTE = 330  # characters of a row's lead-in and itself, from which the row is quoted alone
NEAREST_ROWS = "Närmast frågan:"  # how the first line of a list ends, before its quotes
LEVELS = {"lag": 0, "överenskommelse": 1, "riktlinje": 2, "handbok": 3, "rutin": 3, "lokal rutin": 4, "rapport": 6}

WHO = re.compile(r"\b(vem|vems|vilka|vilken (?:roll|yrkesgrupp|chef|funktion)|who|whose)\b", re.IGNORECASE)
ABOUT = r"(?:med|kring|om|vid|gällande|angående|runt|i|inom|när det gäller|i fråga om|vad gäller)"
# What is asked of a role: the pattern, and the kinds of rows that answer first.
RESPONSIBLE: tuple[DutyKind, ...] = ("ansvarar",)
ASKS_FOR: list[tuple[str, tuple[DutyKind, ...]]] = [
    (rf"^vad (?:är |)ansvarar (?P<role>.+?) för(?: {ABOUT} (?P<topic>.+))?$", ("ansvarar",)),
    (rf"^vad ansvarar jag för(?: som (?P<role>.+?))?(?: {ABOUT} (?P<topic>.+))?$", ("ansvarar",)),
    (rf"^vad (?:har|är) (?P<role>.+?) ansvarig[a]? för(?: {ABOUT} (?P<topic>.+))?$", ("ansvarar",)),
    (rf"^vad har (?P<role>.+?) för (?:ansvar\w*|uppgifter)(?: {ABOUT} (?P<topic>.+))?$", ("ansvarar",)),
    (rf"^vad har jag för (?:ansvar\w*|uppgifter) som (?P<role>.+?)(?: {ABOUT} (?P<topic>.+))?$", ("ansvarar",)),
    (
        rf"^vilk(?:et|a|en) (?:ansvar\w*|uppgift\w*|uppdrag) har (?P<role>.+?)(?: {ABOUT} (?P<topic>.+))?$",
        ("ansvarar",),
    ),
    (
        rf"^vad (?:är|ingår i) (?P<role>.+?)s (?:ansvar\w*|uppgift\w*|uppdrag)(?: {ABOUT} (?P<topic>.+))?$",
        ("ansvarar",),
    ),
    (rf"^vad (?:får|kan) (?P<role>.+?) (?:inte )?göra(?: {ABOUT} (?P<topic>.+))?$", ("får", "får inte")),
    (rf"^vad (?:gör|ska) (?P<role>.+?)(?: göra)?(?: {ABOUT} (?P<topic>.+))?$", ("utför", "ansvarar")),
    (rf"^vad (?:beslutar|bestämmer) (?P<role>.+?)(?: om)?(?: {ABOUT} (?P<topic>.+))?$", ("beslutar",)),
]
ASKED = [(re.compile(pattern, re.IGNORECASE), kinds) for pattern, kinds in ASKS_FOR]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for what a role does: the role's name, the kinds that answer first, and a topic or ""."""

    role: str
    kinds: tuple[DutyKind, ...]
    topic: str


def listing(
    register: Iterable[Duty],
    standings: Mapping[str, Standing],
    *,
    role: str,
    topic: str = "",
    today: date,
    allowed: Callable[[str], bool] | None = None,
    groups: Sequence[Sequence[str]] = (),
    kinds: Sequence[DutyKind] = (),
    place: str = "",
) -> Listing:
    """The rows of a role that hold today and may be read: rules of higher level first, of a document the asked kinds.

    `groups` are synonyms for the topic's words; with `place`, other units' own rules are left out.
    """
    order = {kind: number for number, kind in enumerate(dict.fromkeys((*kinds, *DUTY_KINDS)))}
    wanted = _alternatives(topic, groups)
    found = []
    for number, duty in enumerate(register):
        standing = standings.get(duty.source)
        if standing is None or not standing.is_rule(today) or (standing.valid_from or today) > today:
            continue
        if allowed is not None and not allowed(duty.source):
            continue
        if role and duty.role.casefold() != role.casefold():
            continue
        if place and standing.unit and place.casefold() not in standing.unit.casefold():
            continue
        if wanted and not _on_topic(duty, standing, wanted):
            continue
        level = LEVELS.get(standing.kind, 5)
        found.append(((bool(standing.unit), level, duty.source, order[duty.kind], number), Entry(duty, standing)))
    return Listing(role, topic, tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0])))


def read_listing(folder: Path, *, role: str, topic: str, today: date) -> Listing:
    """The list of an index, as everyone may read it. Raises IndexMissing, IndexMismatch."""
    index = Index(folder)
    try:
        manifest = index.manifest
        own = Path(manifest["documents_folder"]) / WORD_LIST
        standings = {entry["source"]: read_standing(entry["standing"]) for entry in manifest["documents"]}
        return listing(
            index.register(),
            standings,
            role=read_roles(own).name(role) if role else "",
            topic=topic,
            today=today,
            allowed=lambda source: not standings[source].groups,
            groups=read_word_list(own).groups,
        )
    finally:
        index.close()


def _alternatives(topic: str, groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """For each word of the topic, the beginnings of words that stand for it."""
    result = []
    for word in words(topic):
        if word in STOP or len(word) < 3:
            continue
        same = [other for group in groups if word in group for other in group if " " not in other]
        result.append(sorted({stem(other) for other in (word, *same) if len(other) > 3 or other == word}))
    return result


def _on_topic(duty: Duty, standing: Standing, wanted: Sequence[Sequence[str]]) -> bool:
    text = " ".join([duty.task, duty.lead, duty.condition, *duty.section, standing.title]).casefold()
    return all(any(other in text for other in same) for same in wanted)


def asked_for(text: str, roles: RoleList, names: Iterable[str], *, own_role: str = "") -> Asked | None:
    """What the question asks of a role that the register knows, or None. `own_role` is that of who asks.

    The role is "" where somebody asks what they answer for themselves, and nothing tells what they are.
    """
    plain = re.sub(r"\s+", " ", text).strip(" ?.!")
    known = {name.casefold(): name for name in names}
    for pattern, kinds in ASKED:
        match = pattern.match(plain)
        if not match:
            continue
        told = match.groupdict().get("role") or ""
        topic = (match.groupdict().get("topic") or "").strip()
        mine = told.casefold() in ("", "jag") and kinds == RESPONSIBLE
        if role := _known_role(own_role if mine else told, roles, known):
            return Asked(role, kinds, topic)
        if mine and not own_role:
            return Asked("", kinds, topic)
    return None


def as_roles(listing: Listing, kinds: Collection[DutyKind]) -> tuple[str, ...]:
    """The question of what somebody answers for, asked as each of the roles that have most such rows in a list."""
    rows = Counter(entry.duty.role for entry in listing.entries if entry.duty.kind in kinds)
    topic = f" vid {listing.topic}" if listing.topic else ""
    people = [role for role, _ in rows.most_common() if role not in ORGANISATIONS]
    return tuple(f"Vad ansvarar jag för som {role}{topic}?" for role in people[:MOST_ROLES])


def _known_role(told: str, roles: RoleList, known: Mapping[str, str]) -> str:
    bare = re.sub(r"^(?:en|ett|jag som|vår|min|mitt|den|det)\s+", "", told.strip(), flags=re.IGNORECASE)
    for form in (bare, bare.removesuffix("s")):
        if name := known.get(roles.name(form).casefold()):
            return name
    return ""


def row_quote(entry: Entry, chunk: Chunk, score: float) -> Quote:
    """The row as a quote: with its lead-in where both are one short stretch of the page, else alone."""
    unit = chunk.units[entry.duty.unit]
    start = chunk.units[unit.intro].start if unit.intro >= 0 and unit.kind == "item" else unit.start
    if unit.end - start > LONGEST_QUOTE:
        start = unit.start
    return quoted(chunk, entry.standing, start, unit.end, score=score)


def summary(found: Listing) -> str:
    """The first line of a list: how many rows, in how many documents, and of which kinds."""
    count, areas = len(found.entries), len(found.areas)
    kinds = ", ".join(
        f"{kind} {number}" for kind in DUTY_KINDS if (number := sum(e.duty.kind == kind for e in found.entries))
    )
    topic = f" om {found.topic}" if found.topic else ""
    name = found.role[:1].upper() + found.role[1:]
    return (
        f"{name}{topic}: {count} {'uppgift' if count == 1 else 'uppgifter'} i {areas} dokument ({kinds}). "
        + NEAREST_ROWS
    )


# Verbs of a question and the kind of row that answers it.
ASKED_KIND: list[tuple[re.Pattern[str], DutyKind]] = [
    (re.compile(r"\b(beslut\w*|bestäm\w*|avgör\w*|godkän\w*|fastställ\w*)", re.IGNORECASE), "beslutar"),
    (re.compile(r"\b(ansvar\w*)", re.IGNORECASE), "ansvarar"),
    (re.compile(r"\b(får inte|inte får)\b", re.IGNORECASE), "får inte"),
    (re.compile(r"\b(får|kan|har rätt)\b", re.IGNORECASE), "får"),
    (re.compile(r"\b(informera\w*|meddela\w*|kontakta\w*|ring\w*)\b", re.IGNORECASE), "informeras"),
]
DOES: tuple[DutyKind, ...] = ("utför", "ansvarar", "beslutar", "får")


def card(question: Question, first: Quote, register: Iterable[Duty], compounds: Compounds) -> Card | None:
    """The card of a "Vem …?" question whose first quote is a row of the register, or None."""
    if not WHO.search(question.text):
        return None
    shown = _letters(first.text)
    rows = [
        duty
        for duty in register
        if duty.source == first.document and duty.page == first.page and _same_place(_letters(duty.quote), shown)
    ]
    asked = next((kind for pattern, kind in ASKED_KIND if pattern.search(question.text)), None)
    fitting = [duty for duty in rows if duty.kind == asked] or [duty for duty in rows if duty.kind in DOES]
    fitting = [duty for duty in fitting if not _of_one_time(duty, first.text, question.text)]
    if not fitting:
        return None

    def fit(duty: Duty) -> float:
        return coverage(question, frozenset(terms(f"{duty.task} {duty.condition}", compounds)))

    best = max(fitting, key=lambda duty: (fit(duty), -DUTY_KINDS.index(duty.kind)))
    same = [
        d for d in fitting if (d.unit, d.position, d.task, d.kind) == (best.unit, best.position, best.task, best.kind)
    ]
    roles = tuple(dict.fromkeys(duty.role for duty in same))
    return Card(roles, best.kind, best.task, best.condition, first.document, first.title, first.page)


def _of_one_time(duty: Duty, quoted: str, question: str) -> bool:
    """Does somebody only at a time of day that the question does not name, while the quote tells of other times too?"""
    own = times_of(duty.condition)
    return bool(own and times_of(quoted) - own and not own & (times_of(question) | moment(question)))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _same_place(row: str, shown: str) -> bool:
    return row in shown or (len(shown) > 20 and shown in row)
