"""A question as a hurried person writes it: mistyped, in abbreviations, or with what people say around a question."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from ingest.swedish import STOP, WORD

LEAST_TYPO = 4  # letters of a word that gets an error
SHOUTED = 1 / 8
NEIGHBOURS = {
    "a": "sqz", "b": "vnh", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "köo", "m": "nj", "n": "bmh", "o": "ipl", "p": "oål", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xa", "å": "pö",
    "ä": "öå", "ö": "läå",
}  # fmt: skip
BEFORE = (
    "Hej! ", "Hejsan, snabb fråga: ", "God morgon! ", "Jag är ny här. ",
    "Vi är inte överens i arbetslaget. ", "Har bråttom! ", "Jag hittar det inte själv. ", "En kollega frågade mig: ",
    "Hej, jag undrar en sak. ", "Det här kom upp på rapporten i morse. ",
)  # fmt: skip
AFTER = (
    " Tack på förhand!", " mvh Lena", " Jag har letat men hittar inget.", " Hör gärna av dig.", " Tack för hjälpen",
    " Vi var inte överens.", " Bra att veta till nästa gång.",
)  # fmt: skip
ABBREVIATED = [
    (re.compile(rf"\b{pattern}\b", re.IGNORECASE), short)
    for pattern, short in (
        (r"medicinskt ansvarig\w* sjuksköterska\w*", "MAS"),
        (r"medicinskt ansvarig\w* för rehabilitering", "MAR"),
        (r"sjuksköterskor\w*|sjuksköterska\w*", "ssk"),
        (r"undersköterskor\w*|undersköterska\w*", "usk"),
        (r"vårdbiträde\w*", "vb"),
        (r"arbetsterapeut\w*", "AT"),
        (r"fysioterapeut\w*", "FT"),
        (r"enhetschef\w*", "EC"),
        (r"verksamhetschef\w*", "VC"),
        (r"hälso- och sjukvård\w*", "HoS"),
        (r"särskil(?:t|da) boende\w*", "säbo"),
        (r"läkemed(?:el|let|len|lens)", "lm"),
        (r"patient(?:en|er|erna|ens)?", "pat"),
        (r"hemtjänst(?:en)?", "htj"),
        (r"legitimera(?:d|de)", "leg"),
        (r"telefonnummer|telefonnumret", "tel nr"),
        (r"delegering(?:en|ar)?", "deleg"),
        (r"och", "o"),
        (r"eller", "el"),
        (r"till exempel", "t ex"),
    )
]


def with_typos(text: str, *, seed: str) -> str:
    """One error in every content word: two letters swapped, one dropped, one doubled, or the key beside it.

    The first letter stays, as it mostly does (Pollock & Zamora, 1984).
    """
    chance = random.Random(seed)

    def wrong(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < LEAST_TYPO or word.casefold() in STOP or not word.isalpha():
            return word
        return _mistyped(word, chance)

    return WORD.sub(wrong, text)


def _mistyped(word: str, chance: random.Random) -> str:
    swaps = [place for place in range(1, len(word) - 1) if word[place] != word[place + 1]]
    kinds = ["drop", "double", "beside", *(["swap"] if swaps else [])]
    kind = chance.choice(kinds)
    if kind == "swap":
        place = chance.choice(swaps)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    place = chance.randrange(1, len(word))
    letter = word[place]
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + letter + word[place:]
    near = NEIGHBOURS.get(letter.casefold())
    return word[:place] + (chance.choice(near) if near else letter * 2) + word[place + 1 :]


def abbreviated(text: str) -> str:
    """With the abbreviations of the ward; the same text where none of its words has one."""
    for pattern, short in ABBREVIATED:
        text = pattern.sub(short, text)
    return text


def with_chat(text: str, *, seed: str) -> str:
    """With what people say before or after a question, one time in eight in capitals; it asks for the same."""
    chance = random.Random(seed)
    place = chance.choice(("before", "after", "both"))
    before = "" if place == "after" else chance.choice(BEFORE)
    after = "" if place == "before" else chance.choice(AFTER)
    said = f"{before}{text}{after}"
    return said.upper() if chance.random() < SHOUTED else said


WORDINGS: dict[str, Callable[[str, str], str]] = {
    "typos": lambda text, seed: with_typos(text, seed=seed),
    "abbreviations": lambda text, seed: abbreviated(text),
    "chat": lambda text, seed: with_chat(text, seed=seed),
}
