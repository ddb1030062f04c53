"""A source text: its front matter and its body as blocks."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)(.*)", re.DOTALL)
HEADING = re.compile(r"(#{1,4})\s+(.+?)\s*#*$")
ITEM = re.compile(r"(?P<indent>\s*)(?:[-*•]|(?P<number>\d+)\.)\s+(?P<text>.+)")
RULE_CELL = re.compile(r":?-+:?")
CAPTION = re.compile(r"Tabell \d+")
INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|(?<!\w)\*(?P<italic>\S(?:.*?\S)?)\*(?!\w)|\[(?P<label>[^\]]+)\]\([^)\s]+\)|`(?P<code>[^`]+)`"
)
CONTENTS_FROM = 9  # a pdf or Word file with this many headings gets a list of contents


class SourceError(Exception):
    """A source cannot be built; the message says which source and what to do."""


class FrontMatter(BaseModel):
    """What a source says about its file. The values of `header` are printed as they are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["pdf", "docx", "xlsx", "md", "txt", "scan"]
    layout: Literal["one-column", "two-column"] = "one-column"
    header: dict[str, str] = Field(default_factory=dict)
    running_header: str = ""
    footer: str = ""
    contents: bool | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text with inline marks; a line feed is a forced new line."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A paragraph set apart in a box."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. `number` is 0 for a bullet; level 0 is the outermost."""

    level: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list, with the items of its inner lists in reading order."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows, and the head, all have the same number of cells."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page."""


Block = Heading | Paragraph | Quote | Items | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Source:
    """A source, and where its file goes: `target` is relative to the documents folder."""

    target: PurePosixPath
    front: FrontMatter
    body: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The document's name: from the header, or from the first heading, or from the file's name."""
        headings = (block.text for block in self.blocks if isinstance(block, Heading))
        return plain(self.front.header.get("Dokumentnamn") or next(headings, self.target.stem))

    @property
    def title_is_heading(self) -> bool:
        """Whether the body starts with the title, so that it need not be printed before it."""
        first = next(iter(self.blocks), None)
        return isinstance(first, Heading) and plain(first.text).casefold() == self.title.casefold()

    @property
    def has_contents(self) -> bool:
        """Whether the file gets a list of contents."""
        if self.front.contents is not None:
            return self.front.contents
        return sum(isinstance(block, Heading) for block in self.blocks) >= CONTENTS_FROM


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


def read(path: Path, root: Path) -> Source:
    """The source at `path`, a file under the folder `root`.

    Raises SourceError, naming the file and where possible the line.
    """
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.") from error
    match = FRONT_MATTER.match(text)
    if match is None:
        raise SourceError(f"{name} does not start with front matter between two lines of ---. Add it.")
    front = _front_matter(match[1], name)
    offset = text.count("\n", 0, match.start(2))
    blocks = tuple(_blocks(match[2].replace("[ ]", "☐").splitlines(), name, offset))
    if not blocks:
        raise SourceError(f"{name} has no text after the front matter. Write some.")
    ending = "pdf" if front.format == "scan" else front.format
    return Source(PurePosixPath(name).with_suffix(f".{ending}"), front, match[2].strip(), blocks)


def runs(text: str) -> list[Run]:
    """The text of a paragraph, cell or heading as stretches in one style each, with the marks taken away."""
    result: list[Run] = []
    start = 0
    for match in INLINE.finditer(text):
        if match.start() > start:
            result.append(Run(text[start : match.start()]))
        if match["bold"]:
            result += [Run(run.text, True, run.italic) for run in runs(match["bold"])]
        elif match["italic"]:
            result += [Run(run.text, run.bold, True) for run in runs(match["italic"])]
        else:
            result.append(Run(match["label"] or match["code"]))
        start = match.end()
    if start < len(text):
        result.append(Run(text[start:]))
    return [Run(re.sub(r"\\([*\[\]`|_#])", r"\1", run.text), run.bold, run.italic) for run in result]


def plain(text: str) -> str:
    """The text without marks."""
    return "".join(run.text for run in runs(text))


def _front_matter(text: str, name: str) -> FrontMatter:
    try:
        # BaseLoader keeps every value as written: a version stays 4.0 and a date stays a string.
        values = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise SourceError(f"{name}:{line}: {error.problem}. Put values with a colon in quotation marks.") from error
    if not isinstance(values, Mapping):
        raise SourceError(f"{name} has front matter that is not a list of `key: value`. Write it so.")
    values = {key: value for key, value in values.items() if value != ""}
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SourceError(f"{name} has wrong front matter: {problems}.") from error


def _blocks(lines: list[str], name: str, offset: int) -> Iterator[Block]:
    """Yield the blocks of a body whose first line is line `offset` + 1 of the file `name`."""
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        text = line.strip()
        if not text:
            at += 1
        elif text.startswith("<!--"):
            if not re.fullmatch(r"<!--\s*page\s*-->", text):
                raise SourceError(
                    f"{name}:{offset + at + 1}: unknown comment {text}. Only <!-- page --> has a meaning."
                )
            yield PageBreak()
            at += 1
        elif heading := HEADING.fullmatch(text):
            yield Heading(len(heading[1]), heading[2])
            at += 1
        elif text.startswith("|"):
            stop = _stop(lines, at, lambda other: other.startswith("|"))
            yield _table("", lines[at:stop], name, offset + at + 1)
            at = stop
        elif text.startswith(">"):
            stop = _stop(lines, at, lambda other: other.startswith(">"))
            yield Quote(_joined(re.sub(r"^\s*>\s?", "", other) for other in lines[at:stop]))
            at = stop
        elif ITEM.fullmatch(line):
            stop = _end_of_items(lines, at)
            yield Items(tuple(_items(lines[at:stop])))
            at = stop
        else:
            stop = _stop(lines, at, lambda other: not _starts_block(other))
            paragraph = _joined(lines[at:stop])
            table = _next_line(lines, stop)
            if CAPTION.match(plain(paragraph)) and table < len(lines) and lines[table].lstrip().startswith("|"):
                stop = _stop(lines, table, lambda other: other.startswith("|"))
                yield _table(paragraph, lines[table:stop], name, offset + table + 1)
            else:
                yield Paragraph(paragraph)
            at = stop


def _stop(lines: list[str], start: int, belongs: Callable[[str], bool]) -> int:
    stop = start + 1
    while stop < len(lines) and belongs(lines[stop].strip()):
        stop += 1
    return stop


def _next_line(lines: list[str], at: int) -> int:
    """The first line from `at` on that is not empty."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _starts_block(text: str) -> bool:
    return not text or text.startswith(("|", ">", "<!--")) or bool(HEADING.fullmatch(text) or ITEM.fullmatch(text))


