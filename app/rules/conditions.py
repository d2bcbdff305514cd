"""What a criterion asks of a profile: small conditions, their three-valued result, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.patient.profile import AGENTS, FIELDS, Lines, Profile, Value
from app.rules.truth import Truth, both, either

# A set of facts that, once true, settles a condition.
Facts = frozenset[tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class Is:
    """The fact `field` has this value."""

    field: str
    value: Value

    @property
    def opposite(self) -> Value:
        """The other one of the two values of the fact."""
        first, second = FIELDS[self.field].values
        return second if self.value == first else first


@dataclass(frozen=True, slots=True)
class AtLeastLines:
    """So many prior lines for metastatic disease, or more."""

    number: int


@dataclass(frozen=True, slots=True)
class AnyTherapy:
    """At least one prior systemic therapy: any agent given, or one line or more (rules §2)."""


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """One part holds, or more."""

    parts: tuple[Condition, ...]


Condition = Is | AtLeastLines | AnyTherapy | AllOf | AnyOf
_GIVEN = tuple(f"prior.{agent}" for agent in AGENTS)


def truth_of(condition: Condition, profile: Profile) -> Truth:
    """Whether the condition holds; None where the facts known do not decide it."""
    match condition:
        case Is(field, value):
            known = profile.value(field)
            return None if known is None else known == value
        case AtLeastLines(number):
            return _lines_reach(profile, number)
        case AnyTherapy():
            given = (profile.value(name) for name in _GIVEN)
            return either([*(None if value is None else bool(value) for value in given), _lines_reach(profile, 1)])
        case AllOf(parts):
            return both(truth_of(part, profile) for part in parts)
        case AnyOf(parts):
            return either(truth_of(part, profile) for part in parts)


def deciding(condition: Condition, profile: Profile) -> tuple[str, ...]:
    """The facts that make the condition what it is: known ones where it is decided, unknown ones where it is not."""
    match condition:
        case Is(field, _):
            return (field,)
        case AtLeastLines():
            return ("lines",)
        case AnyTherapy():
            return _deciding_therapy(condition, profile)
        case AllOf(parts) | AnyOf(parts):
            result = truth_of(condition, profile)
            # One true part decides a disjunction, one false part a conjunction; otherwise all of the same truth do.
            same = [part for part in parts if truth_of(part, profile) is result]
            return tuple(dict.fromkeys(name for part in same for name in deciding(part, profile)))


def ways(condition: Condition, profile: Profile, wanted: bool, next_therapy: bool = False) -> list[Facts]:
    """The smallest sets of further facts that make the condition `wanted`; [empty set] where it is so already.

    Only unknown facts are set; with `next_therapy`, agents not given yet may be given and lines may be added.
    """
    if truth_of(condition, profile) is wanted:
        return [frozenset()]
    match condition:
        case Is(field, value):
            return _ways_of_fact(condition, profile.value(field), value if wanted else condition.opposite, next_therapy)
        case AtLeastLines(number):
            return _ways_of_lines(profile, number, wanted, next_therapy)
        case AnyTherapy():
            # Naming one of thirteen agents says no more than one line does.
            return _ways_of_lines(profile, 1, wanted, next_therapy) if wanted else []
        case AllOf(parts):
            return _together(parts, profile, wanted, next_therapy) if wanted else _one(parts, profile, wanted, False)
        case AnyOf(parts):
            return _one(parts, profile, wanted, next_therapy) if wanted else _together(parts, profile, wanted, False)


def smallest(sets: Iterable[Facts]) -> list[Facts]:
    """The sets that hold no other of them, without repeats, small ones first."""
    kept: list[Facts] = []
    for facts in sorted(set(sets), key=lambda facts: (len(facts), sorted((name, str(value)) for name, value in facts))):
        if not any(other <= facts for other in kept):
            kept.append(facts)
    return kept


def _lines_reach(profile: Profile, number: int) -> Truth:
    lines = profile.value("lines")
    if not isinstance(lines, Lines):
        return None
    if lines.count >= number:
        return True
    return False if lines.exact else None


def _deciding_therapy(condition: AnyTherapy, profile: Profile) -> tuple[str, ...]:
    result = truth_of(condition, profile)
    if result is None:
        return ("prior", "lines")
    if result is False:
        return ("lines", *_GIVEN)
    given = tuple(name for name in _GIVEN if profile.value(name))
    return given or ("lines",)


def _ways_of_fact(condition: Is, known: Value | None, target: Value, next_therapy: bool) -> list[Facts]:
    field = condition.field
    may_be_given = next_therapy and field.startswith("prior.") and target is True
    return [frozenset({(field, target)})] if known is None or may_be_given else []


def _ways_of_lines(profile: Profile, number: int, wanted: bool, next_therapy: bool) -> list[Facts]:
    lines = profile.value("lines")
    if wanted:
        open_ended = not isinstance(lines, Lines) or not lines.exact
        return [frozenset({("lines", Lines(number, exact=False))})] if open_ended or next_therapy else []
    if lines is None:
        return [frozenset({("lines", Lines(number - 1))})]
    may_be_fewer = isinstance(lines, Lines) and not lines.exact and lines.count < number
    return [frozenset({("lines", Lines(number - 1))})] if may_be_fewer else []


def _one(parts: tuple[Condition, ...], profile: Profile, wanted: bool, next_therapy: bool) -> list[Facts]:
    return smallest(way for part in parts for way in ways(part, profile, wanted, next_therapy))


def _together(parts: tuple[Condition, ...], profile: Profile, wanted: bool, next_therapy: bool) -> list[Facts]:
    return joined([ways(part, profile, wanted, next_therapy) for part in parts])


def joined(choices: Iterable[list[Facts]]) -> list[Facts]:
    """One set out of each of `choices`, united; those that give a fact two values are left out."""
    made: list[Facts] = [frozenset()]
    for choice in choices:
        united = [first | second for first in made for second in choice]
        made = smallest(facts for facts in united if len({name for name, _ in facts}) == len(facts))
    return made


