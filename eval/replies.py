"""A system's reply to one item, whoever gave it: the public answer as far as it is scored, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

_LENIENT = ConfigDict(extra="ignore", frozen=True)
# What the rules put out beside the text of an answer.
_RECORDS = ("options", "tests", "patient", "facts", "hypothetical", "assumed", "since_then")


class Cited(BaseModel):
    """A citation as far as it is scored."""

    model_config = _LENIENT
    n: int
    section: str = ""
    table: str | None = None
    row: str | None = None
    locator: str = ""
    text: str = ""
    quote: str = ""


class Judged(BaseModel):
    """The verdict on one option."""

    model_config = _LENIENT
    id: str
    verdict: str


class Given(BaseModel):
    """The public answer, leniently: what another program leaves out is empty.

    `records` is what the rules put out beside the text, as one JSON text.
    """

    model_config = _LENIENT
    status: str
    answer: str = ""
    citations: tuple[Cited, ...] = ()
    options: tuple[Judged, ...] | None = None
    patient: dict[str, Any] | None = None
    as_of: str = ""
    records: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found for a question, best first in its list; `section` is None where the system knows no places."""

    text: str
    section: str | None = None
    table: str | None = None
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `plain` is it as JSON has it; `milliseconds` is the time that the one who asks waits, where it was
    taken; `found` is what was retrieved, where the system tells.
    """

    given: Given
    plain: Mapping[str, Any]
    milliseconds: float | None = None
    found: tuple[Found, ...] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer, and why."""

    error: str

    @property
    def plain(self) -> Mapping[str, Any]:
        """As a line of a batch has it."""
        return {"status": "error", "error": self.error}


def reply_of(
    facts: Mapping[str, Any], milliseconds: float | None = None, found: tuple[Found, ...] | None = None
) -> Reply | Failure:
    """The reply that an answer in its JSON form is; one that is an error, or no answer at all, is a failure."""
    if facts.get("status") == "error":
        return Failure(str(facts.get("error") or "status error"))
    records = json.dumps([facts.get(name) for name in _RECORDS], ensure_ascii=False)
    try:
        given = Given.model_validate({**facts, "records": records})
    except ValidationError as error:
        first = error.errors()[0]
        return Failure(f"not an answer: {'.'.join(map(str, first['loc']))}: {first['msg']}")
    return Reply(given, facts, milliseconds, found)
