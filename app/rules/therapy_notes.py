"""Notes on therapy, earlier and ruled out: standard chemotherapy first, contraindications, possible exposures."""

from __future__ import annotations

from collections.abc import Iterator

from app.patient.profile import AGENT_NAMES, AGENTS, CHEMO_AGENTS, Lines
from app.patient.reading import Remark
from app.rules.advice import contained, failed_by
from app.rules.case import SUPPORTIVE, Case, Note, asks_for_chemo, called, listed, meant
from app.rules.records import POLICY, Cite

_REFRACTORY = Cite("1-p4", ("chemo-refractory mCRC is defined",))
_FIRST_LINES = Cite("1-p3", ("First- and second-line chemotherapy",))
# What the review itself places beside or before standard chemotherapy.
_EARLY = {
    "immunotherapy": ("the standard first-line treatment in dMMR/MSI, §3", Cite("3-p1", ("standard first-line",))),
    "encorafenib_cetuximab": ("the standard of care in second line, §7", Cite("7-p5", ("second line",))),
    "anti_egfr": ("added to first- and second-line chemotherapy, §1", Cite("1-p3", ("RAS/BRAF wild-type",))),
}


def therapy_notes(case: Case) -> Iterator[Note]:
    """The notes on therapy that apply, those to be read first marked so."""
    yield from _standard_chemotherapy_first(case)
    yield from _settle_first(case)
    for remark in case.reading.remarks.contraindicated:
        yield _contraindicated(case, remark)
    yield from _straight_after_anti_egfr(case)
    yield from _adjuvant_only(case)


def is_untreated(case: Case) -> bool:
    """No agent given, and that is known: no lines, or every agent known not to be given."""
    agents = [case.given(agent) for agent in AGENTS]
    no_lines = case.value("lines") == Lines(0)
    return not any(agents) and (no_lines or all(given is False for given in agents))


def _standard_chemotherapy_first(case: Case) -> Iterator[Note]:
    """Where the base chemotherapy fails because an agent was never given and nothing is said against it (§1)."""
    untreated = is_untreated(case)
    not_given = [agent for agent in CHEMO_AGENTS if case.given(agent) is False or (untreated and not case.given(agent))]
    missing = [AGENT_NAMES[agent] for agent in not_given if agent not in case.contraindicated]
    sentences, cites = [], [_REFRACTORY, _FIRST_LINES]
    if untreated:
        sentences.append("No systemic therapy has been given so far, and the review is about later lines of treatment.")
    if missing:
        was, still = ("was", "is") if len(missing) == 1 else ("were", "are")
        sentences.append(
            f"Standard chemotherapy first: {listed(missing)} {was} never given and {still} not said to be "
            f"contraindicated. Standard chemotherapy with {listed(missing)} comes before these options and lies "
            "outside the review's scope (§1)."
        )
        sentences.append(_supportive_care(case))
        for option in case.ids("eligible", among=_EARLY):
            words, cite = _EARLY[option]
            sentences.append(f"Not set back by this: {case.name(option)} ({words}).")
            cites.append(cite)
    if sentences:
        concerned = [verdict.id for verdict in case.verdicts if asks_for_chemo(verdict)]
        yield Note(" ".join(sentences), tuple(cites), (*concerned, SUPPORTIVE), first=True)


def _supportive_care(case: Case) -> str:
    if case.value("fit") is False:
        return (
            "Best supportive care is then not the advice unless the patient, who is not fit, cannot have it: "
            f"for that reason alone it stands first ({POLICY})."
        )
    return "Best supportive care is then not the advice."


def _settle_first(case: Case) -> Iterator[Note]:
    """A possible exposure (blinded arm, undocumented drug) reads as an order."""
    for remark in case.reading.remarks.possible:
        fields = {f"prior.{name}" for name in meant(remark) if name in AGENTS and case.given(name) is None}
        touched = [verdict for verdict in case.verdicts if fields & {*verdict.missing, *verdict.confirm}]
        if not touched:
            continue
        rests_on_policy = any(
            judged.criterion.is_policy and judged.value is None and fields & set(judged.because)
            for verdict in touched
            for judged in verdict.criteria
        )
        again = f" What was given already is not offered again ({POLICY})." if rests_on_policy else ""
        names = listed(verdict.option.name for verdict in touched)
        yield Note(
            f"Settle first whether {called(remark)} was given: {names} hang{'s' if len(touched) == 1 else ''} on it."
            f"{again}",
            options=tuple(verdict.id for verdict in touched),
            first=True,
        )


def _contraindicated(case: Case, remark: Remark) -> Note:
    profile = case.reading.considered
    holding = [verdict for verdict in case.verdicts if contained(remark, verdict)]
    failing = {verdict.id: criteria for verdict in case.verdicts if (criteria := failed_by(remark, verdict, profile))}
    sentences = [f"Contraindicated as stated: {called(remark)}."]
    if holding:
        sentences.append(f"The drug or its class is part of: {listed(verdict.option.name for verdict in holding)}.")
    if failing:
        texts = listed(f"“{failed.text}”" for found in failing.values() for failed in found)
        sentences.append(
            f"For this reason {texts} fails by the letter in {listed(map(case.name, failing))}: "
            "the reader can overrule it."
        )
    options = dict.fromkeys([*(verdict.id for verdict in holding), *failing])
    return Note(" ".join(sentences), options=tuple(options))


def _straight_after_anti_egfr(case: Case) -> Iterator[Note]:
    options = case.not_closed("anti_egfr_rechallenge")
    if options and "anti_egfr" in case.reading.remarks.last_line:
        yield Note(
            "Anti-EGFR therapy was part of the last line: a longer interval before rechallenge went along with a "
            "better outcome (§5).",
            (Cite("5-p2", ("Masuishi",)),),
            options,
        )


def _adjuvant_only(case: Case) -> Iterator[Note]:
    adjuvant = case.reading.remarks.adjuvant_only
    agents = [AGENT_NAMES[agent] for agent in CHEMO_AGENTS if agent in adjuvant and case.given(agent)]
    if agents:
        concerned = [verdict.id for verdict in case.verdicts if asks_for_chemo(verdict)]
        yield Note(
            f"Received as adjuvant therapy only: {listed(agents)}. It counts as given, but was not yet used for "
            "metastatic disease.",
            (_REFRACTORY,),
            case.not_closed(*concerned),
        )
