"""`lateline options` and `ask --patient`: what they print, what they refuse, what a batch leaves on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from advised import EXAMPLE, TOLD
from test_cli import Run, assert_one_line, batch, without_timings

from app.answer import Answer
from app.assistant import Assistant
from app.patient.form import patient_schema
from app.settings import Settings
from app.ui.cli import main
from app.ui.columns import display_width, filled, table, wrapped
from app.ui.render import as_text
from app.ui.render_options import options_text
from app.wiring import load_adviser

PROFILE = {"ras": "mutant", "kras_g12c": False, "lines": 2, "prior": {"irinotecan": True}}
WIDE = "患者" * 70


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder: exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def running(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return running


def profile(content: object, name: str = "patient.json") -> Path:
    path = Path(name)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def example() -> Answer:
    return load_adviser(Settings()).options([EXAMPLE])


def test_a_text_is_weighed_and_shown(run: Run, example: Answer) -> None:
    status, out, error = run("options", "--text", EXAMPLE)
    assert (status, error) == (0, "")
    assert out == options_text(example) + "\n"


def test_the_table_is_grasped_at_once(example: Answer) -> None:
    lines = options_text(example).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Options"))
    marked = {line[3:34].strip(): line[0] for line in lines[start + 1 :] if line[:1] in ("✔", "?", "✘")}
    assert next(iter(marked)) == "FTD/TPI + bevacizumab"
    assert marked["Anti-EGFR rechallenge, with"] == "✔"
    assert (marked["TRK inhibitor"], marked["Fruquintinib"]) == ("?", "✘")
    assert "".join(marked.values()) == "✔✔✔✔✔?✘✘✘✘✘✘"
    rows = [line for line in lines[start + 1 :] if line[:1] in ("✔", "?", "✘")]
    assert {line[36:51].strip() for line in rows} == {"recommended", "option", "trial preferred", "standard"}
    assert {line[34:36] for line in rows} | {line[51:53] for line in rows} == {"  "}


def test_the_grounds_stand_below_the_table(example: Answer) -> None:
    text = options_text(example)
    flat = " ".join(text.split())
    for words in (
        "RAS wild-type “RASwt”",
        "fluoropyrimidine, oxaliplatin “FOLFOX”",
        "1. FTD/TPI + bevacizumab: recommended [1][6][8]",
        "median OS was 10.8 months with FTD/TPI + bevacizumab",
        "Cautions neutropenia: 43% severe",
        "✘ Fruquintinib: after FTD/TPI it would open; after regorafenib it would open",
        "- NTRK: could open TRK inhibitor (larotrectinib or entrectinib); NTRK gene fusion: <1% (Table 1); 0.2% (§9)",
        "After the review (later than 2023-11, no part of it)",
        "* policy: a rule of this product, not of the review",
        "[7] Table 2, SUNLIGHT (Prager 2023), reference 13",
    ):
        assert words in flat
    assert text.endswith("Evidence as of 2023-11.")


def test_what_is_asked_is_answered_above_the_table_and_nothing_is_printed_twice() -> None:
    adviser = load_adviser(Settings())
    text = " ".join(options_text(adviser.options([EXAMPLE, "is he a candidate for fruquintinib?"])).split())
    verdict = "Fruquintinib: not eligible, because FTD/TPI and regorafenib not given"
    assert text.index(verdict) < text.index("Options: ✔ eligible")
    refused = " ".join(options_text(adviser.options(TOLD["two targets"])).split())
    for words in ("No: nintedanib", "Standard chemotherapy first", "confirm RAS before the first dose of Enc"):
        assert refused.index(words) < refused.index("Options: ✔ eligible")
    assert refused.count("Standard chemotherapy first") == refused.count("No: nintedanib") == 1
    assert "Eligible, in this order" not in refused


def test_every_mark_that_is_shown_has_its_source(example: Answer) -> None:
    body, _, sources = options_text(example).partition("\nSources\n")
    shown = [cited.n for cited in example.citations if f"[{cited.n}]" in body]
    assert shown
    assert [number for number in shown if f"\n  [{number}]" not in f"\n{sources}"] == []


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal_also_with_wide_characters(width: int) -> None:
    text = f"{EXAMPLE}. HER2 negative ({WIDE}), prior {WIDE} regorafenib"
    shown = options_text(load_adviser(Settings()).options([text]), width)
    assert max(map(display_width, shown.splitlines())) <= width


def test_columns_count_the_places_of_characters() -> None:
    assert (display_width("abc"), display_width("患者"), display_width("e\u0301"), display_width("✔")) == (3, 4, 1, 1)
    assert wrapped("患者患者 ab", 5) == ["患者", "患者", "ab"]
    assert wrapped("", 5) == [""]
    assert filled("one two three", 9, "- ") == "- one two\n  three"
    assert table([("患者", "x"), ("ab", "y z")], (4, 1)) == "患者  x\nab    y\n      z"


def test_json_is_the_answer_of_the_contract(run: Run, example: Answer) -> None:
    status, out, _ = run("options", "--text", EXAMPLE, "--json")
    assert status == 0
    assert without_timings(json.loads(out)) == without_timings(json.loads(example.to_json()))
    assert {"rules", "total"} <= json.loads(out)["timings_ms"].keys()


def test_a_profile_is_weighed_as_it_stands_and_nothing_is_assumed(run: Run) -> None:
    status, out, _ = run("options", "--patient", profile(PROFILE), "--json")
    facts = json.loads(out)
    assert (status, facts["status"], facts["assumed"]) == (0, "answered", [])
    assert facts["patient"]["prior"]["oxaliplatin"] is None
    verdicts = {option["id"]: option["verdict"] for option in facts["options"]}
    assert (verdicts["ftd_tpi"], verdicts["kras_g12c_inhibitor"]) == ("needs_information", "not_eligible")
    assert "nothing known" not in run("options", "--patient", "patient.json")[1]


def test_the_schema_is_printed(run: Run) -> None:
    status, out, _ = run("options", "--schema")
    assert (status, json.loads(out)) == (0, patient_schema())


@pytest.mark.parametrize("text", ["mOS in SUNLIGHT?", "mCRC, MSI-H and pMMR, s/p FOLFOX"])
def test_without_options_the_answer_itself_is_shown(run: Run, text: str) -> None:
    status, out, _ = run("options", "--text", text)
    assert (status, out) == (0, as_text(load_adviser(Settings()).options([text])) + "\n")


WRONG = [
    "options",
    "options|--text| ",
    "options|--text|x|--patient|in",
    "options|--batch|in",
    "options|--out|out",
    "options|--text|x|--out|out",
    "options|--text|x|--batch|in|--out|out",
    "options|--batch|gone|--out|out",
    "options|--batch|in|--out|in",
]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_is_said_before_anything_is_loaded(
    run: Run,
    arguments: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.wiring.load_adviser", Mock(side_effect=AssertionError("loaded")))
    profile({"id": 1, "text": EXAMPLE}, "in")
    status, out, error = run(*arguments.split("|"))
    assert (status, out) == (2, "")
    assert_one_line(error)


BAD_PROFILES = {
    "unknown field": ({"rass": "mutant"}, "'rass' is no field of a profile; the nearest is 'ras'"),
    "unknown agent": ({"prior": {"irinotecn": True}}, "the nearest is 'irinotecan'"),
    "value": ({"mmr": "MSI-H"}, "'MSI-H'"),
    "no object": ([1], "must be a JSON object"),
    "no JSON": ("{", "not valid JSON"),
}


@pytest.mark.parametrize("command", ["options", "ask"])
@pytest.mark.parametrize(("content", "said"), BAD_PROFILES.values(), ids=BAD_PROFILES)
def test_a_profile_that_cannot_be_read_is_refused_in_one_line(
    run: Run,
    content: object,
    said: str,
    command: str,
) -> None:
    path = profile(content)
    status, out, error = run(command, *(["What now?"] if command == "ask" else []), "--patient", path)
    assert (status, out) == (1, "")
    assert_one_line(error)
    assert said in error
    assert str(path) in error


def test_a_profile_that_is_not_there_is_named(run: Run) -> None:
    status, _, error = run("options", "--patient", "gone.json")
    assert (status, "gone.json" in error) == (1, True)
    assert_one_line(error)


LINES: list[tuple[Any, Any, str | None]] = [  # line, id, status (None: an error)
    ({"id": "a", "text": EXAMPLE}, "a", "answered"),
    ({"id": "b", "patient": PROFILE}, "b", "answered"),
    ({"id": "c", "turns": [EXAMPLE, "HER2 is positive after all"]}, "c", "answered"),
    ({"id": "d", "text": "mCRC, MSI-H and pMMR, s/p FOLFOX"}, "d", "contradiction"),
    ({"id": "e", "text": "mOS in SUNLIGHT?"}, "e", "out_of_scope"),
    ({"id": "f", "patient": {}}, "f", "needs_information"),
    (b"{", None, None),
    (b"\xff\xfe", None, None),
    ([1], None, None),
    ({"id": "g"}, "g", None),
    ({"id": "h", "question": "x"}, "h", None),
    ({"id": "i", "text": "x", "patient": {}}, "i", None),
    ({"id": "j", "text": 5}, "j", None),
    ({"id": "k", "text": "  "}, "k", None),
    ({"id": "l", "turns": []}, "l", None),
    ({"id": "m", "turns": "x"}, "m", None),
    ({"id": "n", "patient": {"rass": 1}}, "n", None),
    ({"id": "o", "patient": None}, "o", None),
    ({"id": "p", "text": "x" * 20_001}, "p", None),
]


def test_each_bad_line_of_a_batch_is_an_error_and_the_others_are_weighed(run: Run) -> None:
    batch([line for line, _, _ in LINES])
    status, out, error = run("options", "--batch", "in", "--out", "out")
    bad = sum(expected is None for _, _, expected in LINES)
    assert (status, out) == (1, "")
    assert error.splitlines()[-1].startswith(f"lateline: {bad} of {len(LINES)} lines failed")
    results = [json.loads(line) for line in Path("out").read_text(encoding="utf-8").splitlines()]
    assert [(result["id"], result["status"]) for result in results] == [
        (name, expected or "error") for _, name, expected in LINES
    ]
    for result in results:
        if result["status"] == "error":
            assert result.keys() == {"id", "status", "error"}
            assert "\n" not in result["error"].strip()
    assert next(result for result in results if result["id"] == "c")["patient"]["her2"] == "positive"


def test_a_batch_gives_the_same_bytes_twice(run: Run) -> None:
    batch([{"id": 1, "text": EXAMPLE}, {"id": 2, "patient": PROFILE}])
    for name in ("one", "two"):
        assert run("options", "--batch", "in", "--out", name)[0] == 0
    one, two = (Path(name).read_text(encoding="utf-8").splitlines() for name in ("one", "two"))
    assert [json.dumps(without_timings(json.loads(line))) for line in one] == [
        json.dumps(without_timings(json.loads(line))) for line in two
    ]


def test_unavailable_options_are_named_in_the_table(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATELINE_UNAVAILABLE", "regorafenib")
    assert "not available here; fluoropyrimidine" in " ".join(run("options", "--text", EXAMPLE)[1].split())
    monkeypatch.setenv("LATELINE_UNAVAILABLE", "regorafinib")
    status, _, error = run("options", "--text", EXAMPLE)
    assert (status, "the nearest is 'regorafenib'" in error) == (1, True)


@pytest.fixture
def loaded(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.wiring.load_assistant", Mock(return_value=assistant))


@pytest.mark.usefixtures("loaded")
def test_ask_takes_a_profile_to_begin_with(run: Run) -> None:
    path = profile({"mmr": "deficient", "prior": {"oxaliplatin": True, "immunotherapy": False}})
    status, out, _ = run("ask", "What are the options?", "--patient", path)
    assert status == 0
    assert "✔  Immune checkpoint inhibitor" in out
    status, out, _ = run("ask", "mOS in SUNLIGHT?", "--patient", path)
    assert out.startswith("In SUNLIGHT, median OS was 10.8 months")
    assert "✔" not in out
    assert out.count("\n  [") == 1


@pytest.mark.usefixtures("loaded")
def test_lines_of_an_ask_batch_may_carry_a_profile(run: Run) -> None:
    batch([{"id": 1, "question": "What next?", "patient": PROFILE}, {"id": 2, "question": "What next?", "patient": 7}])
    assert run("ask", "--batch", "in", "--out", "out")[0] == 1
    first, second = (json.loads(line) for line in Path("out").read_bytes().splitlines())
    assert (first["about"], first["patient"]["ras"]) == ("patient", "mutant")
    assert (second["status"], "JSON object" in second["error"]) == ("error", True)
