"""The page in a real browser: citations, the patient as a form, options, what-ifs, visitors side by side."""

from __future__ import annotations

import re

import pytest
from advised import EXAMPLE
from browsing import ANSWER_WITHIN, ARTEFACTS, CHROMIUM, PHONE, SUNLIGHT, Start, Visit, answer_of
from playwright.sync_api import Locator, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
LETTER = """Dear colleague,
thank you for seeing this 61-year-old woman with metastatic right-sided colon cancer. RAS mutant (KRAS G12D), BRAF
wild-type, MSS. She had FOLFOX with bevacizumab and then FOLFIRI, both with progression. ECOG 1.
Kind regards"""


def tab(here: Visit, name: str) -> None:
    here.page.get_by_role("tab", name=name, exact=True).click()


def option(here: Visit, name: str) -> Locator:
    return here.page.locator(f'#options [data-option="{name}"]')


def choose(here: Visit, field: str, word: str) -> None:
    """Chooses a word in a field of the form, as a person does."""
    here.page.locator(f"#{field} input").click()
    here.page.get_by_role("option", name=word, exact=True).click()


def shot(here: Visit, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    here.page.screenshot(path=ARTEFACTS / f"{name}.png")


def told(visit: Start) -> Visit:
    here = visit()
    here.ask(EXAMPLE)
    answer_of(here, "Eligible, in this order")
    return here


def test_a_citation_leads_to_its_words_from_any_tab_and_any_earlier_answer(visit: Start) -> None:
    here = visit()
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    here.ask("mOS in CORRECT?")
    answer_of(here, "6.4")
    tab(here, "Patient")
    mark = here.answers.first.get_by_role("link", name="[1]")
    expect(mark).to_have_attribute("title", re.compile("Table 2, SUNLIGHT"))
    mark.click()
    card = here.page.locator("#source-0-1")
    expect(card).to_be_visible()
    expect(card).to_have_class(re.compile("ll-hit"))
    expect(card.locator("mark").first).to_be_in_viewport()
    expect(card.locator("mark")).not_to_have_count(0)


def test_the_facts_stand_beside_the_conversation_with_their_words(visit: Start) -> None:
    here = told(visit)
    chips = here.page.locator("#chips")
    expect(chips).to_contain_text("RAS wild-type · from “RASwt”")
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    expect(chips).to_contain_text("RAS wild-type")
    shot(here, "conversation")


def test_a_pasted_letter_fills_the_form_and_an_edit_changes_the_options(visit: Start) -> None:
    here = visit()
    tab(here, "Patient")
    here.page.locator("#letter textarea").fill(LETTER)
    here.page.get_by_role("button", name="Read the letter").click()
    expect(here.page.locator("#field-ras input")).to_have_value("mutant", timeout=ANSWER_WITHIN)
    expect(here.page.locator("#field-primary_side input")).to_have_value("right")
    expect(here.page.locator("#letter textarea")).to_have_value("")
    shot(here, "patient")
    choose(here, "field-mmr", "dMMR / MSI-H")
    expect(here.page.locator("#changed")).to_contain_text("not eligible → eligible", timeout=ANSWER_WITHIN)
    expect(here.page.locator("#chips")).to_contain_text("dMMR/MSI-H · from the form")
    tab(here, "Options")
    expect(option(here, "immunotherapy")).to_contain_text("Eligible")
    here.ask("which options are left?")
    answer_of(here, "Immune checkpoint inhibitor")
    assert here.errors == []


def test_an_option_opens_to_its_criteria_and_a_what_if_says_what_would_open(visit: Start) -> None:
    here = told(visit)
    tab(here, "Options")
    fruquintinib = option(here, "fruquintinib")
    fruquintinib.locator("summary").click()
    expect(fruquintinib.get_by_role("table")).to_contain_text("FTD/TPI or regorafenib given")
    expect(fruquintinib).to_contain_text("after FTD/TPI it would open")
    shot(here, "options")
    expect(here.page.locator("#if-ras")).to_be_hidden()
    choose(here, "if-ntrk_fusion", "yes")
    expect(here.page.locator("#would")).to_contain_text("needs information → eligible", timeout=ANSWER_WITHIN)
    expect(here.page.locator("#chips")).not_to_contain_text("NTRK")


def test_retry_undo_and_a_new_patient(visit: Start) -> None:
    here = told(visit)
    here.ask(SUNLIGHT)
    answer_of(here, "10.8")
    here.page.get_by_role("button", name="Retry").last.click()
    answer_of(here, "10.8")
    expect(here.questions).to_have_count(2)
    here.page.get_by_role("button", name="Undo").last.click()
    expect(here.questions).to_have_count(1)
    expect(here.question).to_have_value(SUNLIGHT)
    here.page.get_by_role("button", name="New patient").click()
    expect(here.questions).to_have_count(0)
    expect(here.page.locator("#chips")).to_have_text("")
    tab(here, "Patient")
    expect(here.page.locator("#field-ras input")).to_have_value("unknown")


def test_a_question_sent_while_an_answer_grows_waits_for_its_end(visit: Start) -> None:
    here = visit()
    for text in (EXAMPLE, SUNLIGHT, "mOS in CORRECT?"):
        here.question.fill(text)
        here.question.press("Enter")
        if text != "mOS in CORRECT?":
            expect(here.question).to_have_value("", timeout=ANSWER_WITHIN)
    answer_of(here, "6.4")
    expect(here.questions).to_have_count(3)
    expect(here.answers.nth(1)).to_contain_text("10.8")


def test_ten_visitors_at_once_do_not_see_one_another(visit: Start) -> None:
    visits = [visit() for _ in range(10)]
    for number, here in enumerate(visits):
        here.question.fill(f"{40 + number}M mCRC, RAS {'wt' if number % 2 else 'mutant'}, MSS, s/p FOLFOX/bev, FOLFIRI")
        here.question.press("Enter")
    for number, here in enumerate(visits):
        chips = here.page.locator("#chips")
        expect(chips).to_contain_text(f"{40 + number} years", timeout=ANSWER_WITHIN)
        expect(chips).to_contain_text("RAS wild-type" if number % 2 else "RAS mutant")
        expect(here.questions).to_have_count(1)


def test_the_keyboard_alone_is_enough(visit: Start) -> None:
    here = visit()
    keys = here.page.keyboard
    expect(here.question).to_be_focused()
    keys.type(SUNLIGHT)
    keys.press("Enter")
    answer_of(here, "10.8")
    mark = here.answers.last.get_by_role("link", name="[1]")
    mark.focus()
    keys.press("Enter")
    expect(here.page.locator("#source-0-1")).to_be_focused()
    here.page.get_by_role("tab", name="Sources").focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(here.page.locator("#letter textarea")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_and_a_dark_room_show_patient_and_options_whole(visit: Start, scheme: str) -> None:
    here = visit(viewport=PHONE, color_scheme=scheme)
    here.ask(EXAMPLE)
    answer_of(here, "Eligible, in this order")
    for name in ("Patient", "Options"):
        tab(here, name)
        here.page.wait_for_timeout(200)
        width = here.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], name
        shot(here, f"phone-{scheme}-{name.lower()}")
    assert here.errors == []
