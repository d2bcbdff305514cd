"""The index built from nothing, beside what LlamaIndex's default pipeline takes for the same text."""

from __future__ import annotations

import sys
import tempfile
import time

from app.settings import Settings
from eval.bench.cold import environment, memory_of, one, run
from eval.bench.figures import Part, beside

_OURS, _NAIVE = "lateline index build", "LlamaIndex's default pipeline, in a loaded process"


def building(settings: Settings) -> Part:
    """Seconds of a build in a process of its own, and its memory."""
    from eval.baselines import default_retriever

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "app.ui.cli", "index", "build", "--out", f"{folder}/index"]
        seconds, memory = run(command, environment(settings))
    start = time.perf_counter()
    default_retriever(settings)
    naive = time.perf_counter() - start
    figures = (one(_OURS, seconds, "s"), one(_NAIVE, naive, "s"), one(memory_of(_OURS), memory, "MB"))
    return Part("Building the index", beside(figures, {_OURS: _NAIVE}))
