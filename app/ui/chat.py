"""The chat page (the only Gradio): built here, rendered by `render`, launched by `serve`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
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
_CSS = """
.gradio-container { max-width: 1500px !important; margin: 0 auto; }
#title h1 { font-size: 1.35rem; margin: 0; } #title p { margin: .1rem 0 0; color: var(--body-text-color-subdued); }
.ll-card { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .6rem .8rem; margin-bottom: .6rem;
  background: var(--background-fill-primary); }
.ll-card header { font-size: .9rem; } .ll-card p { font-size: .88rem; line-height: 1.45; margin: .4rem 0; overflow-wrap: anywhere; }
.ll-card footer { font-size: .76rem; color: var(--body-text-color-subdued); } .ll-card a { color: inherit; text-decoration: underline; }
.ll-n { display: inline-block; min-width: 1.4em; text-align: center; border-radius: 4px; font-weight: 600;
  background: #0b5cad; color: #fff; padding: 0 .3em; }
.ll-card mark { background: #ffe08a; color: #1c1c1c; padding: 0 .1em; border-radius: 2px; }
.ll-notes { border-left: 4px solid #b26a00; padding: .3rem .8rem; font-size: .86rem; } .ll-notes h3 { margin: .2rem 0; font-size: .9rem; }
.ll-notes ul { margin: .2rem 0 .2rem 1.1rem; padding: 0; list-style: disc; }
.ll-empty { color: var(--body-text-color-subdued); padding: 1rem .4rem; font-size: .9rem; }
#sources { max-height: calc(100vh - 170px); overflow-y: auto; }
#disclaimer { font-size: .78rem; color: var(--body-text-color-subdued); text-align: center; }
@media (max-width: 900px) { #sources { max-height: none; } }
"""

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
                    label="Conversation", height="calc(100vh - 330px)", min_height=320, latex_delimiters=[], buttons=["copy"],
                    feedback_options=None, placeholder="Ask in your own shorthand: a trial, a drug, a marker, a value.",
                    elem_id="chat",
                )  # fmt: skip
                box = gr.Textbox(
                    label="Question", placeholder="e.g. mOS SUNLIGHT?", lines=1, max_lines=6, submit_btn="Ask",
                    autofocus=True, elem_id="question",
                )  # fmt: skip
                clear = gr.Button("New conversation", size="sm", variant="secondary", elem_id="clear")
                gr.Examples([[example] for example in EXAMPLES], inputs=box, label="Examples", elem_id="examples")
            with gr.Column(scale=2, min_width=320):
                gr.Markdown("### Sources")
                sources = gr.HTML(sources_html(None), elem_id="sources")
        gr.Markdown(DISCLAIMER, elem_id="disclaimer")
        asked = box.submit(_say, [box, chat], [box, chat], queue=False, api_visibility="private")
        asked.then(partial(_reply, service), chat, [chat, sources], api_visibility="private", concurrency_limit=8)
        clear.click(_start_anew, None, [box, chat, sources], queue=False, api_visibility="private")
        gr.api(_ask_api(service), api_name="ask", concurrency_limit=8)
    return page


def mount_chat(api: FastAPI, service: Service) -> FastAPI:
    """Puts the page at the root of `api`; fonts and scripts come from this server alone."""
    theme = gr.themes.Default(font=_FONTS, font_mono=["ui-monospace", "Consolas", "monospace"])
    return gr.mount_gradio_app(
        api, build_chat(service), path="/", theme=theme, css=_CSS, ssr_mode=False, footer_links=[], run_history=False,
        show_error=True, enable_monitoring=False,
    )  # fmt: skip


def _say(text: str, history: list[Message]) -> tuple[str, list[Message]]:
    """Moves what was typed into the conversation."""
    if not text.strip():
        return "", history
    return "", [*history, {"role": "user", "content": text}]


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
    """The text of a message, which Gradio hands back either as text or as a list of parts."""
    content: Any = message["content"]
    if isinstance(content, str):
        return content
    return " ".join(part["text"] for part in content if isinstance(part, dict) and "text" in part)
