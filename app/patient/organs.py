"""Tumours by the organ they come from, in the spellings that a clinician may paste: one grammar for all of them.

A tumour is a word for one (carcinoma, Karzinom, ca, primary) beside an organ's name ("Magen", "gástrico", "gall
bladder"), in either order or in one word, or a name that carries its organ (Klatskin, HCC, melanoma).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

# Colon or rectum, another organ, a kind of tumour that is none of theirs, an organ to which bowel cancer spreads.
Origin = Literal["own", "other", "kind", "site"]

_LONGEST_WORD = 40
_LETTERS = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in range(0xC0, 0x180)
    if unicodedata.normalize("NFD", chr(code))[0].isascii()
} | {ord("ø"): "o", ord("ł"): "l"}
_WORD = re.compile(r"c/a\b|[a-zæœß]+")

_OWN = re.compile(
    r"(?:m?colo?r+e[ck]t|kolorekt|[ck]olon|colic$|colique|recto?sigm|rektosigm|rect(?!if|ang)|rekt|retto|sigm|"
    r"c[ao]?ec(?:um|al)|cieco|ciego|zæ?ak|zokum|caecum|coecum|ascend|descend|transvers|flexur|dickdarm|enddarm|"
    r"mastdarm|"
    r"tyktarm|endetarm|tjocktarm|andtarm|dikkedarm|bowel|tarm$)"
)
_OTHER = re.compile(
    r"(?:pan[ck]rea|pancrea|bauchspeichel|bugspytkirtel|bukspott|stomac|stomaco|estomac|estomag|gastri|magen(?!darm)|"
    r"mage$|"
    r"mave(?:sæk)?$|ventrikel|gastro(?:o?[eo]soph|esofag)|o?[eo]?sophag|osophag|esofag|speiserohr|spiseror|cardia$|"
    r"kardia$|"
    r"breast|mamm|mama$|sein$|seno$|brust|bryst|bronch|thym|prostat|uter|womb|endometr|gebarmutter|livmoder|cervi|"
    r"zervix|"
    r"kidney|renal|nieren|nyre|rinon|bladder|harnblas|blær|vessie|vejiga|vescica|vesical|urothel|urach|ureter|urethr|"
    r"thyr(?:o|eo)i?d|schilddrus|tiroid|skjoldbruskkirtel|gallbladder|gallenblas|gallengang|galdeblær|galdegang|"
    r"galdevej|"
    r"biliar|biliair|cholecyst|colecist|cholangi|gb$|testi[cs]|hoden|testikel|peni[sl]|vulv|vagin|larynx|laryng|"
    r"(?:naso|oro|hypo)?pharyn|nasofaring|rachen|kehlkopf|strube|tongue|zunge|tunge$|oral|mouth|tonsil|salivary|"
    r"parotid|"
    r"duoden|zwolffinger|jejun|ileum|ileal$|ileon$|dunndarm|tyndtarm|ampull|vater|papill[ae]$|"
    r"urinary|glans|eyelid|uvea|sinonasal|trachea|mediastin|prostata)"
)
_KIN = re.compile(r"(?:anus$|anal|appendi[cx])")
_SITE = re.compile(
    r"(?:lung|lunge|poumon|pulm|polmon|liver$|leber|lever$|foie|higado|fegato|hepatocell|brain|cerebral|bone|ovar|"
    r"eierstock|"
    r"æggestok|peritone|adrenal|nebenniere|skin$|haut|cutan|pleura)"
)
_ORIGINS: tuple[tuple[re.Pattern[str], Origin], ...] = (
    (_OWN, "own"), (_OTHER, "other"), (_KIN, "kind"), (_SITE, "site"),
)  # fmt: skip
# Organs of two words: the second word, and what stands before it.
_PAIRS: dict[str, tuple[re.Pattern[str], Origin]] = {
    "bowel": (re.compile("small"), "other"),
    "intestine": (re.compile("small"), "other"),
    "intestinal": (re.compile("small"), "other"),
    "grele": (re.compile("intestin"), "other"),
    "delgado": (re.compile("intestino"), "other"),
    "duct": (re.compile("bile|biliary|hepatic|salivary"), "other"),
    "ducts": (re.compile("bile"), "other"),
    "tract": (re.compile("biliary|urinary|genital|aerodigestive"), "other"),
    "gland": (re.compile("salivary|thyroid|parotid|adrenal"), "other"),
    "bladder": (re.compile("gall|urinary"), "other"),
    "neck": (re.compile("and|head|hals"), "other"),
    "hals": (re.compile("und|kopf"), "other"),
    "junction": (re.compile("o?e?gastr|o?esophag|gastro|ge"), "other"),
    "col": (re.compile("du"), "other"),
    "tube": (re.compile("fallopian"), "other"),
    "cord": (re.compile("vocal"), "other"),
    "vater": (re.compile("of|papilla|ampulla"), "other"),
}
_TUMOUR = re.compile(
    r"[kc]ar[zcs]inom(?!atos)|cancer|cancr|canser|krebs$|kræft$|kreft$|kanker$|adenoca|adenoka|tumou?r|"
    r"tumeur|"
    r"malign|neoplas|^(?:ca|c/a|adeno|primary|primaries|primarius|primaire|primartumor|scc|nsclc)$"
)
_ONLY_MASS = re.compile(r"tumou?r|tumeur|neoplas|malign")
_EXACT_CANCER = re.compile(r"^(?:ca|c/a)$|carcin|karzin|cancer|cancr|canser|adeno|kræft|krebs")
# Between an organ and the tumour behind it: "renal cell carcinoma", "pancreatic head cancer", "lung (primary) adeno".
_BETWEEN = frozenset(
    """
    primary cell cells ductal duct acinar serous mucinous squamous small non large gland adeno invasive papillary clear
    signet ring type advanced metastatic grade high low canal tract junction region head body tail sided side sides left
    right s secretory urothelial verrucous medullary anaplastic follicular undifferentiated differentiated poorly well
    lobular inflammatory triple negative positive transitional and neck basal germ flexure
    """.split()
)
# Between a tumour and the organ behind it: "cancer of the head of the pancreas", "carcinoma del colon".
_LINKS = frozenset(
    """
    of the his her a an my their de du des del della dello dell delle do da dos di der den von im in at from is was lies
    lay site l la le el los las en dans af i s head body tail left right upper lower distal proximal mid middle third
    part located arising originating likely probably being kopf pancreatic primary tumour tumor cell
    """.split()
)
_NEAR_ONLY = frozenset({"in", "en", "dans", "im", "at", "i", "is", "was", "from"})
_NEVER_ALONE = re.compile(r"liver|leber|bone|brain|periton")
_SPREAD_WORD = re.compile(
    r"met$|mets$|metast(?!at|asic|asier)|secondar|deposit|lesion|nodul|spread|involve|invas|infiltr|resect|oligomet|"
    r"only$|recurr|relaps|progress|orific|stump"
)
_LEFT_GAP = re.compile(r"[ \-/]{1,2}|\s?\(|\)\s?|'")
_RIGHT_GAP = re.compile(r"[ \-/]{1,2}|:\s?|\s?\(|\s-\s|'|=\s?")
# "Breast, HER2 3+, …": the organ at the head of a note.
_ALONE = re.compile(r"\W*(?:\d\d ?[mf]?\b[ ,]*)?(?P<organ>[a-z]+)\s?[,:;]")
_JOINED = re.compile(r"[ /+&\-]{1,3}")
_LIST_GAP = re.compile(r"[ ,/+&\-]{1,3}")
# Names of tumours that carry their organ.
_NAMED = re.compile(
    r"\b(?:klatskin|[ck]h?olangio(?:[ck]a\w*|\b)|hepatoma\w*|hepato\w*(?:carcinom|blastom|karzinom)\w*|hypernephrom\w*|"
    r"seminom\w*|teratom\w*|gliom\w*|glioblastom\w*|astrocytom\w*|mesotheliom\w*|thymom\w*|paragangliom\w*|"
    r"(?:neuro|medullo|retino|nephro)blastom\w*|pha?eo(?:chromocytom\w*)?|meningiom\w*|chordom\w*|craniopharyng\w*|"
    r"choriocarcin\w*|histiocytos\w*|myelom\w*|leuk[ae]*mi\w*|merkel|langerhans|sba|hcc|i?cca|ecca|btc|rcc|m?nsclc|"
    r"sclc|m?pdac|tnbc|mbc|hnscc|scchn|u?lms|escc|eac|gbm|hgsoc|m?crpc|npc|gbc|non-small cell (?=of the lung))\b"
)
# "… in EGFR-mutant lung?"
_AT_END = re.compile(
    r"\b(?:in|for) (?:[a-z0-9+]+[ -]){0,3}?(?P<marker>(?:mutant|mutated|positive|amplified|rearranged) )?"
    r"(?P<organ>[a-z]+)(?:(?: please| pls| then| too| i mean)+\b.*)?\W*$"
)
# "Now forget colon": what is no longer spoken of.
_LEFT_BEHIND = re.compile(
    r"\b(?:forget|leave aside|leaving|setting aside|enough of|enough about|away from|never mind) (?:about )?(?:the )?"
    r"(?:colo\w+|bowel|rect\w+|m?crc)(?: cancer)?\b"
)
_IN_SITE = re.compile(
    r"\b(?:in|for) (?:the )?(?:[a-z0-9+-]+ )?(?:lung|liver|brain|skin|ovary|ovarian|bone)s?\b"
    r"(?! ?(?:met|lesion|nodul|spread|deposit|disease|only|function|failure|impairment|toxic))"
)
# "HER2+ breast, progressed on …".
_MARKED_ORGAN = re.compile(
    r"\b(?:her2|egfr|alk|brca|pd-?l1|er|tnbc|metastatic|advanced|stage (?:iv|4))\b\S* (?:breast|lung|gastric|"
    r"stomach|prostate|"
    r"ovarian|pancreatic|bladder|kidney|thyroid)\b(?! ?(?:met|lesion|nodul|spread|deposit|disease|only))"
)
_BOWEL_WORD = re.compile(r"\b(?<!small )(?:bowel|colon|colorectal|rect(?:al|um)|m?crc)\b")
_OWN_NAMED = re.compile(r"\b(?:m?crc|m?krk|m?ccrm?|crlm|larc)\b")
# Tumours of the bowel that are no colorectal cancer.
_KIND = re.compile(
    r"\b(?:neuro-?endo[ck]rine? (?:tumou?rs?|carcinom\w*|neoplas\w*|cancer|karzinom\w*|ca)\b|"
    r"neuroendokrin\w*(?:tumor|karzinom)\w*|minen|manec|carcinoids?\b|karzinoid\w*|nec (?:of|g3)\b|"
    r"net (?:of|g[123])\b|p?net g[123]\b|pnet\b|gist\b|lamn|hamn|pmp\b|pseudomyxom\w*|goblet cell)"
)
# Tumours of any organ, which are no colorectal cancer where one of the bowel's names stands beside them.
_ANYWHERE = re.compile(
    r"(?P<bowel>\b(?:(?:ano)?recto?\w*|colon\w*|colorectal|ca?ec\w*|sigm\w*|histology:?) (?:primary )?)?"
    r"\b(?:melanom\w*|lymphom\w*|linfom\w*|dlbcl|\w{0,12}sar[ck]om(?:as?|e|en|es)?\b|kaposi|"
    r"(?:squamous|basal)(?:[- ]cell)? (?:carcinom\w*|cancer|ca\b)|scc\b)"
    r"(?P<behind> (?:of|in|im|with) (?:the )?(?:rectum|colon|ca?ecum|sigm))?"
)


@dataclass(frozen=True, slots=True)
class Tumour:
    """A tumour named in `[start, end)` of the text, and where it comes from."""

    start: int
    end: int
    origin: Origin


_Word = tuple[int, int, str]


def folded(plain: str) -> str:
    """Plain text without accents, of the same length."""
    return plain if plain.isascii() else plain.translate(_LETTERS)


def tumours_in(text: str) -> Iterator[Tumour]:
    """The tumours named in folded text, in no order; metastases in an organ are none."""
    words = [(found.start(), found.end(), found.group()) for found in _WORD.finditer(text)]
    for place, (start, end, word) in enumerate(words):
        if len(word) > _LONGEST_WORD or not (found := _TUMOUR.search(word)):
            continue
        if found.start() > 2 and (origin := _origin(words, place, word[: found.start()])):
            if origin != "site" or not _ONLY_MASS.search(word):
                yield Tumour(start, end, _settled(origin))
            continue
        yield from _beside(text, words, place)
    yield from _named(text)
    if alone := _ALONE.match(text):
        place = next(at for at, word in enumerate(words) if word[0] == alone.start("organ"))
        if _origin(words, place) == "other":
            yield Tumour(*alone.span("organ"), "other")


def turns_to_site(text: str) -> bool:
    """Whether folded text in lower case sets a drug in an organ to which bowel cancer spreads: "in lung, I mean"."""
    return bool(_IN_SITE.search(text))


def names_other_cancer(text: str) -> bool:
    """Whether folded text in lower case names a tumour of another organ, or ends on such an organ, and none of the
    bowel's: "HER2 therapy in stomach cancer", "dose in EGFR-mutant lung?".
    """
    text = _LEFT_BEHIND.sub(" ", text)
    origins = {tumour.origin for tumour in tumours_in(text)}
    last = _AT_END.search(text)
    if last and (_OTHER.match(last["organ"]) or (last["marker"] and _SITE.match(last["organ"]))):
        origins.add("other")
    elsewhere = bool(origins & {"other", "kind"}) or bool(_MARKED_ORGAN.search(text))
    return elsewhere and "own" not in origins and not _BOWEL_WORD.search(text)


def _named(text: str) -> Iterator[Tumour]:
    """The tumours whose names carry their organ, or which arise in any."""
    for found in _OWN_NAMED.finditer(text):
        yield Tumour(*found.span(), "own")
    for found in _NAMED.finditer(text):
        yield Tumour(*found.span(), "other")
    for found in _KIND.finditer(text):
        yield Tumour(*found.span(), "kind")
    for found in _ANYWHERE.finditer(text):
        yield Tumour(*found.span(), "kind" if found["bowel"] or found["behind"] else "other")


def _beside(text: str, words: Sequence[_Word], place: int) -> Iterator[Tumour]:
    """The tumour whose word stands at `place`, with the organ before or behind it."""
    start, end, word = words[place]
    if before := _before(text, words, place):
        at, origin = before
        primary = any(other[2] == "primary" for other in words[max(0, at - 1) : place])
        if origin != "site" or primary or not _ONLY_MASS.search(word):
            yield Tumour(words[at][0], end, _settled(origin))
        return
    if behind := _behind(text, words, place):
        at, origin = behind
        if origin == "own" or not _is_spread_behind(text, words[at][1], _LIST_GAP if origin == "site" else _JOINED):
            yield Tumour(start, words[at][1], _settled(origin))


def _settled(origin: Origin) -> Origin:
    return "other" if origin == "site" else origin


def _before(text: str, words: Sequence[_Word], place: int) -> tuple[int, Origin] | None:
    for at in range(place - 1, max(-1, place - 6), -1):
        if not _LEFT_GAP.fullmatch(text, words[at][1], words[at + 1][0]):
            return None
        if origin := _origin(words, at):
            return at, origin
        if words[at][2] not in _BETWEEN:
            return None
    return None


def _behind(text: str, words: Sequence[_Word], place: int) -> tuple[int, Origin] | None:
    word = words[place][2]
    linked = named_in = False
    for at in range(place + 1, min(len(words), place + 8)):
        if not _RIGHT_GAP.fullmatch(text, words[at - 1][1], words[at][0]):
            return None
        # "small bowel", "bile duct": the second word tells.
        pair = words[at + 1][2] if at + 1 < len(words) else ""
        if pair in _PAIRS and (origin := _origin(words, at + 1)) and _PAIRS[pair][0].match(words[at][2]):
            return at + 1, origin
        if origin := _origin(words, at):
            return None if origin == "site" and not _is_of_site(words[at][2], word, linked, named_in) else (at, origin)
        if words[at][2] not in _LINKS:
            return None
        linked = linked or words[at][2] in ("of", "de", "du", "del", "af")
        named_in = named_in or words[at][2] in _NEAR_ONLY
    return None


def _is_of_site(organ: str, word: str, linked: bool, inside: bool) -> bool:
    """Whether a tumour before an organ to which bowel cancer spreads is the organ's own: "cancer of the liver", "ca
    lung"; a tumour "in" it, or only a mass, is not.
    """
    if word == "primary":
        return True
    return not inside and bool(_EXACT_CANCER.search(word)) and (linked or not _NEVER_ALONE.match(organ))


def _origin(words: Sequence[_Word], place: int, word: str = "") -> Origin | None:
    """Where a tumour of the organ named by the word at `place` (or by `word`, a part of it) comes from."""
    word = word or words[place][2]
    if word in _PAIRS and place and _PAIRS[word][0].search(words[place - 1][2]):
        return _PAIRS[word][1]
    return next((origin for pattern, origin in _ORIGINS if pattern.match(word)), None)


def _is_spread_behind(text: str, end: int, gap: re.Pattern[str]) -> bool:
    """Whether a word for spread follows, in a list of organs too: "liver and lung mets"."""
    for number, found in enumerate(_WORD.finditer(text, end)):
        if number > 4 or not gap.fullmatch(text, end, found.start()):
            return False
        end, word = found.end(), found.group()
        if _SPREAD_WORD.match(word):
            return True
        if word not in ("and", "or") and not _SITE.match(word) and not _OTHER.match(word):
            return False
    return False
