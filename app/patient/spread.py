"""Whether the disease is metastatic, as the turns tell it (rules §2). Where nothing is said, it is taken to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from app.patient.organs import folded
from app.patient.profile import Lines
from app.patient.turns import Turn

_Said = Literal["metastatic", "not_metastatic", "local"]

_NOT_METASTATIC = re.compile(
    r"\b(?:no (?:evidence of |sign of |signs of )?(?:distant |any |radiological )?(?:metasta\w+|"
    r"mets|spread)\b(?! (?:in|to|of) )|without (?:any |evidence of )?(?:distant )?(?:metasta\w+|mets|spread|disease)\b|"
    r"no (?:distant|metastatic|secondary) (?:disease|spread|lesions?|deposits)|"
    r"metastas[ei]s (?:were |was |have been |has been )?(?:excluded|ruled out|not (?:seen|found|detected))|"
    r"(?:has|have|had) not (?:spread|metastasi[sz]ed)|non-?metastatic|not metastatic|\b[cpy]{0,2}m ?0\b|\bm: ?0\b|"
    r"[cpy]{0,2}t\d[a-d]? ?[cpy]{0,2}n\d[a-c]? ?[cpy]{0,2}m0|locali[sz]ed|early[- ]stage|confined to the (?:bowel|"
    r"colon|rectum|primary)|(?:resected|operated) with curative intent|curative(?:ly)? resect\w+|disease[- ]free|"
    r"in (?:complete )?remission since|no (?:evidence of )?(?:recurrence|relapse)|ned\b|"
    r"(?:keine?|ohne|sans|sin|senza|uden|ingen) (?:\w+ )?\w*(?:metasta|metastas)\w*)"
)
# A stage, which a tumour may have had before it spread.
_STAGED = re.compile(
    r"\b(?:(?:stage|uicc|stadium|stade|stadio|estadio)\W{0,3}(?:stage )?(?:i{1,3}|[1-3])(?:[abc])?\b|dukes'? [abc]\b)"
)
_SPREAD = re.compile(
    r"\b(?:mcrc|mkrk|crlm|metasta\w+|mets?\b|stage (?:iv|4)[abc]?|m1[abc]?\b|carcinomatosis|carcinosis|"
    r"peritoneal (?:disease|deposits)|unresectable|chemo-?refr\w*|secondar(?:y|ies)\b|late[- ]line)|"
    r"\b[a-z]{3,10}metasta[sz]\w+"
)
_PROGRESS = re.compile(
    r"\b(?:(?<!locally )(?<!locally-)advanced|relaps\w+|recur\w+|progress\w*|palliative|"
    r"(?:first|second|third|fourth)[- ]line|[1-5]l\b|pd\b)"
)
# Metastatic now, whatever it was before.
_AFTER_ALL = re.compile(r"\b(?:relaps(?:e|ed|ing)|recurred|recurrence(?![- ](?:score|risk|free|rate))|palliative)\b")
# A tumour that is staged, treated or followed up for cure.
_LOCAL = re.compile(
    r"\b[cpy]{1,2}t[0-4][a-d]?\b|\b[cpy]{0,2}t[1-4][a-d]?\W{0,2}[cpy]{0,2}n[0-2]|\bp?n0\b|\bmrf ?\+?|\bemvi\b|"
    r"\bscrt\b|\btnt\b|"
    r"\btotal neoadjuvant|\bwatch (?:and|&) wait\b|\b(?:in )?(?:clinical )?complete (?:clinical )?remission\b|\bccr\b|"
    r"\blarc\b|\blocally[- ]advanced\b|\bsurveillance\b|"
    r"\b(?:ct|pet|mri|scans?|staging|imaging)(?: (?:of|the|ct|mri|pet|chest|thorax|abdomen|pelvis|tap|cap|scans?|is|"
    r"was|"
    r"were|and|all|liver|lungs?)|[/,&+-](?:chest|thorax|abdomen|pelvis|tap|ct|mri)){0,6}:? (?:negative|clear|clean|"
    r"unremarkable|normal|nad)\b"
)
# The same, where no therapy for metastases is told.
_PERHAPS_LOCAL = re.compile(
    r"\br0\b|\bpolyp\b|\bcurative|\badjuvant\b[^.]{0,40}\?|\bafter (?:curative )?surgery\b|\bfollow-?up\b|"
    r"\badenoma\b|\bdysplasia\b|\bserrated lesion\b|\bfor surgery\b|\bneo-?adjuvant\b"
)
_ORGAN = (
    r"(?:liver|lungs?|brain|bones?|periton\w+|distant|hepatic|pulmonary|visceral|nodal|ovarian|other|systemic|"
    r"extra-?hepatic|adrenal|cerebral|known|visible|clear|further|new|any|remote|radiological)"
)
# "no liver or lung metastases"; metastases in lymph nodes are no distant ones.
_DENIED = re.compile(
    rf"\b(?:no|without|not|never|nor|keine?|ohne|sans|sin|senza|uden|ingen|free of|risk of|excluded?|prevent\w*|"
    rf"avoid\w*|in case of|if|fear of|reduce|"
    rf"locali[sz]ed|(?:negative|screen\w*|search\w*|look\w*|check\w*|evaluat\w*|ct|mri|scan\w*|surveillance) for)\s+"
    rf"(?:(?:[a-z]+ ){{0,3}}|(?:{_ORGAN}[ ,/]+(?:or |and |nor )?){{0,6}})$|\bnon-?\s*$|"
    r"\b(?:lymph ?nod\w*|nodal|regional|\bln) (?:[a-z]+ )?$"
)
_EXCLUDED_NEXT = re.compile(
    r"\s*(?:were |was |are |is )?(?:excluded|ruled out|not (?:seen|found|detected))|\s*\?\s*(?:no|not|none)\b"
)
# Drugs that are given for cure too.
_FOR_CURE = {"fluoropyrimidine", "oxaliplatin", "immunotherapy"}


def is_metastatic(turns: Iterable[Turn]) -> bool:
    """Whether the patient has metastases. The last turn that tells counts; a tumour's local stage alone does not take
    back metastases told of before.
    """
    standing: _Said | None = None
    for turn in turns:
        said = _said_in(turn)
        if said == "local" and standing is not None:
            continue
        standing = said or standing
    return standing in (None, "metastatic")


def _said_in(turn: Turn) -> _Said | None:
    words = folded(turn.message.plain)
    if _is_said(turn, words, _SPREAD):
        return "metastatic"
    late = _is_treated_late(turn)
    denied = bool(_NOT_METASTATIC.search(words)) or bool(not late and _STAGED.search(words))
    if _is_said(turn, words, _AFTER_ALL):
        return "metastatic"
    if not denied and not _is_treated(turn) and _PERHAPS_LOCAL.search(words):
        return "local"
    if not denied and _is_said(turn, words, _PROGRESS):
        return "metastatic"
    if denied:
        return "not_metastatic"
    if not late and (_LOCAL.search(words) or _only_adjuvant(turn)):
        return "local"
    return None


def _is_treated(turn: Turn) -> bool:
    return bool(turn.told.metastatic) or turn.told.standard


def _is_treated_late(turn: Turn) -> bool:
    """Whether a therapy is told that is given for metastases only."""
    lines = (finding.value for finding in turn.findings if finding.name == "lines")
    late = any(isinstance(value, Lines) and value.count > 1 for value in lines)
    return late or turn.told.standard or not _FOR_CURE.issuperset(turn.told.metastatic)


def _only_adjuvant(turn: Turn) -> bool:
    return bool(turn.told.adjuvant) and not _is_treated(turn)


def _is_said(turn: Turn, words: str, pattern: re.Pattern[str]) -> bool:
    """Whether the words are said of the patient, and not denied before or behind them."""
    return any(
        not turn.ignored(*found.span())
        and not _EXCLUDED_NEXT.match(words, found.end())
        and not _DENIED.search(words[max(0, found.start() - 60) : found.start()])
        for found in pattern.finditer(words)
    )
