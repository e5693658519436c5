"""Codes of countries by system, and who had a code when: ISO 3166, Correlates of War (COW),
Gleditsch and Ward (GW), Wikidata.

ISO 3166-3 comes from the package pycountry. The numbers of COW and GW, and codes that ISO withdrew
without an entry in 3166-3, are tables of our own: no maintained package dates them
(docs/adr/0103-names-and-codes-of-countries.md). A holder is named by its alpha-3 code, the one of
ISO 3166-3 (four letters), or its identifier.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pycountry
from django.utils.translation import gettext as _

from core.dates import Edtf, describe_span
from core.rows import FileError
from relations.models import Country, CountryName
from relations.models.country import UNKNOWN

# The systems of `Resolver.coded`.
SYSTEMS = ("iso2", "iso3", "numeric", "cow", "gw", "wikidata", "name")
# Former codes of ISO 3166-1 alpha-3 by that of ISO 3166-3, which begins with the one of alpha-2.
FORMER_CODES = {row.alpha_4: row.alpha_3 for row in pycountry.historic_countries}
# Numbers of ISO 3166-3 that a table below gives to another holder, with their dates.
_CORRECTED = {"YUCS"}

# Codes that a country gave up, or left to its successor, and that ISO 3166-3 does not list: code,
# holder, first and last day. Sources: ISO 3166-1 newsletters; UN Statistics Division, M49,
# "Historical classification" (https://unstats.un.org/unsd/methodology/m49/historical/).
_FORMER_ALPHA = """
ROM ROU /2002-02-01
YU CSXX 1992-04-27/2003-07-23
YUG CSXX 1992-04-27/2003-07-23
YE north-yemen /1990-05-22
YEM north-yemen /1990-05-22
"""
_FORMER_NUMERIC = """
230 ETH /1993-05-24
280 DEU /1990-10-03
532 ANHH /1986-01-01
590 PAN /1979-10-01
594 PZPA
736 SDN /2011-07-09
886 north-yemen /1990-05-22
890 YUCS
"""
# Correlates of War Project, State System Membership List, version 2016
# (https://correlatesofwar.org/data-sets/state-system-membership/): number, abbreviation, and the
# holder if its alpha-3 code is another one. States that the fixtures lack are left out.
_COW = """
2:USA 20:CAN 31:BHM:BHS 40:CUB 41:HAI:HTI 42:DOM 51:JAM 52:TRI:TTO 53:BAR:BRB 54:DMA 55:GRN:GRD
56:SLU:LCA 57:SVG:VCT 58:AAB:ATG 60:SKN:KNA 70:MEX 80:BLZ 90:GUA:GTM 91:HON:HND 92:SAL:SLV 93:NIC
94:COS:CRI 95:PAN 100:COL 101:VEN 110:GUY 115:SUR 130:ECU 135:PER 140:BRA 145:BOL 150:PAR:PRY
155:CHL 160:ARG 165:URU:URY 200:UKG:GBR 205:IRE:IRL 210:NTH:NLD 211:BEL 212:LUX 220:FRN:FRA
221:MNC:MCO 223:LIE 225:SWZ:CHE 230:SPN:ESP 232:AND 235:POR:PRT 255:GMY 260:GFR:DEU 265:GDR:DDDE
290:POL 300:AUH:austria-hungary 305:AUS:AUT 310:HUN 315:CZE:CSHH 316:CZR:CZE 317:SLO:SVK 325:ITA
331:SNM:SMR 338:MLT 339:ALB 341:MNG:MNE 343:MAC:MKD 344:CRO:HRV 345:YUG 346:BOS:BIH 347:KOS:kosovo
349:SLV:SVN 350:GRC 352:CYP 355:BUL:BGR 359:MLD:MDA 360:ROM:ROU 365:RUS 366:EST 367:LAT:LVA
368:LIT:LTU 369:UKR 370:BLR 371:ARM 372:GRG:GEO 373:AZE 375:FIN 380:SWD:SWE 385:NOR 390:DEN:DNK
395:ICE:ISL 402:CAP:CPV 403:STP 404:GNB 411:EQG:GNQ 420:GAM:GMB 432:MLI 433:SEN 434:BEN 435:MAA:MRT
436:NIR:NER 437:CDI:CIV 438:GUI:GIN 439:BFO:BFA 450:LBR 451:SIE:SLE 452:GHA 461:TOG:TGO 471:CAO:CMR
475:NIG:NGA 481:GAB 482:CEN:CAF 483:CHA:TCD 484:CON:COG 490:DRC:COD 500:UGA 501:KEN 510:TAZ
511:ZAN:zanzibar 516:BUI:BDI 517:RWA 520:SOM 522:DJI 530:ETH 531:ERI 540:ANG:AGO 541:MZM:MOZ
551:ZAM:ZMB 552:ZIM 553:MAW:MWI 560:SAF:ZAF 565:NAM 570:LES:LSO 571:BOT:BWA 572:SWA:SWZ 580:MAG:MDG
581:COM 590:MAS:MUS 591:SEY:SYC 600:MOR:MAR 615:ALG:DZA 616:TUN 620:LIB:LBY 625:SUD:SDN 626:SSD
630:IRN 640:TUR 645:IRQ 651:EGY 652:SYR 660:LEB:LBN 663:JOR 666:ISR 670:SAU 678:YAR:north-yemen
679:YEM 680:YPR:YDYE 690:KUW:KWT 692:BAH:BHR 694:QAT 696:UAE:ARE 698:OMA:OMN 700:AFG 701:TKM
702:TAJ:TJK 703:KYR:KGZ 704:UZB 705:KZK:KAZ 710:CHN 712:MON:MNG 713:TAW:TWN 731:PRK 732:ROK:KOR
740:JPN 750:IND 760:BHU:BTN 770:PAK 771:BNG:BGD 775:MYA:MMR 780:SRI:LKA 781:MAD:MDV 790:NEP:NPL
800:THI:THA 811:CAM:KHM 812:LAO 816:DRV 817:RVN:south-vietnam 820:MAL:MYS 830:SIN:SGP 835:BRU:BRN
840:PHI:PHL 850:INS:IDN 860:ETM:TLS 900:AUL:AUS 910:PNG 920:NEW:NZL 935:VAN:VUT 940:SOL:SLB 946:KIR
947:TUV 950:FIJ:FJI 955:TON 970:NAU:NRU 983:MSI:MHL 986:PAL:PLW 987:FSM 990:WSM
"""
# Numbers with several holders over time. A holder without days had it as long as it existed.
_COW_SHARED = """
255 prussia /1871-01-18
255 DEU 1871-01-18/
325 kingdom-of-sardinia /1861-03-17
325 ITA 1861-03-17/
345 YUCS
345 CSXX
345 SRB
365 RUS /1922-12-30
365 SUHH
365 RUS 1991-12-26/
510 tanganyika
510 TZA 1964-04-26/
552 RHZW
552 ZWE 1980-04-18/
816 VDVN
816 VNM 1976-07-02/
"""
# Where Gleditsch and Ward, List of Independent States (International Interactions 25, 1999, as
# updated at http://ksgleditsch.com/statelist.html), differs. They number Germany since 1949 as 260.
_GW = "340:SER:SRB 360:RUM:ROU 678:YEM 970:KIR 971:NAU:NRU 972:TON 973:TUV"
_GW_LACKS = ("679", "946", "947", "955")
_GW_SHARED = """
345 YUCS
345 CSXX
678 north-yemen
678 YEM 1990-05-22/
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """A country that has or had a code, from `start` to `until`; `row` is its name then. The
    `present` holder of a code has it whatever the date; that it did not exist then is for others to
    say."""

    country: Country
    start: Edtf
    until: Edtf
    row: Country | CountryName
    present: bool = False

    def had_on(self, on: Edtf) -> bool:
        """Whether the country may have had the code on a date."""
        return not (on.certainly_before(self.start) or self.until.certainly_before(on))

    @property
    def years(self) -> str:
        """When the country had the code, in words."""
        if self.start and self.until:
            return describe_span(self.start, self.until)
        if self.start:
            return _("since %s") % self.start.describe()
        return _("until %s") % self.until.describe()


