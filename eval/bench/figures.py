"""What a bench measures: times of several contenders taken in turn, summed up as median, p99 and ratio."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: `p50` and `p99` in `unit`; `ratio` of p50 to that of `baseline`, a line of its part."""

    name: str
    p50: float
    p99: float
    unit: str = "ms"
    baseline: str = ""
    ratio: float | None = None
    count: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Figures measured together, in turn, so that what else the machine does falls on all of them alike."""

    title: str
    figures: tuple[Figure, ...]

    def p50(self, name: str) -> float | None:
        """The median of the figure of this name, if it was measured."""
        return next((figure.p50 for figure in self.figures if figure.name == name), None)


def in_turn(contenders: Mapping[str, Callable[[Any], object]], inputs: Sequence[Any]) -> dict[str, list[float]]:
    """The milliseconds that each contender takes for each input; they take turns, and another one begins each time."""
    names = list(contenders)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number, value in enumerate(inputs):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            start = time.perf_counter()
            contenders[name](value)
            taken[name].append(1000 * (time.perf_counter() - start))
    return taken


def figure(name: str, values: Sequence[float], unit: str = "ms", note: str = "") -> Figure:
    """The values summed up; p99 of few values is their highest."""
    ordered = sorted(values)
    return Figure(name, _at(ordered, 0.5), _at(ordered, 0.99), unit, count=len(ordered), note=note)


def beside(figures: Sequence[Figure], baselines: Mapping[str, str]) -> tuple[Figure, ...]:
    """The figures with their ratios: `baselines` says beside which other figure each is put."""
    medians = {one.name: one.p50 for one in figures}
    return tuple(_beside(one, baselines.get(one.name, ""), medians) for one in figures)


def _beside(one: Figure, baseline: str, medians: Mapping[str, float]) -> Figure:
    other = medians.get(baseline)
    return replace(one, baseline=baseline, ratio=one.p50 / other) if other else one


def _at(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed, the nearest one."""
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else 0.0
