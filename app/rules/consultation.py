"""From a patient, as text or as a form, to everything that the rules say. The front door of this room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.errors import UserError
from app.patient.findings import Contradiction
from app.patient.profile import FIELDS, Profile, plain_value
from app.patient.reading import Reading
from app.patient.wording import unknown_in_words
from app.rules.advice import cautions_for, change_in_words, reasons_for
from app.rules.approvals import Approval, since_then
from app.rules.case import Note, listed
from app.rules.catalogue import OPTION_IDS
from app.rules.engine import evaluate
from app.rules.not_recommended import NotRecommended, not_recommended
from app.rules.notes import notes_on
from app.rules.records import Cite, Judged, Outcome, Strength, Verdict
from app.rules.tests_to_order import Test, tests_to_order
from app.rules.whatif import Comparison, compare

Status = Literal["answered", "contradiction", "out_of_scope", "needs_information"]
_NOT_AVAILABLE = "set as not available here"


@dataclass(frozen=True, slots=True)
class OptionAdvice:
    """One option with all that goes with it. `missing` and `confirm` are names of facts; `would_change`, `reasons` and
    `cautions` sentences; `cite` the places of the review that it rests on, `evidence` its table rows.
    """

    id: str
    name: str
    verdict: Outcome
    strength: Strength
    available: bool
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    confirm: tuple[str, ...]
    would_change: tuple[str, ...]
    cautions: tuple[str, ...]
    criteria: tuple[Judged, ...]
    cite: tuple[Cite, ...]
    evidence: tuple[Cite, ...]
    approval: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """All that the rules say of one patient.

    `verdicts` and `options` are empty unless `status` is "answered"; they are about the considered profile, which a
    what-if changes. `hypothetical` maps the changed facts to their values as JSON has them, by public name;
    `comparison` is what they change. `note_records` include what was asked about and is of no use.
    """

    status: Status
    reading: Reading
    verdicts: tuple[Verdict, ...] = ()
    options: tuple[OptionAdvice, ...] = ()
    tests: tuple[Test, ...] = ()
    note_records: tuple[Note, ...] = ()
    not_recommended: tuple[NotRecommended, ...] = ()
    since_then: tuple[Approval, ...] = ()
    hypothetical: dict[str, Any] = field(default_factory=dict)
    comparison: Comparison | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes as text, those to be read first in front."""
        return tuple(note.text for note in self.note_records)

    @property
    def assumed(self) -> tuple[str, ...]:
        """One sentence for every fact that was assumed."""
        return self.reading.assumed

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """The statements that exclude each other."""
        return self.reading.contradictions

    def patient(self) -> dict[str, Any]:
        """The stored profile in its public JSON form; a what-if does not change it."""
        return self.reading.stored.to_dict()


def advise(
    reading: Reading, unavailable: frozenset[str] = frozenset(), approvals: Iterable[Approval] = ()
) -> Consultation:
    """What the rules say of a patient as read. `unavailable` are ids of options that cannot be had here.

    Raises UserError for an id in `unavailable` that is no option.
    """
    _check(unavailable)
    if reading.scope != "patient":
        return Consultation("out_of_scope", Reading(reading.scope, Profile(), Profile()))
    if reading.contradictions:
        return Consultation("contradiction", reading, note_records=tuple(map(_contradicting, reading.contradictions)))
    verdicts = evaluate(reading.considered)
    if not reading.considered:
        return _asking(reading, verdicts)
    return Consultation(
        status="answered",
        reading=reading,
        verdicts=verdicts,
        options=tuple(_option(verdict, reading, unavailable) for verdict in verdicts),
        tests=tests_to_order(reading, verdicts),
        note_records=notes_on(reading, verdicts),
        not_recommended=not_recommended(reading),
        since_then=since_then(approvals, verdicts),
        hypothetical={fact.field: plain_value(fact.value) for fact in reading.hypothetical},
        comparison=compare(evaluate(reading.stored), verdicts) if reading.hypothetical else None,
    )


def consult_profile(
    patient: Mapping[str, object], unavailable: frozenset[str] = frozenset(), approvals: Iterable[Approval] = ()
) -> Consultation:
    """The same for a profile as JSON has it; what it leaves out is unknown.

    Raises UserError with one sentence for a field or value that does not exist.
    """
    from app.patient.form import read_patient

    conclusion = read_patient(patient)
    profile = Profile(conclusion.facts)
    return advise(
        Reading("patient", profile, profile, contradictions=conclusion.contradictions), unavailable, approvals
    )


def consult(
    turns: Sequence[str],
    given: Profile | None = None,
    unavailable: frozenset[str] = frozenset(),
    approvals: Iterable[Approval] = (),
) -> Consultation:
    """The same for the user's messages in order, on top of the facts in `given`."""
    from app.patient.reader import read_turns

    return advise(read_turns(turns, given), unavailable, approvals)


def _check(unavailable: frozenset[str]) -> None:
    if unknown := sorted(unavailable - set(OPTION_IDS)):
        raise UserError(f"unavailable: {unknown[0]!r} is no option; there are {', '.join(OPTION_IDS)}.")


def _contradicting(contradiction: Contradiction) -> Note:
    return Note(f"These statements exclude each other; no verdict until it is settled. {contradiction}.", first=True)


def _asking(reading: Reading, verdicts: tuple[Verdict, ...]) -> Consultation:
    """Nothing is known yet: what decides most is asked for, and no option is listed as if it had been judged."""
    tests = tests_to_order(reading, verdicts)
    markers = listed(FIELDS[test.fields[0]].label for test in tests)
    therapy = f"{unknown_in_words('prior')}, and {unknown_in_words('lines')}"
    note = Note(f"No fact of the patient is known yet. What decides: {therapy}; {markers}.", first=True)
    return Consultation("needs_information", reading, tests=tests, note_records=(note,))


def _option(verdict: Verdict, reading: Reading, unavailable: frozenset[str]) -> OptionAdvice:
    option = verdict.option
    available = option.id not in unavailable
    return OptionAdvice(
        id=option.id,
        name=option.name,
        verdict=verdict.verdict,
        strength=verdict.strength,
        available=available,
        reasons=reasons_for(verdict, reading.considered),
        missing=verdict.missing,
        confirm=verdict.confirm,
        would_change=tuple(map(change_in_words, verdict.would_change)),
        cautions=(*cautions_for(verdict, reading), *(() if available else (_NOT_AVAILABLE,))),
        criteria=verdict.criteria,
        cite=option.cite,
        evidence=option.evidence,
        approval=option.approval,
    )
