"""Drugs that were got ready, or named as a course, of which the message then tells that no dose was taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.patient.text import Message
from app.patient.therapy_mentions import Therapy

_SUPPLY = r"(?:box(?:es)?|packs?|packets?|packages?|parcels?|bottles?|blisters?|cartons?|vials?)"
_UNITS = r"(?:tablets?|pills?|capsules?|tabs?|caps)"
_DOSE = rf"(?:{_UNITS}|doses?|infusions?|drops?|milligrams?|mg)"
_TAKEN = (
    r"(?:taken|took|take|swallow\w*|given|gave|give|received?|infused|administered|had|have|start\w*|begun|"
    r"began|open\w*)"
)
_UNTOUCHED = r"(?:unopened|sealed|untouched|unused|uncollected|undispensed|unredeemed|unfilled|intact)"
# Said of the supply, of doses, or of the drug as a whole; what is said of supply or doses is of something swallowed.
_TAKEN_BACK = re.compile(
    rf"(?P<supply>\b(?:{_SUPPLY}|{_UNITS}|supply|medication|medicine|script|prescription|it|they)\b[^.;]{{0,60}}\b"
    rf"(?:{_UNTOUCHED}|(?:never |not (?:yet )?(?:been )?)(?:opened|collected|picked up|filled|redeemed|dispensed))|"
    rf"\b(?:n't|not|never|yet to) (?:even |yet |ever )*(?:open(?:ed)?|collect(?:ed)?|pick(?:ed)? up|fill(?:ed)?) "
    rf"(?:the|a|any|her|his|their|it|them)\b|"
    rf"\b(?:threw|thrown|chucked|flushed|tossed|binned|tore up|torn up|shredded|got rid of|"
    rf"disposed of)\b[^.;,]{{0,20}}\b"
    rf"(?:{_SUPPLY}|{_UNITS}|it|them|supply|lot)\b)|"
    rf"(?P<dose>\b(?:not|never|n't|without)\b[^.;,]{{0,28}}\b(?:one|an?|any) (?:single )?{_DOSE}\b|"
    rf"\b(?:no|zero|0|not one|nil) (?:single )?{_DOSE} (?:of it |of them )?(?:(?:was|were|has been|had been|"
    rf"have been) )?"
    rf"(?:ever |actually )?{_TAKEN}\b)|"
    rf"(?P<none>\b(?:nothing|none of (?:it|them|this|that)) (?:(?:was|were|has been|had been) )?(?:ever |"
    rf"actually )*{_TAKEN}\b|"
    rf"\b(?:not|never) (?:yet |been |actually |in fact )*commenced\b|"
    rf"\b(?:was|were|had been|has been|got)? ?(?:only|merely|just) (?:ever )?(?:prescribed|dispensed|ordered|"
    rf"requested|authori[sz]ed|booked)\b|"
    rf"\b(?:sent|shipped|given|handed|went) back\b(?= (?:unopened|unused|to (?:the )?(?:pharmacy|company|supplier|"
    rf"manufacturer))|[.,;]|$))"
)
# A dose was taken: courses, cycles, effects, ends.
_WAS_TAKEN = re.compile(
    r"\bx ?\d|\b(?:\d+|one|two|three|four|five|six|several|some|a few|first|second|last) (?:\w+ )?(?:cycles?|months?|"
    r"weeks?|doses?|courses?|infusions?)\b(?! ago)|\b(?:progress\w*|pd|respon\w+|sd|pr|tolerat\w+|toxic\w*|rash|"
    r"stopp\w+|"
    r"reduc\w+|hand[- ]foot|neutrop\w*|until|refractory|resistan\w+|failed|failure)\b"
)
_SWALLOWED = frozenset("ftd_tpi regorafenib fruquintinib kras_g12c_inhibitor braf_inhibitor trk_inhibitor".split()) | {
    "fluoropyrimidine"
}
# How many letters behind the drug such words may stand.
_FAR = 220


def without_taken_back(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies, those given of which no dose was taken as not given; what was only perhaps meant is uncertain."""
    told = dict(_taken_back(message, therapies))
    return [
        replace(therapy, status="not_given" if told[number] else "unsure") if number in told else therapy
        for number, therapy in enumerate(therapies)
    ]


def _taken_back(message: Message, therapies: Sequence[Therapy]) -> Iterator[tuple[int, bool]]:
    """The places of the therapies that are taken back, each with whether the words name them."""
    for found in _TAKEN_BACK.finditer(message.plain):
        meant = _meant(message, found, therapies)
        if meant is None:
            continue
        sentence = message.sentence_at(found.start())
        named = sentence.holds(therapies[meant].start, therapies[meant].end)
        alone = sum(therapy.status == "given" and _may_be(found, therapy) for therapy in therapies) == 1
        same = therapies[meant].agents
        for number, therapy in enumerate(therapies):
            if (
                therapy.status == "given"
                and therapy.agents == same
                and not _was_taken(message, therapies, number, found)
            ):
                yield number, named or alone or found.start() - therapies[meant].end < 90


def _meant(message: Message, found: re.Match[str], therapies: Sequence[Therapy]) -> int | None:
    """The drug that the words are about: the last one named before them that they can be about."""
    before = [
        number
        for number, therapy in enumerate(therapies)
        if therapy.end <= found.start() and found.start() - therapy.end < _FAR and therapy.agents
    ]
    for number in reversed(before):
        therapy = therapies[number]
        if not _may_be(found, therapy):
            continue
        return number if not (therapy.backbone and found.start() - therapy.end > 60) else None
    return None


def _may_be(found: re.Match[str], therapy: Therapy) -> bool:
    """Boxes and tablets are of what is swallowed, and of one drug."""
    return not found["supply"] or (not therapy.backbone and bool(therapy.agents & _SWALLOWED))


def _was_taken(message: Message, therapies: Sequence[Therapy], number: int, found: re.Match[str]) -> bool:
    """Whether words behind the drug, up to the next one or to those that take it back, tell of doses taken."""
    therapy = therapies[number]
    nexts = [other.start for other in therapies if other.start >= therapy.end]
    until = min([*nexts, message.sentence_at(therapy.start).end])
    if therapy.end <= found.start():
        until = min(until, found.start())
    return bool(_WAS_TAKEN.search(message.plain[therapy.end : until]))
