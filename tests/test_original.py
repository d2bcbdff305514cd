"""The parser of a user's own copy: every rule on small made-up texts, then the real article where it is at hand."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path

import pytest

from index.original import Original, OriginalUnreadable, join_lines, parse_original, read_original
from index.original_tables import squash
from index.records import Paragraph
from index.references import references_in

REVIEW = Path(__file__).parents[2] / "shared/review/review.txt"
COUNTS = {
    "abstract": 2, "1": 4, "2.1": 13, "2.2": 5, "3": 2, "4": 1, "5": 3,
    "6": 3, "7": 5, "8": 5, "9": 2, "10": 7, "11": 1,
}  # fmt: skip
TITLES = {
    "1": "Introduction",
    "2": "Systemic Treatment of Dragons",
    "2.1": "Unselected Dragons",
    "2.2": "Randomized Trials of Sheep",
    "3": "Immunotherapy",
    "4": "A Selected Subgroup",
    "5": "Re-Challenge",
    "6": "KRAS",
    "7": "BRAF",
    "8": "HER2",
    "9": "TRK",
    "10": "Discussion",
    "11": "Conclusions",
}
LONG = (
    "The keepers of the northern valley counted their dragons in every spring and wrote the sums into a large book "
    "that nobody else was allowed to read, because the numbers had a way of making visitors rather nervous."
)


def fill(text: str) -> str:
    """Break made-up prose into lines of the article's usual width, only at spaces."""
    return textwrap.fill(text, 80, break_on_hyphens=False, break_long_words=False)


def article(titles: dict[str, str] | None = None, **bodies: str) -> str:
    """A whole made-up article; `s3="..."` gives the body of section 3, `s2_1` that of 2.1."""
    parts = ["Simple Summary: Short for all.\n\nAbstract: Long for some.\n\nKeywords: dragon; sheep"]
    for number, title in {**TITLES, **(titles or {})}.items():
        body = bodies.get("s" + number.replace(".", "_"), "" if number == "2" else fill(LONG))
        parts.append(f"{number}. {title}" + (f"\n\n{body}" if body else ""))
    return "\n\n".join(parts)


def section(original: Original, number: str) -> list[Paragraph]:
    return [paragraph for paragraph in original.paragraphs if paragraph.section == number]


def texts(body: str) -> list[str]:
    return [paragraph.text for paragraph in section(parse_original(article(s3=body)), "3")]


def test_ids_headings_and_locators() -> None:
    original = parse_original(article())
    first, second, third = original.paragraphs[:3]
    assert (first.id, first.text, first.locator) == ("abstract-p1", "Short for all.", "Abstract, paragraph 1")
    assert (second.id, second.text, second.heading) == ("abstract-p2", "Long for some.", "Abstract")
    assert (third.id, third.section, third.locator) == ("1-p1", "1", "§1, paragraph 1")
    assert not section(original, "2")
    assert section(original, "2.1")[0].heading == "Unselected Dragons"
    assert "Keywords" not in str(original)


def test_abstract_keeps_its_number_without_the_summary() -> None:
    text = article().replace("Simple Summary: Short for all.", "")
    assert parse_original(text).paragraphs[0].id == "abstract-p2"


def test_heading_over_two_lines() -> None:
    title = "Randomized Trials That Asked Far Too Many Questions of a Rather\nShy Sheep"
    original = parse_original(article({"2.2": title}))
    assert section(original, "2.2")[0].heading == title.replace("\n", " ")
    assert [paragraph.text for paragraph in section(original, "2.2")] == [LONG]


def test_heading_without_blank_line_and_at_page_start() -> None:
    text = article(s9="Nothing here.").replace("Nothing here.\n\n10. ", "Nothing here.\n 10. ")
    original = parse_original(
        text.replace("2. Systemic Treatment of Dragons\n\n", "2. Systemic Treatment of Dragons\n")
    )
    assert [paragraph.text for paragraph in section(original, "9")] == ["Nothing here."]
    assert section(original, "10")[0].heading == "Discussion"
    assert section(original, "2.1")[0].text == LONG


def test_back_matter_is_left_out() -> None:
    original = parse_original(article() + "\n\nFunding: A purse of gold.\n\nReferences\n\n1. Sheep, A. A book.\n")
    assert [paragraph.text for paragraph in section(original, "11")] == [LONG]


