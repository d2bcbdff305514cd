"""What the checks of an answer look up: the cited passages as words and names, and the rows and arms of the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.steps.draft import Support
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.quoted import proper_names, words_of
from index.records import Arm, Passage
from index.references import without_references

_NAMED_KINDS = frozenset({"drug", "trial", "marker", "regimen", "cancer"})
_CHECKED_KINDS = frozenset({"drug", "trial", "marker"})
_NO_THERAPY = ("best supportive care", "no active therapy", "best supportive care (BSC)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SHORTEST_NAME = 3
# Words of multi-word names that are ordinary words too.
_ORDINARY = frozenset(
    "a active age all alone and any arm as at be best by cancer care class combination combined control dose first for "
    "free from fusion gene group high in left line loss low marker metastatic month mutant mutated mutation negative "
    "new no non not of on one only or patient phase plus positive primary protein repair right second side stable "
    "standard status study support supportive the therapy third to treatment trial tumor tumour two type unselected "
    "variant wild with without year".split()
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage as its checks need it: its words, its text in lower case with place and heading, its proper names."""

    words: frozenset[str]
    text: str
    names: frozenset[str]
    entities: frozenset[str]
    numbers: frozenset[str]


class Ledger:
    """Look-ups over one evidence base; what depends on passages alone is computed once."""

    def __init__(self, base: EvidenceBase) -> None:
        self.base = base
        self.lexicon = base.lexicon
        self._cited: dict[str, Cited] = {}
        self._quotes: dict[tuple[str, int, int], str] = {}
        self._arms: dict[tuple[str, ...], re.Pattern[str]] = {}
        self._arm_names: dict[str, dict[str, frozenset[int]]] = {}

    def is_evidence(self, support: Support) -> bool:
        """Whether the passage is one of the corpus, unchanged, and the span lies within it."""
        passage = support.passage
        known = self._passages.get(passage.id) or (self.base.about if passage.id.endswith("/about") else None)
        same = known is passage or known == passage
        return same and 0 <= support.start < support.end <= len(passage.text)

    def quote(self, support: Support) -> str:
        """The quoted span without bracketed references."""
        key = (support.passage.id, support.start, support.end)
        if key not in self._quotes:
            self._quotes[key] = " ".join(without_references(support.quote).split())
        return self._quotes[key]

    def row(self, support: Support) -> RowFacts | None:
        """The typed row of a passage of a table."""
        return self._rows.get(support.passage.id)

    def rows_of(self, places: Iterable[Support]) -> tuple[RowFacts, ...]:
        """The typed rows among the places, each once."""
        return tuple({place.passage.id: facts for place in places if (facts := self.row(place))}.values())

    def rows_of_table(self, document: str, number: str) -> tuple[RowFacts, ...]:
        """All rows of one table."""
        return tuple(
            facts for facts in self.base.rows if facts.table.number == number and facts.passage.document == document
        )

    def cited(self, passage: Passage) -> Cited:
        """The passage as words and names."""
        if passage.id not in self._cited:
            text = f"{passage.title}. {passage.locator}. {passage.heading}. {without_references(passage.text)}"
            self._cited[passage.id] = Cited(
                words=frozenset(words_of(text)),
                text=text.casefold(),
                names=frozenset(proper_names(text)),
                entities=self.lexicon.entity_ids(text, misspelled=False) | frozenset(passage.entities),
                numbers=frozenset(_NUMBER.findall(text)),
            )
        return self._cited[passage.id]

    def knows_names(self, text: str, passages: list[Cited]) -> bool:
        """Whether every drug, trial, marker and name in capitals of `text` stands in the passages.

        The lexicon is asked only where a word of a name is not there literally: a brand for a drug, "TAS-102".
        """
        words = words_of(text)
        here = frozenset[str]().union(*(passage.words for passage in passages))
        odd = [word for word in words if word in self._name_words and word not in here]
        unknown = [word for word in proper_names(text) if word not in here]
        if not odd and not unknown:
            return True
        entities = frozenset[str]().union(*(passage.entities for passage in passages))
        named = {
            name
            for name in self.lexicon.entity_ids(text, misspelled=False)
            if self.lexicon.entries[name].kind in _CHECKED_KINDS
        }
        return named <= entities and all(self._is_named(word, text, entities) for word in unknown)

    def is_name(self, word: str) -> bool:
        """Whether the word (in lower case) is one of a name of a drug, trial, regimen or marker."""
        return word in self._name_words

    def is_drug(self, word: str) -> bool:
        """Whether the word (in lower case) is one of a drug's name."""
        return word in self._drug_words

    def _is_named(self, word: str, text: str, entities: frozenset[str]) -> bool:
        """Whether a capitalised word is part of a name for something that the passages name."""
        return any(
            mention.id in entities and word in words_of(text[mention.start : mention.end])
            for mention in self.lexicon.find(text, misspelled=False)
        )

    def arm_pattern(self, rows: tuple[RowFacts, ...]) -> re.Pattern[str]:
        """A pattern for the regimens, subgroups and patients of the rows, the longest names first."""
        key = tuple(facts.passage.id for facts in rows)
        if key not in self._arms:
            names = {name for facts in rows for name in self.arm_names(facts)}
            populations = {text for facts in rows if (text := facts.row.printed("population"))}
            ordered = sorted(names | {text.casefold() for text in populations}, key=len, reverse=True)
            pattern = "|".join(map(re.escape, ordered)) or r"(?!)"
            self._arms[key] = re.compile(rf"(?<![\w/+])(?:{pattern})(?![\w/+])", re.I)
        return self._arms[key]

    def controls_of(self, rows: tuple[RowFacts, ...]) -> frozenset[str]:
        """What the arms of the rows are called (in lower case) that others are compared with."""
        arms = (arm for facts in rows for arm in facts.row.arms if arm.printed("role") == "control")
        return frozenset((arm.printed("regimen") or "").casefold() for arm in arms) - {""}

    def arm_names(self, facts: RowFacts) -> dict[str, frozenset[int]]:
        """Every name (in lower case) of the row's arms and subgroups → the arms that it may stand for."""
        known = self._arm_names.get(facts.passage.id)
        if known is None:
            known = self._arm_names[facts.passage.id] = _arm_names(facts.row.arms)
        return known

    @cached_property
    def row_names(self) -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
        """A pattern for the trials and authors of all rows, and the passages that each name stands for."""
        names: dict[str, set[str]] = {}
        for facts in self.base.rows:
            for name in _row_names(facts):
                names.setdefault(name, set()).add(facts.passage.id)
        ordered = sorted(names, key=len, reverse=True)
        pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered)) or '(?!)'})(?![\w-])")
        return pattern, {name: frozenset(ids) for name, ids in names.items()}

    @cached_property
    def _passages(self) -> dict[str, Passage]:
        return {passage.id: passage for passage in self.base.passages}

    @cached_property
    def _rows(self) -> dict[str, RowFacts]:
        return {facts.passage.id: facts for facts in self.base.rows}

    @cached_property
    def _name_words(self) -> frozenset[str]:
        """The words that stand in names of drugs, trials, regimens and markers, ordinary words left out."""
        return self._words_of_kinds(_NAMED_KINDS)

    @cached_property
    def _drug_words(self) -> frozenset[str]:
        return self._words_of_kinds(frozenset({"drug"}))

    def _words_of_kinds(self, kinds: frozenset[str]) -> frozenset[str]:
        entries = [entry for entry in self.lexicon.entries.values() if entry.kind in kinds]
        names = (name for entry in entries for name in (entry.name, *entry.also, *entry.exact))
        words = {word for name in names for word in words_of(name) if len(word) >= _SHORTEST_NAME}
        return frozenset(word for word in words - _ORDINARY if not word[0].isdigit())


