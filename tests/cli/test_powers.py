"""Blacklisting many, seizing, verifying, the reserve, rescuing, describing: on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.chain import Call
from stablecoin_tools.roles import Role
from stablecoin_tools.token import reference
from tests.cli.conftest import tokens
from tests.contracts.words import create, mock

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


def test_several_accounts_are_blacklisted_in_one_transaction(terminal: Terminal) -> None:
    world = terminal.world
    alice, bob = str(world.address("alice")), str(world.address("bob"))
    nonce = world.chain.nonce(world.address("blacklister"))

    asked = terminal.run("blacklist", "add", alice, bob, "--wallet", "dev3", typed="n\n")
    assert alice in asked.errors
    assert bob in asked.errors
    terminal.json("blacklist", "add", alice, bob, "--wallet", "dev3", "--yes")

    assert world.coin.is_blacklisted(alice)
    assert world.coin.is_blacklisted(bob)
    assert world.chain.nonce(world.address("blacklister")) == nonce + 1


def test_seizes_and_burns_by_order(terminal: Terminal) -> None:
    world = terminal.world
    alice, bob = str(world.address("alice")), str(world.address("bob"))
    world.give("alice", 10)

    early = terminal.run("seize", alice, bob, "6 TUSD", "--order", "court-17", "--wallet", "dev4", "--yes")
    terminal.json("blacklist", "add", alice, "--wallet", "dev3", "--yes")
    seized = terminal.json("seize", alice, bob, "6 TUSD", "--order", "court-17", "--wallet", "dev4", "--yes")
    terminal.json("burn-blacklisted", alice, "1 TUSD", "--order", "court-17", "--wallet", "dev4", "--yes")

    assert (early.code, "AccountNotBlacklisted" in early.last_line) == (4, True)
    assert seized["events"][-1]["order_ref"] == "0x" + reference("court-17").hex()
    assert world.coin.balance_of(alice) == world.coin.amount(3)
    assert world.coin.balance_of(bob) == world.coin.amount(6)
    assert world.coin.total_supply() == world.coin.amount(9)


def test_the_coin_is_reserved_for_verified_accounts(terminal: Terminal) -> None:
    world = terminal.world
    alice, bob = str(world.address("alice")), str(world.address("bob"))
    world.give("alice", 10)

    terminal.json("allowlist", "add", alice, "--wallet", "dev6", "--yes")
    terminal.json("allowlist", "require", "on", "--yes")
    refused = terminal.run("transfer", bob, "1 TUSD", "--wallet", "dev8", "--yes")

    assert (refused.code, "AccountNotVerified" in refused.last_line) == (4, True)
    assert terminal.json("allowlist", "check", alice) == {"account": alice, "verified": True}
    assert "is not verified" in terminal.run("allowlist", "check", bob).output
    assert terminal.json("info")["verified_accounts_only"] is True
    terminal.json("allowlist", "require", "off", "--yes")
    terminal.json("allowlist", "remove", alice, "--wallet", "dev6", "--yes")
    assert not world.coin.is_verified(alice)
    assert not world.coin.is_allowlist_only()


def test_the_reserve_is_shown_set_and_cleared(terminal: Terminal) -> None:
    world = terminal.world
    feed = str(create(world, mock("ReserveFeed"), 6, 500_000_000, world.chain.block().timestamp))

    assert terminal.json("reserve", "show")["feed"] is None
    terminal.json("reserve", "set", feed, "--max-age", "3600", "--yes")
    fresh = terminal.json("reserve", "show")
    world.chain.advance(seconds=7200)
    stale = terminal.json("reserve", "show")

    assert (fresh["feed"], fresh["max_age_seconds"], fresh["refused"]) == (feed, 3600, None)
    assert fresh["attested_reserve"] == tokens(500)
    assert stale["attested_reserve"] is None
    assert "ReserveFeedStale" in stale["refused"]
    assert terminal.json("info")["reserve_feed"] == {"feed": feed, "max_age_seconds": 3600}
    terminal.json("reserve", "clear", "--yes")
    assert world.coin.reserve_feed() is None


def test_rescues_stray_tokens_and_eth(terminal: Terminal) -> None:
    world = terminal.world
    bob = str(world.address("bob"))
    stray = create(world, mock("StrayToken"), world.coin.address, 1000, False)  # noqa: FBT003  # it does not refuse
    destroys_itself = b"\x73" + world.coin.address + b"\xff"
    world.send(Call(None, destroys_itself, value_wei=7), by="alice")
    before = world.chain.balance_wei(world.address("bob"))

    tokens_sent = terminal.json("rescue", "erc20", str(stray), bob, "600", "--wallet", "dev7", "--yes")
    terminal.json("rescue", "eth", bob, "7", "--wallet", "dev7", "--yes")

    assert tokens_sent["events"][-1]["value"] == 600
    assert world.chain.balance_wei(world.address("bob")) == before + 7
    assert world.chain.balance_wei(world.coin.address) == 0


def test_the_description_s_address_is_set_and_taken_away(terminal: Terminal) -> None:
    assert terminal.run("uri", "show").output == "none\n"
    terminal.json("uri", "set", "https://example.org/tusd.json", "--yes")
    assert terminal.json("uri", "show") == {"uri": "https://example.org/tusd.json"}
    assert terminal.json("info")["contract_uri"] == "https://example.org/tusd.json"
    terminal.json("uri", "set", "", "--yes")
    assert terminal.world.coin.contract_uri() == ""


def test_a_coin_s_text_moves_no_cursor(terminal: Terminal) -> None:
    world = terminal.world
    world.do(world.coin.calls.set_contract_uri("https://\x1b[2K\u202eoc"), by="admin")

    assert terminal.run("uri", "show").output == "https://\\x1b[2K\\u202eoc\n"
    assert "https://\\x1b[2K\\u202eoc" in terminal.run("info").output


def test_every_role_is_listed(terminal: Terminal) -> None:
    listed = terminal.json("roles", "list")
    assert list(listed) == [role.name for role in Role]
    assert listed["SEIZER_ROLE"] == [str(terminal.world.address("unblacklister"))]
