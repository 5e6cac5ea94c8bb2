"""Where the coin keeps what

The two namespaces stand at their ERC-7201 slots. The account word holds balance and blacklist, the head word supply,
paused scopes and the lane; no flag touches another, nor a balance. The coin takes no ETH. No selector has two owners.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.roles import PauseScope
from tests.conftest import ROOT
from tests.contracts.words import (
    BLACKLISTED,
    LANE_CLOSED,
    LEDGER_SLOT,
    MAX_SUPPLY,
    MINTING_SLOT,
    SCOPES_OFFSET,
    account_word,
    allow_minting,
    close_lane,
    head_word,
    mint_allowance_word,
    slot_of,
    units,
    word_at,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

SOURCES = {"stablecoin.storage.Ledger": "Ledger.sol", "stablecoin.storage.Minting": "powers/Minting.sol"}
SLOTS = {"stablecoin.storage.Ledger": LEDGER_SLOT, "stablecoin.storage.Minting": MINTING_SLOT}


def erc7201_slot(namespace: str) -> int:
    """Where a namespace begins. Source: ERC-7201."""
    inner = int.from_bytes(keccak(namespace.encode()), "big") - 1
    return int.from_bytes(keccak(inner.to_bytes(32, "big")), "big") & ~0xFF


@pytest.mark.parametrize("namespace", SLOTS)
def test_a_namespace_begins_at_its_erc7201_slot(namespace: str) -> None:
    source = (ROOT / "contracts" / SOURCES[namespace]).read_text()
    written = re.findall(r"_STORAGE = (0x[0-9a-f]{64});", source)

    assert f"erc7201:{namespace}" in source
    assert [int(slot, 16) for slot in written] == [erc7201_slot(namespace)] == [SLOTS[namespace]]


def test_balances_and_supply_stand_in_the_low_bits_of_their_words(local: World) -> None:
    assert head_word(local) == 0
    assert account_word(local, local.address("alice")) == 0

    local.give("alice", 10)
    local.give("bob", 5)

    assert head_word(local) == 15_000_000
    assert account_word(local, local.address("alice")) == 10_000_000
    assert account_word(local, local.address("bob")) == 5_000_000


def test_allowances_stand_in_words_of_their_own(local: World) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    local.do(local.coin.calls.approve(bob, local.coin.amount(3)), by="alice")
    allow_minting(local, "minter", 7)

    assert word_at(local, slot_of(slot_of(LEDGER_SLOT + 2, alice), bob)) == 3_000_000
    assert mint_allowance_word(local, local.address("minter")) == 7_000_000
    assert head_word(local) == account_word(local, alice) == 0


def test_the_blacklist_is_the_highest_bit_of_the_account_word(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.give("alice", 10)

    local.do(coin.calls.blacklist(alice), by="blacklister")
    assert account_word(local, alice) == BLACKLISTED | 10_000_000
    assert coin.balance_of(alice) == coin.amount(10)

    local.do(coin.calls.un_blacklist(alice), by="unblacklister")
    assert account_word(local, alice) == 10_000_000


@pytest.mark.parametrize("scopes", [PauseScope(scopes) for scopes in range(1, 8)])
def test_the_paused_scopes_are_three_bits_above_the_supply(local: World, scopes: PauseScope) -> None:
    coin = local.coin
    local.give("alice", 10)

    local.do(coin.calls.pause(scopes), by="pauser")
    assert head_word(local) == int(scopes) << SCOPES_OFFSET | 10_000_000
    assert coin.total_supply() == coin.amount(10)

    local.do(coin.calls.unpause(scopes), by="unpauser")
    assert head_word(local) == 10_000_000


def test_the_lane_is_the_highest_bit_of_the_head_word(local: World) -> None:
    local.give("alice", 10)

    close_lane(local)
    assert head_word(local) == LANE_CLOSED | 10_000_000

    local.do(local.coin.calls.open_lane(), by="upgrader")
    assert head_word(local) == 10_000_000


def test_no_flag_is_lost_while_full_balances_move_under_them(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.do(coin.calls.configure_minter(local.address("minter"), units(local, MAX_SUPPLY)), by="minter_admin")
    local.do(coin.calls.pause(PauseScope.REDEMPTION), by="pauser")
    local.do(coin.calls.mint(alice, units(local, MAX_SUPPLY)), by="minter")

    local.do(coin.calls.transfer(bob, units(local, MAX_SUPPLY)), by="alice")
    local.do(coin.calls.blacklist(bob), by="blacklister")

    assert head_word(local) == int(PauseScope.REDEMPTION) << SCOPES_OFFSET | MAX_SUPPLY
    assert account_word(local, alice) == 0
    assert account_word(local, bob) == BLACKLISTED | MAX_SUPPLY


@pytest.mark.parametrize("is_closed", [False, True], ids=["open lane", "closed lane"])
@pytest.mark.parametrize("data", [b"", b"\x12\x34\x56\x78"], ids=["plain", "unknown function"])
def test_the_coin_takes_no_eth(local: World, data: bytes, is_closed: bool) -> None:  # noqa: FBT001  # a parameter
    if is_closed:
        close_lane(local)

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
