"""Whether the words around a course say that it was given around surgery, and not for metastases (rules §1.2)."""

from __future__ import annotations

import re

from app.patient.therapy_words import ADJUVANT, METASTATIC

_LIST_ENDS = re.compile(r"[,;]")
# "CAPOX after her operation (adjuvant, …)", "CAPOX, adjuvant though": the setting behind the drug.
_ADDED_SETTING = re.compile(
    rf"^[\s\d/-]*(?:was|were|had been) (?:only |given |purely |just |all )*(?:as )?{ADJUVANT.pattern}|"
    rf"^[^(;]*\([^)]{{0,24}}?{ADJUVANT.pattern}|^\s*,\s*(?:(?:that|this|it|which|but|was|all|given|only|as|in|the|"
    rf"just) )*"
    rf"{ADJUVANT.pattern}(?: (?:setting|therapy|treatment|chemo\w*))?(?=\s*(?:though|only|of course|[.;,)]))"
)
# "adjuvant FOLFOX; after relapse FOLFIRI": the setting is over.
_SETTING_OVER = re.compile(r"\bafter (?:\w+ )*$|\bprogress|\brelaps|\brecur|\([^)]*\)\s*,\s*$|[2-9][.)]\s*$")
# "had her operation and six months of CAPOX afterwards", "…, was clear for two years": before the metastases.
_SURGERY = re.compile(
    r"\b(?:op|operat\w+|(?:cut|taken|had it) out|removed|surgery|resect\w+|hemi\w*|colectomy|\w+ectomy)\b[^.;]{0,40}$"
)
_AFTERWARDS = re.compile(
    r"^\W{0,2}(?:\w+ ){0,6}?(?:afterwards?|after (?:that|it|surgery|the op\w*)|to (?:mop|tidy) up|either side of|"
    r"before and after|around (?:it|that|the (?:op\w*|surgery))|post-?op\w*)\b"
)
_CLEAR_SINCE = re.compile(
    r"^[^.;]{0,60}?\b(?:clear|clean|quiet|nothing to see|disease[- ]free|ned|fine|well|in remission|"
    r"free of (?:disease|cancer))\W{1,3}"
    r"(?:for|until|till) (?!surgery)"
)


def said_to_be_adjuvant(left: str, own_left: str, right: str) -> bool | None:
    """What the words say: `left` and `right` of the course, `own_left` back to the course before; None: nothing."""
    if ADJUVANT.match(right.lstrip(" (")) or _ADDED_SETTING.search(right):
        return True
    for_metastases = METASTATIC.search(_LIST_ENDS.split(right)[0])
    if _SURGERY.search(left) and not for_metastases and (_AFTERWARDS.match(right) or _CLEAR_SINCE.match(right)):
        return True
    if METASTATIC.search(own_left) and not ADJUVANT.search(own_left[_last(METASTATIC, own_left) :]):
        return False
    if ADJUVANT.search(own_left):
        return not _SETTING_OVER.search(own_left[_last(ADJUVANT, own_left) :])
    return True if ADJUVANT.search(_LIST_ENDS.split(right)[0][:34]) else None


def _last(pattern: re.Pattern[str], words: str) -> int:
    return [match.end() for match in pattern.finditer(words)][-1]
