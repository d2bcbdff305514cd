"""The five typed tables as one list of arms: for a table on the page, a CSV file and the plots. Pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.rules.catalogue import OPTIONS
from app.steps.evidence import EvidenceBase, RowFacts
from index.records import Arm, Value

Endpoint = Literal["os", "pfs"]
NOT_REACHED = "NR"
_ROLES = {"control": "comparator", "active": "tested"}
_EVIDENCE = {option.id: option.evidence for option in OPTIONS}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as printed (None: the print gives nothing) and its number.

    `number` is None too where the cell holds no single number: a range ("19–53"), a bound (">1000"), "NR".
    """

    printed: str | None = None
    number: float | None = None

    @property
    def not_reached(self) -> bool:
        return self.printed == NOT_REACHED


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One arm of a trial, or one subgroup that the table has a line for; what belongs to the trial stands on each.

    `row` is the rules' name of the place ("T2:SUNLIGHT"), `source` author and year, `role` "comparator" or "tested".
    `orr` is in percent, `pfs` and `os` are medians in months; a star is the print's mark of a significant difference,
    None where the table has no such mark. `note` says what to know about the print of this line.
    """

    table: str
    row: str
    trial: str
    source: str
    regimen: str
    role: str
    n: Cell
    orr: Cell
    pfs: Cell
    pfs_star: bool | None
    pfs_hr: Cell
    pfs_hr_low: Cell
    pfs_hr_high: Cell
    os: Cell
    os_star: bool | None
    os_hr: Cell
    os_hr_low: Cell
    os_hr_high: Cell
    qol: str | None
    reference: str | None
    note: str | None

    def median(self, endpoint: Endpoint) -> Cell:
        """The arm's median in months."""
        return self.os if endpoint == "os" else self.pfs

    def star(self, endpoint: Endpoint) -> bool | None:
        """Whether that median is printed with the asterisk of a significant difference."""
        return self.os_star if endpoint == "os" else self.pfs_star

    def ratio(self, endpoint: Endpoint) -> tuple[Cell, Cell, Cell]:
        """The trial's hazard ratio, and the lower and upper limit of its 95% confidence interval."""
        if endpoint == "os":
            return self.os_hr, self.os_hr_low, self.os_hr_high
        return self.pfs_hr, self.pfs_hr_low, self.pfs_hr_high


@dataclass(frozen=True, slots=True)
class Trial:
    """A row of a table with its lines (at least one) in the order of print."""

    row: str
    lines: tuple[TrialLine, ...]

    @property
    def table(self) -> str:
        return self.lines[0].table

    @property
    def name(self) -> str:
        return self.lines[0].trial

    @property
    def source(self) -> str:
        return self.lines[0].source

    def of_role(self, role: str) -> tuple[TrialLine, ...]:
        """The arms that are "comparator" or "tested"."""
        return tuple(line for line in self.lines if line.role == role)


# Fields of a line that hold a Cell and those that hold words, in the order of the columns.
_COLUMNS = (
    ("row", "Row"), ("table", "Table"), ("trial", "Trial"), ("source", "Source"), ("regimen", "Regimen"),
    ("role", "Arm"), ("n", "N"), ("orr", "ORR, %"), ("pfs", "PFS, months"), ("pfs_star", "PFS significant"),
    ("pfs_hr", "PFS HR"), ("pfs_hr_low", "PFS HR 95% CI low"), ("pfs_hr_high", "PFS HR 95% CI high"),
    ("os", "OS, months"), ("os_star", "OS significant"), ("os_hr", "OS HR"), ("os_hr_low", "OS HR 95% CI low"),
    ("os_hr_high", "OS HR 95% CI high"), ("qol", "Quality of life"), ("reference", "Reference"), ("note", "Note"),
)  # fmt: skip
_CELLS = frozenset(["n", "orr", "pfs", "pfs_hr", "pfs_hr_low", "pfs_hr_high", "os", "os_hr", "os_hr_low", "os_hr_high"])
_NO_NUMBER = "Not one number"
HEADINGS = (*(heading for _, heading in _COLUMNS), _NO_NUMBER)
DATATYPES: tuple[Literal["str", "number"], ...] = (
    *("number" if field in _CELLS else "str" for field, _ in _COLUMNS),
    "str",
)


