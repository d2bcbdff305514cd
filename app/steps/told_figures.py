"""Rankings, lists and differences over figures that the prose alone tells, in the layout of those over the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from app.steps.cell_figures import TITLES, listed_words
from app.steps.draft import Block, Draft, Grid, Line, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.phrases import NAMES
from app.steps.ranking_words import (
    LIST,
    SEVERAL_TRIALS,
    asks_difference,
    comparative_sign,
    further_words,
    plain_words,
    positions,
    ranked_value,
    side_of,
    sign_of,
)
from app.steps.rankings import RANKED_LINES
from app.steps.replies import reply
from app.steps.row_scope import Bound, bounds_of
from app.steps.told_scope import Figure, ToldScope, figures_of, told_scope
from app.steps.told_words import (
    UNITS,
    among,
    best_in_words,
    bound_in_words,
    ordered_in_words,
    pair_in_words,
    studies_of,
    study_name,
)
from app.steps.understand import Question
from index.references import without_references

# A difference is asked for only where its size is: "was the gain confirmed?" asks for something else.
_HOW_MUCH = re.compile(
    r"\bhow (?:many|much|far|big|large)\b[^?]*\b(?:longer|more|higher|better|add\w*|gain\w*|beat\w*|extra|exten\w*|"
    r"prolong\w*|improv\w*|win|won|over|versus|vs|than|between|against|buy|bought|differ\w*|separat\w*|apart|"
    r"benefit)\b"
    r"|\b(?:differ(?:ences?|s|ed)?|delta|gap|margin|subtract\w*|"
    r"(?:absolute|net|size of the) (?:\w+ )?(?:gain|benefit)|"
    r"what (?:is|was) the (?:\w+ )?(?:gain|benefit|increment))\b|Δ",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)")


def told_ranking(question: Question, base: EvidenceBase) -> Draft | None:
    """The ranking, list or difference that the question asks for, over figures of the prose; None for other questions.

    It must name such trials, their kind ("rechallenge trials") or their treatments, and nothing that they do not tell.
    """
    beside = question.table or question.of_part or question.statistics or question.strange
    if beside or question.asks_date or question.side_effects or question.asks_why:
        return None
    scope = told_scope(question, base)
    if scope is None:
        return None
    value = ranked_value(question)
    subtracts = asks_difference(question) and _HOW_MUCH.search(question.text)
    if subtracts and (told := _difference(question, scope, base)):
        return told
    words = " ".join(plain_words(question).split())
    if value in UNITS and (sign := sign_of(words, value) or comparative_sign(question.text, value)):
        return _ranking(question, scope, value, sign, base)
    if scope.by_kind and value in UNITS and LIST.search(question.text) and SEVERAL_TRIALS.search(question.text):
        return None if further_words(question, base) else _listing(question, scope, value, base)
    return None


def _ranking(question: Question, scope: ToldScope, value: str, sign: int, base: EvidenceBase) -> Draft | None:
    field, tested = _field(question, scope, value)
    lacking = [one for one in studies_of(scope.figures) if one.study not in {other.study for other in field}]
    several = len(studies_of(field)) > 1
    if len(field) < 2 or (lacking and not (scope.by_kind and several)):
        return None
    ranked = sorted(field, key=lambda one: -sign * one.amount)
    first, count = positions(question.text)
    steps = list(dict.fromkeys(one.amount for one in ranked))[first - 1 : first - 1 + count]
    best = [one for one in ranked if one.amount in steps]
    if not best:
        return None
    shown = ranked[: max(RANKED_LINES, ranked.index(best[-1]) + 1)]
    top = [one for one in best if one.amount == steps[0]]
    names = [study_name(one, base) for one in studies_of(field)]
    alone, field_words = len(names) == 1, among(names, tested)
    if count >= len(ranked):
        text = ordered_in_words(ranked, value, sign, field_words, alone, base)
    else:
        text = best_in_words(top, (value, sign, first), field_words, alone, base)
    blocks: list[Block] = [Statement(text, _supports([*top, *ranked]))]
    blocks += _without_value(lacking, value, base)
    if len(shown) > len(top):
        blocks.append(_grid(shown, value, base))
    return Draft("answered", (*blocks, *_in_one_sentence(field)), _note(field))


def _in_one_sentence(figures: Iterable[Figure]) -> tuple[Statement, ...]:
    """The sentence itself where one sentence tells all of the figures: it says what else holds of them."""
    places = _supports(figures)
    if len(places) != 1:
        return ()
    words = " ".join(without_references(places[0].quote).split())
    return (Statement(words, places, layout="paragraph"),)


def _field(question: Question, scope: ToldScope, value: str) -> tuple[list[Figure], bool]:
    """The figures that are ranked, and whether those of comparators are left out of them.

    Groups of one study's patients are ranked by themselves only.
    """
    field = list(scope.of(value))
    if any(one.told.role for one in field):
        field = [one for one in field if one.told.role]
    side = side_of(question.text)
    if side == "control":
        return [one for one in field if one.told.role == "control"], False
    tested = [one for one in field if one.is_tested]
    singled = {(one.study, one.told.arm) for one in tested} == {
        (one.study, one.told.arm) for one in field if (one.study, one.told.arm) in scope.arms
    }
    narrow = bool(tested) and (side == "active" or len(studies_of(field)) > 1 or (singled and len(tested) > 1))
    return (tested, len(tested) < len(field)) if narrow else (field, False)


def _without_value(lacking: Sequence[Figure], value: str, base: EvidenceBase) -> list[Statement]:
    """Says so where the review's text gives no such figure for trials of the same kind."""
    if not lacking:
        return []
    sections = listed_words(list(dict.fromkeys(f"§{one.place.passage.section}" for one in lacking)))
    names = " or ".join(study_name(one, base) for one in lacking)
    return [Statement(reply("cell_empty", place=sections, what=f"{NAMES[value]} for {names}"), own=True)]


