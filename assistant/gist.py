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
from ingest.embed import Embedder
from ingest.swedish import STOP, words

FILE = Path(__file__).parent / "aside.json"
ASIDE = 0.85  # probability from which a clause is left out of what is searched for
MOST = 12  # clauses that are looked at
LONGEST_CLAUSE = 400  # characters of one that are
FEWEST_LETTERS = 12  # in which capitals alone are shouting, and not an abbreviation
SHOUTED = 0.8  # share of the letters that are capitals, from which all of it is
CLAUSE = re.compile(r"(?<=[.!?:;,])\s+|\s*\n\s*|(?<!\d)\s+[–-]\s+|\s+[–-]\s+(?!\d)")
# What may turn a rule: a no, a consent, a prescription, what somebody is.
TURNS = re.compile(
    r"\b(inte|ej|ingen|inget|inga|utan|utom|aldrig|nej|ja|vill|sagt|samtyck\w*|vägra\w*|\w*ordin\w*|recept\w*|gravid\w*|"
    r"god man|död\w*|dog|avlid\w*|elev\w*|student\w*|no|not|without)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"(och |men |så |alltså )?(vem|vilk\w+|vad|var|vart|när|hur|varför|får|ska|kan|måste|behöver|är det|finns|räcker|"
    r"gäller|stämmer|who|what|which|where|when|why|how|can|may|must|do|does|is|are)\b",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"(och|eller|samt|and|or)\b", re.IGNORECASE)
FIRST_PERSON = frozenset(("jag", "vi", "mig", "mitt", "min", "mina", "oss", "vår", "vårt", "våra", "i", "my", "me"))
FEATURES = (
    "like the rest", "like the whole", "rest like the whole", "words", "share", "another asks", "first", "last",
    "clauses", "content words", "content share", "exclamation mark", "comma", "first person", "number", "goes on",
)  # fmt: skip


def gist(text: str, embedder: Embedder) -> str:
    """The text without the clauses that ask nothing and add nothing; in lower case where it is shouted."""
    text = text.lower() if is_shouted(text) else text
    parts = clauses(text)
    looked_at = [part[:LONGEST_CLAUSE] for part in parts[:MOST]]
    if len(looked_at) < 2 or all(map(is_needed, looked_at)):
        return text
    chances = _chances(looked_at, embedder)
    kept = [part for part, chance in zip(parts, chances, strict=False) if chance < ASIDE or is_needed(part)]
    if len(kept) == len(looked_at):
        return text
    return " ".join([*kept, *parts[MOST:]]) or text


def clauses(text: str) -> list[str]:
    """The parts of a text that a sign or a line break parts from one another."""
    return [part for part in CLAUSE.split(text) if any(map(str.isalnum, part))]


def asks(part: str) -> bool:
    """Does a clause ask something itself: "… och vem gör det?"?"""
    return "?" in part or ASKS.match(part) is not None


def is_needed(part: str) -> bool:
    """Does a clause ask, or say what may turn the rule: a no, a role, a time, a home? It is no aside then."""
    case = times_of(part) or moment(part) or spoken_of(HOMES, part) or of_kind(part, AREA) or of_kind(part, EMPLOYED)
    return asks(part) or bool(case or ROLES.search(part) or TURNS.search(part))


def is_shouted(text: str) -> bool:
    """Is all of a text written in capitals?"""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= FEWEST_LETTERS and sum(map(str.isupper, letters)) >= SHOUTED * len(letters)


def describe_clauses(parts: Sequence[str], embedder: Embedder) -> Iterator[list[float]]:
    """Of every clause of a text of at least two, what tells whether it is needed, in the order of `FEATURES`."""
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
            len(content) / (len(said) + 1),
            float("!" in part),
            float(part.endswith(",")),
            float(any(word in FIRST_PERSON for word in said)),
            float(any(map(str.isdigit, part))),
            float(bool(GOES_ON.match(part))),
        ]


def _chances(parts: Sequence[str], embedder: Embedder) -> list[float]:
    """The probability, 0 to 1, that a clause adds nothing: a logistic regression (`eval/training/aside.py`)."""
    weights, bias = _weights()
    odds = np.array(list(describe_clauses(parts, embedder))) @ weights + bias
    return [float(chance) for chance in 1 / (1 + np.exp(-odds))]


@cache
def _weights() -> tuple[np.ndarray, float]:
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return np.array([told["weights"][name] for name in FEATURES]), told["bias"]
