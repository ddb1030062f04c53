"""An Answer as Markdown: what stands in the chat, and nothing that the answer does not hold.

Chainlit shows a single line break as one, so lines are joined by it alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from assistant.answers import SO_IT_STANDS, SOURCES_DIFFER, Answer, Card, Contact, Entry, Listing, Quote
from assistant.chat.links import best_link, duties_link, reading_link
from assistant.chat.reading import CELL, MARKED
from assistant.duties import NEAREST_ROWS
from ingest.corpus import Chunk

LINES = 12
"""A quote of more lines is shortened to this many less two, with a link to the rest."""

NEAREST = 3
FIRST_AREAS = 3  # of a list: those shown with rows, the others by name
FIRST_ROWS = 2  # of an area of a list
TINY = 4  # characters of a cell that shares its line with the next
SECTION = 70  # characters
SHORT = 160  # of a line that stands in bold

EMERGENCY = "**Är det akut? Ring 112 först**, följ sedan enhetens lokala rutin."


@dataclass(frozen=True, slots=True)
class Rendered:
    """Markdown in two parts: what the person reads first, and what stands behind it."""

    lead: str
    rest: str

    @property
    def markdown(self) -> str:
        return "\n\n".join(part for part in (self.lead, self.rest) if part)


def render(answer: Answer, *, titles: Mapping[str, str], today: date) -> Rendered:
    """Return the answer as Markdown. `titles` maps a document's path to its title."""
    match answer.state:
        case "answered":
            spoken = _with_first_quote(answer)
            lead, rest = [_lead(spoken.text)], _quotes(spoken, today)
            if answer.card:
                lead, rest = [_card(answer.card, answer.text)], _every(answer.quotes, today)
            elif answer.listing:
                lead, rest = [escape(answer.text.split(NEAREST_ROWS)[0])], _listing(answer.listing)
        case "conflict":
            lead = [f"**{SOURCES_DIFFER}** " + escape(answer.text.removeprefix(SOURCES_DIFFER).lstrip())]
            rest = [
                f"**{number}. {_level(quote)}**\n\n{part}"
                for number, (quote, part) in enumerate(zip(answer.quotes, _every(answer.quotes, today), strict=True), 1)
            ]
        case "outdated":
            lead = [f"⚠️ **{_warning(answer.quotes, today)}**", escape(answer.text)]
            rest = _quotes(answer, today)
        case "not_found":
            lead, rest = [_lead(answer.text)], [_nearest(answer, titles)]
        case "unclear":
            lead, rest = [_lead(answer.text)], _quotes(answer, today)
            if answer.choices and not answer.text.endswith(":"):  # which announces them
                rest.append("**Välj det som stämmer:**")
        case "declined":
            lead = [*([] if "112" in answer.text else [EMERGENCY]), escape(answer.text)]
            rest = _quotes(answer, today)
        case "blocked":
            lead = [_lead(answer.text)]
            rest = ["Till exempel: *”Vem gör läkemedelsgenomgång för en boende i särskilt boende?”*"]
    if answer.searched:
        rest.append(f"Sökt som: *{escape(answer.searched)}*")
    contact = _contact(answer.contact, answer.text, titles)
    return Rendered("\n\n".join(filter(None, lead)), "\n\n".join(filter(None, [*rest, contact])))


def escape(text: str) -> str:
    """Return the text so that Markdown shows it as it is, character by character.

    Besides Markdown's own marks this covers what Chainlit adds: `:name` directives and a cursor for zero-width spaces.
    """
    text = text.replace("\u200b", "")
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])", r"\\\\", text)
    text = re.sub(r"[*`\[\]~]|(?<!\w)_|_(?!\w)", r"\\\g<0>", text)
    text = re.sub(r"<(?=[\w!?/])|&(?=#?\w+;)|(?<!^):(?=[^\W\d_])", r"\\\g<0>", text, flags=re.MULTILINE)
    text = re.sub(r"(?m)^([ \t]*)([#>+=:|-])", r"\1\\\2", text)
    return re.sub(r"(?m)^([ \t]*\d+)([.)])(?=\s|$)", r"\1\\\2", text)


