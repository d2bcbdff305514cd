"""Table cells in a sentence: the tested arm first, then its comparator, hazard ratio, interval and significance."""

from __future__ import annotations

from collections.abc import Iterable

from app.steps.draft import Statement, Support
from app.steps.evidence import RowFacts
from index.records import Arm, Row
from index.verbalise import line_in_words

COLUMNS = {
    "os": "os_months", "pfs": "pfs_months", "orr": "orr_pct", "qol": "qol", "n": "n", "line": "line", "ras": "ras",
    "os_one_year": "os_one_year_pct", "prevalence": "prevalence_pct",
}  # fmt: skip
NAMES = {
    "os": "median OS", "pfs": "median PFS", "orr": "response rate (ORR)", "qol": "quality of life",
    "n": "number of patients", "line": "line of therapy", "ras": "RAS status",
    "os_one_year": "one-year survival", "prevalence": "share of mCRC",
}  # fmt: skip
_UNITS = {"os": " months", "pfs": " months", "orr": "%", "os_one_year": "%", "prevalence": "%"}
# How the verbalised row begins the sentence that holds the value.
_LEADS = {
    "os": "Median overall survival", "pfs": "Median progression-free survival", "orr": "Overall response rate",
    "qol": "Quality of life", "n": "Patients (N)", "line": "Line of therapy", "ras": "RAS status",
    "os_one_year": "Patients alive after one year",
}  # fmt: skip
_QOL = {
    "no difference": "did not differ between the arms",
    "ND": "was not done or not reported (ND)",
    "ND¤": "was not formally evaluated (ND¤), but the performance status took longer to worsen",
    "Ongoing": "is given as ongoing",
}


def says(facts: RowFacts, value: str) -> bool:
    """Whether the row's print gives anything for `value`."""
    return facts.row.printed(COLUMNS[value]) is not None


def reached(facts: RowFacts, value: str, asked: str) -> bool:
    """Whether an arm that is asked for (any, where the words of `asked` single none out) has a value, not "NR"."""
    singled = [arm for arm in facts.row.arms if (subgroup := arm.printed("subgroup")) and subgroup.split()[0] in asked]
    return any(arm.printed(COLUMNS[value]) not in (None, "NR") for arm in singled or facts.row.arms)


def value_statement(facts: RowFacts, value: str) -> Statement:
    """The sentence for one value of one row, e.g. "In SUNLIGHT, median OS was 10.8 months with …"."""
    row = facts.row
    if value == "qol":
        text = f"In {place(facts)}, quality of life {_QOL[row.printed('qol') or 'ND']}."
    elif value == "line":
        text = f"In {place(facts)}, line of therapy: {line_in_words(row.printed('line') or '')}."
    elif value == "prevalence":
        text = f"Table 1 gives {_patients(row)} as {row.printed('prevalence_pct')}% of mCRC."
    else:
        text = f"In {place(facts)}, {NAMES[value]} was {_arms(facts, value)}{comparison(row, value)}."
    return Statement(text, (support(facts, value),))


def support(facts: RowFacts, value: str) -> Support:
    """The span of the verbalised row that holds `value`."""
    lead = _LEADS.get(value)
    passage = facts.passage
    numbers = [n for n in range(len(passage.sentences)) if lead and passage.sentence(n).startswith(lead)] or [0]
    span = passage.sentences[numbers[0]]
    columns = {COLUMNS[value]} | ({f"{value}_hr"} if value in ("os", "pfs") else set())
    return Support(passage, span.start, span.end, 1.0, frozenset(columns))


def row_support(facts: RowFacts, values: Iterable[str]) -> Support:
    """The whole verbalised row, for the cells of several values."""
    columns = {COLUMNS.get(value, f"{value[3:]}_hr") for value in values}
    columns |= {f"{value}_hr" for value in values if value in ("os", "pfs")}
    return Support(facts.passage, 0, len(facts.passage.text), 1.0, frozenset(columns))


def place(facts: RowFacts) -> str:
    """How a sentence names the row: the trial, or the author and year, or the patients of Table 1."""
    row = facts.row
    if trial := row.printed("trial"):
        return "the Danish randomized phase 2 trial" if trial.startswith("Danish") else trial
    if author := row.printed("author"):
        return f"{author} {row.printed('year')}"
    return f"Table {facts.table.number}"


def _arms(facts: RowFacts, value: str) -> str:
    row = facts.row
    shown = [arm for arm in row.arms if arm.printed(COLUMNS[value]) is not None]
    if value == "ras":  # the groups by RAS status say nothing by their own
        shown = [arm for arm in shown if arm.printed("subgroup") == "all"] or shown
    if value == "ras" and len({arm.printed("ras") for arm in row.arms}) == 1:
        return amount(shown[0], value)
    if value in ("os", "pfs", "orr", "n") and len(shown) == 2 and shown[0].printed("role") == "control":
        shown.reverse()
    parts = [f"{amount(arm, value)} {arm_words(row, arm)}" for arm in shown]
    if len(parts) == 2:
        joint = " and " if value in ("n", "ras") or facts.table.number == "5" else " against "
        return joint.join(parts)
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]


def amount(arm: Arm, value: str) -> str:
    """The arm's value as printed, with its unit."""
    printed = arm.printed(COLUMNS[value]) or ""
    return "not reached (NR)" if printed == "NR" else f"{printed}{_UNITS.get(value, '')}"


def arm_words(row: Row, arm: Arm) -> str:
    """How a sentence names the arm: "with regorafenib", "in KRASwt"."""
    subgroup = arm.printed("subgroup")
    if subgroup == "all":
        return f"with {_regimen(arm)} in all patients"
    if subgroup and subgroup not in _regimen(arm):
        return f"in {subgroup}"
    patients = (
        f" in {row.printed('population')}"
        if row.table == "1" and not row.printed("trial") and row.printed("population")
        else ""
    )
    return f"with {_regimen(arm)}{patients}"


def _regimen(arm: Arm) -> str:
    """The regimen in running text: a drug's name in lower case, abbreviations as they are."""
    regimen = arm.printed("regimen") or "the arm whose name cannot be read"
    return (
        regimen if len(regimen) < 2 or regimen[1].isupper() or regimen[1] in "-/x" else regimen[0].lower() + regimen[1:]
    )


def _patients(row: Row) -> str:
    return row.printed("population") or row.name


def comparison(row: Row, value: str) -> str:
    star = f"{value}_star"
    starred = any(arm.printed(star) == "yes" for arm in row.arms)
    ratio, p_value = row.printed(f"{value}_hr"), row.printed(f"{value}_p")
    parts = []
    if ratio:
        low, high = row.printed(f"{value}_hr_low"), row.printed(f"{value}_hr_high")
        parts.append(f"HR {ratio}" + (f", 95% CI {low}–{high}" if low and high else ""))
    if p_value:
        parts.append(
            "not significant, NS" if p_value == "NS" else f"p {p_value}" if p_value[0] in "<>" else f"p = {p_value}"
        )
    if starred:
        parts.append("a significant difference")
    elif not p_value and any(arm.printed(star) for arm in row.arms):
        parts.append("not significant: no significant difference marked")
    if value in ("os", "pfs", "orr", "n") and any(arm.printed("regimen") is None for arm in row.arms):
        parts.append("the other arm cannot be read in the table")
    return f" ({'; '.join(parts)})" if parts else ""
