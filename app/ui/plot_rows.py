"""What the plots show, in figures and words, before anything is drawn: a row a trial, a bar an arm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.ui.evidence_table import Cell, Endpoint, Trial, TrialLine, trials_of

_OVERVIEW = "1"


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A trial's hazard ratio (`low`, `high`: its 95% confidence interval, None where none is given).

    `undirected`: the table names no comparator, so that it does not say which arm a ratio below 1 favours.
    """

    row: str
    name: str
    arms: str
    ratio: float
    low: float | None
    high: float | None
    printed: str
    undirected: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """An arm's median; `months` is None where no single number is given, and `printed` says why."""

    regimen: str
    n: str
    months: float | None
    printed: str
    comparator: bool


@dataclass(frozen=True, slots=True)
class BarGroup:
    """The arms of one trial."""

    row: str
    name: str
    source: str
    bars: tuple[Bar, ...]


def forest_rows(lines: Iterable[TrialLine], endpoint: Endpoint) -> tuple[ForestRow, ...]:
    """A row for each trial that has a hazard ratio, in the order of the lines."""
    rows = (_forest_row(trial, endpoint) for trial in _shown(lines))
    return tuple(row for row in rows if row)


def without_ratio(lines: Iterable[TrialLine], endpoint: Endpoint) -> dict[str, tuple[str, ...]]:
    """Table number → names of the trials of the lines for which the table gives no hazard ratio."""
    found: dict[str, tuple[str, ...]] = {}
    for trial in _shown(lines):
        if trial.lines[0].ratio(endpoint)[0].number is None:
            found[trial.table] = (*found.get(trial.table, ()), trial.name)
    return found


def bar_groups(lines: Iterable[TrialLine], endpoint: Endpoint) -> tuple[BarGroup, ...]:
    """A group for each trial, in the order of the lines."""
    return tuple(
        BarGroup(
            row=trial.row,
            name=trial.name,
            source=" · ".join(part for part in (_other_source(trial), f"Table {trial.table}") if part),
            bars=tuple(_bar(line, endpoint) for line in trial.lines),
        )
        for trial in _shown(lines)
    )


def tables_of(lines: Iterable[TrialLine]) -> str:
    """ "Table 2", "Tables 2, 3 and 5": the tables that the plotted trials stand in; empty for no trial."""
    *first, last = sorted({trial.table for trial in _shown(lines)}) or [""]
    return f"Tables {', '.join(first)} and {last}" if first else f"Table {last}" if last else ""


def _shown(lines: Iterable[TrialLine]) -> list[Trial]:
    """The trials; a line of the overview that repeats an arm of a trial shown anyway is left out."""
    trials = trials_of(lines)
    in_full = {trial.name for trial in trials if trial.table != _OVERVIEW}
    return [trial for trial in trials if trial.table != _OVERVIEW or trial.name not in in_full]


def _forest_row(trial: Trial, endpoint: Endpoint) -> ForestRow | None:
    ratio, low, high = trial.lines[0].ratio(endpoint)
    if ratio.number is None:
        return None
    interval = f" ({low.printed}–{high.printed})" if low.printed and high.printed else ", no CI"
    tested = [line.regimen for line in trial.of_role("tested")]
    comparators = [line.regimen for line in trial.of_role("comparator")]
    arms = f"{' / '.join(tested)} vs {' / '.join(comparators)}" if comparators else " and ".join(tested)
    return ForestRow(
        row=trial.row,
        name=trial.name,
        arms=" · ".join(part for part in (_other_source(trial), arms) if part),
        ratio=ratio.number,
        low=low.number,
        high=high.number,
        printed=f"{ratio.printed}{interval}",
        undirected=not comparators,
    )


def _bar(line: TrialLine, endpoint: Endpoint) -> Bar:
    median = line.median(endpoint)
    return Bar(
        regimen=line.regimen,
        n=line.n.printed or "–",
        months=median.number,
        printed=_told(median) + ("*" if line.star(endpoint) else ""),
        comparator=line.role == "comparator",
    )


def _told(median: Cell) -> str:
    if median.not_reached:
        return "not reached"
    if median.printed is None:
        return "no median given"
    return median.printed if median.number is not None else f"{median.printed} (range)"


def _other_source(trial: Trial) -> str:
    """Author and year, where they are not the trial's name already."""
    return "" if trial.source == trial.name else trial.source
