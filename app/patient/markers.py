"""What a message says of the tumour's markers, sentence by sentence, and whether of tissue or of a liquid biopsy."""

from __future__ import annotations

import re
from dataclasses import replace

from app.patient.marker_failures import without_failed
from app.patient.marker_grammar import Grammar
from app.patient.marker_symbols import SUBJECTS, Said, merged
from app.patient.marker_words import Item, items_of
from app.patient.text import Message, Span

_LINK_TO_PLASMA = re.compile(
    r"(?:\b(?:on|in|by|via|per|at|from|with|"
    r"using)\s+(?:(?:the|a|an|latest|recent|new|repeat|current|his|her|post-?\w+|follow-?up)\s+){0,3}|\(\s*)$"
)
# What is acquired under treatment is seen in blood.
_ACQUIRED = re.compile(r"\bacquired\b|\bemerg(?:ed|ent|ing|ence)\b")


_NO_RESULT_YET = re.compile(
    r"(?:n't|\bnot|\bnever) (?:yet |come )?(?:back|in|here|available|arrived|reported|out)\b|\bnothing back\b|"
    r"\b(?:still )?(?:waiting|awaited|awaiting|pending|outstanding)\b|\btakes? (?:\w+ )?(?:weeks|days)\b"
)


def markers_in(message: Message, sentence: Span, plasma_before: bool = False) -> tuple[list[Said], bool]:
    """All that the sentence says of markers, and whether it speaks of a liquid biopsy without giving its result yet.

    `plasma_before`: the sentence before spoke of one, and this one goes on about it.
    """
    items = merged(items_of(message.plain, sentence))
    if not any(item.symbol in SUBJECTS for item in items):
        return [], any(item.symbol == "c" for item in items) and not _NO_RESULT_YET.search(message.words(sentence))
    said = without_failed(message, sentence, list(Grammar(message, sentence, items).parse()))
    placed = [replace(one, plasma=_of_plasma(one, items, message, sentence, plasma_before)) for one in said]
    waiting = any(item.symbol == "c" for item in items) and not any(one.plasma for one in placed)
    return placed, waiting


def _of_plasma(said: Said, items: list[Item], message: Message, sentence: Span, before: bool) -> bool:
    """Whether the statement is of a liquid biopsy: one named before it in the sentence, or right behind it."""
    samples = [item.symbol for item in items if item.start < said.end and item.symbol in "ct"]
    if not samples and any(item.symbol == "t" for item in items) and not any(item.symbol == "c" for item in items):
        return False  # "ctDNA is not back. RAS wt on tissue."
    if samples[-1] == "c" if samples else before:
        return True
    if _is_before_plasma(said, items, message, sentence):
        return True
    if any(item.symbol == "t" for item in items):
        return False
    clause = message.clause_at(said.start)
    return bool(_ACQUIRED.search(message.plain[max(sentence.start, clause.start - 12) : said.end]))


def _is_before_plasma(said: Said, items: list[Item], message: Message, sentence: Span) -> bool:
    """ "RAS wild-type on liquid biopsy": the next liquid biopsy, with no other marker and no boundary between."""
    plasma = next((item for item in items if item.symbol == "c" and said.end <= item.start), None)
    if plasma is None:
        return False
    between = (item.symbol for item in items if said.end <= item.start < plasma.start)
    if any(symbol == ";" or symbol in SUBJECTS for symbol in between):
        return False
    return bool(_LINK_TO_PLASMA.search(message.plain[sentence.start : plasma.start]))
