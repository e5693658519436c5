"""The words of offices and bodies in English, Russian, Azerbaijani and Kazakh, folded."""

import re

from search.words import key

# Offices by the rank of a visitor (relations.models.Visit.Rank), the more specific first.
_OFFICES = (
    ("other", (
        r"vice[- ]presidents?", r"вице-президент\w*", r"vitse-prezident\w*",
        r"ambassadors?", r"пос(?:ол|ла|лу|лом|ле|лы|лов)", r"sefir(?:i|in|ini|inin|ler|leri)?",
        r"елши(?:си|ни|нин|синин)?", r"deputy (?:\w+ )?ministers?", r"colleagues?",
        r"counterparts?",
        r"коллег\w{1,3}", r"hemkar\w{0,5}", r"ариптес\w{0,5}", r"rectors?", r"ректор\w{0,4}",
        r"rektor\w{0,4}", r"co-?chair(?:man|men|s|persons?)?", r"сопредседател\w{1,3}",
        r"hemsedr\w{0,5}", r"тен торага\w{0,4}", r"secretar(?:y|ies)[- ]general",
        r"генеральн\w{2,3} секретар\w{1,3}", r"bas katib\w{0,4}", r"бас хатшы\w{0,4}",
        r"governors?", r"губернатор\w{0,3}", r"аким\w{0,3}", r"deput(?:y|ies)", r"депутат\w{0,3}",
        r"mayors?", r"мэр\w{0,2}", r"directors?", r"директор\w{0,3}", r"direktor\w{0,4}",
        r"(?:charge|charges) d'affaires",
    )),
    ("foreign_minister", (
        r"foreign ministers?", r"ministers? (?:of|for) foreign affairs",
        r"(?:us |u\.s\. )?secretary of state", r"heads? of the foreign ministry",
        r"foreign secretary", r"министр\w* иностранных дел", r"глав\w{1,2} мид(?:\w{0,2})?",
        r"xarici isler nazir(?!liy)\w*", r"xin rehber\w*",
        r"сырткы истер министр(?!лиг)\w*", r"сим басшы\w*",
    )),
    ("head_of_government", (
        r"prime ministers?", r"heads? of (?:the )?government", r"federal chancellors?",
        r"chancellors?", r"premiers?", r"премьер-министр\w*", r"премьер\w{0,3}",
        r"глав\w{1,2} правительств\w*", r"председател\w+ правительств\w*", r"канцлер\w{0,3}",
        r"bas nazir\w*", r"hokumet bascis\w*", r"kansler\w*",
        r"премьер-министр\w*", r"укимет басшы\w*",
    )),
    ("minister", (
        r"(?:deputy |first deputy )*(?:vice[- ])?(?:prime )?ministers?",
        r"(?:вице-|заместител\w+ (?:премьер-)?)министр\w*", r"министр\w{0,4}",
        r"bas nazirin muavin\w*", r"nazir(?!liy)\w*", r"министр(?!лиг)\w{0,5}",
    )),
    ("parliament", (
        r"speakers?", r"chair(?:man|woman|person)? of (?:the )?(?:milli majlis|milli mejlis|"
        r"parliament|majilis|mazhilis|senate|house|national assembly|riigikogu|bundestag)",
        r"спикер\w{0,3}",
        r"председател\w+ (?:милли меджлис\w*|мажилис\w*|сенат\w*|парламент\w*)",
        r"(?:milli meclis\w*|senat\w*|parlament\w*|mecilis\w*) (?:sedr|spiker)\w*",
        r"spiker\w*", r"(?:мажилис|сенат|парламент)\w* (?:торага|торагасы|спикер)\w*",
    )),
    ("head_of_state", (
        r"presidents?", r"heads? of state", r"kings?", r"queens?", r"emirs?", r"sultans?",
        r"президент\w{0,4}", r"глав\w{1,2} государств\w*", r"корол\w{1,2}", r"эмир\w{0,2}",
        r"prezident\w{0,7}", r"dovlet bascis\w*", r"dovlet rehber\w*",
        r"мемлекет басшы\w*", r"(?:казахстанский|азербаиджанский) лидер\w{0,2}",
    )),
)  # fmt: skip
OFFICES = re.compile(
    r"(?<!\w)(?:"
    + "|".join(f"(?P<{rank}>{'|'.join(words)})" for rank, words in _OFFICES)
    + r")(?!\w)"
)
# Lower-case words within names of people.
PARTICLES = frozenset(
    ("al", "el", "bin", "ibn", "de", "da", "di", "von", "van", "der", "oglu", "oğlu", "qizi")
    + ("qızı", "gizi", "оглы", "кызы", "улы", "ұлы", "қызы")
)
# The keys (search.words) of the words that name a body.
_HEADS = (
    "organization organisation council commission committee assembly union fund bank agency "
    "university company chamber federation corporation association house academy centre center "
    "организация совет комиссия комитет ассамблея союз фонд банк агентство университет компания "
    "палата федерация корпорация ассоциация академия центр "
    "təşkilat təşkilatı şura şurası komissiya komitə assambleya ittifaq ittifaqı fond fondu "
    "bankı agentlik agentliyi universitet universiteti şirkət şirkəti palata palatası "
    "ұйым ұйымы кеңес кеңесі комиссиясы комитеті ассамблеясы одақ одағы қоры банкі агенттігі "
    "университеті компаниясы палатасы"
)
ORGANIZATION_HEADS = re.compile("|".join(sorted({key(word) for word in _HEADS.split()})))
# The endings of surnames, folded, with those of cases.
SURNAME = re.compile(
    r".{2,}(?:[oe]v|[oe]va|[yi]ev|[yi]eva|zade|o[gğ]lu|ogly|bek|bekov|uly|kyzy|enko|shvili|adze)"
    r"(?:a|n?[iu]n|i|la|l[ae]|ya|dan|d[ae]n|[ei])?"
    r"|.{2,}(?:[ое]в|[ое]ва|заде|оглы|баев|беков|енко|швили|адзе|улы|кызы)"
    r"(?:а|у|ым|ои|ом|е|тын|тин|ка|ке|ты|ти|пен|нын|га|ге|ны|ни|мен)?"
)
