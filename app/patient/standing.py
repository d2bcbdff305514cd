"""Whether a text speaks of a patient at all, and whether of metastatic disease."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.patient.findings import Finding
from app.patient.history import Told
from app.patient.text import Message

_PERSON = re.compile(
    r"\b(?:my|our|this|the|a|another|new|index|your) (?:[a-z0-9-]+ ){0,4}?(?:patient|pt|lady|gentleman|woman|man|male|female|case)\b|\b(?:patient|pt|pat)\b(?!s)|\b(?:he|she|him|his|her|mr|mrs|ms)\b|\bs/p\b|\b(?:ecog|ps ?[0-4]|kps)\b|\bprogress(?:ed|ing|ion)\b|\b(?:post|after|following|failed|received|had|prior|previous|pretreated|refractory|hx|history)\b|\d\s?(?:yo|y/o|years?[ -]old|f\b|m\b)|→|->|\b[1-5]l\b"
)
_GENERAL = re.compile(
    r"^\W*(?:what|which|how|why|when|where|is|are|does|do|did|was|were|can|could|should|would|tell me|explain|compare|list|give me|show|define|summari[sz]e|describe)\b"
)
_TOLD_TO = re.compile(r"^\W*(?:tell me|explain|compare|list|give me|show|define|summari[sz]e|describe)\b")
_STRONG_PERSON = re.compile(
    r"\b(?:my|our|this|index) (?:[a-z0-9-]+ ){0,4}?(?:patient|pt|lady|gentleman|woman|man|case)\b|\b(?:he|she|him|her|mr|mrs)\b|\bs/p\b|\d{2}\s?-?(?:yo|y/o|years?[ -]old|year[ -]old|f\b|m\b)|\becog ?(?:ps ?)?[0-4]|→|->|\b(?:patient|pt|woman|man|lady|gentleman) (?:with|who|has|had|is|was|after|aged)\b"
)
_NOT_METASTATIC = re.compile(
    r"\b(?:no (?:evidence of |sign of |signs of )?(?:distant |any |radiological )?(?:metasta\w+|mets)\b(?! (?:in|to|of) )|without (?:any |distant )?(?:metasta\w+|mets)\b|non-?metastatic|not metastatic|\b[cpy]{0,2}m0\b|[cp]?t\d[a-d]?n\d[a-c]?m0|stage (?:i{1,3}|1|2|3)(?:[abc])?\b|locali[sz]ed (?:colon|rectal|colorectal|bowel|disease|tumou?r|cancer)|early[- ]stage|resected with curative intent|disease[- ]free|in (?:complete )?remission since|no (?:evidence of )?(?:recurrence|relapse)|ned\b)"
)
_METASTATIC = re.compile(
    r"\b(?:mcrc|metasta\w+|mets?\b|stage (?:iv|4)|m1[abc]?\b|carcinomatosis|peritoneal (?:disease|deposits)|unresectable|(?<!locally )(?<!locally-)advanced|late[- ]line|chemo-?refractory|relaps\w+|recur\w+|progress\w*|palliative|secondar(?:y|ies)|(?:first|second|third|fourth)[- ]line|[1-5]l\b)"
)
_DENIED = re.compile(r"\b(?:no|without|not|non-?|never|free of|evidence of|sign of|risk of|excluded?)\s*(?:any |distant |new |other |further |radiological |evidence of |known |brain |bone )*$")


def is_about_a_patient(message: Message, findings: Sequence[Finding], told: Told, own_cancer: bool) -> bool:
    """Whether the message states facts of one patient; a general question on a marker or drug does not."""
    anyone = ("sex", "aim") if own_cancer else ("sex", "aim", "age", "ecog", "fit")
    telling = [finding for finding in findings if finding.name not in anyone and finding.value is not None]
    telling = [finding for finding in telling if not (finding.name.startswith("prior.") and not finding.value)]
    if not telling and not told.names:
        return False
    words = message.plain
    if _STRONG_PERSON.search(words):
        return True
    general = _GENERAL.match(words) and (words.rstrip().endswith("?") or _TOLD_TO.match(words))
    if general and len(message.sentences) == 1:
        return bool(told.names and re.search(r"\b(?:after|post|following|progress\w*|failed|pretreated|refractory|received|had)\b", words))
    return True


def is_metastatic(message: Message) -> bool | None:
    """False where the disease is said not to be metastatic, True where it is, None where nothing is said."""
    spread = [
        found
        for found in _METASTATIC.finditer(message.plain)
        if not _DENIED.search(message.plain[max(0, found.start() - 40) : found.start()])
    ]
    if spread:
        return True
    return False if _NOT_METASTATIC.search(message.plain) else None
