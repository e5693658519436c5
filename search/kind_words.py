"""Words for kinds of entries in English, Russian, Azerbaijani and Kazakh: "visit", "визит",
"səfər" and "сапар" all say that a visit is looked for."""

from functools import cache

from search.models import Kind
from search.words import keys

_WORDS = {
    Kind.COUNTRY: "country nation страна ölkə ел",
    Kind.PAIR: "pair relations пара отношения cütlük münasibətlər жұп қатынастар",
    Kind.ORGANIZATION: "organization organisation организация təşkilat ұйым uiym",
    Kind.PERSON: "person people персона şəxs тұлға tulğa",
    Kind.TOPIC: "topic тема mövzu тақырып taqyryp",
    Kind.TREATY: (
        "treaty agreement convention protocol memorandum pact "
        "договор соглашение конвенция протокол меморандум пакт "
        "müqavilə saziş konvensiya protokol memorandum "
        "шарт келісім конвенция хаттама меморандум kelisim hattama"
    ),
    Kind.VISIT: "visit trip визит поездка səfər сапар",
    Kind.EVENT: (
        "event meeting summit session событие встреча саммит заседание "
        "hadisə görüş sammit iclas оқиға кездесу отырыс kezdesu"
    ),
    Kind.MEMBERSHIP: "membership членство üzvlük мүшелік müşelik",
    Kind.MISSION: (
        "mission embassy consulate миссия посольство консульство представительство "
        "missiya səfirlik konsulluq nümayəndəlik елшілік консулдық өкілдік elşilik"
    ),
    Kind.OFFICE: (
        "office ambassador president minister должность посол президент министр "
        "vəzifə səfir prezident nazir лауазым елші президент министр elşi"
    ),
    Kind.ACTION: (
        "signature ratification accession denunciation подписание ратификация присоединение "
        "imzalanma ratifikasiya qoşulma ратификациялау қосылу"
    ),
    Kind.INDICATOR: "indicator показатель göstərici көрсеткіш körsetkiş",
    Kind.COMMODITY: "commodity əmtəə",
    Kind.SOURCE: "source источник mənbə дереккөз derekköz",
    Kind.PASSAGE: "passage quotation quote отрывок цитата sitat дәйексөз",
    Kind.TEXT: "text текст mətn мәтін mätin",
    Kind.FIGURE: "figure statistics цифра статистика rəqəm statistika статистика",
    Kind.GOOD: "goods товар mal тауар tauar",
}


@cache
def _kinds() -> dict[str, Kind]:
    """The kind of each key."""
    return {one: kind for kind, text in _WORDS.items() for one in keys(text)}


def kind_of(key: str) -> str | None:
    """The kind that a word stands for, given by its key; None for any other word."""
    return _kinds().get(key)
