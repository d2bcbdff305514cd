"""Independent of composition: nothing in a sentence may be absent from what the sentence cites."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from app.steps.draft import Draft, Statement
from app.steps.replies import reply
from index.lexicon import Lexicon
from index.records import Passage

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PLACE = re.compile(
    r"(?:§|\bsections?)\s*\d+(?:\.\d+)?|paragraph \d+|Tables? \d(?: and \d)?|\(\w[\w-]* \d{4}\)"
    r"|\b[A-Za-z]+-?\d+\w*\b"
)
_CHECKED = frozenset({"drug", "trial", "marker"})


@dataclass(frozen=True, slots=True)
class Verified:
    """The draft with its failing sentences taken out, and how many those were."""

    draft: Draft
    dropped: int


def verify(draft: Draft, lexicon: Lexicon) -> Verified:
    """Drops every statement with a number, drug, trial or marker that its citations do not have.

    Where an answered draft has nothing left, its status says that the corpus does not answer.
    """
    kept = tuple(statement for statement in draft.statements if statement_holds(statement, lexicon))
    dropped = len(draft.statements) - len(kept)
    if dropped and not any(statement.support or statement.ruled for statement in kept):
        return Verified(Draft("insufficient_evidence", (Statement(reply("corpus_silent"), own=True),)), dropped)
    return Verified(replace(draft, statements=kept), dropped)


def statement_holds(statement: Statement, lexicon: Lexicon) -> bool:
    """Whether every number and name of the statement stands in the evidence it cites.

    What the rules put out (`ruled`) counts as evidence too. A statement without either may carry no number of its own
    other than those of places ("Table 2", "§2.1").
    """
    if statement.own:
        return True
    if not statement.support and not statement.ruled:
        return not _NUMBER.search(_without_places(statement.text))
    cited = " ".join(_words_of(support.passage) for support in statement.support)
    ruled = statement.ruled
    numbers = set(_NUMBER.findall(_without_places(statement.text))) - set(_NUMBER.findall(ruled))
    if not numbers <= set(_NUMBER.findall(cited)):
        return False
    quoted = " ".join(support.quote for support in statement.support)
    if not {number for number in numbers if "." in number} <= set(_NUMBER.findall(quoted)):
        return False
    known = _names(ruled, lexicon).union(*(_names_of(support.passage, lexicon) for support in statement.support))
    return _names(statement.text, lexicon) <= known


def _names(text: str, lexicon: Lexicon) -> set[str]:
    return {name for name in lexicon.entity_ids(text, misspelled=False) if lexicon.entries[name].kind in _CHECKED}


# An answer cites few passages, and cites them often; passages hold no user's words.
@lru_cache(maxsize=4096)
def _names_of(passage: Passage, lexicon: Lexicon) -> set[str]:
    return _names(_words_of(passage), lexicon)


def _words_of(passage: Passage) -> str:
    return f"{passage.locator}. {passage.heading}. {passage.text}"


def _without_places(text: str) -> str:
    """The text without the names of places and trials that have digits in them."""
    return _PLACE.sub(" ", text)
