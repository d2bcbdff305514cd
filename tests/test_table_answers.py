"""Rankings, lists, differences, premises and refusals: figures computed from cells, never made up."""

from __future__ import annotations

import pytest

from app.assistant import Assistant


def said(assistant: Assistant, *turns: str) -> str:
    answer = assistant.ask(list(turns))
    assert answer.status == "answered", answer.answer
    return answer.answer


@pytest.mark.parametrize(
    ("question", "first", "words"),
    [
        ("Which trial in Table 2 has the lowest hazard ratio for PFS?", "lowest", ["0.26", "FRESCO"]),
        ("best HR OS T2?", "lowest", ["0.55", "CONCUR", "Danish"]),
        ("smallest trial in table 3", "smallest", ["Caballero-Baños 2016", "24 + 28 = 52"]),
        ("longest mPFS HER2 trial", "longest", ["8.2 months", "Mountaineer"]),
        ("Which trial had the second highest ORR in Table 5?", "second", ["45%", "Destiny-CRC01"]),
        ("largest OS gain among the unselected trials", "difference", ["10.8 − 7.5 = 3.3", "SUNLIGHT"]),
        ("top 3 trials by OS in Table 5", "longest", ["24.1", "16.8", "15.5"]),
        ("runner-up for OS in Table 2?", "second", ["9.4", "Danish"]),
        ("REARRANGE: which of the three schedules had the longest survival?", "longest", ["8.6", "120"]),
        ("biggest PFS effect by hazard ratio in Table 2?", "lowest", ["0.26", "FRESCO"]),
        ("rarest targetable alteration in mCRC?", "NTRK", ["<1%"]),
        ("marker subgroups by prevalence, commonest first, Table 1", "30%", ["8–12", "3–5", "<1"]),
        ("top response rate in the HER2 table, and in how many patients?", "highest", ["50%", "16"]),
        (
            "wich placebo-controlled trial with a survival benefit has the lowest HR for PFS?",
            "lowest",
            ["0.26", "FRESCO"],
        ),
    ],
)
def test_rankings(question: str, first: str, words: list[str], assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert first in answer.split("\n")[0]
    assert [word for word in words if word not in answer] == []


@pytest.mark.parametrize(
    ("question", "members", "others"),
    [
        ("Which trials in Table 4 had three arms?", ["REARRANGE", "PRODIGE27"], ["VELO", "ReDOS"]),
        ("three-arm trials?", ["REARRANGE", "PRODIGE27"], ["MyPathway", "ReDOS"]),
        (
            "Which of the failed placebo-controlled agents still slowed progression, though nobody lived longer?",
            ["Nintedanib", "Anlotinib", "Famitinib"],
            ["Tipifarnib", "Regorafenib"],
        ),
        ("Which anti-HER2 studies took RAS-mutated tumours?", ["23%", "13%", "85%"], ["Tapur", "Triumph"]),
        ("Which HER2 trials were restricted to RAS wild-type?", ["Triumph", "Tapur"], ["CRC02", "MyPathway"]),
        ("anywhere median OS was not reached?", ["T-DXd 6.4 mg/kg", "sotorasib"], ["SUNLIGHT"]),
        (
            "which studies compared different starting doses of Stivarga?",
            ["ReDOS", "REARRANGE"],
            ["CORRECT", "REVERCE"],
        ),
        ("Table 2 trials whose placebo arm had an OS above 6 months?", ["CONCUR", "TERRA"], ["CORRECT", "RECOURSE"]),
        (
            "Which trials reported significantly better PFS but no OS benefit?",
            ["LUME", "VELO", "ALTER0703"],
            ["CORRECT"],
        ),
        ("Which HER2 regimens have a response rate above 40%?", ["HER2-FUSCC", "Destiny-CRC01"], ["Tapur", "Triumph"]),
        ("Which trials were published in 2014?", ["CONCUR", "ASPECCT", "Heracles-A"], ["SUNLIGHT"]),
        ("How many trials in Table 3 improved PFS?", ["3 trials", "LUME", "Xu 2017"], ["Rao 2004"]),
        (
            "any studies in all-comers where the OS was 9 months or more? name them all",
            ["Yoshino 2012", "FRESCO"],
            ["TERRA"],
        ),
        ("HER2 trials w/ median PFS >6 mo", ["Mountaineer", "HER2-FUSCC", "Destiny-CRC01"], ["Tapur"]),
        ("Which trials in Table 2 have an OS hazard ratio under 0.60?", ["CONCUR", "Yoshino 2012"], ["TERRA"]),
        ("PFS+ but OS− vs BSC: which drugs?", ["Nintedanib", "Anlotinib", "Famitinib"], ["Tipifarnib"]),
        (
            "Which of the trials with a survival benefit found no difference in quality of life?",
            ["CORRECT", "CONCUR", "FRESCO"],
            ["LUME"],
        ),
        (
            "Which entries of the overview table rest on phase 3 evidence for a marker?",
            ["Encorafenib"],
            ["larotrectinib"],
        ),
    ],
)
def test_lists_are_complete_and_hold_nothing_else(
    question: str, members: list[str], others: list[str], assistant: Assistant
) -> None:
    table = said(assistant, question)
    assert [name for name in members if name not in table] == []
    assert [name for name in others if name in table] == []


def test_a_difference_is_shown_as_computed(assistant: Assistant) -> None:
    answer = said(assistant, "By how many months did bevacizumab lengthen PFS in the Danish phase 2 trial?")
    assert "4.6 − 2.6 = 2.0 months" in answer


def test_a_difference_across_trials_says_so(assistant: Assistant) -> None:
    answer = assistant.ask(["Difference in median OS between SUNLIGHT and FRESCO-2?"])
    assert "10.8 − 7.4 = 3.4 months" in answer.answer
    assert any("different trials" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("question", "begins", "figures"),
    [
        ("Why did ReDOS show a significantly better OS?", "No: in ReDOS", ["9.8", "6.0"]),
        ("Since nintedanib improved overall survival in LUME, why is it not used?", "No: in LUME", ["6.4", "6.0"]),
        ("Did SUNLIGHT improve OS?", "Yes: in SUNLIGHT", ["10.8", "7.5"]),
    ],
)
def test_premises_are_held_against_the_cells(
    question: str, begins: str, figures: list[str], assistant: Assistant
) -> None:
    answer = said(assistant, question)
    assert answer.startswith(begins)
    assert [figure for figure in figures if figure not in answer] == []


@pytest.mark.parametrize(
    "question",
    [
        "Should ruxolitinib be added to regorafenib?",
        "Is anlotinib worth trying?",
        "Is there a role for sorafenib?",
    ],
)
def test_a_therapy_of_no_use_gets_a_plain_no(question: str, assistant: Assistant) -> None:
    assert said(assistant, question).startswith("No: ")


@pytest.mark.parametrize(
    "question",
    [
        "PRODIGE27 OS HR irinotecan+sorafenib vs irinotecan?",
        "What is the median PFS of the 240 mg sotorasib arm in CodeBreaK 300?",
        "What is the disease control rate of fruquintinib in FRESCO-2?",
        "Has fruquintinib been compared head to head with FTD/TPI plus bevacizumab?",
        "How many patients in ReDOS had hand-foot reaction?",
    ],
)
def test_what_the_review_does_not_give_is_not_answered(question: str, assistant: Assistant) -> None:
    assert assistant.ask([question]).status == "insufficient_evidence"


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("regorafinib vs placbo PFS in CONCURR", "3.2"),
        ("medain OS fruquintinibe FRESOC-2", "7.4"),
        ("wich trial in tabel 5 had the longst OS", "24.1"),
        ("N fruq arm FRSCO-2", "458"),
    ],
)
def test_slips_of_typing(question: str, figure: str, assistant: Assistant) -> None:
    assert figure in said(assistant, question)


