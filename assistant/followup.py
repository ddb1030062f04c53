"""A follow-up as the full question that it means: "och på helgen?" after "Vem ringer jag på natten?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answers import Turn
from ingest.swedish import STOP, words

OPENS = re.compile(
    r"^\s*(och|men|då|eller|samma|även|vem då|vad då|hur då|när då|varför|gäller (det|detta|den|samma)|and|what about|även|då så|hur blir det)\b",
    re.IGNORECASE,
)
REFERS = re.compile(
    r"\b(det|den|detta|denna|dessa|dem|de|han|hon|hen|där|då|samma|den andra|it|they|that|this|she|he)\b", re.IGNORECASE
)
LEAST_OWN = 3  # content words, from which a question stands on its own unless it points back


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with the words of the one before, where it does not stand on its own; else as it is."""
    if not history:
        return question
    own = [word for word in words(question) if word not in STOP]
    follows = bool(OPENS.match(question))
    refers = bool(REFERS.search(question)) and len(own) <= 4
    if not follows and not refers and len(own) >= LEAST_OWN:
        return question
    if len(own) >= 6:
        return question
    before = history[-1].question
    if len(before) > 300:
        before = before[:300]
    return f"{before.rstrip(' ?.!')} – {question.strip()}"
