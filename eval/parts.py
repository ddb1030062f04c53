"""What a report is made of, written as Markdown and as HTML. The HTML asks nothing of any other place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a;
  background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #999; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #f0f0f0; }
h3 { margin-top: 2.5rem; border-top: 1px solid #999; padding-top: .75rem; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin: 0 0 0 1rem; white-space: pre-line; overflow-wrap: anywhere; }
@media print { body { max-width: none; } h3 { break-after: avoid; } }
""".strip()


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # from 1
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the first cell names the row


@dataclass(frozen=True, slots=True)
class Fields:
    """Names, each with one or more texts."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]


Part = Heading | Paragraph | Table | Fields


def markdown(parts: Sequence[Part]) -> str:
    """The parts as Markdown."""
    return "\n\n".join(_markdown(part) for part in parts) + "\n"


def _markdown(part: Part) -> str:
    match part:
        case Heading(level, text):
            return f"{'#' * level} {_plain(text)}"
        case Paragraph(text):
            return _plain(text)
        case Table(caption, header, rows):
            lines = [" | ".join(map(_plain, header)), " | ".join("---" for _ in header)]
            lines += [" | ".join(map(_plain, row)) for row in rows]
            return f"**{_plain(caption)}**\n\n" + "\n".join(f"| {line} |" for line in lines)
        case Fields(rows):
            return "\n\n".join(
                f"**{_plain(name)}**\n\n" + "\n".join(f"- {_plain(t)}" for t in texts) for name, texts in rows
            )


def _plain(text: str) -> str:
    """On one line, with Markdown's own marks made harmless."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", " ".join(text.split()))


def html(parts: Sequence[Part]) -> str:
    """The parts as one page without scripts, fonts, pictures or addresses of other places."""
    title = next(part.text for part in parts if isinstance(part, Heading))
    return (
        '<!doctype html>\n<html lang="sv">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(_html(part) for part in parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _html(part: Part) -> str:
    match part:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Table(caption, header, rows):
            head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
            body = "\n".join(
                f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
                for first, *rest in rows
            )
            caption = f"<caption>{escape(caption)}</caption>"
            return f"<table>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
        case Fields(fields):
            return (
                "<dl>\n"
                + "\n".join(
                    f"<dt>{escape(name)}</dt>" + "".join(f"<dd>{escape(text)}</dd>" for text in texts)
                    for name, texts in fields
                )
                + "\n</dl>"
            )