@lru_cache(maxsize=4)
def ledger_of(base: EvidenceBase) -> Ledger:
    """The ledger of an evidence base, made once."""
    return Ledger(base)


def _names_of_regimen(regimen: str) -> tuple[str, ...]:
    """A regimen as a sentence may write it: "A + B", "A plus B", "A and B", "A then B"."""
    said = regimen.casefold()
    forms = {said, said.replace("-", " ")} if "-" in said else {said}
    signs = ((" + ", (" plus ", " and ", " with ")), (" and ", (" + ", " plus ")), (", ", (" or ", " and ")))
    for sign, others in (*signs, (" → ", (" then ",))):
        forms |= {form.replace(sign, other) for form in tuple(forms) if sign in form for other in others}
    if "(bsc)" in said:
        forms |= {name.casefold() for name in _NO_THERAPY}
    return tuple(forms)


def _arm_names(arms: tuple[Arm, ...]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, arm in enumerate(arms):
        subgroup = arm.printed("subgroup")
        names = [*_names_of_regimen(arm.printed("regimen") or ""), arm.name.casefold()]
        if subgroup:
            names.append("all patients" if subgroup == "all" else subgroup.casefold())
        for name in names:
            if name and name != "arm not readable":
                found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def _row_names(facts: RowFacts) -> set[str]:
    """How a sentence names the row: the trial as printed or in capitals, the author with the year."""
    row = facts.row
    names: set[str] = set()
    if trial := row.printed("trial"):
        names |= {trial, trial.upper()} if " " not in trial else {trial, f"{trial} trial"}
    if author := row.printed("author"):
        names |= {f"{author} {row.printed('year')}"}
    return names
