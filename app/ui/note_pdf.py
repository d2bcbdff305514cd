"""The note as a PDF (the only fpdf2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.ui.note import Block, Bullets, Grid, Heading, Note, Text
from app.ui.plots import font_folder

_FONT = "DejaVu"
_SIZES = {1: 17, 2: 13, 3: 10.5}
# Narrow columns and wide ones, by their headings.
_WIDTHS = {"No.": 8, "Date": 16, "Test": 14, "Source": 26, "Place": 30, "From": 40, "How common": 30, "Option": 40}
_WIDE = 60


def note_pdf(note: Note) -> bytes:
    """The file's bytes: A4, numbered pages, no author and no hour."""
    from fpdf import FPDF

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(_FONT, size=8)
            self.cell(0, 6, f"{self.page_no()} / {{nb}}", align="C")

    pdf = Pages(format="A4")
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        pdf.add_font(_FONT, style, font_folder() / name)
    pdf.set_creation_date(datetime(2024, 1, 1, tzinfo=UTC))
    pdf.set_title("Tumour-board note")
    pdf.set_auto_page_break(True, margin=16)
    pdf.add_page()
    for block in note.blocks:
        _write(pdf, block)
    return bytes(pdf.output())


def _write(pdf: Any, block: Block) -> None:
    pdf.set_font(_FONT, size=9)
    match block:
        case Heading(level, text):
            pdf.ln(2)
            pdf.set_font(_FONT, "B", _SIZES[level])
            pdf.multi_cell(0, None, text, new_x="LMARGIN", new_y="NEXT", align="L")
            pdf.ln(1)
        case Text(text):
            pdf.multi_cell(0, None, text, new_x="LMARGIN", new_y="NEXT", align="L")
            pdf.ln(1)
        case Bullets(items):
            for item in items:
                pdf.multi_cell(0, None, f"•  {item}", new_x="LMARGIN", new_y="NEXT", align="L")
            pdf.ln(1)
        case Grid(head, rows):
            pdf.set_font(_FONT, size=8)
            widths = tuple(_WIDTHS.get(name, _WIDE) for name in head)
            with pdf.table(col_widths=widths, text_align="LEFT", line_height=4.2, padding=0.8) as table:
                for line in (head, *rows):
                    row = table.row()
                    for words in line:
                        row.cell(words)
            pdf.ln(2)
