"""Words of a sentence on table rows that judge a result: significant or not, longer or shorter, in favor of an arm."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.steps.cell_values import arms_with, cell, is_higher, is_lower, p_value, significance, starred, tested
from app.steps.evidence import RowFacts
from app.steps.quoted import NEGATION
from app.steps.table_reading import Part, Reading

_LEAD = re.compile(r"^(?:Yes|No)(?:, it was)?[:,] ")
_SIGNIFICANT = re.compile(
    r"(?P<not>\b(?:not|no|nor|without|neither|none|never|non)\b[ -](?:an? |any |statistically |formally )?)?"
    r"\b(?P<in>in)?significan(?:t(?:ly)?|ce)\b",
    re.I,
)
_MARKED = re.compile(r"(?P<not>\bnot )?\bmarked as (?:such|significant)", re.I)
_NS = re.compile(r"\bNS\b")
_COMPARED = re.compile(
    r"(?P<not>\b(?:not|no|neither|nor|never|without)\b[ \w]{0,20}?)?"
    r"\b(?P<word>longer|shorter|higher|lower|better|worse|greater|smaller|superior|inferior|improv\w+|prolong\w+|"
    r"increas\w+|rais\w+|rose|decreas\w+|reduc\w+|shorten\w+|fell|doubl\w+|halv\w+|tripl\w+|twice|half|third)\b",
    re.I,
)
_LESS = re.compile(r"^(?:shorter|lower|worse|smaller|inferior|decreas|reduc|shorten|fell)", re.I)
_UNPROVED = re.compile(r"^(?:doubl|halv|tripl|twice|half|third)", re.I)
_FAVOR = re.compile(r"(?P<not>\b(?:not|nor|neither|without)\b[ \w]{0,12}?)?\bfavou?r(?:s|ed|ing)?\b", re.I)
_NO_DIFFERENCE = re.compile(r"\bno difference\b|\bdid not differ\b", re.I)
_UNREADABLE = re.compile(r"\bcannot be read\b|\bnot (?:be )?read(?:able)?\b", re.I)
_REACHED = re.compile(r"\bnot reached\b", re.I)
_QOL = {
    "no difference": _NO_DIFFERENCE,
    "ND": re.compile(r"\bnot done or not reported\b(?: \(ND\))?", re.I),
    "ND¤": re.compile(
        r"\bnot formally evaluated\b(?: \(ND¤\))?"
        r"(?:,? but (?:the )?(?:\w+ ){0,4}longer (?:\w+ ){0,4}wors\w+(?: performance status)?)?",
        re.I,
    ),
    "Ongoing": re.compile(r"\bongoing\b", re.I),
}
# Without a "not" these would say the opposite of what a table can say.
_NEEDS_NOT = re.compile(
    r"\b(?:reached|differ(?:s|ed)?|be read|evaluated|done or)\b|\bmarked as\b(?! such| significant)", re.I
)


def words_hold(reading: Reading) -> bool:
    """Whether the judging words are true of the rows, and no other word of the sentence denies anything."""
    lead = _LEAD.match(reading.text)
    text = " " * lead.end() + reading.rest[lead.end() :] if lead else reading.rest
    judged = _QOL["ND¤"].sub(lambda found: " " * len(found.group()), text)
    checks = (
        _significance_holds(reading, text),
        all(_direction_holds(reading, match) for match in _COMPARED.finditer(judged)),
        all(_favor_holds(reading, match) for match in _FAVOR.finditer(text)),
        _difference_holds(reading, text),
        _qol_holds(reading, text),
        not _UNREADABLE.search(text) or _some_unreadable(reading.rows),
    )
    if not all(checks):
        return False
    if not NEGATION.search(text) and not _NEEDS_NOT.search(text):
        return True
    left = _without_accounted(text)
    return not NEGATION.search(left) and not _NEEDS_NOT.search(left)


def _without_accounted(text: str) -> str:
    """The text without the words of denial that are checked for themselves."""
    patterns = (_SIGNIFICANT, _MARKED, _COMPARED, _FAVOR, _NO_DIFFERENCE, _UNREADABLE, _REACHED, *_QOL.values())
    for pattern in patterns:
        text = pattern.sub(" ", text)
    return text


def _rows_at(reading: Reading, position: int) -> tuple[RowFacts, ...]:
    """The rows that a word speaks of: that of the trial named last before it, or all that are cited."""
    if len(reading.rows) == 1 or reading.of("count"):
        return reading.rows
    before = [part for part in reading.of("row") if part.start < position]
    ids = before[-1].rows if before else {facts.passage.id for facts in reading.rows}
    return tuple(facts for facts in reading.rows if facts.passage.id in ids)


def _endpoint_of(reading: Reading, start: int, end: int) -> str | None:
    """The endpoint that a judging word is on: the one named right behind it, else the last before it."""
    for part in reading.of("endpoint"):
        between = reading.text[end : part.start]
        if part.start >= end and len(between) < 30 and not re.search(r"[.,;:()\d]| and ", between):
            return part.text
    return reading.endpoint_at(start)


def _significance_holds(reading: Reading, text: str) -> bool:
    for match in _SIGNIFICANT.finditer(text):
        endpoint = _endpoint_of(reading, match.start(), match.end())
        said = not (match["not"] or match["in"])
        if endpoint is None or not _all(
            significance(facts, endpoint) is said for facts in _rows_at(reading, match.start())
        ):
            return False
    for match in _MARKED.finditer(text):
        endpoint = reading.endpoint_at(match.start())
        said = not match["not"]
        if endpoint is None or not _all(starred(facts, endpoint) is said for facts in _rows_at(reading, match.start())):
            return False
    for match in _NS.finditer(text):
        endpoint = reading.endpoint_at(match.start())
        if endpoint is None or not _all(p_value(facts, endpoint) == "NS" for facts in _rows_at(reading, match.start())):
            return False
    return True


def _direction_holds(reading: Reading, match: re.Match[str]) -> bool:
    endpoint = _endpoint_of(reading, match.start(), match.end())
    if endpoint is None or _UNPROVED.match(match["word"]):
        return False
    if reading.of("bound") and any(part.start <= match.start() < part.end for part in reading.of("bound")):
        return True
    denied = match["not"] is not None
    if denied and _SIGNIFICANT.search(match["not"]):
        return True  # "not significantly longer": what is denied is the significance, which is checked for itself
    lower = bool(_LESS.match(match["word"]))
    results = [_compared(reading, facts, endpoint, lower, match.end()) for facts in _rows_at(reading, match.start())]
    return _all(result is (not denied) for result in results)


def _compared(reading: Reading, facts: RowFacts, endpoint: str, lower: bool, position: int) -> bool | None:
    """Whether the arm that the words are on (else a tested one) has the higher, or the lower, value."""
    if endpoint == "qol":
        return None
    if len(arms_with(facts, endpoint)) == 1 and not lower:
        return starred(facts, endpoint)  # the comparator cannot be read, but the asterisk tells
    arms = _arm_after(reading, facts, position) or tested(facts)
    return is_lower(facts, endpoint, arms) if lower else is_higher(facts, endpoint, arms)


def _arm_after(reading: Reading, facts: RowFacts, position: int) -> list[int]:
    """The arm named next ("longer with regorafenib"), unless a figure stands before it."""
    following = [
        part for part in reading.parts if part.start >= position and part.kind in ("arm", "value", "sum", "ratio")
    ]
    if not following or following[0].kind != "arm":
        return []
    between = reading.text[position : following[0].start]
    return [] if " than " in between else sorted(_numbers(reading, facts, following[0]))


def _numbers(reading: Reading, facts: RowFacts, part: Part) -> list[int]:
    return [
        number for number, arm in enumerate(facts.row.arms)
        if part.text in ((arm.printed("regimen") or "").casefold(), (arm.printed("subgroup") or "").casefold())
    ]  # fmt: skip


def _favor_holds(reading: Reading, match: re.Match[str]) -> bool:
    """Whether the arm that a difference is said to favor is the one with the higher value."""
    endpoint = reading.endpoint_at(match.start())
    after = [part for part in reading.of("arm") if part.start >= match.end()]
    if endpoint is None or not after or match["not"]:
        return False
    rows = _rows_at(reading, match.start())
    return _all(is_higher(facts, endpoint, _numbers(reading, facts, after[0])) for facts in rows)


def _difference_holds(reading: Reading, text: str) -> bool:
    for match in _NO_DIFFERENCE.finditer(text):
        endpoint = _endpoint_of(reading, match.start(), match.end())
        rows = _rows_at(reading, match.start())
        if endpoint is None:
            return False
        if endpoint == "qol":
            if not _all(facts.row.printed("qol") == "no difference" for facts in rows):
                return False
        elif not _all(
            len({cell(facts.row.arms[n], endpoint) for n in arms_with(facts, endpoint)}) == 1 for facts in rows
        ):
            return False
    return True


def _qol_holds(reading: Reading, text: str) -> bool:
    """Whether what is said of quality of life is what each row prints."""
    if "qol" not in {part.text for part in reading.of("endpoint")}:
        return True
    rest = text.replace("ND¤", "ND")
    said = {printed for printed, pattern in _QOL.items() if pattern.search(text) or pattern.search(rest)}
    claims = bool(_SIGNIFICANT.search(text) or _COMPARED.search(text))
    if not said:
        return claims and _all(facts.row.printed("qol") == "no difference" for facts in reading.rows)
    return _all(facts.row.printed("qol") in said for facts in reading.rows) and len(said) == 1


def _some_unreadable(rows: Iterable[RowFacts]) -> bool:
    return any(arm.printed("regimen") is None for facts in rows for arm in facts.row.arms)


def _all(results: Iterable[object]) -> bool:
    """Whether there are results, and all of them true."""
    found = list(results)
    return bool(found) and all(found)
