"""Rankings, lists and differences over figures that the prose alone tells, in the layout of those over the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from app.steps.cell_figures import TITLES, listed_words
from app.steps.draft import Block, Draft, Grid, Line, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.phrases import NAMES
from app.steps.rankings import _EXTREMES, _RANKED_LINES, _RANKS
from app.steps.replies import reply
from app.steps.row_scope import Bound, bounds_of
from app.steps.table_task import (
    _LIST,
    _SEVERAL_TRIALS,
    _asks_difference,
    _comparative_sign,
    _further_words,
    _plain_words,
    _positions,
    _ranked_value,
    _side,
    _sign,
)
from app.steps.told_scope import Figure, ToldScope, told_scope
from app.steps.understand import Question

_UNITS = {"os": " months", "pfs": " months", "orr": "%", "n": ""}
_COMPARED = re.compile(
    r"\b(?:longer|more|add\w*|gain\w*|beat\w*|extra|exten\w*|prolong\w*|improv\w*|better|win|won|over|versus|vs|than|"
    r"between|against|buy|bought|differ\w*|separat\w*|apart|margin|delta|gap|benefit|increment)\b|Δ",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)")


def told_ranking(question: Question, base: EvidenceBase) -> Draft | None:
    """The ranking, list or difference that the question asks for, over figures of the prose; None for other questions.

    It must name such trials, their kind ("rechallenge trials") or their treatments, and nothing that they do not tell.
    """
    beside = question.table or question.of_part or question.statistics or question.strange
    if beside or question.asks_date or question.side_effects:
        return None
    scope = told_scope(question, base)
    if scope is None:
        return None
    value = _ranked_value(question)
    subtracts = (_asks_difference(question) or value.startswith("gain_")) and _COMPARED.search(question.text)
    if subtracts and (told := _difference(question, scope, base)):
        return told
    words = " ".join(_plain_words(question).split())
    if value in _UNITS and (sign := _sign(words, value) or _comparative_sign(question.text, value)):
        return _ranking(question, scope, value, sign, base)
    if scope.by_kind and value in _UNITS and _LIST.search(question.text) and _SEVERAL_TRIALS.search(question.text):
        return None if _further_words(question, base) else _listing(question, scope, value, base)
    return None


def _ranking(question: Question, scope: ToldScope, value: str, sign: int, base: EvidenceBase) -> Draft | None:
    field, tested = _field(question, scope, value)
    lacking = [one for one in _studies(scope.figures) if one.study not in {other.study for other in field}]
    several = len(_studies(field)) > 1
    if len(field) < 2 or (lacking and not (scope.by_kind and several)):
        return None
    ranked = sorted(field, key=lambda one: -sign * one.amount)
    first, count = _positions(question.text)
    steps = list(dict.fromkeys(one.amount for one in ranked))[first - 1 : first - 1 + count]
    best = [one for one in ranked if one.amount in steps]
    if not best:
        return None
    shown = ranked[: max(_RANKED_LINES, ranked.index(best[-1]) + 1)]
    top = [one for one in best if one.amount == steps[0]]
    names = [_study(one, base) for one in _studies(field)]
    text = _best_in_words(top, (value, sign, first), _among(names, tested), len(names) == 1, base)
    blocks: list[Block] = [Statement(text, _supports([*top, *ranked]))]
    blocks += _without_value(lacking, value, base)
    if len(shown) > len(top):
        blocks.append(_grid(shown, value, base))
    return Draft("answered", tuple(blocks), _note(field))


def _field(question: Question, scope: ToldScope, value: str) -> tuple[list[Figure], bool]:
    """The figures that are ranked, and whether those of comparators are left out of them.

    Groups of one study's patients are ranked by themselves only.
    """
    field = list(scope.of(value))
    if any(one.told.role for one in field):
        field = [one for one in field if one.told.role]
    side = _side(question.text)
    if side == "control":
        return [one for one in field if one.told.role == "control"], False
    tested = [one for one in field if one.is_tested]
    singled = {(one.study, one.told.arm) for one in tested} == {
        (one.study, one.told.arm) for one in field if (one.study, one.told.arm) in scope.arms
    }
    narrow = bool(tested) and (side == "active" or len(_studies(field)) > 1 or (singled and len(tested) > 1))
    return (tested, len(tested) < len(field)) if narrow else (field, False)


def _best_in_words(top: list[Figure], place: tuple[str, int, int], among: str, alone: bool, base: EvidenceBase) -> str:
    """The sentence for the figures at a place: the value, the sign of the order, and which from the top."""
    value, sign, first = place
    amount = _amount(top[0])
    named = " and ".join(_who(one, base, alone) for one in top)
    if first > 1:
        order = "descending" if sign > 0 else "ascending"
        return f"By {NAMES[value]} {among}, {order}, {_RANKS[first]}: {amount} {named}."
    word = _EXTREMES.get(value, ("highest", "lowest"))[0 if sign > 0 else 1]
    return f"{among[0].upper()}{among[1:]}, the {word} {NAMES[value]} is {amount}, {named}."


def _among(names: list[str], tested: bool) -> str:
    if len(names) == 1 and not tested:
        return f"in {names[0]}"
    return f"among {'the tested arms of ' if tested else ''}{listed_words(names)}"


def _without_value(lacking: Sequence[Figure], value: str, base: EvidenceBase) -> list[Statement]:
    """Says so where the review's text gives no such figure for trials of the same kind."""
    if not lacking:
        return []
    sections = listed_words(list(dict.fromkeys(f"§{one.place.passage.section}" for one in lacking)))
    names = " or ".join(_study(one, base) for one in lacking)
    return [Statement(reply("cell_empty", place=sections, what=f"{NAMES[value]} for {names}"), own=True)]


