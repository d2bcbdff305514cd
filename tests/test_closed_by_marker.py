"""A therapy and a marker without a patient: a plain no where the rules close it, and only there."""

from __future__ import annotations

import pytest

from app.assistant import Assistant


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("erbitux for a KRAS G13D tumour, any role?", ["anti-EGFR antibody", "RAS mutant", "RAS wild-type"]),
        ("can one give cetuximab in RAS mutated tumours?", ["anti-EGFR antibody", "RAS mutant"]),
        ("sotorasib for KRAS G12D?", ["KRAS G12C inhibitor", "no KRAS G12C"]),
        ("enco-cetux in BRAF K601E?", ["encorafenib + cetuximab", "no BRAF V600E"]),
        ("rechallenge if ctDNA shows KRAS mutation?", ["rechallenge", "RAS mutant"]),
        ("panitumumab in BRAF V600E?", ["anti-EGFR antibody", "BRAF V600E"]),
        ("nivolumab for pMMR colon cancer?", ["immunotherapy", "pMMR/MSS"]),
    ],
)
def test_a_closed_therapy_is_a_plain_no(question: str, words: list[str], assistant: Assistant) -> None:
    answer = assistant.ask([question])
    assert answer.status == "answered"
    assert answer.answer.startswith("No: ")
    assert [word for word in words if word not in answer.answer.split("[")[0]] == []
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "sotorasib + panitumumab in KRAS G12C?",
        "encorafenib and cetuximab in BRAF V600E?",
        "pembrolizumab in dMMR?",
        "Why is an EGFR antibody added to a G12C inhibitor?",
        "How do RAS mutations appear during cetuximab?",
        "Which immunotherapy combinations were tested in MSS disease?",
        "What was the response rate of cetuximab in KRAS wild-type in AGITG CO.20?",
    ],
)
def test_what_is_not_closed_or_asks_for_something_else_is_no_no(question: str, assistant: Assistant) -> None:
    assert not assistant.ask([question]).answer.startswith("No: ")


def test_a_drug_that_the_review_does_not_know_is_not_answered_for_by_its_partner(assistant: Assistant) -> None:
    answer = assistant.ask(["Is zanzalintinib plus atezolizumab better than regorafenib in MSS disease?"])
    assert answer.status == "insufficient_evidence"
