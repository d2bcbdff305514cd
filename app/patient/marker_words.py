"""The words in which markers and their results are written, as symbols for the grammar of `markers`.

Symbols: `g` a gene, `a` a named alteration, `v` a result by itself ("MSI-H"), `p` altered or present, `n` normal or
absent, `u` not known, `m` mismatch repair kept or lost, `x` a denial before what it denies, `d` IHC score, `i` ISH,
`c` liquid biopsy, `t` tissue, `l` "in, of, for", `,` `&` `o` separators, `:` "is", `(` `)` brackets, `?`, `;` a
boundary, `w` any other word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from app.patient.foreign_words import ALTERED, NORMAL
from app.patient.text import Span

_LEFT = r"(?<![a-z0-9])(?:(?<=wt)|(?<![a-z0-9]))"
# What may follow a gene's name without a space: a state or an allele.
_RIGHT = r"(?=wt|wild|mut|mt?\b|neg|pos|amp|v600|g1[23]|q61|[^a-z0-9]|$)"
_GENES: tuple[tuple[str, str], ...] = (
    (
        "ras",
        r"(?:all|pan|extended|ext\.?|full|expanded)[- ]?ras|k-?ras\s*(?:/|and|&|\+|,|-)\s*n-?ras|"
        r"n-?ras\s*(?:/|and|&|\+)\s*k-?ras|[kn]/[nk]-?ras|\(k/n\)ras|ras(?: (?:gene )?panel)?",
    ),
    ("kras", r"k-?i?-?ras\d?[ab]?"),
    ("nras", r"n-?ras"),
    ("hras", r"h-?ras"),
    ("braf", r"b[- ]?raf|(?<=/)raf"),
    (
        "her2",
        r"her[- ]?2(?:[-/ ]?neu)?(?![_ -]{0,2}(?:tx|target|direct|drug|therap|inhib|antib|agent))|erb-?b-?2|"
        r"c-?erb-?b-?2|human epidermal growth factor receptor 2",
    ),
    ("her3", r"her-?[34]|erb-?b-?[34]"),
    (
        "ntrk",
        r"pan-?trk|n-?trk-?\s?(?:1\s?[/-]\s?2?-?\s?[/-]?\s?3|[123])?|nrtk-?[123]?|"
        r"trk[abc]?(?=[ -](?:fus|rearr|ihc|neg|pos))",
    ),
    (
        "mmr_protein",
        r"mlh-?1(?:\s*[/&+]\s*pms-?2|\s*and\s*pms-?2)?|msh-?2(?:\s*[/&+]\s*(?:msh-?)?6|\s*and\s*msh-?6)?|msh-?6|pms-?2|"
        r"mmr proteins?|mismatch repair proteins?",
    ),
    ("msi", r"msi/mmr|mmr/msi|msi(?! ?- ?[hls]\b)(?:[- ]status)?|microsatellite(?:s| status)?(?=[ :]|$)"),
    (
        "mmr",
        r"mmr(?:[- ]status)?|(?:dna )?mis-?match[- ]repair|"
        r"mis-?match(?= (?:is |was |all )?(?:normal|fine|intact|ok|proficient|deficient|stable|lost))",
    ),
    (
        "none",
        r"tmb|tumou?r mutation(?:al)? burden|pik3ca|pten|pd-?l1|pole|egfr(?! ?(?:inhib|antib|mab|i\b|therap))|"
        r"c-?met(?= amp)|alk|ros1|fgfr\d?|tp53|p53|smad4|apc(?= mut)|brca\d?|cldn18(?:\.2)?|"
        r"claudin(?:[- ]?18(?:\.2)?)?|ret(?= (?:fus|rearr))|rnf43|fbxw7|cdk\d+|map2k1|gnas|"
        r"atm",
    ),
)
_ALLELES: tuple[tuple[str, str], ...] = (
    (
        "g12c",
        r"(?:p\.? ?\(?)?(?:g ?12 ?-?c(?![a-z])(?! ?/ ?[a-z](?![a-z0-9]))(?![- ](?:inhib|target|direct|block))|"
        r"gly12cys)\)?|c\.34 ?g ?> ?t",
    ),
    (
        "kras_other",
        r"(?:p\.? ?\(?)?(?:g ?1[23] ?[abd-wyz](?![a-z0-9])|non-? ?g ?12 ?c|g ?13 ?c(?![a-z])|gly1[23](?!cys)[a-z]{3}|"
        r"gly13cys|q61[a-z]?|gln61[a-z]{3}|a146[a-z]?|ala146[a-z]{3}|k117[a-z]?|a59[a-z])\)?|"
        r"codons? (?:13|59|61|117|146)(?! ?[/&,-] ?1?\d)",
    ),
    ("v600e", r"(?:p\.? ?\(?)?(?:v600 ?e(?:/[a-z])?|val600glu)\)?(?:1)?|c?\.?1799 ?t ?> ?a"),
    (
        "braf_other",
        r"non-? ?v ?600 ?e?(?! wild)|atypical braf|class (?:ii|iii|2|3)(?: braf)?|"
        r"(?:p\.? ?\(?)?(?:v600[kdrmg]|d594[a-z]?|g46[469][a-z]|l597[a-z]|k601[a-z]|n581[a-z]|t599[a-z]*)\)?",
    ),
)
_RESULTS: tuple[tuple[str, str], ...] = (
    (
        "proficient",
        r"all (?:the )?(?:four |4 )?(?:mmr |repair |(?:dna )?mismatch repair )?proteins? (?:are |were |"
        r"being )?(?:retained|intact|preserved|present|expressed)(?!,? (?:apart|except|but|with the exception))|"
        r"(?:nuclear )?expression of all (?:four |4 )?(?:mmr |(?:mismatch )?repair )?proteins|"
        r"mss|ms-?\s?stable|p-?mmr|mmr-? ?p(?:rof(?:icient)?)?|msi-? ?l(?:ow)?|msi-? ?s(?:table)?|"
        r"micro-?satellite[- ](?:stab\w+|stable)|stable micro-?satellites?|proficient (?:mmr|"
        r"(?:dna )?mis-?match[- ]repair)|"
        r"proficient(?= (?:on|by|in) (?:ihc|immuno))|mis-?match[- ]repair[- ]proficien\w+|intact mmr|"
        r"non-?msi(?:-?h)?|non-?dmmr",
    ),
    (
        "deficient",
        r"d-?mmr|mmr-? ?d(?:ef(?:icien\w+)?)?|msi-? ?h[igh]{0,3}|msi high|"
        r"micro-?satellite[- ](?:instab\w+|instable|unstable)(?:[- ](?:high|h))?|"
        r"(?:unstable|instable) micro-?satellites?|"
        r"deficient(?= (?:on|by|in) (?:ihc|immuno))|deficient (?:mmr|(?:dna )?mis-?match[- ]repair)|"
        r"mis-?match[- ]repair[- ]defici\w+",
    ),
    ("her2_low", r"her-?2[- ](?:ultra-?)?low"),
    ("ntrk_named", r"(?:etv6|tpm3|lmna|tpr|sqstm1|eml4)[-:/ ]{1,3}ntrk[123](?:[- ]fusion)?"),
)
_UNKNOWN = (
    r"suspected|suspicion of|suspicious for|probabl[ey]|likely|unlikely|possibl[ey]|presumed|quer(?:y|ied)|r/o|"
    r"hoping for|"
    r"(?:screening|testing|test|looking|checking) for|(?:should|shall|to) (?:we |i )?(?:test|check|repeat)|"
    r"\?(?=msi|dmmr|her|ntrk|braf|[kn]?ras|v600|g12)|"
    r"unknown|pending|await\w*|outstanding|not (?:yet |been |formally |ever )*(?:been )?(?:tested|done|"
    r"known|performed|confirmed|verified|proven|available|assess\w*|reported|determined|back|evaluable|evaluated|"
    r"requested|sent|"
    r"checked|examined|carried out|documented|interpretable|conclusive|assayed|looked (?:at|for))|"
    r"never (?:been )?(?:tested|done|sent|checked|assessed|performed)|n/[ak]\b|n\.a\.|\bnk\b|\bn\.?d\.?\b|tbd|"
    r"tbc|to be (?:tested|done|determined|confirmed|sent|requested|performed)|fail\w*|insufficient|inadequate|"
    r"inconclusive|indeterm\w+|unconfirmed|equivocal|borderline|uninterpret\w+|non-?evaluable|unevaluable|untested|"
    r"in progress|"
    r"under way|underway|requested|ordered|(?:been |was |were |is |being )?sent\b(?: off)?|to follow|no result\w*|"
    r"result\w* (?:are |is )?not|quantity not|qns|not interpretable|missing|no (?:tissue|material|data|"
    r"information|testing|test|report)|testing (?:is )?(?:advised|recommended|suggested|planned|needed|required)|"
    r"needs? (?:testing|to be)|to check|unclear|uncertain|\bcheck\b|will be (?:tested|done|sent|checked)|"
    r"being (?:tested|done|processed|analysed|analyzed)|cannot be|could not be|couldn't be|can't be|not assessable|"
    r"re-?test pending|lost(?= (?:sample|report|block))|undetermined|unavailable|not (?:included|covered|part of)|"
    r"tested\?|in the lab|in (?:an?|the|his|her) (?:\w+ )?(?:polyp|adenoma)"
)
_NORMAL = (
    rf"{NORMAL}|"
    r"wild[- ]?typ\w*|wildtyp\w*|(?:wild|clean)(?=\s*(?:[,;.)/\n]|$))|wt(?![a-z0-9])|w\.t\.?(?![a-z])|w t(?![a-z])|"
    r"w/t|un-?mutated|non-?mutated|non-?mutant|not (?:mutated|mutant)|"
    r"(?:no|without|nil|0) (?:(?:(?!(?:[kn]-?)?ras|b-?raf|her-?2|erbb2|n-?trk|egfr)[a-z-]+ )?(?:pathogenic |"
    r"activating |detectable |hotspot |known )?(?:mutations?|variants?|muts?))(?: (?:was|were|is|are|"
    r"have been|has been))?(?: (?:detected|found|identified|seen|present|demonstrated|shown|reported|noted))?|"
    r"mut(?:ation)?s?[- ](?:neg(?:ative)?|not (?:detected|found|identified|seen|present))|"
    r"no (?:(?:gene )?(?:amplification|fusions?|rearrangements?|over-?expression|alterations?|aberrations?|"
    r"instability))(?: (?:was|were|is|are))?(?: (?:detected|found|identified|seen|present))?|"
    r"(?:are |is |were |was )?both normal|negativ\w*\b(?! for\b)|neg(?![a-z])(?! for)|-ve\b|"
    r"nothing (?:was |were |is )?(?:found|detected|seen|identified|abnormal)|(?:found|showed|shows|detected) nothing|"
    r"(?:(?<=raf )|(?<=ras )|(?<=raf: )|(?<=ras: )|(?<=raf is )|(?<=ras is )|(?<=raf was )|(?<=ras was ))normal|"
    r"clean(?= ?(?:[,.;)]|$| for\b))|nothing(?= in (?:[kn]-?ras|ras|braf))|"
    r"not (?:been )?(?:amplified|over-?expressed|detected|"
    r"found|present|seen|identified|rearranged|altered|positive|elevated|expressed|raised)|absent|undetect\w*|"
    r"non-?amplified|unamplified|non-?detected|\bnil\b|none(?! of\b)(?: (?:detected|found|seen|identified))?|"
    r"without (?:amplification|overexpression|fusion)|ruled out|excluded|no(?=\s*(?:[,.;)]|$))"
)
_ALTERED = (
    rf"{ALTERED}|"
    r"g1[23]x(?![a-z0-9])|g12[a-z] ?/ ?[a-z](?![a-z0-9])|mutations?(?:[- ]positive)?|mutated|mutants?|"
    r"mut(?![a-z])\+?|mt(?![a-z])|(?<=ras)m(?![a-z0-9])|variants?|positiv\w*|pos(?![a-z])|"
    r"\+ve|detected|present|amplif\w+|ampl?(?![a-z])|over-?express\w*|fusions?(?:[- ]positive)?|rearrange\w+|found|"
    r"harbou?rs?|harbou?ring|carr(?:ies|ying)|alterations?|altered|translocat\w+|yes(?=\s*(?:[,.;)]|$))"
)
_MMR_STATES = (
    r"(?P<bad>deficien\w*|unstable|instab\w*|\bhigh\b|gone\b(?! (?:to|for|through|on to))|not stain\w*|"
    r"los(?:s|t)(?: of)?(?: (?:nuclear )?(?:expression|staining))?)|"
    r"(?P<good>(?:all )?(?:four |4 )?(?:mmr |repair )?proteins (?:are |were |being )?(?:present|expressed|"
    r"retained|intact|preserved|detected)|proficien\w*|intact|retain\w*|preserv\w*|\bstable\b|\blow\b|normal|"
    r"(?:no|without(?: any)?|nil)(?: \w+)? loss(?: of)?(?: (?:nuclear )?(?:expression|staining))?|expressed|"
    r"all present|all (?:four|4) (?:stain\w*|positive|there|are there|normal))"
)
# A result may be glued to its gene: "RASwt", "KRASmut".
_STATE_LEFT = r"(?:(?<![a-z])|(?<=ras)|(?<=raf)|(?<=trk))"
_TOKENS = re.compile(
    "|".join((
        rf"(?P<u>(?<![a-z])(?:{_UNKNOWN}))",
        *(rf"(?P<v_{name}>(?<![a-z0-9])(?:{pattern})(?![a-z0-9]))" for name, pattern in _RESULTS),
        *(
            rf"(?P<a_{name}>(?:(?<=braf)|(?<=kras)|(?<=nras)|(?<=ras)|(?<![a-z0-9]))(?:{pattern})(?![a-z0-9]))"
            for name, pattern in _ALLELES
        ),
        r"(?P<c>(?<![a-z])(?:ct[- ]?dna|cf[- ]?dna|liquid biops(?:y|ies)|"
            r"liq(?:uid)?\.? ?bx\b|lbx?\b(?= (?:post|after|on|pre|\d|:|taken|at))|lbx\b|plasma|guardant\w*|"
            r"foundationone liquid|"
            r"circulating tumou?r dna|cell[- ]free dna|blood[- ]based \w+|blood (?:test|sample|ngs)))",
        r"(?P<t>(?<![a-z])(?:tissue|primary tumou?r|resection specimen|re-?biopsy|archival|ffpe|biopsy(?! pending)))",
        *(rf"(?P<g_{name}>{_LEFT}(?:{pattern}){_RIGHT})" for name, pattern in _GENES),
        r"(?P<i>(?<![a-z])(?:in[- ]situ hybridi[sz]ation|[fcds]?-?ish)(?:[- ](?:test(?:ing)?))?(?![a-z]))",
        r"(?P<d>(?:(?<![a-z])(?:ihc|immunohisto\w*|score|staining)\W{0,3}(?:score |of |was |is |"
            r"= ?)*)?(?<![a-z0-9.])(?:(?P<plusses>\+{2,3})|(?P<grade>[0-3])(?P<plus>\s?\+))(?![a-z0-9])|"
            r"(?:(?<=her2 )|(?<=her-2 )|(?<=her2: )|(?<=her2 was )|(?<=her2 is )|(?<=erbb2 )|"
            r"(?:ihc|score)\W{0,3}(?:score |of |was |is |= ?)*)(?P<bare>[0-3])(?!\d|\.\d|%|\+))",
        rf"(?P<n>{_STATE_LEFT}(?:{_NORMAL}))",
        r"(?P<x>(?<![a-z])(?:no evidence (?:of|for)|no sign of|absence of|lack(?:s|ing)?(?: of)?|"
            r"negative for|neg for|without(?! (?:any )?loss\b)(?: any)?|w/o|neither|nor|free of|excluded? for|"
            r"rather than|"
            r"(?:does|did|do|has|have|had|is|was|were|are|could)(?: not|n't|nt) (?:have|got|get|carry|harbou?r|show|"
            r"reveal|find|detect|demonstrate|contain|pick up|identify|see)(?: (?:any|an?|either))?|"
            r"as opposed to|not one of|none of(?: the)?|does not (?:have|carry|harbou?r)|doesn't (?:have|carry)|"
            r"do not (?:have|carry)|not a|no(?! (?:longer|further|prior|previous|response|(?:\w+ )?loss\b))|"
            r"not(?! (?:only|responding|tolerat|given|candidate|received|consider|offer|indicat|treat|start))|"
            r"never)(?![a-z]))",
        rf"(?P<p>{_STATE_LEFT}(?:{_ALTERED}))",
        rf"(?P<m>(?<![a-z])(?:{_MMR_STATES}))",
        r"(?P<minus>(?<=[a-z0-9)])-(?=[\s,;.)/|]|$)(?!\s(?:or|and|und|oder|/)\s)|\(-\)|(?<=\s)-(?=\s*[,;.)]|\s*$))",
        r"(?P<plus_sign>(?<=[a-z0-9)])\+(?=[\s,;.)/|]|$)|\(\+\)|(?<=\s)\+(?=\s*[,;.)]|\s*$))",
        r"(?P<o>(?<![a-z])(?:or|nor)(?![a-z]))",
        r"(?P<spaced>\s/\s)",
        r"(?P<amp>/|&|\+|(?<=ras)\s(?=n-?ras\b|b-?raf\b)|(?<![a-z])(?:and|plus|as well as|und|et|og|och|"
        r"(?<=ras )[ye](?= [kn]-?ras))(?![a-z]))",
        r"(?P<which>,? ?(?<![a-z])which (?:is|was|are|were|has been|came back))",
        r"(?P<comma>,)",
        r"(?P<copula>:|=|\||(?<=\s)-(?=\s)|"
            r"(?<![a-z])(?:is|are|was|were|be|been|being|came back|comes back|has come back|returned|remains?|"
            r"shows?|showed|status|gene|genes|testing|test|tests|tested|assays?|result|results|analysis|both|"
            r"all|also|as|to be|confirmed|reported|known|found to be|by|on|(?:dna )?sequencing|ngs|pcr|codons?|"
            r"exons?|\d{1,2}(?:[-,/]\d{1,2})*|now|type|again|still|tumou?r|tumou?rs|disease|expression|copy number|"
            r"confirmed as|proved|proven|turned out|turns out|the|a|an|has|have|had|been)(?![a-z0-9]))",
        r"(?P<l>(?<![a-z])(?:in|of|for|with|at|regarding)(?![a-z]))",
        r"(?P<semi>;|→|\b(?:but|however|although|whereas|while|yet|because)\b|->)",
        r"(?P<left>\()",
        r"(?P<right>\))",
        r"(?P<question>\?)",
        r"(?P<w>[a-z0-9][a-z0-9'.%-]*)",
    )),
)  # fmt: skip
_SYMBOLS = {
    "which": ":", "spaced": ",", "minus": "n", "plus_sign": "p", "amp": "&", "comma": ",", "copula": ":", "semi": ";",
    "left": "(", "right": ")", "question": "?",
}  # fmt: skip


class Item(NamedTuple):
    """One symbol with its meaning (a gene, allele or state) and its place in the message."""

    symbol: str
    meaning: str
    start: int
    end: int


def items_of(plain: str, span: Span) -> list[Item]:
    """The symbols of a sentence, in order."""
    items: list[Item] = []
    neither = False
    for item in map(_item, _TOKENS.finditer(plain, span.start, span.end)):
        neither |= item.meaning == "neither"
        # The "nor" of a "neither" joins its list; elsewhere it denies anew.
        items.append(item._replace(symbol="o") if neither and item.meaning == "nor" else item)
    return items


def _item(match: re.Match[str]) -> Item:
    name = match.lastgroup or "w"
    if name == "d":
        grade = str(len(match["plusses"])) if match["plusses"] else match["grade"] or match["bare"]
        return Item("d", "0" if grade == "0" else f"{grade}+", match.start(), match.end())
    if name == "m":
        return Item("m", "bad" if match["bad"] else "good", match.start(), match.end())
    if name[:2] in ("g_", "a_", "v_"):
        return Item(name[0], name[2:], match.start(), match.end())
    return Item(_SYMBOLS.get(name, name[0]), match.group(), match.start(), match.end())
