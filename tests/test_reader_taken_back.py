"""A therapy that is named, and of which the text then tells that no dose was taken, or that another one was."""

from __future__ import annotations

import pytest

from app.patient.profile import AGENTS, Lines
from app.patient.reader import read_turns
from app.patient.reading import Reading

BASE = "62M mCRC sigmoid. "
FOLFOX = {"fluoropyrimidine", "oxaliplatin"}
FOLFIRI = {"fluoropyrimidine", "irinotecan"}


def read(said: str) -> Reading:
    return read_turns([BASE + said])


def given(reading: Reading) -> set[str]:
    return {agent for agent in AGENTS if reading.stored.value(f"prior.{agent}") is True}


@pytest.mark.parametrize(
    "said",
    [
        "FOLFOX. Lonsurf came up from pharmacy Friday, box is still sealed in her locker, NOT commenced.",
        "FOLFOX, then regorafenib. His son told me it was only prescribed, he threw the pills away.",
        "FOLFOX, then regorafenib. Correction: he never swallowed a single tablet of it.",
        "FOLFOX and started Lumykras in week 12. PS: the Lumykras parcel was returned unopened.",
        "FOLFOX. Third line Lonsurf; the insurer then withdrew the approval and nothing was given.",
        "FOLFOX. Fruquintinib from the company; it came when he was too unwell and was sent back.",
        "Pembrolizumab was applied for and refused, therefore FOLFOX took place.",
        "FOLFOX. Folfiri doctor not give, because of the bilirubin.",
        "FOLFOX with panitumumab, no, strike that, panitumumab was the previous patient on my list.",
        "FOLFOX. A study of regorafenib against placebo; the code was broken: she was on placebo.",
    ],
)
def test_what_was_never_taken_is_not_given(said: str) -> None:
    reading = read(said)
    assert given(reading) == FOLFOX
    assert reading.stored.value("lines") == Lines(1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("FOLFOX. Lonsurf x3 cycles, PD; the last box was returned unopened.", FOLFOX | {"ftd_tpi"}),
        ("FOLFOX, regorafenib until progression; two packets left unopened.", FOLFOX | {"regorafenib"}),
        ("FOLFOX. FOLFIRI+cmab booked for Feb, went ahead as bare FOLFIRI.", FOLFOX | FOLFIRI),
        ("FOLFOX, then MOUNTAINEER for nine months.", FOLFOX | {"anti_her2"}),
    ],
)
def test_what_was_taken_stays_given(said: str, expected: set[str]) -> None:
    assert given(read(said)) == expected


@pytest.mark.parametrize("said", ["FOLFOX, then FRESCO-2 for eight weeks.", "FOLFOX. FRESCO-2, study drug or placebo."])
def test_the_drug_of_a_trial_with_placebo_stays_open(said: str) -> None:
    assert read(said).stored.value("prior.fruquintinib") is None


def test_a_cream_is_no_chemotherapy() -> None:
    assert given(read("Efudix (5-fluorouracil) cream for his scalp. FOLFIRI.")) == FOLFIRI
    assert given(read("Efudix (5-fluorouracil) cream for his scalp.")) == set()


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("FOLFOX. B: braf?\nA: wt", "braf_v600e", False),
        ("FOLFOX. RAS wild, BRAF wild.", "ras", "wild_type"),
        ("FOLFOX. Stable microsatellites.", "mmr", "proficient"),
        ("FOLFOX. OMS 1.", "ecog", 1),
    ],
)
def test_results_in_other_peoples_shorthand(said: str, field: str, value: object) -> None:
    assert read(said).stored.value(field) == value


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("Fifty-eight-year-old lady comma BRAF V six hundred E positive full stop", "age", 58),
        ("Fifty-eight-year-old lady comma BRAF V six hundred E positive full stop", "braf_v600e", True),
        ("KRAS G twelve C. ECOG one.", "kras_g12c", True),
        ("KRAS G twelve C. ECOG one.", "ecog", 1),
        ("HER two status by IHC: three plus.", "her2", "positive"),
        ("KRAS et NRAS sauvages.", "ras", "wild_type"),
        ("MSI-hgih.", "mmr", "deficient"),
    ],
)
def test_what_is_dictated_is_read_as_if_it_were_typed(said: str, field: str, value: object) -> None:
    assert read_turns(["mCRC of the sigmoid, FOLFOX. " + said]).stored.value(field) == value


@pytest.mark.parametrize(
    "said",
    [
        "FOLFOX. Lonsurf was dispensed three weeks ago, but the box is still sealed on his table.",
        "FOLFOX. We wrote Lonsurf in the plan; the prescription was never collected.",
        "FOLFOX. pembro insurance pending. PS1",
        "FOLFOX. Lonsurf not begun. ECOG 1",
        "FOLFOX. Vectibix was added to the order set but pharmacy removed it.",
        "FOLFOX. Opdivo with Yervoy has been mentioned by the family, nothing begun.",
        "FOLFOX. 'Avastin' he mentions, but that was injected in his eye for macular disease.",
        "FOLFOX. Pertuzumab/trastuzumab: screen failure.",
    ],
)
def test_other_ways_to_say_that_nothing_was_given(said: str) -> None:
    assert given(read(said)) == FOLFOX


@pytest.mark.parametrize(
    "said",
    [
        "FOLFOX. The Fruzaqla box is on his kitchen table with the seal intact.",
        "FOLFOX. Then a fruquintinib trial, now unblinded: placebo arm throughout.",
        "FOLFOX. Had cetuximab - sorry, my mistake, that was the man in the next bed.",
        "FOLFOX. Régorafénib non débuté.",
        "FOLFOX. Panitumumab programado pero aún no iniciado.",
    ],
)
def test_whoever_writes_and_whoever_had_it(said: str) -> None:
    assert given(read(said)) == FOLFOX


def test_a_ward_sister_is_nobodys_relative_and_a_corrected_score_counts() -> None:
    reading = read_turns(["Ward sister here. Woman, 68, mCRC, KRAS G12D. FOLFOX. Performance status two, no, one."])
    assert reading.stored.value("age") == 68
    assert reading.stored.value("ras") == "mutant"
    assert reading.stored.value("ecog") == 1
