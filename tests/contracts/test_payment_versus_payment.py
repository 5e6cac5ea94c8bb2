"""settle(trade, firstSignature, secondSignature): both legs of a trade, or neither

when both parties signed this trade: whoever submits it, each is paid by the other, emits Settled; nothing stays behind
    given a party that is a contract: it signs by ERC-1271
    given the same coin in both legs: works
when a coin refuses its leg (blacklisted, paused, short, expired, canceled, not signed): refused for the same reason
when any field of the trade differs from what was signed, or the contract or the chain: refused
when the trade was settled: refused
when a coin is not what it seems: see test_odd_coins

A signature for a leg is worth nothing outside of its trade.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.chain import Call
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import AuthorizationUsed, Transfer
from tests.contracts.signing import (
    FORMS,
    TOKEN,
    key_of,
    new_wallet,
    next_second,
    sign,
    submitted,
    with_high_s,
)
from tests.contracts.trading import SETTLEMENT, Leg, Market
from tests.contracts.words import answer_of, create, facts_of, refusal_of, said, told

if TYPE_CHECKING:
    from tests.world import World

sides = pytest.mark.parametrize(("side", "party"), [("first", "alice"), ("second", "bob")])


def coin_of(market: Market, side: str) -> World:
    """The coin of a leg."""
    return market.dollar if side == "first" else market.euro


@pytest.mark.parametrize("submitter", ["admin", "alice", "bob"])
def test_pays_each_party_what_the_other_owes(market: Market, submitter: str) -> None:
    alice, bob, trade = market.dollar.address("alice"), market.dollar.address("bob"), market.trade()
    nonce = trade.nonce(market.settlement)

    receipt = market.settle(trade, by=submitter)

    for side, payer, payee in (("first", alice, bob), ("second", bob, alice)):
        coin, leg = coin_of(market, side).coin, getattr(trade, side)
        value = coin.denomination.from_base_units(leg.value)
        assert told(coin.events(receipt)) == [
            said(AuthorizationUsed, authorizer=payer, nonce=nonce),
            said(Transfer, sender=payer, to=market.settlement, value=value),
            said(Transfer, sender=market.settlement, to=payee, value=value),
        ]
        assert coin.total_supply() == coin.amount(10)
    [settled] = [log for log in receipt.logs if log.address == market.settlement]
    decoded = SETTLEMENT.abi.decode_event(settled.topics, settled.data)
    assert decoded is not None
    assert tuple(decoded.fields.values()) == (
        nonce,
        alice,
        bob,
        market.dollar.coin.address,
        3 * TOKEN,
        market.euro.coin.address,
        2 * TOKEN,
    )
    assert (market.held(alice), market.held(bob), market.held(market.settlement)) == ((7, 2), (3, 8), (0, 0))


def test_says_the_nonce_that_both_parties_sign(market: Market) -> None:
    trade = market.trade(valid_after=1, valid_before=2**200, salt=b"\x07" * 32)
    asked = Call(market.settlement, SETTLEMENT.abi.encode_call("nonceOf", trade.values))

    answer = market.dollar.chain.call(asked)

    assert answer == trade.nonce(market.settlement)
    assert answer != trade.nonce(market.settlement, chain_id=1)


def test_settles_every_trade_once(market: Market) -> None:
    trade = market.trade()
    market.settle(trade)
    used = {"authorizer": market.dollar.address("alice"), "nonce": trade.nonce(market.settlement)}

    assert market.refusal(trade) == ("AuthorizationUsedOrCanceled", used)
    market.settle(replace(trade, salt=b"\x01" * 32))

    assert market.held(market.dollar.address("alice")) == (4, 4)


def test_settles_a_trade_of_one_coin(market: Market) -> None:
    market.dollar.give("bob", 10)
    trade = market.trade(second=Leg(market.dollar.coin.address, market.dollar.address("bob"), 5 * TOKEN))

    market.settle(trade)

    assert market.held(market.dollar.address("alice")) == (12, 0)
    assert market.held(market.dollar.address("bob")) == (8, 10)
    assert market.held(market.settlement) == (0, 0)


def test_nobody_trades_one_coin_with_itself(market: Market) -> None:
    trade = market.trade(second=market.trade().first)
    used = {"authorizer": market.dollar.address("alice"), "nonce": trade.nonce(market.settlement)}

    refused = market.refusal(trade, market.signatures(trade, second="alice"))

    assert refused == ("AuthorizationUsedOrCanceled", used)


def test_a_leg_may_be_a_gift(market: Market) -> None:
    market.settle(market.trade().with_leg("second", value=0))

    assert market.held(market.dollar.address("bob")) == (3, 10)


def test_stray_coins_are_neither_used_nor_in_the_way(market: Market) -> None:
    market.dollar.do(market.dollar.coin.calls.transfer(market.settlement, market.dollar.coin.amount(1)), by="alice")

    market.settle(market.trade())

    assert market.held(market.settlement) == (1, 0)
    assert market.held(market.dollar.address("bob")) == (3, 8)


@sides
@pytest.mark.parametrize("more", [0, 1, 64])
def test_a_contract_signs_for_itself(market: Market, side: str, party: str, more: int) -> None:
    wallet = new_wallet(market.dollar, owner=party)
    coin = coin_of(market, side)
    coin.do(coin.coin.calls.transfer(wallet, coin.coin.amount(5)), by=party)
    trade = market.trade().with_leg(side, party=wallet)
    first, second = market.signatures(trade)
    handed_in = (first + bytes(more), second) if side == "first" else (first, second + bytes(more))
    stranger = market.signatures(trade, **{side: "admin"})

    assert market.refusal(trade, stranger) == ("InvalidSignature", {"signer": wallet})
    market.settle(trade, handed_in)

    assert market.held(wallet) == ((2, 2) if side == "first" else (3, 3))


@sides
def test_refused_when_a_party_is_blacklisted_by_either_coin(market: Market, side: str, party: str) -> None:
    stopped = market.dollar.address(party)
    for coin in (market.dollar, market.euro):
        coin.do(coin.coin.calls.blacklist(stopped), by="blacklister")
        assert market.refusal(market.trade()) == ("AccountBlacklisted", {"account": stopped}), side
        coin.do(coin.coin.calls.un_blacklist(stopped), by="unblacklister")

    assert market.is_untouched()
    assert market.refusal(market.trade()) is None


@sides
def test_refused_when_a_coin_blacklists_the_contract_but_not_for_who_submits(
    market: Market, side: str, party: str
) -> None:
    coin = coin_of(market, side)
    coin.do(coin.coin.calls.blacklist(coin.address("admin")), by="blacklister")
    assert market.refusal(market.trade(), by="admin") is None, party

    coin.do(coin.coin.calls.blacklist(market.settlement), by="blacklister")
    assert market.refusal(market.trade()) == ("AccountBlacklisted", {"account": market.settlement})


@sides
def test_refused_when_a_coin_is_paused(market: Market, side: str, party: str) -> None:
    coin = coin_of(market, side)
    coin.do(coin.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    assert market.refusal(market.trade()) == ("ScopePaused", {"scope": PauseScope.TRANSFERS}), party
    assert market.is_untouched()


@sides
def test_refused_when_a_party_holds_less(market: Market, side: str, party: str) -> None:
    trade = market.trade().with_leg(side, value=10 * TOKEN + 1)
    short = {"sender": market.dollar.address(party), "balance": 10 * TOKEN, "needed": 10 * TOKEN + 1}

    assert market.refusal(trade) == ("ERC20InsufficientBalance", short)
    assert market.is_untouched()


def test_works_in_its_first_and_last_second_and_is_refused_outside(market: Market) -> None:
    time = next_second(market.dollar)

    assert market.refusal(market.trade(valid_after=time)) == ("AuthorizationNotYetValid", {"valid_after": time})
    assert market.refusal(market.trade(valid_before=time)) == ("AuthorizationExpired", {"valid_before": time})
    market.settle(market.trade(valid_after=time - 1, valid_before=time + 1))

    assert market.held(market.dollar.address("bob")) == (3, 8)


@sides
def test_a_party_withdraws_by_canceling_its_nonce(market: Market, side: str, party: str) -> None:
    coin, trade = coin_of(market, side), market.trade()
    message = {"authorizer": coin.address(party), "nonce": trade.nonce(market.settlement)}
    domain = market.domain(coin.coin.address)
    canceled = sign(domain, "CancelAuthorization", message, key=key_of(party))
    coin.do(submitted(coin, "cancelAuthorization", message, canceled), by="admin")

    assert market.refusal(trade) == ("AuthorizationUsedOrCanceled", message)
    assert market.is_untouched()


@sides
def test_refused_when_a_party_did_not_sign(market: Market, side: str, party: str) -> None:
    trade = market.trade()
    invalid = ("InvalidSignature", {"signer": market.dollar.address(party)})
    first, second = market.signatures(trade)
    own = first if side == "first" else second

    for forged in (
        market.signed(trade, getattr(trade, side), by="admin"),
        second if side == "first" else first,
        with_high_s(own),
        bytes(65),
        own[:64],
        b"",
        own + b"\0",
    ):
        handed_in = (forged, second) if side == "first" else (first, forged)
        assert market.refusal(trade, handed_in) == invalid

    assert market.is_untouched()


@pytest.mark.parametrize("field", ["coin", "party", "value"])
@pytest.mark.parametrize("side", ["first", "second"])
def test_no_field_of_a_leg_may_differ_from_what_was_signed(market: Market, side: str, field: str) -> None:
    trade = market.trade()
    other: dict[str, Any] = {
        "coin": coin_of(market, "second" if side == "first" else "first").coin.address,
        "party": market.dollar.address("admin"),
        "value": 1,
    }
    altered = trade.with_leg(side, **{field: other[field]})

    refused = market.refusal(altered, market.signatures(trade))

    assert refused is not None
    assert refused[0] == "InvalidSignature"


@pytest.mark.parametrize("change", [{"valid_after": 1}, {"valid_before": 2**255}, {"salt": b"\x01" * 32}], ids=str)
def test_no_other_field_may_differ_from_what_was_signed(market: Market, change: dict[str, Any]) -> None:
    trade = market.trade()

    refused = market.refusal(replace(trade, **change), market.signatures(trade))

    assert refused == ("InvalidSignature", {"signer": market.dollar.address("alice")})


def test_the_legs_cannot_change_places(market: Market) -> None:
    trade = market.trade()
    first, second = market.signatures(trade)

    refused = market.refusal(replace(trade, first=trade.second, second=trade.first), (second, first))

    assert refused == ("InvalidSignature", {"signer": market.dollar.address("bob")})


def test_another_contract_cannot_use_the_signatures(market: Market) -> None:
    other = replace(market, settlement=create(market.dollar, SETTLEMENT))
    trade = market.trade()

    refused = other.refusal(trade, market.signatures(trade))

    assert refused == ("InvalidSignature", {"signer": market.dollar.address("alice")})
    assert other.refusal(trade) is None


def test_signatures_for_another_chain_do_not_count(market: Market) -> None:
    trade, alice = market.trade(), market.dollar.address("alice")
    honest, invalid = market.payment(trade, trade.first), ("InvalidSignature", {"signer": alice})
    domain = market.domain(trade.first.coin)
    kind, _, second = "ReceiveWithAuthorization", *market.signatures(trade)
    elsewhere = {**honest, "nonce": trade.nonce(market.settlement, chain_id=1)}

    for signed_domain, message in (({**domain, "chainId": 1}, honest), (domain, elsewhere)):
        first = sign(signed_domain, kind, message, key=key_of("alice"))
        assert market.refusal(trade, (first, second)) == invalid


@sides
@pytest.mark.parametrize("form", FORMS, ids=["v, r, s", "bytes"])
def test_a_legs_signature_is_worth_nothing_alone(market: Market, side: str, party: str, form: str) -> None:
    trade, coin = market.trade(), coin_of(market, side)
    leg: Leg = getattr(trade, side)
    message, signature = market.payment(trade, leg), market.signed(trade, leg, by=party)

    for stranger in ("admin", "alice", "bob"):
        alone = submitted(coin, "receiveWithAuthorization", message, signature, form)
        not_payee = {"caller": coin.address(stranger), "payee": market.settlement}
        assert facts_of(refusal_of(coin, alone, by=stranger)) == ("CallerNotPayee", not_payee)
        redirected = {**message, "to": coin.address(stranger)}
        for function, asked in (("receiveWithAuthorization", redirected), ("transferWithAuthorization", message)):
            call = submitted(coin, function, asked, signature, form)
            assert facts_of(refusal_of(coin, call, by=stranger)) == ("InvalidSignature", {"signer": leg.party})

    assert market.refusal(trade) is None


def test_it_needs_no_allowance_and_gives_none(market: Market) -> None:
    market.settle(market.trade())

    for coin in (market.dollar, market.euro):
        for party in ("alice", "bob"):
            assert answer_of(coin, "allowance", coin.address(party), market.settlement) == 0
            assert answer_of(coin, "allowance", market.settlement, coin.address(party)) == 0
