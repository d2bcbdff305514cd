"""Means with their bootstrap 95% intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_RESAMPLES = 2000
_SEED = 20231123


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of `count` values of which `below_1` are less than 1, and the 95% interval of the percentile bootstrap;
    none for fewer than two values.
    """

    mean: float
    count: int
    below_1: int
    low: float | None = None
    high: float | None = None


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of at least one value with its interval; the same values in any order give the same figures."""
    return _estimate(tuple(sorted(values)))


@lru_cache(maxsize=4096)
def _estimate(values: tuple[float, ...]) -> Estimate:
    figures = (sum(values) / len(values), len(values), sum(value < 1 for value in values))
    if len(values) < 2:
        return Estimate(*figures)
    import numpy as np
    from scipy.stats import bootstrap

    done = bootstrap(
        (np.asarray(values),),
        np.mean,
        n_resamples=_RESAMPLES,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(_SEED),
    )
    return Estimate(*figures, float(done.confidence_interval.low), float(done.confidence_interval.high))
