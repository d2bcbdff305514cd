"""Words by what they do in a sentence: those that mean the same here, those that may not be lost, those that say
nothing by themselves. A word in no list must stand in the evidence.
"""

from __future__ import annotations

from functools import lru_cache

# Words that mean the same in this field; the first stands for all of its line.
_SAME = """
treat treatment treatments therapy therapies treated treating treats
give grant granted given gave giving receive received receives receiving taking take taken took get got administered
show showed shown shows demonstrate demonstrated find found finding findings report reported reports observe observed
show see seen exhibited exhibit conclude concluded indicated saw
achieve achieved reach reached result resulted produce produced yield yielded
new novel
world worldwide globally global
common prevalent frequent frequently often commonly
yearly year annually annual
start initiated initiate begin begun started
add addition added adding adds
drug drugs agent agents
tumor tumors tumour tumours
enroll enrolled include included includes including recruited
random randomized randomised
test tested testing
screen screening screened
because due owing
combine combination combined combining plus together
inhibit inhibitor inhibitors inhibits inhibition
base based basis
previous prior previously earlier
several multiple numerous various
need require required needed requires
approve approved approval approvals
authorize authorized authorization authorised authorisation
offer offered offering
suggest suggested suggests
recommend recommended recommends recommendation
aim objective goal primary
want wanted
respond response responded responds responders
original initial initially
constitute constitutes
upfront early
withdraw withdrawal withdrawn
lack lacking lacked
develop developed developing
clinic clinical clinically
efficacy effectiveness effective
degrade degradation degrades
worsen worsening worsened worse worst
consist consistent consistently constantly
third 3rd
escalate escalation escalated
discontinue discontinuation discontinued discontinuing
tolerate tolerated tolerability tolerance
benefit benefits benefited benefitted
consider considered
mutate mutation mutations mutated mutant
rechallenge re-challenge
versus
only merely solely exclusively
if provided
may might could can possible possibly perhaps
likely probably probable
seem seemed seems appear appeared appears
tendency trend
almost nearly
about approximately roughly around
all every each
most majority
morethan over above exceeding
lessthan below under
alone monotherapy single
whole overall
main chief
death die died dying dies
lead led leads leading
express expression overexpression overexpressing
"""
# A meaning with one of these is another one without it.
_KEPT = (
    "only if ifpossible unless except until may likely seem tendency almost about all most some few half morethan "
    "lessthan poised preliminary numerically promising limited small modest slightly minor uncommon rare rarely "
    "seldom hardly partial immediately much mainly preferably simultaneous similar same"
)
_POSITIVE = (
    "increase increased increases increasing rise rose risen rises improve improved improves improvement prolong "
    "prolonged prolongs extend extended extends longer higher better greater gain gained lengthen lengthened favor "
    "favored favour favoured superior advantage"
)
_NEGATIVE = (
    "decrease decreased decreases reduce reduced reduces reduction shorter lower worse worsen worsened worsening "
    "fewer fall fell fallen decline declined inferior deteriorate deteriorated"
)
_DENIALS = (
    "not no nor neither none never without cannot fail fails failed failing lack lacks lacked lacking absence unable "
    "non proficient"
)
# Words that say nothing by themselves.
_GLUE = (
    "a an the of in on at to for by with from as and or that which who whom whose this these those it its they their "
    "them there then so thus therefore also too is are was were be been being has have had having do does did will "
    "would into within among between during through per via up out while when where whereas although though however "
    "but yet even such both either another other further more he she we our his her here now today currently "
    "respectively namely according whether once still vs versus compared comparing comparison against opposed "
    "patients patient people arm arms group groups study trial trials studies participants amounted stand stands come "
    "came show review authors make makes made get become median value figure rate rates level regarding concerning "
    "case cases people number proportion conducted called known taking experienced experience place part put data "
    "followed following than just use used using around together along said give treat show achieve already date far "
    "especially particularly"
)
_NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10",
    "twice": "2", "half": "half", "quarter": "quarter",
}  # fmt: skip
_ENDINGS = (
    "isations izations ization isation ically ations ation ingly ments ment ities ances ance ences ence ants ant ents "
    "ent ions ion ings ing edly ied ies ity ed es ly al ic s e y"
).split()
_SHORTEST = 4


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The word without its ending, near enough to know "tested" in "testing"."""
    for ending in _ENDINGS:
        least = _SHORTEST if ending != "s" else _SHORTEST - 1
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return stem(word[: -len(ending)])
    return word


@lru_cache(maxsize=8192)
def meaning(word: str) -> str:
    """What stands for the word and for those that mean the same."""
    return SAME.get(word) or SAME.get(stem(word)) or stem(word)


def _same() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _SAME.strip().splitlines():
        first, *others = line.split()
        for word in (first, *others):
            found.setdefault(word, first)
            found.setdefault(stem(word), first)
    return found


SAME = _same()
KEPT = frozenset(meaning(word) for word in _KEPT.split())
POSITIVE, NEGATIVE = frozenset(map(stem, _POSITIVE.split())), frozenset(map(stem, _NEGATIVE.split()))
DENIALS = frozenset(_DENIALS.split())
GLUE = frozenset(_GLUE.split())
NUMBERS = _NUMBERS
