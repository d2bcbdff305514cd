"""The difference between the arms of one trial, computed from its cells and shown as computed."""

from __future__ import annotations

from app.steps.cell_figures import figure_of
from app.steps.draft import Statement
from app.steps.evidence import RowFacts
from app.steps.phrases import NAMES, amount, arm_words, comparison, place, value_statement


def difference_within(facts: RowFacts, value: str) -> Statement | None:
    """The sentence with both values, the larger first, and what they differ by; None where the arms are not two."""
    arms = [(figure, arm) for arm in facts.row.arms if (figure := figure_of(arm, value)) is not None]
    if len(arms) != 2:
        return None
    (more, better), (less, worse) = sorted(arms, key=lambda pair: -pair[0])
    unit = "percentage points" if value == "orr" else "months"
    told = value_statement(facts, value)
    compared = f"{comparison(facts.row, value)}."
    if more == less:
        both = f"{amount(better, value)} in both arms"
        text = f"In {place(facts)}, there was no difference in {NAMES[value]}: {both}{compared}"
    else:
        text = (
            f"In {place(facts)}, the difference in {NAMES[value]} was {more} − {less} = {more - less} {unit}: "
            f"{amount(better, value)} {arm_words(facts.row, better)} against {amount(worse, value)} "
            f"{arm_words(facts.row, worse)}{compared}"
        )
    return Statement(text, told.support)
