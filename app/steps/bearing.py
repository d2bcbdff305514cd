"""Whether a sentence bears on a question: it is about the same drug, trial and marker, and gives what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.steps.evidence import CONTROLS, EvidenceBase
from app.steps.select import Candidate
from app.steps.understand import Question, binding_names
from index.references import without_references

VALUES = frozenset({"os", "pfs", "orr"})
# Of one or two names all must be there; of more, most by rarity.
_FEW = 2
# An endpoint of which the review tells no figure, only which arm did better.
WORSENING = "time_to_ps_worsening"
_BINDING_SHARE = 0.6
# So near a question that the sentence answers is to the one asked, where its names need not be the same.
_CLOSE = 0.60
_CLOSE_ON_NAMES = 0.58
_SAME_QUESTION = 0.75
_NUMBER = re.compile(r"(?<![\d.])\d{2,4}(?![\d.]|-? ?(?:patients|pts|people|months|%))")
_SPAN = re.compile(r"\d (?:months?|weeks?|days?)\b")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?(?:%|percent|per cent)")
_RATIO = re.compile(r"\bHR\b|\bhazard|95% CI")
_LOW_DOSE = re.compile(r"\blow(?:er)?[- ](?:\w+ ){0,2}?dose", re.I)
_DOSE = re.compile(r"(\d+(?:\.\d+)?) ?mg\b", re.I)
_OF_ARM = re.compile(r"\b(?:arm|group)s?\b", re.I)
# A figure, or why there is none.
_FIGURE = re.compile(r"(?<![A-Za-z0-9-])\d|\bnot (?:yet )?(?:been )?(?:mature|reached)|\bimmature\b")
_ALONE = re.compile(r"\b(?:alone|monotherapy|single[- ]agent)\b", re.I)
# Classes so wide that a sentence on them says little of one drug.
_WIDE = frozenset(
    {"chemotherapy", "tyrosine_kinase_inhibitor", "monoclonal_antibody", "antibody_drug_conjugate", "targeted_therapy"}
)


class Bearing:
    """The test of sentences for one question; `wanted` are the ids that a sentence itself must name."""

    def __init__(self, question: Question, wanted: list[str], base: EvidenceBase) -> None:
        self._question = question
        self._base = base
        self._names = binding_names(question, base.lexicon)
        self._trials = self._of_kind(self._names, "trial")
        self._drugs = self._of_kind(question.entities, "drug")
        self._markers = self._of_kind(question.named, "marker")
        self._wanted = wanted
        self._values = VALUES & set(wanted)
        self._subjects = set(wanted) - VALUES
        self._asks_figure = question.asks_number or bool(_OF_ARM.search(question.text))
        # The reason for or against a dose is told without it.
        of_reason = question.asks_why and bool(question.context)
        doses = {*_DOSE.findall(question.text), *(set(_NUMBER.findall(question.text)) & base.doses)}
        self._doses = set() if of_reason else doses
        self._percents = set(_PERCENT.findall(question.text))
        self._low_dose = bool(_LOW_DOSE.search(question.text))
        self._weights = {name: base.weight(f"={name}") for name in self._names}

    def holds(self, candidate: Candidate) -> bool:
        """Whether the sentence bears on the question."""
        if not self._gives_what_is_asked(candidate):
            return False
        if self._has_its_share(candidate):
            return True
        return self._answers_the_same(candidate) or (self._is_of_names(candidate) and self._names_enough(candidate))

    def _of_kind(self, names: Iterable[str], kind: str) -> set[str]:
        return {name for name in names if self._base.lexicon.entries[name].kind == kind}

    def _gives_what_is_asked(self, candidate: Candidate) -> bool:
        """Not so where it tells of another dose, of a combination, or of no figure where one is asked for."""
        sentence = candidate.passage.sentence(candidate.number)
        if not _of_dose(self._doses, sentence, candidate.passage.text):
            return False
        if self._values and "hr" in self._question.statistics and not _RATIO.search(sentence):
            return False
        if self._low_dose and "high dose" in sentence:
            return False
        if WORSENING in self._wanted and self._asks_figure and not _SPAN.search(sentence):
            return False
        if self._values and self._asks_figure and not _FIGURE.search(without_references(sentence)):
            return False
        return not (self._values and self._question.alone and not _ALONE.search(sentence))

    def _has_its_share(self, candidate: Candidate) -> bool:
        """Whether a percentage of the question stands in the sentence: what it truly is a share of is told there."""
        if not self._percents:
            return False
        told = set(_PERCENT.findall(candidate.passage.sentence(candidate.number)))
        of_other = bool(self._trials and self._trials_in(candidate) - self._trials)
        close = candidate.cosine >= _CLOSE_ON_NAMES
        return self._percents <= told and close and not of_other

    def _answers_the_same(self, candidate: Candidate) -> bool:
        """Whether a question that the sentence answers is so near that topics need not be named in the same words."""
        named = self._trials | self._drugs
        gives = all(f"={name}" in candidate.terms for name in self._values) or candidate.cosine >= _SAME_QUESTION
        if not gives or candidate.cosine < (_CLOSE_ON_NAMES if named else _CLOSE):
            return False
        here = set(candidate.passage.entities)
        if (self._values and not self._markers <= here) or not self._subjects <= here:
            return False
        if any(f"={name}" not in candidate.terms for name in self._of_kind(self._subjects, "adverse_event")):
            return False
        if self._subjects and self._drugs and not self._tells_of_drug(candidate):
            return False
        of_other_trial = bool(self._trials and self._trials_in(candidate) - self._trials)
        if of_other_trial:
            return False
        return not named or bool((self._trials or self._drugs) & here) or self._tells_of_class(here)

    def _tells_of_class(self, here: set[str]) -> bool:
        """Whether a passage on the marker asked about tells of the drugs' class: "HER2 and cetuximab", anti-EGFR."""
        if self._trials or not self._markers or not self._markers <= here:
            return False
        return all(_through_kin(name, here, self._base) for name in self._drugs)

    def _is_of_names(self, candidate: Candidate) -> bool:
        """Whether it names what it must, and no other trial's or drug's result is taken for the one asked about."""
        told_of = self._trials_in(candidate)
        if self._trials and told_of and not self._trials & told_of:
            return False
        said = self._base.sentence_terms[candidate.passage.id, candidate.number]
        if any(f"={name}" not in said for name in self._wanted):
            return False
        of_drug_alone = self._names and self._values and self._drugs and not self._trials
        if of_drug_alone and not self._drugs & self._named_nearby(candidate):
            return False
        # Where a side effect, subject or approval of a drug is asked for, another drug's will not do.
        return not (self._names and self._drugs and self._subjects) or self._tells_of_drug(candidate)

    def _names_enough(self, candidate: Candidate) -> bool:
        """Whether its passage names the trial, and enough of the drugs, markers and classes by their rarity."""
        if not self._names:
            return True
        here = set(candidate.passage.entities)
        if self._trials and not self._trials & (self._named_nearby(candidate) if self._question.values else here):
            return False
        enough = (1.0 if len(self._names) <= _FEW else _BINDING_SHARE) * sum(self._weights.values()) - 1e-9
        found = (name for name in self._names if name in here or _through_kin(name, here, self._base))
        return sum(self._weights[name] for name in found) >= enough

    def _trials_in(self, candidate: Candidate) -> frozenset[str]:
        """The trials that the sentence names."""
        return self._base.sentence_trials[candidate.passage.id, candidate.number]

    def _tells_of_drug(self, candidate: Candidate) -> bool:
        """Whether the sentence tells of one of the drugs: it names it first or, where it names none, the one before
        does. For an approval any place will do: several drugs are approved in one sentence, but a dose or a side effect
        that stands beside another drug's name is that other drug's.
        """
        sentence = candidate.passage.sentence(candidate.number)
        entries = self._base.lexicon.entries
        order = [
            name
            for mention in self._base.lexicon.find(sentence, misspelled=False)
            for name in (mention.id, *entries[mention.id].parts)
            if entries[name].kind == "drug" and name not in CONTROLS
        ]
        if not order:
            return bool(self._drugs & self._named_nearby(candidate))
        return bool(self._drugs & set(order if "approval" in self._question.named else order[:1]))

    def _named_nearby(self, candidate: Candidate) -> set[str]:
        """The ids named by the sentence and by the one before it, which it may speak on from."""
        near = range(max(0, candidate.number - 1), candidate.number + 1)
        terms = (self._base.sentence_terms[candidate.passage.id, number] for number in near)
        return {term.removeprefix("=") for said in terms for term in said}


def _of_dose(doses: set[str], sentence: str, passage: str) -> bool:
    """Whether the sentence tells of the doses asked about (milligrams): it has them, or calls the highest one high."""
    if not doses or doses <= set(_DOSE.findall(sentence)):
        return True
    known = _DOSE.findall(passage)
    return bool(known) and doses == {max(known, key=float)} and "high dose" in sentence


def _through_kin(name: str, here: set[str], base: EvidenceBase) -> bool:
    """Whether a regimen's drugs, a class's drug, a drug's class, or a kind of the marker is named here instead."""
    entry = base.lexicon.entries[name]
    if entry.parts:
        return set(entry.parts) <= here
    if entry.kind == "class":
        return any(name in base.lexicon.entries[other].classes for other in here)
    if entry.kind == "drug":
        return bool((set(entry.classes) - _WIDE) & here)
    return any(other.startswith(f"{name}_") for other in here)
