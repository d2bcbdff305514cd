"""A drug of which the words right behind it say that another person had it."""

from __future__ import annotations

import re

from app.patient.scopes import RELATIVES

# "was his brother's", "was given to another patient", "sorry, that was the man in the next bed".
_ANOTHERS = re.compile(
    r"\W{0,2}(?:therapy |treatment )?(?:was|were|is|had been|has been) (?:actually |really |only |in fact )*"
    r"(?:(?:given|meant|used|prescribed|intended) )?(?:(?:to|for|of) )?(?:(?:his|her|their|the|an?|my) (?:\w+ )?(?:"
    rf"{RELATIVES})\b|(?:the |an? )?(?:other|another|different|next|previous|last|wrong) (?:patient|pt|man|woman|"
    r"lady|gentleman|person|case)|some(?:one|body) else)|"
    r"[^.;:]{0,24}\b(?:sorry|mistake|correction|no)\b[^.;]{0,24}\b(?:that|it) was (?:the|another|a different) (?:\w+ )?"
    r"(?:man|woman|patient|pt|lady|gentleman|case|person)\b"
)


def is_of_another(plain: str, end: int) -> bool:
    """Whether the words from `end` on, where the drug's name ends, give it to somebody else."""
    return bool(_ANOTHERS.match(plain, end))