@pytest.mark.parametrize(
    ("lines", "elsewhere", "joined"),
    [
        (["some indi-", "viduals"], "individuals", "some individuals"),
        (["a differentia-", "tion here"], "", "a differentiation here"),
        (["‘real-", "world’ use"], "real-world", "‘real-world’ use"),
        (["real-", "world"], "", "real-world"),
        (["anti-", "angiogenic"], "", "anti-angiogenic"),
        (["anti-", "EGFR"], "antiegfr", "anti-EGFR"),
        (["(en-", "corafenib)"], "encorafenib", "(encorafenib)"),
        (["re-", "challenge"], "challenge", "re-challenge"),
        (["re-", "gimen"], "", "regimen"),
        (["dual-", "target"], "dual-target", "dual-target"),
        (["a one-size-fits-", "all cap"], "one-size-fits-all", "a one-size-fits-all cap"),
        (["a 3-", "year plan"], "", "a 3-year plan"),
        (["V600E-", "mutated"], "", "V600E-mutated"),
        (["from 10.6–", "24.1"], "", "from 10.6–24.1"),
        (["the first-", "and second-line"], "", "the first- and second-line"),
        (["soft\u00ad", "ware"], "", "software"),
        (["plain", "words"], "", "plain words"),
    ],
)
def test_hyphens_at_line_ends(lines: list[str], elsewhere: str, joined: str) -> None:
    terms = Counter({"one-size": 1, "size-fits": 1, "fits-all": 1} if elsewhere.count("-") == 3 else [elsewhere])
    assert join_lines(lines, terms) == joined


def test_the_text_itself_settles_hyphens() -> None:
    body = "We saw wild-type dragons and some wild dragons. A keeper of wild-\ntype dragons met the kee-\nper of sheep."
    assert texts(body)[0].endswith("A keeper of wild-type dragons met the keeper of sheep.")


def test_paragraphs_part_at_blank_lines_after_a_sentence() -> None:
    assert texts("One ends in a hospital.\n\nmCRC is a name. See Fig.\n\n2 for more.") == [
        "One ends in a hospital.",
        "mCRC is a name. See Fig. 2 for more.",
    ]


@pytest.mark.parametrize("mark", ["\n ", "\n\f", "\f"])
def test_page_break_in_mid_sentence(mark: str) -> None:
    assert texts(f"The old dragon slept in{mark}273 caves (p < 0.001), which\nwas a record.") == [
        "The old dragon slept in 273 caves (p < 0.001), which was a record."
    ]


def test_page_break_in_mid_word() -> None:
    assert texts("A more person-\n alized cave.") == ["A more personalized cave."]


def test_page_break_between_sentences() -> None:
    full = fill(LONG).split("\n")[0][:-8] + " ended."
    assert len(texts(f"{full}\n The same paragraph goes on.")) == 1
    assert len(texts("A short last line.\n The next paragraph.")) == 2


TABLE = (
    "Table 1. Dragons by valley.\n\nValley N\n\nNorth 12 3.4\n 7.2 1.02 \n \nSouth 8\n\n"
    "Abbreviations: N = number of dragons,\nND = not done."
)


def test_table_in_mid_sentence() -> None:
    original = parse_original(article(s3=f"The dragons were counted in\n\n{TABLE}\n\nvalleys of all kinds."))
    assert [paragraph.text for paragraph in section(original, "3")] == [
        "The dragons were counted in valleys of all kinds."
    ]
    (table,) = original.tables
    assert (table.number, table.caption) == ("1", "Dragons by valley.")
    assert table.text.startswith("Valley N") and table.text.endswith("ND = not done.")
    assert "North 12 3.4\n7.2 1.02" in table.text


def test_table_between_paragraphs_and_its_mention_at_line_start() -> None:
    body = f"Here is a sum.\n {TABLE}\n\nTable 1 describes dragons, as does\nTable 1. No other table does."
    assert texts(body) == ["Here is a sum.", "Table 1 describes dragons, as does Table 1. No other table does."]


def test_table_without_abbreviations_ends_where_prose_resumes() -> None:
    body = f"A start.\n\n{TABLE.split('Abbreviations', maxsplit=1)[0]}ADC 28 0\n {fill(LONG)}"
    original = parse_original(article(s3=body))
    assert [paragraph.text for paragraph in section(original, "3")] == ["A start.", LONG]
    assert original.tables[0].text.endswith("ADC 28 0")


