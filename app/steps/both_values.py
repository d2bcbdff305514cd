"""Where the source gives two values for one thing, an answer that has one of them gives the other too."""

from __future__ import annotations

from dataclasses import replace

from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase
from index.records import Passage, Slip


def with_both_values(draft: Draft, base: EvidenceBase) -> Draft:
    """The draft with a sentence for each value that differs elsewhere in the source, cited at both places."""
    slips: dict[str, tuple[Slip, Support]] = {}
    for statement in draft.statements:
        for support in statement.support:
            for slip in base.slips_of(support.passage, support.quote, support.columns):
                if slip.differs:
                    slips.setdefault(slip.id, (slip, support))
    added = tuple(Statement(slip.note, (here, *_elsewhere(slip, here, base))) for slip, here in slips.values())
    return replace(draft, statements=(*draft.statements, *added)) if added else draft


def _elsewhere(slip: Slip, here: Support, base: EvidenceBase) -> list[Support]:
    """The other places of the slip, each at the sentence that holds its value."""
    others = (passage for passage in base.passages if _is_place(slip, passage) and passage.id != here.passage.id)
    supports = []
    for passage in others:
        number = _sentence(slip, passage)
        if number is not None:
            span = passage.sentences[number]
            supports.append(Support(passage, span.start, span.end, 1.0, frozenset(slip.columns)))
    return supports


def _is_place(slip: Slip, passage: Passage) -> bool:
    return passage.paragraph in slip.passages or f"{passage.table}:{passage.row}" in slip.rows


def _sentence(slip: Slip, passage: Passage) -> int | None:
    """The sentence that names what the slip is about or, in a table row, the first that has a figure of its note."""
    for number in range(len(passage.sentences)):
        words = passage.sentence(number)
        if passage.kind == "row":
            if any(_LEADS[column] in words for column in slip.columns if column in _LEADS):
                return number
        elif not slip.about or any(about.casefold() in words.casefold() for about in slip.about):
            return number
    return None


_LEADS = {"orr_pct": "(ORR)", "n": "(N)", "qol": "(QoL)", "prevalence_pct": "% of mCRC", "os_months": "(OS)"}
