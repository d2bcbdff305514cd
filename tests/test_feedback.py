"""Feedback: what is kept and what is not, many writers at once, files that are damaged, and what is exported."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.errors import UserError
from app.ui.cli import main
from app.ui.feedback import REASONS, Feedback, FeedbackStore
from app.ui.feedback_export import FIELDS, exported

ID = "ab" * 32
QUESTION = "Frau Müller, 68, RASwt: mOS in SUNLIGHT?"
ANSWER = "In SUNLIGHT, median OS was 10.8 months [1].\nSecond line, with “quotes”, commas"
WITH_TEXT = Feedback(
    ID, "down", "wrong source", "see Table 2", "0.1.0", "2024-05-31", QUESTION, ANSWER, text_ticked=True
)
BARE = Feedback(ID, "up", version="0.1.0", date="2024-06-01")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "kept" / "feedback.sqlite")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder: exit status, standard output, standard error."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def running(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return running


def bytes_on_disk(store: FeedbackStore) -> bytes:
    return b"".join(path.read_bytes() for path in store.path.parent.iterdir())


def refused(work: Callable[[], object], path: Path) -> str:
    """The one sentence with which the work is refused, which names the path."""
    with pytest.raises(UserError) as caught:
        work()
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_what_is_kept_comes_back_in_the_order_in_which_it_came(store: FeedbackStore) -> None:
    kept = (WITH_TEXT, BARE, replace(BARE, thumb="down", reason="unclear"))
    for feedback in kept:
        store.add(feedback)
    assert store.entries() == kept
    assert FeedbackStore(store.path).entries() == kept


def test_text_that_was_not_ticked_is_nowhere_on_the_disk_and_not_even_in_the_record(store: FeedbackStore) -> None:
    unticked = replace(WITH_TEXT, text_ticked=False)
    assert (unticked.question, unticked.answer) == (None, None)
    assert "SUNLIGHT" not in repr(unticked)
    store.add(unticked)
    on_disk = bytes_on_disk(store)
    assert ID.encode() in on_disk
    assert b"see Table 2" in on_disk
    for word in ("Müller", "SUNLIGHT", "10.8"):
        assert word.encode() not in on_disk
    (entry,) = store.entries()
    assert (entry.question, entry.answer, entry.text_ticked) == (None, None, False)
    store.add(WITH_TEXT)
    assert "Müller".encode() in bytes_on_disk(store)


def test_the_day_is_kept_and_no_hour(store: FeedbackStore) -> None:
    before = datetime.now(UTC).date().isoformat()
    store.add(Feedback(ID, "up"))
    assert before <= store.entries()[0].date <= datetime.now(UTC).date().isoformat()
    assert Feedback(ID, "up", date="2024-02-29").date == "2024-02-29"
    for moment in ("2024-05-31T10:00:00", "20240531", "2024-13-01", ""):
        with pytest.raises(UserError, match="is no day"):
            Feedback(ID, "up", date=moment)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"thumb": "sideways"}, "is no thumb"),
        ({"reason": "boring"}, "is no reason"),
        ({"reason": ""}, "is no reason"),
        ({"answer_id": "Frau Müller"}, "not that of an answer"),
        ({"answer_id": ID + "\n"}, "not that of an answer"),
        ({"comment": "x" * 2001}, "longer than 2000"),
    ],
)
def test_values_that_a_page_cannot_have_sent_are_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        Feedback(**{"answer_id": ID, "thumb": "up", **values})


def test_an_empty_comment_is_none_and_half_a_character_costs_nothing(store: FeedbackStore) -> None:
    assert Feedback(ID, "up", comment="  ").comment is None
    store.add(Feedback(ID, "down", REASONS[0], "odd \ud83d end", question="q\udfff", answer="a", text_ticked=True))
    (entry,) = store.entries()
    assert (entry.comment, entry.question) == ("odd ? end", "q?")


def test_file_and_folder_are_for_the_owner_alone(store: FeedbackStore) -> None:
    old = os.umask(0)
    try:
        store.add(BARE)
        # While another reads, the log of SQLite stands beside the file.
        with sqlite3.connect(store.path) as reader:
            reader.execute("SELECT * FROM feedback").fetchall()
            store.add(BARE)
            modes = {path.name: path.stat().st_mode & 0o777 for path in store.path.parent.iterdir()}
        reader.close()
    finally:
        os.umask(old)
    assert store.path.parent.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}
    assert "feedback.sqlite-wal" in modes


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "shared"
    home.mkdir()
    home.chmod(0o755)
    FeedbackStore(home / "f").add(BARE)
    assert home.stat().st_mode & 0o777 == 0o755


def test_nothing_is_made_by_looking(store: FeedbackStore) -> None:
    assert store.entries() == ()
    assert not store.path.parent.exists()


def test_the_file_is_in_write_ahead_mode_with_a_version(store: FeedbackStore) -> None:
    store.add(BARE)
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize("shared", [True, False], ids=["one store", "a store a thread"])
def test_eight_threads_lose_nothing(store: FeedbackStore, shared: bool) -> None:
    def write(thread: int) -> None:
        own = store if shared else FeedbackStore(store.path)
        for number in range(50):
            own.add(replace(BARE, comment=f"{thread}/{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    comments = Counter(entry.comment for entry in store.entries())
    assert comments == Counter(f"{thread}/{number}" for thread in range(8) for number in range(50))
    mine = [comment for comment in comments if comment and comment.startswith("3/")]
    assert mine == [f"3/{number}" for number in range(50)]


def test_processes_that_begin_together_lose_nothing(store: FeedbackStore) -> None:
    code = (
        "import sys; from pathlib import Path; from app.ui.feedback import *\n"
        "store = FeedbackStore(Path(sys.argv[1])); sys.stdin.read()\n"
        f"for number in range(25): store.add(Feedback({ID!r}, 'up', comment=sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(store.path)]
    writers = [subprocess.Popen([*command, str(n)], stdin=subprocess.PIPE, stderr=subprocess.PIPE) for n in range(4)]
    for writer in writers:  # closing what they wait for lets them go
        assert writer.stdin
        writer.stdin.close()
    for writer in writers:
        assert writer.stderr
        assert (writer.wait(), writer.stderr.read()) == (0, b"")
        writer.stderr.close()
    assert Counter(entry.comment for entry in store.entries()) == dict.fromkeys("0123", 25)


def test_a_file_that_is_taken_away_is_made_again(store: FeedbackStore) -> None:
    store.add(WITH_TEXT)
    store.path.unlink()
    store.add(BARE)
    assert store.entries() == (BARE,)


@pytest.mark.parametrize("content", [b"no database at all\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"x"])
def test_a_file_that_is_no_database_is_named_and_left_alone(store: FeedbackStore, content: bytes) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    for work in (lambda: store.add(BARE), store.entries):
        assert "no feedback database" in refused(work, store.path)
    assert store.path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(store: FeedbackStore) -> None:
    store.path.parent.mkdir()
    with sqlite3.connect(store.path) as connection:
        connection.execute("CREATE TABLE feedback (mine TEXT)")
    connection.close()
    before = store.path.read_bytes()
    for work in (lambda: store.add(BARE), store.entries):
        assert "of something else" in refused(work, store.path)
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("PRAGMA user_version = 2", "it has version 2"),
        ("DROP TABLE feedback", "damaged"),
        ("UPDATE feedback SET thumb = 'sideways'", "an entry is damaged"),
    ],
)
def test_what_another_hand_changed_is_told_in_one_sentence(store: FeedbackStore, damage: str, said: str) -> None:
    store.add(BARE)
    with sqlite3.connect(store.path) as connection:
        connection.execute(damage)
    connection.close()
    assert said in refused(store.entries, store.path)


def test_a_torn_file_is_told_in_one_sentence(store: FeedbackStore) -> None:
    for _ in range(200):
        store.add(replace(BARE, comment="x" * 500))
    content = store.path.read_bytes()
    store.path.write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    assert "damaged" in refused(store.entries, store.path)


@pytest.mark.parametrize("place", ["file/feedback", "folder"])
def test_a_place_that_cannot_hold_a_file_is_told_in_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    store = FeedbackStore(tmp_path / place)
    assert "set feedback_path to" in refused(lambda: store.add(BARE), store.path)
    assert "set feedback_path to" in refused(store.entries, store.path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told_in_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    store = FeedbackStore(tmp_path / "feedback")
    assert "set feedback_path to" in refused(lambda: store.add(BARE), store.path)


def test_lines_of_json_hold_every_field() -> None:
    lines = [json.loads(line) for line in exported([WITH_TEXT, BARE], "jsonl").splitlines()]
    assert [tuple(line) for line in lines] == [FIELDS, FIELDS]
    assert [Feedback(**line, text_ticked=line["question"] is not None) for line in lines] == [WITH_TEXT, BARE]


def test_cells_of_csv_hold_every_field() -> None:
    lines = list(csv.DictReader(io.StringIO(exported([WITH_TEXT, BARE], "csv"), newline="")))
    read = [{name: text or None for name, text in line.items()} for line in lines]
    assert [{name: getattr(entry, name) for name in FIELDS} for entry in (WITH_TEXT, BARE)] == read


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_comment_is_no_formula_of_a_spreadsheet(begin: str) -> None:
    comment = f"{begin}HYPERLINK(1)"
    entry = replace(BARE, comment=comment)
    (line,) = csv.DictReader(io.StringIO(exported([entry], "csv"), newline=""))
    assert line["comment"] == f"'{comment}"
    assert json.loads(exported([entry], "jsonl"))["comment"] == comment


def test_where_feedback_is_off_there_is_none(run: Run) -> None:
    assert run("feedback", "export", "--out", "f") == (
        0, "", "There is no feedback: it is off, since no feedback_path is set.\n",
    )  # fmt: skip
    assert not Path("f").exists()


def test_where_none_came_there_is_none(run: Run, monkeypatch: pytest.MonkeyPatch, store: FeedbackStore) -> None:
    monkeypatch.setenv("LATELINE_FEEDBACK_PATH", str(store.path))
    assert run("feedback", "export") == (0, "", f"There is no feedback yet in {store.path}.\n")
    assert not store.path.parent.exists()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_command_exports_the_same_to_the_terminal_and_to_a_file(
    run: Run, monkeypatch: pytest.MonkeyPatch, store: FeedbackStore, form: Any
) -> None:
    monkeypatch.setenv("LATELINE_FEEDBACK_PATH", str(store.path))
    for feedback in (WITH_TEXT, BARE):
        store.add(feedback)
    expected = exported([WITH_TEXT, BARE], form)
    assert run("feedback", "export", "--format", form) == (0, expected, "")
    assert run("feedback", "export", "--format", form, "--out", "f") == (0, "Exported: 2 entries to f\n", "")
    assert Path("f").read_bytes() == expected.encode()
    assert Path("f").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in Path().iterdir()] == ["f"]


def test_a_bad_target_is_refused_and_the_feedback_stays(
    run: Run, monkeypatch: pytest.MonkeyPatch, store: FeedbackStore
) -> None:
    monkeypatch.setenv("LATELINE_FEEDBACK_PATH", str(store.path))
    store.add(BARE)
    for target in ("nowhere/f", ".", store.path):
        status, out, error = run("feedback", "export", "--out", target)
        assert (status, out, error.count("\n")) == (2, "", 1)
        assert error.startswith("lateline: ")
    assert store.entries() == (BARE,)


def test_the_command_says_in_one_line_that_a_file_is_no_feedback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("notes.txt").write_text("my notes " * 1000)
    monkeypatch.setenv("LATELINE_FEEDBACK_PATH", "notes.txt")
    status, out, error = run("feedback", "export")
    assert (status, out, error.count("\n")) == (1, "", 1)
    assert error.startswith("lateline: notes.txt: feedback cannot be kept or read here: ")
