"""`lateline bench`, once its words are read."""

from __future__ import annotations

import argparse

from app.program import program_version
from app.settings import Settings
from app.ui.progress import say
from app.wiring import load_assistant, load_vectors
from eval.bench.aims import held
from eval.bench.building import building
from eval.bench.cold import cold
from eval.bench.figures import Part
from eval.bench.machine import machine
from eval.bench.profile import profiled
from eval.bench.report import BenchReport, markdown, write
from eval.bench.scale import scale
from eval.bench.throughput import throughput
from eval.bench.warm import given_again, warm
from eval.questions import Question
from eval.report_files import check_folder
from eval.sets import load_items

_PROFILED = 60


def bench(options: argparse.Namespace, settings: Settings) -> int:
    """Measures and prints; writes the report where a folder is named. Raises UsageError and UserError."""
    if options.report:
        check_folder(options.report)
    # First, while this process is small: a child begins with the memory of the one that starts it.
    say("Measuring: commands from nothing, and the build.")
    started = [cold(settings, 3 if options.quick else 7), building(settings)]
    forgetful = settings.model_copy(update={"cache_size": 0})
    questions = _questions(40 if options.quick else 300)
    say("Measuring: one question, loaded.")
    assistant = load_assistant(forgetful, say)
    loaded, steps = warm(assistant, forgetful, questions)
    loaded = Part(loaded.title, (*loaded.figures, given_again(assistant, questions)))
    say("Measuring: many questions.")
    parts = [loaded, steps, throughput(assistant, settings, questions)]
    parts += started
    say("Measuring: a larger store.")
    parts.append(scale(load_vectors(settings), _sizes(options)))
    text, page = profiled(lambda question: assistant.ask([question]), questions[:_PROFILED])
    report = BenchReport(program_version(), machine(), tuple(parts), held(parts), text, page)
    if options.report:
        write(report, options.report)
        say(f"Written to {options.report}.")
    print(report.to_json() if options.json else markdown(report), end="")
    return 0


def _questions(count: int) -> list[str]:
    """So many questions of the tuned sets, of every kind: single ones, evenly spread."""
    asked = [item.turns[0] for item in load_items(["tuned"], None) if isinstance(item.gold, Question)]
    single = list(dict.fromkeys(asked))
    return single[:: max(1, len(single) // count)][:count]


def _sizes(options: argparse.Namespace) -> tuple[int, ...]:
    if options.quick:
        return (10_000,)
    return (10_000, 100_000, 1_000_000) if options.large else (10_000, 100_000)
