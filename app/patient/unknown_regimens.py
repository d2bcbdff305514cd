"""Names in the place of a regimen that no lexicon has: what they hold is not known, so the history stays open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.patient.text import Message, Span
from app.patient.therapy_mentions import Therapy

_NAME = re.compile(r"(?<![\w/.-])(?=[\w-]*[A-Z])[A-Za-z][A-Za-z0-9]{2,}(?:-[A-Za-z0-9]{2,})?(?!\w)")
# Made as names of regimens are: "XYZOX", "mFUFOXIRI", "CapOxMdG".
_LIKE_REGIMEN = re.compile(
    r"(?:m|b)?(?:fol|fu|xel|cap|tom|ox|ir|uft|gem|tas|cet|te)\w*?(?:ox|iri|xiri|firi|nox|mdg|ri)(?:x|-?\d)?|"
    r"\w{2,}(?:oxiri|xiri|firi|fox|pox|tox|mox|zox|nox|irinox|mdg)(?:-?\d)?",
    re.I,
)
_ORDINARY = re.compile(r"(?:bo|de)tox|\w+pox|amox|capri|tenox|paradox|equinox|inox|oxi\w*", re.I)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]{2,}(?:-[A-Z0-9]{2,})?")
# Findings, tests, procedures, places and people in capitals.
_ELSE = re.compile(
    r"PD|PR|SD|CR|NED|MSS|MSI.*|[DP]?MMR|[KNH]?RAS.*|BRAF.*|HER.*|NTRK.*|ERBB.*|PMMR|TMB.*|POLE|PIK3CA|EGFR.*|VEGF.*|"
    r"CT|MRI|PET.*|CEA|CA19.*|ECOG|KPS|WHO|LDH|CRP|NGS|IHC|FISH|PCR|DNA|CTDNA|RT|EBRT|SBRT|SABR|RFA|MWA|TACE|SIRT|"
    r"HIPEC|CRS|CRC|MCRC|TNT|CRT|SCRT|LCRT|SURGERY|RESECTION|BSC|MDT|MDM|GP|ICU|TIA|DVT|COPD|PFS|ORR|TTP|BOR|DCR|"
    r"AND|THEN|PLUS|WITH|AFTER|FOR|NOW|NOT|THE|PLAN|PRIOR|NEXT|LINE|FIRST|SECOND|THIRD|STOP|TBC|UNKNOWN|NONE|YES|"
    r"SOC|GEN|LIVER|LUNG|TME|TEM|TAMIS|ISR|PVE|ALPPS|METS|HAI|HAIC|PIPAC|TRIAL|STUDY|AIO|IV|LHC|RHC|APR|LAR|FIT|EUS|"
    r"PNP|CIPN|HFS|PPE|NYHA|HTN|IBD|CHF|CKD|AKI|ULN|SAE|DLT|MUGA|TTE|ECG|QTC|PICC|PORT|TOX|"
    r"ALT|AST|GGT|INR|UGT1A1|DPD|DPYD|LVEF|ACE|QOL|OPTIONS?|ADVICE|HELP|[A-Z]{1,2}\d{2,}"
)
_LABEL_BEFORE = re.compile(
    r"(?:\b[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?|\b(?:first|second|third|fourth)[- ]line|\bline [1-6])"
    r"\s*(?:(?:with|was|of|therapy|treatment)\s*)?[:=(-]?\s*$"
)
_LABEL_AFTER = re.compile(
    r"\s*[(,]?\s*(?:(?:as|in) (?:the )?)?(?:[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?\b|(?:first|second|third|"
    r"fourth)[- ]line\b)"
)
_STEP_BEFORE = re.compile(r"(?:→|->|=>|\bthen|\bfollowed by|\bswitched to|\bchanged to)\s*$")
_STEP_AFTER = re.compile(r"\s*(?:→|->|=>|\bthen\b)")
_PARTNER_AFTER = re.compile(r"\s?(?:[/+-]|plus|with)\s?(?:bev|cet|pan|afl|ram|erbit|vectib|avast)")


def unknown_regimens(message: Message, therapies: Sequence[Therapy]) -> Iterator[Span]:
    """Where a name stands that can only be a regimen, and that is none of the known `therapies`."""
    if not therapies and "→" not in message.plain and "->" not in message.plain:
        return
    for found in _NAME.finditer(message.text):
        start, end = found.span()
        if any(therapy.start < end and start < therapy.end for therapy in therapies):
            continue
        name = found.group()
        made_like_one = _LIKE_REGIMEN.fullmatch(name) and not _ORDINARY.fullmatch(name)
        if made_like_one or (_is_unheard_of(name) and _stands_for_a_line(message, start, end, therapies)):
            yield Span(start, end)


def _is_unheard_of(name: str) -> bool:
    return bool(_CAPITALS.fullmatch(name)) and not _ELSE.fullmatch(name)


def _stands_for_a_line(message: Message, start: int, end: int, therapies: Sequence[Therapy]) -> bool:
    before, after = message.plain[max(0, start - 30) : start], message.plain[end : end + 24]
    if _LABEL_BEFORE.search(before) or _LABEL_AFTER.match(after) or _PARTNER_AFTER.match(after):
        return True
    beside_before = any(0 <= start - therapy.end < 24 for therapy in therapies) and _STEP_BEFORE.search(before)
    beside_after = any(0 <= therapy.start - end < 24 for therapy in therapies) and _STEP_AFTER.match(after)
    return bool(beside_before or beside_after)
