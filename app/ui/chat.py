"""The chat page (the only Gradio): built here, rendered by `render`, launched by `serve`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

# Before Gradio is imported: afterwards it has already reported its start.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI

from app.answer import Answer
from app.errors import NotReady, UserError
from app.ui.render import DISCLAIMER, as_chat, sources_html, split_answer
from app.ui.service import Service

EXAMPLES = (
    "mOS in SUNLIGHT?",
    "Regorafenib vs placebo in CORRECT: PFS and HR",
    "Which tests should be done before third-line therapy?",
    "Is there any role for immunotherapy in MSS disease?",
    "T-DXd: how often interstitial lung disease?",
    "What do the authors suggest for KRAS G12C?",
)
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"]
_STYLE = Path(__file__).with_name("chat.css")

# What HTML or Markdown would take for a sign of its own.
_SIGNS = re.compile(r"[&<>*_`~\[\]\\#|!$^{}]")

Message = dict[str, str]


def build_chat(service: Service) -> gr.Blocks:
    """The page over `service`; nothing that is typed is kept after the page is closed."""
    with gr.Blocks(title="Lateline", analytics_enabled=False, fill_width=True) as page:
        gr.Markdown(
            "# Lateline\nLate-line metastatic colorectal cancer: cited answers from one published review",
            elem_id="title",
        )
        with gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=340):
                chat = gr.Chatbot(
                    label="Conversation",
                    height="calc(100vh - 290px)",
                    min_height=380,
                    latex_delimiters=[],
                    buttons=["copy"],
                    feedback_options=None,
                    placeholder="Ask in your own shorthand: a trial, a drug, a marker, a value.",
                    examples=[{"text": example} for example in EXAMPLES],
                    elem_id="chat",
                )
                box = gr.Textbox(
                    label="Question",
                    placeholder="e.g. mOS SUNLIGHT?",
                    max_lines=6,
                    submit_btn="Ask",
                    autofocus=True,
                    elem_id="question",
                )
                clear = gr.Button("New conversation", size="sm", variant="secondary", elem_id="clear")
            with gr.Column(scale=2, min_width=320):
                gr.Markdown("### Sources")
                sources = gr.HTML(sources_html(None), elem_id="sources")
        gr.Markdown(DISCLAIMER, elem_id="disclaimer")
        typed = box.submit(_say, [box, chat], [box, chat], queue=False, api_visibility="private")
        picked = chat.example_select(_say_example, chat, chat, queue=False, api_visibility="private")
        for said in (typed, picked):
            said.then(partial(_reply, service), chat, [chat, sources], api_visibility="private", concurrency_limit=8)
        chat.clear(_start_anew, None, [box, chat, sources], queue=False, api_visibility="private")
        clear.click(_start_anew, None, [box, chat, sources], queue=False, api_visibility="private")
        gr.api(_ask_api(service), api_name="ask", concurrency_limit=8)
    return page


def mount_chat(api: FastAPI, service: Service) -> FastAPI:
    """Puts the page at the root of `api`; fonts and scripts come from this server alone."""
    theme = gr.themes.Default(font=_FONTS, font_mono=["ui-monospace", "Consolas", "monospace"])
    mounted: FastAPI = gr.mount_gradio_app(
        api,
        build_chat(service),
        path="/",
        theme=theme,
        css_paths=_STYLE,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        max_file_size="1kb",  # the page takes no files
    )
    return mounted


def _say(text: str, history: list[Message]) -> tuple[str, list[Message]]:
    """Moves what was typed into the conversation."""
    if not text.strip():
        return "", history
    return "", [*history, _said(text)]


def _said(text: str) -> Message:
    """What the user says, shown to the letter: the chat would take "<" for HTML and "*" for Markdown."""
    return {"role": "user", "content": _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", text)}


def _say_example(picked: gr.SelectData, history: list[Message]) -> list[Message]:
    """Asks the example that was clicked."""
    return [*history, _said(picked.value["text"])]


def _reply(service: Service, history: list[Message]) -> Iterator[tuple[list[Message], str]]:
    """Answers the last message, sentence by sentence, with its sources beside it."""
    turns = [_words(message) for message in history if message["role"] == "user"]
    if not turns or history[-1]["role"] != "user":
        return
    try:
        answer = _answer(service, turns)
    except UserError as error:
        yield [*history, {"role": "assistant", "content": str(error)}], sources_html(None)
        return
    for shown in range(1, len(split_answer(answer.answer)) + 1):
        yield [*history, {"role": "assistant", "content": as_chat(answer, shown)}], sources_html(answer)


def _answer(service: Service, turns: list[str]) -> Answer:
    """The answer; waits a while where the assistant is still loading."""
    try:
        return service.ask(turns)
    except NotReady:
        service.wait(120)
        return service.ask(turns)


def _start_anew() -> tuple[str, list[Message], str]:
    return "", [], sources_html(None)


def _ask_api(service: Service) -> Callable[[str], dict[str, Any]]:
    def ask(question: str) -> dict[str, Any]:
        """One answer of the public contract."""
        try:
            return service.ask([question]).to_dict()
        except UserError as error:
            raise gr.Error(str(error)) from error

    return ask


def _words(message: Message) -> str:
    """The user's words in a message, which Gradio hands back either as text or as a list of parts."""
    content: Any = message["content"]
    if not isinstance(content, str):
        content = " ".join(part["text"] for part in content if isinstance(part, dict) and "text" in part)
    return unescape(content)
