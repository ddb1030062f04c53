"""Each state's answer, composed: its line of our own words, its quotes, and whom to ask."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from assistant import guard
from assistant.alternatives import Alternatives
from assistant.answers import SO_IT_STANDS, SOURCES_DIFFER, Answer, Contact, Listing, Profile, Quote, State
from assistant.choose import Choice, framed
from assistant.contact import GENERAL, NURSE, owner
from assistant.document import beginning, header_row
from assistant.duties import LEVELS, Asked, row_quote, summary
from assistant.followup import Followed
from assistant.opened import Opened
from assistant.place import unit_named
from assistant.precedence import goes_with
from assistant.question import Question
from assistant.quote import ROOM, over_pages, quote, quoted, quotes
from assistant.rank import Found
from ingest.corpus import Standing

MOST_QUOTES = 5
MOST_DOCUMENTS = 3
NEAR = 4.0  # log-odds below the best unit within which another is shown beside it
LIMIT = 695  # characters of an answer and its quotes
CALL_112 = "Ring 112 först. "


@dataclass(frozen=True, slots=True)
class Case:
    """What an answer depends on besides the question: the generation, the day, and who asks from where."""

    opened: Opened
    today: date
    now: datetime | None  # None: no time of day is known
    profile: Profile
    place: str  # the unit that is spoken of, in lower case, or ""
    emergency: bool = False
    asks_rule: bool = False  # in an emergency: what is allowed, needed, first or where, and not for help

    def standing(self, unit: Found) -> Standing:
        return self.opened.standings[unit.candidate.chunk.source]

    def in_force(self, unit: Found) -> bool:
        return self.opened.in_force(unit.candidate.chunk.source, self.today)

    def is_named(self, unit: str, question: Question) -> bool:
        """Does the question, or the profile, name this unit itself?"""
        own = self.profile.unit.casefold()
        return bool(unit_named(question.text, [unit]) or (own and own in unit.casefold()))

    def led(self, text: str) -> str:
        """The text, after the call for help where there is danger."""
        return CALL_112 + text if self.emergency else text

    def owner(self, unit: Found) -> Contact | None:
        """Whom to ask of the unit's document."""
        return owner(self.standing(unit), unit.candidate.chunk.source)


def plain(state: State, text: str) -> Answer:
    """An answer without quotes."""
    return Answer("", "", state, text)


def answered(
    question: Question,
    chosen: Sequence[Found],
    case: Case,
    *,
    choice: Choice | None = None,
    alone: Sequence[Found] = (),
) -> Answer:
    """The first of these units, and what may stand beside it; those in `alone` need no lead-in."""
    lead = chosen[0]
    standing = case.standing(lead)
    within = [unit for unit in chosen if goes_with(case.standing(unit), standing)]
    prefix = case.led("")
    if standing.kind == "rapport" and case.opened.has_rules:
        prefix += "Ur en rapport, inte en regel: "
    elif standing.unit and not case.is_named(standing.unit, question):
        prefix += f"Gäller {standing.unit}: "
    first, shown = quotes(
        within,
        question,
        case.opened.standings,
        most=1 if case.emergency else MOST_QUOTES,  # what is read in danger is short
        near=math.inf if choice else NEAR,
        room=ROOM - len(prefix),
        around=case.opened.index.around,
        alone=alone,
    )
    half = lead.candidate.chunk.units[lead.number].whole
    leading = "" if case.emergency else framed(None if half else choice, first, shown)
    text = prefix + (leading or SO_IT_STANDS)
    return Answer("", "", "answered", *fitting(text, shown), contact=case.owner(lead))


def conflict(question: Question, lead: Found, rival: Found, case: Case) -> Answer:
    """Both, and which level goes first."""
    pair = sorted((lead, rival), key=lambda unit: LEVELS.get(case.standing(unit).kind, 5))
    above, below = (case.standing(unit) for unit in pair)
    text = case.led(f"{SOURCES_DIFFER} Först går {above.title} ({above.kind}), före {below.title} ({below.kind}).")
    room = (ROOM - len(text)) // 2  # both are shown, whatever the first one's length
    shown: list[Quote] = []
    for unit in pair:
        shown += _first_quotes(question, [unit], room, case)
    return Answer("", "", "conflict", *fitting(text, shown), contact=case.owner(pair[0]))


