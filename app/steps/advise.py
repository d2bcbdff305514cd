"""From what the rules say of one patient to a draft: what is open, what is to be found out, what is closed and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.patient.profile import AGENT_NAMES, CHEMO_AGENTS, FIELDS, Fact
from app.patient.wording import in_words, unknown_in_words
from app.rules.case import SUPPORTIVE, Note, listed
from app.rules.catalogue import OPTIONS
from app.rules.consultation import Consultation, OptionAdvice
from app.rules.records import Cite
from app.rules.tests_to_order import Test
from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.option_evidence import key_evidence
from app.steps.places import supports
from app.steps.replies import reply
from index.sentences import split_sentences

STRENGTHS = {
    "standard": "standard",
    "recommended": "recommended",
    "trial_preferred": "preferably in a trial",
    "option": "option",
}
# The cautions of so many options are said in the answer; those of the others stand beside them.
_MOST_CAUTIONS = 2
_OPTIONS = {option.id: option for option in OPTIONS}


def advise(consultation: Consultation, base: EvidenceBase) -> Draft:
    """The draft answer on a patient. Every sentence tells what the rules put out, or a figure of the row it cites."""
    if consultation.status == "out_of_scope":
        return Draft("out_of_scope", tuple(_elsewhere(consultation)))
    if consultation.status == "contradiction":
        told = [part for note in consultation.note_records for part in note_statements(note, base)]
        return Draft("contradiction", (*told, Statement(reply("which_is_right"), own=True)))
    if consultation.status == "needs_information":
        told = [part for note in consultation.note_records for part in note_statements(note, base)]
        return Draft("needs_information", (*told, *(_test(test, base) for test in consultation.tests)))
    return Draft("answered", tuple(dict.fromkeys(_answered(consultation, base))))


def note_statements(note: Note, base: EvidenceBase) -> tuple[Statement, ...]:
    """The sentences of a note, each with the places that the note stands on."""
    support = supports(note.cite, base)
    return tuple(Statement(note.text[start:end], support, ruled=note.text) for start, end in split_sentences(note.text))


def caution_cites(option: OptionAdvice) -> tuple[Cite, ...]:
    """Where the review says what an option's cautions say."""
    return tuple(caution.cite for caution in _OPTIONS[option.id].cautions)


def _elsewhere(consultation: Consultation) -> Iterator[Statement]:
    yield Statement(reply(consultation.reading.scope), own=True)
    yield Statement(reply("out_of_scope"), own=True)


