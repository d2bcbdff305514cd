"""Kleene's three-valued logic: True, False, and None for unknown. Absence of information is never a negative."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def both(values: Iterable[Truth]) -> Truth:
    """Conjunction: False where any is False, else None where any is unknown, else True (True for none at all)."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def either(values: Iterable[Truth]) -> Truth:
    """Disjunction: True where any is True, else None where any is unknown, else False (False for none at all)."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def negated(value: Truth) -> Truth:
    """Negation: unknown stays unknown."""
    return None if value is None else not value
