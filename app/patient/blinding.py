"""Whether a drug was one arm of a trial that nobody has unblinded."""

from __future__ import annotations

import re

from app.patient.text import Message
from app.patient.therapy_mentions import Therapy
from app.patient.therapy_words import PLACEBO, UNBLINDED

_CROSSES = re.compile(r"→|;|->|\bthen\b|, (?:then|followed)")
_PIECE_ENDS = re.compile(r"[,;.]")
# "in a blinded trial after FOLFOX-bev": what came before the trial is known.
_BEFORE_TRIAL = re.compile(r"\b(?:after|following|post|since)\b[^,;.]*$")


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