def unclear(question: Question, cases: Alternatives, case: Case) -> Answer:
    """Every case with its quote beneath, as far as there is room, and the question asked of each."""
    text = case.led(cases.text)
    units = list({id(one.unit): one.unit for one in cases.offered}.values())  # one may hold two cases
    shown = []
    for found in units:
        chunk = found.candidate.chunk
        unit = chunk.units[found.number]
        pieces = over_pages(chunk, unit.start, unit.end, case.opened.index.around(found.candidate.position))
        shown.append([quoted(part, case.standing(found), a, b, score=found.score) for part, a, b in pieces])
    if len(units) == 1:  # alone, it is shown with what belongs to it
        shown = [_first_quotes(question, units, ROOM - len(text), case)]
    answer = Answer("", "", "unclear", *fitting_whole(text, shown), contact=case.owner(units[0]))
    return replace(answer, choices=cases.questions(question.text))


def whose(choices: Sequence[str]) -> Answer | None:
    """What somebody answers for, asked as one of several roles; None where the documents name fewer than two."""
    if len(choices) < 2:
        return None
    answer = Answer("", "", "unclear", "Det beror på din roll. Den kan också anges i inställningarna.")
    return replace(answer, choices=tuple(choices))


def outdated(question: Question, units: Sequence[Found], case: Case) -> Answer:
    """What only a document says that does not hold, with a warning."""
    source = units[0].candidate.chunk.source
    standing = case.standing(units[0])
    same = [unit for unit in units if unit.candidate.chunk.source == source]
    if standing.status == "utkast":
        why = "är ett utkast och gäller inte än"
    elif standing.valid_until and standing.status == "gällande":
        why = f"gick ut {standing.valid_until.isoformat()}"
    else:
        why = "är ersatt eller upphävt"
    text = case.led(
        f"Varning: det här står bara i ”{standing.title}”, som {why}. Fråga den dokumentansvariga innan du följer det."
    )
    shown = _first_quotes(question, same, ROOM - len(text), case)
    return Answer("", "", "outdated", *fitting(text, shown), contact=case.owner(units[0]))


def not_found(case: Case) -> Answer:
    """That the documents do not say, and whom to ask at this hour; in danger only whom they say to call."""
    contact = case.opened.contact(case.now, case.place)
    if case.emergency:
        named = NURSE.match(contact.role)  # only the documents' own; no advice of ours
        then = (
            f"Ring sedan {contact.role}, {contact.how.rstrip('.')}." if named else "Dokumenten ger inget säkert svar."
        )
        return Answer("", "", "declined", case.led(then), contact=contact)
    return Answer("", "", "not_found", f"Det står inte i dokumenten. Fråga {_reached(contact)}", contact=contact)


def outside(case: Case) -> Answer:
    """That the documents do not say, and that it seems to be none of the work's; whom to ask where it is."""
    contact = case.opened.contact(case.now, case.place)
    text = (
        "Det står inte i dokumenten och verkar inte höra till det jag kan: vad verksamhetens styrdokument säger och "
        f"vem som gör vad. Gäller det arbetet, fråga {_reached(contact)}"
    )
    return Answer("", "", "declined", text, contact=contact)


def _reached(contact: Contact) -> str:
    """Whom to ask and how, as a sentence ends."""
    return f"{contact.role}{'. ' if contact is GENERAL else ', '}{contact.how.rstrip('.')}."


def refused(refusal: guard.Refusal, case: Case) -> Answer:
    """Why it is not answered here, and where to turn."""
    texts = {
        "dose": f"Jag svarar inte på doser av enskilda läkemedel ({refusal.detail}). Följ patientens "
        "ordinationshandling och fråga ansvarig sjuksköterska eller ordinerande läkare. Vid fara för livet: 112.",
        "patient": "Jag vet inget om enskilda patienter och svarar inte på frågor om dem. "
        "Titta i journalen om du har rätt till den, eller fråga patientansvarig sjuksköterska.",
        "organisation": f"Jag har inga dokument från ”{refusal.detail}”. "
        "Fråga den organisationen, eller din MAS vad som gäller hos er.",
        "private": "Det hör inte till det jag kan: "
        "jag svarar på vad verksamhetens styrdokument säger och vem som gör vad.",
    }
    contact = GENERAL if refusal.why == "private" else case.opened.contact(case.now, case.place)
    return Answer("", "", "declined", case.led(texts[refusal.why]), contact=contact)


