"""Forest plot of hazard ratios and bars of medians, as matplotlib figures, SVG for the page, and PNG.

Everything is laid out in pixels of a page 700 wide, from the top; nothing of matplotlib's state is shared between two
figures. Colours are those of Okabe and Ito, which people with colour-blindness can tell apart; a hatch says the same.
"""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.ui.evidence_table import Endpoint, TrialLine
from app.ui.inline_svg import INK, inlined
from app.ui.plot_rows import Bar, BarGroup, ForestRow, bar_groups, forest_rows, tables_of, without_ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 700
TITLES: dict[Endpoint, str] = {"os": "overall survival", "pfs": "progression-free survival"}
WARNING = "Arms of different trials cannot be compared directly: patients and comparators differ."
SOURCE = "Tarpgaard et al., Cancers 2024;16:126; evidence as of November 2023"
NO_RATIO = "no hazard ratio"
UNDIRECTED = "† The table names no comparator, so that it does not say which of the arms a ratio below 1 favours."
STARRED = "* Significant difference within the trial, as printed."

# px: left edge of text, from line to line, down to the first row, down to the notes where there is none
_MARGIN, _LINE, _HEAD, _NO_ROWS = 12, 15, 88, 62
_TESTED, _COMPARATOR = "#0072B2", "#56B4E9"
_MUTED = 0.75
_FOREST_SPAN, _BAR_SPAN = (322, 562), (304, 688)  # px: left and right end of the axes
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_TALL = 900  # px: from here on the scale stands above the rows too
# The settings of matplotlib that decide how an SVG is written belong to the process: one drawing at a time sets them.
_WRITING = threading.Lock()


def forest(lines: Iterable[TrialLine], endpoint: Endpoint) -> Figure:
    """Hazard ratios with 95% confidence intervals on a logarithmic axis, a row a trial; those without one are named."""
    lines = tuple(lines)
    rows = forest_rows(lines, endpoint)
    labels = [_wrapped(row.arms, 46) for row in rows]
    tops = _running([_LINE * (1 + len(label)) + 12 for label in labels], _HEAD)
    notes = [UNDIRECTED] if any(row.undirected for row in rows) else []
    notes += _named_without(without_ratio(lines, endpoint)) if lines else ["No trial is chosen."]
    foot = tops[-1] + 58 if rows else _NO_ROWS
    figure = _page(f"Hazard ratio for {TITLES[endpoint]}, with 95% CI", [*notes, *_source(lines)], foot)
    if rows:
        _write(figure, _MARGIN, _HEAD - 14, "Trial", look="muted")
        _write(figure, WIDTH - _MARGIN, _HEAD - 14, "HR (95% CI)", look="muted", align="right")
        axes = _axes(figure, _FOREST_SPAN, (_HEAD - 4, tops[-1]))
        _log_scale(figure, axes, rows, tops[-1])
        for row, label, top in zip(rows, labels, tops, strict=False):
            _forest_row(figure, axes, row, label, top)
    return figure


def medians(lines: Iterable[TrialLine], endpoint: Endpoint) -> Figure:
    """Bars of the median in months, an arm each, grouped by trial; an arm without a number is told in words."""
    lines = tuple(lines)
    groups = bar_groups(lines, endpoint)
    heights = [34 + sum(_bar_height(bar) for bar in group.bars) for group in groups]
    tops = _running(heights, _HEAD + 8)
    bars = [bar for group in groups for bar in group.bars]
    notes = [STARRED] if any(bar.printed.endswith("*") for bar in bars) else []
    notes += [] if lines else ["No trial is chosen."]
    drawn = [bar.months for bar in bars if bar.months is not None]
    foot = tops[-1] + (40 if drawn else 0) if bars else _NO_ROWS
    figure = _page(f"Median {TITLES[endpoint]}, months", [*notes, *_source(lines)], foot)
    if bars:
        _legend(figure, [kind for kind in (False, True) if kind in {bar.comparator for bar in bars}])
        axes = _axes(figure, _BAR_SPAN, (_HEAD + 8, tops[-1]))
        _month_scale(axes, max(drawn, default=None), tops[-1])
        for group, top in zip(groups, tops, strict=False):
            _bar_group(figure, axes, group, top)
    return figure


