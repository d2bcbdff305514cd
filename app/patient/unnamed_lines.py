"""Lines of therapy whose drugs the text does not name: "3L elsewhere, content unknown", a trial drug without a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.patient.courses import LABEL, label_number
from app.patient.scopes import Scope
from app.patient.text import Message, Span
from app.patient.therapy_words import UNKNOWN_LINE

_PARTS = re.compile(r"[,;.→\n|]|->")
_DOUBT = re.compile(r"(?:possibl\w+|perhaps|maybe|probably|may have had|\?)\s*(?:an? )?$")
_TRIAL_DRUG = re.compile(
    r"\b(?:(?:phase (?:1|2|3|i{1,3}|ib|iia?|1b)(?:/\w+)? (?:\w+ )?(?:trial|study|drug|agent|compound)|"
    r"(?:clinical )?trial (?:drug|agent|compound|medication)|study (?:drug|agent|medication)|experimental (?:drug|"
    r"agent|compound|therapy)|investigational (?:drug|agent|compound|product|therapy)|(?:treated|received|"
    r"took part|participat\w+|enrolled) (?:\w+ ){0,3}in a (?:clinical |phase \w+ )?(?:trial|study)))\b"
)
_NOT_TRIAL = re.compile(
    r"\b(?:no|not|consider\w*|candidate|screen\w*|eligible|plan\w*|available|open|refer\w*|ineligible|any|"
    r"for)\s+(?:\w+\s+){0,3}$"
)


def is_outside(start: int, end: int, scopes: Sequence[Scope]) -> bool:
    return any(scope.span.touches(start, end) for scope in scopes)


def is_attached(message: Message, start: int, end: int, found: re.Match[str]) -> bool:
    """Whether a drug stands in, or right before, words on an unknown line, which are then about that drug."""
    if found.start() <= start < found.end():
        return True
    between = message.plain[end : found.start()]
    return 0 <= found.start() - end < 12 and not _PARTS.search(between)


def unknown_lines(message: Message, named: Sequence[Span]) -> Iterator[re.Match[str]]:
    """The words on lines of unknown content; those about one of the drugs `named` are none."""
    start = 0
    while found := UNKNOWN_LINE.search(message.plain, start):
        attached = any(is_attached(message, span.start, span.end, found) for span in named)
        if not attached:
            yield found
        # "1st line, 2nd line unknown": what begins with a drug's own line may end with an unknown one.
        start = found.start() + 1 if attached else found.end()


def unknown_line(message: Message, scopes: Sequence[Scope], named: Sequence[Span]) -> tuple[int, bool]:
    """The number of a line named without its drugs ("3L elsewhere, content unknown"), and whether there was one is
    uncertain ("possibly a third line").
    """
    for found in unknown_lines(message, named):
        label = LABEL.match(message.plain, found.start())
        if label and not is_outside(found.start(), found.end(), scopes):
            doubt = _DOUBT.search(message.plain[: label.start()])
            return (0, True) if doubt else (label_number(label), False)
    return 0, False


def unnamed_trial(message: Message, courses: Sequence[Span], scopes: Sequence[Scope]) -> bool:
    for found in _TRIAL_DRUG.finditer(message.plain):
        sentence = message.sentence_at(found.start())
        before = message.plain[sentence.start : found.start()]
        if (
            is_outside(found.start(), found.end(), scopes)
            or _NOT_TRIAL.search(before)
            or message.words(sentence).rstrip().endswith("?")
        ):
            continue
        clause = message.clause_at(found.start())
        bracket = message.plain[clause.start - 1 : clause.start] == "("
        reach = Span(clause.start - 60, clause.end) if bracket else clause
        if not any(reach.touches(course.start, course.end) for course in courses):
            return True
    return False
