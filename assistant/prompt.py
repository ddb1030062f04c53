"""Read `prompts/*.md` and fill in their $names; a line of `---` parts the rules from the data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from assistant.errors import ModelError

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
PARTING = "\n---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a language model is told: our rules, and the data that they are about."""

    rules: str
    data: str


def fill(name: str, values: Mapping[str, str]) -> Prompt:
    """Return `prompts/<name>.md` with its $names filled in; a value is never read as a template. Raises ModelError."""
    rules, parting, data = _read(name).partition(PARTING)
    if not parting:
        raise ModelError(
            f"Prompten prompts/{name}.md saknar en rad med bara ---. Lägg till den mellan regler och data."
        )
    try:
        return Prompt(rules.strip(), Template(data).substitute(values).strip())
    except (KeyError, ValueError) as error:
        raise ModelError(f"Prompten prompts/{name}.md har fel $namn ({error}). Ställ tillbaka den.") from error


def fenced(records: Iterable[Mapping[str, object]]) -> str:
    """One JSON object a line. No value can end a line or hold `<`, so none can close the fence around it."""
    return "\n".join(_escaped(record) for record in records)


def fenced_text(text: str) -> str:
    """A text as a JSON string, which cannot close the fence around it."""
    return _escaped(text)


def digests() -> dict[str, str]:
    """The SHA-256 of every prompt, by name, for a run of the evaluation to keep."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(PROMPTS.glob("*.md"))}


def _escaped(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False)
    # Line separators of Unicode end a line for some readers, though not for JSON.
    for character in "<>\u0085\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written


@cache
def _read(name: str) -> str:
    path = PROMPTS / f"{name}.md"
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except OSError as error:
        raise ModelError(f"Prompten {path} går inte att läsa ({error.strerror}). Hämta om programmet.") from error
