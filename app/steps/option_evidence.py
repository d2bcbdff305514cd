"""The key evidence of an option in sentences, in the words of its table rows."""

from __future__ import annotations

from collections.abc import Iterator

from app.rules.case import SUPPORTIVE
from app.rules.catalogue import OPTIONS
from app.rules.consultation import OptionAdvice
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.phrases import COLUMNS, amount, arm_words, place, reached, says, support, value_statement
from app.steps.places import row_of

CATALOGUE = {option.id: option for option in OPTIONS}
# A randomized trial is told by its survival; a row that sums up small trials by its response rate too.
_OF_TRIAL = ("os",)
_OF_OVERVIEW = ("orr", "os")
_RANDOMIZED = "2"
_IN_BRIEF = {"orr": "response rate", "os": "median OS", "pfs": "median PFS"}


def key_evidence(option: OptionAdvice, base: EvidenceBase) -> Iterator[Statement]:
    """The figures of the option's foremost rows: the first randomized trial, else every row of the overview."""
    for row in _foremost(option, base):
        for value in _values(row, option):
            if _is_told(row, value):
                yield value_statement(row, value)


def evidence_in_brief(option: OptionAdvice, base: EvidenceBase) -> Iterator[Statement]:
    """The same, one short sentence a row; where survival was not reached, that without progression."""
    for row in _foremost(option, base):
        values = [value for value in _values(row, option) if _is_told(row, value)]
        if "os" not in values and _is_told(row, "pfs"):
            values.append("pfs")
        if values:
            yield _brief(row, values)


def _foremost(option: OptionAdvice, base: EvidenceBase) -> list[RowFacts]:
    rows = [row for cite in option.evidence if (row := row_of(cite, base))]
    trials = [row for row in rows if row.table.number == _RANDOMIZED]
    return trials[:1] or [row for row in rows if row.table.number == "1"] or rows[:1]


def _values(row: RowFacts, option: OptionAdvice) -> tuple[str, ...]:
    return _OF_TRIAL if row.table.number == _RANDOMIZED or option.id == SUPPORTIVE else _OF_OVERVIEW


def _brief(row: RowFacts, values: list[str]) -> Statement:
    """ "Median OS 10.8 months with FTD/TPI + bevacizumab against 7.5 months with FTD/TPI in SUNLIGHT (HR 0.61, …)"."""
    supported = tuple(support(row, value) for value in values)
    arms = [arm for arm in row.row.arms if arm.printed(COLUMNS[values[0]]) is not None]
    where = place(row)
    if len(arms) == 1:
        figures = " and ".join(f"{_IN_BRIEF[value]} {amount(arms[0], value)}" for value in values)
        told = f"{figures} {arm_words(row.row, arms[0])}"
        text = f"{told} ({where})" if where.startswith("Table") else f"{told} in {where}"
    else:
        arms.sort(key=lambda arm: arm.printed("role") == "control")
        value = values[0]
        told = " against ".join(f"{amount(arm, value)} {arm_words(row.row, arm)}" for arm in arms)
        text = f"{_IN_BRIEF[value]} {told} in {where}{_ratio(row, value)}"
    return Statement(f"{text[0].upper()}{text[1:]}.", supported)


def _ratio(row: RowFacts, value: str) -> str:
    ratio, low, high = (row.row.printed(f"{value}_hr{part}") for part in ("", "_low", "_high"))
    if not ratio:
        return ""
    return f" (HR {ratio}, 95% CI {low}–{high})" if low and high else f" (HR {ratio})"


def _is_told(row: RowFacts, value: str) -> bool:
    return says(row, value) and reached(row, value, "")
