"""Whether an index in PostgreSQL gives the same answers as a local one; needs a database that may be written to.

`python -m eval.bench.same_answers DSN` publishes the index in force there and asks all sets of both. It prints counts
alone, since nobody who improves the product is to read the frozen sets.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from app.assistant import Assistant
from app.errors import UserError
from app.settings import load_settings
from app.ui.progress import progress_bar, say
from app.wiring import build, load_assistant
from eval.sets import load_items


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 where an answer differs."""
    local = load_settings(None).settings.model_copy(update={"cache_size": 0})
    shared = local.model_copy(update={"vector_store": "postgres", "postgres_dsn": arguments[0]})
    build(shared, progress_bar())
    one, other = load_assistant(local, say), load_assistant(shared, say)
    items = load_items(None, None)
    differ = sum(_told(one, item.turns) != _told(other, item.turns) for item in items)
    print(f"{one.store} and {other.store}: {len(items)} questions, {differ} answered differently")
    return 1 if differ else 0


def _told(assistant: Assistant, turns: tuple[str, ...]) -> str:
    """The answer in the bytes of its JSON, without the times; what is refused in the words of the refusal."""
    try:
        return replace(assistant.ask(turns), timings_ms={}).to_json()
    except UserError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