def _answered(consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    refused = {finding.text for finding in consultation.not_recommended}
    notes = consultation.note_records
    yield from _notes((note for note in notes if note.first), base)
    yield from _what_if(consultation)
    yield from _notes((note for note in notes if note.text in refused), base)
    yield from _notes((note for note in notes if note.options[:1] == (SUPPORTIVE,)), base)
    asked = _asked_about(consultation)
    yield from _options(asked, consultation, base)
    yield from _options([option for option in consultation.options if option not in asked], consultation, base)
    for test in consultation.tests:
        yield _test(test, base)
    yield from _cautions(consultation, base)
    yield from _assumed(consultation)
    yield from _notes((note for note in notes if not note.first and note.text not in refused), base)


def _notes(notes: Iterable[Note], base: EvidenceBase) -> Iterator[Statement]:
    for note in notes:
        yield from note_statements(note, base)


def _what_if(consultation: Consultation) -> Iterator[Statement]:
    """What a what-if opens and closes, against the patient's own facts."""
    comparison = consultation.comparison
    if comparison is None:
        return
    facts = listed(_supposed(fact) for fact in consultation.reading.hypothetical)
    opened = listed(_OPTIONS[change.id].name for change in comparison.opened) or reply("nothing")
    closed = listed(_OPTIONS[change.id].name for change in comparison.closed) or reply("nothing")
    text = reply("what_if", facts=facts, opened=opened, closed=closed)
    yield Statement(text, ruled=f"{facts}; {opened}; {closed}")


def _supposed(fact: Fact) -> str:
    """ "MMR/MSI were dMMR/MSI-H", "irinotecan had been given"."""
    if agent := fact.prior_agent:
        return f"{AGENT_NAMES[agent]} had {'' if fact.value else 'not '}been given"
    return f"{FIELDS[fact.field].label} were {in_words(fact.field, fact.value)}"


def _asked_about(consultation: Consultation) -> list[OptionAdvice]:
    """The options whose leading drug the text asks about, in their order."""
    asked = {name for remark in consultation.reading.remarks.asked for name in remark.names}
    return [option for option in consultation.options if asked & {*_OPTIONS[option.id].drugs[:1]}]


def _options(options: Iterable[OptionAdvice], consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    for option in options:
        match option.verdict:
            case "eligible":
                if option.id != SUPPORTIVE or not _chemotherapy_first(consultation):
                    yield from _eligible(option, base)
            case "needs_information":
                yield _waiting(option, base)
            case "not_eligible":
                yield _closed(option, base)


def _chemotherapy_first(consultation: Consultation) -> bool:
    """Whether a note says that standard chemotherapy comes first: supportive care is then not the advice (rules §4)."""
    profile = consultation.reading.considered
    untried = any(profile.value(f"prior.{agent}") is False for agent in CHEMO_AGENTS)
    return untried and any(note.first and SUPPORTIVE in note.options for note in consultation.note_records)


def _eligible(option: OptionAdvice, base: EvidenceBase) -> Iterator[Statement]:
    text = reply("option_eligible", option=option.name, strength=STRENGTHS[option.strength])
    if not option.available:
        text = f"{text}, {reply('not_available')}"
    if option.confirm:
        text = f"{text}; {reply('to_confirm', facts=listed(map(unknown_in_words, option.confirm)))}"
    yield Statement(f"{text}.", supports(option.cite, base), ruled=text)
    yield from key_evidence(option, base)


def _waiting(option: OptionAdvice, base: EvidenceBase) -> Statement:
    facts = listed(map(unknown_in_words, option.missing))
    text = reply("option_needs", option=option.name, facts=facts)
    return Statement(text, _open_basis(option, base) or supports(option.cite, base), ruled=f"{option.name}; {facts}")


def _closed(option: OptionAdvice, base: EvidenceBase) -> Statement:
    reasons = "; ".join(reason.removeprefix("no: ") for reason in (*option.reasons, *option.would_change))
    text = reply("option_closed", option=option.name, reasons=reasons)
    failing = [judged for judged in option.criteria if judged.value is (judged.kind == "exclusion")]
    cites = [cite for judged in failing for cite in judged.criterion.basis]
    return Statement(text, supports(cites, base), ruled=f"{option.name}; {reasons}")


def _open_basis(option: OptionAdvice, base: EvidenceBase) -> tuple[Support, ...]:
    """What the criteria stand on that wait for a fact."""
    waiting = [judged for judged in option.criteria if judged.kind == "required" and judged.value is None]
    return supports((cite for judged in waiting for cite in judged.criterion.basis), base)


def _test(test: Test, base: EvidenceBase) -> Statement:
    opens = listed(_OPTIONS[name].name for name in test.opens)
    closes = listed(_OPTIONS[name].name for name in test.confirms)
    parts = [reply("could_open", options=opens)] if opens else []
    parts += [reply("could_close", options=closes)] if closes else []
    parts += [test.prevalence] if test.prevalence else []
    text = reply("test", name=test.name, why="; ".join([*parts, test.why]))
    return Statement(text, supports(test.cite, base), ruled=text)


def _cautions(consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    careful = [option for option in consultation.options if option.verdict == "eligible" and option.cautions]
    for option in careful[:_MOST_CAUTIONS]:
        cautions = "; ".join(option.cautions)
        text = reply("cautions", option=option.name, cautions=cautions)
        yield Statement(text, supports(caution_cites(option), base), ruled=f"{option.name}; {cautions}")


def _assumed(consultation: Consultation) -> Iterator[Statement]:
    """One sentence for all agents that are assumed on the same ground."""
    grounds: dict[str, list[str]] = {}
    for fact in consultation.reading.considered.facts:
        if fact.source.kind == "assumed" and fact.prior_agent:
            grounds.setdefault(fact.source.words, []).append(AGENT_NAMES[fact.prior_agent])
    for words, agents in grounds.items():
        text = reply("assumed", agents=listed(agents), words=words)
        yield Statement(text, ruled=text)
