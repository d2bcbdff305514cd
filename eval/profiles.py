"""How well free text becomes a profile, and the profile verdicts. Run as `python -m eval.profiles [NAME …]`.

Facts: precision, recall and F1 over (fact, value), by style. Verdicts: how many of the twelve agree with those of the
expected profile. Unsafe: an option called eligible that the expected profile does not make eligible.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.patient.reader import read_turns
from app.patient.reading import Reading
from app.rules.engine import evaluate
from eval.vignettes import Vignette, facts_of, read_vignettes


@dataclass(slots=True)
class Score:
    """Counts over some vignettes; `right` facts agree, `found` were read, `expected` should have been."""

    vignettes: int = 0
    whole: int = 0
    right: int = 0
    found: int = 0
    expected: int = 0
    statuses: int = 0
    verdicts: int = 0
    verdicts_right: int = 0
    unsafe: int = 0

    @property
    def precision(self) -> float:
        """Facts that are right among those read."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Facts read rightly among those expected."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def add(self, other: Score) -> None:
        """Adds the counts of another score."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def to_dict(self) -> dict[str, float | int]:
        """The figures as JSON has them."""
        return {
            "vignettes": self.vignettes,
            "wholly_right": self.whole,
            "status_right": self.statuses,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "verdicts_right": self.verdicts_right,
            "verdicts": self.verdicts,
            "unsafe": self.unsafe,
        }


def status_of(reading: Reading) -> str:
    """The status that the reading leads to."""
    if reading.scope != "patient":
        return "out_of_scope"
    return "contradiction" if reading.contradictions else "answered"


def score_facts(found: Mapping[str, Any], expected: Mapping[str, Any]) -> Score:
    """The facts of one text, by flat names, compared with those expected."""
    right = sum(1 for name, value in found.items() if name in expected and expected[name] == value)
    return Score(vignettes=1, right=right, found=len(found), expected=len(expected))


def score_one(vignette: Vignette) -> Score:
    """One vignette read and compared. Verdicts count where the text is to be answered; none is given for another
    status, so that there every eligible option is unsafe.
    """
    reading = read_turns(vignette.turns)
    found, expected = facts_of(reading), dict(vignette.facts)
    score = score_facts(found, expected)
    status = status_of(reading)
    given = {verdict.id: verdict.verdict for verdict in evaluate(reading.stored)} if status == "answered" else {}
    wanted = (
        {verdict.id: verdict.verdict for verdict in evaluate(vignette.profile)} if vignette.status == "answered" else {}
    )
    eligible = [name for name, verdict in given.items() if verdict == "eligible" and name != "best_supportive_care"]
    same = status == vignette.status
    score.whole = int(found == expected and same)
    score.statuses = int(same)
    score.verdicts = len(wanted)
    score.verdicts_right = sum(1 for name, verdict in wanted.items() if given.get(name) == verdict)
    score.unsafe = sum(1 for name in eligible if wanted.get(name) != "eligible")
    return score


def score_all(vignettes: Iterable[Vignette]) -> dict[str, Score]:
    """Scores by style, and over all under "all"."""
    scores: dict[str, Score] = defaultdict(Score)
    for vignette in vignettes:
        one = score_one(vignette)
        scores[vignette.style].add(one)
        scores["all"].add(one)
    return dict(scores)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures of each named set (default: tuned and frozen)."""
    parser = argparse.ArgumentParser(prog="python -m eval.profiles", description=__doc__)
    parser.add_argument("names", nargs="*", default=["tuned", "frozen"], help="sets of vignettes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    report = {name: score_all(read_vignettes(name)) for name in options.names}
    if options.json:
        plain = {name: {style: score.to_dict() for style, score in sets.items()} for name, sets in report.items()}
        print(json.dumps(plain, indent=2))
        return 0
    for name, sets in report.items():
        print(f"{name:<18} texts whole status  prec.   rec.     F1  verdicts     unsafe")
        for style, score in sorted(sets.items(), key=lambda item: item[0] == "all"):
            print(
                f"  {style:<16} {score.vignettes:5d} {score.whole:5d} {score.statuses:6d} {score.precision:6.3f} "
                f"{score.recall:6.3f} {score.f1:6.3f} {score.verdicts_right:5d}/{score.verdicts:<5d} {score.unsafe:6d}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
