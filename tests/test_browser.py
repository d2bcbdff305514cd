"""The page in a real browser: a conversation, its sources, and that it talks to its own server only."""

from __future__ import annotations

import re

import pytest
from browsing import ANSWER_WITHIN, ARTEFACTS, CHROMIUM, PHONE, SUNLIGHT, Start, answer_of
from playwright.sync_api import Page, expect

from app.ui.chat_parts import EXAMPLES
from app.ui.render import STATUS_LABELS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


def test_a_whole_conversation_stays_on_this_machine_and_reports_no_error(visit: Start) -> None:
    here = visit()
    expect(here.example(EXAMPLES[0])).to_be_visible()
    expect(here.page).to_have_title("Lateline")
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    here.ask("and the PFS?")
    answer_of(here, "5.6")
    here.page.locator("#clear").click()
    expect(here.answers).to_have_count(0)
    assert len(here.asked) > 10
    assert here.elsewhere() == []
    assert here.errors == []


def test_a_page_that_calls_elsewhere_or_fails_would_be_noticed(visit: Start) -> None:
    here = visit()
    outside = "http://127.0.0.1:9/elsewhere"
    with here.page.expect_request(outside):
        here.page.evaluate(f"fetch('{outside}').catch(() => null)")
    with here.page.expect_event("pageerror"):
        here.page.evaluate("setTimeout(() => { throw new Error('on purpose') })")
    with here.page.expect_console_message():
        here.page.evaluate("console.error('said on purpose')")
    assert here.elsewhere() == [outside]
    assert "on purpose" in here.errors
    assert "said on purpose" in here.errors


def test_a_question_typed_on_the_keyboard_is_answered_with_its_table_row_marked(visit: Start) -> None:
    here = visit()
    expect(here.question).to_be_focused()
    here.page.keyboard.type(SUNLIGHT)
    here.page.keyboard.press("Enter")
    answer = answer_of(here, "10.8")
    expect(answer).to_contain_text("7.5")
    expect(answer).to_contain_text("[1]")
    expect(here.questions).to_have_text([SUNLIGHT])
    expect(here.question).to_have_value("")

    card = here.sources.locator(".ll-card").filter(has_text="Table 2 · SUNLIGHT").first
    expect(card).to_be_visible()
    expect(card.locator("mark")).to_have_text(["7.5", "0.61 (0.49–0.77)", "10.8*"])
    ARTEFACTS.mkdir(exist_ok=True)
    here.page.screenshot(path=ARTEFACTS / "laptop.png")


def test_a_follow_up_is_understood_from_what_went_before(visit: Start) -> None:
    here = visit()
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    here.ask("and the PFS?")
    answer_of(here, "5.6")
    expect(here.answers.first).to_contain_text("10.8")
    expect(here.sources.locator(".ll-card").first.locator("mark")).to_have_text(["2.4", "0.44 (0.36–0.54)", "5.6*"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_answered_with_sources_when_clicked(visit: Start, example: str) -> None:
    here = visit()
    here.example(example).click()
    expect(here.questions.first).to_contain_text(example)
    expect(here.answers.last).to_contain_text("[1]", timeout=ANSWER_WITHIN)
    expect(here.sources.locator(".ll-card mark").first).to_be_visible()


def test_a_new_conversation_begins_with_nothing(visit: Start) -> None:
    here = visit()
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    expect(here.sources.locator(".ll-card")).not_to_have_count(0)

    here.page.get_by_role("button", name="New patient").click()
    expect(here.questions).to_have_count(0)
    expect(here.answers).to_have_count(0)
    expect(here.sources.locator(".ll-card")).to_have_count(0)
    expect(here.sources).to_contain_text("Sources appear here")
    expect(here.example(EXAMPLES[0])).to_be_visible()

    here.ask("and the PFS?")  # of what, nobody can know any more
    no_answer = "|".join(label for status, label in STATUS_LABELS.items() if status != "answered")
    expect(here.answers.last).to_contain_text(re.compile(no_answer), timeout=ANSWER_WITHIN)


def test_a_question_of_another_field_is_labelled_so(visit: Start) -> None:
    here = visit()
    here.ask("What is the capital of France?")
    answer_of(here, STATUS_LABELS["out_of_scope"])
    expect(here.sources.locator(".ll-card")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        "<script>window.ran = 1</script> mOS in SUNLIGHT?",
        '<img src="/nowhere.png" onerror="window.ran = 1"> mOS in SUNLIGHT?',
        "<b onmouseover='window.ran = 1'>mOS</b> in SUNLIGHT?",
        "&lt;b&gt; PFS < 3 & OS > 6 in SUNLIGHT?",
        "mOS in [SUNLIGHT](javascript:window.ran=1)?",
        "mOS in SUNLIGHT? *vs* **placebo**, as_in_table 2",
    ],
    ids=["script", "image", "event", "signs", "link", "stars"],
)
def test_markup_in_a_question_is_shown_as_it_was_typed_and_never_run(visit: Start, text: str) -> None:
    here = visit()
    here.ask(text)
    expect(here.answers.last).to_contain_text(re.compile(r"\[1\]|review"), timeout=ANSWER_WITHIN)
    running = "script, img[onerror], [onmouseover], a[href^='javascript']"
    expect(here.page.locator("#chat, #sources").locator(running)).to_have_count(0)
    assert here.page.evaluate("window.ran") is None
    assert here.elsewhere() == []
    assert here.errors == []
    expect(here.questions.first).to_contain_text(text)


def test_a_phone_shows_the_page_without_scrolling_sideways(visit: Start) -> None:
    here = visit(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    expect(here.example(EXAMPLES[0])).to_be_visible()
    assert sideways(here.page) == (0, PHONE["width"])
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    expect(here.sources.locator(".ll-card")).not_to_have_count(0)
    assert sideways(here.page) == (0, PHONE["width"])
    ARTEFACTS.mkdir(exist_ok=True)
    here.page.screenshot(path=ARTEFACTS / "phone.png", full_page=True)


def sideways(page: Page) -> tuple[int, int]:
    """How far the page lets itself be pushed to the side, and its width, in pixels."""
    page.evaluate("window.scrollTo({left: 1000, behavior: 'instant'})")
    moved, width = page.evaluate("[window.scrollX, document.documentElement.scrollWidth]")
    return int(moved), int(width)


def test_the_documentation_of_the_api_is_drawn_without_another_machine(visit: Start) -> None:
    here = visit("/docs")
    expect(here.page.locator(".swagger-ui .opblock-summary-path").filter(has_text="/api/ask")).to_be_visible()
    assert here.elsewhere() == []
    assert here.errors == []
