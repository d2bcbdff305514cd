"""What a question compares: trials, treatments or both, each resolved to its own rows of the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from app.steps.evidence import CONTROLS, EvidenceBase, RowFacts
from app.steps.ranking_words import asks_difference
from app.steps.understand import Question
from index.lexicon import Mention

# A treatment stands for so many trials at most; of more, none is meant.
_MOST_TRIALS = 3
# What sets two treatments against each other, and what also lists two trials.
_AGAINST = re.compile(r"\b(?:vs?|versus|or|against|compar\w+|than|instead of|rather than)\b", re.I)
_BESIDE = re.compile(rf"{_AGAINST.pattern}|\band\b|[&/,;]|\bto\b", re.I)
_BESIDE_TRIAL = re.compile(rf"{_BESIDE.pattern}|\bwith\b", re.I)
# "Which of these …: a, b": a choice among those named.
_AMONG = re.compile(r"\b(?:which|what|any|all|none|either|neither) of\b", re.I)
_SEVERAL = 3
_NEW_SENTENCE = re.compile(r"[?!]|[.;]\s")
_TIED = re.compile(r"\b(?:in|of|from|by)\s+(?:the\s+)?$", re.I)
_TOGETHER = re.compile(r"\s*(?:\+|/|±|&|plus|with|and)\s*", re.I)


@dataclass(frozen=True, slots=True)
class Subject:
    """A trial or treatment that the question names: where, its drugs (a treatment's) and its rows."""

    start: int
    end: int
    drugs: frozenset[str]
    rows: tuple[RowFacts, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows of all subjects in the order of the text; `by_trial`: every subject is a trial; `by_treatment`: none;
    `listed`: there are several, or it is asked which of them.
    """

    rows: tuple[RowFacts, ...]
    by_trial: bool
    by_treatment: bool
    listed: bool


def compared(question: Question, base: EvidenceBase) -> Compared | None:
    """The subjects that the question sets beside each other; None where it does not, or one of them has no rows.

    Treatments that one trial compared are left to that trial.
    """
    subjects = _without_arms(_merged(_named(question, base), question.text, base))
    if len(subjects) < 2 or not all(one.rows for one in subjects):
        return None
    by_trial = not any(one.drugs for one in subjects)
    between = [question.text[one.end : other.start] for one, other in pairwise(subjects)]
    beside = _BESIDE_TRIAL if by_trial and question.compares else _BESIDE
    listed = len(subjects) >= _SEVERAL or bool(_AMONG.search(question.text))
    against = (
        question.compares
        or asks_difference(question)
        or listed
        or any(map((_BESIDE if by_trial else _AGAINST).search, between))
    )
    if not against or not all(map(beside.search, between)) or any(map(_NEW_SENTENCE.search, between)):
        return None
    if not by_trial and any(map(_TIED.search, between)):
        return None  # "fruquintinib beat regorafenib in FRESCO-2" ties a drug to a trial that had no such arm
    if not by_trial and any(_compares(facts, subjects) for facts in base.rows):
        return None
    rows = tuple({facts.passage.id: facts for one in subjects for facts in one.rows}.values())
    return Compared(rows, by_trial, all(one.drugs for one in subjects), listed)


def _named(question: Question, base: EvidenceBase) -> list[Subject]:
    """The trials and treatments in the order of the text; placebo and best supportive care are none."""
    mentions = sorted(question.mentions, key=lambda one: one.start)
    named = [one for one in mentions if one.kind in ("trial", "drug", "regimen") and one.id not in CONTROLS]
    subjects = [_subject(one, base) for one in named]
    taken = [(one.start, one.end) for one in named]
    return sorted([*subjects, *_authors(question.text, taken, base)], key=lambda one: one.start)


def _subject(mention: Mention, base: EvidenceBase) -> Subject:
    if mention.kind == "trial":
        return Subject(mention.start, mention.end, frozenset(), _of_trial(mention.id, base))
    parts = base.lexicon.entries[mention.id].parts
    drugs = frozenset(parts or {mention.id})
    return Subject(mention.start, mention.end, drugs, _of_treatment(drugs, base))


def _authors(text: str, taken: list[tuple[int, int]], base: EvidenceBase) -> list[Subject]:
    """First authors who are named and whose trial the lexicon does not know by them; of two trials, none is meant."""
    by_author: dict[str, list[RowFacts]] = {}
    for facts in base.rows:
        if (author := facts.row.printed("author")) and author in text:
            by_author.setdefault(author, []).append(facts)
    found = []
    for author, rows in sorted(by_author.items()):
        for match in re.finditer(rf"(?<![\w-]){re.escape(author)}\b(?!-)", text):
            if len(rows) == 1 and not any(start < match.end() and match.start() < end for start, end in taken):
                found.append(Subject(match.start(), match.end(), frozenset(), tuple(rows)))
    return found


def _of_trial(trial: str, base: EvidenceBase) -> tuple[RowFacts, ...]:
    """The trial's own row; else that of the overview which sums up what it tested."""
    rows = [facts for facts in base.rows if trial in facts.trials]
    if rows:
        return tuple([facts for facts in rows if facts.table.number != "1"] or rows)
    tested = [base.lexicon.entity_ids(words) for words in base.lexicon.entries[trial].expand]
    drugs = [frozenset(name for name in names if base.lexicon.entries[name].kind == "drug") for names in tested]
    return tuple(facts for one in drugs for facts in base.rows if one and facts.is_overview and one in facts.arms)


def _of_treatment(drugs: frozenset[str], base: EvidenceBase) -> tuple[RowFacts, ...]:
    """The rows of the trial that the overview has for just these drugs, else of every trial that tested them, else the
    overview's; none where there are too many.
    """
    overview = [facts for facts in base.rows if facts.table.number == "1" and drugs in facts.arms]
    pivotal = frozenset[str]().union(*(facts.trials for facts in overview))
    trials = [facts for facts in base.rows if facts.table.number != "1" and _tests(drugs, facts)]
    rows = [facts for facts in trials if facts.trials & pivotal] or overview or trials
    return tuple(rows) if len(rows) <= _MOST_TRIALS else ()


def _tests(drugs: frozenset[str], facts: RowFacts) -> bool:
    """Whether a tested arm is of just these drugs."""
    arms = zip(facts.arms, facts.row.arms, strict=True)
    return any(tested == drugs and arm.printed("role") == "active" for tested, arm in arms)


def _merged(subjects: list[Subject], text: str, base: EvidenceBase) -> list[Subject]:
    """Neighbours that are one: the drugs of a combination ("Tukysa/Herceptin"), a treatment and its trial
    ("Enhertu (CRC01)", "SUNLIGHT: Lonsurf plus Avastin").
    """
    found: list[Subject] = []
    for one in subjects:
        last = found[-1] if found else None
        between = text[last.end : one.start] if last else ""
        if last and last.drugs and one.drugs and _TOGETHER.fullmatch(between):
            drugs = last.drugs | one.drugs
            if rows := _of_treatment(drugs, base):
                found[-1] = Subject(last.start, one.end, drugs, rows)
                continue
        if last and bool(last.drugs) != bool(one.drugs) and not _BESIDE.search(between):
            trial, treatment = (one, last) if last.drugs else (last, one)
            if any(treatment.drugs <= facts.drugs for facts in trial.rows):
                found[-1] = replace(trial, start=last.start, end=one.end)
                continue
        found.append(one)
    return found


def _without_arms(subjects: list[Subject]) -> list[Subject]:
    """Without the treatments that a trial named beside gave: "regorafenib vs placebo in CONCUR" is on one trial."""
    given = [facts.drugs for one in subjects if not one.drugs for facts in one.rows]
    return [one for one in subjects if not one.drugs or not any(one.drugs <= drugs for drugs in given)]


def _compares(facts: RowFacts, subjects: list[Subject]) -> bool:
    """Whether the trial has each treatment in an arm of its own."""
    sides = [one.drugs for one in subjects if one.drugs]
    arms = [{number for number, arm in enumerate(facts.arms) if side <= arm} for side in sides]
    return len(sides) > 1 and all(arms) and len(set[int]().union(*arms)) >= len(sides)
