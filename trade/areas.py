"""Partners in trade statistics that are not countries, and figures excluded from sums."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from trade.models import Figure

RE_EXPORTS, RE_IMPORTS = "re-exports", "re-imports"


class Area(models.TextChoices):
    """Areas by UN Comtrade's code; they are not countries and are never mapped to one.

    The code of an area may be the ISO 3166-1 number of a country (492: Monaco). In Comtrade's
    files it always means the area.
    """

    WORLD = "0", _("World")
    BELGIUM_LUXEMBOURG = "58", _("Belgium-Luxembourg, not divided")
    EU = "97", _("European Union")
    CARIBBEAN = "129", _("Caribbean, not elsewhere specified")
    EASTERN_EUROPE = "221", _("Eastern Europe, not elsewhere specified")
    NORTHERN_AFRICA = "290", _("Northern Africa, not elsewhere specified")
    SARAWAK = "457", _("Sarawak, before Malaysia")
    PENINSULAR_MALAYSIA = "459", _("Peninsular Malaysia")
    SABAH = "461", _("Sabah, before Malaysia")
    CACM = "471", _("Central American Common Market, not elsewhere specified")
    CAMEU = "472", _("Africa CAMEU region, not elsewhere specified")
    LAIA = "473", _("Latin American Integration Association, not elsewhere specified")
    OTHER_ASIA = "490", _("Other Asia, not elsewhere specified")
    EUROPE_EU = "492", _("Europe EU, not elsewhere specified")
    OCEANIA = "527", _("Oceania, not elsewhere specified")
    OTHER_EUROPE = "568", _("Other Europe, not elsewhere specified")
    OTHER_AFRICA = "577", _("Other Africa, not elsewhere specified")
    REST_OF_AMERICA = "636", _("Rest of America, not elsewhere specified")
    NORTH_AMERICA = "637", _("North and Central America, not elsewhere specified")
    RYUKYU = "647", _("Ryukyu Islands, under United States administration")
    SAINT_KITTS_ANGUILLA = "658", _("Saint Kitts, Nevis and Anguilla, not divided")
    EFTA = "697", _("Europe EFTA, not elsewhere specified")
    SACU = "711", _("Southern African Customs Union, not divided")
    RHODESIA_NYASALAND = "717", _("Federation of Rhodesia and Nyasaland")
    CHANNEL_ISLANDS = "830", _("Channel Islands, not divided")
    TANGANYIKA = "835", _("Tanganyika, before Tanzania")
    ZANZIBAR = "836", _("Zanzibar and Pemba, before Tanzania")
    BUNKERS = "837", _("Bunkers")
    FREE_ZONES = "838", _("Free zones")
    SPECIAL = "839", _("Special categories")
    WESTERN_ASIA = "879", _("Western Asia, not elsewhere specified")
    UNSPECIFIED = "899", _("Areas not elsewhere specified")
    ASEAN = "975", _("Association of Southeast Asian Nations")


# The codes in letters that UN Comtrade writes beside its numbers. It uses A79 for two areas.
AREA_LETTERS = {
    "W00": Area.WORLD,
    "WLD": Area.WORLD,
    "_AC": Area.CAMEU,
    "_CI": Area.CHANNEL_ISLANDS,
    "_PM": Area.PENINSULAR_MALAYSIA,
    "_RI": Area.RYUKYU,
    "_RN": Area.RHODESIA_NYASALAND,
    "_SH": Area.SABAH,
    "_SK": Area.SARAWAK,
    "_TK": Area.TANGANYIKA,
    "_X": Area.UNSPECIFIED,
    "_ZP": Area.ZANZIBAR,
    "A49": Area.CARIBBEAN,
    "A59": Area.NORTH_AMERICA,
    "E19": Area.OTHER_EUROPE,
    "E29": Area.EASTERN_EUROPE,
    "F19": Area.OTHER_AFRICA,
    "F49": Area.NORTHERN_AFRICA,
    "F97": Area.WESTERN_ASIA,
    "O19": Area.OCEANIA,
    "R20": Area.EFTA,
    "R91": Area.CACM,
    "S19": Area.OTHER_ASIA,
    "X1": Area.BUNKERS,
    "X2": Area.FREE_ZONES,
    "XX": Area.SPECIAL,
    "ZA1": Area.SACU,
}


class Exclusion(models.TextChoices):
    """Why a figure is excluded from every sum."""

    WORLD = "world", _("a world total")
    AREA = "area", _("of an area that is not a country")
    RE_TRADE = "re_trade", _("goods that only pass through: re-exports, re-imports")
    ITSELF = "itself", _("of a country with itself")


def area_of(name) -> models.CharField:
    """A field for a side that is an area instead of a country; otherwise blank."""
    return models.CharField(name, max_length=3, choices=area_choices, blank=True)


def area_choices() -> list[tuple[str, str]]:
    """The choices of the fields. Migrations name this function instead of every area."""
    return Area.choices


def exclusion(figure: "Figure") -> str:
    """Why a figure is excluded from every sum; empty if it is not excluded."""
    areas = {figure.from_area, figure.to_area, figure.reporter_area} - {""}
    if Area.WORLD in areas:
        return Exclusion.WORLD
    if areas:
        return Exclusion.AREA
    if figure.from_country_id and figure.from_country_id == figure.to_country_id:
        return Exclusion.ITSELF
    if figure.indicator.slug in (RE_EXPORTS, RE_IMPORTS):
        return Exclusion.RE_TRADE
    return ""
