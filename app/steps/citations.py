"""The citations of one answer, numbered as its sentences use them."""

from __future__ import annotations

from collections.abc import Iterable

from app.answer import Citation
from app.steps.draft import Statement, Support


class Citations:
    """Gives each passage and span its number, in the order in which the sentences use them."""

    def __init__(self) -> None:
        self.made: list[Citation] = []
        self.supports: list[Support] = []
        self._numbers: dict[tuple[str, int, int], int] = {}

    def number(self, support: Support) -> int:
        """The number of the passage and span, a new one where it has none yet."""
        key = (support.passage.id, support.start, support.end)
        self.supports.append(support)
        if key not in self._numbers:
            self._numbers[key] = len(self.made) + 1
            self.made.append(_citation(self._numbers[key], support))
        return self._numbers[key]

    def marked(self, statement: Statement) -> str:
        """The sentence with the marks of what it cites before its full stop."""
        if not statement.support:
            return statement.text
        marks = self.marks(statement.support)
        text = statement.text.rstrip()
        end = text[-1] if text[-1:] in ".!?" else ""
        return f"{text.removesuffix(end)} {marks}{end or '.'}"

    def marks(self, supports: Iterable[Support]) -> str:
        """The marks of these supports, each once: "[1][3]"."""
        return "".join(f"[{number}]" for number in dict.fromkeys(map(self.number, supports)))


def _citation(number: int, support: Support) -> Citation:
    passage = support.passage
    own = next((part.references for part in passage.sentences if part.start == support.start), ())
    references = own or (passage.references if passage.kind == "row" else ())
    return Citation(
        n=number,
        document=passage.document,
        title=passage.title,
        section=passage.section,
        table=passage.table,
        row=passage.row,
        reference=", ".join(references) or None,
        locator=passage.locator,
        text=passage.text,
        quote=support.quote,
        score=round(support.score, 4),
        url=passage.url,
        passage=passage.id,
    )
