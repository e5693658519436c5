"""Every currency of ISO 4217 as a unit: names, days of use, choices and amounts."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.urls import reverse
from django.utils import translation

from core.dates import Edtf
from relations.models import Country
from tests.factories import FigureFactory
from tests.steps import publish
from trade.admin_forms import FigureForm
from trade.amounts import UnitError, understand
from trade.currencies import CODES, first_day, last_day
from trade.models import Figure, Indicator
from trade.templatetags.figures import amount, in_full
from trade.units import COMMON, ENDED, MONEY, Unit, no_longer_used, not_yet_used

# The codes of ISO 4217's list of funds and currencies, in use in 2026.
IN_USE = """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV
MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG
SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI
UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XUA
YER ZAR ZMW ZWG"""
APART = """
AZM AZN AYM TRL TRY RUR RUB SUR BYB BYR BYN GEK GEL ROL RON BGL BGN PLZ PLN TMM TMT
UAK UAH MXP MXN VEB VEF VES VED ZWD ZWN ZWR ZWL ZWG GHC GHS SLL SLE STD STN MRO MRU
MZM MZN ZMK ZMW AON AOR AOA BRE BRR BRL ARA ARP ARS YUM YUN CSD RSD SDD SDG
"""


class TestCodes:
    def test_every_code_in_use_is_a_unit_and_has_no_last_day(self):
        assert {*IN_USE.split()} <= {*Unit.values}
        assert [code for code in IN_USE.split() if last_day(code) or code in ENDED] == []

    def test_redenominated_currencies_are_units_with_names_of_their_own(self):
        assert {*APART.split()} <= MONEY
        labels = [str(Unit(code).label) for code in APART.split()]
        assert len({*labels}) == len(labels)

    @pytest.mark.parametrize("language", ["en-gb", "az", "kk", "ru"])
    def test_no_two_units_have_the_same_name(self, language):
        with translation.override(language):
            labels = [str(unit.label) for unit in Unit]
        assert len({*labels}) == len(labels) == 308

    @pytest.mark.parametrize(
        ("language", "names"),
        [
            ("en-gb", ["Swedish kronor", "German marks (until 2002)", "Russian roubles"]),
            ("az", ["İsveç kronu", "Alman markası (until 2002)", "Rusiya rublu"]),
            ("ru", ["шведских крон", "Немецкая марка (until 2002)", "российских рублей"]),
        ],
    )
    def test_names_are_in_the_active_language(self, language, names):
        with translation.override(language):
            assert [str(Unit(code).label) for code in ("SEK", "DEM", "RUB")] == names

    def test_codes_that_are_no_currency_are_left_out(self):
        assert not {"XXX", "XTS", "CNH"} & {*CODES}

    def test_a_migration_does_not_list_the_choices(self):
        _name, _path, _args, options = Figure._meta.get_field("unit").deconstruct()
        assert options["choices"].__name__ == "unit_choices"
        assert options["choices"]() == Unit.choices


class TestDaysOfUse:
    @pytest.mark.parametrize(
        ("unit", "period", "message"),
        [
            ("DEM", "2003", "The last day of German marks (until 2002) was 2002-05-15, before "
             "this period began."),
            ("HRK", "2024-01", "The last day of Croatian kunas (until 2023) was 2023-01-14, before "
             "this period began."),
            ("RUR", "1998", "Russian roubles (before 1998) had been replaced by Russian roubles "
             "when this period began."),
            ("DEM", "2002", ""),
            ("SVC", "2020", ""),
            ("SEK", "2024", ""),
            ("DEM", "", ""),
        ],
    )  # fmt: skip
    def test_a_currency_that_had_ended(self, unit, period, message):
        assert no_longer_used(unit, Edtf.parse(period)) == message

    @pytest.mark.parametrize(
        ("unit", "period", "day"),
        [
            ("EUR", "1998", date(1999, 1, 1)),
            ("EUR", "1999", None),
            ("KZT", "1992", date(1993, 11, 5)),
            ("KZT", "1993", None),
            ("AZN", "2005", None),
            ("USD", "1901", None),
            ("XDR", "1901", None),
            ("EUR", "", None),
        ],
    )
    def test_a_currency_that_came_later(self, unit, period, day):
        assert not_yet_used(unit, Edtf.parse(period)) == day

    def test_the_first_day_is_before_the_last(self):
        spans = [(first_day(code), last_day(code)) for code in CODES]
        assert [span for span in spans if None not in span and span[0] >= span[1]] == []

    @pytest.mark.django_db
    def test_a_figure_after_the_end_is_rejected_and_one_before_the_start_is_doubted(self):
        figure = FigureFactory(unit="EUR", period="1998", value=Decimal(5), locator="p1")
        assert figure.warnings() == [
            "euros came into use on 1999-01-01, after this period. Check that the source restates "
            "the value."
        ]
        figure.unit, figure.period = "DEM", Edtf.parse("2004")
        with pytest.raises(ValidationError, match="The last day of German marks"):
            figure.check_amount()


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "unit"),
        [
            ("5 million SEK", "SEK"),
            ("5 mln ALL", "ALL"),
            ("5 million Swedish kronor", "SEK"),
            ("5 млн шведских крон", "SEK"),
            ("5 milyon İsveç kronu", "SEK"),
            ("5 млн Швеция кроны", "SEK"),
            ("SEK 5 million", "SEK"),
        ],
    )
    def test_a_typed_amount_names_any_currency_by_code_or_full_name(self, text, unit):
        (reading,) = understand(text)
        assert (reading.value, reading.units) == (5_000_000, (unit,))

    def test_a_name_of_several_currencies_asks_unless_the_period_decides(self):
        with pytest.raises(
            UnitError, match="Several currencies have this name: ZWD .*ZWL .*ZWN .*ZWR "
        ):
            understand("5 million Zimbabwean dollars")
        (reading,) = understand("5 million Zimbabwean dollars", period=Edtf.parse("2015"))
        assert reading.units == ("ZWL",)

    def test_an_amount_is_shown_with_its_name(self):
        figure = Figure(value=Decimal(2_500_000), unit="NOK", scale=6)
        assert (amount(figure), in_full(figure)) == (
            "2.5 million Norwegian kroner", "2,500,000 Norwegian kroner",
        )  # fmt: skip
        assert figure.get_unit_display() == "Norwegian kroner"

    @pytest.mark.django_db
    def test_the_form_groups_the_units_with_the_common_ones_first(self):
        form = modelform_factory(Figure, FigureForm, fields=["unit"])
        _blank, common, others, former = form().fields["unit"].choices
        assert [code for code, _label in common[1]] == [*COMMON, "count", "tonne", "percent"]
        assert ("SEK", "Swedish kronor (SEK)") in others[1]
        assert ("DEM", "German marks (until 2002) (DEM)") in former[1]
        assert ("AZM", "Azerbaijani manats (before 2006) (AZM)") in former[1]
        groups = (common[1], others[1], former[1])
        assert sorted(code for group in groups for code, _label in group) == sorted(Unit.values)


@pytest.mark.django_db
def test_two_currencies_of_one_number_are_two_charts(client, base):
    """The figures of a pair in two currencies are never in one line or sum."""
    one, other = (Country.objects.get(slug=slug) for slug in ("azerbaijan", "kazakhstan"))
    values = {
        "indicator": Indicator.objects.get(slug="exports"),
        "from_country": one,
        "to_country": other,
        "reporter_country": one,
        "period": "2020",
        "locator": "p1",
    }
    for unit, value in (("SEK", 5_000_000), ("NOK", 7_000_000)):
        publish(FigureFactory(unit=unit, value=Decimal(value), **values))
    page = client.get("/trade/azerbaijan-kazakhstan/")
    found = {
        chart.unit: [point.value for _kind, _label, point in chart.points()]
        for chart in page.context["charts"]
        if chart.unit in ("SEK", "NOK")
    }
    assert found == {"SEK": [Decimal(5_000_000)], "NOK": [Decimal(7_000_000)]}
    query = "indicator=exports&year=2020&country=azerbaijan"
    file = client.get(f"{reverse('trade:figure_list')[:-1]}.csv?{query}")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert sorted(row["unit"] for row in csv.DictReader(text.splitlines())) == ["NOK", "SEK"]
