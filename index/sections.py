"""The restated prose: Markdown files, one a section, each paragraph under a heading of its own (`### p3`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from index.errors import CorpusError
from index.records import Paragraph
from index.references import references_in

_PARAGRAPH = re.compile(r"^### p(\d+)\s*$", re.MULTILINE)


def read_sections(folder: Path) -> tuple[Paragraph, ...]:
    """All paragraphs of `folder/*.md`, in the order of file names, then of the files.

    Raises CorpusError naming the file where front matter or numbering is not as it should be.
    """
    paths = sorted(folder.glob("*.md"), key=lambda path: (path.stem != "abstract", path.stem))
    if not paths:
        raise CorpusError(f"{folder}: no section files (*.md) stand here.")
    return tuple(paragraph for path in paths for paragraph in _read_section(path))


def _read_section(path: Path) -> Iterator[Paragraph]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: the section file cannot be read: {error}") from error
    _, front, body = [*text.split("+++", 2), "", ""][:3]
    try:
        head = tomllib.loads(front)
        section, title = str(head["section"]), str(head["title"])
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CorpusError(f"{path}: the file must begin with section and title between two lines of +++.") from error
    pieces = _PARAGRAPH.split(body)[1:]
    for position, (number, text) in enumerate(zip(pieces[::2], pieces[1::2], strict=True), start=1):
        if int(number) != position:
            raise CorpusError(f"{path}: paragraph p{number} stands where p{position} is due.")
        words = " ".join(text.split())
        if not words:
            raise CorpusError(f"{path}: paragraph p{number} is empty.")
        yield Paragraph(
            id=f"{section}-p{number}",
            section=section,
            heading=title,
            number=position,
            text=words,
            references=references_in(words),
            locator=section_locator(section, position),
        )


def section_locator(section: str, number: int) -> str:
    """ "§2.1, paragraph 3", "Abstract, paragraph 2"."""
    place = f"§{section}" if section[:1].isdigit() else section.capitalize()
    return f"{place}, paragraph {number}"
