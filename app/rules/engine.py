"""From a profile to the verdicts: every option with its criteria, what is missing, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.patient.profile import Profile, Value
from app.rules.catalogue import OPTIONS
from app.rules.conditions import Facts, Known, deciding, joined, smallest, truth_of, ways
from app.rules.order import in_order
from app.rules.records import Change, Criterion, Judged, Option, Outcome, Strength, Verdict


def evaluate(profile: Profile, options: Sequence[Option] = OPTIONS) -> tuple[Verdict, ...]:
    """The verdict on every option (rules §2), in the order of rules §3. The same profile gives the same verdicts."""
    verdicts = [_judge(option, tuple(map(profile.value, option.reads))) for option in options]
    return in_order(verdicts, profile)


@dataclass(frozen=True, slots=True, eq=False)
class _Assessed:
    """A criterion for given values of the facts it reads: its truth, and what would make it hold (`opens`, with a
    therapy to come `opens_later`) or fail to let the option through (`closes`).
    """

    judged: Judged
    opens: list[Facts]
    opens_later: list[Facts]
    closes: list[Facts]


# Criteria read few facts of few values each, so that most assessments repeat; none holds a patient's words.
@lru_cache(maxsize=16_384)
def _assess(criterion: Criterion, values: tuple[Value | None, ...]) -> _Assessed:
    known = Known(dict(zip(criterion.reads, values, strict=True)))
    condition = criterion.condition
    judged = Judged(criterion, truth_of(condition, known), deciding(condition, known))
    against = criterion.kind == "exclusion"
    settled = judged.value is not None
    return _Assessed(
        judged,
        opens=[frozenset()] if judged.value else [] if settled else ways(condition, known, True),
        opens_later=ways(condition, known, True, next_therapy=True),
        closes=[] if settled else ways(condition, known, against),
    )


@lru_cache(maxsize=16_384)
def _judge(option: Option, values: tuple[Value | None, ...]) -> Verdict:
    """The verdict for given values of the facts that the option reads."""
    known = Known(dict(zip(option.reads, values, strict=True)))
    parts = [_assess(criterion, tuple(map(known.value, criterion.reads))) for criterion in option.criteria]
    criteria = tuple(part.judged for part in parts)
    verdict = _outcome(criteria)
    return Verdict(
        option=option,
        verdict=verdict,
        strength=_strength(option, known),
        criteria=criteria,
        missing=_unknown(criteria, "required") if verdict == "needs_information" else (),
        confirm=_unknown(criteria, "exclusion") if verdict != "not_eligible" else (),
        would_change=tuple(_changes(verdict, parts)),
    )


def _outcome(criteria: Iterable[Judged]) -> Outcome:
    """An exclusion that is unknown does not block; a required criterion that is unknown does."""
    open_question = False
    for judged in criteria:
        if judged.value is (judged.kind == "exclusion"):
            return "not_eligible"
        open_question |= judged.value is None and judged.kind == "required"
    return "needs_information" if open_question else "eligible"


def _strength(option: Option, known: Known) -> Strength:
    if option.strength_if and truth_of(option.strength_if[0], known):
        return option.strength_if[1]
    return option.strength


def _unknown(criteria: Iterable[Judged], kind: str) -> tuple[str, ...]:
    unknown = (judged for judged in criteria if judged.kind == kind and judged.value is None)
    return tuple(dict.fromkeys(name for judged in unknown for name in judged.because))


def _changes(verdict: Outcome, parts: Sequence[_Assessed]) -> Iterable[Change]:
    """How the option could open: by facts not known yet, and where those do not suffice, by a therapy to come; and
    what would close it.
    """
    excluded = any(part.judged.value and part.judged.kind == "exclusion" for part in parts)
    if verdict != "eligible" and not excluded:
        later = verdict == "not_eligible"
        required = [part for part in parts if part.judged.kind == "required"]
        barred = [way for part in parts if part.judged.kind == "exclusion" for way in part.closes]
        for facts in joined([part.opens_later if later else part.opens for part in required]):
            if not any(way <= facts for way in barred):  # "one agent given" opens, but not the option's own
                yield Change("eligible", _listed(facts), next_therapy=later)
    if verdict != "not_eligible":
        for facts in smallest([way for part in parts for way in part.closes]):
            yield Change("not_eligible", _listed(facts), next_therapy=False)


def _listed(facts: Facts) -> tuple[tuple[str, Value], ...]:
    # Names differ within a set, so that values are never compared.
    return tuple(sorted(facts, key=_name))


def _name(fact: tuple[str, Value]) -> str:
    return fact[0]