def test_table_that_goes_on_under_a_second_caption() -> None:
    original = parse_original(article(s3=f"A start.\n\nTable 1. Dragons.\n\nEast 5\n\n{TABLE}\n\nAn end."))
    assert len(original.tables) == 1
    assert original.tables[0].text.startswith("East 5\nValley N")


def test_overlaid_fragments_leave_table_and_prose() -> None:
    prose = fill(LONG)
    second, third = prose.split("\n")[1:3]
    inside = TABLE.replace("South 8", f"South 8\n {second} \n{third}\n West 9")
    inside = inside.replace("dragons,\nND", f"dragons,\n {second}\nND")
    body = f"{prose}\n\n{inside}\n\n{second}\n{third}\n\nAfter the table."
    original = parse_original(article(s3=body, s1="A start.", s2_1="B.", s2_2="C."))
    assert [paragraph.text for paragraph in section(original, "3")] == [LONG, "After the table."]
    assert second not in original.tables[0].text and third not in original.tables[0].text
    assert "South 8\nWest 9" in original.tables[0].text
    assert original.tables[0].text.endswith("N = number of dragons,\nND = not done.")


def test_caption_that_repeats_the_prose_stays() -> None:
    sentence = "a number of dragons that live in rather small and very cold caves"
    table = TABLE.replace("Dragons by valley.", f"Trials of\n{sentence}.")
    original = parse_original(article(s3=f"We met {sentence}.\n\n{table}\n\nAn end."))
    assert original.tables[0].caption == f"Trials of {sentence}."


def test_references() -> None:
    assert references_in("x [10], y [2,3], z [19–22] and [3, 10]; [95% CI]") == ("10", "2", "3", "19", "20", "21", "22")
    assert section(parse_original(article(s3="Seen [4,\n5] twice [7-8].")), "3")[0].references == ("4", "5", "7", "8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  \n", "no readable text"),
        ("a\0b", "no readable text"),
        ("A letter about sheep.\n\nYours, the shepherd.", "No numbered section headings"),
        ("1. Introduction\n\nSheep.\n\n2. Methods\n\nWool.", "section 2 was not found"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(OriginalUnreadable, match=message):
        parse_original(text)


def test_files_that_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe1\x00")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 broken")
    for name in ("a.txt", "a.pdf"):
        with pytest.raises(OriginalUnreadable, match=rf"^{name}.*\.txt file\.$"):
            read_original(tmp_path / name)


def write_pdf(path: Path, text: str, lines_per_page: int = 40) -> None:
    """Print `text` line by line, without its blank lines, below a running head and above a page number.

    As in the journal's print, a line that follows a blank one is set in.
    """
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Courier", size=8)
    raw = [line.strip() for line in text.encode("latin-1", "replace").decode("latin-1").split("\n")]
    lines = [("" if before else "   ") + line for before, line in zip(["", *raw], raw, strict=False) if line]
    for page in range(0, len(lines), lines_per_page):
        pdf.add_page()
        foot = f"{page // lines_per_page + 1} of 9"
        for row, line in enumerate(["Dragons 2024, 16, 99", *lines[page : page + lines_per_page], foot]):
            pdf.text(12 + 2 * (len(line) - len(line.strip())), 12 + 5 * row, line.strip())
    pdf.output(str(path))


def test_pdf_without_its_furniture(tmp_path: Path) -> None:
    prose = [fill(LONG), fill(f"Later, {LONG}")]
    body = "\n\n".join(prose * 3) + f"\n\n{TABLE.replace(' 7.2 1.02 ', '7.2 1.02')}\n\n" + prose[0]
    text = article(s3=body)
    write_pdf(tmp_path / "copy.pdf", text)
    printed = read_original(tmp_path / "copy.pdf")
    plain = parse_original(text)
    assert [(p.id, p.text) for p in printed.paragraphs] == [(p.id, p.text) for p in plain.paragraphs]
    assert len(section(printed, "3")) == 7
    assert "2024" not in str(printed) and "of 9" not in str(printed)


def test_pdf_paragraph_after_a_full_last_line(tmp_path: Path) -> None:
    full = " ".join(fill(LONG).split("\n")[:2]) + "."
    body = fill(full) + "\n\n" + fill(LONG)
    assert min(map(len, fill(full).split("\n"))) > 70
    write_pdf(tmp_path / "copy.pdf", article(s3=body))
    assert [p.text for p in section(read_original(tmp_path / "copy.pdf"), "3")] == [full, LONG]


