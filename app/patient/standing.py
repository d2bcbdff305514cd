"""Whether a text speaks of a patient at all, and whether of metastatic disease (rules §2)."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from app.patient.cancers import is_of_other_kind
from app.patient.findings import Finding
from app.patient.reading import Scope
from app.patient.turns import Known, Turn

_GENERAL = re.compile(
    r"^\W*(?:what|which|how|why|when|where|is|are|does|do|did|was|were|can|could|should|would|tell me|explain|"
    r"compare|list|give me|show|define|summari[sz]e|describe)\b"
)
# Words of questions on the review itself, or of statements on patients at large.
_ABOUT_EVIDENCE = re.compile(
    r"\b(?:the review|this review|the (?:paper|article|authors?)|trials?\b(?! drug)|stud(?:y|ies)\b(?! drug)|"
    r"evidence (?:for|of|on|behind)|data (?:for|on|of)|guidelines?|tables?\b|median (?:os|pfs|overall|progression)|"
    r"overall survival|hazard ratio|response rates?|prevalence|how (?:common|often|frequent)|mechanism|occurs? in|"
    r"is found in|are found in|percent of|% of|per cent)\b"
)
_MANY = re.compile(
    r"\b(?:patients|people|tumou?rs) (?:with|who|whose|that|harbou?ring|carrying|after)\b|\bwe treat\b|\b(?:in|"
    r"for|among|of|all|most|"
    r"many) (?:[a-z0-9/-]+ ){0,4}patients\b|\b(?:every|each) (?:[a-z]+ ){0,3}(?:patient|cancer|tumou?r|case)\b"
)
# Nobody's tumour: rules, trials, animals, cells, orders, games, the healthy, attempts to command.
_NOBODY = re.compile(
    r"\b(?:(?:inclusion|exclusion|eligibility) criteria|under the (?:\w+ ){0,2}law|in (?:our|the|this) trial,|"
    r"in (?:our|the|this) study,|according to (?:nice|esmo|nccn)\b|(?:insurance|insurer)s? (?:pay|cover|"
    r"reimburse)|exam question|quiz|"
    r"^\W*write (?:a|an|me) |poem about|ignore (?:all |any |the |your )?(?:previous|prior|above)|^\W*system:|"
    r"cell lines?|hct-?116|"
    r"ht-?29|xenografts?|pdx|organoids?|mouse model|mice|(?:my|our|a|the|this) (?:dog|cat|horse|labrador) (?:has|"
    r"had|with|is|was)|year-old (?:labrador|dog|cat)|veterinar\w*|healthy (?:volunteer|control|"
    r"man|woman|person|individual|\d{2}(?:yo)?)|boxes of)\b"
)
_TOLD_TO = re.compile(r"^\W*(?:tell me|explain|compare|list|give me|show|define|summari[sz]e|describe)\b")
_STRONG_PERSON = re.compile(
    r"\b(?:my|our|this|index) (?:[a-z0-9-]+ ){0,4}?(?:patient|pt|lady|gentleman|woman|man|case)\b|"
    r"\b(?:he|she|him|her|mr|mrs)\b|\bs/p\b|\d{2}\s?-?(?:yo|y/o|years?[ -]old|year[ -]old|f\b|m\b)|\b(?:ecog|ps|"
    r"who)\W{0,3}(?:ps ?)?[0-4]|\b(?:pt|pat|patient)\b|\b(?:fe)?male\b|\b(?:wo)?man\b|\b(?:lady|gentleman)\b|→|->|"
    r"\b(?:patient|pt|woman|man|lady|gentleman) (?:with|who|has|had|is|was|after|aged)\b"
)
_NOT_METASTATIC = re.compile(
    r"\b(?:no (?:evidence of |sign of |signs of )?(?:distant |any |radiological )?(?:metasta\w+|"
    r"mets|spread)\b(?! (?:in|to|of) )|without (?:any |distant )?(?:metasta\w+|mets)\b|"
    r"no (?:distant|metastatic|secondary) (?:disease|spread|lesions?|deposits)|"
    r"metastas[ei]s (?:were |was |have been |has been )?(?:excluded|ruled out|not (?:seen|found|detected))|"
    r"(?:has|have|had) not (?:spread|metastasi[sz]ed)|non-?metastatic|not metastatic|\b[cpy]{0,2}m ?0\b|\bm: ?0\b|"
    r"[cpy]{0,2}t\d[a-d]? ?[cpy]{0,2}n\d[a-c]? ?[cpy]{0,2}m0|(?:stage|uicc)\W{0,3}(?:stage )?(?:i{1,3}|1|2|"
    r"3)(?:[abc])?\b|dukes'? [abc]\b|locali[sz]ed|early[- ]stage|confined to the (?:bowel|colon|rectum|primary)|"
    r"(?:resected|operated) with curative intent|curative(?:ly)? resect\w+|disease[- ]free|"
    r"in (?:complete )?remission since|no (?:evidence of )?(?:recurrence|relapse)|ned\b)"
)
_SPREAD = re.compile(
    r"\b(?:mcrc|metasta\w+|mets?\b|stage (?:iv|4)[abc]?|m1[abc]?\b|carcinomatosis|peritoneal (?:disease|deposits)|"
    r"unresectable|chemo-?refr\w*|secondar(?:y|ies)\b|late[- ]line)"
)
_PROGRESS = re.compile(
    r"\b(?:(?<!locally )(?<!locally-)advanced|relaps\w+|recur\w+|progress\w*|palliative|"
    r"(?:first|second|third|fourth)[- ]line|[1-5]l\b|pd\b)"
)
# Signs of a tumour operated on, where nothing tells of spread or of therapy for it.
_LOCAL = re.compile(
    r"\bp?t[1-4][abc]?\W{0,2}p?n[0-2]|\br0\b|\bpolyp\b|\bstaging (?:\w+ )?(?:was |is )?(?:negative|clear|"
    r"unremarkable|normal)|\bcurative|\badjuvant\b[^.]{0,40}\?|\bafter (?:curative )?surgery\b|\bfollow-?up\b|"
    r"\badenoma\b|\bdysplasia\b|\bserrated lesion\b|\blarc\b|\blocally advanced\b|\bin complete remission\b"
)
# "no liver or lung metastases"; metastases in lymph nodes are no distant ones.
_DENIED = re.compile(
    r"\b(?:no|without|not|non-?|never|nor|free of|evidence of|sign of|risk of|excluded?|prevent\w*|avoid\w*|"
    r"in case of|if|fear of|reduce|locali[sz]ed|for|negative for)\b\s*(?:[a-z]+[ ,/]+(?:or |and |nor )?){0,5}$|"
    r"\b(?:lymph ?nod\w*|nodal|regional|\bln) (?:[a-z]+ )?$"
)
_EXCLUDED_NEXT = re.compile(r"\s*(?:were |was )?(?:excluded|ruled out|not (?:seen|found|detected))")
# Metastatic now, whatever it was before.
_AFTER_ALL = re.compile(r"\b(?:relapsed|recurred|palliative)\b")
_TREATED = re.compile(r"\b(?:after|post|following|progress\w*|failed|pretreated|refractory|received|had)\b")
# Facts that tell of no colorectal cancer, of no patient where one is named, of no patient at all.
_OF_ANYONE = ("age", "sex", "ecog", "fit", "lines")
_OF_ANY_PATIENT = ("sex", "aim")
_OF_ANY_TEXT = ("sex", "aim", "age", "ecog", "fit")


def scope_of(known: Known, given: bool) -> Scope:
    """Whether there is a patient with metastatic colorectal cancer to judge; `given`: a profile was given beside the
    text (rules §2).
    """
    turns = known.turns
    if any(is_of_other_kind(turn.message) for turn in turns) or _is_of_another_cancer(known):
        return "other_cancer"
    if not given and not any(map(_is_about_a_patient, turns)):
        return "no_patient"
    said = [metastatic for turn in turns if (metastatic := _is_metastatic(turn)) is not None]
    return "not_metastatic" if said and not said[-1] else "patient"


def _is_of_another_cancer(known: Known) -> bool:
    """Whether only other cancers are named, as what the patient has or without facts of a colorectal one."""
    cancers = [turn.cancers for turn in known.turns]
    if not any(part.others for part in cancers) or any(part.own for part in cancers):
        return False
    return any(part.other_is_diagnosis for part in cancers) or not _telling(known.findings, _OF_ANYONE)


def _telling(findings: Sequence[Finding], of_anyone: Container[str]) -> list[Finding]:
    """The findings but for those that anyone may have: of the names in `of_anyone`, or therapy that was not given."""
    return [
        finding
        for finding in findings
        if finding.name not in of_anyone and not (finding.name.startswith("prior.") and not finding.value)
    ]


def _is_about_a_patient(turn: Turn) -> bool:
    """Whether the message states facts of one patient; a general question on a marker or drug does not."""
    of_anyone = _OF_ANY_PATIENT if turn.cancers.own else _OF_ANY_TEXT
    stated = [finding for finding in turn.findings if finding.value is not None]
    if not turn.told.names and not _telling(stated, of_anyone):
        return False
    message, named = turn.message, turn.told.names
    words = message.plain
    if _NOBODY.search(words):
        return False
    if _STRONG_PERSON.search(words):
        return True
    begins = _GENERAL.match(words)
    one, asks = len(message.sentences) == 1, words.rstrip().endswith("?")
    if _MANY.search(words) or (_ABOUT_EVIDENCE.search(words) and (begins or (asks and one) or not named)):
        return False
    if begins and one and (asks or _TOLD_TO.match(words)):
        return named and bool(_TREATED.search(words))
    return True


def _is_metastatic(turn: Turn) -> bool | None:
    """False where the disease is said not to be metastatic, True where it is, None where nothing is said."""
    words = turn.message.plain
    if _is_said(turn, _SPREAD):
        return True
    if not turn.told.metastatic and not turn.told.standard and _LOCAL.search(words):
        return False
    denied = bool(_NOT_METASTATIC.search(words))
    if _is_said(turn, _PROGRESS):
        return not denied or bool(_AFTER_ALL.search(words))
    return False if denied else None


def _is_said(turn: Turn, pattern: re.Pattern[str]) -> bool:
    """Whether the words are said of the patient, and not denied before or behind them."""
    words = turn.message.plain
    return any(
        not turn.ignored(*found.span())
        and not _EXCLUDED_NEXT.match(words, found.end())
        and not _DENIED.search(words[max(0, found.start() - 40) : found.start()])
        for found in pattern.finditer(words)
    )