class Codes:
    """The holders of each code of each system; from the countries and their former names."""

    def __init__(self, countries: Iterable[Country], names: Iterable[CountryName]):
        self.countries = list(countries)
        self.holders = defaultdict(list)
        self.by_key: dict[str, Country] = {}
        for country in self.countries:
            for key in (country.slug, country.iso3, country.iso_former):
                if key:
                    self.by_key[key] = country
            self._add_present(country)
            self._add_former(country, country)
        for name in names:
            if name.iso_former:
                self.by_key.setdefault(name.iso_former, name.country)
                self._add_former(name.country, name)
        for code, key, start, until in _lines(_FORMER_ALPHA):
            self._add(("iso2", "iso3")[len(code) - 2], code, key, start, until)
        for code, key, start, until in _lines(_FORMER_NUMERIC):
            self._add("numeric", code, key, start, until)
        for system in ("cow", "gw"):
            for code, key, start, until, present in _state_system(system):
                self._add(system, code, key, start, until, present)

    def of(self, system: str, text: str) -> tuple[str, list[Holder]]:
        """The code in its usual form, and its holders; an empty code if the text is not one."""
        code = _NORMAL[system](text.strip())
        return code, self.holders.get((system, code), []) if code else []

    def _add_present(self, country: Country) -> None:
        codes = {
            "iso2": country.iso2,
            "iso3": country.iso3,
            "numeric": country.iso_numeric,
            "wikidata": country.wikidata,
        }
        for system, code in codes.items():
            if code:
                holder = Holder(country, UNKNOWN, UNKNOWN, country, present=True)
                self.holders[system, code].append(holder)

    def _add_former(self, country: Country, row: Country | CountryName) -> None:
        entry = pycountry.historic_countries.get(alpha_4=row.iso_former) if row.iso_former else None
        if entry is None:
            return
        holder = Holder(country, row.date, row.until, row)
        self.holders["iso2", entry.alpha_2].append(holder)
        self.holders["iso3", entry.alpha_3].append(holder)
        number = getattr(entry, "numeric", "")
        if number and row.iso_former not in _CORRECTED:
            present = [known.country for known in self.holders["numeric", number]]
            if country not in present:
                self.holders["numeric", number].append(holder)

    def _add(self, system, code, key, start: Edtf, until: Edtf, present: bool = False) -> None:
        if country := self.by_key.get(key):
            span = (start or country.date, until or country.until)
            self.holders[system, code].append(Holder(country, *span, country, present))


