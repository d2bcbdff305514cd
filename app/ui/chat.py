"""The chat page, built and wired (Gradio); `chat_actions` says what it does, `render*` how it looks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

# Before Gradio is imported: afterwards it has already reported its start.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI

from app.errors import UserError
from app.ui import chat_actions as actions
from app.ui.chat_actions import Message
from app.ui.chat_evidence import build_evidence, wire_evidence
from app.ui.chat_parts import build_conversation, build_patient, build_what_ifs
from app.ui.chat_takeaway import build_takeaway
from app.ui.feedback import FeedbackStore
from app.ui.patient_fields import values_of
from app.ui.render import DISCLAIMER
from app.ui.service import Service
from app.ui.session import Session, undo

_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"]
_HERE = Path(__file__).parent
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of the page that the callbacks read and write."""

    session: gr.State
    chat: gr.Chatbot
    box: gr.Textbox
    chips: gr.HTML
    sources: gr.HTML
    options: gr.HTML
    changed: gr.HTML
    form: list[Any]
    what_if: list[gr.Dropdown]
    would: gr.HTML
    letter: gr.Textbox

    @property
    def shown(self) -> list[Any]:
        """All that shows the session, in the order of `_show`."""
        return [
            self.session, self.chat, self.chips, self.sources, self.options, self.changed, *self.form, *self.what_if,
            self.would,
        ]  # fmt: skip


def build_chat(service: Service, feedback: FeedbackStore | None = None) -> gr.Blocks:
    """The page over `service`; nothing that is typed is kept after the page is closed, but what a user sends as
    feedback, where there is a store for it.
    """
    with gr.Blocks(title="Lateline", analytics_enabled=False, fill_width=True) as blocks:
        gr.Markdown(
            "# Lateline\nLate-line metastatic colorectal cancer: cited answers from one published review",
            elem_id="title",
        )
        session = gr.State(Session())
        with gr.Row(equal_height=False, elem_id="columns"):
            with gr.Column(scale=5, min_width=340, elem_id="talk"):
                chat, chips, box, anew = build_conversation(feedback is not None)
                with_text = gr.Checkbox(
                    label="Send question and answer with my feedback (otherwise only the answer's number)",
                    visible=feedback is not None,
                    elem_id="with-text",
                )
            with gr.Column(scale=4, min_width=340), gr.Tabs(elem_id="panel", overflow_behavior="wrap"):
                with gr.Tab("Sources", id="sources"):
                    sources = gr.HTML(actions.sources(service, Session()), elem_id="sources")
                with gr.Tab("Patient", id="patient"):
                    letter, read, form, clear, changed = build_patient()
                with gr.Tab("Options", id="options"):
                    options = gr.HTML(actions.options(Session()), elem_id="options")
                    what_if, would = build_what_ifs()
                with gr.Tab("Evidence", id="evidence"):
                    evidence = build_evidence()
                with gr.Tab("Take away", id="take-away"):
                    build_takeaway(session)
        gr.Markdown(DISCLAIMER, elem_id="disclaimer")
        page = _Page(session, chat, box, chips, sources, options, changed, form, what_if, would, letter)
        _wire_conversation(page, service, anew)
        _wire_patient(page, service, read, clear)
        wire_evidence(evidence, session, blocks, service)
        if feedback:
            chat.like(_Liked(feedback), [session, with_text], None, queue=False, api_visibility="private")
        gr.api(_ask_api(service), api_name="ask", concurrency_limit=_AT_ONCE)
    return blocks


def mount_chat(api: FastAPI, service: Service, feedback: FeedbackStore | None = None) -> FastAPI:
    """Puts the page at the root of `api`; fonts and scripts come from this server alone."""
    theme = gr.themes.Default(font=_FONTS, font_mono=["ui-monospace", "Consolas", "monospace"])
    mounted: FastAPI = gr.mount_gradio_app(
        api,
        build_chat(service, feedback),
        path="/",
        theme=theme,
        css_paths=_HERE / "chat.css",
        head=f"<script>{(_HERE / 'chat.js').read_text(encoding='utf-8')}</script>",
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        max_file_size="1kb",  # the page takes no files
    )
    return mounted


def _wire_conversation(page: _Page, service: Service, anew: gr.Button) -> None:
    said = gr.State("")
    quiet: dict[str, Any] = {"queue": False, "api_visibility": "private"}
    typed = page.box.submit(_take, page.box, [page.box, said], **quiet)
    picked = page.chat.example_select(_take_example, None, [page.box, said], **quiet)
    again = page.chat.retry(partial(_take_again, service), page.session, [page.session, page.box, said], **quiet)
    replies = [
        event.then(
            partial(_reply, service), [page.session, said], page.shown, api_visibility="private",
            concurrency_limit=_AT_ONCE, show_progress="hidden", trigger_mode="multiple",
        )
        for event in (typed, picked, again)
    ]  # fmt: skip
    for reply in replies:
        reply.then(_ready, None, page.box, **quiet)
    page.box.stop(_ready, None, page.box, cancels=replies, **quiet)
    page.chat.undo(partial(_undo, service), page.session, [*page.shown, page.box], **quiet)
    for start in (page.chat.clear, anew.click):
        start(partial(_start_anew, service), None, [*page.shown, page.box, page.letter], **quiet)


