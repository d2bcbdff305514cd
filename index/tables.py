"""The typed tables: CSV files checked cell by cell against `schema.toml`."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import CorpusError
from index.records import Arm, Row, Table, Value

_NUMBER = r"\d+(?:\.\d+)?"
_FORMS = {
    "integer": re.compile(r"\d+"),
    "number": re.compile(rf"{_NUMBER}|NR"),
    "range": re.compile(rf"[<>]?{_NUMBER}|{_NUMBER}–{_NUMBER}|NR"),
    "p": re.compile(rf"NS|[<>]?{_NUMBER}"),
    "flag": re.compile("yes|no"),
    "text": re.compile(r".+"),
}


class _Column(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["text", "integer", "number", "range", "p", "flag"]
    scope: Literal["arm", "trial"]
    means: str
    unit: str | None = None
    required: bool = False
    values: list[str] | None = None
    tables: list[str] | None = None


class _TableEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: str
    section: str
    file: str
    caption: str
    label: str


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")
    table: list[_TableEntry]
    columns: dict[str, _Column]


def read_tables(folder: Path) -> tuple[Table, ...]:
    """The tables that `folder/schema.toml` lists, every cell checked.

    Raises CorpusError naming file, line and column for a cell, header or row that the schema does not allow.
    """
    path = folder / "schema.toml"
    try:
        schema = _Schema.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CorpusError(f"{path}: the table schema cannot be read: {first_line(error)}") from error
    return tuple(_read_table(folder / entry.file, entry, schema.columns) for entry in schema.table)


def first_line(error: Exception) -> str:
    """What a library's error says, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _read_table(path: Path, entry: _TableEntry, columns: dict[str, _Column]) -> Table:
    allowed = {name: column for name, column in columns.items() if not column.tables or entry.number in column.tables}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(f"{path}: the table cannot be read: {first_line(error)}") from error
    header = lines[0] if lines else []
    if unknown := [name for name in header if name not in allowed]:
        raise CorpusError(f"{path}: column {unknown[0]!r} is not in schema.toml for Table {entry.number}.")
    if missing := [name for name, column in allowed.items() if column.required and name not in header]:
        raise CorpusError(f"{path}: the column {missing[0]!r}, which schema.toml requires, is missing.")
    arms = [
        _read_arm(cells, header, allowed, f"{path}, line {number}") for number, cells in enumerate(lines[1:], start=2)
    ]
    return Table(entry.number, entry.section, entry.caption, entry.label, tuple(_rows(arms, entry, allowed, path)))


def _read_arm(cells: list[str], header: list[str], columns: dict[str, _Column], where: str) -> Arm:
    if len(cells) != len(header):
        raise CorpusError(f"{where}: {len(cells)} cells under {len(header)} columns.")
    values: dict[str, Value] = {}
    for name, cell in zip(header, cells, strict=True):
        column = columns[name]
        if not cell:
            if column.required:
                raise CorpusError(f"{where}: the column {name!r} must not be empty.")
            continue
        if not _FORMS[column.type].fullmatch(cell) or (column.values and cell not in column.values):
            wanted = " or ".join(column.values) if column.values else column.type
            raise CorpusError(f"{where}, column {name!r}: {cell!r} is not of the form {wanted}.")
        values[name] = _value(cell, column.type)
    return Arm(values)


def _value(cell: str, kind: str) -> Value:
    if kind not in ("integer", "number", "range"):
        return Value(cell)
    numbers = [float(number) for number in re.findall(_NUMBER, cell)]
    if not numbers:
        return Value(cell)
    low, high = numbers[0], numbers[-1]
    return Value(cell, None if cell[0] == "<" else low, None if cell[0] == ">" else high)


def _rows(arms: list[Arm], entry: _TableEntry, columns: dict[str, _Column], path: Path) -> Iterable[Row]:
    grouped: dict[str, list[Arm]] = {}
    for arm in arms:
        grouped.setdefault(arm.cells["row"].printed, []).append(arm)
    shared = [name for name, column in columns.items() if column.scope == "trial"]
    for name, members in grouped.items():
        for column in shared:
            printed = {arm.printed(column) for arm in members} - {None}
            if len(printed) > 1:
                raise CorpusError(
                    f"{path}, row {name!r}: the arms disagree on {column!r}: {sorted(map(str, printed))}."
                )
        yield Row(entry.number, name, tuple(members))
