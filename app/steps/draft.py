"""What composition hands on: statements and tables, each with the evidence it stands on. Nothing is numbered yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.answer import Status
from index.records import Passage

# How a statement stands on the page: it runs on in its paragraph, begins a new one, or is an item of a list.
Layout = Literal["run", "paragraph", "item"]


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
    layout: Layout = "run"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a grid: a cell for each column, and the evidence of all of them. `ruled` as in `Statement`."""

    cells: tuple[str, ...]
    support: tuple[Support, ...] = ()
    ruled: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table under headings ("Trial", "Treatment", "Median OS (months)", …); an empty cell is a dash."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


Block = Statement | Grid


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification, in the order in which it is read."""

    status: Status
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The sentences alone, without the lines of tables."""
        return tuple(block for block in self.blocks if isinstance(block, Statement))

    def supports(self) -> Iterator[Support]:
        """All evidence, in the order of reading."""
        for block in self.blocks:
            if isinstance(block, Statement):
                yield from block.support
            else:
                for line in block.lines:
                    yield from line.support