def _lead(text: str) -> str:
    """One short line stands in bold, a row cell by cell; more than that reads better plain."""
    if _cells(text) and "\n" not in text:
        return "\n".join(_row_lines(text))
    shown = escape(text.strip())
    return f"**{shown}**" if shown and len(shown) <= SHORT and "\n" not in shown else shown


def _with_first_quote(answer: Answer) -> Answer:
    """The answer with its first quote as its text, where that is a short line and the text only leads to it.

    Not a row, and not where the next quote goes on on the next page: that may be the other half of the sentence.
    """
    first = answer.quotes[0].text if answer.quotes else ""
    for one, following in pairwise(answer.quotes[:2]):
        if one.document == following.document and one.page is not None and following.page == one.page + 1:
            return answer
    short = 0 < len(first) <= SHORT and "\n" not in first and not first.endswith(":")
    if not answer.text.endswith(SO_IT_STANDS) or not short or _cells(first):
        return answer
    return replace(answer, text=answer.text.removesuffix(SO_IT_STANDS) + first)


def _card(card: Card, text: str) -> str:
    """Who, what, when and where it says so, a line each; what stood before the answer (112, a unit) stays first."""
    before = re.match(r"(?:Ring 112 först\. |Gäller [^:]{1,60}: |Ur en rapport, inte en regel: )+", text)
    roles = ", ".join(card.roles)
    page = f"sida {card.page}" if card.page is not None else "öppna"
    lines = [
        f"**Roll:** **{escape(roles[:1].upper() + roles[1:])}**",
        f"**Uppgift:** {escape(card.task)} ({escape(card.kind)})",
        f"**När/villkor:** {escape(card.condition)}" if card.condition else "",
        f"**Källa:** {escape(card.title)} · [{page}]({best_link(card.document, card.page)})",
    ]
    shown = "\n".join(line for line in lines if line)
    return f"{escape(before.group().strip())}\n\n{shown}" if before else shown


def _listing(found: Listing) -> list[str]:
    """The downloads, the first areas with some rows, and the others by name, each leading to the page to print."""
    parts, numbered = [], list(enumerate(found.areas, start=1))
    for number, (area, entries) in numbered[:FIRST_AREAS]:
        rows = [_row(entry) for entry in entries[:FIRST_ROWS]]
        if (left := len(entries) - FIRST_ROWS) > 0:
            rows.append(f"- [… {left} till]({duties_link(found.role, found.topic, area=number)})")
        parts.append(f"**{escape(area)}** ({len(entries)})\n\n" + "\n".join(rows))
    if others := numbered[FIRST_AREAS:]:
        names = "\n".join(
            f"- [{escape(area)}]({duties_link(found.role, found.topic, area=number)}) ({len(entries)})"
            for number, (area, entries) in others
        )
        parts.append(f"**I {len(others)} dokument till**\n\n{names}")
    links = [
        f"[{name}]({duties_link(found.role, found.topic, ending=ending)})"
        for ending, name in (("", "Hela listan att skriva ut"), (".xlsx", "Excel"), (".docx", "Word"))
    ]
    return [" · ".join(links), *parts]


def _row(entry: Entry) -> str:
    duty = entry.duty
    when = f" ({escape(duty.condition)})" if duty.condition else ""
    page = f"sida {duty.page}" if duty.page is not None else "öppna"
    return f"- {duty.kind}: {escape(duty.task)}{when} [{page}]({best_link(duty.source, duty.page, duty.quote)})"


def _quotes(answer: Answer, today: date) -> list[str]:
    """The quotes with their sources; one whose words the answer already shows in full is named by its source alone."""
    said = _plain(answer.text)
    return [
        _source(quote, today) if _plain(quote.text) in said else part
        for quote, part in zip(answer.quotes, _every(answer.quotes, today), strict=True)
    ]


def _every(quotes: Sequence[Quote], today: date) -> list[str]:
    return [f"{_quoted(quote)}\n\n{_source(quote, today)}" for quote in quotes]


def _quoted(quote: Quote) -> str:
    lines = quote.text.strip().splitlines()
    shown = lines if len(lines) <= LINES else lines[: LINES - 2]
    block: list[str] = []
    listed = False  # a line that ends with a colon leads in those after it
    for line in map(str.strip, shown):
        item = listed and line != "" and not MARKED.match(line)
        if block and block[-1].startswith("- ") and not item:
            block.append("")  # otherwise it would go on in the item above
        block += _row_lines(line) if _cells(line) else ["- " * item + escape(line)]
        listed = listed or line.endswith(":")
    text = "\n".join(f"> {line}".rstrip() for line in block)
    if len(shown) < len(lines):
        link = reading_link(quote.document, quote.page, quote.text)
        text += f"\n>\n> [… {len(lines) - len(shown)} rader till: läs hela listan]({link})"
    return text


