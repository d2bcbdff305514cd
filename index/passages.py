"""From documents to passages: paragraphs (long ones parted at sentences), table rows, table overviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import CorpusError
from index.lexicon import Lexicon
from index.records import Asked, Document, Paragraph, Passage, Sentence, Table
from index.references import references_in, without_references
from index.sentences import split_sentences
from index.verbalise import row_sentences, table_sentences

CountPieces = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Unit:
    """What gets one vector: a whole passage (`sentence` None), one sentence of it or a question that it answers; and
    the text embedded for it.
    """

    passage: int
    sentence: int | None
    text: str
    is_question: bool = False


def passages_of(
    document: Document, lexicon: Lexicon, count: CountPieces, limit: int, count_asked: CountPieces | None = None
) -> tuple[Passage, ...]:
    """The passages of `document`; `count` gives the word pieces of a text, of which the model reads `limit`.

    `count_asked` does so for questions, where those are embedded behind another prompt.

    Raises CorpusError where a sentence or row by itself is longer than the model reads: it would be cut silently.
    """
    made = [*_prose(document, count, limit), *_tables(document)]
    passages = tuple(_with_entities(passage, lexicon) for passage in made)
    for unit in units_of(passages):
        pieces = (count_asked or count)(unit.text) if unit.is_question else count(unit.text)
        if pieces > limit:
            name = passages[unit.passage].id
            raise CorpusError(
                f"{name}: {pieces} word pieces, but the embedding model reads {limit}; shorten the passage."
            )
    return passages


def units_of(passages: Sequence[Passage]) -> Iterator[Unit]:
    """Every passage, each followed by its sentences where there are several, and by the questions that it answers: the
    order of the vectors.
    """
    for number, passage in enumerate(passages):
        yield Unit(number, None, whole_text(passage))
        if len(passage.sentences) > 1:
            for position in range(len(passage.sentences)):
                sentence = without_references(passage.sentence(position))
                yield Unit(number, position, f"{_context(passage)}: {sentence}")
        for asked in passage.asked:
            yield Unit(number, asked.sentence, asked.text, is_question=True)


def whole_text(passage: Passage) -> str:
    """What a model reads of the passage as a whole."""
    words = without_references(passage.text)
    return words if passage.kind == "row" else f"{passage.heading}: {words}"


def _context(passage: Passage) -> str:
    return passage.locator if passage.kind == "row" else passage.heading


def _with_entities(passage: Passage, lexicon: Lexicon) -> Passage:
    return replace(
        passage, entities=tuple(sorted(lexicon.entity_ids(f"{passage.heading}. {passage.text}", misspelled=False)))
    )


def _prose(document: Document, count: CountPieces, limit: int) -> Iterator[Passage]:
    for paragraph in document.paragraphs:
        parts = _parts(paragraph, count, limit, document.id)
        first = 0
        for number, text in enumerate(parts, start=1):
            sentences = _sentences(text)
            yield Passage(
                id=f"{document.id}/{paragraph.id}" + (f"#{number}" if len(parts) > 1 else ""),
                document=document.id,
                title=document.title,
                kind="paragraph",
                section=paragraph.section,
                heading=paragraph.heading,
                locator=paragraph.locator,
                text=text,
                sentences=sentences,
                references=references_in(text),
                url=document.url,
                paragraph=paragraph.id,
                verbatim=paragraph.id in document.verbatim,
                asked=_asked(paragraph, first, len(sentences)),
            )
            first += len(sentences)


def _asked(paragraph: Paragraph, first: int, count: int) -> tuple[Asked, ...]:
    """The questions of the paragraph's sentences from `first` on, counted within the part."""
    of_all = (asked for asked in paragraph.asked if asked.sentence is None)
    own = (asked for asked in paragraph.asked if asked.sentence is not None and first <= asked.sentence < first + count)
    return (*of_all, *(Asked((asked.sentence or 0) - first, asked.text) for asked in own))


def _parts(paragraph: Paragraph, count: CountPieces, limit: int, document: str) -> list[str]:
    """The paragraph's text in parts of whole sentences, each within what the model reads beside the heading."""
    parts: list[str] = []
    start = end = 0
    for first, last in _within_limit(paragraph, count, limit):
        if end > start and count(f"{paragraph.heading}: {without_references(paragraph.text[start:last])}") > limit:
            parts.append(paragraph.text[start:end])
            start = first
        end = last
    parts.append(paragraph.text[start:end])
    return parts


def _within_limit(paragraph: Paragraph, count: CountPieces, limit: int) -> Iterator[tuple[int, int]]:
    """The sentences of the paragraph; one that the model could not read whole is parted between words,
    and an endless word (a line of dots, an address) between letters.
    """
    for first, end in split_sentences(paragraph.text):
        start = first
        while start < end:
            stop = end
            while count(f"{paragraph.heading}: {paragraph.text[start:stop]}") > limit:
                most = start + (stop - start) * 4 // 5
                if most <= start:
                    raise CorpusError(
                        f"{paragraph.locator}: the heading leaves the embedding model no room for the text."
                    )
                space = paragraph.text.rfind(" ", start + 1, most)
                stop = space if space > start else most
            yield start, stop
            start = stop + 1 if paragraph.text[stop : stop + 1] == " " else stop


def _sentences(text: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end, references_in(text[start:end])) for start, end in split_sentences(text))


def _tables(document: Document) -> Iterator[Passage]:
    for table in document.tables:
        yield _table_passage(document, table, f"table{table.number}", None, table_sentences(table))
        for row in table.rows:
            passage = _table_passage(
                document, table, f"table{table.number}/{row.name}", row.name, row_sentences(table, row)
            )
            yield _relocated(passage, row.locator, row.printed("reference"))


def _relocated(passage: Passage, locator: str, reference: str | None) -> Passage:
    references = tuple(part.strip() for part in reference.split(",")) if reference else ()
    return replace(passage, locator=locator, references=references)


def _table_passage(document: Document, table: Table, name: str, row: str | None, sentences: list[str]) -> Passage:
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Sentence(start, start + len(sentence)))
        start += len(sentence) + 1
    return Passage(
        id=f"{document.id}/{name}",
        document=document.id,
        title=document.title,
        kind="row" if row else "table",
        section=table.section,
        heading=table.caption,
        locator=f"Table {table.number}",
        text=" ".join(sentences),
        sentences=tuple(spans),
        table=table.number,
        row=row,
        url=document.url,
    )
