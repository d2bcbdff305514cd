"""Choosing sentences: those of the prose found that say most of what the question asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from app.steps.draft import Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.retrieve import Evidence
from app.steps.understand import Question
from index.records import Passage
from index.references import without_references

MOST_SENTENCES = 4
_MOST_PASSAGES = 15
_MOST_CONSIDERED = 12
# What a further sentence gains by telling of a part of the question that is still open.
_ADDED_SHARE = 0.4
# How good the next sentence must be beside the best one to be told with it.
_SPEAKS_ON = 0.45
# Shares of a sentence's score; set on the tuned half of eval/questions.
AFFINITY_SHARE, COVERAGE_SHARE, PASSAGE_SHARE, KIND_GAIN = 0.7, 0.25, 0.5, 0.08
_DIGIT = re.compile(r"(?<![A-Za-z0-9])\d")
_ADVISES = re.compile(r"\b(?:recommend\w*|suggest\w*|should|candidates? for|preferabl[ey]|standard of care)\b", re.I)
_EXPLAINS = re.compile(
    r"\b(?:because|due to|caused?|owing|since|thus|therefore|leads? to|results? in|mechanism|theor(?:y|ies)|suggested|"
    r"hypothe\w+|followed by|reactivat\w+|so that|for this reason|depends?|which is why|selective pressure|"
    r"powered|toxicity|declin\w*|upon|expands?|expanding|withdraw\w*)\b",
    re.I,
)
_SEQUENCING = "treatment_sequencing"
_WHERE = re.compile(
    r"\bwhere (?:did|was|were|is|are|has|have)\b|\b(?:which|what|how many) (?:countr|hospital|site|cent)\w+", re.I
)
_PLACE = re.compile(
    r"\b(?:countr(?:y|ies)|hospitals?|sites|cent(?:re|er)s|Asian?|Danish|Canadian|China|international)\b"
)
_DATE = re.compile(r"\b(?:19|20)\d\d\b")
# Words of a question that say nothing of its subject.
_PLAIN = frozenset(
    "accord actual author claim describ discuss exact find found happen help know list make mani mention much "
    "name need number number patient peopl pleas regard report result review said say see state studi suggest "
    "summar tell text think tri trial use valu word year articl paper still ever realli right true case also "
    "compar whether between against versus during after befor under over than more most less least other same "
    "doe explain interpret mean".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: `coverage` is the share of the question's terms, by rarity, that it has (0–1)."""

    passage: Passage
    number: int
    score: float
    coverage: float
    cosine: float
    terms: frozenset[str]

    def statement(self) -> Statement:
        """The sentence as a statement, its bracketed reference numbers left out."""
        span = self.passage.sentences[self.number]
        words = without_references(self.passage.sentence(self.number))
        return Statement(words, (Support(self.passage, span.start, span.end, round(min(self.score, 1.0), 4)),))


def asked_terms(question: Question, base: EvidenceBase) -> frozenset[str]:
    """The terms that an answer should bear on: lexicon ids, and stems of the words that name no entry."""
    rest = question.text
    for mention in reversed(question.mentions):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    stems = {term for term in base.terms.of(rest) if not term.startswith("=")} - _PLAIN
    return frozenset(stems | {f"={name}" for name in question.entities})


def candidates(question: Question, evidence: Evidence, base: EvidenceBase) -> list[Candidate]:
    """Every sentence of the prose found, best first."""
    asked = asked_terms(question, base)
    weights = {term: base.weight(term) for term in asked}
    total = sum(weights.values()) or 1.0
    left_out = {f"={name}" for name in question.left_out}
    gained = _expected(question)
    found = []
    prose = [hit for hit in evidence.hits if hit.passage.kind == "paragraph"]
    if question.section and (there := [hit for hit in prose if hit.passage.section == question.section]):
        prose = there
    for hit in prose[:_MOST_PASSAGES]:
        around = asked & {f"={name}" for name in hit.passage.entities}
        for number in range(len(hit.passage.sentences)):
            said = base.sentence_terms[hit.passage.id, number]
            if not left_out.isdisjoint(said):
                continue
            terms = asked & said
            near = around - terms
            coverage = (sum(map(weights.__getitem__, terms)) + 0.4 * sum(map(weights.__getitem__, near))) / total
            cosine = hit.sentences.get(number, hit.cosine if len(hit.passage.sentences) == 1 else 0.0)
            affinity = hit.affinities.get(number, hit.affinity if len(hit.passage.sentences) == 1 else 0.0)
            score = AFFINITY_SHARE * max(affinity, 0.0) + COVERAGE_SHARE * coverage + PASSAGE_SHARE * hit.score
            score += gained(hit.passage.sentence(number))
            found.append(Candidate(hit.passage, number, score, coverage, cosine, terms))
    return sorted(found, key=lambda candidate: -candidate.score)


