"""Whether the status is right, and the two ways in which a refusal goes wrong."""

from __future__ import annotations

from eval.measures.measure import Measure, Score, good
from eval.replies import Reply
from eval.sets import Item

REFUSALS = frozenset({"insufficient_evidence", "out_of_scope"})


def _is_right(item: Item, reply: Reply) -> Score:
    return good(reply.given.status == item.status, f"status {reply.given.status}, expected {item.status}")


def _is_answered(item: Item, reply: Reply) -> Score:
    return good(reply.given.status not in REFUSALS, f"refused ({reply.given.status})")


def _is_refused(item: Item, reply: Reply) -> Score:
    return good(reply.given.status in REFUSALS, f"not refused (status {reply.given.status})")


STATUS = Measure("status", "Status right", "the status is the expected one", lambda item: True, _is_right, decides=True)
NO_FALSE_REFUSAL = Measure(
    "no_false_refusal",
    "No false refusal",
    "what can be answered is not refused",
    lambda item: item.status == "answered",
    _is_answered,
)
NO_MISSED_REFUSAL = Measure(
    "no_missed_refusal",
    "No missed refusal",
    "what the review does not say, or what is off topic, is refused",
    lambda item: item.status in REFUSALS,
    _is_refused,
)
