"""Statements from table cells: values of rows, what a row does not give, the extreme of a table."""

from __future__ import annotations

from dataclasses import dataclass

from app.steps.draft import Statement
from app.steps.evidence import RowFacts
from app.steps.lookup import LookUp
from app.steps.phrases import COLUMNS, NAMES, place, reached, says, value_statement
from app.steps.replies import reply

_ONLY_IN = {"qol": "234", "ras": "5", "os_one_year": "5", "prevalence": "1", "line": "125"}


@dataclass(frozen=True, slots=True)
class Cells:
    """Statements from cells; the values whose cell is empty, each with the sentence that says so; and whether any
    arm that was asked for has a value (rather than "not reached"). `open_values` are those that lack an arm or row;
    `drugs` are those of each row.
    """

    statements: tuple[Statement, ...]
    missing: tuple[tuple[str, str], ...]
    open_values: frozenset[str]
    drugs: tuple[frozenset[str], ...]
    any_reached: bool


def cells_of(lookup: LookUp, values: tuple[str, ...], asked: str) -> Cells:
    """What the rows of `lookup` print for `values`; `asked` is the question's text."""
    statements: list[Statement] = []
    missing: list[tuple[str, str]] = []
    incomplete: set[str] = set()
    any_reached = False
    for facts in lookup.rows:
        for value in values:
            if facts.table.number not in _ONLY_IN.get(value, "12345"):
                continue
            if says(facts, value):
                statements.append(value_statement(facts, value))
                any_reached |= reached(facts, value, asked)
                incomplete |= {value} if facts.row.table != "5" and _lacks_arm(facts, value) else set()
            elif value == "os" and says(facts, "os_one_year"):
                statements.append(value_statement(facts, "os_one_year"))
                any_reached = True
            else:
                where = f"{place(facts)} in Table {facts.table.number}"
                missing.append((value, reply("cell_empty", place=where, what=NAMES[value])))
    incomplete |= {value for value, _ in missing}
    return Cells(
        tuple(statements),
        tuple(missing),
        frozenset(incomplete),
        tuple(facts.drugs for facts in lookup.rows),
        any_reached,
    )


def _lacks_arm(facts: RowFacts, value: str) -> bool:
    return any(arm.printed("regimen") is None or arm.printed(COLUMNS[value]) is None for arm in facts.row.arms)
