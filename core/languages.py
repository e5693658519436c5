"""The language of a text, by its letters, frequent words and endings.

The languages told apart are those of the sources, and others that would be taken for them. A text
whose language is not certain has none.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

# How much of a text is read: this many characters from its start.
READ = 20_000
# The fewest words whose language can be certain.
FEWEST = 8
# A script is that of a text if at least this share of its letters is of it.
OF_SCRIPT = 0.7
# The lowest score, and the lowest lead over the second language.
LOWEST, LEAD = 0.2, 0.05
# What an ending counts, if a word counts 1; what letters of other alphabets cost, by their share.
ENDING, FOREIGN = 0.35, 4
# What the letters that a language has and its neighbours lack can add.
MARKED = 0.12
# Every text has some of the letters that have at least this share in its language.
FREQUENT = 0.05

_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ‘ʻ-][^\W\d_]+)*")


def _without(letters: str, left_out: str) -> str:
    return "".join(letter for letter in letters if letter not in left_out)


@dataclass(frozen=True)
class Language:
    """A language in one script: its BCP 47 tag and alphabet, words and endings that are frequent,
    and `marks`, letters that are frequent in it, with the share that they have of its letters."""

    tag: str
    alphabet: str
    words: str
    endings: str = ""
    marks: str = ""
    share: float = 1

    @cached_property
    def listed(self) -> frozenset[str]:
        return frozenset(self.words.split())

    @cached_property
    def ending(self) -> re.Pattern | None:
        return re.compile(rf".{{2,}}(?:{self.endings})") if self.endings else None

    def score(self, words: Counter[str], letters: Counter[str]) -> float:
        """How well a text fits: about 0.3 to 0.6 for one in this language."""
        hits = sum(count * self._worth(word) for word, count in words.items()) / words.total()
        foreign = sum(count for letter, count in letters.items() if letter not in self.alphabet)
        marked = sum(letters[letter] for letter in self.marks) / letters.total()
        if not marked and self.marks and self.share >= FREQUENT:
            return 0
        return hits + MARKED * min(marked / self.share, 1) - FOREIGN * foreign / letters.total()

    def _worth(self, word: str) -> float:
        if word in self.listed:
            return 1
        return ENDING if self.ending and self.ending.fullmatch(word) else 0


CYRILLIC = (
    Language(
        "ru", _RUSSIAN,
        "и в во на с со по к ко о об от до из за для не что как это его их при между также после "
        "а но или был была было были быть который которая которое которые которых году года лет "
        "более мы он она они том того этом этого так же через под над если чтобы все всех уже "
        "только сторон стороны стран страны республики президент президента",
        "ого|его|ами|ями|ения|ение|ении|ается|ются|ился|лась|ость|ости|ский|ская|ские|ских|ции|"
        "ный|ных|ные|ной|тель|ть",
        "ыэ", 0.02,
    ),
    Language(
        "uk", _without(_RUSSIAN, "ыэёъ") + "іїєґ",
        "і й в у на з із зі до та що як це для не від про за під по при між також після але або "
        "був була було були бути який яка яке які яких року років вже його її їх цього ми він "
        "вона вони є через якщо щоб усі всіх тільки сторін сторони країн країни україни",
        "ння|ого|ому|ість|ості|ський|ська|ські|ського|ється|ться|ями|ами|ції|ною|ити|ати",
        "іїє", 0.06,
    ),
    Language(
        "be", _without(_RUSSIAN, "ищъ") + "іў",
        "і ў у на з са да што як гэта для не ад аб за пад па пры між таксама пасля але або быў "
        "была было былі быць які якая якое якія якіх года гадоў ужо яго яе іх мы ён яна яны праз "
        "калі каб усе усіх толькі бакоў бакі краін краіны беларусі",
        "нне|ння|ага|аму|асць|асці|скі|ская|скія|скага|ецца|ваць|амі|ямі|цыі|ць",
        "ўі", 0.06,
    ),
    Language(
        "bg", _without(_RUSSIAN, "ыэё"),
        "и в във на с със се за от до по не че как това който която което които между също след "
        "а но или е са беше бяха бъде ще да си ги го му им при през година години г най може "
        "този тази тези те той тя ние без към при като така само страни страните двете",
        "ът|ят|та|то|те|ите|ията|ното|ния|ски|ско|ска|ване|ие|ието|иха|аха",
        "ъ", 0.015,
    ),
    Language(
        "kk", _RUSSIAN + "әғқңөұүһі",
        "және мен бен пен үшін бұл бойынша осы сол да де та те бір екі ол оның олардың біз туралы "
        "арасындағы болып болды бар жоқ деп деді еді екен немесе сондай-ақ кейін дейін жылы жылғы "
        "жыл қазақстан республикасы республикасының ел елдің тараптар қатар арқылы ретінде өз ең "
        "барлық кезінде аясында қазақ",
        "ның|нің|дың|дің|тың|тің|лар|лер|дар|дер|тар|тер|ған|ген|қан|кен|ды|ді|ты|ті|лық|лік|"
        "ға|ге|қа|ке|дағы|дегі|сы|сі|мен|тын|тін|ларын|лерін",
        "әғқұі", 0.08,
    ),
    Language(
        "ky", _RUSSIAN + "ңөү",
        "жана менен үчүн бул боюнча ошол ушул да дагы бир эки ал анын алардын биз жөнүндө тууралуу "
        "ортосундагы болуп болду бар жок деп деди эле экен же ошондой эле кийин чейин жылы жылдын "
        "жыл кыргыз республикасынын өлкө тараптар катары аркылуу өз эң бардык учурунда алкагында "
        "кыргызстан",
        "нын|нин|дын|дин|тын|тин|нун|нүн|дун|дүн|лар|лер|лор|лөр|дар|дер|дор|дөр|тар|тер|ган|ген|"
        "гон|гөн|кан|ды|ди|ду|дү|ты|ти|лык|лик|луу|лүү|га|ге|го|гө|дагы|деги|уу|үү|ун|үн",
        "өүң", 0.035,
    ),
    Language(
        "tt", _RUSSIAN + "әөүҗңһ",
        "һәм белән өчен бу буенча шул ул да дә та тә бер ике аның аларның без турында арасында "
        "булып булды бар юк дип диде иде икән яки шулай ук соң кадәр елда елның ел татарстан "
        "республикасы республикасының ил якның үз иң барлык вакытында кысаларында бик әмма ләкин",
        "ның|нең|лар|ләр|нар|нәр|ган|гән|кан|кән|ды|де|ты|те|лык|лек|га|гә|ка|кә|дагы|дәге|сы|се|"
        "ысы|есе|учы|үче|рга|ргә",
        "әҗһ", 0.06,
    ),
    Language(
        "ba", _RUSSIAN + "әөүғҙҡңҫһ",
        "һәм менән өсөн был буйынса шул ул да дә бер ике уның уларҙың беҙ тураһында араһында булып "
        "булды бар юҡ тип тине ине икән йәки шулай уҡ һуң тиклем йылда йыл башҡортостан үҙ иң",
        "ның|ноң|ҙың|ҙең|лар|ләр|ҙар|ҙәр|тар|тәр|ған|гән|ҡан|кән|ды|не|лыҡ|лек|ға|гә|ҡа|кә|һы|һе",
        "ҙҡҫһ", 0.05,
    ),
    Language(
        "mn", _RUSSIAN + "өү",
        "нь ба болон энэ тэр юм байна байв байсан байгаа бол болох болсон болж гэж гэсэн гэдэг "
        "хийх хийсэн оны онд он дээр тухай өөр өөрийн бүх мөн хоёр улсын улс монгол тус дугаар "
        "хүн бид тэд аль нэг гэрээ талууд хооронд талаар ч харин",
        "ын|ийн|ыг|ийг|аар|ээр|оор|өөр|сан|сэн|сон|сөн|тай|тэй|той|даг|дэг|лаа|лээ|аас|ээс|оос|"
        "ууд|үүд|уудын|сны|х|гаа|гээ|жээ|чээ|лт",
        "өү", 0.05,
    ),
    Language(
        "tg", _without(_RUSSIAN, "щыц") + "ғӣқӯҳҷ",
        "ва дар аз ба бо ки ин он барои то ҳам низ буд шуд шуда аст мебошад карда кард намуд ё ки "
        "вале ҳар байни соли сол мо онҳо вай худ дигар бояд як ду тоҷикистон ҷумҳурии тарафҳо "
        "тарафайн кишвар бештар баъд оид ҳамчунин гардид намуданд карданд шуданд",
        "ҳо|ҳои|ҳоро|ро|ии|ии|ият|ист|анд|аст|он|ӣ|ҳоӣ|ҳост|кунанд|мекунад",
        "ҳӣҷқӯ", 0.05,
    ),
    Language(
        "uz-Cyrl", _without(_RUSSIAN, "щы") + "ўқғҳ",
        "ва билан учун бу бўйича шу ўша ҳам бир икки у унинг уларнинг биз тўғрисида ўртасида бўлиб "
        "бўлди бўлган бор йўқ деб деди эди экан ёки шунингдек кейин қадар йил йилда йилги "
        "йилнинг ўзбекистон республикаси республикасининг мамлакат томонлар орқали сифатида ўз энг "
        "барча давомида доирасида ҳақида томонидан",
        "нинг|лар|лари|ларни|ларнинг|ган|ган|ди|лик|га|да|дан|даги|лаш|иш|ни|миз|сида|ларига",
        "ўқғҳ", 0.05,
    ),
    Language(
        "az-Cyrl", _without(_RUSSIAN, "щцьъюяэёй") + "әғҝөүһҹј",
        "вә илә үчүн бу о да дә бир олан олараг һәмин азәрбајҹан республикасы республикасынын ки "
        "онун арасында сонра илдә илин ил һаггында тәрәфиндән едир едилмишдир иди өз ән",
        "нын|нин|нун|нүн|лар|ләр|да|дә|дан|дән|мыш|миш|дыр|дир",
        "әјҹ", 0.09,
    ),
    Language(
        "sr-Cyrl", "абвгдђежзијклљмнњопрстћуфхцчџш",
        "и у на са се за од до по не да је су који која које као што између али или био била били "
        "ће године година њега њен овај ова ово при после након само због та то",
        "ње|ња|ост|ости|ски|ска|ског|ање|ење|ама|има",
        "јљњћђ", 0.04,
    ),
    Language(
        "mk", "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
        "и во на со се за од до по не дека е се кој која кое кои како што меѓу но или беше беа ќе "
        "да година години овој оваа ова при потоа само ги го му им двете",
        "от|та|то|те|ите|ата|ење|ање|ски|ска|ско",
        "јќѓњ", 0.03,
    ),
)  # fmt: skip
LATIN = (
    Language(
        "en", _LATIN,
        "the of and to in a is was were are be been for on with as at by from that this which it "
        "its their they has have had will shall would not or an between after also into during "
        "under both than but who he she his her we our all any such other more about over through",
    ),
    Language(
        "az", _without(_LATIN, "w") + "əğıöüçş",
        "və ilə üçün bu o da də bir olan olaraq həmin ki onun onların arasında sonra ildə ilin il "
        "haqqında üzrə tərəfindən edir edib edilib etdi olub oldu idi öz ən daha həm çox kimi "
        "azərbaycan respublikası respublikasının prezidenti cü cı ci cu deyib bildirib hər isə",
        "nın|nin|nun|nün|lar|lər|ları|ləri|da|də|dan|dən|mış|miş|dır|dir|lıq|lik|ılıb|ilib|maq|mək|"
        "ların|lərin|lara|lərə|sının|sinin|ıb|ib|dı|di",
        "ə", 0.07,
    ),
    Language(
        "tr", _without(_LATIN, "qwx") + "ğıöüçşâîû",
        "ve ile için bu o da de bir olan olarak ki onun arasında sonra yılında yıl hakkında "
        "tarafından etti edildi oldu idi en daha hem çok gibi türkiye cumhuriyeti her ise ne iki "
        "değil kadar göre ancak olduğunu bulunan üzere",
        "nın|nin|nun|nün|lar|ler|ları|leri|da|de|dan|den|mış|miş|dır|dir|lık|lik|mak|mek|yor|arak|"
        "erek|ların|lerin|sının|sinin|dı|di|ması|mesi",
        "ığş", 0.06,
    ),
    Language(
        "kk-Latn", _LATIN + "áäéğǵıíïñńóöşśúüūýʼ",
        "jáne jäne jane jene men ben pen úshin üşin ushin ūşin bul būl boıynsha boiynşa boyınşa "
        "osy ol onyń onyñ turaly týraly arasyndaǵy arasyndağy arasındağı bolyp boldy bolıp boldı "
        "bar dep dedi edi nemese keıin keiin keyin deıin deiin deyin jyly jylǵy jylğy jılğı jılı "
        "jyl qazaqstan respublikasy respýblıkasy respwblïkası qazaq el eldiń eldiñ taraptar "
        "arqyly retinde óz öz eń eñ barlyq sondai-aq sondaı-aq ekinshi eki bir da de",
        "nyń|niń|dyń|diń|tyń|tiń|nyñ|niñ|dyñ|diñ|tyñ|tiñ|nıñ|dıñ|tıñ|lar|ler|dar|der|tar|ter|ǵan|"
        "ğan|gen|qan|ken|dy|di|ty|ti|dı|tı|lyq|lik|lıq|ǵa|ğa|ge|qa|ke|daǵy|dağy|degi|synyń|synyñ|"
        "sy|si|yn|in|ady|edi",
        "ńñǵğúüıáäýūy", 0.1,
    ),
    Language(
        "uz", _LATIN,
        "va bilan uchun bu bo'yicha shu ham bir ikki u uning ularning biz to'g'risida o'rtasida "
        "bo'lib bo'ldi bo'lgan bor yo'q deb dedi edi ekan yoki shuningdek keyin qadar yil yilda "
        "o'zbekiston respublikasi respublikasining mamlakat tomonlar orqali sifatida o'z eng "
        "barcha davomida doirasida haqida tomonidan",
        "ning|lar|lari|larni|larning|gan|di|lik|ga|da|dan|dagi|lash|ish|ni|miz|sida|lariga",
    ),
)  # fmt: skip


def language_of(text: str) -> str:
    """The BCP 47 tag of a text's language; empty if it is not certain."""
    words = _words(text)
    cyrillic = sum(len(word) for word in words if _is_cyrillic(word))
    latin = sum(len(word) for word in words if _is_latin(word))
    total = max(sum(map(len, words)), 1)
    for languages, count, own in ((CYRILLIC, cyrillic, _is_cyrillic), (LATIN, latin, _is_latin)):
        if count >= OF_SCRIPT * total:
            return _likeliest(languages, [word for word in words if own(word)])
    return ""


