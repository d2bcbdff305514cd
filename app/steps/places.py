"""From the places that the rules name ("2.1-p9", "T2:SUNLIGHT") to passages and the words in them."""

from __future__ import annotations

from collections.abc import Iterable

from app.rules.records import Cite
from app.steps.draft import Support
from app.steps.evidence import EvidenceBase, RowFacts
from index.records import Passage, Sentence


def supports(cites: Iterable[Cite], base: EvidenceBase) -> tuple[Support, ...]:
    """A support for each place, each once; a place that the corpus in force does not have gives none."""
    found = (support_of(cite, base) for cite in cites)
    return tuple(dict.fromkeys(support for support in found if support))


def support_of(cite: Cite, base: EvidenceBase) -> Support | None:
    """The one sentence that holds all words of `cite.about`, in whatever case; the whole row of a table.

    In the original's wording a sentence may not hold them: then the whole paragraph is quoted. None where the corpus
    in force has no such place.
    """
    if row := row_of(cite, base):
        columns = frozenset(column for arm in row.row.arms for column in arm.cells)
        return Support(row.passage, 0, len(row.passage.text), 1.0, columns)
    parts = base.paragraphs.get(cite.place, ())
    for passage in parts:
        if cite.about and (span := _sentence_with(cite.about, passage)):
            return Support(passage, span.start, span.end, 1.0)
    if not parts:
        return None
    fullest = max(parts, key=lambda passage: sum(word.casefold() in passage.text.casefold() for word in cite.about))
    return Support(fullest, 0, len(fullest.text), 1.0)


def row_of(cite: Cite, base: EvidenceBase) -> RowFacts | None:
    """The table row that a place such as "T2:SUNLIGHT" names; None for a paragraph."""
    return base.rows_by_place.get(cite.place)


def _sentence_with(words: tuple[str, ...], passage: Passage) -> Sentence | None:
    for number, span in enumerate(passage.sentences):
        said = passage.sentence(number).casefold()
        if all(word.casefold() in said for word in words):
            return span
    return None
