"""Free-text vignettes: the facts expected of a text, and those read from it. `python -m eval.profiles` compares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import UserError
from app.patient.profile import AGENTS, FIELDS, Profile, plain_value, profile_of
from app.patient.reading import Reading

FOLDER = Path(__file__).resolve().parent / "vignettes"


@dataclass(frozen=True, slots=True)
class Vignette:
    """A text (or turns) and what it says of the patient: flat facts as in `Profile`, unknown ones left out."""

    id: str
    style: str
    turns: tuple[str, ...]
    status: str
    facts: Mapping[str, Any]
    hypothetical: Mapping[str, Any] = field(default_factory=dict)
    contradicts: tuple[str, ...] = ()

    @property
    def profile(self) -> Profile:
        """The expected facts as a profile."""
        return profile_of(self.facts)


def read_vignettes(name: str) -> list[Vignette]:
    """The vignettes of every file `eval/vignettes/<name>*.jsonl`. Raises ValueError naming file and line."""
    found = [vignette for path in sorted(FOLDER.glob(f"{name}*.jsonl")) for vignette in _read(path)]
    if not found:
        raise ValueError(f"{FOLDER}: no vignettes of the name {name!r}.")
    return found


def read_vignette_file(path: Path) -> tuple[Vignette, ...]:
    """The vignettes of one file, wherever it is. Raises UserError naming file, line and what does not fit."""
    try:
        return tuple(_read(path))
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UserError(f"{error}.") from error


def facts_of(reading: Reading) -> dict[str, Any]:
    """What was read, in the same flat form."""
    return {fact.field: plain_value(fact.value) for fact in reading.stored.facts}


def _read(path: Path) -> Iterator[Vignette]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _vignette(json.loads(line))
        except KeyError as error:
            raise ValueError(f"{path}, line {number}: {error.args[0]} is missing") from error
        except (ValueError, TypeError, AttributeError, UserError) as error:
            raise ValueError(f"{path}, line {number}: {error}") from error


def _vignette(data: Mapping[str, Any]) -> Vignette:
    facts = {name: value for name, value in data.get("patient", {}).items() if value is not None}
    if unknown := [name for name in facts if name not in FIELDS]:
        raise ValueError(f"unknown facts {unknown}")
    prior = data.get("prior")
    if prior is not None:
        open_ = set(prior.get("unknown", ()))
        facts |= {f"prior.{agent}": agent in prior["given"] for agent in AGENTS if agent not in open_}
    profile_of(facts)  # a value that no profile can have is told here, with its line
    turns = tuple(data["turns"]) if "turns" in data else (data["text"],)
    if not turns or not all(isinstance(turn, str) and turn.strip() for turn in turns):
        raise ValueError("the text, or one of the turns, is empty")
    return Vignette(
        id=data["id"],
        style=data["style"],
        turns=turns,
        status=data.get("status", "answered"),
        facts=facts,
        hypothetical=data.get("hypothetical") or {},
        contradicts=tuple(data.get("contradicts") or ()),
    )
