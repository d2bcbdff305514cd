"""What a table row prints, as its checks ask for it: an arm's value, ratios and intervals, significance, direction."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from app.steps.evidence import RowFacts
from index.records import Arm

COLUMN_OF = {
    "os": "os_months", "pfs": "pfs_months", "orr": "orr_pct", "n": "n", "os_one_year": "os_one_year_pct",
    "prevalence": "prevalence_pct", "qol": "qol", "line": "line", "ras": "ras",
}  # fmt: skip
UNIT_OF = {"os": "months", "pfs": "months", "orr": "%", "os_one_year": "%", "prevalence": "%", "n": "patients"}
NOT_REACHED = "NR"
_ALPHA = Decimal("0.05")


def cell(arm: Arm, endpoint: str) -> str | None:
    """The arm's value as printed."""
    return arm.printed(COLUMN_OF[endpoint])


def figure(arm: Arm, endpoint: str) -> Decimal | None:
    """The arm's value where it is one number."""
    return decimal_of(cell(arm, endpoint) or "")


def decimal_of(text: str) -> Decimal | None:
    """The number that the text is; None for a range, "NR" or words."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def bounds(arm: Arm, endpoint: str) -> tuple[Decimal, Decimal] | None:
    """The lowest and the highest number of the arm's value; None where it has none."""
    value = arm.cells.get(COLUMN_OF[endpoint])
    if value is None or value.low is None or value.high is None:
        return None
    return Decimal(str(value.low)), Decimal(str(value.high))


def arms_with(facts: RowFacts, endpoint: str) -> list[int]:
    """The arms that have a value."""
    return [number for number, arm in enumerate(facts.row.arms) if cell(arm, endpoint) is not None]


def ratio(facts: RowFacts, endpoint: str) -> str | None:
    """The hazard ratio as printed."""
    return facts.row.printed(f"{endpoint}_hr") if endpoint in ("os", "pfs") else None


def interval(facts: RowFacts, endpoint: str) -> tuple[str | None, str | None]:
    """The limits of the hazard ratio's 95% confidence interval."""
    if endpoint not in ("os", "pfs"):
        return None, None
    return facts.row.printed(f"{endpoint}_hr_low"), facts.row.printed(f"{endpoint}_hr_high")


def p_value(facts: RowFacts, endpoint: str) -> str | None:
    """ "<0.05", "0.045", "NS", or None."""
    return facts.row.printed(f"{endpoint}_p") if endpoint in ("os", "pfs", "orr") else None


def starred(facts: RowFacts, endpoint: str) -> bool:
    """Whether an arm's value is printed with the asterisk of a significant difference."""
    return any(arm.printed(f"{endpoint}_star") == "yes" for arm in facts.row.arms)


def significance(facts: RowFacts, endpoint: str) -> bool | None:
    """Whether the arms differ significantly by asterisk or p value; None where the row has neither."""
    if endpoint == "qol":
        return {"no difference": False}.get(facts.row.printed("qol") or "")
    printed = p_value(facts, endpoint)
    if starred(facts, endpoint) or _is_below_alpha(printed):
        return True
    flagged = any(arm.printed(f"{endpoint}_star") for arm in facts.row.arms)
    return False if flagged or printed else None


def _is_below_alpha(printed: str | None) -> bool:
    number = decimal_of((printed or "").lstrip("<>="))
    if printed is None or number is None:
        return False
    return number <= _ALPHA if printed.startswith("<") else number < _ALPHA


def is_higher(facts: RowFacts, endpoint: str, arms: Iterable[int]) -> bool | None:
    """Whether one of `arms` has a strictly higher value than every other arm; None where that cannot be told."""
    of_arms = {
        number: value for number, arm in enumerate(facts.row.arms) if (value := figure(arm, endpoint)) is not None
    }
    chosen = [of_arms[number] for number in arms if number in of_arms]
    if not chosen or len(of_arms) < 2:
        return None
    best = max(of_arms.values())
    return best in chosen and list(of_arms.values()).count(best) == 1


def is_lower(facts: RowFacts, endpoint: str, arms: Iterable[int]) -> bool | None:
    """The same for a strictly lower value."""
    of_arms = {
        number: value for number, arm in enumerate(facts.row.arms) if (value := figure(arm, endpoint)) is not None
    }
    chosen = [of_arms[number] for number in arms if number in of_arms]
    if not chosen or len(of_arms) < 2:
        return None
    least = min(of_arms.values())
    return least in chosen and list(of_arms.values()).count(least) == 1


def tested(facts: RowFacts) -> list[int]:
    """The arms that are no comparators."""
    return [number for number, arm in enumerate(facts.row.arms) if arm.printed("role") == "active"]
