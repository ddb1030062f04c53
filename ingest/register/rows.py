"""What a table row says of roles: actors in a column of their own, roles with their tasks, marks, or sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.register.cells import Cell, cells_of, roles_in, unbracketed
from ingest.register.duty import DutyKind, Found
from ingest.register.matrix import answers_for, read_mark, roles_above
from ingest.register.prose import read_text
from ingest.register.verbs import DECIDES, kind_of
from ingest.roles import RoleList

# Headings of columns: those of actors, with the kind of row that they make, and those of what else a row tells.
ACTORS: list[tuple[re.Pattern[str], DutyKind]] = [
    (
        re.compile(r"^(vem beslutar|beslutar|beslutas av|beslutande|beslutsfattare|delegat|godkänns av|godkänner)$"),
        "beslutar",
    ),
    (re.compile(r"^(vem ansvarar|ansvarig\w*|ansvar|huvudansvar\w*|ägare|ansvarar|ansvarig roll)$"), "ansvarar"),
    (re.compile(r"^(vem kontaktas|informeras|vem informeras|meddelas|kontaktas)$"), "informeras"),
    (re.compile(r"^(deltar|stöd|stöds av|samråd|samråder med)$"), "stöds av"),
    (re.compile(r"^(förskrivare|vem får|får utföras av|får göras av)$"), "får"),
    (
        re.compile(
            r"^(vem|vem gör|vem utför|utförs av|utförare|utför|vem ordnar|vem skickar|den som kallar|kontrollant|"
            r"betalas av|betalar|vem betalar|görs av|handläggs av|signeras av|vem rapporterar|vem utreder|aktör)$"
        ),
        "utför",
    ),
]
ROLE_HEADS = re.compile(r"^(roll|funktion|yrkesgrupp|befattning|vem|yrke)$")
TASK_HEADS = re.compile(r"^(uppgift\w*|ansvar\w*|får göra|får inte göra|ansvarsområde\w*|gör|arbetsuppgift\w*|får)$")
ROW_HEADS = re.compile(r"^(uppgift|moment|ärende|steg)$")  # of what the row is about
WHEN_HEADS = re.compile(
    r"^(tid|när|senast|inom|hur ofta|villkor|kommentar|anmärkning|mängd eller villkor|tidsgräns|frist|intervall|"
    r"beslut gäller högst|tidpunkt|omfattning|gäller|förutsättning\w*|undantag|grund|förslag)$"
)
PASSED_OVER = re.compile(
    r"^(nr|nummer|kod|klar|styrande dokument|lagrum|status|telefon|e-post|version|område|hör till)$"
)
CONTACT_HEADS = re.compile(r"^(telefon|nummer|e-post|kontakt|tfn|ring)$")
ACTION_HEADS = re.compile(r"^(åtgärd|gör så här|vad|metod|vad som startar|aktivitet|att göra)$")
ABOUT_DUTY = re.compile(r"(?:tabell \w+\.?\s*)?(vem )?(\w*ansvar\w*)", re.IGNORECASE)  # a lead-in


@dataclass(frozen=True, slots=True)
class _Row:
    """What the cells of a row share: its task, alone and with the action, its conditions, and what its marks mean."""

    task: str
    whole: str
    conditions: tuple[str, ...]
    has_delegate: bool
    about_duty: bool
    given: bool  # some mark gives the task


def read_row(text: str, led: str, roles: RoleList) -> Iterator[Found]:
    """What a row says of roles. A row of a contact list says nothing."""
    cells = cells_of(text)
    task = _task(cells, roles) if len(cells) > 1 else None
    if task is None:
        return
    conditions = tuple(
        f"{cell.head}: {cell.text}" for cell in cells if WHEN_HEADS.match(cell.name) and cell.text not in ("–", "-")
    )
    if task.text.casefold().startswith("vem ") and len(cells) > 2 and not any(map(_actor_kind, cells)):
        yield from _who_asked(cells, task, roles)
        return
    if (role := next((cell for cell in cells if ROLE_HEADS.match(cell.name)), None)) and (
        what := next((cell for cell in cells if TASK_HEADS.match(cell.name) and cell is not role), None)
    ):
        yield from _role_row(role, what, conditions, roles)
        return
    names = [cell.name for cell in cells]
    if any(map(CONTACT_HEADS.match, names)) and not any(name.startswith("uppgift") for name in names):
        return
    other = [cell for cell in cells if cell is not task]
    action = next((cell for cell in other if ACTION_HEADS.match(cell.name)), None)
    row = _Row(
        task.text,
        f"{task.text}: {action.text}" if action else task.text,
        conditions,
        has_delegate="delegat" in names,
        about_duty=bool(ABOUT_DUTY.match(led)),
        given=any(answers_for(cell, roles) for cell in other),
    )
    for cell in other:
        yield from _read_cell(cell, row, roles)


def _read_cell(cell: Cell, row: _Row, roles: RoleList) -> Iterator[Found]:
    if cell.name == "ersättare" and row.has_delegate:
        for role, _ in roles_in(cell.text, roles):
            yield Found(role, "beslutar", row.whole, ("som ersättare", *row.conditions))
    elif kind := _actor_kind(cell):
        for role, remark in roles_in(cell.text, roles):
            yield Found(role, kind, row.whole, (remark, *row.conditions))
    elif roles_above(cell, roles):
        yield from read_mark(cell, row.whole, row.conditions, roles, given=row.given)
    elif row.about_duty and (named := roles.exactly(unbracketed(cell.text))):
        for role in named:
            yield Found(role, "ansvarar", row.whole, (cell.head, *row.conditions))
    elif not PASSED_OVER.match(cell.name) and re.search(r"\s", cell.text):
        heading = "" if ACTION_HEADS.match(cell.name) or WHEN_HEADS.match(cell.name) else cell.head
        for one in read_text(cell.text, roles):
            yield replace(one, task=f"{row.task}: {one.task}", conditions=(*one.conditions, heading))


def _actor_kind(cell: Cell) -> DutyKind | None:
    return next((kind for pattern, kind in ACTORS if pattern.match(cell.name)), None)


def _task(cells: Sequence[Cell], roles: RoleList) -> Cell | None:
    """The cell that says what the row is about: the first that is no number, time, role or actor."""
    if named := next((cell for cell in cells if ROW_HEADS.match(cell.name)), None):
        return named
    has_action = any(ACTION_HEADS.match(cell.name) for cell in cells)
    for cell in cells:
        skipped = PASSED_OVER.match(cell.name) and cell.name != "område"
        if _actor_kind(cell) or skipped or roles_above(cell, roles) or not cell.text.strip("–- 0123456789"):
            continue
        if WHEN_HEADS.match(cell.name) and has_action:
            continue
        return cell if cell.head or cell is not cells[0] else None
    return None


def _role_row(role: Cell, what: Cell, conditions: tuple[str, ...], roles: RoleList) -> Iterator[Found]:
    """A table of roles with what each does."""
    first = re.match(r"\w+", what.text.casefold())
    verb = first.group() if first else ""
    kind: DutyKind = "utför"
    if what.name.startswith("får"):
        kind = "får inte" if "inte" in what.name else "får"
    elif verb.startswith("ansvar") or what.name.startswith("ansvar"):
        kind = "ansvarar"
    elif DECIDES.match(verb):
        kind = "beslutar"
    for name, remark in roles_in(re.sub(r"\s*\([A-ZÅÄÖ]+\)", "", role.text), roles):
        yield Found(name, kind, what.text, (remark, *conditions))


def _who_asked(cells: Sequence[Cell], task: Cell, roles: RoleList) -> Iterator[Found]:
    """A row that asks who, with the answers below headings: "Vem utreder | Lex Maria: MAS | Lex Sarah: SAS"."""
    verb = task.text.removeprefix("Vem ").strip(" ?")
    kind = kind_of(verb.split()[0].casefold()) if verb else "utför"
    for cell in cells:
        if cell is not task and cell.head:
            for name, remark in roles_in(cell.text, roles):
                if roles.find(name):
                    yield Found(name, kind, f"{cell.head}: {verb}", (remark,))
