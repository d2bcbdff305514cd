"""What the figures are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.bench import cold, scale, throughput, warm
from eval.bench.figures import Part


@dataclass(frozen=True, slots=True)
class Aim:
    """A limit for the figure `name` of the part `title`, as a ratio to another figure of it where one is named."""

    title: str
    name: str
    limit: float
    unit: str
    beside: str = ""
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """An aim with what was measured; `met` is None where it was not measured."""

    words: str
    measured: float | None
    met: bool | None


_MOST = 1_000_000
AIMS = (
    Aim(warm.TITLE, warm.ANSWER, 1.5, "×", beside=warm.EMBEDDING),
    Aim(warm.TITLE, warm.ANSWER, 1 / 3, "×", beside=warm.NAIVE),
    Aim(warm.TITLE, warm.REST, 1.5, "ms"),
    Aim(cold.TITLE, cold.ASK, 2.0, "s"),
    Aim(cold.TITLE, cold.memory_of(cold.ASK), 300.0, "MB"),
    Aim(cold.TITLE, cold.OPTIONS, 0.5, "s"),
    Aim(throughput.TITLE, throughput.BATCH, 300.0, "questions/s", at_least=True),
    Aim(scale.TITLE, scale.search_of(_MOST), 5.0, "ms"),
    Aim(scale.TITLE, scale.build_of(_MOST), 600.0, "s"),
)


def held(parts: Sequence[Part]) -> tuple[Held, ...]:
    """Every aim, held against the figures."""
    by_title = {part.title: part for part in parts}
    return tuple(_held(aim, by_title.get(aim.title)) for aim in AIMS)


def _held(aim: Aim, part: Part | None) -> Held:
    against = f" of {aim.beside}" if aim.beside else ""
    words = f"{aim.name}: {'at least' if aim.at_least else 'at most'} {aim.limit:.3g} {aim.unit}{against}"
    measured = part.p50(aim.name) if part else None
    if measured is not None and part and aim.beside:
        other = part.p50(aim.beside)
        measured = measured / other if other else None
    if measured is None:
        return Held(words, None, None)
    return Held(words, measured, measured >= aim.limit if aim.at_least else measured <= aim.limit)
