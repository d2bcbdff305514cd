"""From evidence to a draft: cells in a sentence, sentences of the prose, or a plain "the review does not say"."""

from __future__ import annotations

import re
from dataclasses import replace

from app.rules.not_recommended import IMMUNOTHERAPY_IN_PMMR
from app.steps.about import about_itself, asks_about_assistant, asks_source, with_source
from app.steps.both_values import differing, with_both_values
from app.steps.by_marker import (
    SEQUENCING,
    recommended_by_marker,
    recommended_without_target,
    sequence_without_target,
)
from app.steps.by_value import by_value
from app.steps.claimed_figures import with_claim_judged
from app.steps.closed_by_marker import closed_by_marker
from app.steps.draft import Block, Draft, Grid, Statement
from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.field import is_elsewhere, is_of_subject, unknown_names
from app.steps.guard import changes_instructions, wants_something_made
from app.steps.looked_up import from_cells, looked_up
from app.steps.lookup import SUMMARY
from app.steps.none_of_them import none_of_them
from app.steps.phrases import COLUMNS, says
from app.steps.premises import approval_denied, checked_premise
from app.steps.prose import from_prose, silent, wanted_in_sentence
from app.steps.refused import refused_therapy
from app.steps.replies import reply
from app.steps.retrieve import Evidence
from app.steps.select import Candidate, advises, candidates
from app.steps.side_by_side import side_by_side
from app.steps.table_answers import computed_draft
from app.steps.table_task import TableTask, table_task
from app.steps.told_figures import told_of_arms, told_ranking
from app.steps.understand import Question

# So near to a question that it answers must a sentence be to be told beside a list from the tables.
_SAME_QUESTION = 0.75
# What a list of the tables has in common where trials of the prose may belong to it too.
_THREE_ARMS = "three arms"
_REASON = re.compile(r"\bwhy\b|\bhow come\b|\breasons?\b|\bwhat explains\b|\brationale\b|\bmechanism", re.I)
# Kinds of names that a finding on a therapy does not answer for.
_BARRING = frozenset({"drug", "regimen", "marker", "trial", "class", "adverse_event"})
_DIRECTLY = re.compile(
    r"\b(?:head[- ]to[- ]head|direct(?:ly)? compar\w*|compared? (?:\w+ )?direct\w*|direct comparison)\b", re.I
)
_COMMONEST = re.compile(r"\b(?:most (?:common|frequent)(?:ly)?|commonest|main|chief|leading|predominant)\b", re.I)


def compose(question: Question, evidence: Evidence, base: EvidenceBase) -> Draft:
    """The draft answer. Status says whether the corpus answers, is silent, or the question lies elsewhere."""
    found = candidates(question, evidence, base)
    draft = _compose(question, evidence, found, base)
    draft = with_claim_judged(draft, question, found, base)
    draft = _without_repeats(with_both_values(draft, base))
    return with_source(draft) if asks_source(question.text) else draft


