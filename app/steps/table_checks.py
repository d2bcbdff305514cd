"""Whether a sentence on table rows is true: each figure is held against the cell of its arm, endpoint and row."""

from __future__ import annotations

import re
from decimal import Decimal

from app.steps.arm_binding import arms_beside
from app.steps.cell_values import (
    NOT_REACHED,
    UNIT_OF,
    arms_with,
    bounds,
    cell,
    decimal_of,
    interval,
    p_value,
    ratio,
)
from app.steps.draft import Support
from app.steps.evidence import RowFacts
from app.steps.ledger import Ledger
from app.steps.outcome_words import words_hold
from app.steps.quoted import words_of
from app.steps.ranking_checks import ranking_holds
from app.steps.status_checks import line_holds, ras_holds
from app.steps.table_reading import Part, Reading, number_of, numbers_in, read

_ALL_ARMS = re.compile(r"^[^.;(]{0,12}\b(?:both|all|each|either) (?:of the )?arms?\b")
_WITH = re.compile(r"^(?:\s?%|\s?months?|\s?patients)? with\b")
_BELOW = re.compile(r"^(?:below|under|less|shorter|lower|fewer|at most)", re.I)
_NOT_YET = re.compile(r"^(?:not reached|NR)", re.I)
# What a sentence says about figures beside the words of the row.
_SAID = frozenset(
    "among arms because best between both both compared differ difference each fewer figure figures from given gives "
    "greater higher highest however largest least less longer longest lower lowest median months more most number only "
    "other over percentage points range ranks reached respectively result shorter shortest significant significantly "
    "smallest tables than that their there these they this those times total trial trials values versus were what with "
    "hazard ratio confidence interval survival progression free response rate overall patients quality life line "
    "therapy status below above under least favor favoring favour marked such cannot read table arms study studies "
    "show shows showed had have fit second third first next achieved whereas while yielded produced gave resulted "
    "observed reported compared receiving given treated enrolled randomised randomized still according alone only "
    "followed took part including small low same one each evaluation although puts achieve brought".split()
)
_SHORT = 3
_MOST_UNKNOWN = 0.34
_LARGEST = re.compile(
    r"\b(?:longest|shortest|highest|lowest|largest|smallest|greatest|biggest|fewest|best|worst)\b", re.I
)


