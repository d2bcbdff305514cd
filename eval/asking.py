"""All items put to a system, one after the other, with a bar on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from eval.replies import Failure, Reply
from eval.sets import Item
from eval.systems import System


def ask_all(system: System, items: Sequence[Item], what: str = "Answering") -> tuple[Reply | Failure, ...]:
    """The replies in the order of the items; one that breaks costs only its own score."""
    from tqdm import tqdm

    return tuple(_reply(system, item) for item in tqdm(items, desc=what, unit="item", file=sys.stderr, leave=False))


def _reply(system: System, item: Item) -> Reply | Failure:
    try:
        return system.reply(item)
    except Exception as error:  # no answer is a score of 0, not the end of the run
        return Failure(f"{type(error).__name__}: {error}")
