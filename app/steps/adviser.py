"""The rules' answer on one patient, from a text or a profile; needs the corpus, but no index and no model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.answer import Answer
from app.errors import UserError
from app.patient.findings import Conclusion
from app.patient.profile import Profile
from app.patient.reader import PatientReader
from app.patient.reading import Reading
from app.rules.approvals import Approval
from app.rules.consultation import Consultation
from app.rules.consultation import advise as consulted
from app.steps.advise import advise
from app.steps.assemble import Asked, Identity, Weighed, assemble
from app.steps.clock import Clock
from app.steps.evidence import EvidenceBase
from app.steps.guard import changes_instructions, check_turns
from app.steps.verify import verify


class Adviser:
    """Weighs patients against the review; made by `app.wiring`. Safe to share between threads: it keeps nothing."""

    def __init__(self, base: EvidenceBase, identity: Identity, approvals: Iterable[Approval] = ()) -> None:
        self.base = base
        self.identity = identity
        self._approvals = tuple(approvals)
        self._unavailable = frozenset(identity.unavailable)
        self._reader = PatientReader(base.lexicon)

    def consult(self, turns: Sequence[str], patient: Conclusion | None = None) -> Consultation:
        """What the rules say of the patient that the turns speak of, on top of the facts in `patient`."""
        if not any(turn.strip() for turn in turns):
            reading = _given(patient or Conclusion((), ()))
        else:
            reading = self._reader.read(turns, Profile(patient.facts) if patient else None)
            reading = _with_open_questions(reading, patient) if patient else reading
        return consulted(reading, self._unavailable, self._approvals)

    def options(self, turns: Sequence[str] = (), patient: Conclusion | None = None) -> Answer:
        """The answer on a patient, as text (the user's messages in order), as a profile, or both.

        Raises UserError where there is neither, or far too much text.
        """
        asked = Asked(tuple(turns), patient)
        if asked.turns:
            check_turns(asked.turns)
        elif patient is None:
            raise UserError("There is no patient: give a text or a profile.")
        clock = Clock("rules", "compose", "verify")
        consultation = clock.time("rules", lambda: self._consult_unless_told_otherwise(asked))
        draft = clock.time("compose", lambda: advise(consultation, self.base))
        verified = clock.time("verify", lambda: verify(draft, self.base))
        return assemble(asked, verified, self.base, self.identity, clock.milliseconds(), Weighed(consultation))

    def _consult_unless_told_otherwise(self, asked: Asked) -> Consultation:
        """A text that gives the assistant other instructions states no patient."""
        if changes_instructions(asked.question):
            return consulted(Reading("no_patient", Profile(), Profile()))
        return self.consult(asked.turns, asked.patient)


def _given(patient: Conclusion) -> Reading:
    profile = Profile(patient.facts)
    return Reading("patient", profile, profile, contradictions=patient.contradictions)


def _with_open_questions(reading: Reading, patient: Conclusion) -> Reading:
    """The reading with those contradictions of the given profile that the text does not settle."""
    if reading.scope == "no_patient":  # the text adds nothing
        return _given(patient)
    if reading.scope != "patient":
        return reading
    still = [item for item in patient.contradictions if reading.stored.value(item.field) is None]
    known = {item.field for item in reading.contradictions}
    return replace(
        reading, contradictions=(*reading.contradictions, *(item for item in still if item.field not in known))
    )
