"""The engine of eligibility against the decision table on random profiles; that table against the specification."""

from __future__ import annotations

import random

import pytest

from eval.decision_table import OPTIONS, judged, ordered, rows, strengths, verdicts
from eval.exhaustive import VALUES, differences, sweeps

SEED = 20240116
SAMPLE = 50_000
CHEMO: dict[str, object] = {"prior.fluoropyrimidine": True, "prior.oxaliplatin": True, "prior.irinotecan": True}
WILD: dict[str, object] = {"ras": "wild_type", "braf_v600e": False}
UNTREATED: dict[str, object] = {**{name: False for name in VALUES if name.startswith("prior.")}, "lines": 0}
AGAIN: dict[str, object] = {**WILD, "prior.anti_egfr": True, "anti_egfr_response": True}
BEV: dict[str, object] = {**CHEMO, "prior.anti_vegf": True}
YES, NO, ASK = "eligible", "not_eligible", "needs_information"


def sampled(count: int, seed: int) -> list[dict[str, object]]:
    """Random profiles from nearly empty to nearly full: each has a share of its own of known facts and of true ones.

    Two of five are past standard chemotherapy, before which few options are open together; one of twenty is untreated.
    """
    drawn = random.Random(seed)
    made: list[dict[str, object]] = []
    for _ in range(count):
        known, first = max(drawn.random(), drawn.random()), drawn.random()
        made.append(
            {
                name: values[1] if drawn.random() < first else drawn.choice(values[2:])
                for name, values in VALUES.items()
                if drawn.random() < known
            }
        )
        kind = drawn.random()
        if kind < 0.45:
            made[-1].update({**BEV, "lines": 2} if kind < 0.4 else UNTREATED)
    return made


def test_the_engine_agrees_with_the_table_on_random_profiles() -> None:
    profiles = sampled(SAMPLE, SEED)
    differing = [(values, lines) for values in profiles if (lines := differences(values))]
    assert differing[:3] == []


def test_a_difference_in_verdict_strength_or_order_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, object] = {"mmr": "deficient", "primary_side": "left"}
    assert differences(values) == []
    right = judged(values)
    wrong = [
        right._replace(verdicts={**right.verdicts, "regorafenib": "eligible"}),
        right._replace(strengths={**right.strengths, "anti_egfr": "option"}),
        right._replace(order=right.order[::-1]),
    ]
    for table, named in zip(wrong, ("regorafenib", "anti_egfr", "order"), strict=True):
        monkeypatch.setattr("eval.exhaustive.judged", lambda values, table=table: table)
        assert [line.partition(":")[0] for line in differences(values)] == [named]


def test_the_sample_reaches_every_verdict_of_every_option() -> None:
    reached = {pair for values in sampled(5_000, SEED) for pair in verdicts(values).items()}
    assert reached == {(option, verdict) for option in OPTIONS[:-1] for verdict in (YES, NO, ASK)} | {
        (OPTIONS[-1], YES)
    }


def test_the_exhaustive_run_covers_more_than_a_million_profiles_and_each_option() -> None:
    made = sweeps()
    assert sum(sweep.size for sweep in made) > 1_000_000
    assert all(any(sweep.name.startswith(option) for sweep in made) for option in OPTIONS)


def test_a_sweep_counts_through_every_combination_once() -> None:
    sweep = next(sweep for sweep in sweeps() if sweep.name == "anti_her2, others unknown")
    profiles = {repr(sweep.profile(number)) for number in range(sweep.size)}
    assert len(profiles) == sweep.size == 3**8


