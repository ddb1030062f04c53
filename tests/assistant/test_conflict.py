"""Two rules in force beside each other, on small indexes by the packaged model."""

from datetime import date

import numpy as np
import pytest

from assistant.assistant import Assistant
from assistant.search import Search
from ingest.embed import PACKAGED, open_embedder

COMMON = """# Riktlinje för journalsystemet

Dokumenttyp: Riktlinje
Gäller från: 2025-01-01

## Avbrott

Undersköterskan ringer IT-jouren om avbrottet i journalsystemet varar längre än 30 minuter.
"""
OWN = """# Lokal rutin för journalsystemet på Åsgården

Dokumenttyp: Lokal rutin
Gäller från: 2025-01-01

## Avbrott

{rule}
"""
OTHER = "Undersköterskan ringer IT-jouren om avbrottet i journalsystemet varar längre än 15 minuter."


OTHER_WORDS = "Står datorerna stilla ringer undersköterskan efter 15 minuter."
# A rule of the same kind in the unit's own rutin, on another matter.
ELSEWHERE = "Undersköterskan ringer vaktmästaren om avbrottet i värmen varar längre än 20 minuter."


class Unsure:
    """Reads every unit as one that may answer, and no more than that."""

    def scores(self, question, texts):
        return np.full(len(texts), 0.5, dtype=np.float32)


class Doubtful:
    """Reads every unit as one that hardly answers."""

    def scores(self, question, texts):
        return np.full(len(texts), -1.0, dtype=np.float32)


class Sure:
    """Reads every unit as one that answers."""

    def scores(self, question, texts):
        return np.full(len(texts), 3.0, dtype=np.float32)


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(PACKAGED)


@pytest.fixture
def state_of(ingested, packaged):
    """The state of the answer where a unit's own rule stands beside the common one."""

    def ask(question, rule, reranker=None):
        texts = {"riktlinje.md": COMMON, "enheter/Åsgården/rutin.md": OWN.format(rule=rule)}
        folder = ingested(texts, embedder=packaged)
        search = Search(packaged, reranker)
        search.enough = 0.0  # how sure it must be is another matter
        return Assistant(folder / "index", packaged, search=search, today=date(2026, 3, 1)).ask(question).state

    return ask


def test_another_limit_in_a_units_own_rutin_is_a_conflict_where_the_limit_is_asked_for(state_of):
    assert state_of("Efter hur många minuters avbrott i journalsystemet ringer undersköterskan?", OTHER) == "conflict"


def test_asked_of_the_unit_its_own_limit_is_the_answer(state_of):
    assert state_of("Efter hur många minuters avbrott ringer undersköterskan på Åsgården?", OTHER) == "answered"


def test_another_limit_is_none_where_only_a_person_is_asked_for(state_of):
    assert state_of("Vem ringer IT-jouren vid avbrott i journalsystemet?", OTHER) == "answered"


def test_a_rule_that_refers_to_the_other_does_not_contradict_it(state_of):
    referring = OTHER.replace(".", ", enligt kommunens riktlinje.").replace("kommunens ", "")
    question = "Efter hur många minuters avbrott i journalsystemet ringer undersköterskan?"
    assert state_of(question, referring) == "answered"


ASKED = "Efter hur många minuters avbrott i journalsystemet ringer undersköterskan?"


def test_where_the_reranker_is_unsure_two_limits_are_a_conflict_if_each_is_the_nearest_to_the_other(state_of):
    assert state_of(ASKED, f"{ELSEWHERE}\n\n{OTHER_WORDS}", Unsure()) == "conflict"


def test_where_the_reranker_doubts_both_two_limits_as_near_the_question_are_a_conflict(state_of):
    question = "Hur länge får avbrottet vara innan undersköterskan ringer?"
    assert state_of(question, OTHER_WORDS, Doubtful()) == "conflict"
    assert state_of(question, ELSEWHERE, Doubtful()) == "answered"


def test_where_the_reranker_is_unsure_a_limit_on_another_matter_is_none(state_of):
    assert state_of(ASKED, ELSEWHERE, Unsure()) == "answered"


def test_a_rule_that_the_reranker_is_sure_of_need_not_share_the_question_s_words(state_of):
    question = "När ska IT-jouren i journalsystemet få veta det?"
    assert state_of(question, OTHER_WORDS, reranker=Unsure()) != "conflict"
    assert state_of(question, OTHER_WORDS, reranker=Sure()) == "conflict"
