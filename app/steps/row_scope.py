"""Which rows of the trial tables a question is about when it asks for several: all those that its words leave in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.outcomes import Outcome, holds
from app.steps.ranking_words import ACTIVE_ARM, TRIALS, Side, side_of
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
_ARMS = re.compile(
    r"\b(?P<count>two|three|[23])[- ](?:(?:treatment|study) )?arm(?:s|ed)?\b"
    r"|\b(?:three|3)[- ](?:way|(?:treatment )?groups?)\b",
    re.I,
)
_DOSES = re.compile(
    r"\b(?:starting|initial|different|lower|higher|reduced|escalat\w+|alternative)[ -](?:\w+ )?(?:doses?|dosing|"
    r"schedules?|start)\b|\b(?:doses?|dosing|schedules?)(?: or (?:doses?|schedules?))? "
    r"(?:of|for|stud(?:y|ies)|trials?)\b|\bdose[- ](?:escalation|finding|optimi[sz]ation)\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:publ(?:ished|\.)?|from|of|in|year) (?:in )?(?P<year>(?:19|20)\d\d)\b", re.I)
NOT_REACHED = "a median that was not reached (NR)"
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
_MUTANT = frozenset({"ras_mutant", "kras_mutant"})
_ALLELES = _MUTANT | {"ras", "ras_wild_type", "kras_wild_type", "kras"}
_WILD_TYPE = {"ras_wild_type": ("RASwt",), "kras_wild_type": ("KRASwt", "RASwt")}
_PRETREATED = re.compile(r"\bpre-?treated\b", re.I)
_ONLY = re.compile(r"\b(?:only|exclusively|solely|restricted to|limited to|confined to)\b", re.I)
_SHARE = re.compile(r"(\d+)%")
_HER2 = frozenset({"her2", "her2_positive", "her2_amplified", "anti_her2"})


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold that a question sets: rows with an arm (of the side) beyond `number` (below it, with `below`)."""

    value: str
    number: float
    below: bool
    inclusive: bool = False
    side: Side = "any"

    def met_by(self, facts: RowFacts) -> bool:
        """Whether a value of the row is known and lies within the bound: the hazard ratio, or that of an arm of the
        side.
        """
        if self.value.startswith("hr_"):
            ratio = facts.row.printed(f"{self.value[3:]}_hr")
            return bool(ratio) and self._holds(float(ratio or 0))
        arms = [arm for arm in facts.row.arms if self.side in ("any", arm.printed("role"))]
        cells = (arm.cells.get(_COLUMNS[self.value]) for arm in arms)
        figures = (cell.low for cell in cells if cell is not None and cell.low is not None and cell.low == cell.high)
        return any(map(self._holds, figures))

    def _holds(self, figure: float) -> bool:
        if self.inclusive and figure == self.number:
            return True
        return figure < self.number if self.below else figure > self.number


@dataclass(frozen=True, slots=True)
class RowScope:
    """The rows left in, and whether any word of the question narrowed them down; `columns` are values that its words
    (rather than bounds and outcomes) set conditions on.
    """

    rows: tuple[RowFacts, ...]
    narrowed: bool
    bounds: tuple[Bound, ...] = ()
    words: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    columns: tuple[str, ...] = ()


def rows_in_scope(question: Question, outcomes: tuple[Outcome, ...], base: EvidenceBase) -> RowScope:
    """The rows of the trial tables (or of the table named) that fit every condition of the question."""
    text = question.text
    overview = not question.table and bool(_OVERVIEW.search(text))
    wanted = frozenset({question.table or "1"}) if question.table or overview else TRIAL_TABLES
    rows = [facts for facts in base.rows if facts.table.number in wanted]
    if wanted == TRIAL_TABLES and _NOT_REACHED.search(text):
        rows += [facts for facts in base.rows if _is_of_table_1_alone(facts)]
    narrowed = bool(question.table) or overview
    conditions = list(outcomes)
    words: list[str] = []
    columns: list[str] = []
    for said, fits, about in _features(text, question):
        rows, narrowed = [facts for facts in rows if fits(facts)], True
        words += [said] if said else []
        columns += about
        conditions = [outcome for outcome in conditions if outcome.value not in about]
    bounds = bounds_of(question)
    if conditions or bounds:
        narrowed = True
        rows = [facts for facts in rows if all(holds(outcome, facts) for outcome in conditions)]
        rows = [facts for facts in rows if all(bound.met_by(facts) for bound in bounds)]
    if _AGAINST_ACTIVE.search(text):
        rows, narrowed = [facts for facts in rows if _is_against_active(facts)], True
    elif _AGAINST_CONTROL.search(text):
        rows, narrowed = [facts for facts in rows if facts.has_control or facts.table.number == "3"], True
    if _UNSELECTED.search(text):
        rows, narrowed = [facts for facts in rows if facts.row.printed("population") == "unselected"], True
    if phase := _phase_of(text):
        # The trial tables tell the phase of few trials, in their names.
        rows = [facts for facts in rows if _phase_of(facts.row.name) in ("", phase)]
    alone = bool(_ONLY.search(text))
    if _ALLELES & set(question.named) and any(facts.table.number == "5" for facts in rows):
        columns.append("ras")
    for name in question.named:
        if base.lexicon.entries[name].kind in _KINDS and name not in CONTROLS and name != "unselected_patients":
            rows, narrowed = [facts for facts in rows if _concerns(name, facts, base, alone)], True
    rows = [facts for facts in rows if not facts.trials & question.left_out]
    return RowScope(tuple(rows), narrowed, bounds, tuple(words), tuple(conditions), tuple(columns))


