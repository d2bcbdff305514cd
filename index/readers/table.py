"""Tables of HTML (and so of DOCX and Markdown): each row becomes one line "column header: value; …"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bs4 import Tag

CELLS = ("td", "th")
# Tags inside a table that show it serves the layout, not data.
LAYOUT_SIGNS = ("table", "h1", "h2", "h3", "h4", "h5", "h6")
WIDEST_SPAN = 50

_FIGURE = re.compile(r"[\d\s.,:;%<>=±/()+–−-]+")


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str = ""
    is_header: bool = False
    repeated: bool = False  # the cell began in a column further left


_Grid = list[list[_Cell]]


def is_data_table(table: Tag) -> bool:
    """Tell whether `table` holds data in two or more columns; any other is read like ordinary prose."""
    if table.find(LAYOUT_SIGNS) is not None:
        return False
    # Unclosed cells nest when parsed; their rows cannot be told apart.
    if any(cell.find((*CELLS, "tr")) is not None for cell in table.find_all(CELLS)):
        return False
    return any(len(row.find_all(CELLS)) > 1 for row in table.find_all("tr"))


def table_lines(table: Tag, text_of: Callable[[Tag], str]) -> list[str]:
    """Return one line per row of a data table; `text_of` gives the clean text of one cell.

    The header is the table's thead or its leading rows of th cells; failing these, its first row when that reads like
    one (every cell but the first filled, none a mere figure). Without a header the values are joined by "; ".
    """
    rows = [row for row in table.find_all("tr") if row.find(CELLS) is not None]
    grid = _grid(rows, text_of)
    depth = _header_depth(rows, grid)
    names = [_column_name(grid[:depth], column) for column in range(max(map(len, grid)))]
    lines = (_line(row, names if depth else []) for row in grid[depth:])
    return [line for line in lines if line]


def _grid(rows: list[Tag], text_of: Callable[[Tag], str]) -> _Grid:
    """Lay the cells out in columns; a cell that spans rows stands in each, one that spans columns is marked so."""
    grid: _Grid = [[] for _ in rows]
    held: dict[tuple[int, int], _Cell] = {}
    for index, row in enumerate(rows):
        column = 0
        for tag in row.find_all(CELLS):
            column = _fill_held(grid[index], held, index, column)
            text = text_of(tag)
            height = min(_span(tag, "rowspan"), len(rows) - index)
            for offset in range(_span(tag, "colspan")):
                cell = _Cell(text, tag.name == "th", offset > 0)
                grid[index].append(cell)
                held.update({(index + below, column + offset): cell for below in range(1, height)})
            column = len(grid[index])
        _fill_held(grid[index], held, index, column)
    return grid


def _fill_held(line: list[_Cell], held: dict[tuple[int, int], _Cell], index: int, column: int) -> int:
    while (index, column) in held:
        line.append(held[index, column])
        column += 1
    return column


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value), 1), WIDEST_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _header_depth(rows: list[Tag], grid: _Grid) -> int:
    depth = 0
    for row, cells in zip(rows, grid, strict=True):
        if not (row.parent is not None and row.parent.name == "thead") and not all(cell.is_header for cell in cells):
            break
        depth += 1
    if depth == len(rows):
        return 0 if len(rows) == 1 else 1
    if depth == 0 and len(rows) > 1 and _reads_like_header(grid[0]):
        return 1
    return depth


def _reads_like_header(cells: list[_Cell]) -> bool:
    if len(cells) < 2 or any(cell.is_header for cell in cells):
        return False
    texts = [cell.text for cell in cells]
    return all(texts[1:]) and not any(_FIGURE.fullmatch(text) for text in texts if text)


def _column_name(header: _Grid, column: int) -> str:
    texts = (row[column].text for row in header if column < len(row))
    return " ".join(dict.fromkeys(text for text in texts if text))


def _line(row: list[_Cell], names: list[str]) -> str:
    shown = [(column, cell) for column, cell in enumerate(row) if cell.text and not cell.repeated]
    if names:
        if len(shown) == 1 and len(row) > 1 and all(cell.repeated for cell in row[1:]):
            return shown[0][1].text  # a row of one cell across the table is a subheading
        return "; ".join(f"{names[column]}: {cell.text}" if names[column] else cell.text for column, cell in shown)
    values = "; ".join(cell.text for _, cell in shown)
    if len(shown) > 1 and shown[0][1].is_header and not shown[1][1].is_header:
        return values.replace("; ", ": ", 1) if "; " not in shown[0][1].text else values
    return values
