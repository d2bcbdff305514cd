"""What a sentence on table rows says, read into parts: rows, arms, endpoints, figures, and words that deny."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.steps.evidence import RowFacts
from app.steps.ledger import Ledger

Kind = Literal["row", "arm", "people", "endpoint", "value", "ratio", "interval", "p", "sum", "count", "bound", "table"]

_N = r"\d+(?:\.\d+)?"
_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_FIGURES = re.compile(
    rf"(?P<sum>{_N}(?:\s*\+\s*{_N})+\s*=\s*{_N}|{_N}\s*[−–/÷×-]\s*{_N}\s*=\s*{_N})"
    rf"|(?P<interval>\b95% ?CI,?:? ?{_N}\s*(?:–|-|to)\s*{_N})"
    rf"|(?P<ratio>\b(?:HR|hazard ratio)(?: of| was| is| =)? {_N})"
    rf"|(?P<p>(?<![\w-])p ?(?:[<>=≤≥] ?)?{_N})"
    r"|(?P<count>\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?: of (?:the |these )?(?:\d+|\w+))?(?= (?:\w+ )?(?:trials?|studies|study)\b))"
    rf"|(?P<bound>\b(?:above|over|more than|longer than|higher than|at least|below|under|less than|shorter than|"
    rf"lower than|fewer than|at most) {_N}(?: ?%)?)"
    rf"|(?P<value>[<>]?\d[\d.,]*\d(?:–\d+(?:\.\d+)?)?|[<>]?\d(?:–\d+(?:\.\d+)?)?|not reached(?: \(NR\))?|\bNR\b)",
    re.I,
)
_UNIT = re.compile(r"\s?(%|percentage points|months?\b|patients\b|[A-Za-z]\w*)")
_ENDPOINT = re.compile(
    r"\b(?:(?P<os_one_year>(?i:one-year survival|1-year survival|alive after one year))"
    r"|(?P<prevalence>(?i:share of mCRC))"
    r"|(?P<pfs>(?i:median )?(?:PFS|(?i:progression-free survival)))"
    r"|(?P<os>(?i:median )?(?:OS|(?i:overall survival|survival)))"
    r"|(?P<orr>(?i:(?:overall )?response rates?)(?: \(ORR\))?|ORR)"
    r"|(?P<qol>(?i:quality of life)|QoL)"
    r"|(?P<line>(?i:line of therapy))|(?P<ras>RAS status)"
    r"|(?P<n>(?i:number of patients)|N(?![\w-])|(?i:(?:largest|smallest|biggest) (?:trial|study))))"
)
_TABLE = re.compile(r"\bTables? (\d(?:, \d)*(?:,? and \d)?)")
_PLACE = re.compile(r"§\d+(?:\.\d+)?|\bsections? \d+(?:\.\d+)?|\bparagraphs? \d+|\bphase \d", re.I)
# Stands for what was taken out; no character of a word.
_BLANK = "\x1f"
_OF_MCRC = re.compile(r"^\s*of (?:all )?(?:mCRC|metastatic colorectal cancer)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sentence: its kind and span; `rows` are passage ids that it names, `arms` the arms per passage,
    `unit` what stands behind a value.
    """

    kind: Kind
    text: str
    start: int
    end: int
    rows: frozenset[str] = frozenset()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as parts in the order of its words, and `rest`: the sentence with names and figures blanked out."""

    text: str
    rows: tuple[RowFacts, ...]
    parts: tuple[Part, ...]
    rest: str

    def of(self, *kinds: Kind) -> list[Part]:
        """The parts of these kinds."""
        return [part for part in self.parts if part.kind in kinds]

    def endpoint_at(self, position: int) -> str | None:
        """The endpoint named last before the position."""
        before = [part.text for part in self.parts if part.kind == "endpoint" and part.start < position]
        return before[-1] if before else None

    def between(self, first: Part, second: Part) -> str:
        """The words between two parts."""
        return self.text[first.end : second.start]


def read(text: str, rows: tuple[RowFacts, ...], ledger: Ledger) -> Reading:
    """The sentence in parts; `rows` are those that it cites."""
    reader = _Reader(text)
    pattern, passages = ledger.row_names
    reader.take(pattern, "row", passages)
    reader.take_tables()
    reader.take(_PLACE, "people")
    reader.take_arms(rows, ledger)
    reader.take_figures()
    reader.take_endpoints()
    parts = sorted(reader.parts, key=lambda part: part.start)
    return Reading(text, rows, tuple(_with_shares(parts, text)), reader.rest)


class _Reader:
    """Takes part after part out of a sentence; what is taken is blanked, so that nothing is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = text
        self.parts: list[Part] = []

    def take(self, pattern: re.Pattern[str], kind: Kind, rows: dict[str, frozenset[str]] | None = None) -> None:
        for match in pattern.finditer(self.rest):
            named = (rows or {}).get(match.group(), frozenset())
            self._add(kind, match.group(), match.start(), match.end(), named)

    def take_tables(self) -> None:
        for match in _TABLE.finditer(self.rest):
            self._add("table", " ".join(re.findall(r"\d", match.group(1))), match.start(), match.end())

    def take_arms(self, rows: tuple[RowFacts, ...], ledger: Ledger) -> None:
        names = [ledger.arm_names(facts) for facts in rows]
        for match in ledger.arm_pattern(rows).finditer(self.rest):
            name = match.group().casefold()
            kind: Kind = "arm" if any(name in of_row for of_row in names) else "people"
            self._add(kind, name, match.start(), match.end())

    def take_figures(self) -> None:
        for match in _FIGURES.finditer(self.rest):
            kind = match.lastgroup
            unit = _UNIT.match(self.rest, match.end())
            said = match.group()
            if kind == "value" and said[0] in "<>" and self.rest[: match.start()].rstrip().endswith("p"):
                kind = "p"
            self._add(_as_kind(kind or "value"), said, match.start(), match.end(), unit=unit.group(1) if unit else "")

    def take_endpoints(self) -> None:
        for match in _ENDPOINT.finditer(self.rest):
            self._add("endpoint", match.lastgroup or "", match.start(), match.end(), blank=False)

    def _add(
        self, kind: Kind, text: str, start: int, end: int, rows: frozenset[str] = frozenset(), unit: str = "",
        blank: bool = True,
    ) -> None:  # fmt: skip
        self.parts.append(Part(kind, text, start, end, rows, unit))
        if blank:
            self.rest = f"{self.rest[:start]}{_BLANK * (end - start)}{self.rest[end:]}"


def number_of(word: str) -> int | None:
    """The number that a figure or a number word up to twelve says."""
    digits = _WORDS.get(word.casefold(), word)
    return int(digits) if digits.isdigit() else None


def numbers_in(text: str) -> list[str]:
    """The figures of a part, without signs."""
    return re.findall(_N, text)


def _as_kind(name: str) -> Kind:
    kinds: dict[str, Kind] = {
        "sum": "sum", "interval": "interval", "ratio": "ratio", "p": "p", "count": "count", "bound": "bound",
    }  # fmt: skip
    return kinds.get(name, "value")


def _with_shares(parts: list[Part], text: str) -> list[Part]:
    """The parts, with an endpoint before each figure that is a share "of mCRC"."""
    found: list[Part] = []
    for part in parts:
        unit = part.end + (1 if part.unit == "%" else 0)
        if part.kind == "value" and part.unit == "%" and _OF_MCRC.match(text[unit:]):
            found.append(Part("endpoint", "prevalence", part.start - 1, part.start))
        found.append(part)
    return found
