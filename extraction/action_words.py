"""The words for what happened, in English, Russian, Azerbaijani and Kazakh, folded.

Each entry is a list of regular expressions, joined and matched at whole words; a space matches any
run of spaces. `{n}` words between two parts are written as `(?:\\S+ ){0,n}`.
"""

import re


def compiled(*words: str) -> re.Pattern:
    """A pattern of any of these, at whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)".replace(" ", r"\s+"))


_FEW = r"(?:[^\s.;]+ ){0,6}"
_RELATIONS_RU = r"дипломатически\w{1,2} (?:отношени|связ)\w{1,3}"
_RELATIONS_AZ = r"diplomatik (?:munasibet|elaqe)\w*"
_RELATIONS_KK = r"дипломатиялык (?:катынас|каты\w+|баиланыс)\w*"

VISIT = compiled(
    r"visits?", r"visited", r"визит\w{0,3}", r"посетил\w{0,2}", r"поездк\w{1,2}",
    r"sefer(?:i|e|de|in|ini|inin|inde|ler|leri|le)?", r"ziyaret\w*",
    r"сапар(?:ы|мен|га|да|дын|ын|ында|ынын|ына|лары|ымен)?",
)  # fmt: skip
# What says that somebody came, where the word "visit" is missing.
ARRIVED = compiled(
    r"arrived (?:in|at)", r"(?:travell?ed|flew) to", r"прибыл\w{0,2} в", r"gelib",
    r"gelmisdir", r"келди",
)  # fmt: skip
# What says that somebody came for a meeting of several states, which is no visit.
ATTENDS = compiled(
    r"attend\w*", r"take part", r"took part", r"participat\w+", r"участи\w+", r"участв\w+",
    r"istirak\w*", r"катыс\w*",
)  # fmt: skip
# Types of visits by the words before "visit", the more specific first.
VISIT_TYPES = (
    ("official_working", compiled(
        r"official working", r"working official", r"официальн\w+ рабоч\w+",
        r"resmi isguzar", r"isguzar resmi", r"ресми жумыс",
    )),
    ("state", compiled(r"state", r"государственн\w+", r"dovlet", r"мемлекеттик")),
    ("official", compiled(r"official(?:ly)?", r"официальн\w+", r"resmi", r"ресми")),
    ("working", compiled(r"working", r"рабоч\w+", r"isguzar", r"жумыс")),
    ("private", compiled(r"private", r"частн\w+", r"sexsi", r"жеке")),
    ("transit", compiled(r"transit", r"транзит\w+", r"tranzit", r"транзиттик")),
)  # fmt: skip
SIGN = compiled(
    r"signed", r"signs", r"signing", r"signature", r"inked", r"concluded",
    r"подписа\w+", r"подписыва\w+", r"заключ(?:ен|ил)\w*",
    r"imzala\w*", r"imza at\w*", r"baglan(?:ib|di|mis\w*)", r"кол коиыл\w*", r"кол коид\w*",
    r"кол кою\w*", r"кол коиған",
    r"кол коиган\w*", r"жасал(?:ды|ган)",
)  # fmt: skip
# Steps in the life of a treaty, by the type of its action.
STEPS = (
    ("entry_into_force", compiled(
        r"(?:entered|enters|came|comes|entry|brought) into force", r"took effect",
        r"вступил\w{0,2} в силу", r"вступи\w+ в силу", r"вступлени\w+ в силу", r"вступает в силу",
        r"quvveye min\w*", r"кушине ен\w*", r"кушине кир\w*",
    )),
    ("registration", compiled(
        r"registered (?:with|by) (?:the )?(?:united nations|un|secretariat)\w*", r"was registered",
        r"зарегистрирован\w{0,2} (?:в|секретариат)\w*", r"qeydiyyata alin\w*", r"тиркел\w*",
    )),
    ("ratification", compiled(
        r"ratif(?:ied|ies)", r"ratification by", r"ратифици\w+", r"ratifikasiya \w+",
        r"tesdiq (?:et|ed|olun)\w*", r"ратификация\w*",
    )),
    ("denunciation", compiled(
        r"denounced", r"denunciation", r"денонсир\w+", r"денонсаци\w+",
        r"denonsasiya \w+", r"денонсация\w*",
    )),
    ("termination", compiled(
        r"(?:was|were) terminated", r"ceased to be in force", r"утратил\w{0,2} силу",
        r"прекратил\w{0,2} (?:свое )?деиствие", r"quvveden dus\w*", r"кушин жои\w*",
    )),
    ("initialling", compiled(
        r"initialled", r"initialed", r"парафир\w+", r"paraflan\w*", r"парафтал\w*",
    )),
    ("suspension", compiled(
        r"suspended", r"suspension", r"приостанов\w+", r"dayandiril\w*", r"токтатыл\w*",
        r"токтата тур\w*",
    )),
    ("extension", compiled(
        r"(?:was|were) (?:extended|prolonged|renewed)", r"продл(?:ен|ил)\w*", r"uzadil\w*",
        r"узартыл\w*",
    )),
    ("accession", compiled(r"acceded to the (?:convention|treaty|agreement|protocol)")),
)  # fmt: skip
ESTABLISHED = compiled(
    rf"(?:establish(?:ed|ment)) (?:of )?{_FEW}diplomatic (?:relations|ties)",
    rf"diplomatic (?:relations|ties) {_FEW}established",
    rf"установ\w+ {_FEW}{_RELATIONS_RU}", rf"{_RELATIONS_RU} {_FEW}установлен\w*",
    rf"{_RELATIONS_AZ} {_FEW}(?:qurul|qurub|quruldu|yarad|tesis)\w*",
    rf"{_RELATIONS_KK} {_FEW}орна\w*",
)  # fmt: skip
RECOGNIZED = compiled(
    rf"recogni[sz](?:e|ed|es|ing) {_FEW}(?:independence|sovereignty)",
    rf"recognition of {_FEW}independence",
    rf"призна(?:л|ла|ло|ли|ние|ния) {_FEW}независимост\w+",
    rf"musteqilliyini {_FEW}tani\w*", rf"тауелсиздигин {_FEW}(?:таны|моиында)\w*",
)  # fmt: skip
PARTNERSHIP = compiled(
    r"strategic partnership", r"стратегическ\w+ партнерств\w+", r"strateji terefdasliq\w*",
    r"стратегиялык (?:ариптестик|серик)\w*", r"comprehensive partnership",
)  # fmt: skip
DECLARED = compiled(
    r"declared", r"elevated", r"upgraded", r"raised", r"announced", r"proclaimed", r"объявил\w*",
    r"провозгла\w+",
    r"повыс\w+", r"вывел\w*", r"elan (?:et|ed|olun)\w*", r"yukselt\w*", r"жариял\w*", r"котерил\w*",
    r"котерд\w*",
)  # fmt: skip
SESSION = compiled(
    r"sessions?", r"meetings?", r"заседани\w{1,3}", r"iclas\w*", r"отырыс\w*",
)  # fmt: skip
BODY = compiled(
    r"commissions?", r"committees?", r"councils?", r"комисси\w+", r"комитет\w*", r"совет(?:а|е|у)?",
    r"komissiya\w*", r"komite\w*", r"sura\w*", r"кенес(?:и|инин|те|тин)?", r"working group",
    r"summit", r"саммит\w*", r"sammit\w*",
)  # fmt: skip
TOOK_PLACE = compiled(
    r"(?:was|were) held", r"held", r"took place", r"convened", r"met", r"состоял\w{2,3}",
    r"прош(?:ел|ло|ла|ли)", r"провел\w*", r"проведен\w*", r"kecirili\w*",
    r"bas tut(?:du|ub|mus\w*)",
    r"olub", r"oldu", r"отт[иы]", r"откен", r"отк[иы]зил\w*", r"болды", r"болып отти",
)  # fmt: skip
MEETING = compiled(
    r"met(?: with)?", r"was received by", r"received", r"принял\w{0,2}",
    r"qebul (?:edib|etdi|etmisdir)", r"кабылдады",
    r"held (?:\S+ ){0,3}(?:talks|negotiations|a meeting|meetings)", r"talks",
    r"встретил\w{0,3}", r"встреч(?:а|е|у|и)", r"провел\w* (?:\S+ ){0,2}переговор\w+",
    r"переговор\w+", r"gorus(?:ub|du|mus)\w*", r"gorus(?:u|unde|de|en)?", r"danisiqlar\w*",
    r"кездес(?:ти|ип|у|уи|уде|уинде|кен)\w*", r"келиссоз\w*",
)  # fmt: skip
COLLEAGUE = compiled(
    r"colleagues?", r"counterparts?", r"коллег\w{1,3}", r"hemkar\w*", r"ариптес\w*",
)  # fmt: skip
# An embassy that closed.
CLOSED = compiled(
    r"(?:was|were) closed", r"closed", r"закрыл\w*", r"закрыт\w*", r"baglan\w*", r"жабыл\w*"
)  # fmt: skip
OPENED = compiled(
    r"opened", r"inaugurated", r"opening (?:ceremony )?of", r"was (?:founded|established|set up)",
    r"открыл\w{0,3}", r"открыт\w{0,2}", r"учрежден\w*", r"создан\w*",
    r"acil(?:di|ib|mis\w*|isi\w*)", r"yaradil(?:di|ib|mis\w*)", r"fealiyyete basla\w*",
    r"ашыл\w*", r"курыл(?:ды|ган)\w*", r"established", r"ачыл\w*", r"acdi", r"ашты",
)  # fmt: skip
# What says that a mission exists.
KEPT = compiled(
    r"has(?: also)?(?: had)?", r"maintains?", r"operates?", r"has been (?:open|working|operating)",
    r"имеет", r"деиствует", r"работает", r"функционирует", r"fealiyyet gost\w*", r"movcud\w*",
    r"isleyir", r"var", r"жумыс истеиди", r"бар", r"жумыс истеп \w+",
)  # fmt: skip
# Types of missions, the more specific first.
MISSIONS = (
    ("consulate_general", compiled(
        r"consulates?[- ]general", r"general consulates?", r"генеральн\w+ консульств\w+",
        r"генконсульств\w+", r"bas konsulluq\w*", r"bas konsullug\w*", r"бас консулдык\w*",
        r"бас консулды\w*",
    )),
    ("honorary_consulate", compiled(
        r"honorary consulates?", r"почетн\w+ консульств\w+", r"fexri konsullu\w*",
        r"курметти консулды\w*",
    )),
    ("consulate", compiled(r"consulates?", r"консульств\w+", r"konsullu\w*", r"консулды\w*")),
    ("embassy", compiled(
        r"embass(?:y|ies)", r"посольств\w+", r"sefirli(?:k|yi|yinin|yin|kler)\w*", r"елшили[кг]\w*",
    )),
    ("permanent_mission", compiled(
        r"permanent missions?", r"постоянн\w+ представительств\w+", r"daimi numayendeli\w*",
        r"туракты окилди\w*",
    )),
)  # fmt: skip
INSTITUTION = compiled(
    r"trad(?:e|ing) houses?", r"торгов\w+ дом\w{0,2}", r"ticaret ev\w*", r"сауда уи\w*",
    r"(?:cultural|business|education|information|research|trade) (?:and \w+ )?cent(?:re|er)s?",
    r"(?:культурн|делов|образовательн|информационн|торгов)\w+ центр\w*",
    r"medeniyyet merkez\w*", r"madeniet\w* орталы\w*", r"мадени\w* орталы\w*",
    r"(?:is|biznes) merkez\w*", r"schools?", r"школ\w+", r"mekteb\w*", r"мектеп\w*", r"мектеб\w*",
    r"universit\w+", r"университет\w*", r"universitet\w*", r"branch(?:es)?", r"филиал\w*",
    r"monuments?", r"памятник\w*", r"abide\w*", r"ескерткиш\w*", r"representative offices?",
    r"представительств\w+", r"numayendeli\w*", r"окилди\w*", r"park", r"парк\w{0,2}", r"саябак\w*",
    r"bust", r"бюст\w*", r"office", r"офис\w*", r"ofis\w*", r"кенсе\w*", r"hub", r"хаб\w*",
)  # fmt: skip
MOVED = compiled(
    r"moved", r"relocated", r"переехал\w*", r"перенесен\w*", r"kocurul\w*", r"kocub",
    r"кош(?:ти|ип|кен|ирил)\w*",
)  # fmt: skip
ANNIVERSARY = compiled(
    r"anniversary", r"годовщин\w+", r"[0-9]+-?лети[еяю]\w*", r"лети[еяю]", r"ildonum\w*",
    r"illi(?:k|yi|yini)\w*",
    r"жылды[гк]\w*",
)  # fmt: skip
MARKED = compiled(
    r"marked", r"celebrated", r"commemorated", r"отметил\w*", r"отпраздновал\w*", r"посвящен\w*",
    r"отмечал\w*", r"qeyd (?:ol|ed|et)\w*", r"bayram ed\w*", r"атап от\w*", r"тойла\w*",
)  # fmt: skip
CEREMONY = compiled(r"ceremony", r"церемони\w+", r"merasim\w*", r"расим\w*", r"салтанат\w*")
CREDENTIALS = compiled(
    r"letters? of credence", r"credentials", r"верительн\w+ грамот\w+",
    r"etimadname\w*", r"сеним грамота\w*",
)  # fmt: skip
JOINT_STATEMENT = compiled(
    r"joint (?:statement|communique|declaration)s?",
    r"совместн\w+ (?:заявлени|коммюнике|декларац)\w*",
    r"birge (?:beyanat|beyannam)\w*", r"birge kommunike\w*",
    r"бирлескен (?:малимдеме|коммюнике|декларация)\w*",
)  # fmt: skip
ADOPTED = compiled(
    r"adopted", r"issued", r"released", r"made", r"published", r"принял\w*", r"принят\w*",
    r"опубликова\w+", r"обнародова\w+", r"выступил\w*", r"qebul (?:et|ed|olun)\w*", r"yayi[ml]\w*",
    r"кабылда\w*", r"жариял\w*", r"жасад\w*",
)  # fmt: skip
JOINED = compiled(
    r"(?:is|has been) an? (?:\S+ ){0,2}member", r"является (?:\S+ ){0,2}членом", r"uzvudur",
    r"муше(?:си)?",
    r"joined", r"acceded to", r"accession to", r"admitted (?:to|as)", r"(?:became|become) (?:an? )?"
    r"(?:\S+ ){0,2}(?:member|observer)(?: state)?",
    r"(?:granted|received|obtained) (?:\S+ ){0,2}observer "
    r"status", r"вступил\w{0,2} в", r"стал\w{0,2} (?:\S+ ){0,2}(?:член|наблюдател|участник)\w+",
    r"присоединил\w+", r"принят\w* в", r"получил\w* статус наблюдателя",
    r"uzv(?:u|luyune|luye)? (?:ol|qebul)\w*", r"qosul(?:du|ub|mus\w*)",
    r"musahideci (?:statusu|oldu|olub)\w*", r"муше (?:бол|атан)\w*", r"мушеси бол\w*",
    r"мушелигине кабылдан\w*", r"кирди", r"косылды", r"баикаушы (?:мартебесин|бол)\w*",
)  # fmt: skip
MEMBERSHIP_TYPES = (
    ("observer", compiled(r"observer", r"наблюдател\w+", r"musahideci\w*", r"баикаушы\w*")),
    ("associate", compiled(r"associate", r"ассоциированн\w+", r"assosiativ", r"кауымдаскан")),
    ("candidate", compiled(r"candidate", r"кандидат\w*", r"namized", r"кандидат")),
    ("full", compiled(
        r"full(?:-fledged)?", r"полноправн\w+", r"tamhuquqlu", r"толык (?:кукылы )?",
    )),
)  # fmt: skip
# What makes a sentence speak of something that has not happened.
NOT_DONE = compiled(
    r"will", r"would", r"plans?", r"planned", r"planning", r"intend\w*", r"intention\w*",
    r"expect\w*", r"invit(?:e|es|ed|ing)", r"upcoming", r"foreseen", r"forthcoming", r"scheduled",
    r"should", r"may(?! [0-9])",
    r"might", r"could", r"propos\w+", r"(?:did|does|do|has|have|was|were|is|are|had|been) not",
    r"never", r"cancel\w+", r"postpon\w+", r"den(?:y|ied|ies)", r"hope[sd]?",
    r"prepar(?:e|es|ing|ations)",
    r"draft", r"possib\w+", r"to be signed", r"ready to",
    r"agreed to (?:sign|visit|open|establish)",
    r"would-be", r"next (?:year|month|week)", r"aims? to", r"target\w*", r"goal", r"if", r"wish\w*",
    r"called? (?:for|on)", r"seek\w*", r"without signing", r"rumou?rs?",
    r"no (?:document|agreement|visit)s?",
    r"не (?!менее|более|только|меньше|больше|ранее|позднее)", r"планир\w+", r"намерен\w*",
    r"намерева\w+",
    r"ожида\w+", r"приглас\w+", r"приглаш(?!ению)\w+", r"предстоящ\w+", r"состоится", r"состоятся",
    r"буд[еу]т",
    r"отмен\w+", r"перенес\w+", r"отложен\w*", r"опроверг\w+", r"предлож\w+", r"предлага\w+",
    r"подготовк\w+", r"готов(?:ит|ится|ятся|ят)\w*", r"возможн\w+", r"должн\w+", r"мо[гж]\w+",
    r"хот\w+", r"надее\w+", r"если", r"проект\w{0,2} (?:соглашени|договор|меморандум)\w+",
    r"посетит",
    r"запланир\w+", r"в следующем году", r"призва\w+", r"откро[ею]т\w*", r"подпишут",
    r"цел\w+ довести",
    r"planlas\w*", r"plan(?:i|lar)?", r"gozleni\w*", r"devet(?!i ile|i esasinda|ine esasen|ile)\w*",
    r"nezerde tut\w*", r"\w+acaq\w*",
    r"\w+ecek\w*", r"legv (?:ol|ed)\w*", r"texire sal\w*", r"tekzib\w*", r"teklif\w*",
    r"hazirla\w*",
    r"mumkun\w*", r"umid\w*", r"niyyet\w*", r"\w+m[ae]y(?:ib|ib\w*|di)",
    r"\w+m[ae](?:di|yib|mis)\w*",
    r"eger", r"qarsidan gelen", r"gelen il", r"istey\w*",
    r"жоспар\w*", r"кутил\w*", r"шакыр(?!уымен|уы бои|уына саи)\w*", r"ниет\w*",
    r"\w+[мбп][ае]к(?:шы|ши)?", r"усын\w*",
    r"кеиинге калдыр\w*", r"жокка шыгар\w*", r"мумкин\w*", r"\w+[мбп][ае](?:ды|ди|ган|ген)",
    r"келеси жыл\w*",
    r"даиында\w*", r"алдагы", r"умит\w*", r"егер", r"тиис", r"келеди", r"барады", r"ашылады",
    r"отеди",
    r"коиылады", r"жоба(?:сы|ны)?",
)  # fmt: skip
DIRECTED = {
    "exports": compiled(
        r"exports?", r"exported", r"экспорт\w*", r"ixrac\w*", r"вывез\w+", r"shipments",
    ),
    "imports": compiled(r"imports?", r"imported", r"импорт\w*", r"idxal\w*", r"ввез\w+"),
}  # fmt: skip
TURNOVER = compiled(
    r"(?:mutual |bilateral |trade |total )*(?:trade )?turnover",
    r"(?:bilateral|mutual|two-way) trade",
    r"trade (?:between|with|volume)", r"volume of (?:\S+ ){0,3}trade", r"товарооборот\w*",
    r"товарообмен\w*", r"(?:взаимн|двусторонн)\w+ торговл\w+", r"объем\w* (?:\S+ ){0,2}торговл\w+",
    r"(?:ticaret|emtee) (?:dovriyye|mubadile)\w*", r"(?:qarsiliqli )?ticaretin hecmi\w*",
    r"ticaret hecm\w*", r"(?:тауар|сауда) аиналым\w*", r"сауда колем\w*", r"саудасы\w*",
)  # fmt: skip
INVESTED = compiled(
    r"invest(?:ed|ments?|s)?", r"fdi", r"инвестиц\w+", r"инвестирова\w+", r"капиталовложени\w+",
    r"вложил\w*", r"вложено", r"sermaye\w*", r"investisiya\w*", r"инвестиция\w*", r"салынды",
)  # fmt: skip
COMPANIES = compiled(
    r"(?:\S+ )?(?:compan(?:y|ies)|enterprises?|firms?|joint ventures?)", r"компани\w+",
    r"предприяти\w+", r"фирм\w*", r"sirket\w*", r"muessise\w*", r"компания\w*", r"касипорын\w*",
)  # fmt: skip
DOCUMENTS = compiled(
    r"documents?", r"agreements?", r"treaties", r"документ\w*", r"соглашени\w+", r"договор\w*",
    r"sened\w*", r"sazis\w*", r"muqavile\w*", r"кужат\w*", r"келисим\w*", r"memorandums?",
    r"memoranda",
)  # fmt: skip
GREW = compiled(
    r"(?:more|higher) than", r"больше", r"выше", r"artiq", r"жогары",
    r"(?:grew|grown|rose|risen|increased?|up|growth|surged|jumped)(?: by)?", r"вырос\w*",
    r"увеличи\w+",
    r"возрос\w*", r"рост\w{0,2}", r"прирост\w*", r"art(?:ib|di|mis\w*|imi?)\w*", r"coxal\w*",
    r"ос(?:ти|кен|им|уи)\w*", r"артты", r"артқан", r"арткан", r"улгаи\w*",
)  # fmt: skip
FELL = compiled(
    r"(?:less|lower) than", r"меньше", r"ниже",
    r"(?:fell|fallen|decreased?|declined?|down|dropped|shrank)(?: by)?", r"снизи\w+", r"сократи\w+",
    r"уменьши\w+", r"упал\w*", r"снижени\w+", r"azal\w*", r"томенде\w*", r"азаи\w*", r"кемид\w*",
)  # fmt: skip
# What stands beside the body whose statistics a sentence gives.
ACCORDING = compiled(
    r"according to", r"statistic\w*", r"по данным", r"статистик\w+", r"melumat\w* (?:gore|esasen)",
    r"statistika\w*", r"малимети\w*", r"деректер\w*", r"customs", r"таможенн\w+",
    r"gomruk\w*", r"кеден\w*",
)  # fmt: skip
NEXT_DAY = compiled(
    r"(?:following|next) day", r"на следующии день", r"наутро", r"ertesi gun\w*", r"novbeti gun\w*",
    r"келеси куни", r"ертенине", r"ертеси куни",
)  # fmt: skip
# Plans and targets: sums that nobody has counted yet.
TARGET = compiled(
    r"to reach", r"reach \$?[0-9]", r"довести", r"доведения", r"catdir\w*", r"hedef\w*",
    r"жеткиз\w*",
)  # fmt: skip
