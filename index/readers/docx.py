"""DOCX: checked as an archive first, then turned into HTML by mammoth and read by the walk for HTML."""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from index.readers.markup import reading_of_html
from index.readers.model import Reading, iso_date, refused, usable_title

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_PROPERTIES_BYTES = 1024 * 1024
PROPERTIES_PART = "docProps/core.xml"
TITLE_TAG = "{http://purl.org/dc/elements/1.1/}title"
DATE_TAGS = ("{http://purl.org/dc/terms/}created", "{http://purl.org/dc/terms/}modified")

_MAIN_PART = re.compile(r"word/document\d*\.xml")
_STYLE_MAP = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_NOTES = re.compile(r'<ol><li id="(?:footnote|endnote)-')
_BACK_LINK = re.compile(r'<a href="#(?:footnote|endnote)-ref-[^"]*">[^<]*</a>')


def is_docx(data: bytes) -> bool:
    """Tell whether `data` is a zip archive with a main Word part."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(_MAIN_PART.fullmatch(name) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_docx(path: Path, data: bytes) -> Reading:
    """Read a DOCX file given as bytes; title and date come from its core properties.

    Raises DocumentRefused if it is damaged, unpacks to more than MAX_UNPACKED_BYTES or has no text.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            limit = MAX_UNPACKED_BYTES // (1024 * 1024)
            raise refused(
                path, f"unpacks to more than {limit} MB: add a smaller document, such as one without pictures"
            )
        try:
            title, dated = _properties(archive)
            html = _html(data)
        # mammoth and its XML reader fail on damaged parts with whatever error comes first.
        except Exception as error:
            raise refused(path, "is damaged: open it in Word, save it again as .docx and add that") from error
    return reading_of_html(path, html, title=title, dated=dated)


def _properties(archive: zipfile.ZipFile) -> tuple[str, str | None]:
    if PROPERTIES_PART not in archive.namelist():
        return "", None
    if archive.getinfo(PROPERTIES_PART).file_size > MAX_PROPERTIES_BYTES:
        return "", None
    root = ElementTree.fromstring(archive.read(PROPERTIES_PART))
    dates = (iso_date(root.findtext(tag)) for tag in DATE_TAGS)
    return usable_title(root.findtext(TITLE_TAG)), next((value for value in dates if value), None)


def _html(data: bytes) -> str:
    """Return the body as HTML, pictures left out (they are never opened, linked ones included), notes headed."""
    mammoth = importlib.import_module("mammoth")  # by name: the package has no type information
    result = mammoth.convert_to_html(io.BytesIO(data), style_map=_STYLE_MAP, convert_image=lambda image: [])
    html = _BACK_LINK.sub("", str(result.value))
    return _NOTES.sub(lambda match: f"<h1>Notes</h1>{match[0]}", html, count=1)
