"""A source as plain text that somebody copied out of a PDF: with what its pages repeat, and words cut in two."""

from collections.abc import Iterator
from functools import cache

import pyphen

from eval.ekbacka.source import Block, Heading, Items, Paragraph, Quote, Source, Table, plain

WIDTH = 76  # characters
PAGE = 38  # lines
GAP = 3  # characters between two columns of a table


def copied(source: Source) -> bytes:
    """The text. Every page begins with the running header and ends with its number; nothing else marks a page."""
    lines = [source.title, ""] + [f"{key}: {value}".rstrip() for key, value in source.front.header.items()]
    for block in source.blocks:
        lines += ["", *_lines(block)]
    pages = [lines[at : at + PAGE] for at in range(0, len(lines), PAGE)]
    head = [source.front.running_header, ""] if source.front.running_header else []
    result: list[str] = []
    for number, page in enumerate(pages, start=1):
        result += [*head, *page, source.front.footer, f"Sida {number} ({len(pages)})"]
    return ("\n".join(result) + "\n").encode()


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield plain(block.text)
        case Paragraph(text=text) | Quote(text=text):
            yield from _wrapped(plain(text))
        case Items():
            for item in block.items:
                yield from _wrapped(f"{f'{item.number}.' if item.number else '•'} {plain(item.text)}")
        case Table():
            rows = [[" ".join(plain(cell).split()) for cell in row] for row in (block.head, *block.rows)]
            widths = [max(map(len, column)) + GAP for column in zip(*rows, strict=True)]
            yield from [block.caption] if block.caption else []
            for row in rows:
                yield "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _wrapped(text: str) -> Iterator[str]:
    """Lines of WIDTH characters at most; a long word is cut where Swedish allows it."""
    line = ""
    for word in text.split():
        if len(line) + len(word) < WIDTH or not line:
            line = f"{line} {word}".lstrip()
            continue
        cut = _hyphens().wrap(word, WIDTH - len(line) - 1) if word.isalpha() and len(word) > 8 else None
        yield f"{line} {cut[0]}" if cut else line
        line = cut[1] if cut else word
    yield line


@cache
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="sv_SE", left=3, right=3)
