"""From a profile to the verdicts: every option with its criteria, what is missing, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.patient.profile import Lines, Profile, Value
from app.rules.catalogue import OPTIONS
from app.rules.conditions import Facts, deciding, joined, smallest, truth_of, ways
from app.rules.order import in_order
from app.rules.records import Change, Criterion, Judged, Option, Outcome, Strength, Verdict


def evaluate(profile: Profile, options: Sequence[Option] = OPTIONS) -> tuple[Verdict, ...]:
    """The verdict on every option (rules §2), in the order of rules §3. The same profile gives the same verdicts."""
    return in_order([judge(option, profile) for option in options], profile)


def judge(option: Option, profile: Profile) -> Verdict:
    """The verdict on one option."""
    criteria = tuple(
        Judged(criterion, truth_of(criterion.condition, profile), deciding(criterion.condition, profile))
        for criterion in option.criteria
    )
    verdict = _outcome(criteria)
    return Verdict(
        option=option,
        verdict=verdict,
        strength=_strength(option, profile),
        criteria=criteria,
        missing=_unknown(criteria, "required") if verdict == "needs_information" else (),
        confirm=_unknown(criteria, "exclusion") if verdict != "not_eligible" else (),
        would_change=tuple(_changes(option, verdict, profile)),
    )


def _outcome(criteria: Iterable[Judged]) -> Outcome:
    """An exclusion that is unknown does not block; a required criterion that is unknown does."""
    open_question = False
    for judged in criteria:
        if judged.value is (judged.kind == "exclusion"):
            return "not_eligible"
        open_question |= judged.value is None and judged.kind == "required"
    return "needs_information" if open_question else "eligible"


def _strength(option: Option, profile: Profile) -> Strength:
    if option.strength_if and truth_of(option.strength_if[0], profile):
        return option.strength_if[1]
    return option.strength


def _unknown(criteria: Iterable[Judged], kind: str) -> tuple[str, ...]:
    unknown = (judged for judged in criteria if judged.kind == kind and judged.value is None)
    return tuple(dict.fromkeys(name for judged in unknown for name in judged.because))


def _changes(option: Option, verdict: Outcome, profile: Profile) -> Iterable[Change]:
    if verdict != "eligible":
        yield from _opening(option, verdict, profile)
    if verdict != "not_eligible":
        for facts in smallest(way for criterion in option.criteria for way in _against(criterion, profile)):
            yield Change("not_eligible", _listed(facts), next_therapy=False)


def _opening(option: Option, verdict: Outcome, profile: Profile) -> Iterable[Change]:
    """How the option could open: by facts not known yet, and where those do not suffice, by a therapy to come."""
    if any(truth_of(criterion.condition, profile) for criterion in option.exclusions):
        return
    after_therapy = verdict == "not_eligible"
    choices = [ways(criterion.condition, profile, True, after_therapy) for criterion in option.required]
    for facts in joined(choices):
        yield Change("eligible", _listed(facts), next_therapy=after_therapy)


def _against(criterion: Criterion, profile: Profile) -> list[Facts]:
    return ways(criterion.condition, profile, criterion.kind == "exclusion")


def _listed(facts: Facts) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(facts, key=lambda item: (item[0], _sortable(item[1]))))


def _sortable(value: Value) -> str:
    return f"{value.count:03d}{value.exact}" if isinstance(value, Lines) else str(value)
