"""The patient's profile: every fact known or unknown, each known one with where it came from. Standard library only.

Field names are the public ones; an earlier therapy is `prior.` and the agent ("prior.irinotecan").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from app.errors import UserError


@dataclass(frozen=True, slots=True)
class Lines:
    """Prior lines of therapy for metastatic disease; `exact` False means that many or more."""

    count: int
    exact: bool = True


Value = bool | int | str | Lines


@dataclass(frozen=True, slots=True)
class Field:
    """A fact's public name, how a person calls it, its values (none for numbers) or its `lowest` and `highest`."""

    name: str
    label: str
    values: tuple[Value, ...] = ()
    lowest: int = 0
    highest: int = 0


AGENTS = (
    "fluoropyrimidine", "oxaliplatin", "irinotecan", "anti_vegf", "anti_egfr", "immunotherapy", "braf_inhibitor",
    "kras_g12c_inhibitor", "anti_her2", "trk_inhibitor", "ftd_tpi", "regorafenib", "fruquintinib",
)  # fmt: skip
# The agents of standard chemotherapy (rules §1.2, §2).
CHEMO_AGENTS = AGENTS[:3]
AGENT_NAMES = {
    "fluoropyrimidine": "fluoropyrimidine", "oxaliplatin": "oxaliplatin", "irinotecan": "irinotecan",
    "anti_vegf": "anti-VEGF therapy", "anti_egfr": "anti-EGFR therapy", "immunotherapy": "immunotherapy",
    "braf_inhibitor": "BRAF inhibitor", "kras_g12c_inhibitor": "KRAS G12C inhibitor", "anti_her2": "anti-HER2 therapy",
    "trk_inhibitor": "TRK inhibitor", "ftd_tpi": "FTD/TPI", "regorafenib": "regorafenib",
    "fruquintinib": "fruquintinib",
}  # fmt: skip
_YES_NO: tuple[Value, ...] = (True, False)
FIELDS: Mapping[str, Field] = MappingProxyType({
    field.name: field
    for field in (
        Field("primary_side", "side of the primary", ("left", "right")),
        Field("ras", "RAS", ("wild_type", "mutant")),
        Field("kras_g12c", "KRAS G12C", _YES_NO),
        Field("braf_v600e", "BRAF V600E", _YES_NO),
        Field("braf_other", "BRAF mutation other than V600E", _YES_NO),
        Field("mmr", "MMR/MSI", ("deficient", "proficient")),
        Field("her2", "HER2", ("positive", "negative")),
        Field("ntrk_fusion", "NTRK fusion", _YES_NO),
        Field("ctdna_ras_braf", "ctDNA RAS/BRAF after anti-EGFR", ("no_mutation", "mutation")),
        *(Field(f"prior.{agent}", AGENT_NAMES[agent], _YES_NO) for agent in AGENTS),
        Field("anti_egfr_response", "response to anti-EGFR therapy", _YES_NO),
        Field("lines", "prior lines for metastatic disease", highest=20),
        Field("ecog", "ECOG", highest=4),
        Field("fit", "fitness", _YES_NO),
        Field("aim", "aim of treatment", ("shrinkage", "disease_control")),
        Field("age", "age", highest=120),
        Field("sex", "sex", ("female", "male", "other")),
    )
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact came from: words of a text (turn from 0, character offsets into it), a form field, another fact, a
    policy of this product.
    """

    kind: Literal["text", "form", "implied", "assumed"]
    words: str
    turn: int | None = None
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        match self.kind:
            case "text":
                return f"“{self.words}”"
            case "form":
                return f"field {self.words}"
            case "implied":
                return f"implied by {self.words}"
            case "assumed":
                return f"assumed: {self.words}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One known fact."""

    field: str
    value: Value
    source: Source

    @property
    def prior_agent(self) -> str | None:
        """The agent, where the fact is about an earlier therapy."""
        return self.field.removeprefix("prior.") if self.field.startswith("prior.") else None


class Profile:
    """An immutable set of known facts, in the order of `FIELDS`; what it does not hold is unknown."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        given = {fact.field: fact for fact in facts}
        self._facts: Mapping[str, Fact] = MappingProxyType({name: given[name] for name in FIELDS if name in given})

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All known facts."""
        return tuple(self._facts.values())

    def fact(self, field: str) -> Fact | None:
        """The fact of that name; None where it is unknown."""
        return self._facts.get(field)

    def value(self, field: str) -> Value | None:
        """The value of that name; None where it is unknown."""
        fact = self._facts.get(field)
        return None if fact is None else fact.value

    def with_facts(self, facts: Iterable[Fact]) -> Profile:
        """This profile with `facts` in the place of its own of the same names."""
        return Profile([*self._facts.values(), *facts])

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form: unknown facts left out, `prior` with every agent as true, false or null."""
        plain = {name: plain_value(fact.value) for name, fact in self._facts.items() if not name.startswith("prior.")}
        return {**plain, "prior": {agent: self.value(f"prior.{agent}") for agent in AGENTS}}

    def __bool__(self) -> bool:
        return bool(self._facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self._facts == other._facts

    def __hash__(self) -> int:
        return hash(self.facts)

    def __repr__(self) -> str:
        return f"Profile({', '.join(f'{fact.field}={fact.value!r}' for fact in self.facts)})"


def plain_value(value: Value) -> Any:
    """The value as JSON has it: a lower bound of lines is {"at_least": n}."""
    if isinstance(value, Lines):
        return value.count if value.exact else {"at_least": value.count}
    return value


def profile_of(values: Mapping[str, object]) -> Profile:
    """The profile with exactly these facts, by flat names ("prior.irinotecan"); nothing is implied or assumed.

    Lines are a number, {"at_least": number} or Lines; None is unknown. Raises UserError for a name or value that does
    not exist.
    """
    facts = []
    for name, value in values.items():
        if name not in FIELDS:
            raise UserError(f"{name}: no fact of a patient's profile has this name.")
        if value is not None:
            facts.append(Fact(name, _checked(FIELDS[name], value), Source("form", name)))
    return Profile(facts)


def _checked(field: Field, value: object) -> Value:
    if field.name == "lines":
        return _lines(value)
    if field.values:
        for allowed in field.values:
            if value == allowed and type(value) is type(allowed):
                return allowed
        raise UserError(f"{field.name}: {value!r} is none of {', '.join(str(plain_value(v)) for v in field.values)}.")
    return _number(field, value)


def _lines(value: object) -> Lines:
    if isinstance(value, Lines):
        return value
    if isinstance(value, Mapping) and set(value) == {"at_least"}:
        return Lines(_number(FIELDS["lines"], value["at_least"]), exact=False)
    return Lines(_number(FIELDS["lines"], value))


def _number(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not field.lowest <= value <= field.highest:
        raise UserError(f"{field.name}: {value!r} is no whole number from {field.lowest} to {field.highest}.")
    return value
