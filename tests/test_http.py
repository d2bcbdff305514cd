"""The HTTP API over a service: answers of the contract, problem documents for all else, accounts, readiness."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import pytest
from fastapi.testclient import TestClient

from app.answer import Answer
from app.assistant import Assistant
from app.errors import UserError
from app.patient.form import read_patient
from app.program import program_version
from app.steps.assemble import Identity
from app.steps.guard import MAX_CHARACTERS, MAX_TURNS
from app.ui.http import MAX_BODY_BYTES, create_api
from app.ui.serve import read_accounts
from app.ui.service import MOST_AT_ONCE, Service

QUESTION = "mOS in SUNLIGHT?"
JSON = {"Content-Type": "application/json"}
ACCOUNTS = {"ida": "pass:word", "jørn": "blåbær"}


class SlowAssistant:
    """Answers only when it is let go; tells when all of its places are taken."""

    identity = Identity("corpus", "index", "0")
    generator = "extractive"
    store = "none"

    def __init__(self, answer: Answer) -> None:
        self.full = threading.Barrier(MOST_AT_ONCE + 1)
        self.go = threading.Event()
        self._answer = answer

    def ask(self, turns: Sequence[str], patient: object = None, settled: int = 0) -> Answer:
        if not self.go.is_set():
            self.full.wait(timeout=60)
            self.go.wait(timeout=60)
        return self._answer


def ready_service(assistant: object) -> Service:
    service = Service(lambda: cast("Assistant", assistant))
    service.start()
    service.wait(60)
    return service


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_api(ready_service(assistant)))


def without_timings(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "timings_ms"}


def as_sent(answer: Answer) -> dict[str, Any]:
    return without_timings(json.loads(answer.to_json()))


def assert_problem(response: Any, status: int, said: str = "") -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    facts = response.json()
    assert facts.keys() == {"type", "title", "status", "detail"}
    assert (facts["type"], facts["status"]) == ("about:blank", status)
    assert facts["title"] != "Error"
    assert said in facts["detail"]
    assert "\n" not in facts["detail"]


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def test_a_question_gets_the_assistants_answer(client: TestClient, assistant: Assistant) -> None:
    response = client.post("/api/ask", json={"question": QUESTION})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert without_timings(response.json()) == as_sent(assistant.ask([QUESTION]))
    assert response.json()["status"] == "answered"
    assert response.json()["timings_ms"]["total"] > 0


def test_turns_get_the_answer_to_the_last_of_them(client: TestClient, assistant: Assistant) -> None:
    turns = [QUESTION, "and the PFS?"]
    response = client.post("/api/ask", json={"turns": turns, "patient": None})
    assert response.status_code == 200
    assert response.json()["question"] == "and the PFS?"
    assert without_timings(response.json()) == as_sent(assistant.ask(turns))
    assert "SUNLIGHT" in response.json()["answer"]


def test_health_of_a_ready_service_tells_what_answers(client: TestClient, assistant: Assistant) -> None:
    fingerprints = {"corpus": assistant.identity.corpus, "index": assistant.identity.index}
    program = {"version": program_version(), "generator": "extractive"}
    store = {"store": "FAISS, exactly"}
    assert client.get("/api/health").json() == {**program, **fingerprints, **store, "ready": True, "why": None}


def test_until_the_assistant_is_loaded_questions_get_503(assistant: Assistant) -> None:
    let_go = threading.Event()

    def load() -> Assistant:
        let_go.wait(timeout=60)
        return assistant

    service = Service(load)
    service.start()
    client = TestClient(create_api(service))
    health = client.get("/api/health")
    assert (health.status_code, health.json()["ready"], health.json()["corpus"]) == (200, False, None)
    assert "being prepared" in health.json()["why"]
    assert_problem(client.post("/api/ask", json={"question": QUESTION}), 503, "being prepared")
    let_go.set()
    service.wait(60)
    assert client.get("/api/health").json()["ready"] is True
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


FAILURES = [(UserError("corpus: no document."), "corpus: no document."), (KeyError("x"), "KeyError: 'x'")]


@pytest.mark.parametrize(("error", "why"), FAILURES)
def test_an_assistant_that_cannot_load_is_reported_with_the_reason(error: Exception, why: str) -> None:
    service = Service(Mock(side_effect=error))
    service.start()
    service.wait(60)
    client = TestClient(create_api(service))
    health = client.get("/api/health").json()
    assert (health["ready"], health["index"]) == (False, None)
    assert why in health["why"]
    assert_problem(client.post("/api/ask", json={"question": QUESTION}), 503, why)


MALFORMED = {
    "nothing": ({}, "either question or turns"),
    "both": ({"question": "a", "turns": ["b"]}, "either question or turns"),
    "empty question": ({"question": "  "}, "empty"),
    "no turns": ({"turns": []}, "empty"),
    "empty last turn": ({"turns": ["a", ""]}, "empty"),
    "question no text": ({"question": 7}, "body.question"),
    "turns no list": ({"turns": "a"}, "body.turns"),
    "turn no text": ({"turns": ["a", 7]}, "body.turns.1"),
    "unknown field": ({"question": "a", "questoin": "b"}, "body.questoin"),
    "patient": ({"question": "a", "patient": {"rass": "mutant"}}, "the nearest is 'ras'"),
    "patient's value": ({"question": "a", "patient": {"mmr": "msi"}}, '"deficient" or "proficient"'),
    "patient no object": ({"question": "a", "patient": "mCRC"}, "body.patient"),
    "no object": (["a"], "body"),
}


@pytest.mark.parametrize(("body", "said"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_gets_422(client: TestClient, body: Any, said: str) -> None:
    assert_problem(client.post("/api/ask", json=body), 422, said)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b'{"turns": ["\\udfff"]}'])
def test_a_body_that_is_no_json_or_no_text_gets_422(assistant: Assistant, content: bytes) -> None:
    client = TestClient(create_api(ready_service(assistant)), raise_server_exceptions=False)
    assert_problem(client.post("/api/ask", content=content, headers=JSON), 422)


TOO_LONG = {
    "question": {"question": "a" * (MAX_CHARACTERS + 1)},
    "earlier turn": {"turns": ["a" * (MAX_CHARACTERS + 1), QUESTION]},
    "many turns": {"turns": [QUESTION] * (MAX_TURNS + 1)},
    "body": {"question": "a" * MAX_BODY_BYTES},
}


@pytest.mark.parametrize("body", TOO_LONG.values(), ids=TOO_LONG)
def test_too_much_text_gets_413(client: TestClient, body: dict[str, Any]) -> None:
    assert_problem(client.post("/api/ask", json=body), 413, "shorten it" if "question" in body else "most")


def test_a_body_of_undeclared_length_is_bounded_as_well(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"question": "mOS in SUNLIGHT?"'
        for _ in range(3):
            yield b" " * (MAX_BODY_BYTES // 2)
        yield b"}"

    assert_problem(client.post("/api/ask", content=chunks(), headers=JSON), 413, f"{MAX_BODY_BYTES:,} bytes")


def test_the_longest_allowed_question_is_answered(client: TestClient) -> None:
    question = f"{QUESTION:<{MAX_CHARACTERS}}"
    assert client.post("/api/ask", json={"question": question}).status_code == 200


def test_more_questions_at_once_than_there_are_places_get_429(assistant: Assistant) -> None:
    slow = SlowAssistant(assistant.ask([QUESTION]))
    service = ready_service(slow)
    client = TestClient(create_api(service))
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        waiting = [pool.submit(service.ask, [QUESTION]) for _ in range(MOST_AT_ONCE)]
        try:
            slow.full.wait(timeout=60)
            assert_problem(client.post("/api/ask", json={"question": QUESTION}), 429, str(MOST_AT_ONCE))
            assert client.get("/api/health").json()["ready"] is True
        finally:
            slow.go.set()
    assert len({future.result().answer_id for future in waiting}) == 1
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_a_refused_question_gives_its_place_back(client: TestClient) -> None:
    for _ in range(MOST_AT_ONCE + 1):
        assert client.post("/api/ask", json={"question": ""}).status_code == 422
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_wrong_paths_and_methods_get_problem_documents(client: TestClient) -> None:
    assert_problem(client.get("/api/nothing"), 404, "Not Found")
    assert_problem(client.get("/api/ask"), 405, "Method Not Allowed")


ROUTES: list[Callable[[TestClient, Any], Any]] = [
    lambda client, headers: client.post("/api/ask", json={"question": QUESTION}, headers=headers),
    lambda client, headers: client.post("/api/options", json={"text": PATIENT}, headers=headers),
    lambda client, headers: client.get("/api/health", headers=headers),
    lambda client, headers: client.get("/docs", headers=headers),
    lambda client, headers: client.get("/openapi.json", headers=headers),
]
WRONG: dict[str, dict[str, str | bytes]] = {
    "nothing": {},
    "wrong password": basic("ida", "password"),
    "no password": basic("ida", ""),
    "unknown name": basic("nobody", "pass:word"),
    "unknown name without password": basic("nobody", ""),
    "neither": basic("", ""),
    "not base64": {"Authorization": b"Basic \xa7\xa7"},
    "not UTF-8": {"Authorization": "Basic /w=="},
    "another scheme": {"Authorization": "Bearer " + basic("ida", "pass:word")["Authorization"].split()[1]},
}


@pytest.fixture
def guarded(assistant: Assistant) -> TestClient:
    return TestClient(create_api(ready_service(assistant), ACCOUNTS), raise_server_exceptions=False)


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG)
def test_with_accounts_every_route_asks_for_name_and_password(guarded: TestClient, headers: Any) -> None:
    for call in ROUTES:
        refused = call(guarded, headers)
        assert_problem(refused, 401, "password")
        assert refused.headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize(("name", "password"), ACCOUNTS.items())
def test_an_account_opens_every_route(guarded: TestClient, name: str, password: str) -> None:
    for call in ROUTES:
        assert call(guarded, basic(name, password)).status_code == 200


def test_the_documentation_loads_nothing_from_another_host(client: TestClient) -> None:
    page = client.get("/docs").text
    loaded = re.findall(r"<(?:script|link|img)\b[^>]*?\b(?:src|href)=[\"']([^\"']+)", page)
    assert any(address.endswith(".js") for address in loaded)
    assert any(address.endswith(".css") for address in loaded)
    for address in loaded:
        assert address.startswith("/")
        assert not address.startswith("//")
        assert client.get(address).status_code == 200
    assert {"/api/ask", "/api/options", "/api/health"} <= client.get("/openapi.json").json()["paths"].keys()


def test_the_documentation_holds_the_schema_of_a_profile_with_every_name_resolved(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for body in ("AskBody", "OptionsBody"):
        profile = schemas[body]["properties"]["patient"]["anyOf"][0]
        assert profile["properties"]["mmr"]["anyOf"][0]["enum"] == ["deficient", "proficient"]
        assert "$ref" not in json.dumps(profile)


PATIENT = "68M mCRC, KRAS G12D, MSS, s/p FOLFOX/bev and FOLFIRI"
PROFILE = {"ras": "mutant", "mmr": "proficient", "lines": 2, "prior": {"irinotecan": True}}


def test_options_of_a_text_of_turns_and_of_a_profile(client: TestClient, assistant: Assistant) -> None:
    adviser = assistant.adviser
    for body, expected in (
        ({"text": PATIENT}, adviser.options([PATIENT])),
        ({"turns": [PATIENT, "HER2 is negative"]}, adviser.options([PATIENT, "HER2 is negative"])),
        ({"patient": PROFILE}, adviser.options([], read_patient(PROFILE))),
    ):
        response = client.post("/api/options", json=body)
        assert response.status_code == 200
        assert without_timings(response.json()) == as_sent(expected)
        assert len(response.json()["options"]) == 12


def test_a_profile_beside_a_question_is_what_the_answer_begins_with(client: TestClient) -> None:
    facts = client.post("/api/ask", json={"question": "What are the options?", "patient": PROFILE}).json()
    assert (facts["status"], facts["about"], facts["patient"]["lines"]) == ("answered", "patient", 2)
    facts = client.post("/api/ask", json={"question": QUESTION, "patient": PROFILE}).json()
    assert (facts["about"], "10.8" in facts["answer"], len(facts["options"])) == ("review", True, 12)


MALFORMED_PATIENTS = {
    "nothing": ({}, "one of text, turns and patient"),
    "two": ({"text": PATIENT, "patient": PROFILE}, "one of text, turns and patient"),
    "question": ({"question": PATIENT}, "body.question"),
    "empty text": ({"text": " "}, "empty"),
    "no turns": ({"turns": []}, "empty"),
    "unknown field": ({"patient": {"prior": {"irinotecn": True}}}, "the nearest is 'irinotecan'"),
    "value": ({"patient": {"lines": -1}}, "a number from 0 to 20"),
}


@pytest.mark.parametrize(("body", "said"), MALFORMED_PATIENTS.values(), ids=MALFORMED_PATIENTS)
def test_a_patient_that_cannot_be_read_gets_422_in_one_sentence(client: TestClient, body: Any, said: str) -> None:
    assert_problem(client.post("/api/options", json=body), 422, said)


def test_a_patients_text_is_bounded_as_well(client: TestClient) -> None:
    assert_problem(client.post("/api/options", json={"text": "a" * (MAX_CHARACTERS + 1)}), 413, "shorten it")


def test_patients_are_weighed_while_the_index_is_being_built(assistant: Assistant) -> None:
    let_go, weighs = threading.Event(), threading.Event()

    def load() -> Assistant:
        weighs.set()
        let_go.wait(timeout=60)
        return assistant

    service = Service(load, lambda: assistant.adviser)
    service.start()
    try:
        client = TestClient(create_api(service))
        assert weighs.wait(timeout=60)
        assert_problem(client.post("/api/ask", json={"question": QUESTION}), 503, "being prepared")
        assert client.post("/api/options", json={"text": PATIENT}).json()["status"] == "answered"
    finally:
        let_go.set()
    without_adviser = TestClient(create_api(Service(load)))
    assert_problem(without_adviser.post("/api/options", json={"text": PATIENT}), 503, "being prepared")


def test_accounts_are_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text("# staff\n\nida:pass:word\n  jørn:blåbær\n", encoding="utf-8")
    assert read_accounts(file) == ACCOUNTS


BAD_LINES = [(b"ida:secret\njorn\n", "line 2"), (b":secret\n", "line 1"), (b"ida:\n", "line 1")]
BAD_FILES = [(b"# nobody\n\n", "no account"), (b"ida:\xff\n", "cannot be read"), (None, "cannot be read")]


@pytest.mark.parametrize(("content", "said"), BAD_LINES + BAD_FILES)
def test_an_account_file_that_cannot_serve_is_named_without_its_secrets(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "accounts"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UserError, match=said) as caught:
        read_accounts(file)
    assert str(file) in str(caught.value)
    assert "secret" not in str(caught.value)
