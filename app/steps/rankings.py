"""Rankings over the trial tables: the best arm or trial, the next ones in a small table beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.steps.cell_figures import TITLES, cross_trial_note, figure_of, gain, ratio_of, row_name, versus
from app.steps.differences import difference_within
from app.steps.draft import Block, Draft, Grid, Line, Statement, Support
from app.steps.evidence import RowFacts
from app.steps.outcomes import significantly_better
from app.steps.phrases import NAMES, amount, arm_words, place, row_support, support, value_statement
from app.steps.ranking_words import Side
from app.steps.replies import reply
from app.steps.table_task import TableTask
from index.records import Arm

RANKED_LINES = 3
_RANKS = {2: "second", 3: "third"}
_EXTREMES = {
    "os": ("longest", "shortest"), "pfs": ("longest", "shortest"), "n": ("largest", "smallest"),
}  # fmt: skip


def _by_prevalence(task: TableTask) -> Draft | None:
    """The marker groups of Table 1 by how common they are; ranges are ordered by their upper end."""
    known = [facts for facts in task.scope.rows if facts.row.printed("group") == "selected"]
    shares = {facts.row.name: _upper(facts.row.printed("prevalence_pct")) for facts in known}
    ranked = sorted((one for one in known if shares[one.row.name]), key=lambda one: -task.sign * shares[one.row.name])
    if not ranked:
        return None
    lines = [
        Line(
            (row_name(one), versus(one), one.row.printed("prevalence_pct") or ""), (row_support(one, ("prevalence",)),)
        )
        for one in ranked
    ]
    first = [one for one in ranked if shares[one.row.name] == shares[ranked[0].row.name]]
    told = [value_statement(one, "prevalence") for one in first]
    return Draft("answered", (*told, Grid(("Patients", "Treatment", TITLES["prevalence"]), tuple(lines))))


def _upper(share: str | None) -> Decimal:
    """The upper end of "8–12" or "<1"; 0 for none."""
    return Decimal((share or "0").rpartition("–")[2].lstrip("<>"))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An arm with its figure, or a whole trial with its hazard ratio or its number of patients."""

    figure: Decimal
    facts: RowFacts
    arm: Arm | None


def ranking(task: TableTask) -> Draft | None:
    """The best (or worst, second …) by the task's value, with those next to it; None where no cell has a figure."""
    if task.value == "prevalence":
        return _by_prevalence(task)
    ranked = sorted(_ranked(task), key=lambda one: -task.sign * one.figure)
    if not ranked:
        return None
    figures = list(dict.fromkeys(one.figure for one in ranked))[task.first - 1 : task.first - 1 + task.count]
    best = [one for one in ranked if one.figure in figures]
    if not best:
        return None
    if task.value.startswith("gain_"):
        return _gains(task, ranked if len(ranked) <= RANKED_LINES else best, ranked)
    shown = ranked[: max(RANKED_LINES, ranked.index(best[-1]) + 1)]
    if task.count > 1:
        best = [one for one in best if one.figure == figures[0]]
    blocks: list[Block] = [Statement(_best_in_words(task, best), _supports(best, task.value))]
    if len(shown) > len(best) or task.count > 1:
        blocks.append(_grid(shown, task.value))
    return Draft("answered", tuple(blocks), cross_trial_note(task.scope.rows))


def _gains(task: TableTask, told: list[_Ranked], ranked: list[_Ranked]) -> Draft:
    """The differences, each with its significance; a largest one that is not significant with the largest that is.

    Where a benefit is asked for, the significant one comes first.
    """
    value = task.value.removeprefix("gain_")
    said: list[Statement] = []
    proved = next((one for one in ranked if significantly_better(one.facts, value)), None)
    if task.sign > 0 and task.first == 1 and len(ranked) > RANKED_LINES and proved and proved not in told:
        first = [proved, *told] if task.of_benefit else [*told, proved]
        said.append(Statement(reply("benefit_first" if task.of_benefit else "largest_not_significant"), own=True))
        told = first
    said += [one for ranked_one in told if (one := difference_within(ranked_one.facts, value))]
    return Draft("answered", tuple(said), cross_trial_note(task.scope.rows))


