"""Whom to ask when the documents do not say: as the documents themselves say it."""

from __future__ import annotations

import re

from assistant.answers import Contact
from ingest.corpus import Standing
from ingest.index import Index

# A telephone number with its area code, or an e-mail address.
REACH = re.compile(
    r"(?<![\d-])(?:\+46\s?\(?0?\)?\s?\d{1,3}|0\d{1,3})\s?[-–/ ]?\s?\d{2,3}(?:[ -]?\d{2,3}){1,3}(?!\d)|"
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
NURSE_IN_CHARGE = re.compile(r"\bMAS\b|medicinskt ansvarig sjuksköterska", re.IGNORECASE)
GENERAL = Contact("MAS (medicinskt ansvarig sjuksköterska)", "Fråga din enhetschef hur du når MAS i din kommun.")


def nurse_in_charge(index: Index) -> Contact:
    """How to reach the MAS, from the shortest line that names both; general advice where there is none.

    Only documents in force that everyone may read are looked in.
    """
    scores = index.lexical.scores({"mas": 1.0, "telefon": 0.5, "ansvar": 0.2, "sjukskötersk": 0.2, "post": 0.3})
    passed_over = {
        entry["source"]
        for entry in index.manifest["documents"]
        if entry["standing"].get("groups") or entry["standing"].get("status") != "gällande"
    }
    best: tuple[int, Contact] | None = None
    ranked = sorted(range(len(scores)), key=lambda place: -scores[place])[:80]
    for chunk in index.chunks(place for place in ranked if scores[place] > 0):
        if chunk.source in passed_over:
            continue
        for unit in chunk.units:
            text = chunk.text[unit.start : unit.end]
            if len(text) > 300 or not (reach := _reach(text)):
                continue
            rank = len(text) + (0 if NURSE_IN_CHARGE.search(text[:60]) else 200)
            if best is None or rank < best[0]:
                best = rank, Contact(GENERAL.role, ", ".join(dict.fromkeys(reach[:2])), chunk.source)
    return best[1] if best else GENERAL


def _reach(text: str) -> list[str]:
    """The numbers and addresses that a line gives for the MAS: those after the name, up to the next person."""
    named = NURSE_IN_CHARGE.search(text)
    if not named:
        return []
    after = text[named.start() :]
    own = re.split(r";|(?<=\d), (?=[A-ZÅÄÖ])", after)[0]
    return REACH.findall(own) or (REACH.findall(after) if named.start() < 60 else [])


def owner(standing: Standing, source: str) -> Contact | None:
    """The document's own owner, where its header names one."""
    if not standing.owner:
        return None
    reach = REACH.findall(standing.owner)
    how = ", ".join(reach) or f"Dokumentansvarig enligt {standing.title}"
    return Contact(REACH.sub("", standing.owner).strip(" ,;") or standing.owner, how, source)
