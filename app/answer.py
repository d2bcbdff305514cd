"""The public answer: one shape for terminal, HTTP, chat and scripts. Standard library only.

Adding a field is fine; renaming or dropping one breaks the contract and needs a line in CHANGELOG.md.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["answered", "insufficient_evidence", "out_of_scope", "needs_information", "contradiction", "error"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Evidence behind one or more sentences: where it stands, its text, and the words that support them.

    `quote` is an exact span of `text`; `score` is the retrieval score in 0–1 (1 for a cell that was looked up).
    """

    n: int
    document: str
    title: str
    section: str
    table: str | None
    row: str | None
    reference: str | None
    locator: str
    text: str
    quote: str
    score: float
    url: str | None
    passage: str


@dataclass(frozen=True, slots=True)
class LaterApproval:
    """A regulatory fact from after the corpus was written; always apart from what the corpus says."""

    date: str
    what: str
    source: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, as every interface gives it out.

    `patient` and `options` are None where the question states no patient. `facts` are those of the profile that was
    judged, each with the words it came from; `hypothetical` maps the facts that a what-if changes to their values;
    `about` says what the last turn asks for, and `read_first` are those of the notes that come before anything else.
    `timings_ms` maps each step to milliseconds and is the only part that differs between two runs.
    """

    question: str
    status: Status
    answer: str
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]
    as_of: str
    answer_id: str
    generator: str
    verified: bool
    timings_ms: dict[str, float]
    patient: dict[str, Any] | None = None
    assumed: tuple[str, ...] = ()
    options: tuple[dict[str, Any], ...] | None = None
    tests: tuple[dict[str, Any], ...] = ()
    since_then: tuple[LaterApproval, ...] = ()
    facts: tuple[dict[str, Any], ...] = ()
    contradictions: tuple[dict[str, Any], ...] = ()
    hypothetical: dict[str, Any] | None = None
    about: Literal["review", "patient"] = "review"
    read_first: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, fields in the order of the contract."""
        facts = asdict(self)
        return {name: facts[name] for name in _ORDER}

    def to_json(self, indent: int | None = None) -> str:
        """The answer as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


_ORDER = (
    "question", "about", "status", "answer", "citations", "patient", "facts", "hypothetical", "contradictions",
    "assumed", "options", "tests", "notes", "read_first", "as_of", "since_then", "answer_id", "generator", "verified",
    "timings_ms",
)  # fmt: skip
