"""From words to a question: what it names, which values it asks for, and whether it lies in the review's field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.lexicon import Lexicon, Mention

# Which table values the endpoints and statistics of the lexicon ask for.
_VALUES = {
    "os": "os", "pfs": "pfs", "orr": "orr", "qol": "qol", "sample_size": "n", "line_of_therapy": "line",
    "one_year_survival": "os_one_year",
}  # fmt: skip
_STATISTICS = {"hazard_ratio": "hr", "confidence_interval": "hr", "p_value": "p"}
# Kinds of names that the evidence has to bear on too.
_BINDING = frozenset({"drug", "trial", "regimen", "class", "marker", "adverse_event"})
_TEXTUAL = frozenset({"adverse_event", "topic"})
_LINES = frozenset({"second_line", "third_line", "fourth_line"})
# A turn of so few words leans on the one before it.
_SHORT = 8
_CARRIED = frozenset({"drug", "trial", "regimen", "marker", "class"})
_LEFT_OUT = re.compile(
    r"\b(?:not|except|without|but|apart from|excluding|other than)\s+(?:in\s+|for\s+)?(?:the\s+)?$", re.I
)
_ALONE = re.compile(r"\b(?:monotherapy|alone|single[- ]agent|as a single)\b", re.I)
_EXCLUDED = re.compile(r"\b(?:not|excluding|other than|rather than)\s+(?:in\s+)?(?:the\s+)?$", re.I)
# Names of trials and drug codes as they are written: capitals, perhaps with a number.
_NAME = re.compile(r"\b(?:[A-Z][A-Za-z]*-?\d+[A-Za-z0-9]*|[A-Z]{4,}[a-z]?)\b")
# A rate at a point in time ("2-year OS"), which is not the median; a part of the patients ("older than 75").
_LANDMARK = re.compile(
    r"\b(?P<span>\d+|one|two|three|four|five|six|nine|twelve|eighteen)[ -](?P<unit>year|month|yr|mo)s?\b[^.?,]{0,20}?"
    r"\b(?:survival|OS|PFS|rate|alive)\b",
    re.I,
)
_PART = re.compile(
    r"\b(?:patients?|people|those|men|women|males?|females?|adults?)\b[^.?,]{0,12}"
    r"\b(?:older|younger|aged|over|under|above)\b"
    r"|\b(?:older|younger) than\b|[<>≥≤]\s?\d{2}\b(?! ?%)"
    r"|\b(?:women|men|females?|males?) (?:only|alone|in)\b|\bsubgroup of\b"
    r"|\bwithout prior\b|\b(?:na[iï]ve)\b|\bpretreated with\b|\bwho had (?:not )?(?:received|had)\b"
    r"|\b(?:Asian|Japanese|Chinese|European|Western) (?:patients?|people|pts)\b",
    re.I,
)
_SECTIONS = (
    (re.compile(r"\babstract\b|\bsimple summary\b", re.I), "abstract"),
    (re.compile(r"\bintroduc(?:tion|tory)\b", re.I), "1"),
    (re.compile(r"\bdiscussion\b", re.I), "10"),
    (re.compile(r"\bconclusions?\b|\bclosing (?:section|remarks|words)\b", re.I), "11"),
    (re.compile(r"(?:\bsection|§)\s*(\d{1,2}(?:\.\d)?)", re.I), ""),
)
_FOLLOW_UP = re.compile(
    r"^\s*(?:and|what about|how about|and what|same for|also)\b|\b(?:it|that trial|this trial|there|those|they)\b", re.I
)
_TABLE = re.compile(r"\btable\s*([1-5])\b", re.I)
_RESULTS = re.compile(r"\b(?:results?|outcomes?|efficacy|findings?)\b", re.I)
_HOW_MUCH = re.compile(
    r"%|\bhow (?:many|much|often|rare|common|frequent\w*|large|long|big|high|low)\b"
    r"|\b(?:percentage|proportion|share|rate|fraction|number|frequency|prevalence|incidence|median)\b",
    re.I,
)
_SHARE = re.compile(
    r"%|\bhow (?:often|common|rare|frequent\w*)\b|\b(?:percentage|proportion|share|fraction|prevalence)\b", re.I
)
_ADVICE = re.compile(
    r"\btx\b|\bbest (?:option|therapy|treatment|choice|drug|regimen)\b"
    r"|\b(?:options?|recommend\w*|advis\w+|advice|suggest\w*|should|prefer\w*|propose\w*|what to do)\b",
    re.I,
)
_WHEN = re.compile(
    r"\bwhen\b|\bdates?\b|\b(?:approval|which) years?\b|\bwhat (?:year|date|month)\b"
    r"|\bwhich (?:year|date)\b|\bdate of\b|\bin what year\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What the last turn asks. `entities` holds every lexicon id it names (or takes over from an earlier turn), parts
    of regimens included; `values` the table values wanted ("os", "pfs", …), `statistics` of them ("hr", "p").
    `strange` are names written like a trial's or a drug code's that the lexicon does not have.
    """

    text: str
    search_text: str
    mentions: tuple[Mention, ...]
    entities: frozenset[str]
    named: tuple[str, ...]
    values: tuple[str, ...]
    statistics: tuple[str, ...]
    table: str | None
    section: str | None
    strange: tuple[str, ...]
    of_part: bool
    left_out: frozenset[str]
    alone: bool
    asks_results: bool
    asks_number: bool
    asks_date: bool
    asks_share: bool
    asks_advice: bool
    compares: bool
    side_effects: bool
    other_cancer: bool


