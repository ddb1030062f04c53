"""A grid of cells into rows that can be quoted: "header: cell | header: cell"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.clean import characters, join_lines
from ingest.corpus import Block
from ingest.labels import whole_label

Grid = Sequence[Sequence[str | None]]
Box = tuple[float, float, float, float]  # left, top, right, bottom
SIDEWAYS = "\ue000"  # in a grid: here the cell to the left goes on (merged sideways)
NEAR = 3.0  # points within which two edges of cells are one
KEYS = re.compile(
    r"^(dokument|diarie|dnr|fastställ|beslut|gäller|giltig|version|utgåva|ersätter|revider|ansvarig|ägare|status|datum|"
    r"senast|granskad|godkänd|process|nästa|upprättad|antagen|sida|handlägg|författ|kontakt|organisation|förvaltning|"
    r"enhet|framtagen|omfattar|målgrupp|titel|typ av|giltighet|ska revideras|översyn)",
    re.IGNORECASE,
)


OWN = re.compile(r"^(dokument|diarie|dnr|gäller|giltig|typ av|titel|ägare)", re.IGNORECASE)  # of the document as it is
# Words that head columns; two of them in a row, and it is the heading of its table.
HEADS = re.compile(
    r"^(nr|nummer|vem|vad|när|var|hur|roll|funktion|yrkesgrupp|befattning|uppgift\w*|moment|steg|aktivitet|åtgärd\w*|"
    r"gör så här|ansvar\w*|utför\w*|tid\w*|frist|senast|klart|datum|telefon\w*|e-?post|kontakt\w*|namn|enhet\w*|område|"
    r"verksamhet|kommentar\w*|anmärkning|begrepp|betyd\w*|förklaring|förkortning|version|ändring\w*|antal|andel|typ|kod|"
    r"fråga|svar|beslut\w*|delegat|bedömning|hur ofta|intervall|dag(tid)?( vardagar)?|kväll|natt|helg|vardag\w*|"
    r"övrig tid|läkemedel|mål|resultat|\w*moment|metod|frekvens|insats|påstående|typ av \w+)( \d{4})?[?:]?$",
    re.IGNORECASE,
)

CHANGE = re.compile(
    r"^((kort )?(beskrivning|sammanfattning) av (ändring\w*|förändring\w*|revidering\w*)|"
    r"(ändring|förändring|revidering|uppdatering)\w*( avser| gäller)?|"
    r"vad som (har )?ändrats|(vad är )?ändrat|orsak till ändring\w*)$",
    re.IGNORECASE,
)
VERSION = re.compile(r"^(version|utgåva|revision|ver|rev|datum|ändringsdatum)\.?( ?(nr|nummer))?$", re.IGNORECASE)
MARK = re.compile(r"^(ja\b|nej\b|[xauisb✓]$|[–-]$)", re.IGNORECASE)  # in a matrix


def cell(value: object) -> str:
    """A cell's text on one line; SIDEWAYS stays."""
    if value is None or value == SIDEWAYS:
        return value or ""
    return join_lines(characters(str(value)).replace(SIDEWAYS, "").split("\n"))


def clean(grid: Grid, *, columns: bool = True) -> list[list[str]]:
    """Cells as text; rows and (with `columns`) columns that are empty all through taken out."""
    rows = [[cell(value) for value in row] for row in grid]
    for row in rows:
        for column, text in enumerate(row):
            if text == SIDEWAYS and not (column and row[column - 1]):
                row[column] = ""  # nothing goes on
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    keep = [column for column in range(width) if not columns or any(row[column] not in ("", SIDEWAYS) for row in rows)]
    return [[row[column] for column in keep] for row in rows]


def unmarked(row: Sequence[str]) -> list[str]:
    """The cells of a row, a merged one in its first place alone."""
    return ["" if text == SIDEWAYS else text for text in row]


