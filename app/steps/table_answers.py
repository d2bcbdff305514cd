"""Answers that are computed from cells: rankings, lists of trials and differences, with the figures shown."""

from __future__ import annotations

from app.steps.cell_figures import TITLES, by_arm, cross_trial_note, figure_of, listed_words, row_name, versus
from app.steps.differences import difference_within
from app.steps.draft import Block, Draft, Grid, Line, Statement
from app.steps.evidence import RowFacts
from app.steps.phrases import (
    COLUMNS,
    NAMES,
    amount,
    arm_words,
    place,
    row_support,
    support,
    value_statement,
)
from app.steps.rankings import ranking
from app.steps.replies import reply
from app.steps.row_scope import NOT_REACHED, Bound
from app.steps.table_task import TableTask

MOST_LINES = 12
_ARM_OF = {"control": " in the control arm", "active": " in the tested arm", "any": ""}


def computed_draft(task: TableTask) -> Draft | None:
    """The draft for the task; None where the cells do not carry it."""
    match task.kind:
        case "rank":
            return ranking(task)
        case "list":
            return _listing(task)
        case "difference":
            return _difference(task)


def _listing(task: TableTask) -> Draft | None:
    rows = task.scope.rows
    if len(rows) > MOST_LINES * 2:
        return None
    if NOT_REACHED in task.scope.words:
        told = [
            value_statement(facts, value) for facts in rows for value in task.scope.columns if _has_nr(facts, value)
        ]
        return Draft("answered", tuple(told)) if told else None
    names = [row_name(facts) for facts in rows]
    said = _condition(task)
    tables = {facts.table.number for facts in rows}
    noun = "entry of Table 1|entries of Table 1" if tables == {"1"} else "trial|trials"
    one, several = ("entry|entries" if "1" in tables and len(tables) > 1 else noun).split("|")
    text = f"{len(rows)} {one if len(rows) == 1 else several}{said}: {listed_words(names)}."
    values = _shown_values(task)
    supports = tuple(row_support(facts, values) for facts in rows)
    lines = [Line(_listed(facts, values), (row_support(facts, values),)) for facts in rows]
    grid = Grid(("Trial", "Treatment", *(_title(value) for value in values)), tuple(lines))
    return Draft("answered", (Statement(text, supports), grid))


def _has_nr(facts: RowFacts, value: str) -> bool:
    return any(arm.printed(COLUMNS[value]) == "NR" for arm in facts.row.arms)


def _condition(task: TableTask) -> str:
    """What the trials have in common, in the words of the tables: " with a significantly better PFS"."""
    parts = [
        f"a significantly better {_short(outcome.value)}"
        if outcome.better
        else f"no significantly better {_short(outcome.value)}"
        for outcome in task.scope.outcomes
    ]
    sides = {"os": "median OS", "pfs": "median PFS", "orr": "ORR", "n": "N", "hr_os": "OS HR", "hr_pfs": "PFS HR"}
    parts += list(task.scope.words)
    parts += [f"{sides[one.value]} {_beyond(one)} {one.number:g}{_ARM_OF[one.side]}" for one in task.scope.bounds]
    return f" with {listed_words(parts)}" if parts else " fit"


def _beyond(bound: Bound) -> str:
    if bound.inclusive:
        return "at most" if bound.below else "at least"
    return "below" if bound.below else "above"


def _short(value: str) -> str:
    return {"qol": "quality of life", "orr": "response rate"}.get(value, value.upper())


def _shown_values(task: TableTask) -> tuple[str, ...]:
    """The columns of a list: those that its conditions are on, OS where there are none."""
    values = [bound.value for bound in task.scope.bounds] + [outcome.value for outcome in task.scope.outcomes]
    values += task.scope.columns
    shown = [value for value in dict.fromkeys(values) if value in TITLES] or ["os"]
    return tuple(shown[:3])


def _title(value: str) -> str:
    return TITLES[value]


def _listed(facts: RowFacts, values: tuple[str, ...]) -> tuple[str, ...]:
    return (row_name(facts), versus(facts), *(by_arm(facts, value) for value in values))


def _difference(task: TableTask) -> Draft | None:
    blocks: list[Block] = []
    if len(task.scope.rows) == 2 and not task.of_benefit and not _same_arms(task.scope.rows):
        across = _across(task)
        return Draft("answered", across, (reply("cross_trial"),)) if across else None
    for facts in task.scope.rows:
        if told := difference_within(facts, task.value):
            blocks.append(told)
    return (
        Draft("answered", tuple(blocks), cross_trial_note(task.scope.rows) if len(blocks) > 1 else ())
        if blocks
        else None
    )


def _same_arms(rows: tuple[RowFacts, ...]) -> bool:
    """Whether the rows test the same drugs: each then stands for itself."""
    return len({facts.drugs for facts in rows}) == 1


def _across(task: TableTask) -> tuple[Block, ...]:
    """The difference between the tested arms of two trials."""
    chosen = []
    for facts in task.scope.rows:
        arms = [(figure_of(arm, task.value), facts, arm) for arm in facts.row.arms if arm.printed("role") == "active"]
        tested = [(figure, facts, arm) for figure, facts, arm in arms if figure is not None]
        if len(tested) != 1:
            return ()
        chosen += tested
    (more, high, high_arm), (less, low, low_arm) = sorted(chosen, key=lambda one: -one[0])
    unit = "percentage points" if task.value == "orr" else "months"
    name = NAMES[task.value]
    text = (
        f"{name[0].upper()}{name[1:]} was {amount(high_arm, task.value)} {arm_words(high.row, high_arm)} "
        f"in {place(high)} and {amount(low_arm, task.value)} {arm_words(low.row, low_arm)} in {place(low)}: "
        f"{more} − {less} = {more - less} {unit}."
    )
    return (Statement(text, (support(high, task.value), support(low, task.value))),)
