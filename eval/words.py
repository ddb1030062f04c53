"""Text made comparable: words, letters and digits, and whether a phrase is there."""

from __future__ import annotations

import re
import unicodedata

_SOFT_HYPHEN = "\u00ad"
# "läke-\nmedel" is one word; "natt-\noch dagtid" is not.
_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u2010][^\S\n]*\n\s*(?!(?:och|eller|samt)\b)(?=[a-zåäöé])")
# A number keeps the marks inside it, so that "7,5" is neither "7" nor "5".
_WORD = re.compile(r"\d+(?:[.,:]\d+)+|[^\W_]+")


def words(text: str) -> list[str]:
    """The words in order: NFC, casefolded, without punctuation, line-end hyphens joined."""
    whole = _LINE_END_HYPHEN.sub("", unicodedata.normalize("NFC", text).replace(_SOFT_HYPHEN, ""))
    return _WORD.findall(unicodedata.normalize("NFC", whole.casefold()))


def squeezed(text: str) -> str:
    """Only the letters and digits, NFC and casefolded: what is left the same by line breaks, hyphens and spacing."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(character for character in folded if character.isalnum())


def share_held(evidence: str, text: str) -> float:
    """How much of `evidence`'s distinct words are in `text`, 0 to 1; 1 when `evidence` has no words."""
    wanted = set(words(evidence))
    return len(wanted & set(words(text))) / len(wanted) if wanted else 1.0


def holds(text: str, phrase: str) -> bool:
    """Whether `phrase` is in `text`, also inside a longer word ("läkare" in "läkaren") but never inside a number."""
    wanted = " ".join(words(phrase))
    if not wanted:
        return False
    before = r"(?<![\d.,:])" if wanted[0].isdigit() else ""
    after = r"(?![\d.,:])" if wanted[-1].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, " ".join(words(text))) is not None