class RowSentence:
    """One sentence with the rows that it cites; `listed` are the rows of the table shown below it."""

    def __init__(self, text: str, support: tuple[Support, ...], ledger: Ledger, listed: tuple[RowFacts, ...]) -> None:
        self.ledger = ledger
        found = [(place, facts) for place in support if (facts := ledger.row(place))]
        self.rows = ledger.rows_of(support)
        self.quoted = {
            facts.passage.id: " ".join(ledger.quote(place) for place, other in found if other is facts)
            for facts in self.rows
        }
        self.listed = listed
        self.reading: Reading = read(text, self.rows, ledger)

    def holds(self) -> bool:
        """Whether every part of the sentence is borne out by the rows."""
        reading = self.reading
        if not reading.parts or not self._is_on_rows() or not self._rows_fit() or not words_hold(reading):
            return False
        if _LARGEST.search(reading.rest) and not ranking_holds(reading, self.ledger, self.listed):
            return False
        if reading.of("count") and not self._count_holds():
            return False
        checks = {
            "ratio": self._ratio,
            "interval": self._interval,
            "p": self._p,
            "sum": self._sum,
            "bound": self._bound,
        }
        if not all(check(part) for kind, check in checks.items() for part in reading.parts if part.kind == kind):
            return False
        return line_holds(reading) and ras_holds(reading, self.ledger) and self._values_hold()

    def rows_of(self, part: Part) -> tuple[RowFacts, ...]:
        """The rows that a figure speaks of: those named beside it, or else all that are cited."""
        if len(self.rows) == 1:
            return self.rows
        named = self.reading.of("row")
        if not named:
            return self.rows
        first = next(one for one in self.reading.parts if one.kind in ("row", "value", "ratio", "sum"))
        before = [one for one in named if one.start < part.start]
        after = [one for one in named if one.start > part.start]
        opened = self.reading.text.count("(", 0, part.start) > self.reading.text.count(")", 0, part.start)
        near = before[-1:] if (opened or first.kind == "row" or not after) else after[:1]
        ids = near[0].rows if near else frozenset[str]()
        return tuple(facts for facts in self.rows if facts.passage.id in ids)

    def _is_on_rows(self) -> bool:
        """Whether most words are of the rows or about figures, and drugs beside figures are named as arms are."""
        words = [word for word in words_of(self.reading.rest) if len(word) > _SHORT and word.isalpha()]
        known = frozenset[str]().union(*(self.ledger.cited(facts.passage).words for facts in self.rows))
        unknown = [word for word in words if word not in _SAID and word not in known]
        bare = not self.reading.of("value", "ratio", "interval", "p", "sum", "count", "bound")
        if len(unknown) > (0 if bare else _MOST_UNKNOWN * max(len(words), 3)):
            return False
        return not self.reading.of("value", "ratio") or not any(map(self.ledger.is_drug, words))

    def _rows_fit(self) -> bool:
        """Whether the trials and tables that the sentence names are cited."""
        cited = {facts.passage.id for facts in self.rows}
        tables = {facts.table.number for facts in self.rows}
        named = [set(part.text.split()) for part in self.reading.of("table")]
        ranked = bool(_LARGEST.search(self.reading.rest))
        return all(part.rows & cited for part in self.reading.of("row")) and all(
            bool(numbers & tables) if ranked else numbers <= tables for numbers in named
        )

    def _count_holds(self) -> bool:
        """Whether a count of trials is that of the trials named (or, where none is, of the rows cited)."""
        named = {part.text.casefold() for part in self.reading.of("row")}
        size = len(named) or len(self.rows)
        if named and len({facts.row.name for facts in self.rows}) != size:
            return False
        ranked = bool(_LARGEST.search(self.reading.rest))
        for part in self.reading.of("count"):
            words = part.text.split()
            count, total = number_of(words[0]), number_of(words[-1])
            if count is None or (not ranked and count != size):
                return False
            most = sum(len(facts.table.rows) for facts in _one_a_table((*self.rows, *self.listed)))
            if ranked and not len(self.listed) <= count <= most:
                return False
            if len(words) > 1 and (total is None or total < count):
                return False
        return True

    def _ratio(self, part: Part) -> bool:
        endpoint = self.reading.endpoint_at(part.start)
        said = numbers_in(part.text)[-1]
        rows = self.rows_of(part)
        return endpoint is not None and bool(rows) and all(ratio(facts, endpoint) == said for facts in rows)

    def _interval(self, part: Part) -> bool:
        endpoint = self.reading.endpoint_at(part.start)
        limits = tuple(numbers_in(part.text)[-2:])
        rows = self.rows_of(part)
        return endpoint is not None and bool(rows) and all(interval(facts, endpoint) == limits for facts in rows)

    def _p(self, part: Part) -> bool:
        endpoint = self.reading.endpoint_at(part.start)
        said = re.sub(r"[p\s=]", "", part.text)
        rows = self.rows_of(part)
        return endpoint is not None and bool(rows) and all(p_value(facts, endpoint) == said for facts in rows)

    def _bound(self, part: Part) -> bool:
        """A threshold that an arm of every row lies beyond."""
        endpoint = self.reading.endpoint_at(part.start)
        number = Decimal(numbers_in(part.text)[-1])
        if endpoint is None:
            return False
        return all(
            any(_beyond(bounds(arm, endpoint), number, part.text) for arm in facts.row.arms) for facts in self.rows
        )

    def _sum(self, part: Part) -> bool:
        """A computed figure: its operands are cells, and it is what they give."""
        *operands, result = (Decimal(number) for number in numbers_in(part.text))
        endpoint = self.reading.endpoint_at(part.start) or "n"
        unit = {"os": "months", "pfs": "months", "n": "patients"}.get(endpoint, "percentage points")
        if part.unit != unit and not (endpoint == "n" and part.unit == ""):
            return False
        cells = [
            [number for arm in facts.row.arms if (number := decimal_of(cell(arm, endpoint) or "")) is not None]
            for facts in (self.rows_of(part) if "+" in part.text else self.rows)
        ]
        if "+" in part.text:
            return sum(operands) == result and any(sorted(row) == sorted(operands) for row in cells)
        known = [number for row in cells for number in row]
        return all(operand in known for operand in operands) and _computed(part.text, operands, result)

    def _values_hold(self) -> bool:
        """Whether every plain figure is the cell of the endpoint before it and of the arm beside it."""
        skipped = {"line", "ras"}
        values = [
            part for part in self.reading.of("value") if self.reading.endpoint_at(part.start) not in skipped
        ]  # fmt: skip
        arms = arms_beside(self.reading, values)
        return arms is not None and all(self._value(part, arms.get(part.start, ())) for part in values)

    def _value(self, part: Part, beside: tuple[Part, ...]) -> bool:
        endpoint = self.reading.endpoint_at(part.start)
        if part.unit == "patients":
            endpoint = "n"
        rows = self.rows_of(part)
        if endpoint is None or not rows or endpoint == "qol":
            return False
        said = NOT_REACHED if _NOT_YET.match(part.text) else part.text
        if not beside and _WITH.match(self.reading.text[part.end :]):
            return False  # with something that is no arm of the row
        if not beside and self._is_ratio(part, endpoint):
            return all(ratio(facts, endpoint) == said for facts in rows)
        if said != NOT_REACHED and not self._unit_fits(part, endpoint):
            return False
        return all(self._is_cell(said, endpoint, facts, beside, part) for facts in rows)

    def _is_ratio(self, part: Part, endpoint: str) -> bool:
        """Whether the figure is called a hazard ratio some words before ("the lowest hazard ratio for OS is 0.55")."""
        unit_free = part.unit not in ("months", "%", "patients")
        return unit_free and endpoint in ("os", "pfs") and "hazard ratio" in self.reading.text[: part.start].casefold()

    def _unit_fits(self, part: Part, endpoint: str) -> bool:
        unit = part.unit.rstrip("s") + "s" if part.unit.startswith("month") else part.unit
        if endpoint == "n":
            return unit not in ("months", "%")
        return unit == UNIT_OF.get(endpoint)

    def _is_cell(self, said: str, endpoint: str, facts: RowFacts, beside: tuple[Part, ...], part: Part) -> bool:
        names = self.ledger.arm_names(facts)
        having = arms_with(facts, endpoint)
        if said.strip("<>") not in self.quoted[facts.passage.id]:
            return False
        if beside:
            arms = frozenset(range(len(facts.row.arms)))
            for one in beside:
                arms &= names.get(one.text, frozenset())
            if (
                len(facts.row.arms) > 1
                and len(arms) != 1
                and len({cell(facts.row.arms[n], endpoint) for n in arms}) != 1
            ):
                return False
            return bool(arms) and all(cell(facts.row.arms[number], endpoint) == said for number in arms)
        whole = endpoint == "prevalence" or len(having) == 1 or _ALL_ARMS.match(self.reading.text[part.end + 7 :])
        printed = {cell(facts.row.arms[number], endpoint) for number in having}
        return bool(whole or _ALL_ARMS.match(self.reading.text[part.end :])) and printed == {said}


def _beyond(known: tuple[Decimal, Decimal] | None, number: Decimal, said: str) -> bool:
    if known is None:
        return False
    if said.casefold().startswith(("at least", "at most")) and number in known:
        return True
    return known[0] < number if _BELOW.match(said) else known[1] > number


def _computed(text: str, operands: list[Decimal], result: Decimal) -> bool:
    """Whether the result is the difference, product or quotient of the operands, rounded as it is printed."""
    first, second = operands
    if re.search(r"[×]", text):
        exact = first * second
    elif re.search(r"[/÷]", text):
        exact = first / second if second else Decimal(0)
    else:
        return first - second == result and result > 0
    return exact.quantize(result) == result


def _one_a_table(rows: tuple[RowFacts, ...]) -> list[RowFacts]:
    return list({facts.table.number: facts for facts in rows}.values())
