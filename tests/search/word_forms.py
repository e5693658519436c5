"""Forms of words that search must join, and words that it must keep apart.

Each line of FORMS holds the forms of one word. `benchmarks/words.py` counts the lines that are
joined by other ways to make keys.
"""

FORMS = {
    "English": """
agreement agreements Agreement's AGREEMENTS
treaty treaties treaty's Treaties
visit visits visited visiting
president presidents president's
trade trades traded trading
transit transits
energy energies
pipeline pipelines pipeline's
sea seas sea's
border borders bordered
embassy embassies embassy's
ambassador ambassadors
consulate consulates
sign signs signed signing
state states state's
convention conventions
protocol protocols
memorandum memorandum's
meeting meetings
export exports exported exporting
import imports imported importing
investment investments
country countries country's
ministry ministries
minister ministers minister's
relation relations
negotiate negotiated negotiating
exchange exchanges exchanged
company companies
port ports
railway railways
party parties
commission commissions
tariff tariffs
provide provides provided providing
include includes included including
decade decades
boundary boundaries
city cities
ratify ratifies ratified
box boxes
Kazakhstan Kazakhstan's KAZAKHSTAN’S
Azerbaijan Azerbaijan's
""",
    "Azerbaijani": """
müqavilə muqavile müqavilənin müqavilələr müqaviləsi müqaviləsinin müqavilələrin müqaviləyə
saziş sazis sazişi sazişin sazişlər sazişlərin sazişdə
səfər sefer səfəri səfərinin səfərlər səfərdə səfərlərin
prezident prezidenti prezidentin prezidentinin prezidentlər prezidentlərin
Azərbaycan Azerbaycan Azərbaycanın Azerbaycanin Azərbaycanda Azərbaycandan AZƏRBAYCAN Azərbaycana
Qazaxıstan Qazaxıstanın Qazaxistan Qazaxıstanda Qazaxıstandan Qazaxıstana
respublika respublikası respublikasının respublikanın respublikada respublikalar
səfirlik səfirliyi səfirliyinin səfirliklər səfirliyində
səfir səfiri səfirlər
dövlət dovlet dövlətin dövlətlər dövlətlərin dövləti dövlətinin
ölkə olke ölkənin ölkələr ölkəsi ölkədə ölkələrin ölkəyə
ticarət ticarəti ticarətin ticaret ticarətinin
əməkdaşlıq əməkdaşlığı emekdasliq əməkdaşlığın əməkdaşlığının
dəniz dənizi deniz dənizin dənizlər dənizində
nazir naziri nazirlər nazirin nazirinin
nazirlik nazirliyi nazirliyinin nazirliklər
təşkilat təşkilatı teskilat təşkilatının təşkilatlar
sərhəd sərhədi serhed sərhədlər sərhədin
tranzit tranziti tranzitin
enerji enerjinin enerjisi
görüş görüşü gorus görüşlər görüşün
münasibət münasibətlər munasibet münasibətləri münasibətlərin
iqtisadiyyat iqtisadiyyatı iqtisadiyyatın
protokol protokolu protokolun protokollar
konsulluq konsulluğu konsulluğun
layihə layihəsi layihələr layihənin
boru borular
kəmər kəməri kəmərin kəmərlər
ixrac ixracı ixracın
idxal idxalı idxalın
komissiya komissiyası komissiyanın komissiyasının
Bakı Bakının Bakıda Bakıdan Bakıya Baki
Xəzər Xezer Xəzərin Xəzərdə
forum forumu forumun forumlar
""",
    "Azerbaijani in Cyrillic": """
Азәрбајҹан Azərbaycan Азәрбајҹанын
мүгавилә müqavilə мүгавиләси
сәфәр səfər сәфәри сәфәрләр
дөвләт dövlət дөвләтләр дөвләтин
республикасы respublikası
Ҝүрҹүстан Gürcüstan Ҝүрҹүстанын
Әлијев Əliyev Әлијевин
Бакы Bakı
""",
    "Kazakh": """
келісім келісімі келісімдер келісімнің келісімдері келісімге келісімді
шарт шарты шарттар шарттың
сапар сапары сапарының сапарлар сапарында
елші елшісі елшілер елшінің
елшілік елшілігі елшіліктің елшілігінің
Қазақстан Қазақстанның Қазақстанда Қазақстанға Қазақстанмен Қазақстаннан Қазақстанды
Әзербайжан Әзербайжанның Әзербайжанда Әзербайжанға
мемлекет мемлекеті мемлекеттер мемлекеттің мемлекеттердің мемлекеттері
президент президенті президентінің президенттің президенттер
сауда саудасы саудасының сауданың
республика республикасы республикасының
ұйым ұйымы ұйымның ұйымдар ұйымдары
теңіз теңізі теңіздің теңізде
шекара шекарасы шекарасының
министр министрі министрдің министрлер министрінің
министрлік министрлігі министрлігінің
қатынас қатынастар қатынастары қатынастардың
экспорт экспорты экспорттың
энергетика энергетикасы энергетиканың
құбыр құбыры құбырдың құбырлар
жоба жобасы жобалар жобаның
ынтымақтастық ынтымақтастығы ынтымақтастықты
кездесу кездесуі
хаттама хаттамасы хаттаманың
мұнай мұнайды мұнайдың
Астана Астананың Астанада Астанаға Астанадан
Алматы Алматының Алматыда
Баку Бакудің
жол жолы жолдар жолдың
одақ одағы одақтың
комиссия комиссиясы комиссияның
Тоқаев Тоқаевтың Тоқаевқа Тоқаевпен
Түркия Түркияның Түркияда
""",
    "Kazakh in Latin": """
Qazaqstan Қазақстан Qazaqstannyñ Qazaqstannıñ Qazaqstanda Qazaqstannyń
kelisim келісім kelısım kelisimi kelisimder
elşilik елшілік elshilik
elşi елші elshi el's'i
sauda сауда saýda saudasy saudasynyñ
respublika республика respublikasy respublikasynyñ Respýblıkasy Respy'bli'kasy
memleket мемлекет memleketter memlekettiñ
teñiz теңіз teńiz
prezident президент prezidenti
ūiym ұйым uiym
aqparat ақпарат
ūlttyq ұлттық ulttyq
şekara шекара
kezdesu кездесу kezdesý
täuelsızdık тәуелсіздік táýelsizdik
ministr министр
qatynas қатынас qatynastar
hattama хаттама
Toqaev Тоқаев Toqaevtyñ
Nazarbaev Назарбаев
Almaty Алматы
jol жол joldar
üzdık үздік
ekonomika экономика ekonomikasy
ğylym ғылым
mäsele мәселе
köşbasşy көшбасшы
odaq одақ
parlament парламент
mäjılıs мәжіліс
""",
    "Russian": """
договор договоры договоров договора договорами договору договором договорах
соглашение соглашения соглашений соглашением соглашениями соглашениях соглашению
визит визиты визита визитов визитом визите
президент президенты президента президентов президентом
торговля торговли торговлю торговлей
транзит транзита транзитом транзите
энергия энергии энергию энергией
трубопровод трубопроводы трубопровода трубопроводов
море моря морем морей морями
граница границы границ границу границей границах
посольство посольства посольств посольством посольстве
страна страны стран страной странах странами
государство государства государств государством государствами
министр министры министров министра министром
министерство министерства министерств министерством
отношение отношения отношений отношениями отношениях
сотрудничество сотрудничества сотрудничеству сотрудничестве
республика республики республику республикой
организация организации организаций организацию организацией организациями
протокол протоколы протокола протоколов
товар товары товаров товарами
экспорт экспорта экспортом
нефть нефти нефтью
встреча встречи встреч встречу встречей
комиссия комиссии комиссий комиссию
переговоры переговоров переговорам переговорами
государственный государственного государственная государственные государственных
российский российского российская российские российских российской
Казахстан Казахстана Казахстану Казахстаном Казахстане
Азербайджан Азербайджана Азербайджаном Азербайджане
Россия России Россию Россией
Иран Ирана Ираном Иране
Токаев Токаева Токаеву Токаевым Токаеве Токаевой
Алиев Алиева Алиеву Алиевым Алиеве Алиевой
Каримов Каримова Каримову Каримовым
Путин Путина Путину Путиным
Зеленский Зеленского Зеленскому Зеленским
область области областей
статья статьи статей статью статьями
Каспий Каспия Каспием
железный железная железной железную железных
месяц месяцы месяцев месяца
""",
    "Names in all languages": """
Tokayev Tokaev Toqaev Toqayev Тоқаев Токаев
Aliyev Əliyev Алиев Әлиев Әлијев
Nazarbayev Nazarbaev Назарбаев
Kazakhstan Kazakstan Қазақстан Казахстан Qazaqstan
Azerbaijan Азербайджан
Baku Bakı Баку Бакы
Astana Астана
Almaty Алматы
Iran İran Иран
Zelensky Zelenskyy Zelenskiy Зеленский
Akhmedov Ахмедов Əhmədov Ahmedov
Armenia Армения
""",
}

