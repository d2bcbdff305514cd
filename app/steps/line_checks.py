"""Whether a line of a small table is true: each cell is held against the row, arm and endpoint of its heading."""

from __future__ import annotations

import re
from decimal import Decimal

from app.steps.cell_values import cell, decimal_of, interval, p_value, ratio
from app.steps.draft import Grid, Line
from app.steps.evidence import RowFacts
from app.steps.ledger import Ledger
from app.steps.quoted import negations, words_of
from app.steps.ruled_checks import ruled_text_holds
from app.steps.told_checks import is_of_figures, told_line_holds
from index.records import Arm

_EMPTY = frozenset({"", "–", "-", "—"})
_VERSUS = re.compile(r"\s+(?:vs\.?|against|versus)\s+")
_FIGURE = re.compile(r"\d")
_SUM = re.compile(r"^[\d.]+(?: [+−-] [\d.]+)+ = [\d.]+(?: patients)?$")
# The sign behind a figure and its asterisk ("4%*"); that of "23% RASmut" belongs to the cell.
_PERCENT = re.compile(r"%(?=\*?$)")
_DIFFERENCE = re.compile(r"difference", re.I)
_ENDPOINTS = (
    ("os_one_year", re.compile(r"one-year|1-year|1Y")), ("prevalence", re.compile(r"share|prevalence", re.I)),
    ("pfs", re.compile(r"\bPFS\b")), ("os", re.compile(r"\bOS\b")), ("orr", re.compile(r"\bORR\b|response", re.I)),
    ("n", re.compile(r"^N$|patients", re.I)), ("qol", re.compile(r"quality of life|QoL", re.I)),
    ("line", re.compile(r"\bline\b", re.I)), ("ras", re.compile(r"^RAS")),
)  # fmt: skip
_UNITS = {"os": "(months)", "pfs": "(months)", "orr": "(%)", "os_one_year": "(%)", "prevalence": "(%)"}
_ARMS = frozenset({"treatment", "treatments", "arm", "arms", "regimen", "tested treatment"})
_WHOLE_ROW = {"year": "year", "author": "author", "reference": "reference", "phase": "phase"}


def line_holds(line: Line, grid: Grid, ledger: Ledger) -> bool:
    """Whether every cell of the line stands in what the line cites, under its heading."""
    if len(line.cells) != len(grid.columns) or not all(map(ledger.is_evidence, line.support)):
        return False
    if not line.support and not line.ruled:
        return not any(_FIGURE.search(said) for said in line.cells) and ledger.knows_names(" ".join(line.cells), [])
    if line.ruled and not any(ledger.row(place) for place in line.support):
        return all(_ruled_cell(said, line, ledger) for said in line.cells)
    rows = ledger.rows_of(line.support)
    if not rows and is_of_figures(grid.columns):
        return told_line_holds(line, grid.columns, ledger)
    if not rows:
        return all(_quoted_cell(said, line, ledger) for said in line.cells)
    return any(_LineOfRow(line, grid, facts, ledger).holds() for facts in rows)


