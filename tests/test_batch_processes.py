"""A batch on several processes: the same answers in the same order, whatever happens to one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.settings import Settings

ASKED = ["mOS SUNLIGHT?", "How toxic is regorafenib?", "Which trial has the longest OS?", "What is CRICKET?"]
LINES = 44
BAD = 17

# A process that ends at once at line 9, as one does that the system kills.
KILLED = """
import os, sys
from app.ui import batch, cli
home, whole = os.getpid(), batch._result
def dies(number, line, ask, read):
    if os.getpid() != home and number == 9:
        open(os.environ["LAST_WORDS"], "w").close()
        os._exit(1)
    return whole(number, line, ask, read)
batch._result = dies
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    lines = [json.dumps({"id": str(number), "question": ASKED[number % len(ASKED)]}) for number in range(LINES)]
    lines[BAD] = "{no json"
    (tmp_path / "asked.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "asked.jsonl"


def run(settings: Settings, asked: Path, program: list[str]) -> tuple[int, list[dict[str, object]]]:
    out = asked.with_name("answers.jsonl")
    env = {**os.environ, "LATELINE_INDEX_DIR": str(settings.index_dir), "LAST_WORDS": str(asked.with_name("killed"))}
    command = [sys.executable, *program, "ask", "--batch", str(asked), "--out", str(out)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("program", [["-m", "app.ui.cli"], ["-c", KILLED]], ids=["all well", "one killed"])
def test_a_batch_gives_each_line_its_answer(
    settings: Settings, assistant: Assistant, asked: Path, program: list[str]
) -> None:
    status, answers = run(settings, asked, program)
    assert status == 1
    if program[0] == "-c" and (os.cpu_count() or 1) > 1:
        assert asked.with_name("killed").exists()
    assert [answer["status"] == "error" for answer in answers] == [number == BAD for number in range(LINES)]
    wanted = {text: assistant.ask([text]).answer for text in ASKED}
    told = [(answer.get("id"), answer.get("answer")) for answer in answers if answer["status"] != "error"]
    assert told == [(str(number), wanted[ASKED[number % len(ASKED)]]) for number in range(LINES) if number != BAD]