def spread(cells: Sequence[tuple[Box, str]]) -> list[list[str | None]]:
    """Cells with their places as a grid: one merged downwards stands in every row, one merged sideways goes on.

    None where there is no cell.
    """
    lefts, tops = _edges([box[0] for box, _ in cells]), _edges([box[1] for box, _ in cells])
    grid: list[list[str | None]] = [[None] * len(lefts) for _ in tops]
    for (left, top, right, bottom), text in cells:
        columns = [at for at, x in enumerate(lefts) if left - NEAR < x < right - NEAR]
        for row in (at for at, y in enumerate(tops) if top - NEAR < y < bottom - NEAR):
            for column in columns:
                grid[row][column] = text if column == columns[0] else SIDEWAYS
    return grid


def _edges(places: Sequence[float]) -> list[float]:
    result: list[float] = []
    for place in sorted(places):
        if not result or place - result[-1] > NEAR:
            result.append(place)
    return result


def unstacked(grid: Grid) -> Grid:
    """Field and value side by side, of a header table whose cells hold the name above its value; others as they are."""
    filled = [str(value).strip() for row in grid for value in row if value and str(value).strip() not in ("", SIDEWAYS)]
    stacked = [text for text in filled if "\n" in text and KEYS.match(text)]
    if not filled or len(stacked) < max(2, 0.6 * len(filled)):
        return grid
    pairs: list[list[str | None]] = []
    for text in filled:
        field, _, value = text.partition("\n")
        pairs.append([field.rstrip(": ") + ":", value])
    return pairs


def is_form(rows: Sequence[Sequence[str]]) -> bool:
    """A header table or a form: field beside value, without a heading row of its own."""
    rows = [unmarked(row) for row in rows]
    if _names_above(rows):
        return True
    if not rows or len(rows[0]) not in (2, 4):
        return False
    firsts = [row[0] for row in rows] + ([row[2] for row in rows if row[2]] if len(rows[0]) == 4 else [])
    marked = sum(1 for text in firsts if text.endswith(":") or KEYS.match(text))
    return marked >= max(2, 0.6 * len([text for text in firsts if text]))


def _names_above(rows: Sequence[Sequence[str]]) -> bool:
    """Is every other row one of fields' names, above a row of their values?"""
    if len(rows) % 2 or not rows or len(rows[0]) < 2:
        return False
    names, values = [text for row in rows[::2] for text in row if text], [text for row in rows[1::2] for text in row]
    known = all(KEYS.match(text) for text in names) and not any(KEYS.match(text) for text in values if len(text) < 30)
    # A history of versions has the same names above each other; "Giltig till" or "Dokumentnamn" it has not.
    return known and any(OWN.match(text) for text in names)


