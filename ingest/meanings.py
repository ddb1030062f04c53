"""What words mean, as the documents themselves say: abbreviations with what they stand for, and definitions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ingest.chunk import sentences
from ingest.corpus import Block, Document
from ingest.swedish import DEFINITE, STOP, stem, words

SHORT = r"[A-ZÅÄÖ][A-Za-zÅÄÖåäö]{0,7}[A-ZÅÄÖa-zåäö]"  # of an abbreviation; two capitals at least are asked for
IN_BRACKETS = re.compile(rf"\(\s*({SHORT})\s*[,;)]")
BEFORE_BRACKETS = re.compile(rf"\b({SHORT}) \(([^()]{{4,90}})\)")
BETWEEN_COMMAS = re.compile(rf", (?:förkortat |förkortas )?({SHORT})(?=[,.;]|$)")
SIDE_BY_SIDE = re.compile(rf"^(?:förkortningar:? )?({SHORT}) ([^\W\d_].{{3,90}})$", re.IGNORECASE)
SAID_SO = re.compile(rf"^({SHORT})\s*(?:[:=–-]|betyder|står för|är förkortning(?:en)? för)\s+(\S[^.;]{{3,90}})\.?$")
STOPS = re.compile(r"[.,;:!?()\[\]|/”“\"–]|\s-\s")  # what a long form does not run over
LONG_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*-?")
COLUMN_OF_WORDS = re.compile(r"^(förkortning\w*|begrepp\w*|term\w*|ord|benämning\w*|tecken|uttryck)$", re.IGNORECASE)
COLUMN_OF_MEANINGS = re.compile(
    r"^(betydelse\w*|betyder|förklaring\w*|definition\w*|innebörd\w*|innebär|beskrivning|står för|utläses)$",
    re.IGNORECASE,
)
ON_WORDS = re.compile(r"\b(definition\w*|begrepp\w*|ordlista\w*|ordförklaring\w*|förkortning\w*|terminologi)\b", re.I)
DEFINED = re.compile(
    r"^Med (?:begreppet |termen |uttrycket |ordet )?[”\"“]?(?P<a>[^.,:;”\"“]{2,60}?)[”\"“]?"
    r" (?:avses|menas|förstås)\b.{8,}"
    r"|^(?:Begreppet |Termen )?[”\"“]?(?P<b>[A-ZÅÄÖ][^.,:;”\"“]{2,50}?)[”\"“]? definieras (?:här |i \w+ )?som\b.{8,}",
    re.IGNORECASE,
)
# "Egenvård är en åtgärd som …", "Utbrott innebär att …": a word, its kind, and what tells it from others of the kind.
IS_A = re.compile(
    r"^(?:(?:En|Ett) )?[”\"“]?(?P<word>[^\W\d_][^.,:;()]{2,50}?)[”\"“]?(?: \([^()]{2,12}\))? "
    r"(?:är (?:när\b|(?:en|ett)\b.*\b(?:som|där|när|för att|vars)\b)|innebär (?:här )?(?:att|en|ett)\b).{8,}"
)
OF_ONE = re.compile(
    r"(?<=..)(?:en|et|na)$"
)  # the ending of a word that speaks of a certain one: "modellen", "målet"; "listan" is in DEFINITE
LINKING = {"av", "för", "i", "och", "på", "till", "vid"}  # small words that a term may hold
NOT_FIRST = {"annan", "annat", "att", "dålig", "en", "ett", "flera", "gemensam", "varje", "viktig", "vår", "vårt"}
POINTS = re.compile(r"^(det|detta|den|denna|dessa|vi|här|sådan|sådana|vilket|som|nedan)\b", re.IGNORECASE)
LONGEST_WORD = 5  # words of a defined term
LEAST_DEFINITION = 3  # words


@dataclass(frozen=True, slots=True)
class Meaning:
    """One word and what one document says that it means."""

    word: str  # as written: "FVK", "vårdskada"
    text: str  # "fast vårdkontakt", or the sentence or cell that defines it
    kind: Literal["förkortning", "definition"]
    source: str
    page: int | None


def meanings(document: Document) -> list[Meaning]:
    """Every abbreviation and definition of a document, each once, where it first stands."""
    found: dict[tuple[str, str, str], Meaning] = {}
    for page in document.pages:
        heading = ""
        for block in page.blocks:
            if block.kind == "heading":
                heading = block.text
            for word, text, is_short in _of_block(block, heading):
                kind: Literal["förkortning", "definition"] = "förkortning" if is_short else "definition"
                key = (kind, word, "" if not is_short else " ".join(_plain(text)))
                found.setdefault(key, Meaning(word, text, kind, document.source, page.number))
    return list(found.values())


def abbreviations(found: Iterable[Meaning], documents: Sequence[Document]) -> list[tuple[str, str]]:
    """Abbreviations, each with its long form, in lower case; "" for one that stands for different things.

    One that is written in small letters as often as not is left out: an ordinary word.
    """
    forms: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for meaning in found:
        if meaning.kind == "förkortning":
            forms[meaning.word.casefold()].setdefault(_plain(meaning.text), meaning.text.casefold())
    small = _in_small_letters(documents, set(forms))
    return [
        (word, next(iter(texts.values())) if len(texts) == 1 else "")
        for word, texts in sorted(forms.items())
        if word not in STOP and word not in small
    ]


def long_form(short: str, text: str) -> str:
    """The words at the end of a text that an abbreviation stands for, "" where they are not there.

    Its letters are found in them in order, from the end, the first at the start of the first word (Schwartz & Hearst,
    2003); each capital after the first begins a word, unless the long form is a single compound.
    """
    tail = STOPS.split(text)[-1]
    last = LONG_WORD.findall(tail)[-min(len(short) + 5, 2 * len(short)) :]
    if not tail.rstrip().endswith(last[-1] if last else "\x00"):
        return ""
    for count in range(1, len(last) + 1):
        part = last[-count:]
        if part[0].casefold() not in STOP and _stands_for(short, part):
            return re.sub(r"\s+", " ", tail[tail.rfind(part[0]) :] if count == 1 else _from(tail, part)).strip()
    return ""


def _from(tail: str, part: Sequence[str]) -> str:
    """The end of a text from the first of its last words on."""
    at = len(tail)
    for word in reversed(part):
        at = tail.rfind(word, 0, at)
    return tail[at:]


def _stands_for(short: str, part: Sequence[str]) -> bool:
    """Do these words, all of them, give the abbreviation?"""
    if any(word.casefold() == short.casefold() for word in part) or len(" ".join(part)) < len(short) + 3:
        return False
    letters = short.casefold()
    text = " ".join(part).casefold()
    if text[0] != letters[0]:
        return False
    content = [word for word in part if word.casefold() not in STOP]
    initials = "".join(word[0].casefold() for word in content)
    if initials == letters or "".join(word[0].casefold() for word in part) == letters:
        return True
    at = len(text)
    for letter in reversed(letters[1:]):
        at = text.rfind(letter, 1, at)
        if at < 1:
            return False
    if len(content) == 1:
        return len(letters) <= 4
    # Of several words, each but small ones and the parts of the last compound gives a letter.
    return _each_word_gives(letters, [word.casefold() for word in content])


def _each_word_gives(letters: str, content: Sequence[str]) -> bool:
    """Can the letters be dealt out over the words in order, one at least to each, the first at a word's start?"""
    if not content:
        return not letters
    word = content[0]
    for count in range(1, len(letters) - len(content) + 2):
        if _within(letters[:count], word) and _each_word_gives(letters[count:], content[1:]):
            return True
    return False


