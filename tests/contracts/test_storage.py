"""Where the coin keeps what

Every namespace stands at its ERC-7201 slot. The account word holds balance, permit nonce and three flags; the head word
supply, supply cap, global limit, paused scopes and three flags. No flag touches another, nor a number beside it.
The coin takes no ETH. No selector has two owners.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.roles import PauseScope
from tests.conftest import ROOT
from tests.contracts.signing import permission, signed, submitted
from tests.contracts.words import (
    ALLOWLIST_ONLY,
    BLACKLISTED,
    BRIDGING_SLOT,
    DESCRIBING_SLOT,
    GLOBAL_LIMIT_OFFSET,
    LANE_CLOSED,
    LEDGER_SLOT,
    MAX_CAP,
    MAX_SUPPLY,
    MAY_MINT,
    MINTER,
    MINTING_SLOT,
    PERMIT_NONCE_OFFSET,
    REFERENCING_SLOT,
    RESERVE_GATED,
    RESERVING_SLOT,
    SCOPES_OFFSET,
    SUPPLY_CAP_OFFSET,
    VERIFIED,
    account_word,
    allow_bridging,
    allow_minting,
    call_of,
    close_lane,
    create,
    head_word,
    lift_limits,
    minter_word,
    mock,
    reference,
    refilling,
    slot_of,
    units,
    word_at,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

NAMESPACES = {
    "Ledger": ("LedgerWords.sol", LEDGER_SLOT),
    "Minting": ("powers/Minting.sol", MINTING_SLOT),
    "Bridging": ("powers/Bridging.sol", BRIDGING_SLOT),
    "Referencing": ("powers/Referencing.sol", REFERENCING_SLOT),
    "Reserving": ("powers/Reserving.sol", RESERVING_SLOT),
    "Describing": ("powers/Describing.sol", DESCRIBING_SLOT),
}
LIMIT_BITS = 108
MOMENT_OFFSET, REFILL_OFFSET = 50, 25
UNITS_PER_SECOND = 2**24
SUPPLY_MASK = 2**112 - 1
LAST_SECOND = 2**48 - 1

# Each flag of a word: its bit, and how it is set and cleared. `party` is alice, `feed` a reserve feed.
ACCOUNT_FLAGS = {
    "blacklisted": (BLACKLISTED, ("blacklister", "blacklist", "party"), ("unblacklister", "unBlacklist", "party")),
    "verified": (VERIFIED, ("unpauser", "verify", "party"), ("unpauser", "unVerify", "party")),
    "minter": (
        MINTER,
        ("minter_admin", "configureMinter(address,uint256)", "party", 5),
        ("minter_admin", "removeMinter", "party"),
    ),
}
HEAD_FLAGS = {
    "lane closed": (LANE_CLOSED, ("upgrader", "closeLane"), ("upgrader", "openLane")),
    "allowlist only": (ALLOWLIST_ONLY, ("admin", "setAllowlistOnly", True), ("admin", "setAllowlistOnly", False)),
    "reserve gated": (
        RESERVE_GATED,
        ("admin", "setReserveFeed", "feed", LAST_SECOND),
        ("admin", "setReserveFeed", bytes(20), 0),
    ),
    "transfers": (1 << SCOPES_OFFSET, ("pauser", "pause(uint256)", 1), ("unpauser", "unpause(uint256)", 1)),
    "minting": (2 << SCOPES_OFFSET, ("pauser", "pause(uint256)", 2), ("unpauser", "unpause(uint256)", 2)),
    "redemption": (4 << SCOPES_OFFSET, ("pauser", "pause(uint256)", 4), ("unpauser", "unpause(uint256)", 4)),
}


def erc7201_slot(namespace: str) -> int:
    """Where a namespace begins. Source: ERC-7201."""
    inner = int.from_bytes(keccak(namespace.encode()), "big") - 1
    return int.from_bytes(keccak(inner.to_bytes(32, "big")), "big") & ~0xFF


def number_of(mantissa: int, exponent: int) -> int:
    """A cap, capacity or refill as it is kept."""
    return mantissa << 5 | exponent


def limit_in(word: int, offset: int) -> tuple[int, int, int]:
    """A limit's moment, refill and capacity, as they stand in a word."""
    limit = word >> offset & (1 << LIMIT_BITS) - 1
    return limit >> MOMENT_OFFSET, limit >> REFILL_OFFSET & 2**25 - 1, limit & 2**25 - 1


def walk(count: int) -> list[int]:
    """Through every set of flags and back to none, one flag at a time: a Gray code's steps."""
    return [(step & -step).bit_length() - 1 for step in range(1, 2**count)] + [count - 1]


@pytest.mark.parametrize("name", NAMESPACES)
def test_a_namespace_begins_at_its_erc7201_slot(name: str) -> None:
    path, slot = NAMESPACES[name]
    source = (ROOT / "contracts" / path).read_text()
    written = re.findall(r"_STORAGE = (0x[0-9a-f]{64});", source)

    assert f"erc7201:stablecoin.storage.{name}" in source
    assert [int(found, 16) for found in written] == [erc7201_slot(f"stablecoin.storage.{name}")] == [slot]