def listed(found: Listing, asked: Asked, opened: Opened) -> Answer:
    """The first rows of a role's list, each quoted whole; the list itself goes along."""
    rows: list[list[Quote]] = []
    first = [entry for entry in found.entries if entry.duty.kind in asked.kinds][:MOST_QUOTES]
    for number, entry in enumerate(first, start=1):
        chunk = opened.index.chunks([entry.duty.position])[0]
        row = row_quote(entry, chunk, 1.0 / number)
        end = chunk.units[entry.duty.unit].end
        pieces = over_pages(chunk, end - len(row.text), end, opened.index.around(entry.duty.position))
        rows.append([quoted(part, entry.standing, a, b, score=row.score) for part, a, b in pieces])
    return Answer("", "", "answered", *fitting_whole(summary(found), rows), listing=found)


def of_document(followed: Followed, opened: Opened) -> Answer | None:
    """Where the last quote stands, or what its document's header says; None where it is gone or silent."""
    first = followed.answer.quotes[0]
    standing = opened.standings.get(first.document)
    if standing is None:
        return None
    contact = owner(standing, first.document)
    if not followed.fields:
        place = "".join(
            [f", sida {first.page}" if first.page else "", f", under {first.section}" if first.section else ""]
        )
        text = f"Det står i {standing.title or first.document}{place}."
        same = [one for one in followed.answer.quotes if one.document == first.document]
        return Answer("", "", "answered", *fitting(text, same), contact=contact)
    row = header_row(first.document, followed.fields, opened)
    if row is None:
        return None
    text = f"{standing.title}: {row.text}"
    return Answer("", "", "answered", *fitting(text, [_whole(row, standing)]), contact=contact)


def documents(sources: Sequence[str], case: Case) -> Answer | None:
    """Documents that were asked for, each with its standing and the row that names it; None where none has a row.

    All of them are in force, or none is.
    """
    opened = case.opened
    found = [row for source in sources if (row := beginning(source, opened))]
    if not found:
        return None
    rows, left = found[:MOST_DOCUMENTS], len(found) - MOST_DOCUMENTS
    valid = case.in_force(rows[0])
    lines = [] if valid else ["Varning: det här gäller inte."]
    lines += [_standing_of(case.standing(row)) for row in rows]
    lines += [f"{left} till har samma ord i titeln."] if left > 0 else []
    shown = [_whole(row, case.standing(row)) for row in rows]
    state: State = "answered" if valid else "outdated"
    return Answer("", "", state, *fitting("\n".join(lines), shown), contact=case.owner(rows[0]))


def _standing_of(standing: Standing) -> str:
    """A document's title and what is known of its standing, in one line."""
    days = (("från", standing.valid_from), ("till", standing.valid_until))
    dates = " ".join(f"{word} {day.isoformat()}" for word, day in days if day)
    told = [
        f"version {standing.version}" if standing.version else "",
        f"gäller {dates}" if dates else "",
        "" if standing.status == "gällande" else standing.status,
        f"ansvarig: {standing.owner}" if standing.owner else "",
    ]
    return f"{standing.title}: {', '.join(filter(None, told)) or 'utan datum och version'}."


def _whole(row: Found, standing: Standing) -> Quote:
    unit = row.candidate.chunk.units[row.number]
    return quote(row, standing, unit.start, unit.end)


def _first_quotes(question: Question, units: Sequence[Found], room: int, case: Case) -> list[Quote]:
    """The first unit with what belongs to it, in so many characters."""
    standings, around = case.opened.standings, case.opened.index.around
    return quotes(units, question, standings, most=1, near=0, room=room, around=around)[1]


def fitting(text: str, shown: Sequence[Quote]) -> tuple[str, tuple[Quote, ...]]:
    """The answer's text and as many of its quotes as stay under the limit together."""
    return fitting_whole(text, [[one] for one in shown])


def fitting_whole(text: str, shown: Sequence[Sequence[Quote]]) -> tuple[str, tuple[Quote, ...]]:
    """As `fitting`, of quotes that belong together: all of them or none."""
    kept: list[Quote] = []
    room = LIMIT - len(text)
    for together in shown:
        length = sum(len(one.text) + 1 for one in together)
        if length > room and kept:
            break
        kept += together
        room -= length
    return text, tuple(kept)
