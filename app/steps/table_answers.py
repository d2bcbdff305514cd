"""Answers that are computed from cells: rankings, lists of trials and differences, with the figures shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.steps.draft import Block, Draft, Grid, Line, Statement, Support
from app.steps.evidence import RowFacts
from app.steps.phrases import (
    COLUMNS,
    NAMES,
    amount,
    arm_words,
    comparison,
    place,
    row_support,
    support,
    value_statement,
)
from app.steps.replies import reply
from app.steps.table_task import Side, TableTask
from index.records import Arm

MOST_LINES = 12
_RANKED_LINES = 3
_PLACES = {2: "second-", 3: "third-"}
_QOL = "Quality of life"
_TITLES = {"qol": _QOL, "os": "Median OS (months)", "pfs": "Median PFS (months)", "orr": "ORR (%)", "n": "N"}
_RATIOS = {"hr_os": "OS HR (95% CI)", "hr_pfs": "PFS HR (95% CI)"}
_EXTREMES = {
    "os": ("longest", "shortest"), "pfs": ("longest", "shortest"), "n": ("largest", "smallest"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An arm with its figure, or a whole trial with its hazard ratio or its number of patients."""

    figure: Decimal
    facts: RowFacts
    arm: Arm | None


def computed_draft(task: TableTask) -> Draft | None:
    """The draft for the task; None where the cells do not carry it."""
    match task.kind:
        case "rank":
            return _ranking(task)
        case "list":
            return _listing(task)
        case "difference":
            return _difference(task)


def _ranking(task: TableTask) -> Draft | None:
    ranked = sorted(_ranked(task), key=lambda one: -task.sign * one.figure)
    if not ranked:
        return None
    figures = list(dict.fromkeys(one.figure for one in ranked))[task.first - 1 : task.first - 1 + task.count]
    best = [one for one in ranked if one.figure in figures]
    if not best:
        return None
    shown = ranked[: max(_RANKED_LINES, ranked.index(best[-1]) + 1)]
    blocks: list[Block] = [Statement(_best_in_words(task, best), _supports(best, task.value))]
    if len(shown) > len(best) or task.count > 1:
        blocks.append(_grid(shown, task.value))
    return Draft("answered", tuple(blocks), _cross_trial(task.scope.rows))


def _ranked(task: TableTask) -> Iterable[_Ranked]:
    for facts in task.scope.rows:
        if task.value.startswith("hr_"):
            ratio = facts.row.printed(f"{task.value[3:]}_hr")
            if ratio:
                yield _Ranked(Decimal(ratio), facts, None)
        elif task.value.startswith("gain_"):
            if (gain := _gain(facts, task.value.removeprefix("gain_"))) is not None:
                yield _Ranked(gain, facts, None)
        elif task.value == "n" and len(facts.row.arms) > 1 and facts.table.number != "5":
            sizes = [_number(arm, "n") for arm in facts.row.arms]
            if all(size is not None for size in sizes):
                yield _Ranked(sum((size for size in sizes if size is not None), Decimal(0)), facts, None)
        else:
            for arm in _arms(facts, task.side):
                if (figure := _number(arm, task.value)) is not None:
                    yield _Ranked(figure, facts, arm)


def _arms(facts: RowFacts, side: Side) -> Iterable[Arm]:
    return [arm for arm in facts.row.arms if side in ("any", arm.printed("role"))]


def _best_in_words(task: TableTask, best: list[_Ranked]) -> str:
    first = best[0]
    word = _PLACES.get(task.first, "") + _extreme_word(task)
    where = _where(task)
    if task.value.startswith("hr_"):
        named = " and ".join(f"in {place(one.facts)}{_interval(one.facts, task.value[3:])}" for one in best)
        return f"The {word} hazard ratio for {task.value[3:].upper()}{where} is {first.figure}, {named}."
    if task.value.startswith("gain_"):
        value = task.value.removeprefix("gain_")
        named = " and ".join(f"{place(one.facts)} ({_gain_in_words(one.facts, value)})" for one in best)
        return f"The {word} difference in {NAMES[value]} between the arms{where} is that of {named}."
    if first.arm is None:
        named = " and ".join(f"{place(one.facts)} ({_sum_in_words(one.facts)})" for one in best)
        return f"The {word} trial{where} is {named}."
    if task.count > 1:
        named = "; ".join(
            f"{amount(one.arm, task.value)} {arm_words(one.facts.row, one.arm)} in {place(one.facts)}"
            for one in best
            if one.arm
        )
        return f"The {task.count} {word} values of {NAMES[task.value]}{where} are {named}."
    named = " and ".join(f"{arm_words(one.facts.row, one.arm)} in {place(one.facts)}" for one in best if one.arm)
    return f"The {word} {NAMES[task.value]}{where} is {amount(first.arm, task.value)}, {named}."


