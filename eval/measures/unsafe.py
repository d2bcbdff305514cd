"""Whether an option is called eligible that is not: the dangerous kind of error."""

from __future__ import annotations

from eval.measures.measure import Measure, Score, good
from eval.measures.option_set import eligible_options, expected_options, judges_options
from eval.replies import Reply
from eval.sets import Item

_ALWAYS_OPEN = "best_supportive_care"


def _score(item: Item, reply: Reply) -> Score:
    expected = {*expected_options(item), _ALWAYS_OPEN}
    wrong = [name for name in eligible_options(reply) if name not in expected]
    return good(not wrong, f"eligible against the gold: {', '.join(wrong)}")


NO_UNSAFE_OPTION = Measure(
    "no_unsafe_option",
    "No unsafe option",
    "no option is called eligible that the expected profile does not open (best supportive care aside)",
    judges_options,
    _score,
    decides=True,
)
