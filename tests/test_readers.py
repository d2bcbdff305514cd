"""Reading of added documents: what is read, where it stands, and what is refused."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import readers
from index.readers import DocumentRefused, Reading, read_document
from index.readers import docx as readers_docx
from index.readers.model import Block, cleaned, iso_date, numbered
from index.readers.pdf import joined_lines, split_page, without_running_lines

LONG_LINE = "Tumour tissue was kept in the freezer of the hospital until the last visit of the last patient"


def texts(reading: Reading) -> list[str]:
    return [paragraph.text for paragraph in reading.paragraphs]


def locators(reading: Reading) -> list[str]:
    return [paragraph.locator for paragraph in reading.paragraphs]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DocumentRefused) as caught:
        read_document(path)
    message = str(caught.value)
    assert path.name in message
    assert message.endswith(".")
    assert "\n" not in message
    assert not re.search(r"\.\s", message), "more than one sentence"
    return message


# --- PDF ---------------------------------------------------------------------------------------------------------


def pdf_bytes(pages: list[list[str]], *, foot: bool = False, title: str = "", dated: datetime | None = None) -> bytes:
    from fpdf import FPDF

    class Sheet(FPDF):
        def header(self) -> None:
            if foot:
                self.set_font("helvetica", size=8)
                self.cell(0, 5, "Ward handbook, spring edition", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            if foot:
                self.set_y(-15)
                self.cell(0, 5, f"Leaf {self.page_no()} of {len(pages)}")

    sheet = Sheet()
    if title:
        sheet.set_title(title)
    if dated:
        sheet.set_creation_date(dated)
    for page in pages:
        sheet.add_page()
        sheet.set_font("helvetica", size=11)
        for paragraph in page:
            sheet.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
            sheet.ln(6)
    return bytes(sheet.output())


def encrypted(data: bytes, *, user: str, owner: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_pdf_pages_paragraphs_and_running_lines(tmp_path: Path) -> None:
    first = f"{LONG_LINE}. The nurse wrote down each dose by hand. It was cold."
    pages = [[first, "A second thought follows."], ["Page two has 14 words of its own."], ["The third is short."]]
    data = pdf_bytes(pages, foot=True, title="Ward handbook", dated=datetime(2024, 5, 17, tzinfo=UTC))
    reading = read_document(write(tmp_path / "hand.pdf", data))
    assert reading.title == "Ward handbook"
    assert reading.date == "2024-05-17"
    assert texts(reading) == [first, "A second thought follows.", *pages[1], *pages[2]]
    assert locators(reading) == [
        "page 1, paragraph 1",
        "page 1, paragraph 2",
        "page 2, paragraph 1",
        "page 3, paragraph 1",
    ]
    assert [paragraph.id for paragraph in reading.paragraphs] == ["page-1-p1", "page-1-p2", "page-2-p1", "page-3-p1"]
    assert {(paragraph.section, paragraph.heading) for paragraph in reading.paragraphs} == {
        (f"page {number}", f"page {number}") for number in (1, 2, 3)
    }
    assert all(paragraph.references == () for paragraph in reading.paragraphs)


def test_pdf_without_title_is_named_after_its_file(tmp_path: Path) -> None:
    assert read_document(write(tmp_path / "leaflet.pdf", pdf_bytes([["Plain words."]]))).title == "leaflet"


def test_pdf_is_known_by_its_content_under_another_suffix(tmp_path: Path) -> None:
    assert texts(read_document(write(tmp_path / "paper.txt", pdf_bytes([["Inside a PDF."]])))) == ["Inside a PDF."]


def test_pdf_that_only_restricts_printing_is_read(tmp_path: Path) -> None:
    data = encrypted(pdf_bytes([["Open to read."]]), user="", owner="boss")
    assert texts(read_document(write(tmp_path / "open.pdf", data))) == ["Open to read."]


def test_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    data = encrypted(pdf_bytes([["Closed."]]), user="secret", owner="boss")
    assert "is password-protected" in refusal(write(tmp_path / "closed.pdf", data))


def test_pdf_whose_cipher_is_not_available_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf.errors import DependencyError

    def unavailable(*_: object, **__: object) -> None:
        raise DependencyError("cryptography is required")

    monkeypatch.setattr("pypdf.PdfReader", unavailable)
    assert "encrypted" in refusal(write(tmp_path / "aes.pdf", pdf_bytes([["Closed."]])))


@pytest.mark.parametrize("foot", [False, True], ids=["blank", "only running lines"])
def test_scanned_pdf_is_refused(tmp_path: Path, foot: bool) -> None:
    message = refusal(write(tmp_path / "scan.pdf", pdf_bytes([[], [], []], foot=foot)))
    assert "has no text layer" in message
    assert "run OCR first" in message


@pytest.mark.parametrize("damage", ["cut", "junk"])
def test_damaged_pdf_is_refused_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    whole = pdf_bytes([["Words."]])
    data = whole[:60] if damage == "cut" else b"%PDF-1.7\n" + bytes(range(256)) * 40
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert "is damaged" in refusal(write(tmp_path / "torn.pdf", data))
    assert not seen
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("pypdf").level == logging.NOTSET


def test_lines_join_without_losing_the_hyphen_of_a_compound() -> None:
    known = frozenset({"radio-therapy"})
    assert (
        joined_lines(["The treat-", "ment was progression-", "free."], known) == "The treatment was progression-free."
    )
    assert joined_lines(["radio-", "therapy with FOLFOX-", "6, RAS-", "Mutant"], known) == (
        "radio-therapy with FOLFOX-6, RAS-Mutant"
    )
    assert joined_lines(["dose re\u00adduc\u00ad", "tion in 3-", "month steps"], known) == (
        "dose reduction in 3-month steps"
    )
    assert joined_lines(["a gap -", "then more"], known) == "a gap - then more"


def test_page_without_blank_lines_splits_after_short_sentence_ends() -> None:
    lines = [
        LONG_LINE,
        LONG_LINE,
        "and then it ended.",
        "Next came " + LONG_LINE,
        "of the trial.",
        "• a point",
        "• more",
    ]
    assert [len(paragraph) for paragraph in split_page(lines)] == [3, 2, 1, 1]


def test_blank_lines_split_a_page_but_not_a_sentence() -> None:
    lines = ["", "One half of it", " ", "goes on here.", "", "Another thought", "still running.", ""]
    assert split_page(lines) == [["One half of it", "goes on here."], ["Another thought", "still running."]]


def test_blank_line_after_every_line_tells_nothing() -> None:
    lines = [entry for number in range(9) for entry in (f"{LONG_LINE} {number}", "")]
    assert len(split_page(lines)) == 1


def test_running_lines_need_three_pages_and_only_go_at_the_edges() -> None:
    body = ["a", "b", "c"]
    pages = [["HEAD", *body, "1"], ["HEAD", *body, "2"]]
    assert without_running_lines(pages) == pages
    inner = [[f"{n} top", f"{n} x", f"{n} y", "same", f"{n} z", f"{n * n} v", f"{n * n} w"] for n in (11, 23, 37)]
    assert without_running_lines(inner) == inner
    numbered_pages = [["Journal", f"only {'abcd'[n]}", f"{n + 41}"] for n in range(4)]
    assert without_running_lines(numbered_pages) == [[f"only {'abcd'[n]}"] for n in range(4)]


def test_figures_at_the_page_edge_are_not_taken_for_page_numbers() -> None:
    pages = [[f"text {'abc'[n]}", f"{value} patients"] for n, value in enumerate((12, 40, 7))]
    assert without_running_lines(pages) == pages


# --- DOCX --------------------------------------------------------------------------------------------------------


def docx_bytes(*, with_text: bool = True, title: str = "Clinic notes") -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.created = datetime(2023, 11, 2, 8, 30, tzinfo=UTC)
    if with_text:
        document.add_heading("Notes of the clinic", level=0)
        document.add_paragraph("A word before anything else.")
        document.add_heading("Doses", level=1)
        document.add_paragraph("Start low and go up by week.")
        document.add_heading("Weekly steps", level=2)
        for item in ("Rash", "Mouth sores", "Call the nurse if the skin of the palms turns red"):
            document.add_paragraph(item, style="List Bullet")
        table = document.add_table(rows=0, cols=2)
        for row in (("Week", "Milligrams"), ("1", "80"), ("2", "120")):
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = value
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def archive_bytes(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_docx_headings_list_table_and_properties(tmp_path: Path) -> None:
    reading = read_document(write(tmp_path / "clinic.docx", docx_bytes()))
    assert (reading.title, reading.date) == ("Clinic notes", "2023-11-02")
    assert texts(reading) == [
        "A word before anything else.",
        "Start low and go up by week.",
        "Rash; Mouth sores",
        "Call the nurse if the skin of the palms turns red",
        "Week: 1; Milligrams: 80",
        "Week: 2; Milligrams: 120",
    ]
    assert [paragraph.section for paragraph in reading.paragraphs] == [
        "Notes of the clinic",
        "Doses",
        *["Doses › Weekly steps"] * 4,
    ]
    assert locators(reading)[-1] == "Doses › Weekly steps, paragraph 4"
    assert reading.paragraphs[-1].id == "doses-weekly-steps-p4"


def test_docx_without_title_takes_its_first_heading(tmp_path: Path) -> None:
    assert read_document(write(tmp_path / "c.docx", docx_bytes(title=""))).title == "Notes of the clinic"


def test_docx_is_known_by_its_content(tmp_path: Path) -> None:
    assert read_document(write(tmp_path / "clinic.bin", docx_bytes())).title == "Clinic notes"


def test_docx_without_text_is_refused(tmp_path: Path) -> None:
    assert "contains no text" in refusal(write(tmp_path / "void.docx", docx_bytes(with_text=False)))


def test_docx_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_docx, "MAX_UNPACKED_BYTES", 2 * 1024 * 1024)
    data = archive_bytes({"word/document.xml": b"<w/>", "word/media/big.bmp": bytes(2 * 1024 * 1024)})
    assert len(data) < 10_000
    assert "unpacks to more than 2 MB" in refusal(write(tmp_path / "bomb.docx", data))


def test_damaged_docx_is_refused(tmp_path: Path) -> None:
    whole = docx_bytes()
    assert "is damaged" in refusal(write(tmp_path / "cut.docx", whole[: len(whole) // 2]))
    broken = archive_bytes({"word/document.xml": b"<w:document><unclosed>"})
    assert "is damaged" in refusal(write(tmp_path / "broken.docx", broken))


# --- HTML and Markdown -------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>Care at home</title><meta name="dc.date" content="2022-03">
<style>p {color: red}</style><script>var a = "code";</script></head><body>
<nav><ul><li>Start page of the site</li></ul></nav>
<h1>Care at <em>home</em></h1><p>Drink   enough&nbsp;water.<!-- never shown --></p>
<div>Loose words<p>come before <b>bold</b> ones.</div>
<h2>Food</h2><ul><li>Rice<li>Bread<li>Eat small meals more often than before</ul>
<p>Line one<br>line two<br><br>A new thought</p><p hidden>Invisible.</p><p style="display: none">Hidden too.</p>
<h2>Sleep</h2><p>Counts of 10<sup>9</sup>/L and 5 mg/m<sup>2</sup>.</p>
<h1>Food</h1><p>Said again.</p></body></html>"""


