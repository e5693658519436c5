"""The currencies of ISO 4217: their names and the days of their use, from Babel (CLDR)."""

from datetime import date
from functools import cache, lru_cache

from babel.core import get_global
from babel.numbers import get_currency_name, list_currencies
from django.utils.translation import get_language, gettext, gettext_noop

from core.dates import babel_locale

# The codes of CLDR that ISO 4217 does not have, or that are no currency.
_NOT_OF_ISO = {
    *("ARL", "ARM", "BAN", "BGM", "BGO", "BOL", "BRZ", "CLE", "CNH", "CNX", "KRH", "KRO"),
    *("MAF", "MCF", "MDC", "MKN", "MVP", "VNN", "XTS", "XXX", "YUR"),
}
# The codes of ISO 4217 that CLDR does not have.
_OF_ISO = {
    "ARY": gettext_noop("Argentine pesos (1989–1990)"),
    "AYM": gettext_noop("Azerbaijani manats (code of 2005)"),
    "BGJ": gettext_noop("Bulgarian levs A/52"),
    "BGK": gettext_noop("Bulgarian levs A/62"),
    "CHC": gettext_noop("WIR francs (code until 2004)"),
    "CSJ": gettext_noop("Czechoslovak korunas A/53"),
    "GHP": gettext_noop("Ghanaian cedis (code of 2007)"),
    "GNE": gettext_noop("Guinean sylis (code until 1989)"),
    "LAJ": gettext_noop("Pathet Lao kips"),
    "LSM": gettext_noop("Lesotho maloti (code until 1985)"),
    "MVQ": gettext_noop("Maldivian rupees (code of 1989)"),
    "PEH": gettext_noop("Peruvian soles (code of 1989)"),
    "ROK": gettext_noop("Romanian lei A/52"),
    "UGW": gettext_noop("Ugandan old shillings"),
    "UYN": gettext_noop("Uruguayan old pesos"),
    "VNC": gettext_noop("Vietnamese old dong"),
    "XAD": gettext_noop("Arab accounting dinars"),
    "ZWC": gettext_noop("Rhodesian dollars (code until 1989)"),
    "ZWN": gettext_noop("Zimbabwean dollars (2006–2008)"),
}
# The names that we write in English otherwise than CLDR.
_OWN = {
    "AZM": gettext_noop("Azerbaijani manats (before 2006)"),
    "BGL": gettext_noop("Bulgarian levs (before July 1999)"),
    "BGN": gettext_noop("Bulgarian levs"),
    "BYB": gettext_noop("Belarusian roubles (before 2000)"),
    "BYN": gettext_noop("Belarusian roubles"),
    "BYR": gettext_noop("Belarusian roubles (2000 to June 2016)"),
    "GBP": gettext_noop("pounds sterling"),
    "GEK": gettext_noop("Georgian coupons (before October 1995)"),
    "GEL": gettext_noop("Georgian lari"),
    "KGS": gettext_noop("Kyrgyz soms"),
    "KZT": gettext_noop("Kazakhstani tenge"),
    "PLN": gettext_noop("Polish zlotys"),
    "PLZ": gettext_noop("Polish zlotys (before 1995)"),
    "ROL": gettext_noop("Romanian lei (before July 2005)"),
    "RUB": gettext_noop("Russian roubles"),
    "RUR": gettext_noop("Russian roubles (before 1998)"),
    "SUR": gettext_noop("Soviet roubles"),
    "TJR": gettext_noop("Tajik roubles (before October 2000)"),
    "TJS": gettext_noop("Tajik somoni"),
    "TMM": gettext_noop("Turkmen manats (before 2009)"),
    "TMT": gettext_noop("Turkmen manats"),
    "TRL": gettext_noop("Turkish liras (before 2005)"),
    "TRY": gettext_noop("Turkish liras"),
    "UAK": gettext_noop("Ukrainian karbovanets (before September 1996)"),
    "UZS": gettext_noop("Uzbek soms"),
}
# The last days that CLDR does not give, by the dates of ISO 4217. The colón (SVC) is still a unit
# of account.
_LAST_DAYS = {
    "SVC": None,
    "UAK": date(1996, 9, 16),
    "ARY": date(1990, 12, 31),
    "AYM": date(2005, 12, 31),
    "BGJ": date(1990, 12, 31),
    "BGK": date(1990, 12, 31),
    "CHC": date(2004, 11, 30),
    "CSJ": date(1990, 12, 31),
    "GHP": date(2007, 6, 30),
    "GNE": date(1989, 12, 31),
    "LAJ": date(1979, 12, 31),
    "LSM": date(1985, 5, 31),
    "MVQ": date(1990, 12, 31),
    "PEH": date(1990, 12, 31),
    "ROK": date(1990, 12, 31),
    "UGW": date(1990, 12, 31),
    "UYN": date(1989, 12, 31),
    "VNC": date(1990, 12, 31),
    "ZWC": date(1989, 12, 31),
    "ZWN": date(2008, 7, 31),
}

CODES = tuple(sorted({*list_currencies(), *_OF_ISO} - _NOT_OF_ISO))


def name_of(code: str) -> str:
    """The name of a currency in the plural, in the active language: "Swedish kronor"."""
    return _name_of(code, get_language() or "en")


@lru_cache(maxsize=8192)
def _name_of(code: str, language: str) -> str:
    own = _OWN.get(code) or _OF_ISO.get(code, "")
    translated = own and gettext(own)
    if own and (language.startswith("en") or translated != own or code in _OF_ISO):
        return translated
    # The form for a thousand is the one after most amounts.
    name = get_currency_name(code, 1000, locale=babel_locale())
    ended = last_day(code)
    if not ended or any(sign.isdecimal() for sign in name):
        return name
    return gettext("%(name)s (until %(year)d)") % {"name": name, "year": ended.year}


def names_of(code: str) -> set[str]:
    """The names of a currency in English, Azerbaijani, Kazakh and Russian, in the forms that
    stand alone and after numbers, without years."""
    if code in _OF_ISO:
        return {_without_years(_OF_ISO[code])}
    return {
        _without_years(get_currency_name(code, count, locale=language))
        for language in ("en", "az", "kk", "ru")
        for count in (None, 1, 2, 5)
    }


def _without_years(name: str) -> str:
    return name.partition(" (")[0]


def first_day(code: str) -> date | None:
    """The day on which a currency came into use; None if it is unknown."""
    return _days().get(code, (None, None))[0]


def last_day(code: str) -> date | None:
    """The last day on which a currency was used anywhere; None if it is still in use."""
    return _days().get(code, (None, None))[1]


@cache
def _days() -> dict[str, tuple[date | None, date | None]]:
    """The first and last day of each currency in any country."""
    uses = {}
    for rows in get_global("territory_currencies").values():
        for code, start, end, _is_tender in rows:
            uses.setdefault(code, []).append((start and date(*start), end and date(*end)))
    found = {}
    for code, spans in uses.items():
        starts, ends = zip(*spans, strict=True)
        first = None if None in starts else min(starts)
        found[code] = (first, None if None in ends else max(ends))
    return found | {code: (found.get(code, (None,))[0], day) for code, day in _LAST_DAYS.items()}
