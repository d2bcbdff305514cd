"""The last turn in the light of the earlier ones."""

from __future__ import annotations

import pytest

from app.assistant import Assistant
from app.steps.follow_up import taken_over
from index.lexicon import Lexicon


def ids(turns: list[str], lexicon: Lexicon) -> set[str]:
    return {named.id for named in taken_over(turns, lexicon).named}


@pytest.mark.parametrize(
    ("turns", "taken"),
    [
        (["OS in CORRECT?", "and the PFS?"], {"correct"}),
        (["OS in CORRECT?", "same for CONCUR"], {"os"}),
        (["OS in CORRECT?", "what about the placebo arm?"], {"correct", "os"}),
        (["OS in CORRECT?", "PFS too", "and ORR?"], {"correct"}),
        (["When was Lonsurf approved by the FDA?", "and with bevacizumab?"], {"ftd_tpi", "approval"}),
        (["OS in HERACLES-A?", "TRIUMPH?", "Back to the first trial: PFS there?"], {"heracles_a"}),
        (["PFS HR in RECOURSE?", "TERRA?", "which of the two had the better OS?"], {"recourse", "terra"}),
        (["Neutropenia in SUNLIGHT?", "thanks, and who won the football last night?"], set()),
        (["OS in CORRECT?", "What is the prevalence of NTRK fusions in colorectal cancer?"], set()),
    ],
)
def test_what_is_taken_over(turns: list[str], taken: set[str], assistant: Assistant) -> None:
    assert ids(turns, assistant.base.lexicon) == taken


@pytest.mark.parametrize(
    ("turns", "figure"),
    [
        (["OS in CORRECT?", "and CONCUR?"], "8.8"),
        (["OS in FRESCO-2?", "what about the placebo arm?"], "4.8"),
        (["OS in CONCUR?", "difference in PFS, in months?"], "3.2 − 1.7 = 1.5"),
        (["median OS fruquintinib FRESCO-2", "and the chinese one?"], "9.3"),
        (["Tell me the OS result of CORRECT", "And of the Asian trial?", "PFS hazard ratio there?"], "0.31"),
        (["MyPathway response rate overall?", "PFS in the KRAS mutated ones?"], "1.4"),
        (["Mountaineer OS", "source?"], "Source: Table 5, Mountaineer"),
        (["PFS HR in RECOURSE?", "TERRA?", "and Yoshino?", "which of the three had the best OS?"], "9.0"),
        (["When was fruquintinib approved in the US?", "and in Europe?"], "EMA"),
    ],
)
def test_answers_follow_on(turns: list[str], figure: str, assistant: Assistant) -> None:
    answer = assistant.ask(turns)
    assert answer.status == "answered"
    assert figure in answer.answer


def test_another_subject_is_not_answered_with_the_last_one(assistant: Assistant) -> None:
    answer = assistant.ask(["Neutropenia in SUNLIGHT?", "And what is the capital of France?"])
    assert answer.status == "out_of_scope"