def test_html_walk(tmp_path: Path) -> None:
    reading = read_document(write(tmp_path / "care.html", PAGE))
    assert (reading.title, reading.date) == ("Care at home", "2022-03")
    assert [(paragraph.section, paragraph.text) for paragraph in reading.paragraphs] == [
        ("Care at home", "Drink enough water."),
        ("Care at home", "Loose words"),
        ("Care at home", "come before bold ones."),
        ("Care at home › Food", "Rice; Bread"),
        ("Care at home › Food", "Eat small meals more often than before"),
        ("Care at home › Food", "Line one line two"),
        ("Care at home › Food", "A new thought"),
        ("Care at home › Sleep", "Counts of 10^9/L and 5 mg/m2."),
        ("Food", "Said again."),
    ]


def html_texts(tmp_path: Path, body: str) -> list[str]:
    return texts(read_document(write(tmp_path / "t.html", body)))


def test_html_table_header_spans_and_row_headers(tmp_path: Path) -> None:
    table = """<table><caption>Outcomes by arm</caption>
    <thead><tr><th rowspan="2">Arm</th><th colspan="2">Months</th></tr><tr><th>alive</th><th>stable</th></tr></thead>
    <tr><td rowspan="2">Blue</td><td>9.1</td><td>4.0</td></tr><tr><td>8.7</td><td></td></tr>
    <tr><td colspan="3">Later entries</td></tr></table>"""
    assert html_texts(tmp_path, table) == [
        "Outcomes by arm",
        "Arm: Blue; Months alive: 9.1; Months stable: 4.0",
        "Arm: Blue; Months alive: 8.7",
        "Later entries",
    ]
    rows = "<table><tr><th>Sponsor</th><td>A charity</td></tr><tr><th>Phase</th><td>3</td></tr></table>"
    assert html_texts(tmp_path, rows) == ["Sponsor: A charity", "Phase: 3"]


