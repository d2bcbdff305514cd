"""A report as one page that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from eval.html_page import html_page
from eval.plots import measures_svg, parted_svg
from eval.report import Part, Report, failed_items
from eval.report_markdown import Rows, latency_line, low_scores, overall_table, parted_table, title_of, whys


def page(report: Report) -> str:
    """The whole page."""
    body = "\n".join(line for part in report["parts"] for line in _part(report, part))
    measures = "".join(
        f"<dt>{escape(about['title'])}</dt><dd>{escape(about['tells'])}</dd>" for about in report["measures"].values()
    )
    return html_page(
        f"Evaluation of {report['system']}",
        f"\n<p>Lateline {escape(report['program'])}. Every measure is 0 to 1, and 1 is good.</p>\n"
        f"{body}\n<h2>Measures</h2><dl>{measures}</dl>",
    )


def _part(report: Report, part: Part) -> Iterator[str]:
    yield f"<h2>{escape(title_of(part))}: {part['items']} items</h2>"
    yield measures_svg(report, part)
    yield _table(overall_table(report, part))
    if part["without_answer"]:
        yield f"<p>Without an answer: {part['without_answer']}; each scores 0.</p>"
    if latency_line(part):
        yield f"<p>{escape(latency_line(part))}</p>"
    deciding = "correct" if "correct" in part["overall"] else "option_set"
    for by in ("kind", "style"):
        if len(part[f"by_{by}"]) > 1:
            yield f"<h3>By {by}</h3>"
            yield parted_svg(report, part, by, deciding) + _table(parted_table(report, part, by))
    failed = failed_items(report, part)
    lines = "".join(map(_failed, failed))
    yield f"<details><summary>Not right: {len(failed)}</summary>{lines}</details>"


def _table(rows: Rows) -> str:
    head, *body = rows
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in body)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _cell(text: str) -> str:
    return f'<td class="figure">{text}</td>' if text[:1].isdigit() or text == "–" else f"<td>{escape(text)}</td>"


def _failed(item: Mapping[str, Any]) -> str:
    head = f"<h4>{escape(item['id'])} ({escape(item['kind'])}, {escape(item['style'])})</h4>"
    if "turns" not in item:
        return f"{head}<p>{escape(', '.join(low_scores(item)))}</p>"
    lines = {
        "Asked": " → ".join(item["turns"]),
        "Expected": item["expected"],
        "Got": f"{item['status']}: {item['got']}",
        "Why": whys(item),
    }
    return head + f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(text)}</dd>' for name, text in lines.items())}</dl>"
