"""Text as a person reads it: Unicode, broken letters, hyphens at line ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"})
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffe\uffff\x00"))
BULLETS = "•●○▪■□◦‣·–—*-\uf0b7\uf0a7\uf0d8\uf02d➢➔✓✔☐"
# Codes without a letter in WinAnsi encoding, which the PDF standard makes bullets and pdfminer leaves as they are.
CODES = re.compile(r"\(cid:(?:127|129|141|143|144|157)\)")
LOST = re.compile(r"(?<!\w)\ufffd|\ufffd(?!\w)")  # a mark that the file lost; a lost letter within a word stays to see
NOT_SIGN = re.compile(r"(?<=[^\W\d_])\u00ac(?=[^\W\d_]|\s*$)")  # a soft hyphen that went through the wrong encoding
SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")

# A letter and the dotted letter meant, written one after the other ("foä r", "vaå rd", "ÖÖ rebro"): how some PDF
# fonts with loose accents come out. The space after belongs to the accent unless a new word follows.
BROKEN = re.compile(r"(oä|aä|aå|eé|OÄ|AÄ|AÅ|ÖÖ|ÄÄ|ÅÅ|OÖ)( ?)(?=(\w?))")
MENDED = {"oä": "ö", "aä": "ä", "aå": "å", "eé": "é", "OÄ": "Ö", "OÖ": "Ö", "AÄ": "Ä", "AÅ": "Å"}
SURELY_BROKEN = re.compile(r"(oä|aä|aå|AÅ|ÖÖ|ÄÄ|AÄ) (?=[a-zåäö])")
DENSE = 3  # broken letters among the lines around, before the rule applies
THROUGHOUT = 10  # broken letters in all, from which one among the lines around is enough

# A lone letter that ends a word begun on the line above, as in narrow cells: "planera / d", not "5 / g", "t / ex".
LONE_END = re.compile(r"^[dnrst](?=\s+[a-zåäö]{2}|$)(?! ex\b)")
BEGUN_WORD = re.compile(r"[a-zåäö]{5}$")

# After these the next line starts a new word of a list in which the hyphen stands for a shared ending.
HYPHEN_STAYS = re.compile(r"^(och|eller|samt|respektive|resp\.?|till)\b", re.IGNORECASE)


def characters(text: str) -> str:
    """Compose letters (NFC), open ligatures, drop what is invisible, one kind of space."""
    text = unicodedata.normalize("NFC", text).translate(LIGATURES).translate(INVISIBLE)
    if "\ufffd" in text:
        text = LOST.sub("", text)
    if "\u00ac" in text:
        text = NOT_SIGN.sub(lambda found: "-" if found.end() >= len(text.rstrip()) else "", text)
    return SPACES.sub(" ", CODES.sub("•", text) if "(cid:" in text else text)


def mend_letters(lines: Sequence[str]) -> list[str]:
    """Repair å, ä and ö that came out as two letters, only where such breaks are dense ("oändlig" is a word).

    Takes lines with their spaces as they came: a doubled space after such a letter ends the word.
    """
    broken = [len(SURELY_BROKEN.findall(line)) for line in lines]
    least = 1 if sum(broken) >= THROUGHOUT else DENSE
    mended = []
    for number, line in enumerate(lines):
        around = sum(broken[max(0, number - 40) : number + 41])
        mended.append(BROKEN.sub(_mend, line) if around >= least else line)
    return mended


def _mend(match: re.Match[str]) -> str:
    letters, space, after = match.group(1), match.group(2), match.group(3)
    letter = MENDED.get(letters, letters[0])
    return letter if after and after.islower() else letter + space


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of one paragraph, and the words that were split at their ends.

    A lone last letter goes back to its word.
    A hyphen stays where it carries meaning: "hälso- / och sjukvård", "2023- / 2027", "IT- / stöd", names in
    capitals on both sides.
    """
    text = ""
    for line in lines:
        line = line.strip()
        if not line:
            continue
        if not text:
            text = line
        elif text.endswith("-") and len(text) > 1 and text[-2].isalnum():
            text = _join_at_hyphen(text, line)
        elif text.endswith("/") or line.startswith("/") or (LONE_END.match(line) and BEGUN_WORD.search(text)):
            text += line
        else:
            text += " " + line
    return text


def _join_at_hyphen(text: str, line: str) -> str:
    before = text[-2]
    word = text.rsplit(None, 1)[-1][:-1]
    if HYPHEN_STAYS.match(line):
        return text + " " + line  # "hälso- och", "in- och"
    if before.isdigit() or line[:1].isdigit():
        return text + line  # "2023-2027"
    if before.isupper() or line[:1].isupper() or (len(word) <= 1):
        return text + line  # "IT-stöd", "Karin-Anna"
    return text[:-1] + line
