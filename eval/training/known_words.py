"""Write the digests of Swedish and English word forms, by which `assistant/spelling.py` leaves right words alone.

The forms are those of simplemma's dictionaries (MIT).

    python -m eval.training.known_words
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

from assistant.spelling import KNOWN_WORDS, digest

LANGUAGES = ("sv", "en")


def main() -> None:
    """Write the digests, sorted, as 32-bit numbers, the lowest byte first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=KNOWN_WORDS)
    arguments = parser.parse_args()
    factory = StreamDictionaryFactory()
    forms: set[str] = set()
    for language in LANGUAGES:
        for form, lemma in factory.get_dictionary(language).items():
            forms.update(word.lower() for word in (form, lemma) if word.isalpha())
    digests = np.unique(np.array([digest(word) for word in forms], dtype="<u4"))
    digests.tofile(arguments.out)
    print(f"{len(forms)} words, {len(digests)} digests")


if __name__ == "__main__":
    main()
