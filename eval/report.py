"""The report as plain values, the one thing that tables, pages and comparisons are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.intervals import Estimate
from eval.measures.correctness import without_marks
from eval.questions import Question
from eval.replies import Reply
from eval.scoring import MEASURES, Result
from eval.sets import VIGNETTE
from eval.summary import SetSummary, summarise

Report = dict[str, Any]
Part = Mapping[str, Any]
FORMAT = 1


def report_of(system: str, results: Sequence[Result], show_frozen: bool) -> Report:
    """The report in its JSON form. Items of frozen sets have no texts unless `show_frozen`."""
    from app.program import program_version

    return {
        "format": FORMAT,
        "program": program_version(),
        "system": system,
        "measures": {measure.name: {"title": measure.title, "tells": measure.tells} for measure in MEASURES},
        "parts": [_part(summary) for summary in summarise(results)],
        "items": [_item(result, show_frozen or not result.item.is_frozen) for result in results],
    }


def _part(summary: SetSummary) -> dict[str, Any]:
    return {
        "set": summary.set,
        "part": summary.part,
        "items": summary.items,
        "right": _estimate(summary.right),
        "without_answer": summary.failures,
        "overall": _estimates(summary.overall),
        "by_kind": {kind: _estimates(part) for kind, part in summary.by_kind.items()},
        "by_style": {style: _estimates(part) for style, part in summary.by_style.items()},
        "latency_ms": dict(summary.latency_ms),
    }


def _estimates(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: _estimate(one) for name, one in estimates.items()}


def _estimate(one: Estimate) -> dict[str, Any]:
    return {
        "mean": _rounded(one.mean),
        "low": _rounded(one.low),
        "high": _rounded(one.high),
        "count": one.count,
        "below_1": one.below_1,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _item(result: Result, is_shown: bool) -> dict[str, Any]:
    item, reply = result.item, result.reply
    facts: dict[str, Any] = {
        "id": item.key,
        "set": item.set,
        "part": "vignettes" if item.kind == VIGNETTE else "questions",
        "kind": item.kind,
        "style": item.style,
        "right": result.is_right,
        "status": reply.given.status if isinstance(reply, Reply) else "error",
        "scores": {name: _rounded(score.value) for name, score in result.scores.items()},
    }
    if not is_shown:
        return facts
    said = without_marks(reply.given.answer) if isinstance(reply, Reply) else reply.error
    whys = {name: score.why for name, score in result.scores.items() if score.why}
    return {**facts, "turns": list(item.turns), "expected": _expected(result), "got": said, "why": whys}


def _expected(result: Result) -> str:
    item = result.item
    if isinstance(item.gold, Question):
        groups = [" or ".join(group) for group in item.gold.gold]
        never = [f"not {string}" for string in item.gold.forbidden]
        return f"{item.status}: {'; '.join([*groups, *never])}" if groups or never else item.status
    facts = ", ".join(f"{name}={value}" for name, value in item.gold.facts.items())
    return f"{item.status}: {facts}" if facts else item.status


def overall_rows(report: Report, part: Part) -> list[tuple[str, Mapping[str, Any]]]:
    """The figures of a part under their titles, what decides taken together first."""
    titles = {name: about["title"] for name, about in report["measures"].items()}
    return [("Right", part["right"]), *((titles[name], one) for name, one in part["overall"].items())]


def failed_items(report: Report, part: Part) -> list[Mapping[str, Any]]:
    """The items of a part that are not right, in their order."""
    belong = (item for item in report["items"] if (item["set"], item["part"]) == (part["set"], part["part"]))
    return [item for item in belong if not item["right"]]
