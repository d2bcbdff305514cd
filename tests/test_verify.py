"""Verification is independent of composition: it is shown good statements and the same ones spoilt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.assistant import Assistant
from app.steps.cells import cells_of
from app.steps.draft import Draft, Statement
from app.steps.lookup import LookUp
from app.steps.verify import statement_holds, verify


@pytest.fixture
def good(assistant: Assistant) -> Statement:
    """The OS of SUNLIGHT, as composed."""
    rows = [facts for facts in assistant.base.rows if facts.row.name == "SUNLIGHT" and facts.table.number == "2"]
    return cells_of(LookUp(tuple(rows), ("os",), "trial"), ("os",), "").statements[0]


def test_every_cell_statement_of_every_table_holds(assistant: Assistant) -> None:
    values = ("os", "pfs", "orr", "n", "qol", "line", "ras", "os_one_year", "prevalence")
    statements = cells_of(LookUp(assistant.base.rows, values, "trial"), values, "").statements
    assert len(statements) > 180
    assert [statement.text for statement in statements if not statement_holds(statement, assistant.base.lexicon)] == []


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("10.8", "11.8"),
        ("7.5", "5.7"),
        ("HR 0.61", "HR 0.16"),
        ("0.77", "0.97"),
        ("bevacizumab", "panitumumab"),
        ("SUNLIGHT", "RECOURSE"),
        ("10.8 months", "10.8 months in RAS mutant"),
        ("median OS", "median OS in 2021"),
    ],
)
def test_spoilt_statement_is_caught(assistant: Assistant, good: Statement, said: str, instead: str) -> None:
    assert said in good.text
    assert statement_holds(good, assistant.base.lexicon)
    assert not statement_holds(replace(good, text=good.text.replace(said, instead)), assistant.base.lexicon)


def test_decimal_of_another_endpoint_is_caught(assistant: Assistant, good: Statement) -> None:
    """5.6 is SUNLIGHT's PFS: it stands in the cited row, but not in the words that are quoted for OS."""
    assert not statement_holds(replace(good, text=good.text.replace("10.8", "5.6")), assistant.base.lexicon)


def test_figure_without_evidence_is_caught(assistant: Assistant) -> None:
    assert not statement_holds(Statement("About 40% respond."), assistant.base.lexicon)
    assert statement_holds(Statement("Nearest in the review: Table 2; §2.1, paragraph 3."), assistant.base.lexicon)


def test_failing_sentence_is_not_shown_and_an_empty_answer_says_so(assistant: Assistant, good: Statement) -> None:
    bad = replace(good, text=good.text.replace("10.8", "18.0"))
    both = verify(Draft("answered", (good, bad)), assistant.base.lexicon)
    assert (both.draft.statements, both.draft.status, both.dropped) == ((good,), "answered", 1)
    none = verify(Draft("answered", (bad,)), assistant.base.lexicon)
    assert none.draft.status == "insufficient_evidence"
    assert all(not statement.support for statement in none.draft.statements)
