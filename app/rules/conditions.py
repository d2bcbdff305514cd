"""What a criterion asks of a profile: small conditions, their three-valued result, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.patient.profile import AGENTS, FIELDS, Lines, Value
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


_NOTHING_NEEDED: list[Facts] = [frozenset()]
Condition = Is | AtLeastLines | AnyTherapy | AllOf | AnyOf
_GIVEN = tuple(f"prior.{agent}" for agent in AGENTS)


class Known:
    """The values of some facts; any other is unknown."""

    __slots__ = ("value",)

    def __init__(self, values: Mapping[str, Value | None]) -> None:
        self.value = values.get


def reads(condition: Condition) -> tuple[str, ...]:
    """The names of the facts that decide the condition."""
    match condition:
        case Is(field, _):
            return (field,)
        case AtLeastLines():
            return ("lines",)
        case AnyTherapy():
            return (*_GIVEN, "lines")
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(name for part in parts for name in reads(part)))


def truth_of(condition: Condition, known: Known) -> Truth:
    """Whether the condition holds; None where the facts known do not decide it."""
    match condition:
        case Is(field, value):
            found = known.value(field)
            return None if found is None else found == value
        case AtLeastLines(number):
            return _lines_reach(known, number)
        case AnyTherapy():
            given = (known.value(name) for name in _GIVEN)
            return either([*(None if value is None else bool(value) for value in given), _lines_reach(known, 1)])
        case AllOf(parts):
            return both(truth_of(part, known) for part in parts)
        case AnyOf(parts):
            return either(truth_of(part, known) for part in parts)


def deciding(condition: Condition, known: Known) -> tuple[str, ...]:
    """The facts that make the condition what it is: known ones where it is decided, unknown ones where it is not."""
    match condition:
        case Is(field, _):
            return (field,)
        case AtLeastLines():
            return ("lines",)
        case AnyTherapy():
            return _deciding_therapy(condition, known)
        case AllOf(parts) | AnyOf(parts):
            result = truth_of(condition, known)
            # One true part decides a disjunction, one false part a conjunction; otherwise all of the same truth do.
            same = [part for part in parts if truth_of(part, known) is result]
            return tuple(dict.fromkeys(name for part in same for name in deciding(part, known)))


def ways(condition: Condition, known: Known, wanted: bool, next_therapy: bool = False) -> list[Facts]:
    """The smallest sets of further facts that make the condition `wanted`; [empty set] where it is so already.

    Only unknown facts are set; with `next_therapy`, agents not given yet may be given and lines may be added.
    """
    if truth_of(condition, known) is wanted:
        return [frozenset()]
    match condition:
        case Is(field, value):
            return _ways_of_fact(condition, known.value(field), value if wanted else condition.opposite, next_therapy)
        case AtLeastLines(number):
            return _ways_of_lines(known, number, wanted, next_therapy)
        case AnyTherapy():
            return _ways_of_therapy(known, next_therapy) if wanted else []
        case AllOf(parts):
            return _together(parts, known, wanted, next_therapy) if wanted else _one(parts, known, wanted, False)
        case AnyOf(parts):
            return _one(parts, known, wanted, next_therapy) if wanted else _together(parts, known, wanted, False)


def smallest(sets: Iterable[Facts]) -> list[Facts]:
    """The sets that hold no other of them, without repeats, small ones first."""
    different = list(dict.fromkeys(sets))
    if len(different) < 2:
        return different
    kept: list[Facts] = []
    for facts in sorted(different, key=len):  # stable: in the order of the criteria
        if not any(other <= facts for other in kept):
            kept.append(facts)
    return kept


def _lines_reach(known: Known, number: int) -> Truth:
    lines = known.value("lines")
    if not isinstance(lines, Lines):
        return None
    if lines.count >= number:
        return True
    return False if lines.exact else None


def _deciding_therapy(condition: AnyTherapy, known: Known) -> tuple[str, ...]:
    result = truth_of(condition, known)
    if result is None:
        return ("prior",) if known.value("lines") is not None else ("prior", "lines")
    if result is False:
        return ("lines", *_GIVEN)
    given = tuple(name for name in _GIVEN if known.value(name))
    return given or ("lines",)


def _ways_of_fact(condition: Is, found: Value | None, target: Value, next_therapy: bool) -> list[Facts]:
    field = condition.field
    may_be_given = next_therapy and field.startswith("prior.") and target is True
    return [frozenset({(field, target)})] if found is None or may_be_given else []


def _ways_of_lines(known: Known, number: int, wanted: bool, next_therapy: bool) -> list[Facts]:
    lines = known.value("lines")
    if wanted:
        open_ended = not isinstance(lines, Lines) or not lines.exact
        return [frozenset({("lines", Lines(number, exact=False))})] if open_ended or next_therapy else []
    if lines is None:
        return [frozenset({("lines", Lines(number - 1))})]
    may_be_fewer = isinstance(lines, Lines) and not lines.exact and lines.count < number
    return [frozenset({("lines", Lines(number - 1))})] if may_be_fewer else []


def _ways_of_therapy(known: Known, next_therapy: bool) -> list[Facts]:
    """One line, which says no less than one of thirteen agents; where no line was given, one agent (adjuvant, say)."""
    lines = _ways_of_lines(known, 1, True, next_therapy)
    return lines or [frozenset({(name, True)}) for name in _GIVEN if known.value(name) is None]


def _one(parts: tuple[Condition, ...], known: Known, wanted: bool, next_therapy: bool) -> list[Facts]:
    return smallest(way for part in parts for way in ways(part, known, wanted, next_therapy))


def _together(parts: tuple[Condition, ...], known: Known, wanted: bool, next_therapy: bool) -> list[Facts]:
    return joined([ways(part, known, wanted, next_therapy) for part in parts])


def joined(choices: Iterable[list[Facts]]) -> list[Facts]:
    """One set out of each of `choices`, united; those that give a fact two values are left out."""
    made: list[Facts] = [frozenset()]
    for choice in choices:
        if choice == _NOTHING_NEEDED:
            continue
        if not choice:
            return []
        united = [first | second for first in made for second in choice]
        made = smallest(facts for facts in united if len({name for name, _ in facts}) == len(facts))
    return made
