"""Whether a text speaks of a patient at all, and whether of metastatic disease."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.patient.findings import Finding
from app.patient.history import Told
from app.patient.text import Message

_GENERAL = re.compile(
    r"^\W*(?:what|which|how|why|when|where|is|are|does|do|did|was|were|can|could|should|would|tell me|explain|"
    r"compare|list|give me|show|define|summari[sz]e|describe)\b"
)
# Words of questions on the review itself, or of statements on patients at large.
_ABOUT_EVIDENCE = re.compile(
    r"\b(?:the review|this review|the (?:paper|article|authors?)|trials?\b(?! drug)|stud(?:y|ies)\b(?! drug)|"
    r"evidence (?:for|of|on|behind)|data (?:for|on|of)|guidelines?|tables?\b|median (?:os|pfs|overall|"
    r"progression)|overall survival|hazard ratio|response rates?|prevalence|how (?:common|often|frequent)|"
    r"mechanism|occurs? in|is found in|are found in|percent of|% of|per cent)\b"
)
_MANY = re.compile(
    r"\b(?:patients|people|tumou?rs) (?:with|who|whose|that|harbou?ring|carrying)\b|\b(?:in|for|among|of|all|"
    r"most|many) (?:[a-z0-9/-]+ ){0,4}patients\b|\b(?:every|each) (?:[a-z]+ ){0,3}(?:patient|cancer|tumou?r|"
    r"case)\b"
)
_TOLD_TO = re.compile(r"^\W*(?:tell me|explain|compare|list|give me|show|define|summari[sz]e|describe)\b")
_STRONG_PERSON = re.compile(
    r"\b(?:my|our|this|index) (?:[a-z0-9-]+ ){0,4}?(?:patient|pt|lady|gentleman|woman|man|case)\b|\b(?:he|she|"
    r"him|her|mr|mrs)\b|\bs/p\b|\d{2}\s?-?(?:yo|y/o|years?[ -]old|year[ -]old|f\b|m\b)|\b(?:ecog|ps|"
    r"who)\W{0,3}(?:ps ?)?[0-4]|\b(?:pt|pat|patient)\b|\b(?:fe)?male\b|\b(?:wo)?man\b|\b(?:lady|gentleman)\b|→|"
    r"->|\b(?:patient|pt|woman|man|lady|gentleman) (?:with|who|has|had|is|was|after|aged)\b"
)
_NOT_METASTATIC = re.compile(
    r"\b(?:no (?:evidence of |sign of |signs of )?(?:distant |any |radiological )?(?:metasta\w+|mets|"
    r"spread)\b(?! (?:in|to|of) )"
    r"|without (?:any |distant )?(?:metasta\w+|mets)\b|no (?:distant|metastatic|secondary) (?:disease|spread|"
    r"lesions?|deposits)"
    r"|metastas[ei]s (?:were |was |have been |has been )?(?:excluded|ruled out|not (?:seen|found|detected))"
    r"|(?:has|have|had) not (?:spread|metastasi[sz]ed)|non-?metastatic|not metastatic|\b[cpy]{0,2}m ?0\b|\bm: ?0\b"
    r"|[cpy]{0,2}t\d[a-d]? ?[cpy]{0,2}n\d[a-c]? ?[cpy]{0,2}m0|(?:stage|uicc)\W{0,3}(?:stage )?(?:i{1,3}|1|2|"
    r"3)(?:[abc])?\b|dukes'? [abc]\b"
    r"|locali[sz]ed|early[- ]stage|confined to the (?:bowel|colon|rectum|primary)|(?:resected|operated) with "
    r"curative intent|curative(?:ly)? resect\w+"
    r"|disease[- ]free|in (?:complete )?remission since|no (?:evidence of )?(?:recurrence|relapse)|ned\b)"
)
_SPREAD = re.compile(
    r"\b(?:mcrc|metasta\w+|mets?\b|stage (?:iv|4)[abc]?|m1[abc]?\b|carcinomatosis|peritoneal (?:disease|"
    r"deposits)|unresectable|chemo-?refr\w*|secondar(?:y|ies)\b|late[- ]line)"
)
_PROGRESS = re.compile(
    r"\b(?:(?<!locally )(?<!locally-)advanced|relaps\w+|recur\w+|progress\w*|palliative|(?:first|second|third|"
    r"fourth)[- ]line|[1-5]l\b|pd\b)"
)
# Signs of a tumour operated on, where nothing tells of spread or of therapy for it.
_LOCAL = re.compile(
    r"\bp?t[1-4][abc]?\W{0,2}p?n[0-2]|\br0\b|\bpolyp\b|\bstaging (?:\w+ )?(?:was |is )?(?:negative|clear|"
    r"unremarkable|normal)|\bcurative|\badjuvant\b[^.]{0,40}\?|\bafter (?:curative )?surgery\b|\bfollow-?up\b"
)
# "no liver or lung metastases"; metastases in lymph nodes are no distant ones.
_DENIED = re.compile(
    r"\b(?:no|without|not|non-?|never|nor|free of|evidence of|sign of|risk of|excluded?|prevent\w*|avoid\w*|in "
    r"case of|if|fear of|reduce|locali[sz]ed|for|negative for)\s*(?:[a-z]+[ ,/]+(?:or |and |nor )?){0,5}$"
    r"|\b(?:lymph ?nod\w*|nodal|regional|\bln) (?:[a-z]+ )?$"
)


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
    asks = bool(_GENERAL.match(words) or (words.rstrip().endswith("?") and len(message.sentences) == 1))
    if (_ABOUT_EVIDENCE.search(words) or _MANY.search(words)) and (asks or not told.names):
        return False
    general = _GENERAL.match(words) and (words.rstrip().endswith("?") or _TOLD_TO.match(words))
    if general and len(message.sentences) == 1:
        return bool(
            told.names
            and re.search(r"\b(?:after|post|following|progress\w*|failed|pretreated|refractory|received|had)\b", words)
        )
    return True


def is_metastatic(message: Message, told: Told, ignored: Callable[[int, int], bool]) -> bool | None:
    """False where the disease is said not to be metastatic, True where it is, None where nothing is said.

    `ignored(start, end)` tells stretches about somebody else.
    """
    denied = bool(_NOT_METASTATIC.search(message.plain))
    if _is_said(message, _SPREAD, ignored):
        return True
    if not told.metastatic and not told.standard and _LOCAL.search(message.plain):
        return False
    if _is_said(message, _PROGRESS, ignored):
        return False if denied and not re.search(r"\b(?:relapsed|recurred|palliative)\b", message.plain) else True
    return False if denied else None


def _is_said(message: Message, pattern: re.Pattern[str], ignored: Callable[[int, int], bool]) -> bool:
    return any(
        not _DENIED.search(message.plain[max(0, found.start() - 40) : found.start()])
        for found in pattern.finditer(message.plain)
        if not ignored(*found.span())
        and not re.match(
            r"\s*(?:were |was )?(?:excluded|ruled out|not (?:seen|found|detected))", message.plain[found.end() :]
        )
    )