EXPECTED: list[tuple[str, dict[str, object], str]] = [
    ("immunotherapy", {"mmr": "deficient"}, YES),
    ("immunotherapy", {"mmr": "deficient", "prior.immunotherapy": True}, NO),
    ("immunotherapy", {"mmr": "proficient"}, NO),
    ("immunotherapy", {}, ASK),
    ("immunotherapy", {"prior.immunotherapy": True}, NO),
    ("encorafenib_cetuximab", {"braf_v600e": True, "prior.oxaliplatin": True}, YES),
    ("encorafenib_cetuximab", {"braf_v600e": True, "lines": 1}, YES),
    ("encorafenib_cetuximab", {"braf_v600e": True, "lines": {"at_least": 1}}, YES),
    ("encorafenib_cetuximab", {"braf_v600e": True, "lines": {"at_least": 0}}, ASK),
    ("encorafenib_cetuximab", {"braf_v600e": True, "lines": 0}, ASK),
    ("encorafenib_cetuximab", {"braf_v600e": True}, ASK),
    ("encorafenib_cetuximab", {"braf_v600e": True, "lines": 1, "ras": "mutant"}, NO),
    ("encorafenib_cetuximab", {"braf_v600e": True, "lines": 2, "prior.braf_inhibitor": True}, NO),
    ("encorafenib_cetuximab", {"lines": 2}, ASK),
    ("anti_egfr", {**WILD, "prior.anti_egfr": False}, YES),
    ("anti_egfr", {**WILD, "prior.anti_egfr": False, "braf_other": True}, NO),
    ("anti_egfr", WILD, ASK),
    ("anti_egfr", {**WILD, "prior.anti_egfr": True}, NO),
    ("anti_egfr", {"ras": "mutant"}, NO),
    ("anti_egfr", {"ras": "wild_type", "prior.anti_egfr": False}, ASK),
    ("anti_egfr_rechallenge", {**AGAIN, "ctdna_ras_braf": "no_mutation"}, YES),
    ("anti_egfr_rechallenge", {**AGAIN, "ctdna_ras_braf": "mutation"}, NO),
    ("anti_egfr_rechallenge", AGAIN, ASK),
    ("anti_egfr_rechallenge", {**AGAIN, "anti_egfr_response": False}, NO),
    ("anti_egfr_rechallenge", {"prior.anti_egfr": False}, NO),
    ("anti_egfr_rechallenge", {"braf_other": True}, NO),
    ("kras_g12c_inhibitor", {"kras_g12c": True, "prior.anti_vegf": True}, YES),
    ("kras_g12c_inhibitor", {"kras_g12c": True, "lines": {"at_least": 2}}, YES),
    ("kras_g12c_inhibitor", {"kras_g12c": True}, ASK),
    ("kras_g12c_inhibitor", {"kras_g12c": True, "prior.kras_g12c_inhibitor": True}, NO),
    ("kras_g12c_inhibitor", {"kras_g12c": False, "lines": 2}, NO),
    ("anti_her2", {**CHEMO, "her2": "positive"}, YES),
    ("anti_her2", {**CHEMO, "her2": "positive", "ras": "mutant"}, NO),
    ("anti_her2", {**CHEMO, "her2": "positive", "prior.anti_her2": True}, NO),
    ("anti_her2", {"her2": "positive", "prior.irinotecan": False}, NO),
    ("anti_her2", {"her2": "positive"}, ASK),
    ("trk_inhibitor", {"ntrk_fusion": True}, YES),
    ("trk_inhibitor", {"ntrk_fusion": True, "prior.trk_inhibitor": True}, NO),
    ("trk_inhibitor", {"ntrk_fusion": False}, NO),
    ("ftd_tpi_bevacizumab", {**BEV, "lines": 2}, YES),
    ("ftd_tpi_bevacizumab", {**CHEMO, "prior.anti_egfr": True, "lines": {"at_least": 2}}, YES),
    ("ftd_tpi_bevacizumab", {**BEV, "lines": {"at_least": 1}}, ASK),
    ("ftd_tpi_bevacizumab", {**BEV, "lines": 1}, NO),
    ("ftd_tpi_bevacizumab", {**CHEMO, "lines": 3, "prior.anti_vegf": False}, ASK),
    ("ftd_tpi_bevacizumab", {**CHEMO, "lines": 3, "prior.anti_vegf": False, "prior.anti_egfr": False}, NO),
    ("ftd_tpi_bevacizumab", {**BEV, "lines": 2, "prior.ftd_tpi": True}, NO),
    ("ftd_tpi", CHEMO, YES),
    ("ftd_tpi", {**CHEMO, "prior.ftd_tpi": True}, NO),
    ("ftd_tpi", {"prior.fluoropyrimidine": True, "prior.oxaliplatin": True}, ASK),
    ("regorafenib", {**CHEMO, "prior.ftd_tpi": True}, YES),
    ("regorafenib", {**CHEMO, "prior.regorafenib": True}, NO),
    ("regorafenib", {"prior.oxaliplatin": False}, NO),
    ("fruquintinib", {**BEV, "ras": "mutant", "prior.ftd_tpi": True}, YES),
    ("fruquintinib", {**BEV, "braf_other": True, "prior.regorafenib": True}, YES),
    ("fruquintinib", {**BEV, **WILD, "braf_other": False, "prior.anti_egfr": True, "prior.ftd_tpi": True}, YES),
    ("fruquintinib", {**BEV, **WILD, "braf_other": False, "prior.anti_egfr": False, "prior.ftd_tpi": True}, NO),
    ("fruquintinib", {**BEV, **WILD, "prior.anti_egfr": False, "prior.ftd_tpi": True}, ASK),
    ("fruquintinib", {**BEV, "ras": "mutant", "prior.ftd_tpi": False}, ASK),
    ("fruquintinib", {**BEV, "ras": "mutant", "prior.ftd_tpi": False, "prior.regorafenib": False}, NO),
    ("fruquintinib", {**CHEMO, "ras": "mutant", "prior.ftd_tpi": True, "prior.anti_vegf": False}, NO),
    ("fruquintinib", {**BEV, "ras": "mutant", "prior.ftd_tpi": True, "prior.fruquintinib": True}, NO),
    ("best_supportive_care", {}, YES),
]


