"""Whether an answer cites at least one place that carries it."""

from __future__ import annotations

from eval.measures.measure import Measure, Score, good, has_places, question_of
from eval.questions import at_place
from eval.replies import Cited, Reply
from eval.sets import Item


def is_acceptable(item: Item, cited: Cited) -> bool:
    """Whether the citation stands at one of the question's places."""
    return at_place(question_of(item).locators, cited.section, cited.table, cited.row)


def _score(item: Item, reply: Reply) -> Score:
    citations = reply.given.citations
    cited = ", ".join(part.locator or part.section for part in citations) or "nothing"
    why = f"cites {cited}; expected one of {', '.join(question_of(item).locators)}"
    return good(any(is_acceptable(item, part) for part in citations), why)


CITATION_HIT = Measure(
    "citation_hit", "Citation hit", "a citation stands at a place that carries the answer", has_places, _score
)
