"""The enhet whose own rutin a document is: from its header, its folder, its title or who decided on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

FOLDERS = ("enheter", "enhet", "lokala-rutiner", "lokala rutiner")
# How what many units are called begins; their own names stand after it.
SORTS = (
    r"(?:hem|särskil|grupp|service|korttid|boende|vård|äldre|dag|natt|team|enhet|avdelning|område|distrikt|"
    r"verksamhet|hus)"
)
NAME = re.compile(
    rf"(?:\b(?i:(?:särskilt )?{SORTS}\w*) )?"
    r"\b(?P<own>[A-ZÅÄÖ][a-zåäöé]{2,}(?: [A-ZÅÄÖ][a-zåäöé]{2,})?)\b(?! kommun\b)"
)
# What a title says before it names its subject or unit, and who decided before it is said of what.
KIND = re.compile(r"^\W*(?:lokal\w*\W+)?(?:\w*(?:rutin|instruktion|anvisning|arbetssätt)\w*)\W*", re.IGNORECASE)
# "hemvård, LSS-boenden och Nattpatrullen": a name that stands last among sorts of units.
AFTER_OTHERS = re.compile(rf"\b(?:lss-?)?{SORTS}\w*,? (?:och|samt) $", re.IGNORECASE)
LEAST_NAME = 5  # letters of a name that a title gives in capitals: "RUTIN HLR" names a subject
TITLED = re.compile(r"^[A-ZÅÄÖ]\w+ [–-] (?:så|vi|här|hos|rutin|lokal)", re.IGNORECASE)  # "Tallkullen – så gör vi"
CHIEF = re.compile(r"^\W*\w*(?:chef|ledare|ansvarig)\w*(?: (?:för|på|vid))?\b", re.IGNORECASE)


def workplace(path: PurePosixPath, values: Mapping[str, Any], text: str) -> Iterator[tuple[str, str]]:
    """Names of the unit and where each was found, the surest first; none for a document that is for all.

    `values` is what is known of the document's standing, `text` all that it says.
    """
    folders = [part.casefold() for part in path.parts[:-1]]
    for folder in FOLDERS:
        if folder in folders and folders.index(folder) + 1 < len(folders):
            unit = path.parts[folders.index(folder) + 1].replace("-", " ").replace("_", " ")
            yield _as_written(unit, values.get("applies_to", "")), "mapp"
    if values.get("kind") != "lokal rutin" and not (folders and folders[-1] in FOLDERS):
        return
    applies_to = re.split(r"[,(;]", values.get("applies_to", ""))[0].strip()
    organisation = values.get("organisation", "")
    title, named_by_file = KIND.sub("", values.get("title", "")), ""
    if title.isupper():
        title = title.title()
        named_by_file = path.stem if len(title) >= LEAST_NAME and title.strip() in text else ""
    elif not applies_to and TITLED.match(title):
        named_by_file = path.stem
    for told, where in ((applies_to, "dokumenthuvud: gäller för"), (title, "titel")):
        if name := _proper(told, text, organisation, file=named_by_file):
            yield name, where
    for field in ("decided_by", "owner"):
        if name := _proper(CHIEF.sub("", values.get(field, "")), text, organisation):
            yield name, f"dokumenthuvud: {field}"
    if values.get("kind") == "lokal rutin" and applies_to:
        yield applies_to, "dokumenthuvud: gäller för"


def is_municipality(unit: str, organisations: Collection[str]) -> bool:
    """Is what was taken for a unit the municipality that one of the organisations is of?"""
    return any(re.fullmatch(rf"{re.escape(unit)}s? (?:kommun|stad)", name) for name in organisations)


def _proper(told: str, text: str, organisation: str, *, file: str = "") -> str:
    """The one proper name in what is told, with the word for its sort of unit before it; "" for none or several.

    A proper name stands within the text's sentences too, or in the name of its `file`, and never in lower case.
    """
    found = {}
    for match in NAME.finditer(told):
        own = match["own"]
        if AFTER_OTHERS.search(told[: match.start()]):
            return ""
        for form in (own.removesuffix("s"), own):
            if organisation.startswith(form) or re.search(rf"\b{re.escape(form.lower())}", text):
                continue
            if re.search(rf"(?<=[a-zåäöé,] ){re.escape(form)}\b", text) or _plain(form) in map(
                _plain, re.split(r"[\W_]+", file)
            ):
                found[form] = match[0].removesuffix(own) + form
                break
    return next(iter(found.values())) if len(found) == 1 else ""


def _as_written(folder: str, text: str) -> str:
    """The unit that a folder is named after, spelled as in `text` where it stands there."""
    names = re.findall(r"\w+", text)
    for first in range(len(names)):
        for last in range(first + 1, len(names) + 1):
            if _plain(" ".join(names[first:last])) == _plain(folder):
                return " ".join(names[first:last])
    return folder.title() if folder.islower() else folder


def _plain(name: str) -> str:
    """A name's letters as a file or a folder writes them."""
    return re.sub(r"[^a-z]", "", name.casefold().translate(str.maketrans("åäöé", "aaoe")))
