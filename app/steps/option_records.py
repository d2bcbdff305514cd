"""What an answer on a patient holds beside its text: options, tests, facts and notes in their public JSON form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.answer import LaterApproval
from app.patient.findings import Contradiction
from app.patient.profile import Fact, Source, plain_value
from app.patient.wording import in_words
from app.rules.case import Note
from app.rules.consultation import Consultation, OptionAdvice
from app.rules.records import Cite, Judged
from app.rules.tests_to_order import Test
from app.steps.advise import caution_cites, note_statements
from app.steps.citations import Citations
from app.steps.draft import Support
from app.steps.evidence import EvidenceBase
from app.steps.option_evidence import key_evidence
from app.steps.places import supports


@dataclass(frozen=True, slots=True)
class Records:
    """The patient's part of an answer, with evidence as numbers of its citations.

    `read_first` are those of the notes that come before anything else; `supports` is the evidence of the open options.
    """

    patient: dict[str, Any]
    options: tuple[dict[str, Any], ...]
    tests: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    read_first: tuple[str, ...]
    assumed: tuple[str, ...]
    since_then: tuple[LaterApproval, ...]
    facts: tuple[dict[str, Any], ...]
    contradictions: tuple[dict[str, Any], ...]
    hypothetical: dict[str, Any] | None
    supports: tuple[Support, ...]


def records_of(consultation: Consultation, base: EvidenceBase, citations: Citations) -> Records | None:
    """The records of a consultation; None where no patient is in the field: then no clinical fact is given back."""
    if consultation.status == "out_of_scope":
        return None
    numbered = _Numbered(base, citations)
    eligible = [option for option in consultation.options if option.verdict == "eligible"]
    return Records(
        patient=consultation.patient(),
        options=tuple(numbered.option(option, consultation) for option in consultation.options),
        tests=tuple(numbered.test(test) for test in consultation.tests),
        notes=tuple(map(numbered.note, consultation.note_records)),
        read_first=tuple(numbered.note(note) for note in consultation.note_records if note.first),
        assumed=consultation.assumed,
        since_then=tuple(
            LaterApproval(approval.date, approval.what, approval.source, approval.options)
            for approval in consultation.since_then
        ),
        facts=tuple(map(_fact, consultation.reading.considered.facts)),
        contradictions=tuple(map(_contradiction, consultation.contradictions)),
        hypothetical=consultation.hypothetical or None,
        supports=supports((cite for option in eligible for cite in option.evidence), base),
    )


class _Numbered:
    """Options, tests and notes with the numbers of their citations."""

    def __init__(self, base: EvidenceBase, citations: Citations) -> None:
        self._base = base
        self._citations = citations

    def option(self, option: OptionAdvice, consultation: Consultation) -> dict[str, Any]:
        return {
            "id": option.id,
            "name": option.name,
            "verdict": option.verdict,
            "strength": option.strength,
            "available": option.available,
            "reasons": list(option.reasons),
            "missing": list(option.missing),
            "confirm": list(option.confirm),
            "would_change": list(option.would_change),
            "cautions": list(option.cautions),
            "notes": [note.text for note in consultation.note_records if option.id in note.options],
            "approval": option.approval,
            "criteria": [self._criterion(judged) for judged in option.criteria],
            "citations": self._numbers((*option.cite, *caution_cites(option))),
            "evidence": self._numbers(option.evidence),
            "key_figures": [self._citations.marked(statement) for statement in key_evidence(option, self._base)],
        }

    def test(self, test: Test) -> dict[str, Any]:
        return {
            "name": test.name,
            "fields": list(test.fields),
            "opens": list(test.opens),
            "confirms": list(test.confirms),
            "prevalence": test.prevalence,
            "why": test.why,
            "citations": self._numbers(test.cite),
        }

    def note(self, note: Note) -> str:
        """The note as the answer's text has it."""
        return " ".join(map(self._citations.marked, note_statements(note, self._base)))

    def _criterion(self, judged: Judged) -> dict[str, Any]:
        return {
            "text": judged.criterion.text,
            "kind": judged.kind,
            "value": judged.value,
            "because": list(judged.because),
            "policy": judged.criterion.is_policy,
            "citations": self._numbers(judged.criterion.basis),
        }

    def _numbers(self, cites: Iterable[Cite]) -> list[int]:
        return list(dict.fromkeys(self._citations.number(support) for support in supports(cites, self._base)))


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "field": fact.field,
        "value": plain_value(fact.value),
        "text": in_words(fact.field, fact.value),
        **_source(fact.source),
    }


def _contradiction(contradiction: Contradiction) -> dict[str, Any]:
    sides = {"first": contradiction.first, "second": contradiction.second}
    return {
        "field": contradiction.field,
        **{side: {"text": text, **_source(source)} for side, (text, source) in sides.items()},
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "source": source.kind,
        "words": source.words,
        "start": source.start,
        "end": source.end,
        "turn": source.turn,
    }
