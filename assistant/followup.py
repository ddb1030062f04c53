"""A follow-up as the full question that it means: "och på helgen?" after "Vem ringer jag på natten?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answers import Turn
from ingest.swedish import STOP, stem, words

OPENS = re.compile(
    r"^\s*(och|men|då|eller|samma|även|vem då|vad då|hur då|när då|varför|gäller (det|detta|den|samma|även|också)|"
    r"and|what about|"
    r"då så|hur blir det)\b",
    re.IGNORECASE,
)
REFERS = re.compile(
    r"\b(det|den|detta|denna|dessa|dem|de|han|hon|hen|där|då|samma|den andra|it|they|that|this|she|he)\b", re.IGNORECASE
)
# A question of its own begins with one of these and has a subject.
ASKS = re.compile(
    r"^\s*(vem|vems|vilka|vilken|vilket|vad|var|vart|när|hur|får|kan|ska|måste|bör|behöver|har|är|finns|who|what|"
    r"when|where|how|"
    r"can|may|must|is)\b",
    re.IGNORECASE,
)
DEFINES = re.compile(
    r"^\s*(vad (är|betyder|innebär|menas med|står)|vem är|vilka är|what is|what does)\b(?! (det|den|detta|de)\b)",
    re.IGNORECASE,
)
# Words of doing, time and number: a question of these alone has no subject.
DOING = """
ansvarar ansvar ansvarig beslutar bestämmer gäller göra görs gjort dokumenteras dokumenterar dokumentera ringer
ringa kontaktar kontakta skriver skriva signerar signera säger informerar informera betalar betala händer behövs
natten natt kvällen kväll helgen helg dagtid dagen vardagar länge ofta snabbt fort mycket många lång långt tid
tiden timmar dagar vecka månad senast personal ensam annan annars istället undantag gång gånger först sen sedan
"""
WITHOUT_SUBJECT = frozenset(map(stem, DOING.split()))
LONGEST_BEFORE = 300  # characters of the question before
STANDS_ALONE = 6  # content words, from which a question is never joined to the one before


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with the words of the one before, where it does not stand on its own; else as it is.

    Turns that were not searched (an identity in them, not for us to answer) are passed over.
    """
    before = next((turn.question for turn in reversed(history) if turn.answer.state not in ("blocked", "declined")), "")
    if not before:
        return question
    own = [word for word in words(question) if word not in STOP]
    if len(own) >= STANDS_ALONE or (DEFINES.match(question) and own):
        return question
    subjects = [word for word in own if stem(word) not in WITHOUT_SUBJECT]
    follows = bool(OPENS.match(question))
    refers = bool(REFERS.search(question)) and len(own) <= 4
    if not follows and not refers:
        asks = bool(ASKS.match(question)) and len(words(question)) > 2
        if len(subjects) >= (1 if asks else 3):
            return question
    return f"{before[:LONGEST_BEFORE].rstrip(' ?.!')} – {question.strip()}"
