"""The HTTP API beside the chat (the only FastAPI): questions in, answers of the contract out."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException

from app.errors import NotReady, TooLong, UserError
from app.patient.findings import Conclusion
from app.patient.form import patient_schema, read_patient
from app.program import program_version
from app.ui.service import Service, TooBusy

MAX_BODY_BYTES = 1_000_000


def _profile_schema() -> dict[str, Any]:
    """The JSON Schema of a profile with its definitions put where they are named: a body has no place for them."""
    schema = patient_schema()
    definitions = schema.pop("$defs", {})
    schema.pop("$schema")

    def inlined(part: Any) -> Any:
        if isinstance(part, dict) and "$ref" in part:
            return inlined(definitions[part["$ref"].rpartition("/")[2]])
        if isinstance(part, dict):
            return {name: inlined(value) for name, value in part.items()}
        return [inlined(value) for value in part] if isinstance(part, list) else part

    return {"anyOf": [inlined(schema), {"type": "null"}]}


_PROFILE = Field(
    default=None,
    description="A patient's profile; what is left out or null is unknown.",
    examples=[{"ras": "mutant", "mmr": "proficient", "lines": 2, "prior": {"irinotecan": True}}],
    json_schema_extra=_profile_schema(),
)


class AskBody(BaseModel):
    """A question, or the user's messages of a conversation in order (the last one is answered)."""

    model_config = ConfigDict(extra="forbid")
    question: str | None = Field(default=None, examples=["mOS in SUNLIGHT?"])
    turns: list[str] | None = Field(default=None, examples=[["mOS in SUNLIGHT?", "and the PFS?"]])
    patient: dict[str, Any] | None = _PROFILE

    @model_validator(mode="after")
    def _one_of_both(self) -> AskBody:
        if (self.question is None) == (self.turns is None):
            raise ValueError("give either question or turns")
        return self

    def said(self) -> list[str]:
        """The turns, whichever way they were given."""
        return [self.question] if self.question is not None else list(self.turns or [])


class OptionsBody(BaseModel):
    """One patient: in words, as the user's messages in order, or as a profile."""

    model_config = ConfigDict(extra="forbid")
    text: str | None = Field(default=None, examples=["68M mCRC, KRAS G12D, MSS, s/p FOLFOX/bev and FOLFIRI"])
    turns: list[str] | None = Field(default=None, examples=[["mCRC, RAS wt, FOLFOX/bev, FOLFIRI", "BRAF is V600E"]])
    patient: dict[str, Any] | None = _PROFILE

    @model_validator(mode="after")
    def _one_of_three(self) -> OptionsBody:
        if sum(given is not None for given in (self.text, self.turns, self.patient)) != 1:
            raise ValueError("give one of text, turns and patient")
        return self

    def said(self) -> list[str]:
        """The turns, whichever way they were given; none for a profile."""
        return [self.text] if self.text is not None else list(self.turns or [])


def create_api(service: Service, accounts: Mapping[str, str] | None = None) -> FastAPI:
    """The API over `service`; with `accounts` (name → password) every route asks for HTTP Basic credentials."""
    # FastAPI's own /docs loads its scripts from another host; these come from this server.
    api: FastAPI = FastAPIOffline(title="Lateline", version=program_version(), redoc_url=None)
    _add_errors(api)
    _add_routes(api, service)

    @api.middleware("http")
    async def admit(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if accounts and not _may_enter(request.headers.get("authorization", ""), accounts):
            refusal = _problem(401, "Name and password are needed.")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="Lateline", charset="UTF-8"'
            return refusal
        if request.url.path.startswith("/api/") and await _is_too_long(request):
            return _problem(413, f"The request has more than {MAX_BODY_BYTES:,} bytes; shorten it.")
        return await call_next(request)

    return api


def _add_routes(api: FastAPI, service: Service) -> None:
    problems: dict[int | str, dict[str, Any]] = {code: {"description": text} for code, text in _CODES.items()}

    @api.post("/api/ask", response_model=None, responses=problems)
    def ask(body: AskBody) -> JSONResponse:
        """Answers one question, or the last turn of a conversation, with citations; of a patient, with the options."""
        return JSONResponse(service.ask(body.said(), _read(body.patient)).to_dict())

    @api.post("/api/options", response_model=None, responses=problems)
    def options(body: OptionsBody) -> JSONResponse:
        """Weighs one patient against the review: profile, verdict on every option, tests, notes; uses no model."""
        if body.patient is None and not body.said():
            raise UserError("turns is empty; give a text.")
        return JSONResponse(service.options(body.said(), _read(body.patient)).to_dict())

    @api.get("/api/health")
    def health() -> dict[str, Any]:
        """Version, fingerprints of corpus and index, what is searched, generator; whether questions can be answered, or
        why not.
        """
        problem = service.problem
        facts: dict[str, Any] = {"version": program_version(), "ready": problem is None, "why": problem}
        if problem:
            return {**facts, **dict.fromkeys(("generator", "corpus", "index", "store"))}
        answering = service.assistant
        identity = answering.identity
        found = {"corpus": identity.corpus, "index": identity.index, "store": answering.store}
        return {**facts, "generator": answering.generator, **found}


_CODES: dict[int | str, str] = {
    413: "Too long",
    422: "Malformed",
    429: "Too many requests",
    503: "Not ready",
}


def _read(patient: dict[str, Any] | None) -> Conclusion | None:
    return None if patient is None else read_patient(patient)


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return _problem(422, f"{where}: {first['msg']}.")

    @api.exception_handler(UserError)
    async def refused(_: Request, error: UserError) -> Response:
        if isinstance(error, NotReady):
            return _problem(503, str(error))
        if isinstance(error, TooBusy):
            return _problem(429, str(error))
        return _problem(413 if isinstance(error, TooLong) else 422, str(error))

    @api.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> Response:
        return _problem(error.status_code, str(error.detail))


def _problem(status: int, detail: str) -> JSONResponse:
    """An RFC 9457 problem document."""
    title = _CODES.get(status, {401: "Unauthorized", 404: "Not found", 405: "Method not allowed"}.get(status, "Error"))
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


async def _is_too_long(request: Request) -> bool:
    """Whether the body is longer than a request may be; read here, so that an undeclared length is bounded too."""
    if int(request.headers.get("content-length") or 0) > MAX_BODY_BYTES:
        return True
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            return True
    request._body = body  # what Starlette hands on to the route
    return False


def _may_enter(header: str, accounts: Mapping[str, str]) -> bool:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode("utf-8").partition(":")
    except ValueError:
        return False
    return hmac.compare_digest(accounts.get(name, "").encode(), password.encode()) and name in accounts
