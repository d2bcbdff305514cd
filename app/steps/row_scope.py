"""Which rows of the trial tables a question is about when it asks for several: all those that its words leave in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.outcomes import Outcome, holds
from app.steps.understand import Question

# The tables that hold trials, with their arms; Table 1 sums up.
TRIAL_TABLES = frozenset("2345")
_AGAINST_CONTROL = re.compile(r"\b(?:placebo|dummy|sham|BSC|best supportive|supportive care)\b|\bvs\.? nothing\b", re.I)
_AGAINST_ACTIVE = re.compile(
    r"\b(?:head[- ]to[- ]head|(?<!on )active (?:drugs?|treatments?|comparators?|control)|against each other)\b", re.I
)
_UNSELECTED = re.compile(r"\bunselected\b|\ball[- ]comers\b|\bno (?:specific )?(?:target|biomarker)", re.I)
_OVERVIEW = re.compile(r"\b(?:overview|summary) table\b|\b(?:the|that|your|its) (?:overview|summary)\b", re.I)
_PHASE = re.compile(r"\bphase (?P<phase>III|II|[23]|three|two)\b", re.I)
_PHASES = {"iii": "3", "3": "3", "three": "3", "ii": "2", "2": "2", "two": "2"}
_MATCHED = re.compile(
    r"\b(?:biomarker|marker|target|genotype|mutation)s?[- ](?:matched|selected|driven|directed|based)\b|"
    r"\b(?:targeted|selected|actionable)\b",
    re.I,
)
_BOUND = re.compile(
    r"(?P<sign>more than|greater than|higher than|longer than|larger than|above|over|exceed(?:s|ed|ing)?|at "
    r"least|beyond"
    r"|less than|fewer than|lower than|shorter than|smaller than|below|under|at most|[<>≥≤])\s*(?:a |an |the )?"
    r"(?:\w+ ){0,2}?(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|percent|per cent|months?|mo\b|patients?|people)?",
    re.I,
)
# "9 months or beyond", "20% or less".
_BOUND_BEHIND = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|percent|per cent|months?|mo\b|patients?|people)?"
    r"(?: (?:median |overall )?(?:survival|OS|PFS|response))?,? (?:or|and) "
    r"(?P<sign>more|beyond|above|over|longer|higher|greater|less|fewer|below|under|lower|shorter)\b",
    re.I,
)
_INCLUSIVE = re.compile(r"at (?:least|most)|[≥≤]", re.I)
_BELOW = re.compile(r"less|fewer|lower|shorter|smaller|below|under|at most|[<≤]", re.I)
_ARMS = re.compile(r"\b(?P<count>two|three|[23])[- ]arm(?:s|ed)?\b", re.I)
_YEAR = re.compile(r"\b(?:publ(?:ished|\.)?|from|of|in|year) (?:in )?(?P<year>(?:19|20)\d\d)\b", re.I)
_NOT_REACHED = re.compile(r"\bnot (?:been |yet )?reached\b|\bunreached\b", re.I)
# What a question may say of quality of life, and the cells that say so.
_QUALITY = (
    (
        re.compile(r"\b(?:not|no|never|without|lack\w*|n['’]t)\b[^.?]{0,40}\b(?:evaluat|assess|report|measur|done|data|"
            r"avail)", re.I),
        "quality of life not done or not reported (ND)",
        ("ND", "ND¤"),
    ),
    (re.compile(r"[=:] ?ND\b|\bND\b"), "quality of life not done or not reported (ND)", ("ND", "ND¤")),
    (re.compile(r"\bongoing|pending\b", re.I), "quality of life given as ongoing", ("Ongoing",)),
    (
        re.compile(r"\b(?:no differ|unchanged|similar|same|not (?:differ|impair|improv|change))", re.I),
        "no difference in quality of life",
        ("no difference",),
    ),
)  # fmt: skip
_COLUMNS = {"os": "os_months", "pfs": "pfs_months", "orr": "orr_pct", "n": "n"}
_KINDS = frozenset({"drug", "class", "regimen", "marker"})
_HER2 = frozenset({"her2", "her2_positive", "her2_amplified", "anti_her2"})


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold that a question sets: rows with a tested arm beyond `number` (below it, with `below`)."""

    value: str
    number: float
    below: bool
    inclusive: bool = False

    def met_by(self, facts: RowFacts) -> bool:
        """Whether a value of the row is known and lies within the bound: an arm's, or the hazard ratio."""
        if self.value.startswith("hr_"):
            ratio = facts.row.printed(f"{self.value[3:]}_hr")
            return bool(ratio) and self._holds(float(ratio or 0))
        cells = (arm.cells.get(_COLUMNS[self.value]) for arm in facts.row.arms)
        figures = (cell.low for cell in cells if cell is not None and cell.low is not None and cell.low == cell.high)
        return any(map(self._holds, figures))

    def _holds(self, figure: float) -> bool:
        if self.inclusive and figure == self.number:
            return True
        return figure < self.number if self.below else figure > self.number


@dataclass(frozen=True, slots=True)
class RowScope:
    """The rows left in, and whether any word of the question narrowed them down."""

    rows: tuple[RowFacts, ...]
    narrowed: bool
    bounds: tuple[Bound, ...] = ()
    words: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


