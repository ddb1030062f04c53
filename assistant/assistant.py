"""A question into an Answer: guard ▸ retrieve ▸ rank ▸ decide ▸ quote. Chat, commands and evaluation all ask here."""

from __future__ import annotations

import math
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from assistant import guard
from assistant.answers import (
    SO_IT_STANDS,
    SOURCES_DIFFER,
    Answer,
    Contact,
    Listing,
    Passage,
    Profile,
    Quote,
    State,
    Turn,
)
from assistant.choose import Choice, consult, framed
from assistant.circumstances import according_to
from assistant.contact import GENERAL, Line, ask_whom, nurse_in_charge, owner, reached
from assistant.definition import defining, wanted
from assistant.duties import FEWEST, LEVELS, Asked, asked_for, card, listing, row_quote, summary
from assistant.followup import Followed, asked_of_document, last_quoted
from assistant.model import LanguageModel, open_model
from assistant.question import Question, Reader, coverage, leaning
from assistant.quote import ROOM, over_pages, quote, quoted, quotes
from assistant.rank import Found
from assistant.rerank import Reranker, open_reranker
from assistant.retrieve import Candidate
from assistant.rewrite import rewritten
from assistant.search import Search
from assistant.settings import Settings
from assistant.unclear import Choices, left_open, settled
from ingest.chunk import FORM_SECTION
from ingest.corpus import Block, Chunk, Standing
from ingest.differ import differ
from ingest.embed import Embedder, open_embedder
from ingest.index import Index, current
from ingest.lexical import terms
from ingest.load import WORD_LIST
from ingest.records import standing as read_standing
from ingest.roles import RoleList, read_roles
from ingest.wordlist import read_word_list

