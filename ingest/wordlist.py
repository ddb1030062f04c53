"""The word list: groups of words that mean the same, and parts of compounds; the shipped one and the folder's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from ingest.errors import IngestError

SHIPPED = Path(__file__).parent / "words.yaml"


@dataclass(frozen=True, slots=True)
class WordList:
    """Groups of synonyms in lower case, and parts that compounds are split into."""

    groups: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...]


def read_word_list(own: Path | None = None) -> WordList:
    """The shipped list and, where it exists, the list at `own`. Raises IngestError when a list has another form."""
    groups: list[tuple[str, ...]] = []
    parts: list[str] = []
    for path in [SHIPPED, *([own] if own and own.exists() else [])]:
        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
            for group in values.get("synonymer") or []:
                if not isinstance(group, list):
                    raise TypeError(f"{group!r} är ingen grupp")
                groups.append(tuple(str(word).strip().casefold() for word in group if word is not None))
            listed = values.get("delar") or ""
            parts += [str(word).casefold() for word in (listed if isinstance(listed, list) else str(listed).split())]
        except (yaml.YAMLError, AttributeError, TypeError, ValueError, OSError) as error:
            raise IngestError(
                f"Ordlistan {path} går inte att läsa: {error}. Varje grupp skrivs som `  - [läkemedel, medicin]` under "
                "`synonymer:`."
            ) from error
    return WordList(tuple(group for group in groups if len(group) > 1), tuple(dict.fromkeys(parts)))
