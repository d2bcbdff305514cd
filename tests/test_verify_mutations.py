"""What verification catches: the drafts of real questions pass it as they are, and fail it with one word changed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from spoiling import Spoilt, Told, spoil, told_in

from app.assistant import Assistant
from app.steps.draft import Draft, Grid, Line, Statement
from app.steps.evidence import EvidenceBase
from app.steps.ledger import ledger_of
from app.steps.line_checks import line_holds
from app.steps.verify import statement_holds, verify

SETS = Path(__file__).resolve().parent.parent / "eval"
SEED = 20231100
EACH = 240
FEWEST = 1000
CAUGHT = 0.99


def turns_of(path: Path, most: int) -> list[list[str]]:
    """The turns of the first questions of a set, each fifth of a long set."""
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    step = max(1, len(entries) // most)
    return [entry.get("turns") or [entry.get("question") or entry["text"]] for entry in entries[::step][:most]]


@pytest.fixture(scope="module")
def drafts(assistant: Assistant) -> list[Draft]:
    """The drafts of over 200 questions and a dozen patients."""
    questions = [
        turns
        for name, most in (("tuned", 175), ("tuned_b", 38), ("tuned_c", 70))
        for turns in turns_of(SETS / "questions" / f"{name}.jsonl", most)
    ]
    patients = [turns for path in sorted(SETS.glob("vignettes/tuned_*.jsonl")) for turns in turns_of(path, 4)]
    assert len(questions) > 200
    assert len(patients) >= 12
    return [assistant.draft(turns) for turns in (*questions, *patients)]


@pytest.fixture(scope="module")
def told(drafts: list[Draft]) -> list[Told]:
    """Every statement and line of them, each once."""
    return list({(one.texts, one.what.support): one for draft in drafts for one in told_in(draft)}.values())


def holds(what: Statement | Line, grid: Grid | None, base: EvidenceBase) -> bool:
    if isinstance(what, Statement):
        return statement_holds(what, base, grid)
    assert grid is not None
    return line_holds(what, grid, ledger_of(base))


def test_nothing_of_a_true_answer_is_dropped(drafts: list[Draft], assistant: Assistant) -> None:
    dropped = [
        block
        for draft in drafts
        if verify(draft, assistant.base).dropped
        for block in draft.blocks
        if block not in verify(draft, assistant.base).draft.blocks
    ]
    assert [block.text if isinstance(block, Statement) else block.lines for block in dropped] == []


def test_verifying_twice_changes_nothing(drafts: list[Draft], assistant: Assistant) -> None:
    spoilt = [replace(draft, blocks=draft.blocks[::-1]) for draft in drafts]
    for draft in (*drafts, *spoilt):
        once = verify(draft, assistant.base).draft
        again = verify(once, assistant.base)
        assert again.draft == once
        assert again.dropped == 0


def test_spoilt_statements_are_caught(told: list[Told], assistant: Assistant) -> None:
    changes = spoil(told, assistant.base, SEED, EACH)
    missed = [change for change in changes if holds(change.after, change.grid, assistant.base)]
    assert len(changes) >= FEWEST
    assert len(changes) - len(missed) >= CAUGHT * len(changes), report(changes, missed)
    tried, slipped = (Counter(change.kind for change in some) for some in (changes, missed))
    assert all(tried[kind] for kind in tried)
    assert not [kind for kind in tried if slipped[kind] > max(2, 0.03 * tried[kind])], report(changes, missed)


def report(changes: list[Spoilt], missed: list[Spoilt]) -> str:
    """The rate by kind, and what slipped through."""
    tried, slipped = (Counter(change.kind for change in some) for some in (changes, missed))
    rates = [f"{kind}: {tried[kind] - slipped[kind]} of {tried[kind]}" for kind in sorted(tried)]
    return "\n".join([*rates, *(f"{change.kind}: {shown(change.before)} → {shown(change.after)}" for change in missed)])


def shown(what: Statement | Line) -> str:
    cited = "; ".join(place.passage.locator for place in what.support)
    return f"{what.text if isinstance(what, Statement) else what.cells} [{cited}]"
