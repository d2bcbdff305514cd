"""How a message begins before it comes to its question: who is writing ("CNS in GI onc:") and what for ("for my
patient's consent form: …"). A subject named there is not what is asked about.
"""

from __future__ import annotations

import re

from index.lexicon import Mention

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
# "our pharmacist objects to expensive drugs and asks why …"
_REPORTED = re.compile(
    r"[^.?!\n]*?\b(?:asks|asked|ask|wonders?|wondered|wants? to know|(?:would|should) like to know|is asking|"
    r"are asking)"
    r"(?: (?:me|us|you))? (?=(?:why|how|what|which|whether|if|when|where)\b)",
    re.I,
)
# A statement before a question: "We have to think of the budget. Which …?"
_STATEMENT = re.compile(
    r"(?:^|(?<=[.!\n]))\s*(?!(?:what|which|why|how|who|when|where)\b)"
    r"(?![^.?!\n]*\b(?:ask|asks|asked|asking|wonder\w*|know)\b)[^.?!\n]*[.!\n](?=[^?]*\?)",
    re.I,
)
_REPORTS = re.compile(r"\b(?:ask(?:s|ed|ing)?|wonder(?:s|ed)?|to know)\b", re.I)
_SEVERAL = re.compile(r"[.!\n][^?]*\?")
# "Did that cost anything in outcome?" asks for no price.
_COST_OF_ANOTHER_KIND = re.compile(
    r"\bcosts?\b(?: (?:us|him|her|them|it|patients))? (?:anything|nothing|something|any|efficacy|survival|outcomes?|"
    r"benefit|response|time)\b|\bat (?:the|a) cost of\b|\bcomes? at a cost\b",
    re.I,
)
_PREMISE = re.compile(r"^\W*(?:given|considering|knowing|assuming|seeing)\b(?: that)?[^,?]{8,},", re.I)


def lead_ins(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the text that introduce the writer or the purpose; none where nothing would be left to ask."""
    patterns = [_SENDER, _I_AM, _PURPOSE]
    # These look at every sentence from every letter on, and most questions are one sentence.
    patterns += [_REPORTED] if _REPORTS.search(text) else []
    patterns += [_STATEMENT] if _SEVERAL.search(text) else []
    found = [match.span() for pattern in patterns for match in pattern.finditer(text)]
    other = [match.span() for match in _COST_OF_ANOTHER_KIND.finditer(text)]
    return (*((start, end) for start, end in found if len(text[end:].split()) > 2), *other)


def without_premise(text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Without the trials of a clause that only leads on to others: "given that X is …, what did Y show?"."""
    premise = _PREMISE.match(text)
    of_trials = [one for one in mentions if one.kind == "trial"]
    if not premise or not any(one.start >= premise.end() for one in of_trials):
        return mentions
    return tuple(one for one in mentions if one.kind != "trial" or one.start >= premise.end())
