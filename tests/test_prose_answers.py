"""Answers from the prose: every ask of a message, lists over paragraphs, what none achieved, shares and the order."""

from __future__ import annotations

import pytest

from app.assistant import Assistant


def said(assistant: Assistant, question: str) -> str:
    answer = assistant.ask([question])
    assert answer.status == "answered", answer.answer
    return answer.answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "how frequent are side effects and how often does the dose come down with regorafenib",
            ["more than 90%", "More than 60%"],
        ),
        (
            "How do people usually start regorafenib to limit toxicity, and do the authors consider that safe?",
            ["reduced dose", "safe strategy"],
        ),
        ("how many patients ever reach third line in routine care, and how many fourth?", ["25–30%", "10–15%"]),
        ("What does fruquintinib do and has the FDA cleared it?", ["VEGFR-1", "8 November 2023"]),
    ],
)
def test_every_ask_of_a_message_is_answered_once(question: str, words: list[str], assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert [word for word in words if word not in answer] == []
    sentences = [sentence.partition(" [")[0] for sentence in answer.split("]. ")]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize(
    ("question", "lead", "words"),
    [
        ("Did any of the trials in Table 4 lengthen overall survival?", "No: ", "none of them"),
        ("Which trial showed a benefit of adding a TKI to first-line chemo?", "None: ", "no TKI"),
        ("has any immunotherapy trial in pMMR been positive?", "No: ", "no trial"),
        ("which of the drugs in Table 3 got approved?", "None: ", "has been approved"),
    ],
)
def test_what_none_achieved_is_denied_first(question: str, lead: str, words: str, assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert answer.startswith(lead)
    assert words in answer.split("[1]")[0]


@pytest.mark.parametrize(
    "question",
    [
        "Did any Table 3 drug prolong PFS?",  # the sentence that denies a response grants PFS
        "Which immunotherapy trial improved OS in pMMR?",
        "Did any trial of fruquintinib prolong survival?",
    ],
)
def test_nothing_is_denied_that_the_sentence_does_not_deny(question: str, assistant: Assistant) -> None:
    assert not assistant.ask([question]).answer.startswith(("No:", "None:"))


@pytest.mark.parametrize(
    ("question", "members"),
    [
        ("which agents in this paper hit VEGFR?", ["Fruquintinib", "anlotinib", "famitinib", "brivanib"]),
        (
            "Name the trials that gave anti-EGFR a second time, with the response each one got.",
            ["CRICKET", "Cremolini", "JACCRO CC-08", "CHRONOS"],
        ),
        ("which trials had three arms?", ["REARRANGE", "PRODIGE27", "CodeBreaK300", "BEACON"]),
    ],
)
def test_lists_over_several_paragraphs(question: str, members: list[str], assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert [member for member in members if member not in answer] == []


def test_approvals_stand_in_the_order_of_their_dates(assistant: Assistant) -> None:
    answer = said(assistant, "Put the regulatory approvals for unselected patients in chronological order")
    places = [answer.index(date) for date in ("2012", "2015", "22 June 2023", "2 August 2023", "8 November 2023")]
    assert places == sorted(places)


def test_approvals_for_a_marker_are_those_of_its_drugs(assistant: Assistant) -> None:
    assert "RECOURSE" not in said(assistant, "Which drugs have been approved for NTRK?")


def test_shrinkage_as_the_aim_asks_for_the_recommendation(assistant: Assistant) -> None:
    answer = said(assistant, "what to offer in HER2+ RASwt when regression is the aim")
    assert answer.index("dual targeted anti-HER2 therapy") < answer.index("10–55%")


def test_without_a_target_the_order_names_what_follows(assistant: Assistant) -> None:
    answer = said(assistant, "in which order third and fourth line without target")
    assert "fruquintinib will likely become the standard of care" in answer


def test_a_share_is_told_without_the_background(assistant: Assistant) -> None:
    answer = said(assistant, "how often is V600E tumour dMMR")
    assert "25%" in answer
    assert "nucleotide" not in answer
