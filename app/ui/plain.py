"""An answer's Markdown as plain text for a terminal: paragraphs and lists wrapped, tables laid out anew."""

from __future__ import annotations

import re

from app.ui.columns import display_width, filled, table

_ITEM = re.compile(r"(?:- |\d+\. )")
_CELLS = re.compile(r"(?<!\\)\|")
_GAP = "  "
_NARROWEST = 6


def plain(markdown: str, width: int) -> str:
    """The text at most `width` places wide, as `app.steps.layout` writes it."""
    return "\n\n".join(_block(block, width) for block in markdown.split("\n\n"))


def _block(block: str, width: int) -> str:
    lines = block.split("\n")
    return _table(lines, width) if lines[0].startswith("| ") else "\n".join(_line(line, width) for line in lines)


def _line(line: str, width: int) -> str:
    item = _ITEM.match(line)
    return filled(line[item.end() :], width, item[0]) if item else filled(line, width)


def _table(lines: list[str], width: int) -> str:
    """The table with its heading underlined; where it is too wide, its widest columns are wrapped."""
    rows = [_cells(line) for number, line in enumerate(lines) if number != 1]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    rule = ["-" * column for column in widths]
    return table([rows[0], rule, *rows[1:]], widths, _GAP)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELLS.split(line.strip())[1:-1]]
