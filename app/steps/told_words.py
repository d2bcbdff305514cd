"""How a sentence words figures that the prose tells: whose they are, which is the highest, what two differ by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.steps.cell_figures import listed_words
from app.steps.evidence import EvidenceBase
from app.steps.phrases import NAMES
from app.steps.rankings import _EXTREMES, _RANKS
from app.steps.row_scope import Bound
from app.steps.told_scope import Figure

UNITS = {"os": " months", "pfs": " months", "orr": "%", "n": ""}


def best_in_words(top: list[Figure], place: tuple[str, int, int], among: str, alone: bool, base: EvidenceBase) -> str:
    """The sentence for the figures at a place: the value, the sign of the order, and which from the top."""
    value, sign, first = place
    amount = _amount(top[0])
    named = " and ".join(_who(one, base, alone) for one in top)
    if first > 1:
        order = "descending" if sign > 0 else "ascending"
        return f"By {NAMES[value]} {among}, {order}, {_RANKS[first]}: {amount} {named}."
    word = _EXTREMES.get(value, ("highest", "lowest"))[0 if sign > 0 else 1]
    return f"{among[0].upper()}{among[1:]}, the {word} {NAMES[value]} is {amount}, {named}."


def ordered_in_words(
    ranked: Sequence[Figure], value: str, sign: int, field: str, alone: bool, base: EvidenceBase
) -> str:
    """All figures in their order."""
    order = "descending" if sign > 0 else "ascending"
    said = "; ".join(f"{_amount(one)} {_who(one, base, alone)}" for one in ranked)
    return f"By {NAMES[value]} {field}, {order}: {said}."


def among(names: list[str], tested: bool) -> str:
    """The studies that are ranked; `tested`: without the arms of their comparators."""
    if len(names) == 1 and not tested:
        return f"in {names[0]}"
    return f"among {'the tested arms of ' if tested else ''}{listed_words(names)}"


def pair_in_words(pair: tuple[Figure, Figure], value: str, base: EvidenceBase) -> str:
    """Both figures and what they differ by, in months or percentage points; the larger comes first."""
    more, less = pair
    unit = "percentage points" if value == "orr" else "months"
    sum_ = f"{more.told.figure} − {less.told.figure} = {more.amount - less.amount} {unit}"
    alone = more.study == less.study
    first, second = (f"{_amount(one)} {_who(one, base, alone)}" for one in pair)
    if alone:
        return f"In {study_name(more, base)}, the difference in {NAMES[value]} was {sum_}: {first} against {second}."
    return f"{NAMES[value][0].upper()}{NAMES[value][1:]} was {first} and {second}: {sum_}."


def bound_in_words(bounds: Sequence[Bound], value: str) -> str:
    """ " above 25%", with the space before it; empty without a bound."""
    if not bounds:
        return ""
    signs = {(False, False): "above", (True, False): "below", (False, True): "of at least", (True, True): "of at most"}
    return f" {signs[bounds[0].below, bounds[0].inclusive]} {bounds[0].number:g}{UNITS[value]}"


def studies_of(figures: Iterable[Figure]) -> list[Figure]:
    """The first figure of each study."""
    first: dict[str, Figure] = {}
    for one in figures:
        first.setdefault(one.study, one)
    return list(first.values())


def study_name(one: Figure, base: EvidenceBase) -> str:
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
    return f"{arm} in {study_name(one, base)}" if one.told.arm else f"in {study_name(one, base)}"


def _amount(one: Figure) -> str:
    return f"{one.told.figure}{UNITS[one.told.value]}"
