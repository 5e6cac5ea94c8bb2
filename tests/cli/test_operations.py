"""The issuer's day on the command line, on the in-process chain and once more on anvil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.roles import PauseScope, Role
from tests.cli.conftest import tokens

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


def _units(tokens: str) -> int:
    return int(tokens) * 1_000_000


def test_mints_transfers_and_burns(terminal: Terminal) -> None:
    world = terminal.world
    minter, alice, bob = (str(world.address(person)) for person in ("minter", "alice", "bob"))

    terminal.json("minter", "configure", minter, "1,000.00 TUSD", "--wallet", "dev1", "--yes")
    minted = terminal.json("mint", alice, "100.00 TUSD", "--wallet", "dev2", "--yes")
    terminal.json("mint", minter, "50 TUSD", "--wallet", "dev2", "--yes")
    terminal.json("transfer", bob, "30.00 TUSD", "--wallet", "dev8", "--yes")
    terminal.json("burn", "20.00 TUSD", "--wallet", "dev2", "--yes")

    assert minted["done"] == f"mint 100.00 TUSD to {alice}"
    assert [event["event"] for event in minted["events"]] == ["Transfer", "Minted"]
    assert terminal.json("balance", alice)["balance"]["base_units"] == _units("70")
    assert terminal.json("balance", bob)["balance"]["text"] == "30.00 TUSD"
    assert terminal.json("supply")["supply"]["base_units"] == _units("130")
    assert terminal.json("minter", "list") == [
        {
            "minter": minter,
            "capacity": tokens(850),
            "refill_per_second": tokens(0),
            "available": tokens(850),
        }
    ]
    assert world.coin.total_supply() == world.coin.amount(130)


def test_blacklists_and_sets_free(terminal: Terminal) -> None:
    world = terminal.world
    alice = str(world.address("alice"))
    world.give("alice", 10)

    terminal.json("blacklist", "add", alice, "--wallet", "dev3", "--yes")
    refused = terminal.run("transfer", str(world.address("bob")), "1 TUSD", "--wallet", "dev8", "--yes")

    assert terminal.json("blacklist", "check", alice) == {"account": alice, "blacklisted": True}
    assert refused.code == 4
    assert "AccountBlacklisted" in refused.last_line
    assert world.coin.balance_of(alice) == world.coin.amount(10)
    terminal.json("blacklist", "remove", alice, "--wallet", "dev4", "--yes")
    assert "is not blacklisted" in terminal.run("blacklist", "check", alice).output


def test_pauses_scopes_and_everything(terminal: Terminal) -> None:
    coin = terminal.world.coin

    terminal.json("pause", "minting", "redemption", "--wallet", "dev5", "--yes")
    assert coin.paused_scopes() == PauseScope.MINTING | PauseScope.REDEMPTION
    terminal.json("pause", "--wallet", "dev5", "--yes")
    assert coin.paused_scopes() == PauseScope.ALL
    terminal.json("unpause", "transfers", "--wallet", "dev6", "--yes")
    assert terminal.json("info")["paused"] == ["minting", "redemption"]
    terminal.json("unpause", "--wallet", "dev6", "--yes")
    assert not coin.paused_scopes()


def test_grants_and_revokes_roles(terminal: Terminal) -> None:
    world = terminal.world
    bob = str(world.address("bob"))

    terminal.json("roles", "grant", "PAUSER_ROLE", bob, "--yes")
    assert bob in terminal.json("roles", "list")["PAUSER_ROLE"]
    terminal.json("roles", "revoke", "PAUSER_ROLE", bob, "--yes")
    assert not world.coin.has_role(Role.PAUSER_ROLE, bob)


def test_removes_a_minter(terminal: Terminal) -> None:
    world = terminal.world
    minter = str(world.address("minter"))
    terminal.json("minter", "configure", minter, "5 TUSD", "--wallet", "dev1", "--yes")
    terminal.json("minter", "remove", minter, "--wallet", "dev1", "--yes")
    assert terminal.json("minter", "list") == []
    assert "nobody" in terminal.run("minter", "list").output


def test_info_tells_everything(terminal: Terminal) -> None:
    world = terminal.world
    told = terminal.json("info")
    assert told["name"] == "Test Dollar"
    assert (told["symbol"], told["currency"], told["decimals"]) == ("TUSD", "USD", 6)
    assert told["address"] == str(world.coin.address)
    assert told["admin"] == str(world.address("admin"))
    assert told["admin_delay_seconds"] == 3600
    assert told["roles"]["UPGRADER_ROLE"] == [str(world.address("upgrader"))]
    assert told["paused"] == []
    assert told["supply_cap"] == tokens(10_000_000_000)
    assert told["global_limit"]["capacity"] == tokens(1_000_000_000)
    assert told["verified_accounts_only"] is False
    assert (told["reserve_feed"], told["contract_uri"], told["minters"], told["bridges"]) == (None, "", {}, {})
    assert told["lane_closed"] is False
    shown = terminal.run("info").output
    assert str(world.coin.address) in shown
    assert "MINTER_ADMIN_ROLE" in terminal.run("roles", "list").output


def test_asks_before_sending_and_sends_nothing_on_no(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    bob = str(world.address("bob"))

    no = terminal.run("transfer", bob, "4 TUSD", "--wallet", "dev8", typed="n\n")
    silence = terminal.run("transfer", bob, "4 TUSD", "--wallet", "dev8", typed="")
    assert world.coin.balance_of(bob) == world.coin.amount(0)
    yes = terminal.run("transfer", bob, "4 TUSD", "--wallet", "dev8", typed="y\n")

    assert (no.code, silence.code, yes.code) == (4, 2, 0)
    assert f"transfer 4.00 TUSD to {bob}" in no.errors
    assert "Nothing was sent" in no.last_line
    assert "--yes" in silence.last_line
    assert world.coin.balance_of(bob) == world.coin.amount(4)


def test_deploy_finds_the_coin_that_stands(terminal: Terminal) -> None:
    first = terminal.json("deploy", "--symbol", "NEW", "--name", "New Dollar", "--yes")
    nonce = terminal.world.chain.nonce(terminal.world.address("admin"))
    again = terminal.run("deploy", "--symbol", "NEW", "--name", "New Dollar")
    assert again.code == 0
    assert "found there" in again.output
    assert first["address"] in again.output
    assert terminal.world.chain.nonce(terminal.world.address("admin")) == nonce
    ambiguous = terminal.run("supply")
    assert ambiguous.code == 2
    assert "--coin" in ambiguous.last_line
    assert terminal.json("supply", "--coin", "NEW")["supply"]["symbol"] == "NEW"


def test_deploy_takes_roles_by_name(terminal: Terminal) -> None:
    bob = str(terminal.world.address("bob"))
    told = terminal.json("deploy", "--symbol", "EURX", "--currency", "EUR", "--role", f"PAUSER_ROLE={bob}", "--yes")
    assert told["roles"] == {"PAUSER_ROLE": [bob]}
    assert terminal.json("roles", "list", "--coin", "EURX")["UPGRADER_ROLE"] == []


def test_demo_lives_the_life_of_a_coin(terminal: Terminal) -> None:
    told = terminal.json("demo")
    assert told["supply"]["text"] == "1,250.00 USDX"
    assert {step["refused_by"] for step in told["steps"]} == {
        None,
        "ReferenceUsed",
        "AccountBlacklisted",
        "ScopePaused",
    }
    assert sum(step["gas"] for step in told["steps"]) > 0
    shown = terminal.run("demo")
    assert "AccountBlacklisted" in shown.output
    assert "supply: 1,250.00 USDX" in shown.output