def _where(task: TableTask) -> str:
    tables = list(dict.fromkeys(facts.table.number for facts in task.scope.rows))
    if len(tables) == 1:
        whole = len(task.scope.rows) == len(task.scope.rows[0].table.rows)
        return f" in Table {tables[0]}" if whole else f" among these {len(task.scope.rows)} trials of Table {tables[0]}"
    return f" among the trials of Tables {', '.join(tables[:-1])} and {tables[-1]}"


def _sum_in_words(facts: RowFacts) -> str:
    """ "505 + 255 = 760 patients"."""
    sizes = [size for arm in facts.row.arms if (size := _number(arm, "n")) is not None]
    return f"{' + '.join(map(str, sizes))} = {sum(sizes)} patients"


def _gain(facts: RowFacts, value: str) -> Decimal | None:
    """The tested arm's value less that of the comparator, where there are just these two."""
    arms = {arm.printed("role"): _number(arm, value) for arm in facts.row.arms}
    tested, control = arms.get("active"), arms.get("control")
    return tested - control if len(facts.row.arms) == 2 and tested is not None and control is not None else None


def _gain_in_words(facts: RowFacts, value: str) -> str:
    """ "10.8 − 7.5 = 3.3 months"."""
    figures = {arm.printed("role"): _number(arm, value) for arm in facts.row.arms}
    unit = "percentage points" if value == "orr" else "months"
    return f"{figures['active']} − {figures['control']} = {_gain(facts, value)} {unit}"


def _extreme_word(task: TableTask) -> str:
    if task.value.startswith("gain_"):
        return "largest" if task.sign > 0 else "smallest"
    return _EXTREMES.get(task.value, ("highest", "lowest"))[0 if task.sign > 0 else 1]


def _interval(facts: RowFacts, value: str) -> str:
    low, high = facts.row.printed(f"{value}_hr_low"), facts.row.printed(f"{value}_hr_high")
    return f" (95% CI {low}–{high})" if low and high else ""


def _grid(ranked: list[_Ranked], value: str) -> Grid:
    """The best ones, best first."""
    if value.startswith("hr_"):
        columns = ("Trial", "Treatment", _RATIOS[value])
        cells = [(place(one.facts), _versus(one.facts), _ratio(one.facts, value[3:])) for one in ranked]
    elif value.startswith("gain_"):
        plain = value.removeprefix("gain_")
        columns = ("Trial", "Treatment", f"Difference in {NAMES[plain]}")
        cells = [(place(one.facts), _versus(one.facts), _gain_in_words(one.facts, plain)) for one in ranked]
    elif ranked[0].arm is None:
        columns = ("Trial", "Treatment", "N")
        cells = [
            (place(one.facts), _versus(one.facts), _sum_in_words(one.facts).removesuffix(" patients")) for one in ranked
        ]
    else:
        columns = ("Trial", "Treatment", _TITLES[value])
        cells = [(place(one.facts), one.arm.name if one.arm else "", str(one.figure)) for one in ranked]
    lines = [Line(cell, _supports([one], value)) for cell, one in zip(cells, ranked, strict=True)]
    return Grid(columns, tuple(lines))


def _listing(task: TableTask) -> Draft | None:
    rows = task.scope.rows
    if len(rows) > MOST_LINES * 2:
        return None
    names = [place(facts) for facts in rows]
    said = _condition(task)
    text = f"{len(rows)} {'trial' if len(rows) == 1 else 'trials'}{said}: {_joined(names)}."
    values = _shown_values(task)
    supports = tuple(row_support(facts, values) for facts in rows)
    lines = [Line(_listed(facts, values), (row_support(facts, values),)) for facts in rows]
    grid = Grid(("Trial", "Treatment", *(_title(value) for value in values)), tuple(lines))
    return Draft("answered", (Statement(text, supports), grid))


def _condition(task: TableTask) -> str:
    """What the trials have in common, in the words of the tables: " with a significantly better PFS"."""
    parts = [
        f"a significantly better {_short(outcome.value)}"
        if outcome.better
        else f"no significantly better {_short(outcome.value)}"
        for outcome in task.scope.outcomes
    ]
    sides = {"os": "median OS", "pfs": "median PFS", "orr": "ORR", "n": "N"}
    parts += list(task.scope.words)
    parts += [
        f"{sides[bound.value]} {'below' if bound.below else 'above'} {bound.number:g}" for bound in task.scope.bounds
    ]
    return f" with {_joined(parts)}" if parts else " fit"


def _short(value: str) -> str:
    return {"qol": "quality of life", "orr": "response rate"}.get(value, value.upper())


def _shown_values(task: TableTask) -> tuple[str, ...]:
    """The columns of a list: those that its conditions are on, OS where there are none."""
    values = [bound.value for bound in task.scope.bounds] + [outcome.value for outcome in task.scope.outcomes]
    shown = [value for value in dict.fromkeys(values) if value in _TITLES] or ["os"]
    return tuple(shown[:3])


