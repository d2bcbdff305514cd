"""Figures of trials that the prose alone tells, one line an arm and value: `told_figures.csv` beside the sections."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from index.errors import CorpusError
from index.records import Paragraph, Told
from index.sentences import split_sentences
from index.tables import first_line

_HEADER = ["trial", "arm", "role", "group", "value", "figure", "sentence"]
_VALUES = frozenset({"os", "pfs", "orr", "n"})
_ROLES = frozenset({"active", "control", ""})
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def read_told(path: Path, paragraphs: Iterable[Paragraph]) -> tuple[Told, ...]:
    """The figures of the file at `path`, in its order; none where there is no such file.

    `paragraphs` are the restated ones. Raises CorpusError naming file and line for a sentence that does not exist, a
    figure that does not stand in it, an arm whose words its paragraph lacks, an unknown value or role, or a second
    figure for the same thing.
    """
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(f"{path}: the figures cannot be read: {first_line(error)}") from error
    if not lines or lines[0] != _HEADER:
        raise CorpusError(f"{path}: the first line must be {','.join(_HEADER)}.")
    known = {paragraph.id: paragraph.text for paragraph in paragraphs}
    found: dict[tuple[str, str, str], Told] = {}
    for number, cells in enumerate(lines[1:], start=2):
        told = _read_line(cells, known, f"{path}, line {number}")
        if found.setdefault((told.trial, told.arm, told.value), told) is not told:
            raise CorpusError(f"{path}, line {number}: another line gives {told.value!r} of the same arm.")
    return tuple(found.values())


def unnumbered(told: Iterable[Told], verbatim: frozenset[str]) -> tuple[Told, ...]:
    """The same without the numbers of sentences in paragraphs that are quoted from the original: it has others."""
    return tuple(replace(one, sentence=None) if one.paragraph in verbatim else one for one in told)


def has_figure(text: str, told: Told) -> bool:
    """Whether the figure stands in the text as a number of its own; a response rate with its percent sign."""
    sign = "%" if told.value == "orr" else ""
    return bool(re.search(rf"(?<![\d.,-]){re.escape(told.figure)}{sign}(?![.,]?\d)", text))


def _read_line(cells: list[str], known: dict[str, str], where: str) -> Told:
    if len(cells) != len(_HEADER):
        raise CorpusError(f"{where}: {len(cells)} cells under {len(_HEADER)} columns.")
    trial, arm, role, group, value, figure, place = cells
    if value not in _VALUES or role not in _ROLES or not _FIGURE.fullmatch(figure) or not (trial or arm):
        raise CorpusError(f"{where}: value, role or figure is none that is known, or trial and arm are both empty.")
    paragraph, _, number = place.rpartition(".")
    text = known.get(paragraph, "")
    spans = split_sentences(text)
    if not number.isdigit() or not 1 <= int(number) <= len(spans):
        raise CorpusError(f"{where}: {place!r} is no sentence of the document.")
    start, end = spans[int(number) - 1]
    told = Told(trial, arm, role, group, value, figure, paragraph, int(number) - 1)
    if not has_figure(text[start:end], told):
        raise CorpusError(f"{where}: {figure!r} does not stand in the sentence {place!r}.")
    if missing := [word for word in arm.split() if word.casefold() not in text.casefold()]:
        raise CorpusError(f"{where}: {missing[0]!r} of the arm does not stand in the paragraph {paragraph!r}.")
    return told
