"""setGlobalLimit(capacity, refillPerSecond)

when the caller has no DEFAULT_ADMIN_ROLE: reverts
when the capacity does not fit in 112 bits: reverts
when it does not refill, or takes more than 272 years to: reverts
otherwise: keeps both figures to six significant digits, rounded down, and tells what is kept
    given coins created under the former limit: what has not come back stays taken

when all minters and bridges together would create more than is available: reverts, whatever is left to each
when coins are destroyed: nothing comes back by that
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AmountTooGreat,
    GlobalLimitExceeded,
    InvalidLimit,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import GlobalLimitChanged
from tests.contracts.words import (
    MAX_CAP,
    MAX_SUPPLY,
    UNLIMITED,
    allow_bridging,
    allow_minting,
    answer_of,
    call_of,
    reference,
    refilling,
    refusal_of,
    said,
    told,
    units,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

TOKEN = 1_000_000


@pytest.fixture
def limited(local: World) -> World:
    """All together may create 100 tokens at once, of which one base unit comes back each second."""
    allow_minting(local, "minter", 1000)
    allow_minting(local, "bob", 1000)
    allow_bridging(local, "bob", 1000)
    limit(local, 100 * TOKEN, 1)
    return local


def limit(world: World, capacity: int, refill: int) -> None:
    world.do(call_of(world, "setGlobalLimit", capacity, refill), by="admin")


def available(world: World) -> int:
    left: int = answer_of(world, "globalLimit")[2]
    return left


@pytest.mark.parametrize(
    ("capacity", "refill", "kept"),
    [
        (1_048_575, 1_048_575, (1_048_575, 1_048_575)),
        (1_048_576, 1_048_579, (1_048_570, 1_048_570)),
        (123_456_789_123, 1_999_999, (123_456_000_000, 1_999_990)),
        (MAX_SUPPLY, MAX_SUPPLY, (MAX_CAP, MAX_CAP)),
        (2**33 - 1, 1, (8_589_930_000, 1)),
        (0, 1, (0, 1)),
    ],
)
def test_keeps_six_digits_rounded_down(local: World, capacity: int, refill: int, kept: tuple[int, int]) -> None:
    cap = answer_of(local, "supplyCap")

    events = local.do(call_of(local, "setGlobalLimit", capacity, refill), by="admin")

    assert told(events) == [
        said(
            GlobalLimitChanged,
            capacity=units(local, kept[0]),
            refill_per_second=units(local, kept[1]),
            admin=local.address("admin"),
        )
    ]
    assert answer_of(local, "globalLimit") == (*kept, kept[0])
    assert answer_of(local, "supplyCap") == cap
    assert local.coin.total_supply() == units(local, 0)


def test_stands_above_all_minters_and_bridges_together(limited: World) -> None:
    coin, alice = limited.coin, limited.address("alice")
    limited.do(coin.calls.mint(alice, coin.amount(50)), by="minter")
    limited.do(call_of(limited, "crosschainMint", alice, 30 * TOKEN), by="bob")
    limited.do(call_of(limited, "mintBatch", [alice], [10 * TOKEN], [reference(1)]), by="bob")
    left, second = available(limited), call_of(limited, "mint(address,uint256)", alice, 11 * TOKEN)

    assert 10 * TOKEN <= left < 10 * TOKEN + 60
    for by in ("minter", "bob"):
        refused = refusal_of(limited, second, by=by)
        assert isinstance(refused, GlobalLimitExceeded)
        assert (refused.available, refused.needed) == (left, 11 * TOKEN)
    assert coin.total_supply() == coin.amount(90)
    assert coin.minter_allowance(limited.address("minter")) == coin.amount(950)


def test_what_is_available_can_be_minted_to_the_last_unit(limited: World) -> None:
    coin, alice = limited.coin, limited.address("alice")
    limited.do(coin.calls.mint(alice, coin.amount(99)), by="minter")
    left = available(limited)

    assert refusal_of(limited, call_of(limited, "mint(address,uint256)", alice, left), by="minter") is None
    refused = refusal_of(limited, call_of(limited, "mint(address,uint256)", alice, left + 1), by="minter")
    assert isinstance(refused, GlobalLimitExceeded)
    assert (refused.available, refused.needed) == (left, left + 1)


def test_comes_back_second_by_second(limited: World) -> None:
    coin, alice = limited.coin, limited.address("alice")
    limited.do(coin.calls.mint(alice, coin.amount(100)), by="minter")
    before, at = available(limited), limited.chain.block().timestamp

    limited.chain.advance(seconds=5_000)

    assert available(limited) - before == limited.chain.block().timestamp - at
    limited.chain.advance(seconds=100 * TOKEN)
    assert available(limited) == 100 * TOKEN


def test_burning_gives_nothing_back(limited: World) -> None:
    coin, minter = limited.coin, limited.address("minter")
    limited.do(coin.calls.mint(minter, coin.amount(100)), by="minter")

    limited.do(coin.calls.burn(coin.amount(100)), by="minter")

    assert coin.total_supply() == coin.amount(0)
    with reverts(GlobalLimitExceeded, needed=TOKEN):
        limited.do(coin.calls.mint(minter, coin.amount(1)), by="minter")


@pytest.mark.parametrize(("capacity", "left"), [(300, 240), (100, 40), (60, 0), (10, 0)])
def test_what_is_taken_stays_taken_when_the_limit_is_set_anew(limited: World, capacity: int, left: int) -> None:
    coin = limited.coin
    limited.do(coin.calls.mint(limited.address("alice"), coin.amount(60)), by="minter")

    limit(limited, capacity * TOKEN, 1)

    assert 0 <= available(limited) - left * TOKEN < 60


def test_a_minters_own_limit_is_told_first(limited: World) -> None:
    refilling(limited, "minter", 5 * TOKEN, 1)

    refused = refusal_of(
        limited, call_of(limited, "mint(address,uint256)", limited.address("alice"), 200 * TOKEN), by="minter"
    )

    assert type(refused).__name__ == "MintAllowanceExceeded"


def test_a_refused_mint_takes_nothing(limited: World) -> None:
    with reverts(GlobalLimitExceeded, available=100 * TOKEN, needed=100 * TOKEN + 1):
        limited.do(limited.coin.calls.mint(limited.address("alice"), units(limited, 100 * TOKEN + 1)), by="minter")

    assert available(limited) == 100 * TOKEN
    assert limited.coin.minter_allowance(limited.address("minter")) == limited.coin.amount(1000)


@pytest.mark.parametrize("capacity", [MAX_SUPPLY + 1, 2**128, UNLIMITED])
def test_reverts_when_the_capacity_does_not_fit_in_112_bits(local: World, capacity: int) -> None:
    with reverts(AmountTooGreat, amount=capacity, greatest=MAX_SUPPLY):
        limit(local, capacity, 2**100)


@pytest.mark.parametrize(
    ("capacity", "refill"),
    [(1, 0), (0, 0), (2**33, 1), (2**111, 2**78)],
    ids=["no refill", "nothing at all", "272 years", "272 years of much"],
)
def test_reverts_when_it_does_not_refill_in_272_years(local: World, capacity: int, refill: int) -> None:
    before = answer_of(local, "globalLimit")

    with reverts(InvalidLimit, capacity=capacity, refill_per_second=refill):
        limit(local, capacity, refill)

    assert answer_of(local, "globalLimit") == before


@pytest.mark.parametrize("caller", ["minter_admin", "upgrader", "alice"])
def test_reverts_when_the_caller_is_not_the_admin(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.DEFAULT_ADMIN_ROLE.identifier,
    ):
        local.do(call_of(local, "setGlobalLimit", 1, 1), by=caller)
