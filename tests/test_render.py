"""Answers for people: terminal text, chat Markdown, source cards."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from advised import EXAMPLE, TOLD

from app.answer import Answer
from app.assistant import Assistant
from app.ui.columns import display_width
from app.ui.plain import plain
from app.ui.render import as_chat, as_text, split_answer
from app.ui.render_sources import marked, sources_html
from app.ui.session import Exchange

TABLE = "| Trial    | Median OS (months) |\n| -------- | ------------------ |\n| a \\| b*c | 10.8               |"


def panel(answer: Answer) -> str:
    return sources_html([Exchange("a question", answer)])


def test_text_shows_answer_quote_and_date(assistant: Assistant) -> None:
    text = as_text(assistant.ask(["mOS SUNLIGHT?"]))
    assert "10.8 months" in text
    assert "[1] Table 2, SUNLIGHT (Prager 2023), reference 13" in text
    assert "Evidence as of 2023-11." in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_statuses_are_named(assistant: Assistant) -> None:
    assert as_text(assistant.ask(["weather in Rome?"])).startswith("Outside this review.")
    assert as_chat(assistant.ask(["cost of regorafenib"]), 0).startswith(
        '<span class="ll-status ll-insufficient_evidence">The review is silent</span>'
    )


def test_notes_that_the_answer_says_are_not_repeated(assistant: Assistant) -> None:
    answer = assistant.ask(["ORR in MOUNTAINEER"])
    assert any("55%" in note for note in answer.notes)
    assert as_text(answer).replace("\n", " ").count("MOUNTAINEER: the response rate") == 1


def test_streamed_parts_add_up_to_the_answer(assistant: Assistant) -> None:
    answer = assistant.ask(["PFS and OS in REARRANGE"])
    parts = split_answer(answer.answer)
    assert len(parts) == 2
    assert "".join(parts) == answer.answer
    assert as_chat(answer, 0).startswith(as_chat(answer, 0, 1))


def test_card_marks_exactly_the_quoted_words(assistant: Assistant) -> None:
    cited = assistant.ask(["mOS SUNLIGHT?"]).citations[0]
    html = marked(cited)
    assert html.count("<mark>") == 1
    assert "<mark>Median overall survival (OS):" in html


def test_markup_in_texts_is_shown_not_run(assistant: Assistant) -> None:
    answer = assistant.ask(["mOS SUNLIGHT?"])
    evil = '<script>alert("x")</script>'
    cited = replace(answer.citations[0], text=f"{evil} {answer.citations[0].text}", locator=evil, title=evil, url=None)
    html = panel(replace(answer, citations=(cited,), notes=(evil,)))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4
    assert "<b>" not in as_chat(replace(answer, answer="<b>bold</b> *x*"), 0).replace("\\<", "")


@pytest.mark.parametrize("turns", TOLD.values(), ids=TOLD)
def test_a_patient_is_streamed_in_whole_lines_and_adds_up(assistant: Assistant, turns: list[str]) -> None:
    answer = assistant.ask(turns)
    parts = split_answer(answer.answer)
    assert "".join(parts) == answer.answer
    assert not any(part.strip() in ("-", "1.", "Not eligible:") for part in parts)
    shown = [as_chat(answer, 0, number) for number in range(1, len(parts) + 1)]
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
    assert shown[-1] == as_chat(answer, 0)


def test_options_and_headings_stand_out_in_the_chat(assistant: Assistant) -> None:
    text = as_chat(assistant.ask([EXAMPLE]), 0)
    assert "\n1. **FTD/TPI + bevacizumab** (recommended): " in text
    assert "\n**Not eligible:**\n" in text
    assert "\n- **Encorafenib + cetuximab**: no BRAF V600E" in text
    assert "\\<1%" in text
    assert "**" not in as_chat(assistant.ask(["mOS SUNLIGHT?"]), 0)


def test_a_table_stays_a_table_and_its_cells_show_no_markup(assistant: Assistant) -> None:
    answer = replace(assistant.ask(["mOS SUNLIGHT?"]), answer=f"Two trials [1].\n\n{TABLE}\n\nThe end [1].")
    assert split_answer(answer.answer) == ["Two trials [1].\n\n", f"{TABLE}\n\n", "The end [1]."]
    assert "\n| a \\| b\\*c | 10.8" in as_chat(answer, 0)


def test_lists_and_tables_are_wrapped_for_the_terminal() -> None:
    text = plain(f"One two three.\n\n- first item\n- second\n\n10. tenth item of many\n\n{TABLE}", 14)
    assert text.startswith("One two three.\n\n- first item\n- second\n\n10. tenth item\n    of many\n\n")
    assert max(map(display_width, text.splitlines())) <= 14
    wide = plain(TABLE, 80).splitlines()
    assert wide == ["Trial    Median OS (months)", "-------  ------------------", "a | b*c  10.8"]


def test_later_decisions_stand_apart_in_the_panel(assistant: Assistant) -> None:
    answer = assistant.ask([EXAMPLE])
    cards, _, later = panel(answer).partition("After the review")
    assert answer.since_then
    for approval in answer.since_then:
        assert approval.date in later
        assert approval.what[:30] not in cards
    assert "After the review" not in panel(replace(answer, since_then=()))


def test_a_note_that_the_answer_words_more_briefly_is_not_repeated(assistant: Assistant) -> None:
    answer = assistant.ask(TOLD["unfit"])
    assert "Best supportive care is named first" in answer.answer
    assert "Best supportive care is named first" not in panel(answer).partition("Please note")[2]


def test_a_mark_leads_to_its_source_and_says_what_that_is(assistant: Assistant) -> None:
    answer = assistant.ask(["mOS SUNLIGHT?"])
    text = as_chat(answer, 3)
    assert '[\\[1\\]](#source-3-1 "Table 2, SUNLIGHT' in text
    assert 'id="source-3-1"' in sources_html([Exchange("x", answer)] * 4)


def test_every_mark_of_an_answer_and_of_its_options_has_a_source(assistant: Assistant) -> None:
    answer = assistant.ask([EXAMPLE])
    page = panel(answer)
    for number in range(1, len(answer.citations) + 1):
        assert page.count(f'id="source-0-{number}"') == 1


def test_earlier_sources_are_folded_and_latest_first(assistant: Assistant) -> None:
    first, second = assistant.ask(["mOS SUNLIGHT?"]), assistant.ask(["mOS CORRECT?"])
    page = sources_html([Exchange("one <b>", first), Exchange("two", second)])
    assert page.index("source-1-1") < page.index("<details") < page.index("source-0-1")
    assert "one &lt;b&gt;" in page
