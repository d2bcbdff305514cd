"""What a bench found, as JSON, as Markdown, and as a page that needs no other file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from app.errors import UserError
from eval.bench.aims import Held
from eval.bench.figures import Figure, Part
from eval.report_files import put

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 70rem; margin: 2rem auto;
  padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #d5d5d5; text-align: left }
pre { overflow-x: auto; font-size: 12px }
"""
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
    try:
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            put(folder / name, text)
    except OSError as error:
        raise UserError(f"{folder}: the report cannot be written: {error.strerror}.") from error


def _page(report: BenchReport) -> str:
    machine = escape(", ".join(f"{name} {value}" for name, value in report.machine.items()))
    body = "".join(
        f"<h2>{escape(part.title)}</h2>{_html(_HEAD, [_cells(figure) for figure in part.figures])}"
        for part in report.parts
    )
    body += f"<h2>Aims</h2>{_html(('Aim', 'Measured', 'Met'), [_aim(held) for held in report.aims])}"
    if report.profile:
        body += f"<h2>Profile of answers</h2><pre>{escape(report.profile)}</pre>"
    title = f"Bench of Lateline {escape(report.program)}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1><p>{machine}</p>{body}</body></html>\n"
    )


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
