"""What a question asks for beyond names and values: reasons, lists of the prose, doses, and what lies elsewhere."""

from __future__ import annotations

import pytest

from app.assistant import Assistant


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "Which randomised immunotherapy combinations disappointed in non-MSI refractory disease?",
            ["durvalumab", "tremelimumab", "capecitabine", "cobimetinib"],
        ),
        ("How come the doublet and not the triplet became standard after BEACON?", ["not powered", "toxicity"]),
        ("Is it true that high blood pressure was the commonest severe side effect of bev with TAS-102?", ["43%"]),
        ("From what mg did ReDOS begin?", ["80", "160"]),
        ("Why did the FDA license Stivarga in 2015 on the strength of RECOURSE?", ["2012"]),
        ("remind me, KRYSTAL-1 doublet, OS and PFS?", ["13.4", "6.9"]),
        (
            "A colleague likes to give FOLFOX once more after everything has failed. Is there any role?",
            ["systematic review"],
        ),
        ("pembro 1L dMMR which trial", ["Keynote 177"]),
        ("What did the authors conclude overall?", ["all available drugs"]),
        ("Which tables have you got?", ["Table 1", "Table 5"]),
        ("Does what I type about a patient get saved or sent off?", ["stored"]),
    ],
)
def test_the_answer_gives_what_is_asked(question: str, words: list[str], assistant: Assistant) -> None:
    answer = assistant.ask([question])
    assert answer.status == "answered", answer.answer
    assert [word for word in words if word not in answer.answer] == []


@pytest.mark.parametrize(
    "question",
    [
        "mPFS for the 240 mg arm in CodeBreaK300?",
        "Response rate of adagrasib on its own in KRYSTAL-1?",
        "BEACON control arm, progression free survival?",
        "What was the hazard ratio for PFS with sotorasib plus panitumumab in CodeBreaK300?",
        "How many deaths from interstitial lung disease occurred in DESTINY-CRC01?",
        "Should the fruquintinib capsule be swallowed on an empty stomach or at breakfast?",
        "In SUNLIGHT, what was the median OS among those who had already had bevacizumab before?",
        "UGT1A1 genotyping before iri-based rechallenge - y/n?",
        "When did EMA approve encorafenib-cetuximab?",
        "After the last dose of encorafenib, how long must a woman keep using contraception?",
    ],
)
def test_what_the_review_does_not_give_is_not_made_up(question: str, assistant: Assistant) -> None:
    assert assistant.ask([question]).status == "insufficient_evidence"


@pytest.mark.parametrize(
    "question",
    [
        "what's the gefitinib dose in EGFR mutant lung?",
        "does T-DXd work in breast?",
        "HER2+ breast, progressed on Enhertu. Tucatinib-capecitabine next?",
        "what's second line for metastatic anal squamous ca?",
        "apixaban dose for new AF, 82y 58kg creat 140",
        "my son has chickenpox, can he go back to school on monday?",
    ],
)
def test_another_subject_is_out_of_scope(question: str, assistant: Assistant) -> None:
    assert assistant.ask([question]).status == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("62M, RAS wt, had FOLFOX/bev and FOLFIRI. How long was PFS with regorafenib in CORRECT?", ["1.9", "1.7"]),
        (
            "so the lady in room four is kras g12c and has had folfox and folfiri what was the response rate with "
            "sotorasib plus panitumumab",
            ["26%"],
        ),
        (
            "61-year-old, RAS mutant, after oxaliplatin and irinotecan: median OS of regorafenib vs FTD/TPI?",
            ["7.1", "6.4"],
        ),
        (
            "Man of 70, KRAS G12D, after FOLFOX + bev and FOLFIRI, asks how much longer people lived in SUNLIGHT.",
            ["3.3 months"],
        ),
        ("How does a RAS wild-type tumour become resistant while the patient is on cetuximab?", ["mutated clones"]),
    ],
)
def test_figures_asked_for_behind_a_history_are_looked_up(text: str, words: list[str], assistant: Assistant) -> None:
    answer = assistant.ask([text])
    assert "Eligible, in this order" not in answer.answer
    assert [word for word in words if word not in answer.answer] == []


def test_drugs_of_a_question_behind_a_history_are_not_taken_for_given(assistant: Assistant) -> None:
    told = "68F KRAS G12C mCRC had FOLFOX and FOLFIRI, what was the response rate with sotorasib plus panitumumab?"
    profile = assistant.ask([told]).patient
    assert profile is not None
    assert profile["prior"]["kras_g12c_inhibitor"] is not True
    assert profile["prior"]["anti_egfr"] is not True


def test_a_trial_or_drug_named_before_the_question_still_decides_what_it_is_about(assistant: Assistant) -> None:
    assert assistant.ask(["adagrasib on its own, no cetuximab - what was the response rate in KRYSTAL-1"]).status == (
        "insufficient_evidence"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Is my patient (RAS wt, FOLFOX, FOLFIRI + bev) a candidate for Lonsurf?",
        "Is she, after FOLFOX, FOLFIRI + bev, still a candidate for Lonsurf?",
        "colon cancer, mets, RAS wt: FOLFOX, FOLFIRI + bev",
    ],
)
def test_a_history_told_in_passing_is_read(text: str, assistant: Assistant) -> None:
    profile = assistant.ask([text]).patient
    assert profile is not None
    assert profile["lines"] == 2
    assert (profile["prior"]["anti_vegf"], profile["prior"]["irinotecan"]) == (True, True)
    assert profile["prior"]["ftd_tpi"] is not True
