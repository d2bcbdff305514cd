"""What a question takes for granted or asks to be confirmed of a trial's result, held against the table's cells."""

from __future__ import annotations

import re
from dataclasses import replace

from app.rules.records import Cite
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.outcomes import Outcome, differs_by_order, holds, outcomes_in
from app.steps.phrases import value_statement
from app.steps.places import supports
from app.steps.understand import Question

_CONFIRM = re.compile(
    r"^\W*(?:(?:so|and|but|well|ok)\W+)*(?:is it (?:true|right|correct)|did|does|do|was|were|is|are|has|have|can|"
    r"could)\b"
    r"|\b(?:right|correct|true|yes|no|isn['’]t it|wasn['’]t it|didn['’]t (?:it|they)|was it|did it|is it|"
    r"doesn['’]t it)\W*\?",
    re.I,
)
_GRANTED = re.compile(
    r"\b(?:why|how come|since|given|because|as|now that|considering|in view of|thanks to|due to|what explains|explain|"
    r"how large|how big|how much|how many|on the back of|based on|after|with (?:its|the|such))\b",
    re.I,
)
# Where all drugs of Table 3 are said not to have been approved.
_NONE_APPROVED = Cite("2.2-p1", ("drugs of table 3", "approved"))


def checked_premise(question: Question, rows: tuple[RowFacts, ...], base: EvidenceBase) -> Statement | None:
    """The value that a claim of the question is on, with a yes or no before it; None where no claim is made or the
    table does not tell.
    """
    outcomes = outcomes_in(question.text, base.lexicon)
    asks = bool(_CONFIRM.search(question.text))
    if (
        question.of_part
        or len({facts.row.name for facts in rows}) != 1
        or not outcomes
        or _of_other_marker(question, rows[0], base)
        or not (asks or _GRANTED.search(question.text))
    ):
        return None
    judged = [(outcome, held) for outcome in outcomes if (held := holds(outcome, rows[0])) is not None]
    wrong = [outcome for outcome, held in judged if not held]
    if wrong:
        return _led("On the contrary" if not wrong[0].better else "No", wrong[0], rows[0])
    if orders := [outcome for outcome in outcomes if differs_by_order(rows[0], outcome.value)]:
        return value_statement(rows[0], orders[0].value)
    right = [outcome for outcome, held in judged if held and outcome.better]
    return _led("Yes", right[0], rows[0]) if right and asks and len(judged) == 1 else None


def _of_other_marker(question: Question, facts: RowFacts, base: EvidenceBase) -> bool:
    """Whether the claim is on a marker of which the row tells nothing."""
    markers = [name for name in question.named if base.lexicon.entries[name].kind == "marker"]
    here = facts.passage.entities
    return any(not any(name == one or name.startswith(one) or one.startswith(name) for name in here) for one in markers)


def approval_denied(question: Question, rows: tuple[RowFacts, ...], base: EvidenceBase) -> Statement | None:
    """Where the approval of a drug of Table 3 is asked for: the sentence that none of them has been approved."""
    if "approval" not in question.named or not rows or any(facts.table.number != "3" for facts in rows):
        return None
    support = supports((_NONE_APPROVED,), base)
    if not support or support[0].quote == support[0].passage.text:
        return None
    return Statement(support[0].quote, support)


def _led(word: str, outcome: Outcome, facts: RowFacts) -> Statement:
    told = value_statement(facts, outcome.value)
    return replace(told, text=f"{word}: {told.text[0].lower()}{told.text[1:]}")
