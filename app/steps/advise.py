"""From what the rules say of one patient to a draft: what is open, what is to be found out, what is closed and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.rules.case import listed
from app.rules.consultation import Consultation
from app.rules.tests_to_order import Test
from app.steps.advise_closed import closed, tests, waiting
from app.steps.advise_lead import asked_about, open_options, opening, what_is_open
from app.steps.advise_notes import Notes, assumed, caution_cites, note_statements, policy_once, told
from app.steps.advise_options import open_in_detail
from app.steps.draft import Draft, Statement
from app.steps.evidence import EvidenceBase
from app.steps.option_evidence import CATALOGUE
from app.steps.places import supports
from app.steps.replies import reply

__all__ = ["advise", "caution_cites", "note_statements"]


def advise(consultation: Consultation, base: EvidenceBase) -> Draft:
    """The draft answer on a patient. Every sentence tells what the rules put out, or a figure of the row it cites."""
    if consultation.status == "out_of_scope":
        return Draft("out_of_scope", tuple(_elsewhere(consultation)))
    if consultation.status == "answered":
        return Draft("answered", tuple(policy_once(dict.fromkeys(_answered(consultation, base)))))
    notes = [part for note in consultation.note_records for part in note_statements(note, base)]
    if consultation.status == "contradiction":
        return Draft("contradiction", (*notes, Statement(reply("which_is_right"), own=True)))
    return Draft("needs_information", (*notes, *(_test(test, base) for test in consultation.tests)))


def _elsewhere(consultation: Consultation) -> Iterator[Statement]:
    yield Statement(reply(consultation.reading.scope), own=True)
    if consultation.reading.scope != "several_patients":  # what is asked for then stands by itself
        yield Statement(reply("out_of_scope"), own=True)


def _answered(consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    """What was asked and what is open, the open options one by one, the others, and what goes with all of them."""
    notes = Notes(consultation)
    asked = asked_about(consultation)
    yield from opening(consultation, notes, asked, base)
    yield what_is_open(consultation, base)
    yield from told(notes.on_open, base)
    yield from open_in_detail(open_options(consultation), consultation, notes, base)
    others = [option for option in consultation.options if option not in asked]
    yield from waiting((one for one in others if one.verdict == "needs_information"), consultation, base)
    yield from closed((one for one in others if one.verdict == "not_eligible"), consultation, base)
    yield from tests(consultation, base)
    yield from told(notes.last, base, "paragraph")
    yield from assumed(consultation)
    if consultation.since_then:
        yield Statement(reply("later_apart"), own=True)


def _test(test: Test, base: EvidenceBase) -> Statement:
    """A test with all that goes with it, where nothing else is known."""
    opens = listed(CATALOGUE[name].name for name in test.opens)
    closes = listed(CATALOGUE[name].name for name in test.confirms)
    parts = [reply("could_open", options=opens)] if opens else []
    parts += [reply("could_close", options=closes)] if closes else []
    parts += [test.prevalence] if test.prevalence else []
    text = reply("test", name=test.name, why="; ".join([*parts, test.why]))
    return replace(Statement(text, supports(test.cite, base), ruled=text), layout="item")