def test_pdf_without_text_layer(tmp_path: Path) -> None:
    write_pdf(tmp_path / "blank.pdf", "")
    with pytest.raises(OriginalUnreadable):
        read_original(tmp_path / "blank.pdf")


@pytest.fixture(scope="module")
def review() -> Original:
    if not REVIEW.exists():
        pytest.skip("the review's own text is not part of the project and is not beside it")
    return read_original(REVIEW)


def test_review_sections(review: Original) -> None:
    counts = Counter(paragraph.section for paragraph in review.paragraphs)
    assert list(counts.items()) == list(COUNTS.items())
    assert len({paragraph.id for paragraph in review.paragraphs}) == sum(COUNTS.values())
    assert section(review, "2.2")[0].heading.endswith("Patients with mCRC")


@pytest.mark.parametrize(
    ("identifier", "beginning", "end"),
    [
        ("1-p2", "Since the dawn of", "[4,5]."),
        ("2.1-p3", "Table 2 describes randomized studies", "[14]."),
        ("2.1-p5", "Three studies have investigated", "[11]."),
        ("2.1-p9", "On 22 June 2023, EMA", "authorities."),
        ("2.2-p2", "A number of randomized trials", "[26]."),
        ("3-p1", "Based upon the Keynote 177", "cobimetinib."),
        ("6-p2", "Considering that the KRAS G12C", "panitumumab."),
        ("8-p3", "The HERACLES study", "[58]."),
        ("10-p1", "As just reviewed", "therapy."),
        ("11-p1", "Systemic treatment of patients", "choices."),
    ],
)
def test_review_paragraphs_begin_and_end(review: Original, identifier: str, beginning: str, end: str) -> None:
    (paragraph,) = [paragraph for paragraph in review.paragraphs if paragraph.id == identifier]
    assert paragraph.text.startswith(beginning) and paragraph.text.endswith(end)


def test_review_tables(review: Original) -> None:
    assert [table.number for table in review.tables] == ["1", "2", "3", "4", "5"]
    for table in review.tables:
        assert ("Abbreviations:" in table.text) == (table.number != "3")
        assert table.caption.endswith(".") and "cantly longer" not in table.text
    assert review.tables[2].text.endswith("ADC 28 0 2.7 6.2")
    assert "QoL;\n= QoL worse" in review.tables[3].text


def test_review_has_no_overlay_or_hyphen_artefacts(review: Original) -> None:
    prose = " ".join(paragraph.text for paragraph in review.paragraphs)
    assert prose.count("with escalation is a safe") == 1 and "signifi-" not in prose
    for artefact in ("- viduals", "indi-", "pa-tients", "en-corafenib", "antiEGFR", "realworld", "Abbreviations:"):
        assert artefact not in prose
    for whole in (
        "individuals",
        "encorafenib",
        "anti-EGFR",
        "anti-angiogenic",
        "10.6–24.1",
        "later-line",
        "re-challenge",
    ):
        assert whole in prose


def test_review_loses_no_word_of_its_prose(review: Original) -> None:
    lines = REVIEW.read_text(encoding="utf-8").split("\n")
    if lines[92].strip()[:8] != "Table 1." or lines[880][:8] != "Table 5.":
        pytest.skip("another extraction of the review: its tables stand on other lines")
    # Counted by eye: tables, keywords and headings, from line to line inclusive, the first line being 1.
    left_out = [(22, 25), (72, 73), (93, 132), (176, 344), (406, 407), (419, 516), (547, 721), (726, 726), (752, 752)]
    left_out += [(759, 759), (792, 792), (817, 817), (851, 851), (881, 955), (969, 969), (1027, 1027)]
    skipped = {at for first, last in left_out for at in range(first, last + 1)}
    prose = "".join(line for at, line in enumerate(lines, start=1) if at not in skipped)
    expected = squash(prose.replace("Simple Summary:", "").replace("Abstract:", ""))
    assert squash("".join(paragraph.text for paragraph in review.paragraphs)) == expected


def test_review_printed_as_a_pdf_keeps_its_numbering(review: Original, tmp_path: Path) -> None:
    kept = REVIEW.read_text(encoding="utf-8").replace("–", "-").replace("’", "'").replace("‘", "'")
    write_pdf(tmp_path / "review.pdf", kept, lines_per_page=48)
    printed = read_original(tmp_path / "review.pdf")
    assert [p.id for p in printed.paragraphs] == [p.id for p in review.paragraphs]
