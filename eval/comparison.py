"""Two reports item by item: what got better, what got worse, what only one of them has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eval.report import Report


@dataclass(frozen=True, slots=True)
class Change:
    """An item whose scores differ: by measure, what was and what is; `None` where a report has no such score."""

    id: str
    kind: str
    scores: Mapping[str, tuple[float | None, float | None]]

    def __str__(self) -> str:
        moved = ", ".join(f"{name} {_figure(old)} → {_figure(new)}" for name, (old, new) in self.scores.items())
        return f"{self.id} ({self.kind}): {moved}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Items that changed. One on which some measures rose and others fell is `mixed`; `became_right` and `became_wrong`
    are those on which what decides is another.
    """

    became_right: tuple[str, ...]
    became_wrong: tuple[str, ...]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    mixed: tuple[Change, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As the report's JSON has it."""
        changed = {"better": self.better, "worse": self.worse, "mixed": self.mixed}
        parts: dict[str, Any] = {
            name: [
                {"id": change.id, "scores": {key: list(pair) for key, pair in change.scores.items()}} for change in part
            ]
            for name, part in changed.items()
        }
        turned = {"became_right": list(self.became_right), "became_wrong": list(self.became_wrong)}
        return {**turned, **parts, "added": list(self.added), "gone": list(self.gone)}


def compare(old: Report, new: Report) -> Comparison:
    """What turns `old` into `new`, in the order of the new report."""
    before, after = _items(old), _items(new)
    both = [
        Change(after[key]["id"], after[key]["kind"], _changed(before[key], after[key]))
        for key in after
        if key in before
    ]
    sides = [(change, _directions(change)) for change in both if change.scores]
    turned = {
        key: after[key]["right"] for key in after if key in before and after[key]["right"] != before[key]["right"]
    }
    return Comparison(
        became_right=tuple(after[key]["id"] for key, is_right in turned.items() if is_right),
        became_wrong=tuple(after[key]["id"] for key, is_right in turned.items() if not is_right),
        better=tuple(change for change, side in sides if side == {"up"}),
        worse=tuple(change for change, side in sides if side == {"down"}),
        mixed=tuple(change for change, side in sides if side not in ({"up"}, {"down"})),
        added=tuple(after[key]["id"] for key in after if key not in before),
        gone=tuple(before[key]["id"] for key in before if key not in after),
    )


def comparison_markdown(comparison: Comparison, name: str) -> str:
    """The comparison as lists."""
    return "\n".join(_lines(comparison, name))


def _lines(comparison: Comparison, name: str) -> Iterator[str]:
    yield f"## Compared with {name}"
    parts: dict[str, tuple[Change, ...] | tuple[str, ...]] = {
        "Became right": comparison.became_right,
        "Became wrong": comparison.became_wrong,
        "Better": comparison.better,
        "Worse": comparison.worse,
        "Better in some, worse in other measures": comparison.mixed,
        "Only now": comparison.added,
        "Only before": comparison.gone,
    }
    for title, changes in parts.items():
        yield f"\n{title}: {len(changes)}"
        yield from (f"- {change}" for change in changes)


def _items(report: Report) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(item["set"], item["id"]): item for item in report["items"]}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[float | None, float | None]]:
    names = [*after["scores"], *(name for name in before["scores"] if name not in after["scores"])]
    pairs = {name: (before["scores"].get(name), after["scores"].get(name)) for name in names}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def _directions(change: Change) -> set[str]:
    """Where the scores went that both reports have."""
    known = [(old, new) for old, new in change.scores.values() if old is not None and new is not None]
    return {"up" if new > old else "down" for old, new in known}


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