def _end_of_items(lines: list[str], start: int) -> int:
    """The line after a list: blank lines and indented lines belong to it as long as an item follows."""
    stop = start + 1
    while stop < len(lines):
        following = _next_line(lines, stop)
        if following == len(lines):
            return stop
        line = lines[following].rstrip()
        is_item, is_indented = bool(ITEM.fullmatch(line)), line[:1].isspace()
        lazy = following == stop and not _starts_block(line.strip())
        if not (is_item or lazy or (is_indented and not line.lstrip().startswith("|"))):
            return stop
        stop = following + 1
    return stop


def _items(lines: list[str]) -> Iterator[Item]:
    """Yield the items. A level is two or more blanks deeper than the one above; a later line continues its item."""
    indents: list[int] = []
    numbers: list[int] = []
    pending: Item | None = None
    for line in filter(str.strip, lines):
        match = ITEM.fullmatch(line.rstrip())
        if match is None:
            assert pending is not None  # a list starts with an item
            pending = Item(pending.level, pending.number, _joined([pending.text, line]))
            continue
        if pending:
            yield pending
        indent = len(match["indent"].expandtabs(4))
        while indents and indent < indents[-1]:
            indents.pop()
            numbers.pop()
        if not indents or indent >= indents[-1] + 2:
            indents.append(indent)
            numbers.append(0)
        if match["number"]:
            # Steps may all be written as 1., as Markdown allows.
            numbers[-1] = max(int(match["number"]), numbers[-1] + 1)
        pending = Item(len(indents) - 1, numbers[-1] if match["number"] else 0, match["text"])
    if pending:
        yield pending


def _joined(lines: Iterable[str]) -> str:
    """Lines as one paragraph: a line that ends in two blanks or a backslash keeps its line feed."""
    result = ""
    for line in lines:
        forced = line.endswith(("  ", "\\"))
        result += line.strip().removesuffix("\\") + ("\n" if forced else " ")
    return re.sub(r"\s*<br\s*/?>\s*", "\n", result.strip())


def _table(caption: str, lines: list[str], name: str, line: int) -> Table:
    rows = [_cells(text) for text in lines]
    ruled = len(rows) > 1 and all(RULE_CELL.fullmatch(cell) for cell in rows[1])
    if not ruled:
        raise SourceError(f"{name}:{line}: the table has no line of |---| under its head. Add it.")
    head, body = rows[0], rows[2:]
    for number, row in enumerate(body, line + 2):
        if len(row) != len(head):
            raise SourceError(
                f"{name}:{number}: the row has {len(row)} cells, the head {len(head)}. Make them as many."
            )
    return Table(caption, head, tuple(body))


def _cells(line: str) -> tuple[str, ...]:
    inner = re.sub(r"(?<!\\)\|$", "", line.strip().removeprefix("|"))
    return tuple(re.sub(r"\s*<br\s*/?>\s*", "\n", cell.strip()) for cell in re.split(r"(?<!\\)\|", inner))
