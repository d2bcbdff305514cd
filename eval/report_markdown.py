"""A report as Markdown: for the terminal the figures, for a file what is not right too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eval.report import Part, Report, failed_items, overall_rows

Rows = list[tuple[str, ...]]
# What is shown for every kind and style; the report's JSON has the other measures too.
_HEADLINES = (
    "correct", "status", "citation_hit", "citation_precision", "numbers_supported", "option_set", "option_order",
    "no_unsafe_option", "facts_f1",
)  # fmt: skip


def summary_markdown(report: Report) -> str:
    """The figures of each part of a set: over all, by kind and by style."""
    return "\n".join(line for part in report["parts"] for line in _part(report, part))


def full_markdown(report: Report) -> str:
    """The same with a list of what is not right."""
    parts = [f"# Evaluation of {report['system']}", "", summary_markdown(report)]
    for part in report["parts"]:
        parts += [f"## {title_of(part)}: not right", "", *map(_failed, failed_items(report, part)), ""]
    return "\n".join(parts)


def title_of(part: Part) -> str:
    """ "tuned questions"."""
    return f"{part['set']} {part['part']}"


def overall_table(report: Report, part: Part) -> Rows:
    """Head and lines: measure, mean, interval, items, and how many of them are below 1."""
    rows: Rows = [("Measure", "Mean", "95% interval", "Items", "Below 1")]
    for title, one in overall_rows(report, part):
        interval = "–" if one["low"] is None else f"{one['low']:.3f}–{one['high']:.3f}"
        rows.append((title, f"{one['mean']:.3f}", interval, str(one["count"]), str(one["below_1"])))
    return rows


def parted_table(report: Report, part: Part, by: str) -> Rows:
    """Head and lines of "kind" or "style": items, and the mean of each headline measure."""
    chosen = [name for name in _HEADLINES if name in part["overall"]]
    rows: Rows = [(by.title(), "Items", *(report["measures"][name]["title"] for name in chosen))]
    for label, figures in part[f"by_{by}"].items():
        means = (f"{figures[name]['mean']:.3f}" if name in figures else "–" for name in chosen)
        rows.append((label, str(figures["status"]["count"]), *means))
    return rows


def latency_line(part: Part) -> str:
    """How long answers took; empty where nobody measured it."""
    times = ", ".join(f"{name} {value:.1f} ms" for name, value in part["latency_ms"].items())
    return f"Time for an answer, as the asker waits: {times}." if times else ""


def _part(report: Report, part: Part) -> Iterator[str]:
    yield from (f"## {title_of(part)}: {part['items']} items, system {report['system']}", "")
    yield from (*_table(overall_table(report, part)), "")
    if part["without_answer"]:
        yield from (f"Without an answer: {part['without_answer']}; each scores 0.", "")
    if latency_line(part):
        yield from (latency_line(part), "")
    for by in ("kind", "style"):
        if len(part[f"by_{by}"]) > 1:
            yield from (*_table(parted_table(report, part, by)), "")


def _table(rows: Rows) -> Iterator[str]:
    """A table whose cells are padded, so that it reads as plain text too."""
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    head, *body = (f"| {line} |" for line in lines)
    yield from (head, "|" + "|".join("-" * (width + 2) for width in widths) + "|", *body)


def _failed(item: Mapping[str, Any]) -> str:
    place = f"{item['id']}** ({item['kind']}, {item['style']})"
    if "turns" not in item:
        return f"- **{place}: {', '.join(low_scores(item))}"
    asked, got = one_line(" → ".join(item["turns"])), one_line(item["got"])
    return f"- **{place}: {asked}\n  - expected {item['expected']}\n  - got {item['status']}: {got}\n  - {whys(item)}"


def low_scores(item: Mapping[str, Any]) -> Iterable[str]:
    """The names of the measures that give the item less than 1."""
    return (name for name, value in item["scores"].items() if value < 1)


def whys(item: Mapping[str, Any]) -> str:
    """Why the item is not right, measure by measure."""
    return one_line("; ".join(f"{name}: {why}" for name, why in item["why"].items()))


def one_line(text: str) -> str:
    """The text with every white space as one blank."""
    return " ".join(text.split())
