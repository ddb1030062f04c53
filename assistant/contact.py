"""Whom to ask when the documents do not say: as the documents themselves say it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answers import Contact
from ingest.corpus import Standing
from ingest.index import Index

REACH = re.compile(r"\d{2,4}[- ]\d{2,3}[ -]?\d{2}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NURSE_IN_CHARGE = re.compile(r"\bMAS\b|medicinskt ansvarig sjuksköterska", re.IGNORECASE)
GENERAL = Contact("MAS (medicinskt ansvarig sjuksköterska)", "Fråga din enhetschef hur du når MAS i din kommun.")


def nurse_in_charge(index: Index) -> Contact:
    """How to reach the MAS, from the shortest line of the documents that names both; general advice where there is none."""
    scores = index.lexical.scores({"mas": 1.0, "telefon": 0.5, "ansvar": 0.2, "sjukskötersk": 0.2, "post": 0.3})
    best: tuple[int, Contact] | None = None
    ranked = sorted(range(len(scores)), key=lambda place: -scores[place])[:80]
    for chunk in index.chunks(place for place in ranked if scores[place] > 0):
        for unit in chunk.units:
            text = chunk.text[unit.start : unit.end]
            reach = REACH.findall(text)
            if not reach or not NURSE_IN_CHARGE.search(text) or len(text) > 300:
                continue
            # In a row of many people, the number must stand in the same cell or the row begin with the MAS.
            early = NURSE_IN_CHARGE.search(text[:60]) is not None
            rank = len(text) + (0 if early else 200)
            if best is None or rank < best[0]:
                best = rank, Contact("MAS (medicinskt ansvarig sjuksköterska)", ", ".join(dict.fromkeys(reach[:2])), chunk.source)
    return best[1] if best else GENERAL


def owner(standing: Standing, source: str) -> Contact | None:
    """The document's own owner, where its header names one."""
    if not standing.owner:
        return None
    reach = REACH.findall(standing.owner)
    how = ", ".join(reach) or f"Dokumentansvarig enligt {standing.title}"
    return Contact(REACH.sub("", standing.owner).strip(" ,;") or standing.owner, how, source)


def nearest_documents(titles: Sequence[str]) -> str:
    """The nearest documents in a sentence."""
    unique = list(dict.fromkeys(titles))[:3]
    return "Närmast: " + "; ".join(unique) + "." if unique else ""
