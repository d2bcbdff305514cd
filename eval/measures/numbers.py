"""Whether every number of an answer stands in what the answer rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from eval.measures.correctness import without_marks
from eval.measures.measure import Measure, Score, good
from eval.replies import Given, Reply
from eval.sets import Item

_NUMBER = re.compile(r"\d+(?:[.,·]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
# Where something stands, and what is called by a number: neither is a figure.
_PLACES = re.compile(
    r"(?:§+|\b(?:sections?|tables?|paragraphs?|references?|refs?\.?))\s*\d+(?:\.\d+)?"
    r"(?:\s*(?:,|and|to|[–-])\s*\d+(?:\.\d+)?(?![\d.%]))*"
    r"(?:, (?:van )?[^\W\d][\w'’-]+ (?:19|20)\d\d\b)?"
    r"|\((?:van )?\w[\w.'’-]*(?: et al\.?,?)? (?:19|20)\d\d\)"
    r"|^\s*\d+[.)](?=\s)",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = re.compile(
    r"\b(?=[\w‑-]*[A-Z])[A-Za-z][A-Za-z]*[-‑]?\d+[\w‑-]*(?!\.?\d)|\b[A-Z]{2,}\.\d+|\b5-?FU\b|\b[Pp]hase [1-4]\b"
)
_UNIT = r"(?:\s*(?:%|(?:percentage )?points?|months?|patients?))?"
_DIFFERENCE = re.compile(
    rf"(?P<a>\d+(?:\.\d+)?){_UNIT}\s*[−–-]\s*(?P<b>\d+(?:\.\d+)?){_UNIT}\s*=\s*(?P<c>\d+(?:\.\d+)?)"
)
# A count of trials is that of the rows that the answer cites.
_COUNT = re.compile(r"(?P<count>\d+) (?:trials?|entry|entries)\b")
_SUM = re.compile(r"(?P<parts>\d+(?:\.\d+)?(?:\s*\+\s*\d+(?:\.\d+)?)+)\s*=\s*(?P<sum>\d+(?:\.\d+)?)")


def figures_in(text: str) -> set[Decimal]:
    """The numbers of a text; marks, places and names that hold digits are none."""
    return set(_numbers(_NAMES.sub(" ", _PLACES.sub(" ", without_marks(text)))))


def unsupported(given: Given, turns: tuple[str, ...]) -> list[str]:
    """The numbers of the answer that stand neither in a cited passage, nor in the rules' records, nor in what was
    asked; the result of a printed difference or sum of supported numbers may stand where it is right, and a count of
    trials where as many table rows are cited.
    """
    cited = [part for one in given.citations for part in (one.text, one.quote, one.row or "")]
    known = {number for text in (*cited, given.records, given.as_of, *turns) for number in _numbers(text)}
    known |= set(_computed(without_marks(given.answer), known))
    rows = len({(one.table, one.row) for one in given.citations if one.row})
    known |= {Decimal(rows) for found in _COUNT.finditer(given.answer) if int(found["count"]) == rows}
    return [f"{number:f}" for number in sorted(figures_in(given.answer) - known)]


def _numbers(text: str) -> Iterator[Decimal]:
    for found in _NUMBER.findall(text):
        if _THOUSANDS.fullmatch(found):
            yield Decimal(found.replace(",", ""))
        elif re.fullmatch(r"\d+(?:[.,·]\d+)?", found):
            yield Decimal(re.sub("[,·]", ".", found))
        else:  # a list without spaces ("1,2,3"), a date ("02.08.2023")
            yield from map(Decimal, re.findall(r"\d+", found))


def _computed(text: str, known: set[Decimal]) -> Iterator[Decimal]:
    for found in _DIFFERENCE.finditer(text):
        first, second, result = (Decimal(found[name]) for name in "abc")
        if {first, second} <= known and first - second == result:
            yield result
    for found in _SUM.finditer(text):
        parts = [Decimal(part) for part in found["parts"].split("+")]
        if set(parts) <= known and sum(parts) == Decimal(found["sum"]):
            yield Decimal(found["sum"])


def _score(item: Item, reply: Reply) -> Score:
    numbers = unsupported(reply.given, item.turns)
    return good(not numbers, f"in nothing cited: {', '.join(numbers)}")


NUMBERS = Measure(
    "numbers_supported",
    "No unsupported number",
    "every number of the answer stands in a cited passage, in the rules' records or in what was asked",
    lambda item: True,
    _score,
)
