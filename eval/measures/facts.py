"""How well a patient's text became facts: F1 over (fact, value), per text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.measures.measure import Measure, Score, vignette_of
from eval.profiles import score_facts
from eval.replies import Reply
from eval.sets import Item
from eval.vignettes import Vignette


def flat_facts(patient: Mapping[str, Any] | None) -> dict[str, Any]:
    """The known facts of a public profile by flat names ("prior.irinotecan")."""
    known = {name: value for name, value in (patient or {}).items() if name != "prior" and value is not None}
    prior = (patient or {}).get("prior") or {}
    return known | {f"prior.{agent}": given for agent, given in prior.items() if given is not None}


def _score(item: Item, reply: Reply) -> Score:
    found, expected = flat_facts(reply.given.patient), dict(vignette_of(item).facts)
    wrong = [f"{name}={found[name]}" for name in found if name not in expected or found[name] != expected[name]]
    missed = [f"{name}={expected[name]}" for name in expected if name not in found]
    reasons = [f"wrong {', '.join(wrong)}"] * bool(wrong) + [f"missed {', '.join(missed)}"] * bool(missed)
    return Score(score_facts(found, expected).f1, "; ".join(reasons))


FACTS = Measure(
    "facts_f1",
    "Facts F1",
    "F1 over the patient's facts and their values, mean over texts",
    lambda item: isinstance(item.gold, Vignette),
    _score,
)
