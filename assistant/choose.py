"""A language model picks among what was found: ids and one framing sentence, both checked; code prints the text."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import Quote
from assistant.errors import ModelError
from assistant.model import TO_CHOOSE, LanguageModel, Schema, asked
from assistant.prompt import fenced, fenced_text, fill
from assistant.quote import NARROWS
from assistant.rank import Found
from ingest.corpus import Standing
from ingest.differ import COUNTED, amounts
from ingest.swedish import stem, words

LOG = logging.getLogger(__name__)
OFFERED = 12  # units that the model chooses among
LONGEST_OFFERED = 700  # characters of one unit in the prompt
LONGEST_QUESTION = 1000  # characters of the question in the prompt
MOST_CHOSEN = 3
LONGEST_FRAMING = 200  # characters
FRAMED_ROOM = 600  # characters of framing, first line and quotes together; leaves room for a warning before them
SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "ids": {"type": "array", "items": {"type": "string"}, "maxItems": MOST_CHOSEN},
        "framing": {"type": ["string", "null"]},
        "answered": {"type": "boolean"},
    },
    "required": ["ids", "framing", "answered"],
    "additionalProperties": False,
}

# Words that a framing sentence may add of its own: none of them says who, when, how much or on what condition.
CONNECTING = {"att", "dokumentet", "den", "det", "detta", "de", "enligt", "här", "som", "står", "så", "är"}
# Words that a rule turns on. A framing sentence has the same ones as its source: none added, none left out.
LIMITING = re.compile(
    r"inte|ej|icke|aldrig|ingen|inget|inga|varken|nej|utan|utom|förutom|endast|enbart|bara|undantag\w*|dock|men|annars|såvida|förutsatt|"
    r"förutsätt\w*|om|ifall|förbjud\w*|otillåt\w*|sällan|alltid|först|tidigast|senast|högst|lägst|minst|mer|mindre|innan|före|efter|"
    r"och|eller|samt|får|ska|skall|måste|bör|kan|behöver",
)
ROLE = re.compile(
    r"sköters|\bssk\b|\busk\b|biträde|läkar|chef|\bmas\b|\bmar\b|\bsas\b|terapeut|handläggar|sekreterar|personal|medarbetar|ansvarig|"
    r"nämnd|ombud|samordnar|ledare|styrgrupp|region|kommun|vårdgivar|huvudman|apotek|farmaceut|dietist|logoped|kurator|tandvård|"
    r"rektor|assistent|delegera|patient|brukar|boende|anhörig|närstående|företrädar|polis|ambulans|jour|vikarie|"
    r"student|elev|konsult|socialtjänst|hemtjänst|hemsjukvård|primärvård|vårdcentral|sjukhus|slutenvård|öppenvård|leverantör",
    re.IGNORECASE,
)
ALLOWED = re.compile(r"[A-Za-zÅÄÖåäöÉéÈèÜüÆæØø0-9 ,.:;()/%§”“’\"'–-]*")
FOREIGN = "ord som inte står så i utdraget"  # said only where no sentence comes nearer
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the model picked of what it was offered, in its order."""

    units: tuple[Found, ...]
    framing: str  # checked against the first unit, or ""
    answered: bool  # its word on whether the units answer the question


def verdict(chance: float, choice: Choice | None, threshold: float) -> tuple[bool, Choice | None]:
    """Whether the question is answered, and the choice to show (None: what code alone would show).

    The one place where a model's word moves an answer's state, and only where code is unsure:

        chance of code      without a model   model says yes   model says no
        under threshold/2   not found         not found        not found
        up to threshold     not found         its choice       not found
        up to halfway to 1  answered          its choice       not found
        above               answered          its choice       answered, as without a model
    """
    if choice is None:
        return chance >= threshold, None
    if choice.answered:
        return chance >= threshold / 2, choice
    return chance >= (threshold + 1) / 2, None


def consult(
    model: LanguageModel | None,
    question: str,
    units: Sequence[Found],
    standings: Mapping[str, Standing],
    *,
    place: str,
    chance: float,
    threshold: float,
) -> tuple[bool, Choice | None]:
    """Ask the model, where there is one and its word could matter, and return the verdict. A ModelError ends here."""
    choice = None
    if model is not None and units and chance >= threshold / 2:
        try:
            choice = choose(model, question, offered(units, standings, place), standings)
        except ModelError as error:
            LOG.warning("Svaret ges utan språkmodell: %s", error)
    return verdict(chance, choice, threshold)


def offered(units: Sequence[Found], standings: Mapping[str, Standing], place: str) -> list[Found]:
    """The best units that may lead: none of another enhet than the asker's, no report's where a rule is best."""
    best = standings[units[0].candidate.chunk.source]
    result = []
    for unit in units:
        standing = standings[unit.candidate.chunk.source]
        elsewhere = place and standing.unit and place not in standing.unit.casefold()
        proposal = standing.kind == "rapport" and best.kind != "rapport"
        if unit is units[0] or not (elsewhere or proposal):
            result.append(unit)
    return result[:OFFERED]


