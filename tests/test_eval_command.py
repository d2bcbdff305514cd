"""`lateline eval` end to end: what it prints, writes and compares, its exit status; its sets and their errors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from serving import running_server

from app.answer import Answer
from app.assistant import Assistant
from app.settings import Settings
from app.ui.cli import main
from eval.asking import ask_all
from eval.questions import SETS, at_place, read_questions
from eval.repeating import repeat
from eval.replies import Failure, Reply, reply_of
from eval.sets import Item, load_items
from eval.systems import System

Run = Callable[..., tuple[int, str, str]]


def line(name: str, text: str | list[str], status: str = "answered", **facts: Any) -> dict[str, Any]:
    said = {"question": text} if isinstance(text, str) else {"turns": text}
    about = {"kind": "lookup", "style": "plain", "gold": [], "forbidden": [], "locators": []}
    return {"id": name, **said, "status": status, **about, **facts}


SIX = [
    line("s1", "mOS in SUNLIGHT?", gold=[["10.8"], ["7.5"]], locators=["T2:SUNLIGHT"]),
    line("s2", "mOS in SUNLIGHT?", gold=[["99.9"]], locators=["T2:CORRECT"], style="trap"),
    line("s3", ["mOS in SUNLIGHT?", "and the PFS?"], gold=[["5.6"]], locators=["T2:SUNLIGHT"], kind="dialogue"),
    line("s4", "What does regorafenib cost?", "insufficient_evidence", kind="unanswerable"),
    line("s5", "best pizza in town?", "out_of_scope", kind="offtopic", why="nothing medical"),
    line("s6", "HR for OS in CORRECT?", gold=[["0.77"]], locators=["T2:CORRECT"], style="shorthand"),
]
PATIENT = {
    "id": "p1", "style": "board", "text": "mCRC, KRAS G12D, MSS, FOLFOX/bev then FOLFIRI", "status": "answered",
    "patient": {"ras": "mutant", "kras_g12c": False, "mmr": "proficient", "lines": 2},
    "prior": {"given": ["fluoropyrimidine", "oxaliplatin", "irinotecan", "anti_vegf"], "unknown": []},
}  # fmt: skip


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Run:
    """Runs `lateline eval` in an empty folder over the session's index: exit status, standard output and error."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("LATELINE_INDEX_DIR", str(settings.index_dir))

    def running(*words: object) -> tuple[int, str, str]:
        return main(["eval", *map(str, words)]), *capsys.readouterr()

    return running


