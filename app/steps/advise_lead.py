"""How an answer on a patient begins: what was asked, what comes first, and then what is open, in order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from app.patient.profile import AGENT_NAMES, CHEMO_AGENTS, FIELDS, Fact
from app.patient.wording import in_words
from app.rules.case import SUPPORTIVE, listed
from app.rules.consultation import Consultation, OptionAdvice
from app.rules.whatif import VerdictChange
from app.steps.advise_closed import asked_and_closed, asked_and_waiting
from app.steps.advise_notes import Notes, told
from app.steps.advise_words import brief_name, in_running_text, strength_of
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.option_evidence import CATALOGUE
from app.steps.places import supports
from app.steps.replies import reply


def opening(
    consultation: Consultation, notes: Notes, asked: list[OptionAdvice], base: EvidenceBase
) -> Iterator[Statement]:
    """What comes before the list of what is open: a what-if's result, a plain no, the verdict on an option that is
    asked about, and what is to be read first.
    """
    yield from _what_if(consultation)
    yield from told(notes.refused, base)
    for option in asked:
        yield _asked(option, consultation, base)
    yield from told(notes.first, base, "paragraph" if notes.refused or asked else "run")


def what_is_open(consultation: Consultation, base: EvidenceBase) -> Statement:
    """The eligible options in their order, each with its strength, in one sentence."""
    shown = open_options(consultation)
    active = [option for option in shown if option.id != SUPPORTIVE]
    support = tuple(place for option in shown for place in supports(option.cite[:1], base))
    if not active:
        waiting = any(one.verdict == "needs_information" for one in consultation.options)
        text = reply("only_supportive_yet" if shown and waiting else "only_supportive" if shown else "none_open")
        return Statement(text, support, ruled=text, layout="paragraph")
    named = [f"{brief_name(option)} ({strength_of(option)})" for option in active]
    last = ""
    if len(active) < len(shown):
        if shown[0].id == SUPPORTIVE:
            named.insert(0, brief_name(shown[0]))
        else:
            last = reply("supportive_stays")
    then = reply("then") if consultation.comparison else ""
    text = reply("open_in_order" if len(named) > 1 else "open_one", then=then, options=", ".join(named), last=last)
    return Statement(text, support, ruled=text, layout="paragraph")


def opening_of(text: str) -> str:
    """The part of a patient's answer that stands before the sentence on what is open; empty where nothing does."""
    eligible = reply("open_one", then="", options="", last="").partition(":")[0]
    lists = (eligible, *(reply(name).rstrip(".") for name in ("only_supportive", "only_supportive_yet", "none_open")))
    before = takewhile(lambda paragraph: not paragraph.startswith(lists), text.split("\n\n"))
    return "\n\n".join(before)


def open_options(consultation: Consultation) -> list[OptionAdvice]:
    """The eligible options; without supportive care where standard chemotherapy comes first, since it is then not the
    advice (rules §4).
    """
    eligible = [option for option in consultation.options if option.verdict == "eligible"]
    return [option for option in eligible if option.id != SUPPORTIVE or not _chemotherapy_first(consultation)]


def asked_about(consultation: Consultation) -> list[OptionAdvice]:
    """The options that the text asks about, by their leading drug or themselves, in their order."""
    asked = {name for remark in consultation.reading.remarks.asked for name in remark.names}
    return [option for option in consultation.options if asked & {option.id, *CATALOGUE[option.id].drugs[:1]}]


def _chemotherapy_first(consultation: Consultation) -> bool:
    """Whether a note says that standard chemotherapy comes first."""
    profile = consultation.reading.considered
    untried = any(profile.value(f"prior.{agent}") is False for agent in CHEMO_AGENTS)
    return untried and any(note.first and SUPPORTIVE in note.options for note in consultation.note_records)


def _asked(option: OptionAdvice, consultation: Consultation, base: EvidenceBase) -> Statement:
    if option.verdict == "needs_information":
        return asked_and_waiting(option, consultation, base)
    if option.verdict == "not_eligible":
        return asked_and_closed(option, consultation, base)
    text = reply("asked_open", option=option.name, strength=strength_of(option))
    return Statement(text, supports(option.cite[:1], base), ruled=text)


def _what_if(consultation: Consultation) -> Iterator[Statement]:
    """What a what-if opens and closes, against the patient's own facts."""
    comparison = consultation.comparison
    if comparison is None:
        return
    facts = listed(_supposed(fact) for fact in consultation.reading.hypothetical)
    opened, closed = _names(comparison.opened), _names(comparison.closed)
    text = reply("what_if", facts=facts, opened=opened, closed=closed)
    yield Statement(text, ruled=text)


def _names(changes: tuple[VerdictChange, ...]) -> str:
    return listed(in_running_text(CATALOGUE[change.id].name) for change in changes) or reply("nothing")


def _supposed(fact: Fact) -> str:
    """ "MMR/MSI were dMMR/MSI-H", "irinotecan had been given"."""
    if agent := fact.prior_agent:
        return f"{AGENT_NAMES[agent]} had {'' if fact.value else 'not '}been given"
    label, words = FIELDS[fact.field].label, in_words(fact.field, fact.value)
    if words == f"no {label}":
        return f"{label} were absent"
    return f"{label} were {words.removeprefix(f'{label} ')}"
