"""A follow-up as the full question that it means: "och på helgen?" after "Vem ringer jag på natten?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answers import Answer, Turn
from assistant.circumstances import ACCORDING, HOMES, ROLES, TIMES
from assistant.question import ASK_WORDS
from ingest.swedish import STOP, stem, words

OPENER = r"(?:och|men|då|eller|samma|även|and|what about|då så|hur blir det|okej|ok|ja|jaha|nej|så)\b[\s,]*"
OPENS = re.compile(
    rf"^\s*(?:{OPENER}|(?:vem då|vad då|hur då|när då|varför|gäller (?:det|detta|den|samma|även|också))\b)",
    re.IGNORECASE,
)
REFERS = re.compile(
    r"\b(det|den|detta|denna|dessa|dem|de|han|hon|hen|där|då|samma|den andra|it|they|that|this|she|he)\b", re.IGNORECASE
)
CLOSES = re.compile(r"\b(istället|i stället|i så fall|annars|också|med)\s*[?.!]*\s*$", re.IGNORECASE)
# A question of its own begins with one of these and has a subject.
ASKS = re.compile(rf"^\s*({ASK_WORDS}|har|är|räknas|is)\b", re.IGNORECASE)
DEFINES = re.compile(
    r"^\s*(vad (är|betyder|innebär|menas med|står)|vem är|vilka är|what is|what does)\b(?! (det|den|detta|de)\b)",
    re.IGNORECASE,
)
# The same question asked of something else.
AGAIN = re.compile(r"^\s*(gäller (det|detta|den|samma|även|också)|hur blir det|what about)\b", re.IGNORECASE)
IF = re.compile(rf"^\s*(?:{OPENER})*(?:om|ifall|when|if)\b", re.IGNORECASE)  # asks what is done in another case
# Words of doing, time and number: a question of these alone has no subject.
DOING = """
ansvarar ansvar ansvarig beslutar bestämmer gäller göra görs gjort dokumenteras dokumenterar dokumentera ringer
ringa kontaktar kontakta skriver skriva signerar signera säger informerar informera betalar betala händer behövs
natten natt kvällen kväll helgen helg dagtid dagen vardagar länge ofta snabbt fort mycket många lång långt tid
tiden timmar dagar vecka månad senast personal ensam annan annars istället undantag gång gånger först sen sedan
okej enligt snart följs följas räknas
"""
WITHOUT_SUBJECT = frozenset(map(stem, DOING.split()))
LONGEST_BEFORE = 300  # characters of the question before
STANDS_ALONE = 6  # content words, from which a question is never joined to the one before
CARRIED = 8  # words of the question before that a question of its own form takes along
BEFORE_IT = r"(?:(?:på|under|efter|i|hos|för|om|en|ett|den|det)\s+)?"  # small words that go with what is replaced
# Questions for the document that was last quoted, by what of it is asked for.
WHERE = re.compile(
    r"^\W*(?:och |men )?(?:var|vart|i vilke[nt] \w+|vilket dokument|på vilken sida)\b"
    r"(?:\s+(?:står|finns|läser|hittar|jag|man|kan|det|detta|den|här|där|då|någonstans|nånstans|i|dokumentet|säger|"
    r"kommer|ifrån|från|är))*\s*\W*$|"
    r"^\W*where (?:does it say|is) (?:that|this|it)?\W*$|^\W*(?:vad är )?källan?\W*$",
    re.IGNORECASE,
)
NAMED_IT = r"(?:dokumentet|rutinen|riktlinjen|instruktionen|handboken|överenskommelsen|anvisningen|listan)"
IT = rf"(?:den|det|det här|{NAMED_IT})"
OWNS = rf"\b(?:äger {IT}|ägaren?\b.*|dokumentansvarig\w*|ansvarar för {NAMED_IT}|ansvarig för {NAMED_IT})"
HOLDS = rf"\b(?:gäller {IT} (?:än|fortfarande|nu)|giltig\w*|gått ut|hur länge gäller {NAMED_IT}$)"
DECIDED = rf"\b(?:fastställ\w* {IT}|beslutat? (?:om )?{NAMED_IT}|(?:är|blev) {IT} (?:fastställd|beslutad))"
PARTICULARS = tuple(
    (re.compile(pattern, re.IGNORECASE), fields)
    for pattern, fields in (
        (OWNS, ("dokumentansvarig", "dokumentägare", "ägare", "processägare", "ansvarig")),
        (HOLDS, ("giltig till", "gäller till", "giltig", "gäller från")),
        (rf"\bversion\w*|\bsenaste {NAMED_IT}", ("version", "utgåva")),
        (DECIDED, ("fastställd", "beslutad", "beslutsdatum")),
    )
)


@dataclass(frozen=True, slots=True)
class Followed:
    """What a question for the last quoted document asks of it: its place, or fields of its header, best first."""

    answer: Answer
    fields: tuple[str, ...]  # empty: where it stands


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with the words of the one before, where it does not stand on its own; else as it is.

    "Och på helgen?" is the question before, asked of another time: what it names replaces its like there. "Hur länge?"
    is a question of its own form about the subject of the one before. Turns that were not searched (an identity in
    them, not for us to answer) are passed over.
    """
    before = next((turn.question for turn in reversed(history) if turn.answer.state not in ("blocked", "declined")), "")
    if not before or _stands_alone(question):
        return question
    before = before[:LONGEST_BEFORE].rstrip(" ?.!")
    if _asks_anew(question):
        carried = _subject(before, question)
        return f"{question.strip()} – {carried}" if carried else f"{before} – {question.strip()}"
    return f"{_replaced(before, question)} – {question.strip()}"


