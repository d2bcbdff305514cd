"""A sentence on a table row in the wording that is checked: "22% responded to A": "the response rate was 22% with A".

What is shown is the sentence as it was written; what is held against the cells is this reading of it, so that a wrong
reading can only refuse it or read out of it what it says.
"""

from __future__ import annotations

import re

_N = r"\d+(?:\.\d+)?"
_PLAIN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), plain)
    for pattern, plain in (
        (r"\bquality-of-life\b", "quality of life"),
        (r"\bdid not reach (?:statistical )?significance\b", "was not significant"),
        (r"\b(?:was|were) not (?:significantly )?different\b", "did not differ"),
        (r"\bdid not differ significantly\b", "was not significantly longer"),
        (r"\b(?:reached|achieved|attained|amounted to) (?=(?:an? )?(?:median )?(?:OS |PFS |of )?\d)", "was "),
        (
            rf"\b(?:only |just )?({_N}%) of (?:the )?patients responded to (.+?) and ({_N}%) to ",
            r"response rate was \1 with \2 and \3 with ",
        ),
        (rf"\b(?:only |just )?({_N}%) of (?:the )?patients responded to ", r"response rate was \1 with "),
        (r"\bhazard ratio for death\b", "OS hazard ratio"),
        (r"\b(?:alone|monotherapy)\b", ""),
        (r"\bfollowed by\b", "then"),
        (r"\badding (\S+) to (\S+)", r"\2 + \1"),
        (
            r"\b(OS|PFS|overall survival|progression-free survival)\b(.{0,60}?) significantly,? "
            r"(?:although|albeit|but) (?:only )?(?=from)",
            r"significantly longer \1\2 ",
        ),
        (
            r"\bdid not significantly (?:improve|prolong|extend) (OS|PFS|overall survival|progression-free survival)\b",
            r"not significantly longer \1",
        ),
        (r"\bimproved (?=(?:OS|PFS)\b)", ""),
        (r"\b(?:brought|raised|increased|extended|prolonged) (median \w+) to (?=\d)", r"gave \1 of "),
        (
            r"\b(significantly )?(?:improved|prolonged|extended) (OS|PFS|overall survival|progression-free survival)\b",
            r"\1longer \2",
        ),
        (r"^(\S+) compared .{3,80}?: ", r"In \1, "),
        (r"\breceived\b|\bwere treated with\b|\bwere given\b", "with"),
    )
)
_VERSUS = r"(?:versus|vs\.?|against|compared (?:with|to))"
# "A … compared with B … (6.4 versus 5.0 months)": the figures in the order in which the arms were named.
_PAIR = re.compile(rf"\(({_N})(%| months?)? {_VERSUS} ({_N})(%| months?)([^)]*)\)", re.I)
_FROM_TO = re.compile(rf"\bfrom ({_N})(?:%| months)? to ({_N})(%| months)", re.I)


def plainly(text: str, arms: re.Pattern[str], controls: frozenset[str]) -> str:
    """The sentence in plain wording; `arms` finds the names (in lower case) of the arms of the rows that it cites,
    `controls` are those of the arms that the others are compared with.
    """
    for pattern, plain in _PLAIN:
        text = pattern.sub(plain, text)
    favored = re.compile(rf"\bfavou?red ({arms.pattern}): ({_N}(?:%| months))", re.I)
    text = favored.sub(r"was \2 with \1", text)
    return " ".join(_with_arms(text, arms, controls).split())


def _with_arms(text: str, arms: re.Pattern[str], controls: frozenset[str]) -> str:
    """Two figures without arms, with those that are named before them: the tested one and what it is compared with."""
    pair, change = _PAIR.search(text), _FROM_TO.search(text)
    match = pair or change
    if match is None:
        return text
    named = list(dict.fromkeys(name.lower() for name in arms.findall(text[: match.start()])))
    if len(named) == 1 and len(controls) == 1:
        named += controls
    if len(named) != 2 or named[0] in controls or named[1] not in controls or arms.search(text[match.end() :]):
        return text
    bare = re.sub(rf"(?:\b(?:{_VERSUS}|than|over) )?{arms.pattern}", " ", text[: match.start()], flags=re.I)
    if pair:
        first, second, unit, rest = pair[1], pair[3], pair[4], pair[5]
    elif change:
        first, second, unit, rest = change[2], change[1], change[3], ""
    told = f"({first}{unit} with {named[0]} against {second}{unit} with {named[1]}{rest})"
    return f"{bare}{told}{text[match.end() :]}"