SHOWN_PASSAGES = 20
MOST_QUOTES = 5
NEAR = 4.0  # log-odds below the best unit within which another is shown beside it
OUTDATED = 0.5  # log-odds by which an expired document must be the better answer, to be shown instead of one in force
ANSWERED = 0.35  # probability from which the best unit is taken for an answer
LONGEST = 4000  # characters of a question that are read
RIVAL = 3.2  # log-odds below the best unit within which another document's may contradict it
ALIKE = 0.72  # cosine of two units, from which they are on the same matter
HELD = 0.45  # share of the question's words, of those that the best unit holds, that a contradiction holds too
OTHER_UNIT = 1.5  # log-odds that a unit's own rutin loses when no unit is named
OWN_UNIT = 2.0  # log-odds that it wins when its unit asks
FORM = 1.5  # log-odds that a document's own particulars win when they are asked for, and lose when not
ON_DOCUMENT = re.compile(
    r"\b(dokumentansvarig\w*|äger|ägare|version\w*|giltig\w*|gäller .*\b(än|fortfarande|till när)\b|diarie\w*|"
    r"revider\w*|fastställ\w*|ersätter|ersatt\w*|senaste \w*(riktlinje|rutin)\w*|gått ut)",
    re.IGNORECASE,
)
ASKED_OF = 1.5  # log-odds that a document wins when a document of its kind and level is asked for
CARRIED = 0.6  # what a word carried over to a follow-up counts, beside its own
FOLLOWS = 1.5  # log-odds that the document last quoted wins for a follow-up
IN_THREAD = 0.8  # and for a question that stands on its own, after it
GOES_ON = 0.5  # share of ANSWERED that is enough for a follow-up on the document last quoted
SPOKEN_OF = 3  # mentions, from which a place is one that the documents speak of
CALL_112 = "Ring 112 först. "


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document of the index and its standing."""

    source: str
    standing: Standing
    pages: int


@dataclass(slots=True)
class _Opened:
    """One generation and what is read from it once."""

    index: Index
    reader: Reader
    documents: dict[str, DocumentInfo]
    organisations: frozenset[str]
    units: frozenset[str]
    has_rules: bool
    roles: RoleList
    synonyms: tuple[tuple[str, ...], ...]
    contact: Contact | None = None
    lines: tuple[Line, ...] | None = None


class Assistant:
    """Answers questions on one index, from any number of threads; goes on with a new generation when there is one."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        *,
        reranker: Reranker | None = None,
        today: date | None = None,
        clock: Callable[[], datetime] | None = None,
        model: LanguageModel | None = None,
    ) -> None:
        """Open the current generation. Raises IndexMissing, IndexMismatch.

        `clock` tells the local time, by which it is said whom to ask. With `today` alone no time of day is known.
        """
        self._search, self._model = Search(embedder, reranker), model
        self._clock = clock or (None if today else datetime.now)
        self._folder, self._embedder, self._today = folder, embedder, today
        self._lock = threading.Lock()
        self._opened = self._open()
        self._before: _Opened | None = None

    @classmethod
    def from_settings(cls, settings: Settings, *, today: date | None = None) -> Assistant:
        """Open the models and the index that the settings name. Raises SettingsError."""
        key = settings.model_key.get_secret_value()
        model = open_model(settings.model_url, settings.model_name, key=key, seconds=settings.model_timeout)
        embedder, reranker = open_embedder(settings.embedding_model), open_reranker(settings.reranker)
        return cls(settings.index, embedder, reranker=reranker, today=today, model=model)

    def _open(self) -> _Opened:
        index = Index(self._folder, model=self._embedder.name)
        documents = {
            entry["source"]: DocumentInfo(entry["source"], read_standing(entry["standing"]), entry["pages"])
            for entry in index.manifest["documents"]
        }
        standings = [info.standing for info in documents.values()]
        own = Path(index.manifest["documents_folder"]) / WORD_LIST
        words = read_word_list(own, index.manifest.get("abbreviations", ()))
        return _Opened(
            index,
            Reader(index.lexical, words.groups),
            documents,
            frozenset(standing.organisation for standing in standings if standing.organisation) | _spoken_of(index),
            frozenset(standing.unit for standing in standings if standing.unit),
            any(standing.kind != "rapport" for standing in standings),
            read_roles(own),
            words.groups,
        )

    def _current(self) -> _Opened:
        """The newest generation, opened when it changed."""
        opened = self._opened
        name = current(self._folder)
        if name is not None and name != opened.index.name:
            with self._lock:
                if self._opened.index.name != name:
                    # Questions under way go on with the one before; the one before that has none left.
                    if self._before is not None:
                        self._before.index.close()
                    self._before, self._opened = self._opened, self._open()
                opened = self._opened
        return opened

    def documents(self) -> list[DocumentInfo]:
        """Every document of the index, in order of its path."""
        return list(self._current().documents.values())

    def page(self, document: str, page: int | None) -> tuple[Block, ...]:
        """The text of one page, or of the whole document when `page` is None; empty when there is no such page."""
        record = self._current().index.document(document)
        if record is None:
            return ()
        return tuple(block for each in record.pages if page is None or each.number == page for block in each.blocks)

    def ask(self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None) -> Answer:
        """Answer one question; `history` are the turns before it, oldest first."""
        started = time.monotonic()
        opened = self._current()
        text, had_identity = guard.without_identity(question.strip())  # whole, so that none is cut in two
        text = text[:LONGEST]
        try:
            answer = self._answer(text, had_identity, opened, history, profile or Profile())
        except Exception:
            if opened.index.name == current(self._folder):
                raise
            opened = self._current()  # the generation was replaced while it was asked
            answer = self._answer(text, had_identity, opened, history, profile or Profile())
        return replace(
            answer,
            id=uuid.uuid4().hex[:12],
            question=text,
            seconds=time.monotonic() - started,
            generation=opened.index.name,
        )

    def _answer(
        self, text: str, had_identity: bool, opened: _Opened, history: Sequence[Turn], profile: Profile
    ) -> Answer:
        if had_identity:
            return _plain(
                "blocked",
                "Frågan innehöll ett personnummer och har inte sökts, sparats eller skickats vidare. "
                "Ställ frågan igen utan personnummer och namn: skriv ”patienten” eller ”brukaren”.",
            )
        if not any(character.isalnum() for character in text):
            return _plain(
                "unclear", "Skriv en fråga med några ord, till exempel: Vem signerar läkemedel vid utskrivning?"
            )
        emergency = guard.is_emergency(text)
        if refused := guard.refusal(text, opened.organisations):
            return self._refused(refused, emergency, opened, _place(text, profile, opened.units))
        allowed = self._allowed(opened, profile)
        if (followed := asked_of_document(text, history)) and (answer := self._of_document(followed, opened, allowed)):
            return answer
        searched = rewritten(text, history, self._model)
        place = _place(text, profile, opened.units)
        if (refused := guard.refusal(searched, opened.organisations)) and refused.why == "dose":
            return self._refused(refused, emergency, opened, place)
        follows = searched != text
        own = opened.reader.read(text)
        read = leaning(opened.reader.read(searched), own, carried=CARRIED) if follows else own
        going_on = {
            source: share * (FOLLOWS if follows else IN_THREAD) for source, share in last_quoted(history).items()
        }
        titles = {source: info.standing.title for source, info in opened.documents.items()}
        shift = self._by_standing(searched, opened, place, going_on)
        passages, units = self._search(read, opened.index, titles, allowed=allowed, shift=shift)
        listed = None if emergency else self._listed(searched, opened, profile, place)
        defined = [] if emergency or listed else self._defining(searched, units, opened, allowed, place)
        passages = [*(unit.candidate for unit in defined), *passages]
        once: dict[str, Passage] = {}
        for found in passages:
            once.setdefault(found.chunk.id, Passage(found.chunk, found.score))
        shown = tuple(once.values())[:SHOWN_PASSAGES]
        if defined:
            answer = self._defined(read, defined, passages, units, opened, place)
        else:
            answer = listed or self._decide(
                read, passages, units, opened, place, emergency, profile, going_on if follows else {}
            )
        if answer.state == "answered" and answer.quotes and not listed:
            row = card(read, answer.quotes[0], opened.index.register(), opened.index.lexical.compounds)
            answer = replace(answer, card=row)
        if emergency:  # not ours to answer: 112, and then what the documents say, with their standing
            answer = replace(answer, state="declined", card=None)
        return replace(answer, passages=shown, searched="" if read.searched == text else read.searched)

    def _of_document(self, followed: Followed, opened: _Opened, allowed: Callable[[str], bool] | None) -> Answer | None:
        """Where the last quote stands, or what its document's header says; None where it is gone or silent."""
        first = followed.answer.quotes[0]
        if first.document not in opened.documents or (allowed is not None and not allowed(first.document)):
            return None
        standing = opened.documents[first.document].standing
        contact = owner(standing, first.document)
        if not followed.fields:
            place = "".join(
                [f", sida {first.page}" if first.page else "", f", under {first.section}" if first.section else ""]
            )
            text = f"Det står i {standing.title or first.document}{place}."
            same = [quote for quote in followed.answer.quotes if quote.document == first.document]
            return Answer("", "", "answered", *_fitting(text, same), contact=contact)
        positions = opened.index.positions(first.document)
        rows = [
            Found(Candidate(position, chunk), number, [])
            for position, chunk in zip(positions, opened.index.chunks(positions), strict=True)
            if chunk.section == (FORM_SECTION,) or position == positions[0]  # a header of plain lines comes first
            for number in range(len(chunk.units))
        ]
        for field in followed.fields:
            for row in rows:
                if row.text.casefold().startswith(field):
                    unit = row.candidate.chunk.units[row.number]
                    shown = quote(row, standing, unit.start, unit.end)
                    text = f"{standing.title}: {row.text}"
                    return Answer("", "", "answered", *_fitting(text, [shown]), contact=contact)
        return None

    def duties(self, role: str = "", topic: str = "", *, profile: Profile | None = None) -> Listing:
        """The register's rows that hold today and that the person may read, of one role (as it is called) or all."""
        opened = self._current()
        return self._listing(Asked(opened.roles.name(role) if role else "", (), topic), opened, profile or Profile())

    def _listing(self, asked: Asked, opened: _Opened, profile: Profile, place: str = "") -> Listing:
        return listing(
            opened.index.register(),
            {source: info.standing for source, info in opened.documents.items()},
            role=asked.role,
            topic=asked.topic,
            today=self._today or date.today(),
            allowed=self._allowed(opened, profile),
            groups=opened.synonyms,
            kinds=asked.kinds,
            place=place,
        )

    def _listed(self, question: str, opened: _Opened, profile: Profile, place: str) -> Answer | None:
        """The list of what a role does, where that is asked and the register knows enough of it; else None."""
        names = {duty.role for duty in opened.index.register()}
        asked = asked_for(question, opened.roles, names, own_role=profile.role)
        if asked is None:
            return None
        found = self._listing(asked, opened, profile, place)
        first = [entry for entry in found.entries if entry.duty.kind in asked.kinds]
        if len(first) < FEWEST:
            return None
        rows: list[list[Quote]] = []
        for number, entry in enumerate(first[:MOST_QUOTES], start=1):
            chunk = opened.index.chunks([entry.duty.position])[0]
            row = row_quote(entry, chunk, 1.0 / number)
            end = chunk.units[entry.duty.unit].end
            pieces = over_pages(chunk, end - len(row.text), end, opened.index.around(entry.duty.position))
            rows.append([quoted(part, entry.standing, a, b, score=row.score) for part, a, b in pieces])
        return Answer("", "", "answered", *_fitting_whole(summary(found), rows), listing=found)

    def _allowed(self, opened: _Opened, profile: Profile) -> Callable[[str], bool] | None:
        closed = {
            source
            for source, info in opened.documents.items()
            if info.standing.groups and not set(info.standing.groups) & set(profile.groups)
        }
        return (lambda source: source not in closed) if closed else None

    def _in_force(self, standing: Standing) -> bool:
        today = self._today or date.today()
        return standing.status == "gällande" and not (standing.valid_until and standing.valid_until < today)

    def _by_standing(
        self, question: str, opened: _Opened, place: str, going_on: Mapping[str, float]
    ) -> Callable[[Chunk], float]:
        """Rules in force first, reports after rules, the asker's own unit before another unit's: in log-odds.

        `going_on` is what the documents last quoted win by.
        """
        on_document = ON_DOCUMENT.search(question) is not None
        asked_of = according_to(question)

        def shift(chunk: Chunk) -> float:
            standing = opened.documents[chunk.source].standing
            change = going_on.get(chunk.source, 0.0) - (0.0 if self._in_force(standing) else 1.0)
            if chunk.section == (FORM_SECTION,):
                change += FORM if on_document else -FORM
            if asked_of and _is_of(standing, asked_of):
                change += ASKED_OF
            if standing.kind == "rapport" and opened.has_rules:
                change -= 0.8
            if standing.kind == "blankett":
                change -= 0.4
            if standing.unit:
                own = bool(place) and place in standing.unit.casefold()
                change += OWN_UNIT if own else -OTHER_UNIT - bool(place)
            return change

        return shift

    def _decide(
        self,
        question: Question,
        passages: list[Candidate],
        units: list[Found],
        opened: _Opened,
        place: str,
        emergency: bool,
        profile: Profile,
        going_on: Mapping[str, float],
    ) -> Answer:
        standings = {source: info.standing for source, info in opened.documents.items()}
        valid = [unit for unit in units if self._in_force(standings[unit.candidate.chunk.source])]
        sure = self._search.chance(question, passages, valid)
        model = self._model if question.concepts else None
        goes_on = bool(valid) and valid[0].candidate.chunk.source in going_on
        enough = ANSWERED * GOES_ON if goes_on else ANSWERED
        answered, choice = consult(model, question.text, valid, standings, place=place, chance=sure, threshold=enough)
        old = [unit for unit in units if not self._in_force(standings[unit.candidate.chunk.source])]
        if (
            old
            and question.concepts
            and (not valid or not answered or old[0].score > valid[0].score + OUTDATED)
            and old[0] is units[0]
            and self._search.chance(question, passages, old) >= ANSWERED
        ):
            return self._outdated(question, old, standings, opened, emergency)
        if not question.concepts or not answered:
            return self._not_found(opened, emergency, place)
        chosen = choice.units if choice else valid
        lead = settled(chosen[0], valid, question, profile)
        if lead is not chosen[0]:
            chosen = [lead, *(unit for unit in chosen if unit is not lead)]
        if open_cases := left_open(lead, valid, question, profile, standings, place=place):
            return self._unclear(question, open_cases, standings, opened, emergency)
        for best in (valid[0], lead) if choice and sure >= ANSWERED else (lead,):  # a choice cannot hide a conflict
            others = [best, *(unit for unit in valid if unit is not best)]
            rival = self._rival(question, best, others, standings, opened, place)
            if rival is not None:
                return self._conflict(question, best, rival, standings, opened, emergency)
        return self._quoted(question, chosen, standings, opened, place, emergency=emergency, choice=choice)

    def _defining(
        self,
        question: str,
        units: Sequence[Found],
        opened: _Opened,
        allowed: Callable[[str], bool] | None,
        place: str,
    ) -> list[Found]:
        """The units in force that say what the word means that the question asks of, above all others; else none."""
        asked = wanted(question)
        if not asked:
            return []
        standings = {source: info.standing for source, info in opened.documents.items()}
        found = defining(
            asked,
            opened.index,
            standings,
            usable=lambda source: self._in_force(standings[source]) and (allowed is None or allowed(source)),
            place=place,
        )
        best = max((unit.score for unit in units), default=0.0)
        for number, unit in enumerate(found):
            unit.score = unit.candidate.score = best + len(found) - number
        return found

    def _defined(
        self,
        question: Question,
        defined: Sequence[Found],
        passages: Sequence[Candidate],
        units: Sequence[Found],
        opened: _Opened,
        place: str,
    ) -> Answer:
        """What the documents say that a word means, and then what else answers, where anything does."""
        standings = {source: info.standing for source, info in opened.documents.items()}
        others = [unit for unit in units if self._in_force(standings[unit.candidate.chunk.source])]
        own = [passage for passage in passages if passage.features]
        if not others or self._search.chance(question, own, others) < ANSWERED:
            others = []
        return self._quoted(question, [*defined, *others], standings, opened, place, alone=defined)

    def _quoted(
        self,
        question: Question,
        chosen: Sequence[Found],
        standings: dict[str, Standing],
        opened: _Opened,
        place: str,
        *,
        emergency: bool = False,
        choice: Choice | None = None,
        alone: Sequence[Found] = (),
    ) -> Answer:
        """The first of these units, and what may stand beside it."""
        lead = chosen[0]
        source = lead.candidate.chunk.source
        standing = standings[source]
        within = [unit for unit in chosen if self._goes_with(standings[unit.candidate.chunk.source], standing)]
        prefix = CALL_112 if emergency else ""
        if standing.kind == "rapport" and opened.has_rules:
            prefix += "Ur en rapport, inte en regel: "
        elif standing.unit and not place:
            prefix += f"Gäller {standing.unit}: "
        first, shown = quotes(
            within,
            question,
            standings,
            most=MOST_QUOTES,
            near=math.inf if choice else NEAR,
            room=ROOM - len(prefix),
            around=opened.index.around,
            alone=alone,
        )
        half = lead.candidate.chunk.units[lead.number].whole
        leading = "" if emergency else framed(None if half else choice, first, shown)
        text = prefix + (leading or SO_IT_STANDS)
        return Answer("", "", "answered", *_fitting(text, shown), contact=owner(standing, source))

    @staticmethod
    def _goes_with(other: Standing, lead: Standing) -> bool:
        """May one document's unit stand beside the best one's? No report beside a rule, no other unit's own rule."""
        return (other.kind == "rapport") == (lead.kind == "rapport") and (not other.unit or other.unit == lead.unit)

    def _rival(
        self,
        question: Question,
        lead: Found,
        units: Sequence[Found],
        standings: dict[str, Standing],
        opened: _Opened,
        place: str,
    ) -> Found | None:
        """A unit in force of another document that answers the same question differently, or None."""
        own = standings[lead.candidate.chunk.source]
        if place or own.kind == "rapport":
            return None
        asked_of = according_to(question.text)
        if asked_of and _is_of(own, asked_of):  # another document's word is not asked for
            return None

        def held(unit: Found) -> float:
            standing = standings[unit.candidate.chunk.source]
            context = " ".join([standing.title, *unit.candidate.chunk.section])
            stems = unit.candidate.unit_stems[unit.number] | frozenset(terms(context, opened.index.lexical.compounds))
            return coverage(question, stems)

        others = [
            unit
            for unit in units[1:25]
            if unit.candidate.chunk.source != lead.candidate.chunk.source
            and standings[unit.candidate.chunk.source].kind not in ("rapport", "blankett")
            and unit.score + (OTHER_UNIT if standings[unit.candidate.chunk.source].unit else 0.0) > lead.score - RIVAL
            and differ(lead.text, unit.text)
            and held(unit) >= HELD * held(lead)
        ]
        if not others:
            return None
        keys = [(unit.candidate.position, unit.number) for unit in [lead, *others]]
        vectors = opened.index.vectors(keys)
        near = vectors.get(keys[0])
        if near is None:
            return None
        for unit, key in zip(others, keys[1:], strict=True):
            if key in vectors and float(vectors[key] @ near) >= ALIKE:
                return unit
        return None

    def _conflict(
        self,
        question: Question,
        lead: Found,
        rival: Found,
        standings: dict[str, Standing],
        opened: _Opened,
        emergency: bool,
    ) -> Answer:
        pair = sorted((lead, rival), key=lambda unit: LEVELS.get(standings[unit.candidate.chunk.source].kind, 5))
        above, below = (standings[unit.candidate.chunk.source] for unit in pair)
        text = f"{SOURCES_DIFFER} Först går {above.title} ({above.kind}), före {below.title} ({below.kind})."
        text = CALL_112 + text if emergency else text
        room = (ROOM - len(text)) // 2  # both are shown, whatever the first one's length
        around = opened.index.around
        _, first = quotes(pair[:1], question, standings, most=1, near=0, room=room, around=around)
        _, second = quotes(pair[1:], question, standings, most=1, near=0, room=room, around=around)
        found = owner(above, pair[0].candidate.chunk.source)
        return Answer("", "", "conflict", *_fitting(text, [*first, *second]), contact=found)

    def _unclear(
        self, question: Question, cases: Choices, standings: dict[str, Standing], opened: _Opened, emergency: bool
    ) -> Answer:
        """Every case with its quote beneath, as far as there is room, and the question asked of each."""
        text = CALL_112 + cases.text if emergency else cases.text
        shown = []
        for case in cases.cases:
            found, chunk = case.unit, case.unit.candidate.chunk
            unit = chunk.units[found.number]
            pieces = over_pages(chunk, unit.start, unit.end, opened.index.around(found.candidate.position))
            shown.append([quoted(part, standings[part.source], a, b, score=found.score) for part, a, b in pieces])
        source = cases.cases[0].unit.candidate.chunk.source
        answer = Answer("", "", "unclear", *_fitting_whole(text, shown), contact=owner(standings[source], source))
        return replace(answer, choices=cases.questions(question.text))

    def _outdated(
        self,
        question: Question,
        units: Sequence[Found],
        standings: dict[str, Standing],
        opened: _Opened,
        emergency: bool,
    ) -> Answer:
        source = units[0].candidate.chunk.source
        standing = standings[source]
        same = [unit for unit in units if unit.candidate.chunk.source == source]
        if standing.status == "utkast":
            why = "är ett utkast och gäller inte än"
        elif standing.valid_until and standing.status == "gällande":
            why = f"gick ut {standing.valid_until.isoformat()}"
        else:
            why = "är ersatt eller upphävt"
        text = (
            f"Varning: det här står bara i ”{standing.title}”, som {why}. "
            "Fråga den dokumentansvariga innan du följer det."
        )
        text = CALL_112 + text if emergency else text
        around = opened.index.around
        _, shown = quotes(same, question, standings, most=1, near=0, room=ROOM - len(text), around=around)
        contact = owner(standing, source)
        return Answer("", "", "outdated", *_fitting(text, shown), contact=contact)

    def _not_found(self, opened: _Opened, emergency: bool, place: str) -> Answer:
        contact = self._contact(opened, place)
        reach = f"Fråga {contact.role}{'. ' if contact is GENERAL else ', '}{contact.how.rstrip('.')}."
        text = f"{CALL_112 if emergency else ''}Det står inte i dokumenten. {reach}"
        return Answer("", "", "declined" if emergency else "not_found", text, contact=contact)

    def _contact(self, opened: _Opened, place: str) -> Contact:
        """The nurse for this moment and unit, where a contact list names one; else the MAS."""
        if opened.lines is None:
            standings = {source: info.standing for source, info in opened.documents.items()}
            opened.lines = tuple(reached(opened.index, standings))
        if nurse := ask_whom(opened.lines, now=self._clock() if self._clock else None, unit=place):
            return nurse
        if opened.contact is None:
            opened.contact = nurse_in_charge(opened.index)
        return opened.contact

    def _refused(self, refused: guard.Refusal, emergency: bool, opened: _Opened, place: str) -> Answer:
        contact = self._contact(opened, place)
        first = CALL_112 if emergency else ""
        texts = {
            "dose": f"Jag svarar inte på doser av enskilda läkemedel ({refused.detail}). Följ patientens "
            "ordinationshandling och fråga ansvarig sjuksköterska eller ordinerande läkare. Vid fara för livet: 112.",
            "patient": "Jag vet inget om enskilda patienter och svarar inte på frågor om dem. "
            "Titta i journalen om du har rätt till den, eller fråga patientansvarig sjuksköterska.",
            "organisation": f"Jag har inga dokument från {refused.detail}. "
            "Fråga den organisationen, eller din MAS vad som gäller hos er.",
            "private": "Det hör inte till det jag kan: "
            "jag svarar på vad verksamhetens styrdokument säger och vem som gör vad.",
        }
        return Answer(
            "", "", "declined", first + texts[refused.why], contact=contact if refused.why != "private" else GENERAL
        )


