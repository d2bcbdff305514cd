"""A trial asked for by its figure: "which study had a hazard ratio of 0.55 for OS?", "who reported 24.1 months?"."""

from __future__ import annotations

import re

from app.steps.draft import Draft, Statement
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.phrases import COLUMNS, value_statement
from app.steps.replies import reply
from app.steps.understand import Question

_ASKS_WHO = re.compile(
    r"^\W*(?:(?:so|and|but|ok|hi|hello)\W+)*(?:(?:in )?(?:which|what) (?:[\w/-]+ ){0,3}?"
    r"(?:trials?|stud(?:y|ies)|drugs?|agents?|regimens?|combinations?|treatments?|arms?|authors?|group)\b|who\b|"
    r"where (?:was|did)\b)",
    re.I,
)
# What bounds a figure, or compares it, asks for a list and no single trial.
_BOUNDED = re.compile(
    r"\b(?:more|less|over|under|above|below|at least|at most|than|between|beyond|up to|minimum|maximum)\b|[<>≥≤]", re.I
)
_FIGURE = re.compile(r"(?<![\w.,–-])(\d{1,3}\.\d{1,2}|\d{1,3}(?= ?(?:%|percent|per cent|months?|mo\b)))(?![\d.–-])")
_NAMES_ONE = frozenset({"trial", "drug", "regimen", "class"})
_VALUES = ("os", "pfs", "orr")
_MOST = 4


def by_value(question: Question, base: EvidenceBase) -> Draft | None:
    """The rows that print the figure for the value asked about; None where no figure is asked back, or none has it."""
    figures = set(_FIGURE.findall(question.text))
    if len(figures) != 1 or not _ASKS_WHO.search(question.text) or _BOUNDED.search(question.text):
        return None
    if any(mention.kind in _NAMES_ONE for mention in question.mentions):
        return None
    values = [value for value in _VALUES if value in question.values] or list(_VALUES)
    ratio = "hr" in question.statistics
    (wanted,) = figures
    rows = [facts for facts in base.rows if question.table in (None, facts.table.number)]
    found = [(facts, value) for facts in rows for value in values if _prints(facts, value, wanted, ratio)]
    own = frozenset[str]().union(*(facts.trials for facts, _ in found if facts.table.number != "1"))
    # The overview repeats what the trial's own row has.
    found = [(facts, value) for facts, value in found if facts.table.number != "1" or not facts.trials & own]
    if not 0 < len(found) <= _MOST:
        return None
    several = len({facts.row.name for facts, _ in found}) > 1
    statements: list[Statement] = [value_statement(facts, value) for facts, value in found]
    return Draft("answered", tuple(statements), (reply("cross_trial"),) if several else ())


def _prints(facts: RowFacts, value: str, wanted: str, ratio: bool) -> bool:
    """Whether the row has the figure in a cell of the value: in its hazard ratio where that is asked for, else in an
    arm's.
    """
    if ratio:
        return _is_figure(facts.row.printed(f"{value}_hr") if value != "orr" else None, wanted)
    return any(_is_figure(arm.printed(COLUMNS[value]), wanted) for arm in facts.row.arms)


def _is_figure(printed: str | None, wanted: str) -> bool:
    """Whether the cell gives this number and no range: "10.8*" is 10.8."""
    found = re.match(r"\d+(?:\.\d+)?(?![\d.–-])", printed or "")
    return found is not None and float(found.group()) == float(wanted)