def _within(letters: str, word: str) -> bool:
    at = 0
    for place, letter in enumerate(letters):
        at = word.find(letter, at)
        if at < 0 or (place == 0 and at):
            return False
        at += 1
    return True


def _of_block(block: Block, heading: str) -> Iterator[tuple[str, str, bool]]:
    """Word, meaning, and whether it is an abbreviation."""
    text = block.text
    for match in IN_BRACKETS.finditer(text):
        if _is_short(match.group(1)) and (form := long_form(match.group(1), text[: match.start()].rstrip())):
            yield match.group(1), form, True
    for match in BEFORE_BRACKETS.finditer(text):
        form = re.split(r"[,;]", match.group(2))[0].strip()
        if _is_short(match.group(1)) and long_form(match.group(1), form) == form:
            yield match.group(1), form, True
    for match in BETWEEN_COMMAS.finditer(text):
        form = long_form(match.group(1), text[: match.start()])
        if _is_short(match.group(1)) and len(match.group(1)) > 2 and len(form.split()) > 1:
            yield match.group(1), form, True
    listed = [side.groups() for part in re.split(r"[,.;:] ?", text) if (side := SIDE_BY_SIDE.match(part))]
    listed = [(short, form) for short, form in listed if _is_short(short) and long_form(short, form) == form]
    if len(listed) > 1 or "förkort" in f"{heading} {text}".casefold():
        yield from ((short, form, True) for short, form in listed)
    if block.kind == "row":
        yield from _of_row(text)
        return
    if (said_so := SAID_SO.match(text)) and _is_short(said_so.group(1)):
        form = re.split(r"[,(]", said_so.group(2))[0].strip()
        if long_form(said_so.group(1), form) == form:
            yield said_so.group(1), form, True
    if block.kind != "heading":
        for start, end in sentences(text):
            if word := _defined(text[start:end]):
                yield word, text[start:end], False
        if ON_WORDS.search(heading):
            word, mark, said = re.match(r"([^:–]*)(: | – |)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
            known = _is_short(word) and long_form(word, said) == said
            if mark and _is_term(word) and not known and len(said.split()) >= LEAST_DEFINITION:
                yield word.strip(' •”"'), said, False


def _of_row(text: str) -> Iterator[tuple[str, str, bool]]:
    """What a row "Förkortning: FVK | Betydelse: fast vårdkontakt" says."""
    cells = [part.partition(": ")[::2] for part in text.split(" | ")]
    for (header, word), (next_header, said) in pairwise(cells):
        if not (COLUMN_OF_WORDS.match(header.strip()) and COLUMN_OF_MEANINGS.match(next_header.strip())):
            continue
        word, said = word.strip(), said.strip()
        if _is_short(word) and (header.casefold().startswith("förkort") or long_form(word, said) == said):
            yield word, said, True
        elif len(word) > 2 and word.casefold() not in STOP and _is_term(word) and len(said) > 3:
            yield word, said, False


def _defined(sentence: str) -> str:
    """The term that a sentence defines, or ""."""
    if defined := DEFINED.match(sentence):
        word = defined.group("a") or defined.group("b")
        return word if _is_term(word) else ""
    if (told := IS_A.match(sentence)) and _is_term(word := told.group("word")):
        parts = word.casefold().split()
        small = {part for part in parts if part in STOP} - LINKING
        certain = [part for part in (parts[0], parts[-1]) if OF_ONE.search(part) or DEFINITE.match(part)]
        return "" if small or certain or parts[0] in LINKING or parts[0] in NOT_FIRST else word
    return ""


def _is_short(word: str) -> bool:
    """Two capitals at least, and letters alone: "FVK", "SoL", "SÄBO"."""
    return bool(re.fullmatch(SHORT, word)) and sum(letter.isupper() for letter in word) > 1


def _is_term(word: str) -> bool:
    return bool(word.strip()) and len(word.split()) <= LONGEST_WORD and not POINTS.match(word) and word[-1].isalnum()


def _plain(text: str) -> tuple[str, ...]:
    """What tells one long form from another: the stems of its words."""
    return tuple(stem(word) for word in words(text) if word not in STOP)


def _in_small_letters(documents: Sequence[Document], wanted: set[str]) -> set[str]:
    """Those that the documents write in small letters as often as not."""
    if not wanted:
        return set()
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    pattern = re.compile(
        r"\b(?:" + "|".join(sorted(map(re.escape, wanted), key=len, reverse=True)) + r")\b", re.IGNORECASE
    )
    for document in documents:
        for page in document.pages:
            for block in page.blocks:
                for form in pattern.findall(block.text):
                    (small if form.islower() else large)[form.casefold()] += 1
    return {word for word in wanted if small[word] >= max(1, large[word])}