def asked_of_document(question: str, history: Sequence[Turn]) -> Followed | None:
    """What "var står det?" or "vem äger den?" asks of the document last quoted; None for any other question."""
    if not history or not history[-1].answer.quotes or len(words(question)) > STANDS_ALONE:
        return None
    if WHERE.match(question):
        return Followed(history[-1].answer, ())
    for pattern, fields in PARTICULARS:
        if pattern.search(question.strip(" ?.!")) and not _own_subjects(question):
            return Followed(history[-1].answer, fields)
    return None


def last_quoted(history: Sequence[Turn]) -> dict[str, float]:
    """The documents that the last answer quoted: 1 for the first one's, half for the others'. None after a refusal."""
    last = next((turn.answer for turn in reversed(history) if turn.answer.state not in ("blocked", "declined")), None)
    if last is None or not last.quotes:
        return {}
    return {quote.document: 0.5 for quote in last.quotes} | {last.quotes[0].document: 1.0}


def _stands_alone(question: str) -> bool:
    own = _content(question)
    if len(own) >= STANDS_ALONE or (DEFINES.match(question) and own):
        return True
    if OPENS.match(question) or CLOSES.search(question) or (REFERS.search(question) and len(own) <= 4):
        return False
    asks = bool(ASKS.match(question)) and len(words(question)) > 2
    return len(_subjects(own)) >= (1 if asks else 3)


def _asks_anew(question: str) -> bool:
    """Has the follow-up a question of its own form ("hur länge då?"), not only something else to ask the same of?"""
    if AGAIN.match(question):
        return False
    if IF.match(question):
        return True
    rest = re.sub(rf"^\s*(?:{OPENER})+", "", question, flags=re.IGNORECASE)
    if not ASKS.match(rest):
        return False
    left = _replaced(rest, rest)  # "vem då" of "vem då på kvällen?"
    return not re.fullmatch(r"\W*(?:vem|vad|vilken|vilka|när|var|hur)(?:\s+då)?\W*", left, re.IGNORECASE)


def _content(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP]


def _subjects(content: Sequence[str]) -> list[str]:
    return [word for word in content if stem(word) not in WITHOUT_SUBJECT]


def _own_subjects(question: str) -> list[str]:
    """Words of a question for a document that name a matter of their own."""
    plain = re.sub(rf"\b{IT}\b", " ", question, flags=re.IGNORECASE)
    for pattern, _ in PARTICULARS:
        plain = pattern.sub(" ", plain)
    return _subjects([word for word in _content(plain) if not re.match(r"ägar|äger|version|giltig|senast", word)])


def _subject(before: str, question: str) -> str:
    """The words of the question before that its follow-up is about; all of its words where it has no subject."""
    own = set(map(stem, _content(question)))
    content = list(dict.fromkeys(_content(_replaced(before, question))))
    carried = [word for word in _subjects(content) or content if stem(word) not in own]
    return " ".join(carried[:CARRIED])


def _replaced(before: str, question: str) -> str:
    """The question before without what the follow-up says anew: the time, the kind of home, who, by which document."""
    kept = before
    if any(pattern.search(question) for pattern in TIMES.values()):
        kept = _without(kept, TIMES.values())
    if any(pattern.search(question) for pattern in HOMES.values()):
        kept = _without(kept, HOMES.values())
    if ROLES.search(question):
        kept = _without(kept, [ROLES])
    if kept != before or re.search(r"\b(på|hos|i|för|enligt)\b", question, re.IGNORECASE):
        kept = ACCORDING.sub("", kept)
    return re.sub(r"\s{2,}", " ", kept).strip(" ,–-") or before


def _without(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    for pattern in patterns:
        text = re.sub(BEFORE_IT + pattern.pattern, "", text, flags=re.IGNORECASE)
    return text
