"""Whether a drug was one arm of a trial that nobody has unblinded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.patient.text import Message
from app.patient.therapy_mentions import Therapy
from app.patient.therapy_words import PLACEBO, UNBLINDED

_CROSSES = re.compile(r"→|;|->|\bthen\b|, (?:then|followed|[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?\b)")
_PIECE_ENDS = re.compile(r"[,;.]")
# "in a blinded trial after FOLFOX-bev": what came before the trial is known.
_BEFORE_TRIAL = re.compile(r"\b(?:after|following|post|since)\b[^,;.]*$")

_TRIAL = re.compile(r"\b(?:trial|study|placebo|randomi[sz]ed|blind\w*)\b")
_HAD_PLACEBO = re.compile(
    r"\b(?:he|she|they|patient|pt) (?:(?!or\b|not\b|never\b|if\b|whether\b|maybe\b|may\b|might\b|either\b)\w+ ){1,6}"
    r"placebo\b(?! (?:or|vs|versus|and)\b)(?! ?-?(?:controlled))|"
    r"\b(?:unblinded|code (?:was |is )?broken|allocated|assigned)\b[^.;]{0,16}\bplacebo(?: arm| group)?\b(?! (?:or|"
    r"vs|and)\b)"
)


def had_placebo(message: Message, therapy: Therapy, others: Sequence[Therapy]) -> bool:
    """ "the code was broken: she was on placebo": said of a trial's drug, in its sentence or the next, with no other
    drug between.
    """
    sentence = message.sentence_at(therapy.start)
    if therapy.backbone or not _TRIAL.search(message.words(sentence)):
        return False
    found = _HAD_PLACEBO.search(message.plain, therapy.end, message.sentence_at(sentence.end + 1).end)
    return found is not None and not any(therapy.end <= other.start < found.end() for other in others)


def is_blinded(message: Message, therapy: Therapy) -> bool:
    """Whether nobody knows if the patient had this drug of a blinded trial."""
    sentence, clause = message.sentence_at(therapy.start), message.clause_at(therapy.start)
    plain = message.plain
    if therapy.backbone or UNBLINDED.search(message.words(sentence)):
        return False
    before = _BEFORE_TRIAL.search(plain, sentence.start, therapy.start)
    behind = _PIECE_ENDS.split(plain[therapy.end : sentence.end])[0]
    if before and not PLACEBO.search(before.group() + " " + behind):
        return False
    around = plain[max(sentence.start, therapy.start - 60) : min(sentence.end, therapy.end + 60)]
    near = PLACEBO.search(around) and not _CROSSES.search(around)
    return bool(PLACEBO.search(message.words(clause)) or near)