def rows_in_scope(question: Question, outcomes: tuple[Outcome, ...], base: EvidenceBase) -> RowScope:
    """The rows of the trial tables (or of the table named) that fit every condition of the question."""
    text = question.text
    overview = not question.table and bool(_OVERVIEW.search(text))
    wanted = frozenset({question.table or "1"}) if question.table or overview else TRIAL_TABLES
    rows = [facts for facts in base.rows if facts.table.number in wanted]
    narrowed = bool(question.table) or overview
    conditions = list(outcomes)
    words: list[str] = []
    for said, fits, about in _features(text, question):
        rows, narrowed = [facts for facts in rows if fits(facts)], True
        words.append(said)
        conditions = [outcome for outcome in conditions if outcome.value not in about]
    bounds = bounds_of(question)
    if conditions or bounds:
        narrowed = True
        rows = [facts for facts in rows if all(holds(outcome, facts) for outcome in conditions)]
        rows = [facts for facts in rows if all(bound.met_by(facts) for bound in bounds)]
    if _AGAINST_ACTIVE.search(text):
        rows, narrowed = [facts for facts in rows if facts.table.number == "4"], True
    elif _AGAINST_CONTROL.search(text):
        rows, narrowed = [facts for facts in rows if facts.has_control or facts.table.number == "3"], True
    if _UNSELECTED.search(text):
        rows, narrowed = [facts for facts in rows if facts.row.printed("population") == "unselected"], True
    for name in question.named:
        if base.lexicon.entries[name].kind in _KINDS and name not in CONTROLS and name != "unselected_patients":
            rows, narrowed = [facts for facts in rows if _concerns(name, facts, base)], True
    rows = [facts for facts in rows if not facts.trials & question.left_out]
    return RowScope(tuple(rows), narrowed, bounds, tuple(words), tuple(conditions))


def _features(text: str, question: Question) -> Iterator[tuple[str, Callable[[RowFacts], bool], tuple[str, ...]]]:
    """Further conditions: the number of arms, the year of publication, what is said of quality of life, not reached."""
    if arms := _ARMS.search(text):
        count = {"two": 2, "three": 3}.get(arms["count"].casefold()) or int(arms["count"])
        yield f"{arms['count'].casefold()} arms", lambda facts: len(facts.row.arms) == count, ()
    if year := _YEAR.search(text):
        yield f"the year {year['year']}", lambda facts: facts.row.printed("year") == year["year"], ()
    if (question.table == "1" or _OVERVIEW.search(text)) and (phase := _PHASE.search(text)):
        number = _PHASES[phase["phase"].casefold()]
        yield f"phase {number}", lambda facts: _printed(facts, "phase") == number, ()
    if (question.table == "1" or _OVERVIEW.search(text)) and _MATCHED.search(text):
        yield "a marker", lambda facts: facts.row.printed("group") == "selected", ()
    if "qol" in question.values and (quality := next((one for one in _QUALITY if one[0].search(text)), None)):
        yield quality[1], lambda facts: (facts.row.printed("qol") or "") in quality[2], ("qol",)
    if _NOT_REACHED.search(text):
        columns = [_COLUMNS[value] for value in question.values if value in _COLUMNS] or ["os_months"]
        yield (
            "a median that was not reached (NR)",
            lambda facts: any(arm.printed(column) == "NR" for arm in facts.row.arms for column in columns),
            question.values,
        )


def _printed(facts: RowFacts, column: str) -> str:
    """What the row, or else its first arm, has in the column."""
    return facts.row.printed(column) or facts.row.arms[0].printed(column) or ""


def _concerns(name: str, facts: RowFacts, base: EvidenceBase) -> bool:
    """Whether an arm has the drug, a drug of the class or the regimen, or the row's patients the marker."""
    if name in _HER2:
        return facts.table.number == "5"
    kin = {name, *(drug for drug in facts.drugs if name in base.lexicon.entries[drug].classes)}
    parts = set(base.lexicon.entries[name].parts)
    in_arm = any(parts and parts <= arm for arm in facts.arms)
    return in_arm or bool(kin & (facts.drugs | facts.groups | facts.population))


def bounds_of(question: Question) -> tuple[Bound, ...]:
    """The thresholds that the question sets for a value of the tables."""
    values = [value for value in question.values if value in _COLUMNS]
    if "hr" in question.statistics:
        values = [f"hr_{value}" for value in values if value in ("os", "pfs")] or ["hr_os"]
    found = []
    for match in (*_BOUND.finditer(question.text), *_BOUND_BEHIND.finditer(question.text)):
        unit = (match["unit"] or "").casefold()
        value = values[0] if values else "n" if unit.startswith(("pat", "peo")) else ""
        if unit.startswith(("%", "per")):
            value = "orr"
        if value and not (value in ("os", "pfs") and unit.startswith("%")):
            sign = match["sign"]
            inclusive = match.re is _BOUND_BEHIND or bool(_INCLUSIVE.search(sign))
            below = bool(_BELOW.fullmatch(sign)) or bool(_BELOW.fullmatch(sign.split()[0]))
            found.append(Bound(value, float(match["number"]), below, inclusive))
    return tuple(found)