@pytest.mark.parametrize(("option", "values", "verdict"), EXPECTED)
def test_the_table_says_what_the_specification_says(option: str, values: dict[str, object], verdict: str) -> None:
    assert verdicts(values)[option] == verdict


def test_no_prior_therapy_at_all_closes_what_asks_for_one() -> None:
    targets = {"braf_v600e": True, "kras_g12c": True, **UNTREATED}
    for lines, verdict in ((0, NO), (None, ASK), (1, YES)):
        found = verdicts({**targets, "lines": lines})
        assert (found["encorafenib_cetuximab"], found["kras_g12c_inhibitor"]) == (verdict, verdict)


LATE: dict[str, object] = {**BEV, **AGAIN, "ctdna_ras_braf": "no_mutation", "her2": "positive", "lines": 3}
FIRST: dict[str, object] = {**BEV, **WILD, "prior.anti_egfr": False, "her2": "positive", "lines": 2}


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (LATE, "ftd_tpi_bevacizumab anti_her2 anti_egfr_rechallenge regorafenib ftd_tpi best_supportive_care"),
        (
            {**LATE, "aim": "shrinkage"},
            "anti_her2 anti_egfr_rechallenge ftd_tpi_bevacizumab regorafenib ftd_tpi best_supportive_care",
        ),
        (
            {**LATE, "aim": "disease_control", "fit": False},
            "best_supportive_care ftd_tpi_bevacizumab anti_her2 anti_egfr_rechallenge regorafenib ftd_tpi",
        ),
        ({**FIRST, "primary_side": "left"}, "anti_egfr ftd_tpi_bevacizumab anti_her2 regorafenib ftd_tpi"),
        ({**FIRST, "primary_side": "right"}, "ftd_tpi_bevacizumab anti_her2 anti_egfr regorafenib ftd_tpi"),
        ({**FIRST, "aim": "shrinkage"}, "anti_her2 anti_egfr ftd_tpi_bevacizumab regorafenib ftd_tpi"),
        (
            {**BEV, "mmr": "deficient", "braf_v600e": True, "ntrk_fusion": True, "kras_g12c": True},
            "immunotherapy encorafenib_cetuximab kras_g12c_inhibitor trk_inhibitor regorafenib ftd_tpi",
        ),
        (
            {**BEV, "ras": "mutant", "prior.ftd_tpi": True},
            "fruquintinib regorafenib best_supportive_care immunotherapy kras_g12c_inhibitor trk_inhibitor",
        ),
        ({}, "best_supportive_care immunotherapy encorafenib_cetuximab anti_egfr anti_egfr_rechallenge"),
    ],
)
def test_the_order_is_that_of_section_3(values: dict[str, object], first: str) -> None:
    expected = first.split()
    assert ordered(values)[: len(expected)] == expected
    assert sorted(ordered(values)) == sorted(OPTIONS)


def test_strength_depends_on_the_side_for_anti_egfr_only() -> None:
    left, right, unknown = (strengths({"primary_side": side}) for side in ("left", "right", None))
    assert (left["anti_egfr"], right["anti_egfr"], unknown["anti_egfr"]) == ("recommended", "option", "option")
    assert {**left, "anti_egfr": ""} == {**right, "anti_egfr": ""} == {**unknown, "anti_egfr": ""}
    named = [option for option in OPTIONS if left[option] == "trial_preferred"]
    assert named == ["kras_g12c_inhibitor", "anti_her2", "trk_inhibitor"]
    assert [option for option in OPTIONS if left[option] == "standard"] == ["immunotherapy", "encorafenib_cetuximab"]
    assert [option for option in OPTIONS if left[option] == "recommended"] == ["anti_egfr", "ftd_tpi_bevacizumab"]


@pytest.mark.parametrize(
    "values", [{"ras": "wt"}, {"fit": "yes"}, {"lines": -1}, {"lines": True}, {"prior.ftd_tpi": 1}, {"mmr": True}]
)
def test_a_value_that_a_fact_cannot_have_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        verdicts(values)


@pytest.mark.parametrize(
    "line", ["surgery + mmr=deficient", "ftd_tpi + chemotherapy=yes", "anti_her2 + her2=amplified"]
)
def test_a_row_that_could_never_fit_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        rows(line)
