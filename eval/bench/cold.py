"""Commands started anew: their time, and the most memory that they held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.errors import UserError
from app.settings import Settings
from eval.bench.figures import Figure, Part, beside, figure

TITLE = "From nothing"
ASK, OPTIONS = "lateline ask", "lateline options"
QUESTION = "mOS in SUNLIGHT?"
PATIENT = "68M mCRC, RAS mutant, MSS, s/p FOLFOX/bev, FOLFIRI"
_PYTHON = "python alone"
_OF_MODELS = ("embedding_query_prompt", "embedding_passage_prompt", "query_precision", "reranker")
_REFERENCE = "sentence-transformers, one text"
_ENCODE = "from index.embedding import SentenceTransformerEmbedder as E; E({model!r}).encode([{text!r}])"


def cold(settings: Settings, times: int) -> Part:
    """`ask` and `options` from nothing, beside a Python that does nothing and one that embeds by the reference."""
    commands = {
        ASK: [sys.executable, "-m", "app.ui.cli", "ask", QUESTION],
        OPTIONS: [sys.executable, "-m", "app.ui.cli", "options", "--text", PATIENT],
        _REFERENCE: [sys.executable, "-c", _ENCODE.format(model=settings.embedding_model, text=QUESTION)],
        _PYTHON: [sys.executable, "-c", "pass"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    memory: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            took, most = run(command, environment(settings))
            seconds[name].append(took)
            memory[name].append(most)
    times_of = [figure(name, values, "s") for name, values in seconds.items()]
    held = [figure(memory_of(name), values, "MB") for name, values in memory.items()]
    baselines = {ASK: _REFERENCE, OPTIONS: _PYTHON}
    baselines |= {memory_of(name): memory_of(other) for name, other in baselines.items()}
    return Part(TITLE, beside([*times_of, *held], baselines))


def memory_of(name: str) -> str:
    """The name of the figure of the memory that the command `name` held at most."""
    return f"{name}, memory"


def run(command: Sequence[str], environ: Mapping[str, str]) -> tuple[float, float]:
    """Runs a command: seconds, and megabytes held at most. Raises UserError where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise UserError(f"{' '.join(command[:4])} …: failed with status {process.returncode}; run it by itself.")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which a command uses these settings and this code."""
    code = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (code, os.environ.get("PYTHONPATH", "")) if part)
    return {
        **os.environ,
        "PYTHONPATH": path,
        "LATELINE_INDEX_DIR": str(settings.index_dir.absolute()),
        "LATELINE_CORPUS_DIR": str(settings.corpus_dir.absolute()),
        "LATELINE_EMBEDDING_MODEL": settings.embedding_model,
        # An empty variable would be refused.
        **{f"LATELINE_{name.upper()}": getattr(settings, name) for name in _OF_MODELS if getattr(settings, name)},
    }


def one(name: str, value: float, unit: str) -> Figure:
    """A figure that was measured once."""
    return figure(name, [value], unit)
