"""The typed tables as lines of arms: every cell of the CSV files, nothing made up where the print gives nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from app.rules.catalogue import OPTION_IDS
from app.settings import Settings
from app.steps.evidence import EvidenceBase
from app.ui.evidence_table import (
    DATATYPES,
    HEADINGS,
    Cell,
    TrialLine,
    as_csv,
    as_records,
    trial_lines,
    trials_of,
    trials_of_options,
)
from app.wiring import load_adviser
from index.corpus import PACKAGED_CORPUS

COLUMN_OF = {
    "n": "n", "orr": "orr_pct", "pfs": "pfs_months", "pfs_hr": "pfs_hr", "pfs_hr_low": "pfs_hr_low",
    "pfs_hr_high": "pfs_hr_high", "os": "os_months", "os_hr": "os_hr", "os_hr_low": "os_hr_low",
    "os_hr_high": "os_hr_high",
}  # fmt: skip


@pytest.fixture(scope="module")
def base() -> EvidenceBase:
    return load_adviser(Settings()).base


@pytest.fixture(scope="module")
def lines(base: EvidenceBase) -> tuple[TrialLine, ...]:
    return trial_lines(base)


def typed() -> list[tuple[str, dict[str, str]]]:
    """Every line of the CSV files with its table's number, read anew."""
    files = sorted((PACKAGED_CORPUS / "tarpgaard-2024" / "tables").glob("table*.csv"))
    return [(path.stem[-1], row) for path in files for row in csv.DictReader(_text(path))]


def _text(path: Path) -> io.StringIO:
    return io.StringIO(path.read_text(encoding="utf-8"))


def test_every_arm_has_its_line_with_every_cell_as_printed(lines: tuple[TrialLine, ...]) -> None:
    assert len(lines) == len(typed()) > 70
    # A ratio belongs to the trial: where the print of one arm is damaged, it stands on the other's line.
    ratios = {(table, row["row"], name): cell for table, row in typed() for name, cell in row.items() if cell}
    for line, (table, row) in zip(lines, typed(), strict=True):
        assert (line.table, line.row) == (table, f"T{table}:{row['row']}")
        for field, column in COLUMN_OF.items():
            printed = ratios.get((table, row["row"], column), "") if "_hr" in column else row.get(column, "")
            assert (getattr(line, field).printed or "") == printed, (line.row, column)
        assert line.reference == (row["reference"] or None)
        assert {True: "yes", False: "no", None: ""}[line.os_star] == row.get("os_star", "")
        assert line.role == {"control": "comparator", "active": "tested"}[row["role"]]


def test_a_number_is_given_for_a_single_number_and_for_nothing_else(lines: tuple[TrialLine, ...]) -> None:
    cells = [getattr(line, field) for line in lines for field in COLUMN_OF]
    for cell in cells:
        assert cell.number == _number(cell.printed), cell
    assert {"NR", ">1000", "19–53", None} <= {cell.printed for cell in cells if cell.number is None}
    assert Cell("0", 0.0) in cells


def _number(printed: str | None) -> float | None:
    try:
        return float(printed or "")
    except ValueError:
        return None


def test_sunlight_as_the_review_prints_it(lines: tuple[TrialLine, ...]) -> None:
    control, tested = (line for line in lines if line.row == "T2:SUNLIGHT")
    assert (tested.source, tested.regimen, tested.os.number) == ("Prager 2023", "FTD/TPI + bevacizumab", 10.8)
    assert (control.regimen, control.os_star, tested.os_star) == ("FTD/TPI", False, True)
    assert [cell.printed for cell in tested.ratio("pfs")] == ["0.44", "0.36", "0.54"]


def test_records_fit_their_headings_and_sort(lines: tuple[TrialLine, ...]) -> None:
    records = as_records(lines)
    assert {len(record) for record in records} == {len(HEADINGS)} == {len(DATATYPES)}
    for record in records:
        for value, kind in zip(record, DATATYPES, strict=True):
            assert isinstance(value, str) if kind == "str" else value is None or isinstance(value, float)
    sotorasib = dict(zip(HEADINGS, next(one for one in records if one[0] == "T1:KRASG12C sotorasib"), strict=True))
    assert sotorasib["OS, months"] is None
    assert sotorasib["Not one number"] == "OS, months NR"


def test_the_file_holds_the_cells_as_printed(lines: tuple[TrialLine, ...]) -> None:
    header, *rows = csv.reader(io.StringIO(as_csv(lines)))
    assert header == list(HEADINGS[:-1])
    assert len(rows) == len(lines)
    for line, row in zip(lines, rows, strict=True):
        told = dict(zip(header, row, strict=True))
        assert told["OS, months"] == (line.os.printed or "")
        assert told["N"] == (line.n.printed or "")
        assert told["Reference"] == (line.reference or "")


def test_trials_gather_their_arms(lines: tuple[TrialLine, ...]) -> None:
    trials = {trial.row: trial for trial in trials_of(lines)}
    assert sum(len(trial.lines) for trial in trials.values()) == len(lines)
    assert [line.regimen for line in trials["T4:PRODIGE27"].of_role("comparator")] == ["Irinotecan"]


def test_the_rows_of_an_option_are_those_that_the_rules_cite(base: EvidenceBase) -> None:
    assert trials_of_options(["ftd_tpi_bevacizumab"]) == ("T1:SUNLIGHT", "T2:SUNLIGHT", "T2:Danish randomized phase 2")
    assert trials_of_options(["fruquintinib", "regorafenib", "fruquintinib"])[0] == "T1:FRESCO-2"
    assert trials_of_options(["anti_egfr"]) == ()
    every = trials_of_options(OPTION_IDS)
    assert len(every) == len(set(every)) > 20
    assert set(every) <= base.rows_by_place.keys()
    with pytest.raises(KeyError):
        trials_of_options(["aspirin"])
