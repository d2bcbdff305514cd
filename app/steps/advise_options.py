"""The open options of a patient, one numbered paragraph each: why, what the evidence is, what to beware of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.patient.wording import unknown_in_words
from app.rules.advice import contained
from app.rules.case import SUPPORTIVE, called, listed
from app.rules.catalogue import CHEMO
from app.rules.consultation import Consultation, OptionAdvice
from app.steps.advise_notes import Notes, caution_cites, told
from app.steps.advise_words import why_open, with_strength
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.option_evidence import CATALOGUE, evidence_in_brief
from app.steps.places import supports
from app.steps.replies import reply

_ADVERSE_EVENTS = re.compile(r" (?:is the main|are the most common) adverse events?$")


def open_in_detail(
    options: Iterable[OptionAdvice], consultation: Consultation, notes: Notes, base: EvidenceBase
) -> Iterator[Statement]:
    """The sentences on each open option, supportive care told only where nothing else is or it stands first."""
    listed_options = list(options)
    if listed_options and listed_options[-1].id == SUPPORTIVE and len(listed_options) > 1:
        listed_options.pop()
    chemo_told = False
    for number, option in enumerate(listed_options, start=1):
        yield _head(number, option, consultation, chemo_told, base)
        yield from evidence_in_brief(option, base)
        yield from told(notes.of_option(option), base)
        yield from _caution(option, consultation, base)
        chemo_told |= any(judged.criterion is CHEMO for judged in option.criteria)


def _head(
    number: int, option: OptionAdvice, consultation: Consultation, chemo_told: bool, base: EvidenceBase
) -> Statement:
    why = why_open(option, consultation.reading.considered, chemo_told)
    parts = [why] if why else []
    if option.confirm:
        parts.append(reply("to_confirm", facts=listed(map(unknown_in_words, option.confirm))))
    head = f"{number}. {with_strength(option)}"
    text = f"{head}: {'; '.join(parts)}." if parts else f"{head}."
    return Statement(text, supports(option.cite, base), ruled=text, layout="paragraph")


def _caution(option: OptionAdvice, consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    """The review's cautions, and what the text says is contraindicated and the option contains."""
    verdict = next(verdict for verdict in consultation.verdicts if verdict.id == option.id)
    remarks = consultation.reading.remarks.contraindicated
    barred = [called(remark) for remark in remarks if contained(remark, verdict)]
    if barred:
        text = reply("contraindicated", drugs=listed(barred))
        yield Statement(text, ruled=text)
    if cautions := "; ".join(_in_brief(caution.text) for caution in CATALOGUE[option.id].cautions):
        text = reply("cautions", cautions=cautions)
        yield Statement(text, supports(caution_cites(option), base), ruled=f"{option.name}; {text}")


def _in_brief(caution: str) -> str:
    """A caution says by itself that an adverse event is meant."""
    return _ADVERSE_EVENTS.sub("", caution)
