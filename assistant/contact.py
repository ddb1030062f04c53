"""Whom to ask when the documents do not say: as the documents themselves say it, at this time of day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from assistant.answers import Contact
from ingest.corpus import Chunk, Standing
from ingest.index import Index
from ingest.swedish import stem

# A telephone number with its area code, or an e-mail address.
REACH = re.compile(
    r"(?<![\d-])(?:\+46\s?\(?0?\)?\s?\d{1,3}|0\d{1,3})\s?[-–/ ]?\s?\d{2,3}(?:[ -]?\d{2,3}){1,3}(?!\d)|"
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
NURSE_IN_CHARGE = re.compile(r"\bMAS\b|medicinskt ansvarig sjuksköterska", re.IGNORECASE)
GENERAL = Contact("MAS (medicinskt ansvarig sjuksköterska)", "Fråga din enhetschef hur du når MAS i din kommun.")

# "Sjuksköterska Björkgården", "Tjänstgörande sjuksköterska"; not the one who is told of in another's row.
NURSE = re.compile(r"^(?!medicinskt)(?:\w+\s){0,1}sjuksköterska\b", re.IGNORECASE)
CLOCK = r"(?:kl(?:ockan|\.)?\s*)?(\d{1,2})(?:[.:]([0-5]\d))?"
SPAN = re.compile(rf"{CLOCK}\s*[–—-]\s*(?:{CLOCK}|(morgon\w*))(?![\d-])", re.IGNORECASE)
WEEKDAY_NAMES = r"(?:mån|tis|ons|tors|fre)dag\w*|vardag\w*|mån\w*\s*[–-]\s*fre\w*"
WEEKDAYS = re.compile(rf"\b(?:{WEEKDAY_NAMES}|dagtid|kontorstid)", re.IGNORECASE)
OFF_DAYS = re.compile(r"\b(?:helg\w*|lördag\w*|söndag\w*|röda? dag\w*)", re.IGNORECASE)
EVENING, NIGHT = re.compile(r"\bkväll\w*", re.IGNORECASE), re.compile(r"\bnatt(?!vand)\w*|\bnätter\w*", re.IGNORECASE)
ALWAYS = re.compile(r"\bdygnet runt\b|\balla tider\b", re.IGNORECASE)
NAMED_TIME = re.compile("|".join(each.pattern for each in (WEEKDAYS, OFF_DAYS, EVENING, NIGHT)), re.IGNORECASE)
MOST_READ = 120  # passages that are looked in
DAY, EVENING_FROM, NIGHT_FROM = time(7, 0), time(16, 30), time(22, 0)  # where a document names a time without hours


@dataclass(frozen=True, slots=True)
class Line:
    """A row or sentence that gives a number: who, when, where, and how to reach."""

    who: str
    when: str  # what it says of the time; "" where it says nothing
    whole: str
    reach: str
    document: str
    unit: str  # of a unit's own document


def ask_whom(lines: Iterable[Line], *, now: datetime | None, unit: str = "") -> Contact | None:
    """The nurse whom the contact lists name for this moment and the asker's unit, or None.

    Without a time of day (`now` is None), only one who is there at all times.
    """
    place = unit.casefold()
    held: list[tuple[int, Line]] = []
    for line in lines:
        says = _names(line, place)
        if says is None or not NURSE.match(line.who):
            continue
        if is_always(line.when) if now is None else holds_at(line.when, now):
            held.append((2 * says + (len(line.whole) < 160) + bool(line.unit and place), line))
    if not held:
        return None
    _, best = max(held, key=lambda each: each[0])
    when = "" if is_always(best.when) else f" ({best.when})"
    return Contact(best.who, f"{best.reach}{when}", best.document)


def _names(line: Line, place: str) -> bool | None:
    """Is the line for the asker's unit (True), for whoever asks (False), or for others (None)?"""
    text = line.whole.casefold()
    if place and (place in text or place == line.unit.casefold()):
        return True
    if line.unit or re.search(r"\bområde: ", text) or re.search(r"\b(?:norr|söder|öster|väster)\b", text):
        return None
    return False


def reached(index: Index, standings: Mapping[str, Standing]) -> Iterator[Line]:
    """Every row that names someone and gives a number; a table's columns of times make a line each.

    Only documents in force that everyone may read are looked in.
    """
    asked = ("sjuksköterska", "telefon", "nummer", "vardag", "helg", "natt", "kväll")
    scores = index.lexical.scores({stem(word): 1.0 for word in asked})
    ranked = sorted(range(len(scores)), key=lambda place: -scores[place])[:MOST_READ]
    for chunk in index.chunks(place for place in ranked if scores[place] > 0):
        standing = standings.get(chunk.source, Standing())
        if standing.groups or standing.status != "gällande" or standing.kind in ("rapport", "blankett"):
            continue
        for unit in chunk.units:
            text = chunk.text[unit.start : unit.end]
            if unit.kind == "row" and REACH.search(text):
                yield from _of_row(text, chunk, standing)


