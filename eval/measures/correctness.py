"""Whether the answer says what it must, nothing it must not, and has the right status."""

from __future__ import annotations

import re

from eval.measures.measure import Measure, Score, good, is_question, question_of
from eval.replies import Reply
from eval.sets import Item

# A mark of a citation is no word of the answer: "[3]" must not be taken for the figure 3.
_MARK = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\]")


def without_marks(text: str) -> str:
    """The answer's text without its citation marks."""
    return _MARK.sub("", text)


def has_gold(groups: tuple[tuple[str, ...], ...], text: str) -> list[str]:
    """The gold groups of which no string stands in the text, each by its first string; case is ignored."""
    said = text.casefold()
    return [group[0] for group in groups if not any(string.casefold() in said for string in group)]


def _score(item: Item, reply: Reply) -> Score:
    gold, given = question_of(item), reply.given
    if given.status != item.status:
        return Score(0.0, f"status {given.status}, expected {item.status}")
    said = without_marks(given.answer)
    missing = has_gold(gold.gold, said)
    wrong = [string for string in gold.forbidden if string.casefold() in said.casefold()]
    reasons = [f"does not say {string!r}" for string in missing] + [f"says {string!r}" for string in wrong]
    return good(not reasons, "; ".join(reasons))


CORRECT = Measure(
    "correct",
    "Answer right",
    "the status is the expected one, every gold group has a string in the answer, no forbidden string stands in it",
    is_question,
    _score,
    decides=True,
)