def _title(value: str) -> str:
    return _TITLES[value]


def _listed(facts: RowFacts, values: tuple[str, ...]) -> tuple[str, ...]:
    return (place(facts), _versus(facts), *(_by_arm(facts, value) for value in values))


def _versus(facts: RowFacts) -> str:
    """The tested treatment against its comparator."""
    arms = sorted(facts.row.arms, key=lambda arm: arm.printed("role") == "control")
    return " vs. ".join(dict.fromkeys(arm.printed("regimen") or "?" for arm in arms))


def _by_arm(facts: RowFacts, value: str) -> str:
    """The values in the order of the arms named, the significant one marked with an asterisk, as in print."""
    if value == "qol":
        return facts.row.printed("qol") or ""
    arms = sorted(facts.row.arms, key=lambda arm: arm.printed("role") == "control")
    star = f"{value}_star"
    return " vs. ".join(
        f"{arm.printed(COLUMNS[value]) or '–'}{'*' if arm.printed(star) == 'yes' else ''}" for arm in arms
    )


def _ratio(facts: RowFacts, value: str) -> str:
    low, high = facts.row.printed(f"{value}_hr_low"), facts.row.printed(f"{value}_hr_high")
    return f"{facts.row.printed(f'{value}_hr')}" + (f" ({low}–{high})" if low and high else "")


def _difference(task: TableTask) -> Draft | None:
    blocks: list[Block] = []
    if len(task.scope.rows) == 2 and not _same_arms(task.scope.rows):
        across = _across(task)
        return Draft("answered", across, (reply("cross_trial"),)) if across else None
    for facts in task.scope.rows:
        if told := _within(facts, task.value):
            blocks.append(told)
    return (
        Draft("answered", tuple(blocks), _cross_trial(task.scope.rows) if len(blocks) > 1 else ()) if blocks else None
    )


def _same_arms(rows: tuple[RowFacts, ...]) -> bool:
    """Whether the rows test the same drugs: each then stands for itself."""
    return len({facts.drugs for facts in rows}) == 1


def _within(facts: RowFacts, value: str) -> Statement | None:
    """The difference between the arms of one trial, the larger value first."""
    arms = [(figure, arm) for arm in facts.row.arms if (figure := _number(arm, value)) is not None]
    if len(arms) != 2:
        return None
    (more, better), (less, worse) = sorted(arms, key=lambda pair: -pair[0])
    unit = "percentage points" if value == "orr" else "months"
    told = value_statement(facts, value)
    compared = f"{comparison(facts.row, value)}."
    if more == less:
        text = f"In {place(facts)}, there was no difference in {NAMES[value]}: {amount(better, value)} in both arms{compared}"
    else:
        text = (
            f"In {place(facts)}, the difference in {NAMES[value]} was {more} − {less} = {more - less} {unit}: "
            f"{amount(better, value)} {arm_words(facts.row, better)} against {amount(worse, value)} "
            f"{arm_words(facts.row, worse)}{compared}"
        )
    return Statement(text, told.support)


def _across(task: TableTask) -> tuple[Block, ...]:
    """The difference between the tested arms of two trials."""
    chosen = []
    for facts in task.scope.rows:
        active = [
            arm for arm in facts.row.arms if arm.printed("role") == "active" and _number(arm, task.value) is not None
        ]
        if len(active) != 1:
            return ()
        chosen.append(_Ranked(_number(active[0], task.value) or Decimal(0), facts, active[0]))
    high, low = sorted(chosen, key=lambda one: -one.figure)
    unit = "percentage points" if task.value == "orr" else "months"
    if not high.arm or not low.arm:
        return ()
    text = (
        f"{NAMES[task.value][0].upper()}{NAMES[task.value][1:]} was {amount(high.arm, task.value)} "
        f"{arm_words(high.facts.row, high.arm)} in {place(high.facts)} and {amount(low.arm, task.value)} "
        f"{arm_words(low.facts.row, low.arm)} in {place(low.facts)}: {high.figure} − {low.figure} = "
        f"{high.figure - low.figure} {unit}."
    )
    return (Statement(text, _supports([high, low], task.value)),)


def _number(arm: Arm, value: str) -> Decimal | None:
    cell = arm.cells.get(COLUMNS[value])
    return Decimal(cell.printed) if cell is not None and cell.low is not None and cell.low == cell.high else None


def _supports(ranked: Iterable[_Ranked], value: str) -> tuple[Support, ...]:
    return tuple(dict.fromkeys(support(one.facts, value.rpartition("_")[2]) for one in ranked))


def _cross_trial(rows: tuple[RowFacts, ...]) -> tuple[str, ...]:
    return (reply("cross_trial"),) if len({facts.row.name for facts in rows}) > 1 else ()


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
