"""What the rules are declared with and what they give out: frozen records, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.patient.profile import Value
from app.rules.conditions import Condition, reads
from app.rules.truth import Truth

Kind = Literal["required", "exclusion"]
Outcome = Literal["eligible", "needs_information", "not_eligible"]
Strength = Literal["standard", "recommended", "trial_preferred", "option"]

# How a rule that is not in the review is marked wherever it is shown (rules, head of the page).
POLICY = "policy: a rule of this product, not of the review"


@dataclass(frozen=True, slots=True)
class Cite:
    """A place of the review: a paragraph ("2.1-p9") or a table row ("T1:SUNLIGHT"), and words of the sentence meant."""

    place: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Criterion:
    """One thing that must hold (`required`) or must not (`exclusion`), in words, and what it stands on.

    `basis` are places of the review; empty for a policy.
    """

    text: str
    kind: Kind
    condition: Condition
    basis: tuple[Cite, ...] = ()

    @property
    def is_policy(self) -> bool:
        return not self.basis

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The names of the facts that decide it."""
        return reads(self.condition)


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning that goes with an option, and where the review says it."""

    text: str
    cite: Cite


@dataclass(frozen=True, eq=False)
class Option:
    """One of the twelve options as §2 of the rules declares it.

    `strength_if`: another strength where its condition holds. `drugs` are agents and lexicon ids that the option
    contains, for contraindications; `evidence` are its table rows.
    """

    id: str
    name: str
    strength: Strength
    required: tuple[Criterion, ...] = ()
    exclusions: tuple[Criterion, ...] = ()
    cite: tuple[Cite, ...] = ()
    evidence: tuple[Cite, ...] = ()
    cautions: tuple[Caution, ...] = ()
    drugs: tuple[str, ...] = ()
    strength_if: tuple[Condition, Strength] | None = None
    approval: str = ""

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return (*self.required, *self.exclusions)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The names of the facts that decide verdict and strength."""
        conditions = [criterion.condition for criterion in self.criteria]
        conditions += [self.strength_if[0]] if self.strength_if else []
        return tuple(dict.fromkeys(name for condition in conditions for name in reads(condition)))


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and what the profile makes of it: `because` names the facts that decided, or that are unknown."""

    criterion: Criterion
    value: Truth
    because: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return self.criterion.kind


@dataclass(frozen=True, slots=True)
class Change:
    """The fewest further facts that turn a verdict into `to`; `next_therapy`: some of them are a therapy to come."""

    to: Outcome
    facts: tuple[tuple[str, Value], ...]
    next_therapy: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one option for one profile. `missing` and `confirm` are names of unknown facts."""

    option: Option
    verdict: Outcome
    strength: Strength
    criteria: tuple[Judged, ...]
    missing: tuple[str, ...]
    confirm: tuple[str, ...]
    would_change: tuple[Change, ...]

    @property
    def id(self) -> str:
        return self.option.id
