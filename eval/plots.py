"""The plots of a report as SVG to be put into a page: matplotlib draws, nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from eval.report import Part, Report, overall_rows

_BAR, _INTERVAL = "#3b6ea5", "#1b1b1b"
_SETTINGS: Any = {"svg.hashsalt": "lateline", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}


def measures_svg(report: Report, part: Part) -> str:
    """A bar for each measure with its interval."""
    return _bars(overall_rows(report, part), "Mean, with 95% interval")


def parted_svg(report: Report, part: Part, by: str, measure: str) -> str:
    """A bar for each kind or style; empty where the measure speaks of none."""
    rows = [(label, figures[measure]) for label, figures in part[f"by_{by}"].items() if measure in figures]
    title = report["measures"][measure]["title"]
    return _bars([(f"{label} ({one['count']})", one) for label, one in rows], f"{title}, by {by}") if rows else ""


def _bars(rows: Sequence[tuple[str, Mapping[str, Any]]], label: str) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    means = [one["mean"] for _, one in rows]
    # A figure without an interval has one of no width. Rounding must not turn a width negative.
    below = [max(0.0, one["mean"] - (one["mean"] if one["low"] is None else one["low"])) for _, one in rows]
    above = [max(0.0, (one["mean"] if one["high"] is None else one["high"]) - one["mean"]) for _, one in rows]
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(7.5, 0.7 + 0.26 * len(rows)), layout="constrained")
        axes = figure.subplots()
        axes.barh(range(len(rows)), means, color=_BAR, height=0.7, xerr=[below, above], ecolor=_INTERVAL, capsize=2)
        axes.set_yticks(range(len(rows)), [name for name, _ in rows])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel(label)
        axes.spines[["top", "right"]].set_visible(False)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    # The prologue names a DTD on another host, and a page has no use for it.
    return drawn.getvalue().partition("<svg")[1] + drawn.getvalue().partition("<svg")[2]
