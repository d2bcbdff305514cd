"""Kleene's three-valued logic, each line of the truth tables written out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.rules.truth import Truth, both, either, negated

BOTH: tuple[tuple[Truth, Truth, Truth], ...] = (
    (True, True, True),
    (True, False, False),
    (True, None, None),
    (False, True, False),
    (False, False, False),
    (False, None, False),
    (None, True, None),
    (None, False, False),
    (None, None, None),
)
EITHER: tuple[tuple[Truth, Truth, Truth], ...] = (
    (True, True, True),
    (True, False, True),
    (True, None, True),
    (False, True, True),
    (False, False, False),
    (False, None, None),
    (None, True, True),
    (None, False, None),
    (None, None, None),
)
THREE_TOGETHER: tuple[tuple[Truth, Truth, Truth, Truth, Truth], ...] = (
    # the three values, their conjunction, their disjunction
    (True, True, True, True, True),
    (True, True, None, None, True),
    (True, None, False, False, True),
    (None, None, None, None, None),
    (None, None, False, False, None),
    (None, True, None, None, True),
    (False, False, False, False, False),
)


@pytest.mark.parametrize(("first", "second", "expected"), BOTH)
def test_conjunction(first: Truth, second: Truth, expected: Truth) -> None:
    assert both([first, second]) is expected


@pytest.mark.parametrize(("first", "second", "expected"), EITHER)
def test_disjunction(first: Truth, second: Truth, expected: Truth) -> None:
    assert either([first, second]) is expected


@pytest.mark.parametrize(("value", "expected"), [(True, False), (False, True), (None, None)])
def test_negation(value: Truth, expected: Truth) -> None:
    assert negated(value) is expected


@pytest.mark.parametrize("values", THREE_TOGETHER)
def test_three_together(values: tuple[Truth, Truth, Truth, Truth, Truth]) -> None:
    *three, conjunction, disjunction = values
    assert both(three) is conjunction
    assert either(three) is disjunction


@pytest.mark.parametrize("value", [True, False, None])
def test_one_alone_is_itself(value: Truth) -> None:
    assert both([value]) is value
    assert either([value]) is value


def test_none_at_all_holds_together_and_fails_apart() -> None:
    assert both([]) is True
    assert either([]) is False


def test_the_tables_are_whole() -> None:
    pairs = {(first, second) for first in (True, False, None) for second in (True, False, None)}
    assert {(first, second) for first, second, _ in BOTH} == pairs
    assert {(first, second) for first, second, _ in EITHER} == pairs


def test_what_decides_ends_the_search() -> None:
    def values(decisive: bool) -> Iterator[Truth]:
        yield None
        yield decisive
        raise AssertionError("looked further than needed")

    assert both(values(False)) is False
    assert either(values(True)) is True
