"""Minting, burning and redeeming under references, their files, and the limits: on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.deployment import CoinSpec
from stablecoin_tools.token import reference
from tests.cli.conftest import tokens

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

CODE = "0x" + "ab" * 32


def test_a_reference_is_good_for_one_mint_and_one_burn(terminal: Terminal) -> None:
    world = terminal.world
    minter, alice = str(world.address("minter")), str(world.address("alice"))
    terminal.json("minter", "configure", minter, "100 TUSD", "--wallet", "dev1", "--yes")

    minted = terminal.json("mint", minter, "5 TUSD", "--ref", "order-42", "--wallet", "dev2", "--yes")
    terminal.json("burn", "2 TUSD", "--ref", CODE, "--wallet", "dev2", "--yes")
    another = terminal.run("mint", alice, "7 TUSD", "--ref", "order-42", "--wallet", "dev2", "--yes")
    again = terminal.json("mint", minter, "5 TUSD", "--ref", "order-42", "--wallet", "dev2")
    (terminal.folder / "home" / ".local" / "state" / "stablecoin" / "journal.db").unlink()
    forgotten = terminal.run("mint", minter, "5 TUSD", "--ref", "order-42", "--wallet", "dev2", "--yes")

    assert minted["done"] == f"mint 5.00 TUSD to {minter} under order-42"
    assert minted["events"][-1]["ref"] == "0x" + reference("order-42").hex()
    assert (another.code, "already stands for another payload" in another.last_line) == (2, True)
    assert again == minted | {"was_done_before": True}
    assert (forgotten.code, "ReferenceUsed" in forgotten.last_line) == (4, True)
    assert world.coin.is_reference_used(bytes.fromhex(CODE[2:]))
    assert terminal.json("reference", "used", "order-42")["used"] is True
    assert "is not used" in terminal.run("reference", "used", "order-43").output
    assert world.coin.total_supply() == world.coin.amount(3)


def test_a_holder_redeems_under_a_reference_of_its_own(terminal: Terminal) -> None:
    world = terminal.world
    alice = str(world.address("alice"))
    world.give("alice", 10)

    terminal.json("redeem", "4 TUSD", "--ref", "payout-7", "--wallet", "dev8", "--yes")

    assert world.coin.balance_of(alice) == world.coin.amount(6)
    assert terminal.json("reference", "used", "payout-7", "--holder", alice)["used"] is True
    assert terminal.json("reference", "used", "payout-7")["used"] is False


def test_a_file_of_mints_is_minted_once_in_one_transaction(terminal: Terminal) -> None:
    world = terminal.world
    minter, alice, bob = (str(world.address(person)) for person in ("minter", "alice", "bob"))
    terminal.json("minter", "configure", minter, "5,000 TUSD", "--wallet", "dev1", "--yes")
    file = terminal.folder / "mints.csv"
    file.write_text(f'account,amount,reference\n{alice},"1,250.00 TUSD",d-1\n\n{bob},1 TUSD,{CODE}\n')
    nonce = world.chain.nonce(world.address("minter"))

    asked = terminal.run("mint-batch", str(file), "--wallet", "dev2", typed="n\n")
    assert f"1,250.00 TUSD to {alice} under d-1" in asked.errors
    assert world.coin.total_supply() == world.coin.amount(0)
    done = terminal.json("mint-batch", str(file), "--wallet", "dev2", "--yes")
    again = terminal.run("mint-batch", str(file), "--wallet", "dev2", "--yes")

    assert done["done"] == "mint 1,251.00 TUSD to 2 accounts"
    assert (again.code, "ReferenceUsed" in again.last_line) == (4, True)
    assert world.chain.nonce(world.address("minter")) == nonce + 1
    assert world.coin.balance_of(alice) == world.coin.amount(1250)
    assert world.coin.balance_of(bob) == world.coin.amount(1)


def test_a_minter_s_limit_refills(terminal: Terminal) -> None:
    world = terminal.world
    minter, alice = str(world.address("minter")), str(world.address("alice"))

    set_to = terminal.json(
        *("minter", "configure", minter, "100 TUSD", "--refill-per-day", "864,000 TUSD", "--wallet", "dev1", "--yes")
    )
    terminal.json("mint", alice, "100 TUSD", "--wallet", "dev2", "--yes")
    world.chain.advance(seconds=3600)

    assert set_to["done"] == f"let {minter} mint 100.00 TUSD, of which 10.00 TUSD come back each second"
    assert terminal.json("minter", "list") == [
        {"minter": minter, "capacity": tokens(100), "refill_per_second": tokens(10), "available": tokens(100)}
    ]
    assert "10.00 TUSD" in terminal.run("minter", "list").output
    assert terminal.json("info")["minters"][minter]["refill_per_second"] == tokens(10)


def test_a_bridge_is_set_and_removed(terminal: Terminal) -> None:
    bob = str(terminal.world.address("bob"))

    terminal.json(
        "bridge", "configure", bob, "100 TUSD", "--refill-per-day", "86,400 TUSD", "--wallet", "dev1", "--yes"
    )
    listed = terminal.json("bridge", "list")
    told = terminal.json("info")["bridges"]
    terminal.json("bridge", "remove", bob, "--wallet", "dev1", "--yes")

    assert listed == [
        {"bridge": bob, "capacity": tokens(100), "refill_per_second": tokens(1), "available": tokens(100)}
    ]
    assert list(told) == [bob]
    assert terminal.json("bridge", "list") == []


def test_the_cap_and_the_global_limit_are_set(terminal: Terminal) -> None:
    terminal.json("limits", "set-cap", "2,000,000 TUSD", "--yes")
    terminal.json("limits", "set-global", "1,000 TUSD", "--refill-per-day", "86,400 TUSD", "--yes")

    shown = terminal.json("limits", "show")
    assert shown["supply_cap"] == tokens(2_000_000)
    assert shown["global_limit"]["capacity"] == tokens(1_000)
    assert shown["global_limit"]["refill_per_second"] == tokens(1)
    assert "2,000,000.00 TUSD" in terminal.run("limits", "show").output


def test_deploy_takes_limits_in_whole_tokens(terminal: Terminal) -> None:
    asked_for = (
        *("deploy", "--symbol", "CAP", "--supply-cap", "5000", "--mint-limit", "400"),
        *("--mint-limit-refill-per-day", "864"),
    )
    asked = terminal.run(*asked_for, typed="n\n")
    assert "supply cap: 5,000 CAP" in asked.errors
    assert "400 CAP at once, 864 CAP back each day" in asked.errors
    told = terminal.json(*asked_for, "--yes")
    limits = [told[limit]["text"] for limit in ("supply_cap", "mint_limit", "mint_limit_refill_per_day")]
    assert limits == ["5,000.00 CAP", "400.00 CAP", "864.00 CAP"]
    limit = terminal.json("limits", "show", "--coin", "CAP")
    assert limit["supply_cap"]["text"] == "5,000.00 CAP"
    assert limit["global_limit"]["refill_per_second"]["text"] == "0.01 CAP"


def test_deploy_s_own_limits_are_the_description_s(terminal: Terminal) -> None:
    told = terminal.json("deploy", "--symbol", "OWN", "--yes")
    spec = CoinSpec(name="x", symbol="x", currency="USD", decimals=6, admin=terminal.world.address("admin"))
    for limit in ("supply_cap", "mint_limit", "mint_limit_refill_per_day"):
        assert told[limit]["base_units"] == getattr(spec, limit) * 10**6
    assert told["supply_cap"] == terminal.json("info", "--coin", "OWN")["supply_cap"]
