"""What holds of the engine of eligibility for any profile: monotone, strict, ordered, right on what would change."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.patient.profile import Lines, Value, plain_value, profile_of
from app.rules.engine import evaluate
from app.rules.records import Option
from eval.decision_table import OPTIONS
from eval.exhaustive import CHEMO, VALUES

ROOT = Path(__file__).resolve().parent.parent
RANKS = ("eligible", "needs_information", "not_eligible")
KNOWN = {name: [value for value in values if value is not None] for name, values in VALUES.items()}
AGENTS = [name for name in KNOWN if name.startswith("prior.")]
TREATED: dict[str, object] = {**dict.fromkeys(CHEMO.split(), True), "prior.anti_vegf": True, "lines": 2}
UNTREATED: dict[str, object] = {**dict.fromkeys(AGENTS, False), "lines": 0}
TARGETS: dict[str, object] = {"braf_v600e": True, "kras_g12c": True}
RECORD = {option.id: option for option in (verdict.option for verdict in evaluate(profile_of({})))}

FACTS = st.sampled_from(sorted(KNOWN)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(KNOWN[name])))
SPARSE = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in KNOWN.items()})
# Everything known but a few facts: where options are settled, and one fact more decides.
DENSE = st.builds(
    lambda values, unknown: {name: value for name, value in values.items() if name not in unknown},
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in KNOWN.items()}),
    st.sets(st.sampled_from(sorted(KNOWN)), max_size=5),
)
PROFILES = st.one_of(SPARSE, DENSE, DENSE.map(lambda values: {**values, **TREATED}))
MANY = settings(max_examples=300, deadline=None)


def verdicts_of(values: Mapping[str, object]) -> dict[str, str]:
    return {verdict.id: verdict.verdict for verdict in evaluate(profile_of(values))}


def verdict_with(values: Mapping[str, object], facts: tuple[tuple[str, object], ...], option: Option) -> str:
    return evaluate(profile_of({**values, **dict(facts)}), [option])[0].verdict


def unsettled(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The options that `after` asks about and `before` did not."""
    return [id_ for id_ in OPTIONS if before[id_] != "needs_information" and after[id_] == "needs_information"]


@MANY
@given(PROFILES, FACTS)
@example(TARGETS, ("lines", {"at_least": 1}))
@example({}, ("prior.ftd_tpi", True))
def test_learning_an_unknown_fact_never_unsettles_an_option(
    values: dict[str, object], fact: tuple[str, object]
) -> None:
    without = {name: value for name, value in values.items() if name != fact[0]}
    assert unsettled(verdicts_of(without), verdicts_of({**without, fact[0]: fact[1]})) == []


@MANY
@given(PROFILES, st.integers(0, 3), st.integers(0, 2))
def test_a_closer_number_of_lines_never_unsettles_an_option(values: dict[str, object], bound: int, more: int) -> None:
    before = verdicts_of({**values, "lines": {"at_least": bound}})
    for closer in (bound + more, {"at_least": bound + more}):
        assert unsettled(before, verdicts_of({**values, "lines": closer})) == []


@MANY
@given(PROFILES)
@example(TREATED)
@example(UNTREATED)
def test_a_verdict_is_what_its_criteria_say(values: dict[str, object]) -> None:
    for verdict in evaluate(profile_of(values)):
        required = [one.value for one in verdict.criteria if one.kind == "required"]
        excluding = [one.value for one in verdict.criteria if one.kind == "exclusion"]
        assert len(required) + len(excluding) == len(verdict.criteria)
        if False in required or True in excluding:
            assert verdict.verdict == "not_eligible"
        elif None in required:
            assert verdict.verdict == "needs_information"
        else:
            assert verdict.verdict == "eligible"


@MANY
@given(PROFILES)
@example({})
def test_the_order_is_total_and_eligible_options_come_first(values: dict[str, object]) -> None:
    verdicts = evaluate(profile_of(values))
    assert sorted(verdict.id for verdict in verdicts) == sorted(OPTIONS)
    ranks = [RANKS.index(verdict.verdict) for verdict in verdicts]
    assert ranks == sorted(ranks)
    for rank in (1, 2):
        listed = [verdict.id for verdict in verdicts if verdict.verdict == RANKS[rank]]
        assert listed == [option for option in OPTIONS if option in listed]


