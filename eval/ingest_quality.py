"""Glued and broken words in what ingest makes of documents: a random sample of sentences, its suspects, their share.

    python -m eval.ingest_quality FOLDER [--sentences 300] [--seed 1] [--read]

Suspects are for reading. Those that stand so on one line of a text file, or as code in Markdown, are the
author's own: told, not counted.
`--read` prints the whole sample.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.score import wilson
from ingest.chunk import sentences
from ingest.clean import BROKEN, HYPHEN_STAYS, characters, mend_letters
from ingest.corpus import Document
from ingest.errors import IngestError
from ingest.load import File, files
from ingest.parse.text import decode
from ingest.read import read
from ingest.swedish import STOP, Compounds, words

CLEAN = [Path(__file__).parents[1] / "documents", Path(__file__).parent / "training" / "documents"]
LEAST_WORDS = 3  # of a sentence
LETTERS = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\b[\w-]+\.(?:se|org|com|pdf|docx|xlsx|pptx|nu|eu)\b\S*")
NOTE_MARK = re.compile(r"(?<![\w-])[a-zåäö]{4,}\d{1,2}\b")
CASE = re.compile(r"\b[a-zåäö]{3,}[A-ZÅÄÖ][a-zåäö]{2,}")
STOP_INSIDE = re.compile(r"[a-zåäö]{3,}[.,;!?][A-ZÅÄÖa-zåäö][a-zåäö]{2,}")
HYPHEN = re.compile(r"([^\W\d_]{2,})(- | -(?=[a-zåäö])|-)([a-zåäö]{2,})")
CODE = re.compile(r"`[^`\n]+`")
HEADS = ("och", "att", "som", "det", "har", "ett", "eller")  # small words that begin no compound
TAILS = (*HEADS, "för", "med", "till", "den", "inte", "från", "inom")  # that end none


@dataclass(frozen=True, slots=True)
class Suspect:
    """A stretch of a sentence that may be glued or broken."""

    why: str  # "glued", "hyphen", "space", "letters", "note"
    text: str
    sentence: str


class Vocabulary:
    """Words that are known to be whole."""

    def __init__(self, texts: Iterable[str], clean: Iterable[str]) -> None:
        self._count = Counter(word for text in texts for word in words(text))
        self._known = {word for text in clean for word in words(text)}
        self._known |= {word for word, count in self._count.items() if count > 2}
        self._compounds = Compounds(self._known)

    def has(self, word: str) -> bool:
        """Is a word known, or made of known ones?"""
        word = word.casefold()
        return word in self._known or word in STOP or bool(self._compounds.parts(word))

    def surely(self, word: str) -> bool:
        """Is a word itself known?"""
        return word.casefold() in self._known


def suspects(sentence: str, vocabulary: Vocabulary) -> Iterator[Suspect]:
    """Every suspect stretch of one sentence."""
    text = ADDRESS.sub(" ", sentence)
    for match in BROKEN.finditer(text):
        around = next(word for word in LETTERS.finditer(text) if word.end() > match.start()).group()
        if not vocabulary.has(around):
            yield Suspect("letters", around, sentence)
    for pattern, why in ((NOTE_MARK, "note"), (CASE, "glued"), (STOP_INSIDE, "glued")):
        yield from (Suspect(why, match.group(), sentence) for match in pattern.finditer(text))
    if "\ufffd" in text or "(cid:" in text:
        yield Suspect("letters", "\ufffd", sentence)
    for match in HYPHEN.finditer(text):
        before, mark, after = match.groups()
        if mark == "- " and HYPHEN_STAYS.match(after):
            continue
        if mark != "-" or (vocabulary.surely(before + after) and before.casefold() not in STOP):
            yield Suspect("hyphen", match.group(), sentence)
    tokens = LETTERS.findall(text)
    for word in tokens:
        if len(word) > 6 and not word.isupper() and not vocabulary.has(word) and _glued(word.casefold(), vocabulary):
            yield Suspect("glued", word, sentence)
    for match in re.finditer(r"([^\W\d_]+) ([a-zåäö]+)", text):
        yield from _pair(match.group(1), match.group(2), vocabulary, sentence)
    for match in re.finditer(r"(?<=[a-zåäö] )([^\W\d_]+) ([a-zåäö]+)", text):
        yield from _pair(match.group(1), match.group(2), vocabulary, sentence)


def _pair(one: str, other: str, vocabulary: Vocabulary, sentence: str) -> Iterator[Suspect]:
    whole = (one + other).casefold()
    lone = (len(one) == 1 and one.casefold() not in "iåö") or (len(other) == 1 and other not in "iåö")
    unknown = not vocabulary.has(one) or not vocabulary.has(other)
    if len(whole) > 4 and (lone or unknown) and vocabulary.surely(whole):
        yield Suspect("space", f"{one} {other}", sentence)


def _glued(word: str, vocabulary: Vocabulary) -> bool:
    """Is a word two that are known, of which one is no part of compounds, or the first has an ending of its own?"""
    for cut in range(2, len(word) - 1):
        head, tail = word[:cut], word[cut:]
        if (head in HEADS and vocabulary.surely(tail) and len(tail) > 3) or (
            tail in TAILS and vocabulary.surely(head) and len(head) > 3
        ):
            return True
        if len(head) > 4 and len(tail) > 3 and vocabulary.surely(head) and vocabulary.surely(tail):
            return True
    return False


def as_written(suspect: Suspect, path: Path) -> bool:
    """Does a suspect stand so on one line of a text file: the author's own, not made by the reading?

    What Markdown marks as code is shown as it is written, broken letters and all.
    """
    ending = path.suffix.casefold()
    if ending in (".md", ".markdown"):
        return any(suspect.text in code for code in CODE.findall(decode(path.read_bytes())))
    if ending != ".txt" or suspect.why in ("letters", "note"):
        return False
    lines = mend_letters([characters(line) for line in decode(path.read_bytes()).split("\n")])
    return any(suspect.text in line for line in lines)


def sentences_of(document: Document) -> list[str]:
    """Every sentence, item and row of three words or more."""
    found = []
    for page in document.pages:
        for block in page.blocks:
            if block.kind != "heading":
                spans = [(0, len(block.text))] if block.kind == "row" else sentences(block.text)
                found += [block.text[start:end] for start, end in spans]
    return [text for text in found if len(words(text)) >= LEAST_WORDS]


def documents_in(folder: Path) -> list[Document]:
    """Every document of a folder that can be read."""
    found = []
    for file in files(folder):
        if isinstance(file, File):
            try:
                found.append(read(file))
            except IngestError as error:
                print(f"{file.source}: {error}", file=sys.stderr)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the suspects of every document's sample and their share. Returns 0, or 1 where a share is above 1 %."""
    parser = argparse.ArgumentParser(prog="python -m eval.ingest_quality", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=300, help="of each document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", type=Path, nargs="*", default=CLEAN, help="folders and files of whole words")
    parser.add_argument("--read", action="store_true", help="print the whole sample")
    given = parser.parse_args(arguments)
    looked_at = documents_in(given.folder)
    whole = [path.read_text(encoding="utf-8") for path in given.clean if path.is_file()]
    read_in = [document for path in given.clean if path.is_dir() for document in documents_in(path)]
    clean = [*whole, *(text for document in read_in for text in _texts(document))]
    vocabulary = Vocabulary([text for document in looked_at for text in _texts(document)], clean)
    worst = 0.0
    for document in looked_at:
        of_document = sentences_of(document)
        sample = random.Random(given.seed).sample(of_document, min(given.sentences, len(of_document)))
        found = [suspect for sentence in sample for suspect in dict.fromkeys(suspects(sentence, vocabulary))]
        written = [suspect for suspect in found if as_written(suspect, given.folder / document.source)]
        found = [suspect for suspect in found if suspect not in written]
        bad = len({suspect.sentence for suspect in found})
        if not sample:
            continue
        low, high = wilson(bad, len(sample))
        share = bad / len(sample)
        worst = max(worst, share)
        print(f"{document.source}: {bad} of {len(sample)} sentences, {share:.1%} ({low:.1%}–{high:.1%})")
        for suspect in [*found, *written]:
            own = " (so in the file)" if suspect in written else ""
            print(f"  {suspect.why}{own}: {suspect.text}    « {suspect.sentence[:160]} »")
        if given.read:
            print("\n".join(f"  · {sentence}" for sentence in sample))
    return int(worst > 0.01)


def _texts(document: Document) -> list[str]:
    return [block.text for page in document.pages for block in page.blocks]


if __name__ == "__main__":
    sys.exit(main())
