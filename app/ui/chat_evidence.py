"""The page's tab of evidence: which trials, as plots, as a table, as files. Gradio, with what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.ui.evidence_table import DATATYPES, HEADINGS, Endpoint, TrialLine, as_csv, as_records, trial_lines, trials_of
from app.ui.evidence_table import trials_of_options as rows_of_options
from app.ui.plots import as_png, as_svg, forest, medians
from app.ui.saving import SAVE_JS, as_file
from app.ui.service import Service
from app.ui.session import Session

WARNING = "Arms of different trials cannot be compared directly: patients, lines of therapy and comparators differ."
_FIRST = ("T2:CORRECT", "T2:RECOURSE", "T2:FRESCO-2", "T2:SUNLIGHT")
_ENDPOINTS: list[tuple[str | int | float, str | int | float] | str | int | float] = [
    ("Overall survival", "os"),
    ("Progression-free survival", "pfs"),
]
# So many trials still make a plot that can be read.
_MOST = 24


@dataclass(frozen=True, slots=True)
class EvidenceTab:
    """The parts of the tab that the callbacks read and write."""

    trials: gr.Dropdown
    endpoint: gr.Radio
    plots: gr.HTML
    table: gr.Dataframe
    of_options: gr.Button
    csv: gr.Button
    png: gr.Button
    file: gr.Textbox


def build_evidence() -> EvidenceTab:
    """The tab's parts; filled when the page is opened."""
    gr.Markdown(WARNING, elem_classes="ll-warning")
    trials = gr.Dropdown([], value=[], multiselect=True, label="Trials", elem_id="trials")
    with gr.Row():
        endpoint = gr.Radio(_ENDPOINTS, value="os", label="Endpoint", elem_id="endpoint")
        of_options = gr.Button("Trials of the eligible options", size="sm", elem_id="trials-of-options")
    plots = gr.HTML("", elem_id="plots")
    with gr.Row():
        png = gr.Button("Save plots (PNG)", size="sm", elem_id="save-png")
        csv = gr.Button("Save these trials (CSV)", size="sm", elem_id="save-csv")
    table = gr.Dataframe(
        headers=list(HEADINGS), datatype=list(DATATYPES), interactive=False, show_search="filter", max_height=420,
        label="All trials of the five tables", elem_id="all-trials", buttons=[],
    )  # fmt: skip
    file = gr.Textbox(visible="hidden", elem_id="evidence-file", label="file")
    return EvidenceTab(trials, endpoint, plots, table, of_options, csv, png, file)


def wire_evidence(tab: EvidenceTab, session: gr.State, page: gr.Blocks, service: Service) -> None:
    """Joins the parts to what they do; the lists are filled when the page is opened."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    chosen: list[Any] = [tab.trials, tab.endpoint]
    page.load(partial(_opened, service), None, [tab.trials, tab.table, tab.plots], **quiet)
    for part in (tab.trials, tab.endpoint):
        part.input(partial(_drawn, service), chosen, tab.plots, **quiet)
    tab.of_options.click(partial(_of_options, service), [session, tab.endpoint], [tab.trials, tab.plots], **quiet)
    tab.csv.click(partial(_csv, service), tab.trials, tab.file, **quiet).then(None, tab.file, None, js=SAVE_JS)
    tab.png.click(partial(_png, service), chosen, tab.file, **quiet).then(None, tab.file, None, js=SAVE_JS)


def _opened(service: Service) -> list[Any]:
    lines = _lines(service)
    names = [(f"{trial.name} · Table {trial.table}", trial.row) for trial in trials_of(lines)]
    records = as_records(lines)
    return [gr.Dropdown(names, value=list(_FIRST)), records, _drawn(service, _FIRST, "os")]


def _drawn(service: Service, rows: Sequence[str], endpoint: Endpoint) -> str:
    """Both plots of the chosen trials as HTML."""
    lines = _of(service, rows)
    if not lines:
        return '<div class="ll-empty">Choose a trial.</div>'
    names = ", ".join(dict.fromkeys(line.trial for line in lines))
    name = "Overall survival" if endpoint == "os" else "Progression-free survival"
    plots = (
        as_svg(forest(lines, endpoint), f"{name}: hazard ratios", f"Hazard ratios with 95% CI: {names}. {WARNING}"),
        as_svg(medians(lines, endpoint), f"{name}: medians by arm", f"Medians in months by arm: {names}. {WARNING}"),
    )
    return "".join(f'<figure class="ll-plot" tabindex="0">{plot}</figure>' for plot in plots)


def _of_options(service: Service, session: Session, endpoint: Endpoint) -> list[Any]:
    """The trials that the rules cite for the options that the patient may have."""
    options = session.weighed.options or () if session.weighed else ()
    open_ones = [option["id"] for option in options if option["verdict"] == "eligible"]
    if not open_ones:
        raise gr.Error("No patient is weighed yet: describe one first.")
    known = {line.row for line in _lines(service)}
    cited = [row for row in rows_of_options(open_ones) if row in known]
    # The overview of Table 1 repeats a trial's figures.
    rows = ([row for row in cited if not row.startswith("T1:")] or cited)[:_MOST]
    return [rows, _drawn(service, rows, endpoint)]


def _csv(service: Service, rows: Sequence[str]) -> str:
    return as_file("lateline-trials.csv", "text/csv", as_csv(_of(service, rows)).encode("utf-8-sig"))


def _png(service: Service, rows: Sequence[str], endpoint: Endpoint) -> str:
    lines = _of(service, rows)
    if not lines:
        raise gr.Error("Choose a trial first.")
    return as_file(f"lateline-{endpoint}.png", "image/png", as_png(forest(lines, endpoint)))


def _lines(service: Service) -> tuple[TrialLine, ...]:
    service.wait(120)
    return trial_lines(service.assistant.base)


def _of(service: Service, rows: Sequence[str]) -> list[TrialLine]:
    order = {row: place for place, row in enumerate(rows)}
    return sorted((line for line in _lines(service) if line.row in order), key=lambda line: order[line.row])
