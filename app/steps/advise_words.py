"""How an answer on a patient calls its options, and the facts that decide, in few words."""

from __future__ import annotations

from collections.abc import Iterable

from app.patient.profile import AGENT_NAMES, Profile, Value
from app.patient.wording import in_words
from app.rules.case import listed
from app.rules.catalogue import CHEMO
from app.rules.conditions import AnyTherapy
from app.rules.consultation import OptionAdvice
from app.rules.records import Change, Judged

STRENGTHS = {
    "standard": "standard",
    "recommended": "recommended",
    "trial_preferred": "preferably in a trial",
    "option": "option",
}
# Names with a comma, as they stand in a list.
_IN_A_LIST = {
    "anti_egfr": "anti-EGFR antibody as first exposure",
    "anti_egfr_rechallenge": "anti-EGFR rechallenge with irinotecan",
}
_CHEMO_IN_SHORT = "standard chemotherapy given"
_PRIOR = "prior."
# A response tells of the exposure too.
_TOLD_BY = {"prior.anti_egfr": "anti_egfr_response"}
_MOST_WAYS = 3
_AND_MORE = "among other things"
_LAST_TOLD = "lines"


def brief_name(option: OptionAdvice) -> str:
    """The option's name in running text, without its examples: "immune checkpoint inhibitor"."""
    return _IN_A_LIST.get(option.id) or in_running_text(option.name.partition(" (")[0])


def in_running_text(name: str) -> str:
    """The name with a small letter first, unless it begins with an abbreviation."""
    return f"{name[0].lower()}{name[1:]}" if name[1:2].islower() else name


def strength_of(option: OptionAdvice) -> str:
    """How strongly the review puts the option, and whether it can be had here."""
    return STRENGTHS[option.strength] + ("" if option.available else "; not available here")


def with_strength(option: OptionAdvice) -> str:
    """The full name with the strength in brackets: "TRK inhibitor (larotrectinib or entrectinib; recommended)"."""
    name, strength = option.name, strength_of(option)
    return f"{name[:-1]}; {strength})" if name.endswith(")") else f"{name} ({strength})"


def why_open(option: OptionAdvice, profile: Profile, chemo_in_short: bool) -> str:
    """The facts that open the option; `chemo_in_short` where its agents were listed before."""
    held = [judged for judged in option.criteria if judged.kind == "required" and judged.value]
    short = chemo_in_short and any(judged.criterion is CHEMO for judged in held)
    told = [judged for judged in held if not (short and judged.criterion is CHEMO)]
    names = [name for judged in told if not _is_any_therapy(judged) for name in judged.because]
    if option.id == "anti_egfr" and profile.value("primary_side") == "left":  # what the strength hangs on
        names.insert(0, "primary_side")
    parts = [_CHEMO_IN_SHORT] if short else []
    parts += facts_told(names, profile)
    parts += ["systemic therapy given"] if any(map(_is_any_therapy, told)) else []
    return ", ".join(parts)


def why_closed(option: OptionAdvice, profile: Profile, in_full: bool = False) -> str:
    """The facts that close the option, a policy marked as such.

    In brief, a marker that bars it is all that is told, and of the therapy that is lacking the base chemotherapy; what
    else is lacking is then hinted at.
    """
    failing = failing_criteria(option)
    if in_full:
        return ", ".join(_closing(failing, profile))
    barring = [judged for judged in failing if not _is_about_therapy(judged)]
    if barring:
        return ", ".join(_closing(barring[:1], profile))
    chemo = [judged for judged in failing if judged.criterion is CHEMO]
    more = f", {_AND_MORE}" if chemo and len(failing) > 1 else ""
    return ", ".join(_closing(chemo or failing, profile)) + more


def is_told_in_brief(reasons: str) -> bool:
    """Whether the reasons leave some out, so that what would open the option cannot be told in a word."""
    return reasons.endswith(_AND_MORE)


def _closing(failing: list[Judged], profile: Profile) -> list[str]:
    required = [judged for judged in failing if judged.kind == "required"]
    parts = ["no prior systemic therapy" for judged in required if _is_any_therapy(judged)]
    names: list[str] = []
    for judged in required:
        therapies = [name for name in judged.because if name.startswith(_PRIOR)]
        names += [] if _is_any_therapy(judged) else therapies or judged.because
    parts += facts_told(names, profile)
    for judged in failing:
        if judged.kind == "exclusion":
            parts.append(judged.criterion.text.partition(" (")[0] + (" (policy)" if judged.criterion.is_policy else ""))
    return list(dict.fromkeys(parts))


def _is_any_therapy(judged: Judged) -> bool:
    return isinstance(judged.criterion.condition, AnyTherapy)


def _is_about_therapy(judged: Judged) -> bool:
    """Whether a therapy could change the criterion's value: what was given, and in how many lines."""
    return any(name.startswith(_PRIOR) or name == "lines" for name in judged.because) or _is_any_therapy(judged)


def failing_criteria(option: OptionAdvice) -> list[Judged]:
    """The criteria that close the option."""
    return [judged for judged in option.criteria if judged.value is (judged.kind == "exclusion")]


def facts_told(names: Iterable[str], profile: Profile) -> list[str]:
    """Known facts in short phrases, each once, therapies gathered: "irinotecan and oxaliplatin given"."""
    known = {name: value for name in names if (value := profile.value(name)) is not None}
    kept = {name: value for name, value in known.items() if _TOLD_BY.get(name) not in known}
    plain = [name for name in kept if not name.startswith(_PRIOR)]
    parts = [_in_short(name, kept[name]) for name in plain if name != _LAST_TOLD]
    for given, words in ((True, "given"), (False, "not given")):
        agents = [
            AGENT_NAMES[name.removeprefix(_PRIOR)]
            for name, value in kept.items()
            if name.startswith(_PRIOR) and value is given
        ]
        parts += [f"{listed(agents)} {words}"] if agents else []
    return [*parts, *(_in_short(name, kept[name]) for name in plain if name == _LAST_TOLD)]


def _in_short(field: str, value: Value) -> str:
    """The fact as `in_words` has it; lines of therapy are for metastatic disease wherever nothing else is said."""
    return in_words(field, value).removesuffix(" for metastatic disease")


def ways_to_open(changes: Iterable[Change], barred: frozenset[str]) -> str:
    """What would open an option: "if HER2 positive", "after FTD/TPI or after regorafenib".

    `barred` are agents that are not to be given; no way leads over them. Empty where there is no way, or so many that
    they do not tell.
    """
    opening = [change for change in changes if change.to == "eligible"]
    ways = [_way(change) for change in opening if not (barred & set(_therapies(change)))]
    return " or ".join(ways) if len(ways) <= _MOST_WAYS else ""


def _way(change: Change) -> str:
    agents = [AGENT_NAMES[agent] for agent in _therapies(change)]
    others = [
        _in_short(name, value) for name, value in change.facts if not (change.next_therapy and _is_given(name, value))
    ]
    if not agents:
        return f"if {listed(others)}"
    return f"after {listed(agents)}" + (f", if {listed(others)}" if others else "")


def _therapies(change: Change) -> list[str]:
    """The agents of a therapy to come."""
    given = [name.removeprefix(_PRIOR) for name, value in change.facts if _is_given(name, value)]
    return given if change.next_therapy else []


def _is_given(name: str, value: object) -> bool:
    return name.startswith(_PRIOR) and value is True
