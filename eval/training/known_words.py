"""Write what `assistant/spelling.py` knows: the digests of right words, and the words that staff ask with.

The right words are the Swedish and English forms of simplemma's dictionaries (MIT). The others are those that stand in
questions on several of the municipalities made for training: names of places seldom do.

    python -m eval.training.known_words
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

from assistant.spelling import ASKED_WORDS, KNOWN_WORDS, LEAST, digest
from eval.training.pairs import HERE, read_lines
from ingest.swedish import words

LANGUAGES = ("sv", "en")
ASKED_IN = 4  # municipalities whose questions have a word, from which it is one that staff ask with


def asked() -> list[str]:
    """The words that staff ask with, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (HERE / "questions").glob("*.jsonl"):
        for line in read_lines(path):
            for word in words(line["question"]):
                found[word].add(path.stem)
    return sorted(
        word for word, where in found.items() if word.isalpha() and len(word) >= LEAST and len(where) >= ASKED_IN
    )


def main() -> None:
    """Write the digests, sorted, as 32-bit numbers, the lowest byte first; and the words, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=KNOWN_WORDS.parent, help="the folder of both")
    arguments = parser.parse_args()
    factory = StreamDictionaryFactory()
    forms: set[str] = set()
    for language in LANGUAGES:
        for form, lemma in factory.get_dictionary(language).items():
            forms.update(word.lower() for word in (form, lemma) if word.isalpha())
    digests = np.unique(np.array([digest(word) for word in forms], dtype="<u4"))
    digests.tofile(arguments.out / KNOWN_WORDS.name)
    often = asked()
    (arguments.out / ASKED_WORDS.name).write_text("\n".join(often) + "\n", encoding="utf-8")
    print(f"{len(forms)} right words, {len(digests)} digests; {len(often)} words of questions")


if __name__ == "__main__":
    main()
