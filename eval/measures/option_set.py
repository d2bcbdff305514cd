"""Whether exactly the right options are eligible, and in the right order."""

from __future__ import annotations

from eval.measures.measure import Measure, Score, good, vignette_of
from eval.replies import Reply
from eval.sets import Item
from eval.vignettes import Vignette


def judges_options(item: Item) -> bool:
    """Whether the verdicts on the item's patient are known: a what-if's gold says what is stored, not what is asked."""
    return isinstance(item.gold, Vignette) and not item.gold.hypothetical


def expected_options(item: Item) -> list[str]:
    """The options that are to be eligible, in order; none where no patient is to be weighed."""
    from app.rules.engine import evaluate

    if item.status != "answered":
        return []
    return [one.id for one in evaluate(vignette_of(item).profile) if one.verdict == "eligible"]


def eligible_options(reply: Reply) -> list[str]:
    """The options that the answer calls eligible, in its order."""
    return [one.id for one in reply.given.options or () if one.verdict == "eligible"]


def _is_same_set(item: Item, reply: Reply) -> Score:
    expected, given = expected_options(item), eligible_options(reply)
    missing = [f"not {name}" for name in expected if name not in given]
    extra = [f"wrongly {name}" for name in given if name not in expected]
    return good(not missing and not extra, f"eligible: {', '.join(missing + extra)}")


def _is_same_order(item: Item, reply: Reply) -> Score | None:
    expected, given = expected_options(item), eligible_options(reply)
    if set(expected) != set(given):
        return None
    return good(expected == given, f"order {', '.join(given)}; expected {', '.join(expected)}")


OPTION_SET = Measure(
    "option_set",
    "Option set",
    "exactly the options that the expected profile opens are called eligible",
    judges_options,
    _is_same_set,
    decides=True,
)
OPTION_ORDER = Measure(
    "option_order",
    "Option order",
    "the eligible options stand in the expected order, of answers that have the right ones",
    judges_options,
    _is_same_order,
    decides=True,
)
