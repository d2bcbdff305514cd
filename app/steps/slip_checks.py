"""A note on a place where the source contradicts itself: in the corpus's own words, beside the places it concerns."""

from __future__ import annotations

from app.steps.draft import Statement, Support
from app.steps.evidence import EvidenceBase
from index.records import Slip


def slip_holds(statement: Statement, base: EvidenceBase) -> bool:
    """Whether the statement is the note of a slip, and every place that it cites is one of the slip's."""
    documents = {place.passage.document for place in statement.support}
    slips = [slip for name in documents if name in base.documents for slip in base.documents[name].slips]
    slip = next((slip for slip in slips if slip.note == statement.text), None)
    return slip is not None and all(_concerns(slip, place) for place in statement.support)


def _concerns(slip: Slip, place: Support) -> bool:
    passage = place.passage
    if passage.kind == "row":
        return f"{passage.table}:{passage.row}" in slip.rows
    return passage.paragraph in slip.passages
