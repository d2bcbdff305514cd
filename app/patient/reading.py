"""What reading a patient's text (or form) gives: the profile, what stands in its way, and what goes along with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.patient.findings import Contradiction
from app.patient.profile import Fact, Profile, Source

# Why there is no patient to judge: nobody, another cancer, no metastases, more than one patient at a time.
Scope = Literal["patient", "no_patient", "other_cancer", "not_metastatic", "several_patients"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said of a drug or marker that no field of the profile holds. `names` are agents ("oxaliplatin") or
    lexicon ids ("bevacizumab"), the agent first where there is one.
    """

    names: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Remarks:
    """What advice needs beside the profile (rules §4).

    `contraindicated`: drugs not to be given; `adjuvant_only`: agents received only around surgery; `last_line`: agents
    of the most recent line; `possible`: agents that may have been given (blinded arm, undocumented); `other_markers`:
    markers the review has no data on; `asked`: therapies that the text asks about or plans.
    """

    contraindicated: tuple[Remark, ...] = ()
    adjuvant_only: tuple[str, ...] = ()
    last_line: tuple[str, ...] = ()
    possible: tuple[Remark, ...] = ()
    other_markers: tuple[Remark, ...] = ()
    asked: tuple[Remark, ...] = ()
    braf_allele_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A patient as read. `stored` is what is known; `hypothetical` are the facts that a what-if changes, and
    `considered` the profile with them (the same as `stored` without a what-if).
    """

    scope: Scope
    stored: Profile
    considered: Profile
    hypothetical: tuple[Fact, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    remarks: Remarks = Remarks()

    @property
    def assumed(self) -> tuple[str, ...]:
        """One sentence for every fact that was assumed, beginning with the agent's name."""
        return tuple(
            f"{fact.prior_agent} not given: {fact.source.words}"
            for fact in self.considered.facts
            if fact.source.kind == "assumed"
        )
