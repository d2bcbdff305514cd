"""The parts of the page: conversation, the patient's form, what-ifs (Gradio). What joins them stands in `chat`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.ui.patient_fields import AGENT_CHOICES, COURSE, FORM_FIELDS, MARKERS, PERSON, WHAT_IF, FormField

# A question for each thing that the page is for.
EXAMPLES = (
    "mOS in SUNLIGHT?",
    "rego vs Lonsurf 3L",
    "Which tests should be done before third-line therapy?",
    "Is there any role for immunotherapy in MSS disease?",
    "T-DXd: how often interstitial lung disease?",
    "68M L-sided mCRC, RASwt BRAFwt MSS HER2-, s/p FOLFOX/bev -> FOLFIRI/cetux (PR 8mo) -> PD, ctDNA RAS/BRAF wt",
)
# Two thumbs, and the reasons that a flag beside them offers.
_FEEDBACK = ("Like", "Dislike", "Wrong", "Incomplete", "Wrong source", "Unclear")


def build_conversation(with_feedback: bool) -> tuple[gr.Chatbot, gr.HTML, gr.Textbox, gr.Button]:
    """The conversation, the facts above the question, the question, and what starts anew."""
    chat = gr.Chatbot(
        label="Conversation",
        height=420,
        autoscroll=False,
        latex_delimiters=[],
        buttons=["copy", "copy_all"],
        feedback_options=_FEEDBACK if with_feedback else None,
        placeholder="Ask in your own shorthand: a trial, a drug, a marker, a value – or describe a patient.",
        examples=[{"text": example} for example in EXAMPLES],
        elem_id="chat",
    )
    chips = gr.HTML("", elem_id="chips")
    box = gr.Textbox(
        label="Question",
        placeholder="e.g. mOS SUNLIGHT? · or: 61F, RAS mut, MSS, s/p FOLFOX-bev, FOLFIRI",
        max_lines=6,
        submit_btn="Ask",
        autofocus=True,
        elem_id="question",
    )
    anew = gr.Button("New patient", size="sm", variant="secondary", elem_id="clear")
    return chat, chips, box, anew


def build_patient() -> tuple[gr.Textbox, gr.Button, list[Any], gr.Button, gr.HTML]:
    """The letter to paste and its button, the fields in the order of `values_of`, what clears, what an edit changed."""
    changed = gr.HTML("", elem_id="changed")
    letter = gr.Textbox(
        label="Paste a letter", lines=3, max_lines=8, elem_id="letter", placeholder="It is read here and kept nowhere."
    )
    with gr.Row():
        read = gr.Button("Read the letter", size="sm", variant="primary", elem_id="read")
        clear = gr.Button("Clear the patient", size="sm", elem_id="clear-patient")
    fields: dict[str, gr.Dropdown] = {}
    for title, names in (("Tumour", MARKERS), ("Course", COURSE), ("Person", PERSON)):
        gr.Markdown(f"#### {title}")
        with gr.Row(elem_classes="ll-fields"):
            for field in FORM_FIELDS:
                if field.name in names:
                    fields[field.name] = _choice(field)
    gr.Markdown("#### Earlier therapy")
    given = gr.CheckboxGroup(AGENT_CHOICES, label="Given", elem_id="given")
    denied = gr.CheckboxGroup(AGENT_CHOICES, label="Not given (neither ticked: unknown)", elem_id="not-given")
    return letter, read, [*(fields[field.name] for field in FORM_FIELDS), given, denied], clear, changed


def _choice(field: FormField, prefix: str = "field") -> gr.Dropdown:
    return gr.Dropdown(
        field.words, value="", label=field.label, filterable=False, min_width=160, elem_id=f"{prefix}-{field.name}"
    )


def build_what_ifs() -> tuple[list[gr.Dropdown], gr.HTML]:
    """A choice for each fact of `WHAT_IF`, and the place for what it would change."""
    gr.Markdown("#### What if …\nUnknown facts: choose a result to see what it would open or close.", elem_id="what-if")
    with gr.Row(elem_classes="ll-fields"):
        choices = [_choice(field, "if") for field in WHAT_IF]
    return choices, gr.HTML("", elem_id="would")