def _lines(table: str) -> Iterator[tuple[str, str, Edtf, Edtf]]:
    """The lines of a table: code, key of the holder, start and end."""
    for line in table.split("\n"):
        if line:
            code, key, *span = line.split(" ")
            start, _slash, until = span[0].partition("/") if span else ("", "", "")
            yield code, key, Edtf.parse(start), Edtf.parse(until)


@lru_cache(2)
def _state_system(system: str) -> tuple[tuple[str, str, Edtf, Edtf, bool], ...]:
    """The holders of COW's or GW's numbers and abbreviations, and whether one is the only one."""
    states = {number: names for number, *names in map(_split, _COW.split())}
    shared = defaultdict(list)
    for row in _lines(_COW_SHARED):
        shared[row[0]].append(row[1:])
    if system == "gw":
        states = {number: names for number, names in states.items() if number not in _GW_LACKS}
        states |= {number: names for number, *names in map(_split, _GW.split())}
        own = defaultdict(list)
        for row in _lines(_GW_SHARED):
            own[row[0]].append(row[1:])
        shared |= own
    found = []
    for number, (abbreviation, *key) in states.items():
        only = ((*key, abbreviation)[0], UNKNOWN, UNKNOWN)
        for holder in shared.get(number, [only]):
            found += [(code, *holder, number not in shared) for code in (number, abbreviation)]
    return tuple(found)


def _split(state: str) -> list[str]:
    return state.split(":")


def _letters(count: int):
    return lambda text: text.upper() if re.fullmatch(rf"[A-Za-z]{{{count}}}", text) else ""


def _number(text: str) -> str:
    """The digits of a number without leading zeros, which spreadsheets drop, or ".0"."""
    found = re.fullmatch(r"0*([0-9]{1,3})(?:\.0+)?", text)
    return found[1] if found else ""


def _iso_number(text: str) -> str:
    return (found := _number(text)) and found.zfill(3)


def _state(text: str) -> str:
    return _number(text) or _letters(3)(text)


def _wikidata(text: str) -> str:
    found = re.fullmatch(r"(?:.*/|wd:)?(Q[1-9][0-9]*)", text, re.IGNORECASE)
    return found[1].upper() if found else ""


_NORMAL = {
    "iso2": _letters(2),
    "iso3": _letters(3),
    "numeric": _iso_number,
    "cow": _state,
    "gw": _state,
    "wikidata": _wikidata,
}


def declared_codes(content: dict, names: Iterable[str]) -> dict[str, str]:
    """The system of codes by field that a mapping declares under [codes], for some of its fields.
    Raises FileError for an unknown system."""
    found = content.get("codes", {})
    if not isinstance(found, dict):
        raise FileError(_("[codes] needs lines such as: country = “iso3”."))
    for name in names:
        if name in found and found[name] not in SYSTEMS:
            raise FileError(
                _("[codes] %(name)s is “%(system)s”. Use one of: %(known)s.")
                % {"name": name, "system": found[name], "known": ", ".join(SYSTEMS)}
            )
    return {name: found[name] for name in names if name in found}


def refused(system: str) -> str:
    """Why a text is not a code of a system, in words."""
    words = {
        "iso2": _("two letters of ISO 3166-1 are needed, such as KZ"),
        "iso3": _("three letters of ISO 3166-1 are needed, such as KAZ"),
        "numeric": _("a number of ISO 3166-1 is needed, such as 398"),
        "cow": _("a number or abbreviation of Correlates of War is needed, such as 705 or KZK"),
        "gw": _("a number or abbreviation of Gleditsch and Ward is needed, such as 705"),
        "wikidata": _("an identifier of Wikidata is needed, such as Q232"),
    }
    return words[system]
