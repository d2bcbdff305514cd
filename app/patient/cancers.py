"""Which cancer a message is about: the patient's colorectal one or another one of the patient's (rules §2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.patient.scopes import Scope
from app.patient.text import Message
from index.lexicon import Lexicon, Mention

_CANCER_OF = re.compile(
    r"\b(?:(?:adeno|squamous cell )?carcinoma|cancer|ca|malignan(?:cy|t tumou?r)|neoplasm|adenoca\w*) of (?:the |"
    r"his |her )?(?:stomach|breast|lungs?|pancreas|prostate|o?esophag\w+|kidney|bladder|ovar\w+|uterus|"
    r"endometrium|cervix|thyroid|tongue|larynx|pharynx|skin|anus|bile ducts?|gall ?bladder|liver|testis|"
    r"vulva|duodenum|small bowel|appendix|nose)\b|\b(?:small bowel|duodenal|jejunal|ileal|penile|vulvar|"
    r"gastric|breast|prostate|lung|renal|bladder|ovarian|thyroid|oesophageal|esophageal|pancreatic) (?:ca\b|"
    r"c/a|adenoca\w*|carcinoma|cancer|malignancy)|\bhead and neck (?:cancer|scc|squamous\w*|carcinoma)|"
    r"\bphaeo\w+|\bpheo\w+|\b\w*sarcoma\b|\b(?:uterine|cervical|endometrial|vaginal|testicular|biliary|"
    r"hepatocellular) (?:ca\b|carcinoma|cancer|adenoca\w*)|\bneuro-?endocrine (?:tumou?rs?|carcinoma|neoplas\w+|"
    r"cancer)|"
    r"\bcarcinoid\b|\bnen\b|\bgist\b|\banal (?:canal )?(?:squamous|cancer|carcinoma|scc)|"
    r"\bappendi(?:x|ceal) (?:cancer|carcinoma|adenocarcinoma|neoplasm|mucinous)"
)
# Tumours that lie in the bowel and are none of the cancers that the review is about, and what is said not to be one.
_OTHER_KIND = re.compile(
    r"(?<!no )(?<!without )\b(?:neuro-?endocrine (?:tumou?r|carcinoma|neoplas\w+|cancer)|minen|"
    r"appendi(?:x|ceal) (?:cancer|\w*carcinoma)|(?:cancer|carcinoma) of the appendix|adenocarcinoma of the appendix|"
    r"lamn|pseudomyxoma|anal (?:canal )?(?:cancer|carcinoma|squamous)|(?:ano)?rectal melanoma|"
    r"melanoma (?:of the (?:rectum|colon)|with colon\w* metast\w+)|squamous[- ]cell carcinoma of the (?:rectum|colon)|"
    r"not (?:a )?(?:colorectal|crc)\b(?! (?:primary )?(?:screen|prevention))|"
    r"(?<!not a )(?<!no )(?:pancreatic|gastric|lung|breast|prostate|ovarian|urothelial|biliary|urachal) primary|"
    r"(?:mets|metastases) (?:are|were|is|come) from (?:his|her|the|a) (?:prostate|breast|lung|gastric|pancrea\w+|"
    r"kidney))\b"
)
# Other organs' cancers by noun ("ca pancreas", "pancreas ca"), and other kinds of tumours.
_ORGANS = (
    r"(?:pancreas|stomach|gall ?bladder|ampull\w+(?: of vater)?|bile ducts?|small bowel|small intestin\w+|"
    r"duoden\w+|jejun\w+|"
    r"uterus|uterine|womb|cervix|ovary|breast|prostate|kidney|bladder|urach\w+|thyroid|salivary gland|parotid|"
    r"o?esophag\w+|"
    r"lung|bronch\w+|penis|vulva|testis|skin|larynx|pharynx|tongue|merkel cell)"
)
_TUMOUR_NOUNS = r"(?:ca|cancer|canser|carcinoma|adenoca\w*|adenocarcinoma|malignancy|secretory carcinoma)"
_BY_NOUN = re.compile(
    rf"\b{_ORGANS}[ -]+{_TUMOUR_NOUNS}\b|\b{_TUMOUR_NOUNS}[ -]+(?:of (?:the )?)?{_ORGANS}\b|\btumou?r of the (?:uterus|"
    r"pancreas|stomach|breast|prostate|kidney|bladder|cervix|ovary|thyroid)\b|\b(?:histiocytosis|glioma|glioblastoma|"
    r"mesothelioma|i?cca|hcc|pnet|eac|escc|rcc|mbc|nsclc|sclc|pdac|(?:magen|mamma|pankreas|bronchial|prostata|"
    r"leber)karzinom)\b"
)
_SITES = (
    r"(?:rect(?:um|al)|recto-?sigm\w*|sigm\w*|ca?ec(?:um|al)|(?:ascending|descending|transverse)(?: colon)?|"
    r"colon\w*|bowel|(?:hepatic|splenic) flexure|(?:left|right) colon|large bowel)"
)
_TUMOURS = r"(?:cancer|ca|carcinoma|adenocarcinoma|adenoca|tumou?r|primary|malignancy|neoplasm|crc)"
_OWN_SITE = re.compile(
    rf"(?<!small )\b{_SITES}[ -]+(?:primary )?{_TUMOURS}\b|\b{_TUMOURS}(?: (?:is |was |lies |lay )?(?:of|in|at|"
    rf"from)(?: the|"
    rf" his| her)?|:| is| was| site:?)? (?:left |right )?{_SITES}\b|\bprimary\W{{1,12}}{_SITES}\b"
)
# An organ's name by itself; with one of the words below beside it, a tumour.
_BARE_ORGANS = ("colon", "rectal", "colorectal", "colorectum")
_TUMOUR_AFTER = re.compile(
    r"[ -]*(?:\(?(?:primary|left|right|l|r)\)?[ ,-]*)?(?:cancer|ca\b|c/?a\b|carcinoma|adeno|tumou?r|malig|neoplas|"
    r"primary|met|crc|disease|liver|lung|stage|sided|nodal|peritoneal|hepatic)"
)
_TUMOUR_BEFORE = re.compile(
    r"(?:cancer|carcinoma|\bca\b|adeno\w*|tumou?r|primary|mets?|metasta\w*|"
    r"malignan\w*)[: ]*(?:(?:in|of|from|is|was|at)[: ]*)?(?:the |his |her )?(?:left |right |sigmoid |ascending |"
    r"descending |transverse |distal |proximal )?$"
)
_NO_TUMOUR = re.compile(
    r"\b(?:no|normal|without|negative for|screen\w* for|exclud\w*|rule[sd]? out|risk of|not|fear of)\s+(?:a |any |"
    r"the |primary )*$"
)
_LONG_PAST = re.compile(r"\b(?:history of|previous|prior|past|cured|years ago|in remission)\b")
_PRESENT = re.compile(r"metast|mets|stage iv|now\b|mcrc")
# An earlier cancer, not the one that the text is about.
_PAST_CANCER = re.compile(
    r"\b(?:history|hx|previous\w*|prior|past|former\w*|earlier|ago|cured|remission|since 20[01]\d|in (?:19|20)\d\d|"
    r"(?:19|20)[01]\d|202[0-2]|resected|mastectomy|prostatectomy|lumpectomy|second (?:cancer|malignancy|primary)|"
    r"also|incidental|comorbid\w*|pmh|radiotherapy|no (?:recurrence|relapse))\b"
)
_SPREAD_BESIDE = re.compile(r"\b(?:metasta\w+|stage (?:iv|4)|mets)\b(?! (?:to|from) the (?:colon|rectum))")
# "lung tumours" beside a colorectal cancer are often its metastases.
_TUMOUR_OF_ORGAN = re.compile(r"\b(?:liver|lung|brain|bone|ovarian|peritoneal|adrenal)\b.*\btumou?rs?$")
_METASTASES_NEXT = re.compile(r"\W{0,2}(?:mets|metast)")


@dataclass(frozen=True, slots=True)
class Cancers:
    """The cancers that a message names. `others` are the mentions of other ones than colorectal, `other_is_diagnosis`
    whether one of them is what the patient has now, `own` whether a colorectal cancer of the patient's is named.
    """

    others: tuple[Mention, ...]
    other_is_diagnosis: bool
    own: bool


def cancers_in(message: Message, lexicon: Lexicon, mentions: Sequence[Mention], elsewhere: Sequence[Scope]) -> Cancers:
    """Which cancers the message names. `mentions` are all names of the lexicon in it, `elsewhere` the stretches about
    relatives and suppositions: what is named there is no cancer of the patient's.
    """

    def of_patient(start: int, end: int) -> bool:
        return not any(scope.span.touches(start, end) for scope in elsewhere)

    others = _others(message, lexicon, mentions)
    return Cancers(
        others=others,
        other_is_diagnosis=any(
            of_patient(cancer.start, cancer.end) and not _is_past(message, cancer) for cancer in others
        ),
        own=any(_is_own(message, lexicon, mention) and of_patient(mention.start, mention.end) for mention in mentions)
        or any(of_patient(*found.span()) for found in _OWN_SITE.finditer(message.plain)),
    )


def is_of_other_kind(message: Message) -> bool:
    """Whether a tumour of the bowel is named that is no colorectal cancer: neuroendocrine, appendiceal, anal."""
    return bool(_OTHER_KIND.search(message.plain))


def _others(message: Message, lexicon: Lexicon, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    named = [
        mention
        for mention in mentions
        if mention.kind == "cancer"
        and not lexicon.entries[mention.id].in_scope
        and not _is_metastasis(message, mention)
    ]
    spans = [found.span() for pattern in (_CANCER_OF, _BY_NOUN) for found in pattern.finditer(message.plain)]
    organs = [Mention("cancer_of_organ", "cancer", start, end) for start, end in spans]
    return tuple(sorted([*named, *organs], key=lambda mention: mention.start))


def _is_metastasis(message: Message, mention: Mention) -> bool:
    """Whether an organ's tumour is a metastasis of the colorectal cancer rather than a second cancer."""
    words = message.plain[mention.start : mention.end]
    after = message.plain[mention.end : mention.end + 14]
    return bool(_TUMOUR_OF_ORGAN.search(words) or _METASTASES_NEXT.match(after))


