"""What the rules put out is trusted; whether a sentence says just that, and cites what its figures stand in."""

from __future__ import annotations

import re
from functools import partial

from app.rules.records import POLICY
from app.steps.draft import Support
from app.steps.ledger import Ledger
from app.steps.option_places import strangers

# Figures of evidence, by contrast with those of a patient's history ("2 prior lines").
_OF_EVIDENCE = re.compile(
    r"(?<![\w.])(?P<number>[<>]?\s?\d+(?:\.\d+)?(?:[–-]\d+(?:\.\d+)?)?)"
    r"(?P<unit>\s?%|\s(?:against|to) [\d.]+ months| months\b)"
    r"|(?<![\w.§])(?P<decimal>\d+\.\d+)(?![\w.])"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SECTION = re.compile(r"§(\d+(?:\.\d+)?)")
_TABLE = re.compile(r"\bTable (\d)")
_QUOTED = re.compile(r"“[^”]*”")
_PARTS = re.compile(r"[;:()–—]|[.,](?=\s|$)")
_BEFORE = re.compile(r"(?:^|[.;:,(–—“]\s*)$")
_AFTER = re.compile(r"^\s*(?:$|[.;:,)–—”])")


def ruled_holds(text: str, ruled: str, support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether the sentence says what the rules put out, and the figures of evidence and the places that it names are
    those of what it cites.
    """
    if not ruled_text_holds(text, ruled) and not all(map(partial(_part_holds, ruled=ruled), _PARTS.split(text))):
        return False
    if not support:
        return True
    if strangers(text, ruled, support, ledger.base):
        return False
    return _figures_cited(text, support, ledger) and _places_cited(text, support)


def ruled_text_holds(text: str, ruled: str) -> bool:
    """Whether the words stand together in the rules' output, as a whole or as parts of it between punctuation; what a
    policy is may be said in a word.
    """
    words, whole = _in_short(text), _in_short(ruled)
    if words == whole:
        return True
    start = whole.find(words) if words else -1
    while start >= 0:
        if _BEFORE.search(whole[:start]) and _AFTER.match(whole[start + len(words) :]):
            return True
        start = whole.find(words, start + 1)
    return False


def _part_holds(part: str, ruled: str) -> bool:
    """Whether a part of a sentence is a part of the rules' output."""
    return not part.strip() or ruled_text_holds(part, ruled)


def _in_short(text: str) -> str:
    return text.replace(POLICY, "policy").strip(" .").casefold()


def _figures_cited(text: str, support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether every figure of evidence in the sentence stands in a passage that it cites."""
    cited = {number for place in support for number in ledger.cited(place.passage).numbers}
    said = _QUOTED.sub(" ", text)
    for match in _OF_EVIDENCE.finditer(said):
        if any(number not in cited for number in _NUMBER.findall(match.group())):
            return False
    return True


def _places_cited(text: str, support: tuple[Support, ...]) -> bool:
    """Whether a section or table that the sentence names is among those that it cites."""
    sections = {place.passage.section for place in support}
    tables = {place.passage.table for place in support}
    named = {section.rstrip(".") for section in _SECTION.findall(text)}
    return named <= sections and set(_TABLE.findall(text)) <= tables
