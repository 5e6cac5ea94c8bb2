"""setReserveFeed(feed, maxAgeSeconds), attestedReserve, and what they do to minting

when the caller has no DEFAULT_ADMIN_ROLE: reverts
when the feed does not answer, or its answer is stale: reverts, and the former feed stays
otherwise: sets the feed, emits ReserveFeedChanged
when the feed is zero: nothing asks for one any more

given a feed: no coin is created, by any way, that would lift the supply above the reserve
    given an answer that is too old or from the future, or none at all: no coin is created
    given an answer of zero or less: the reserve is zero
    the answer's decimals are turned into the coin's, rounded down
everything else works whatever the feed says
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment import deploy
from stablecoin_tools.errors import Reverted
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    ReserveExceeded,
    ReserveFeedMissing,
    ReserveFeedStale,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.token.events import ReserveFeedChanged
from tests.contracts.words import (
    allow_bridging,
    allow_minting,
    answer_of,
    call_of,
    create,
    facts_of,
    mock,
    reference,
    refusal_of,
    said,
    told,
    units,
)
from tests.world import World, reverts, spec_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN = 1_000_000
DAY_SECONDS = 86_400
FEED = mock("ReserveFeed")


def new_feed(world: World, answer: int, *, decimals: int = 6, age_seconds: int = 0) -> Address:
    """A feed that answered this, this long ago."""
    return create(world, FEED, decimals, answer, world.chain.block().timestamp - age_seconds)


def tell(world: World, feed: Address, function: str, *arguments: int) -> None:
    """Has the feed say something else."""
    world.send(Call(feed, FEED.abi.encode_call(function, *arguments)), by="alice")


def attest(world: World, answer: int, *, decimals: int = 6, max_age_seconds: int = DAY_SECONDS) -> Address:
    """Sets a feed that attests this."""
    feed = new_feed(world, answer, decimals=decimals)
    world.do(call_of(world, "setReserveFeed", feed, max_age_seconds), by="admin")
    return feed


def ways_of_minting(world: World, value: int) -> dict[str, Call]:
    """Every way to create coins, for alice, in one transaction."""
    alice, refs = world.address("alice"), [reference(1), reference(2)]
    ways: dict[str, Sequence[object]] = {
        "mint(address,uint256)": (alice, value),
        "mint(address,uint256,bytes32)": (alice, value, refs[0]),
        "mintBatch": ([alice, alice], [value - 1, 1], refs),
        "crosschainMint": (alice, value),
    }
    return {function: call_of(world, function, *arguments) for function, arguments in ways.items()}


@pytest.fixture
def minting(local: World) -> World:
    """Bob holds 10 tokens; the minter may mint and bridge 1,000."""
    local.give("bob", 10)
    allow_minting(local, "minter", 1000)
    allow_bridging(local, "minter", 1000)
    return local


def test_sets_the_feed(minting: World) -> None:
    feed = new_feed(minting, 100 * TOKEN)

    events = minting.do(call_of(minting, "setReserveFeed", feed, DAY_SECONDS), by="admin")

    admin = minting.address("admin")
    assert told(events) == [said(ReserveFeedChanged, feed=feed, max_age_seconds=DAY_SECONDS, admin=admin)]
    assert answer_of(minting, "reserveFeed") == (feed, DAY_SECONDS)
    assert answer_of(minting, "attestedReserve") == 100 * TOKEN


def test_lets_every_way_of_minting_fill_the_reserve_and_no_more(minting: World) -> None:
    attest(minting, 100 * TOKEN)
    exceeded = {"reserve": 100 * TOKEN, "supply": 100 * TOKEN + 1}

    for function, call in ways_of_minting(minting, 90 * TOKEN).items():
        assert refusal_of(minting, call, by="minter") is None, function
    for function, call in ways_of_minting(minting, 90 * TOKEN + 1).items():
        refused = facts_of(refusal_of(minting, call, by="minter"))
        assert refused == ("ReserveExceeded", exceeded), function


def test_mints_to_the_reserve_exactly(minting: World) -> None:
    coin, alice = minting.coin, minting.address("alice")
    attest(minting, 100 * TOKEN)

    minting.do(coin.calls.mint(alice, coin.amount(90)), by="minter")

    assert coin.total_supply() == coin.amount(100)
    with reverts(ReserveExceeded, reserve=100 * TOKEN, supply=100 * TOKEN + 1):
        minting.do(coin.calls.mint(alice, units(minting, 1)), by="minter")
    assert coin.total_supply() == coin.amount(100)


@pytest.mark.parametrize(
    ("decimals", "answer", "reserve"),
    [
        (0, 11, 11 * TOKEN),
        (6, 11 * TOKEN + 7, 11 * TOKEN + 7),
        (8, 11 * 10**8 + 799, 11 * TOKEN + 7),
        (18, 11 * 10**18 + 8 * 10**12 - 1, 11 * TOKEN + 7),
        (8, 99, 0),
        (18, 10**12, 1),
    ],
)
def test_turns_the_answer_into_the_coins_decimals_rounded_down(
    local: World, decimals: int, answer: int, reserve: int
) -> None:
    attest(local, answer, decimals=decimals)

    assert answer_of(local, "attestedReserve") == reserve


@pytest.mark.parametrize("coin_decimals", [0, 6, 8, 18])
@pytest.mark.parametrize("feed_decimals", [0, 6, 8, 18])
def test_turns_decimals_of_any_feed_into_those_of_any_coin(
    local: World, coin_decimals: int, feed_decimals: int
) -> None:
    spec = spec_of(local.signers, decimals=coin_decimals, symbol=f"T{coin_decimals}")
    deployed = deploy(spec, local.chain, signer=local.signers["admin"], transactions=local.transactions)
    coin = Stablecoin(local.chain, deployed.address, transactions=local.transactions)
    other = World(local.chain, coin, local.transactions, local.signers)

    attest(other, 7 * 10**feed_decimals, decimals=feed_decimals)

    assert answer_of(other, "attestedReserve") == 7 * 10**coin_decimals


@pytest.mark.parametrize("answer", [0, -1, -(2**255)])
def test_an_answer_of_zero_or_less_is_no_reserve(minting: World, answer: int) -> None:
    attest(minting, answer)

    assert answer_of(minting, "attestedReserve") == 0
    with reverts(ReserveExceeded, reserve=0, supply=11 * TOKEN):
        minting.do(minting.coin.calls.mint(minting.address("alice"), minting.coin.amount(1)), by="minter")


def test_an_answer_may_be_as_old_as_was_set_and_not_a_second_older(minting: World) -> None:
    feed = attest(minting, 100 * TOKEN, max_age_seconds=100)
    updated_at = int.from_bytes(minting.chain.call(Call(feed, FEED.abi.encode_call("latestRoundData")))[96:128], "big")
    mint = call_of(minting, "mint(address,uint256)", minting.address("alice"), 1)
    stale = ("ReserveFeedStale", {"updated_at": updated_at, "max_age_seconds": 100})

    outcomes = []
    minting.chain.advance(seconds=90)
    for _ in range(20):
        refused = facts_of(refusal_of(minting, mint, by="minter"))
        assert refused in (None, stale)
        outcomes.append((moment_of_calls(minting) - updated_at, refused is None))
        minting.chain.advance(seconds=1)

    assert [is_done for _, is_done in outcomes] == [age <= 100 for age, _ in outcomes]
    assert {True, False} == {is_done for _, is_done in outcomes}


def moment_of_calls(world: World) -> int:
    """The moment of a call that is not sent: TIMESTAMP, stored and returned."""
    return int.from_bytes(world.chain.call(Call(None, bytes.fromhex("425f5260205ff3"))), "big")


@pytest.mark.parametrize("ahead_seconds", [1_000, 2**40, 2**255])
def test_an_answer_from_the_future_is_no_answer(minting: World, ahead_seconds: int) -> None:
    feed = attest(minting, 100 * TOKEN)
    updated_at = minting.chain.block().timestamp + ahead_seconds
    tell(minting, feed, "set", 100 * TOKEN, updated_at)

    for function, call in ways_of_minting(minting, 2).items():
        refused = refusal_of(minting, call, by="minter")
        assert isinstance(refused, ReserveFeedStale), function
        assert (refused.updated_at, refused.max_age_seconds) == (updated_at, DAY_SECONDS)


def test_a_feed_that_reverts_lets_nothing_be_created(minting: World) -> None:
    feed = attest(minting, 100 * TOKEN)
    tell(minting, feed, "takeDown")

    for function, call in ways_of_minting(minting, 2).items():
        assert isinstance(refusal_of(minting, call, by="minter"), Reverted), function

    assert minting.coin.total_supply() == minting.coin.amount(10)


def test_everything_else_works_without_the_feed(minting: World) -> None:
    coin, bob = minting.coin, minting.address("bob")
    tell(minting, attest(minting, 100 * TOKEN), "takeDown")

    minting.do(coin.calls.transfer(minting.address("alice"), coin.amount(2)), by="bob")
    minting.do(call_of(minting, "redeem", TOKEN, reference(3)), by="bob")
    minting.do(call_of(minting, "crosschainBurn", bob, TOKEN), by="minter")
    minting.do(coin.calls.blacklist(bob), by="blacklister")
    minting.do(call_of(minting, "burnBlacklisted", bob, TOKEN, reference(4)), by="unblacklister")

    assert coin.total_supply() == coin.amount(7)


def test_a_supply_above_the_reserve_stays(minting: World) -> None:
    attest(minting, 5 * TOKEN)

    assert minting.coin.total_supply() == minting.coin.amount(10)
    with reverts(ReserveExceeded, reserve=5 * TOKEN, supply=10 * TOKEN + 1):
        minting.do(call_of(minting, "mint(address,uint256)", minting.address("alice"), 1), by="minter")


def test_a_feed_that_is_taken_away_is_asked_no_more(minting: World) -> None:
    tell(minting, attest(minting, 5 * TOKEN), "takeDown")

    events = minting.do(call_of(minting, "setReserveFeed", ZERO_ADDRESS, 0), by="admin")

    admin = minting.address("admin")
    assert told(events) == [said(ReserveFeedChanged, feed=ZERO_ADDRESS, max_age_seconds=0, admin=admin)]
    for function, call in ways_of_minting(minting, 90 * TOKEN).items():
        assert refusal_of(minting, call, by="minter") is None, function
    with reverts(ReserveFeedMissing):
        answer_of(minting, "attestedReserve")


def test_there_is_no_reserve_to_attest_before_a_feed_is_set(local: World) -> None:
    assert answer_of(local, "reserveFeed") == (ZERO_ADDRESS, 0)
    with reverts(ReserveFeedMissing):
        answer_of(local, "attestedReserve")


def test_a_feed_that_is_stale_or_silent_is_not_set(minting: World) -> None:
    first, stale, down = attest(minting, 100 * TOKEN), new_feed(minting, 1, age_seconds=101), new_feed(minting, 1)
    tell(minting, down, "takeDown")

    with reverts(ReserveFeedStale, max_age_seconds=100):
        minting.do(call_of(minting, "setReserveFeed", stale, 100), by="admin")
    for silent in (down, minting.address("alice"), minting.coin.implementation()):
        assert isinstance(refusal_of(minting, call_of(minting, "setReserveFeed", silent, 100), by="admin"), Reverted)

    assert answer_of(minting, "reserveFeed") == (first, DAY_SECONDS)
    assert answer_of(minting, "attestedReserve") == 100 * TOKEN


@pytest.mark.parametrize("caller", ["minter_admin", "upgrader", "alice"])
def test_reverts_when_the_caller_is_not_the_admin(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.DEFAULT_ADMIN_ROLE.identifier,
    ):
        local.do(call_of(local, "setReserveFeed", ZERO_ADDRESS, 0), by=caller)
