"""Therapies told twice in a message, the second time for certain: the wrong one of two, the arm of a trial."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.patient.text import Message
from app.patient.therapy_mentions import Therapy

_JOINED = re.compile(r"\s*(?:[+/&-]|plus|with(?: (?:the|his|her))?|and|together with)\s*")
# Right before the regimen named again: it was this, and not what was said before.
_IT_WAS = re.compile(
    r"\b(?:it|that|this|what (?:he|she) (?:actually |really )?(?:had|got)) was (?:actually |in fact |really |only |"
    r"just )*"
    r"(?:the |his |her )?$|\b(?:in the event|in the end|in reality)\b[^.;]{0,24}\b(?:got|had|received|"
    r"given) (?:only |just )*$|\b(?:first|second|third|1st|2nd|3rd)[- ]line was (?:only |just |actually )*$|"
    r"\b(?:charts?|records?|notes?|pharmac\w+|unit|letters?|summary|drug cards?|files?|sheets?|they) (?:only |just |"
    r"clearly |actually |all )*(?:shows?|says?|lists?|confirms?|ha(?:s|ve)|record\w*|documents?)(?: that)?(?: (?:he|"
    r"she)"
    r"(?: only| just)? (?:had|got|received))?(?: it was)? (?:only |just )?(?:the )?$|\bonly (?:ever )?(?:got|had|"
    r"received|given|took) (?:the |his |her )?$"
)
_CONTRADICTS = re.compile(
    r"\b(?:in the event|in the end|in reality|but|however|although|though|no\b|not|never|wrong|mistake|mix-?up|"
    r"confirm\w*|phoned|rang)\b"
)
_FOUND_OUT = re.compile(
    r"\b(?:turns? out|turned out|actually|in fact|in truth|rang|phoned|called|checked|confirm\w*|correction|sorry|"
    r"or rather|"
    r"wrong|"
    r"mistake\w*|in reality|transpire\w*|no wait)\b"
)
_ONLY = re.compile(r"\b(?:only|never|not|just|merely)\b|n't\b")
_EITHER = re.compile(r"\beither (?:the |an? )?$")
_OR = re.compile(r"\s*,?\s*or (?:the )?")
_ARM_NEXT = re.compile(r"[ -](?:containing )?(?:arm|group|side)\b")


def restated(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies: a regimen told wrongly is none of his, its partners were not given, which of two is uncertain."""
    therapies = [_named_again(therapy, therapies) for therapy in therapies]
    corrected = dict(_partners_put_right(message, therapies))
    wrong = {
        *_only_meant(message, therapies),
        *(number for numbers in corrected.values() for number in numbers),
        *_other_arms(message, therapies),
    }
    open_ = set(_undecided(message, therapies)) - wrong
    return [
        replace(therapy, status="not_given")
        if number in wrong
        else replace(therapy, status="elsewhere")
        if number in corrected
        else replace(therapy, status="unsure")
        if number in open_
        else therapy
        for number, therapy in enumerate(therapies)
    ]


def _named_again(therapy: Therapy, all_named: Sequence[Therapy]) -> Therapy:
    """The therapy; given, where a vague word ("apparently the pani never worked") is of one known to be given."""
    if therapy.status != "unsure" or therapy.blinded or therapy.uncertain:
        return therapy
    known = any(
        other.status == "given" and other.start < therapy.start and set(therapy.ids) <= set(other.ids)
        for other in all_named
    )
    return replace(therapy, status="given") if known else therapy


def _partners_put_right(message: Message, therapies: Sequence[Therapy]) -> Iterator[tuple[int, list[int]]]:
    """ "the list says FOLFOX + cetuximab, but it was FOLFOX + bevacizumab": the place of the regimen told wrongly, and
    its partners that were not given.
    """
    for later, again in enumerate(therapies):
        if not again.backbone or not _IT_WAS.search(message.plain, message.sentence_at(again.start).start, again.start):
            continue
        partners = _partners(message, therapies, later)
        for first in range(later):
            between = message.plain[therapies[first].end : again.start]
            told = set(therapies[first].ids)
            if set(again.ids) < told and _CONTRADICTS.search(between):  # "FOLFIRI-cetuximab" is one name
                if told - set(again.ids) - {name for number in partners for name in therapies[number].ids}:
                    yield first, [first]
                continue
            if therapies[first].ids == again.ids and _CONTRADICTS.search(between):
                kept = {name for number in partners for name in therapies[number].ids}
                wrong = [
                    number
                    for number in _partners(message, therapies, first)
                    if number < later and not kept.intersection(therapies[number].ids)
                ]
                if wrong:
                    yield first, wrong


def _only_meant(message: Message, therapies: Sequence[Therapy]) -> Iterator[int]:
    """ "FOLFOX, bev, cetuximab. I rang them and cetuximab was only discussed": the places where it looked given."""
    for later, again in enumerate(therapies):
        if again.status not in ("planned", "not_given", "asked") or not again.agents:
            continue
        sentence = message.sentence_at(again.start)
        if not _FOUND_OUT.search(message.plain, sentence.start, again.start) or not _ONLY.search(
            message.words(sentence)
        ):
            continue
        yield from (n for n in range(later) if therapies[n].ids == again.ids and therapies[n].status == "given")


def _partners(message: Message, therapies: Sequence[Therapy], number: int) -> list[int]:
    """The places of the drugs joined to a regimen, on either side of it."""
    found = []
    for step in (1, -1):
        at = number
        while 0 <= at + step < len(therapies) and not therapies[at + step].backbone:
            left, right = sorted((at, at + step))
            if not _JOINED.fullmatch(message.plain, therapies[left].end, therapies[right].start):
                break
            at += step
            found.append(at)
    return found


def _alternatives(message: Message, therapies: Sequence[Therapy]) -> Iterator[tuple[int, int]]:
    """The places of "either X or Y"."""
    for number in range(len(therapies) - 1):
        one, other = therapies[number : number + 2]
        if _OR.fullmatch(message.plain, one.end, other.start) and _EITHER.search(message.plain[: one.start][-16:]):
            yield number, number + 1


def _other_arms(message: Message, therapies: Sequence[Therapy]) -> Iterator[int]:
    """ "either bev or cetuximab … he got the bev arm": the other one was not given."""
    for one, other in _alternatives(message, therapies):
        for therapy in therapies[other + 1 :]:
            if therapy.status == "given" and _ARM_NEXT.match(message.plain, therapy.end):
                yield from (number for number in (one, other) if therapies[number].ids != therapy.ids)


def _undecided(message: Message, therapies: Sequence[Therapy]) -> Iterator[int]:
    """ "had either bevacizumab or cetuximab": which, is not known, unless one of them is named elsewhere."""
    for pair in _alternatives(message, therapies):
        ids = {therapies[number].ids for number in pair}
        if not any(each.ids in ids for number, each in enumerate(therapies) if number not in pair):
            yield from (number for number in pair if therapies[number].status == "given")
