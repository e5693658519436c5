"""Sums, differences and ratios of numbers with qualifiers."""

from decimal import Decimal
from itertools import product

import pytest

from trade.quantities import Qualifier, Quantity, change, columns, share, sum_of


def said(text: str) -> Quantity | None:
    """The quantity that a text states: "50", "> 50", ">= 50", "< 50", "<= 50", "~50", "1..2"."""
    if text == "none":
        return None
    signs = {">=": "at_least", "<=": "up_to", ">": "more_than", "<": "less_than", "~": "about"}
    for sign, qualifier in signs.items():
        if text.startswith(sign):
            return Quantity(Decimal(text.removeprefix(sign)), qualifier)
    low, _dash, high = text.partition("..")
    return Quantity(Decimal(low), "range", Decimal(high)) if high else Quantity(Decimal(low))


@pytest.mark.parametrize(
    ("exports", "imports", "balance", "turnover"),
    [
        ("100", "50", "50", "150"),
        ("100", "> 50", "< 50", "> 150"),
        ("> 100", "50", "> 50", "> 150"),
        ("> 100", "> 50", "none", "> 150"),
        (">= 100", "50", ">= 50", ">= 150"),
        ("100", ">= 50", "<= 50", ">= 150"),
        (">= 100", "> 50", "none", "> 150"),
        (">= 100", ">= 50", "none", ">= 150"),
        ("100", "< 50", "> 50", "< 150"),
        ("< 100", "50", "< 50", "< 150"),
        ("< 100", "< 50", "none", "< 150"),
        ("< 100", "<= 50", "none", "< 150"),
        ("<= 100", "50", "<= 50", "<= 150"),
        ("100", "<= 50", ">= 50", "<= 150"),
        ("<= 100", "<= 50", "none", "<= 150"),
        ("> 100", "< 50", "> 50", "none"),
        ("> 100", "<= 50", "> 50", "none"),
        (">= 100", "<= 50", ">= 50", "none"),
        ("< 100", "> 50", "< 50", "none"),
        ("<= 100", ">= 50", "<= 50", "none"),
        ("100..120", "50", "50..70", "150..170"),
        ("100", "40..50", "50..60", "140..150"),
        ("100..120", "40..50", "50..80", "140..170"),
        ("100..120", "> 50", "< 70", "> 150"),
        ("> 100", "40..50", "> 50", "> 140"),
        ("100..120", "<= 50", ">= 50", "<= 170"),
        ("~100", "50", "~50", "~150"),
        ("100", "~50", "~50", "~150"),
        ("~100", "~50", "~50", "~150"),
        ("~100", "> 50", "none", "none"),
        ("<= 100", "~50", "none", "none"),
        ("~100", "40..50", "none", "none"),
        ("10", "> 50", "< -40", "> 60"),
    ],
)
def test_a_difference_and_a_sum_have_the_qualifier_that_follows(
    exports, imports, balance, turnover
):
    one, other = said(exports), said(imports)
    assert one - other == said(balance)
    assert one + other == said(turnover)
    assert other + one == said(turnover)


@pytest.mark.parametrize(
    ("later", "earlier", "growth"),
    [
        ("110", "100", "10"),
        ("> 110", "100", "> 10"),
        (">= 110", "100", ">= 10"),
        ("110", "> 100", "< 10"),
        ("110", ">= 100", "<= 10"),
        ("> 110", "> 100", "none"),
        (">= 110", "> 100", "none"),
        ("< 110", "100", "< 10"),
        ("<= 110", "100", "<= 10"),
        ("110", "< 100", "> 10"),
        ("110", "<= 100", ">= 10"),
        ("< 110", "< 100", "none"),
        ("> 110", "< 100", "> 10"),
        ("> 110", "<= 100", "> 10"),
        ("<= 110", ">= 100", "<= 10"),
        ("110..120", "100", "10..20"),
        ("120", "100..120", "0..20"),
        ("110..120", "> 100", "< 20"),
        ("~110", "100", "~10"),
        ("~110", "> 100", "none"),
        ("110", "0", "none"),
        ("110", "~0", "none"),
        ("110", "0..10", "none"),
        ("110", "> 0", "none"),
        ("0", "100", "-100"),
        ("0", "> 100", "-100"),
    ],
)
def test_growth_has_the_qualifier_that_follows(later, earlier, growth):
    found = change(said(later), said(earlier))
    assert found == said(growth)


@pytest.mark.parametrize(
    ("part", "whole", "per_cent"),
    [
        ("30", "120", "25"),
        ("> 30", "120", "> 25"),
        ("30", "> 120", "< 25"),
        ("> 30", "> 120", "none"),
        ("30", "<= 120", ">= 25"),
        ("30..60", "120", "25..50"),
        ("~30", "120", "~25"),
        ("0", "120", "0"),
        ("0", "0", "none"),
        ("none", "120", "none"),
        ("30", "none", "none"),
    ],
)
def test_a_share_has_the_qualifier_that_follows(part, whole, per_cent):
    assert share(said(part), said(whole)) == said(per_cent)


def test_many_quantities_add_up():
    assert sum_of([]) == said("0")
    assert sum_of(map(said, ("1", "2", ">= 3"))) == said(">= 6")
    assert sum_of(map(said, ("> 1", "< 2", "3"))) is None


def test_the_cells_of_a_file_hold_number_qualifier_and_upper_end():
    assert columns("gap", said("10..12")) == {
        "gap": "10",
        "gap_qualifier": "range",
        "gap_upper": "12",
    }
    assert columns("share", said("> 12.34567"), 4) == {
        "share": "12.3457",
        "share_qualifier": "more_than",
        "share_upper": "",
    }
    assert set(columns("gap", None).values()) == {""}


NUMBERS = [Decimal(number) for number in (1, 2, 3, 4, 6)]


def stated():
    """Quantities of every qualifier except "about"."""
    for value in (2, 3):
        for qualifier in set(Qualifier) - {Qualifier.ABOUT, Qualifier.RANGE}:
            yield Quantity(Decimal(value), qualifier)
    yield Quantity(Decimal(2), Qualifier.RANGE, Decimal(4))


def allows(quantity: Quantity, number: Decimal) -> bool:
    match quantity.qualifier:
        case Qualifier.MORE_THAN:
            return number > quantity.value
        case Qualifier.AT_LEAST:
            return number >= quantity.value
        case Qualifier.LESS_THAN:
            return number < quantity.value
        case Qualifier.UP_TO:
            return number <= quantity.value
        case Qualifier.RANGE:
            return quantity.value <= number <= quantity.upper
    return number == quantity.value


@pytest.mark.parametrize(("one", "other"), list(product(stated(), stated())))
def test_a_result_allows_whatever_its_parts_allow(one, other):
    for operate in (Quantity.__add__, Quantity.__sub__, Quantity.__truediv__):
        result = operate(one, other)
        for number, second in product(NUMBERS, NUMBERS):
            if result and allows(one, number) and allows(other, second):
                plain = getattr(number, operate.__name__)(second)
                assert allows(result, plain), (operate.__name__, number, second)
