"""What composition hands on: statements, each with the evidence it stands on. Nothing here is formatted yet."""

from __future__ import annotations

from dataclasses import dataclass

from app.answer import Status
from index.records import Passage


@dataclass(frozen=True, slots=True)
class Support:
    """A passage and the exact span of its text that bears a statement; `columns` are the cells used, for a row."""

    passage: Passage
    start: int
    end: int
    score: float
    columns: frozenset[str] = frozenset()

    @property
    def quote(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer.

    `own`: a sentence of `prompts/replies.toml`, which says something of the assistant or of the review's silence ("the
    review does not mention …", "this trial has no arm with …"): it tells what is not there, so that no evidence can
    have its words. `ruled`: what the rules put out for this patient and the sentence tells; its figures and names need
    not stand in the evidence. Any other sentence without `support` may have no figure.
    """

    text: str
    support: tuple[Support, ...] = ()
    own: bool = False
    ruled: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification."""

    status: Status
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()
