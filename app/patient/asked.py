"""Whether a drug is asked about (in a question, with its mark or without), or only what somebody advises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.patient.persons import asks_about_a_person
from app.patient.text import Message, Span
from app.patient.therapy_mentions import Therapy

_QUESTION_START = re.compile(
    r"^\W*(?:is|are|would|should|can|could|does|do|did|may|might|what|which|how|any|has anyone|who|when|where|why|"
    r"please|pls|advise|thoughts|options?|recommend)\b"
)
# A question without its mark: a verb before its subject, or a question word that begins no relative clause.
_UNMARKED = re.compile(
    r"^\W*(?:(?:ok|okay|great|thanks|thank you|and|so|but|hm+|right|well|sorry|hi|hello|also|now|then|just)\W+)*"
    r"(?:(?:what|how|why)(?! (?:he|she|they|we|i|the patient)\b)|which(?= (?:drug|option|line|dose|of)\b)|"
    r"(?:would|should|could|can|is|are|do|does|did|will|was|has)(?= (?:it|he|she|they|there|we|you|i|any|this|that)\b)|"
    r"(?:would|should|could|can|is|are|does|do)(?= (?:§|(?:an?|my|our) (?:patient|pt|lady|man|woman|person)\b|"
    r"patients\b))|any (?:role|place|point|chance|use))(?![a-z])"
)
_IN_CLAUSE = re.compile(r"[:;→(]|(?<!§),")
_ASKING_START = re.compile(r"^\W*(?:plan|next|proposal|consider|options?|question|q|ask)\b(?: \w+){0,3}\W*[:?-]")
# Also the number of the next item: "1) FOLFOX/bev 2) FOLFIRI rechallenge?".
_BREAK = re.compile(r"[,;:]|→|->|\s-\s|\s\(?[1-6][.)]\s")
_BREAK_OR_PD = re.compile(rf"{_BREAK.pattern}|\bpd\b")

_ADVISER = re.compile(r"(?:boss|consultant|reg|senior|attending|prof|tutor|colleague|mdt|gp|some|every|people)")
# More drugs than this in passing are a history, a regimen among them or not.
_HISTORY = 2
# "Is my patient (RAS wt, FOLFOX, FOLFIRI + bev) eligible …?", "Is she, after FOLFOX, FOLFIRI + bev, a candidate …?"
_ASIDE = re.compile(
    r"\b(?:patient|pt|man|woman|lady|gentleman|case|he|she|\d{2} ?[mf])\s*"
    r"(?:\((?P<bracket>[^)?]*)\)|,(?P<commas>[^?]*),(?=\s*(?:still |now |then )?(?:an? |eligible|suitable|candidate|"
    r"appropriate|fit for)))"
)
# "the consultant thought FOLFOX had failed" is told, not advised.
_HAPPENED = re.compile(
    r"(?: ?[/+-] ?\w+){0,2},? (?:had|has|was(?! next)|were|made|did|didn't|wasn't|hadn't|stopped|failed|worked|"
    r"caused|gave|went|"
    r"helped|kept|held|hurt)\b"
)


def is_adviser(cue: str) -> bool:
    """Whether the words of a plan are somebody's: "my boss says …"."""
    return bool(_ADVISER.match(cue))


def tells_what_happened(plain: str, end: int) -> bool:
    """Whether the words behind a drug, from `end`, tell what became of it."""
    return bool(_HAPPENED.match(plain, end))


def is_asked(message: Message, sentence: Span, therapy: Therapy, therapies: Sequence[Therapy]) -> bool:
    """Whether the sentence, or the end of it that the drug stands in, is a question; `therapies`: all named."""
    words = message.words(sentence).rstrip()
    if asks_about_a_person(message, sentence, therapy.start) or _is_aside(message, sentence, therapy, therapies):
        return False
    if not words.endswith("?"):
        return bool(_ASKING_START.match(words)) or _is_unmarked_question(message, sentence, therapy, therapies)
    return bool(_QUESTION_START.match(words)) or not _BREAK_OR_PD.search(message.plain, therapy.end, sentence.end)


def start_of_question(message: Message, sentence: Span, therapy: Therapy) -> int:
    """Where the question begins that the drug stands in: with the sentence, or behind its last break."""
    if _QUESTION_START.match(message.words(sentence)):
        return sentence.start
    breaks = list(_BREAK.finditer(message.plain, sentence.start, therapy.start))
    return breaks[-1].end() if breaks else sentence.start


def _is_aside(message: Message, sentence: Span, therapy: Therapy, therapies: Sequence[Therapy]) -> bool:
    """Whether the drug stands in what a question says of the person in passing: a history, if a regimen or several
    drugs are in it.
    """
    for found in _ASIDE.finditer(message.plain, sentence.start, sentence.end):
        start, end = found.span(found.lastgroup or 0)
        if start <= therapy.start < end:
            there = [other for other in therapies if start <= other.start < end and other.agents]
            return any(other.backbone for other in there) or len(there) > _HISTORY
    return False


def _is_unmarked_question(message: Message, sentence: Span, therapy: Therapy, therapies: Sequence[Therapy]) -> bool:
    """ "would fruquintinib be possible", "what are the side effects of panitumumab": drugs, and no history."""
    if therapy.backbone:
        return False
    bare = message.plain[sentence.start : therapy.end]
    for other in therapies:
        if sentence.start <= other.start <= therapy.start:
            bare = bare.replace(message.plain[other.start : other.end], "§")
    found = _UNMARKED.match(bare)
    return found is not None and not _IN_CLAUSE.search(bare[found.end() :])
