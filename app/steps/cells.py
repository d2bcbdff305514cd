"""Statements from table cells: values of rows, what a row does not give, the extreme of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.steps.draft import Statement, Support
from app.steps.evidence import RowFacts
from app.steps.lookup import LookUp
from app.steps.phrases import COLUMNS, NAMES, amount, arm_words, place, reached, says, support, value_statement
from app.steps.replies import reply
from index.records import Arm

_ONLY_IN = {"qol": "234", "ras": "5", "os_one_year": "5", "prevalence": "1", "line": "125"}
_MOST = re.compile(r"\b(?:longest|highest|best|greatest|largest|most)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:shortest|lowest|worst|smallest|least)\b", re.IGNORECASE)
_RANKED = frozenset({"os", "pfs", "orr", "n"})


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


def extreme(lookup: LookUp, asked: str) -> Statement | None:
    """The largest or smallest value of a whole table, where the question asks for it; None otherwise."""
    value = next((value for value in lookup.values if value in _RANKED), None)
    sign = 1 if _MOST.search(asked) else -1 if _LEAST.search(asked) else 0
    if value is None or not sign:
        return None
    found = [
        (sign * number, facts, arm)
        for facts in lookup.rows
        for arm in facts.row.arms
        if (number := _single(arm, value)) is not None
    ]
    if not found:
        return None
    most = max(figure for figure, _, _ in found)
    winners = [(facts, arm) for figure, facts, arm in found if figure == most]
    named = " and ".join(f"{arm_words(facts.row, arm)} in {place(facts)}" for facts, arm in winners)
    figure = amount(winners[0][1], value)
    text = (
        f"In Table {lookup.rows[0].table.number}, the {_extreme_word(value, sign)} {NAMES[value]} is {figure}, {named}."
    )
    return Statement(text, _supports(winners, value))


def _lacks_arm(facts: RowFacts, value: str) -> bool:
    return any(arm.printed("regimen") is None or arm.printed(COLUMNS[value]) is None for arm in facts.row.arms)


def _supports(winners: list[tuple[RowFacts, Arm]], value: str) -> tuple[Support, ...]:
    return tuple(dict.fromkeys(support(facts, value) for facts, _ in winners))


def _single(arm: Arm, value: str) -> float | None:
    cell = arm.cells.get(COLUMNS[value])
    return cell.low if cell is not None and cell.low == cell.high else None


def _extreme_word(value: str, sign: int) -> str:
    longer = {"os": ("longest", "shortest"), "pfs": ("longest", "shortest"), "n": ("largest", "smallest")}
    return longer.get(value, ("highest", "lowest"))[0 if sign > 0 else 1]