APART = """
transit transition
visit vision
visit visa
border board
Iran Iraq
Austria Australia
Niger Nigeria
Guinea Guyana
Mali Malawi
Dominica Dominican
Slovakia Slovenia
Korea core
China chin
India Indiana
Georgia George
Oman omen
Chad chat
Cuba cube
Gambia Zambia
Congo cargo
Swaziland Switzerland
Sweden Swedish
Macau Macedonia
Mauritius Mauritania
Samoa Somalia
Turkey turn
Turkmenistan Turkey
Kazakhstan Kyrgyzstan
Tajikistan Pakistan
Tokayev Tokyo
Aliyev Ali
Alia Aliyev
state station
state statistics
state status
policy police
import important
export expert
organ organization
universe university
general generation
nation nationality
communist community
party part
parties parts
treaty treat
county count
sea see
sea seat
port portion
port report
trade trader
plan plane
plans planes
car care
note not
data date
shale sale
shelf self
ship sip
shore sore
meet meter
president precedent
minister ministry
minister mini
ambassador embassy
agree agreement
consul council
consulate consult
protocol protection
member remember
market marker
power poverty
energy engine
pipeline pipe
corridor correct
rail railway
region register
border order
company campaign
commission commerce
accession access
договор договорённость
договор разговор
грузия груз
грузия грузовик
посол посольство
министр министерство
граница гражданин
страна странный
мир мера
море мэр
товар товарищ
экспорт эксперт
Иран Ирак
Иран Ира
Россия рост
Китай кит
Австрия Австралия
Алиев Али
Токаев ток
визит виза
совет советский
союз сюжет
транспорт транш
цена центр
год город
нефть нефтехимия
səfər səfir
səfir səfirlik
səfər safari
nazir nazirlik
dövlət dəvət
ölkə ölüm
dəniz deniş
iran iraq
saziş sazı
ticarət tacir
neft neftçi
qaz qaya
müqavilə müqavimət
görüş görmək
sərhəd sərgi
şərq sərgi
Qazax qaz
Bakı bakirə
келісім келін
елші елшілік
ел елші
шарт шар
сапар сапа
сауда сауал
мұнай мұра
теңіз тең
жол жолбарыс
жоба жобалау
министр министрлік
одақ ода
ұйым ұйқы
Қазақстан қазан
kelisim kelin
sapar sapa
"""