def test_no_namespace_is_without_a_test() -> None:
    sources = (ROOT / "contracts").rglob("*.sol")
    named = {
        name
        for path in sources
        if "node_modules" not in path.parts
        for name in re.findall(r"erc7201:stablecoin\.storage\.(\w+)", path.read_text())
    }

    assert named == set(NAMESPACES)


def test_a_new_coin_keeps_its_cap_and_limit_and_nothing_else_in_the_head_word(local: World) -> None:
    cap, capacity = number_of(10**6, 10), number_of(10**6, 9)
    refill = number_of(115_740, 5)  # a thousand million tokens a day, of 10**6 base units each

    head = head_word(local)
    moment = limit_in(head, GLOBAL_LIMIT_OFFSET)[0]

    limit = moment << MOMENT_OFFSET | refill << REFILL_OFFSET | capacity
    assert head == limit << GLOBAL_LIMIT_OFFSET | cap << SUPPLY_CAP_OFFSET
    assert moment % UNITS_PER_SECOND == 0  # the second of its creation: the limit is full
    assert moment // UNITS_PER_SECOND <= local.chain.block().timestamp
    assert account_word(local, local.address("alice")) == 0


def test_balances_and_supply_stand_in_the_low_bits_of_their_words(local: World) -> None:
    local.give("alice", 10)
    local.give("bob", 5)

    assert head_word(local) & SUPPLY_MASK == 15_000_000
    assert account_word(local, local.address("alice")) == 10_000_000
    assert account_word(local, local.address("bob")) == 5_000_000


