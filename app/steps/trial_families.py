"""Trials that are named by their last part alone: "Heracles A vs B", "FRESCO-1 and -2", "DESTINY-CRC01 or 02"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.lexicon import Lexicon, Mention

_NAME = re.compile(r"^(?P<stem>[A-Za-z]{5,}?)(?:[- ]?(?P<number>(?:CRC)?0?\d)|[- ](?P<letter>[A-Z]))$")
_NEXT = re.compile(
    r"\s*(?:vs\.?|versus|v\.?|or|and|&|/|,|\+|against|compared (?:with|to))\s*[-–]?(?P<last>\w{1,5})\b(?![-.]\w)"
)


def of_the_same_family(text: str, mentions: tuple[Mention, ...], lexicon: Lexicon) -> Iterator[Mention]:
    """The trial that a bare last part stands for, right behind a trial of the same family."""
    for mention in mentions:
        if mention.kind != "trial":
            continue
        following = _NEXT.match(text, mention.end)
        if following is None or any(one.start < following.end("last") <= one.end for one in mentions):
            continue
        if following["last"] == "a":
            continue  # the article
        if other := _family(mention.id, lexicon).get(_bare(following["last"])):
            yield Mention(other, "trial", *following.span("last"), spelled=True)


def _family(trial: str, lexicon: Lexicon) -> dict[str, str]:
    """Last part of the name → trial, for the others with the same stem; a name without such a part is the first."""
    stem, _ = _parted(lexicon.entries[trial].name)
    names = {entry.id: _parted(entry.name) for entry in lexicon.entries.values() if entry.kind == "trial"}
    return {last: one for one, (stem_of_one, last) in names.items() if one != trial and stem_of_one == stem}


def _parted(name: str) -> tuple[str, str]:
    name = name.removesuffix(" trial")
    found = _NAME.match(name)
    return (found["stem"].casefold(), _bare(found["number"] or found["letter"])) if found else (name.casefold(), "1")


def _bare(last: str) -> str:
    """ "2" for "CRC02" and "02", "b" for "B"."""
    return last.casefold().removeprefix("crc").lstrip("0")
