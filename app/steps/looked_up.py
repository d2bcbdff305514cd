"""What the table rows found give a question: cells in a sentence, or nothing where the rows are not what it asks of."""

from __future__ import annotations

import re

from app.answer import Status
from app.steps.cells import cells_of
from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.phrases import place, value_statement
from app.steps.prose import completing, from_prose, open_words, silent
from app.steps.replies import reply
from app.steps.retrieve import Evidence
from app.steps.select import Candidate
from app.steps.understand import Question

# So near to a question that a sentence answers, figures that were not asked for are not looked up.
_CLOSE_TO_PROSE = 0.65

# With so many ordinary words a question on a treatment asks for more than a figure.
_TALKATIVE = 4

_CONTROL = re.compile(r"\b(?:placebo|control|BSC)\b", re.I)
_IN_ARM = re.compile(r"\d+ ?mg|\b\d{2,3}\b")

_NUMBER = re.compile(r"(?<![\d.])\d{2,4}(?![\d.]|-? ?(?:patients|pts|months|weeks|days|%))")

_SOME_DOSE = re.compile(
    r"\b(?:lower|higher|low|high|other|smaller|bigger|larger)[- ](?:\w+ ){0,2}(?:dos(?:es?|ing)|amounts?)\b", re.I
)

_MEASURED = frozenset({"os", "pfs", "orr", "n"})


