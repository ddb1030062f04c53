"""The word list: groups of words that mean the same, and parts of compounds; the shipped one and the folder's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def read_word_list(own: Path | None = None, found: Iterable[Sequence[str]] = ()) -> WordList:
    """The shipped list and, where it exists, the list at `own`. Raises IngestError when a list has another form.

    `found` are abbreviations that the documents themselves explain, each with its long form, or "" where they differ.
    What they say goes before the shipped list (their "vc" may be another than ours), the folder's own list before both.
    """
    lists: list[list[tuple[str, ...]]] = []
    parts: list[str] = []
    for path in [SHIPPED, *([own] if own and own.exists() else [])]:
        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
            lists.append([])
            for group in values.get("synonymer") or []:
                if not isinstance(group, list):
                    raise TypeError(f"{group!r} är ingen grupp")
                lists[-1].append(tuple(str(word).strip().casefold() for word in group if word is not None))
            listed = values.get("delar") or ""
            parts += [str(word).casefold() for word in (listed if isinstance(listed, list) else str(listed).split())]
        except (yaml.YAMLError, AttributeError, TypeError, ValueError, OSError) as error:
            raise IngestError(
                f"Ordlistan {path} går inte att läsa: {error}. Varje grupp skrivs som `  - [läkemedel, medicin]` under "
                "`synonymer:`."
            ) from error
    shipped, *listed = lists
    taken = {word for groups in listed for group in groups for word in group}
    explained = {short: form for short, form in found if short not in taken}
    shipped = [tuple(word for word in group if explained.get(word, group[0]) in group) for group in shipped]
    groups = [*shipped, *(group for each in listed for group in each), *(pair for pair in explained.items() if pair[1])]
    return WordList(tuple(group for group in groups if len(group) > 1), tuple(dict.fromkeys(parts)))
