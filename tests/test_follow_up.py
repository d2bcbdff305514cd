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
        (["ORR in HERACLES-A?", "and the B study?"], {"heracles_b", "orr"}),
        (["ORR in HERACLES-A?", "the other Heracles then"], {"heracles_b", "orr"}),
        (["PFS in HERACLES-B?", "and A?"], {"heracles_a", "pfs"}),
        (["OS in the Danish trial?", "and in the big international one?"], {"sunlight", "os"}),
        (["OS in FRESCO?", "No, not the Chinese one. The international one.", "ORR there?"], {"fresco_2"}),
        (["OS in FRESCO-2?", "and the original FRESCO?"], {"fresco", "os"}),
        (["OS in SUNLIGHT?", "and what did the arm without bev achieve?"], {"sunlight", "os"}),
        (["PFS in MyPathway?", "and in the KRAS-mutant ones?"], {"mypathway", "pfs"}),
        (["PFS in ROCKET?", "with how many patients?", "p value?"], {"rocket", "pfs"}),
        (
            ["How common is KRAS G12C?", "thank you! Can you recommend a good restaurant near the congress centre?"],
            set(),
        ),
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
        (["Has the FDA cleared fruquintinib?", "And over here in Europe?"], "EMA"),
        (["SUNLIGHT: median OS with the combination?", "and the arm without bev?"], "7.5"),
        (["DESTINY-CRC02: PFS with 5.4 mg/kg?", "and at the higher dose?"], "5.5"),
        (["CodeBreaK300 response rate at 960?", "and at 240?", "and with standard of care?"], "0% with SOC"),
        (["What should I tell a family to expect if active treatment is stopped?", "and until progression?"], "1.5"),
        (
            ["Side effects of regorafenib?", "How many need their dose cut?", "and when does that tend to happen?"],
            "two",
        ),
        (["Regorafenib in ReDOS: OS?", "Was that significant?", "What did the authors conclude then?"], "safe"),
        (["What do you suggest third line without a target?", "Why not regorafenib?"], "side effects"),
        (["Does immunotherapy help in microsatellite-stable disease?", "OK so who does benefit?"], "dMMR"),
    ],
)
def test_answers_follow_on(turns: list[str], figure: str, assistant: Assistant) -> None:
    answer = assistant.ask(turns)
    assert answer.status == "answered"
    assert figure in answer.answer


def test_another_subject_is_not_answered_with_the_last_one(assistant: Assistant) -> None:
    answer = assistant.ask(["Neutropenia in SUNLIGHT?", "And what is the capital of France?"])
    assert answer.status == "out_of_scope"


@pytest.mark.parametrize(
    ("turns", "figure"),
    [
        # The first answer names FRESCO-2, the second question does not.
        (
            [
                "Which patients were more heavily pretreated, SUNLIGHT's or FRESCO-2's?",
                "In how many countries was that one?",
            ],
            "14 countries",
        ),
        (["Which trial compared cetuximab with panitumumab?", "N per arm there?"], "500"),
        (["Which drug is best after FTD/TPI and bevacizumab?", "and its severe side effects?"], "hypertension (14%"),
        (["67M KRAS G12C MSS, FOLFOX-bev, FOLFIRI. Options?", "response rate of that?"], "46%"),
        (["58F RAS wt BRAF V600E MSS, FOLFOX-bev. Next?", "and what OS is that?"], "8.4"),
        (
            [
                "Which drugs are there for unselected patients?",
                "Which one does the review favour first?",
                "And after progression on that?",
            ],
            "ruquintinib",
        ),
    ],
)
def test_what_the_assistant_named_is_spoken_of(turns: list[str], figure: str, assistant: Assistant) -> None:
    answer = assistant.ask(turns)
    assert answer.status == "answered"
    assert figure in answer.answer


def test_a_turn_of_words_from_elsewhere_is_no_follow_up(assistant: Assistant) -> None:
    assert assistant.ask(["CRICKET PFS?", "and what do you think about Trump?"]).status == "out_of_scope"


def test_a_what_if_behind_and_if_is_weighed(assistant: Assistant) -> None:
    answer = assistant.ask(
        ["My patient is MSI-high, third line. Should I give pembrolizumab?", "And if he were MSS instead?"]
    )
    assert "If MMR/MSI were pMMR/MSS" in answer.answer
    assert "No trial has shown a benefit that matters clinically" in answer.answer
