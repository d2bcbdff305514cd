"""A table row in words: what is embedded, found and quoted for it. Every value stands as printed, with its unit."""

from __future__ import annotations

from index.records import Arm, Row, Table

_QOL = {
    "no difference": "no difference",
    "ND": "not done or not reported (ND)",
    "ND¤": "ND¤, not formally evaluated, but longer time to worse performance status",
    "Ongoing": "ongoing",
}
_ENDPOINTS = (
    ("orr", "orr_pct", "Overall response rate (ORR)", "%"),
    ("pfs", "pfs_months", "Median progression-free survival (PFS)", " months"),
    ("os", "os_months", "Median overall survival (OS)", " months"),
)


# Columns whose cells the first sentence tells: what the row is of.
_LEAD = frozenset({"row", "trial", "author", "year", "reference", "population", "prevalence_pct", "phase", "regimen"})


def row_sentences(table: Table, row: Row) -> list[str]:
    """One sentence a topic: what the row is, N, ORR, PFS, OS, line and RAS status, quality of life, notes."""
    return [sentence for sentence, _ in row_topics(table, row)]


def row_topics(table: Table, row: Row) -> list[tuple[str, frozenset[str]]]:
    """The sentences of the row, each with the columns whose cells it tells."""
    topics = [(_lead(table, row), _LEAD), (_sizes(row), frozenset({"n"}))]
    topics += [(_endpoint(row, *endpoint), _columns_of(*endpoint[:2])) for endpoint in _ENDPOINTS]
    if one_year := _each(row, "os_one_year_pct", "%"):
        told = f"Patients alive after one year (1Y), printed in the OS column: {one_year}."
        topics.append((told, frozenset({"os_one_year_pct"})))
    if line := row.printed("line"):
        topics.append((f"Line of therapy: {line_in_words(line)}.", frozenset({"line"})))
    if ras := _each(row, "ras", ""):
        topics.append((f"RAS status: {ras}.", frozenset({"ras"})))
    if qol := row.printed("qol"):
        topics.append((f"Quality of life (QoL): {_QOL.get(qol, qol)}.", frozenset({"qol"})))
    if loose := row.printed("loose_values"):
        told = f"Loose values that belong to no cell for certain: {loose}."
        topics.append((told, frozenset({"loose_values"})))
    notes = dict.fromkeys(note for arm in row.arms if (note := arm.printed("note")))
    topics += [(f"Note on the print: {note}.", frozenset({"note"})) for note in notes]
    return [(sentence, columns) for sentence, columns in topics if sentence]


def table_sentences(table: Table) -> list[str]:
    """What the table is about, and its rows by name with their regimens."""
    sentences = [f"Table {table.number}: {table.caption}."]
    for row in table.rows:
        regimens = " against ".join(arm.name for arm in row.arms)
        sentences.append(f"{row.name}: {regimens}.")
    return sentences


def line_in_words(line: str) -> str:
    """ "74% 4 L+" as "74% of patients in line 4 or later (74% 4 L+)"."""
    share, _, rest = line.partition("% ")
    if rest:
        return f"{share}% of patients in line {rest.split()[0]} or later ({line})"
    return f"median line {line.split()[1]} ({line})" if line.startswith("Median ") else line


def _lead(table: Table, row: Row) -> str:
    facts = []
    author = " ".join(part for part in (row.printed("author"), row.printed("year")) if part)
    if author and author != row.name:
        facts.append(author)
    if reference := row.printed("reference"):
        facts.append(f"reference {reference}")
    source = f" ({', '.join(facts)})" if facts else ""
    population = row.printed("population")
    patients = f"; patients: {population}" if population else ""
    share = row.printed("prevalence_pct")
    prevalence = f"; {share}% of mCRC" if share else ""
    phase = row.printed("phase")
    design = f"; phase {phase}" if phase else ""
    against = " against " if table.number != "5" else "; "
    regimens = against.join(dict.fromkeys(arm.printed("regimen") or "an arm that cannot be read" for arm in row.arms))
    return f"{row.name}{source} in Table {table.number}, {table.label}: {regimens}{patients}{prevalence}{design}."


def _sizes(row: Row) -> str:
    sizes = _each(row, "n", "")
    return f"Patients (N): {sizes}." if sizes else ""


def _endpoint(row: Row, short: str, column: str, title: str, unit: str) -> str:
    values = _each(row, column, unit, f"{short}_star")
    if not values:
        return ""
    return f"{title}: {values}{_comparison(row, short)}."


def _columns_of(short: str, column: str) -> frozenset[str]:
    """The column of an endpoint's values and those that compare them."""
    return frozenset({column, *(f"{short}_{part}" for part in ("star", "p", "hr", "hr_low", "hr_high"))})


def _each(row: Row, column: str, unit: str, star: str = "") -> str:
    parts = []
    if column == "ras" and len({arm.printed(column) for arm in row.arms}) == 1:
        return row.printed(column) or ""
    for arm in row.arms:
        printed = arm.printed(column)
        if printed is None:
            continue
        amount = "not reached (NR)" if printed == "NR" else f"{printed}{unit}"
        marked = " (significant)" if arm.printed(star) == "yes" else ""
        parts.append(f"{_arm_name(row, arm)}: {amount}{marked}")
    return "; ".join(parts)


def _arm_name(row: Row, arm: Arm) -> str:
    """What tells the arm from the row's others: the subgroup where all lines are of one regimen."""
    regimens = {other.printed("regimen") for other in row.arms}
    return arm.printed("subgroup") or arm.name if len(regimens) == 1 and len(row.arms) > 1 else arm.name


def _comparison(row: Row, short: str) -> str:
    ratio = row.printed(f"{short}_hr")
    p_value = row.printed(f"{short}_p")
    words = ""
    if ratio:
        low, high = row.printed(f"{short}_hr_low"), row.printed(f"{short}_hr_high")
        words += f"; hazard ratio {ratio}" + (f" (95% CI {low}–{high})" if low and high else "")
    if p_value:
        words += "; difference not significant (NS)" if p_value == "NS" else f"; p {_equals(p_value)}"
    return words


def _equals(p_value: str) -> str:
    return p_value if p_value[0] in "<>" else f"= {p_value}"
