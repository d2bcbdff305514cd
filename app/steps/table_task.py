"""What is to be done with the tables: a ranking, a list or count of trials, a difference; plain values need no task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.outcomes import Outcome, outcomes_in
from app.steps.row_scope import RowScope, bounds_of, rows_in_scope
from app.steps.select import asked_terms
from app.steps.understand import Question

Kind = Literal["rank", "list", "difference"]
Side = Literal["active", "control", "any"]

_MOST = re.compile(
    r"\b(?:longest|highest|best|greatest|largest|biggest|strongest|(?<!at )most|top|maximum|max|runner-up|next best|"
    r"commonest|deepest)\b",
    re.I,
)
_LEAST = re.compile(
    r"\b(?:shortest|lowest|worst|smallest|tiniest|weakest|(?<!at )least|fewest|poorest|minimum|min|rarest)\b", re.I
)
_ASCENDING = re.compile(
    r"\b(?:ascending|increasing|(?:shortest|lowest|smallest|worst)(?: \w+)? first|from (?:worst|shortest|lowest|smallest)"
    r"|(?:worst|shortest|lowest|smallest) to)\b",
    re.I,
)
_RANKED = ("os", "pfs", "orr", "n")
_SIZE = re.compile(
    r"\b(?:largest|biggest|smallest|tiniest) (?:(?!OS|PFS|ORR|gain|benefit|diff)[\w-]+ ){0,3}?"
    r"(?:trials?|stud(?:y|ies)|sample|population|cohorts?)\b"
    r"|\bby (?:number|size)\b|\b(?:most|fewest) (?:patients|participants|people)\b",
    re.I,
)
_TRIALS = r"(?:trials?|stud(?:y|ies|ys)|RCTs?)"
_NOUN = (
    rf"(?:{_TRIALS}|[\w-]*inhibitors|TKIs|antibodies|drugs?|agents?|compounds?|regimens?|treatments?|"
    r"therap(?:y|ies)|combinations?|medicines?|options|entries|rows)"
)
# "Which two negative trials …", "list all studies …", "how many of the drugs …".
_LIST = re.compile(
    rf"\b(?:which|what|wich|name|list|enumerate|how many)\b(?: (?:of|all|the|me|are|were|other|any|in))*"
    rf"(?: [\w/+-]+){{0,5}}? {_NOUN}\b"
    rf"|\b{_NOUN}\b[^.?]{{0,80}}\b(?:which (?:ones?|of them)|which\?)|\b(?:complete|full|whole) (?:set|list) of "
    rf"{_NOUN}\b|\b{_NOUN}\b[^?]{{0,80}}[:,] w(?:hi|ih)ch (?:had|reached|showed|gave|were|have|are|improved|prolonged|"
    rf"failed|missed|met|ones?)\b"
    rf"|\b(?:[\w-]+ )?{_NOUN} (?:in which|where|with|w/|that|whose)(?!\w)"
    rf"|\bany (?:[\w-]+ ){{0,4}}?{_NOUN}\b[^.?]{{0,40}}\b(?:where|that|with)\b"
    rf"|\bname (?:them|all)\b|^\W*all (?:[\w/+-]+ ){{0,5}}?{_NOUN}\b",
    re.I,
)
_TESTED = re.compile(r"\b(?:tested|studied|investigated|evaluated|tried|examined)\b", re.I)
_OF_TRIALS = re.compile(rf"\b{_TRIALS}\b", re.I)
_WHICH_ONE = (
    r"\b(?:which|wich) (?:of|one|(?:[\w-]+ ){0,3}?(?:trial|study|drug|agent|arm|regimen|treatment|sequence|order|dose|"
    r"combination|inhibitor|antibody))\b(?!s)"
)
# "Which of the two had the stronger effect": a ranking of two.
_COMPARATIVE = re.compile(
    rf"^(?=.*{_WHICH_ONE}).*\b(?P<more>longer|higher|better|greater|larger|stronger|bigger|more)\b(?! than)"
    rf"|^(?=.*{_WHICH_ONE}).*\b(?P<less>shorter|lower|worse|smaller|weaker|fewer)\b(?! than)",
    re.I | re.S,
)
# Ordinary words that a list of trials may have beside its conditions.
_NOT_TABLED = frozenset({"approval", "rechallenge", "anti_egfr_rechallenge", "guideline"})
_LISTING = frozenset(
    "median month patient arm control control-arm signific longer better surviv respons rate trial studi drug agent "
    "phase two three both all unselect random test use versus against bsc progress improv prolong effect show shown "
    "enrol onli publish year includ report investig compar evalu arm had with name "
    "benefit chemo refractori mcrc treatment therapi combin regimen activ singl alon mono".split()
)
_DIFFERENCE = re.compile(
    r"\b(?:difference|differ(?:s|ed)?|delta|gap|by how (?:much|many)|how (?:many|much) (?:more |longer|months)|"
    r"(?:absolute |net )?(?:gain|increment|prolongation|benefit in months)|months (?:gained|more|longer|"
    r"separate)|separates?|"
    r"apart|gained|add(?:s|ed)? (?:how|to (?:median )?(?:survival|OS|PFS))|extra months?|forskel\w*|"
    r"unterschied\w*|(?:by )?what margin|bought|improvement in (?:median )?(?:survival|OS|PFS)|"
    r"how (?:many|much) [^?]{0,60}(?:buy|win|add|gain|extra)|worked out|subtract\w*)\b|Δ",
    re.I,
)
_GAIN = re.compile(
    r"\b(?:gains?|improvements?|increments?|prolongation|differences?|deltas?|absolute benefits?|benefits?|"
    r"adds? (?:the )?most|added (?:the )?most|most added)\b",
    re.I,
)
_NO_DIFFERENCE = re.compile(r"\b(?:significan\w+|no) differ\w*|\bdiffer\w*[^.?!]{0,40}\bsignifican", re.I)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_ORDINAL = re.compile(
    r"\b(?:(?P<place>second|2nd|third|3rd)[- ](?:best|most|longest|highest|lowest|shortest|largest|worst)|runner-up|"
    r"next best|comes? second)\b",
    re.I,
)
_ORDERED = re.compile(
    r"^\W*(?:please |pls |can you |could you )?(?:order|rank|sort)\b|\b(?:order|rank|sort)(?:ed)? (?:these |them |the "
    r"\w+ )?(?:by|from)\b|\bin (?:descending |ascending )?order of\b",
    re.I,
)
_WHOLE = 12
_TOP = re.compile(
    r"\btop[- ](?:(?P<digit>[2-5])|(?P<word>two|three|four|five))\b"
    r"|\b(?P<more>two|three|four|five|[2-5]) (?:best|longest|highest|lowest|shortest|largest|worst)\b",
    re.I,
)
_BOUND_SIGN = re.compile(r"[<>≥≤=]")
_YEAR = re.compile(r"\b(?:publ(?:ished|\.)?|from|in|year) (?:in )?20\d\d\b", re.I)
_AGENTS = re.compile(r"\b(?:drugs|agents|compounds|antibodies|inhibitors|combinations|regimens)\b", re.I)
_SEVERAL_TRIALS = re.compile(r"\b(?:trials|studies|studys|RCTs|drugs|agents|regimens|treatments|combinations)\b", re.I)
# "(not SUNLIGHT)" denies nothing of a result.
_LEFT_OUT = re.compile(r"\(?\b(?:not|except|excluding|without|other than|apart from) [A-Z][A-Z0-9-]{3,}\b[^)]*\)?")
_HOW_COMMON = re.compile(
    r"\b(?:rarest|commonest|(?:most|least) (?:common|frequent|prevalent))\b[^?.]{0,40}\b(?:alteration|marker|biomarker|"
    r"subgroup|mutation|target|aberration|group|driver|finding)s?\b",
    re.I,
)
_STRONG_EFFECT = re.compile(r"\b(?:biggest|largest|greatest|highest|most) (?:\w+ ){0,2}?(?:effect|benefit|reduction)\b", re.I)
_FAVOURABLE = frozenset({"best", "greatest", "strongest", "most", "lowest", "smallest", "shortest"})
_CONTROL_ARM = re.compile(
    r"\b(?:placebo|control|comparator|BSC|best supportive care)(?: arms?| groups?)\b|\bon (?:placebo|BSC)\b"
    r"|\b(?:placebo|control) (?:medians?|recipients|takers|outcomes?)\b"
    r"|\b(?:placebo|control|comparator) (?:patients|survival|OS|PFS)\b",
    re.I,
)
_ACTIVE_ARM = re.compile(r"\b(?:active|experimental|treatment|tested|investigational) arms?\b", re.I)
_MEASURED = frozenset({"os", "pfs", "orr"})
_CONDITION = re.compile(
    r"\b(?:positive|negative|significan\w*|fail\w*)\b|\b(?:that|which) (?:\w+ ){0,2}?(?:improved|prolonged|beat|won)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class TableTask:
    """`value` is what is ranked or subtracted ("os", "hr_os", "gain_os", "n" …); `sign` +1 for the largest, −1 for the
    smallest; `first` is the place in the ranking that is asked for, `count` how many are.
    """

    kind: Kind
    value: str
    sign: int
    side: Side
    scope: RowScope
    first: int = 1
    count: int = 1


def table_task(question: Question, rows: tuple[RowFacts, ...], base: EvidenceBase) -> TableTask | None:
    """The task of the question; `rows` are those that it names by trial or treatment. None where it has none."""
    if _names_untabled_trial(question, base):
        return None
    outcomes = outcomes_in(_LEFT_OUT.sub(" ", question.text), base.lexicon)
    value = _ranked_value(question)
    sign = _sign(_plain_words(question), value)
    side = _side(question.text)
    if (
        not sign
        and value
        and "significant" not in question.text.casefold()
        and (_names_several(question, rows) or _OF_TRIALS.search(question.text))
    ):
        sign = _comparative_sign(_plain_words(question), value)
    if value == "prevalence":
        rows = tuple(facts for facts in base.rows if facts.table.number == "1")
        return TableTask("rank", value, 1 if sign > 0 else -1, side, RowScope(rows, True), 1, _WHOLE)
    if sign and value:
        scope = _scope_of_ranking(question, rows, outcomes, base)
        first, count = _positions(question.text)
        several = len(scope.rows) > 1 or (len(scope.rows) == 1 and len(scope.rows[0].row.arms) > 2)
        return TableTask("rank", value, sign, side, scope, first, count) if several else None
    if _asks_difference(question) and rows and (values := [one for one in question.values if one in _MEASURED]):
        return TableTask("difference", values[0], 1, side, RowScope(rows, True))
    asks = (
        _LIST.search(question.text)
        or (question.table and _BOUND_SIGN.search(question.text))
        or (_SEVERAL_TRIALS.search(question.text) and (bounds_of(question) or _YEAR.search(question.text)))
    )
    if not _names_trial(question) and asks and not _of_prose(question):
        scope = rows_in_scope(question, outcomes, base)
        listed = (
            outcomes
            or scope.bounds
            or scope.words
            or (_OF_TRIALS.search(question.text) and not _further_words(question, base))
            or (_TESTED.search(question.text) and _AGENTS.search(question.text))
        )
        if scope.narrowed and scope.rows and listed:
            return TableTask("list", value or "os", 0, side, scope)
    return None


def _of_prose(question: Question) -> bool:
    """Whether dates, approvals or rechallenge are asked for, which no table lists."""
    return question.asks_date or bool(_NOT_TABLED & set(question.named))


def _names_untabled_trial(question: Question, base: EvidenceBase) -> bool:
    """Whether a trial is named that no table has a row of: the prose alone tells of it."""
    tabled = frozenset[str]().union(*(facts.trials for facts in base.rows))
    return any(name not in tabled for name in question.named if base.lexicon.entries[name].kind == "trial")


def _asks_difference(question: Question) -> bool:
    return bool(_DIFFERENCE.search(question.text)) and not _NO_DIFFERENCE.search(question.text)


def _names_trial(question: Question) -> bool:
    return any(mention.kind == "trial" for mention in question.mentions)


def _further_words(question: Question, base: EvidenceBase) -> bool:
    """Whether the question has ordinary words of the corpus that no condition on trials accounts for."""
    words = {term for term in asked_terms(question, base) if not term.startswith("=") and base.is_known(term)}
    return len(words - _LISTING) > 1


def _plain_words(question: Question) -> str:
    """The text without the names in it: "best supportive care" asks for no best."""
    text = question.text
    for mention in reversed(question.mentions):
        if mention.kind not in ("endpoint", "term"):
            text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _comparative_sign(text: str, value: str) -> int:
    found = _COMPARATIVE.search(text)
    if not found:
        return 0
    sign = 1 if found["more"] else -1
    good = (found["more"] or "").casefold() in ("better", "stronger", "longer")
    return (-1 if good else sign) if value.startswith("hr_") else sign


def _ranked_value(question: Question) -> str:
    if _HOW_COMMON.search(question.text):
        return "prevalence"
    if _SIZE.search(question.text):
        return "n"
    values = [value for value in question.values if value in _RANKED]
    if _GAIN.search(question.text) and "hr" not in question.statistics and (not values or values[0] in _MEASURED):
        return f"gain_{values[0] if values else 'os'}"
    if "hr" in question.statistics:
        return f"hr_{values[0]}" if values and values[0] in ("os", "pfs") else "hr_os"
    return values[0] if values else ""


def _sign(text: str, value: str) -> int:
    """+1 where the largest figure is asked for, −1 for the smallest; the best hazard ratio is the smallest."""
    most, least = _MOST.search(text), _LEAST.search(text)
    if _ORDERED.search(text):
        return -1 if bool(_ASCENDING.search(text)) != value.startswith("hr_") else 1
    if bool(most) == bool(least):
        return 1 if most else 0
    if value.startswith("hr_"):
        words = most or least
        good = words is not None and (words.group().casefold() in _FAVOURABLE or bool(_STRONG_EFFECT.search(text)))
        return -1 if good else 1
    return 1 if most else -1


def _side(text: str) -> Side:
    if _CONTROL_ARM.search(text):
        return "control"
    return "active" if _ACTIVE_ARM.search(text) else "any"


def _scope_of_ranking(
    question: Question, rows: tuple[RowFacts, ...], outcomes: tuple[Outcome, ...], base: EvidenceBase
) -> RowScope:
    """The trials that the question (or the turns before it) names, if several; else all that its words leave in."""
    if _names_several(question, rows) or _ranks_arms(question, rows):
        return RowScope(rows, True)
    if _ORDERED.search(question.text) and (named := _each_of_drugs(question, base)):
        return RowScope(named, True)
    claims = () if question.table else tuple(outcome for outcome in outcomes if _is_condition(outcome, question))
    return rows_in_scope(question, claims, base)


def _positions(text: str) -> tuple[int, int]:
    """The place asked for ("second longest") and how many ("top three"); the first alone where neither is said."""
    if _ORDERED.search(text) or (_MOST.search(text) and _LEAST.search(text)):
        return 1, _WHOLE
    place = _ORDINAL.search(text)
    several = _TOP.search(text)
    count = (several["digit"] or several["word"] or several["more"]).casefold() if several else "1"
    third = bool(place) and (place["place"] or "").casefold() in ("third", "3rd") if place else False
    return (3 if third else 2) if place else 1, _NUMBERS.get(count) or int(
        count
    )


def _each_of_drugs(question: Question, base: EvidenceBase) -> tuple[RowFacts, ...]:
    """The rows of Table 1 for the treatments that the question names, one each, where it names several."""
    named = [
        frozenset({mention.id, *base.lexicon.entries[mention.id].parts})
        for mention in question.mentions
        if mention.kind in ("drug", "regimen", "trial")
    ]
    overview = [facts for facts in base.rows if facts.table.number == "1"]
    found = [
        facts
        for facts in overview
        if any(name & facts.trials or any(arm and arm == name & facts.drugs for arm in facts.arms) for name in named)
    ]
    return tuple(found) if len(found) > 1 else ()


def _ranks_arms(question: Question, rows: tuple[RowFacts, ...]) -> bool:
    """Whether the arms of one trial of more than two are to be ranked."""
    return len(rows) == 1 and len(rows[0].row.arms) > 2 and _names_trial(question) and not question.table


def _names_several(question: Question, rows: tuple[RowFacts, ...]) -> bool:
    named = frozenset(question.named)
    return len([facts for facts in rows if facts.trials & named]) > 1


def _is_condition(outcome: Outcome, question: Question) -> bool:
    """ "positive trials", "drugs that improved survival" are conditions; "the longer OS" of a ranking is none."""
    return bool(_CONDITION.search(question.text))


def named_drugs(question: Question, base: EvidenceBase) -> frozenset[str]:
    """The drugs that the question names, controls left out."""
    return frozenset(name for name in question.entities if base.lexicon.entries[name].kind == "drug") - CONTROLS
