"""A follow-up as a full question, by a language model where its words hold, else by `followup.standalone`."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from assistant import guard
from assistant.answers import Turn
from assistant.errors import ModelError
from assistant.followup import standalone
from assistant.model import TO_REWRITE, LanguageModel, Schema, asked
from assistant.prompt import fenced, fenced_text, fill
from ingest.swedish import STOP, stem, words

LOG = logging.getLogger(__name__)
TURNS = 3  # earlier turns that the model sees
LONGEST = 300  # characters of the rewritten question
LONGEST_TURN = 400  # characters of an earlier question or answer in the prompt
SCHEMA: Schema = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}
ENGLISH = {
    "the",
    "a",
    "an",
    "of",
    "to",
    "is",
    "are",
    "do",
    "does",
    "my",
    "what",
    "who",
    "when",
    "how",
    "for",
    "on",
    "and",
    "or",
}
SWEDISH = {
    "och",
    "det",
    "att",
    "är",
    "som",
    "på",
    "av",
    "med",
    "den",
    "ett",
    "vad",
    "vem",
    "hur",
    "när",
    "vilka",
    "jag",
    "ska",
    "om",
}


def rewritten(question: str, history: Sequence[Turn], model: LanguageModel | None) -> str:
    """The question to search for. The model is asked only about what code too takes for a follow-up."""
    plain = standalone(question, history)
    if model is None or plain == question or history[-1].answer.state in ("blocked", "declined"):
        return plain
    turns = [turn for turn in history[-TURNS:] if turn.answer.state not in ("blocked", "declined")]
    records = [{"fråga": turn.question[:LONGEST_TURN], "svar": turn.answer.text[:LONGEST_TURN]} for turn in turns]
    spoken = " ".join(text for record in records for text in record.values())
    if guard.without_identity(f"{spoken} {question}")[1]:
        return plain
    try:
        prompt = fill("followup", {"turns": fenced(records), "question": fenced_text(question)})
        said = asked(model, prompt, SCHEMA, share=TO_REWRITE)["question"]
        why = objection(said, question, spoken) if isinstance(said, str) else "ingen text"
    except ModelError as error:
        LOG.warning("Följdfrågan skrevs inte om av språkmodellen: %s", error)
        return plain
    if why:
        LOG.warning("Språkmodellens omskrivna följdfråga ströks: %s.", why)
        return plain
    return str(said).strip()


def objection(said: str, question: str, spoken: str) -> str:
    """Why a rewritten question may not be searched for, or "".

    It keeps the follow-up's own words, and adds only words spoken before.
    """
    if not said.strip():
        return "tom"
    if len(said) > LONGEST:
        return "för lång"
    if re.search(r"[<>{}\[\]|\\`\x00-\x1f]|https?:|www\.", said):
        return "andra tecken än en frågas"
    if guard.without_identity(said)[1]:
        return "ett personnummer"
    own, asked = _stems(said), _stems(question)
    if not asked <= own:
        return "följdfrågans ord saknas"
    if not own <= asked | _stems(spoken):
        return "ord som ingen har sagt"
    if _language(said) not in ("", _language(question) or _language(spoken)):
        return "ett annat språk"
    return ""


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP}


def _language(text: str) -> str:
    """sv or en, by the more common small words; "" where they do not tell."""
    spoken = words(text)
    english, swedish = sum(word in ENGLISH for word in spoken), sum(word in SWEDISH for word in spoken)
    return "" if english == swedish else "en" if english > swedish else "sv"
