"""Which share of the places that carry the answer is cited. The places are alternatives: no answer has to cite all."""

from __future__ import annotations

from eval.measures.measure import Measure, Score, has_places, question_of
from eval.questions import is_place
from eval.replies import Reply
from eval.sets import Item


def _score(item: Item, reply: Reply) -> Score:
    citations = reply.given.citations
    places = tuple(dict.fromkeys(question_of(item).locators))
    missed = [
        place for place in places if not any(is_place(place, part.section, part.table, part.row) for part in citations)
    ]
    why = f"not cited: {', '.join(missed)}" if missed else ""
    return Score(1 - len(missed) / len(places), why)


CITATION_RECALL = Measure(
    "citation_recall",
    "Citation recall",
    "share of the acceptable places that are cited (reported only: one place is enough)",
    has_places,
    _score,
)
