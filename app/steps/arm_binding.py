"""Which arm of a trial a figure of a sentence is given to: the one named beside it."""

from __future__ import annotations

import re

from app.steps.table_reading import Part, Reading

_JOINED = re.compile(r"^\s*(?:\+|→|/|plus\b|then\b|and (?!with|in))\s*|^\s*,?\s*$")
_ADDED_BEHIND = re.compile(r"\s*[+→]")
_ADDED_BEFORE = re.compile(r"[+→]\s*$")
_FAVORED = re.compile(r"\bfavou?r(?:s|ed|ing)?(?: of)?(?: the)?\s*$")
# A regimen and its subgroup ("with trastuzumab + pertuzumab in all patients") are two names for one arm.
_MOST_NAMES = 2


def arms_beside(reading: Reading, values: list[Part]) -> dict[int, tuple[Part, ...]] | None:
    """Start of each figure → the names of the arm beside it: those behind it; those before it where a figure closes the
    sentence, and for the first figure where an arm opens it.

    None where an arm's name is run together with another drug: no table row has such an arm.
    """
    if not values:
        return {}
    arms = [part for part in reading.of("arm") if not _FAVORED.search(reading.text[: part.start])]
    mixed = sorted([*values, *arms], key=lambda part: part.start)
    opens, closes = mixed[0].kind == "arm", mixed[-1].kind == "value"
    found: dict[int, tuple[Part, ...]] = {}
    first = values[0]
    for number, part in enumerate(mixed):
        if part.kind != "value":
            if not _is_whole(reading, mixed, number):
                return None
        elif opens and (closes or part is first):
            found[part.start] = _names(mixed[:number][::-1])
        else:
            found[part.start] = _names(mixed[number + 1 :])
    return found


def _names(parts: list[Part]) -> tuple[Part, ...]:
    """The names of arms at the beginning of the list, up to the next figure."""
    run: list[Part] = []
    for part in parts:
        if part.kind != "arm":
            break
        run.append(part)
    return tuple(run[:_MOST_NAMES])


def _is_whole(reading: Reading, mixed: list[Part], number: int) -> bool:
    """Whether the name stands for itself, or is followed by its subgroup."""
    part = mixed[number]
    if _ADDED_BEHIND.match(reading.text[part.end :]) or _ADDED_BEFORE.search(reading.text[: part.start]):
        return False
    if number + 1 < len(mixed) and mixed[number + 1].kind == "arm":
        between = reading.text[part.end : mixed[number + 1].start]
        return not _JOINED.match(between) or between.strip() in ("(", "in")
    return True
