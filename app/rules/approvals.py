"""Later regulatory facts: dated and sourced, from after the review, and always kept apart from what it says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any

from app.rules.catalogue import OPTION_IDS
from app.rules.records import Verdict
from index.errors import CorpusError

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Approval:
    """One such fact. `date` is a year, month or day ("2024-06"); `options` are ids of the options that it touches,
    `drugs` lexicon ids; `checked` says what of it the source bears out.
    """

    # A misspelt key of the file is refused when it is read.
    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    date: str
    agency: str
    what: str
    options: tuple[str, ...]
    drugs: tuple[str, ...]
    source: str
    checked: str


def read_approvals(path: Path) -> tuple[Approval, ...]:
    """The approvals in a file of [[approval]] entries, oldest first.

    Raises CorpusError naming file and entry: unreadable, a field missing, unknown or of another kind, a date that is
    none, an option that does not exist, an id used twice.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: the file of later approvals cannot be read: {error}") from error
    entries = content.get("approval", [])
    if set(content) - {"approval"} or not isinstance(entries, list):
        raise CorpusError(f"{path}: the file holds something else than [[approval]] entries.")
    approvals = tuple(_validated(entries, path))
    ids = [approval.id for approval in approvals]
    if twice := [name for name in ids if ids.count(name) > 1]:
        raise CorpusError(f"{path}: approval {twice[0]!r}: the id is used twice.")
    return tuple(sorted(approvals, key=lambda approval: (approval.date, approval.id)))


def since_then(approvals: Iterable[Approval], verdicts: Sequence[Verdict]) -> tuple[Approval, ...]:
    """Those that touch an option which is eligible or needs information, in the order given."""
    live = {verdict.id for verdict in verdicts if verdict.verdict != "not_eligible"}
    return tuple(approval for approval in approvals if live & {*approval.options})


def _validated(entries: list[Any], path: Path) -> Iterator[Approval]:
    # Loaded here: whoever only judges options needs neither.
    from pydantic import TypeAdapter, ValidationError

    from index.tables import first_line

    adapter = TypeAdapter(Approval)
    for number, entry in enumerate(entries, start=1):
        name = entry.get("id", f"number {number}") if isinstance(entry, dict) else f"number {number}"
        try:
            approval = adapter.validate_python(_dates_as_text(entry))
        except ValidationError as error:
            raise CorpusError(f"{path}: approval {name!r}: {first_line(error)}.") from error
        if fault := _fault(approval):
            raise CorpusError(f"{path}: approval {name!r}: {fault}.")
        yield approval


def _dates_as_text(entry: Any) -> Any:
    """TOML's own dates (2024-06-21 without quotes) as text."""
    if not isinstance(entry, dict):
        return entry
    return {key: value.isoformat() if type(value) is Date else value for key, value in entry.items()}


def _fault(approval: Approval) -> str | None:
    if not _DATE.fullmatch(approval.date):
        return f"date {approval.date!r} is no date such as 2024-06 or 2024-06-21"
    for name in ("id", "agency", "what", "source", "checked"):
        if not getattr(approval, name).strip():
            return f"{name} is empty"
    if unknown := [option for option in approval.options if option not in OPTION_IDS]:
        return f"{unknown[0]!r} is no option; there are {', '.join(OPTION_IDS)}"
    return None
