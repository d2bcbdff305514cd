"""A drug that is named is not yet one that was given: clauses without a verb of giving, doubts, other people's."""

from __future__ import annotations

import pytest

from app.patient.profile import AGENTS, Lines
from app.patient.reader import read_turns
from app.patient.reading import Reading

BASE = "62M mCRC sigmoid. "


def read(*turns: str) -> Reading:
    return read_turns([BASE + turns[0], *turns[1:]])


def given(reading: Reading) -> set[str]:
    return {agent for agent in AGENTS if reading.stored.value(f"prior.{agent}") is True}


FOLFOX = {"fluoropyrimidine", "oxaliplatin"}


@pytest.mark.parametrize(
    "said",
    [
        "I prescribed regorafenib this morning. FOLFOX before that.",
        "FOLFOX. Encorafenib and cetuximab: he has signed the consent and the tablets are ordered, he starts Monday.",
        "FOLFOX. Lonsurf dispensed yesterday, first tablet due tonight.",
        "FOLFOX. Entrectinib was prescribed but withdrawn before the first dose.",
        "FOLFOX. FOLFIRI was advised; he declined it.",
        "FOLFOX. FOLFIRI + panitumumab x 6 has been proposed by the team.",
        "FOLFOX. Regorafenib was written in error in the letter; he did not have it.",
        "FOLFOX. Bev was on the protocol but they left it out every time.",
        "FOLFOX. Lonsurf in the cupboard at home, not opened.",
        "Started FOLFOX with the intention of adding panitumumab at cycle 2.",
        "FOLFOX. Nobody would give him FOLFIRI.",
        "FOLFOX. We have applied to the company for sotorasib.",
        "FOLFOX. She 'qualifies for' FOLFIRI but moved here before getting it.",
        "The experimental arm would have been the same plus pembrolizumab. FOLFOX.",
        "FOLFOX. Is it true that patients who had FOLFIRI and bevacizumab get fruquintinib? He himself has not.",
        "The man in bed 4 had FOLFOX. Bed 5 is the one who had regorafenib.",
    ],
)
def test_a_drug_arranged_or_somebody_elses_is_not_given(said: str) -> None:
    assert given(read(said)) == FOLFOX


@pytest.mark.parametrize(
    "said",
    [
        "FOLFOX. I think bev as well.",
        "FOLFOX. There was an antibody with it, I can't remember which.",
        "FOLFOX. FOLFIRI was begun elsewhere, though the hospital has no trace of him.",
        "FOLFOX. Opdivo was a bright idea once.",
        "FOLFOX/b.",
    ],
)
def test_a_doubted_drug_stays_open(said: str) -> None:
    reading = read(said)
    assert given(reading) == FOLFOX
    assert any(reading.stored.value(f"prior.{agent}") is None for agent in AGENTS)


def test_a_self_bought_drug_was_taken() -> None:
    reading = read("FOLFOX. He read about Stivarga, bought it, and took it for a month.")
    assert given(reading) == FOLFOX | {"regorafenib"}


def test_none_of_a_plan_was_begun() -> None:
    reading = read("The notes read: 1L FOLFOX. 2L FOLFIRI. 3L Lonsurf, but he has not started any of it.")
    assert given(reading) == set()
    assert reading.stored.value("lines") == Lines(0)


def test_history_of_a_wrong_referral_counts_for_nobody() -> None:
    reading = read("FOLFOX then FOLFIRI per the referral. But the referral is for the wrong Mr Smith. Ours had FOLFOX.")
    assert given(reading) == FOLFOX


def test_a_swap_before_the_first_cycle() -> None:
    reading = read("Meant to be FOLFOX + bev but they swapped the bev for cetuximab before cycle 1.")
    assert given(reading) == FOLFOX | {"anti_egfr"}


def test_charts_put_a_list_right() -> None:
    reading = read("The sheet says FOLFOX-cetuximab but the charts only show FOLFOX-bev.")
    assert given(reading) == FOLFOX | {"anti_vegf"}
    reading = read("They said FOLFOX, cetuximab. I rang them and it turns out cetuximab was only discussed.")
    assert given(reading) == FOLFOX


def test_ffx_leaves_irinotecan_open() -> None:
    reading = read("FFX-bev x12.")
    assert given(reading) == FOLFOX | {"anti_vegf"}
    assert reading.stored.value("prior.irinotecan") is None


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("1. CAPOX, adjuvant, 2020. 2. FOLFIRI + bev, first line.", 1),
        ("Hemicolectomy and then they gave him CAPOX for half a year to mop up. Liver mets: FOLFIRI-bev.", 1),
        ("In 2020 FOLFOX for stage III. Lung mets 2022: FOLFIRI + bev.", 1),
        ("FOLFOX 2020-21 was adjuvant. Relapse: FOLFIRI-bev.", 1),
        ("Pembrolizumab as first-line therapy, PD after 9 weeks, followed by FOLFOX-bev.", 2),
    ],
)
def test_lines_leave_out_what_was_adjuvant(said: str, lines: int) -> None:
    assert read(said).stored.value("lines") == Lines(lines)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("BRAF mutation not found, but only because the test failed.", "braf_v600e"),
        ("I'm told he's dMMR but the report says PMS2 equivocal.", "mmr"),
        ("BRAF: first lab V600E, second lab couldn't find it.", "braf_v600e"),
        ("FOLFOX-cetuximab. ctDNA was sent, the result isn't back. RAS wt, BRAF wt on tissue.", "ctdna_ras_braf"),
        ("FOLFOX-cetuximab. Bloods for ctDNA have gone off. RAS wt, BRAF wt.", "ctdna_ras_braf"),
        (
            "FOLFOX-cetuximab. I'm not sure he responded: one radiologist wrote partial response, another stable.",
            "anti_egfr_response",
        ),
    ],
)
def test_a_doubted_result_is_none(said: str, field: str) -> None:
    assert read(said).stored.value(field) is None
