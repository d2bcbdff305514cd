"""Question sets: JSON Lines with gold strings, acceptable places and the expected status (format: eval/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

SETS = Path(__file__).resolve().parent / "questions"


class Question(BaseModel):
    """One question of a set; `gold` holds groups of which a right answer names at least one string each."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    question: str
    kind: str
    style: str
    status: Literal["answered", "insufficient_evidence", "out_of_scope"]
    gold: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]
    locators: tuple[str, ...]


def read_questions(path: Path) -> tuple[Question, ...]:
    """All questions of the file. Raises ValueError naming file and line of the first that does not fit."""
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            questions.append(Question.model_validate_json(line))
        except ValidationError as error:
            raise ValueError(f"{path}, line {number}: {error.errors()[0]['msg']}") from error
    return tuple(questions)


def at_place(locators: tuple[str, ...], section: str, table: str | None, row: str | None) -> bool:
    """Whether a passage at this section, or at this table and row, is one of the acceptable places.

    A place in a table is "T2:SUNLIGHT", where the row may be shortened ("T1:KRASG12C"); a section is its number.
    """
    if table is None:
        return section in locators
    names = [place.split(":", 1)[1] for place in locators if place.startswith(f"T{table}:")]
    return row is not None and any(_same(name, row) for name in names)


def _same(name: str, row: str) -> bool:
    short, full = (text.casefold().replace("-", "").replace(" ", "") for text in (name, row))
    return full.startswith(short) or short.startswith(full)
