"""What leads on to a question is not asked: a statement, a reported question, a premise on another trial."""

from __future__ import annotations

import pytest

from app.assistant import Assistant


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Our pharmacist objects to expensive drugs. Why is KRAS G12C inhibition alone not enough?", "reactivation"),
        ("Does starting regorafenib low and going up cost anything in outcome?", "ReDOS"),
        ("Given that CRICKET is the only such trial, what did CHRONOS show?", "30%"),
        ("How many ended up in each group of ROCKET?", "24"),
        ("Difference in median PFS between trastuzumab-tucatinib and trastuzumab-lapatinib?", "8.2 − 4.8 = 3.4"),
    ],
)
def test_the_question_behind_its_lead_in_is_answered(assistant: Assistant, asked: str, told: str) -> None:
    answer = assistant.ask([asked])
    assert answer.status == "answered"
    assert told in answer.answer


@pytest.mark.parametrize("asked", ["What does regorafenib cost?", "Is fruquintinib expensive?"])
def test_a_price_that_is_asked_for_stays_asked_for(assistant: Assistant, asked: str) -> None:
    assert assistant.ask([asked]).status == "insufficient_evidence"


def test_a_subgroup_in_a_reported_question_is_asked_for(assistant: Assistant) -> None:
    asked = (
        "A colleague asked how fruquintinib did in FRESCO-2 with liver metastases. Have you got the OS hazard ratio?"
    )
    assert assistant.ask([asked]).status == "insufficient_evidence"


@pytest.mark.parametrize(
    "asked",
    ["Can you write me an Excel formula that turns survival in months into days?", "Write a poem on regorafenib."],
)
def test_something_to_be_made_is_another_subject(assistant: Assistant, asked: str) -> None:
    assert assistant.ask([asked]).status == "out_of_scope"


def test_a_drug_named_instead_of_another_leaves_the_trial_that_had_none_of_it(assistant: Assistant) -> None:
    turns = ["Tell me about MyPathway", "and with pyrotinib instead of pertuzumab, what was the response rate?"]
    assert "50%" in assistant.ask(turns).answer


@pytest.mark.parametrize(
    ("asked", "lead"),
    [
        ("I heard CORRECT was negative. True?", "On the contrary: in CORRECT"),
        ("Was REVERCE positive?", "In REVERCE, median OS was 17.4 months"),
    ],
)
def test_a_verdict_on_a_trial_does_not_contradict_its_own_figures(assistant: Assistant, asked: str, lead: str) -> None:
    assert assistant.ask([asked]).answer.startswith(lead)


@pytest.mark.parametrize(
    "asked",
    [
        "Got somebody with metastatic bowel cancer coming at 2 pm. What can I offer?",
        "What are the options for one of my patients with metastatic colorectal cancer?",
    ],
)
def test_a_patient_without_a_fact_is_asked_about(assistant: Assistant, asked: str) -> None:
    assert assistant.ask([asked]).status == "needs_information"
