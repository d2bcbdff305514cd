"""The answer as Markdown: sentences in paragraphs and lists, small tables; every sentence and line with its marks."""

from __future__ import annotations

from collections.abc import Iterable

from app.steps.citations import Citations
from app.steps.draft import Block, Grid, Statement

_EMPTY = "–"
_SOURCE = "Source"


def markdown(blocks: Iterable[Block], citations: Citations) -> str:
    """The blocks as text, the marks of what they cite in the order of reading."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        if isinstance(block, Grid):
            parts += ["\n\n" if parts else "", _table(block, citations)]
            before = "grid"
            continue
        text = citations.marked(block)
        item = block.layout == "item"
        parts += [_joint(block, before) if parts else "", f"- {text}" if item else text]
        before = block.layout
    return "".join(parts)


def _joint(block: Statement, before: str) -> str:
    """What stands between a statement and the block before it."""
    if block.layout == "run" and before != "grid":
        return "\n\n" if before == "item" else " "
    return "\n" if block.layout == "item" and before == "item" else "\n\n"


def _table(grid: Grid, citations: Citations) -> str:
    """The grid with the marks in a last column; cells are padded, so that it can be read as plain text too."""
    cited = any(line.support for line in grid.lines)
    rows = [[*grid.columns, *([_SOURCE] if cited else [])]]
    for line in grid.lines:
        marks = citations.marks(line.support)
        rows.append([*(_cell(cell) for cell in line.cells), *([marks] if cited else [])])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * max(width, 3) for width in widths) + " |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or _EMPTY
