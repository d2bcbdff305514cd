"""The engine of eligibility against the decision table, over every profile that matters to a rule.

    python -m eval.exhaustive [--long]

For each option all combinations of the facts that its rule, its place and its strength read, with everything else
unknown, then with everything else at one value, then at the other: a rule that reads a fact it should not is seen too.
All 12 verdicts, the whole order and every strength are compared. Two things wait for --long, which takes three times as
long: fruquintinib's combinations with the other facts known, and all 12 options, not only the two that ask for any
prior therapy, on every combination of agents. Exit status 1 on any difference.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import prod

from app.patient.profile import profile_of
from app.rules.engine import evaluate
from app.rules.records import Option
from eval.decision_table import AGENTS, OPTIONS, TRUE_OR_FALSE, WORDS, judged

TRUTH: tuple[object, ...] = (None, True, False)
LINES: tuple[object, ...] = (None, 0, 1, 2, 3, {"at_least": 0}, {"at_least": 1}, {"at_least": 2}, {"at_least": 3})
VALUES: dict[str, tuple[object, ...]] = {
    **{name: (None, *words) for name, words in WORDS.items()},
    **dict.fromkeys(TRUE_OR_FALSE, TRUTH),
    "lines": LINES,
}
CHEMO = "prior.fluoropyrimidine prior.oxaliplatin prior.irinotecan"
# What an option's rule, place and strength read, by the specification; `lines` and the agents of "at least one prior
# systemic therapy" have profiles of their own below.
READS = {
    "immunotherapy": "mmr prior.immunotherapy",
    "encorafenib_cetuximab": "braf_v600e ras prior.braf_inhibitor lines",
    "anti_egfr": "ras braf_v600e braf_other prior.anti_egfr primary_side aim fit",
    "anti_egfr_rechallenge": "ras braf_v600e braf_other prior.anti_egfr anti_egfr_response ctdna_ras_braf aim fit",
    "kras_g12c_inhibitor": "kras_g12c prior.kras_g12c_inhibitor lines",
    "anti_her2": f"her2 ras {CHEMO} prior.anti_her2 aim fit",
    "trk_inhibitor": "ntrk_fusion prior.trk_inhibitor",
    "ftd_tpi_bevacizumab": f"{CHEMO} prior.anti_vegf prior.anti_egfr lines prior.ftd_tpi aim",
    "ftd_tpi": f"{CHEMO} prior.ftd_tpi",
    "regorafenib": f"{CHEMO} prior.regorafenib",
    "fruquintinib": f"{CHEMO} prior.anti_vegf prior.anti_egfr ras braf_v600e braf_other "
    "prior.ftd_tpi prior.regorafenib prior.fruquintinib",
    "best_supportive_care": "fit",
}
SHOWN = 5
CHUNK = 4000


@dataclass(frozen=True, slots=True)
class Sweep:
    """All combinations of `varied`, each with `fixed` beside it; `options` are those compared."""

    name: str
    varied: Mapping[str, tuple[object, ...]]
    fixed: Mapping[str, object] = field(default_factory=dict)
    options: tuple[str, ...] = OPTIONS

    @property
    def size(self) -> int:
        """Number of profiles."""
        return prod(len(values) for values in self.varied.values())

    def profile(self, number: int) -> dict[str, object]:
        """The flat values of profile `number`, counted from 0."""
        values = dict(self.fixed)
        for name, choices in self.varied.items():
            number, place = divmod(number, len(choices))
            values[name] = choices[place]
        return values


def sweeps(long: bool = False) -> list[Sweep]:
    """Every set of profiles that is compared; with those of --long where `long` is set."""
    return [*_rules(long), *_prior_therapy(long), _order()]


def _rules(long: bool) -> Iterator[Sweep]:
    for option, facts in READS.items():
        varied = {name: VALUES[name] for name in facts.split()}
        for which, background in ((0, "unknown"), (1, "at their first value"), (-1, "at their last value")):
            rest = {name: values[which] for name, values in VALUES.items() if name not in varied}
            if which == 0 or long or option != "fruquintinib":
                yield Sweep(f"{option}, others {background}", varied, rest)


def _prior_therapy(long: bool) -> Iterator[Sweep]:
    """What "at least one prior systemic therapy" reads: 13 agents and `lines`, for the two options that ask for it.

    Both can be open in one profile, since nothing is implied here, so one sweep serves both. With `lines` 0 the agents
    alone decide: all 3^13 combinations. `lines` adds one more part to the same "or" (one or more, none, unknown), which
    does not tell agents apart; so for the other numbers it is enough that each agent in turn is given, not given or
    unknown among twelve that are all unknown, all given or all not given.
    """
    asking = OPTIONS if long else ("encorafenib_cetuximab", "kras_g12c_inhibitor")
    targets: dict[str, object] = {"braf_v600e": True, "ras": "wild_type", "kras_g12c": True}
    agents = [f"prior.{agent}" for agent in AGENTS]
    yield Sweep("every combination of agents", dict.fromkeys(agents, TRUTH), {**targets, "lines": 0}, asking)
    for agent in agents:
        for others in TRUTH:
            rest = dict.fromkeys([name for name in agents if name != agent], others)
            yield Sweep(f"{agent} and lines", {agent: TRUTH, "lines": LINES}, {**targets, **rest})


def _order() -> Sweep:
    """Every set of options that can be open together, times what the order reads besides: side, aim, fitness.

    Where a fact can only close or open its own option two values are enough; RAS has three, as unknown RAS closes
    nothing. The order is compared in full, so the places of those not open are compared too.
    """
    own: dict[str, tuple[object, ...]] = {
        "mmr": ("deficient", "proficient"),
        "braf_v600e": (True, False),
        "braf_other": (False,),
        "ras": VALUES["ras"],
        "kras_g12c": (True, False),
        "ntrk_fusion": (True, False),
        "her2": ("positive", None),
        "prior.anti_egfr": (True, False),
        "anti_egfr_response": (True, None),
        "ctdna_ras_braf": ("no_mutation",),
        "lines": (2, None),
        "prior.anti_vegf": (True,),
        **dict.fromkeys(CHEMO.split(), (True,)),
        **dict.fromkeys(["prior.ftd_tpi", "prior.regorafenib", "prior.fruquintinib"], (True, False)),
    }
    return Sweep("order", {**own, **{name: VALUES[name] for name in ("primary_side", "aim", "fit")}})


def differences(values: Mapping[str, object], options: tuple[str, ...] = OPTIONS) -> list[str]:
    """Where the engine and the decision table differ on this profile: a line for each option, one for the order."""
    known = _options()
    engine = evaluate(profile_of(values), [known[option] for option in options])
    table = judged(values)
    lines = [
        f"{one.id}: engine {one.verdict}, {one.strength}; table {table.verdicts[one.id]}, {table.strengths[one.id]}"
        for one in engine
        if (one.verdict, one.strength) != (table.verdicts[one.id], table.strengths[one.id])
    ]
    found, expected = [one.id for one in engine], [option for option in table.order if option in options]
    return lines if found == expected else [*lines, f"order: engine {' '.join(found)}; table {' '.join(expected)}"]


@cache
def _options() -> dict[str, Option]:
    """The engine's options by their id."""
    return {one.id: one.option for one in evaluate(profile_of({}))}