def _ranked(task: TableTask) -> Iterable[_Ranked]:
    for facts in task.scope.rows:
        if task.value.startswith("hr_"):
            ratio = facts.row.printed(f"{task.value[3:]}_hr")
            if ratio:
                yield _Ranked(Decimal(ratio), facts, None)
        elif task.value.startswith("gain_"):
            if (difference := gain(facts, task.value.removeprefix("gain_"))) is not None:
                yield _Ranked(difference, facts, None)
        elif task.value == "n" and len(facts.row.arms) > 1 and facts.table.number != "5":
            sizes = [figure_of(arm, "n") for arm in facts.row.arms]
            if all(size is not None for size in sizes):
                yield _Ranked(sum((size for size in sizes if size is not None), Decimal(0)), facts, None)
        else:
            for arm in _arms(facts, task.side):
                if (figure := figure_of(arm, task.value)) is not None:
                    yield _Ranked(figure, facts, arm)


def _arms(facts: RowFacts, side: Side) -> Iterable[Arm]:
    return [arm for arm in facts.row.arms if side in ("any", arm.printed("role"))]


def _best_in_words(task: TableTask, best: list[_Ranked]) -> str:
    first = best[0]
    word = _extreme_word(task)
    where = _where(task)
    if task.value.startswith("hr_"):
        named = " and ".join(f"in {place(one.facts)}{_interval(one.facts, task.value[3:])}" for one in best)
        return f"The {word} hazard ratio for {task.value[3:].upper()}{where} is {first.figure}, {named}."
    if first.arm is None:
        named = " and ".join(f"{place(one.facts)} ({_sum_in_words(one.facts)})" for one in best)
        return f"The {word} trial{where} is {named}."
    if task.first > 1:
        order = "descending" if task.sign > 0 else "ascending"
        rank = _RANKS[task.first]
        named = "; ".join(
            f"{amount(one.arm, task.value)} {arm_words(one.facts.row, one.arm)} in {place(one.facts)}"
            for one in best
            if one.arm
        )
        return f"By {NAMES[task.value]}{where}, {order}, {rank}: {named}."
    named = " and ".join(f"{arm_words(one.facts.row, one.arm)} in {place(one.facts)}" for one in best if one.arm)
    return f"The {word} {NAMES[task.value]}{where} is {amount(first.arm, task.value)}, {named}."


def _where(task: TableTask) -> str:
    tables = list(dict.fromkeys(facts.table.number for facts in task.scope.rows))
    if len(tables) == 1:
        whole = len(task.scope.rows) == len(task.scope.rows[0].table.rows)
        if whole:
            return f" in Table {tables[0]}"
        field = f"trials of Table {tables[0]}"
        return f" among these {field}" if len(task.scope.rows) <= RANKED_LINES else f" among the {field} that fit"
    return f" among the trials of Tables {', '.join(tables[:-1])} and {tables[-1]}"


def _sum_in_words(facts: RowFacts) -> str:
    """ "505 + 255 = 760 patients"."""
    sizes = [size for arm in facts.row.arms if (size := figure_of(arm, "n")) is not None]
    return f"{' + '.join(map(str, sizes))} = {sum(sizes)} patients"


def _extreme_word(task: TableTask) -> str:
    return _EXTREMES.get(task.value, ("highest", "lowest"))[0 if task.sign > 0 else 1]


def _interval(facts: RowFacts, value: str) -> str:
    low, high = facts.row.printed(f"{value}_hr_low"), facts.row.printed(f"{value}_hr_high")
    return f" (95% CI {low}–{high})" if low and high else ""


def _grid(ranked: list[_Ranked], value: str) -> Grid:
    """The best ones, best first."""
    if value.startswith("hr_"):
        columns: tuple[str, ...] = ("Trial", "Treatment", TITLES[value])
        cells: list[tuple[str, ...]] = [
            (place(one.facts), versus(one.facts), ratio_of(one.facts, value[3:])) for one in ranked
        ]
    elif ranked[0].arm is None:
        columns = ("Trial", "Treatment", "N")
        cells = [
            (place(one.facts), versus(one.facts), _sum_in_words(one.facts).removesuffix(" patients")) for one in ranked
        ]
    else:
        columns = ("Trial", "Treatment", TITLES["n"], TITLES[value])
        arms = [(one, one.arm) for one in ranked if one.arm is not None]
        cells = [(place(one.facts), arm.name, arm.printed("n") or "–", str(one.figure)) for one, arm in arms]
        lines = [Line(cell, (row_support(one.facts, ("n", value)),)) for cell, one in zip(cells, ranked, strict=True)]
        return Grid(columns, tuple(lines))
    lines = [Line(cell, _supports([one], value)) for cell, one in zip(cells, ranked, strict=True)]
    return Grid(columns, tuple(lines))


def _supports(ranked: Iterable[_Ranked], value: str) -> tuple[Support, ...]:
    return tuple(dict.fromkeys(support(one.facts, value.rpartition("_")[2]) for one in ranked))
