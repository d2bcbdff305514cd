"""Table look-up: which rows a question is about, and which of their values it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.understand import Question

MOST_ROWS = 4
SUMMARY = ("os", "pfs", "orr")
_RAS = frozenset({"ras", "ras_mutant", "ras_wild_type"})

_DOSE = re.compile(r"(?<![\d.\w-])\d{2,3}(?![\d.%]|-? ?(?:patients|pts|months|weeks|days|years))")
_IN_WHICH_ORDER = re.compile(r"\b(?:sequence\w*|order|first|other way (?:a?round)|vice versa)\b", re.I)
_ELSEWHERE = re.compile(r"\b(?:international|global|worldwide|western|both)\b", re.I)
_ASIA = re.compile(r"\b(?:Asian|China|Japan)\b")
# How the rows were found: the question names the trial, the treatment, the group of patients, or only the table.
Basis = Literal["trial", "treatment", "group", "table", "none"]


@dataclass(frozen=True, slots=True)
class LookUp:
    """Rows, best first, and the values asked of each ("os", "pfs", "orr", "qol", "n", "line", …; perhaps none)."""

    rows: tuple[RowFacts, ...]
    values: tuple[str, ...]
    basis: Basis


def look_up(question: Question, base: EvidenceBase) -> LookUp:
    """The rows that the question's trials, drugs or markers point at, and the values that it asks for."""
    values = _values(question)
    rows, basis = _rows(question, base)
    rows = [facts for facts in rows if not facts.trials & question.left_out]
    if question.table:
        there = [facts for facts in base.rows if facts.table.number == question.table]
        rows = [facts for facts in rows if facts in there] or rows
        if not rows:
            return LookUp(tuple(there), values, "table")
    else:
        rows = _without_overview(rows, values)
    if "prevalence" in values or (basis == "treatment" and all(facts.is_overview for facts in rows)):
        basis = "group"
    return LookUp(tuple(rows[:MOST_ROWS]), values, basis if rows else "none")


def _rows(question: Question, base: EvidenceBase) -> tuple[list[RowFacts], Basis]:
    trials = {name for name in question.named if base.lexicon.entries[name].kind == "trial"}
    if trials:
        tabled = [facts for facts in base.rows if facts.trials & trials]
        return (tabled, "trial") if tabled or question.alone else (_summed_up(trials, base), "treatment")
    if rows := [facts for facts in base.rows if _by_author(question.text, facts)]:
        return rows, "trial"
    if rows := _by_treatment(question, base):
        return (there, "trial") if (there := _of_asia(question, rows, base)) else (rows, "treatment")
    return _by_group(question, base), "group"


def _summed_up(trials: set[str], base: EvidenceBase) -> list[RowFacts]:
    """The rows of the overview that sum up what these trials tested, in one arm: no row has the trials by name."""
    entries = base.lexicon.entries
    named = [base.lexicon.entity_ids(words) for trial in sorted(trials) for words in entries[trial].expand]
    tested = [frozenset(name for name in names if entries[name].kind == "drug") for names in named]
    return [facts for drugs in tested for facts in base.rows if drugs and facts.is_overview and drugs in facts.arms]


def _by_author(text: str, facts: RowFacts) -> bool:
    """Whether the text names the row's first author, as "Reid", "Reid's" or "Reid et al."; with another year, not."""
    author, year = facts.row.printed("author"), facts.row.printed("year")
    if not author or author not in text or not re.search(rf"(?<![\w-]){re.escape(author)}\b(?!-)", text):
        return False
    years = re.findall(r"\b(?:19|20)\d\d\b", text)
    return not years or year in years


def _values(question: Question) -> tuple[str, ...]:
    values = list(question.values)
    if "hr" in question.statistics and not {"os", "pfs"} & set(values):
        values += ["os", "pfs"]
    if values:
        return (*values, "ras") if "ras" in question.named else tuple(values)
    if question.entities & _RAS and any(word in question.text.casefold() for word in ("share", "status", "ras")):
        return ("ras",)
    if "prevalence" in question.entities and not question.asks_advice:
        return ("prevalence",)
    if question.asks_results:
        return SUMMARY
    return ("os",) if question.compares and not question.side_effects else ()


