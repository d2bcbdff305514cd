"""The last step: number the citations, collect the slips, and give the answer its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.answer import Answer
from app.patient.findings import Conclusion
from app.rules.consultation import Consultation
from app.steps.citations import Citations
from app.steps.draft import Support
from app.steps.evidence import EvidenceBase
from app.steps.layout import markdown
from app.steps.option_records import Records, records_of
from app.steps.verify import Verified

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Identity:
    """What decides an answer beside the question: fingerprints of corpus, index and rules, version of the program,
    options set as unavailable, what writes it (for a language model with all that it is asked with), and the
    fingerprint of a reranker, where there is one.
    """

    corpus: str
    index: str
    program: str
    rules: str = ""
    unavailable: tuple[str, ...] = ()
    generator: str = EXTRACTIVE
    reranker: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was put to the assistant: the user's messages in order, and a profile where one was given.

    What the first `settled` messages told of the patient stands in the profile.
    """

    turns: tuple[str, ...]
    patient: Conclusion | None = None
    settled: int = 0

    @property
    def question(self) -> str:
        """The last message; empty where only a profile was given."""
        return self.turns[-1] if self.turns else ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules say of the patient of a conversation, and whether its last turn asks for that."""

    consultation: Consultation
    is_asked: bool = True


def assemble(
    asked: Asked,
    verified: Verified,
    base: EvidenceBase,
    identity: Identity,
    timings: dict[str, float],
    patient: Weighed | None = None,
    generator: str = EXTRACTIVE,
) -> Answer:
    """The public answer; with what the rules say of the patient where there is one. `generator` is who wrote it."""
    citations = Citations()
    draft = verified.draft
    text = markdown(draft.blocks, citations)
    told = tuple(citations.supports)
    records = records_of(patient.consultation, base, citations) if patient and draft.status != "out_of_scope" else None
    weighed = records if patient and patient.is_asked else None
    notes = [*(weighed.notes if weighed else ()), *draft.notes]
    notes += _slip_notes((*told, *(weighed.supports if weighed else ())), base)
    answer = Answer(
        question=asked.question,
        status=draft.status,
        answer=text,
        citations=tuple(citations.made),
        notes=tuple(dict.fromkeys(notes)),
        as_of=base.as_of,
        answer_id=answer_id(asked, identity),
        generator=generator,
        verified=True,
        timings_ms=timings,
        about="patient" if patient and patient.is_asked else "review",
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
        read_first=records.read_first,
    )


def _slip_notes(supports: Iterable[Support], base: EvidenceBase) -> list[str]:
    """What is wrong or unclear in the source at the places that are shown."""
    return [
        slip.note for support in supports for slip in base.slips_of(support.passage, support.quote, support.columns)
    ]


def answer_id(asked: Asked, identity: Identity) -> str:
    """The id of the answer to what was asked: sha256 over everything that decides it."""
    facts = [
        list(asked.turns),
        _identified(asked.patient),
        asked.settled,
        identity.corpus,
        identity.index,
        identity.rules,
        identity.program,
        list(identity.unavailable),
        identity.generator,
        *([identity.reranker] if identity.reranker else []),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _identified(patient: Conclusion | None) -> list[list[str]] | None:
    """A given profile by its facts, in whatever order its fields came."""
    if patient is None:
        return None
    facts = sorted(f"{fact.field}={fact.value!r} ({fact.source})" for fact in patient.facts)
    return [facts, sorted(map(str, patient.contradictions))]
