"""The note as a Word file (the only python-docx)."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from app.ui.note import Bullets, Grid, Heading, Note, Text


def note_docx(note: Note) -> bytes:
    """The file's bytes; it names no author and no hour."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.size = Pt(10)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "Lateline", "Tumour-board note", ""
    properties.created = properties.modified = datetime(2024, 1, 1, tzinfo=UTC)
    for block in note.blocks:
        match block:
            case Heading(level, text):
                document.add_heading(text, level - 1)
            case Text(text):
                document.add_paragraph(text)
            case Bullets(items):
                for item in items:
                    document.add_paragraph(item, style="List Bullet")
            case Grid(head, rows):
                table = document.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
                for cell, words in zip(table.rows[0].cells, head, strict=True):
                    cell.text = words
                for row in rows:
                    for cell, words in zip(table.add_row().cells, row, strict=True):
                        cell.text = words
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