@pytest.fixture
def loaded(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is handed the assistant of the session."""
    monkeypatch.setattr("app.wiring.load_assistant", Mock(return_value=assistant))


def write(path: Path, lines: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(part) + "\n" for part in lines), encoding="utf-8")
    return path


@pytest.fixture
def six(tmp_path: Path) -> Path:
    return write(tmp_path / "six.jsonl", SIX)


def scores_of(report: dict[str, Any], measure: str) -> dict[str, float]:
    return {item["id"]: item["scores"][measure] for item in report["items"] if measure in item["scores"]}


@pytest.mark.usefixtures("loaded")
def test_six_questions_are_answered_scored_and_told(run: Run, six: Path) -> None:
    status, out, error = run("--questions", six)
    assert status == 0
    assert out.startswith("## six questions: 6 items, system lateline\n\n| Measure ")
    row = {
        cells[1]: cells[2:5] for cells in (re.split(r"\s*\|\s*", text) for text in out.splitlines()) if len(cells) > 4
    }
    assert row["Answer right"][0] == "0.833"
    assert row["No false refusal"][0] == "1.000"
    assert row["Citation hit"] == ["0.750", row["Citation hit"][1], "4"]
    assert {"dialogue", "lookup", "offtopic", "unanswerable", "trap", "shorthand"} <= row.keys()
    assert "Time for an answer, as the asker waits: p50 " in out
    assert "Answering" in error
    assert "Traceback" not in error


@pytest.mark.usefixtures("loaded")
def test_the_report_has_every_item_with_its_scores(run: Run, six: Path) -> None:
    _, out, _ = run("--questions", six, "--json")
    report = json.loads(out)
    assert scores_of(report, "correct") == {
        "six/s1": 1, "six/s2": 0, "six/s3": 1, "six/s4": 1, "six/s5": 1, "six/s6": 1
    }  # fmt: skip
    wrong = report["items"][1]
    assert (wrong["right"], wrong["why"]["correct"]) == (False, "does not say '99.9'")
    assert (wrong["turns"], wrong["expected"]) == (["mOS in SUNLIGHT?"], "answered: 99.9")
    assert "10.8" in wrong["got"]
    assert "hit_at_1" in wrong["scores"]
    # What is searched for in a conversation depends on more than the last turn.
    assert "hit_at_1" not in report["items"][2]["scores"]


@pytest.mark.usefixtures("loaded")
def test_a_patient_is_scored_through_the_options(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("--questions", write(tmp_path / "mine.jsonl", [PATIENT]), "--json")
    (item,) = json.loads(out)["items"]
    assert (status, item["kind"], item["part"], item["right"]) == (0, "vignette", "vignettes", True)
    decided = ("status", "option_set", "option_order", "no_unsafe_option", "facts_f1")
    assert [item["scores"][name] for name in decided] == [1] * 5


@pytest.mark.usefixtures("loaded")
def test_files_of_a_report_are_self_contained_and_replaced_as_a_whole(run: Run, six: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert run("--questions", six, "--report", folder)[0] == 0
    first = json.loads((folder / "eval.json").read_text(encoding="utf-8"))
    assert run("--questions", six, "--report", folder)[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == ["eval.html", "eval.json", "eval.md"]
    second = json.loads((folder / "eval.json").read_text(encoding="utf-8"))
    for report in (first, second):
        assert report["parts"][0].pop("latency_ms")
    assert first == second
    text = (folder / "eval.md").read_text(encoding="utf-8")
    assert "**six/s2** (lookup, trap): mOS in SUNLIGHT?" in text
    assert "expected answered: 99.9" in text
    assert "six/s1" not in text
    page = (folder / "eval.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 3
    assert "six/s2" in page
    # Nothing is loaded: no script, style, image or font of another file (namespaces of SVG are names).
    assert re.findall(r"<(?:script|link|img|iframe)|@import|url\((?!#)|\bsrc=", page) == []
    addresses = set(re.findall(r'[\w:]+="https?://[^"]*"', page))
    names = ("xmlns", "rdf:about", "rdf:resource")
    assert [address for address in addresses if not address.startswith(names)] == []


@pytest.mark.usefixtures("loaded")
def test_frozen_items_are_told_without_their_texts(run: Run, tmp_path: Path) -> None:
    frozen, folder = write(tmp_path / "frozen_x.jsonl", SIX), tmp_path / "report"
    _, out, error = run("--questions", frozen, "--report", folder, "--json")
    written = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    for text in (out, error, *written):
        assert "mOS in SUNLIGHT" not in text
        assert "does not say '" not in text
        assert not re.search(r"(?<!\d)99\.9(?!\d)", text)
    assert all("frozen_x/s2" in text for text in (out, *written))
    _, out, _ = run("--questions", frozen, "--report", folder, "--show-frozen")
    assert "mOS in SUNLIGHT?" in (folder / "eval.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("loaded")
def test_tuned_and_frozen_are_reported_apart(run: Run, tmp_path: Path) -> None:
    tuned, frozen = write(tmp_path / "tuned_x.jsonl", SIX[:2]), write(tmp_path / "frozen_x.jsonl", SIX[3:])
    _, out, _ = run("--questions", tuned, frozen)
    assert re.findall(r"^## .*", out, re.MULTILINE) == [
        "## tuned_x questions: 2 items, system lateline",
        "## frozen_x questions: 3 items, system lateline",
    ]


def answered(assistant: Assistant, name: str, *turns: str) -> dict[str, Any]:
    return {"id": name, **assistant.ask(list(turns)).to_dict()}


def test_answers_of_a_file_are_scored_and_what_lacks_scores_zero(
    run: Run, six: Path, tmp_path: Path, assistant: Assistant
) -> None:
    lines = [
        answered(assistant, "s1", "mOS in SUNLIGHT?"),
        {"id": "s3", "status": "error", "error": "it broke"},
        answered(assistant, "six/s5", "best pizza in town?"),
        {"id": "s6", "status": "answered", "answer": "The HR was 0.77."},
        {"id": "other", "status": "answered"},
    ]
    status, out, error = run("--questions", six, "--answers", write(tmp_path / "out.jsonl", lines), "--json")
    report = json.loads(out)
    assert status == 0
    assert scores_of(report, "correct") == {
        "six/s1": 1, "six/s2": 0, "six/s3": 0, "six/s4": 0, "six/s5": 1, "six/s6": 1
    }  # fmt: skip
    assert scores_of(report, "citation_hit") == {"six/s1": 1, "six/s2": 0, "six/s3": 0, "six/s6": 0}
    assert scores_of(report, "no_missed_refusal") == {"six/s4": 0, "six/s5": 1}
    assert [item["got"] for item in report["items"][1:3]] == ["no answer with this id in the file", "it broke"]
    assert (report["parts"][0]["without_answer"], report["parts"][0]["latency_ms"]) == (3, {})
    assert "hit_at_1" not in report["parts"][0]["overall"]
    assert "1 answers of " in error


def test_what_batch_writes_scores_as_the_assistant_itself(
    run: Run, six: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out_file = tmp_path / "out.jsonl"
    assert main(["ask", "--batch", str(six), "--out", str(out_file)]) == 0
    capsys.readouterr()
    by_file = json.loads(run("--questions", six, "--answers", out_file, "--json")[1])
    direct = json.loads(run("--questions", six, "--json")[1])
    assert scores_of(by_file, "correct") == scores_of(direct, "correct")
    assert scores_of(by_file, "citation_precision") == scores_of(direct, "citation_precision")


@pytest.mark.usefixtures("loaded")
def test_a_comparison_lists_what_became_better_and_worse(run: Run, six: Path, tmp_path: Path) -> None:
    answers = [{"id": "s2", "status": "answered", "answer": "99.9"}, {"id": "s1", "status": "out_of_scope"}]
    old = tmp_path / "old"
    run("--questions", six, "--answers", write(tmp_path / "old.jsonl", answers), "--report", old)
    (tmp_path / "new").mkdir()
    new = write(tmp_path / "new" / "six.jsonl", [*SIX[:3], line("s9", "mOS SUNLIGHT?")])
    status, out, _ = run("--questions", new, "--compare", old / "eval.json")
    told = out[out.index("## Compared with") :]
    assert status == 0
    assert "Became right: 2\n- six/s1\n- six/s3\n" in told
    assert "Became wrong: 1\n- six/s2\n" in told
    assert "- six/s1 (lookup): correct 0 → 1, status 0 → 1, no_false_refusal 0 → 1" in told
    assert "Only now: 1\n- six/s9" in told
    assert "Only before: 3\n- six/s4\n- six/s5\n- six/s6" in told
    assert json.loads(run("--questions", new, "--compare", old / "eval.json", "--json")[1])["compared"][
        "became_wrong"
    ] == ["six/s2"]


@pytest.mark.usefixtures("loaded")
def test_the_same_answers_are_told_to_be_no_change(run: Run, six: Path, tmp_path: Path) -> None:
    run("--questions", six, "--report", tmp_path / "old")
    _, out, _ = run("--questions", six, "--compare", tmp_path / "old" / "eval.json")
    assert set(re.findall(r"^[A-Z][\w ,]*: (\d+)$", out, re.MULTILINE)) == {"0"}


def test_three_questions_are_answered_twice_in_separate_processes(tmp_path: Path, settings: Settings) -> None:
    three = write(tmp_path / "three.jsonl", [SIX[0], SIX[2], SIX[4]])
    command = [sys.executable, "-m", "app.ui.cli", "eval", "--questions", str(three), "--repeat", "2"]
    environment = {**os.environ, "LATELINE_INDEX_DIR": str(settings.index_dir)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Identical: 3 answers, the same bytes in 2 processes (timings_ms aside)." in done.stdout
    assert "Run 2" in done.stderr


class _PerProcess:
    """Answers one item by the process it runs in, and the others always alike."""

    name, weighs_patients = "changing", True

    def reply(self, item: Item) -> Reply | Failure:
        told = str(os.getpid()) if item.id == "s2" else "the same"
        return reply_of({"status": "answered", "answer": told, "timings_ms": {"total": os.getpid()}})


class _Breaking(_PerProcess):
    def reply(self, item: Item) -> Reply | Failure:
        raise RuntimeError("no more")


def test_what_differs_from_run_to_run_is_named(six: Path) -> None:
    items = load_items(None, [six])
    first = ask_all(_PerProcess(), items)
    found = repeat(_PerProcess, items, 3, first)
    assert (found.runs, found.items, found.differing) == (3, 6, ("six/s2",))
    assert str(found) == "Not identical in 3 processes: six/s2"


def test_differing_runs_end_with_status_1(run: Run, six: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.run._maker", lambda *_: _PerProcess)
    status, out, _ = run("--questions", six, "--repeat", "2")
    assert (status, "Not identical in 2 processes: six/s2" in out) == (1, True)


def test_a_system_that_breaks_costs_scores_and_not_the_run(six: Path) -> None:
    items = load_items(None, [six])
    system: System = _Breaking()
    assert [reply.plain["error"] for reply in ask_all(system, items)] == ["RuntimeError: no more"] * 6


@pytest.mark.parametrize("system", ["naive", "bm25"])
def test_a_baseline_answers_with_what_it_finds(run: Run, six: Path, tmp_path: Path, system: str) -> None:
    both = ("--questions", six, write(tmp_path / "mine.jsonl", [PATIENT]))
    status, out, _ = run(*both, "--system", system, "--json")
    report = json.loads(out)
    assert (status, report["system"], len(report["items"])) == (0, system, 6)
    assert {item["status"] for item in report["items"]} == {"answered"}
    assert scores_of(report, "no_missed_refusal") == {"six/s4": 0, "six/s5": 0}
    assert sorted(scores_of(report, "text_hit_at_5")) == ["six/s1", "six/s2", "six/s6"]
    assert ("hit_at_5" in report["items"][0]["scores"]) is (system == "bm25")


def test_only_the_baseline_that_knows_places_cites(run: Run, tmp_path: Path) -> None:
    words = "What median overall survival was reported for FTD/TPI plus bevacizumab in SUNLIGHT?"
    one = write(
        tmp_path / "one.jsonl", [line("b1", words, gold=[["10.8"]], locators=["T2:SUNLIGHT", "T1:SUNLIGHT", "2.1"])]
    )
    hits = {}
    for system in ("naive", "bm25"):
        report = json.loads(run("--questions", one, "--system", system, "--json")[1])
        hits[system] = [scores_of(report, name)["one/b1"] for name in ("citation_hit", "text_hit_at_5")]
    assert hits == {"naive": [0, 1], "bm25": [1, 1]}


def test_the_naive_baseline_reads_an_article(run: Run, six: Path, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("The median was 99.9 months.\n", encoding="utf-8")
    _, out, _ = run("--questions", six, "--system", "naive", "--article", article, "--json")
    assert scores_of(json.loads(out), "correct")["six/s2"] == 1


def test_a_server_is_asked_over_http(run: Run, tmp_path: Path, settings: Settings) -> None:
    mixed = [write(tmp_path / "six.jsonl", SIX[:3]), write(tmp_path / "mine.jsonl", [PATIENT])]
    environment = {**os.environ, "LATELINE_INDEX_DIR": str(settings.index_dir)}
    with running_server(tmp_path, environment) as server:
        status, out, _ = run("--questions", *mixed, "--url", server.address, "--json")
    report = json.loads(out)
    assert (status, report["system"]) == (0, server.address)
    assert scores_of(report, "correct") == {"six/s1": 1, "six/s2": 0, "six/s3": 1}
    assert scores_of(report, "option_set") == {"mine/p1": 1}
    assert report["parts"][0]["latency_ms"]["p50"] > 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--set", "nonsense"), "--set nonsense: no such set; there are "),
        (("--questions", "absent.jsonl"), "absent.jsonl: no such file"),
        (("--answers", "absent.jsonl"), "absent.jsonl: no such file"),
        (("--compare", "absent.json"), "absent.json: no such file"),
        (("--report", "no/such/folder"), "the folder above it does not exist"),
        (("--article", "absent.txt"), "--article together with --system naive only"),
        (("--article", "absent.txt", "--system", "naive"), "absent.txt: no such file"),
        (("--answers", "a", "--url", "http://localhost:1"), "one of --system, --answers and --url"),
        (("--system", "bm25", "--url", "http://localhost:1"), "one of --system, --answers and --url"),
        (("--answers", "a", "--repeat", "2"), "--repeat answers anew"),
        (("--url", "localhost:7860"), "begins with http:// or https://"),
    ],
)
def test_wrong_usage_is_told_in_one_line(run: Run, words: tuple[str, ...], told: str) -> None:
    status, out, error = run(*words)
    assert (status, out) == (2, "")
    assert told in error
    assert (error.startswith("lateline: "), error.count("\n")) == (True, 1)


def test_a_server_that_is_not_there_is_told_in_one_line(run: Run, six: Path) -> None:
    status, _, error = run("--questions", six, "--url", "http://127.0.0.1:9")
    assert status == 1
    assert "no server with the HTTP API answers there" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("times", ["1", "0", "-3", "two", "101"])
def test_a_number_of_runs_must_make_sense(run: Run, times: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--repeat", times)
    assert ended.value.code == 2


def changed(**facts: Any) -> str:
    return json.dumps(SIX[0] | facts)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "line 2: not valid JSON"),
        ("[]", "line 2: "),
        (changed(id=1), "line 2: id: "),
        (changed(status="maybe"), "line 2: status: "),
        (changed(colour="red"), "line 2: colour: "),
        (changed(turns=["a"]), 'line 2: give either "question" or "turns".'),
        (changed(question=" "), "line 2: the question, or one of the turns, is empty."),
        (changed(gold=[[]]), "line 2: a gold group"),
        (changed(gold=[[""]]), "line 2: a gold group"),
        (json.dumps({name: value for name, value in SIX[0].items() if name != "gold"}), "line 2: gold: "),
        (changed(id="s6"), "the id stands twice"),
    ],
)
def test_a_question_that_does_not_fit_is_told_with_its_line(run: Run, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{json.dumps(SIX[5])}\n{text}\n", encoding="utf-8")
    status, out, error = run("--questions", path)
    assert (status, out) == (1, "")
    assert told in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"style": None}, ""),
        ({"patient": {"shoe_size": 4}}, "line 2: unknown facts ['shoe_size']."),
        ({"patient": {"mmr": "perhaps"}}, "line 2: mmr: 'perhaps' is none of"),
        ({"text": ""}, "line 2: the text, or one of the turns, is empty."),
        ({"text": None, "drop": "text"}, "line 2: text is missing."),
    ],
)
def test_a_vignette_that_does_not_fit_is_told_with_its_line(
    run: Run, tmp_path: Path, facts: dict[str, Any], told: str
) -> None:
    second = PATIENT | {"id": "p2"} | facts
    if gone := second.pop("drop", None):
        second.pop(str(gone))
    if not told:
        second.pop("style")
        told = "line 2: style is missing."
    status, _, error = run("--questions", write(tmp_path / "set.jsonl", [PATIENT, second]))
    assert (status, told in error, error.count("\n")) == (1, True, 1)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("{", "line 1: not valid JSON"),
        ("[]", "line 1: must be an object"),
        ('{"status": "answered"}', "line 1: must be an object"),
        ('{"id": "s1"}\n{"id": "s1"}', "line 2: the id s1 stands twice"),
    ],
)
def test_answers_that_cannot_be_read_are_told_with_their_line(
    run: Run, six: Path, tmp_path: Path, lines: str, told: str
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(lines, encoding="utf-8")
    status, _, error = run("--questions", six, "--answers", path)
    assert (status, told in error, error.count("\n")) == (1, True, 1)


def test_an_id_of_two_files_must_be_written_with_its_file(run: Run, six: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.jsonl", SIX[:1])
    plain = write(tmp_path / "plain.jsonl", [{"id": "s1", "status": "answered"}])
    status, _, error = run("--questions", six, other, "--answers", plain)
    assert (status, "the id s1 could be other/s1 and six/s1" in error) == (1, True)
    full = write(tmp_path / "full.jsonl", [{"id": "other/s1", "status": "answered", "answer": "10.8, 7.5"}])
    _, out, _ = run("--questions", six, other, "--answers", full, "--json")
    found = scores_of(json.loads(out), "correct")
    assert (found["other/s1"], found["six/s1"]) == (1, 0)


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": 1, "items": [{}]}', "no"])
def test_only_a_report_can_be_compared_with(run: Run, six: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "old.json").write_text(text, encoding="utf-8")
    status, _, error = run("--questions", six, "--compare", tmp_path / "old.json")
    assert (status, "is no report" in error, error.count("\n")) == (1, True, 1)


def test_the_packaged_sets_can_be_read_and_are_told_apart() -> None:
    items = load_items(None, None)
    assert {item.set for item in items} == {"tuned", "frozen"}
    assert all(item.is_frozen == item.file.startswith("frozen") for item in items)
    assert len({item.key for item in items}) == len(items)
    questions = [question for path in sorted(SETS.glob("*.jsonl")) for question in read_questions(path)]
    assert len(questions) > 500
    assert [question.id for question in questions if question.status == "answered" and not question.gold] == []


def test_a_place_is_a_section_or_a_row() -> None:
    places = ("2.1", "T1:KRASG12C", "T2:SUNLIGHT")
    assert at_place(places, "2.1", None, None)
    assert at_place(places, "7", "1", "KRAS G12C adagrasib")
    assert not at_place(places, "2.1", "3", "SUNLIGHT")
    assert not at_place(places, "2.1", "2", None)
    assert not at_place(places, "2", None, None)


def test_a_crashing_question_scores_zero(
    run: Run, six: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(turns: Sequence[str], patient: object = None) -> Answer:
        if "CORRECT" in turns[0]:
            raise ZeroDivisionError("division")
        return replace(assistant.ask(turns))

    crashing = Mock(ask=ask, evidence=assistant.evidence, adviser=assistant.adviser)
    monkeypatch.setattr("app.wiring.load_assistant", Mock(return_value=crashing))
    status, out, error = run("--questions", six, "--json")
    item = json.loads(out)["items"][5]
    assert (status, item["status"], item["got"]) == (0, "error", "ZeroDivisionError: division")
    assert set(item["scores"].values()) == {0}
    assert "Traceback" not in error