def cyrillic_score(text: str) -> float:
    """How well a text fits the Cyrillic language that it fits best: more is better, and less than
    zero is bad."""
    words = list(filter(_is_cyrillic, _words(text)))
    return _scores(CYRILLIC, words)[0][0] if words else 0


def _words(text: str) -> list[str]:
    """The words at the start of a text, in lower case with plain apostrophes."""
    text = unicodedata.normalize("NFC", text[:READ]).lower().replace("i\u0307", "i")
    return [re.sub("[’ʼ‘ʻ]", "'", word) for word in _WORD.findall(text)]


def _is_cyrillic(word: str) -> bool:
    return "\u0400" <= word[0] <= "\u04ff"


def _is_latin(word: str) -> bool:
    return word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff"


def _scores(languages: tuple[Language, ...], words: list[str]) -> list[tuple[float, str]]:
    """The score and tag of each language, the best first."""
    letters, counted = Counter(re.sub("['-]", "", "".join(words))), Counter(words)
    return sorted(((one.score(counted, letters), one.tag) for one in languages), reverse=True)


def _likeliest(languages: tuple[Language, ...], words: list[str]) -> str:
    """The tag of the language that fits these words best, if it fits well enough."""
    if len(words) < FEWEST:
        return ""
    (best, tag), (second, _tag) = _scores(languages, words)[:2]
    return tag if best >= LOWEST and best - second >= LEAD else ""