def _compare(chunk: tuple[Sweep, int]) -> tuple[int, int, list[str]]:
    """Profiles compared, profiles that differ, and the first of them in words, from `start` on."""
    sweep, start = chunk
    stop, differing = min(start + CHUNK, sweep.size), 0
    shown: list[str] = []
    for number in range(start, stop):
        values = sweep.profile(number)
        lines = differences(values, sweep.options)
        differing += bool(lines)
        if lines and len(shown) < SHOWN:
            known = {name: value for name, value in values.items() if value is not None}
            shown.append("\n  ".join([f"{sweep.name}: {known}", *lines]))
    return stop - start, differing, shown


def main() -> int:
    """Prints how many profiles were compared and the first differences. Exit status 1 where there are any."""
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="all that is worth comparing; three times as long")
    made = sweeps(parser.parse_args().long)
    chunks = [(sweep, start) for sweep in made for start in range(0, sweep.size, CHUNK)]
    compared, differing = 0, 0
    shown: list[str] = []
    with (
        multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool,
        tqdm(total=sum(sweep.size for sweep in made), desc="Comparing", unit="profile", file=sys.stderr) as bar,
    ):
        for done, wrong, first in pool.imap_unordered(_compare, chunks):
            compared, differing = compared + done, differing + wrong
            shown += first[: SHOWN - len(shown)]
            bar.update(done)
    print(f"{compared:,} profiles compared, {differing:,} differ between the engine and the decision table")
    for lines in shown:
        print(lines)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
