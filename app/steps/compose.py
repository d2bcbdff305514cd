"""From evidence to a draft: cells in a sentence, sentences of the prose, or a plain "the review does not say"."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import Status
from app.rules.not_recommended import IMMUNOTHERAPY_IN_PMMR
from app.steps.about import about_itself, asks_about_assistant, asks_source, with_source
from app.steps.both_values import with_both_values
from app.steps.by_marker import recommended_by_marker
from app.steps.closed_by_marker import closed_by_marker
from app.steps.cells import cells_of
from app.steps.draft import Block, Draft, Grid, Statement, Support
from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.field import is_elsewhere, is_of_subject, unknown_names
from app.steps.guard import changes_instructions
from app.steps.lookup import SUMMARY
from app.steps.phrases import place, says, value_statement
from app.steps.premises import approval_denied, checked_premise
from app.steps.prose import completing, from_prose, open_words, silent, wanted_in_sentence
from app.steps.refused import refused_therapy
from app.steps.replies import reply
from app.steps.retrieve import Evidence
from app.steps.select import Candidate, candidates
from app.steps.table_answers import computed_draft
from app.steps.table_task import TableTask, table_task
from app.steps.told_figures import told_ranking
from app.steps.understand import Question

# So near to a question that it answers must a sentence be to be told beside a list from the tables.
_SAME_QUESTION = 0.75
_DIRECTLY = re.compile(
    r"\b(?:head[- ]to[- ]head|direct(?:ly)? compar\w*|compared? (?:\w+ )?direct\w*|direct comparison)\b", re.I
)
# So near to a question that a sentence answers, figures that were not asked for are not looked up.
_CLOSE_TO_PROSE = 0.65
# With so many ordinary words a question on a treatment asks for more than a figure.
_TALKATIVE = 4
_COMMONEST = re.compile(r"\b(?:most (?:common|frequent)(?:ly)?|commonest|main|chief|leading|predominant)\b", re.I)
_IN_ARM = re.compile(r"\d+ ?mg|\b\d{2,3}\b")
_NUMBER = re.compile(r"(?<![\d.])\d{2,4}(?![\d.]|-? ?(?:patients|pts|months|weeks|days|%))")
_SOME_DOSE = re.compile(r"\b(?:lower|higher|low|high|other|smaller)[- ](?:\w+ ){0,2}dos(?:es?|ing)\b", re.I)
_MEASURED = frozenset({"os", "pfs", "orr", "n"})


def compose(question: Question, evidence: Evidence, base: EvidenceBase) -> Draft:
    """The draft answer. Status says whether the corpus answers, is silent, or the question lies elsewhere."""
    draft = _without_repeats(with_both_values(_compose(question, evidence, base), base))
    return with_source(draft) if asks_source(question.text) else draft


def _compose(question: Question, evidence: Evidence, base: EvidenceBase) -> Draft:
    if changes_instructions(question.text):
        return Draft("out_of_scope", (Statement(reply("instructions"), own=True),))
    if not is_of_subject(question, base) and asks_about_assistant(question.text, question.context):
        return about_itself(question.text, base)
    if is_elsewhere(question, evidence, base):
        return Draft("out_of_scope", (Statement(reply("out_of_scope"), own=True),))
    if closed := _refused(question, base) or closed_by_marker(question, base):
        return _with_more(closed, _answered(question, evidence, candidates(question, evidence, base), base))
    if unknown := unknown_names(question, base):
        return silent(reply("not_in_corpus", what=" or ".join(unknown)), evidence)
    return _answered(question, evidence, candidates(question, evidence, base), base)


def _answered(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    lookup = evidence.lookup
    if _never_compared(question, base):
        return silent(reply("never_compared"), evidence)
    named = lookup.rows if lookup.basis in ("trial", "treatment") else ()
    if told := told_ranking(question, base):
        return told
    if (task := table_task(question, named, base)) and (computed := computed_draft(task)):
        return replace(computed, blocks=(*computed.blocks, *_said_of_several(task, found)))
    first = (
        recommended_by_marker(question, base)
        or approval_denied(question, named, base)
        or checked_premise(question, named, base)
    )
    draft = _looked_up(question, evidence, found, base) or _told(question, evidence, found, base)
    if first is None:
        return draft
    return _with_more(first, draft, _of_its_trial(named, found))


def _refused(question: Question, base: EvidenceBase) -> Statement | None:
    """The finding on a therapy of no use, unless a drug is named with it that the review does not know."""
    unknown = [name for name in question.entities if base.lexicon.entries[name].kind == "drug" and not base.names(name)]
    found = refused_therapy(question, base)
    return found if found is None or not unknown or found.text.startswith(IMMUNOTHERAPY_IN_PMMR.text) else None


def _with_more(first: Statement, draft: Draft, further: tuple[Statement, ...] = ()) -> Draft:
    """The statement that answers, and at most two more that add to it."""
    rest = draft.blocks if draft.status == "answered" else ()
    said = {support.passage.id for support in first.support if first.ruled}
    more = [block for block in (*rest, *further) if not _repeats(block, first, said)]
    return Draft("answered", (first, *more[:2]), draft.notes if draft.status == "answered" else ())


def _said_of_several(task: TableTask, found: list[Candidate]) -> tuple[Statement, ...]:
    """For a list: the sentence of the prose that answers the same question, if one does."""
    if task.kind != "list" or not found or found[0].cosine < _SAME_QUESTION:
        return ()
    return (replace(found[0].statement(), layout="paragraph"),)


def _of_its_trial(rows: tuple[RowFacts, ...], found: list[Candidate]) -> tuple[Statement, ...]:
    """The best sentence of the prose that names the trial of the rows."""
    names = {f"={trial}" for facts in rows for trial in facts.trials}
    return tuple(candidate.statement() for candidate in found if candidate.terms & names)[:1]


def _never_compared(question: Question, base: EvidenceBase) -> bool:
    """Whether a direct comparison of drugs is asked for that no trial of the tables made."""
    if not _DIRECTLY.search(question.text) or any(mention.kind == "trial" for mention in question.mentions):
        return False
    groups = [
        frozenset({mention.id, *base.lexicon.entries[mention.id].parts}) - CONTROLS
        for mention in question.mentions
        if mention.kind in ("drug", "regimen")
    ]
    sides = [group for group in groups if group]
    if len(sides) < 2 or len(sides) != len(groups):
        return False
    return not any(all(any(side & arm for arm in facts.arms) for side in sides) for facts in base.rows)


def _repeats(block: Block, first: Statement, said: set[str]) -> bool:
    """Whether the block says again what the first statement says."""
    if isinstance(block, Grid):
        return False
    return block.text.casefold() in first.text.casefold() or {support.passage.id for support in block.support} <= said


def _looked_up(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft | None:
    """What the table rows found give; None where the question is not one for them."""
    lookup = evidence.lookup
    if _of_other_dose(question, evidence, base):
        return None
    if "dosing" in question.named and not lookup.values and (doses := _doses_of_arms(lookup.rows)):
        return Draft("answered", doses)
    if lookup.basis == "table":
        return _of_table(evidence, lookup.rows[0].table.number)
    if lookup.basis == "group" and lookup.values:
        return _of_group(question, evidence, found, base)
    if lookup.values and (question.of_part or (question.alone and not lookup.rows)):
        return silent(reply("corpus_silent"), evidence)
    if lookup.basis == "treatment" and lookup.values and open_words(question, base) >= _TALKATIVE:
        return _of_group(question, evidence, found, base)
    if not question.values and not question.statistics and found and found[0].cosine >= _CLOSE_TO_PROSE:
        return None
    if lookup.rows and lookup.values and not _asks_of_part(question, evidence, base):
        return _from_cells(question, evidence, lookup.values, found, base)
    return None


def _told(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    """What the prose says; for a trial of which it says nothing, the main figures of its row."""
    lookup = evidence.lookup
    if (
        lookup.basis == "trial"
        and "os_one_year" in lookup.values
        and not any(says(facts, "os_one_year") for facts in lookup.rows)
    ):
        return silent(reply("corpus_silent"), evidence)
    prose = from_prose(question, evidence, found, base)
    if prose.status != "answered" and (others := _other_side_effects(question, evidence, found, base)):
        return others
    if prose.status != "answered" and lookup.basis == "trial" and not wanted_in_sentence(question, base):
        return _from_cells(question, evidence, SUMMARY, found, base) or prose
    return prose


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


def _other_side_effects(
    question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase
) -> Draft | None:
    """Where a side effect is taken for the most common one and the review tells of others: what it tells."""
    events = {name for name in question.named if base.lexicon.entries[name].kind == "adverse_event"}
    if not events or not _COMMONEST.search(question.text):
        return None
    rest = replace(
        question,
        named=tuple(name for name in question.named if name not in events),
        entities=question.entities - events,
        mentions=tuple(mention for mention in question.mentions if mention.id not in events),
    )
    telling = [one for one in found if _COMMONEST.search(one.statement().text)]
    told = from_prose(rest, evidence, telling, base)
    return told if told.status == "answered" else None


def _asks_of_part(question: Question, evidence: Evidence, base: EvidenceBase) -> bool:
    """Whether the question narrows the patients down to some of whom the rows found give no figures."""
    markers = [name for name in question.named if base.lexicon.entries[name].kind == "marker"]
    known = {name for facts in evidence.lookup.rows for name in facts.passage.entities}
    return any(not any(_is_kin(marker, name) for name in known) for marker in markers)


def _is_kin(marker: str, name: str) -> bool:
    return name == marker or name.startswith(f"{marker}_") or marker.startswith(f"{name}_")


def _from_cells(
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
        status: Status = "answered" if cells.any_reached else "insufficient_evidence"
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


def _without_repeats(draft: Draft) -> Draft:
    """One sentence for what several pieces of evidence say in the same words, citing all of them."""
    merged: dict[object, Block] = {}
    for block in draft.blocks:
        if isinstance(block, Grid):
            merged[block] = block
            continue
        known = merged.get(block.text)
        first = known if isinstance(known, Statement) else replace(block, support=())
        merged[block.text] = replace(first, support=tuple(dict.fromkeys((*first.support, *block.support))))
    return replace(draft, blocks=tuple(merged.values()))
