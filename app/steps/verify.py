"""Independent of composition: nothing in a sentence may be absent from what the sentence cites, or turned round."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.steps.draft import Block, Draft, Grid, Statement
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.ledger import Ledger, ledger_of
from app.steps.line_checks import line_holds
from app.steps.own_checks import own_holds
from app.steps.paraphrase_checks import paraphrase_holds
from app.steps.prose_checks import prose_holds
from app.steps.replies import reply
from app.steps.row_wording import plainly
from app.steps.ruled_checks import ruled_holds
from app.steps.slip_checks import slip_holds
from app.steps.table_checks import RowSentence
from app.steps.told_checks import told_holds

_PLACE = re.compile(
    r"§\s*\d+(?:\.\d+)?|\b(?:sections?|paragraphs?|Tables?|phase) \d+(?:\.\d+)?(?:(?:, | and )\d)*", re.I
)
_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|thirds?|quarters?|percent)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Verified:
    """The draft with its failing sentences and lines taken out, and how many those were."""

    draft: Draft
    dropped: int


def verify(draft: Draft, base: EvidenceBase) -> Verified:
    """Drops every statement and every line of a table that its citations (or the rules) do not bear out.

    A table without lines goes. Where an answered draft has nothing left that stands on evidence or rules, its status
    says that the corpus does not answer.
    """
    ledger = ledger_of(base)
    kept: list[Block] = []
    dropped = 0
    for block, below in zip(draft.blocks, (*draft.blocks[1:], None), strict=False):
        if isinstance(block, Grid):
            lines = tuple(line for line in block.lines if line_holds(line, block, ledger))
            dropped += len(block.lines) - len(lines)
            kept += [block] if lines == block.lines and lines else [replace(block, lines=lines)] if lines else []
        elif statement_holds(block, base, below if isinstance(below, Grid) else None):
            kept.append(block)
        else:
            dropped += 1
    if dropped and (not kept or (draft.status == "answered" and not any(map(_stands, kept)))):
        return Verified(Draft("insufficient_evidence", (Statement(reply("corpus_silent"), own=True),)), dropped)
    return Verified(replace(draft, blocks=tuple(kept)) if dropped else draft, dropped)


def statement_holds(statement: Statement, base: EvidenceBase, below: Grid | None = None) -> bool:
    """Whether the statement is borne out; `below` is the table that follows it, over whose rows it may rank."""
    ledger = ledger_of(base)
    if not all(map(ledger.is_evidence, statement.support)):
        return False
    if statement.own:
        return own_holds(statement, ledger)
    if statement.ruled:
        return ruled_holds(statement.text, statement.ruled, statement.support, ledger)
    if not statement.support:
        text = _PLACE.sub(" ", statement.text)
        return not _FIGURE.search(text) and ledger.knows_names(text, [])
    return _cited_holds(statement, below, ledger)


def _cited_holds(statement: Statement, below: Grid | None, ledger: Ledger) -> bool:
    on_rows = tuple(place for place in statement.support if place.passage.kind == "row" and ledger.row(place))
    on_prose = tuple(place for place in statement.support if place not in on_rows)
    if not on_rows:
        checks = (prose_holds, told_holds, paraphrase_holds)
        return any(holds(statement.text, on_prose, ledger) for holds in checks)
    if slip_holds(statement, ledger.base):
        return True
    if on_prose and prose_holds(statement.text, on_prose, ledger):
        return False  # a row that is cited beside has no part in the sentence
    passages = [ledger.cited(place.passage) for place in statement.support]
    if on_prose or not ledger.knows_names(statement.text, passages):
        return False
    listed = _rows_of(below, ledger)
    if RowSentence(statement.text, on_rows, ledger, listed).holds():
        return True
    rows = ledger.rows_of(on_rows)
    plain = plainly(statement.text, ledger.arm_pattern(rows), ledger.controls_of(rows))
    return plain != statement.text and RowSentence(plain, on_rows, ledger, listed).holds()


def _rows_of(grid: Grid | None, ledger: Ledger) -> tuple[RowFacts, ...]:
    """The rows that the lines of a table stand for."""
    lines = grid.lines if grid else ()
    return ledger.rows_of(place for line in lines for place in line.support)


def _stands(block: Block) -> bool:
    """Whether the block stands on evidence or on the rules."""
    return isinstance(block, Grid) or bool(block.support or block.ruled)
