"""Whether "the longest …" is the longest: over the table that is named, or over the rows that are listed below."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from app.steps.cell_values import bounds, decimal_of, ratio
from app.steps.evidence import RowFacts
from app.steps.ledger import Ledger
from app.steps.table_reading import Part, Reading, numbers_in
from index.records import Arm

_WORD = re.compile(
    r"\b(?:(?P<most>longest|highest|largest|greatest|biggest|best)|(?P<least>shortest|lowest|smallest|fewest|worst))\b",
    re.I,
)
_AMONG = re.compile(r"\bamong\b", re.I)
_CONTROL = re.compile(r"\b(?:control|comparator|placebo) arms?\b", re.I)
_TESTED = re.compile(r"\b(?:tested|active|experimental) arms?\b", re.I)


def ranking_holds(reading: Reading, ledger: Ledger, listed: tuple[RowFacts, ...]) -> bool:
    """Whether the figure of the sentence is the extreme one, and every row that it names has it.

    Where the sentence ranks among some trials of a table and not all, those are the ones `listed` below it.
    """
    match = _WORD.search(reading.rest)
    endpoint = next((part.text for part in reading.of("endpoint")), None)
    if match is None or endpoint is None or not reading.rows:
        return False
    by_ratio = "hazard ratio" in reading.text.casefold()
    largest = bool(match["most"])
    if by_ratio and match.group().casefold() in ("best", "worst"):
        largest = not largest
    said = _figure_said(reading)
    if said is None:
        return False
    ranked = _ranked(reading, ledger, listed)
    arms = None if not _AMONG.search(reading.text) else _arm_names_said(reading)
    field = [value for facts in ranked for value in _values(facts, endpoint, by_ratio, largest, reading.text, arms)]
    own = [
        said in list(_values(facts, endpoint, by_ratio, largest, reading.text, arms))
        for facts in reading.rows
        if not reading.of("row") or any(facts.passage.id in part.rows for part in reading.of("row"))
    ]
    extreme = max(field, default=said) if largest else min(field, default=said)
    return extreme == said and bool(own) and all(own)


def _ranked(reading: Reading, ledger: Ledger, listed: tuple[RowFacts, ...]) -> tuple[RowFacts, ...]:
    if _AMONG.search(reading.text):
        return listed
    numbers = [number for part in reading.of("table") for number in part.text.split()]
    document = reading.rows[0].passage.document
    return tuple(facts for number in numbers for facts in ledger.rows_of_table(document, number)) or listed


def _figure_said(reading: Reading) -> Decimal | None:
    """The figure that is called the longest, lowest, …: a sum's result, else the first."""
    for part in reading.of("sum", "ratio", "value"):
        if (number := decimal_of(numbers_in(part.text)[-1] if numbers_in(part.text) else "")) is not None:
            return number
    return None


def _arm_names_said(reading: Reading) -> set[str] | None:
    """The role of the arm that holds the record, where only some trials are ranked: like is ranked with like."""
    said: list[Part] = reading.of("arm")
    roles = {
        arm.printed("role") or ""
        for facts in reading.rows
        for arm in facts.row.arms
        if any(part.text == (arm.printed("regimen") or "").casefold() for part in said)
    }
    return roles or None


def _values(
    facts: RowFacts, endpoint: str, by_ratio: bool, largest: bool, text: str, roles: set[str] | None
) -> Iterable[Decimal]:
    """The figures of a row that take part: its hazard ratio, its number of patients, or those of its arms."""
    if by_ratio:
        number = decimal_of(ratio(facts, endpoint) or "")
        return [number] if number is not None else []
    arms = [arm for arm in facts.row.arms if _takes_part(arm, text, roles)]
    known = [limits for arm in arms if (limits := bounds(arm, endpoint)) is not None]
    values = [limits[1] if largest else limits[0] for limits in known]
    if endpoint == "n" and " = " in text:
        return [sum(values, Decimal(0))] if len(known) == len(facts.row.arms) else []
    return values


def _takes_part(arm: Arm, text: str, roles: set[str] | None) -> bool:
    role = arm.printed("role") or ""
    if _CONTROL.search(text):
        return role == "control"
    if _TESTED.search(text):
        return role == "active"
    return roles is None or role in roles
