"""All that is said beside the verdicts of one case, in the order in which it is to be read (rules §2, §3, §4)."""

from __future__ import annotations

from collections.abc import Iterator

from app.patient.reading import Reading
from app.patient.wording import in_words
from app.rules.advice import FITNESS
from app.rules.case import SUPPORTIVE, Case, Note, is_active, listed
from app.rules.marker_notes import marker_notes
from app.rules.not_recommended import not_recommended
from app.rules.records import Cite, Verdict
from app.rules.therapy_notes import therapy_notes


def notes_on(reading: Reading, verdicts: tuple[Verdict, ...]) -> tuple[Note, ...]:
    """Every note that applies, those to be read first in front; what is of no use and was asked about is among them."""
    case = Case(reading, verdicts)
    notes = [
        *_what_if(case),
        *therapy_notes(case),
        *_fitness(case),
        *marker_notes(case),
        *(Note(finding.text, finding.cite) for finding in not_recommended(reading)),
        *_always(case),
    ]
    return tuple(sorted(dict.fromkeys(notes), key=lambda note: not note.first))


def _what_if(case: Case) -> Iterator[Note]:
    """A what-if is labelled as such, with the facts that it changes."""
    if case.reading.hypothetical:
        facts = listed(in_words(fact.field, fact.value) for fact in case.reading.hypothetical)
        yield Note(
            f"What if: these are the verdicts with {facts}; the patient's own facts stay as they were.", first=True
        )


def _fitness(case: Case) -> Iterator[Note]:
    if case.value("fit") is False:
        active = tuple(verdict.id for verdict in case.verdicts if is_active(verdict.option))
        yield Note(
            f"Best supportive care is named first: {FITNESS}.",
            (Cite("10-p2", ("fit patient",)),),
            (SUPPORTIVE, *active),
        )


def _always(case: Case) -> Iterator[Note]:
    """What is said to every patient (rules §3), and what is never judged."""
    yield Note(
        "Inclusion in a prospective trial where possible (§10).",
        (Cite("10-p4", ("prospective trials",)),),
    )
    yield Note(
        "The most important thing is that the patient is offered all available drugs (§11).",
        (Cite("11-p1", ("all available drugs",)),),
    )
    dated = tuple(
        verdict.id for verdict in case.verdicts if verdict.option.approval and verdict.verdict != "not_eligible"
    )
    if dated:
        yield Note(
            "Availability by country is not judged; approval dates are given as the review has them.",
            options=dated,
        )
