"""The question itself, out of what people say around it: greetings, who they are, how their day has been."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assistant.circumstances import AREA, EMPLOYED, HOMES, ROLES, moment, of_kind, spoken_of, times_of
from assistant.question import ASK_WORDS
from ingest.embed import Embedder
from ingest.swedish import STOP, words

FILE = Path(__file__).parent / "aside.json"
ASIDE = 0.85  # probability from which a sentence is left out of what is searched for
MOST = 12  # sentences that are looked at
LONGEST_SENTENCE = 400  # characters of one that are
FEWEST_LETTERS = 12  # in which capitals alone are shouting, and not an abbreviation
SHOUTED = 0.8  # share of the letters that are capitals, from which all of it is
# A typed sentence may begin in lower case, unlike those of documents; "kl. 22" goes on.
ENDS = re.compile(r"(?<=[.!?:;])\s+(?!\d)|\s*\n\s*")
# What may turn a rule: a no, a consent, a prescription, what somebody is.
TURNS = re.compile(
    r"\b(inte|ej|ingen|inget|inga|utan|utom|aldrig|nej|ja|vill|sagt|samtyck\w*|vägra\w*|\w*ordin\w*|recept\w*|gravid\w*|"
    r"god man|död\w*|dog|avlid\w*|elev\w*|student\w*|no|not|without)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    rf"(och |men |så |alltså )?({ASK_WORDS}|är det|räcker|gäller|stämmer|do|does|is|are)\b", re.IGNORECASE
)
FEATURES = (
    "like the rest", "like the whole", "rest like the whole", "words", "share", "another asks", "first", "last",
    "sentences", "content words", "exclamation mark",
)  # fmt: skip


def gist(text: str, embedder: Embedder) -> str:
    """The text without the sentences that ask nothing and add nothing; in lower case where it is shouted."""
    text = text.lower() if is_shouted(text) else text
    parts = sentences(text)
    looked_at = [part[:LONGEST_SENTENCE] for part in parts[:MOST]]
    if len(looked_at) < 2 or all(map(is_needed, looked_at)):
        return text
    chances = _chances(looked_at, embedder)
    kept = [part for part, chance in zip(parts, chances, strict=False) if chance < ASIDE or is_needed(part)]
    if len(kept) == len(looked_at):
        return text
    return " ".join([*kept, *parts[MOST:]]) or text


def sentences(text: str) -> list[str]:
    """The sentences of a typed text, and what stands before a colon or a semicolon."""
    return [part for part in ENDS.split(text) if any(map(str.isalnum, part))]


def asks(part: str) -> bool:
    """Does a sentence ask something itself: "… och vem gör det?"?"""
    return "?" in part or ASKS.match(part) is not None


def is_needed(part: str) -> bool:
    """Does a sentence ask, or say what may turn the rule: a no, a role, a time, a home? It is no aside then."""
    case = times_of(part) or moment(part) or spoken_of(HOMES, part) or of_kind(part, AREA) or of_kind(part, EMPLOYED)
    return asks(part) or bool(case or ROLES.search(part) or TURNS.search(part))


def is_shouted(text: str) -> bool:
    """Is all of a text written in capitals?"""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= FEWEST_LETTERS and sum(map(str.isupper, letters)) >= SHOUTED * len(letters)


def describe_sentences(parts: Sequence[str], embedder: Embedder) -> Iterator[list[float]]:
    """Of every sentence of a text of at least two, what tells whether it is needed, in the order of `FEATURES`."""
    whole = embedder.query(" ".join(parts))
    for place, part in enumerate(parts):
        others = [*parts[:place], *parts[place + 1 :]]
        own, rest = embedder.query(part), embedder.query(" ".join(others))
        said = words(part)
        content = [word for word in said if word not in STOP]
        yield [
            float(own @ rest),
            float(own @ whole),
            float(rest @ whole),
            math.log1p(len(said)),
            len(part) / sum(map(len, parts)),
            float(any(map(asks, others))),
            float(place == 0),
            float(place == len(parts) - 1),
            float(len(parts)),
            math.log1p(len(content)),
            float("!" in part),
        ]


def _chances(parts: Sequence[str], embedder: Embedder) -> list[float]:
    """The probability, 0 to 1, that a sentence adds nothing: a logistic regression (`eval/training/aside.py`)."""
    weights, bias = _weights()
    odds = np.array(list(describe_sentences(parts, embedder))) @ weights + bias
    return [float(chance) for chance in 1 / (1 + np.exp(-odds))]


@cache
def _weights() -> tuple[np.ndarray, float]:
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return np.array([told["weights"][name] for name in FEATURES]), told["bias"]
