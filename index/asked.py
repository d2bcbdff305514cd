"""Questions that a sentence of the corpus answers: embedded beside it, so that a question in other words finds it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from index.errors import CorpusError
from index.records import Asked, Paragraph
from index.sentences import split_sentences
from index.tables import first_line


class _Entry(BaseModel):
    """`sentence`: "2.1-p3.4", the fourth sentence of the paragraph 2.1-p3."""

    model_config = ConfigDict(extra="forbid")
    sentence: str
    questions: list[str]


_ENTRIES: TypeAdapter[list[_Entry]] = TypeAdapter(list[_Entry])


def with_asked(paragraphs: tuple[Paragraph, ...], folder: Path) -> tuple[Paragraph, ...]:
    """The paragraphs with the questions of `folder/*.toml`; as they are where there is no such folder.

    Raises CorpusError naming file and entry for a malformed file or a sentence that does not exist.
    """
    known = {paragraph.id: len(split_sentences(paragraph.text)) for paragraph in paragraphs}
    found: dict[str, list[Asked]] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in _read(path):
            name, _, number = entry.sentence.rpartition(".")
            if not number.isdigit() or not 1 <= int(number) <= known.get(name, 0):
                raise CorpusError(f"{path}: {entry.sentence!r} is no sentence of the document.")
            found.setdefault(name, []).extend(Asked(int(number) - 1, question) for question in entry.questions)
    return tuple(replace(paragraph, asked=tuple(found.get(paragraph.id, ()))) for paragraph in paragraphs)


def _read(path: Path) -> list[_Entry]:
    try:
        return _ENTRIES.validate_python(tomllib.loads(path.read_text(encoding="utf-8")).get("asked", []))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CorpusError(f"{path}: the questions cannot be read: {first_line(error)}") from error