def test_html_table_without_header_or_for_layout(tmp_path: Path) -> None:
    figures = "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert html_texts(tmp_path, figures) == ["1; 2", "3; 4"]
    layout = "<table><tr><td><h2>Left</h2><p>One side.</p></td><td>Other side.</td></tr></table>"
    assert html_texts(tmp_path, layout) == ["One side.", "Other side."]
    unclosed = "<table><tr><td>first<td>second<tr><td>third<td>fourth</table>"
    assert html_texts(tmp_path, unclosed) == ["first", "second", "third", "fourth"]


def test_deeply_nested_html_is_read(tmp_path: Path) -> None:
    assert html_texts(tmp_path, "<div>" * 5000 + "At the bottom." + "</div>" * 5000) == ["At the bottom."]


def test_html_without_visible_text_is_refused(tmp_path: Path) -> None:
    assert "contains no text" in refusal(write(tmp_path / "blank.html", "<html><script>x()</script></html>"))


def test_sections_of_the_same_heading_keep_ids_and_locators_apart(tmp_path: Path) -> None:
    page = "<h1>Aim</h1><p>One.</p><h1>Aim</h1><p>Two.</p><h1>Aim 2</h1><p>Three.</p><h1>目的</h1><p>Four.</p>"
    reading = read_document(write(tmp_path / "same.htm", page))
    assert [paragraph.id for paragraph in reading.paragraphs] == ["aim-p1", "aim-2-p1", "aim-2-2-p1", "section-p1"]
    assert locators(reading)[:2] == ["Aim, paragraph 1", "Aim (2), paragraph 1"]
    assert [paragraph.section for paragraph in reading.paragraphs] == ["Aim", "Aim", "Aim 2", "目的"]


