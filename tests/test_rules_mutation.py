"""Each criterion and each exclusion earns its place: without it, an expectation on one of a few profiles fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from app.patient.profile import profile_of
from app.rules.catalogue import OPTIONS
from app.rules.engine import evaluate
from app.rules.records import Criterion, Option

_CHEMO: dict[str, object] = {"prior.fluoropyrimidine": True, "prior.oxaliplatin": True, "prior.irinotecan": True}
_REFRACTORY = {**_CHEMO, "prior.anti_vegf": True, "lines": 2}
_WILD = {"ras": "wild_type", "braf_v600e": False, "braf_other": False}
_RECHALLENGE = {**_WILD, "prior.anti_egfr": True, "anti_egfr_response": True, "ctdna_ras_braf": "no_mutation"}

PROFILES: Mapping[str, Mapping[str, object]] = {
    "dMMR after immunotherapy": {"mmr": "deficient", "prior.immunotherapy": True},
    "pMMR": {"mmr": "proficient", "prior.immunotherapy": False},
    "three targets, untreated": {
        **{"braf_v600e": True, "kras_g12c": True, "lines": 0},
        **dict.fromkeys([f"prior.{agent}" for agent in ("fluoropyrimidine", "oxaliplatin", "irinotecan")], False),
        **dict.fromkeys([f"prior.{agent}" for agent in ("anti_vegf", "anti_egfr", "immunotherapy")], False),
        **dict.fromkeys([f"prior.{agent}" for agent in ("braf_inhibitor", "kras_g12c_inhibitor")], False),
        **dict.fromkeys([f"prior.{agent}" for agent in ("anti_her2", "trk_inhibitor", "ftd_tpi")], False),
        **dict.fromkeys([f"prior.{agent}" for agent in ("regorafenib", "fruquintinib")], False),
    },
    "V600E and RAS mutant": {"braf_v600e": True, "ras": "mutant", "lines": 1, "prior.braf_inhibitor": False},
    "V600E after encorafenib": {"braf_v600e": True, "ras": "wild_type", "lines": 1, "prior.braf_inhibitor": True},
    "G12C after sotorasib": {"kras_g12c": True, "lines": 1, "prior.kras_g12c_inhibitor": True},
    "no target, one line": {"braf_v600e": False, "kras_g12c": False, "ntrk_fusion": False, "lines": 1},
    "wild-type, no anti-EGFR": {**_WILD, "prior.anti_egfr": False},
    "RAS mutant, else ready for anti-EGFR": {**_WILD, "ras": "mutant", "prior.anti_egfr": False},
    "V600E, else ready for anti-EGFR": {**_WILD, "braf_v600e": True, "prior.anti_egfr": False},
    "other BRAF, else ready for anti-EGFR": {**_WILD, "braf_other": True, "prior.anti_egfr": False},
    "rechallenge": _RECHALLENGE,
    "RAS mutant, else ready for rechallenge": {**_RECHALLENGE, "ras": "mutant"},
    "V600E, else ready for rechallenge": {**_RECHALLENGE, "braf_v600e": True},
    "other BRAF, else ready for rechallenge": {**_RECHALLENGE, "braf_other": True},
    "no anti-EGFR, else ready for rechallenge": {**_RECHALLENGE, "prior.anti_egfr": False},
    "no response, else ready for rechallenge": {**_RECHALLENGE, "anti_egfr_response": False},
    "acquired mutation, else ready for rechallenge": {**_RECHALLENGE, "ctdna_ras_braf": "mutation"},
    "HER2+ after chemotherapy": {**_CHEMO, "her2": "positive", "ras": "wild_type", "prior.anti_her2": False},
    "HER2 negative": {**_CHEMO, "her2": "negative", "ras": "wild_type", "prior.anti_her2": False},
    "HER2+ without irinotecan": {**_CHEMO, "prior.irinotecan": False, "her2": "positive", "ras": "wild_type"},
    "HER2+ and RAS mutant": {**_CHEMO, "her2": "positive", "ras": "mutant", "prior.anti_her2": False},
    "HER2+ after trastuzumab": {**_CHEMO, "her2": "positive", "ras": "wild_type", "prior.anti_her2": True},
    "NTRK after larotrectinib": {"ntrk_fusion": True, "prior.trk_inhibitor": True},
    "refractory": {**_REFRACTORY, "prior.ftd_tpi": False, "prior.regorafenib": False},
    "refractory, oxaliplatin never given": {
        **{**_REFRACTORY, "prior.oxaliplatin": False, "ras": "mutant"},
        **{"prior.ftd_tpi": False, "prior.regorafenib": False, "prior.fruquintinib": False},
    },
    "no antibody": {**_REFRACTORY, "prior.anti_vegf": False, "prior.anti_egfr": False, "prior.ftd_tpi": False},
    "one line": {**_REFRACTORY, "lines": 1, "prior.ftd_tpi": False},
    "after FTD/TPI": {**_REFRACTORY, "ras": "mutant", "prior.ftd_tpi": True, "prior.fruquintinib": False},
    "after regorafenib without irinotecan": {
        **{**_REFRACTORY, "prior.irinotecan": False, "ras": "mutant"},
        **{"prior.regorafenib": True, "prior.fruquintinib": False},
    },
    "after regorafenib": {**_REFRACTORY, "prior.regorafenib": True},
    "after FTD/TPI, no anti-VEGF": {**_REFRACTORY, "ras": "mutant", "prior.anti_vegf": False, "prior.ftd_tpi": True},
    "after FTD/TPI, wild-type, no anti-EGFR": {**_REFRACTORY, **_WILD, "prior.anti_egfr": False, "prior.ftd_tpi": True},
    "neither FTD/TPI nor regorafenib": {
        **{**_REFRACTORY, "ras": "mutant", "prior.ftd_tpi": False, "prior.regorafenib": False},
    },
    "after fruquintinib": {**_REFRACTORY, "ras": "mutant", "prior.ftd_tpi": True, "prior.fruquintinib": True},
}
# What must come out. By hand, from the table in section 2 of the rules.
EXPECTED: Sequence[tuple[str, str, str]] = (
    ("dMMR after immunotherapy", "immunotherapy", "not_eligible"),
    ("pMMR", "immunotherapy", "not_eligible"),
    ("three targets, untreated", "encorafenib_cetuximab", "not_eligible"),
    ("three targets, untreated", "kras_g12c_inhibitor", "not_eligible"),
    ("V600E and RAS mutant", "encorafenib_cetuximab", "not_eligible"),
    ("V600E after encorafenib", "encorafenib_cetuximab", "not_eligible"),
    ("G12C after sotorasib", "kras_g12c_inhibitor", "not_eligible"),
    ("no target, one line", "encorafenib_cetuximab", "not_eligible"),
    ("no target, one line", "kras_g12c_inhibitor", "not_eligible"),
    ("no target, one line", "trk_inhibitor", "not_eligible"),
    ("wild-type, no anti-EGFR", "anti_egfr", "eligible"),
    ("RAS mutant, else ready for anti-EGFR", "anti_egfr", "not_eligible"),
    ("V600E, else ready for anti-EGFR", "anti_egfr", "not_eligible"),
    ("other BRAF, else ready for anti-EGFR", "anti_egfr", "not_eligible"),
    ("rechallenge", "anti_egfr", "not_eligible"),
    ("rechallenge", "anti_egfr_rechallenge", "eligible"),
    ("RAS mutant, else ready for rechallenge", "anti_egfr_rechallenge", "not_eligible"),
    ("V600E, else ready for rechallenge", "anti_egfr_rechallenge", "not_eligible"),
    ("other BRAF, else ready for rechallenge", "anti_egfr_rechallenge", "not_eligible"),
    ("no anti-EGFR, else ready for rechallenge", "anti_egfr_rechallenge", "not_eligible"),
    ("no response, else ready for rechallenge", "anti_egfr_rechallenge", "not_eligible"),
    ("acquired mutation, else ready for rechallenge", "anti_egfr_rechallenge", "not_eligible"),
    ("HER2+ after chemotherapy", "anti_her2", "eligible"),
    ("HER2 negative", "anti_her2", "not_eligible"),
    ("HER2+ without irinotecan", "anti_her2", "not_eligible"),
    ("HER2+ and RAS mutant", "anti_her2", "not_eligible"),
    ("HER2+ after trastuzumab", "anti_her2", "not_eligible"),
    ("NTRK after larotrectinib", "trk_inhibitor", "not_eligible"),
    ("refractory", "ftd_tpi_bevacizumab", "eligible"),
    ("refractory", "ftd_tpi", "eligible"),
    ("refractory", "regorafenib", "eligible"),
    ("refractory, oxaliplatin never given", "ftd_tpi_bevacizumab", "not_eligible"),
    ("refractory, oxaliplatin never given", "ftd_tpi", "not_eligible"),
    ("refractory, oxaliplatin never given", "regorafenib", "not_eligible"),
    ("no antibody", "ftd_tpi_bevacizumab", "not_eligible"),
    ("one line", "ftd_tpi_bevacizumab", "not_eligible"),
    ("after FTD/TPI", "ftd_tpi_bevacizumab", "not_eligible"),
    ("after FTD/TPI", "ftd_tpi", "not_eligible"),
    ("after FTD/TPI", "fruquintinib", "eligible"),
    ("after regorafenib", "regorafenib", "not_eligible"),
    ("after regorafenib without irinotecan", "fruquintinib", "not_eligible"),
    ("after FTD/TPI, no anti-VEGF", "fruquintinib", "not_eligible"),
    ("after FTD/TPI, wild-type, no anti-EGFR", "fruquintinib", "not_eligible"),
    ("neither FTD/TPI nor regorafenib", "fruquintinib", "not_eligible"),
    ("after fruquintinib", "fruquintinib", "not_eligible"),
)
CRITERIA = [(option, criterion) for option in OPTIONS for criterion in option.criteria]


def broken(options: Sequence[Option]) -> list[tuple[str, str, str]]:
    """The expectations that do not hold with these options in the place of the declared ones."""
    found = {
        (profile, verdict.id): verdict.verdict
        for profile, facts in PROFILES.items()
        for verdict in evaluate(profile_of(facts), options)
    }
    return [(profile, id_, wanted) for profile, id_, wanted in EXPECTED if found[profile, id_] != wanted]


def without(option: Option, criterion: Criterion) -> list[Option]:
    """All options, this one without this criterion."""
    mutated = replace(
        option,
        required=tuple(each for each in option.required if each is not criterion),
        exclusions=tuple(each for each in option.exclusions if each is not criterion),
    )
    assert len(mutated.criteria) == len(option.criteria) - 1
    return [mutated if each is option else each for each in OPTIONS]


def test_the_options_as_declared_meet_every_expectation() -> None:
    assert broken(OPTIONS) == []


@pytest.mark.parametrize(
    ("option", "criterion"), CRITERIA, ids=[f"{option.id}: {criterion.text}" for option, criterion in CRITERIA]
)
def test_an_option_without_one_criterion_is_caught(option: Option, criterion: Criterion) -> None:
    caught = broken(without(option, criterion))
    assert caught != []
    assert {id_ for _, id_, _ in caught} == {option.id}


def test_every_profile_is_needed() -> None:
    assert {profile for profile, _, _ in EXPECTED} == set(PROFILES)


def test_every_option_with_criteria_is_expected_of() -> None:
    assert {id_ for _, id_, _ in EXPECTED} == {option.id for option in OPTIONS if option.criteria}