def _features(text: str, question: Question) -> Iterator[tuple[str, Callable[[RowFacts], bool], tuple[str, ...]]]:
    """Further conditions: the number of arms, the year of publication, what is said of quality of life, not reached."""
    if arms := _ARMS.search(text):
        told = (arms["count"] or "three").casefold()
        count = {"two": 2, "three": 3}.get(told) or int(told)
        yield f"{told} arms", lambda facts: _arms(facts) == count, ("n",)
    if _DOSES.search(text) and re.search(rf"\b{TRIALS}\b", text, re.I):
        yield "", _compares_doses, ("n",)
    if year := _YEAR.search(text):
        yield f"the year {year['year']}", lambda facts: facts.row.printed("year") == year["year"], ()
    if (question.table == "1" or _OVERVIEW.search(text)) and (number := _phase_of(text)):
        yield f"phase {number}", lambda facts: _printed(facts, "phase") == number, ()
    if (question.table == "1" or _OVERVIEW.search(text)) and _MATCHED.search(text):
        yield "a marker", lambda facts: facts.row.printed("group") == "selected", ()
    if "line_of_therapy" in question.named or _PRETREATED.search(text):
        yield "", lambda facts: facts.row.printed("line") is not None, ("line",)
    if "qol" in question.values and (quality := next((one for one in _QUALITY if one[0].search(text)), None)):
        # one phrase cannot be true of cells that differ ("ND" and "ND¤"): then the column alone tells
        said = quality[1] if len(quality[2]) == 1 else ""
        yield said, lambda facts: (facts.row.printed("qol") or "") in quality[2], ("qol",)
    if _NOT_REACHED.search(text):
        columns = [_COLUMNS[value] for value in question.values if value in _COLUMNS] or ["os_months"]
        yield (
            NOT_REACHED,
            lambda facts: any(arm.printed(column) == "NR" for arm in facts.row.arms for column in columns),
            question.values,
        )


def _phase_of(text: str) -> str:
    """The number of the phase that the text names, or nothing."""
    named = _PHASE.search(text)
    return _PHASES[named["phase"].casefold()] if named else ""


def _printed(facts: RowFacts, column: str) -> str:
    """What the row, or else its first arm, has in the column."""
    return facts.row.printed(column) or facts.row.arms[0].printed(column) or ""


def _concerns(name: str, facts: RowFacts, base: EvidenceBase, alone: bool) -> bool:
    """Whether an arm has the drug, a drug of the class or the regimen, or the row's patients the marker (`alone`: and
    no others).
    """
    if name in _HER2:
        return facts.table.number == "5"
    if name in _MUTANT and facts.table.number == "5":
        return any(_lets_in_mutant(arm.printed("ras") or "") for arm in facts.row.arms)
    if alone and name in _WILD_TYPE and facts.table.number == "5":
        return all((arm.printed("ras") or "") in _WILD_TYPE[name] for arm in facts.row.arms)
    kin = {name, *(drug for drug in facts.drugs if name in base.lexicon.entries[drug].classes)}
    parts = set(base.lexicon.entries[name].parts)
    in_arm = any(parts and parts <= arm for arm in facts.arms)
    return in_arm or bool(kin & (facts.drugs | facts.groups | facts.population))


def _is_against_active(facts: RowFacts) -> bool:
    """Whether the comparator was a treatment: all trials of Table 4, and the last two of Table 2."""
    return facts.table.number == "4" or (facts.table.number == "2" and not facts.has_control)


def _compares_doses(facts: RowFacts) -> bool:
    """Whether the arms have the same drugs and differ in how they are given."""
    same = len(set(facts.arms)) == 1 and len(facts.arms[0]) == 1
    return same and len({arm.printed("regimen") for arm in facts.row.arms}) > 1


def _arms(facts: RowFacts) -> int:
    """How many arms the trial has; groups of the patients of one arm are none."""
    return 1 if any(arm.printed("subgroup") == "all" for arm in facts.row.arms) else len(facts.row.arms)


def _lets_in_mutant(ras: str) -> bool:
    """Whether the RAS cell gives mutated tumours, or wild-type ones for a part of the patients only."""
    share = _SHARE.match(ras)
    return ras.endswith("mut") or bool(share and ras.endswith("wt") and share[1] != "100")


def _is_of_table_1_alone(facts: RowFacts) -> bool:
    """A group of patients that only the overview has figures of."""
    return facts.table.number == "1" and facts.row.printed("group") == "selected"


def bounds_of(question: Question) -> tuple[Bound, ...]:
    """The thresholds that the question sets for a value of the tables."""
    values = [value for value in question.values if value in _COLUMNS]
    if "hr" in question.statistics:
        values = [f"hr_{value}" for value in values if value in ("os", "pfs")] or ["hr_os"]
    side: Side = "active" if ACTIVE_ARM.search(question.text) else side_of(question.text)
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
            found.append(Bound(value, float(match["number"]), below, inclusive, side))
    return tuple(found)
