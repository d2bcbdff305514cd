"""Which passages the rules declare as the ground of an option: a verdict on it may cite those and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from app.rules.catalogue import OPTIONS
from app.rules.records import Cite, Option
from app.steps.draft import Support
from app.steps.evidence import EvidenceBase
from app.steps.places import support_of

_NUMBER = re.compile(r"^\d+\. ")
# Sentences that name several options, each with its verdict.
_LISTS = re.compile(r"^(?:eligible\b|for .{1,40}, the option\b)", re.I)
# How options are called in a list besides by the beginning of their name.
_ALSO = {"anti_egfr": "anti-egfr antibody", "anti_egfr_rechallenge": "anti-egfr rechallenge"}


def strangers(text: str, ruled: str, support: tuple[Support, ...], base: EvidenceBase) -> list[Support]:
    """Those of the places that no option declares on which the sentence gives a verdict, and that the sentence does not
    name ("8–12% (Table 1)"); none where it gives no verdict.
    """
    options = _judged(text) or _judged(ruled.partition(";")[0])
    if not options:
        return []
    allowed = frozenset[str]().union(*(_declared(base)[option] for option in options))
    return [place for place in support if place.passage.id not in allowed and not _is_named(place, text)]


def _is_named(place: Support, text: str) -> bool:
    passage = place.passage
    named = f"Table {passage.table}" if passage.table else f"§{passage.section}"
    return re.search(rf"{re.escape(named)}(?![\d.]*\d)", text) is not None


def _judged(text: str) -> list[str]:
    """The options that the sentence begins with, or all that a list names."""
    said = _NUMBER.sub("", text).casefold()
    if _LISTS.match(said):
        return [option.id for option in OPTIONS if _name(option) in said]
    head = re.split(r"[:(]", said)[0]
    parts = [part.strip() for part in head.split(";")]
    found = [option.id for part in parts for option in OPTIONS if part in (_name(option), _full_name(option))]
    return found if len(found) >= len(parts) else []


def _name(option: Option) -> str:
    return _ALSO.get(option.id) or _full_name(option)


def _full_name(option: Option) -> str:
    return option.name.partition(" (")[0].casefold()


@lru_cache(maxsize=4)
def _declared(base: EvidenceBase) -> dict[str, frozenset[str]]:
    """Option → ids of the passages of all places that it declares."""
    return {
        option.id: frozenset(place.passage.id for cite in _cites(option) if (place := support_of(cite, base)))
        for option in OPTIONS
    }


def _cites(option: Option) -> Iterator[Cite]:
    yield from option.cite
    yield from option.evidence
    for criterion in (*option.required, *option.exclusions):
        yield from criterion.basis
    for caution in option.cautions:
        yield caution.cite
