"""From evidence to a draft: cells in a sentence, sentences of the prose, or a plain "the review does not say"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.steps.both_values import with_both_values
from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.guard import changes_instructions
from app.steps.phrases import NAMES, place, reached, says, value_statement
from app.steps.replies import reply
from app.steps.retrieve import Evidence
from app.steps.select import Candidate, asked_terms, candidates, choose
from app.steps.understand import Question, binding_names

# Set on the tuned half of eval/questions; the frozen half only reports.
_OFF_TOPIC_COSINE = 0.40
_COMPLETING_SCORE = 0.5
_SILENT_COVERAGE = 0.22
_SILENT_COSINE = 0.42
_BINDING_SHARE = 0.6
_MUST_BE_THERE = frozenset({"drug", "trial", "class", "marker", "adverse_event", "endpoint"})
_FIELD = frozenset({"drug", "trial", "regimen", "class", "marker", "adverse_event", "cancer", "endpoint"})


def compose(question: Question, evidence: Evidence, base: EvidenceBase) -> Draft:
    """The draft answer. Status says whether the corpus answers, is silent, or the question lies elsewhere."""
    return _without_repeats(with_both_values(_compose(question, evidence, base), base))


def _compose(question: Question, evidence: Evidence, base: EvidenceBase) -> Draft:
    if changes_instructions(question.text):
        return Draft("out_of_scope", (Statement(reply("instructions")),))
    if _is_elsewhere(question, evidence, base):
        return Draft("out_of_scope", (Statement(reply("out_of_scope")),))
    if question.states_patient:
        return _silent(reply("patient_not_yet"), evidence)
    if unknown := _unknown(question, base):
        return _silent(reply("not_in_corpus", what=" or ".join(unknown)), evidence)
    found = candidates(question, evidence, base)
    if evidence.lookup.by_population:
        return _prose_then_cells(question, evidence, found, base)
    return _from_tables(question, evidence, found, base) or _from_prose(question, evidence, found, base)


def _without_repeats(draft: Draft) -> Draft:
    """One sentence for what several pieces of evidence say in the same words, citing all of them."""
    supports: dict[str, tuple[Support, ...]] = {}
    for statement in draft.statements:
        supports[statement.text] = (*supports.get(statement.text, ()), *statement.support)
    return replace(draft, statements=tuple(Statement(text, support) for text, support in supports.items()))


def _is_elsewhere(question: Question, evidence: Evidence, base: EvidenceBase) -> bool:
    if question.other_cancer:
        return True
    of_field = any(base.lexicon.entries[name].kind in _FIELD for name in question.named)
    return not of_field and evidence.nearest < _OFF_TOPIC_COSINE


def _unknown(question: Question, base: EvidenceBase) -> list[str]:
    """What the question names that no passage of the corpus names."""
    entries = [base.lexicon.entries[name] for name in question.named]
    unknown = [
        entry.name for entry in entries if (entry.subject or entry.kind in _MUST_BE_THERE) and not base.names(entry.id)
    ]
    return unknown + [name for name in question.strange if not base.has_word(name)]


def _from_tables(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft | None:
    cells = _cells(question, evidence)
    if not cells.statements and not (cells.missing and evidence.lookup.by_trial):
        return None
    prose = _completing(question, cells, found, base)
    gaps = [] if prose else [Statement(sentence) for _, sentence in cells.missing]
    several = len({facts.row.name for facts in evidence.lookup.rows}) > 1
    return Draft(
        "answered" if cells.any_reached or prose else "insufficient_evidence",
        (*cells.statements, *prose, *gaps),
        (reply("cross_trial"),) if several else (),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Statements from cells; the values whose cell is empty, each with the sentence that says so."""

    statements: tuple[Statement, ...]
    missing: tuple[tuple[str, str], ...]
    any_reached: bool


def _cells(question: Question, evidence: Evidence) -> _Cells:
    statements, missing, any_reached = [], [], False
    for facts in evidence.lookup.rows:
        for value in evidence.lookup.values:
            if not _has_column(facts.table.number, value):
                continue
            if says(facts, value):
                statements.append(value_statement(facts, value))
                any_reached |= reached(facts, value, question.text)
            else:
                where = f"{place(facts)} in Table {facts.table.number}"
                missing.append((value, reply("cell_empty", place=where, what=NAMES[value])))
    return _Cells(tuple(statements), tuple(missing), any_reached)


