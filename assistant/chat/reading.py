"""The reading page: a page's text as plain HTML, with a quote marked. It loads nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from assistant.chat.links import GAP, file_link, reading_link
from ingest.corpus import Block, Standing

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem 1rem 4rem;
  overflow-wrap: anywhere; }
header { border-bottom: 1px solid #8886; margin-bottom: 1rem; padding-bottom: .75rem; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; } h2, h3, h4 { font-size: 1.08rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; } .small { font-size: .9rem; opacity: .85; }
.warning { border-left: 4px solid #c60; padding: .4rem .75rem; font-weight: 600; }
.item { margin-left: 1.4rem; } .deep { margin-left: 2.8rem; }
.bullet::before { content: "•"; display: inline-block; width: 1rem; margin-left: -1rem; }
.row { border: 1px solid #8886; border-radius: .4rem; padding: .4rem .7rem; } .row span { display: block; }
mark { background: #ffe08a; color: #111; padding: .05em 0; scroll-margin-top: 30vh; }
nav { display: flex; justify-content: space-between; gap: 1rem; margin-top: 2rem; }
a { color: #0b57a4; } @media (prefers-color-scheme: dark) { a { color: #8ec5ff; } body { background: #16181b; } }
"""

MARKED = re.compile(r"[\d•–-]|\w[.)]")
"""How an item begins that brings its own number, letter or bullet."""

CELL = " | "
"""What stands between the cells of a row."""


@dataclass(frozen=True, slots=True)
class Marks:
    """For each block, the stretch to mark; empty where the quote is not found."""

    spans: dict[int, tuple[int, int]]


def find(blocks: Sequence[Block], quote: str) -> Marks:
    """Return where the quote stands, word by word: spaces, line breaks, bullets and punctuation do not matter.

    A gap (“ … ”) in the quote stands for any words on the page.
    """
    words = [
        (number, match.start(), match.end(), match.group().casefold())
        for number, block in enumerate(blocks)
        for match in re.finditer(r"\w+", block.text)
    ]
    page = [word for _, _, _, word in words]
    parts = [re.findall(r"\w+", part.casefold()) for part in quote.split(GAP)]
    first = _place(page, parts[0], 0)
    last = first if len(parts) == 1 else _place(page, parts[-1], first + len(parts[0]))
    if first < 0 or last < 0:
        return Marks({})
    spans: dict[int, tuple[int, int]] = {}
    for number, start, end, _ in words[first : last + len(parts[-1])]:
        spans[number] = (spans.get(number, (start, end))[0], end)
    return Marks(spans)


def _place(page: list[str], part: list[str], start: int) -> int:
    if not part or start < 0:
        return -1
    places = range(start, len(page) - len(part) + 1)
    return next((place for place in places if page[place : place + len(part)] == part), -1)


def reading_page(
    document: str,
    standing: Standing,
    blocks: Sequence[Block],
    *,
    page: int | None,
    quote: str,
    more: bool,
    today: date,
) -> str:
    """Return the page as HTML. `more` tells that a page comes after this one."""
    marks = find(blocks, quote) if quote else Marks({})
    title = standing.title or document
    place = f"Sida {page}" if page is not None else "Hela dokumentet"
    kind = "" if standing.kind == "dokument" else f"{standing.kind.capitalize()} · "
    version = f" · version {standing.version}" if standing.version else ""
    whole = "Öppna originalet" + (" på sidan" if page is not None else "")
    top = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="small">{escape(kind + place + version)} · '
        f'<a href="{escape(file_link(document, page))}">{whole}</a></p>',
        _standing(standing, today),
        '<p class="warning">Citatet kunde inte markeras. Hela texten visas.</p>' if quote and not marks.spans else "",
    ]
    body = "\n".join(
        _block(block, marks.spans.get(number), first=number == min(marks.spans, default=-1))
        for number, block in enumerate(blocks)
    )
    return _html(title, f"<header>{''.join(top)}</header>\n<main>{body}</main>\n{_turn(document, page, more)}")


def notice_page(title: str, text: str) -> str:
    """Return a page that says one thing, such as that a document is not there."""
    return _html(title, f'<h1>{escape(title)}</h1><p>{escape(text)}</p><p><a href="/">Till frågorna</a></p>')


def _standing(standing: Standing, today: date) -> str:
    said = ""
    if standing.status != "gällande":
        said = f"Dokumentet är {'ett utkast' if standing.status == 'utkast' else 'upphävt'} och gäller inte."
    elif standing.valid_until is not None and standing.valid_until < today:
        said = f"Dokumentet gällde till {standing.valid_until.isoformat()}."
    return f'<p class="warning">{said}</p>' if said else ""


def _turn(document: str, page: int | None, more: bool) -> str:
    if page is None:
        return ""
    back = f'<a href="{escape(reading_link(document, page - 1))}">← Sida {page - 1}</a>' if page > 1 else ""
    on = f'<a href="{escape(reading_link(document, page + 1))}">Sida {page + 1} →</a>' if more else ""
    return f"<nav><span>{back}</span><span>{on}</span></nav>"


def _block(block: Block, span: tuple[int, int] | None, *, first: bool) -> str:
    text = _marked(block.text, span, first=first, cells=block.kind == "row")
    if block.kind == "heading":
        level = min(max(block.level, 1) + 1, 4)
        return f"<h{level}>{text}</h{level}>"
    if block.kind == "item":
        bullet = "" if MARKED.match(block.text) else " bullet"
        return f'<p class="item{" deep" if block.level else ""}{bullet}">{text}</p>'
    return f'<p class="row">{text}</p>' if block.kind == "row" else f"<p>{text}</p>"


def _marked(text: str, span: tuple[int, int] | None, *, first: bool, cells: bool) -> str:
    """Escape the text, mark the span, and put each cell of a row on a line of its own."""
    name = ' id="citat"' if first else ""
    shown, start = [], 0
    for piece in text.split(CELL) if cells else [text]:
        end = start + len(piece)
        low, high = (max(span[0], start), min(span[1], end)) if span else (start, start)
        html = escape(text[start:end])
        if low < high:
            marked = f"<mark{name}>{escape(text[low:high])}</mark>"
            html, name = escape(text[start:low]) + marked + escape(text[high:end]), ""
        shown.append(f"<span>{html}</span>" if cells else html)
        start = end + len(CELL)
    return "".join(shown)


def _html(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>{body}</body></html>\n"
    )