def _expected(question: Question) -> Callable[[str], float]:
    """What a sentence gains by having a figure or a date where one is asked for."""
    if question.asks_date:
        return lambda sentence: KIND_GAIN if _DATE.search(sentence) else 0.0
    if _WHERE.search(question.text):
        return lambda sentence: KIND_GAIN if _PLACE.search(sentence) else 0.0
    wants_advice = question.asks_advice or _SEQUENCING in question.named

    def gained(sentence: str) -> float:
        if question.asks_why and _explains(sentence):
            return KIND_GAIN
        if wants_advice and _advises(sentence):
            return KIND_GAIN
        if question.asks_share and "%" in sentence:
            return 2 * KIND_GAIN
        return KIND_GAIN if question.asks_number and _has_figure(sentence) else 0.0

    return gained


# Sentences of the corpus are asked the same for every question.
@lru_cache(maxsize=4096)
def _explains(sentence: str) -> bool:
    return bool(_EXPLAINS.search(sentence))


@lru_cache(maxsize=4096)
def _advises(sentence: str) -> bool:
    return bool(_ADVISES.search(sentence))


@lru_cache(maxsize=4096)
def _has_figure(sentence: str) -> bool:
    return bool(_DIGIT.search(without_references(sentence)))


def advises(candidate: Candidate) -> bool:
    """Whether the sentence recommends or suggests something."""
    return _advises(candidate.passage.sentence(candidate.number))


def choose(
    found: list[Candidate], share: float, base: EvidenceBase, most: int = MOST_SENTENCES, around: float = 1.0
) -> list[Candidate]:
    """The best sentence and further ones, up to `most`: those nearly as good, or that tell of what is still open.

    Each must reach `share` of the best one's score with what it adds, or `around` of it in the paragraph of the best
    one. In the order of the text, the best passage first.
    """
    if not found:
        return []
    best = found[0]
    chosen, told, rest = [best], set(best.terms), found[1:_MOST_CONSIDERED]
    while rest and len(chosen) < most:
        gains = [(one.score + _ADDED_SHARE * _added(one, told, base), one) for one in rest]
        gain, further = max(gains, key=lambda pair: pair[0])
        here = further.passage.paragraph == best.passage.paragraph
        if gain < (min(share, around) if here else share) * best.score:
            rest = [one for one in rest if one is not further]
            continue
        chosen.append(further)
        told |= further.terms
        rest = [one for one in rest if one is not further]
    chosen += _speaking_on(chosen, found)
    return sorted(chosen, key=lambda one: (one.passage.id != best.passage.id, one.passage.id, one.number))


def _speaking_on(chosen: list[Candidate], found: list[Candidate]) -> list[Candidate]:
    """The sentence after the best one, where it bears on the question too."""
    best = chosen[0]
    return [
        one
        for one in found
        if one.passage.id == best.passage.id
        and one.number == best.number + 1
        and one.score >= _SPEAKS_ON * best.score
        and not any(one is known for known in chosen)
    ]


def _added(candidate: Candidate, told: set[str], base: EvidenceBase) -> float:
    """The share of what the candidate tells of the question that is not told yet, 0–1."""
    total = sum(map(base.weight, candidate.terms)) or 1.0
    return sum(map(base.weight, candidate.terms - told)) / total * candidate.coverage
