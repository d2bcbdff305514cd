"""What is said behind a drug that was meant to be given and was not: "prescribed but never collected"."""

from __future__ import annotations

import re

# "… was prescribed but never collected", "… when it was offered she turned it down", "…, he hasn't had it".
_BUT_NEVER = re.compile(
    r"^[^.;]{0,70}?(?:\b(?:but|yet|which|it|he|she|and|they)\b)[^.;]{0,25}?\b(?:never (?:\w+ ){0,2}(?:given|"
    r"started|collected|dispensed|taken|received|had|begun|used|reached|arrived)|"
    r"(?:hasn't|has not|had not|hadn't|didn't|did not) (?:yet )?(?:had|have|take|taken|receive|received|"
    r"get|got|start|started|begin|begun) (?:it|any|one)?\b|(?:turned|turns) it down|declined|refused|"
    r"not (?:yet )?(?:started|begun|collected|dispensed)|never took|"
    r"has not received a dose|not received a dose|never happened|opted (?:for|against)|chose (?:not|a break)|"
    r"(?:nobody|no one|none of us) (?:\w+ )?(?:gave|started|ordered|prescribed|dispensed)|(?:was |were )?(?:returned|"
    r"sent back|handed back|given back|left)\b[^.;]{0,36}\b(?:unopened|unused|untouched))|^[^.;,]{0,40}?(?:→|->|"
    r"- )\s*(?:so )?(?:not|never) "
    r"(?:given|started|received)"
)
_NEVER_BEGUN = re.compile(
    r"[^.;:→]{0,50}?[,(] ?(?:so |and |hence )?never (?:started|begun|given|received|administered)(?=[,;.)]|$)"
)
_CAME_TO_NOTHING = re.compile(
    r"(?P<between>[^.;→]{0,70}?)\b(?:fell through|came to nothing|(?:did not|didn't|never) (?:take place|took place|"
    r"happen\w*|"
    r"materiali[sz]e\w*|come off|came off|go ahead|went ahead|get going|got going|get off the ground|"
    r"got off the ground)|"
    r"(?:family|insurance|insurer|payer|pharmacy|board|he|she|they|patient) said no\b|"
    r"(?:got|went|came) (?:only )?as far as (?:the |an? )?(?:prescription|order|consent|application|request)|"
    r"(?:tablets|pills|capsules|drugs?|it|they|supply|delivery|parcel) never (?:turned up|arrived|came|reached)\b|"
    r"(?:only )?on paper(?: only)?\b|binned (?:it|them)\b|(?:threw|chucked) (?:it|them) (?:away|out)|"
    r"never touched (?:it|them)|never (?:went there|went for (?:it|that)|bothered|got (?:round|around) to (?:it|that))|"
    r"changed (?:his|her|their) mind|got cold feet|nothing (?:ever )?came of (?:it|that|this)|(?:was |were |"
    r"got )?shelved(?! (?:after|at|from)\b)|"
    r"(?:was |were |got |then )*forgotten(?: about)?|(?:that|the) (?:idea|plan) (?:was |had been )?(?:dropped|binned|"
    r"abandoned|went)|(?:nobody|no one|no-one|none of (?:us|them)) (?:\w+ ){0,3}(?:gave|started|used) (?:it|any|"
    r"them)\b|"
    r"before (?:any of (?:it|that|this)|(?:it|that|this) (?:\w+ ){0,2}(?:start|begin|began|begun|"
    r"happen)\w*(?=\s*(?:[,;.)]|$|and\b|but\b))|(?:he|"
    r"she|they) "
    r"(?:\w+ ){0,2}(?:start|begin|began|begun|get|got|had|took|take)\w* (?:it|any|going)\b))"
)
_OTHER_PLAN = re.compile(
    r"\b(?:surg\w+|operation|resection|hepatectomy|transplant\w*|metastasectomy|scan|trial|ablation)\b"
)

_AND_GIVEN = re.compile(
    r"\W{0,2}(?:and |but )?(?:then|later|finally|eventually|subsequently|afterwards|duly) (?:\w+ )?(?:given|started|"
    r"received|added|begun)\b"
)


def is_never_begun(rest: str, follows: str) -> bool:
    """Whether words behind a drug say that it was not begun: `rest` up to the next one, `follows` a letter more."""
    if _BUT_NEVER.match(rest) or _NEVER_BEGUN.match(follows):
        return True
    found = _CAME_TO_NOTHING.match(rest)
    return bool(found) and not _OTHER_PLAN.search(rest[: found.end()] if found else "")


def was_given_later(rest: str) -> bool:
    """Whether words behind a plan say that it was carried out: "discussed and then given"."""
    return bool(_AND_GIVEN.match(rest))
