"""What a command tells on standard error while it works."""

from __future__ import annotations

import sys
from collections.abc import Callable


def say(line: str) -> None:
    """One line for the person at the terminal; standard output stays for answers."""
    print(line, file=sys.stderr, flush=True)


def progress_bar(what: str = "Embedding") -> Callable[[int, int], None]:
    """A progress callback (done, all) that draws a bar from its first call until all is done."""
    from tqdm import tqdm

    bar: tqdm[None] | None = None

    def report(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=total, desc=what, unit="text", file=sys.stderr, leave=False)
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return report
