"""The rules of eligibility once more, as tables of text: what the engine's answers are compared with.

Written from the specification's table alone; it shares no code with the engine, which reasons with criteria. Here a
profile becomes one word a fact, and an option's rows are tried from the top: those that close it (`-`) stand above
those that open it (`+`), and where no row fits, information is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

OPTIONS = tuple(
    "immunotherapy encorafenib_cetuximab anti_egfr anti_egfr_rechallenge kras_g12c_inhibitor anti_her2 trk_inhibitor "
    "ftd_tpi_bevacizumab ftd_tpi regorafenib fruquintinib best_supportive_care".split()
)
AGENTS = tuple(
    "fluoropyrimidine oxaliplatin irinotecan anti_vegf anti_egfr immunotherapy braf_inhibitor kras_g12c_inhibitor "
    "anti_her2 trk_inhibitor ftd_tpi regorafenib fruquintinib".split()
)
WORDS: dict[str, tuple[str, ...]] = {
    "primary_side": ("left", "right"),
    "ras": ("wild_type", "mutant"),
    "mmr": ("deficient", "proficient"),
    "her2": ("positive", "negative"),
    "ctdna_ras_braf": ("no_mutation", "mutation"),
    "aim": ("shrinkage", "disease_control"),
}
TRUE_OR_FALSE = (
    *("kras_g12c", "braf_v600e", "braf_other", "ntrk_fusion", "anti_egfr_response", "fit"),
    *(f"prior.{agent}" for agent in AGENTS),
)

# Every word that a row may use.
SPELT: dict[str, frozenset[str]] = {
    **{name: frozenset(words) for name, words in WORDS.items()},
    **{name: frozenset({"yes", "no"}) for name in (*TRUE_OR_FALSE, "any_agent", "chemo")},
    "lines": frozenset({"none", "one", "some", "many"}),
}

# `chemo`, `any_agent` and `lines` are words made in `_read`; all other facts are spelt as the profile spells them.
VERDICTS = """
immunotherapy          -  mmr=proficient
immunotherapy          -  prior.immunotherapy=yes
immunotherapy          +  mmr=deficient

encorafenib_cetuximab  -  braf_v600e=no
encorafenib_cetuximab  -  any_agent=no lines=none
encorafenib_cetuximab  -  ras=mutant
encorafenib_cetuximab  -  prior.braf_inhibitor=yes
encorafenib_cetuximab  +  braf_v600e=yes any_agent=yes
encorafenib_cetuximab  +  braf_v600e=yes lines=one|some|many

anti_egfr              -  ras=mutant
anti_egfr              -  braf_v600e=yes
anti_egfr              -  prior.anti_egfr=yes
anti_egfr              -  braf_other=yes
anti_egfr              +  ras=wild_type braf_v600e=no prior.anti_egfr=no

anti_egfr_rechallenge  -  ras=mutant
anti_egfr_rechallenge  -  braf_v600e=yes
anti_egfr_rechallenge  -  prior.anti_egfr=no
anti_egfr_rechallenge  -  anti_egfr_response=no
anti_egfr_rechallenge  -  ctdna_ras_braf=mutation
anti_egfr_rechallenge  -  braf_other=yes
anti_egfr_rechallenge  +  ras=wild_type braf_v600e=no prior.anti_egfr=yes anti_egfr_response=yes \
                          ctdna_ras_braf=no_mutation

kras_g12c_inhibitor    -  kras_g12c=no
kras_g12c_inhibitor    -  any_agent=no lines=none
kras_g12c_inhibitor    -  prior.kras_g12c_inhibitor=yes
kras_g12c_inhibitor    +  kras_g12c=yes any_agent=yes
kras_g12c_inhibitor    +  kras_g12c=yes lines=one|some|many

anti_her2              -  her2=negative
anti_her2              -  chemo=no
anti_her2              -  ras=mutant
anti_her2              -  prior.anti_her2=yes
anti_her2              +  her2=positive chemo=yes