MARKDOWN = """---
title: "Rules of the ward"
date: 2021-09-30
---

Before any heading.

# Rules

## Visits

Two people at
a time.

- Flowers
- Fruit

| Day | Hours |
|-----|-------|
| Monday | 2 to 4 |
| Friday | 3 to 5 |

<script>alert(1)</script>
"""


def test_markdown_front_matter_headings_and_table(tmp_path: Path) -> None:
    reading = read_document(write(tmp_path / "rules.md", MARKDOWN))
    assert (reading.title, reading.date) == ("Rules of the ward", "2021-09-30")
    assert [(paragraph.section, paragraph.text) for paragraph in reading.paragraphs] == [
        ("text", "Before any heading."),
        ("Rules › Visits", "Two people at a time."),
        ("Rules › Visits", "Flowers; Fruit"),
        ("Rules › Visits", "Day: Monday; Hours: 2 to 4"),
        ("Rules › Visits", "Day: Friday; Hours: 3 to 5"),
    ]
    assert locators(reading)[0] == "text, paragraph 1"


def test_markdown_without_front_matter_takes_its_first_heading_and_no_date(tmp_path: Path) -> None:
    reading = read_document(write(tmp_path / "n.markdown", "Intro.\n\nMain point\n==========\n\nBody of it."))
    assert (reading.title, reading.date) == ("Main point", None)


def test_deeply_nested_markdown_list_loses_nothing(tmp_path: Path) -> None:
    items = [f"{'  ' * depth}- the entry at depth {depth}" for depth in range(20)]
    reading = read_document(write(tmp_path / "deep.md", "\n".join(items)))
    assert texts(reading) == [f"the entry at depth {depth}" for depth in range(20)]


