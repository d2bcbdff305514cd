"""Many questions: by threads of one process, and as a batch."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings
from eval.bench.cold import environment, one, run
from eval.bench.figures import Figure, Part, beside

if TYPE_CHECKING:
    from app.assistant import Assistant

TITLE = "Many questions"
BATCH = "ask --batch, start included"
_THREADS = (1, 2, 8)


def throughput(assistant: Assistant, settings: Settings, questions: Sequence[str]) -> Part:
    """Questions a second; the assistant must remember no answers."""
    figures = [_threads(assistant, questions, count) for count in _THREADS]
    figures.append(_batch(settings, questions))
    baselines = {item.name: figures[0].name for item in figures[1:]}
    return Part(TITLE, beside(figures, baselines))


def _threads(assistant: Assistant, questions: Sequence[str], count: int) -> Figure:
    start = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda question: assistant.ask([question]), questions))
    return one(f"{count} thread{'s' * (count > 1)}", len(questions) / (time.perf_counter() - start), "questions/s")


def _batch(settings: Settings, questions: Sequence[str]) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "questions.jsonl"
        lines = (json.dumps({"id": str(number), "question": text}) for number, text in enumerate(questions))
        asked.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "app.ui.cli", "ask", "--batch", str(asked), "--out", f"{folder}/answers.jsonl"]
        seconds, _ = run(command, {**environment(settings), "LATELINE_CACHE_SIZE": "0"})
    return one(BATCH, len(questions) / seconds, "questions/s")
