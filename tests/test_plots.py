"""The plots: what is drawn is what the cells say, all words can be read, and the same plot gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from app.settings import Settings
from app.ui.evidence_table import EMPTY, Cell, Endpoint, TrialLine, trial_lines, trials_of, trials_of_options
from app.ui.plots import SOURCE, STARRED, UNDIRECTED, WARNING, WIDTH, as_png, as_svg, forest, medians
from app.wiring import load_adviser

ENDPOINTS: tuple[Endpoint, ...] = ("os", "pfs")
TABLES = ("1", "2", "3", "4", "5")
SELECTIONS = (*TABLES, "12345", "SUNLIGHT")
Plot = Callable[[tuple[TrialLine, ...], Endpoint], Figure]


@pytest.fixture(scope="module")
def lines() -> tuple[TrialLine, ...]:
    return trial_lines(load_adviser(Settings()).base)


def chosen(lines: tuple[TrialLine, ...], selection: str) -> tuple[TrialLine, ...]:
    """The lines of the tables whose numbers the selection is made of, or of a trial."""
    return tuple(line for line in lines if line.table in selection or line.trial == selection)


def ratios(figure: Figure) -> dict[str, float]:
    """What each row's square stands at."""
    drawn = [line for axes in figure.axes for line in axes.lines]
    return {
        gid.removeprefix("ratio "): float(line.get_xdata()[0])
        for line in drawn
        if (gid := line.get_gid()) and gid.startswith("ratio ")
    }


def intervals(figure: Figure) -> dict[str, tuple[float, ...]]:
    drawn = [line for axes in figure.axes for line in axes.lines]
    return {
        gid.removeprefix("interval "): tuple(map(float, line.get_xdata()))
        for line in drawn
        if (gid := line.get_gid()) and gid.startswith("interval ")
    }


def bars(figure: Figure) -> dict[str, Rectangle]:
    """Row and number of the arm → its bar."""
    drawn = [patch for axes in figure.axes for patch in axes.patches]
    return {str(patch.get_gid()): patch for patch in drawn if isinstance(patch, Rectangle)}


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in (*figure.texts, *(text for axes in figure.axes for text in axes.texts))]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_hazard_ratio_is_drawn_where_its_cell_says(lines: tuple[TrialLine, ...], endpoint: Endpoint) -> None:
    figure = forest(lines, endpoint)
    cells = {line.row: line.ratio(endpoint) for line in lines if line.ratio(endpoint)[0].number is not None}
    assert len(cells) > 15
    assert ratios(figure) == {row: ratio.number for row, (ratio, _, _) in cells.items()}
    assert intervals(figure) == {row: (low.number, high.number) for row, (_, low, high) in cells.items()}
    told = words(figure)
    for ratio, low, high in cells.values():
        assert f"{ratio.printed} ({low.printed}–{high.printed})" in told
    axes = figure.axes[0]
    left, right = axes.get_xlim()
    assert axes.get_xscale() == "log"
    assert left < min(low for low, _ in intervals(figure).values())
    assert right > max(high for _, high in intervals(figure).values())
    assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("table", TABLES)
def test_every_median_is_drawn_as_long_as_its_cell_says(
    lines: tuple[TrialLine, ...], endpoint: Endpoint, table: str
) -> None:
    trials = trials_of(chosen(lines, table))
    drawn = bars(medians(chosen(lines, table), endpoint))
    expected = {f"{trial.row} {number}": line for trial in trials for number, line in enumerate(trial.lines)}
    numbered = {key: line for key, line in expected.items() if line.median(endpoint).number is not None}
    assert {key: bar.get_width() for key, bar in drawn.items()} == {
        key: line.median(endpoint).number for key, line in numbered.items()
    }
    assert {key for key, bar in drawn.items() if bar.get_hatch()} == {
        key for key, line in numbered.items() if line.role == "comparator"
    }