def _difference(question: Question, scope: ToldScope, base: EvidenceBase) -> Draft | None:
    """The first value asked for (OS, then PFS, where months are) of which two arms to compare have figures."""
    asked = [value for value in question.values if value in ("os", "pfs", "orr")]
    for value in asked or (("os", "pfs") if "months" in question.named else ()):
        pairs = _pairs(scope, value)
        texts = [(pair, pair_in_words(pair, value, base)) for pair in pairs]
        if blocks := tuple(Statement(text, _supports(pair)) for pair, text in texts):
            used = [one for pair in pairs for one in pair]
            return Draft("answered", (*blocks, *_in_one_sentence(used)), _note(used))
    return None


def _pairs(scope: ToldScope, value: str) -> list[tuple[Figure, Figure]]:
    """The arms to be subtracted, the larger first: two that are singled out, or each tested arm and its control."""
    field = scope.of(value)
    known = {(one.study, one.told.arm) for one in field}
    if not all(arms & known for arms in scope.wanted):
        return []  # an arm that is asked about has no such figure
    if scope.by_kind and not scope.wanted and not scope.versus_control:
        return []  # which of several trials' arms are meant is not said
    singled = [one for one in field if (one.study, one.told.arm) in scope.arms]
    studies = studies_of(field)
    of_two = [one for one in singled or field if one.is_tested]
    if not scope.by_kind and len(studies_of(of_two)) == len(of_two) == len(studies) == 2:
        return [_ordered(of_two[0], of_two[1])]
    pairs = []
    for study in {one.study: None for one in studies}:
        arms = [one for one in field if one.study == study]
        pairs += _pairs_within(arms, [one for one in singled if one.study == study], scope.versus_control)
    return [_ordered(*pair) for pair in pairs if pair[0].amount != pair[1].amount]


def _pairs_within(arms: list[Figure], singled: list[Figure], versus_control: bool) -> list[tuple[Figure, Figure]]:
    controls = [one for one in arms if one.told.role == "control"]
    tested = [one for one in singled if one not in controls]
    if len(tested) == 2 and not versus_control and not any(one in controls for one in singled):
        return [(tested[0], tested[1])]
    if len(controls) == 1:
        return list(product(tested or [one for one in arms if one not in controls], controls))
    return [(arms[0], arms[1])] if len(arms) == 2 and not controls else []


def _ordered(one: Figure, other: Figure) -> tuple[Figure, Figure]:
    return (one, other) if one.amount >= other.amount else (other, one)


def _listing(question: Question, scope: ToldScope, value: str, base: EvidenceBase) -> Draft | None:
    """The trials of the kind asked for that have the value, within the bounds that the question sets."""
    bounds = bounds_of(question)
    kinds = {one.told.group for one in scope.figures}
    if len(kinds) != 1 or len(bounds) > 1 or any(bound.value != value for bound in bounds):
        return None
    if not bounds and _NUMBER.search(plain_words(question)):
        return None  # a trial is described by a figure, which the prose tells better
    field = [one for one in scope.of(value) if one.told.role != "control" and all(_within(one, b) for b in bounds)]
    if not field or scope.arms or (len(studies_of(field)) < 2 and not bounds):
        return None
    names = [study_name(one, base) for one in studies_of(field)]
    kind = base.lexicon.entries[kinds.pop()].name
    trials = "trial" if len(names) == 1 else "trials"
    what = f"{NAMES[value]}{bound_in_words(bounds, value)}"
    text = f"{len(names)} {trials} of {kind} with a {what}: {listed_words(names)}."
    return Draft("answered", (Statement(text, _supports(field)), _grid(field, value, base)), _note(field))


def told_of_arms(count: int, base: EvidenceBase) -> tuple[Statement, ...]:
    """For each trial that the prose alone tells of, with so many arms: the sentence that gives their figures."""
    arms: dict[tuple[str, str], dict[str, Figure]] = {}
    for one in figures_of(base):
        if one.told.trial and one.told.role:
            arms.setdefault((one.told.trial, one.told.value), {})[one.told.arm] = one
    chosen = {trial: list(told.values()) for (trial, _), told in arms.items() if len(told) == count}
    places = (_supports(figures) for figures in chosen.values())
    return tuple(
        Statement(" ".join(without_references(place[0].quote).split()), place, layout="paragraph")
        for place in places
        if len(place) == 1
    )


def _within(one: Figure, bound: Bound) -> bool:
    number = float(one.amount)
    if bound.inclusive and number == bound.number:
        return True
    return number < bound.number if bound.below else number > bound.number


def _grid(figures: Sequence[Figure], value: str, base: EvidenceBase) -> Grid:
    """A line an arm."""
    lines = [
        Line((study_name(one, base) if one.told.trial else "", one.told.arm, one.told.figure), _supports([one]))
        for one in figures
    ]
    return Grid(("Trial", "Treatment", TITLES[value]), tuple(lines))


def _supports(figures: Iterable[Figure]) -> tuple[Support, ...]:
    return tuple(dict.fromkeys(one.place for one in figures))


def _note(figures: Iterable[Figure]) -> tuple[str, ...]:
    return (reply("cross_trial"),) if len(studies_of(figures)) > 1 else ()
