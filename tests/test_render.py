"""Answers for people: terminal text, chat Markdown, source cards."""

from __future__ import annotations

from dataclasses import replace

from app.assistant import Assistant
from app.ui.render import as_chat, as_text, marked, sources_html, split_answer


def test_text_shows_answer_quote_and_date(assistant: Assistant) -> None:
    text = as_text(assistant.ask(["mOS SUNLIGHT?"]))
    assert "10.8 months" in text
    assert "[1] Table 2, SUNLIGHT (Prager 2023), reference 13" in text
    assert "Evidence as of 2023-11." in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_statuses_are_named(assistant: Assistant) -> None:
    assert as_text(assistant.ask(["weather in Rome?"])).startswith("Outside this review.")
    assert as_chat(assistant.ask(["cost of regorafenib"])).startswith("**The review is silent.**")


def test_notes_that_the_answer_says_are_not_repeated(assistant: Assistant) -> None:
    answer = assistant.ask(["ORR in MOUNTAINEER"])
    assert any("55%" in note for note in answer.notes)
    assert as_text(answer).replace("\n", " ").count("MOUNTAINEER: the response rate") == 1


def test_streamed_parts_add_up_to_the_answer(assistant: Assistant) -> None:
    answer = assistant.ask(["PFS and OS in REARRANGE"])
    parts = split_answer(answer.answer)
    assert len(parts) == 2
    assert " ".join(parts) == answer.answer
    assert as_chat(answer).startswith(as_chat(answer, 1))


def test_card_marks_exactly_the_quoted_words(assistant: Assistant) -> None:
    cited = assistant.ask(["mOS SUNLIGHT?"]).citations[0]
    html = marked(cited)
    assert html.count("<mark>") == 1
    assert "<mark>Median overall survival (OS):" in html


def test_markup_in_texts_is_shown_not_run(assistant: Assistant) -> None:
    answer = assistant.ask(["mOS SUNLIGHT?"])
    evil = '<script>alert("x")</script>'
    cited = replace(answer.citations[0], text=f"{evil} {answer.citations[0].text}", locator=evil, title=evil, url=None)
    html = sources_html(replace(answer, citations=(cited,), notes=(evil,)))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4
    assert "<b>" not in as_chat(replace(answer, answer="<b>bold</b> *x*")).replace("\\<", "")