trk_inhibitor          -  ntrk_fusion=no
trk_inhibitor          -  prior.trk_inhibitor=yes
trk_inhibitor          +  ntrk_fusion=yes

ftd_tpi_bevacizumab    -  chemo=no
ftd_tpi_bevacizumab    -  prior.anti_vegf=no prior.anti_egfr=no
ftd_tpi_bevacizumab    -  lines=none|one
ftd_tpi_bevacizumab    -  prior.ftd_tpi=yes
ftd_tpi_bevacizumab    +  chemo=yes prior.anti_vegf=yes lines=many
ftd_tpi_bevacizumab    +  chemo=yes prior.anti_egfr=yes lines=many

ftd_tpi                -  chemo=no
ftd_tpi                -  prior.ftd_tpi=yes
ftd_tpi                +  chemo=yes

regorafenib            -  chemo=no
regorafenib            -  prior.regorafenib=yes
regorafenib            +  chemo=yes

fruquintinib           -  chemo=no
fruquintinib           -  prior.anti_vegf=no
fruquintinib           -  ras=wild_type braf_v600e=no braf_other=no prior.anti_egfr=no
fruquintinib           -  prior.ftd_tpi=no prior.regorafenib=no
fruquintinib           -  prior.fruquintinib=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes ras=mutant          prior.ftd_tpi=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes ras=mutant          prior.regorafenib=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes braf_v600e=yes      prior.ftd_tpi=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes braf_v600e=yes      prior.regorafenib=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes braf_other=yes      prior.ftd_tpi=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes braf_other=yes      prior.regorafenib=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes prior.anti_egfr=yes prior.ftd_tpi=yes
fruquintinib           +  chemo=yes prior.anti_vegf=yes prior.anti_egfr=yes prior.regorafenib=yes

best_supportive_care   +
"""

# Eligible options stand where the first row that fits them stands.
PLACES = """
best_supportive_care   >  fit=no
immunotherapy          >
encorafenib_cetuximab  >
anti_egfr              >  primary_side=left
kras_g12c_inhibitor    >
trk_inhibitor          >
anti_her2              >  aim=shrinkage
anti_egfr_rechallenge  >  aim=shrinkage
anti_egfr              >  aim=shrinkage
ftd_tpi_bevacizumab    >
anti_her2              >
anti_egfr_rechallenge  >
anti_egfr              >
fruquintinib           >
regorafenib            >
ftd_tpi                >
best_supportive_care   >
"""

# Strength belongs to the option, whatever its verdict; where no row fits it is `option`.
STRENGTHS = """
immunotherapy          standard
encorafenib_cetuximab  standard
ftd_tpi_bevacizumab    recommended
anti_egfr              recommended      primary_side=left
kras_g12c_inhibitor    trial_preferred
anti_her2              trial_preferred
trk_inhibitor          trial_preferred
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: `says` holds for `option` where every fact has one of the words."""

    option: str
    says: str
    facts: tuple[tuple[str, frozenset[str]], ...]

    def fits(self, read: Mapping[str, str]) -> bool:
        """Whether the profile's words (as `_read` gives them) are the row's; a row without facts fits all."""
        # A loop takes half the time of all(), and this runs some 100 million times.
        for fact, words in self.facts:  # noqa: SIM110
            if read[fact] not in words:
                return False
        return True


def rows(table: str) -> tuple[Row, ...]:
    """The table's lines in their order. Raises ValueError for an option, a fact or a word that there is not."""
    return tuple(_row(line.split()) for line in table.splitlines() if line.strip())


def _row(cells: list[str]) -> Row:
    option, says, *facts = cells
    if option not in OPTIONS:
        raise ValueError(f"{option}: not an option")
    parted = [(name, frozenset(words.split("|"))) for name, _, words in (fact.partition("=") for fact in facts)]
    for name, words in parted:
        if not words <= SPELT.get(name, frozenset()):
            raise ValueError(f"{option}: {name}={'|'.join(sorted(words))}: no such fact or word")
    return Row(option, says, tuple(parted))


