"""A trial or drug that is asked for by its figure."""

from __future__ import annotations

import pytest
from test_table_answers import said

from app.assistant import Assistant


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Which study had hazard ratio 0.55 for OS?", ["CONCUR", "Danish", "0.55"]),
        ("which study reported 24.1 months OS?", ["Mountaineer", "24.1"]),
        ("Who found a response rate of 46%?", ["adagrasib and cetuximab", "46%"]),
        ("which drug reached 13.4 months OS", ["adagrasib and cetuximab", "Destiny-CRC02"]),
        ("Which regimens had more than 10 months OS?", ["SUNLIGHT", "10.8* vs. 7.5", "Mountaineer"]),
    ],
)
def test_a_trial_is_found_by_its_figure(question: str, figures: list[str], assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert [figure for figure in figures if figure not in answer] == []


def test_a_figure_that_no_cell_has_finds_no_trial(assistant: Assistant) -> None:
    assert assistant.ask(["Who had a PFS of 99.9 months?"]).status == "insufficient_evidence"
