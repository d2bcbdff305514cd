"""The page in a real browser: plots, files that are handed over, feedback, and accessibility."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pypdf
import pytest
from advised import EXAMPLE
from axe_playwright_python.sync_playwright import Axe
from browsing import ANSWER_WITHIN, CHROMIUM, SUNLIGHT, Start, Visit, answer_of, environment_of
from playwright.sync_api import Browser, expect
from serving import Server, running_server
from test_browser_patient import shot, tab

from app.settings import Settings
from app.ui.feedback import FeedbackStore

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
# What Gradio's own parts are found wanting in; nothing of ours stands here.
OF_GRADIO = frozenset({"label-title-only"})


def saved(here: Visit, button: str) -> tuple[str, bytes]:
    with here.page.expect_download() as download:
        here.page.locator(f"#{button}").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_plots_and_table_of_the_chosen_trials_can_be_seen_and_saved(visit: Start) -> None:
    here = visit()
    tab(here, "Evidence")
    plots = here.page.locator("#plots svg")
    expect(plots).to_have_count(2, timeout=ANSWER_WITHIN)
    for trial in ("SUNLIGHT", "FRESCO-2", "CORRECT"):
        expect(plots.first).to_contain_text(trial)
        expect(plots.last).to_contain_text(trial)
    expect(here.page.locator("#all-trials")).to_contain_text("CORRECT")
    shot(here, "evidence")
    name, csv = saved(here, "save-csv")
    assert name == "lateline-trials.csv"
    lines = csv.decode("utf-8-sig").splitlines()
    assert sum("SUNLIGHT" in line for line in lines) == 2
    name, png = saved(here, "save-png")
    assert (name, png[:8]) == ("lateline-os.png", b"\x89PNG\r\n\x1a\n")
    assert here.elsewhere() == []


def test_the_eligible_options_choose_the_trials(visit: Start) -> None:
    here = visit()
    here.ask(EXAMPLE)
    answer_of(here, "Eligible, in this order")
    tab(here, "Evidence")
    here.page.locator("#trials-of-options").click()
    expect(here.page.locator("#plots svg").first).to_contain_text("TERRA", timeout=ANSWER_WITHIN)
    expect(here.page.locator("#plots svg").first).not_to_contain_text("FRESCO-2")


def test_the_note_and_the_conversation_are_handed_over_and_read_back(visit: Start) -> None:
    here = visit()
    here.ask(EXAMPLE)
    answer_of(here, "Eligible, in this order")
    tab(here, "Take away")
    name, markdown = saved(here, "save-md")
    assert name == "lateline-note.md"
    assert "# Tumour-board note" in markdown.decode()
    _, word = saved(here, "save-docx")
    assert any("Eligible, in this order" in paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs)
    _, pdf = saved(here, "save-pdf")
    assert "Tumour-board note" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    _, told = saved(here, "save-json")
    assert json.loads(told)["exchanges"][0]["question"] == EXAMPLE
    assert here.errors == []


def test_no_serious_finding_of_accessibility_is_of_our_making(visit: Start) -> None:
    here = visit()
    here.ask(EXAMPLE)
    answer_of(here, "Eligible, in this order")
    for name in ("Sources", "Patient", "Options", "Evidence", "Take away"):
        tab(here, name)
        here.page.wait_for_timeout(300)
        found = Axe().run(here.page).response["violations"]
        serious = {
            one["id"]
            for one in found
            if one["impact"] in ("serious", "critical")
            # The text of Gradio's own drop-down while nothing is chosen.
            and not all('role="combobox"' in node["html"] for node in one["nodes"])
        }
        ours = {
            one["id"]
            for one in found
            if one["impact"] in ("serious", "critical") and any("ll-" in node["html"] for node in one["nodes"])
        }
        assert ours == set(), name
        assert serious <= OF_GRADIO, (name, serious)


@pytest.fixture(scope="module")
def asking_for_feedback(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server that keeps feedback, and where."""
    folder = tmp_path_factory.mktemp("feedback")
    shutil.copytree(settings.index_dir, folder / "index")
    kept = folder / "kept" / "feedback.sqlite"
    environment = {**environment_of(folder), "LATELINE_FEEDBACK_PATH": str(kept)}
    with running_server(folder, environment) as running:
        yield running, kept


def test_a_thumb_is_kept_without_a_word_of_the_conversation(
    browser: Browser, asking_for_feedback: tuple[Server, Path]
) -> None:
    server, kept = asking_for_feedback
    context = browser.new_context()
    here = Visit(context.new_page(), server)
    here.open()
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    here.page.get_by_role("button", name=re.compile("^(?:Like|like|clicked like)$")).last.click()
    here.page.wait_for_timeout(1500)
    context.close()
    entries = list(FeedbackStore(kept).entries())
    assert [(entry.thumb, entry.question, entry.answer) for entry in entries] == [("up", None, None)]


def test_without_a_path_no_thumb_is_offered(visit: Start) -> None:
    here = visit()
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    expect(here.page.get_by_role("button", name=re.compile("^like$", re.I))).to_have_count(0)
    expect(here.page.locator("#with-text")).to_be_hidden()