def _completing(question: Question, cells: _Cells, found: list[Candidate], base: EvidenceBase) -> tuple[Statement, ...]:
    """The best sentence of the prose where the cells leave part of the question open."""
    named = {f"={name}" for name in question.entities if base.lexicon.entries[name].kind in ("trial", "drug")}
    said = frozenset(base.terms.of(" ".join(statement.text for statement in cells.statements)))
    open_terms = {
        term for term in asked_terms(question, base) - said if base.is_known(term) and not term.startswith("=")
    }
    missing = {f"={value}" for value, _ in cells.missing}
    for candidate in found[:10]:
        if named and not candidate.terms & named:
            continue
        tells_p = "p" in question.statistics and "p <" in candidate.statement().text
        if (
            missing & candidate.terms
            or tells_p
            or (candidate.terms & open_terms and candidate.score >= _COMPLETING_SCORE)
        ):
            return (candidate.statement(),)
    return ()


def _prose_then_cells(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    """For a question on a group of patients: what the prose says first, the overview's cells after it."""
    prose, cells = _from_prose(question, evidence, found, base), _cells(question, evidence)
    if prose.status != "answered":
        return _from_tables(question, evidence, found, base) or prose
    return Draft("answered", (*prose.statements[:2], *cells.statements[:2]))


def _has_column(table: str, value: str) -> bool:
    only = {"qol": "234", "ras": "5", "os_one_year": "5", "prevalence": "1", "line": "125"}
    return table in only.get(value, "12345")


def _from_prose(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    fitting = [candidate for candidate in found if _bears_on(question, candidate, base)]
    if not fitting:
        return _silent(reply("corpus_silent"), evidence)
    best, ease = fitting[0], 0.5 if binding_names(question, base.lexicon) else 1.0
    if not question.section and best.coverage < ease * _SILENT_COVERAGE and best.cosine < ease * _SILENT_COSINE:
        return _silent(reply("corpus_silent"), evidence)
    return Draft(
        "answered", tuple(candidate.statement() for candidate in choose(fitting, 0.75 if question.section else 0.88))
    )


def _bears_on(question: Question, candidate: Candidate, base: EvidenceBase) -> bool:
    """Whether the sentence names the value, side effect or subject asked for, and its passage the drug, trial, …"""
    for name in _wanted_in_sentence(question, base):
        if f"={name}" not in candidate.terms:
            return False
    names = binding_names(question, base.lexicon)
    if not names:
        return True
    weights = {name: base.weight(f"={name}") for name in names}
    here = set(candidate.passage.entities)
    shared = sum(weights[name] for name in names if name in here or _through_kin(name, here, base))
    return shared >= _BINDING_SHARE * sum(weights.values())


def _wanted_in_sentence(question: Question, base: EvidenceBase) -> list[str]:
    entries = [base.lexicon.entries[name] for name in question.named]
    trial = any(entry.kind == "trial" for entry in entries)
    values = {"os", "pfs", "orr"} if trial else set()
    wanted = [entry.id for entry in entries if entry.subject or entry.kind == "adverse_event" or entry.id in values]
    return wanted if len(wanted) < 3 else []


def _through_kin(name: str, here: set[str], base: EvidenceBase) -> bool:
    """Whether a regimen's drugs, a class's drug, or a kind of the marker is named here instead."""
    entry = base.lexicon.entries[name]
    if entry.parts:
        return set(entry.parts) <= here
    if entry.kind == "class":
        return any(name in base.lexicon.entries[other].classes for other in here)
    return any(other.startswith(f"{name}_") for other in here)


def _silent(sentence: str, evidence: Evidence) -> Draft:
    places = list(dict.fromkeys(hit.passage.locator for hit in evidence.hits))[:3]
    statements = [Statement(sentence)]
    if places:
        statements.append(Statement(reply("nearest", places="; ".join(places))))
    return Draft("insufficient_evidence", tuple(statements))
