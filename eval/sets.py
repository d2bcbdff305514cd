"""What is to be answered and scored: questions and vignettes of the named sets, or of files from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError, UserError
from eval.questions import SETS, Question, read_lines, read_questions
from eval.vignettes import FOLDER, Vignette, read_vignette_file

DEFAULT_SETS = ("tuned", "frozen")
VIGNETTE = "vignette"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be answered. `id` is its id in `file` (the file's name without ending), `set` the set's name."""

    id: str
    file: str
    set: str
    kind: str
    style: str
    turns: tuple[str, ...]
    status: str
    gold: Question | Vignette

    @property
    def key(self) -> str:
        """Unique over all sets: "tuned_c/u001"."""
        return f"{self.file}/{self.id}"

    @property
    def is_frozen(self) -> bool:
        """Whether the item is only reported: nobody who improves the product is to read it."""
        return self.set.startswith("frozen")


def load_items(names: Iterable[str] | None, files: Iterable[Path] | None) -> tuple[Item, ...]:
    """The items of the sets `names` and of `files`; without either, of the default sets that are there.

    A set is the union of all question and vignette files whose name begins with its name. Raises UsageError for a set
    or file that does not exist, UserError for one that cannot be read.
    """
    chosen = list(dict.fromkeys(names or ()))
    sources = [(name, path) for name in chosen for path in _files_of(name, required=True)]
    sources += [(path.stem, path) for path in dict.fromkeys(files or ())]
    if not sources:
        sources = [(name, path) for name in DEFAULT_SETS for path in _files_of(name, required=False)]
    items = [item for name, path in sources for item in _read(name, path)]
    _check_keys(items)
    if not items:
        raise UserError("The sets hold no question.")
    return tuple(items)


def _files_of(name: str, required: bool) -> list[Path]:
    found = [path for folder in (SETS, FOLDER) for path in sorted(folder.glob("*.jsonl")) if path.stem.startswith(name)]
    if required and (not found or not name):
        known = sorted({path.stem for folder in (SETS, FOLDER) for path in folder.glob("*.jsonl")})
        raise UsageError(f"--set {name}: no such set; there are {', '.join(known)}.")
    return found


def _read(name: str, path: Path) -> Iterator[Item]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file; --questions takes a JSON Lines file.")
    if _holds_vignettes(path):
        for vignette in read_vignette_file(path):
            # A text of which no fact can be known is not weighed: the contract has a status for that.
            asks = vignette.status == "answered" and not vignette.facts
            status = "needs_information" if asks else vignette.status
            yield Item(vignette.id, path.stem, name, VIGNETTE, vignette.style, vignette.turns, status, vignette)
        return
    for question in read_questions(path):
        yield Item(
            question.id,
            path.stem,
            name,
            question.kind,
            question.style,
            question.messages,
            question.status,
            question,
        )


def _holds_vignettes(path: Path) -> bool:
    """Vignettes are told from questions by their first line: it has the facts of a patient."""
    for number, line in read_lines(path):
        try:
            facts = json.loads(line)
        except ValueError as error:
            raise UserError(f"{path}, line {number}: not valid JSON ({error}).") from error
        return isinstance(facts, dict) and "patient" in facts
    raise UserError(f"{path}: the file is empty.")


def _check_keys(items: Iterable[Item]) -> None:
    # The same file name may hold questions and vignettes: their ids must differ then.
    seen: set[tuple[str, str]] = set()
    for item in items:
        if (item.set, item.key) in seen:
            raise UserError(f"{item.key}: the id stands twice in the set {item.set}; ids are unique within a file.")
        seen.add((item.set, item.key))
