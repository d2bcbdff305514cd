"""Answers measured on the question sets: right words, right status, right place.

    python -m eval.answers

Right: the status is the expected one and, for an answerable question, the answer has a string of every gold group
and no forbidden one. Cited: a citation stands at one of the acceptable places.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median

from app.answer import Answer
from app.settings import load_settings
from app.ui.progress import say
from app.wiring import load_assistant
from eval.questions import SETS, Question, at_place, read_questions


def is_right(question: Question, answer: Answer) -> bool:
    """Whether status and words are as the gold asks."""
    if answer.status != question.status:
        return False
    said = answer.answer.casefold()
    named = all(any(string.casefold() in said for string in group) for group in question.gold)
    return named and not any(string.casefold() in said for string in question.forbidden)


def is_cited(question: Question, answer: Answer) -> bool:
    """Whether a citation stands at an acceptable place; true where none is asked for."""
    places = [at_place(question.locators, cited.section, cited.table, cited.row) for cited in answer.citations]
    return any(places) or question.status != "answered"


def main() -> int:
    """Prints a Markdown table: a line for each set and expected status."""
    assistant = load_assistant(load_settings(None).settings, say)
    print("| set | expected | questions | right | right and cited | p50 ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in ("tuned", "frozen"):
        results = [
            (question, assistant.ask([question.question])) for question in read_questions(SETS / f"{name}.jsonl")
        ]
        for status in ("answered", "insufficient_evidence", "out_of_scope"):
            chosen = [(question, answer) for question, answer in results if question.status == status]
            print(f"| {name} | {status} | {_figures(chosen)} |")
    return 0


def _figures(results: Sequence[tuple[Question, Answer]]) -> str:
    right = [is_right(question, answer) for question, answer in results]
    both = [good and is_cited(question, answer) for good, (question, answer) in zip(right, results, strict=True)]
    times = median(answer.timings_ms["total"] for _, answer in results)
    return f"{len(results)} | {sum(right)} | {sum(both)} | {times:.1f}"


if __name__ == "__main__":
    sys.exit(main())
