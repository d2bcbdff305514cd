"""When a liquid biopsy was taken: it counts only after anti-EGFR therapy (rules §1.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.patient.findings import Finding
from app.patient.text import Message

_BASELINE = re.compile(
    r"\b(?:baseline|(?:on|at|in) the (?:day|time|week|morning) (?:of starting|(?:of )?(?:the )?start|(?:he|"
    r"she) started)|"
    r"at diagnosis|at presentation|initial\w*|before (?:(?:the )?(?:start|first|introduction|"
    r"initiation|beginning)\w* |any |1l|cetux\w*|panit\w*|"
    r"anti-?egfr|treatment|therapy|folf|erbitux|vectibix|the (?:first|cetux\w*|panit\w*))|prior to (?:starting |"
    r"any |first |1l|cetux\w*|panit\w*|anti-?egfr|treatment|therapy|folf|1st)|pre-?(?:treatment|therapy|cetux\w*|"
    r"panit\w*|anti-?egfr)|up-?front|at (?:the )?(?:start|outset|time of diagnosis)|de novo)\b"
)
_LATER = re.compile(
    r"\b(?:after|post|subsequent\w*|following|since|now|current\w*|recent\w*|latest|new|today|last (?:week|month)|"
    r"this (?:week|month)|on progression|at progression|upon progression|at pd|on pd|progress\w*|acquired|emerg\w+|"
    r"re-?challenge|repeat\w*|fresh|weeks? ago|days? ago|months? (?:off|after))\b"
)
# "before cetuximab" keeps its sense whatever stands before it.
_BEFORE = re.compile(r"before|prior")
# 2023-05, 05/2023, or the year alone.
_MONTH = re.compile(
    r"\b(?:(?P<y1>20\d\d)[-/.](?P<m1>0?[1-9]|1[0-2])|(?P<m2>0?[1-9]|1[0-2])[-/.](?P<y2>20\d\d)|(?P<y3>20\d\d))\b"
)


def without_early_plasma(message: Message, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those of a liquid biopsy that was not taken after anti-EGFR therapy (rules §1.1)."""
    given = [finding for finding in findings if finding.name == "prior.anti_egfr" and finding.value is True]
    return [
        finding
        for finding in findings
        if not finding.name.startswith("ctdna_") or _is_after_anti_egfr(message, finding, given)
    ]


def _is_after_anti_egfr(message: Message, finding: Finding, given: Sequence[Finding]) -> bool:
    """By dates, by words ("baseline", "at progression"), else by the order of the text or of the turns."""
    start = finding.source.start or 0
    sentence = message.sentence_at(start)
    begin = max(sentence.start, message.plain.rfind(";", sentence.start, start) + 1)
    around = message.plain[begin : min(sentence.end, (finding.source.end or start) + 50)]
    if any(_is_earlier(around, message.words(message.sentence_at(item.source.start or 0))) for item in given):
        return False
    baseline, later = _BASELINE.search(around), _LATER.search(around)
    if baseline:
        overruled = later and later.start() < baseline.start() and not _BEFORE.match(baseline.group())
        if not overruled:
            return False
    if not given:
        return message.turn > 0 and not baseline
    return bool(later) or any((item.source.start or 0) < start for item in given)


def _is_earlier(sample: str, therapy: str) -> bool:
    """Whether a sample is dated before the first date of the therapy's line."""
    dates = [_month(found) for words in (sample, therapy) if (found := _MONTH.search(words))]
    return len(dates) == 2 and dates[0] < dates[1]


def _month(found: re.Match[str]) -> tuple[int, int]:
    return int(found["y1"] or found["y2"] or found["y3"]), int(found["m1"] or found["m2"] or 12)
