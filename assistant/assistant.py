"""A question into an Answer: guard ▸ search ▸ decide ▸ compose. Chat, commands and evaluation all ask here."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from assistant import compose, guard
from assistant.answers import Answer, Listing, Passage, Profile, Turn
from assistant.circumstances import HOMES, spoken_of
from assistant.compose import Case
from assistant.decide import Decide
from assistant.definition import defining, wanted
from assistant.document import asked_document
from assistant.duties import FEWEST, Asked, as_roles, asked_for, card, listing
from assistant.followup import asked_of_document, last_quoted
from assistant.gist import gist
from assistant.model import LanguageModel, open_model
from assistant.opened import DocumentInfo, Opened
from assistant.place import home_of
from assistant.precedence import by_standing
from assistant.question import Question, leaning
from assistant.rank import Found
from assistant.rerank import Reranker, open_reranker
from assistant.retrieve import Candidate
from assistant.rewrite import rewritten
from assistant.search import Search
from assistant.settings import Settings
from ingest.corpus import Block
from ingest.embed import Embedder, open_embedder
from ingest.generations import current

SHOWN_PASSAGES = 20
LONGEST = 4000  # characters of a question that are read
CARRIED = 0.6  # what a word carried over to a follow-up counts, beside its own
FOLLOWS = 1.5  # log-odds that the document last quoted wins for a follow-up
IN_THREAD = 0.8  # and for a question that stands on its own, after it


class Assistant:
    """Answers questions on one index, from any number of threads; goes on with a new generation when there is one."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        *,
        reranker: Reranker | None = None,
        search: Search | None = None,
        today: date | None = None,
        clock: Callable[[], datetime] | None = None,
        model: LanguageModel | None = None,
    ) -> None:
        """Open the current generation, searched with the two models where no `search` is given.

        Raises IndexMissing, IndexMismatch.

        `clock` tells the local time, by which it is said whom to ask. With `today` alone no time of day is known.
        """
        self._search, self._model = search or Search(embedder, reranker), model
        self._decide = Decide(self._search, embedder, model)
        self._clock = clock or (None if today else datetime.now)
        self._folder, self._embedder, self._today = folder, embedder, today
        self._lock = threading.Lock()
        self._opened = self._open()
        self._before: Opened | None = None

    @classmethod
    def from_settings(cls, settings: Settings, *, today: date | None = None) -> Assistant:
        """Open the models and the index that the settings name. Raises SettingsError."""
        key = settings.model_key.get_secret_value()
        model = open_model(settings.model_url, settings.model_name, key=key, seconds=settings.model_timeout)
        embedder, reranker = open_embedder(settings.embedding_model), open_reranker(settings.reranker)
        return cls(settings.index, embedder, reranker=reranker, today=today, model=model)

    def _open(self) -> Opened:
        return Opened.newest(self._folder, model=self._embedder.name)

    def _current(self) -> Opened:
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

    def duties(self, role: str = "", topic: str = "", *, profile: Profile | None = None) -> Listing:
        """The register's rows that hold today and that the person may read, of one role (as it is called) or all."""
        opened = self._current()
        asked = Asked(opened.roles.name(role) if role else "", (), topic)
        return self._listing(asked, self._case("", opened, profile or Profile()))

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

    def _case(self, text: str, opened: Opened, profile: Profile) -> Case:
        place = opened.place(text, profile)
        told = profile.boendeform or spoken_of(HOMES, f"{text} {profile.unit}")
        if not told and (home := home_of(text, place, opened.index)):
            profile = replace(profile, boendeform=home)
        return Case(
            opened,
            self._today or date.today(),
            self._clock() if self._clock else None,
            profile,
            place,
            guard.is_emergency(text),
            guard.asks_rule(text),
        )

    def _answer(
        self, text: str, had_identity: bool, opened: Opened, history: Sequence[Turn], profile: Profile
    ) -> Answer:
        if had_identity:
            return compose.plain(
                "blocked",
                "Frågan innehöll ett personnummer och har inte sökts, sparats eller skickats vidare. "
                "Ställ frågan igen utan personnummer och namn: skriv ”patienten” eller ”brukaren”.",
            )
        if not any(character.isalnum() for character in text):
            return compose.plain(
                "unclear", "Skriv en fråga med några ord, till exempel: Vem signerar läkemedel vid utskrivning?"
            )
        case = self._case(text, opened, profile)
        if refusal := guard.refusal(text, opened.organisations):
            return compose.refused(refusal, case)
        allowed = opened.allowed(profile)
        if followed := asked_of_document(text, history):
            readable = allowed is None or allowed(followed.answer.quotes[0].document)
            if readable and (answer := compose.of_document(followed, opened)):
                return answer
        asked = text if case.emergency else gist(text, self._embedder)
        searched = asked if case.emergency else rewritten(asked, history, self._model)
        if (refusal := guard.refusal(searched, opened.organisations)) and refusal.why == "dose":
            return compose.refused(refusal, case)
        return self._found(text, asked, searched, case, allowed, last_quoted(history))

    def _found(
        self,
        text: str,
        asked: str,
        searched: str,
        case: Case,
        allowed: Callable[[str], bool] | None,
        quoted: Mapping[str, float],
    ) -> Answer:
        """The answer that a search leads to, where `asked` is the gist of the text and `searched` what it follows up.

        `quoted` are the documents last quoted, each with its share.
        """
        opened = case.opened
        follows = searched != asked
        matter, elsewhere = opened.subjects.named(searched)
        own = opened.reader.read(opened.subjects.named(text)[0], opened.subjects.named(asked)[0])
        read = leaning(opened.reader.read(matter), own, carried=CARRIED) if follows else own
        going_on = {source: share * (FOLLOWS if follows else IN_THREAD) for source, share in quoted.items()}
        shift = by_standing(
            searched, opened, today=case.today, place=case.place, going_on=going_on, elsewhere=elsewhere
        )
        passages, units = self._search(read, opened.index, opened.titles, allowed=allowed, shift=shift)
        listed = None if case.emergency else self._listed(searched, case) or self._named(searched, case, allowed)
        defined = [] if case.emergency or listed else self._defining(searched, units, case, allowed)
        if defined:
            answer = self._defined(read, defined, passages, units, case)
        else:
            answer = listed or self._decide(read, passages, units, case, going_on=going_on if follows else {})
        if answer.state == "answered" and answer.quotes and not listed:
            row = card(read, answer.quotes[0], opened.index.register(), opened.index.lexical.compounds)
            answer = replace(answer, card=row)
        if case.emergency:  # 112 first, then what the documents say; without a rule asked for, it is not ours to answer
            told = answer.state if case.asks_rule and answer.quotes else "declined"
            answer = replace(answer, state=told, card=None)
        shown = _once([*(unit.candidate for unit in defined), *passages])
        repaired = replace(read, text=searched, gist="").searched
        return replace(answer, passages=shown, searched="" if repaired == text else repaired)

    def _listing(self, asked: Asked, case: Case) -> Listing:
        return listing(
            case.opened.index.register(),
            case.opened.standings,
            role=asked.role,
            topic=asked.topic,
            today=case.today,
            allowed=case.opened.allowed(case.profile),
            groups=case.opened.synonyms,
            kinds=asked.kinds,
            place=case.place,
        )

    def _listed(self, question: str, case: Case) -> Answer | None:
        """The list of what a role does, where that is asked and the register knows enough of it; else None."""
        names = {duty.role for duty in case.opened.index.register()}
        asked = asked_for(question, case.opened.roles, names, own_role=case.profile.role)
        if asked is None:
            return None
        found = self._listing(asked, case)
        if not asked.role:
            return compose.whose(as_roles(found, asked.kinds))
        enough = sum(entry.duty.kind in asked.kinds for entry in found.entries) >= FEWEST
        return compose.listed(found, asked, case.opened) if enough else None

    def _named(self, question: str, case: Case, allowed: Callable[[str], bool] | None) -> Answer | None:
        """The documents that are asked for themselves, where any are; those not in force only where no other is."""
        found = asked_document(question, case.opened, usable=lambda source: allowed is None or allowed(source))
        valid = [source for source in found if case.opened.in_force(source, case.today)]

        def distance(source: str) -> int:
            """0 for the asker's own unit, 1 for all units, 2 for another one."""
            unit = case.opened.standings[source].unit.casefold()
            return (0 if case.place and case.place in unit else 2) if unit else 1

        return compose.documents(sorted(valid or found, key=distance), case)

    def _defining(
        self, question: str, units: Sequence[Found], case: Case, allowed: Callable[[str], bool] | None
    ) -> list[Found]:
        """The units in force that say what the word means that the question asks of, above all others; else none."""
        asked = wanted(question)
        if not asked:
            return []
        opened = case.opened
        found = defining(
            asked,
            opened.index,
            opened.standings,
            usable=lambda source: opened.in_force(source, case.today) and (allowed is None or allowed(source)),
            place=case.place,
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
        case: Case,
    ) -> Answer:
        """What the documents say that a word means, and then what else answers, where anything does."""
        others = [unit for unit in units if case.in_force(unit)]
        if not others or self._search.chance(question, passages, others) < self._search.enough:
            others = []
        return compose.answered(question, [*defined, *others], case, alone=defined)


def _once(candidates: Sequence[Candidate]) -> tuple[Passage, ...]:
    """The first passages, none twice."""
    once: dict[str, Passage] = {}
    for found in candidates:
        once.setdefault(found.chunk.id, Passage(found.chunk, found.score))
    return tuple(once.values())[:SHOWN_PASSAGES]
