"""A question whether a therapy is of use that the review found of none: a plain no with its evidence (rules §2)."""

from __future__ import annotations

import re

from app.rules.not_recommended import CHEMOTHERAPY_AGAIN, FINDINGS, IMMUNOTHERAPY_IN_PMMR, NotRecommended
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.places import supports
from app.steps.prose import kinds_listed
from app.steps.understand import Question

_OF_USE = re.compile(
    r"\b(?:should|recommend\w*|worth\w*|roles?|options?|place|useful|use|using|used|helps?|helpful|works?|working|"
    r"benefit\w*|effective|efficacy|indicated|advis\w+|suggest\w*|appropriate|sensible|reasonable|try|give|offer|"
    r"add(?:ed)?|"
    r"candidate|good idea|(?:a|any) case for|any (?:good|point|sense|evidence)|justif\w+|prefer\w*)\b",
    re.I,
)
_ASKED = re.compile(
    r"^\W*(?:is|are|does|do|did|should|can|could|would|will|any|has|have|what about|how about|why not|may|"
    r"shall)\b|\?|\byes or no\b|\bany (?:role|point|use)\b",
    re.I,
)
_HOW = re.compile(r"\b(?:how|mechanism|action|target\w*|bind\w*|supposed to|which dose)\b", re.I)
_ASKS_ELSE = re.compile(
    r"\b(?:what (?:is|are|kind|sort|class|type|does)|which|who|where|when|why|class|phase|design\w*|side "
    r"effects?|tox\w*|"
    r"adverse|dos(?:e|ed|ing)|approv\w+|licen\w+|year|compar\w+|trials?|stud(?:y|ies)|results?|show\w*|develop\w*)\b",
    re.I,
)
_WHY_NOT = re.compile(
    r"\bwhy (?:not|(?:does|do|is|can|should)(?:n['’]?t| not)|(?:does|do) (?:no ?(?:one|body)))\b", re.I
)
_AGAIN = re.compile(
    r"\b(?:again|once more|re-?us(?:e|ed|ing)|re-?challeng\w*|re-?introduc\w*|re-?start\w*|re-?treat\w*|"
    r"repeat\w*|a second time|"
    r"another (?:go|round|try)|back to|go back|return to)\b",
    re.I,
)
_NOT_CHEMO = frozenset({"anti_egfr", "ftd_tpi", "anti_egfr_rechallenge", "rechallenge_anti_egfr"})
_PROFICIENT = frozenset({"pmmr_mss"})


def refused_therapy(question: Question, base: EvidenceBase) -> Statement | None:
    """The finding on the therapy that the question would use; None where it names none or asks something else."""
    if any(mention.kind == "trial" for mention in question.mentions):
        return None
    if (
        _HOW.search(question.text)
        or kinds_listed(question.text)
        or not _ASKED.search(question.text)
        or not (_OF_USE.search(question.text) or not _ASKS_ELSE.search(question.text))
        or (question.values and not _WHY_NOT.search(question.text))
        or question.statistics
    ):
        return None
    finding = next((one for one in (*FINDINGS, CHEMOTHERAPY_AGAIN) if _is_meant(one, question, base)), None)
    if finding is None:
        return None
    return Statement(finding.text, supports(finding.cite, base), ruled=finding.text)


def _is_meant(finding: NotRecommended, question: Question, base: EvidenceBase) -> bool:
    if finding is IMMUNOTHERAPY_IN_PMMR:
        named = {
            *question.entities,
            *(kind for name in question.entities for kind in base.lexicon.entries[name].classes),
        }
        return bool({"immunotherapy", "checkpoint_inhibitor"} & named and _PROFICIENT & named)
    if finding is CHEMOTHERAPY_AGAIN:
        named = {
            *question.entities,
            *(kind for name in question.entities for kind in base.lexicon.entries[name].classes),
        }
        return "chemotherapy" in named and not named & _NOT_CHEMO and bool(_AGAIN.search(question.text))
    if finding.all_of:
        return set(finding.all_of) <= question.entities
    return bool(set(finding.drugs) & question.entities)
