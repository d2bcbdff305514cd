"""What is said beside one verdict: why it is so, what would change it, what to beware of. In a clinician's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.patient.profile import AGENT_NAMES, Lines, Profile, Source, Value
from app.patient.reading import Reading, Remark
from app.patient.wording import in_words, unknown_in_words
from app.rules.case import called, is_active, listed, meant
from app.rules.conditions import AnyTherapy
from app.rules.records import POLICY, Change, Criterion, Judged, Verdict

FITNESS = f"the patient is not fit, and the trials concern fit patients ({POLICY})"
_PRIOR = "prior."


def reasons_for(verdict: Verdict, profile: Profile) -> tuple[str, ...]:
    """One short sentence for each criterion that decided.

    Not eligible: every criterion that fails; otherwise what holds, what is not known, and what is to be confirmed.
    """
    if not verdict.criteria:
        return ("open to every patient: it asks for nothing",)
    if verdict.verdict == "not_eligible":
        return tuple(_failing(judged, profile) for judged in verdict.criteria if _fails(judged))
    return tuple(_standing(verdict, profile))


def cautions_for(verdict: Verdict, reading: Reading) -> tuple[str, ...]:
    """The option's own cautions, that of fitness (policy), and contraindications that concern it (rules §4)."""
    return (
        *(caution.text for caution in verdict.option.cautions),
        *((FITNESS,) if is_active(verdict.option) and reading.considered.value("fit") is False else ()),
        *(words for remark in reading.remarks.contraindicated for words in _against(remark, verdict, reading)),
    )


def change_in_words(change: Change) -> str:
    """ "HER2 positive would open it", "after FTD/TPI it would open", "RAS mutant would close it"."""
    if not change.next_therapy:
        facts = listed(in_words(name, value) for name, value in change.facts)
        return f"{facts} would {'open' if change.to == 'eligible' else 'close'} it"
    agents = [AGENT_NAMES[name.removeprefix(_PRIOR)] for name, value in change.facts if _is_therapy(name, value)]
    others = [in_words(name, value) for name, value in change.facts if not _is_therapy(name, value)]
    if not agents:
        return f"with {listed(others)} it would open"
    return f"after {listed(agents)} it would open{f', provided: {listed(others)}' if others else ''}"


def contained(remark: Remark, verdict: Verdict) -> bool:
    """Whether the option contains the drug or a drug of its class."""
    return bool(meant(remark) & set(verdict.option.drugs))


def failed_by(remark: Remark, verdict: Verdict, profile: Profile) -> tuple[Criterion, ...]:
    """The criteria that fail because the drug was not given, which the contraindication explains."""
    fields = {f"{_PRIOR}{name}" for name in meant(remark)}
    return tuple(
        judged.criterion
        for judged in verdict.criteria
        if judged.kind == "required"
        and judged.value is False
        and not isinstance(judged.criterion.condition, AnyTherapy)
        and any(name in fields and profile.value(name) is False for name in judged.because)
    )


def _against(remark: Remark, verdict: Verdict, reading: Reading) -> Iterator[str]:
    if contained(remark, verdict):
        yield f"contraindicated as stated: {called(remark)}; this option contains the drug or its class"
    for criterion in failed_by(remark, verdict, reading.considered):
        yield (
            f"“{criterion.text}” fails because {called(remark)} is contraindicated and was not given: "
            "the reader can overrule it"
        )


def _standing(verdict: Verdict, profile: Profile) -> Iterator[str]:
    """What holds and what is open, of an option that nothing closes."""
    required = [judged for judged in verdict.criteria if judged.kind == "required"]
    for judged in required:
        if judged.value:
            yield f"holds: {_known(judged, profile)}{_bracketed(_sources(judged, profile))}"
    for judged in required:
        if judged.value is None:
            yield f"not known: {_unknown(judged)}; {_requirement(judged.criterion)}"
    for judged in verdict.criteria:
        if judged.kind == "exclusion" and judged.value is None:
            text = f"{judged.criterion.text} would close it"
            yield f"to confirm: {_unknown(judged)}; {text}{_bracketed(_policy(judged.criterion))}"


def _fails(judged: Judged) -> bool:
    return judged.value is (judged.kind == "exclusion")


def _failing(judged: Judged, profile: Profile) -> str:
    sources, policy = _sources(judged, profile), _policy(judged.criterion)
    if judged.kind == "exclusion":
        return f"no: {', '.join([judged.criterion.text, *sources])}{_bracketed(policy)}"
    known = f"{_known(judged, profile)}{_bracketed(sources)}"
    return f"{known}: {_requirement(judged.criterion)}{_bracketed(policy)}"


def _requirement(criterion: Criterion) -> str:
    """The criterion as a demand: "RAS wild-type is required", "irinotecan must have been given"."""
    text = criterion.text
    if text.endswith(" not given"):
        return f"{text.removesuffix(' not given')} must not have been given"
    if text.endswith(" given"):
        return f"{text.removesuffix(' given')} must have been given"
    return f"{text} {'are' if text.startswith('two ') else 'is'} required"


def _known(judged: Judged, profile: Profile) -> str:
    """The facts that decided a criterion, therapies gathered: "oxaliplatin and irinotecan not given"."""
    if isinstance(judged.criterion.condition, AnyTherapy) and judged.value is False:
        return "no prior systemic therapy"
    known = [(name, value) for name in judged.because if (value := profile.value(name)) is not None]
    therapies = {
        given: [AGENT_NAMES[name.removeprefix(_PRIOR)] for name, value in known if _prior(name) and value is given]
        for given in (True, False)
    }
    return listed([
        *(in_words(name, value) for name, value in known if not _prior(name)),
        *([f"{listed(therapies[True])} given"] if therapies[True] else []),
        *([f"{listed(therapies[False])} not given"] if therapies[False] else []),
    ])  # fmt: skip


def _unknown(judged: Judged) -> str:
    return listed(unknown_in_words(name) for name in judged.because)


def _sources(judged: Judged, profile: Profile) -> list[str]:
    """Where the deciding facts come from; a field of a form says no more than the fact itself."""
    facts = (profile.fact(name) for name in judged.because)
    return list(dict.fromkeys(_said(fact.source) for fact in facts if fact and fact.source.kind != "form"))


def _said(source: Source) -> str:
    """The source as it stands within brackets: an assumption names its policy without brackets of its own."""
    return str(source).replace(" (", "; ").removesuffix(")") if source.kind == "assumed" else str(source)


def _policy(criterion: Criterion) -> list[str]:
    return [POLICY] if criterion.is_policy else []


def _bracketed(words: Iterable[str]) -> str:
    inner = ", ".join(words)
    return f" ({inner})" if inner else ""


def _prior(name: str) -> bool:
    return name.startswith(_PRIOR)


def _is_therapy(name: str, value: Value) -> bool:
    return _prior(name) and value is True and not isinstance(value, Lines)