# Forms that were written down after the rules, and have not changed them.
UNSEEN_FORMS = """
sanction sanctions sanctioned
corridor corridors corridor's
declaration declarations
delegation delegations
refinery refineries
customs customs
supply supplies supplied supplying
loan loans
envoy envoys
strategy strategies
dəmiryolu dəmiryolunun
hökumət hökuməti hökumətin hökumətlər hökumətinin
şirkət şirkəti şirkətlər şirkətin şirkətlərin
liman limanı limanlar limanın
qanun qanunu qanunlar qanunun
sammit sammiti sammitdə
danışıqlar danışıqların danışıqlarda
komitə komitəsi komitəsinin
Gürcüstan Gürcüstanın Gürcüstanda
Rusiya Rusiyanın Rusiyada Rusiyaya
Türkiyə Türkiyənin Türkiyədə
үкімет үкіметі үкіметтің үкіметтер
компания компаниялар компанияның
заң заңы заңдар заңның
порт порты порттар порттың
делегация делегациясы делегацияның
серіктестік серіктестігі серіктестіктің
Ресей Ресейдің Ресейде Ресеймен
Өзбекстан Өзбекстанның Өзбекстанда
келіссөз келіссөздер келіссөздердің
санкция санкции санкций санкциями
делегация делегации делегаций делегацией
правительство правительства правительств правительством
закон законы законов законом
порт порты портов портами
поставка поставки поставок поставками
компания компании компаний компаниями
декларация декларации декларацией
стратегический стратегического стратегическая стратегических
Узбекистан Узбекистана Узбекистаном
Мирзиёев Мирзиёева Мирзиёевым
Лукашенко Лукашенко
"""
UNSEEN_APART = """
loan lone
envoy envelope
supply supplement
sanction sanctuary
liman limon
qanun qan
hökumət hökm
şirkət şərik
komitə komissiya
Rusiya Ruslan
заң заңгер
порт портрет
үкімет үкім
ресей ресми
закон заказ
поставка постав
правительство правило
санкция санаторий
декларация декада
Лукашенко Лукин
Georgia Georgetown
delegation delegate
strategy strategist
refinery refine
corridor corrida
"""
