"""Whether a question lies in the review's field, and which of its names no passage has."""

from __future__ import annotations

from app.patient.organs import folded, turns_to_site
from app.steps.evidence import EvidenceBase
from app.steps.retrieve import Evidence
from app.steps.understand import Question
from index.lexicon import Entry

# Below this nearness a question that names nothing of the field lies elsewhere; one that names a topic of it may
# be farther away. Set on the tuned half of eval/questions.
_OFF_TOPIC = 0.46
_TOUCHING = 0.38
# So near must a question be that names something unknown and nothing of the field.
_STRANGE = 0.51
_MUST_BE_THERE = frozenset({"drug", "trial", "class", "marker", "adverse_event", "endpoint"})
# Endpoints of the lexicon that say how a value is meant, not which value.
_QUALIFIERS = frozenset({"intention_to_treat", "endpoint", "primary_endpoint", "secondary_endpoint", "recist"})
# A drug of one of these classes alone does not make a question one of oncology.
_ANY_DRUG = frozenset({"supportive_medication"})
_FIELD = frozenset({"drug", "trial", "regimen", "class", "marker", "adverse_event", "cancer", "endpoint"})
_LINES = frozenset({"third_line", "fourth_line", "late_line", "chemo_refractory", "line_of_therapy"})
_SUBJECTS = frozenset({"drug", "trial", "regimen", "marker", "class"})


def is_of_subject(question: Question, base: EvidenceBase) -> bool:
    """Whether the question names a drug, trial, marker or value, or another cancer: it is not about the assistant."""
    kinds = {base.lexicon.entries[name].kind for name in question.named}
    return question.other_cancer or bool(question.values or question.statistics or kinds & _SUBJECTS)


def is_elsewhere(question: Question, evidence: Evidence, base: EvidenceBase) -> bool:
    """Whether it is about another cancer or another subject: it names nothing of the field and nothing is near it."""
    if question.other_cancer:
        return True
    entries = [base.lexicon.entries[name] for name in question.named]
    foreign = any(entry.kind == "drug" and not base.names(entry.id) for entry in entries)
    if foreign and turns_to_site(folded(question.text.lower())):
        return True
    if question.table or question.section or any(_is_of_field(entry, base) for entry in entries):
        return False
    if question.strange or any(
        not base.names(entry.id) for entry in entries if entry.subject or entry.kind in _MUST_BE_THERE
    ):
        return evidence.nearest < _STRANGE
    touches = any(entry.kind == "topic" and base.names(entry.id) for entry in entries)
    return evidence.nearest < (_TOUCHING if touches else _OFF_TOPIC)


def _is_of_field(entry: Entry, base: EvidenceBase) -> bool:
    """Whether the name places a question in the field: one that the corpus has, or a trial or drug of oncology."""
    if entry.kind in ("trial", "cancer") or entry.id in _LINES:
        return True
    if entry.kind == "drug" and not (entry.classes and set(entry.classes) <= _ANY_DRUG):
        return True
    return entry.kind in _FIELD and base.names(entry.id)


def unknown_names(question: Question, base: EvidenceBase) -> list[str]:
    """What the question names that no passage of the corpus names."""
    said = {mention.id: question.text[mention.start : mention.end] for mention in question.mentions}
    names = dict.fromkeys([*question.named, *sorted(question.entities)])
    entries = [base.lexicon.entries[name] for name in names if name not in _QUALIFIERS]
    needed = [entry for entry in entries if entry.subject or entry.kind in _MUST_BE_THERE]
    unknown = [said.get(entry.id, entry.name) for entry in needed if not base.names(entry.id)]
    return unknown + [name for name in question.strange if not base.has_word(name)]
