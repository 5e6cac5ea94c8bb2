"""Amounts: exact, never rounded, never without their symbol

when an amount is written and read again: it is the same, for every coin and every size
when a Decimal, an int or a numeral is given: the amount is exact, or refused
when anything else is given: InvalidAmount, and nothing but InvalidAmount
when two coins meet: refused, except that they are never equal
when a sum or difference leaves the range: refused
"""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.amounts import MAX_BASE_UNITS, Amount, Denomination
from stablecoin_tools.errors import InvalidAmount, Moved, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

USDX = Denomination("USDX", 6)
EURX = Denomination("EURX", 6)

base_units = st.integers(0, MAX_BASE_UNITS) | st.sampled_from([0, 1, 10**6, 10**18, MAX_BASE_UNITS - 1, MAX_BASE_UNITS])
# A symbol is 1 to 31 bytes without white space or commas, as `CoinSpec` and the contract require.
symbols = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Z"], exclude_characters=","), min_size=1
).filter(lambda symbol: len(symbol.encode()) <= 31 and not any(map(str.isspace, symbol)))
near_misses = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            [
                "0",
                "1",
                "25",
                "000",
                ",",
                ".",
                " ",
                "-",
                "+",
                "e",
                "_",
                "\u0663",
                "\xbd",
                "\n",
                "USDX",
                "usdx",
                "0x",
            ]
        )
    ),
)


def read(make: Callable[[], Amount]) -> Amount | None:
    """The amount, or None where it is refused; any other error breaks the test."""
    try:
        return make()
    except InvalidAmount:
        return None


@settings(deadline=None)
@given(units=base_units, decimals=st.integers(0, 18))
def test_reads_back_what_it_writes(units: int, decimals: int) -> None:
    amount = Denomination("USDX", decimals).from_base_units(units)

    assert amount.denomination.parse(str(amount)) == amount


@settings(deadline=None)
@given(units=base_units, decimals=st.integers(0, 18), symbol=symbols)
@example(units=MAX_BASE_UNITS, decimals=6, symbol="EUROSTABLECOIN")
def test_reads_back_what_it_writes_whatever_the_symbol(units: int, decimals: int, symbol: str) -> None:
    amount = Denomination(symbol, decimals).from_base_units(units)

    assert amount.denomination.parse(str(amount)) == amount


@settings(deadline=None)
@given(units=base_units, decimals=st.integers(0, 18))
def test_tokens_are_exact_and_make_the_same_amount(units: int, decimals: int) -> None:
    coin = Denomination("USDX", decimals)
    amount = coin.from_base_units(units)

    assert Fraction(amount.tokens) == Fraction(units, 10**decimals)
    assert coin.amount(amount.tokens) == amount
    assert coin.amount(format(amount.tokens, "f")) == amount


@settings(deadline=None)
@given(units=base_units)
def test_no_two_amounts_are_written_alike(units: int) -> None:
    other = units + 1 if units < MAX_BASE_UNITS else 0

    assert str(USDX.from_base_units(units)) != str(USDX.from_base_units(other))


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (0, 6, "0.00 USDX"),
        (1, 6, "0.000001 USDX"),
        (1_250_000_000, 6, "1,250.00 USDX"),
        (1_250_100_000, 6, "1,250.10 USDX"),
        (999_999, 6, "0.999999 USDX"),
        (1_000, 0, "1,000 USDX"),
        (15, 1, "1.5 USDX"),
        (10**24, 18, "1,000,000.00 USDX"),
        (MAX_BASE_UNITS, 6, "340,282,366,920,938,463,463,374,607,431,768.211455 USDX"),
    ],
)
def test_is_written_with_grouped_tokens_and_at_least_two_decimals(units: int, decimals: int, text: str) -> None:
    assert str(Denomination("USDX", decimals).from_base_units(units)) == text


@pytest.mark.parametrize(
    ("value", "units"),
    [
        ("1,250.00", 1_250_000_000),
        ("1250", 1_250_000_000),
        ("0001", 1_000_000),
        ("0.000001", 1),
        (1250, 1_250_000_000),
        (0, 0),
        (Decimal("1.5"), 1_500_000),
        (Decimal("1.50000000000"), 1_500_000),
        (Decimal("1E+3"), 1_000_000_000),
        (Decimal("-0"), 0),
    ],
)
def test_makes_the_exact_amount_of_tokens(value: str | int | Decimal, units: int) -> None:
    assert USDX.amount(value).base_units == units


@settings(deadline=None)
@given(st.text() | near_misses)
@example("1,25 USDX")
@example("1" * 5000 + " USDX")
def test_parse_gives_an_amount_that_means_the_text_or_refuses_it(text: str) -> None:
    amount = read(lambda: USDX.parse(text))

    if amount is not None:
        numeral, symbol = text.split(" ")
        assert symbol == "USDX"
        assert Fraction(amount.tokens) == Fraction(numeral.replace(",", ""))


@settings(deadline=None)
@given(st.text() | near_misses)
@example("1_000")
@example("\u0663")
def test_amount_of_text_means_the_text_or_refuses_it(text: str) -> None:
    amount = read(lambda: USDX.amount(text))

    if amount is not None:
        assert text.isascii()
        assert Fraction(amount.tokens) == Fraction(text.replace(",", ""))