def as_svg(figure: Figure, title: str, description: str) -> str:
    """The figure as an <svg> element to be put into a page: text stays text, ink takes the colour of the text around
    it, nothing is behind it, and the same figure gives the same characters.
    """
    from matplotlib import rc_context

    written = io.StringIO()
    with _WRITING, rc_context({"svg.hashsalt": "lateline", "svg.fonttype": "none"}):
        figure.savefig(written, format="svg", dpi=72, facecolor="none", metadata={"Date": None, "Creator": None})
    return inlined(written.getvalue(), title, description)


def as_png(figure: Figure) -> bytes:
    """The figure as a PNG of 200 dots an inch (1944 wide) on white; the same figure gives the same bytes."""
    written = io.BytesIO()
    with _WRITING:
        figure.savefig(written, format="png", dpi=200, facecolor="white", metadata={"Software": None})
    return written.getvalue()


def _page(heading: str, notes: Sequence[str], foot: float) -> Figure:
    """A figure with heading and warning above, and the notes from `foot` on; as high as that asks for."""
    from matplotlib.figure import Figure

    written = [line for note in notes for line in _wrapped(note, 108)]
    height = foot + 14 + _LINE * len(written)
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    _write(figure, _MARGIN, 18, heading, size=14, look="bold")
    _write(figure, _MARGIN, 40, WARNING, look="bold")
    for number, line in enumerate(written):
        _write(figure, _MARGIN, foot + 10 + _LINE * number, line, look="muted")
    return figure


def _write(
    figure: Figure,
    x: float,
    y: float,
    words: str,
    *,
    size: float = 11,
    look: Literal["plain", "bold", "muted"] = "plain",
    align: Literal["left", "center", "right"] = "left",
) -> None:
    """One line of text, its middle at `y`."""
    figure.text(
        x / WIDTH,
        1 - y / _height(figure),
        words,
        fontsize=size,
        fontweight="bold" if look == "bold" else "normal",
        fontfamily="DejaVu Sans",
        color=INK,
        alpha=_MUTED if look == "muted" else None,
        ha=align,
        va="center_baseline",
        parse_math=False,
    )


def _height(figure: Figure) -> float:
    return float(figure.get_figheight()) * 72


def _axes(figure: Figure, across: tuple[int, int], down: tuple[float, float]) -> Axes:
    """Axes between those pixels whose y is in pixels of the page, downwards."""
    (left, right), (top, bottom), height = across, down, _height(figure)
    axes = figure.add_axes((left / WIDTH, 1 - bottom / height, (right - left) / WIDTH, (bottom - top) / height))
    axes.set_ylim(bottom, top)
    axes.set_yticks([])
    axes.patch.set_visible(False)
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", which="both", labelsize=11, labelfontfamily="DejaVu Sans", color=INK, labelcolor=INK)
    return axes


def _scale(axes: Axes, ticks: Sequence[float], bottom: float) -> None:
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.grid(axis="x", color=INK, alpha=0.12, linewidth=0.8)
    if bottom > _TALL:
        axes.tick_params(axis="x", top=True, labeltop=True)
        axes.spines["top"].set_visible(True)
        axes.spines["top"].set_color(INK)


def _log_scale(figure: Figure, axes: Axes, rows: Sequence[ForestRow], bottom: float) -> None:
    """A logarithmic axis that holds every interval, the line at 1, and which side is better for whom."""
    low = min(0.19, *(0.92 * (row.low or row.ratio) for row in rows))
    high = max(2.2, *(1.08 * (row.high or row.ratio) for row in rows))
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    _scale(axes, [tick for tick in _TICKS if low <= tick <= high], bottom)
    axes.axvline(1, color=INK, linewidth=1.2)
    one = float(axes.transData.transform((1, bottom))[0])
    _write(figure, one - 8, bottom + 38, "← favours tested arm", look="muted", align="right")
    _write(figure, one + 8, bottom + 38, "favours comparator →", look="muted")


def _forest_row(figure: Figure, axes: Axes, row: ForestRow, label: Sequence[str], top: float) -> None:
    _write(figure, _MARGIN, top + 10, f"{row.name} †" if row.undirected else row.name, size=12, look="bold")
    for number, words in enumerate(label):
        _write(figure, _MARGIN, top + 10 + _LINE * (number + 1), words, look="muted")
    middle = top + 10 + _LINE * len(label) / 2
    if row.low is not None and row.high is not None:
        axes.plot([row.low, row.high], [middle] * 2, color=_TESTED, linewidth=2, marker="|", markersize=8)
        axes.lines[-1].set_gid(f"interval {row.row}")
    axes.plot([row.ratio], [middle], color=_TESTED, marker="s", markersize=7, linestyle="none", gid=f"ratio {row.row}")
    _write(figure, WIDTH - _MARGIN, middle, row.printed, align="right")