def _spoken_of(index: Index) -> frozenset[str]:
    """Municipalities and regions that the documents speak of more than in passing: their rules may be asked for."""
    return frozenset(
        name
        for name in guard.names("kommuner.txt")
        if any(index.lexical.spellings.get(form, 0) >= SPOKEN_OF for form in (name.casefold(), f"{name.casefold()}s"))
    )


def _is_of(standing: Standing, asked_of: tuple[str, str]) -> bool:
    """Is a document of the level and kind whose word is asked for?"""
    level, kind = asked_of
    if level and level not in standing.organisation.casefold():
        return False
    return kind in standing.kind or (bool(standing.title) and kind in standing.title.casefold())


def _plain(state: State, text: str) -> Answer:
    return Answer("", "", state, text)


def _place(text: str, profile: Profile, units: frozenset[str]) -> str:
    """The unit that the question or the profile speaks of, in lower case, or ""."""
    lower = text.casefold()
    for unit in units:
        name = unit.casefold()
        if name in lower or any(
            len(word) > 6 and re.search(rf"\b{re.escape(word)}", lower) for word in name.split()[:1]
        ):
            return name
    return profile.unit.casefold()


def _fitting(text: str, shown: Sequence[Quote]) -> tuple[str, tuple[Quote, ...]]:
    """The answer's text and as many of its quotes as stay under the limit together."""
    return _fitting_whole(text, [[one] for one in shown])


def _fitting_whole(text: str, shown: Sequence[Sequence[Quote]]) -> tuple[str, tuple[Quote, ...]]:
    """As `_fitting`, of quotes that belong together: all of them or none."""
    kept: list[Quote] = []
    room = 695 - len(text)
    for together in shown:
        length = sum(len(one.text) + 1 for one in together)
        if length > room and kept:
            break
        kept += together
        room -= length
    return text, tuple(kept)
