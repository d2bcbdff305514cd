"""Which share of an answer's citations stands at a place that carries the answer."""

from __future__ import annotations

from eval.measures.citation_hit import is_acceptable
from eval.measures.measure import Measure, Score, has_places
from eval.replies import Reply
from eval.sets import Item


def _score(item: Item, reply: Reply) -> Score | None:
    citations = reply.given.citations
    if not citations:
        return None
    beside = [part.locator or part.section for part in citations if not is_acceptable(item, part)]
    why = f"elsewhere: {', '.join(beside)}" if beside else ""
    return Score(1 - len(beside) / len(citations), why)


CITATION_PRECISION = Measure(
    "citation_precision",
    "Citation precision",
    "share of the citations at a place that carries the answer, of answers that cite",
    has_places,
    _score,
)