# --- plain text --------------------------------------------------------------------------------------------------

PLAIN = "Caf\u00e9 for the relatives\r\nis on floor two.\r\n \r\nIt opens at nine."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    reading = read_document(write(tmp_path / "house rules.txt", PLAIN.encode(encoding)))
    assert (reading.title, reading.date) == ("house rules", None)
    assert texts(reading) == ["Caf\u00e9 for the relatives is on floor two.", "It opens at nine."]
    assert [paragraph.id for paragraph in reading.paragraphs] == ["text-p1", "text-p2"]
    assert locators(reading) == ["text, paragraph 1", "text, paragraph 2"]


# --- refusals for files of any kind ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("fake.pdf", b"just words", "is not a PDF"),
        ("fake.docx", b"just words", "is not a DOCX"),
        ("old.doc", readers.OLE_MARK + bytes(40), "is an old Word file"),
        ("locked.docx", readers.OLE_MARK + bytes(40), "is password-protected or an old Word file"),
        ("sheet.docx", archive_bytes({"xl/workbook.xml": b"<x/>"}), "is damaged or not a Word document"),
        ("sheet.xlsx", archive_bytes({"xl/workbook.xml": b"<x/>"}), "is of a kind that cannot be read"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(30), "is of a kind that cannot be read"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(30), "is not text"),
        ("noise.md", bytes(range(1, 32)) * 20, "is not text"),
        ("undefined.html", b"caf\xe9 \x81\x8d", "is not text"),
        ("nothing.txt", b"", "is empty"),
        ("nothing.pdf", b"", "is empty"),
        ("blank.md", b"\xef\xbb\xbf \n\t\n", "is empty"),
        ("blank16.txt", "\n \n".encode("utf-16"), "is empty"),
    ],
)
def test_refusals(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    assert expected in refusal(write(tmp_path / name, content))


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    assert "was not found" in refusal(tmp_path / "gone.pdf")
    folder = tmp_path / "papers"
    folder.mkdir()
    assert "is a folder" in refusal(folder)


def test_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "atlas.pdf"
    with path.open("wb") as file:
        file.truncate(readers.MAX_BYTES + 1)
    monkeypatch.setattr(Path, "open", _failing(AssertionError("was opened")))
    assert "is larger than 50 MB" in refusal(path)


@pytest.mark.parametrize(
    ("error", "expected"),
    [(PermissionError(13, "Permission denied"), "may not be read"), (OSError(5, "Input/output error"), "could not be")],
)
def test_unreadable_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str
) -> None:
    path = write(tmp_path / "private.txt", "words")
    monkeypatch.setattr(Path, "open", _failing(error))
    assert expected in refusal(path)


def _failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_name_with_a_line_break_stays_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused, match=r"^'two lines\.xls' is of a kind") as caught:
        read_document(write(tmp_path / "two\nlines.xls", "words"))
    assert "\n" not in str(caught.value)


# --- shared pieces -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("D:20240517083000+02'00'", "2024-05-17"),
        ("D:20240517083000Z", "2024-05-17"),
        ("D:202405", "2024-05"),
        ("D:2024", "2024"),
        ("2024-05-17T08:30:00Z", "2024-05-17"),
        ("2024/5/7", "2024-05-07"),
        ("2024-05", "2024-05"),
        ("2024-13-01", None),
        ("20240230", None),
        ("0001-01-01", None),
        ("May 2024", None),
        ("", None),
        (None, None),
    ],
)
def test_iso_date(raw: object, expected: str | None) -> None:
    assert iso_date(raw) == expected


def test_cleaned_text_keeps_superscript_digits() -> None:
    assert cleaned(" ef\ufb01\u00adcacy \u200b of\u00a010⁹\ud800 non\u2011stop\n") == "efficacy of 10⁹ non-stop"


def test_ids_stay_unique_and_short() -> None:
    heading = "A very long heading " * 12
    paragraphs = numbered([Block(section, heading, "x") for section in (1, 1, 2, 3)])
    assert len({paragraph.id for paragraph in paragraphs}) == 4
    assert len({paragraph.locator for paragraph in paragraphs}) == 4
    assert all(len(paragraph.id) < 70 for paragraph in paragraphs)
