"""What the corpus is made of once it has been read: frozen records, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PassageKind = Literal["paragraph", "row", "table"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a sentence (counted from 0; None: the whole paragraph) answers."""

    sentence: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of prose and where it stands.

    `id` is unique within its document ("2.1-p3"); `section` is the section's number ("2.1", "abstract") or, in a
    document that a user added, its heading or page; `number` counts the paragraphs of that section from 1;
    `references` are the reference numbers that the paragraph cites, as printed.
    """

    id: str
    section: str
    heading: str
    number: int
    text: str
    references: tuple[str, ...] = ()
    locator: str = ""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """One table cell: what is printed, and the numbers in it (`low` = `high` for a single number)."""

    printed: str
    low: float | None = None
    high: float | None = None

    @property
    def not_reached(self) -> bool:
        return self.printed == "NR"


@dataclass(frozen=True, slots=True)
class Arm:
    """One line of a table: an arm or subgroup. `cells` maps column names to values; an empty cell is absent."""

    cells: dict[str, Value]

    def printed(self, column: str) -> str | None:
        """The cell as printed, or None where the print gives nothing."""
        value = self.cells.get(column)
        return value.printed if value else None

    @property
    def name(self) -> str:
        """Regimen and, where the row has several lines of one regimen, the subgroup."""
        regimen = self.printed("regimen") or "arm not readable"
        subgroup = self.printed("subgroup")
        return regimen if subgroup is None or subgroup in regimen else f"{regimen}, {subgroup}"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a table, a trial or patient group, with all of its arms in the order of print."""

    table: str
    name: str
    arms: tuple[Arm, ...]

    def printed(self, column: str) -> str | None:
        """A value that belongs to the whole row (reference, hazard ratio, …), or None."""
        return next((text for arm in self.arms if (text := arm.printed(column)) is not None), None)

    @property
    def locator(self) -> str:
        """ "Table 2, SUNLIGHT (Prager 2023)"."""
        author, year = self.printed("author"), self.printed("year")
        source = " ".join(part for part in (author, year) if part)
        return f"Table {self.table}, {self.name}" + (f" ({source})" if source and source != self.name else "")


@dataclass(frozen=True, slots=True)
class Table:
    """A typed table of the review (Tables 1 to 5)."""

    number: str
    section: str
    caption: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A place where the source contradicts itself, and what it concerns (`rows` as "table:row").

    `differs`: two places give two values for one thing, so that neither may be given without the other.
    """

    # A misspelt key of slips.toml is refused when the file is read.
    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    note: str
    passages: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of an arm that the prose tells, as written there.

    `trial` and `group` are lexicon ids: the trial (empty where the sentence names none), and what kind of trials it
    belongs to. `arm` is empty for the whole trial; `value` is "os", "pfs" (months), "orr" (percent) or "n" (patients).
    `sentence` counts from 0; None: somewhere in the paragraph.
    """

    trial: str
    arm: str
    role: str
    group: str
    value: str
    figure: str
    paragraph: str
    sentence: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus, read and validated."""

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()
    slips: tuple[Slip, ...] = ()
    authors: tuple[str, ...] = ()
    date: str | None = None
    source: str = ""
    as_of: str | None = None
    licence: str | None = None
    url: str | None = None
    verbatim: frozenset[str] = frozenset()
    fingerprint: str = ""
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: text[start:end], and the references that it cites."""

    start: int
    end: int
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed, found and cited: a paragraph (or a part of one), a table row, or a table's overview."""

    id: str
    document: str
    title: str
    kind: PassageKind
    section: str
    heading: str
    locator: str
    text: str
    sentences: tuple[Sentence, ...]
    table: str | None = None
    row: str | None = None
    references: tuple[str, ...] = ()
    url: str | None = None
    paragraph: str | None = None
    verbatim: bool = False
    entities: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()

    def __hash__(self) -> int:
        # Of all its fields, this took longer than what it was for.
        return hash(self.id)

    def sentence(self, number: int) -> str:
        """The words of sentence `number`, counted from 0."""
        part = self.sentences[number]
        return self.text[part.start : part.end]