def _cells(line: str) -> list[tuple[str, str]]:
    """The header and the value of each cell, where the line is a table's row."""
    cells = [cell.partition(": ") for cell in line.split(CELL)]
    return [(header, value) for header, _, value in cells] if len(cells) > 1 and all(c[1] for c in cells) else []


def _row_lines(line: str) -> list[str]:
    """A row's cells below each other, each behind its header in bold; tiny ones (Ja, A, –) share a line."""
    lines: list[str] = []
    before = False
    for header, value in _cells(line):
        tiny = len(value) <= TINY
        shown = f"**{escape(header)}:** {escape(value)}"
        if tiny and before:
            lines[-1] += rf" \| {shown}"
        else:
            lines.append(shown)
        before = tiny
    return lines


def _source(quote: Quote, today: date) -> str:
    parts = [f"**{escape(quote.title or quote.document)}**"]
    if quote.kind != "dokument" and quote.kind not in quote.title.casefold():
        parts.append(quote.kind)
    if remark := _standing(quote, today):
        parts.append(f"**{remark}**")
    if quote.section:
        parts.append(escape(_short(quote.section)))
    place = f"sida {quote.page}" if quote.page is not None else "öppna"
    parts.append(f"[{place}]({best_link(quote.document, quote.page, quote.text)})")
    if quote.document.lower().endswith(".pdf"):
        # A phone's browser often opens a PDF at its first page or downloads it; this one shows the words at once.
        parts.append(f"[visa som text]({reading_link(quote.document, quote.page, quote.text)})")
    return "Källa: " + " · ".join(parts)


def _short(section: str) -> str:
    if len(section) <= SECTION:
        return section
    last = section.split(" › ")[-1]
    return last if len(last) <= SECTION else last[: SECTION - 1].rstrip() + "…"


def _standing(quote: Quote, today: date) -> str:
    if quote.status != "gällande":
        return quote.status
    if quote.valid_until is not None and quote.valid_until < today:
        return f"gällde till {quote.valid_until.isoformat()}"
    return ""


def _warning(quotes: Sequence[Quote], today: date) -> str:
    if quotes and all(quote.status == "utkast" for quote in quotes):
        return "Varning: det här är ett utkast och gäller inte."
    if (
        quotes
        and quotes[0].status == "gällande"
        and quotes[0].valid_until is not None
        and quotes[0].valid_until < today
    ):
        return f"Varning: källan gällde till {quotes[0].valid_until.isoformat()} och kan vara inaktuell."
    return "Varning: källan gäller inte längre."


def _level(quote: Quote) -> str:
    return "Källa" if quote.kind == "dokument" else quote.kind.capitalize()


def _nearest(answer: Answer, titles: Mapping[str, str]) -> str:
    """The documents that came closest, each once, at the page that did."""
    first: dict[str, Chunk] = {}
    for passage in answer.passages:
        first.setdefault(passage.chunk.source, passage.chunk)
    rows = []
    for document, chunk in list(first.items())[:NEAREST]:
        place = f", sida {chunk.page}" if chunk.page is not None else ""
        rows.append(f"- [{escape(titles.get(document) or document)}{place}]({best_link(document, chunk.page)})")
    return "Dokument som ligger närmast:\n\n" + "\n".join(rows) if rows else ""


def _contact(contact: Contact | None, said: str, titles: Mapping[str, str]) -> str:
    if contact is None or (contact.role in said and contact.how in said):
        return ""
    text = ", ".join(filter(None, (contact.role, contact.how)))
    if not contact.document:
        return f"**Fråga vidare:** {escape(text)}"
    title = titles.get(contact.document) or contact.document
    link = f"[{escape(title)}]({best_link(contact.document, None)})"
    before, named, after = text.rpartition(title)
    shown = f"{escape(before)}{link}{escape(after)}" if named else f"{escape(text)} · {link}"
    return f"**Fråga vidare:** {shown}"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
