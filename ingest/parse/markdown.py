"""Markdown, read by markdown-it: headings, paragraphs, lists, pipe tables; front matter as the header table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.clean import characters
from ingest.contents import without_contents
from ingest.corpus import Block, Page
from ingest.parse.parsed import Parsed
from ingest.parse.text import decode, fields_of, read_text
from ingest.tables import clean, form_blocks, form_rows, is_form, table_blocks

NOTE_MARK = re.compile(r"^\[\^[\w-]+\]:\s*|\[\^[\w-]+\]|^\[[ xX]\]\s+")  # of a footnote, or a box to tick
CONTENTS_MARK = re.compile(r"\[\[?_?TOC_?\]\]?")
FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)


# What marks text as Markdown; without any, a file is text pulled out of something else, whatever it is called.
MARKS = re.compile(
    r"\A---\s*\n|^#{1,6} |^(?:=+|-+)[ \t]*$|\*\*|__|~~|`|<\w|\]\(|^\[\^|^> |^[ \t]*(?:[*+-]|\d+\.) ", re.MULTILINE
)


def read_markdown(path: Path) -> Parsed:
    """Read a Markdown file as one page without a number."""
    text = decode(path.read_bytes()).replace("\r\n", "\n")
    if not MARKS.search(text):
        return read_text(path)
    fields: list[tuple[str, str]] = []
    warnings: tuple[str, ...] = ()
    if front := FRONT.match(text):
        try:
            values = yaml.safe_load(front.group(1))
            fields = [(str(key), str(value)) for key, value in values.items()] if isinstance(values, dict) else []
        except yaml.YAMLError:
            warnings = ("dokumenthuvudet överst (mellan ---) är inte giltig YAML och lästes inte",)
        text = text[front.end() :]
    found = markdown_blocks(text, fields)
    page = without_contents([Page(None, tuple(found))])[0]
    return Parsed((page,), (*fields, *fields_of([page])), warnings=warnings)


def markdown_blocks(text: str, fields: list[tuple[str, str]]) -> list[Block]:
    """Blocks of Markdown text; the pairs of a header table are added to `fields`."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    result: list[Block] = []
    group = depth = 0
    grid: list[list[str]] = []
    for place, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            group += depth == 0
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "table_open":
            grid = []
        elif token.type == "tr_open":
            grid.append([])
        elif token.type == "table_close":
            rows = clean(grid)
            if not rows:
                continue
            if is_form(rows):
                pairs = form_rows(rows)
                fields += pairs
                result += form_blocks(pairs)
            else:
                group += 1
                result += table_blocks(rows, headers=None, group=group)[0]
        elif token.type == "inline":
            opener = tokens[place - 1].type
            if opener in ("th_open", "td_open"):
                grid[-1].append(_plain(token))
            elif not _plain(token) or CONTENTS_MARK.fullmatch(_plain(token)):
                continue
            elif opener == "heading_open":
                result.append(Block("heading", _plain(token), level=int(tokens[place - 1].tag[1])))
            elif depth:
                result.append(Block("item", _numbered(tokens, place) + _plain(token), level=depth - 1, group=group))
            else:
                for part in _plain(token, breaks="\n").split("\n"):
                    if part.strip():
                        result.append(Block("paragraph", part.strip()))
    return result


def _numbered(tokens: list[Token], place: int) -> str:
    """The step's number as written, when this is the first text of a numbered item."""
    if place >= 2 and tokens[place - 2].type == "list_item_open" and tokens[place - 2].info:
        return f"{tokens[place - 2].info}. "
    return ""


def _plain(token: Token, breaks: str = " ") -> str:
    """The text of inline Markdown without its marks; hard breaks as `breaks`."""
    children: list[Any] = token.children or []
    parts = []
    struck = 0
    for child in children:
        struck += (child.type == "s_open") - (child.type == "s_close")
        if struck:
            continue
        if child.type in ("text", "code_inline"):
            parts.append(NOTE_MARK.sub("", child.content))
        elif child.type == "hardbreak":
            parts.append(breaks)
        elif child.type == "softbreak":
            parts.append(breaks if _is_field(token, children.index(child)) else " ")
        elif child.type == "image":
            parts.append(child.content)
    return characters("".join(parts)).strip() if breaks == " " else "".join(map(characters, parts)).strip()


def _is_field(token: Token, place: int) -> bool:
    """A block of "Field: value" lines, or nearly all of it, keeps its lines."""
    lines = token.content.split("\n")
    fields = sum(re.match(r"^\**[\wåäöÅÄÖ /-]{3,30}\**:", line) is not None for line in lines)
    return fields > 1 and fields >= 0.75 * len(lines)
