"""Text in columns for a terminal: wrapped and aligned by what characters take there, wide ones two places."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def display_width(text: str) -> int:
    """How many places the text takes: two for a wide character, none for one that is set upon another."""
    return len(text) if text.isascii() else sum(map(_places, text))


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` places, broken at spaces; a longer word is broken between letters."""
    lines: list[list[str]] = [[]]
    taken = 0
    for word in text.split():
        for piece in _pieces(word, width):
            places = display_width(piece)
            if lines[-1] and taken + 1 + places > width:
                lines.append([])
            taken = taken + 1 + places if lines[-1] else places
            lines[-1].append(piece)
    return [" ".join(line) for line in lines]


def filled(text: str, width: int, first: str = "", further: str | None = None) -> str:
    """The text wrapped to `width` places, with `first` before its first line and `further` before the others."""
    indent = " " * display_width(first) if further is None else further
    room = width - max(display_width(first), display_width(indent))
    return "\n".join(f"{indent if number else first}{line}" for number, line in enumerate(wrapped(text, room)))


def table(rows: Sequence[Sequence[str]], widths: Sequence[int], gap: str = "  ") -> str:
    """Rows of cells, each wrapped within the width of its column."""
    return "\n".join(line for row in rows for line in _row(row, widths, gap))


def _row(row: Sequence[str], widths: Sequence[int], gap: str) -> list[str]:
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    height = max(map(len, cells))
    padded = [cell + [""] * (height - len(cell)) for cell in cells]
    lines = zip(*padded, strict=True)
    return [gap.join(map(_padded, line, widths)).rstrip() for line in lines]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _pieces(word: str, width: int) -> list[str]:
    if display_width(word) <= width:
        return [word]
    pieces = [""]
    for character in word:
        if display_width(pieces[-1]) + _places(character) > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _places(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
