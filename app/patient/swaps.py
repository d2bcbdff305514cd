"""A drug exchanged for another before either was begun: "they swapped the bev for cetuximab before cycle 1"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.patient.text import Message
from app.patient.therapy_mentions import Therapy

_SWAPPED = re.compile(
    r"\b(?:swapp?(?:ed|ing)?|switch(?:ed|ing)?|exchang(?:ed|ing)|chang(?:ed|ing)|replac(?:ed|ing)|substitut(?:ed|ing)|"
    r"traded)(?: out)? (?:from )?(?:the |his |her |that |this )?$"
)
_FOR = re.compile(r" (?:was |were |got )?(?:out )?(?:for|to|with|by|against) (?:the )?")
# "the bev was swapped for cetuximab"
_WAS_SWAPPED = re.compile(
    r" (?:was |were |got |had been )(?:then |later )?(?:swapped|switched|exchanged|changed|replaced|"
    r"substituted)(?: out)? "
    r"(?:for|to|with|by) (?:the )?"
)
_BEFORE_ANY = re.compile(
    r"^[^.;]{0,30}?\b(?:before|prior to|ahead of)\b[^.;]{0,24}?\b(?:first|1st|cycle|c1|cycle 1|single|any|a dose|"
    r"start\w*|"
    r"beg[aiu]n\w*|day 1|infusion|chemo)\b"
)
# "the RAS came back mutated before cycle 1, so the cetuximab was swapped for …"
_CAME_BEFORE_ANY = re.compile(
    r"\b(?:before|prior to|ahead of)\b[^.;,]{0,16}?\b(?:first|1st|cycle (?:1|one)|c1|single|start\w*|beg[aiu]n\w*|"
    r"day 1)\b"
    r"[^.;]{0,40}$"
)


def with_swaps(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies; what was swapped out before the first dose was not given, and what it stood beside was."""
    placed = list(therapies)
    for number in range(len(placed) - 1):
        out, came = placed[number : number + 2]
        sentence = message.sentence_at(out.start)
        between = message.plain[out.end : came.start]
        swapped = _WAS_SWAPPED.fullmatch(between) or (
            _FOR.fullmatch(between) and _SWAPPED.search(message.plain, sentence.start, out.start)
        )
        before = message.plain[sentence.start : out.start]
        if not swapped or not (
            _BEFORE_ANY.match(message.plain[came.end : sentence.end]) or _CAME_BEFORE_ANY.search(before)
        ):
            continue
        placed[number + 1] = replace(came, status="given")
        for place, other in enumerate(placed[: number + 1]):
            if other.ids == out.ids and other.agents:
                placed[place] = replace(other, status="not_given")
            elif other.status in ("planned", "not_given") and sentence.holds(other.start, other.end):
                placed[place] = replace(other, status="given")
    return placed