def test_what_is_not_reached_or_not_given_is_told_and_never_a_bar(lines: tuple[TrialLine, ...]) -> None:
    figure = medians(chosen(lines, "15"), "os")
    drawn = bars(figure)
    for key in ("T5:Destiny-CRC02 1", "T1:KRASG12C sotorasib 0", "T5:Tapur 0", "T1:HER2+ and RASwt 0"):
        assert key not in drawn
    assert "T5:Destiny-CRC02 0" in drawn
    told = words(figure)
    assert told.count("not reached") == 2
    assert told.count("no median given") == 2
    assert "10.6–24.1 (range)" in told
    assert "N >1000" in told


def test_a_value_is_printed_with_its_star(lines: tuple[TrialLine, ...]) -> None:
    told = words(medians(chosen(lines, "SUNLIGHT"), "os"))
    assert {"7.5", "10.8*", "N 246", STARRED} <= set(told)
    assert STARRED not in words(medians(chosen(lines, "5"), "os"))


def test_trials_without_a_hazard_ratio_are_named(lines: tuple[TrialLine, ...]) -> None:
    told = words(forest(chosen(lines, "4"), "os"))
    assert "Table 4, no hazard ratio: REARRANGE; PRODIGE27" in told
    assert "REARRANGE" not in told
    single = forest(chosen(lines, "5"), "os")
    assert single.axes == []
    assert "Mountaineer" in " ".join(words(single))


def test_a_ratio_of_two_tested_arms_is_marked(lines: tuple[TrialLine, ...]) -> None:
    told = words(forest(chosen(lines, "4"), "os"))
    assert {"REVERCE †", "ASPECCT †", UNDIRECTED, "← favours tested arm", "favours comparator →"} <= set(told)
    assert UNDIRECTED not in words(forest(chosen(lines, "2"), "os"))


def test_a_ratio_without_an_interval_has_none_drawn(lines: tuple[TrialLine, ...]) -> None:
    bare = [replace(line, os_hr=Cell("0.61", 0.61), os_hr_low=EMPTY, os_hr_high=EMPTY) for line in chosen(lines, "3")]
    figure = forest(bare[:2], "os")
    assert intervals(figure) == {}
    assert ratios(figure) == {"T3:LUME": 0.61}
    assert "0.61, no CI" in words(figure)


def test_the_overview_does_not_repeat_a_trial(lines: tuple[TrialLine, ...]) -> None:
    rows = trials_of_options(["ftd_tpi_bevacizumab"])
    figure = medians(tuple(line for line in lines if line.row in rows), "os")
    assert words(figure).count("SUNLIGHT") == 1
    assert "T1:SUNLIGHT 0" not in bars(figure)
    assert f"Table 2 of {SOURCE}." in words(figure)


@pytest.mark.parametrize("plot", [forest, medians])
def test_the_warning_stands_on_every_plot(lines: tuple[TrialLine, ...], plot: Plot) -> None:
    for selection in SELECTIONS:
        assert WARNING in words(plot(chosen(lines, selection), "os"))
    assert "No trial is chosen." in words(plot((), "os"))


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("plot", [forest, medians])
def test_no_words_are_cut_or_overlap(
    lines: tuple[TrialLine, ...], plot: Plot, endpoint: Endpoint, selection: str
) -> None:
    figure = plot(chosen(lines, selection), endpoint)
    boxes = text_boxes(figure)
    page = figure.bbox
    assert figure.get_figwidth() * 72 == pytest.approx(WIDTH)
    for told, box in boxes:
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, told
    overlapping = [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if overlap(a, b)]
    assert overlapping == []


def text_boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Each text with where it stands, the labels of the scale included."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    labels = [text for axes in figure.axes for text in axes.get_xticklabels() if text.get_visible()]
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts), *labels]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts if text.get_text()]


def overlap(a: Bbox, b: Bbox) -> bool:
    """Whether the boxes share more than a hair: lines that follow one another may touch."""
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    down = min(a.y1, b.y1) - max(a.y0, b.y0)
    return across > 0.5 and down > 1.5


