"""A profile as JSON: read strictly, described by a JSON Schema, refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from app.errors import UserError
from app.patient.findings import Conclusion, Finding, conclude
from app.patient.profile import AGENT_NAMES, AGENTS, FIELDS, Lines, Source, Value
from app.patient.profile import Field as ProfileField

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


class AtLeast(BaseModel):
    """A lower bound of prior lines."""

    model_config = _STRICT
    at_least: int = Field(ge=0, le=FIELDS["lines"].highest)


@cache
def patient_model() -> type[BaseModel]:
    """The pydantic model of a profile: every fact of `FIELDS` may be left out or null, which is unknown."""
    agents: dict[str, Any] = {
        agent: (bool | None, Field(default=None, description=f"{AGENT_NAMES[agent]}: given or not")) for agent in AGENTS
    }
    prior = create_model("Prior", __config__=_STRICT, __doc__="Earlier therapy by agent; left out: unknown.", **agents)
    fields: dict[str, Any] = {
        field.name: (_annotation(field), Field(default=None, description=field.label))
        for field in FIELDS.values()
        if not field.name.startswith("prior.")
    }
    return create_model(
        "Patient",
        __config__=_STRICT,
        __doc__="Known facts of a patient with metastatic colorectal cancer; what is left out or null is unknown.",
        prior=(prior | None, Field(default=None, description="earlier therapy")),
        **fields,
    )


def patient_schema() -> dict[str, Any]:
    """The published JSON Schema of a profile."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **patient_model().model_json_schema()}


def read_patient(data: object, where: str = "patient") -> Conclusion:
    """The facts of a JSON profile with what follows from them, and the contradictions among them.

    Raises UserError with one sentence: an unknown field (with the nearest known one), or a value that does not fit.
    """
    if not isinstance(data, Mapping):
        raise UserError(f"{where}: a profile must be a JSON object with fields such as ras, mmr or prior.")
    try:
        form = patient_model().model_validate(data)
    except ValidationError as error:
        raise UserError(_one_sentence(error, where)) from error
    findings = []
    for name, value in _flat(form):
        findings.append(Finding(name, value, Source("form", name)))
    return conclude(findings)


def read_patient_file(path: Path) -> Conclusion:
    """The same for a file. Raises UserError also where it cannot be read or is no JSON."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{path}: the profile cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UserError(f"{path}: the profile is not valid JSON ({error}).") from error
    return read_patient(data, str(path))


def _annotation(field: ProfileField) -> Any:
    if field.name == "lines":
        return Field(ge=0, le=field.highest) and (_number(field) | AtLeast | None)
    if not field.values:
        return _number(field) | None
    if True in field.values:
        return bool | None
    return Literal[field.values] | None


def _number(field: ProfileField) -> Any:
    from typing import Annotated

    return Annotated[int, Field(ge=field.lowest, le=field.highest)]


def _flat(form: BaseModel) -> list[tuple[str, Value]]:
    facts: list[tuple[str, Value]] = []
    for name, value in form:
        if name == "prior" and value is not None:
            facts += [(f"prior.{agent}", given) for agent, given in value if given is not None]
        elif name == "lines" and value is not None:
            facts.append((name, Lines(value.at_least, exact=False) if isinstance(value, AtLeast) else Lines(value)))
        elif value is not None:
            facts.append((name, value))
    return facts


def _one_sentence(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    name = ".".join(part for part in place if part in _known_parts() or first["type"] == "extra_forbidden")
    if first["type"] == "extra_forbidden":
        known = list(AGENTS) if place[0] == "prior" and len(place) > 1 else _top_level()
        return f"{where}: {name!r} is no field of a profile; the nearest is {_nearest(place[-1], known)!r}."
    return f"{where}: {name}: {_expected(name)}, but the value is {first['input']!r}."


def _known_parts() -> frozenset[str]:
    return frozenset({"prior", *AGENTS, *FIELDS})


def _top_level() -> list[str]:
    return [name for name in FIELDS if not name.startswith("prior.")] + ["prior"]


def _expected(name: str) -> str:
    field = FIELDS.get(name)
    if name == "prior":
        return "expected an object that maps agents to true, false or null"
    if field is None:
        return "expected another kind of value"
    if field.name == "lines":
        return f'expected a number from 0 to {field.highest} or {{"at_least": number}}'
    if not field.values:
        return f"expected a whole number from {field.lowest} to {field.highest}"
    return "expected " + " or ".join(json.dumps(value) for value in field.values)


def _nearest(name: str, known: list[str]) -> str:
    from rapidfuzz import process

    return str(process.extractOne(name, known)[0])
