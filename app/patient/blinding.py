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

_HAD_PLACEBO = re.compile(
    r"\b(?:he|she|they|patient|pt) (?:was |were |had |has |got |received |had been |was found to be )"
    r"(?:only |actually |in fact |really |been )*(?:(?:on|in|given|getting|receiving|taking|randomi[sz]ed to|"
    r"assigned to) )?"
    r"(?:the |just )*placebo\b(?! (?:or|vs|versus|and)\b)(?! ?-?(?:controlled))"
)


def had_placebo(message: Message, therapy: Therapy) -> bool:
    """ "the code was broken: she was on placebo": said in the sentence of the blinded drug or in the next one."""
    end = message.sentence_at(message.sentence_at(therapy.start).end + 1).end
    return bool(_HAD_PLACEBO.search(message.plain, therapy.end, end))


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
