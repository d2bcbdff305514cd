"""Words by which a turn leans on the ones before it, points back at what they spoke of, or starts anew."""

from __future__ import annotations

import re

# A turn that begins so goes on from the one before.
LINKED = re.compile(
    r"^\W*(?:(?:ok|okay|thanks|thank you|cheers|great|right|sure|sorry|no|wait|hm+|well)\W+)*"
    r"(?:and|but|so|then|also|what about|how about|what of|same|plus|or|for|in|at|on|with|without|versus|vs|compared|"
    r"why|what else|until|till|before|after|und|og|hvad med)\b",
    re.I,
)
POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|there|those|these|they|their|them|the same|the other|the (?:latter|former)|"
    r"the (?:two|three|four)|both|either|(?:the )?(?:trial|study|drug|placebo|control|comparator|active)(?: arm)?|"
    r"the difference|any of them|which (?:of|ones?)(?: (?:does|do|did|is|are|was|were|would|has|had))?(?= ))\b",
    re.I,
)
# Pointing at one thing, which the answer before may have told from others.
ONE_OF_THEM = re.compile(
    r"\b(?:that|this|the) (?:one|trial|study|drug|combination|combo|regimen|option|agent|treatment|approach|winner)\b"
    r"|\b(?:on|after|to|with|for|of|in|from|about|is|was|does|did|has) (?:it|that|this)\b(?! \w+ (?:trial|study))"
    r"|\bit\b|\bits\b|\bthere\b",
    re.I,
)
# Asking for one thing of a kind: what the answer names is then what is spoken of.
ASKS_FOR_ONE = re.compile(
    r"\b(?:which|what)(?: (?!trials|studies|drugs)[\w-]+){0,2}? (?P<kind>trial|study|RCT|drug|agent|combination|combo|"
    r"regimen|treatment|therapy|option|antibody|TKI|inhibitor|one)\b",
    re.I,
)
IN_PLACE_OF = re.compile(r"\b(?:instead of|rather than|in place of)\b", re.I)
ADDS = re.compile(
    r"^\W*(?:(?:ok|okay|fine|good|right|thanks?|and|so|but)\W+)*"
    r"(?:with|plus|combined with|together with|added to|in combination)\b",
    re.I,
)
# "… in the KRAS mutated ones?", "the arm without bevacizumab": some of the patients of what was spoken of.
OF_SOME = re.compile(
    r"\b(?:ones|subgroups?|subsets?|cohorts?|those|patients|pts|people|groups?|arms?|tumou?rs|half|population)\b", re.I
)
HOW_MANY = re.compile(r"^\W*(?:(?:and|so|but|ok)\W+)*how many\b", re.I)
# "… at the higher dose?", "for the 240 mg?": which arm, not how the drug is given.
AT_A_DOSE = re.compile(
    r"\b(?:higher|lower|high|low|other|smaller|bigger|larger|full|reduced|standard|second|first)[- ](?:\w+ )?"
    r"dos(?:e|es|age)\b|\b(?:at|with|on|for|of|the) (?:the )?\d+(?:\.\d+)?(?: ?mg(?:/kg)?)?\b",
    re.I,
)
OTHER_STUDY = re.compile(
    r"\bthe (?:chinese|asian|japanese|danish|international|global|other) (?:one|trial|study)\b"
    r"|\b(?:any |what |which )?(?:other|more|further) (?:RCTs?|trials?|stud(?:y|ies)) (?:of|with|on|for) "
    r"(?:it|them|that|this|the same|the (?:drug|combination|regimen))\b",
    re.I,
)
# What was tested in the trial spoken of.
THE_TESTED = re.compile(
    r"\bthe (?:combination|combo|triplet|doublet|new drug|experimental (?:arm|drug)|addition|active arm)\b", re.I
)
# "… that or DESTINY-CRC01?", "better than that?"
BESIDE_THAT = re.compile(
    r"\b(?:that|it|this one) (?:or|vs\.?|versus)\b|\b(?:or|vs\.?|versus|than|compared with|compared to) (?:that|it)\b"
    r"|\bof the two\b",
    re.I,
)
SEVERAL = re.compile(
    r"\b(?:the (?:two|three|four)|of (?:these|those|them)|both|all (?:three|four|of them)|these|those)\b", re.I
)
FIRST = re.compile(r"\b(?:back to )?the first (?:trial|study|one|drug)\b|\bthe former\b", re.I)
NEW_START = re.compile(
    r"\b(?:new|another|different|next) (?:question|topic|subject|thing)\b|\bsomething else\b"
    r"|\bchanging (?:the )?subject\b|\bunrelated\b",
    re.I,
)
# What asks for all of a kind stands by itself.
OF_ALL = re.compile(
    r"\b(?:which|what|list|name|all|any) (?:[\w/+-]+ ){0,3}?(?:trials|studies|drugs|agents|regimens|combinations|"
    r"options|markers|biomarkers|treatments|therapies|tables?|approvals|guidelines?)\b"
    r"|\b(?:review|paper|article|source)\b|\bwho (?:are|were|wrote)\b|\b(?:overall|in general|altogether)\W*$"
    r"|\b(?:longest|shortest|highest|lowest|largest|smallest|best|worst)\b",
    re.I,
)
# What asks for a judgement of what was told, and not for its figures again.
JUDGES = re.compile(
    r"\b(?:conclu\w+|interpret\w*|make of|made of|think|thought|opinion|message|bottom line|upshot|caveats?|"
    r"limitations?|recommend\w*|suggest\w*|advise|advice|stance|verdict)\b",
    re.I,
)
REASON = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay)\W+)*(?:why|how come|what for|for what reason|what is the reason)\b", re.I
)
# "until progression" without "time": progression-free survival.
UNTIL_PROGRESSION = re.compile(r"\b(?:until|till|before|to) (?:the )?(?:progression|progress(?:ing|ed|es)?)\b", re.I)
# Words that a turn may have and that belong to no field: what has several others speaks of another one.
COMMON = frozenset(
    "and what which who whom whose why how when where was were are did does has have had the this that these those "
    "they them there their its for from with about between then than also too more less most least much many some any "
    "all both each other same again else just only really please tell show give say said thanks thank you can could "
    "should would will may might does not but see get got way round around vice versa over here out into onto off "
    "down until till before after during since once still yet ever never always usually often sometimes rarely tend "
    "tends happen happens happened become becomes became begin begins begun start started come came comes take takes "
    "took taken make makes made mean means meant sorry wait right wrong sure okay yes yeah nope fine good great nice "
    "well better worse though however instead either neither none one ones two three first second third last next "
    "former latter back use used using need needs needed must shall like look looks very quite rather far long short "
    "think thinks thought know knows knew believe want wants wanted ask asking wonder wondering "
    "big small high higher low lower large larger few fewer because reason reasons explain says true correct exactly "
    "precisely roughly compare compared against versus without within per our your his her him she let lets "
    "actually then everyone everybody anyone anybody someone nobody people europe america usa "
    "und was bei mit ohne warum og hvad med hvor".split()
)