@pytest.mark.parametrize(
    "question", ["What is this assistant's knowledge based on?", "Who wrote the review behind this tool?"]
)
def test_questions_on_the_source_are_answered_with_it(question: str, assistant: Assistant) -> None:
    answer = assistant.ask([question])
    assert answer.status == "answered"
    assert "Tarpgaard" in answer.answer
    assert answer.citations[0].locator == "Title page"


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("RESPONSE RATE OF LAROTRECTINIB IN COLORECTAL AND HOW MANY PATIENTS IS THAT BASED ON", "47%"),
        ("how long do people live on that sunlight combination, you know, the lonsurf with the bev", "10.8"),
        ("TRUE or FALSE: tipiracil inhibits thymidine phosphorylase?", "thymidine phosphorylase"),
    ],
)
def test_what_looks_like_a_question_on_the_assistant_and_is_none(
    question: str, figure: str, assistant: Assistant
) -> None:
    assert figure in said(assistant, question)


def test_two_questions_get_two_answers(assistant: Assistant) -> None:
    answer = said(assistant, "What is the OS in CORRECT? And what is the PFS in CONCUR?")
    assert "6.4 months" in answer
    assert "3.2 months" in answer


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("rego vs Lonsurf 3L", ["CORRECT", "6.4* vs. 5.0", "RECOURSE", "7.1* vs. 5.3"]),
        ("fruq or rego", ["FRESCO-2", "7.4* vs. 4.8", "CORRECT", "6.4* vs. 5.0"]),
        ("T-DXd vs tuc/tras", ["45%", "15.5", "38%", "24.1", "55% in section 8"]),
        ("Tukysa/Herceptin or Enhertu (CRC01), PFS and OS", ["8.2", "24.1", "6.9", "15.5"]),
        ("CRC01 vs 02: ORR, PFS, OS", ["45%", "6.9", "5.8", "NR"]),
        ("Nakamura vs Gupta, ORR and PFS", ["30%", "14%", "4.0"]),
        ("KRYSTAL-1 vs CodeBreaK300", ["46%", "26%", "6.9", "5.6"]),
        ("Meric-Bernstam against Triumph: n, RR", ["57", "40%", "13", "27", "30%"]),
        ("Which of these did not prolong OS: famitinib, regorafenib, nintedanib?", ["7.4 vs. 7.2", "6.4* vs. 5.0"]),
        ("Did fruquintinib, famitinib and nintedanib all prolong OS?", ["7.4* vs. 4.8", "6.4 vs. 6.0"]),
    ],
)
def test_what_is_compared_stands_side_by_side(question: str, figures: list[str], assistant: Assistant) -> None:
    answer = assistant.ask([question])
    assert answer.status == "answered"
    assert "| Trial" in answer.answer
    assert [figure for figure in figures if figure not in answer.answer] == []
    assert any("different trials" in note for note in answer.notes)


