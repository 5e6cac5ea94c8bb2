"""settle(trade, firstSignature, secondSignature), where a coin is not what it seems

when a coin pays in, or out, another amount than the trade says: refused
when there is no coin: refused
when a coin calls back while it is moved: it settles nothing meanwhile, and gains nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from tests.contracts.signing import CODES_THAT_DO_NOT_SIGN, put_code
from tests.contracts.trading import Leg
from tests.contracts.words import call_of, create, mock

if TYPE_CHECKING:
    from tests.contracts.trading import Market, Trade

REENTERING = mock("ReenteringCoin").abi


def odd_trade(market: Market, coin: Address, side: str = "second") -> Trade:
    """Bob pays in a coin that is none of ours, and asks for no signature."""
    odd = Leg(coin, market.dollar.address("bob"), 200)
    return market.trade(second=odd) if side == "second" else market.trade(first=odd, second=market.trade().first)


def settle_odd(market: Market, trade: Trade) -> None:
    market.settle(trade, tuple_of_signatures(market, trade))


def tuple_of_signatures(market: Market, trade: Trade) -> tuple[bytes, bytes]:
    alice_first = trade.first.coin == market.dollar.coin.address
    return market.signatures(trade, first="alice" if alice_first else "bob", second="bob" if alice_first else "alice")


@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize(("percent", "received"), [(99, 198), (0, 0), (101, 202)])
def test_refused_when_a_coin_pays_in_another_amount(market: Market, side: str, percent: int, received: int) -> None:
    odd = create(market.dollar, mock("FeeCoin"), market.dollar.address("bob"), percent, 100)
    trade = odd_trade(market, odd, side)

    refused = market.refusal(trade, tuple_of_signatures(market, trade))

    assert refused == ("AmountDiffers", {"coin": odd, "received": received, "needed": 200})
    assert market.is_untouched()


@pytest.mark.parametrize("percent", [99, 0])
def test_refused_when_a_coin_pays_out_another_amount(market: Market, percent: int) -> None:
    odd = create(market.dollar, mock("FeeCoin"), market.dollar.address("bob"), 100, percent)
    trade = odd_trade(market, odd)

    assert market.refusal(trade, tuple_of_signatures(market, trade)) is not None


def test_settles_with_the_same_coin_once_it_pays_exactly(market: Market) -> None:
    odd = create(market.dollar, mock("FeeCoin"), market.dollar.address("bob"), 100, 100)

    settle_odd(market, odd_trade(market, odd))

    assert market.held(market.dollar.address("bob")) == (3, 10)


@pytest.mark.parametrize("coin", ["nobody", "code that answers nothing"])
def test_refused_when_a_leg_is_paid_in_no_coin(market: Market, coin: str) -> None:
    code = bytes.fromhex(CODES_THAT_DO_NOT_SIGN["answers nothing"])
    odd = Address(b"\x42" * 20) if coin == "nobody" else put_code(market.dollar, code)
    trade = odd_trade(market, odd)

    assert market.refusal(trade, tuple_of_signatures(market, trade)) == ("UnknownRevert", {"revert_data": b""})
    assert market.is_untouched()


@pytest.mark.parametrize("side", ["first", "second"])
def test_a_coin_that_calls_back_settles_no_other_trade_meanwhile(market: Market, side: str) -> None:
    odd = create(market.dollar, mock("ReenteringCoin"), market.dollar.address("bob"))
    inner, outer = market.trade(salt=b"\x01" * 32), odd_trade(market, odd, side)
    prepare(market, odd, market.settling(inner))

    settle_odd(market, outer)

    assert (counted(market, odd, "attempts"), counted(market, odd, "successes")) == (2, 0)
    assert market.held(market.dollar.address("alice")) == (7, 0)
    assert market.held(market.dollar.address("bob")) == (3, 10)
    assert market.held(market.settlement) == (0, 0)
    market.settle(inner)
    assert market.held(market.dollar.address("bob")) == (6, 8)


def test_a_coin_that_calls_back_can_call_everybody_else(market: Market) -> None:
    """So the test above counts refusals of the settling contract, and no mistakes of the coin."""
    odd = create(market.dollar, mock("ReenteringCoin"), market.dollar.address("bob"))
    prepare(market, odd, call_of(market.dollar, "totalSupply"))

    settle_odd(market, odd_trade(market, odd))

    assert (counted(market, odd, "attempts"), counted(market, odd, "successes")) == (2, 2)


def prepare(market: Market, coin: Address, call: Call) -> None:
    """Tells a reentering coin whom to call, and what."""
    market.dollar.send(Call(coin, REENTERING.encode_call("prepare", call.to, call.data)), by="admin")


def counted(market: Market, coin: Address, what: str) -> int:
    return int.from_bytes(market.dollar.chain.call(Call(coin, REENTERING.encode_call(what))), "big")
