"""What can be cited, made ready for looking up: table rows with what they are about, and how rare each term is."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.steps.spelling import QUESTION_WORDS, Spelling
from index.keywords import Terms
from index.lexicon import Lexicon
from index.records import Arm, Document, Passage, Row, Sentence, Slip, Table
from index.references import without_references

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MILLIGRAMS = re.compile(r"\b(\d{2,4}) mg\b(?!/)")
_WORD = re.compile(r"[^\W\d_]+")
_GROUPS = frozenset({"regimen", "class"})
CONTROLS = frozenset({"placebo", "best_supportive_care"})


@dataclass(frozen=True, slots=True)
class RowFacts:
    """A table row and the lexicon ids of its trial, its population, the drugs of each arm, and its regimens."""

    table: Table
    row: Row
    passage: Passage
    trials: frozenset[str]
    population: frozenset[str]
    arms: tuple[frozenset[str], ...]
    groups: frozenset[str]

    @property
    def drugs(self) -> frozenset[str]:
        """The drugs of all arms."""
        return frozenset[str]().union(*self.arms)

    @property
    def is_overview(self) -> bool:
        """A row of Table 1 that sums up a group and no single trial."""
        return self.table.number == "1" and self.row.printed("trial") is None

    @property
    def has_control(self) -> bool:
        """Whether an arm is placebo or best supportive care."""
        return bool(self.groups & CONTROLS)


class EvidenceBase:
    """The documents in force beside their passages; built once, read by every step."""

    def __init__(self, documents: tuple[Document, ...], passages: Sequence[Passage], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.terms = Terms(lexicon)
        self.documents = {document.id: document for document in documents}
        self.passages = passages
        self._entities = frozenset(name for passage in passages for name in passage.entities)

    def prepare(self) -> None:
        """Computes what is otherwise computed at first use, so that the first question is not slower than the rest."""
        for part in (self.rows_by_place, self.paragraphs, self.sentence_trials, self._weights, self._text):
            assert part is not None

    def names(self, entry: str) -> bool:
        """Whether a passage names the entry, a kind of it ("kras" in "kras_wild_type") or a drug of the class."""
        return entry in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every entry that the passages name, with what those are kinds of and the classes of the drugs."""
        parts = (name.split("_") for name in self._entities)
        wider = {"_".join(words[:length]) for words in parts for length in range(1, len(words))}
        classes = {kind for name in self._entities for kind in self.lexicon.entries[name].classes}
        return self._entities | (wider & self.lexicon.entries.keys()) | classes

    def has_word(self, word: str) -> bool:
        """Whether the word stands anywhere in the corpus, in whatever case."""
        return word.casefold() in self._text

    @cached_property
    def _text(self) -> str:
        return " ".join(f"{passage.locator} {passage.text}" for passage in self.passages).casefold()

    @cached_property
    def doses(self) -> frozenset[str]:
        """The doses, in milligrams a day, that any passage tells of."""
        return frozenset(_MILLIGRAMS.findall(" ".join(passage.text for passage in self.passages)))

    @property
    def as_of(self) -> str:
        """The date up to which the review speaks (year and month)."""
        return next((document.as_of for document in self.documents.values() if document.as_of), "")

    @cached_property
    def about(self) -> Passage:
        """What the review is, as a passage to cite: title, authors, journal, and the date up to which it speaks."""
        review = self.documents[self._review]
        *first, last = review.authors
        parts = [
            f"“{review.title}” by {', '.join(first)} and {last} appeared in {review.source} ({review.licence}).",
            f"The latest event that the review reports is of {_month(review.as_of or '')}.",
        ]
        spans = [Sentence(0, len(parts[0])), Sentence(len(parts[0]) + 1, len(parts[0]) + 1 + len(parts[1]))]
        return Passage(
            id=f"{review.id}/about",
            document=review.id,
            title=review.title,
            kind="paragraph",
            section="abstract",
            heading="About the review",
            locator="Title page",
            text=" ".join(parts),
            sentences=tuple(spans),
            url=review.url,
        )

    @cached_property
    def spelling(self) -> Spelling:
        """What puts slips of typing right: it knows the words of passages, of their questions and of the lexicon."""
        asked = (asked.text for passage in self.passages for asked in passage.asked)
        texts = (f"{passage.locator} {passage.heading} {passage.text}" for passage in self.passages)
        words = {match for text in (*texts, *asked) for match in _WORD.findall(text)}
        return Spelling(words | self.lexicon.words | QUESTION_WORDS)

    @cached_property
    def rows(self) -> tuple[RowFacts, ...]:
        """Every row of every typed table."""
        places = {(passage.document, passage.table, passage.row): passage for passage in self.passages}
        return tuple(
            self._facts(table, row, places[document.id, table.number, row.name])
            for document in self.documents.values()
            for table in document.tables
            for row in table.rows
        )

    @cached_property
    def rows_by_place(self) -> dict[str, RowFacts]:
        """The rows of the review under the names that the rules have for them ("T2:SUNLIGHT")."""
        return {
            f"T{facts.table.number}:{facts.row.name}": facts
            for facts in self.rows
            if facts.passage.document == self._review
        }

    @cached_property
    def paragraphs(self) -> dict[str, tuple[Passage, ...]]:
        """The paragraphs of the review ("2.1-p9"), each as the one or several passages that it is parted into."""
        found: dict[str, tuple[Passage, ...]] = {}
        for passage in self.passages:
            if passage.paragraph and passage.document == self._review:
                found[passage.paragraph] = (*found.get(passage.paragraph, ()), passage)
        return found

    @property
    def _review(self) -> str:
        """The document that the rules speak of: it alone has a date up to which it speaks."""
        return next((document.id for document in self.documents.values() if document.as_of), "")

    @cached_property
    def sentence_terms(self) -> dict[tuple[str, int], frozenset[str]]:
        """(passage id, sentence number) → terms of the sentence, for prose."""
        return {
            (passage.id, number): frozenset(
                self.terms.of(without_references(passage.sentence(number)), misspelled=False)
            )
            for passage in self.passages
            if passage.kind == "paragraph"
            for number in range(len(passage.sentences))
        }

    @cached_property
    def sentence_trials(self) -> dict[tuple[str, int], frozenset[str]]:
        """(passage id, sentence number) → trials that the sentence names, for prose."""
        entries = self.lexicon.entries
        return {
            place: frozenset(term[1:] for term in terms if term.startswith("=") and entries[term[1:]].kind == "trial")
            for place, terms in self.sentence_terms.items()
        }

    def weight(self, term: str) -> float:
        """How much the term tells: its inverse document frequency; a term of no passage tells most."""
        return self._weights.get(term, self._weight_of_unknown)

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {term: math.log(1 + len(self.passages) / (1 + count)) for term, count in self._frequency.items()}

    @cached_property
    def _weight_of_unknown(self) -> float:
        return math.log(1 + len(self.passages))

    def is_known(self, term: str) -> bool:
        """Whether any passage has the term."""
        return self._frequency[term] > 0

    def slips_of(self, passage: Passage, quote: str, columns: frozenset[str]) -> tuple[Slip, ...]:
        """The slips of the source that concern these words, or these columns of this row."""
        document = self.documents[passage.document]
        return tuple(slip for slip in document.slips if _concerns(slip, passage, quote, columns))

    @cached_property
    def _frequency(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for passage in self.passages:
            counts.update(set(self.terms.of(f"{passage.heading} {passage.text}", misspelled=False)))
        return counts

    def _facts(self, table: Table, row: Row, passage: Passage) -> RowFacts:
        author = " ".join(part for part in (row.printed("author"), row.printed("year")) if part)
        named = self.lexicon.entity_ids(f"{row.name}; {author}")
        groups = [row.printed("population")]
        groups += [arm.printed(column) for arm in row.arms for column in ("ras", "subgroup")]
        population = self.lexicon.entity_ids("; ".join(group for group in groups if group))
        return RowFacts(
            table=table,
            row=row,
            passage=passage,
            trials=frozenset(name for name in named if self.lexicon.entries[name].kind == "trial"),
            population=population | frozenset(name for name in named if self.lexicon.entries[name].kind == "marker"),
            arms=tuple(self._drugs(arm) for arm in row.arms),
            groups=frozenset(name for arm in row.arms for name in self._named(arm) if self._is_group(name)),
        )

    def _named(self, arm: Arm) -> frozenset[str]:
        return self.lexicon.entity_ids(arm.printed("regimen") or "")

    def _drugs(self, arm: Arm) -> frozenset[str]:
        return frozenset(name for name in self._named(arm) if self.lexicon.entries[name].kind == "drug") - CONTROLS

    def _is_group(self, name: str) -> bool:
        return name in CONTROLS or self.lexicon.entries[name].kind in _GROUPS


def _concerns(slip: Slip, passage: Passage, quote: str, columns: frozenset[str]) -> bool:
    if passage.kind == "row":
        return f"{passage.table}:{passage.row}" in slip.rows and (not slip.columns or bool(columns & set(slip.columns)))
    if passage.paragraph not in slip.passages:
        return False
    said = quote.casefold()
    return not slip.about or any(word.casefold() in said for word in slip.about)


def _month(date: str) -> str:
    """ "November 2023" for "2023-11"."""
    year, _, month = date.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}"