_VERDICTS = {option: [row for row in rows(VERDICTS) if row.option == option] for option in OPTIONS}
_STRENGTHS = {option: [row for row in rows(STRENGTHS) if row.option == option] for option in OPTIONS}
_PLACES = rows(PLACES)
_NAMES = {"-": "not_eligible", "+": "eligible"}


class Judged(NamedTuple):
    """What the tables say of one profile: verdict and strength of each of the 12 options, and their order."""

    verdicts: dict[str, str]
    strengths: dict[str, str]
    order: list[str]


def judged(values: Mapping[str, object]) -> Judged:
    """`verdicts`, `strengths` and `ordered` of one profile, which is read once.

    `values`: flat fact names; a missing fact or None is unknown, and no fact is worked out from another. Raises
    ValueError for a value that the fact cannot have.
    """
    read = _read(values)
    found = {option: _NAMES.get(_first(_VERDICTS[option], read, ""), "needs_information") for option in OPTIONS}
    strong = {option: _first(_STRENGTHS[option], read, "option") for option in OPTIONS}
    places = [row.option for row in _PLACES if found[row.option] == "eligible" and row.fits(read)]
    unsure = [option for option in OPTIONS if found[option] == "needs_information"]
    closed = [option for option in OPTIONS if found[option] == "not_eligible"]
    return Judged(found, strong, [*dict.fromkeys(places), *unsure, *closed])


def verdicts(values: Mapping[str, object]) -> dict[str, str]:
    """`eligible`, `not_eligible` or `needs_information` for each option (specification, section 2); see `judged`."""
    return judged(values).verdicts


def ordered(values: Mapping[str, object]) -> list[str]:
    """All 12 options: eligible ones as section 3 orders them, then those that need information, then the closed."""
    return judged(values).order


def strengths(values: Mapping[str, object]) -> dict[str, str]:
    """`standard`, `recommended`, `trial_preferred` or `option` for each option (section 3); see `judged`."""
    return judged(values).strengths


def _first(table: Sequence[Row], read: Mapping[str, str], otherwise: str) -> str:
    for row in table:
        if row.fits(read):
            return row.says
    return otherwise


def _read(values: Mapping[str, object]) -> dict[str, str]:
    """One word a fact, "?" where it is unknown."""
    read = {name: _yes_or_no(name, values.get(name)) for name in TRUE_OR_FALSE}
    for name, words in WORDS.items():
        read[name] = _word(name, values.get(name), words)
    read["lines"] = _lines(values.get("lines"))
    agents = [read[f"prior.{agent}"] for agent in AGENTS]
    read["any_agent"] = "yes" if "yes" in agents else "?" if "?" in agents else "no"
    base = agents[:3]
    read["chemo"] = "no" if "no" in base else "?" if "?" in base else "yes"
    return read


def _yes_or_no(name: str, value: object) -> str:
    if value is None:
        return "?"
    if not isinstance(value, bool):
        raise ValueError(f"{name}: {value!r} is neither true nor false")
    return "yes" if value else "no"


def _word(name: str, value: object, words: tuple[str, ...]) -> str:
    if value is None:
        return "?"
    if isinstance(value, str) and value in words:
        return value
    raise ValueError(f"{name}: {value!r} is none of {', '.join(words)}")


def _lines(value: object) -> str:
    """`none`, `one`, `some` (one or more), `many` (two or more) or "?"; a bound of 0 says nothing."""
    match value:
        case None | {"at_least": 0}:
            return "?"
        case bool():
            raise ValueError("lines: a number, not a truth value")
        case 0:
            return "none"
        case 1:
            return "one"
        case {"at_least": 1}:
            return "some"
        case int(number) | {"at_least": int(number)} if number >= 2:
            return "many"
    raise ValueError(f"lines: {value!r} is no number of lines")
