"""Question sets: JSON Lines with gold strings, acceptable places and the expected status (format: eval/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import UserError

SETS = Path(__file__).resolve().parent / "questions"

_Text = Field(min_length=1, pattern=r"\S")


class Question(BaseModel):
    """One question of a set; `gold` holds groups of which a right answer names at least one string each.

    Either `question` (one message) or `turns` (a conversation, the last message is scored).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = _Text
    question: str | None = None
    turns: tuple[str, ...] | None = None
    kind: str = _Text
    style: str = _Text
    status: Literal["answered", "insufficient_evidence", "out_of_scope", "needs_information", "contradiction"]
    gold: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]
    locators: tuple[str, ...]
    why: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Question:
        if (self.question is None) == (self.turns is None):
            raise ValueError('give either "question" or "turns"')
        if not self.messages or not all(text.strip() for text in self.messages):
            raise ValueError("the question, or one of the turns, is empty")
        if not all(group and all(group) for group in self.gold) or not all(self.forbidden):
            raise ValueError("a gold group, or a string of gold or forbidden, is empty: every answer would have it")
        return self

    @property
    def messages(self) -> tuple[str, ...]:
        """The user's messages in order."""
        return (self.question,) if self.question is not None else self.turns or ()


def read_questions(path: Path) -> tuple[Question, ...]:
    """All questions of the file. Raises UserError naming file, line and what does not fit."""
    return tuple(_question(line, f"{path}, line {number}") for number, line in read_lines(path))


def read_lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a JSON Lines file that are not blank, with their numbers from 1. Raises UserError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: is not UTF-8 text ({error.reason}).") from error
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _question(line: str, where: str) -> Question:
    try:
        return Question.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        raise UserError(f"{where}: {field + ': ' if field else ''}{said}.") from error
    except ValueError as error:
        raise UserError(f"{where}: not valid JSON ({error}).") from error


def at_place(locators: tuple[str, ...], section: str, table: str | None, row: str | None) -> bool:
    """Whether a passage at this section, or at this table and row, is one of the acceptable places.

    A place in a table is "T2:SUNLIGHT", where the row may be shortened ("T1:KRASG12C"); a section is its number.
    """
    return any(is_place(place, section, table, row) for place in locators)


def is_place(place: str, section: str, table: str | None, row: str | None) -> bool:
    """Whether a passage at this section, or at this table and row, is the place."""
    if table is None:
        return section == place
    label, colon, name = place.partition(":")
    return bool(colon) and label == f"T{table}" and row is not None and _same(name, row)


def _same(name: str, row: str) -> bool:
    short, full = (text.casefold().replace("-", "").replace(" ", "") for text in (name, row))
    return full.startswith(short) or short.startswith(full)
