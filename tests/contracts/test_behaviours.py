"""How the coin behaves where others differ, one question each

transfer to zero, transfer to the coin itself: refused
a transferFrom of nothing by a stranger: refused
a blacklisted spender, whatever its allowance: refused
approve by or to a blacklisted account: done, and inert
mint to a blacklisted account: refused
a blacklisted relayer submits what somebody else signed: done
an account with code of its own (EIP-7702) signs with its key: done
blacklist twice: done, once
paused: approve, mint and burn stop by scope, `pause()` stops them all
paused: blacklisting, seizing and burning what is blacklisted: done
mint 2^200: refused
eip712Domain, supportsInterface: answered; every interface in `test_supports_interface.py`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    AmountTooGreat,
    ERC20InsufficientAllowance,
    ERC20InvalidReceiver,
    MintAllowanceExceeded,
    ScopePaused,
    SupplyCapExceeded,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Approval, Blacklisted
from tests.contracts.signing import FORMS, delegate, payment, permission, signed, submitted
from tests.contracts.words import (
    MAX_CAP,
    MAX_SUPPLY,
    UNLIMITED,
    allow_minting,
    answer_of,
    call_of,
    create,
    interface_id,
    lift_limits,
    mock,
    reference,
    refusal_of,
    said,
    told,
    units,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def test_refuses_a_transfer_to_zero(local: World) -> None:
    local.give("alice", 10)

    with reverts(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        local.do(call_of(local, "transfer", ZERO_ADDRESS, 1), by="alice")


def test_refuses_a_transfer_to_the_coin_itself(local: World) -> None:
    local.give("alice", 10)

    with reverts(ERC20InvalidReceiver, receiver=local.coin.address):
        local.do(local.coin.calls.transfer(local.coin.address, local.coin.amount(1)), by="alice")


def test_refuses_a_transfer_of_nothing_by_a_stranger(local: World) -> None:
    local.give("alice", 10)
    poison = local.coin.calls.transfer_from(local.address("alice"), local.address("admin"), local.coin.amount(0))

    with reverts(ERC20InsufficientAllowance, spender=local.address("bob"), allowance=0, needed=0):
        local.do(poison, by="bob")


@pytest.mark.parametrize("allowance", [1, UNLIMITED])
def test_refuses_a_blacklisted_spender_whatever_its_allowance(local: World, allowance: int) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(call_of(local, "approve", bob, allowance), by="alice")
    local.do(local.coin.calls.blacklist(bob), by="blacklister")

    with reverts(AccountBlacklisted, account=bob):
        local.do(local.coin.calls.transfer_from(alice, local.address("admin"), units(local, 1)), by="bob")


@pytest.mark.parametrize("party", ["alice", "bob"])
def test_approves_by_and_to_a_blacklisted_account_without_effect_on_balances(local: World, party: str) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.blacklist(local.address(party)), by="blacklister")

    events = local.do(coin.calls.approve(bob, coin.amount(1)), by="alice")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(1))]
    with reverts(AccountBlacklisted, account=local.address(party)):
        local.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")


def test_refuses_a_mint_to_a_blacklisted_account(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    allow_minting(local, "minter", 10)
    local.do(coin.calls.blacklist(alice), by="blacklister")

    with reverts(AccountBlacklisted, account=alice):
        local.do(coin.calls.mint(alice, coin.amount(1)), by="minter")


def test_blacklists_twice_with_the_effect_of_once(local: World) -> None:
    coin, alice = local.coin, local.address("alice")

    told_first = told(local.do(coin.calls.blacklist(alice), by="blacklister"))
    told_second = told(local.do(coin.calls.blacklist(alice), by="blacklister"))

    assert told_first == [said(Blacklisted, account=alice, blacklister=local.address("blacklister"))]
    assert told_second == []
    local.do(coin.calls.un_blacklist(alice), by="unblacklister")
    assert not coin.is_blacklisted(alice)


@pytest.mark.parametrize(
    ("scopes", "stopped"),
    [
        (PauseScope.TRANSFERS, {"approve"}),
        (PauseScope.MINTING, {"mint"}),
        (PauseScope.REDEMPTION, {"burn"}),
        (PauseScope.ALL, {"approve", "mint", "burn"}),
    ],
    ids=["transfers", "minting", "redemption", "everything"],
)
def test_a_pause_stops_approve_mint_and_burn_by_scope(local: World, scopes: PauseScope, stopped: set[str]) -> None:
    coin, alice = local.coin, local.address("alice")
    local.give("minter", 10)
    allow_minting(local, "minter", 10)
    verbs = {
        "approve": coin.calls.approve(alice, coin.amount(1)),
        "mint": coin.calls.mint(alice, coin.amount(1)),
        "burn": coin.calls.burn(coin.amount(1)),
    }

    local.do(coin.calls.pause(scopes), by="pauser")

    refusals = {verb: refusal_of(local, call, by="minter") for verb, call in verbs.items()}
    assert {verb for verb, refused in refusals.items() if isinstance(refused, ScopePaused)} == stopped
    assert {verb for verb, refused in refusals.items() if refused is None} == set(verbs) - stopped


def test_blacklists_and_frees_while_everything_is_paused(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.do(coin.calls.pause(), by="pauser")

    local.do(coin.calls.blacklist(alice), by="blacklister")
    assert coin.is_blacklisted(alice)
    local.do(coin.calls.un_blacklist(alice), by="unblacklister")
    assert not coin.is_blacklisted(alice)


def test_seizes_and_burns_what_is_blacklisted_while_everything_is_paused(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.pause(), by="pauser")
    local.do(coin.calls.blacklist(alice), by="blacklister")

    local.do(call_of(local, "seize", alice, bob, 4_000_000, reference(1)), by="unblacklister")
    local.do(call_of(local, "burnBlacklisted", alice, 5_000_000, reference(2)), by="unblacklister")

    assert coin.balance_of(alice) == coin.amount(1)
    assert coin.balance_of(bob) == coin.amount(4)
    assert coin.total_supply() == coin.amount(5)


@pytest.mark.parametrize("form", FORMS)
def test_a_blacklisted_relayer_submits_what_somebody_else_signed(local: World, form: str) -> None:
    coin, bob = local.coin, local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.blacklist(local.address("admin")), by="blacklister")
    message = payment(local)
    signature = signed(local, "TransferWithAuthorization", message)

    local.do(submitted(local, "transferWithAuthorization", message, signature, form), by="admin")

    assert coin.balance_of(bob) == coin.amount(1)
    assert coin.total_supply() == coin.amount(10)


@pytest.mark.parametrize("form", FORMS)
def test_an_eip_7702_account_pays_and_permits_with_its_own_key(local: World, form: str) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    delegate(local, "alice", create(local, mock("WrongUuidIssuer")))  # which knows nothing of signatures
    message, permit = payment(local), permission(local)
    signature, permitted = signed(local, "TransferWithAuthorization", message), signed(local, "Permit", permit)

    local.do(submitted(local, "transferWithAuthorization", message, signature, form), by="admin")
    local.do(submitted(local, "permit", permit, permitted, form), by="admin")

    assert coin.balance_of(bob) == coin.allowance(alice, bob) == coin.amount(1)


def test_refuses_to_mint_two_to_the_power_of_200(local: World) -> None:
    coin, minter, alice = local.coin, local.address("minter"), local.address("alice")
    mint, absurd = "mint(address,uint256)", 2**200
    local.give("alice", 1)
    for function in ("configureMinter(address,uint256)", "configureMinter(address,uint256,uint256)"):
        rest = (absurd,) if function.count("uint") == 1 else (absurd, absurd)
        with reverts(AmountTooGreat, amount=absurd, greatest=MAX_SUPPLY):
            local.do(call_of(local, function, minter, *rest), by="minter_admin")
    lift_limits(local)
    local.do(coin.calls.configure_minter(minter, units(local, MAX_SUPPLY)), by="minter_admin")

    with reverts(MintAllowanceExceeded, minter=minter, available=MAX_SUPPLY, needed=absurd):
        local.do(call_of(local, mint, alice, absurd), by="minter")
    with reverts(SupplyCapExceeded, cap=MAX_CAP, supply=1_000_000, value=MAX_SUPPLY):
        local.do(call_of(local, mint, alice, MAX_SUPPLY), by="minter")

    assert coin.total_supply() == coin.amount(1)


def test_says_its_domain_and_its_interfaces(local: World) -> None:
    domain = answer_of(local, "eip712Domain")

    chain_id = local.chain.network.chain_id
    assert domain == (b"\x0f", "Test Dollar", "1", chain_id, local.coin.address, bytes(32), ())
    assert local.coin.supports_interface(interface_id("supportsInterface(bytes4)"))
    assert not local.coin.supports_interface(b"\xff" * 4)
