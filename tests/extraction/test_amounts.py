"""Sums, percentages, factors and counts in running text."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extraction.amounts import amounts_in
from extraction.spans import AmountSpan, Measure
from tests.extraction import gold
from trade.amounts import Amount
from trade.units import Unit


def described(span: AmountSpan) -> str:
    """A sum as "about 1000000–2000000 USD", with the first of its units."""
    amount = span.amount
    number = f"{amount.value:f}" + (f"–{amount.upper:f}" if amount.upper else "")
    qualifier = "" if amount.qualifier in ("exact", "range") else amount.qualifier
    unit = amount.units[0] if amount.units else span.measure
    return f"{qualifier} {number} {unit}".strip()


def found(text: str) -> dict[str, str]:
    """The sums of a text by their words."""
    return {text[span.start : span.end]: described(span) for span in amounts_in(text)}


# Texts in which one sum is marked with brackets, and its value.
SUMS = {
    # English.
    "invested [over $3 bn] in it": "more_than 3000000000 USD",
    "fell to [106.2 mln dollars];": "106200000 USD",
    "[US$ 529.6 million].": "529600000 USD",
    "worth [$27.4m] last": "27400000 USD",
    "[EUR 50 million] for": "50000000 EUR",
    "trade [exceeded $529.6 million] in": "more_than 529600000 USD",
    "[Between 10 and 12 million tonnes] of": "10000000–12000000 tonne",
    "[10–12 million tonnes]": "10000000–12000000 tonne",
    "[$3–5 billion]": "3000000000–5000000000 USD",
    "[between $3 and $5 billion]": "3000000000–5000000000 USD",
    "grew from 10 million to [12 million tonnes]": "12000000 tonne",
    "[90 documents] were": "90 count",
    "[182 companies]": "182 count",
    "[five joint projects]": "5 count",
    "[some 40 documents]": "about 40 count",
    "[90,000 people]": "90000 count",
    "[2024 companies] took part": "2024 count",
    "under [12 agreements]": "12 count",
    "up [12.5 %] on": "12.5 percent",
    "[about 25 percent] of": "about 25 percent",
    "[20% or more]": "at_least 20 percent",
    "[two million tonnes]": "2000000 tonne",
    "[1,234.5 tonnes]": "1234.5 tonne",
    "[one billion dollars]": "1000000000 USD",
    "rice by [3 times] and": "3 times",
    "grew [2.5 times] to": "2.5 times",
    "trade [doubled] in": "2 times",
    "[more than doubled], to": "more_than 2 times",
    "[tripled], reaching": "3 times",
    "to [double] trade": "2 times",
    "a [20-fold] increase": "20 times",
    # Russian.
    "достиг [около 600 млн долларов].": "about 600000000 USD",
    "[529,6 миллиона долларов США]": "529600000 USD",
    "[374,1 млн долл. США] (рост": "374100000 USD",
    "[более чем на 3 миллиарда долларов]": "more_than 3000000000 USD",
    "оцениваются [примерно в 130 млн евро].": "about 130000000 EUR",
    "[порядка 90 документов]": "about 90 count",
    "[более 150 двусторонних документов]": "more_than 150 count",
    "на [27 процентов] больше": "27 percent",
    "на [4,1 %].": "4.1 percent",
    "изменение [-4,1 %] за год": "-4.1 percent",
    "с 12 до [9 процентов]": "9 percent",
    "[до 200 млн рублей]": "up_to 200000000 RUB",
    "[не менее 1,5 млрд тенге]": "at_least 1500000000 KZT",
    "[15 млн 300 тыс. долларов]": "15300000 USD",
    "достиг [$280,6 млн].": "280600000 USD",
    "в [один миллиард долларов]": "1000000000 USD",
    "[12 345 тонн] зерна": "12345 tonne",
    "[три документа]": "3 count",
    "вырос в [2,5 раза] и": "2.5 times",
    "[почти в три раза]": "about 3 times",
    "увеличился [вдвое], а": "2 times",
    # Azerbaijani.
    "[529,6 milyon ABŞ dolları] təşkil": "529600000 USD",
    "[3 milyard dollardan çox] dəyəri": "more_than 3000000000 USD",
    "və [25 faiz] artıb": "25 percent",
    "[25 faiz] çox": "25 percent",
    "[180-dən çox Qazaxıstan şirkəti]": "more_than 180 count",
    "[40-a yaxın saziş]": "about 40 count",
    "[1,5 milyon tondan az olmayan] neft": "at_least 1500000 tonne",
    "[2,2 milyon tonadək] neft": "up_to 2200000 tonne",
    "[10-12 min ton] taxıl": "10000–12000 tonne",
    "[6 milyard 83 milyon 252 min dollara] çatıb": "6083252000 USD",
    "[15 milyon avrodan azdır].": "less_than 15000000 EUR",
    "[106,2 mln. dollara] çatıb": "106200000 USD",
    "[altı sənəd]": "6 count",
    "[2,5 dəfə] artıb": "2.5 times",
    "[iki dəfə] artıb": "2 times",
    "[üç dəfədən çox] artmışdır": "more_than 3 times",
    # Kazakh.
    "[529,6 млн АҚШ доллары] болды": "529600000 USD",
    "[шамамен 600 млн долларға] жетті": "about 600000000 USD",
    "[3 миллион тоннадан астам] жүк": "more_than 3000000 tonne",
    "[2,2 млн тоннаға дейін] жеткізу": "up_to 2200000 tonne",
    "[27 пайызға] өсті": "27 percent",
    "[4,9%]-ға көп": "4.9 percent",
    "[90-нан астам құжат]": "more_than 90 count",
    "[150-ге жуық екіжақты құжат]": "about 150 count",
    "[кемінде 2 жоба]": "at_least 2 count",
    "[алты құжатқа] қол": "6 count",
    "[2,5 есе] артып": "2.5 times",
    "[екі есеге] өсті": "2 times",
}


@pytest.mark.parametrize(("marked", "value"), SUMS.items())
def test_a_sum_is_found_with_its_words_and_value(marked, value):
    words = marked[marked.index("[") + 1 : marked.index("]")]
    assert found(marked.replace("[", "").replace("]", "")) == {words: value}


def test_a_sum_has_its_place_scale_and_all_units_that_its_words_can_mean():
    assert amounts_in("Fond: 300 milyon manat.") == [
        AmountSpan(
            6,
            22,
            Amount(
                value=Decimal(300_000_000),
                scale=6,
                units=(Unit.AZN, Unit.AZM, Unit.TMT, Unit.TMM),
            ),
        )
    ]
    (span,) = amounts_in("вдвое")
    assert span == AmountSpan(0, 5, Amount(Decimal(2)), Measure.TIMES)
    (span,) = amounts_in("12.5 %")
    assert span == AmountSpan(0, 6, Amount(Decimal("12.5"), units=(Unit.PERCENT,)), Measure.PERCENT)


def test_a_comma_separates_thousands_in_english_and_decimals_elsewhere():
    assert found("They shipped 56,500 tonnes") == {"56,500 tonnes": "56500 tonne"}
    assert found("Они отправили 56,500 тонны") == {"56,500 тонны": "56.500 tonne"}
    assert found("Они отправили 56.500 тонн") == {"56.500 тонн": "56500 tonne"}


def test_sums_of_a_sentence_are_separate():
    assert found("$464.2 million, which is 4.9% more; 182 companies and 70 projects") == {
        "$464.2 million": "464200000 USD",
        "4.9%": "4.9 percent",
        "182 companies": "182 count",
        "70 projects": "70 count",
    }
    assert found("3 or $5") == {"$5": "5 USD"}


@pytest.mark.parametrize(
    "text",
    [
        "in 2024 companies", "Law No. 1992-XII", "I-36510", "COVID-19 documents", "Il-76 tonnes",
        "+994 12 493-44-77", "at 12:30", "article 15 agreements", "статья 12 договора",
        "№ 15 документ", "a 30-day visit", "5-ci sənəd", "3-й документ", "12 countries",
        "457,3 млн", "56,500 TEU", "12 percentage points", "на 0,5 процентного пункта",
        "100 man delegation", "3 try", "met three times", "one document", "bir sənəd",
        "встречались три раза",
        "iki dəfə görüşüb", "екі рет", "double taxation", "12.05.2024", "27 August 1992",
        "l06.2 mln dollars", "1O6 mln dollars", "106 .2 mln dollars", "12,,5 %", "$1.2.3 mln",
        "the 1957 Trade Agreement", "the 1950 and 1956 Agreements", "the 4th companies forum",
        "a Category 3 Trade Agreement",
        "August 21, 1939 agreements", "12 городов компании", "24 мая компании",
        "в 2024 году компании",
        "2023 жылы компания", "2023-cü ildə şirkət",
    ],
)  # fmt: skip
def test_other_numbers_are_no_sums(text):
    assert found(text) == {}


@pytest.mark.parametrize("held_out", [False, True])
def test_sums_of_the_written_sentences_are_found(held_out):
    assert gold.scores(gold.amounts, held_out) == (1.0, 1.0)


WORDS = st.sampled_from(
    [
        "l1", "$", "US$", "12.12.", "2024", "1,234", "1", "000", "529,6", "%", "over", "3",
        "млн", "bn", "milyon", "manat", "долл.", "–", "-", "to", "and", "до", "doubled",
        "dəfə", "есе", "180-dən", "çox", "astam", "астам", "документов", "tonadək", "€", "6$0",
        "²", "٣", "\u202e", "-5", "(USD)", "9e9",
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
@example("6$0")
@example("1" * 200 + " USD")
def test_any_text_gives_ordered_spans_and_no_error(text):
    end = 0
    for span in amounts_in(text):
        assert end <= span.start < span.end <= len(text)
        assert span.amount.value.is_finite()
        end = span.end
