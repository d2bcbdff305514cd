"""Results taken together: by set, and within it by kind and by style, with intervals; and how long answers took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Estimate, estimate
from eval.replies import Reply
from eval.scoring import MEASURES, Result
from eval.sets import VIGNETTE

PERCENTILES = (50, 90, 95, 99, 100)
Estimates = Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class SetSummary:
    """The questions, or the vignettes, of one set: estimates by measure over all, by kind and by style; milliseconds by
    percentile, empty where nobody took the time.

    `right` are the items on which every deciding measure gives a 1; `failures` those without an answer.
    """

    set: str
    part: str
    items: int
    right: Estimate
    failures: int
    overall: Estimates
    by_kind: Mapping[str, Estimates]
    by_style: Mapping[str, Estimates]
    latency_ms: Mapping[str, float]


def summarise(results: Sequence[Result]) -> tuple[SetSummary, ...]:
    """A summary for the questions and for the vignettes of each set, in the order of the results."""
    parts: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        part = "vignettes" if result.item.kind == VIGNETTE else "questions"
        parts.setdefault((result.item.set, part), []).append(result)
    return tuple(_summary(name, part, chosen) for (name, part), chosen in parts.items())


def _summary(name: str, part: str, results: Sequence[Result]) -> SetSummary:
    return SetSummary(
        set=name,
        part=part,
        items=len(results),
        right=estimate([float(result.is_right) for result in results]),
        failures=sum(not isinstance(result.reply, Reply) for result in results),
        overall=_estimates(results),
        by_kind=_parted(results, lambda result: result.item.kind),
        by_style=_parted(results, lambda result: result.item.style),
        latency_ms=_percentiles(results),
    )


def _parted(results: Iterable[Result], part: Callable[[Result], str]) -> dict[str, Estimates]:
    parts: dict[str, list[Result]] = {}
    for result in results:
        parts.setdefault(part(result), []).append(result)
    return {name: _estimates(parts[name]) for name in sorted(parts)}


def _estimates(results: Sequence[Result]) -> dict[str, Estimate]:
    values = {
        measure.name: [result.scores[measure.name].value for result in results if measure.name in result.scores]
        for measure in MEASURES
    }
    return {name: estimate(scores) for name, scores in values.items() if scores}


def _percentiles(results: Iterable[Result]) -> dict[str, float]:
    import numpy as np

    replies = (result.reply for result in results)
    times = [reply.milliseconds for reply in replies if isinstance(reply, Reply) and reply.milliseconds is not None]
    if not times:
        return {}
    figures = np.percentile(times, PERCENTILES)
    return {f"p{percent}": round(float(figure), 2) for percent, figure in zip(PERCENTILES, figures, strict=True)}
