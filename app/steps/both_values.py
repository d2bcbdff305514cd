"""Where the source gives two values for one thing, an answer that has one of them gives the other too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.phrases import COLUMNS, support
from index.records import Passage, Sentence, Slip


def with_both_values(draft: Draft, base: EvidenceBase) -> Draft:
    """The draft with a sentence for each value that differs elsewhere in the source, cited at both places."""
    slips: dict[str, tuple[Slip, Support]] = {}
    for statement in draft.statements:
        for place in statement.support:
            for slip in base.slips_of(place.passage, place.quote, place.columns):
                if slip.differs:
                    slips.setdefault(slip.id, (slip, place))
    added = tuple(Statement(slip.note, (here, *_elsewhere(slip, here, base))) for slip, here in slips.values())
    return replace(draft, blocks=(*draft.blocks, *added)) if added else draft


def differing(rows: Iterable[RowFacts], value: str, base: EvidenceBase) -> tuple[Statement, ...]:
    """A sentence for each row whose `value` differs elsewhere in the source, cited at both places."""
    found: dict[str, Statement] = {}
    for facts in rows:
        here = support(facts, value)
        for slip in base.slips_of(facts.passage, here.quote, frozenset({COLUMNS[value]})):
            if slip.differs:
                found.setdefault(slip.id, Statement(slip.note, (here, *_elsewhere(slip, here, base))))
    return tuple(found.values())


def _elsewhere(slip: Slip, here: Support, base: EvidenceBase) -> list[Support]:
    """The other places of the slip, each at the words that hold its value."""
    rows = [
        support(facts, value)
        for facts in base.rows
        for value, column in COLUMNS.items()
        if column in slip.columns and f"{facts.table.number}:{facts.row.name}" in slip.rows
    ]
    paragraphs = [
        Support(passage, span.start, span.end, 1.0)
        for passage in base.passages
        if passage.paragraph in slip.passages and (span := _telling(slip, passage))
    ]
    return [place for place in (*rows, *paragraphs) if place.passage.id != here.passage.id]


def _telling(slip: Slip, passage: Passage) -> Sentence | None:
    """The first sentence that names what the slip is about."""
    for number, span in enumerate(passage.sentences):
        words = passage.sentence(number).casefold()
        if not slip.about or any(about.casefold() in words for about in slip.about):
            return span
    return None