def _month_scale(axes: Axes, longest: float | None, bottom: float) -> None:
    """Months from 0, with room for the longest bar's value; nothing where no bar is drawn."""
    from matplotlib.ticker import MaxNLocator

    if longest is None:
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        return
    end = longest * 1.16
    axes.set_xlim(0, end)
    ticks = MaxNLocator(nbins=7, steps=[1, 2, 5, 10]).tick_values(0, end)
    _scale(axes, [float(tick) for tick in ticks if 0 <= tick <= end], bottom)


def _bar_group(figure: Figure, axes: Axes, group: BarGroup, top: float) -> None:
    _write(figure, _MARGIN, top + 12, group.name, size=12, look="bold")
    _write(figure, WIDTH - _MARGIN, top + 12, group.source, look="muted", align="right")
    top += 24
    for number, bar in enumerate(group.bars):
        label = _wrapped(bar.regimen, 34)
        height = _bar_height(bar)
        middle = top + height / 2
        for line, words in enumerate(label):
            _write(figure, _MARGIN + 8, middle + _LINE * (line - (len(label) - 1) / 2), words)
        _write(figure, _BAR_SPAN[0] - 10, middle, f"N {bar.n}", look="muted", align="right")
        if bar.months is not None:
            axes.barh(middle, bar.months, height=14, gid=f"{group.row} {number}", **_style(bar.comparator))
        axes.annotate(
            bar.printed,
            (bar.months or 0, middle),
            xytext=(5, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=11,
            fontfamily="DejaVu Sans",
            color=INK,
            parse_math=False,
        )
        top += height


def _style(comparator: bool) -> dict[str, Any]:
    """How a bar is filled; the comparator's is light and hatched, so that no colour is needed to tell them apart."""
    if not comparator:
        return {"facecolor": _TESTED, "edgecolor": _TESTED, "linewidth": 1}
    return {
        "facecolor": f"{_COMPARATOR}40",
        "edgecolor": _TESTED,
        "hatch": "////",
        "hatch_linewidth": 1,
        "linewidth": 1,
    }


def _legend(figure: Figure, kinds: Sequence[bool]) -> None:
    """What the fillings stand for: of tested arms (False), of comparators (True)."""
    from matplotlib.patches import Rectangle

    left = _MARGIN
    for comparator in kinds:
        corner = (left / WIDTH, 1 - 72 / _height(figure))
        size = (22 / WIDTH, 12 / _height(figure))
        figure.add_artist(Rectangle(corner, *size, transform=figure.transFigure, **_style(comparator)))
        _write(figure, left + 28, 66, "comparator" if comparator else "tested arm")
        left += 122
    _write(figure, left, 66, "N: patients of the arm", look="muted")


def _bar_height(bar: Bar) -> int:
    return 6 + _LINE * len(_wrapped(bar.regimen, 34))


def _named_without(names: dict[str, tuple[str, ...]]) -> list[str]:
    """ "Table 3, no hazard ratio: Xu 2017; Rao 2004", with names that no line end parts."""
    return [
        f"Table {table}, {NO_RATIO}: {'; '.join(name.replace(' ', chr(0xA0)) for name in of_table)}"
        for table, of_table in names.items()
    ]


def _source(lines: Iterable[TrialLine]) -> list[str]:
    return [f"{tables} of {SOURCE}." for tables in [tables_of(lines)] if tables]


def _wrapped(words: str, width: int) -> list[str]:
    """The words in lines of at most `width` characters, where no single one is longer."""
    lines = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\xa0", " ") for line in lines] or [""]


def _running(heights: Sequence[int], start: float) -> list[float]:
    """Where each of the blocks begins, and where the last ends."""
    tops = [start]
    for height in heights:
        tops.append(tops[-1] + height)
    return tops


def font_folder() -> Path:
    """The folder of the font that has every sign of the field (≥, –, →); it comes with the plotting library."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
