"""What the answer on a patient says of each option: why, the evidence, what would open it, and what goes with all."""

from __future__ import annotations

import re

import pytest
from advised import EXAMPLE, TOLD, items_under, numbered, option_of, unmarked

from app.settings import Settings
from app.steps.adviser import Adviser
from app.wiring import load_adviser


@pytest.fixture(scope="module")
def adviser() -> Adviser:
    """The adviser of `lateline options`: corpus alone."""
    return load_adviser(Settings())


def test_an_open_option_says_why_what_the_evidence_is_and_what_to_beware_of(adviser: Adviser) -> None:
    first, second, third, fourth = numbered(adviser.options([EXAMPLE]))
    assert first == (
        "1. FTD/TPI + bevacizumab (recommended): fluoropyrimidine, oxaliplatin, irinotecan, anti-VEGF therapy and "
        "anti-EGFR therapy given, 2 prior lines. Median OS 10.8 months with FTD/TPI + bevacizumab against 7.5 months "
        "with FTD/TPI in SUNLIGHT (HR 0.61, 95% CI 0.49–0.77). Caution – neutropenia: 43% severe."
    )
    assert "responded to anti-EGFR therapy" in second
    assert "Response rate 3–54% and median OS 8.2–9.8 months with anti-EGFR rechallenge" in second
    assert "a longer interval before rechallenge" in second
    assert third.startswith(
        "3. Regorafenib (option): standard chemotherapy given. Median OS 6.4 months with regorafenib"
    )
    assert third.endswith("start low and escalate the dose (ReDOS).")
    assert fourth.endswith("Caution – neutropenia.")


def test_where_survival_was_not_reached_another_value_is_given(adviser: Adviser) -> None:
    text = unmarked(adviser.options(TOLD["chemotherapy first"]))
    assert "Response rate 46% and median OS 13.4 months with adagrasib and cetuximab in KRASG12C (Table 1)." in text
    assert "Response rate 26% and median PFS 5.6 months with sotorasib and panitumumab in KRASG12C (Table 1)." in text


def test_what_is_to_be_confirmed_stands_with_the_option(adviser: Adviser) -> None:
    (anti_her2,) = [part for part in numbered(adviser.options(TOLD["HER2, RAS unknown"])) if "Anti-HER2" in part]
    assert "to confirm: RAS" in anti_her2


def test_what_is_unknown_says_what_would_open_and_how_common_it_is(adviser: Adviser) -> None:
    answer = adviser.options(TOLD["unknown markers"])
    items = items_under("Needs information:", answer)
    assert "- Immune checkpoint inhibitor: opens if dMMR/MSI-H; dMMR: about 5% (§7)." in items
    assert "- TRK inhibitor: opens if NTRK fusion present; NTRK gene fusion: <1% (Table 1); 0.2% (§9)." in items
    told = {item.removeprefix("- ").partition(":")[0] for item in items}
    assert told == {
        option["name"].partition(" (")[0] for option in answer.options or () if option["verdict"] == "needs_information"
    }


def test_a_test_that_no_option_waits_for_is_ordered_below(adviser: Adviser) -> None:
    text = unmarked(adviser.options(TOLD["unfit"]))
    assert "Test HER2 and NTRK:" not in text  # an option waits for NTRK
    assert "Test HER2: suggested for candidates for third-line treatment" in text


def test_options_with_one_reason_share_an_item_and_none_is_missing(adviser: Adviser) -> None:
    answer = adviser.options(TOLD["unfit"])
    items = items_under("Not eligible:", answer)
    assert (
        "- Encorafenib + cetuximab; anti-EGFR antibody, first exposure; anti-EGFR rechallenge, with irinotecan; "
        in "\n".join(items)
    )
    assert "- Fruquintinib: FTD/TPI and regorafenib not given; opens after FTD/TPI or after regorafenib." in items
    closed = [
        one["name"].partition(" (")[0].casefold() for one in answer.options or () if one["verdict"] == "not_eligible"
    ]
    assert [name for name in closed if name not in "\n".join(items).casefold()] == []


def test_no_way_leads_over_what_is_contraindicated(adviser: Adviser) -> None:
    answer = adviser.options(TOLD["contraindicated"])
    assert "after oxaliplatin" not in answer.answer
    assert "Contraindicated as stated: oxaliplatin" in answer.answer
    assert "the reader can overrule it" in answer.answer
    holding = adviser.options(["mCRC, RAS wt, BRAF wt, FOLFOX, FOLFIRI, bev contraindicated, cetuximab given, PD"])
    (first,) = [part for part in numbered(holding) if "FTD/TPI + bevacizumab" in part]
    assert "Contains what is contraindicated as stated: anti-VEGF therapy" in first


def test_only_assumptions_that_decide_something_are_told(adviser: Adviser) -> None:
    answer = adviser.options([EXAMPLE])
    assert "Assumed not given: FTD/TPI and regorafenib (not in the history stated; policy: " in answer.answer
    assert len(answer.assumed) > 2


def test_always_said_once_and_cited(adviser: Adviser) -> None:
    for name in ("example", "unfit", "two targets"):
        text = adviser.options(TOLD[name]).answer
        for words in ("Inclusion in a prospective trial where possible", "offered all available drugs"):
            assert text.count(words) == 1
            assert re.search(rf"{words}[^.]*\[\d+\]\.", text)
        assert "Availability by country" not in text


def test_later_decisions_are_pointed_to_only_where_there_are_any(adviser: Adviser) -> None:
    told = adviser.options([EXAMPLE])
    assert told.since_then
    assert told.answer.endswith("Later decisions are listed apart.")
    without = Adviser(adviser.base, adviser.identity)
    assert "Later decisions" not in without.options([EXAMPLE]).answer


def test_unavailable_options_are_judged_and_marked() -> None:
    answer = load_adviser(Settings(unavailable=("ftd_tpi_bevacizumab",))).options([EXAMPLE])
    option = option_of(answer, "ftd_tpi_bevacizumab")
    assert (option["verdict"], option["available"]) == ("eligible", False)
    assert answer.answer.startswith("Eligible, in this order: FTD/TPI + bevacizumab (recommended; not available here),")
    assert [one["id"] for one in answer.options or () if not one["available"]] == ["ftd_tpi_bevacizumab"]
    assert answer.answer_id != load_adviser(Settings()).options([EXAMPLE]).answer_id
