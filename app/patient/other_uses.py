"""Drugs of this disease that were given for another one: fluorouracil on the skin, bevacizumab in the eye."""

from __future__ import annotations

import re

from app.patient.text import Message
from app.patient.therapy_mentions import Therapy

_ELSEWHERE = re.compile(
    r"\b(?:topical\w*|cream|ointment|lotion|efudi[xc]|actinic|keratos[ei]s|intravitreal|intra-?ocular|macular|"
    r"eye injections?|retin\w+|glaucoma|rheumatoid|psoria\w+|crohn'?s?|ulcerative colitis)\b"
)
# Right beside the drug, or further on: "Efudix (5-fluorouracil) cream", "that was injected in his eye".
_TOPICAL = re.compile(
    r"\b(?:topical\w*|cream|ointment|lotion|efudi[xc]|(?:injected|injections?|given|jabs?|shots?) (?:\w+ )?(?:in|into|"
    r"for) (?:\w+ )?eyes?)\b"
)


def is_for_another_disease(message: Message, therapy: Therapy, until: int) -> bool:
    """Whether the drug's clause, or the words up to `until` (where the next drug stands), tell of such a use."""
    sentence = message.sentence_at(therapy.start)
    end = min(max(until, therapy.end + 10), sentence.end)
    beside = message.plain[max(sentence.start, therapy.start - 10) : end]
    return bool(_ELSEWHERE.search(message.words(message.clause_at(therapy.start))) or _TOPICAL.search(beside))
