"""HTML and Markdown: one walk over the structure of HTML, which DOCX files go through as well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from index.readers.model import Block, Reading, cleaned, iso_date, numbered, refused, usable_title
from index.readers.table import is_data_table, table_lines

HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu"})
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form header hr html legend li main p pre section summary table tbody td tfoot th thead tr".split()
).union(HEADINGS, LISTS)
DROPPED = frozenset(
    "script style nav noscript template head title meta link iframe svg canvas object button select textarea".split()
)
DATE_NAMES = (
    "citation_publication_date",
    "citation_date",
    "article:published_time",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "dcterms.created",
    "date",
)
HEADING_JOINT = " › "
LONGEST_HEADING = 200
SHORT_ITEM_WORDS = 4
DEEPEST_MARKDOWN = 100  # the parser leaves out what is nested deeper; its own limit of 20 drops real lists

# Marks within collected text; control characters cannot occur in a document that was accepted.
_BREAK, _RAISED = "\x0b", "\x0e"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}\s*{_BREAK}")
# "10<sup>9</sup>" must not read 109, nor "6.4<sup>12</sup>" (a citation) 6.412.
_RAISED_FIGURE = re.compile(rf"(?<=\d){_RAISED}(?=[\d+−–-])")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"\w[\w .-]*:.*|[\s#-].*|")


@dataclass(frozen=True, slots=True)
class _Draft:
    block: Block
    list_serial: int | None


def read_html(path: Path, html: str) -> Reading:
    """Read an HTML page; the date comes from its meta tags. Raises DocumentRefused if it is broken or has no text."""
    return reading_of_html(path, html)


def read_markdown(path: Path, text: str) -> Reading:
    """Read Markdown (CommonMark with tables); title and date may come from front matter. Raises DocumentRefused."""
    from markdown_it import MarkdownIt

    fields: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front is not None and all(_FRONT_LINE.fullmatch(line) for line in front[1].splitlines()):
        pairs = (line.split(":", 1) for line in front[1].splitlines() if ":" in line)
        fields = {name.strip().lower(): value.strip().strip("\"'") for name, value in pairs}
        text = text[front.end() :]
    html = MarkdownIt("commonmark", {"maxNesting": DEEPEST_MARKDOWN}).enable("table").render(text)
    return reading_of_html(path, html, title=usable_title(fields.get("title")), dated=iso_date(fields.get("date")))


def reading_of_html(path: Path, html: str, *, title: str = "", dated: str | None = None) -> Reading:
    """Turn HTML into a Reading; `title` and `dated` win over what the HTML says. Raises DocumentRefused."""
    try:
        soup = BeautifulSoup(html, "html.parser")
    except AssertionError as error:  # how bs4 reports markup that html.parser gives up on
        raise refused(path, "has broken markup: save it again as a clean HTML page and add that") from error
    walk = _Walk()
    walk.run(soup)
    blocks = _short_items_joined(walk.drafts)
    if not blocks:
        raise refused(path, "contains no text: add a file that has some")
    found = title or usable_title(_page_title(soup)) or walk.first_heading or cleaned(path.stem)
    return Reading(title=found, date=dated or _page_date(soup), paragraphs=numbered(blocks))


class _Walk:
    """Goes through a page in reading order and collects its paragraphs under their headings."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.first_heading = ""
        self._text: list[str] = []
        self._path: list[tuple[int, str]] = []
        self._section = 0
        self._open_level: int | None = None
        self._lists: list[int] = []
        self._list_count = 0

    def run(self, root: Tag) -> None:
        """Walk without recursion: pages can be nested deeper than Python's stack."""
        stack: list[tuple[PageElement, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if isinstance(node, Tag):
                if leaving:
                    self._leave(node)
                elif self._enter(node):
                    stack.append((node, True))
                    stack.extend((child, False) for child in reversed(node.contents))
            elif type(node) is NavigableString:  # its subclasses are comments, scripts and the like
                self._text.append(str(node).replace(_BREAK, " ").replace(_RAISED, ""))
        self._flush()

    def _enter(self, tag: Tag) -> bool:
        """Open `tag`; False if its content is not to be walked (dropped, or a table read by rows)."""
        if _is_dropped(tag):
            return False
        if tag.name == "br":
            self._text.append(_BREAK)
        elif tag.name == "sup":
            self._text.append(_RAISED)
        if tag.name not in BLOCKS:
            return True
        self._flush()
        if tag.name in HEADINGS:
            self._open_level = HEADINGS[tag.name]
        elif tag.name in LISTS:
            self._list_count += 1
            self._lists.append(self._list_count)
        elif tag.name == "table" and is_data_table(tag):
            self._add_table(tag)
            return False
        return True

    def _leave(self, tag: Tag) -> None:
        if tag.name not in BLOCKS:
            return
        self._flush()
        if tag.name in HEADINGS:
            self._open_level = None
        elif tag.name in LISTS:
            self._lists.pop()

    def _add_table(self, table: Tag) -> None:
        caption = table.find("caption")
        lines = [_inner_text(caption)] if caption is not None else []
        for line in lines + table_lines(table, _inner_text):
            self._add(line, in_list=False)

    def _flush(self) -> None:
        collected = _RAISED_FIGURE.sub("^", "".join(self._text))
        self._text.clear()
        for part in _PARAGRAPH_BREAK.split(collected):
            text = cleaned(part)
            if text and self._open_level is not None and len(text) <= LONGEST_HEADING:
                self._set_heading(self._open_level, text)
            elif text:
                self._add(text, in_list=True)

    def _set_heading(self, level: int, text: str) -> None:
        self._open_level = None
        self.first_heading = self.first_heading or text
        self._path = [entry for entry in self._path if entry[0] < level] + [(level, text)]
        self._section += 1

    def _add(self, text: str, *, in_list: bool) -> None:
        if text:
            heading = HEADING_JOINT.join(name for _, name in self._path)
            serial = self._lists[-1] if in_list and self._lists else None
            self.drafts.append(_Draft(Block(self._section, heading, text), serial))


def _short_items_joined(drafts: list[_Draft]) -> list[Block]:
    """Join runs of list items of fewer than SHORT_ITEM_WORDS words: alone they say too little to be found or cited."""
    blocks: list[Block] = []
    previous: int | None = None  # the list of the short item that the last block ends with
    for draft in drafts:
        serial = draft.list_serial if len(draft.block.text.split()) < SHORT_ITEM_WORDS else None
        if serial is not None and serial == previous and blocks[-1].section == draft.block.section:
            joined = f"{blocks[-1].text.rstrip(',;')}; {draft.block.text}"
            blocks[-1] = Block(draft.block.section, draft.block.heading, joined)
        else:
            blocks.append(draft.block)
        previous = serial
    return blocks


def _inner_text(tag: Tag) -> str:
    walk = _Walk()
    walk.run(tag)
    return " ".join(draft.block.text for draft in walk.drafts)


def _is_dropped(tag: Tag) -> bool:
    """Text that a reader of the page would not see or that is no part of the document."""
    if tag.name in DROPPED or tag.has_attr("hidden"):
        return True
    style = re.sub(r"\s", "", str(tag.get("style", ""))).lower()
    return "display:none" in style or "visibility:hidden" in style


def _page_title(soup: BeautifulSoup) -> str:
    titles = (tag for tag in soup.find_all("title") if tag.find_parent("svg") is None)
    first = next(titles, None)
    return "" if first is None else first.get_text()


def _page_date(soup: BeautifulSoup) -> str | None:
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or "").lower()
        found.setdefault(name, str(tag.get("content") or ""))
    dates = (iso_date(found.get(name)) for name in DATE_NAMES)
    return next((value for value in dates if value), None)
