"""The corpus against the article: the same paragraphs, numbers, names and cells, and other words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from fidelity import (
    Departure,
    cell_departures,
    in_printed_order,
    name_departures,
    number_departures,
    number_tokens,
    quality_of_life,
    row_blocks,
    shared_runs,
)

from index.corpus import KNOWLEDGE, PACKAGED_CORPUS
from index.lexicon import Entry, Lexicon
from index.library import Library
from index.original import Original, parse_original
from index.records import Arm, Document, Paragraph, Row, Table, Value
from index.sections import read_sections

ROOT = Path(__file__).resolve().parent.parent
HOME = PACKAGED_CORPUS / "tarpgaard-2024"
EXCEPTIONS = Path(__file__).with_name("fidelity_exceptions.toml")
# Documents beside the sections that could carry the article's own words.
WRITTEN = [
    *(HOME / name for name in ("document.toml", "slips.toml", "tables/schema.toml")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "NOTICE")),
    *sorted((ROOT / "prompts").glob("*.toml")),
    *sorted((PACKAGED_CORPUS / KNOWLEDGE / "lexicon").glob("*.toml")),
]


@pytest.fixture(scope="module")
def restated() -> tuple[Paragraph, ...]:
    return read_sections(HOME / "sections")


@pytest.fixture
def article(article_text: str) -> Original:
    return parse_original(article_text)


@pytest.fixture(scope="module")
def exceptions() -> dict[Departure, str]:
    listed = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))["exception"]
    return {Departure(entry["kind"], entry["place"], entry["how"], entry["what"]): entry["reason"] for entry in listed}


def of_kind(exceptions: Iterable[Departure], kind: str) -> set[Departure]:
    return {departure for departure in exceptions if departure.kind == kind}


def test_article_and_corpus_have_the_same_paragraphs_in_the_same_order(
    article: Original, restated: tuple[Paragraph, ...]
) -> None:
    assert [paragraph.id for paragraph in restated] == [paragraph.id for paragraph in article.paragraphs]


def test_numbers_are_those_of_the_article(
    article: Original, restated: tuple[Paragraph, ...], exceptions: dict[Departure, str]
) -> None:
    found = number_departures(article.paragraphs, restated)
    assert found == of_kind(exceptions, "number"), "departures on the left; exceptions that are listed on the right"


def test_drugs_and_trials_are_those_of_the_article(
    article: Original,
    restated: tuple[Paragraph, ...],
    exceptions: dict[Departure, str],
    review: Document,
    library: Library,
) -> None:
    texts = {region.number: region.text for region in article.tables}
    tables: dict[str, str] = {}
    for table in review.tables:
        tables[table.section] = tables.get(table.section, "") + "\n" + texts[table.number]
    found = name_departures(article.paragraphs, restated, tables, library.lexicon)
    assert found == of_kind(exceptions, "name"), "departures on the left; exceptions that are listed on the right"


def test_exceptions_are_few_and_give_their_reasons(
    restated: tuple[Paragraph, ...], exceptions: dict[Departure, str]
) -> None:
    assert all(len(reason.split()) > 3 for reason in exceptions.values())
    tokens = sum(len(number_tokens(paragraph.text)) for paragraph in restated)
    assert len(of_kind(exceptions, "number")) <= 0.02 * tokens


def test_nothing_runs_on_for_nine_words_of_the_article(
    article: Original, article_text: str, restated: tuple[Paragraph, ...], review: Document, library: Library
) -> None:
    tables = [f"{region.caption}\n{region.text}" for region in article.tables]
    sources = [article_text, *(text for p in article.paragraphs for text in (p.heading, p.text)), *tables]
    texts = {paragraph.id: paragraph.text for paragraph in restated} | {p.section: p.heading for p in restated}
    texts |= {path.name: path.read_text(encoding="utf-8") for path in WRITTEN}
    cleaned = {name: " ".join(text.split()).replace(review.title, " ") for name, text in texts.items()}
    found = {name: runs for name, text in cleaned.items() if (runs := shared_runs(text, sources, library.lexicon))}
    assert found == {}


def test_table_cells_stand_in_their_rows_of_the_printed_tables(
    article: Original, review: Document, exceptions: dict[Departure, str]
) -> None:
    found: set[Departure] = set()
    regions = {region.number: region for region in article.tables}
    for table in review.tables:
        region = regions[table.number]
        for rows, block in row_blocks(table, region.text):
            found |= cell_departures(rows, block, f"{region.caption} {region.text}")
    assert found == of_kind(exceptions, "cell"), "departures on the left; exceptions that are listed on the right"


def test_row_values_come_in_the_order_of_print(article: Original, review: Document) -> None:
    regions = {region.number: region.text for region in article.tables}
    blocks = [item for table in review.tables for item in row_blocks(table, regions[table.number])]
    # MyPathway prints its three lines of values column by column.
    assert [rows[0].name for rows, block in blocks if not in_printed_order(rows, block)] == ["MyPathway"]


def test_stars_and_quality_of_life_are_as_printed(article: Original, review: Document) -> None:
    regions = {region.number: region.text for region in article.tables}
    for table in review.tables[1:4]:
        for rows, block in row_blocks(table, regions[table.number]):
            arms = [arm for row in rows for arm in row.arms]
            stars = [arm.printed(f"{part}_star") for arm in arms for part in ("orr", "pfs", "os")].count("yes")
            assert stars == block.count("*"), rows[0].locator
            held = [qol for row in rows if (qol := row.printed("qol"))]
            assert quality_of_life(rows, block) == held, rows[0].locator


def made_up(text: str, at: int = 1, section: str = "1") -> Paragraph:
    return Paragraph(f"{section}-p{at}", section, "Made up", at, text)


@pytest.fixture(scope="module")
def small_lexicon() -> Lexicon:
    drugs = [Entry(id=name, kind="drug", name=name) for name in ("alphamab", "betanib")]
    return Lexicon([*drugs, Entry(id="moon", kind="trial", name="MOON")])


def test_checker_reads_numbers_as_the_field_writes_them() -> None:
    assert number_tokens("1·46 (0.88–1.46), p < 0.001, 5FU, KRASG12C [19–21], 43%") == {
        *("1.46", "0.88", "<0.001", "5FU", "KRASG12C", "43%", "[19]", "[20]", "[21]")
    }
    assert number_tokens("5–21%") == number_tokens("5-21 %".replace(" ", ""))


def test_checker_finds_a_wrong_and_a_missing_number() -> None:
    article = [made_up("Median OS was 6.4 months (p < 0.05) in 20% of 505.")]
    assert number_departures(article, article) == set()
    assert number_departures(article, [made_up("In 20% of 505, OS was 6.5 months (p = 0.05).")]) == {
        *(Departure("number", "1-p1", "missing", token) for token in ("6.4", "<0.05")),
        *(Departure("number", "1-p1", "added", token) for token in ("6.5", "0.05")),
    }
    assert number_departures(article, [made_up("OS was 6.4 months (p < 0.05) in 20%.")]) == {
        Departure("number", "1-p1", "missing", "505")
    }


def test_checker_finds_missing_and_added_names(small_lexicon: Lexicon) -> None:
    article = [made_up("The study gave alphamab."), made_up("MOON gave alphamab.", 2)]
    good = [made_up("In MOON, alphamab was given."), made_up("MOON gave alphamab.", 2)]
    assert name_departures(article, good, {}, small_lexicon) == set()
    bad = [made_up("In MOON, betanib was given."), made_up("MOON gave alphamab.", 2)]
    assert name_departures(article, bad, {}, small_lexicon) == {
        Departure("name", "1-p1", "missing", "alphamab"),
        Departure("name", "1-p1", "added", "betanib"),
    }
    assert len(name_departures(article, bad, {"1": "betanib"}, small_lexicon)) == 1


def test_checker_finds_a_run_of_nine_words_but_not_of_eight(small_lexicon: Lexicon) -> None:
    source = ["One two, three four-five six (seven) eight nine ten."]
    assert shared_runs("So: two THREE four five six seven eight nine TEN!", source, small_lexicon)
    assert not shared_runs("So: three four five six seven eight nine ten", source, small_lexicon)


def test_checker_excepts_runs_of_names_and_numbers_alone(small_lexicon: Lexicon) -> None:
    names = "MOON 1, alphamab 2, betanib 3; alphamab 4 betanib"
    assert not shared_runs(names, [names], small_lexicon)
    assert shared_runs(names.replace("4", "or"), [names.replace("4", "or")], small_lexicon)


def test_checker_finds_a_wrong_and_a_left_out_cell() -> None:
    def row(author: str, **cells: str) -> Row:
        return Row("2", author, (Arm({name: Value(text) for name, text in ({"author": author} | cells).items()}),))

    printed = "Author\nMoon, 2020 [7]\nalphamab 10 1.5 *\nSun, 2021 [8]\nbetanib 20 2.5\nAbbreviations: N = 3"
    good = row("Moon", year="2020", reference="7", regimen="alphamab", n="10", pfs_months="1.5")
    bad = row("Sun", year="2021", reference="8", regimen="alphamab", n="10")
    table = Table("2", "2.1", "", "", (good, bad))
    assert [cell_departures(made, block, "") for made, block in row_blocks(table, printed)] == [
        set(),
        {
            *(Departure("cell", "2:Sun", "added", what) for what in ("n 10", "regimen alphamab")),
            *(Departure("cell", "2:Sun", "missing", what) for what in ("20", "2.5")),
        },
    ]


@pytest.mark.parametrize(("pfs", "overall"), [("1.5", "9"), ("9", "1.5")])
def test_checker_finds_values_of_a_row_that_have_changed_places(pfs: str, overall: str) -> None:
    row = Row("2", "Moon", (Arm({"n": Value("10"), "pfs_months": Value(pfs), "os_months": Value(overall)}),))
    assert in_printed_order([row], "Moon, 2020 [7] alphamab 10 1.5 9 *") is (pfs == "1.5")


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [("betanib 1 → alphamab →", ["no difference"]), ("ND¤betanib", ["ND¤"]), ("NDBetanib", ["ND"])],
)
def test_checker_reads_quality_of_life_apart_from_its_neighbours(printed: str, wanted: list[str]) -> None:
    row = Row("2", "Moon", (Arm({"regimen": Value("betanib 1 → alphamab")}), Arm({"regimen": Value("betanib")})))
    assert quality_of_life([row], printed) == wanted
