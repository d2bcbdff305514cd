"""Two sets of verdicts side by side: what opens, what closes, what moves, and by which criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.rules.records import Judged, Outcome, Strength, Verdict
from app.rules.truth import Truth

_TRUTHS: Mapping[Truth, str] = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """Another verdict on an option. `why` has a sentence for each criterion whose value changed."""

    id: str
    before: Outcome
    after: Outcome
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Another rank, from 1, among the eligible options, of an option that is eligible both times."""

    id: str
    before: int
    after: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrengthChange:
    """Another strength of recommendation for an option."""

    id: str
    before: Strength
    after: Strength


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. `opened` and `closed` are the changes to and from eligible, `changed` are all of them."""

    opened: tuple[VerdictChange, ...] = ()
    closed: tuple[VerdictChange, ...] = ()
    moved: tuple[Move, ...] = ()
    changed: tuple[VerdictChange, ...] = ()
    strengths: tuple[StrengthChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.moved or self.strengths)


def compare(before: tuple[Verdict, ...], after: tuple[Verdict, ...]) -> Comparison:
    """What turns `before` into `after`; the other way round, the same with the two sides exchanged. Options by id.

    Only options that both sides judge are compared.
    """
    pairs = _pairs(before, after)
    changed = tuple(
        VerdictChange(old.id, old.verdict, new.verdict, _why(old, new))
        for old, new in pairs
        if old.verdict != new.verdict
    )
    return Comparison(
        opened=tuple(change for change in changed if change.after == "eligible"),
        closed=tuple(change for change in changed if change.before == "eligible"),
        moved=_moves(before, after),
        changed=changed,
        strengths=tuple(
            StrengthChange(old.id, old.strength, new.strength) for old, new in pairs if old.strength != new.strength
        ),
    )


def _pairs(before: Iterable[Verdict], after: Iterable[Verdict]) -> list[tuple[Verdict, Verdict]]:
    """The two verdicts on each option, in the order of their ids, which neither side decides."""
    new = {verdict.id: verdict for verdict in after}
    return sorted(((old, new[old.id]) for old in before if old.id in new), key=lambda pair: pair[0].id)


def _why(old: Verdict, new: Verdict) -> tuple[str, ...]:
    """The criteria whose value changed, each with both values."""
    values = {_key(judged): judged.value for judged in new.criteria}
    return tuple(
        f"{judged.criterion.text}: {_TRUTHS[judged.value]} before, {_TRUTHS[values[_key(judged)]]} after"
        for judged in old.criteria
        if _key(judged) in values and values[_key(judged)] is not judged.value
    )


def _key(judged: Judged) -> tuple[str, str]:
    return judged.kind, judged.criterion.text


def _moves(before: Iterable[Verdict], after: Iterable[Verdict]) -> tuple[Move, ...]:
    old, new = _eligible(before), _eligible(after)
    both = sorted(set(old) & set(new))
    return tuple(
        Move(name, old.index(name) + 1, new.index(name) + 1, _why_moved(name, old, new))
        for name in both
        if old.index(name) != new.index(name)
    )


def _eligible(verdicts: Iterable[Verdict]) -> list[str]:
    return [verdict.id for verdict in verdicts if verdict.verdict == "eligible"]


def _why_moved(name: str, old: list[str], new: list[str]) -> tuple[str, ...]:
    """What stands in front of the option on one side only; nothing else changes a rank."""
    front_before, front_after = old[: old.index(name)], new[: new.index(name)]
    return (
        *(f"{other} no longer stands before it" for other in sorted(set(front_before) - set(front_after))),
        *(f"{other} now stands before it" for other in sorted(set(front_after) - set(front_before))),
    )
