"""The work of `lateline eval`: items in, replies, scores, a report out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import chain

from app.errors import UsageError, UserError
from app.settings import Settings
from app.ui.progress import say
from eval.asking import ask_all
from eval.baselines import Bm25, Naive, check_article
from eval.comparison import compare, comparison_markdown
from eval.repeating import repeat
from eval.report import Report, report_of
from eval.report_files import check_folder, read_report, write_report
from eval.report_markdown import summary_markdown
from eval.scoring import score_all
from eval.sets import VIGNETTE, Item, load_items
from eval.systems import AnswersFile, Lateline, Server, System

_EXTRA = ("httpx", "ir_measures", "scipy")


def evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """Scores, prints and writes what the options ask for. Exit status 1 where repeated runs differ.

    Raises UsageError and UserError.
    """
    _check(options)
    settings = _with_generator(settings, options.generator)
    old = read_report(options.compare) if options.compare else None
    everything = load_items(options.set, chain.from_iterable(options.questions or ()))
    make = _maker(options, settings, everything)
    system = make()
    items = tuple(item for item in everything if system.weighs_patients or item.kind != VIGNETTE)
    if not items:
        raise UsageError(f"--system {system.name} answers questions only, and there are none.")
    replies = ask_all(system, items)
    report = report_of(system.name, score_all(list(zip(items, replies, strict=True))), options.show_frozen)
    repeated = repeat(make, items, options.repeat, replies) if options.repeat else None
    told = [summary_markdown(report)]
    if old:
        comparison = compare(old, report)
        report["compared"] = comparison.to_dict()
        told.append(comparison_markdown(comparison, str(options.compare)) + "\n")
    if repeated:
        report["repeated"] = {"runs": repeated.runs, "differing": list(repeated.differing)}
        told.append(f"{repeated}\n")
    if options.report:
        write_report(report, options.report)
    _print(report, told, options.json)
    return 1 if repeated and repeated.differing else 0


def _with_generator(settings: Settings, generator: str | None) -> Settings:
    """The settings with this generator; what a language model needs stands in the settings already, or is missing."""
    if generator is None:
        return settings
    if generator == "llm" and not (settings.llm_base_url and settings.llm_model):
        raise UserError("--generator llm needs the settings llm_base_url and llm_model.")
    return settings.model_copy(update={"generator": generator})


def _print(report: Report, told: list[str], as_json: bool) -> None:
    print(json.dumps(report, ensure_ascii=False, indent=1) if as_json else "\n".join(told).rstrip())


def _check(options: argparse.Namespace) -> None:
    if sum((options.system != "lateline", bool(options.answers), bool(options.url))) > 1:
        raise UsageError("eval takes one of --system, --answers and --url.")
    if options.answers and options.repeat:
        raise UsageError("--repeat answers anew; it cannot be had together with --answers.")
    check_article(options.article, options.system)
    if options.report:
        check_folder(options.report)
    if missing := [name for name in _EXTRA if find_spec(name) is None]:
        raise UserError(f"eval needs {', '.join(missing)}; install them: pip install 'lateline[eval]'.")


def _maker(options: argparse.Namespace, settings: Settings, items: tuple[Item, ...]) -> Callable[[], System]:
    """What makes the system that is asked for, here or in another process."""
    if options.answers:
        return partial(AnswersFile, options.answers, items, say)
    if options.url:
        return partial(Server, options.url)
    if options.system == "naive":
        return partial(Naive, settings, options.article)
    if options.system == "bm25":
        return partial(Bm25, settings)
    return partial(Lateline, settings, say)
