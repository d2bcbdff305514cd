"""The cited row in its table: which cells are marked, what stands in them, what is said below them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from app.answer import Citation
from app.rules.records import Cite
from app.settings import Settings
from app.steps.citations import Citations
from app.steps.draft import Support
from app.steps.evidence import EvidenceBase
from app.steps.phrases import support
from app.steps.places import row_of, support_of
from app.ui.source_rows import citation_row_html
from app.wiring import load_adviser
from index.verbalise import row_sentences

EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def base() -> EvidenceBase:
    return load_adviser(Settings()).base


def cited(base: EvidenceBase, place: str, begins: str = "") -> Citation:
    """A citation of the sentence of the row "T2:SUNLIGHT" that begins so; of the whole row without a beginning."""
    facts = row_of(Cite(place), base)
    assert facts
    spans = [span for span in facts.passage.sentences if facts.passage.text[span.start :].startswith(begins)]
    start, end = (spans[0].start, spans[0].end) if begins else (0, len(facts.passage.text))
    citations = Citations()
    citations.number(Support(facts.passage, start, end, 1.0))
    return citations.made[0]


def shown(base: EvidenceBase, place: str, begins: str = "") -> Tag:
    html = citation_row_html(base, cited(base, place, begins))
    assert html
    return BeautifulSoup(html, "html.parser")


def marks(page: Tag) -> list[str]:
    """The marked words of the table, in reading order."""
    return [mark.get_text() for mark in page.select("table mark")]


def grid(page: Tag) -> list[dict[str, str]]:
    """The lines of the table as a reader sees them: what spans several lines is in each."""
    headings = [heading.get_text() for heading in page.select("thead th")]
    lines: list[dict[int, str]] = [{} for _ in page.select("tbody tr")]
    for number, line in enumerate(page.select("tbody tr")):
        for cell in line.find_all(["th", "td"]):
            column = next(place for place in range(len(headings)) if place not in lines[number])
            for below in range(int(str(cell.get("rowspan", "1")))):
                lines[number + below][column] = cell.get_text()
    assert all(len(line) == len(headings) for line in lines)
    return [{headings[column]: line[column] for column in sorted(line)} for line in lines]


def test_overall_survival_of_sunlight_marks_both_arms_and_the_ratio_and_nothing_else(base: EvidenceBase) -> None:
    page = shown(base, "T2:SUNLIGHT", "Median overall")
    assert marks(page) == ["7.5", "0.61 (0.49–0.77)", "10.8*"]
    assert grid(page) == [
        {
            "Regimen": "FTD/TPI", "Patients": "unselected", "N": "246", "ORR %": "1", "ORR p": "<0.05",
            "PFS, months": "2.4", "PFS HR (95% CI)": "0.44 (0.36–0.54)", "OS, months": "7.5",
            "OS HR (95% CI)": "0.61 (0.49–0.77)", "QoL": "Ongoing",
        },
        {
            "Regimen": "FTD/TPI + bevacizumab", "Patients": "unselected", "N": "246", "ORR %": "6", "ORR p": "<0.05",
            "PFS, months": "5.6*", "PFS HR (95% CI)": "0.44 (0.36–0.54)", "OS, months": "10.8*",
            "OS HR (95% CI)": "0.61 (0.49–0.77)", "QoL": "Ongoing",
        },
    ]  # fmt: skip


def test_what_the_answer_on_sunlight_cites_is_what_is_marked(base: EvidenceBase) -> None:
    facts = row_of(Cite("T2:SUNLIGHT"), base)
    assert facts
    citations = Citations()
    citations.number(support(facts, "os"))
    html = citation_row_html(base, citations.made[0])
    assert html
    assert marks(BeautifulSoup(html, "html.parser")) == ["7.5", "0.61 (0.49–0.77)", "10.8*"]


@pytest.mark.parametrize(
    ("place", "begins", "expected"),
    [
        ("T2:SUNLIGHT", "SUNLIGHT (", ["FTD/TPI", "unselected", "FTD/TPI + bevacizumab"]),
        ("T2:SUNLIGHT", "Patients (N)", ["246", "246"]),
        ("T2:SUNLIGHT", "Overall response", ["1", "<0.05", "6"]),
        ("T2:SUNLIGHT", "Median progression", ["2.4", "0.44 (0.36–0.54)", "5.6*"]),
        ("T2:SUNLIGHT", "Quality", ["Ongoing"]),
        ("T4:PRODIGE27", "Median overall", ["6.3", "NS", "5.6", "7.2"]),
        ("T3:Rao 2004", "Loose values", ["1.22"]),
        ("T5:MyPathway", "Overall response", ["32", "40", "8"]),
        ("T5:MyPathway", "Median overall", ["11.5", "14.0", "8.5"]),
        ("T5:MyPathway", "RAS status", ["23% RASmut", "KRASwt", "KRASmut"]),
        ("T5:MyPathway", "Line of", ["67% 4 L+"]),
        ("T5:Destiny-CRC02", "Median overall", ["13.4", "NR"]),
        ("T5:Tapur", "Patients alive", ["58"]),
        ("T3:Jonker 2018", "Median overall", ["4.8", "1.13 (0.88–1.46)"]),
        ("T1:SUNLIGHT", "Median overall", ["10.8"]),
        ("T1:BRAFmut", "BRAFmut", ["Encorafenib + cetuximab", "BRAFmut", "8–12", "3"]),
        ("T1:BRAFmut", "Line of", ["2nd line"]),
        ("T1:HER2+ and RASwt", "Median progression", ["2.9–6.9"]),
    ],
)
def test_the_sentence_quoted_marks_its_cells(base: EvidenceBase, place: str, begins: str, expected: list[str]) -> None:
    assert marks(shown(base, place, begins)) == expected


def test_a_quote_over_two_sentences_marks_both(base: EvidenceBase) -> None:
    citation = cited(base, "T2:SUNLIGHT")
    start, end = citation.text.index("Median progression"), citation.text.index(" Quality")
    html = citation_row_html(base, replace(citation, quote=citation.text[start:end]))
    assert html
    assert marks(BeautifulSoup(html, "html.parser")) == [
        "2.4", "0.44 (0.36–0.54)", "7.5", "0.61 (0.49–0.77)", "5.6*", "10.8*",
    ]  # fmt: skip


def test_the_subgroups_of_mypathway_stand_one_a_line(base: EvidenceBase) -> None:
    lines = grid(shown(base, "T5:MyPathway", "Median overall"))
    assert [(line["Regimen"], line["N"], line["OS, months"]) for line in lines] == [
        ("Trastuzumab + pertuzumab, all", "57", "11.5"),
        ("Trastuzumab + pertuzumab, KRASwt", "43", "14.0"),
        ("Trastuzumab + pertuzumab, KRASmut", "13", "8.5"),
    ]


def test_what_cannot_be_read_of_jonker_is_said_and_not_marked(base: EvidenceBase) -> None:
    page = shown(base, "T3:Jonker 2018")
    active = grid(page)[1]
    assert (active["Regimen"], active["N"], active["OS, months"]) == ("arm not readable", "–", "–")
    assert "arm not readable" not in marks(page)
    assert "–" not in marks(page)
    said = page.get_text()
    assert "– not given in print" in said
    assert "the rows of Jonker 2018 and ALTER0703 overlap in print" in said
    assert [mark.get_text() for mark in page.select("ul mark")] == [
        "damaged in print: overlaps with the ALTER0703 row",
        "damaged in print: active arm and the name of its drug cannot be read",
    ]


def test_table_1_has_one_line_and_the_columns_of_the_overview(base: EvidenceBase) -> None:
    assert grid(shown(base, "T1:BRAFmut", "Median overall")) == [
        {
            "Regimen": "Encorafenib + cetuximab", "Patients": "BRAFmut", "% of mCRC": "8–12", "Phase": "3",
            "Line": "2nd line", "N": "220", "ORR %": "20", "PFS, months": "4.2", "OS, months": "8.4",
        }
    ]  # fmt: skip


def test_slips_stand_below_only_where_they_concern_what_is_quoted(base: EvidenceBase) -> None:
    slip = "Table 2 calls the quality-of-life evaluation ongoing"
    assert slip in shown(base, "T2:SUNLIGHT", "Quality").get_text()
    assert slip not in shown(base, "T2:SUNLIGHT", "Median overall").get_text()
    assert "Reference numbers" in shown(base, "T2:SUNLIGHT", "SUNLIGHT (").get_text()


def test_the_whole_row_marks_every_cell_that_has_words(base: EvidenceBase) -> None:
    for facts in base.rows:
        page = shown(base, f"T{facts.table.number}:{facts.row.name}")
        cells = [cell for cell in page.select("tbody th, tbody td") if not cell.select("mark")]
        assert {cell.get_text() for cell in cells} <= {"–", "arm not readable"}, facts.row.name


def test_each_sentence_marks_other_cells_and_together_they_mark_all(base: EvidenceBase) -> None:
    for facts in base.rows:
        place = f"T{facts.table.number}:{facts.row.name}"
        sentences = row_sentences(facts.table, facts.row)
        single = [len(marks(shown(base, place, sentence))) for sentence in sentences]
        assert sum(single) == len(marks(shown(base, place))), place


def test_rows_can_be_read_by_ear_and_reached_by_keyboard(base: EvidenceBase) -> None:
    page = shown(base, "T2:SUNLIGHT", "Median overall")
    headings = [heading.get_text() for heading in page.select('thead th[scope="col"]')]
    assert len(headings) == len(set(headings)) == len(page.select("thead tr > *"))
    assert [head.get_text() for head in page.select('tbody th[scope="row"]')] == ["FTD/TPI", "FTD/TPI + bevacizumab"]
    caption = page.find("caption")
    assert caption
    assert caption.get_text().startswith("Table 2, SUNLIGHT (Prager 2023): Randomized trials")
    region = page.select_one('[role="region"][tabindex="0"]')
    assert region
    assert region["aria-label"] == "Table 2, SUNLIGHT (Prager 2023)"
    assert "* significant difference" in page.get_text()
    assert "NR" not in page.get_text()


@pytest.mark.parametrize(
    "other",
    [
        lambda one: replace(one, row=None, passage="tarpgaard-2024/table2"),
        lambda one: replace(one, table=None, row=None, passage="tarpgaard-2024/2.1-p9"),
        lambda one: replace(one, passage="another/table2/SUNLIGHT"),
    ],
    ids=["overview", "paragraph", "another corpus"],
)
def test_what_is_no_row_has_no_table(base: EvidenceBase, other: Callable[[Citation], Citation]) -> None:
    assert citation_row_html(base, other(cited(base, "T2:SUNLIGHT"))) is None


def test_a_paragraph_that_the_rules_cite_has_no_table(base: EvidenceBase) -> None:
    found = support_of(Cite("2.1-p9"), base)
    assert found
    citations = Citations()
    citations.number(found)
    assert citation_row_html(base, citations.made[0]) is None


@pytest.mark.parametrize("quote", ["", "words that do not stand there"])
def test_words_that_do_not_stand_in_the_row_mark_nothing(base: EvidenceBase, quote: str) -> None:
    html = citation_row_html(base, replace(cited(base, "T2:SUNLIGHT"), quote=quote))
    assert html
    assert "<mark>" not in html
    assert "10.8*" in html


def test_markup_is_shown_not_run(base: EvidenceBase) -> None:
    citation = replace(cited(base, "T2:SUNLIGHT"), locator=EVIL)
    html = citation_row_html(base, citation)
    assert html
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2
    assert "<0.05" not in html