@settings(deadline=None)
@given(st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(places=7) | st.decimals(0, 10**12, places=6))
def test_amount_of_a_decimal_is_exact_or_refused(value: Decimal) -> None:
    amount = read(lambda: USDX.amount(value))

    if amount is None:
        units = Fraction(value) * 10**6 if value.is_finite() else Fraction(-1)
        assert units.denominator > 1 or not 0 <= units <= MAX_BASE_UNITS
    else:
        assert Fraction(amount.tokens) == Fraction(value)


@settings(deadline=None)
@given(st.integers())
def test_amount_of_an_int_is_exact_or_refused(value: int) -> None:
    amount = read(lambda: USDX.amount(value))

    assert (amount is not None) == (0 <= value * 10**6 <= MAX_BASE_UNITS)
    assert amount is None or amount.base_units == value * 10**6


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "USDX",
        "1.00",
        "1.00USDX",
        "1.00  USDX",
        " 1.00 USDX",
        "1.00 USDX ",
        "1.00 USDX\n",
        "1.00\tUSDX",
        "1.00\u00a0USDX",
        "1,25 USDX",
        "1,2345 USDX",
        "1234,567 USDX",
        ",123 USDX",
        "1,,234 USDX",
        "1.000,00 USDX",
        "1. USDX",
        ".5 USDX",
        "1.2.3 USDX",
        "1.0000001 USDX",
        "1.0000000 USDX",
        "-1.00 USDX",
        "+1.00 USDX",
        "1e3 USDX",
        "0x10 USDX",
        "1_000 USDX",
        "NaN USDX",
        "Infinity USDX",
        "1.00 EURX",
        "1.00 usdx",
        "1.00 USDX USDX",
        "1.00 $USDX",
        "\u0661\u0662 USDX",
        "\uff11\uff12\uff13 USDX",
        "1\xb2 USDX",
        "9" * 65 + " USDX",
        "340282366920938463463374607431768.211456 USDX",
    ],
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(InvalidAmount) as refused:
        USDX.parse(text)

    assert refused.value.moved is Moved.NO
    assert str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.1,
        float("nan"),
        float("inf"),
        True,
        False,
        None,
        b"1",
        [1],
        1j,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("0.0000001"),
        Decimal("-0.000001"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        -1,
        "-1",
        "1 USDX",
        "1e3",
        "1_000",
        "\u0663",
        "1\n",
        "0.0000001",
        "9" * 65,
        "340282366920938463463374607431768.211456",
        2**128,
    ],
)
def test_amount_refuses(value: Any) -> None:
    with pytest.raises(InvalidAmount):
        USDX.amount(value)


@pytest.mark.parametrize("value", [10**5000, -(10**5000)], ids=["positive", "negative"])
def test_amount_refuses_an_int_too_long_for_python_to_write(value: int) -> None:
    with pytest.raises(InvalidAmount):
        USDX.amount(value)


@pytest.mark.parametrize("units", [-1, MAX_BASE_UNITS + 1, 10**4000, 1.0, True, "1", None, Decimal(1)])
def test_base_units_are_an_int_in_range(units: Any) -> None:
    with pytest.raises(InvalidAmount):
        USDX.from_base_units(units)
    with pytest.raises(InvalidAmount):
        Amount(units, USDX)


def test_a_refusal_is_a_usage_error_and_a_value_error() -> None:
    assert issubclass(InvalidAmount, UsageError)
    assert issubclass(InvalidAmount, ValueError)


@settings(deadline=None)
@given(first=base_units, second=base_units)
def test_adding_and_subtracting_are_exact_or_refused(first: int, second: int) -> None:
    one, other = USDX.from_base_units(first), USDX.from_base_units(second)

    total, rest = read(lambda: one + other), read(lambda: one - other)

    assert (total is None) == (first + second > MAX_BASE_UNITS)
    assert total is None or total.base_units == first + second
    assert (rest is None) == (first < second)
    assert rest is None or rest.base_units == first - second


@settings(deadline=None)
@given(first=base_units, second=base_units)
def test_amounts_of_one_coin_are_ordered_as_their_base_units(first: int, second: int) -> None:
    one, other = USDX.from_base_units(first), USDX.from_base_units(second)

    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compare(one, other) == compare(first, second)
    assert bool(one) == (first != 0)


@pytest.mark.parametrize(
    "other", [EURX.amount(1), Denomination("USDX", 18).amount(1), 1, 1_000_000, Decimal(1), None, "1"]
)
@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge])
def test_nothing_but_the_same_coin_is_added_or_compared(operate: Callable[[Any, Any], Any], other: Any) -> None:
    with pytest.raises(InvalidAmount):
        operate(USDX.amount(1), other)


def test_amounts_of_two_coins_are_never_equal() -> None:
    assert USDX.amount(1) != EURX.amount(1)
    assert USDX.amount(1) != Denomination("USDX", 18).from_base_units(1_000_000)
    assert len({USDX.amount(1), EURX.amount(1), USDX.amount("1.00")}) == 2


def test_an_amount_cannot_be_changed() -> None:
    amount: Any = USDX.amount(1)

    with pytest.raises(AttributeError):
        amount.base_units = 2
