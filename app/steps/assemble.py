"""The last step: number the citations, collect the slips, and give the answer its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.answer import Answer, Citation
from app.patient.findings import Conclusion
from app.rules.consultation import Consultation
from app.steps.draft import Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.option_records import Records, records_of
from app.steps.verify import Verified

GENERATOR = "extractive"


@dataclass(frozen=True, slots=True)
class Identity:
    """What decides an answer beside the question: fingerprints of corpus, index and rules, version of the program,
    options set as unavailable.
    """

    corpus: str
    index: str
    program: str
    rules: str = ""
    unavailable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was put to the assistant: the user's messages in order, and a profile where one was given."""

    turns: tuple[str, ...]
    patient: Conclusion | None = None

    @property
    def question(self) -> str:
        """The last message; empty where only a profile was given."""
        return self.turns[-1] if self.turns else ""


def assemble(
    asked: Asked,
    verified: Verified,
    base: EvidenceBase,
    identity: Identity,
    timings: dict[str, float],
    consultation: Consultation | None = None,
) -> Answer:
    """The public answer; with what the rules say of the patient where there is one."""
    citations = _Citations()
    draft = verified.draft
    sentences = [_numbered(statement, citations) for statement in draft.statements]
    told = tuple(citations.supports)
    out_of_scope = consultation is None or draft.status == "out_of_scope"
    records = None if out_of_scope or consultation is None else records_of(consultation, base, citations.number)
    notes = [*_patient_notes(records, citations), *draft.notes]
    notes += _slip_notes((*told, *(records.supports if records else ())), base)
    answer = Answer(
        question=asked.question,
        status=draft.status,
        answer=" ".join(sentences),
        citations=tuple(citations.made),
        notes=tuple(dict.fromkeys(notes)),
        as_of=base.as_of,
        answer_id=_answer_id(asked, identity),
        generator=GENERATOR,
        verified=True,
        timings_ms=timings,
    )
    return _with_patient(answer, records) if records else answer


def _with_patient(answer: Answer, records: Records) -> Answer:
    return replace(
        answer,
        patient=records.patient,
        assumed=records.assumed,
        options=records.options,
        tests=records.tests,
        since_then=records.since_then,
        facts=records.facts,
        contradictions=records.contradictions,
        hypothetical=records.hypothetical,
    )


def _patient_notes(records: Records | None, citations: _Citations) -> list[str]:
    """The notes on a patient, with the same marks as in the answer's text."""
    if records is None:
        return []
    return [" ".join(_numbered(statement, citations) for statement in note) for note in records.notes]


def _slip_notes(supports: Iterable[Support], base: EvidenceBase) -> list[str]:
    """What is wrong or unclear in the source at the places that are shown."""
    return [
        slip.note for support in supports for slip in base.slips_of(support.passage, support.quote, support.columns)
    ]


class _Citations:
    """Gives each passage and span its number, in the order in which the sentences use them."""

    def __init__(self) -> None:
        self.made: list[Citation] = []
        self.supports: list[Support] = []
        self._numbers: dict[tuple[str, int, int], int] = {}

    def number(self, support: Support) -> int:
        key = (support.passage.id, support.start, support.end)
        self.supports.append(support)
        if key not in self._numbers:
            self._numbers[key] = len(self.made) + 1
            self.made.append(_citation(self._numbers[key], support))
        return self._numbers[key]


def _citation(number: int, support: Support) -> Citation:
    passage = support.passage
    own = next((part.references for part in passage.sentences if part.start == support.start), ())
    references = own or (passage.references if passage.kind == "row" else ())
    return Citation(
        n=number,
        document=passage.document,
        title=passage.title,
        section=passage.section,
        table=passage.table,
        row=passage.row,
        reference=", ".join(references) or None,
        locator=passage.locator,
        text=passage.text,
        quote=support.quote,
        score=round(support.score, 4),
        url=passage.url,
        passage=passage.id,
    )


def _numbered(statement: Statement, citations: _Citations) -> str:
    if not statement.support:
        return statement.text
    marks = "".join(f"[{number}]" for number in dict.fromkeys(citations.number(part) for part in statement.support))
    text = statement.text.rstrip()
    end = text[-1] if text[-1:] in ".!?" else ""
    return f"{text.removesuffix(end)} {marks}{end or '.'}"


def _answer_id(asked: Asked, identity: Identity) -> str:
    facts = [
        list(asked.turns),
        _identified(asked.patient),
        identity.corpus,
        identity.index,
        identity.rules,
        identity.program,
        list(identity.unavailable),
        GENERATOR,
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _identified(patient: Conclusion | None) -> list[list[str]] | None:
    """A given profile by its facts, in whatever order its fields came."""
    if patient is None:
        return None
    facts = sorted(f"{fact.field}={fact.value!r} ({fact.source})" for fact in patient.facts)
    return [facts, sorted(map(str, patient.contradictions))]
