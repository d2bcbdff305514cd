"""What is taken away: the note as Markdown, Word and PDF, and the conversation as JSON, each read back."""

from __future__ import annotations

import io
import json
import re

import docx
import pypdf
import pytest
from advised import EXAMPLE

from app.assistant import Assistant
from app.ui.note import Grid, Note, conversation_json, note_markdown, note_of
from app.ui.note_docx import note_docx
from app.ui.note_pdf import note_pdf
from app.ui.session import Exchange


@pytest.fixture(scope="module")
def exchanges(assistant: Assistant) -> list[Exchange]:
    turns = [EXAMPLE, "mOS in SUNLIGHT?", "Compare ORR of regorafenib and FTD/TPI | any"]
    answers = [assistant.ask(turns[: number + 1]) for number in range(len(turns))]
    return [Exchange(question, answer) for question, answer in zip(turns, answers, strict=True)]


@pytest.fixture(scope="module")
def note(exchanges: list[Exchange]) -> Note:
    return note_of(exchanges, "1.2.3")


def test_the_note_holds_patient_options_evidence_and_where_it_comes_from(note: Note, exchanges: list[Exchange]) -> None:
    text = note_markdown(note)
    first = exchanges[0].answer
    for option in first.options or ():
        assert option["name"] in text
    for said in ("“RASwt”", "10.8", "Evidence as of 2023-11", "Lateline 1.2.3", "Tests to order", "no part of it"):
        assert said in text
    assert all(exchange.answer.answer_id in text for exchange in exchanges)
    assert text.index("FTD/TPI + bevacizumab") < text.index("Not eligible")


def test_every_reference_used_is_listed_once_and_every_row_is_whole(note: Note) -> None:
    text = note_markdown(note)
    body, _, listed = text.partition("## References")
    used = {int(number) for number in re.findall(r"\[(\d+)\]", body)}
    known = [int(number) for number in re.findall(r"^\| \[(\d+)\]", listed, re.M)]
    assert used and used <= set(known)
    assert known == list(range(1, len(known) + 1))
    for block in note.blocks:
        if isinstance(block, Grid):
            assert all(len(row) == len(block.head) for row in block.rows)


def test_word_and_pdf_say_what_the_markdown_says(note: Note) -> None:
    document = docx.Document(io.BytesIO(note_docx(note)))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    pdf = pypdf.PdfReader(io.BytesIO(note_pdf(note)))
    printed = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    for said in ("Tumour-board note", "Eligible, in this order", "References"):
        assert said in words
        assert said in printed
    for sign in ("“", "–"):
        assert sign in words + cells
        assert sign in printed
    for grid in (block for block in note.blocks if isinstance(block, Grid)):
        for row in grid.rows:
            assert row[0] in cells
            assert re.sub(r"\s+", "", row[0]) in re.sub(r"\s+", "", printed)
    assert document.core_properties.author == "Lateline"


def test_the_same_note_is_the_same_pdf(note: Note) -> None:
    assert note_pdf(note) == note_pdf(note)


def test_a_conversation_without_a_patient_makes_a_note_too(assistant: Assistant) -> None:
    exchange = Exchange("mOS in SUNLIGHT?", assistant.ask(["mOS in SUNLIGHT?"]))
    text = note_markdown(note_of([exchange], "1"))
    assert "## Patient" not in text
    assert "10.8 months" in text


def test_the_conversation_as_json_is_the_contract(exchanges: list[Exchange]) -> None:
    told = json.loads(conversation_json(exchanges, "1"))
    assert [one["question"] for one in told["exchanges"]] == [one.question for one in exchanges]
    assert told["exchanges"][1]["answer"] == json.loads(exchanges[1].answer.to_json())
