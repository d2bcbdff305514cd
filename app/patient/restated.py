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
    r"(?:the |his |her )?$|\bonly (?:ever )?(?:got|had|received|given|took) (?:the |his |her )?$"
)
_CONTRADICTS = re.compile(
    r"\b(?:but|however|although|though|no\b|not|never|wrong|mistake|mix-?up|confirm\w*|phoned|rang)\b"
)
_EITHER = re.compile(r"\beither (?:the |an? )?$")
_OR = re.compile(r"\s*,?\s*or (?:the )?")
_ARM_NEXT = re.compile(r"[ -](?:containing )?(?:arm|group|side)\b")


def restated(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies: a regimen told wrongly is none of his, its partners were not given, which of two is uncertain."""
    therapies = [_named_again(therapy, therapies) for therapy in therapies]
    corrected = dict(_partners_put_right(message, therapies))
    wrong = {*(number for numbers in corrected.values() for number in numbers), *_other_arms(message, therapies)}
    open_ = set(_undecided(message, therapies)) - wrong
    return [
        replace(therapy, status="elsewhere")
        if number in corrected
        else replace(therapy, status="not_given")
        if number in wrong
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
            if therapies[first].ids == again.ids and _CONTRADICTS.search(between):
                kept = {name for number in partners for name in therapies[number].ids}
                wrong = [
                    number
                    for number in _partners(message, therapies, first)
                    if number < later and not kept.intersection(therapies[number].ids)
                ]
                if wrong:
                    yield first, wrong


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
