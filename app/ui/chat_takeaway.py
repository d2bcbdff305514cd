"""The page's tab of what is taken away: tumour-board note and conversation, as files (Gradio)."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from app.program import program_version
from app.ui.note import conversation_json, note_markdown, note_of
from app.ui.note_docx import note_docx
from app.ui.note_pdf import note_pdf
from app.ui.saving import SAVE_JS, as_file
from app.ui.session import Exchange, Session

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS = {
    "md": ("Note (Markdown)", "text/markdown"), "docx": ("Note (Word)", _DOCX),
    "pdf": ("Note (PDF)", "application/pdf"),
    "json": ("Conversation (JSON)", "application/json"),
}  # fmt: skip


def build_takeaway(session: gr.State) -> None:
    """The tab: a button a file."""
    gr.Markdown(
        "#### Tumour-board note\nProfile, options with reasons, evidence, references, as-of date and later approvals "
        "of this conversation. It is made here and kept nowhere; leave out what identifies the patient."
    )
    file = gr.Textbox(visible="hidden", elem_id="note-file", label="file")
    with gr.Row():
        for kind, (label, _) in _KINDS.items():
            button = gr.Button(label, size="sm", elem_id=f"save-{kind}", min_width=140)
            made = button.click(partial(_made, kind), session, file, api_visibility="private", show_progress="hidden")
            made.then(None, file, None, js=SAVE_JS)


def _made(kind: str, session: Session) -> str:
    if not session.exchanges and session.weighed is None:
        raise gr.Error("There is nothing to take away yet: ask a question or describe a patient.")
    data: dict[str, Any] = {
        "md": lambda: note_markdown(_note(session)).encode(),
        "docx": lambda: note_docx(_note(session)),
        "pdf": lambda: note_pdf(_note(session)),
        "json": lambda: conversation_json(_exchanges(session), program_version()).encode(),
    }
    name = "lateline-conversation.json" if kind == "json" else f"lateline-note.{kind}"
    return as_file(name, _KINDS[kind][1], data[kind]())


def _note(session: Session) -> Any:
    return note_of(_exchanges(session), program_version())


def _exchanges(session: Session) -> list[Exchange]:
    """The conversation, with the patient of the form as its last part where the form set him."""
    told = [exchange.answer for exchange in session.exchanges]
    form = session.weighed if session.weighed is not None and session.weighed not in told else None
    return [*session.exchanges, *([Exchange("The patient as the form shows him", form)] if form else [])]