def _of_row(text: str, chunk: Chunk, standing: Standing) -> Iterator[Line]:
    """The lines of one row: "Vem: … | Nummer: … | När: …", or one for each column headed by a time."""
    cells = [tuple(part.strip() for part in cell.split(": ", 1)) for cell in text.split(" | ")]
    pairs = [(cell[0], cell[1]) for cell in cells if len(cell) == 2]
    if not pairs:
        return
    timed = [(head, cell) for head, cell in pairs if NAMED_TIME.search(head)]
    if timed:
        section = chunk.section[-1] if chunk.section else ""
        subject = pairs[0][1] if NURSE.search(pairs[0][1]) else re.sub(r"^[\d.\s]+", "", section)
        for head, cell in timed:
            if number := REACH.search(cell):
                who = cell[: number.start()].strip(" ,:") or subject
                yield Line(who, head, text, number.group(), chunk.source, standing.unit)
        return
    number = next((found for _, cell in pairs if (found := REACH.search(cell))), None)
    if number is not None:
        when = next((cell for _, cell in reversed(pairs) if NAMED_TIME.search(cell) or ALWAYS.search(cell)), "")
        yield Line(pairs[0][1], when, text, number.group(), chunk.source, standing.unit)


def holds_at(when: str, now: datetime) -> bool:
    """Does what a document says of a time ("Vardagar 16.30–22.00, helg 08.00–22.00") hold at this moment?

    A time without hours is taken as day 07.00–16.30, evening to 22.00, night to 07.00. A text that names no time
    never holds.
    """
    if is_always(when):
        return True
    return any(_part_holds(part, now) for part in re.split(r",(?!\s*(?:röd|dygnet))|;| samt ", when))


def is_always(when: str) -> bool:
    """Does what a document says of a time hold at all times?"""
    return bool(ALWAYS.search(when)) and not NAMED_TIME.search(when)


def _part_holds(part: str, now: datetime) -> bool:
    free = is_free(now.date())
    on_weekdays, on_free = bool(WEEKDAYS.search(part)), bool(OFF_DAYS.search(part))
    evening, night = bool(EVENING.search(part)), bool(NIGHT.search(part))
    span = SPAN.search(part)
    if span is not None:
        start = time(int(span.group(1)) % 24, int(span.group(2) or 0))
        end = DAY if span.group(5) else time(int(span.group(3)) % 24, int(span.group(4) or 0))
        # The small hours belong to the night that began the day before.
        began = now - timedelta(days=1) if start > end and now.time() < end else now
        days = (not on_weekdays and not on_free) or (on_free if is_free(began.date()) else on_weekdays)
        inside = start <= now.time() < end if start <= end else now.time() >= start or now.time() < end
        return days and inside
    if on_free and free:
        return True
    if evening and not on_free and EVENING_FROM <= now.time() < NIGHT_FROM and not (on_weekdays and free):
        return True
    if night and (now.time() >= NIGHT_FROM or now.time() < DAY):
        return True
    return on_weekdays and not evening and not night and not free and DAY <= now.time() < EVENING_FROM


def is_free(day: date) -> bool:
    """Is it a Saturday, a Sunday or a Swedish public holiday (with Midsummer, Christmas and New Year's eves)?"""
    if day.weekday() >= 5:
        return True
    if (day.month, day.day) in {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}:
        return True
    if day.month == 6 and day.weekday() == 4 and 19 <= day.day <= 25:
        return True
    return (day - _easter(day.year)).days in (-2, 1, 39)


def _easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def nurse_in_charge(index: Index) -> Contact:
    """How to reach the MAS, from the shortest line that names both; general advice where there is none.

    Only documents in force that everyone may read are looked in.
    """
    scores = index.lexical.scores({"mas": 1.0, "telefon": 0.5, "ansvar": 0.2, "sjukskötersk": 0.2, "post": 0.3})
    passed_over = {
        entry["source"]
        for entry in index.manifest["documents"]
        if entry["standing"].get("groups") or entry["standing"].get("status") != "gällande"
    }
    best: tuple[int, Contact] | None = None
    ranked = sorted(range(len(scores)), key=lambda place: -scores[place])[:80]
    for chunk in index.chunks(place for place in ranked if scores[place] > 0):
        if chunk.source in passed_over:
            continue
        for unit in chunk.units:
            text = chunk.text[unit.start : unit.end]
            if len(text) > 300 or not (reach := _reach(text)):
                continue
            rank = len(text) + (0 if NURSE_IN_CHARGE.search(text[:60]) else 200)
            if best is None or rank < best[0]:
                best = rank, Contact(GENERAL.role, ", ".join(dict.fromkeys(reach[:2])), chunk.source)
    return best[1] if best else GENERAL


def _reach(text: str) -> list[str]:
    """The numbers and addresses that a line gives for the MAS: those after the name, up to the next person."""
    named = NURSE_IN_CHARGE.search(text)
    if not named:
        return []
    after = text[named.start() :]
    own = re.split(r";|(?<=\d), (?=[A-ZÅÄÖ])", after)[0]
    return REACH.findall(own) or (REACH.findall(after) if named.start() < 60 else [])


def owner(standing: Standing, source: str) -> Contact | None:
    """The document's own owner, where its header names one."""
    if not standing.owner:
        return None
    reach = REACH.findall(standing.owner)
    how = ", ".join(reach) or f"Dokumentansvarig enligt {standing.title}"
    return Contact(REACH.sub("", standing.owner).strip(" ,;") or standing.owner, how, source)
