"""Which state an answer has, of what was found: answered, conflict, unclear, outdated or not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant import compose
from assistant.answers import Answer
from assistant.calling import Call, is_one_number, now_first, numbers_to_call, open_numbers
from assistant.choose import consult
from assistant.circumstances import HOMES, of_other_homes, spoken_of
from assistant.compose import Case
from assistant.conflict import rival
from assistant.counterpart import is_common, of_units, without_loss
from assistant.guard import DANGER, MAYBE_DANGER, Refusal, names_someone
from assistant.model import LanguageModel
from assistant.outside import UNLIKELY, open_outside
from assistant.question import Question
from assistant.rank import Found
from assistant.retrieve import Candidate
from assistant.rows import row_to_call, tells_number
from assistant.search import Search
from assistant.successor import successor
from assistant.unclear import left_open, settled
from ingest.embed import Embedder

CERTAIN = 0.7  # probability from which one is shown to somebody in danger, who has no time for what does not help
LIKELY = 0.5  # and where they ask for a rule
NUMBER_TOLD = 10.0  # times the odds of an answer, where it tells the number to call that is asked for
OUTDATED = 0.5  # log-odds by which an expired document must be the better answer, to be shown instead of one in force
MAY_ANSWER = -1.0  # log-odds, by the reranker, from which what corresponds to another unit's answer is one
GOES_ON = 0.5  # share of what is otherwise enough that is enough for a follow-up on the document last quoted


@dataclass(frozen=True, slots=True)
class Decide:
    """Decides by how sure the search is, and by a language model's word, where there is one."""

    search: Search
    embedder: Embedder
    model: LanguageModel | None

    def __call__(
        self,
        question: Question,
        passages: Sequence[Candidate],
        units: Sequence[Found],
        case: Case,
        *,
        going_on: Collection[str],
    ) -> Answer:
        """The answer in its state. `going_on` are the documents that a follow-up goes on with."""
        if not question.concepts:
            return compose.not_found(case)
        fitting = [unit for unit in units if not self._of_other_homes(unit, question, case)]
        valid = [unit for unit in fitting if case.in_force(unit)]
        old = [unit for unit in fitting if not case.in_force(unit)]
        newer: list[Found] = []
        sure = self._chance(question, passages, valid)
        goes_on = bool(valid) and valid[0].candidate.chunk.source in going_on
        enough = self.search.enough * GOES_ON if goes_on else self.search.enough
        if case.emergency:
            enough = LIKELY if case.asks_rule else CERTAIN
        answered, choice = consult(
            self.model, question.text, valid, case.opened.standings, place=case.place, chance=sure, threshold=enough
        )
        if (
            old
            and old[0] is fitting[0]
            and (not valid or not answered or old[0].score > valid[0].score + OUTDATED)
            and self._chance(question, passages, old) >= self.search.enough
        ):
            newer = successor(old[0], valid, case.opened, lambda unit: self._read(question, unit, case))
            newer = [unit for unit in newer if not self._of_other_homes(unit, question, case)]
            if not newer:
                return compose.outdated(question, old, case)
            keys = {unit.key for unit in newer}
            valid, answered, choice = [*newer, *(unit for unit in valid if unit.key not in keys)], True, None
        if not (case.emergency or newer) and (
            local := self._of_units(question, passages, valid, case, answered=answered)
        ):
            return local
        if not answered:
            if called := self._of_numbers(question, valid, case):
                return called
            if not case.emergency and names_someone(question.text, case.opened.index.lexical.spellings):
                return compose.refused(Refusal("patient"), case)
            outside = sure < UNLIKELY and not case.emergency and self._is_outside(question)
            return compose.outside(case) if outside else compose.not_found(case)
        chosen = list(choice.units) if choice else valid
        first = chosen[0] if choice else row_to_call(question, valid)
        call = self._call(question, case)
        numbers = numbers_to_call(call, valid, lead=first)
        lead = settled(first, valid, question, case.profile, numbers=numbers)
        chosen = [lead, *(unit for unit in chosen if unit is not lead)]
        if cases := left_open(lead, valid, question, case.profile, numbers=numbers):
            return compose.unclear(question, now_first(cases, case.now), case)
        checked = [lead] if lead is first else []  # the rules of other cases do not contradict the one that is meant
        if choice and sure >= self.search.enough:
            checked = [valid[0], *checked]  # a choice cannot hide a conflict
        for best in checked:
            others = [unit for unit in valid if unit is not best]
            if other := rival(question, best, others, case.opened, place=case.place):
                return compose.conflict(question, best, other, case)
        return compose.answered(question, chosen, case, choice=choice)

    def _of_numbers(self, question: Question, valid: Sequence[Found], case: Case) -> Answer | None:
        """The numbers to call, where one is asked for and a contact list has some for all that is said."""
        numbers = [] if case.emergency else numbers_to_call(self._call(question, case), valid)
        if is_one_number(numbers):
            return compose.answered(question, numbers[:1], case)
        choices = open_numbers(numbers)
        return compose.unclear(question, now_first(choices, case.now), case) if choices else None

    def _call(self, question: Question, case: Case) -> Call:
        return Call(question, case.profile, case.place, case.opened.units)

    def _is_outside(self, question: Question) -> bool:
        """Has the question nothing to do with the work?"""
        outside = open_outside(self.embedder.name)
        if DANGER.search(question.text) or MAYBE_DANGER.search(question.text):
            return False
        return outside is not None and outside.is_told(question.text, self.embedder.query(question.searched))

    def _of_other_homes(self, unit: Found, question: Question, case: Case) -> bool:
        """Does a unit, its heading, or whose own rutin it is, speak of other kinds of home than the question?"""
        asked = spoken_of(HOMES, question.text)
        if not asked:
            return False
        standing, section = case.standing(unit), " ".join(unit.candidate.chunk.section[-1:])
        own = f"{standing.unit} {standing.title}" if standing.unit else ""
        return any(of_other_homes(text, asked) for text in (unit.text, own)) or (
            not spoken_of(HOMES, unit.text) and of_other_homes(section, asked)
        )

    def _reads(self, question: Question, unit: Found, case: Case) -> bool:
        """Does the reranker, where there is one, let a unit pass that was found by its likeness to another's rule?"""
        pair = self._read(question, unit, case)
        return pair is None or pair >= MAY_ANSWER

    def _read(self, question: Question, unit: Found, case: Case) -> float | None:
        """The reranker's log-odds that a unit answers."""
        return self.search.read(question, unit, case.opened.titles[unit.candidate.chunk.source])

    def _chance(self, question: Question, passages: Sequence[Candidate], units: Sequence[Found]) -> float:
        """The probability that the best unit answers; more where it tells the number that is asked for."""
        chance = self.search.chance(question, passages, units)
        if not units or not tells_number(question, units[0]):
            return chance
        odds = chance * NUMBER_TOLD
        return odds / (1.0 - chance + odds)

    def _of_units(
        self,
        question: Question,
        passages: Sequence[Candidate],
        valid: Sequence[Found],
        case: Case,
        *,
        answered: bool,
    ) -> Answer | None:
        """What units' own rutiner say, where no rule for all answers: that of the place asked of, or the choices."""
        if answered == bool(case.place):
            return None
        opened, standings = case.opened, case.opened.standings
        passages, units = without_loss(passages, valid, opened, place=case.place)
        if not units or not standings[units[0].candidate.chunk.source].unit:
            return None
        lead = units[0]
        if answered and lead.candidate.chunk.source != valid[0].candidate.chunk.source:
            return None
        if self._chance(question, passages, units) < self.search.enough or is_common(lead, units, question, standings):
            return None
        allowed = opened.allowed(case.profile)
        in_force = [source for source in standings if opened.in_force(source, case.today)]
        choices = of_units(
            lead,
            units,
            question,
            opened,
            embedder=self.embedder,
            sources=[source for source in in_force if allowed is None or allowed(source)],
        )
        if case.place:
            mine = next((one.unit for one in choices.cases if case.place in one.label.casefold()), None)
            return compose.answered(question, [mine], case) if mine and self._reads(question, mine, case) else None
        return compose.unclear(question, choices, case) if len(choices.cases) > 1 else None
