"""Questions with known answers, from .jsonl, .csv and .xlsx with the same columns.

In .csv and .xlsx the first row names the columns and each further row is a question; of a workbook the first sheet is
read. An empty cell is a column not given. Cells that are more than text:

| column         | cell                                                                                        |
|----------------|---------------------------------------------------------------------------------------------|
| `must_contain` | `a / b; c`: (a or b) and c. A slash without spaces around it is part of the text: `mg/ml`   |
| `answerable`   | `true`, `ja`, `sant` or `1`; `false`, `nej`, `falskt` or `0`                                |
| `page`         | a whole number                                                                              |
| `profile`      | `role: sjuksköterska; unit: Björkgården; boendeform: särskilt boende; groups: a / b`        |

A .csv is UTF-8 and separated by commas, semicolons (as Swedish Excel does) or tabs.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from assistant.answers import Profile, State
from eval.errors import QuestionsInvalid
from eval.wording import WORDINGS
from eval.words import words

Category = Literal["role", "rule", "number", "definition", "process", "contact", "table", "list"]
Difficulty = Literal["lexical", "paraphrase", "multi"]
Harm = Literal["none", "moderate", "high"]

_Filled = Annotated[str, StringConstraints(min_length=1)]
_Row = tuple[int, dict[str, Any]]
_RECORD = ConfigDict(frozen=True, extra="forbid", strict=True, str_strip_whitespace=True)
_ANSWERABLE = {
    "true": True,
    "ja": True,
    "sant": True,
    "1": True,
    "false": False,
    "nej": False,
    "falskt": False,
    "0": False,
}
_PROBLEMS_SHOWN = 20


class AskedBy(BaseModel):
    """Who asks, as far as the question says it."""

    model_config = _RECORD

    role: str = ""
    unit: str = ""
    boendeform: str = ""
    groups: tuple[_Filled, ...] = ()

    def profile(self) -> Profile:
        return Profile(role=self.role, unit=self.unit, boendeform=self.boendeform, groups=self.groups)


class Question(BaseModel):
    """A question and what is known of its answer."""

    model_config = _RECORD

    id: _Filled
    question: _Filled
    answer: str = ""
    must_contain: tuple[tuple[_Filled, ...], ...] = ()  # of every group, one alternative
    source: str = ""  # path below the documents folder, with forward slashes
    page: Annotated[int, Field(ge=1)] | None = None
    evidence: str = ""  # a verbatim quote from the source
    category: Category | None = None
    difficulty: Difficulty | None = None
    answerable: bool
    state: State | None = None
    harm: Harm = "none"
    thread: str = ""  # questions of one thread are turns of one conversation, in order
    profile: AskedBy | None = None

    @field_validator("must_contain")
    @classmethod
    def _groups_can_be_met(cls, groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if any(not group for group in groups):
            raise ValueError("a group is empty")
        for alternative in (alternative for group in groups for alternative in group):
            if not words(alternative):
                raise ValueError(f"{alternative!r} has no letters or digits")
        return groups

    @model_validator(mode="after")
    def _state_fits_answerable(self) -> Self:
        if self.state == ("not_found" if self.answerable else "answered"):
            raise ValueError(f"state is {self.state!r} but answerable is {str(self.answerable).lower()}")
        return self


def load(paths: Sequence[Path]) -> list[Question]:
    """Questions of all files, in order.

    Ids are unique over all files, and a thread is in one file. Raises QuestionsInvalid, naming every bad row.
    """
    questions: list[Question] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    threads: dict[str, Path] = {}
    for path in paths:
        before = len(questions) + len(problems)
        for number, read in _questions(path):
            where = f"{path}, row {number}"
            if not isinstance(read, Question):
                problems += [f"{where}: {problem}" for problem in read]
                continue
            if read.id in seen:
                problems.append(f"{where}: the id {read.id!r} is taken by {seen[read.id]}")
            if read.thread and threads.setdefault(read.thread, path) != path:
                problems.append(f"{where}: the thread {read.thread!r} is also in {threads[read.thread]}")
            seen.setdefault(read.id, where)
            questions.append(read)
        if len(questions) + len(problems) == before:
            problems.append(f"{path}: holds no questions")
    if problems:
        more = [f"… and {len(problems) - _PROBLEMS_SHOWN} more"] if len(problems) > _PROBLEMS_SHOWN else []
        raise QuestionsInvalid("\n".join(problems[:_PROBLEMS_SHOWN] + more))
    return questions


def reworded(questions: Sequence[Question], wording: str) -> list[Question]:
    """The same questions, asked in one of `WORDINGS`; the same for the same question always."""
    return [
        question.model_copy(update={"question": WORDINGS[wording](question.question, question.id)})
        for question in questions
    ]


def _questions(path: Path) -> Iterator[tuple[int, Question | list[str]]]:
    """Each row's number and its question, or what is wrong with it."""
    readers: dict[str, Callable[[Path], Iterator[_Row]]] = {".jsonl": _jsonl, ".csv": _csv, ".xlsx": _xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise QuestionsInvalid(f"{path}: questions are read from .jsonl, .csv and .xlsx")
    try:
        rows = list(reader(path))
    except FileNotFoundError:
        raise QuestionsInvalid(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise QuestionsInvalid(f"{path}: is not UTF-8. In Excel, save as “CSV UTF-8”.") from None
    for number, row in rows:
        given = {column: value for column, value in row.items() if value is not None and value != ""}
        try:
            # By way of JSON, so that the three formats are held to one rule.
            yield number, Question.model_validate_json(json.dumps(given))
        except ValidationError as error:
            yield number, [_problem(dict(found)) for found in error.errors(include_url=False)]


def _problem(found: dict[str, Any]) -> str:
    column = str(found["loc"][0]) if found["loc"] else ""
    if found["type"] == "extra_forbidden":
        return f"unknown column {'.'.join(map(str, found['loc']))!r}"
    if found["type"] == "missing" or (found["type"] == "string_too_short" and len(found["loc"]) == 1):
        return f"{column!r} is missing or empty"
    message = found["msg"].removeprefix("Value error, ")
    return f"{column!r}: {message} (is {str(found['input'])[:60]!r})" if column else message


def _jsonl(path: Path) -> Iterator[_Row]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise QuestionsInvalid(f"{path}, row {number}: is not JSON: {error.msg} at column {error.colno}") from None
        if not isinstance(row, dict):
            raise QuestionsInvalid(f"{path}, row {number}: is not an object of columns")
        yield number, row


def _csv(path: Path) -> Iterator[_Row]:
    text = path.read_bytes().decode("utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise QuestionsInvalid(f"{path}: cannot be read as .csv: {error}") from None
    yield from _table(path, rows)


def _xlsx(path: Path) -> Iterator[_Row]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError):
        raise QuestionsInvalid(f"{path}: cannot be read as .xlsx. Open it in Excel and save it anew.") from None
    try:
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()
    yield from _table(path, rows)


def _table(path: Path, rows: Sequence[Sequence[Any]]) -> Iterator[_Row]:
    """Rows below the header, numbered as Excel does; empty ones are passed over."""
    if not rows:
        return
    columns = [_text(cell) for cell in rows[0]]
    for column in columns:
        if column and columns.count(column) > 1:
            raise QuestionsInvalid(f"{path}, row 1: the column {column!r} is there twice")
    unknown = [column for column in columns if column and column not in Question.model_fields]
    if unknown:
        raise QuestionsInvalid(f"{path}, row 1: unknown column {', '.join(map(repr, unknown))}")
    for number, row in enumerate(rows[1:], start=2):
        cells = [_text(cell) for cell in row]
        if not any(cells):
            continue
        if any(text for place, text in enumerate(cells) if place >= len(columns) or not columns[place]):
            raise QuestionsInvalid(f"{path}, row {number}: a cell stands outside the named columns")
        yield number, {column: _value(column, text) for column, text in zip(columns, cells, strict=False) if column}


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    # Excel keeps every number as a float and writes an id such as 7 without quotes.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _value(column: str, text: str) -> Any:
    """The cell as JSON would have it; what does not fit is left for the check to refuse."""
    if not text:
        return None
    if column == "must_contain":
        return [_alternatives(group) for group in text.split(";") if group.strip()]
    if column == "answerable":
        return _ANSWERABLE.get(text.casefold(), text)
    if column == "page":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if column == "profile":
        pairs = [part.partition(":") for part in text.split(";") if part.strip()]
        said = {name.strip(): value.strip() for name, _, value in pairs}
        return {name: _alternatives(value) if name == "groups" else value for name, value in said.items()}
    return text


def _alternatives(text: str) -> list[str]:
    return [alternative.strip() for alternative in re.split(r"(?:^|\s)/(?=\s|$)", text.strip())]
