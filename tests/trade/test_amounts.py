"""Amounts as people write them in four languages, and what is refused or asked."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import Edtf
from trade.amounts import AmountError, UnitError, read, understand, written
from trade.models import Figure
from trade.units import MONEY, REPLACEMENTS, Unit


def values(text):
    return [reading.value for reading in read(text)]


def in_full(text, unit="", period="2023", countries=()):
    return [amount.words for amount in understand(text, unit, Edtf.parse(period), {*countries})]


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("182", "182"),
            ("19,6", "19.6"),
            ("19.6", "19.6"),
            ("0,234", "0.234"),
            ("0.234", "0.234"),
            ("1234", "1234"),
            ("1234,5", "1234.5"),
            ("1234,567", "1234.567"),
            ("1 234", "1234"),
            ("1 234,5", "1234.5"),
            ("1 234,567", "1234.567"),
            ("1\u00a0234,5", "1234.5"),
            ("1\u202f234\u202f567", "1234567"),
            ("1\u2009234.5", "1234.5"),
            ("1'234'567.5", "1234567.5"),
            ("1’234", "1234"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1,234.5", "1234.5"),
            ("1.234,5", "1234.5"),
            ("106,200,000", "106200000"),
            ("1‘234", "1234"),
            ("1\u2007234", "1234"),
            ("5\u200b000", "5000"),
            ("5,000,000.00", "5000000"),
            ("5.000.000,00", "5000000"),
            ("00012", "12"),
            ("0", "0"),
            ("0,0", "0"),
            ("-5", "-5"),
            ("–5", "-5"),
            ("−5,25", "-5.25"),
            ("+14.2", "14.2"),
        ],
    )
    def test_a_number_with_one_reading(self, text, value):
        assert values(text) == [Decimal(value)]

    @pytest.mark.parametrize(
        ("text", "readings"),
        [
            ("1,234", ["1234", "1.234"]),
            ("1.234", ["1.234", "1234"]),
            ("19,600", ["19600", "19.6"]),
            ("-1,234", ["-1234", "-1.234"]),
            ("1,234 million", ["1234000000", "1234000"]),
            ("1.234 млн", ["1234000", "1234000000"]),
            ("about 1,234", ["1234", "1.234"]),
        ],
    )
    def test_one_sign_before_three_digits_has_two_readings(self, text, readings):
        assert values(text) == [Decimal(value) for value in readings]

    @pytest.mark.parametrize(
        "text",
        ["12 34", "1 23", "1,23,456", "1,234,56", "1.2.3", "1 234.567.8", "0,234,567", "1 234,5 8",
         "12'34", "1,234 567", "19, 6", "19 ,6", ".5", ",5 млн", "$.5", "19,млн", "(5.3)",
         "5 (2023)", "1..2.3", "5 mln (2023)", "5 mln1)", "5)000", "1,00,000", "12.05.2023",
         "--5", "+-5"],
    )  # fmt: skip
    def test_digits_that_are_not_a_number_are_refused(self, text):
        with pytest.raises(AmountError, match="is not a number. Write it as 1234.5"):
            read(text)

    @pytest.mark.parametrize("text", ["106.2¹", "10²", "½", "٣", "５", "五", "1½ млн"])
    def test_other_digits_are_refused_and_never_joined(self, text):
        with pytest.raises(AmountError, match="is not a plain digit: write the number in 0–9"):
            read(text)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("млн", "Write the number in digits."),
            ("million dollars", "Write the number in digits."),
            ("NaN", "Write the number in digits."),
            (";", "Write the number in digits."),
            ("\u200b", "Write the number in digits."),
            ("5 млн млн", "The amount names two scales. Write one."),
            ("million 5 million", "The amount names two scales. Write one."),
            ("$5 EUR", "The amount names two units. Write one."),
            ("$10–€12 million", "The amount names two units. Write one."),
            ("5 Atlantean dollars", "“atlantean dollars” is not a known scale or unit."),
            ("C$5m", "“c $” is not a known scale or unit."),
            ("HK$5", "“hk $” is not a known scale or unit."),
            ("5 million in 2023", "“in” is not a known scale or unit."),
            ("1.5e6", "“e” is not a known scale or unit."),
            ("5 ± 1", "“±” is not a known scale or unit."),
            ("2 × 10", "“×” is not a known scale or unit."),
            ("5 crore rupees", "“crore rupees” is not a known scale or unit."),
            ("1.5 billion 200 million", "These parts do not form one number. Write one number."),
            ("200 million 1 billion", "These parts do not form one number. Write one number."),
            ("1 million 1200 thousand", "These parts do not form one number. Write one number."),
            ("5 mln 1", "These parts do not form one number. Write one number."),
            ("5 m2", "These parts do not form one number. Write one number."),
            ("5 тыс. 30", "These parts do not form one number. Write one number."),
            ("5$000", "These parts do not form one number. Write one number."),
            ("5$0.5", "These parts do not form one number. Write one number."),
            ("5_000", "“_” is not a known scale or unit."),
            ("5·000", "“·” is not a known scale or unit."),
            ("5٫2", "“٫” is not a known scale or unit."),
            ("5+ mln", "“+” can mean “more than” or “at least”. Write one of these instead."),
            ("$5m+", "“+” can mean “more than” or “at least”. Write one of these instead."),
            ("5 dollars (EUR)", "The amount names two units. Write one."),
            ("5 USD (est.)", "“est” is not a known scale or unit."),
            ("5/6", "“/” is not a known scale or unit."),
            ("5 mil", "“mil” is not a known scale or unit."),
            ("5 т. руб.", "“т руб” is not a known scale or unit."),
            ("$5T", "The amount names two units. Write one."),
            ("5 с половиной млн", "“с половинои” is not a known scale or unit."),
            ("half a million", "Write the number in digits."),
            ("полтора миллиона долларов", "Write the number in digits."),
            ("yarım milyon", "Write the number in digits."),
            ("n/a", "Write the number in digits."),
            ("—", "Write the number in digits."),
            ("USD 5 per tonne", "“per tonne” is not a known scale or unit."),
            ("12–10 million", "The first number of the range must be the smaller one."),
            ("500–1.2 million", "The first number of the range must be the smaller one."),
            ("10 million – 12", "Write the scale at the upper end of the range: 10–12 million."),
            ("about 10–12", "A range cannot also be approximate or a limit."),
            ("до 10–12 млн", "A range cannot also be approximate or a limit."),
            ("1 000 000 trillion", "Only numbers below 10^18 with at most 4 decimal places"),
            ("0.00001", "Only numbers below 10^18 with at most 4 decimal places"),
            ("1234567890.123456 mln", "At most 15 significant digits can be stored exactly."),
            ("5 " + "x" * 120, "Write at most 120 characters."),
        ],
    )  # fmt: skip
    def test_what_is_not_understood_is_refused_with_the_reason(self, text, message):
        with pytest.raises(AmountError) as error:
            read(text)
        assert str(error.value).startswith(message)

    def test_blank_text_has_no_reading(self):
        assert read("") == read("  ") == []

    @given(st.text(max_size=130))
    def test_any_text_has_readings_or_a_message(self, text):
        with suppress(AmountError, UnitError):
            assert all(amount.units for amount in understand(text, "USD"))

    @given(
        whole=st.integers(0, 10**8),
        part=st.from_regex("[0-9]{1,2}", fullmatch=True),
        sign=st.sampled_from(".,"),
        scale=st.sampled_from(["", " млн", "bn", " min"]),
    )
    def test_one_or_two_digits_after_a_sign_are_always_a_fraction(self, whole, part, sign, scale):
        (reading,) = read(f"{whole}{sign}{part}{scale}")
        assert reading.value == Decimal(f"{whole}.{part}").scaleb(reading.scale or 0)


class TestScales:
    @pytest.mark.parametrize(
        ("scale", "words"),
        [
            (3, "thousand,thsd,k,тыс,тыс.,тысяч,тысячи,тысяча,min,мың,мыңға"),
            (6, "million,millions,mln,mln.,mn,m,MM,млн,млн.,миллион,миллиона,миллионов,milyon"),
            (9, "billion,bn,bln,b,mlrd,mlrd.,mrd,млрд,млрд.,миллиард,миллиардов,milyard"),
            (12, "trillion,trn,трлн,трлн.,триллион,триллионов,trilyon"),
        ],
    )
    def test_words_of_scale_in_four_languages(self, scale, words):
        for word in words.split(","):
            for text in (f"19,6 {word}", f"19,6{word}", f"{word} 19,6"):
                (reading,) = read(text)
                assert (reading.value, reading.scale) == (Decimal("19.6").scaleb(scale), scale)

    @pytest.mark.parametrize(
        ("text", "value", "scale"),
        [
            ("1 milyard 234 milyon 567,8 min", "1234567800", 3),
            ("2 млрд 345,6 млн", "2345600000", 6),
            ("3 billion 200 million", "3200000000", 6),
            ("5 thousand 300", "5300", 0),
            ("1.2 thousand million", "1200000000", 9),
            ("1,2 тысячи миллионов", "1200000000", 9),
            ("106.2 units", "106.2", 0),
            ("1 млн 200 тыс.", "1200000", 3),
            ("1 млн 200 тыс 500", "1200500", 0),
            ("$M 5", "5000000", 6),
            ("5 USD (million)", "5000000", 6),
        ],
    )
    def test_several_scales_of_one_number(self, text, value, scale):
        (reading,) = read(text)
        assert (reading.value, reading.scale) == (Decimal(value), scale)


class TestQualifiers:
    @pytest.mark.parametrize(
        ("qualifier", "texts"),
        [
            (
                "about",
                "about 5 mln;~5 mln;approx. 5 mln;nearly 5 mln;около 5 млн;примерно 5 млн"
                ";почти 5 млн;∼5 mln;≃ 5 mln"
                ";порядка 5 млн;5 млн приблизительно;təxminən 5 milyon;5 milyona yaxın"
                ";5 mln-a yaxın"
                ";шамамен 5 млн;5 миллионға жуық;5 млн-ға жуық",
            ),
            (
                "more_than",
                "more than 5 mln;over 5 mln;> 5 mln;exceeded 5 mln;более 5 млн;более чем 5 млн"
                ";свыше 5"
                " млн;больше 5 млн;превысил 5 млн;5 milyondan çox;5 mln-dan artıq"
                ";5 milyondan yuxarı"
                ";5 миллионнан астам;5 млн-нан артық;5 миллионнан көп",
            ),
            (
                "at_least",
                "at least 5 mln;not less than 5 mln;no less than 5 mln;≥5 mln;5 mln or more"
                ";from 5 mln"
                ";не менее 5 млн;от 5 млн;5 млн и более;ən azı 5 milyon;5 milyondan az olmayan"
                ";кемінде 5 млн;5 миллионнан кем емес",
            ),
            (
                "less_than",
                "less than 5 mln;under 5 mln;below 5 mln;<5 mln;менее 5 млн;меньше 5 млн;ниже 5 млн"
                ";5 milyondan az;5 mln-dan aşağı;5 миллионнан аз;5 миллионнан төмен",
            ),
            (
                "up_to",
                "up to 5 mln;at most 5 mln;no more than 5 mln;not exceeding 5 mln;≤ 5 mln"
                ";max. 5 mln"
                ";до 5 млн;не более 5 млн;не свыше 5 млн;5 млн и менее;5 milyona qədər;5 milyonadək"
                ";5 milyondan çox olmayan;5 миллионға дейін;5 млн-ға дейін;5 миллионнан аспайтын",
            ),
            ("exact", "5 mln;5 млн;5 milyon"),
        ],
    )
    def test_words_that_qualify_a_number_in_four_languages(self, qualifier, texts):
        for text in texts.split(";"):
            (reading,) = read(text)
            assert (reading.qualifier, reading.value) == (qualifier, 5_000_000), text

    @pytest.mark.parametrize("text", ["100-dən çox", "100-ден астам", "100-den artıq", "> 100"])
    def test_endings_of_bare_numbers(self, text):
        (reading,) = read(text)
        assert (reading.qualifier, reading.value) == ("more_than", 100)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("5 milyondan çox dollar", "more than 5,000,000 US dollars"),
            ("10 млн-нан астам доллар", "more than 10,000,000 US dollars"),
            ("10 milyona qədər euro", "up to 10,000,000 euros"),
            ("5 миллиардқа жуық теңге", "about 5,000,000,000 Kazakhstani tenge"),
            ("100-dən çox şirkət", "more than 100"),
            ("5 million or more dollars", "at least 5,000,000 US dollars"),
            ("5 млн и более долл.", "at least 5,000,000 US dollars"),
            ("5 с лишним млн долл.", "more than 5,000,000 US dollars"),
            ("5 milyondan az olmayan euro", "at least 5,000,000 euros"),
        ],
    )
    def test_the_unit_may_follow_the_words_that_qualify_a_number(self, text, words):
        assert in_full(text) == [words]

    @pytest.mark.parametrize(
        "text",
        ["10–12 mln", "10-12 mln", "10‑12 mln", "10 ‒ 12 mln", "10−12 mln", "10 — 12 mln",
         "10…12 mln", "10 to 12 mln", "from 10 to 12 mln",
         "between 10 and 12 mln", "10 mln – 12 mln", "$10–12 mln", "$10 mln to $12 mln",
         "$10–$12 mln", "10–12 млн", "от 10 до 12 млн", "между 10 и 12 млн", "10 млн - 12 млн",
         "10 ilə 12 milyon arasında", "10-dan 12 milyona qədər", "10-12 milyon",
         "10 мен 12 миллион аралығында", "10-нан 12 миллионға дейін"],
    )  # fmt: skip
    def test_a_range_has_two_ends_in_one_scale(self, text):
        (reading,) = read(text)
        ends = reading.value, reading.upper, reading.scale, reading.qualifier
        assert ends == (10_000_000, 12_000_000, 6, "range")

    def test_the_ends_of_a_range_may_have_scales_of_their_own(self):
        (reading,) = read("900 thousand – 1.2 million")
        assert (reading.value, reading.upper, reading.scale) == (900_000, 1_200_000, 3)

    def test_a_range_may_be_negative(self):
        (reading,) = read("-5.5 – -3 %")
        assert (reading.value, reading.upper) == (Decimal("-5.5"), -3)

    def test_both_ends_of_a_range_are_read_with_the_same_decimal_sign(self):
        found = [(reading.value, reading.upper) for reading in read("1,234–1,567")]
        assert found == [(1234, 1567), (Decimal("1.234"), Decimal("1.567"))]
        (reading,) = read("1,5–1,567")
        assert (reading.value, reading.upper) == (Decimal("1.5"), Decimal("1.567"))


class TestUnits:
    @pytest.mark.parametrize(
        ("unit", "texts"),
        [
            (
                "USD",
                "$5;US$5;US$ 5;5 USD;USD 5;5 dollars;5 US dollars;5 U.S. dollars;5 долл;5 долл. США"
                ";5 долларов;5 долларов США;5 долл.США;5 dollar;5 ABŞ dolları;5 АҚШ доллары"
                ";5 доллар",
            ),
            ("USD", "5 US dollars (USD);5 долл. США (USD);USD 5 (US dollars);5 (USD)"),
            ("EUR", "€5;5 EUR;5 euros;5 евро;5 avro;5 еуро"),
            ("AZN", "₼5;5 AZN;azn 5"),
            ("KZT", "₸5;5 KZT;5 tenge;5 тенге;5 теңге;5 тг;5 tenqe;5 қазақ теңгесі"),
            ("RUB", "₽5;5 RUB"),
            ("TRY", "₺5;5 TRY"),
            ("SUR", "5 SUR;5 Soviet roubles;5 советских рублей"),
            ("GBP", "£5;5 pounds sterling"),
            ("tonne", "5 tonnes;5 t;5 т;5 тонн;5 ton;5 tonna;5 metric tons"
             ";5 тоннадан"),
            ("percent", "5%;5 %;5 per cent;5 процентов;5 faiz;5 пайыз"),
            ("count", "5 companies;5 компаний;5 şirkət;5 құжат;5 documents;5 nəfər"
             ";5 человек;5 чел.;5 saziş;5 sazişdən;5 memoranda;5 меморандумов;5 контрактов"
             ";5 passengers;5 пассажиров;5 sərnişin;5 жолаушы;5 компанияның"),
        ],
    )  # fmt: skip
    def test_words_of_units_in_four_languages(self, unit, texts):
        for text in texts.split(";"):
            (reading,) = read(text)
            assert (reading.units, reading.value) == ((unit,), 5), text

    @pytest.mark.parametrize(
        ("text", "period", "countries", "unit"),
        [
            ("12,3 milyon manat", "2023", ["azerbaijan", "kazakhstan"], "AZN"),
            ("12,3 млн манатов", "2023", ["kazakhstan", "turkmenistan"], "TMT"),
            ("5 млн туркменских манатов", "2023", ["azerbaijan"], "TMT"),
            ("5 Azerbaijani manats", "2006", [], "AZN"),
            ("5 млн руб.", "2010", ["russia", "kazakhstan"], "RUB"),
            ("5 млн рублей", "2018", ["belarus", "kazakhstan"], "BYN"),
            ("5 российских рублей", "1998", [], "RUB"),
            ("5 Turkish liras", "2006", [], "TRY"),
            ("5 lei", "2010", ["moldova", "kazakhstan"], "MDL"),
        ],
    )
    def test_countries_and_period_decide_between_currencies(self, text, period, countries, unit):
        (amount,) = understand(text, "", Edtf.parse(period), countries)
        assert amount.units == (unit,)

    @pytest.mark.parametrize(
        ("text", "period", "countries", "names"),
        [
            ("5 manats", "2005", ["azerbaijan"], "AZN AZM"),
            ("5 manats", "", ["azerbaijan"], "AZN AZM"),
            ("5 manats", "2023", ["azerbaijan", "turkmenistan"], "AZN TMT"),
            ("5 manats", "2023", ["kazakhstan"], "AZN TMT"),
            ("5 рублей", "1997", ["russia"], "RUB RUR"),
            ("5 рублей", "2023", ["kazakhstan"], "RUB BYN"),
            ("5 рублей", "2023", ["russia", "belarus"], "RUB BYN"),
            ("5 рублей", "2016", ["belarus"], "BYN BYR"),
            ("5 liras", "[..2010]", [], "TRY TRL"),
            ("¥5", "2023", ["kazakhstan"], "CNY JPY"),
        ],
    )
    def test_a_currency_that_is_not_certain_asks(self, text, period, countries, names):
        listed = " · ".join(f"{name} ({Unit(name).label})" for name in names.split())
        with pytest.raises(UnitError) as error:
            understand(text, "", Edtf.parse(period), countries)
        assert str(error.value) == (
            f"Several currencies have this name: {listed}. Choose the unit, or write the code."
        )

    def test_the_chosen_unit_decides_and_cannot_contradict_the_amount(self):
        assert in_full("5 manats", "AZM", "2003") == ["5 Azerbaijani manats (before 2006)"]
        with pytest.raises(UnitError, match=r"The amount names another unit: EUR \(euros\)."):
            understand("5 euros", "USD")
        with pytest.raises(UnitError, match="Choose the unit, or name it in the amount."):
            understand("19,6 млн")

    @pytest.mark.parametrize(
        ("text", "unit", "period"),
        [
            ("100 млн манат", "AZN", "2004"),
            ("1 million AZN", "", "1999"),
            ("5", "RUB", "1997-12"),
            ("5", "BYN", "2016"),
            ("10–12 million", "AZN", "2004~"),
            ("106.2", "AZN", "[..2004]"),
        ],
    )
    def test_a_currency_that_came_later_is_refused_unless_the_source_restates(
        self, text, unit, period
    ):
        with pytest.raises(UnitError, match=r" replaced .+, after this period began\. Choose "):
            understand(text, unit, Edtf.parse(period))
        assert understand(text, unit, Edtf.parse(period), restated=True)

    @pytest.mark.parametrize(
        ("unit", "period"), [("AZM", "2004"), ("AZN", "2006"), ("USD", "1901"), ("AZN", "")]
    )
    def test_a_currency_of_its_time_is_accepted(self, unit, period):
        assert understand("5", unit, Edtf.parse(period))[0].units == (unit,)

    def test_no_currency_is_both_old_and_new_and_each_has_its_own_code(self):
        for row in REPLACEMENTS:
            assert {row.old, row.new} <= MONEY
            assert row.factor >= 1
        assert {row.old for row in REPLACEMENTS} >= {"AZM", "RUR", "TRL", "BYB", "BYR", "TMM"}


class TestDoubtfulScales:
    def test_money_with_a_fraction_and_no_scale_asks(self):
        assert in_full("106.2", "USD") == [
            "106.2 US dollars",
            "106,200 US dollars",
            "106,200,000 US dollars",
            "106,200,000,000 US dollars",
        ]
        assert len(in_full("10.5–12.5 dollars")) == 4

    @pytest.mark.parametrize("text", ["106.0", "106,00", "106.000", "106.0–107"])
    def test_a_fraction_of_zero_asks_as_in_a_table_in_millions(self, text):
        found = in_full(text, "USD")
        assert found[0].startswith("106")
        assert any(words.startswith("106,000,000") for words in found)

    @pytest.mark.parametrize("text", ["$1,234", "$1.234"])
    def test_each_value_that_an_amount_can_mean_is_offered_once_in_full(self, text):
        found = {amount.words: amount.text for amount in understand(text)}
        assert found == {
            "1,234 US dollars": "1234 USD",
            "1.234 US dollars": "1.2340 units USD",
            "1,234,000 US dollars": "1234 thousand USD",
            "1,234,000,000 US dollars": "1234 million USD",
        }
        assert len(understand(text)) == 4

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("1,234 companies", ["1,234"]),
            ("1.234–2.500 компаний", ["1,234–2,500"]),
            ("1,234 тыс. компаний", ["1,234,000", "1,234"]),
            ("1.5 companies", ["1.5"]),
        ],
    )
    def test_a_number_of_companies_is_read_as_a_whole_number_if_it_can_be(self, text, words):
        assert in_full(text) == words

    @pytest.mark.parametrize(
        ("text", "unit"),
        [("106.2 units", "USD"), ("106", "USD"), ("88,372,807.36", "USD"), ("14.3", "percent"),
         ("106.2", "tonne")],
    )  # fmt: skip
    def test_other_amounts_do_not_ask(self, text, unit):
        assert len(in_full(text, unit)) == 1


@given(
    value=st.decimals(-(10**9), 10**9, places=4),
    width=st.decimals("0.0001", 10**5, places=4),
    scale=st.sampled_from(Figure.Scale.values),
    qualifier=st.sampled_from(Figure.Qualifier.values),
    unit=st.sampled_from(Unit.values),
)
def test_an_amount_is_read_as_it_was_written(value, width, scale, qualifier, unit):
    upper = value + width if qualifier == "range" else None
    figure = Figure(value=value, upper=upper, scale=scale, qualifier=qualifier, unit=unit)
    (amount,) = understand(written(figure), unit)
    stored = (figure.value, figure.upper, figure.scale, figure.qualifier, (figure.unit,))
    scaled = amount.scale or 0
    assert (amount.value, amount.upper, scaled, amount.qualifier, amount.units) == stored
    (again,) = understand(amount.text)
    assert (again.value, again.upper, again.units) == (amount.value, amount.upper, (unit,))
