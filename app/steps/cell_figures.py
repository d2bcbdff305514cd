"""Figures taken from cells, exact, and how a computed answer words them."""

from __future__ import annotations

from decimal import Decimal

from app.steps.evidence import RowFacts
from app.steps.phrases import COLUMNS, place
from app.steps.replies import reply
from index.records import Arm

TITLES = {
    "qol": "Quality of life", "os": "Median OS (months)", "pfs": "Median PFS (months)", "orr": "ORR (%)", "n": "N",
    "prevalence": "Share of mCRC (%)", "line": "Line of therapy", "ras": "RAS status",
    "hr_os": "OS HR (95% CI)", "hr_pfs": "PFS HR (95% CI)",
}  # fmt: skip


def figure_of(arm: Arm, value: str) -> Decimal | None:
    """The arm's value as an exact number; None for a range, "NR" or an empty cell."""
    cell = arm.cells.get(COLUMNS[value])
    return Decimal(cell.printed) if cell is not None and cell.low is not None and cell.low == cell.high else None


def versus(facts: RowFacts) -> str:
    """The tested treatment against its comparator."""
    arms = sorted(facts.row.arms, key=lambda arm: arm.printed("role") == "control")
    return " vs. ".join(dict.fromkeys(arm.printed("regimen") or "?" for arm in arms))


def ratio_of(facts: RowFacts, value: str) -> str:
    """The hazard ratio of "os" or "pfs" with its interval: "0.61 (0.49–0.77)"."""
    low, high = facts.row.printed(f"{value}_hr_low"), facts.row.printed(f"{value}_hr_high")
    return f"{facts.row.printed(f'{value}_hr')}" + (f" ({low}–{high})" if low and high else "")


def row_name(facts: RowFacts) -> str:
    """The trial; the patients of a group that only the overview has."""
    return (facts.row.printed("population") or place(facts)) if facts.is_overview else place(facts)


def by_arm(facts: RowFacts, value: str) -> str:
    """The values in the order of the arms named, the significant one marked with an asterisk, as in print."""
    if value == "qol":
        return facts.row.printed("qol") or ""
    if value.startswith("hr_"):
        return ratio_of(facts, value[3:]) if facts.row.printed(f"{value[3:]}_hr") else ""
    arms = sorted(facts.row.arms, key=lambda arm: arm.printed("role") == "control")
    if value in ("line", "ras") and len({arm.printed(value) for arm in arms}) == 1:
        return arms[0].printed(value) or ""
    star = f"{value}_star"
    return " vs. ".join(
        f"{arm.printed(COLUMNS[value]) or '–'}{'*' if arm.printed(star) == 'yes' else ''}" for arm in arms
    )


def gain(facts: RowFacts, value: str) -> Decimal | None:
    """The tested arm's value less that of the comparator, where there are just these two."""
    arms = {arm.printed("role"): figure_of(arm, value) for arm in facts.row.arms}
    tested, control = arms.get("active"), arms.get("control")
    return tested - control if len(facts.row.arms) == 2 and tested is not None and control is not None else None


def cross_trial_note(rows: tuple[RowFacts, ...]) -> tuple[str, ...]:
    """The note that figures of several trials cannot be compared directly."""
    return (reply("cross_trial"),) if len({facts.row.name for facts in rows}) > 1 else ()


def listed_words(names: list[str]) -> str:
    """ "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
