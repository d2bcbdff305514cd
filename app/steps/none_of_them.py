"""Whether any, or which, trial or drug succeeded, where the review says that none did: "No:" or "None:" and why."""

from __future__ import annotations

import re
from dataclasses import replace

from app.steps.bearing import Bearing
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.prose import wanted_in_sentence
from app.steps.quoted import NEGATION
from app.steps.select import Candidate
from app.steps.understand import Question

_NOUNS = (
    r"(?:trials?|stud(?:y|ies)|RCTs?|drugs?|agents?|TKIs?|inhibitors?|regimens?|combinations?|compounds?|therap(?:y|ies)"
    r"|treatments?)"
)
_WHETHER = re.compile(r"^\W*(?:(?:so|and|but|then|ok)\W+)?(?:did|does|do|has|have|was|were|is|are|any)\b", re.I)
_WHICH = re.compile(rf"\b(?:which|what) (?:of (?:the|these|those) )?(?:[\w/-]+ ){{0,4}}?(?:{_NOUNS}|ones?)\b", re.I)
_SEVERAL = re.compile(rf"\b(?:any|ever|a single|at least one|one of|(?:a|an) (?:[\w-]+ )?{_NOUNS})\b", re.I)
_SUCCEEDED = re.compile(
    r"\b(?:benefit\w*|improv\w*|prolong\w*|lengthen\w*|extend\w*|gain\w*|work(?:s|ed)?|succe\w+|positive|approv\w+|"
    r"advantage|effective|help(?:s|ed)?|longer|better\w*|beat|won|win|licen[sc]\w+|cleared|authori[sz]ed|market\w*|met|"
    r"meaningful\w*|show(?:s|n|ed)?)\b",
    re.I,
)
_DENIED = re.compile(
    rf"\bno (?:[\w-]+ ){{0,2}}?{_NOUNS}\b|\bnone of (?:the|these|those) (?:[\w-]+ ){{0,2}}?{_NOUNS}\b"
    r"|\bin none of them\b|\bfailed to show\b",
    re.I,
)
_CLAUSE = re.compile(r";|,? (?:while|whereas|although|but|yet)\b")
# A drug may be of use without being licensed.
_LICENSED = re.compile(r"\b(?:approv\w*|licen[sc]\w*|market\w*|clear(?:ed|ance)|authori[sz]\w*)\b", re.I)
_MUST_BE_DENIED = frozenset({"endpoint", "adverse_event"})
# How near to the best sentence the one that denies must be to be the answer, and how many are looked at.
_NEARLY_BEST = 0.85
_LOOKED_AT = 8


def none_of_them(question: Question, found: list[Candidate], base: EvidenceBase) -> Statement | None:
    """The sentence that denies it of all of them, led by its answer; None where no success is asked for, one trial is
    named, or no such sentence is among the best.
    """
    whether = bool(_WHETHER.search(question.text) and _SEVERAL.search(question.text))
    if not (whether or _WHICH.search(question.text)) or not _SUCCEEDED.search(question.text):
        return None
    if NEGATION.search(question.text) or question.asks_why or any(one.kind == "trial" for one in question.mentions):
        return None
    denying = next((one for one in _near(question, found, base) if _denies_it(question, one, base)), None)
    if denying is None:
        return None
    told = denying.statement()
    starts_with_name = told.text[1:2].isupper() or not told.text[1:2].isalpha()
    text = told.text if starts_with_name else f"{told.text[0].lower()}{told.text[1:]}"
    return replace(told, text=f"{'No' if whether else 'None'}: {text}")


def _denies_it(question: Question, candidate: Candidate, base: EvidenceBase) -> bool:
    """Whether the clause that denies has the very endpoint that is asked about: "none reached a response rate, while
    three improved PFS" denies no PFS. Where no endpoint is named, nothing may be granted beside the denial.
    """
    clauses = _CLAUSE.split(candidate.statement().text)
    denying = next((clause for clause in clauses if _DENIED.search(clause)), None)
    if denying is None:
        return False
    if _LICENSED.search(denying) and not _LICENSED.search(question.text):
        return False
    kinds = {name: base.lexicon.entries[name].kind for name in question.named}
    wanted = {f"={name}" for name, kind in kinds.items() if kind in _MUST_BE_DENIED or name == "approval"}
    if wanted:
        return wanted <= set(base.terms.of(denying))
    return not any(_SUCCEEDED.search(clause) for clause in clauses if clause != denying)


def _near(question: Question, found: list[Candidate], base: EvidenceBase) -> list[Candidate]:
    """The best sentences that bear on the question, or that tell of the table it names."""
    if not found:
        return []
    bears = Bearing(question, wanted_in_sentence(question, base), base).holds
    table = f"Table {question.table}"
    return [
        one
        for one in found[:_LOOKED_AT]
        if one.score >= _NEARLY_BEST * found[0].score
        and (table in one.statement().text if question.table else bears(one))
    ]
