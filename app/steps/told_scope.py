"""Which figures of the prose a question is about: those of the trials, kind of trials or treatments that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.steps.draft import Support
from app.steps.evidence import CONTROLS, EvidenceBase
from app.steps.understand import Question, binding_names
from index.records import Told
from index.told import has_figure

_COMPARATOR = frozenset({"control_arm", "standard_of_care", "placebo", "best_supportive_care"})
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A told figure, the sentence that it is cited at, the drugs of its arm, and the names of the passage."""

    told: Told
    place: Support
    drugs: frozenset[str]

    @property
    def amount(self) -> Decimal:
        return Decimal(self.told.figure)

    @property
    def study(self) -> str:
        """What tells one study from another: its trial, the drug where no trial is named, else the sentence."""
        if self.told.trial:
            return self.told.trial
        return self.told.arm if self.told.role else f"{self.told.paragraph}.{self.told.sentence}"

    @property
    def is_tested(self) -> bool:
        return self.told.role == "active"


@dataclass(frozen=True, slots=True)
class ToldScope:
    """The figures left in; `wanted` are the arms (by study and arm) that the question singles out, a set for each of
    its words, `by_kind` tells that it names a kind of trials, `versus_control` that it names the comparator.
    """

    figures: tuple[Figure, ...]
    wanted: tuple[frozenset[tuple[str, str]], ...]
    by_kind: bool
    versus_control: bool

    @property
    def arms(self) -> frozenset[tuple[str, str]]:
        """All arms that are singled out."""
        return frozenset[tuple[str, str]]().union(*self.wanted)

    def of(self, value: str) -> tuple[Figure, ...]:
        """The figures of one value."""
        return tuple(one for one in self.figures if one.told.value == value)


@lru_cache(maxsize=4)
def figures_of(base: EvidenceBase) -> tuple[Figure, ...]:
    """Every told figure of the documents in force that a sentence can be cited for."""
    told = [one for document in base.documents.values() for one in document.told]
    return tuple(
        Figure(one, place, _drugs(base.lexicon.entity_ids(one.arm), base))
        for one in told
        if (place := _place(one, base)) is not None
    )


def told_scope(question: Question, base: EvidenceBase) -> ToldScope | None:
    """The figures that the question is about; None where it names anything that they say nothing of."""
    known = figures_of(base)
    trials = {name for name in question.named if base.lexicon.entries[name].kind == "trial"}
    if not trials <= {one.told.trial for one in known}:
        return None
    kinds = {one.told.group for one in known if _names_kind(one.told.group, question, base)}
    treatments = _treatments(question, base)
    if trials:
        chosen = [one for one in known if one.told.trial in trials]
    elif kinds:
        chosen = [one for one in known if one.told.group in kinds and one.told.trial not in question.left_out]
    else:
        chosen = list(known)
    if not (trials or kinds or treatments):
        return None
    treated = [_arms_with(drugs, chosen) for drugs in treatments]
    if not all(treated):
        return None
    if not (trials or kinds) and any(len({study for study, _ in arms}) > 1 for arms in treated):
        return None  # a drug of several trials: neither of them is meant
    if treated and not trials:
        chosen = [one for one in chosen if any(one.study == study for arms in treated for study, _ in arms)]
    if not chosen or not _accounted(question, chosen, base):
        return None
    in_words = _arms_in_words(question.text, chosen)
    wanted = [arms & in_words or arms for arms in treated] + [frozenset({arm}) for arm in sorted(in_words)]
    by_kind = bool(kinds) and not trials
    return ToldScope(tuple(chosen), tuple(wanted), by_kind, bool(_COMPARATOR & set(question.named)))


def _names_kind(group: str, question: Question, base: EvidenceBase) -> bool:
    """Whether the question names the group, its topic ("rechallenge") or its class of drugs ("G12C inhibitors")."""
    if not group:
        return False
    for name in question.named:
        kind = base.lexicon.entries[name].kind
        wider = kind == "topic" and group.endswith(f"_{name}")
        if name == group or wider or (kind == "class" and _is_class_of(name, group, base)):
            return True
    return False


def _is_class_of(name: str, group: str, base: EvidenceBase) -> bool:
    """Whether the class is called after the group, or is that of the single drugs in it."""
    single = (one for one in figures_of(base) if one.told.group == group and len(one.drugs) == 1)
    return name.startswith(f"{group}_") or any(
        name in base.lexicon.entries[drug].classes for one in single for drug in one.drugs
    )


def _treatments(question: Question, base: EvidenceBase) -> list[frozenset[str]]:
    """The drugs of each drug or regimen that the question names; comparators and what has no drugs left out."""
    named = [
        _drugs({mention.id, *base.lexicon.entries[mention.id].parts}, base)
        for mention in question.mentions
        if mention.kind in ("drug", "regimen")
    ]
    return [drugs for drugs in named if drugs]


def _drugs(names: Iterable[str], base: EvidenceBase) -> frozenset[str]:
    return frozenset(name for name in names if base.lexicon.entries[name].kind == "drug") - CONTROLS


def _arms_with(drugs: frozenset[str], figures: list[Figure]) -> frozenset[tuple[str, str]]:
    """The arms of just these drugs; else those that have them among others, where every tested arm of the study has.

    A drug that only some arms add ("binimetinib") singles out none: which arm it is to be held against is not said.
    """
    if exact := frozenset((one.study, one.told.arm) for one in figures if one.drugs == drugs):
        return exact
    found: set[tuple[str, str]] = set()
    for study in {one.study for one in figures}:
        tested = [one for one in figures if one.study == study and one.is_tested]
        if tested and all(drugs <= one.drugs for one in tested):
            found |= {(study, one.told.arm) for one in tested}
    return frozenset(found)


def _arms_in_words(text: str, figures: list[Figure]) -> frozenset[tuple[str, str]]:
    """The arms that a word of the text tells from the other arms of their study: "doublet", "240", "mutated"."""
    said = set(_WORD.findall(text.casefold()))
    found: set[tuple[str, str]] = set()
    for study in {one.study for one in figures}:
        names = {one.told.arm: set(_WORD.findall(one.told.arm.casefold())) for one in figures if one.study == study}
        for arm, words in names.items():
            others = set[str]().union(*(names[other] for other in names if other != arm))
            if len(names) > 1 and (words - others - {"group"}) & said:
                found.add((study, arm))
    return frozenset(found)


def _accounted(question: Question, figures: list[Figure], base: EvidenceBase) -> bool:
    """Whether the passages of the figures name all that the question names."""
    there = {name for one in figures for name in one.place.passage.entities}
    there |= {one.told.group for one in figures} | {one.told.trial for one in figures} | CONTROLS
    there |= {kind for one in figures for drug in one.drugs for kind in base.lexicon.entries[drug].classes}
    names = binding_names(question, base.lexicon)
    return all(name in there or any(name.startswith(f"{one.told.group}_") for one in figures) for name in names)


def _place(told: Told, base: EvidenceBase) -> Support | None:
    """The sentence of the figure; in the original's words the first of the paragraph that has it."""
    parts = base.paragraphs.get(told.paragraph, ())
    spans = [(passage, span) for passage in parts for span in passage.sentences]
    if told.sentence is not None:
        spans = spans[told.sentence : told.sentence + 1]
    for passage, span in spans:
        if has_figure(passage.text[span.start : span.end], told):
            return Support(passage, span.start, span.end, 1.0)
    return None
