"""Two sets of verdicts compared: what opens, closes, moves and changes, and why; the same in either direction."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.patient.profile import profile_of
from app.rules.catalogue import OPTIONS
from app.rules.engine import evaluate
from app.rules.records import Verdict
from app.rules.whatif import Comparison, Move, StrengthChange, compare

VALUES: dict[str, list[object]] = {
    "mmr": ["deficient", "proficient"],
    "ras": ["wild_type", "mutant"],
    "braf_v600e": [True, False],
    "her2": ["positive", "negative"],
    "primary_side": ["left", "right"],
    "aim": ["shrinkage", "disease_control"],
    "fit": [True, False],
    "lines": [1, 2],
    "prior.anti_egfr": [True, False],
    "prior.anti_vegf": [True, False],
    "prior.fluoropyrimidine": [True],
    "prior.oxaliplatin": [True],
    "prior.irinotecan": [True, False],
    "prior.ftd_tpi": [True, False],
}
PROFILES = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
REFRACTORY: dict[str, object] = {
    **dict.fromkeys(["prior.fluoropyrimidine", "prior.oxaliplatin", "prior.irinotecan", "prior.anti_vegf"], True),
    "ras": "mutant",
    "lines": 2,
}


def judged(facts: dict[str, object]) -> tuple[Verdict, ...]:
    return evaluate(profile_of(facts))


def test_an_option_opens_by_the_criterion_that_changed() -> None:
    found = compare(judged({"mmr": "proficient"}), judged({"mmr": "deficient"}))
    (opened,) = found.opened
    assert (opened.id, opened.before, opened.after) == ("immunotherapy", "not_eligible", "eligible")
    assert opened.why == ("dMMR/MSI-H: no before, yes after",)
    assert found.closed == ()
    assert found.changed == (opened,)


def test_what_comes_to_stand_in_front_moves_the_rest() -> None:
    found = compare(judged({"mmr": "proficient"}), judged({"mmr": "deficient"}))
    assert found.moved == (Move("best_supportive_care", 1, 2, ("immunotherapy now stands before it",)),)


def test_an_option_closes_and_waiting_is_no_opening() -> None:
    found = compare(judged(REFRACTORY), judged({**REFRACTORY, "prior.ftd_tpi": True}))
    assert [change.id for change in found.closed] == ["ftd_tpi", "ftd_tpi_bevacizumab"]
    assert found.closed[0].why == ("FTD/TPI given before: not known before, yes after",)
    waiting = compare(judged({"mmr": "proficient"}), judged({}))
    assert waiting.opened == ()
    assert [(change.id, change.after) for change in waiting.changed] == [("immunotherapy", "needs_information")]


def test_another_aim_moves_options_without_changing_a_verdict() -> None:
    facts: dict[str, object] = {**REFRACTORY, "ras": "wild_type", "her2": "positive"}
    found = compare(judged({**facts, "aim": "disease_control"}), judged({**facts, "aim": "shrinkage"}))
    assert (found.opened, found.closed, found.changed) == ((), (), ())
    assert found.moved == (
        Move("anti_her2", 2, 1, ("ftd_tpi_bevacizumab no longer stands before it",)),
        Move("ftd_tpi_bevacizumab", 1, 2, ("anti_her2 now stands before it",)),
    )


def test_another_side_changes_the_strength() -> None:
    facts: dict[str, object] = {"ras": "wild_type", "braf_v600e": False, "prior.anti_egfr": False}
    found = compare(judged({**facts, "primary_side": "right"}), judged({**facts, "primary_side": "left"}))
    assert found.strengths == (StrengthChange("anti_egfr", "option", "recommended"),)
    assert bool(found)


@given(PROFILES)
@settings(max_examples=50, deadline=None)
@example({})
def test_nothing_differs_from_itself(facts: dict[str, object]) -> None:
    found = compare(judged(facts), judged(facts))
    assert found == Comparison()
    assert not found


@given(PROFILES, PROFILES)
@settings(max_examples=100, deadline=None)
@example({"mmr": "proficient"}, {"mmr": "deficient"})
@example(REFRACTORY, {**REFRACTORY, "fit": False})
def test_the_other_way_round_is_the_same_with_sides_exchanged(one: dict[str, object], other: dict[str, object]) -> None:
    there, back = compare(judged(one), judged(other)), compare(judged(other), judged(one))
    assert [(change.id, change.before, change.after) for change in there.opened] == [
        (change.id, change.after, change.before) for change in back.closed
    ]
    assert [(change.id, change.before, change.after) for change in there.changed] == [
        (change.id, change.after, change.before) for change in back.changed
    ]
    assert [(move.id, move.before, move.after) for move in there.moved] == [
        (move.id, move.after, move.before) for move in back.moved
    ]
    assert [(each.id, each.before) for each in there.strengths] == [(each.id, each.after) for each in back.strengths]


@given(PROFILES, PROFILES)
@settings(max_examples=100, deadline=None)
@example(REFRACTORY, {**REFRACTORY, "prior.ftd_tpi": True})
def test_every_changed_verdict_and_every_move_says_why(one: dict[str, object], other: dict[str, object]) -> None:
    found = compare(judged(one), judged(other))
    assert [change for change in found.changed if not change.why] == []
    assert [move for move in found.moved if not move.why] == []


def test_an_option_on_one_side_only_is_not_compared() -> None:
    profile = profile_of({"mmr": "deficient"})
    assert not compare(evaluate(profile, OPTIONS[:1]), evaluate(profile, OPTIONS[1:2]))
