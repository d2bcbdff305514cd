"""The key evidence of an option in sentences, in the words of its table rows."""

from __future__ import annotations

from collections.abc import Iterator

from app.rules.case import SUPPORTIVE
from app.rules.consultation import OptionAdvice
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.phrases import reached, says, value_statement
from app.steps.places import row_of

# A randomized trial is told by its survival; a row that sums up small trials by its response rate too.
_OF_TRIAL = ("os",)
_OF_OVERVIEW = ("orr", "os")
_RANDOMIZED = "2"


def key_evidence(option: OptionAdvice, base: EvidenceBase) -> Iterator[Statement]:
    """The figures of the option's foremost rows: the first randomized trial, else every row of the overview."""
    rows = [row for cite in option.evidence if (row := row_of(cite, base))]
    trials = [row for row in rows if row.table.number == _RANDOMIZED]
    chosen = trials[:1] or [row for row in rows if row.table.number == "1"] or rows[:1]
    for row in chosen:
        for value in _OF_TRIAL if trials or option.id == SUPPORTIVE else _OF_OVERVIEW:
            if _is_told(row, value):
                yield value_statement(row, value)


def _is_told(row: RowFacts, value: str) -> bool:
    return says(row, value) and reached(row, value, "")