def choose(model: LanguageModel, question: str, units: Sequence[Found], standings: Mapping[str, Standing]) -> Choice:
    """Ask the model which units answer. Raises ModelError when nothing it says can be used."""
    known = {f"a{number}": unit for number, unit in enumerate(units, start=1)}
    records = [_record(id, unit, standings) for id, unit in known.items()]
    prompt = fill("pick", {"candidates": fenced(records), "question": fenced_text(question[:LONGEST_QUESTION])})
    found = asked(model, prompt, SCHEMA, share=TO_CHOOSE)
    ids, unknown = _ids(found.get("ids"), known)
    if unknown:
        LOG.warning("Språkmodellen gav %d okända id, som ströks: %.200s", len(unknown), unknown[:5])
    chosen = tuple(known[id] for id in ids)[:MOST_CHOSEN]
    answered = found.get("answered")
    if not isinstance(answered, bool):
        raise ModelError("Språkmodellen sa inte om utdragen svarar på frågan.")
    if answered and not chosen:
        raise ModelError("Språkmodellen valde inget utdrag som finns.")
    framing = found.get("framing")
    checked = ""
    if chosen and isinstance(framing, str) and framing.strip():
        why = objection(framing.strip(), _text(chosen[0]))
        if why:
            LOG.warning("Språkmodellens inledande mening ströks: %s.", why)
        checked = "" if why else framing.strip()
    return Choice(chosen, checked, answered)


def framed(choice: Choice | None, first: str, shown: Sequence[Quote]) -> str:
    """The first line, led in by the framing sentence where it still holds beside what is shown and there is room."""
    if choice is None or not choice.framing or not shown:
        return first
    line = f"{choice.framing.rstrip(' .:;!?')}. {first}".strip()
    room = FRAMED_ROOM - sum(len(one.text) + 1 for one in shown)
    said_already = " ".join(words(choice.framing)) in " ".join(words(first))
    if said_already or len(line) > room or objection(choice.framing, shown[0].text):
        return first
    return line


def objection(framing: str, source: str) -> str:
    """Why a framing sentence does not hold beside the text that it leads in, or "".

    It holds when it is one sentence of the text made shorter: each of its words but the connecting ones stands there,
    in the same order; no number, role or limiting word is added or left out; and the next sentence does not narrow it.
    """
    if len(framing) > LONGEST_FRAMING:
        return "för lång"
    if not ALLOWED.fullmatch(framing):
        return "andra tecken än en menings"
    if re.search(r"[.!?:;]\s*\S", re.sub(r"(?<=\d)[.,:](?=\d)", "", framing)):
        return "mer än en mening"
    own = words(framing)
    if all(word in CONNECTING for word in own):
        return "säger inget"
    if not amounts(framing) <= amounts(source):
        return "ett tal som inte står i utdraget"
    sentences = [sentence for sentence in SENTENCE_END.split(source) if sentence.strip()]
    reasons = []
    for number, sentence in enumerate(sentences):
        after = sentences[number + 1] if number + 1 < len(sentences) else ""
        why = _against(own, words(sentence))
        if not why and NARROWS.match(after):
            why = "nästa mening inskränker den"
        if not why:
            return ""
        reasons.append(why)
    return next((why for why in reasons if why != FOREIGN), FOREIGN)


def _against(own: Sequence[str], sentence: Sequence[str]) -> str:
    """Why these words are not the sentence made shorter, or ""."""
    place = 0
    stems = [stem(word) for word in sentence]
    for word in own:
        if word in CONNECTING:
            continue
        try:
            place = stems.index(stem(word), place) + 1
        except ValueError:
            return FOREIGN
    for what, is_one in (("tal", _is_number), ("roll", ROLE.search), ("villkor eller nekande", LIMITING.fullmatch)):
        mine, there = (sorted(stem(word) for word in each if is_one(word)) for each in (own, sentence))
        if mine != there:
            return f"{what} tillagt eller utelämnat"
    return ""


def _is_number(word: str) -> bool:
    return word[0].isdigit() or (word in COUNTED and word not in ("en", "ett"))


def _text(unit: Found) -> str:
    """A unit's text, with the line that leads its list in."""
    chunk = unit.candidate.chunk
    own = chunk.units[unit.number]
    lead = f"{chunk.text[chunk.units[own.intro].start : chunk.units[own.intro].end]}\n" if own.intro >= 0 else ""
    return f"{lead}{unit.text}"


def _record(id: str, unit: Found, standings: Mapping[str, Standing]) -> dict[str, object]:
    """A unit as the model sees it."""
    chunk = unit.candidate.chunk
    text = _text(unit)
    return {
        "id": id,
        "dokument": standings[chunk.source].title or chunk.source,
        "avsnitt": " › ".join(chunk.section),
        "sida": chunk.page,
        "text": text if len(text) <= LONGEST_OFFERED else f"{text[:LONGEST_OFFERED]} …",
    }


def _ids(given: object, known: Mapping[str, Found]) -> tuple[list[str], list[str]]:
    """The ids that we made, each once and in the model's order; and whatever else was given."""
    items = re.split(r"[\s,;]+", given.strip()) if isinstance(given, str) else given if isinstance(given, list) else []
    names = [item.strip().strip("[]()\"'").casefold() if isinstance(item, str) else repr(item) for item in items]
    unknown = [name[:40] for name in names if name not in known]
    return [name for name in dict.fromkeys(names) if name in known], unknown