def trial_lines(base: EvidenceBase) -> tuple[TrialLine, ...]:
    """Every arm of the review's tables 1 to 5, in the order of print."""
    return tuple(_line(place, facts, arm) for place, facts in base.rows_by_place.items() for arm in facts.row.arms)


def trials_of(lines: Iterable[TrialLine]) -> tuple[Trial, ...]:
    """The lines gathered by trial (table row), in the order in which each first comes."""
    gathered: dict[str, list[TrialLine]] = {}
    for line in lines:
        gathered.setdefault(line.row, []).append(line)
    return tuple(Trial(row, tuple(members)) for row, members in gathered.items())


def trials_of_options(option_ids: Iterable[str]) -> tuple[str, ...]:
    """The table rows ("T2:SUNLIGHT") that the rules cite as evidence for the options, each once, in that order.

    Empty for an option that rests on prose alone. Raises KeyError for an id that is none of the twelve.
    """
    return tuple(dict.fromkeys(cite.place for option in option_ids for cite in _EVIDENCE[option]))


def as_records(lines: Iterable[TrialLine]) -> list[list[str | float | None]]:
    """A list for each line, as long as HEADINGS, of the types that DATATYPES gives.

    A column of numbers holds floats, and None where there is no single one, so that it sorts; a range, a bound or "NR"
    is told in the last column ("N 19–53; OS, months NR"). Words that are not given are "".
    """
    return [[*(_sortable(line, field) for field, _ in _COLUMNS), _without_number(line)] for line in lines]


def as_csv(lines: Iterable[TrialLine]) -> str:
    """The lines as CSV (comma, CRLF) under HEADINGS without the last, every cell as printed, empty where none is."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS[:-1])
    writer.writerows([_text(line, field) for field, _ in _COLUMNS] for line in lines)
    return written.getvalue()


def _line(place: str, facts: RowFacts, arm: Arm) -> TrialLine:
    row = facts.row

    def of_trial(column: str) -> Cell:
        return next((_cell(member.cells[column]) for member in row.arms if column in member.cells), EMPTY)

    def of_arm(column: str) -> Cell:
        return _cell(arm.cells[column]) if column in arm.cells else EMPTY

    return TrialLine(
        table=facts.table.number,
        row=place,
        trial=row.name,
        source=" ".join(part for part in (row.printed("author"), row.printed("year")) if part),
        regimen=arm.name,
        role=_ROLES[arm.printed("role") or ""],
        n=of_arm("n"),
        orr=of_arm("orr_pct"),
        pfs=of_arm("pfs_months"),
        pfs_star=_flag(arm.printed("pfs_star")),
        pfs_hr=of_trial("pfs_hr"),
        pfs_hr_low=of_trial("pfs_hr_low"),
        pfs_hr_high=of_trial("pfs_hr_high"),
        os=of_arm("os_months"),
        os_star=_flag(arm.printed("os_star")),
        os_hr=of_trial("os_hr"),
        os_hr_low=of_trial("os_hr_low"),
        os_hr_high=of_trial("os_hr_high"),
        qol=row.printed("qol"),
        reference=row.printed("reference"),
        note=arm.printed("note"),
    )


def _cell(value: Value) -> Cell:
    return Cell(value.printed, value.low if value.low == value.high else None)


def _flag(printed: str | None) -> bool | None:
    return None if printed is None else printed == "yes"


def _text(line: TrialLine, field: str) -> str:
    value = getattr(line, field)
    if isinstance(value, Cell):
        value = value.printed
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _sortable(line: TrialLine, field: str) -> str | float | None:
    value = getattr(line, field)
    return value.number if isinstance(value, Cell) else _text(line, field)


def _without_number(line: TrialLine) -> str:
    told = ((heading, getattr(line, field)) for field, heading in _COLUMNS if field in _CELLS)
    return "; ".join(f"{heading} {cell.printed}" for heading, cell in told if cell.printed and cell.number is None)
