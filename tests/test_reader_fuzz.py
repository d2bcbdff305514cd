"""Whatever is typed: reading never crashes, and no fact rests on words that the text does not hold."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.patient.reader import read_turns
from app.patient.reading import Reading
from eval.vignettes import read_vignettes

WORDS = (
    "RAS KRAS NRAS BRAF V600E G12C G12D HER2 HER3 NTRK MSI-H MSS pMMR dMMR wt mut neg pos + - ? 3+ 2+ IHC ISH not no "
    "never without pending failed unknown FOLFOX FOLFIRI/bev cetuximab pani Lonsurf rego fruquintinib → -> then PD "
    "PR SD 1L 2L third line adjuvant planned declined mother lung cancer if what ctDNA after ECOG 1 frail left right "
    "colon , ; . ( ) / : | • \n ½ ß İ \u200b \U0001f600 0 12 2019 mCRC 68M she he his or nor and but"
).split(" ")
SEEDS = [vignette for vignette in read_vignettes("tuned") if len(" ".join(vignette.turns)) < 700]


def check(turns: list[str]) -> None:
    """Every fact from the text must quote it, with the right offsets, whatever was corrected in between."""
    reading = read_turns(turns)
    for fact in [*reading.stored.facts, *reading.hypothetical]:
        source = fact.source
        if source.kind == "text":
            assert source.turn is not None and source.start is not None and source.end is not None
            assert turns[source.turn][source.start : source.end] == source.words != ""
    if reading.scope != "patient":
        assert reading == Reading(reading.scope, type(reading.stored)(), type(reading.stored)())
    disputed = {contradiction.field for contradiction in reading.contradictions}
    assert not disputed & {fact.field for fact in reading.stored.facts}


def mangled(text: str, chance: random.Random) -> str:
    """The text with letters dropped, doubled, swapped or replaced, words moved, or pieces cut out."""
    letters = list(text)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(letters)) if letters else 0
        match chance.randrange(6):
            case 0:
                del letters[place : place + chance.randint(1, 3)]
            case 1:
                letters[place:place] = chance.choice(WORDS)
            case 2:
                letters[place : place + 2] = reversed(letters[place : place + 2])
            case 3:
                letters[place : place + 1] = chance.choice("()?.,;-–→+/\n\t\u00a0\u0130ß")
            case 4:
                letters[place:place] = letters[place : place + 20]
            case 5:
                letters = letters[place:] + letters[:place]
    return "".join(letters)


@pytest.mark.parametrize("seed", range(20))
def test_mangled_vignettes_are_read_without_a_fact_that_is_not_there(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(250):
        check([mangled(turn, chance) for turn in chance.choice(SEEDS).turns])


@pytest.mark.parametrize("seed", range(10))
def test_random_words_of_the_field_are_read_without_a_fact_that_is_not_there(seed: int) -> None:
    chance = random.Random(1000 + seed)
    for _ in range(500):
        turns = [" ".join(chance.choices(WORDS, k=chance.randint(0, 30))) for _ in range(chance.choice((1, 1, 1, 2)))]
        check(turns)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_any_text_at_all_is_read(turns: list[str]) -> None:
    check(turns)
