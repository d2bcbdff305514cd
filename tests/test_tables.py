"""The typed tables: their shape, their cells, what the print leaves open, and what the reader refuses; the slips."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.corpus import PACKAGED_CORPUS, read_corpus
from index.errors import CorpusError
from index.records import Arm, Document, Row, Table, Value
from index.tables import read_tables

HOME = PACKAGED_CORPUS / "tarpgaard-2024"
# Rows and arms of each table.
SHAPES = {"1": (11, 11), "2": (9, 18), "3": (7, 14), "4": (9, 20), "5": (9, 12)}
NUMBERS = {
    *("n", "prevalence_pct", "orr_pct", "pfs_months", "os_months", "os_one_year_pct", "year"),
    *(f"{endpoint}_hr{limit}" for endpoint in ("pfs", "os") for limit in ("", "_low", "_high")),
}
SCHEMA = """
[[table]]
number = "9"
section = "1"
file = "made.csv"
caption = "Made up"
label = "made up"

[columns]
row = { type = "text", scope = "trial", required = true, means = "row" }
n = { type = "integer", scope = "arm", means = "patients" }
hr = { type = "number", scope = "trial", means = "ratio" }
share = { type = "range", scope = "arm", means = "share" }
p = { type = "p", scope = "trial", means = "p value" }
star = { type = "flag", scope = "arm", means = "marked" }
role = { type = "text", scope = "arm", values = ["control", "active"], means = "role" }
elsewhere = { type = "text", scope = "arm", tables = ["8"], means = "a column of another table" }
"""


@pytest.fixture(scope="module")
def row_of(review: Document) -> Callable[[str], Row]:
    """A row by "table:row"."""
    rows = {f"{table.number}:{row.name}": row for table in review.tables for row in table.rows}
    return rows.__getitem__


def printed(arm: Arm, *columns: str) -> list[str | None]:
    return [arm.printed(column) for column in columns]


def hazard_ratios(row: Row) -> list[str | None]:
    return [row.printed(f"{endpoint}_hr{limit}") for endpoint in ("pfs", "os") for limit in ("", "_low", "_high")]


def test_every_table_has_its_rows_and_arms_under_names_of_their_own(review: Document) -> None:
    found = {table.number: (len(table.rows), sum(len(row.arms) for row in table.rows)) for table in review.tables}
    assert found == SHAPES
    assert {table.number: len({row.name for row in table.rows}) for table in review.tables} == {
        number: rows for number, (rows, _) in SHAPES.items()
    }


def test_cells_that_hold_numbers_are_typed_and_empty_ones_are_absent(review: Document) -> None:
    cells = [(c, v) for table in review.tables for row in table.rows for arm in row.arms for c, v in arm.cells.items()]
    assert all(value.printed for _, value in cells)
    for column, value in cells:
        if column in NUMBERS:
            assert value.not_reached or value.low is not None or value.high is not None, (column, value)
        if value.not_reached or column in ("reference", "qol", "regimen"):
            assert value == Value(value.printed)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("1:SUNLIGHT", "n", Value("246", 246.0, 246.0)),
        ("1:BSC", "n", Value(">1000", 1000.0, None)),
        ("1:NTRK gene fusions", "prevalence_pct", Value("<1", None, 1.0)),
        ("1:HER2+ and RASwt", "os_months", Value("10.6–24.1", 10.6, 24.1)),
        ("1:KRASG12C sotorasib", "os_months", Value("NR")),
        ("2:CONCUR", "os_hr_low", Value("0.40", 0.40, 0.40)),
        ("2:SUNLIGHT", "orr_p", Value("<0.05")),
        ("5:Tapur", "os_one_year_pct", Value("58", 58.0, 58.0)),
    ],
)
def test_values_keep_the_print_and_its_numbers(
    row_of: Callable[[str], Row], name: str, column: str, value: Value
) -> None:
    assert row_of(name).arms[0].cells[column] == value


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("BSC", [">1000", "0", "1.5", "5"]),
        ("FRESCO-2", ["458", "2", "3.7", "7.4"]),
        ("RASwt and BRAFwt", ["28–39", "3–54", "2.4–6.6", "8.2–9.8"]),
        ("KRASG12C adagrasib", ["28", "46", "6.9", "13.4"]),
    ],
)
def test_cells_of_the_overview(row_of: Callable[[str], Row], name: str, cells: list[str]) -> None:
    assert printed(row_of(f"1:{name}").arms[0], "n", "orr_pct", "pfs_months", "os_months") == cells


@pytest.mark.parametrize(
    ("name", "arms", "ratios"),
    [
        ("2:CORRECT", ["Placebo 255 0 1.7 5.0", "Regorafenib 505 1 1.9 6.4"], "0.49 0.42 0.58 0.77 0.64 0.94"),
        ("2:FRESCO-2", ["Placebo 229 0 1.8 4.8", "Fruquintinib 458 2 3.7 7.4"], "0.32 0.27 0.39 0.66 0.55 0.80"),
        (
            "2:SUNLIGHT",
            ["FTD/TPI 246 1 2.4 7.5", "FTD/TPI + bevacizumab 246 6 5.6 10.8"],
            "0.44 0.36 0.54 0.61 0.49 0.77",
        ),
        ("3:LUME", ["Placebo 382 0 1.4 6.0", "Nintedanib 386 0 1.5 6.4"], "0.58 0.49 0.69 1.01 0.86 1.19"),
        ("3:Xu 2017", ["Placebo 55 0 1.5 7.2", "Famitinib 99 2 2.8 7.4"], "0.60 0.41 0.86 - - -"),
        ("3:Grothey 2018", ["Placebo 42 2 1.9 6.1", "Ontuxizumab 84 0 1.9 4.8"], "1.13 0.76 1.67 1.43 0.93 2.19"),
        (
            "4:REVERCE",
            ["Regorafenib → cetuximab 51 4 2.4 17.4", "Cetuximab → regorafenib 50 20 4.2 11.6"],
            "0.97 0.62 1.54 0.61 0.39 0.96",
        ),
        (
            "4:ROCKET",
            ["Regorafenib 10 0 1.7 4.7", "RRx-001 → irinotecan 24 21 6.1 8.6"],
            "0.24 0.09 0.61 0.71 0.27 1.9",
        ),
        (
            "4:PRODIGE27",
            ["Irinotecan 57 2 1.9 6.3", "Sorafenib 57 2 2.1 5.6", "Irinotecan + Sorafenib 59 4 3.6 7.2"],
            "- - - - - -",
        ),
    ],
)
def test_cells_of_the_randomized_trials(row_of: Callable[[str], Row], name: str, arms: list[str], ratios: str) -> None:
    row = row_of(name)
    columns = ("regimen", "n", "orr_pct", "pfs_months", "os_months")
    assert [" ".join(map(str, printed(arm, *columns))) for arm in row.arms] == arms
    assert " ".join(ratio or "-" for ratio in hazard_ratios(row)) == ratios


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Heracles-A", ["27", "74% 4 L+", "KRASwt", "30", "4.8", "10.6"]),
        ("Destiny-CRC01", ["53", "Median 4", "RASwt", "45", "6.9", "15.5"]),
        ("Mountaineer", ["86", "39% 3 L+", "RASwt", "38", "8.2", "24.1"]),
    ],
)
def test_cells_of_the_her2_trials(row_of: Callable[[str], Row], name: str, cells: list[str]) -> None:
    assert printed(row_of(f"5:{name}").arms[0], "n", "line", "ras", "orr_pct", "pfs_months", "os_months") == cells


def test_stars_stand_only_with_the_values_that_the_print_marks(row_of: Callable[[str], Row]) -> None:
    first, second = row_of("4:REVERCE").arms
    assert printed(first, "orr_star", "pfs_star", "os_star") == ["no", "no", "no"]
    assert printed(second, "orr_star", "pfs_star", "os_star") == ["yes", "no", "yes"]


def test_cells_that_cannot_be_read_are_null(row_of: Callable[[str], Row]) -> None:
    jonker, alter = row_of("3:Jonker 2018"), row_of("3:ALTER0703")
    measured = ("n", "orr_pct", "pfs_months", "os_months")
    assert printed(jonker.arms[0], "regimen", *measured) == ["Placebo", "144", "0", "1.8", "4.8"]
    assert hazard_ratios(jonker) == ["0.97", "0.76", "1.26", "1.13", "0.88", "1.46"]
    assert printed(jonker.arms[1], "regimen", *measured) == [None] * 5
    assert printed(alter.arms[0], "regimen", *measured) == [None] * 5
    assert printed(alter.arms[1], "regimen", *measured) == ["Anlotinib", "282", "4", "4.1", "8.6"]
    assert hazard_ratios(alter) == [None] * 6
    for row in (jonker, alter):
        assert row.printed("loose_values") == "7.2; 1.02 (0.82–1.27)"
        assert "damaged" in (row.arms[0].printed("note") or "")
    rao = row_of("3:Rao 2004")
    assert [rao.printed("loose_values"), *hazard_ratios(rao)] == ["1.22", *[None] * 6]


def test_cells_printed_as_dashes_or_covered_are_null_and_not_zero(row_of: Callable[[str], Row]) -> None:
    assert [printed(arm, "orr_pct", "orr_p") for arm in row_of("4:ReDOS").arms] == [[None, None]] * 2
    assert row_of("5:Heracles-B").printed("os_months") is None
    assert row_of("4:AGITG CO.20").printed("qol") is None
    assert row_of("4:AGITG CO.20").arms[0].cells["orr_pct"].low == 7


def test_not_reached_is_a_value_and_no_number(row_of: Callable[[str], Row]) -> None:
    for arm in (row_of("1:KRASG12C sotorasib").arms[0], row_of("5:Destiny-CRC02").arms[1]):
        assert arm.cells["os_months"] == Value("NR", None, None)
        assert arm.cells["os_months"].not_reached


def test_subgroups_and_doses_are_arms_of_their_own(row_of: Callable[[str], Row]) -> None:
    columns = ("subgroup", "n", "orr_pct", "pfs_months", "os_months")
    assert [printed(arm, *columns) for arm in row_of("5:MyPathway").arms] == [
        ["all", "57", "32", "2.9", "11.5"],
        ["KRASwt", "43", "40", "5.3", "14.0"],
        ["KRASmut", "13", "8", "1.4", "8.5"],
    ]
    assert [printed(arm, "regimen", *columns[1:]) for arm in row_of("5:Destiny-CRC02").arms] == [
        ["T-DXd 5.4 mg/kg", "82", "38", "5.8", "13.4"],
        ["T-DXd 6.4 mg/kg", "40", "28", "5.5", "NR"],
    ]


def test_survival_after_one_year_is_not_a_median(row_of: Callable[[str], Row]) -> None:
    assert printed(row_of("5:Tapur").arms[0], "os_one_year_pct", "os_months") == ["58", None]


def made(folder: Path, text: str) -> Table:
    """A made-up table of `text` in `folder`, read."""
    (folder / "schema.toml").write_text(SCHEMA, encoding="utf-8")
    (folder / "made.csv").write_text(text, encoding="utf-8")
    return read_tables(folder)[0]


def test_reader_groups_the_arms_of_a_row(tmp_path: Path) -> None:
    table = made(tmp_path, "row,n,hr,share,p,star,role\nA,1,0.50,2–3,NS,no,control\nA,2,,<4,,yes,active\nB,,,,,,\n")
    assert [(row.name, len(row.arms)) for row in table.rows] == [("A", 2), ("B", 1)]
    assert table.rows[0].printed("hr") == "0.50"
    assert table.rows[1].arms[0].cells == {"row": Value("B")}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("row,nn\nA,1\n", ["'nn'", "schema.toml"]),
        ("row,elsewhere\nA,1\n", ["'elsewhere'", "Table 9"]),
        ("n\n1\n", ["'row'", "missing"]),
        ("", ["'row'", "missing"]),
        ("row,n\nA,1\n,2\n", ["line 3", "'row'"]),
        ("row,n\nA,1\nA,1.5\n", ["line 3", "'n'", "'1.5'", "integer"]),
        ("row,hr\nA,about 1\n", ["line 2", "'hr'", "'about 1'"]),
        ("row,hr\nA,-1\n", ["line 2", "'hr'", "'-1'"]),
        ("row,share\nA,2-3\n", ["line 2", "'share'", "'2-3'"]),
        ("row,p\nA,significant\n", ["line 2", "'p'"]),
        ("row,star\nA,*\n", ["line 2", "'star'"]),
        ("row,role\nA,placebo\n", ["line 2", "'role'", "control or active"]),
        ("row,n\nA,1,2\n", ["line 2", "3 cells", "2 columns"]),
        ("row,n\nA\n", ["line 2", "1 cells", "2 columns"]),
        ("row,hr\nA,0.5\nA,0.6\n", ["row 'A'", "'hr'", "0.5", "0.6"]),
    ],
)
def test_reader_refuses_what_the_schema_does_not_allow_and_says_where(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    with pytest.raises(CorpusError) as refusal:
        made(tmp_path, text)
    for words in ("made.csv", *named):
        assert words in str(refusal.value)


def test_reader_refuses_a_missing_table_or_schema(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"schema\.toml"):
        read_tables(tmp_path)
    (tmp_path / "schema.toml").write_text(SCHEMA, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"made\.csv.*cannot be read"):
        read_tables(tmp_path)


@pytest.mark.parametrize("change", [('"integer"', '"whole"'), ('file = "made.csv"', ""), ("[columns]", "[columns")])
def test_reader_refuses_a_schema_that_is_none(tmp_path: Path, change: tuple[str, str]) -> None:
    (tmp_path / "schema.toml").write_text(SCHEMA.replace(*change), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"schema\.toml: the table schema cannot be read"):
        read_tables(tmp_path)


def test_slips_are_of_places_and_columns_that_exist(review: Document) -> None:
    paragraphs = {paragraph.id: paragraph.text for paragraph in review.paragraphs}
    rows = {f"{table.number}:{row.name}": row for table in review.tables for row in table.rows}
    columns = {column for row in rows.values() for arm in row.arms for column in arm.cells}
    assert len({slip.id for slip in review.slips}) == len(review.slips) > 0
    for slip in review.slips:
        assert set(slip.passages) <= paragraphs.keys(), slip.id
        assert set(slip.rows) <= rows.keys(), slip.id
        assert set(slip.columns) <= columns, slip.id


def test_what_a_slip_is_about_stands_in_one_of_its_paragraphs(review: Document) -> None:
    paragraphs = {paragraph.id: paragraph.text for paragraph in review.paragraphs}
    for slip in review.slips:
        texts = [paragraphs[place] for place in slip.passages]
        assert not texts or not slip.about or any(words in text for words in slip.about for text in texts), slip.id


@pytest.mark.parametrize(
    ("places", "named"),
    [
        ('rows = ["2:SUNRISE"]', "2:SUNRISE"),
        ('rows = ["1:CONCUR"]', "1:CONCUR"),
        ('passages = ["2.1-p99"]', "2.1-p99"),
        ("", "no passage and no row"),
    ],
)
def test_slip_of_an_unknown_place_is_refused(tmp_path: Path, places: str, named: str) -> None:
    home = tmp_path / "review"
    shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("original"))
    (home / "slips.toml").write_text(f'[[slip]]\nid = "made-up"\nnote = "n"\n{places}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match=r"slips\.toml: slip 'made-up'") as refusal:
        read_corpus(tmp_path)
    assert named in str(refusal.value)