def test_a_mint_puts_off_the_moment_when_the_global_limit_is_full_again(local: World) -> None:
    before = head_word(local)

    local.give("alice", 10)

    head, minted_at = head_word(local), local.chain.block().timestamp
    moment, refill, capacity = limit_in(head, GLOBAL_LIMIT_OFFSET)
    assert (refill, capacity) == limit_in(before, GLOBAL_LIMIT_OFFSET)[1:]
    assert moment == minted_at * UNITS_PER_SECOND + -(-10_000_000 * UNITS_PER_SECOND // (115_740 * 10**5))
    assert head >> SUPPLY_CAP_OFFSET & 2**25 - 1 == before >> SUPPLY_CAP_OFFSET & 2**25 - 1
    assert head >> GLOBAL_LIMIT_OFFSET + LIMIT_BITS == 0


def test_allowances_stand_in_words_of_their_own(local: World) -> None:
    alice, bob, head = local.address("alice"), local.address("bob"), head_word(local)
    local.do(local.coin.calls.approve(bob, local.coin.amount(3)), by="alice")
    allow_minting(local, "minter", 7)
    allow_bridging(local, "bob", 9)

    assert word_at(local, slot_of(slot_of(LEDGER_SLOT + 2, alice), bob)) == 3_000_000
    assert minter_word(local, local.address("minter")) == MAY_MINT | 7_000_000
    assert word_at(local, slot_of(BRIDGING_SLOT, bob)) == 9_000_000
    assert head_word(local) == head
    assert account_word(local, alice) == account_word(local, bob) == 0
    assert account_word(local, local.address("minter")) == MINTER


def test_a_limit_that_refills_stands_above_the_allowance(local: World) -> None:
    alice, minter = local.address("alice"), local.address("minter")
    refilling(local, "minter", 5_000_000, 300)
    local.do(local.coin.calls.mint(alice, units(local, 7)), by="minter")

    word, minted_at = minter_word(local, minter), local.chain.block().timestamp

    moment = minted_at * UNITS_PER_SECOND + -(-7 * UNITS_PER_SECOND // 300)
    assert limit_in(word, 128) == (moment, number_of(300, 0), number_of(500_000, 1))
    assert word >> 128 + LIMIT_BITS == MAY_MINT >> 128 + LIMIT_BITS
    assert word % 2**128 == 0


def test_used_nonces_and_references_are_one_bit_each(local: World) -> None:
    alice, minter = local.address("alice"), local.address("minter")
    allow_minting(local, "minter", 9)
    ref = reference(3 * 256 + 5)
    message = {"authorizer": alice, "nonce": ref}
    cancellation = submitted(
        local, "cancelAuthorization", message, signed(local, "CancelAuthorization", message), "bytes"
    )

    local.do(cancellation, by="bob")
    local.do(call_of(local, "mint(address,uint256,bytes32)", alice, 9, ref), by="minter")
    local.do(call_of(local, "redeem", 2, ref), by="alice")

    def word_three_of(mapping: int) -> int:
        return word_at(local, int.from_bytes(keccak((3).to_bytes(32, "big") + mapping.to_bytes(32, "big")), "big"))

    assert word_three_of(slot_of(LEDGER_SLOT + 3, alice)) == 1 << 5
    assert word_three_of(slot_of(REFERENCING_SLOT, ZERO_ADDRESS)) == 1 << 5
    assert word_three_of(slot_of(REFERENCING_SLOT, alice)) == 1 << 5
    assert word_three_of(slot_of(REFERENCING_SLOT, minter)) == 0


def test_a_permit_counts_in_the_middle_of_the_account_word(local: World) -> None:
    alice = local.address("alice")
    local.give("alice", 10)

    for nonce in range(2):
        message = permission(local, nonce=nonce)
        local.do(submitted(local, "permit", message, signed(local, "Permit", message)), by="bob")

    assert account_word(local, alice) == 2 << PERMIT_NONCE_OFFSET | 10_000_000


def test_no_flag_of_an_account_touches_another_nor_nonce_nor_balance(local: World) -> None:
    alice = local.address("alice")
    fill(local)
    message = permission(local)
    local.do(submitted(local, "permit", message, signed(local, "Permit", message)), by="bob")
    expected = 1 << PERMIT_NONCE_OFFSET | MAX_CAP
    assert account_word(local, alice) == expected

    for place in walk(len(ACCOUNT_FLAGS)):
        bit, *ways = list(ACCOUNT_FLAGS.values())[place]
        expected ^= bit
        turn(local, ways[0] if expected & bit else ways[1])
        assert account_word(local, alice) == expected

    assert expected == 1 << PERMIT_NONCE_OFFSET | MAX_CAP


def test_no_flag_of_the_coin_touches_another_nor_limit_cap_or_supply(local: World) -> None:
    fill(local)
    close_lane(local)
    turn(local, HEAD_FLAGS["lane closed"][2])
    feed = create(local, mock("ReserveFeed"), 6, MAX_SUPPLY, local.chain.block().timestamp)
    expected = head_word(local)
    numbers = expected
    assert numbers & SUPPLY_MASK == MAX_CAP
    assert numbers >> GLOBAL_LIMIT_OFFSET + LIMIT_BITS == 0

    for place in walk(len(HEAD_FLAGS)):
        bit, *ways = list(HEAD_FLAGS.values())[place]
        expected ^= bit
        turn(local, ways[0] if expected & bit else ways[1], feed=feed)
        assert head_word(local) == expected

    assert expected == numbers


def test_no_flag_is_lost_while_full_balances_move_under_them(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    fill(local)
    turn(local, ACCOUNT_FLAGS["verified"][1])
    turn(local, ACCOUNT_FLAGS["minter"][1])
    local.do(coin.calls.pause(PauseScope.REDEMPTION), by="pauser")
    head = head_word(local)

    local.do(coin.calls.transfer(bob, units(local, MAX_CAP)), by="alice")
    local.do(coin.calls.blacklist(bob), by="blacklister")

    assert head_word(local) == head
    assert account_word(local, alice) == VERIFIED | MINTER
    assert account_word(local, bob) == BLACKLISTED | MAX_CAP


@pytest.mark.parametrize("is_closed", [False, True], ids=["open lane", "closed lane"])
@pytest.mark.parametrize("data", [b"", b"\x12\x34\x56\x78"], ids=["plain", "unknown function"])
def test_the_coin_takes_no_eth(local: World, data: bytes, is_closed: bool) -> None:  # noqa: FBT001  # a parameter
    if is_closed:
        close_lane(local)
        assert local.coin.is_lane_closed()

    with reverts(UnknownRevert, revert_data=b""):
        local.send(Call(local.coin.address, data, value_wei=1), by="alice")

    assert local.chain.balance_wei(local.coin.address) == 0


def test_an_unknown_function_is_refused_without_eth_too(local: World) -> None:
    with reverts(UnknownRevert, revert_data=b""):
        local.send(Call(local.coin.address, b"\x12\x34\x56\x78"), by="alice")


def test_no_selector_is_served_by_both_faces_of_the_coin() -> None:
    def selectors(name: str) -> dict[bytes, str]:
        functions = load_artifact(name).abi.functions
        return {keccak(signature.encode())[:4]: signature for signature in functions}

    holders, issuer = selectors("Stablecoin"), selectors("Issuer")

    assert not holders.keys() & issuer.keys()
    assert len(holders) == len(load_artifact("Stablecoin").abi.functions)
    assert len(issuer) == len(load_artifact("Issuer").abi.functions)


def fill(world: World) -> None:
    """Alice holds all that can ever be."""
    lift_limits(world)
    world.do(world.coin.calls.configure_minter(world.address("minter"), units(world, MAX_CAP)), by="minter_admin")
    world.do(world.coin.calls.mint(world.address("alice"), units(world, MAX_CAP)), by="minter")


def turn(world: World, way: tuple[object, ...], *, feed: bytes = b"") -> None:
    """Sets or clears a flag."""
    by, function, *arguments = way
    meant = {"party": world.address("alice"), "feed": feed}
    filled = [meant[argument] if isinstance(argument, str) else argument for argument in arguments]
    world.send(call_of(world, str(function), *filled), by=str(by))
