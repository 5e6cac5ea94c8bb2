"""Paying on the command line: with a memo, many at once, by allowance, and by signatures that others submit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stablecoin_tools.token import reference

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

NONCE = "0x" + "5a" * 32


def _written(terminal: Terminal, payments: Any) -> str:
    file = terminal.folder / "payments.json"
    file.write_text(json.dumps(payments))
    return str(file)


def _signed(terminal: Terminal, amount: str, *options: str) -> dict[str, Any]:
    bob = str(terminal.world.address("bob"))
    payment: dict[str, Any] = terminal.json("authorize", amount, "--to", bob, "--wallet", "dev8", "--yes", *options)
    return payment


def test_transfers_with_a_memo(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    bob = str(world.address("bob"))
    done = terminal.json("transfer", bob, "3 TUSD", "--memo", "invoice-9", "--wallet", "dev8", "--yes")
    assert done["events"][-1]["memo"] == "0x" + reference("invoice-9").hex()
    assert world.coin.balance_of(bob) == world.coin.amount(3)


def test_pays_a_file_in_one_transaction(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 2000)
    bob, minter = str(world.address("bob")), str(world.address("minter"))
    file = terminal.folder / "payouts.csv"
    file.write_text(f'{bob}, "1,250.00 TUSD"\n{minter},1.50 TUSD\n{bob},1 TUSD\n')

    done = terminal.json("transfer-batch", str(file), "--wallet", "dev8", "--yes")

    assert done["done"] == "transfer 1,252.50 TUSD to 3 accounts"
    assert world.coin.balance_of(bob) == world.coin.amount(1251)
    assert world.coin.balance_of(minter) == world.coin.amount("1.50")


def test_approves(terminal: Terminal) -> None:
    world = terminal.world
    bob = world.address("bob")
    terminal.json("approve", str(bob), "4 TUSD", "--wallet", "dev8", "--yes")
    assert world.coin.allowance(world.address("alice"), bob) == world.coin.amount(4)


def test_a_signed_payment_is_submitted_once_by_somebody_else(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    nonce = world.chain.nonce(world.address("alice"))

    payment = _signed(terminal, "4 TUSD", "--nonce", NONCE)
    file = _written(terminal, payment)
    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(0)
    done = terminal.json("settle", file, "--wallet", "dev5", "--yes")
    again = terminal.run("settle", file, "--wallet", "dev5", "--yes")

    assert payment["authorization"]["nonce"] == NONCE
    assert payment["authorization"]["value"] == "4000000"
    assert "skipped" not in done
    assert (again.code, "AuthorizationUsedOrCanceled" in again.last_line) == (4, True)
    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(4)
    assert world.chain.nonce(world.address("alice")) == nonce
    used = terminal.run("authorize", "1 TUSD", "--to", str(world.address("bob")), "--nonce", NONCE, "--wallet", "dev8")
    assert (used.code, "is used up" in used.last_line, used.output) == (2, True, "")


def test_a_payment_for_the_payee_alone(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    file = _written(terminal, _signed(terminal, "4 TUSD", "--payee-submits"))
    assert terminal.run("settle", file, "--wallet", "dev5", "--yes").code == 4
    terminal.json("settle", file, "--wallet", "dev9", "--yes")
    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(4)


def test_a_list_is_all_or_nothing_unless_refused_ones_are_skipped(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    file = _written(terminal, [_signed(terminal, amount) for amount in ("4 TUSD", "100 TUSD", "5 TUSD")])

    strict = terminal.run("settle", file, "--wallet", "dev5", "--yes")
    assert (strict.code, "ERC20InsufficientBalance" in strict.last_line) == (4, True)
    assert world.coin.balance_of(world.address("alice")) == world.coin.amount(10)
    done = terminal.json("settle", file, "--skip-refused", "--wallet", "dev5", "--yes")
    shown = terminal.run("settle", file, "--skip-refused", "--wallet", "dev5", "--yes")

    (skipped,) = done["skipped"]
    assert skipped["authorizer"] == str(world.address("alice"))
    assert "needed 100.00 TUSD" in skipped["refused"]
    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(9)
    assert shown.output.count("skipped:") == 3
    assert shown.output.count("AuthorizationUsedOrCanceled") == 2


def test_a_cancelled_payment_cannot_be_submitted(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    file = _written(terminal, _signed(terminal, "4 TUSD", "--nonce", NONCE))

    terminal.json("cancel-authorization", NONCE, "--wallet", "dev8", "--yes")

    refused = terminal.run("settle", file, "--wallet", "dev5", "--yes")
    assert (refused.code, "AuthorizationUsedOrCanceled" in refused.last_line) == (4, True)
    assert world.coin.balance_of(world.address("alice")) == world.coin.amount(10)


def test_a_payment_expires(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 10)
    file = _written(terminal, _signed(terminal, "4 TUSD", "--valid-for", "60"))
    world.chain.advance(seconds=3600)
    refused = terminal.run("settle", file, "--wallet", "dev5", "--yes")
    assert (refused.code, "AuthorizationExpired" in refused.last_line) == (4, True)


def test_signing_is_asked_for_too(terminal: Terminal) -> None:
    bob = str(terminal.world.address("bob"))
    no = terminal.run("authorize", "4 TUSD", "--to", bob, "--wallet", "dev8", typed="n\n")
    assert (no.code, no.output) == (4, "")
    assert f"sign a payment of 4.00 TUSD from {terminal.world.address('alice')} to {bob}" in no.errors
