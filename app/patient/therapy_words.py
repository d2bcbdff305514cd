"""The words that say what became of a drug (given, denied, planned, refused, ruled out, uncertain), and its setting."""

from __future__ import annotations

import re

# Left of a drug; the nearest one that still reaches it decides. Longer denials come before the words that they contain.
CUES = re.compile(
    "|".join((
        r"(?P<unsure>(?<![a-z])(?:(?:unclear|not (?:clear|sure|certain|known|documented)|unsure|uncertain|"
            r"unknown|don't know|do not know|cannot (?:say|tell|confirm)|no record of|not recorded) (?:if|"
            r"whether|about)(?: (?:he|she|they|the patient|pt) (?:also |ever |actually )?(?:had|has had|"
            r"received|got|was given|was on))?|whether(?! to)(?: (?:he|she|they|the patient|pt) (?:also |ever |"
            r"actually )?(?:had|has had|received|got|was given))?|may (?:also )?have (?:had|received|been|got)|"
            r"might (?:also )?have|possibly|probably|perhaps|maybe|presumably|questionable|query|apparently|"
            r"(?:he|she|patient) thinks|undocumented)(?![a-z])|±|\+/-|\+-|(?<=[\s(/+])\?(?=\s?(?!add|give|try|start|"
            r"use|offer)[a-z]))",
        r"(?P<contra>(?<![a-z])(?:contra-?indicat\w*(?: (?:to|for|of))?|not (?:a )?(?:good |"
            r"suitable )?candidates? for|ineligible for|not eligible for|unsuitable for|not suitable for|"
            r"(?:cannot|can't|must not|should not|could not|unable to) (?:have|receive|get|be given|take)|"
            r"prohibit\w*|anaphyla\w* (?:reaction |shock )?(?:to|with|on|after)|(?:high |increased )?risk (?:of|"
            r"with|from)(?= [\w/-]+ (?:tox|related|induced))|"
            r"(?:severe|known|life-threatening) (?:infusion |allergic |hypersensitivity )?reaction to|unfit for|"
            r"too frail for|not fit for|precludes?|preclud\w* (?:the use of)?|rules? "
                r"out(?: the use of)?|(?:known )?allerg\w*(?: reactions?)? to|"
            r"hypersensitiv\w* to|no go for|ci (?:to|for))(?![a-z]))",
        r"(?P<decline>(?<![a-z])(?:declin\w*|refus\w*|reject\w*|with-?held|withhold\w*|scrap\w*|delete|"
            r"cross out|turned down|opted against|decided against|advised against|chose not to (?:have|take)|"
            r"did(?:n't| not) want|does(?:n't| not) want|unwilling to (?:have|take)|never started|"
            r"not started(?: on)?|not offered|was held)(?![a-z]))",
        r"(?P<neg>(?<![a-z])(?:no(?: (?:prior|previous|earlier))?(?: (?:exposure to|history of|"
            r"use of|treatment with|therapy with))?|not (?:yet )?(?:previously )?(?:had|been (?:given|"
            r"exposed to|treated with|on)|received?|given|exposed to|treated with|used|tried|on|added?)|"
            r"never(?: (?:had|have|received|got|gotten|been (?:given|exposed to|on|treated with)|given|exposed to|"
            r"tried|on|took|seen|saw))?(?: any)?|without(?: (?:prior|previous|any|the|addition of))*|w/o|w/out|"
            r"neither|nor|na[iï]ve (?:to|for|of)|unexposed to|(?:has|have|had|did|was|were|is)(?: not|n't|"
            r"nt) (?:yet )?(?:ever )?(?:been )?(?:had|received?|given|exposed to|treated with|used|started(?: on)?|"
            r"tried|have|get|on|had any)|yet to (?:receive|have|start)|instead of|rather than|in place of|"
            r"omit\w*|minus|sans|excluding|except(?: for)?|(?<=all )but|(?<=all )save|other than|apart from|"
            r"avoid\w*|spared|but not|and not|"
                r"(?<=, )not(?! (?:only|yet|sure|clear|tolerat\w*|respond\w*|benefit\w*))|"
            r"not(?= [a-z/-]{3,} ?(?:given|used|received)))(?![a-z]))",
        r"(?P<plan>(?<![a-z])(?:plan(?:ned|ning|s)?|(?:be |been )?told (?:(?:him|her|them|the patient|"
        r"the family) )?(?:about|of)|"
            r"inform\w* (?:\w+ )?about|explain\w*|heard (?:of|about)|(?:talk\w*|sp(?:eak|eaking|oke|oken)|thought|"
            r"chat\w*) (?:about|of)|read (?:of|about)|wonder\w*(?: about| whether|"
            r" if)?|ask\w* (?:about|for|whether|if)|(?:advice|opinion|thoughts|views?|question\w*)(?: is|"
            r" was)? (?:on|of|"
            r"about|regarding)(?: whether| if)?|interested in|curious about|consider\w*|propos\w*|suggest\w*|"
            r"recommend\w*|intend\w*|would like to|like to|mean(?:t|ing)? to|agreed (?:up)?on|(?:we|i)'d (?:like|"
            r"love|want|go for)|want\w*(?: to)?|"
            r"ask\w* for|wish\w*|thinking (?:of|about)|(?:to )?discuss\w*|(?:a )?candidates? for|eligible for|"
            r"suitable for|about to|due to start|to start|to begin|will (?:be )?(?:switch\w* to|chang\w* to|try|"
                r"start\w*|receiv\w*|get\w*|begin|"
            r"have|given|go on)|going to|schedul\w*|aim\w* to|for consideration of|appl(?:y|ied|ication) for|"
            r"request\w* (?:for)?|booked (?:for|in)|option\w*(?: of| are| include| would be| is)?|offer(?:ing)?|"
            r"starts|starting|start(?= (?:with )?[a-z])|hop(?:e|ed|ing) (?:to|for)|hoping|toy(?:ed|ing)? with|"
            r"flirt\w* with|tempted (?:by|to)|"
            r"pencil\w* in|earmark\w*|supposed to (?:have|get|start|be)|(?:he|she|they|we)'d be (?:getting|having|"
            r"given|"
            r"starting|on)|would be (?:getting|having|given|starting|started on|put on)|should|could|can we|can i|"
            r"may|might|"
            r"prior to|before(?!\s*:| that| this| which| then| it\b| them\b| those\b)(?: starting)?|awaiting|"
            r"waiting for|(?:would|could|"
                r"might|may) benefit from|(?:spare|save|reserve)|(?:afraid|fear) of|(?:concerned|worried) about|"
                r"approv\w* for|"
                r"access to|"
            r"funding(?: for)?|compassionate|next(?: step| line| treatment| option)(?: is| would be)?(?:\s?[:=])?|"
            r"next\s?[:=]|next up|next (?:is|was|would be|comes|came)|"
            r"(?:boss|consultant|registrar|reg|senior|attending|professor|prof|tutor|colleague|mdt|gp|someone|somebody|"
            r"everyone|people) (?:here |there |just |only |also |keeps |kept )?(?:says?|said|saying|reckon\w*|think\w*|"
            r"thought|fanc\w+|mention\w*|likes?|vote[sd]?(?: for)?|wrote|push\w*(?: for)?|float\w*)(?: (?:something "
            r"about|about|maybe|perhaps|why not|go for|go with|to give|to try|to go for|let's|we give|just))*|"
            r"for (?=(?:rego|fruq|tas-|lonsurf|ftd|stivarga|fruzaqla))|trial of|"
            r"\?\s?(?:add|give|try|start|use|offer)|role (?:of|for)|any (?:role|place|point|benefit)|keen (?:on|to)|"
            r"leaning|favou?rs?|prefer\w*|"
            r"screen\w* for|enrol\w* (?:in|on|into) (?:the )?(?:upcoming|planned))(?![a-z]))",
        r"(?P<history>(?<![a-z])(?:s/p|status post|post|after|following|"
            r"progress\w*(?: (?:on|after|through|during|to|under|following|despite))?|had|has had|"
            r"having had|received|receiving|got|given|was (?:given|treated|started|switched|put)|"
            r"treated with|treatment with|therapy with|prior(?: to)?|previous\w*|pre-?treated(?: with)?|"
            r"refractory(?: to)?|resistant to|failed|failure (?:of|on)|exhausted|exposed to|exposure to|on|"
            r"under|started(?: on)?|commenced(?: on)?|begun|switched to|changed to|completed|underwent|then|"
            r"followed by|(?:re-?)?challenged? with|re-?introduc\w*|re-?started|maintenance|respon\w+ (?:to|on)|"
            r"pd (?:on|after|under|to)|pr (?:on|to|with|after|under)|sd (?:on|with|under)|cr (?:on|with|to)|"
            r"[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?|(?:first|second|third|fourth|fifth)[- ]line|adjuvant|"
            r"neo-?adjuvant|adj|history|hx|past|intoleran\w* (?:to|of|for)|stopped|discontinued|since|tolerated|"
            r"including|incl|with|comprising|consisting of|via|currently on|now on|has been on|→)(?![a-z]))",
    ))
)  # fmt: skip
# Between a denial and its drug, nothing but these and other drugs.
DENIAL_FILL = re.compile(
    r"\b(?:any|anything|like|was|were|is|prior|previous|earlier|therapy|treatments?|with|agents?|drugs?|antibod\w+|"
    r"inhibitors?|"
    r"exposure|such as|targeted|the|of|a|an|to|for|yet|either|line|and|or|nor|far|so|use|been|given|had|received|"
    r"other|further|form|kind|type|his|her|because|e\.g|in|combination|containing|based|regimens?|has|have|as|both|"
    r"also|ever|by)\b|[\s,/+&().:'-]"
)
# Right of a drug.
AFTER = re.compile(
    r"^(?:['\"]?s)?[\s()-]*(?:(?:\([^)]{0,40}\)|therapy|treatment|given|based|containing|has|have|had|was|"
    r"were|is|are|has been|had been|have been|being|been|currently|therefore|thus|again|yet|then|so|still|"
    r"both|all|either|since|only|merely|just|ever|:|=|-|\|)\s*)*(?:(?P<neg>(?:he|she|they|we|"
    r"i) (?:\w+ ){1,3}not (?:giving|starting|using|taking|having|to (?:give|start|"
    r"use|take|have))\b|(?:that (?:was|is) )(?:wrong|a mistake|an error|incorrect|my mistake|a typo|not right)\b|"
    r"(?:that |which )?(?:he|she|they|we|i|nobody|no one|no-one|(?:the )?(?:patient|pt))(?:'d)? ?(?:(?:has|have|had|"
    r"did|do|does|"
    r"would|could|was|were|can|will|is)(?: not|n't|nt)|cannot|never|(?<=nobody )|(?<=no one )|(?<=no-one ))"
    r"(?: (?:actually|ever|yet|really|been|be|want to|wish to|able to|agree to))* ?(?:had|have|taken|take|took|"
    r"received?|got|"
    r"gotten|get|started?|begun|begin|began|given|gave|wanted?|accept\w*|tried|try|on|exposed to|hear of|consider|"
    r"agree to)"
    r"(?= (?:it|any|that|them|one|him|her|yet|so far|because|due|for|as|since|and|but|at|in|until|to date|either|"
    r"after)\b|"
    r"\s*(?:[,;.)!]|-\s|$))|"
    r"never (?:actually |really |in fact |been )*(?:given|used|"
    r"received|had|started|tried|added|offered)|not (?:yet )?(?:been )?(?:given|used|received|started|done|"
    r"administered|added|tried|had|part of|yet)|omitted|na[iï]ve|free\b|avoided|spared|(?:having been )?left out|"
    r"at no (?:point|time|stage)|not (?:considered|discussed|planned|indicated|necessary|possible|an option)|"
    r"no(?=\s*[,;.)|:]|\s+-|\s+(?:because|since|due|as)\b|\s*$)|(?<=\| )n(?=\s*\||\s*$)|none\b|nil\b|"
    r"never\b(?! (?:\w+ly |quite |ever )*(?:work|help|respond|did\b|held|hold|touch|stop|caus|bother|seem|got (?:him|"
    r"her|us|them)|had (?:an|any|much) effect)))|"
    r"(?P<decline>declined|"
    r"refused|cancel\w*|called off|aborted before|with-?held|held\b(?! (?:for|until|up))|rejected|turned down|"
    r"not wanted|not offered)|"
    r"(?P<contra>(?:(?:felt|thought|judged|deemed|considered|regarded as|seen as|held|believed)"
    r"(?: to be)? )?(?:far |much |too |rather |very )?(?:unwise|unsafe|inadvisable|hazardous|inappropriate|"
    r"not (?:wise|safe|"
    r"advisable))|(?:will|would|can|could|may|must|should) (?:never|not) (?:ever )?be (?:possible|given|used|"
    r"an option|started|"
    r"tried|safe)|out of the question|contra-?indicated|not possible|c/i|ruled out|not an option|unsuitable|"
    r"not suitable|"
    r"not appropriate|precluded|(?:is |was |considered |deemed )?(?:far |much )?too (?:toxic|dangerous|risky)|"
    r"not safe|unsafe|cannot be given|can't be given|not feasible|impossible|too risky)|"
    r"(?P<plan>what (?:i|we|he|she|they|the \w+)(?:'d|'ve)? (?:would |had |have )?(?:like|want\w*|prefer\w*|in mind|"
    r"thought of|hope\w*|plan\w*|suggest\w*|propos\w*|favou?r\w*)|(?:my|our|his|her|the) (?:next )?(?:plan|idea|"
    r"preference|"
    r"thought|hope|proposal|favou?rite)\b|"
    r"(?:,? ?which (?:was|were|had been|has been|is) )?(?:only |also |then |merely )?(?:mentioned|"
    r"ordered|raised|brought up|talked about|thought of|intended|foreseen|envisaged|on the (?:table|cards)|"
    r"in the (?:pipeline|offing)|applied for)|"
    r"(?:,? ?which (?:was|were|had been|has been|is) )?(?:planned|considered|discussed|proposed|offered)|"
    r"not (?:reimbursed|available|obtainable|procurable|approved|authori[sz]ed|funded|licensed|registered|"
    r"accessible|covered|stocked)|"
    r"(?:still |remains? )an option|postponed|deferred|denied|on back order|on hold|candidate|planned|proposed|"
    r"considered|under consideration|discussed|recommended|suggested|offered|to (?:start|begin|"
    r"commence)(?! (?:off )?with\b)|next\b|"
    r"due to (?:start|begin|commence|follow|be given)|due (?:on |next |this )?(?:mon|tue|wed|thu|fri|week)\w*|"
    r"(?:compassionate|named[- ]patient|funding|access|approval|authori[sz]ation|"
    r"reimbursement)\b[^.;,]{0,30}\b(?:denied|refused|rejected|requested|pending|"
    r"turned "
    r"down|applied)|"
    r"upcoming|scheduled|requested|approved|applied for|to follow|the plan|to be (?:started|given|considered|added|"
    r"begun|tried|used|introduced|combined|discussed)|"
    r"pending|starts|starting|(?:from|on|as of|starting) (?:next|tomorrow|mon|tue|wed|thu|fri|sat|sun)\w*|"
    r"(?:\w+ ){0,3}?tomorrow|next (?:week|month)|from next|(?:still )?available\b|(?:kept |held |still )?in reserve|"
    r"would be|could be|might be|may be|should be|reasonable|worth|an option)|"
    r"(?P<unsure>unknown|not documented|undocumented|unclear|uncertain|not known|possibly|not recorded|no record|"
    r"unconfirmed|tbc|\?(?=\s*(?:[,;→)/+]|never|no\b)|\s*-+>|\s+(?:→|->|then|[a-z]+ ?/))|\(\?\)|questionable))"
)
PLACEBO = re.compile(
    r"\bplacebo\b|\b(?:dummy|sugar) (?:pills?|tablets?|capsules?|drug)\b|\b(?:double-?)?blind(?:ed)?\b|"
    r"\bunblinding\b|\barm (?:unknown|not known|undisclosed)|"
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
    r"radio-?chemo\w*|crt|ccrt|rct\b|tnt\b|total neo\w+|radio-?sensiti\w+|long-course|short-course|"
    r"after (?:the |his |her |an? )?(?:curative |radical |liver |r0 )?(?:operation|resection|hepatectomy|"
    r"metastasectomy|surgery) (?:of|for)|"
    r"pseudo-?adjuvant)"
)
METASTATIC = re.compile(
    r"\b(?:metasta\w+|mets|palliat\w+|(?:1st|first)[- ]?line|1l|l1|stage iv|relaps\w+|recur\w+|mcrc|unresectable|"
    r"for disease|[2-6]l|(?:second|third|2nd|3rd)[- ]?line)\b"
)
MAINTENANCE = re.compile(r"\b(?:maint\w*|de-?escalat\w+|consolidat\w+)\b")
AGAIN = re.compile(
    r"\b(?:re-?intro\w*|re-?start\w*|resum\w+|re-?induction|re-?exposure|re-?initiat\w+|re-?escalat\w+|"
    r"back (?:on|to)|again|continued|same regimen|re-?loaded)\b"
)
STANDARD = re.compile(
    r"\b(?:all (?:the )?(?:usual |approved |available |"
    r"conventional )?st(?:andar)?d(?:[- ]of[- ]care)?(?: \w+)? ?(?:chemo\w*|therap\w+|treatments?|lines?|drugs?|"
    r"agents?|"
    r"options|systemic)?|all (?:the )?(?:available|usual|approved|licensed|conventional|classical) "
    r"(?:chemo\w*|cytotoxics?)|st(?:andar)?d\.? (?:chemo\w*|therap\w+|treatments?|systemic \w+|cytotoxics?|"
    r"of[- ]care chemo\w*)|"
    r"chemo-? ?refr\w*|chemotherapy-? ?refractory|refractory to (?:all )?(?:standard |std |conventional )?chemo\w*|"
    r"exhausted (?:all )?(?:standard|std|chemo\w*|conventional)(?: (?:chemo\w*|therap\w+|treatments?|options|"
    r"lines))?|(?:three|3) standard (?:cytotoxics|drugs|chemo\w*))\b"
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
    r"drugs?)(?: (?:so far|yet|to date|given|ever|at all|for (?:metastatic|his|her|the)\b[^.;]*))|"
    r"no (?:prior|previous) (?:systemic |anti-?cancer |palliative )?(?:therapy|treatment|chemo\w*|lines?)|"
    r"treatment[- ]na[iï]ve|(?:chemo|therapy|systemic therapy|chemotherapy)[- ]na[iï]ve|untreated|"
    r"not (?:yet )?(?:received|had|started|begun) any (?:systemic )?(?:therapy|treatment|chemo\w*|drugs?)|"
    r"never (?:had|received) (?:any )?(?:systemic )?(?:therapy|treatment|chemo\w*)|"
    r"zero (?:prior )?lines|0 (?:prior )?lines|no systemic (?:therapy|treatment)|nil systemic|"
    r"never any (?:systemic )?(?:therapy|treatment|chemo\w*)|no sys(?:temic)?\.? (?:tx|rx)|"
    r"(?:has|had|have)(?: not|n't|nt) (?:yet )?(?:had|received|started) (?:any )?(?:systemic )?(?:therapy|treatment|"
    r"chemo\w*))"
)
INCOMPLETE = re.compile(
    r"\b(?:among (?:others|other (?:drugs|things))|amongst others|and others|"
    r"and other (?:drugs|agents|regimens|chemo\w*|lines|things)|other (?:drugs|agents|therapies|details|"
    r"lines|regimens|treatments)[^.;]{0,20}(?:unknown|not known|not documented|unclear|missing)|"
    r"etc\b|(?:records?|history|notes?|documentation|details?|list|medication list|letters?|"
    r"files?)[^.;]{0,40}(?:incomplete|(?<!nothing )missing|unavailable|not available|lost|partial|patchy|"
    r"(?:not|never|hardly) (?:\w+ )?complete|unknown|awaited|pending|not (?:yet )?(?:received|arrived))|"
    r"incomplete (?:records?|history|notes?|documentation|list)|partial (?:records?|history)|"
    r"(?:multiple|several|various|many|numerous|different) [^.;,]{0,40}?(?:including|incl\.?|such as|e\.g\.))"
)
UNKNOWN_LINE = re.compile(
    r"(?:\b(?:[1-6](?:st|nd|rd|th)?[- ]?l(?:ine)?|(?:1st|2nd|3rd|4th|first|second|third|fourth)(?=\s*[:=])|"
    r"(?:first|second|third|fourth|fifth)[- ]line|line [1-6]|l[1-6])\b[^.;→\n]{0,50}?\b(?:unknown|not known|"
    r"unclear|unspecified|not documented|undocumented|elsewhere|no details|details (?:unknown|missing|not)|abroad|"
    r"not recorded|records? (?:lost|missing))|(?<!no )(?<!any )(?<!without )\b(?:unknown|undocumented|unspecified|"
    r"unnamed|unidentified|some|another|other)\s+(?:[a-z]+ ){0,2}?(?:regimen|combination|line|protocol|drug|"
    r"agent|chemo\w*|therap\w+|treatment)\b|\b(?:regimen|drugs?|agents?|therap\w+|treatment) (?:is |are |was |"
    r"were )?(?:unknown|not known|not documented|undocumented|unclear|unspecified|not specified|not recorded)\b)"
)