@pytest.mark.parametrize("plot", [forest, medians])
def test_labels_end_before_the_axes_begin(lines: tuple[TrialLine, ...], plot: Plot) -> None:
    figure = plot(lines, "pfs")
    axes = figure.axes[0].get_window_extent()
    renderer = FigureCanvasAgg(figure).get_renderer()
    for text in figure.texts:
        box = text.get_window_extent(renderer)
        if axes.y0 < box.y0 and box.y1 < axes.y1 and text.get_ha() == "left":
            assert box.x1 < axes.x0, text.get_text()


def test_the_picture_grows_with_its_rows(lines: tuple[TrialLine, ...]) -> None:
    for plot in (forest, medians):
        few, many = plot(chosen(lines, "SUNLIGHT"), "os"), plot(chosen(lines, "2"), "os")
        assert many.get_figheight() > 2 * few.get_figheight()


@pytest.mark.parametrize("plot", [forest, medians])
def test_the_svg_says_what_it_shows(lines: tuple[TrialLine, ...], plot: Plot) -> None:
    svg = as_svg(plot(lines, "os"), "Survival <of all>", 'Bars & "ratios"')
    root = ElementTree.fromstring(svg)
    names = {child.tag.rpartition("}")[2]: child for child in root}
    assert root.get("role") == "img"
    assert (names["title"].text, names["desc"].text) == ("Survival <of all>", 'Bars & "ratios"')
    assert root.get("aria-labelledby", "").split() == [names["title"].get("id"), names["desc"].get("id")]
    told = " ".join(element.text or "" for element in root.iter() if element.tag.endswith("}text"))
    for trial in trials_of(lines):
        assert trial.name in told
    assert WARNING in told


def test_the_svg_lives_in_a_light_and_in_a_dark_page(lines: tuple[TrialLine, ...]) -> None:
    svg = as_svg(medians(chosen(lines, "2"), "os"), "t", "d")
    colours = set(re.findall(r"#[0-9a-f]{6}", svg.lower()))
    assert colours == {"#0072b2", "#56b4e9"}  # everything else, text and axes, is of the colour around it
    assert "currentColor" in svg
    assert all("fill: currentColor" in style for style in re.findall(r'<text style="([^"]*)"', svg))
    assert not re.search(r"<style|<metadata|<script|@import|https?://(?!www\.w3\.org/(2000/svg|1999/xlink))", svg)
    assert not svg.startswith("<?xml")


def test_two_pictures_of_a_page_share_no_id(lines: tuple[TrialLine, ...]) -> None:
    pictures = [as_svg(medians(chosen(lines, table), "os"), f"Table {table}", "d") for table in "234"]
    ids = [name for picture in pictures for name in re.findall(r' id="([^"]+)"', picture)]
    assert len(ids) == len(set(ids)) >= 9
    for picture in pictures:
        used = {a or b for a, b in re.findall(r"""url\(#([^)]+)\)|href="#([^"]+)\"""", picture)}
        assert used and used <= set(re.findall(r' id="([^"]+)"', picture))


@pytest.mark.parametrize("plot", [forest, medians])
def test_the_same_plot_gives_the_same_bytes_from_any_thread(lines: tuple[TrialLine, ...], plot: Plot) -> None:
    def drawn(selection: str) -> tuple[str, bytes]:
        figure = plot(chosen(lines, selection), "os")
        return as_svg(figure, selection, "d"), as_png(figure)

    settings = dict(matplotlib.rcParams)
    selections = ["SUNLIGHT", "2", "4"] * 3
    alone = {selection: drawn(selection) for selection in selections}
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(drawn, selections))
    assert together == [alone[selection] for selection in selections]
    assert dict(matplotlib.rcParams) == settings


def test_the_png_is_sharp_white_and_without_a_date(lines: tuple[TrialLine, ...]) -> None:
    png = as_png(forest(chosen(lines, "SUNLIGHT"), "os"))
    pixels = imread(io.BytesIO(png))
    assert pixels.shape[1] == 1944
    assert pixels[0, 0].tolist() == [1, 1, 1, 1]
    assert b"tEXt" not in png and b"tIME" not in png and b"iTXt" not in png
