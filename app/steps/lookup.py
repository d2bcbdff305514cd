"""Table look-up: which rows a question is about, and which of their values it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.understand import Question

MOST_ROWS = 4
_SUMMARY = ("os", "pfs", "orr")


@dataclass(frozen=True, slots=True)
class LookUp:
    """Rows and the values wanted of each ("os", "pfs", "orr", "qol", "n", "line", "ras", …), best row first."""

    rows: tuple[RowFacts, ...]
    values: tuple[str, ...]
    by_trial: bool
    by_population: bool = False


def look_up(question: Question, base: EvidenceBase) -> LookUp:
    """The rows that the question's trials, drugs or markers point at; no rows where it asks for no table value."""
    values = _values(question)
    if not values:
        return LookUp((), (), False)
    trials = {name for name in question.named if base.lexicon.entries[name].kind == "trial"}
    rows = [facts for facts in base.rows if facts.trials & trials]
    by_trial, by_population = bool(rows), False
    if not rows and not trials:
        rows = _by_treatment(question, base)
        by_population = not rows
        rows = rows or _by_population(question, base)
    if question.table:
        rows = [facts for facts in rows if facts.table.number == question.table] or rows
    else:
        rows = _without_overview(rows, values)
    return LookUp(tuple(rows[:MOST_ROWS]), values, by_trial, bool(rows) and (by_population or "prevalence" in values))


def _values(question: Question) -> tuple[str, ...]:
    values = list(question.values)
    if "hr" in question.statistics and not {"os", "pfs"} & set(values):
        values += ["os", "pfs"]
    if (
        not values
        and question.entities & {"ras", "ras_mutant", "ras_wild_type"}
        and _names(question, "share", "status", "ras")
    ):
        values.append("ras")
    if not values and "prevalence" in question.entities and not question.asks_advice:
        values.append("prevalence")
    if not values and question.asks_results:
        values += _SUMMARY
    return tuple(values)


def _names(question: Question, *words: str) -> bool:
    return any(word in question.text.casefold() for word in words)


def _by_treatment(question: Question, base: EvidenceBase) -> list[RowFacts]:
    kinds = {name: base.lexicon.entries[name].kind for name in question.entities}
    drugs = frozenset(name for name, kind in kinds.items() if kind == "drug") - CONTROLS
    if not drugs:
        groups = frozenset(name for name, kind in kinds.items() if kind in ("class", "regimen")) - CONTROLS
        return [facts for facts in base.rows if groups & facts.groups]
    best = _best(drugs, question.entities, base)
    if best or len(drugs) == 1:
        return best
    alone = [_best(frozenset({drug}), question.entities, base) for drug in sorted(drugs)]
    return [facts for rows in alone for facts in rows[:2]] if all(alone) else []


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


def _by_population(question: Question, base: EvidenceBase) -> list[RowFacts]:
    wanted = {name for name in question.entities if base.lexicon.entries[name].kind == "marker"}
    wanted |= question.entities & CONTROLS
    overview = [facts for facts in base.rows if facts.table.number == "1"]
    shared = [(len((facts.population | facts.groups) & wanted), facts) for facts in overview]
    most = max((count for count, _ in shared), default=0)
    return [facts for count, facts in shared if count == most > 0]


def _without_overview(rows: list[RowFacts], values: tuple[str, ...]) -> list[RowFacts]:
    """Without the rows of Table 1 whose trial has a fuller row elsewhere, unless only Table 1 has the value."""
    if "prevalence" in values:
        return [facts for facts in rows if facts.table.number == "1"]
    fuller = frozenset[str]().union(*(facts.trials for facts in rows if facts.table.number != "1"))
    return [facts for facts in rows if facts.table.number != "1" or not facts.trials & fuller]
