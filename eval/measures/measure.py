"""What a measure is: it gives an item's reply a score from 0 to 1, where 1 is good, and says why it is no 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eval.questions import Question
from eval.replies import Reply
from eval.sets import Item
from eval.vignettes import Vignette


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is 0 to 1; `why` says what is missing or wrong, and is empty for a 1."""

    value: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `applies` says of which items it speaks: there a missing or failed reply scores 0.

    `score` sees replies that have an answer (`Reply.given`); None where this answer has nothing to be measured on.
    `decides`: an item is right only where every deciding measure gives it a 1. `of_retrieval`: what was found is
    scored, which not every system tells.
    """

    name: str
    title: str
    tells: str
    applies: Callable[[Item], bool]
    score: Callable[[Item, Reply], Score | None]
    decides: bool = False
    of_retrieval: bool = False


def good(condition: bool, why: str) -> Score:
    """1 where the condition holds, else 0 with the reason."""
    return Score(1.0) if condition else Score(0.0, why)


def question_of(item: Item) -> Question:
    """The question behind an item that is one. Raises TypeError for a vignette: `applies` must have kept it away."""
    if not isinstance(item.gold, Question):
        raise TypeError(f"{item.key} is no question")
    return item.gold


def vignette_of(item: Item) -> Vignette:
    """The vignette behind an item that is one. Raises TypeError for a question."""
    if not isinstance(item.gold, Vignette):
        raise TypeError(f"{item.key} is no vignette")
    return item.gold


def is_question(item: Item) -> bool:
    """Whether the item is a question of the review."""
    return isinstance(item.gold, Question)


def has_places(item: Item) -> bool:
    """Whether the item is an answerable question with acceptable places."""
    return isinstance(item.gold, Question) and item.status == "answered" and bool(item.gold.locators)
