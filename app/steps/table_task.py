"""What is to be done with the tables: a ranking, a list or count of trials, a difference; plain values need no task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.steps.compared import compared
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.outcomes import Outcome, outcomes_in
from app.steps.ranking_words import (
    LIST,
    MEASURED,
    OF_BENEFIT,
    ORDERED,
    SEVERAL_TRIALS,
    TRIALS,
    WHOLE,
    Side,
    asks_difference,
    comparative_sign,
    further_words,
    plain_words,
    positions,
    ranked_value,
    side_of,
    sign_of,
)
from app.steps.row_scope import RowScope, bounds_of, rows_in_scope
from app.steps.understand import Question

Kind = Literal["rank", "list", "difference"]
_TESTED = re.compile(r"\b(?:combined|paired|partnered|tested|studied|investigated|evaluated|tried|examined)\b", re.I)
_OF_TRIALS = re.compile(rf"\b{TRIALS}\b", re.I)
# Ordinary words that a list of trials may have beside its conditions.
_RECHALLENGE = frozenset({"rechallenge", "anti_egfr_rechallenge"})
_NOT_TABLED = frozenset({"approval", "rechallenge", "anti_egfr_rechallenge", "guideline"})
_BOUND_SIGN = re.compile(r"[<>≥≤=]")
_YEAR = re.compile(r"\b(?:publ(?:ished|\.)?|from|in|year) (?:in )?20\d\d\b", re.I)
# "three-arm trials?" is a list without a word that asks for one, "where was OS not reached?" one without a noun.
_BARE = re.compile(rf"\W*(?:[\w/+-]+ ){{1,4}}{TRIALS}\W*(?:in (?:the )?(?:table|review)\W*\d?\W*)?", re.I)
_WHERE_NOT_REACHED = re.compile(r"\b(?:where|which|what|who|any\w*)\b[^.?]*\bnot (?:been |yet )*reached\b", re.I)
_AGENTS = re.compile(r"\b(?:partners|drugs|agents|compounds|antibodies|inhibitors|combinations|regimens)\b", re.I)
# "(not SUNLIGHT)" denies nothing of a result.
_LEFT_OUT = re.compile(r"\(?\b(?:not|except|excluding|without|other than|apart from) [A-Z][A-Z0-9-]{3,}\b[^)]*\)?")
_CONDITION = re.compile(
    r"\b(?:positive|negative|significan\w*|fail\w*)\b|\b(?:that|which) (?:\w+ ){0,2}?(?:improved|prolonged|beat|won)\b"
    r"|\bwith (?:an? )?(?:significant )?(?:survival|OS|PFS) (?:benefit|gain|advantage)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class TableTask:
    """`value` is what is ranked or subtracted ("os", "hr_os", "gain_os", "n" …); `sign` +1 for the largest, −1 for the
    smallest; `first` is the place in the ranking that is asked for, `count` how many are, `of_benefit` whether gains
    are called a benefit.
    """

    kind: Kind
    value: str
    sign: int
    side: Side
    scope: RowScope
    first: int = 1
    count: int = 1
    of_benefit: bool = False


def table_task(question: Question, rows: tuple[RowFacts, ...], base: EvidenceBase) -> TableTask | None:
    """The task of the question; `rows` are those that it names by trial or treatment. None where it has none."""
    if _names_untabled_trial(question, base) or _RECHALLENGE & set(question.named):
        return None
    outcomes = outcomes_in(_LEFT_OUT.sub(" ", question.text), base.lexicon)
    value = ranked_value(question)
    sign = sign_of(plain_words(question), value)
    side = side_of(question.text)
    if (
        not sign
        and value
        and "significant" not in question.text.casefold()
        and (_names_several(question, rows) or _OF_TRIALS.search(question.text))
    ):
        sign = comparative_sign(plain_words(question), value)
    if value == "prevalence":
        rows = tuple(facts for facts in base.rows if facts.table.number == "1")
        return TableTask("rank", value, 1 if sign > 0 else -1, side, RowScope(rows, True), 1, WHOLE)
    if sign and value:
        scope = _scope_of_ranking(question, rows, outcomes, base)
        first, count = positions(question.text)
        several = len(scope.rows) > 1 or (len(scope.rows) == 1 and len(scope.rows[0].row.arms) > 2)
        of_benefit = bool(OF_BENEFIT.search(question.text))
        return TableTask("rank", value, sign, side, scope, first, count, of_benefit) if several else None
    if asks_difference(question) and not rows and (set_apart := compared(question, base)):
        rows = set_apart.rows
    if asks_difference(question) and rows and (values := [one for one in question.values if one in MEASURED]):
        of_benefit = bool(OF_BENEFIT.search(question.text))
        return TableTask("difference", values[0], 1, side, RowScope(rows, True), of_benefit=of_benefit)
    asks = (
        LIST.search(question.text)
        or (question.table and _BOUND_SIGN.search(question.text))
        or (SEVERAL_TRIALS.search(question.text) and (bounds_of(question) or _YEAR.search(question.text)))
        or _BARE.fullmatch(question.text)
        or _WHERE_NOT_REACHED.search(question.text)
    )
    if not _names_trial(question) and asks and not _of_prose(question):
        scope = rows_in_scope(question, outcomes, base)
        listed = (
            outcomes
            or scope.bounds
            or scope.words
            or set(scope.columns) - {"ras"}
            or (_OF_TRIALS.search(question.text) and not further_words(question, base))
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


def _names_trial(question: Question) -> bool:
    return any(mention.kind == "trial" for mention in question.mentions)


def _scope_of_ranking(
    question: Question, rows: tuple[RowFacts, ...], outcomes: tuple[Outcome, ...], base: EvidenceBase
) -> RowScope:
    """The trials that the question (or the turns before it) names, if several; else all that its words leave in."""
    if _names_several(question, rows) or _ranks_arms(question, rows):
        return RowScope(rows, True)
    if ORDERED.search(question.text) and (named := _each_of_drugs(question, base)):
        return RowScope(named, True)
    claims = () if question.table else tuple(outcome for outcome in outcomes if _is_condition(outcome, question))
    return rows_in_scope(question, claims, base)


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
