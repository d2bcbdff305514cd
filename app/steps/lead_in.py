"""How a message begins before it comes to its question: who is writing ("CNS in GI onc:") and what for ("for my
patient's consent form: …"). A subject named there is not what is asked about.
"""

from __future__ import annotations

import re

_SENDER = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear \w+|good (?:morning|afternoon|evening))\W+)?[^.:?!\n]{0,60}?"
    r"(?:\b(?:here|speaking|calling|writing)\b|\b(?:in|from) (?:the )?(?:\w+ )?(?:onc\w*|surgery|research|clinic|ward|"
    r"department|pharmacy|team|unit)\b)\s*(?:[:;,.–—]|\s-\s)",
    re.I,
)
_I_AM = re.compile(r"\b(?:I am|I'm|I’m|we are|speaking as|as) an? [^.,;:?!\n]{0,60}[.,;:–—]", re.I)
_PURPOSE = re.compile(
    r"\bfor (?:my|our|a|an|the|his|her|their)(?: \w+['’]s?)? (?:[\w-]+ ){0,2}(?:forms?|leaflet|talk|slides?|file|"
    r"chart|letter|poster|newsletter|lecture|website|presentation|protocol|handout|brochure|teaching|journal club)\b"
    r"(?=\s*[:,–—])",
    re.I,
)


def lead_ins(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the text that introduce the writer or the purpose; none where nothing would be left to ask."""
    found = [match.span() for pattern in (_SENDER, _I_AM, _PURPOSE) for match in pattern.finditer(text)]
    return tuple((start, end) for start, end in found if len(text[end:].split()) > 2)
