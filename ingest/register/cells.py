"""The cells of a table row below their headings, and the roles that a cell names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.roles import RoleList

BRACKET = re.compile(r"\s*\(.*?\)$")
LISTED = re.compile(r"\s*(?:;|,|/|\boch\b|\beller\b|\brespektive\b)\s*")
LONGEST_HEADING = 60  # characters
MOST_WORDS = 6  # of a role that the list lacks


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `head` is the heading of its column, "" where it has none."""

    head: str
    text: str

    @property
    def name(self) -> str:
        """The heading in lower case, without its bracket."""
        return unbracketed(self.head).strip(" ?:").casefold()


def cells_of(row: str) -> list[Cell]:
    """The cells of "heading: text | heading: text"."""
    result = []
    for part in row.split(" | "):
        head, colon, value = part.partition(": ")
        result.append(Cell(head, value.strip()) if colon and len(head) <= LONGEST_HEADING else Cell("", part))
    return result


def unbracketed(text: str) -> str:
    """The text without the bracket that it ends with."""
    return BRACKET.sub("", text)


def roles_in(text: str, roles: RoleList) -> Iterator[tuple[str, str]]:
    """The roles of an actor's cell, each with what the cell adds: "USK med delegering" gives undersköterska."""
    for part in LISTED.split(text):
        part = re.sub(r"^(?:oftast|i första hand|annan|en|två|tre)\s+", "", part.strip(), flags=re.IGNORECASE)
        if not part.strip("–- "):
            continue
        found = [mention for mention in roles.find(part) if mention.start == 0]
        if not found and (before := re.match(r"(?:\w+s|mottagande|ansvarig)\s+", part, re.IGNORECASE)):
            found = [mention for mention in roles.find(part) if mention.start == before.end()]
        if found and not part.casefold().startswith(("den som", "mottagande")):
            remark = part[found[0].end :].strip(" ,()")
            yield found[0].roles[0], "" if re.match(r"\d{3,}", remark) else remark
        elif (re.match(r"[A-ZÅÄÖ]", part) or part == text) and (name := _unlisted(part)):
            yield name, ""


def _unlisted(part: str) -> str:
    """A role that the list lacks, as the cell writes it, or "" where the cell names none."""
    shift = re.match(r"(?:natt|dag|kväll) \d\b", part, re.IGNORECASE)
    plain = (shift.group() if shift else part).strip(" .()")
    if len(plain.split()) > MOST_WORDS or re.search(r"\d{3,}|^(alla|ja|nej|ingen|se|ring)\b", plain, re.IGNORECASE):
        return ""
    return plain if plain.isupper() else plain.casefold()
