"""The patient's form: which facts it has, what a person may choose, and how that becomes facts and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.patient.profile import AGENT_NAMES, AGENTS, FIELDS

# What stands in a field of which nothing is known.
UNKNOWN = ""
_WORDS = {
    "wild_type": "wild-type", "mutant": "mutant", "deficient": "dMMR / MSI-H", "proficient": "pMMR / MSS",
    "no_mutation": "no mutation", "mutation": "mutation", "disease_control": "disease control", True: "yes",
    False: "no",
}  # fmt: skip
_LINES: tuple[tuple[str, Any], ...] = (
    *((str(count), count) for count in range(7)),
    *((f"at least {count}", {"at_least": count}) for count in range(1, 5)),
)  # fmt: skip
_LABELS = {
    "primary_side": "Side of primary", "braf_other": "Other BRAF mutation",
    "ctdna_ras_braf": "ctDNA RAS/BRAF after anti-EGFR",
    "anti_egfr_response": "Response to anti-EGFR", "lines": "Prior lines (metastatic)", "fit": "Fit for treatment",
    "aim": "Aim", "age": "Age (years)", "sex": "Sex",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: `choices` are the words that can be chosen beside "unknown", with the facts behind them."""

    name: str
    label: str
    choices: tuple[tuple[str, Any], ...]

    @property
    def words(self) -> list[tuple[str, str]]:
        """(what is shown, what stands for it) of every choice."""
        return [("unknown", UNKNOWN), *((word, word) for word, _ in self.choices)]

    def shown(self, value: Any) -> str:
        """The choice that stands for the fact; a number that is no choice stands for itself."""
        if value is None:
            return UNKNOWN
        return next((word for word, fact in self.choices if _same(fact, value)), str(value))

    def fact(self, word: str) -> Any:
        """The fact behind a choice; None for unknown."""
        return next((fact for known, fact in self.choices if known == word), None)


def _choices(name: str) -> tuple[tuple[str, Any], ...]:
    field = FIELDS[name]
    if name == "lines":
        return _LINES
    if field.values:
        return tuple(
            (_WORDS.get(value, str(value)), value)
            for value in field.values
            if not isinstance(value, int) or isinstance(value, bool)
        )
    lowest = 18 if name == "age" else field.lowest
    return tuple((str(number), number) for number in range(lowest, min(field.highest, 110) + 1))


MARKERS = ("ras", "kras_g12c", "braf_v600e", "braf_other", "mmr", "her2", "ntrk_fusion", "ctdna_ras_braf")
COURSE = ("anti_egfr_response", "lines", "aim")
PERSON = ("primary_side", "ecog", "fit", "age", "sex")
FORM_FIELDS = tuple(
    FormField(name, _LABELS.get(name, FIELDS[name].label), _choices(name)) for name in (*MARKERS, *COURSE, *PERSON)
)
# The facts that a what-if may change.
WHAT_IF = tuple(field for field in FORM_FIELDS if field.name in (*MARKERS, "anti_egfr_response"))
AGENT_CHOICES = [(AGENT_NAMES[agent], agent) for agent in AGENTS]

Shown = Sequence[Any]


def values_of(facts: Mapping[str, Any]) -> list[Any]:
    """What every part of the form shows: the fields, then the agents given, then those not given."""
    given = [agent for agent in AGENTS if facts.get(f"prior.{agent}") is True]
    denied = [agent for agent in AGENTS if facts.get(f"prior.{agent}") is False]
    return [*(field.shown(facts.get(field.name)) for field in FORM_FIELDS), given, denied]


def facts_of(values: Shown, known: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that the form shows; where a part shows what is known, that very fact. An agent that is ticked both as
    given and as not given takes the side that it had not before.
    """
    *chosen, given, denied = values
    facts: dict[str, Any] = {}
    for field, word in zip(FORM_FIELDS, chosen, strict=True):
        same = field.name in known and field.shown(known[field.name]) == (word or UNKNOWN)
        value = known[field.name] if same else field.fact(word or UNKNOWN)
        if value is not None:
            facts[field.name] = value
    for agent in AGENTS:
        name = f"prior.{agent}"
        if agent in given and agent in denied:
            facts[name] = not known.get(name, False)
        elif agent in given or agent in denied:
            facts[name] = agent in given
    return facts


def _same(fact: Any, value: Any) -> bool:
    return bool(fact == value) and isinstance(fact, bool) == isinstance(value, bool)
