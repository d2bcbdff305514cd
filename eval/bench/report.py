"""What a bench found, as JSON, as Markdown, and as a page that needs no other file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from eval.bench.aims import Held
from eval.bench.figures import Figure, Part
from eval.html_page import html_page
from eval.report_files import write_texts

_HEAD = ("What", "p50", "p99", "Unit", "Runs", "Ratio", "Beside", "Note")


@dataclass(frozen=True, slots=True)
class BenchReport:
    """The machine, the figures, the aims, and the profile as text and page (empty where none was made)."""

    program: str
    machine: Mapping[str, str]
    parts: tuple[Part, ...]
    aims: tuple[Held, ...]
    profile: str = ""
    profile_page: str = ""

    def to_json(self) -> str:
        """All but the profile's page."""
        facts = asdict(self)
        facts.pop("profile_page")
        return json.dumps({"format": 1, **facts}, ensure_ascii=False, indent=1) + "\n"


def markdown(report: BenchReport) -> str:
    """The tables, and the aims with what was measured."""
    lines = [f"# Bench of Lateline {report.program}", ""]
    lines += [", ".join(f"{name} {value}" for name, value in report.machine.items()), ""]
    for part in report.parts:
        rows = [_cells(figure) for figure in part.figures]
        lines += [f"## {part.title}", "", *_table(_HEAD, rows), ""]
    lines += ["## Aims", "", *_table(("Aim", "Measured", "Met"), [_aim(held) for held in report.aims]), ""]
    if report.profile:
        lines += ["## Profile of answers", "", "```", report.profile.strip("\n"), "```", ""]
    return "\n".join(lines)


def write(report: BenchReport, folder: Path) -> None:
    """Writes bench.json, bench.md, bench.html and, where there is a profile, profile.html. Raises UserError."""
    texts = {"bench.json": report.to_json(), "bench.md": markdown(report), "bench.html": _page(report)}
    if report.profile_page:
        texts["profile.html"] = report.profile_page
    write_texts(texts, folder)


def _page(report: BenchReport) -> str:
    machine = escape(", ".join(f"{name} {value}" for name, value in report.machine.items()))
    body = "".join(
        f"<h2>{escape(part.title)}</h2>{_html(_HEAD, [_cells(figure) for figure in part.figures])}"
        for part in report.parts
    )
    body += f"<h2>Aims</h2>{_html(('Aim', 'Measured', 'Met'), [_aim(held) for held in report.aims])}"
    if report.profile:
        body += f"<h2>Profile of answers</h2><pre>{escape(report.profile)}</pre>"
    return html_page(f"Bench of Lateline {report.program}", f"<p>{machine}</p>{body}")


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return (
        figure.name, _number(figure.p50), _number(figure.p99), figure.unit, str(figure.count), ratio,
        figure.baseline if ratio else "", figure.note,
    )  # fmt: skip


def _aim(held: Held) -> tuple[str, ...]:
    measured = "not measured" if held.measured is None else _number(held.measured)
    return held.words, measured, "–" if held.met is None else "yes" if held.met else "no"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