def _wire_patient(page: _Page, service: Service, read: gr.Button, clear: gr.Button) -> None:
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": _AT_ONCE}
    for part in page.form:
        part.input(partial(_edit, service), [page.session, *page.form], page.shown, **quiet)
    for choice in page.what_if:
        choice.input(partial(_suppose, service), [page.session, *page.what_if], page.would, **quiet)
    read.click(partial(_read, service), [page.session, page.letter], [*page.shown, page.letter], **quiet)
    clear.click(partial(_clear_patient, service), page.session, page.shown, **quiet)


def _show(service: Service, session: Session, chat: list[Message] | None = None) -> list[Any]:
    """The values of `_Page.shown`; `chat` where the conversation is not shown whole."""
    open_ones = actions.open_what_ifs(session)
    return [
        session,
        actions.messages(session) if chat is None else chat,
        actions.chips(session),
        actions.sources(service, session),
        actions.options(session),
        actions.changed(session),
        *values_of(session.facts),
        *(gr.update(value="", visible=is_open or session.weighed is None) for is_open in open_ones),
        "",
    ]


def _take(text: str) -> tuple[Any, str]:
    """Takes what was typed out of the box, which offers to stop until the answer is there."""
    return gr.Textbox(value="", submit_btn=False, stop_btn="Stop"), text


def _take_example(picked: gr.SelectData) -> tuple[Any, str]:
    return gr.Textbox(submit_btn=False, stop_btn="Stop"), picked.value["text"]


def _take_again(service: Service, session: Session) -> tuple[Session, Any, str]:
    """The last question once more, as if it had not been asked."""
    stoppable = gr.Textbox(submit_btn=False, stop_btn="Stop")
    return (undo(service, session), stoppable, session.turns[-1]) if session.exchanges else (session, stoppable, "")


def _ready() -> Any:
    return gr.Textbox(submit_btn="Ask", stop_btn=False)


def _reply(service: Service, session: Session, question: str) -> Iterator[list[Any]]:
    """Answers, sentence by sentence; everything beside the conversation is shown with the first one of the answer."""
    if not question.strip():
        return
    shown: Session | None = None
    for after, chat in actions.answered(service, session, question):
        beside = _show(service, after, chat)
        yield beside if after is not shown else [gr.skip(), chat, *(gr.skip() for _ in beside[2:])]
        shown = after


def _undo(service: Service, session: Session) -> list[Any]:
    """Takes the last question back into the box."""
    question = session.turns[-1] if session.exchanges else ""
    return [*_show(service, undo(service, session)), question]


def _start_anew(service: Service) -> list[Any]:
    return [*_show(service, Session()), gr.Textbox(value="", submit_btn="Ask", stop_btn=False), ""]


def _edit(service: Service, session: Session, *values: Any) -> list[Any]:
    try:
        return _show(service, actions.patient_edited(service, session, values))
    except UserError as error:
        raise gr.Error(str(error)) from error


def _suppose(service: Service, session: Session, *chosen: Any) -> str:
    try:
        return actions.hypothetical(service, session, chosen)
    except UserError as error:
        raise gr.Error(str(error)) from error


def _read(service: Service, session: Session, letter: str) -> Iterator[list[Any]]:
    """Reads a pasted letter as the next message of the conversation."""
    if not letter.strip():
        raise gr.Error("There is no letter to read: paste one first.")
    for after, chat in actions.answered(service, session, letter):
        yield [*_show(service, after, chat), "" if after is not session else letter]


def _clear_patient(service: Service, session: Session) -> list[Any]:
    """Forgets the patient and keeps the conversation."""
    return _show(service, actions.patient_cleared(session))


@dataclass(frozen=True, slots=True)
class _Liked:
    """Keeps a thumb, or a reason, for its answer. An object, for Gradio reads no hints of a partial function."""

    store: FeedbackStore

    def __call__(self, picked: gr.LikeData, session: Session, with_text: bool) -> None:
        index = picked.index[0] if isinstance(picked.index, (list, tuple)) else picked.index
        try:
            self.store.add(actions.feedback_on(session, index // 2, picked.liked, with_text))
        except UserError as error:
            raise gr.Error(str(error)) from error


def _ask_api(service: Service) -> Callable[[str], dict[str, Any]]:
    def ask(question: str) -> dict[str, Any]:
        """One answer of the public contract."""
        try:
            return service.ask([question]).to_dict()
        except UserError as error:
            raise gr.Error(str(error)) from error

    return ask