def form_rows(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Field and value of every row of a form."""
    pairs = []
    if _names_above([unmarked(row) for row in rows]):
        for names, values in zip(rows[::2], rows[1::2], strict=True):
            pairs += [(name.rstrip(": "), text) for name, text in zip(unmarked(names), unmarked(values), strict=True)]
        return [(name, text) for name, text in pairs if name]
    for row in map(unmarked, rows):
        for place in range(0, len(row) - 1, 2):
            if row[place]:
                pairs.append((whole_label(row[place].rstrip(": ")), row[place + 1]))
    return pairs


def form_blocks(pairs: Sequence[tuple[str, str]]) -> list[Block]:
    """The rows of a form, in the group of a document's own particulars."""
    return [Block("row", f"{key}: {value}", group=-1) for key, value in pairs if value]


def table_blocks(rows: list[list[str]], *, headers: list[str] | None, group: int) -> tuple[list[Block], list[str]]:
    """Row blocks of one table and its header cells. `headers` from the page before, when the table goes on.

    Cells of a first column that were merged downwards (empty below a filled one) carry the text above on, so that every
    row can be read alone; a row with one filled cell that spans the table is a subheading and goes in front of the rows
    after. A cell merged sideways stands under each of its headings.
    """
    if headers is None:
        headers, rows = head_of(rows)
    else:
        rows = without_head(rows, headers)
    if is_history(headers):
        group = -1  # of the document itself, not of what it rules
    blocks: list[Block] = []
    above = ""
    for row in rows:
        if any(headers) and _alike(row, headers):
            continue  # told again
        filled = [text for text in row if text not in ("", SIDEWAYS)]
        over_all = len(row) > 1 and all(text == SIDEWAYS for text in row[1:])
        if over_all or (len(filled) == 1 and row[0] and len(row) > 2 and len(row[0]) < 80):
            blocks.append(Block("row", row[0], group=group))
            above = ""
            continue
        row = list(row)
        if not row[0] and above and len(filled) < len(row):
            row[0] = above
        above = row[0]
        blocks.append(Block("row", row_text(headers, _told_apart(row)), group=group))
    return blocks, headers


def _told_apart(row: Sequence[str]) -> list[str]:
    """The cells of a row, one merged sideways in each of its places; what begins the row stands there alone."""
    result = list(row)
    for column, text in enumerate(row):
        if text == SIDEWAYS:
            labels = all(other == SIDEWAYS for other in row[1:column])
            result[column] = "" if labels else result[column - 1]
    return result


def head_of(rows: Sequence[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The header cells of a table and its other rows. A first row of empty cells says that the table has none.

    Where a header cell stands over several columns, and the row below tells them apart, both make the header:
    "Dagtid – Vardag", "Dagtid – Helg".
    """
    if not rows:
        return [], []
    top, below = unmarked(rows[0]), unmarked(rows[1]) if len(rows) > 2 else []
    parents = [text or next((other for other in reversed(top[:at]) if other), "") for at, text in enumerate(top)]
    shared = {at for at, text in enumerate(top) if at and (not text or (at + 1 < len(top) and not top[at + 1]))}
    told = bool(below) and any(top) and any(not top[at] for at in shared) and (below[0] in ("", top[0]) or not top[0])
    figures = any(c.isdigit() for text in below for c in text)  # a row of the table's own
    if not told or figures or not all(below[at] for at in shared):
        return [parents[at] if text == SIDEWAYS else text for at, text in enumerate(rows[0])], list(rows[1:])
    return (
        [
            " – ".join(filter(None, [parents[at], below[at]])) if at in shared or below[at] not in ("", text) else text
            for at, text in enumerate(top)
        ],
        list(rows[2:]),
    )


def is_history(headers: Sequence[str]) -> bool:
    """Is this the heading of a history of versions: what was changed, in which version or when?"""
    names = [" ".join(text.split()).rstrip(":") for text in headers]
    return any(map(CHANGE.match, names)) and any(map(VERSION.match, names))


def without_head(rows: list[list[str]], headers: Sequence[str]) -> list[list[str]]:
    """The rows of a table that goes on from the page before, its repeated heading taken off.

    Where no line parts that from the rest of a row, the rest stays.
    """
    own, rest = head_of(rows)
    if _alike(own, headers) or not any(own):
        return rest
    glued = all(head and f"{text} ".startswith(f"{head} ") for text, head in zip(own, headers, strict=False))
    return [[text[len(head) :].strip() for text, head in zip(own, headers, strict=False)], *rest] if glued else rows


def is_head(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Is a row surely the heading of those below it, where nothing but its words tells?

    It is where two cells are words that head columns, or where it has no figure or mark above a column full of them.
    """
    if not all(row) or any(len(text) > 50 for text in row):
        return False
    if sum(bool(HEADS.match(text)) for text in row) > 1:
        return True
    if any(c.isdigit() for text in row for c in re.sub(r"\b20\d\d\b", "", text)):
        return False
    columns = list(zip(*below, strict=True))[1:]
    figures = any(all(any(c.isdigit() for c in text) for text in column) for column in columns)
    marks = any(all(MARK.match(text) for text in column) for column in columns)
    return figures or (marks and not any(MARK.match(text) for text in row))


def row_text(headers: Sequence[str], row: Sequence[str]) -> str:
    """One row with its header cells; empty cells are left out, but told where a single one is filled ("Dag 1:")."""
    pairs = list(zip(headers, row, strict=False))
    alone = sum(1 for _, text in pairs if text) == 1
    parts = []
    for header, text in pairs:
        if text:
            parts.append(f"{header.rstrip(':')}: {text}" if header and header != text else text)
        elif alone and header and any(text for head, text in pairs if head):
            parts.append(f"{header.rstrip(':')}:")
    return " | ".join(parts)


def _alike(row: Sequence[str], headers: Sequence[str]) -> bool:
    return [text.casefold() for text in row] == [text.casefold() for text in headers]