def _by_treatment(question: Question, base: EvidenceBase) -> list[RowFacts]:
    drugs = frozenset(name for name in question.entities if base.lexicon.entries[name].kind == "drug") - CONTROLS
    if not drugs:
        return []
    if not question.entities & CONTROLS and (dosed := _of_doses(question.text, drugs, base)):
        return dosed
    best = _with_class(drugs, question, base) or _best(drugs, question.entities, base)
    if question.alone:
        return [
            facts for facts in best if any(arm in (drugs, frozenset({drug})) for arm in facts.arms for drug in drugs)
        ]
    if best or len(drugs) == 1 or not question.compares:
        return best
    alone = [_best(frozenset({drug}), question.entities, base) for drug in sorted(drugs)]
    return [facts for rows in alone for facts in rows[:2]] if all(alone) else []


def _of_doses(text: str, drugs: frozenset[str], base: EvidenceBase) -> list[RowFacts]:
    """The rows with these drugs whose arms are called by all the doses that the text names, if it names any of them."""
    printed = {
        facts.passage.id: {dose for arm in facts.row.arms for dose in _DOSE.findall(arm.printed("regimen") or "")}
        for facts in base.rows
        if drugs <= facts.drugs
    }
    named = set(_DOSE.findall(text)) & set[str]().union(*printed.values())
    return [facts for facts in base.rows if named and named <= printed.get(facts.passage.id, set())]


def _of_asia(question: Question, rows: list[RowFacts], base: EvidenceBase) -> list[RowFacts]:
    """Of these rows, those of trials done in Asia, where the question asks for them ("the Chinese one")."""
    if "asian_patients" not in question.named or question.compares or _ELSEWHERE.search(question.text):
        return []
    told = {facts.row.name: {w for t in facts.trials for w in base.lexicon.entries[t].expand} for facts in rows}
    return [facts for facts in rows if _ASIA.search(" ".join(sorted(told[facts.row.name])))]


def _with_class(drugs: frozenset[str], question: Question, base: EvidenceBase) -> list[RowFacts]:
    """Rows with these drugs in one arm and a drug of the class in another: "EGFR antibody first or regorafenib?"."""
    classes = {name for name in question.named if base.lexicon.entries[name].kind == "class"}
    if not classes or not (question.compares or _IN_WHICH_ORDER.search(question.text)):
        return []
    return [facts for facts in base.rows if drugs <= facts.drugs and _classes(facts.drugs - drugs, base) & classes]


def _classes(drugs: frozenset[str], base: EvidenceBase) -> set[str]:
    return {name for drug in drugs for name in base.lexicon.entries[drug].classes}


def _best(drugs: frozenset[str], entities: frozenset[str], base: EvidenceBase) -> list[RowFacts]:
    scored = [(score, facts) for facts in base.rows if (score := _fit(drugs, entities, facts)) > 0]
    best = max((score for score, _ in scored), default=0.0)
    return [facts for score, facts in scored if score == best]


def _fit(drugs: frozenset[str], entities: frozenset[str], facts: RowFacts) -> float:
    """How well a row answers for these drugs: its arms compare them, an arm is just them, or an arm has them too."""
    tested = [arm for arm, line in zip(facts.arms, facts.row.arms, strict=True) if line.printed("role") == "active"]
    if len(drugs) > 1 and facts.drugs == drugs:
        score = 3.0
    elif drugs in tested:
        score = 2.0
    elif drugs in facts.arms:
        score = 1.0
    elif any(drugs <= arm for arm in facts.arms):
        score = 0.5
    else:
        return 0.0
    if len(drugs) == 1 and facts.has_control:
        score += 0.5
    return score + (0.25 if facts.population & entities else 0.0)


def _by_group(question: Question, base: EvidenceBase) -> list[RowFacts]:
    """Rows of the overview for a marker, a class of treatment, or best supportive care."""
    wanted = {name for name in question.entities if base.lexicon.entries[name].kind in ("marker", "class", "regimen")}
    shared = [(len((facts.population | facts.groups) & wanted), facts) for facts in base.rows if facts.is_overview]
    most = max((count for count, _ in shared), default=0)
    return [facts for count, facts in shared if count == most > 0]


def _without_overview(rows: list[RowFacts], values: tuple[str, ...]) -> list[RowFacts]:
    """Without the rows of Table 1 whose trial has a fuller row elsewhere, unless only Table 1 has the value."""
    if "prevalence" in values:
        return [facts for facts in rows if facts.table.number == "1"]
    fuller = frozenset[str]().union(*(facts.trials for facts in rows if facts.table.number != "1"))
    return [facts for facts in rows if facts.table.number != "1" or not facts.trials & fuller]