def _is_own(message: Message, lexicon: Lexicon, mention: Mention) -> bool:
    """Whether a name of colorectal cancer is a tumour that is there now, and not an organ, a denial or a history."""
    if mention.kind != "cancer" or not lexicon.entries[mention.id].in_scope:
        return False
    before = message.plain[max(0, mention.start - 30) : mention.start]
    if _NO_TUMOUR.search(before):
        return False
    bare = message.plain[mention.start : mention.end] in _BARE_ORGANS
    if bare and not (_TUMOUR_AFTER.match(message.plain, mention.end) or _TUMOUR_BEFORE.search(before)):
        return False
    around = _around(message, mention, 40)
    return not _LONG_PAST.search(around) or bool(_PRESENT.search(around))


def _is_past(message: Message, cancer: Mention) -> bool:
    """Whether the cancer is an earlier one; one that has spread is not."""
    return not _SPREAD_BESIDE.search(_around(message, cancer, 24)) and bool(
        _PAST_CANCER.search(_around(message, cancer, 60))
    )


def _around(message: Message, mention: Mention, reach: int) -> str:
    """Up to `reach` characters on either side, within the sentence."""
    sentence = message.sentence_at(mention.start)
    return message.plain[max(sentence.start, mention.start - reach) : min(sentence.end, mention.end + reach)]
