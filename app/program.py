"""Which program answers: its version, and the rules that it weighs patients by."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_APP = Path(__file__).resolve().parent


def program_version() -> str:
    """The installed version, "0" from a checkout that was never installed."""
    try:
        return version("lateline")
    except PackageNotFoundError:
        return "0"


@cache
def rules_fingerprint() -> str:
    """sha256 over the files that read and weigh a patient."""
    from index.corpus import fingerprint_files

    rooms = [fingerprint_files(_APP / room) for room in ("patient", "rules")]
    return hashlib.sha256("\n".join(rooms).encode()).hexdigest()
