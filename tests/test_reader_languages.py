"""Notes with words of other languages: a drug that is planned or was refused there was not given."""

from __future__ import annotations

from typing import Any

import pytest

from app.patient.reader import read_turns
from app.patient.reading import Reading


def read(text: str) -> Reading:
    return read_turns([text])


@pytest.mark.parametrize(
    ("said", "agent"),
    [
        ("Patiente, cancer du côlon, BRAF V600E, FOLFOX-bévacizumab. Encorafénib envisagé.", "braf_inhibitor"),
        ("Patient, Kolonkarzinom, RAS-Mutation, FOLFOX/Bev, FOLFIRI. Lonsurf ist geplant.", "ftd_tpi"),
        ("Patient, Kolonkarzinom, RAS-Mutation, FOLFOX, FOLFIRI. Kein Bevacizumab.", "anti_vegf"),
        ("Patient, Kolonkarzinom, RAS-Mutation, FOLFOX, FOLFIRI. Regorafenib nie erhalten.", "regorafenib"),
        ("mCRC, RAS mut, FOLFOX/bev, FOLFIRI. Regorafenib planlagt.", "regorafenib"),
        ("Patient med kolonkræft, RAS muteret, FOLFOX + bevacizumab, FOLFIRI. Har aldrig fået Lonsurf.", "ftd_tpi"),
        ("mCRC, RAS mut, FOLFOX/bev, FOLFIRI. Regorafenib previsto.", "regorafenib"),
        ("Paziente con cancro del colon, FOLFOX/bev, FOLFIRI; mai ricevuto regorafenib.", "regorafenib"),
        ("Patiente: FOLFOX-bev, FOLFIRI, jamais de cétuximab. Cancer du côlon.", "anti_egfr"),
        ("Koloncancer, KRAS G12C, CAPOX+bev, FOLFIRI; ikke fået anti-EGFR.", "anti_egfr"),
        ("62M mCRC, RAS wt; FOLFOX-pani; FOLFIRI-bev planned but he went on holiday", "irinotecan"),
        ("She has had everything but Lonsurf. RAS mut mCRC.", "ftd_tpi"),
    ],
)
def test_planned_and_denied_is_not_given(said: str, agent: str) -> None:
    assert read(said).stored.value(f"prior.{agent}") is False


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("Paziente con cancro del colon, RAS mutato, FOLFOX/bev.", "ras", "mutant"),
        ("Patient med kolonkræft, RAS muteret, FOLFOX.", "ras", "mutant"),
        ("Patiente, cancer du côlon, RAS sauvage, FOLFOX.", "ras", "wild_type"),
        ("Patient, Kolonkarzinom, RAS nicht mutiert, FOLFOX.", "ras", "wild_type"),
        ("metastatic colon cancer of the right side, FOLFOX", "primary_side", "right"),
        ("HER2 3+ by IHC on the biopsy, previously reported 0; RAS wt. FOLFIRI/cetux.", "her2", "positive"),
    ],
)
def test_markers_are_read(said: str, field: str, value: Any) -> None:
    assert read(said).stored.value(field) == value


def test_everything_is_all_standard_chemotherapy_unless_it_is_asked() -> None:
    told = read("He has had everything incl. Stivarga and TAS-102. RAS mut mCRC.").stored
    assert [told.value(f"prior.{agent}") for agent in ("irinotecan", "oxaliplatin", "regorafenib")] == [True] * 3
    assert read("61F mCRC, FOLFOX. Has she had everything else?").stored.value("prior.irinotecan") is not True


def test_numbered_lines_before_a_question_are_a_history() -> None:
    told = read("colon ca, kras wt; lines: 1) folfoxiri/bev 2) folfiri/cet rechallenge? no, first cetuximab 3) tas102")
    assert told.stored.value("prior.anti_vegf") is True
    assert told.stored.value("prior.ftd_tpi") is True


def test_single_drugs_told_of_in_passing_are_a_history_too() -> None:
    told = read("Is my patient (65M mCRC, RAS wt; Xeloda + Eloxatin + Avastin, then Campto + 5-FU) a candidate for it?")
    assert [told.stored.value(f"prior.{agent}") for agent in ("anti_vegf", "irinotecan")] == [True, True]


def test_what_was_maybe_given_is_not_known() -> None:
    assert (
        read("mCRC 73M, RAS wt. Xelox, then FOLFIRI. Maybe had cetuximab with it.").stored.value("prior.anti_egfr")
        is None
    )


def test_he_is_the_brother_of_a_woman() -> None:
    told = read(
        "Mrs Lind, 67, nursed her brother through a bowel cancer; he had pembrolizumab and is well. She has mCRC, KRAS "
        "G12V, and had CAPOX with bevacizumab."
    )
    assert told.stored.value("prior.immunotherapy") is not True
    assert told.stored.value("prior.anti_vegf") is True