def understand(turns: tuple[str, ...], lexicon: Lexicon) -> Question:
    """Reads the last turn, in the light of the earlier ones where it leans on them."""
    text = turns[-1]
    found = lexicon.find(text)
    left_out = {mention.id for mention in found if mention.kind == "trial" and _LEFT_OUT.search(text[: mention.start])}
    mentions = tuple(
        mention for mention in found if mention.id not in left_out and not _EXCLUDED.search(text[: mention.start])
    )
    carried = _carried(turns, mentions, text, lexicon)
    named = tuple(dict.fromkeys([mention.id for mention in mentions] + [mention_id for mention_id, _ in carried]))
    search_text = " ".join([text, *(words for _, words in carried)])
    values = tuple(dict.fromkeys(_VALUES[name] for name in named if name in _VALUES))
    landmarks, values = _landmarks(text, values)
    if not values and _LINES & set(named) and not any(mention.kind in _TEXTUAL for mention in mentions):
        values = ("line",)
    statistics = tuple(dict.fromkeys(_STATISTICS[name] for name in named if name in _STATISTICS))
    table = _TABLE.search(text)
    return Question(
        text=text,
        search_text=search_text,
        mentions=mentions,
        entities=frozenset(named).union(*(lexicon.entries[name].parts for name in named)),
        named=named,
        values=values,
        statistics=statistics,
        table=table.group(1) if table else None,
        section=_section(text),
        strange=(*_strange(text, mentions), *landmarks),
        of_part=bool(_PART.search(text)),
        left_out=frozenset(left_out),
        alone=bool(_ALONE.search(text)),
        asks_results=bool(_RESULTS.search(text)),
        asks_number=bool(_HOW_MUCH.search(text)),
        asks_date=bool(_WHEN.search(text)),
        compares=bool({"versus", "comparison"} & set(named)),
        side_effects=any(mention.kind == "adverse_event" for mention in mentions),
        asks_advice=bool(_ADVICE.search(text)),
        asks_share=not _ADVICE.search(text) and ("prevalence" in named or bool(_SHARE.search(text))),
        other_cancer=_other_cancer(named, lexicon),
    )


def binding_names(question: Question, lexicon: Lexicon) -> tuple[str, ...]:
    """The ids that evidence must bear on: drugs, trials, markers, side effects, topics; not endpoints or phrases."""
    return tuple(name for name in question.named if lexicon.entries[name].kind in _BINDING)


def _carried(
    turns: tuple[str, ...], mentions: tuple[Mention, ...], text: str, lexicon: Lexicon
) -> list[tuple[str, str]]:
    """(id, words) taken over from the nearest earlier turn that names something, where this turn leans on it.

    A turn without trial, drug or marker takes over those; one that only names another of them takes over the value.
    """
    kinds = {mention.kind for mention in mentions}
    leans = bool(_FOLLOW_UP.search(text)) or len(text.split()) <= _SHORT
    if not leans or (kinds & _CARRIED and "endpoint" in kinds):
        return []
    for earlier in reversed(turns[:-1]):
        found = lexicon.find(earlier)
        if any(mention.kind in _CARRIED for mention in found):
            wanted = set() if kinds & _CARRIED else set(_CARRIED)
            wanted |= set() if "endpoint" in kinds else {"endpoint"}
            return [(mention.id, earlier[mention.start : mention.end]) for mention in found if mention.kind in wanted]
    return []


def _landmarks(text: str, values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rates at a point in time that no table has, and the values without the medians that they are not."""
    found = [match for match in _LANDMARK.finditer(text) if "median" not in match.group().casefold()]
    if not found:
        return (), values
    one_year = {"1 year", "one year", "12 month", "twelve month", "1 yr"}
    others = [match.group() for match in found if f"{match['span']} {match['unit']}".casefold() not in one_year]
    rest = tuple(value for value in values if value not in ("os", "pfs"))
    return tuple(others), rest if others else (*(value for value in rest if value != "os_one_year"), "os_one_year")


def _section(text: str) -> str | None:
    for pattern, section in _SECTIONS:
        if found := pattern.search(text):
            return section or found.group(1)
    return None


def _strange(text: str, mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    if text.isupper():
        return ()
    spans = [(mention.start, mention.end) for mention in mentions]
    names = [
        match for match in _NAME.finditer(text) if not any(a < match.end() and match.start() < b for a, b in spans)
    ]
    return tuple(dict.fromkeys(match.group() for match in names if len(match.group()) > 3))


def _other_cancer(named: tuple[str, ...], lexicon: Lexicon) -> bool:
    cancers = [lexicon.entries[name] for name in named if lexicon.entries[name].kind == "cancer"]
    return bool(cancers) and not any(cancer.in_scope for cancer in cancers)
