"""The words that say what became of a drug: given, not given, planned, refused, ruled out, uncertain; and in what setting."""

from __future__ import annotations

import re

# Left of a drug; the nearest one that still reaches it decides. Longer denials come before the words that they contain.
CUES = re.compile(
    "|".join((
        r"(?P<unsure>(?<![a-z])(?:(?:unclear|not (?:clear|sure|certain|known|documented)|unsure|uncertain|"
            r"unknown|don't know|do not know|cannot (?:say|tell|confirm)|no record of|not recorded) (?:if|whether|"
            r"about)(?: (?:he|she|they|the patient|pt) (?:also |ever |actually )?(?:had|has had|received|got|was "
            r"given|was on))?|whether(?! to)(?: (?:he|she|they|the patient|pt) (?:also |ever |actually )?(?:had|has "
            r"had|received|got|was given))?|may (?:also )?have (?:had|received|been|got)|might (?:also )?have|"
            r"possibly|probably|perhaps|maybe|presumably|questionable|query|apparently|(?:he|she|patient) thinks|"
            r"undocumented)(?![a-z])|±|\+/-|\+-|(?<=[\s(/+])\?(?=\s?[a-z]))",
        r"(?P<contra>(?<![a-z])(?:contra-?indicat\w*(?: (?:to|for|of))?|not (?:a )?(?:good |suitable "
            r")?candidates? for|ineligible for|not eligible for|unsuitable for|not suitable for|(?:cannot|can't|must "
            r"not|should not|could not|unable to) (?:have|receive|get|be given|take)|precludes?|preclud\w* (?:the "
            r"use of)?|rules? out(?: the use of)?|(?:known )?allerg\w* to|hypersensitiv\w* to|no go for|ci (?:to|"
            r"for))(?![a-z]))",
        r"(?P<decline>(?<![a-z])(?:declin\w*|refus\w*|reject\w*|with-?held|withhold\w*|scrap\w*|delete|cross out|"
            r"turned down|opted against|decided against|advised against|chose not to (?:have|take)|did(?:n't| not) "
            r"want|does(?:n't| not) want|unwilling to (?:have|take)|never started|not started(?: on)?|not offered|"
            r"was held)(?![a-z]))",
        r"(?P<neg>(?<![a-z])(?:no(?: (?:prior|previous|earlier))?(?: (?:exposure to|history of|use of|treatment "
            r"with|therapy with))?|not (?:yet )?(?:previously )?(?:had|been (?:given|exposed to|treated with|on)|"
            r"received?|given|exposed to|treated with|used|tried|on|added?)|never(?: (?:had|have|received|got|gotten|"
            r"been (?:given|exposed to|on|treated with)|given|exposed to|tried|on|took|seen|saw))?(?: any)?|"
            r"without(?: (?:prior|previous|any|the|addition of))*|w/o|w/out|neither|nor|na[iï]ve (?:to|for|of)|"
            r"unexposed to|(?:has|have|had|did|was|were|is)(?: not|n't|nt) (?:yet )?(?:ever )?(?:been )?(?:had|"
            r"received?|given|exposed to|treated with|used|started(?: on)?|tried|have|get|on|had any)|yet to "
            r"(?:receive|have|start)|instead of|rather than|in place of|omit\w*|minus|sans|excluding|except(?: for)?|"
            r"other than|apart from|avoid\w*|spared|but not|and not|not(?= [a-z/-]{3,} ?(?:given|used|"
            r"received)))(?![a-z]))",
        r"(?P<plan>(?<![a-z])(?:plan(?:ned|ning|s)?|told (?:him|her|them|the patient|the family) (?:about|of)|"
            r"inform\w* (?:\w+ )?about|explain\w*|heard (?:of|about)|read (?:of|about)|wonder\w*(?: about| whether| "
            r"if)?|ask\w* (?:about|for|whether|if)|(?:advice|opinion|thoughts|views?|question\w*) (?:on|of|about|"
            r"regarding)(?: whether| if)?|interested in|curious about|consider\w*|propos\w*|suggest\w*|recommend\w*|"
            r"intend\w*|would like to|like to|(?:we|i)'d (?:like|love|want|go for)|want\w*(?: to)?|ask\w* for|"
            r"wish\w*|thinking (?:of|about)|(?:to )?discuss\w*|(?:a )?candidates? for|eligible for|suitable for|"
            r"about to|due to start|to start|to begin|will (?:be )?(?:start\w*|receiv\w*|get\w*|begin|have|given|go "
            r"on)|going to|schedul\w*|aim\w* to|for consideration of|appl(?:y|ied|ication) for|request\w* (?:for)?|"
            r"booked (?:for|in)|option\w*(?: of| are| include| would be| is)?|offer(?:ing)?|starts|starting|start(?= "
            r"(?:with )?[a-z])|hoping|hope to|should|could|can we|can i|may|might|prior to|before(?!\s*:| that| this|"
            r" which| then)(?: starting)?|awaiting|approv\w* for|access to|funding(?: for)?|compassionate|next(?: "
            r"step| line| treatment| option)(?: is| would be)?(?:\s?[:=])?|next\s?[:=]|next up|for (?=(?:rego|fruq|"
            r"tas-|lonsurf|ftd|stivarga|fruzaqla))|trial of|role (?:of|for)|any (?:role|place|point|benefit)|keen "
            r"(?:on|to)|leaning|favou?rs?|prefer\w*|screen\w* for|enrol\w* (?:in|on|into) (?:the )?(?:upcoming|"
            r"planned))(?![a-z]))",
        r"(?P<history>(?<![a-z])(?:s/p|status post|post|after|following|progress\w*(?: (?:on|after|through|"
            r"during|to|under|following|despite))?|had|has had|having had|received|receiving|got|given|was (?:given|"
            r"treated|started|switched|put)|treated with|treatment with|therapy with|prior(?: to)?|previous\w*|"
            r"pre-?treated(?: with)?|refractory(?: to)?|resistant to|failed|failure (?:of|on)|exhausted|exposed to|"
            r"exposure to|on|under|started(?: on)?|commenced(?: on)?|begun|switched to|changed to|completed|"
            r"underwent|then|followed by|(?:re-?)?challenged? with|re-?introduc\w*|re-?started|maintenance|respon\w+ "
            r"(?:to|on)|pd (?:on|after|under|to)|pr (?:on|to|with|after|under)|sd (?:on|with|under)|cr (?:on|with|"
            r"to)|[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?|(?:first|second|third|fourth|fifth)[- ]line|adjuvant|"
            r"neo-?adjuvant|adj|history|hx|past|intoleran\w* (?:to|of|for)|stopped|discontinued|since|tolerated|"
            r"including|incl|with|comprising|consisting of|via|currently on|now on|has been on|→)(?![a-z]))",
    ))
)  # fmt: skip
# Between a denial and its drug, nothing but these and other drugs.
DENIAL_FILL = re.compile(
    r"\b(?:any|was|were|is|prior|previous|earlier|therapy|treatments?|with|agents?|drugs?|antibod\w+|inhibitors?|"
    r"exposure|such as|targeted|the|of|a|an|to|for|yet|either|line|and|or|nor|far|so|use|been|given|had|received|"
    r"other|further|form|kind|type|his|her|because|e\.g|in|combination|containing|based|regimens?|has|have|as|"
    r"both|also|ever|by)\b|[\s,/+&().:'-]"
)
# Right of a drug.
AFTER = re.compile(
    r"^(?:['\"]?s)?[\s()-]*(?:(?:\([^)]{0,40}\)|therapy|treatment|given|based|containing|has|have|had|was|were|"
    r"is|are|has been|had been|have been|being|been|currently|therefore|thus|again|yet|then|so|still|both|all|"
    r"either|since|:|=|-|\|)\s*)*"
    r"(?:(?P<neg>never (?:actually |really |in fact |been )*(?:given|used|received|had|started|tried|added|"
    r"offered)|not (?:yet )?(?:been )?(?:given|used|received|started|done|administered|added|tried|had|part of|"
    r"yet)|omitted|na[iï]ve|free\b|avoided|spared|(?:having been )?left out|at no (?:point|time|stage)|not "
    r"(?:considered|discussed|planned|indicated|necessary|possible|an option)|no(?=\s*[,;.)|]|\s*$)|(?<=\| "
    r")n(?=\s*\||\s*$)|none\b|nil\b|never\b)"
    r"|(?P<decline>declined|refused|with-?held|held\b(?! (?:for|until|up))|rejected|turned down|not wanted|not offered)"
    r"|(?P<contra>contra-?indicated|not possible|c/i|ruled out|not an option|unsuitable|not suitable|not "
    r"appropriate|precluded|cannot be given|can't be given|not feasible|impossible|too risky)"
    r"|(?P<plan>(?:,? ?which (?:was|were|had been|has been|is) )?(?:only |also |then |merely )?(?:mentioned|"
    r"ordered|raised|brought up|talked about|thought of|intended|foreseen|envisaged|on the table|applied for)|"
    r"(?:,? ?which (?:was|were|had been|has been|is) )?(?:planned|considered|discussed|proposed|offered)|planned|"
    r"proposed|considered|under consideration|discussed|recommended|suggested|offered|to start|next\b|upcoming|"
    r"scheduled|requested|approved|applied for|to follow|the plan|to be (?:started|given|considered)|pending|"
    r"starts|starting|from next|would be|could be|might be|may be|should be|reasonable|worth|an option)"
    r"|(?P<unsure>unknown|not documented|undocumented|unclear|uncertain|not known|possibly|not recorded|no "
    r"record|unconfirmed|tbc|\?(?=\s*(?:[,;→)/+]|never|no\b)|\s*-+>|\s+(?:→|->|then|[a-z]+ ?/))|\(\?\)|"
    r"questionable))"
)
PLACEBO = re.compile(
    r"\bplacebo\b|\b(?:double-?)?blind(?:ed)?\b|\bunblinding\b|\barm (?:unknown|not known|undisclosed)|"
    r"\brandomi[sz]ed (?:between|to (?:either )?\w+(?: \w+)? or)\b|\bstudy drug\b"
)
UNBLINDED = re.compile(
    r"(?<!not been )(?<!not )(?<!never )(?<!un)\bunblinded\b|\b(?:active|verum|experimental|treatment) arm\b|"
    r"\bopen[- ]label\b|\b(?:was|were) (?:on|in) the (?:active|placebo|control)"
)
ELSEWHERE = re.compile(
    r"\b(?:topical\w*|cream|ointment|lotion|efudi[xc]|actinic|keratos[ei]s|intravitreal|intra-?ocular|macular|"
    r"eye injections?|retin\w+|glaucoma|rheumatoid|psoria\w+|crohn'?s?|ulcerative colitis)\b"
)
ADJUVANT = re.compile(
    r"\b(?:adjuvant\w*|adj\b\.?|adjuv\b|neo-?adj\w*|neo\b|peri-?op\w*|pre-?op\w*|post-?op\w*|chemo-?radi\w+|"
    r"radio-?chemo\w*|crt|ccrt|rct\b|tnt\b|total neo\w+|radio-?sensiti\w+|long-course|short-course|after "
    r"(?:curative |radical |liver |r0 )?(?:resection|hepatectomy|metastasectomy|surgery) (?:of|for)|"
    r"pseudo-?adjuvant)"
)
METASTATIC = re.compile(
    r"\b(?:metasta\w+|mets|palliat\w+|(?:1st|first)[- ]?line|1l|l1|stage iv|relaps\w+|recur\w+|mcrc|unresectable|"
    r"for disease|[2-6]l|(?:second|third|2nd|3rd)[- ]?line)\b"
)
MAINTENANCE = re.compile(r"\b(?:maint\w*|de-?escalat\w+|consolidat\w+)\b")
AGAIN = re.compile(
    r"\b(?:re-?intro\w*|re-?start\w*|resum\w+|re-?induction|re-?exposure|re-?initiat\w+|re-?escalat\w+|back "
    r"(?:on|to)|again|continued|same regimen|re-?loaded)\b"
)
STANDARD = re.compile(
    r"\b(?:all (?:the )?(?:usual |approved |available |conventional )?standard(?:[- ]of[- ]care)?(?: \w+)? "
    r"?(?:chemo\w*|therap\w+|treatments?|lines?|drugs?|agents?|options|systemic)?|standard (?:chemo\w*|therap\w+|"
    r"treatments?|systemic \w+|cytotoxics?|of[- ]care chemo\w*)|chemo-? ?refr\w*|chemotherapy-? ?refractory|"
    r"refractory to (?:all )?(?:standard |conventional )?chemo\w*|exhausted (?:all )?(?:standard|chemo\w*|"
    r"conventional)|(?:three|3) standard (?:cytotoxics|drugs|chemo\w*))\b"
)
NOT_STANDARD = re.compile(
    r"\b(?:no|not|never|isn't|without|before|instead of|rather than|not yet|is|would|should|decline\w*|"
    r"refus\w*)\s+(?:\w+\s+){0,2}$"
)
CHEMO_REFRACTORY = re.compile(
    r"\bchemo(?:therapy)?-? ?refr\w*\b|\brefractory to (?:all )?(?:standard |conventional )?chemo"
)
UNTREATED = re.compile(
    r"\b(?:no (?:prior |previous )?(?:systemic )?(?:anti-?cancer )?(?:therapy|treatment|chemo\w*|systemics?|"
    r"drugs?)(?: (?:so far|yet|to date|given|ever|at all|for (?:metastatic|his|her|the)\b[^.;]*))|no (?:prior|"
    r"previous) (?:systemic |anti-?cancer |palliative )?(?:therapy|treatment|chemo\w*|lines?)|"
    r"treatment[- ]na[iï]ve|(?:chemo|therapy|systemic therapy|chemotherapy)[- ]na[iï]ve|untreated|not (?:yet "
    r")?(?:received|had|started|begun) any (?:systemic )?(?:therapy|treatment|chemo\w*|drugs?)|never (?:had|"
    r"received) (?:any )?(?:systemic )?(?:therapy|treatment|chemo\w*)|zero (?:prior )?lines|0 (?:prior )?lines|"
    r"no systemic (?:therapy|treatment)|nil systemic|has not (?:yet )?(?:had|received|started) (?:any "
    r")?(?:systemic )?(?:therapy|treatment|chemo\w*))"
)
INCOMPLETE = re.compile(
    r"\b(?:among (?:others|other (?:drugs|things))|amongst others|and others|and other (?:drugs|agents|regimens|"
    r"chemo\w*|lines|things)|other (?:drugs|agents|therapies|details|lines|regimens|"
    r"treatments)[^.;]{0,20}(?:unknown|not known|not documented|unclear|missing)|etc\b|(?:records?|history|"
    r"notes?|documentation|details?|list|medication list|letters?|files?)[^.;]{0,40}(?:incomplete|(?<!nothing "
    r")missing|unavailable|not available|lost|partial|patchy|(?:not|never|hardly) (?:\w+ )?complete|unknown|"
    r"awaited|pending|not (?:yet )?(?:received|arrived))|incomplete (?:records?|history|notes?|documentation|"
    r"list)|partial (?:records?|history)|(?:multiple|several|various|many|numerous|different) "
    r"[^.;,]{0,40}?(?:including|incl\.?|such as|e\.g\.))"
)
UNKNOWN_LINE = re.compile(
    r"(?:\b(?:[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?|(?:1st|2nd|3rd|4th|first|second|third|fourth)(?=\s*[:=])|"
    r"(?:first|second|third|fourth|fifth)[- ]line|line [1-6]|l[1-6])\b[^.;→\n]{0,50}?\b(?:unknown|not known|"
    r"unclear|unspecified|not documented|undocumented|elsewhere|no details|details (?:unknown|missing|not)|"
    r"abroad|not recorded|records? (?:lost|missing))"
    r"|(?<!no )(?<!any )(?<!without )\b(?:unknown|undocumented|unspecified|unnamed|unidentified|some|another|"
    r"other)\s+(?:[a-z]+ ){0,2}?(?:regimen|combination|line|protocol|drug|agent|chemo\w*|therap\w+|treatment)\b|"
    r"\b(?:regimen|drugs?|agents?|therap\w+|treatment) (?:is |are |was |were )?(?:unknown|not known|not "
    r"documented|undocumented|unclear|unspecified|not specified|not recorded)\b)"
)