@pytest.mark.parametrize(
    "question",
    [
        "regorafenib vs placebo in CONCUR: OS?",  # one trial
        "Erbitux or Vectibix, OS?",  # one trial compared them
        "no target, third line: rego or Lonsurf-Avastin first?",  # advice
        "Were SUNLIGHT or FRESCO-2 patients more heavily pretreated?",  # the prose tells
        "If tumours seldom shrink on FTD/TPI or regorafenib, what are we trying to achieve with them?",
    ],
)
def test_nothing_else_is_put_side_by_side(question: str, assistant: Assistant) -> None:
    assert "Side by side" not in said(assistant, question)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Heracles A vs B orr", ["30%", "10%"]),
        ("FRESCO-1 and -2: OS HRs", ["0.65", "0.66"]),
        ("SUNLIGHT vs danish ph2: OS HR and OS", ["0.61", "0.55", "10.8", "9.4"]),
        ("MyPathway KRASmut: n, ORR, mPFS, mOS", ["13", "8%", "1.4", "8.5"]),
        ("n per arm in VELO and OS", ["31", "11.6", "13.1"]),
        ("DESTINY-CRC02 % RASwt", ["85%"]),
        ("MyPathway %RASmut", ["23%"]),
        ("regorafenib 80 vs 160: OS", ["9.8", "6.0"]),
    ],
)
def test_every_value_asked_for_is_given(question: str, figures: list[str], assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert [figure for figure in figures if figure not in answer] == []


def test_hazard_ratios_of_death_and_of_progression_are_both_given(assistant: Assistant) -> None:
    answer = said(assistant, "CORRECT trial: need HR for death and HR for progression")
    assert "0.77" in answer
    assert "0.49" in answer


def test_a_difference_is_computed_also_where_its_significance_is_asked_for(assistant: Assistant) -> None:
    answer = said(assistant, "ReDOS OS diff in months and was it sig?")
    assert "9.8 − 6.0 = 3.8 months" in answer
    assert "not significant" in answer


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("which trial added the most to median OS?", "SUNLIGHT", "ROCKET"),
        ("which trial had the largest difference in median OS?", "ROCKET", "SUNLIGHT"),
    ],
)
def test_a_gain_that_may_be_chance_is_called_so(question: str, first: str, second: str, assistant: Assistant) -> None:
    answer = said(assistant, question)
    assert answer.index(first) < answer.index(second)
    assert "not significant" in answer


@pytest.mark.parametrize(
    "question",
    [
        "How soon do most tumours stop responding to EGFR antibodies?",
        "In most studies of BSC, what survival was seen?",
    ],
)
def test_most_of_them_asks_for_no_ranking(question: str, assistant: Assistant) -> None:
    assert "highest" not in said(assistant, question)
    assert "longest" not in said(assistant, question)


def test_a_drug_tied_to_a_trial_without_it_is_denied_and_not_compared(assistant: Assistant) -> None:
    answer = said(assistant, "Fruquintinib beat regorafenib head to head in FRESCO-2: what was the HR for OS?")
    assert answer.startswith("FRESCO-2 has no arm with regorafenib")


def test_which_of_two_is_better_sets_their_trials_side_by_side(assistant: Assistant) -> None:
    answer = assistant.ask(["is fruquintinib better than regorafenib"])
    assert "no trial that compared these directly" in answer.answer
    assert all(figure in answer.answer for figure in ("FRESCO-2", "CORRECT", "7.4* vs. 4.8", "6.4* vs. 5.0"))
