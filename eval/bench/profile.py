"""Where an answer's time goes: a sampled profile (the only pyinstrument)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.errors import UserError


def profiled(answer: Callable[[str], object], questions: Sequence[str]) -> tuple[str, str]:
    """The profile of answering these questions, as text and as an HTML page. Raises UserError without pyinstrument."""
    try:
        from pyinstrument import Profiler
    except ImportError as error:
        raise UserError('A profile needs pyinstrument; install it with: pip install "lateline[eval]".') from error
    profiler = Profiler(interval=0.0005)
    with profiler:
        for question in questions:
            answer(question)
    return profiler.output_text(unicode=True, show_all=False), profiler.output_html()