def _difference(question: Question, scope: ToldScope, base: EvidenceBase) -> Draft | None:
    """The first value asked for (OS, then PFS, where none is) of which two arms to compare have figures."""
    asked = [value for value in question.values if value in ("os", "pfs", "orr")]
    for value in asked or ("os", "pfs"):
        pairs = _pairs(scope, value)
        texts = [(pair, _pair_in_words(pair, value, base)) for pair in pairs]
        blocks = tuple(Statement(text, _supports(pair)) for pair, text in texts)
        if blocks:
            return Draft("answered", blocks, _note([one for pair in pairs for one in pair]))
    return None


def _pairs(scope: ToldScope, value: str) -> list[tuple[Figure, Figure]]:
    """The arms to be subtracted, the larger first: two that are singled out, or each tested arm and its control."""
    field = scope.of(value)
    known = {(one.study, one.told.arm) for one in field}
    if not all(arms & known for arms in scope.wanted):
        return []  # an arm that is asked about has no such figure
    singled = [one for one in field if (one.study, one.told.arm) in scope.arms]
    studies = _studies(field)
    of_two = [one for one in singled or field if one.is_tested]
    if not scope.by_kind and len(_studies(of_two)) == len(of_two) == len(studies) == 2:
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


def _pair_in_words(pair: tuple[Figure, Figure], value: str, base: EvidenceBase) -> str:
    more, less = pair
    unit = "percentage points" if value == "orr" else "months"
    sum_ = f"{more.told.figure} − {less.told.figure} = {more.amount - less.amount} {unit}"
    alone = more.study == less.study
    first, second = (f"{_amount(one)} {_who(one, base, alone)}" for one in pair)
    if alone:
        return f"In {_study(more, base)}, the difference in {NAMES[value]} was {sum_}: {first} against {second}."
    return f"{NAMES[value][0].upper()}{NAMES[value][1:]} was {first} and {second}: {sum_}."


def _listing(question: Question, scope: ToldScope, value: str, base: EvidenceBase) -> Draft | None:
    """The trials of the kind asked for that have the value, within the bounds that the question sets."""
    bounds = bounds_of(question)
    kinds = {one.told.group for one in scope.figures}
    if len(kinds) != 1 or len(bounds) > 1 or any(bound.value != value for bound in bounds):
        return None
    if not bounds and _NUMBER.search(_plain_words(question)):
        return None  # a trial is described by a figure, which the prose tells better
    field = [one for one in scope.of(value) if one.told.role != "control" and all(_within(one, b) for b in bounds)]
    if not field or scope.arms or (len(_studies(field)) < 2 and not bounds):
        return None
    names = [_study(one, base) for one in _studies(field)]
    kind = base.lexicon.entries[kinds.pop()].name
    trials = "trial" if len(names) == 1 else "trials"
    what = f"{NAMES[value]}{_bound_in_words(bounds, value)}"
    text = f"{len(names)} {trials} of {kind} with a {what}: {listed_words(names)}."
    return Draft("answered", (Statement(text, _supports(field)), _grid(field, value, base)), _note(field))


def _within(one: Figure, bound: Bound) -> bool:
    number = float(one.amount)
    if bound.inclusive and number == bound.number:
        return True
    return number < bound.number if bound.below else number > bound.number


def _bound_in_words(bounds: Sequence[Bound], value: str) -> str:
    if not bounds:
        return ""
    signs = {(False, False): "above", (True, False): "below", (False, True): "of at least", (True, True): "of at most"}
    return f" {signs[bounds[0].below, bounds[0].inclusive]} {bounds[0].number:g}{_UNITS[value]}"


def _studies(figures: Iterable[Figure]) -> list[Figure]:
    """The first figure of each study."""
    first: dict[str, Figure] = {}
    for one in figures:
        first.setdefault(one.study, one)
    return list(first.values())


def _study(one: Figure, base: EvidenceBase) -> str:
    """How a sentence names the study: its trial, the drug, or the section of the review."""
    if one.told.trial:
        name = base.lexicon.entries[one.told.trial].name
        return f"the {name}" if " randomized " in name else name.removesuffix(" trial")
    return one.told.arm if one.told.role else f"§{one.place.passage.section}"


def _who(one: Figure, base: EvidenceBase, alone: bool) -> str:
    """ "with CetIri in CRICKET"; `alone`: the study has been named before."""
    arm = f"in the {one.told.arm}" if one.told.arm.endswith("group") else f"with {one.told.arm}"
    if alone or not one.told.trial:
        return arm
    return f"{arm} in {_study(one, base)}" if one.told.arm else f"in {_study(one, base)}"


def _amount(one: Figure) -> str:
    return f"{one.told.figure}{_UNITS[one.told.value]}"


def _grid(figures: Sequence[Figure], value: str, base: EvidenceBase) -> Grid:
    """A line an arm."""
    lines = [
        Line((_study(one, base) if one.told.trial else "", one.told.arm, one.told.figure), _supports([one]))
        for one in figures
    ]
    return Grid(("Trial", "Treatment", TITLES[value]), tuple(lines))


def _supports(figures: Iterable[Figure]) -> tuple[Support, ...]:
    return tuple(dict.fromkeys(one.place for one in figures))


def _note(figures: Iterable[Figure]) -> tuple[str, ...]:
    return (reply("cross_trial"),) if len(_studies(figures)) > 1 else ()