@MANY
@given(PROFILES, st.integers())
def test_the_same_facts_in_any_order_give_equal_output(values: dict[str, object], seed: int) -> None:
    names = list(values)
    random.Random(seed).shuffle(names)
    assert evaluate(profile_of({name: values[name] for name in names})) == evaluate(profile_of(values))


def test_the_output_does_not_hang_on_the_run() -> None:
    code = (
        "from app.patient.profile import profile_of; from app.rules.engine import evaluate; "
        f"print([evaluate(profile_of(values)) for values in {[{}, TREATED, UNTREATED, {**TREATED, **TARGETS}]!r}])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "20")
    }
    assert len(runs) == 1
    assert "needs_information" in runs.pop()


def proper_subsets(facts: tuple[tuple[str, object], ...]) -> Iterator[tuple[tuple[str, object], ...]]:
    for size in range(len(facts)):
        yield from combinations(facts, size)


@settings(max_examples=150, deadline=None)
@given(PROFILES)
@example({})
@example(TREATED)
@example({**UNTREATED, **TARGETS})
@example({**TREATED, "ras": "mutant", "prior.ftd_tpi": False, "prior.regorafenib": False})
@example({"ras": "wild_type", "braf_v600e": False, "prior.anti_egfr": False})
def test_what_would_change_a_verdict_does_and_nothing_less_does(values: dict[str, object]) -> None:
    for verdict in evaluate(profile_of(values)):
        for change in verdict.would_change:
            assert change.to != verdict.verdict
            assert len(dict(change.facts)) == len(change.facts)
            assert verdict_with(values, change.facts, RECORD[verdict.id]) == change.to, (verdict.id, change)
            less = [
                part
                for part in proper_subsets(change.facts)
                if verdict_with(values, part, RECORD[verdict.id]) == change.to
            ]
            assert less == [], (verdict.id, change)


@MANY
@given(PROFILES)
@example({**UNTREATED, **TARGETS})
@example({**TREATED, "lines": 1})
@example({**TREATED, "lines": {"at_least": 1}})
def test_only_a_next_therapy_goes_against_what_is_known(values: dict[str, object]) -> None:
    for verdict in evaluate(profile_of(values)):
        for change in verdict.would_change:
            against = [(name, value) for name, value in change.facts if contradicts(values.get(name), value)]
            assert change.next_therapy is bool(against), (verdict.id, change)
            assert all(name == "lines" or (name in AGENTS and value is True) for name, value in against)


def contradicts(known: Any, value: Value) -> bool:
    """Whether a patient of whom `known` holds cannot be one of whom `value` holds."""
    if known is None:
        return False
    if isinstance(value, Lines):
        exact, least = value.exact, value.count
        low = known["at_least"] if isinstance(known, dict) else known
        if isinstance(known, dict):
            return bool(exact and least < low)
        return bool(known != least if exact else known < least)
    return bool(plain_value(value) != known)


@MANY
@given(PROFILES)
@example(TARGETS)
@example({**TARGETS, "lines": 0})
def test_an_option_that_needs_information_says_what_would_open_it(values: dict[str, object]) -> None:
    for verdict in evaluate(profile_of(values)):
        opening = [change for change in verdict.would_change if change.to == "eligible" and not change.next_therapy]
        assert opening or verdict.verdict != "needs_information", verdict.id


@MANY
@given(PROFILES)
@example({**TARGETS, "lines": 0})
def test_what_is_missing_is_not_known(values: dict[str, object]) -> None:
    for verdict in evaluate(profile_of(values)):
        assert bool(verdict.missing) is (verdict.verdict == "needs_information")
        for name in verdict.missing:
            some_agent = name == "prior" and any(agent not in values for agent in AGENTS)
            assert some_agent or name not in values or isinstance(values[name], dict), (verdict.id, name)