def _compose(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    if changes_instructions(question.text):
        return Draft("out_of_scope", (Statement(reply("instructions"), own=True),))
    if not is_of_subject(question, base) and asks_about_assistant(question.text, question.context):
        return about_itself(question.text, base)
    if wants_something_made(question.text) or is_elsewhere(question, evidence, base):
        return Draft("out_of_scope", (Statement(reply("out_of_scope"), own=True),))
    if closed := _refused(question, base) or closed_by_marker(question, base):
        return _with_more(closed, _answered(question, evidence, found, base))
    if unknown := unknown_names(question, base):
        return silent(reply("not_in_corpus", what=" or ".join(unknown)), evidence)
    return _answered(question, evidence, found, base)


def _answered(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    lookup = evidence.lookup
    if _never_compared(question, base):
        return silent(reply("never_compared"), evidence)
    named = lookup.rows if lookup.basis in ("trial", "treatment") else ()
    if told := by_value(question, base) or told_ranking(question, base):
        return told
    if (task := table_task(question, named, base)) and (computed := computed_draft(task)):
        apart = differing(task.scope.rows, task.value, base) if task.kind == "rank" and task.value in COLUMNS else ()
        return replace(computed, blocks=(*computed.blocks, *apart, *_said_of_several(question, task, found, base)))
    if table := side_by_side(question, base):
        return table
    first = (
        recommended_by_marker(question, base)
        or recommended_without_target(question, base)
        or approval_denied(question, named, base)
        or checked_premise(question, named, base)
        or none_of_them(question, found, base)
    )
    draft = _looked_up_or_told(question, evidence, found, base)
    if first is None:
        return draft
    if SEQUENCING in question.named and first.ruled and "unselected_patients" in question.named:
        return Draft("answered", (first, *sequence_without_target(base)))
    if advice := _advice_on(question, found, base):
        rest = [block for block in draft.blocks if draft.status == "answered" and block not in advice]
        return Draft("answered", (first, *advice, *rest[:1]), draft.notes if draft.status == "answered" else ())
    return _with_more(first, draft, _of_its_trial(named, found))


def _advice_on(question: Question, found: list[Candidate], base: EvidenceBase) -> tuple[Statement, ...]:
    """The best sentence that gives advice on the marker asked about."""
    groups = [name for name in question.named if base.lexicon.entries[name].kind == "marker"]
    markers = {f"={name}" for name in (*groups, "unselected_patients") if name in question.named}
    return tuple(one.statement() for one in found if one.terms & markers and advises(one))[:1]


def _refused(question: Question, base: EvidenceBase) -> Statement | None:
    """The finding on a therapy of no use, unless a drug is named with it that the review does not know."""
    found = refused_therapy(question, base)
    if found is None or found.text != IMMUNOTHERAPY_IN_PMMR.text:
        names = {*question.named, *question.entities}
        unnamed = (base.lexicon.entries[name] for name in sorted(names) if not base.names(name))
        return None if any(entry.kind in _BARRING for entry in unnamed) else found
    unknown = [name for name in question.named if not base.names(name)]
    return None if any(base.lexicon.entries[name].subject for name in unknown) else found


def _with_more(first: Statement, draft: Draft, further: tuple[Statement, ...] = ()) -> Draft:
    """The statement that answers, and at most two more that add to it."""
    rest = draft.blocks if draft.status == "answered" else ()
    said = {support.passage.id for support in first.support if first.ruled}
    more = [block for block in (*rest, *further) if not _repeats(block, first, said)]
    return Draft("answered", (first, *more[:2]), draft.notes if draft.status == "answered" else ())


def _looked_up_or_told(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    """The cells first, the prose where they do not answer; for a reason the other way round."""
    if _REASON.search(question.text) and not question.statistics:
        told = _told(question, evidence, found, base)
        if told.status == "answered":
            return told
    return looked_up(question, evidence, found, base) or _told(question, evidence, found, base)


def _said_of_several(
    question: Question, task: TableTask, found: list[Candidate], base: EvidenceBase
) -> tuple[Statement, ...]:
    """For a list: the sentence of the prose that answers the same question, if one does; trials of three arms that no
    table has.
    """
    if task.kind != "list":
        return ()
    kinds = {base.lexicon.entries[name].kind for name in question.named}
    if _THREE_ARMS in task.scope.words and not kinds & _BARRING - {"trial"} and question.table is None:
        return told_of_arms(3, base)
    if not found or found[0].cosine < _SAME_QUESTION:
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
    if prose.status != "answered" and (
        others := _other_side_effects(question, evidence, found, base)
        or _without_trial(question, evidence, found, base)
    ):
        return others
    if prose.status != "answered" and lookup.basis == "trial" and not wanted_in_sentence(question, base):
        return from_cells(question, evidence, SUMMARY, found, base) or prose
    return prose


def _without_trial(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft | None:
    """Where an approval of a drug is tied to a trial of another: what is told of the drug's approval."""
    kinds = {name: base.lexicon.entries[name].kind for name in question.named}
    if "approval" not in kinds or "drug" not in kinds.values() or "trial" not in kinds.values():
        return None
    rest = replace(
        question,
        named=tuple(name for name, kind in kinds.items() if kind != "trial"),
        entities=frozenset(name for name in question.entities if base.lexicon.entries[name].kind != "trial"),
        mentions=tuple(mention for mention in question.mentions if mention.kind != "trial"),
    )
    told = from_prose(rest, evidence, found, base)
    return told if told.status == "answered" else None


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