def looked_up(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft | None:
    """What the table rows found give; None where the question is not one for them."""
    lookup = evidence.lookup
    if _of_other_dose(question, evidence, base):
        return None
    if whole := _of_rows_themselves(question, evidence):
        return whole
    if lookup.basis == "group" and lookup.values:
        return _of_group(question, evidence, found, base)
    if lookup.values and (question.of_part or (question.alone and not lookup.rows)):
        return silent(reply("corpus_silent"), evidence)
    if lookup.basis == "treatment" and lookup.values and open_words(question, base) >= _TALKATIVE:
        return _of_group(question, evidence, found, base)
    asked = question.values or question.statistics or (lookup.basis == "trial" and lookup.values == ("ras",))
    if not asked and found and found[0].cosine >= _CLOSE_TO_PROSE:
        return None
    if lookup.rows and lookup.values and not _asks_of_part(question, evidence, base):
        return from_cells(question, evidence, lookup.values, found, base)
    return None


def _of_rows_themselves(question: Question, evidence: Evidence) -> Draft | None:
    """Where no value is asked for: the doses that name the arms, or what the table is about."""
    lookup = evidence.lookup
    if "dosing" in question.named and not lookup.values and (doses := _doses_of_arms(lookup.rows)):
        return Draft("answered", doses)
    return _of_table(evidence, lookup.rows[0].table.number) if lookup.basis == "table" else None


def _of_other_dose(question: Question, evidence: Evidence, base: EvidenceBase) -> bool:
    """Whether a dose is asked about that no row found gives."""
    doses = [number for number in _NUMBER.findall(question.text) if number in base.doses]
    printed = " ".join(facts.passage.text for facts in evidence.lookup.rows)
    if not doses:
        return bool(printed and _SOME_DOSE.search(question.text)) and " mg" not in printed
    return not any(dose in printed for dose in doses)


def _doses_of_arms(rows: tuple[RowFacts, ...]) -> tuple[Statement, ...]:
    """How many patients had which dose, for the rows whose arms are named by their doses."""
    by_dose = (facts for facts in rows if any(_IN_ARM.search(arm.printed("regimen") or "") for arm in facts.row.arms))
    return tuple(value_statement(facts, "n") for facts in by_dose)


def _asks_of_part(question: Question, evidence: Evidence, base: EvidenceBase) -> bool:
    """Whether the question narrows the patients down to some of whom the rows found give no figures."""
    markers = [name for name in question.named if base.lexicon.entries[name].kind == "marker"]
    known = {name for facts in evidence.lookup.rows for name in facts.passage.entities}
    return any(not any(is_kin(marker, name) for name in known) for marker in markers)


def is_kin(marker: str, name: str) -> bool:
    """Whether the one is the other, or a kind of it ("kras" and "kras_wild_type")."""
    return name == marker or name.startswith(f"{marker}_") or marker.startswith(f"{name}_")


def from_cells(
    question: Question, evidence: Evidence, values: tuple[str, ...], found: list[Candidate], base: EvidenceBase
) -> Draft | None:
    cells = cells_of(evidence.lookup, values, question.text)
    if not cells.statements and not (cells.missing and evidence.lookup.basis == "trial"):
        return None
    absent = _absent_drugs(question, evidence, base)
    if ratios_missing := _ratios_missing(question, evidence, values):
        return Draft("insufficient_evidence", (*ratios_missing, *cells.statements))
    prose = (*_of_other_trials(question, evidence, found, base), *completing(question, cells, found, base))
    gaps = [] if prose else [Statement(sentence, own=True) for _, sentence in cells.missing]
    tested = [arm for facts in evidence.lookup.rows for arm in facts.row.arms if arm.printed("role") == "active"]
    unread = any(not arm.printed("regimen") for arm in tested) or not tested
    if unread and not question.statistics and not _CONTROL.search(question.text):
        return Draft("insufficient_evidence", (*cells.statements, *gaps))
    several = len({facts.row.name for facts in evidence.lookup.rows}) > 1
    return Draft(
        "answered" if cells.any_reached or prose else "insufficient_evidence",
        (*absent, *cells.statements, *prose, *gaps),
        (reply("cross_trial"),) if several else (),
    )


def _ratios_missing(question: Question, evidence: Evidence, values: tuple[str, ...]) -> tuple[Statement, ...]:
    """Says so where a hazard ratio is asked for that none of the rows gives."""
    asked = [value for value in values if value in ("os", "pfs")]
    if "hr" not in question.statistics or not asked or evidence.lookup.basis != "trial":
        return ()
    if any(facts.row.printed(f"{value}_hr") for facts in evidence.lookup.rows for value in asked):
        return ()
    where = " and ".join(f"{place(facts)} in Table {facts.table.number}" for facts in evidence.lookup.rows)
    return (Statement(reply("cell_empty", place=where, what="hazard ratio"), own=True),)


def _lacks_ratio(question: Question, rows: tuple[RowFacts, ...]) -> bool:
    """Whether a hazard ratio is asked for that no row gives."""
    return "hr" in question.statistics and not any(
        facts.row.printed(f"{v}_hr") for facts in rows for v in ("os", "pfs")
    )


def _of_other_trials(
    question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase
) -> tuple[Statement, ...]:
    """For each trial of the question that no table has: the best sentence that gives a value asked for."""
    tabled = frozenset[str]().union(*(facts.trials for facts in evidence.lookup.rows))
    wanted = {f"={value}" for value in evidence.lookup.values}
    others = [name for name in question.named if base.lexicon.entries[name].kind == "trial" and name not in tabled]
    if evidence.lookup.basis != "trial":
        return ()
    best = (next((one for one in found if f"={name}" in one.terms and one.terms & wanted), None) for name in others)
    return tuple(candidate.statement() for candidate in best if candidate)


def _absent_drugs(question: Question, evidence: Evidence, base: EvidenceBase) -> list[Statement]:
    """Says so where a question ties a drug to a trial that did not test it."""
    rows = evidence.lookup.rows
    tested = frozenset[str]().union(*(facts.drugs for facts in rows))
    readable = all(arm.printed("regimen") for facts in rows for arm in facts.row.arms)
    drugs = [name for name in question.named if base.lexicon.entries[name].kind == "drug" and name not in CONTROLS]
    absent = [base.lexicon.entries[name].name for name in drugs if name not in tested]
    if evidence.lookup.basis != "trial" or not absent or not readable:
        return []
    text = reply("no_such_arm", place=" and ".join(map(place, rows)), what=" or ".join(absent))
    first = [facts.passage for facts in rows]
    spans = [passage.sentences[0] for passage in first]
    supports = (Support(passage, span.start, span.end, 1.0) for passage, span in zip(first, spans, strict=True))
    return [Statement(text, tuple(supports), own=True)]


def _of_group(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    """For a question on a group of patients: the overview's cells, and what the prose says of the same."""
    lookup = evidence.lookup
    prose = from_prose(question, evidence, found, base)
    cells = cells_of(lookup, lookup.values, question.text)
    if prose.status != "answered":
        told = cells.any_reached and not _lacks_ratio(question, lookup.rows)
        status: Status = "answered" if told else "insufficient_evidence"
        return Draft(status, cells.statements) if cells.statements else prose
    if lookup.basis == "group" and set(lookup.values) <= _MEASURED and cells.any_reached:
        return Draft("answered", (*cells.statements, *prose.statements[:1]))
    return Draft("answered", (*prose.statements[:2], *cells.statements[:2]))


def _of_table(evidence: Evidence, number: str) -> Draft:
    """What a table is about, from its overview passage."""
    for hit in evidence.hits:
        if hit.passage.kind == "table" and hit.passage.table == number:
            span = hit.passage.sentences[0]
            words = hit.passage.sentence(0)
            return Draft("answered", (Statement(words, (Support(hit.passage, span.start, span.end, hit.score),)),))
    return silent(reply("corpus_silent"), evidence)
