"""Whether what a sentence says of the line of therapy and of the patients' RAS status is what the row prints."""

from __future__ import annotations

import re

from app.steps.evidence import RowFacts
from app.steps.ledger import Ledger
from app.steps.quoted import words_of
from app.steps.table_reading import Reading
from index.verbalise import line_in_words

_PARTS = re.compile(r", | and (?=\d|\w+ in )")
_BESIDE = re.compile(r" (?:with|in) ")


def line_holds(reading: Reading) -> bool:
    """Whether the words behind "line of therapy" are those of the cell."""
    if not _is_on(reading, "line"):
        return True
    said = words_of(reading.text.rpartition("line of therapy")[2])
    return bool(reading.rows) and all(
        said == words_of(line_in_words(facts.row.printed("line") or "")) for facts in reading.rows
    )


def ras_holds(reading: Reading, ledger: Ledger) -> bool:
    """Whether each arm that is named has the status that the sentence gives it."""
    if not _is_on(reading, "ras"):
        return True
    said = reading.text.partition("RAS status")[2].strip(" .").removeprefix("was ")
    return bool(reading.rows) and all(_is_status(said, facts, ledger) for facts in reading.rows)


def _is_on(reading: Reading, endpoint: str) -> bool:
    return any(part.text == endpoint for part in reading.of("endpoint"))


def _is_status(said: str, facts: RowFacts, ledger: Ledger) -> bool:
    printed = [arm.printed("ras") or "" for arm in facts.row.arms]
    if len(set(printed)) == 1 and said == printed[0]:
        return True
    pairs = [_BESIDE.split(part, maxsplit=1) for part in _PARTS.split(said)]
    if not all(len(pair) > 1 for pair in pairs):
        return False
    names = ledger.arm_names(facts)
    for status, arm in pairs:
        meant = frozenset.intersection(*(names.get(name, frozenset()) for name in arm.casefold().split(" in ")))
        if {printed[number] for number in meant} != {status}:
            return False
    return True
