"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("numpy", "faiss-cpu", "onnxruntime", "torch", "sentence-transformers", "llama-index-core", "bm25s")


def machine() -> dict[str, str]:
    """Cores, processor, memory, system, Python and the versions of the packages that the time is spent in."""
    facts = {
        "cores": str(os.cpu_count()),
        "processor": _line_of("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "memory": _line_of("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    for name in _PACKAGES:
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            facts[name] = "not installed"
    return facts


def _line_of(path: str, name: str) -> str:
    """The value of the first line of this name; empty where the system has no such file."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
