"""setSupplyCap(cap)

when the caller has no DEFAULT_ADMIN_ROLE: reverts
when the cap does not fit in 112 bits: reverts
otherwise: keeps the cap to six significant digits, rounded down, and tells what is kept
    given a greater supply: it stays, and nothing more is created until enough is destroyed

when a mint would lift the supply above the cap: reverts, whoever mints and however
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, AmountTooGreat, SupplyCapExceeded
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import SupplyCapChanged
from tests.contracts.words import (
    MAX_CAP,
    MAX_SUPPLY,
    UNLIMITED,
    allow_bridging,
    allow_minting,
    answer_of,
    call_of,
    reference,
    refusal_of,
    said,
    told,
    units,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

TOKEN = 1_000_000


def cap(world: World, base_units: int) -> None:
    world.do(call_of(world, "setSupplyCap", base_units), by="admin")


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (0, 0),
        (1, 1),
        (1_048_575, 1_048_575),
        (1_048_576, 1_048_570),
        (1_048_579, 1_048_570),
        (9_999_999, 999_999 * 10),
        (1_234_567_890_123, 123_456 * 10**7),
        (MAX_SUPPLY, MAX_CAP),
    ],
)
def test_keeps_six_digits_rounded_down(local: World, asked: int, kept: int) -> None:
    events = local.do(call_of(local, "setSupplyCap", asked), by="admin")

    assert told(events) == [said(SupplyCapChanged, cap=units(local, kept), admin=local.address("admin"))]
    assert answer_of(local, "supplyCap") == kept


def test_leaves_supply_and_global_limit_as_they_are(local: World) -> None:
    local.give("alice", 10)
    before = answer_of(local, "globalLimit")[:2]

    cap(local, 20 * TOKEN)

    assert answer_of(local, "globalLimit")[:2] == before
    assert local.coin.total_supply() == local.coin.balance_of(local.address("alice")) == local.coin.amount(10)


def test_lets_the_supply_fill_the_cap_and_no_more(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    cap(local, 10 * TOKEN)
    local.give("alice", 4)
    allow_minting(local, "minter", 100)

    with reverts(SupplyCapExceeded, cap=10 * TOKEN, supply=4 * TOKEN, value=6 * TOKEN + 1):
        local.do(coin.calls.mint(alice, units(local, 6 * TOKEN + 1)), by="minter")
    local.do(coin.calls.mint(alice, coin.amount(6)), by="minter")

    assert coin.total_supply() == coin.amount(10)
    assert coin.minter_allowance(local.address("minter")) == coin.amount(94)


def test_a_supply_above_the_cap_stays_and_makes_room_by_burning(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.give("alice", 10)
    allow_minting(local, "minter", 100)

    cap(local, 4 * TOKEN)

    assert coin.total_supply() == coin.balance_of(alice) == coin.amount(10)
    local.do(coin.calls.transfer(local.address("bob"), coin.amount(1)), by="alice")
    with reverts(SupplyCapExceeded, cap=4 * TOKEN, supply=10 * TOKEN, value=1):
        local.do(coin.calls.mint(alice, units(local, 1)), by="minter")
    local.do(call_of(local, "redeem", 7 * TOKEN, reference(1)), by="alice")
    local.do(coin.calls.mint(alice, coin.amount(1)), by="minter")
    assert coin.total_supply() == coin.amount(4)


def test_stops_every_way_of_creating_coins(local: World) -> None:
    alice, ref = local.address("alice"), reference(1)
    allow_minting(local, "minter", 100)
    allow_bridging(local, "minter", 100)
    cap(local, 5)
    ways = {
        "mint(address,uint256)": (alice, 6),
        "mint(address,uint256,bytes32)": (alice, 6, ref),
        "mintBatch": ([alice], [6], [ref]),
        "crosschainMint": (alice, 6),
    }

    for function, arguments in ways.items():
        refused = refusal_of(local, call_of(local, function, *arguments), by="minter")
        assert isinstance(refused, SupplyCapExceeded), function
        assert (refused.cap, refused.supply, refused.value) == (5, 0, 6)


def test_a_batch_exceeds_the_cap_by_its_sum(local: World) -> None:
    alice = local.address("alice")
    allow_minting(local, "minter", 100)
    cap(local, 10)

    with reverts(SupplyCapExceeded, cap=10, supply=6, value=5):
        local.do(call_of(local, "mintBatch", [alice, alice], [6, 5], [reference(1), reference(2)]), by="minter")

    assert local.coin.total_supply() == units(local, 0)


def test_a_cap_of_zero_lets_nothing_be_created(local: World) -> None:
    allow_minting(local, "minter", 100)
    cap(local, 0)

    with reverts(SupplyCapExceeded, cap=0, supply=0, value=1):
        local.do(local.coin.calls.mint(local.address("alice"), units(local, 1)), by="minter")


@pytest.mark.parametrize("asked", [MAX_SUPPLY + 1, 2**128, UNLIMITED])
def test_reverts_when_the_cap_does_not_fit_in_112_bits(local: World, asked: int) -> None:
    before = answer_of(local, "supplyCap")

    with reverts(AmountTooGreat, amount=asked, greatest=MAX_SUPPLY):
        cap(local, asked)

    assert answer_of(local, "supplyCap") == before


@pytest.mark.parametrize("caller", ["minter_admin", "upgrader", "alice"])
def test_reverts_when_the_caller_is_not_the_admin(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.DEFAULT_ADMIN_ROLE.identifier,
    ):
        local.do(call_of(local, "setSupplyCap", 1), by=caller)
