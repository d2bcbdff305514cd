"""The only file that knows LlamaIndex's language models and their HTTP client: one streamed, bounded call.

The client's own timeout bounds each read alone, and a read that waits cannot be ended from another thread by closing
the client. So the call runs on a thread of its own, which hands on what arrives, and whoever waits for it ends it by
shutting its socket down: at the deadline, or when the answer is not wanted any more.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from app.errors import UserError
from app.steps.llm_calls import Cancelled, Message, ModelFault

_TICK_S = 0.05
# A server's line that says how long to wait is believed so far.
_LONGEST_WAIT_S = 300.0
_MOST_CHARACTERS = 20_000
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_NOT_ALLOWED = (401, 403)


class OpenAILikeModel:
    """A model behind an OpenAI-compatible server. Safe to share between threads: each call has a client of its own.

    Raises UserError where the client is not installed.
    """

    def __init__(self, base_url: str, model: str, key: str, most_tokens: int, seed: int = 0) -> None:
        try:
            import llama_index.llms.openai_like  # noqa: F401
        except ImportError as error:
            raise UserError(
                'generator = "llm" needs the client of language models; install it: pip install "lateline[llm]".'
            ) from error
        self.name = model
        self._base_url = base_url
        self._key = key
        self._most_tokens = most_tokens
        self._seed = seed

    def write(self, messages: tuple[Message, ...], until: float, cancelled: threading.Event) -> Iterator[str]:
        """See `LanguageModel.write`."""
        call = _Call(self._client, messages, until)
        try:
            yield from call.pieces(cancelled)
        finally:
            call.end()

    def _client(self, http: Any, seconds: float) -> Any:
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(
            model=self.name,
            api_base=self._base_url,
            api_key=self._key or "none",
            is_chat_model=True,
            is_function_calling_model=False,
            temperature=0.0,
            max_tokens=self._most_tokens,
            additional_kwargs={"seed": self._seed},
            max_retries=0,
            timeout=seconds,
            http_client=http,
        )


class _Call:
    """One request on a thread of its own."""

    def __init__(self, client: Any, messages: tuple[Message, ...], until: float) -> None:
        self._make_client = client
        self._messages = messages
        self._until = until
        self._arrived: queue.SimpleQueue[str | ModelFault | None] = queue.SimpleQueue()
        self._socket: socket.socket | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="language-model", daemon=True).start()

    def pieces(self, cancelled: threading.Event) -> Iterator[str]:
        """What arrives; raises ModelFault at the deadline, and Cancelled."""
        characters = 0
        while True:
            if cancelled.is_set():
                raise Cancelled
            left = self._until - time.monotonic()
            if left <= 0:
                raise ModelFault("took longer than it is given")
            try:
                piece = self._arrived.get(timeout=min(_TICK_S, left))
            except queue.Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, ModelFault):
                raise piece
            characters += len(piece)
            if characters > _MOST_CHARACTERS:
                raise ModelFault("wrote without an end", is_the_servers=False)
            yield piece

    def end(self) -> None:
        """Ends the request, whatever it waits for."""
        self._ended.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            self._ask()
        except ModelFault as fault:
            self._arrived.put(fault)
        except Exception as error:  # whatever goes wrong on the wire ends in the evidence's own words
            self._arrived.put(_fault_of(error))
        else:
            self._arrived.put(None)

    def _ask(self) -> None:
        import httpx
        from llama_index.core.llms import ChatMessage

        seconds = max(self._until - time.monotonic(), _TICK_S)
        # No proxy of the environment, no redirect: what is asked goes to the server of the settings and nowhere else.
        hooks = {"request": [self._prepared]}
        with httpx.Client(timeout=seconds, trust_env=False, event_hooks=hooks) as http:
            said = [ChatMessage(role=message.role, content=message.text) for message in self._messages]
            reason = None
            for part in self._make_client(http, seconds).stream_chat(said):
                if self._ended.is_set():
                    return
                if part.delta:
                    self._arrived.put(part.delta)
                reason = _reason(part.raw) or reason
        if reason is None:
            raise ModelFault("broke off in the middle")
        if reason == "length":
            raise ModelFault("wrote without an end", is_the_servers=False)

    def _prepared(self, request: Any) -> None:
        """The request without the client's own report on this machine, its connection noted."""
        for name in [name for name in request.headers if name.lower().startswith("x-stainless")]:
            del request.headers[name]
        request.extensions["trace"] = self._traced

    def _traced(self, event: str, told: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = told["return_value"].get_extra_info("socket")
            if self._ended.is_set():
                self.end()


def _reason(raw: Any) -> str | None:
    choices = getattr(raw, "choices", None)
    return choices[0].finish_reason if choices else None


def _fault_of(error: Exception) -> ModelFault:
    """What went wrong, without a word of what was asked: errors of the client may quote the request."""
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelFault("took longer than it is given")
    if isinstance(error, openai.APIConnectionError):
        return ModelFault("cannot be reached")
    if isinstance(error, openai.APIStatusError):
        return _fault_of_status(error.status_code, error.response.headers.get("retry-after", ""))
    if isinstance(error, httpx.TransportError):
        return ModelFault("broke off in the middle")
    return ModelFault("gave a reply that cannot be read")


def _fault_of_status(status: int, wait: str) -> ModelFault:
    seconds = min(float(wait), _LONGEST_WAIT_S) if wait.replace(".", "", 1).isdigit() else 0.0
    if status == _TOO_MANY_REQUESTS:
        return ModelFault("has too many requests (429)", wait_s=seconds)
    if status in _NOT_ALLOWED:
        return ModelFault(f"does not accept the key ({status})")
    if status >= _SERVER_ERROR:
        return ModelFault(f"failed ({status})", wait_s=seconds)
    return ModelFault(f"refused the request ({status})")