class _LineOfRow:
    """A line that stands for one table row."""

    def __init__(self, line: Line, grid: Grid, facts: RowFacts, ledger: Ledger) -> None:
        self.line, self.grid, self.facts, self.ledger = line, grid, facts, ledger
        self.arms = self._arms()

    def holds(self) -> bool:
        return self.arms is not None and all(
            self._cell_holds(heading, said)
            for heading, said in zip(self.grid.columns, self.line.cells, strict=True)
            if said not in _EMPTY or _VERSUS.search(said)
        )

    def _arms(self) -> list[Arm] | None:
        """The arms in the order in which the line has their values; None where it names one that the row lacks."""
        arms = list(self.facts.row.arms)
        ordered = sorted(arms, key=lambda arm: arm.printed("role") == "control")
        for heading, said in zip(self.grid.columns, self.line.cells, strict=True):
            if heading.casefold() in _ARMS:
                return self._named(said, ordered)
        return ordered

    def _named(self, said: str, ordered: list[Arm]) -> list[Arm] | None:
        names = self.ledger.arm_names(self.facts)
        parts = _VERSUS.split(said.casefold())
        found: list[Arm] = []
        for part in parts:
            if part.strip() == "?":
                unread = [arm for arm in ordered if arm.printed("regimen") is None]
                if not unread:
                    return None
                found += unread[:1]
                continue
            numbers = names.get(part.strip(), frozenset()) or _of_subgroup(part.strip(), names)
            if not numbers:
                return None
            found += [arm for arm in ordered if self.facts.row.arms.index(arm) in numbers]
        return found

    def _cell_holds(self, heading: str, said: str) -> bool:
        key = heading.casefold()
        if key in _ARMS:
            return True  # judged with the arms
        if key in ("trial", "study"):
            return self._names_row(said)
        if column := _WHOLE_ROW.get(key):
            return self.facts.row.printed(column) == said
        if key in ("table", "source"):
            return said.removeprefix("Table ") == self.facts.table.number
        if key in ("marker", "population", "patients", "subgroup", "group"):
            return self._is_population(said)
        endpoint = next((name for name, pattern in _ENDPOINTS if pattern.search(heading)), None)
        return self._is_figure(heading, endpoint, said) if endpoint else self._is_told(said)

    def _is_figure(self, heading: str, endpoint: str, said: str) -> bool:
        """Whether the cell is the hazard ratio, the p value or the values of an endpoint."""
        if "HR" in heading.split():
            return self._is_ratio(endpoint, said)
        if "p" in heading.split():
            return (p_value(self.facts, endpoint) or "") == said.replace("p ", "").replace("= ", "")
        return self._has_unit(heading, endpoint, said) and self._are_values(heading, endpoint, said)

    def _is_told(self, said: str) -> bool:
        """Whether the rules put the words out, or the cited passages have them."""
        by_rules = bool(self.line.ruled) and ruled_text_holds(said, self.line.ruled)
        return by_rules or _stands_in(said, self.line, self.ledger)

    def _names_row(self, said: str) -> bool:
        """Whether the cell is the row's trial, its author and year, or (Table 1) its patients."""
        pattern, passages = self.ledger.row_names
        match = pattern.search(said)
        if match is None:
            return said in (
                self.facts.row.name,
                f"Table {self.facts.table.number}",
                self.facts.row.printed("population"),
            )
        return self.facts.passage.id in passages[match.group()]

    def _is_population(self, said: str) -> bool:
        row = self.facts.row
        printed = {row.printed("population"), row.name, *(arm.printed("subgroup") for arm in row.arms)}
        if said in printed:
            return True
        entities = self.ledger.lexicon.entity_ids(said, misspelled=False)
        return bool(entities) and entities <= self.ledger.cited(self.facts.passage).entities

    def _has_unit(self, heading: str, endpoint: str, said: str) -> bool:
        """Whether the unit stands in the heading, or in the cell itself."""
        unit = _UNITS.get(endpoint)
        bare = unit is None or unit in heading
        return bare or unit is None or unit.strip("()") in said

    def _are_values(self, heading: str, endpoint: str, said: str) -> bool:
        if _SUM.match(said):
            return self._is_sum(endpoint, said, bool(_DIFFERENCE.search(heading)))
        parts = [_PERCENT.sub("", part.removesuffix(" months")) for part in _VERSUS.split(said)]
        arms = self.arms or []
        if len(parts) == 1 and len({cell(arm, endpoint) for arm in arms}) == 1:
            arms = arms[:1]
        if len(parts) != len(arms):
            return False
        starred = any("*" in line.cells[self.grid.columns.index(heading)] for line in self.grid.lines)
        return all(_is_value(part, arm, endpoint, starred) for part, arm in zip(parts, arms, strict=True))

    def _is_sum(self, endpoint: str, said: str, difference: bool) -> bool:
        *operands, result = (Decimal(number) for number in re.findall(r"[\d.]+", said))
        known = [number for arm in self.facts.row.arms if (number := decimal_of(cell(arm, endpoint) or "")) is not None]
        if "+" in said and not difference:
            return sorted(known) == sorted(operands) and sum(operands) == result
        return len(operands) == 2 and all(one in known for one in operands) and operands[0] - operands[1] == result > 0

    def _is_ratio(self, endpoint: str, said: str) -> bool:
        """ "0.55 (0.40–0.77)", or the ratio alone."""
        match = re.fullmatch(r"([\d.]+)(?: \(([\d.]+)–([\d.]+)\))?", said)
        if match is None or match[1] != ratio(self.facts, endpoint):
            return False
        return match[2] is None or (match[2], match[3]) == interval(self.facts, endpoint)


def _of_subgroup(said: str, names: dict[str, frozenset[int]]) -> frozenset[int]:
    """The arm of "trastuzumab + pertuzumab (KRASwt)"."""
    regimen, _, subgroup = said.removesuffix(")").partition(" (")
    return names.get(regimen, frozenset()) & names.get(subgroup, frozenset())


def _is_value(said: str, arm: Arm, endpoint: str, starred: bool) -> bool:
    """Whether the figure is the arm's, and its asterisk (where the column has any) as in print."""
    marked = said.endswith("*")
    if starred and marked != (arm.printed(f"{endpoint}_star") == "yes"):
        return False
    printed = cell(arm, endpoint)
    return (printed is None and said in _EMPTY) or said.removesuffix("*").replace("not reached", "NR") == printed


def _ruled_cell(said: str, line: Line, ledger: Ledger) -> bool:
    return said in _EMPTY or ruled_text_holds(said, line.ruled) or _stands_in(said, line, ledger)


def _quoted_cell(said: str, line: Line, ledger: Ledger) -> bool:
    return said in _EMPTY or _stands_in(said, line, ledger)


def _stands_in(said: str, line: Line, ledger: Ledger) -> bool:
    """Whether the cell's words stand together in one passage that the line cites."""
    words = " ".join(words_of(said))
    passages = [ledger.cited(place.passage) for place in line.support]
    together = any(f" {words} " in f" {' '.join(words_of(passage.text))} " for passage in passages)
    if together and not negations(said):
        return True
    return not _FIGURE.search(said) and not negations(said) and bool(passages) and ledger.knows_names(said, passages)
