"""Bad input: one clear line, the right exit code, and nothing sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    DeploymentError,
    NotSent,
    OutcomeUnknown,
    Reverted,
    StablecoinError,
    Unreachable,
    UsageError,
    WalletError,
)
from stablecoin_tools.roles import PauseScope

if TYPE_CHECKING:
    from tests.cli.conftest import Answer, Terminal

ALICE = "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"


def _refused(terminal: Terminal, *arguments: str, code: int, says: str, network: str = "anvil") -> Answer:
    world = terminal.world
    before = [world.chain.nonce(world.address(person)) for person in world.signers], world.coin.total_supply()
    answer = terminal.run(*arguments, network=network)
    after = [world.chain.nonce(world.address(person)) for person in world.signers], world.coin.total_supply()
    assert answer.code == code, answer.errors
    assert says in answer.last_line
    assert answer.last_line.startswith("error: ")
    assert answer.output == ""
    assert before == after
    return answer


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("1.0000001 TUSD", "Too precise"),
        ("1 USDC", "Wrong symbol"),
        ("1", "Not an amount"),
        ("1,25 TUSD", "Not an amount"),
        ("-1 TUSD", "Not an amount"),
        ("1e3 TUSD", "Not an amount"),
        ("nan TUSD", "Not an amount"),
    ],
)
def test_an_amount_that_is_none(terminal: Terminal, amount: str, says: str) -> None:
    _refused(terminal, "mint", "--wallet", "dev2", "--yes", "--", ALICE, amount, code=2, says=says)


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (ALICE.replace("E", "e", 1), "Wrong checksum"),
        ("0x" + "00" * 20, "zero address"),
        ("alice.eth", "Not an address"),
        (ALICE[:-1], "Not an address"),
    ],
)
def test_an_address_that_is_none(terminal: Terminal, account: str, says: str) -> None:
    _refused(terminal, "mint", account, "1 TUSD", "--wallet", "dev2", "--yes", code=2, says=says)


def test_an_unknown_network(terminal: Terminal) -> None:
    _refused(terminal, "supply", code=2, says="Unknown network", network="mainet")


def test_no_network(terminal: Terminal) -> None:
    _refused(terminal, "supply", code=2, says="No network is named", network="")


def test_no_rpc_url(terminal: Terminal) -> None:
    _refused(terminal, "supply", code=2, says="STABLECOIN_RPC_URL_BASE_SEPOLIA", network="base-sepolia")


def test_the_local_chain_has_no_coin(terminal: Terminal) -> None:
    _refused(terminal, "supply", code=2, says="stablecoin demo", network="local")


def test_no_such_coin(terminal: Terminal) -> None:
    _refused(terminal, "supply", "--coin", "NOPE", code=2, says="No coin NOPE")


def test_a_wrong_password(terminal: Terminal) -> None:
    right, wrong = terminal.folder / "right", terminal.folder / "wrong"
    right.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    assert terminal.run("wallet", "new", "ops", "--password-file", str(right)).code == 0
    _refused(
        terminal,
        *("mint", ALICE, "1 TUSD", "--wallet", "ops", "--password-file", str(wrong), "--yes"),
        code=2,
        says="Wrong password",
    )


def test_no_password_and_nobody_to_ask(terminal: Terminal) -> None:
    password = terminal.folder / "password"
    password.write_text("correct horse\n")
    terminal.run("wallet", "new", "ops", "--password-file", str(password))
    _refused(terminal, "burn", "1 TUSD", "--wallet", "ops", "--yes", code=2, says="--password-file")


def test_an_unknown_wallet(terminal: Terminal) -> None:
    _refused(terminal, "burn", "1 TUSD", "--wallet", "nobody", "--yes", code=2, says="no wallet")


def test_a_missing_role(terminal: Terminal) -> None:
    refused = _refused(
        terminal, "mint", ALICE, "1 TUSD", "--wallet", "dev9", "--yes", code=4, says="AccessControlUnauthorizedAccount"
    )
    assert "MINTER_ROLE" in refused.last_line


def test_a_blacklisted_receiver(terminal: Terminal) -> None:
    world = terminal.world
    world.do(world.coin.calls.configure_minter(world.address("minter"), world.coin.amount(5)), by="minter_admin")
    world.do(world.coin.calls.blacklist(ALICE), by="blacklister")
    _refused(terminal, "mint", ALICE, "1 TUSD", "--wallet", "dev2", "--yes", code=4, says="AccountBlacklisted")


def test_paused(terminal: Terminal) -> None:
    world = terminal.world
    world.give("alice", 5)
    world.do(world.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")
    bob = str(world.address("bob"))
    _refused(
        terminal, "transfer", bob, "1 TUSD", "--wallet", "dev8", "--yes", code=4, says="ScopePaused: scope transfers"
    )


def test_an_exceeded_allowance_of_the_minter(terminal: Terminal) -> None:
    world = terminal.world
    world.do(world.coin.calls.configure_minter(world.address("minter"), world.coin.amount(5)), by="minter_admin")
    refused = _refused(
        terminal, "mint", ALICE, "5.000001 TUSD", "--wallet", "dev2", "--yes", code=4, says="MintAllowanceExceeded"
    )
    assert "available 5.00 TUSD, needed 5.000001 TUSD" in refused.last_line


def test_not_enough_gas_money(terminal: Terminal) -> None:
    password = terminal.folder / "password"
    password.write_text("correct horse\n")
    terminal.run("wallet", "new", "poor", "--password-file", str(password))
    _refused(
        terminal,
        *("transfer", ALICE, "0 TUSD", "--wallet", "poor", "--password-file", str(password), "--yes"),
        code=4,
        says="this may cost up to",
    )


def test_an_error_as_json(terminal: Terminal) -> None:
    answer = terminal.run("mint", ALICE, "1 USDC", "--wallet", "dev2", "--yes", "--json")
    told = json.loads(answer.errors)
    assert answer.code == 2
    assert told["error"] == "invalid_amount"
    assert told["moved"] == "no"
    assert "Wrong symbol" in told["message"]


WORD = "0x" + "11" * 32


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("mint", ALICE, "1 TUSD", "--ref", ""), "A reference is a text"),
        (("mint", ALICE, "1 TUSD", "--ref", "0x12"), "Not a reference of 32 bytes"),
        (("redeem", "1 TUSD", "--ref", "a\0b"), "A reference is a text"),
        (("transfer", ALICE, "1 TUSD", "--memo", WORD[:-1]), "Not a reference of 32 bytes"),
        (("mint-batch", "no-such-file.csv"), "cannot be read"),
        (("transfer-batch", "no-such-file.csv"), "cannot be read"),
        (("minter", "configure", ALICE, "1 TUSD", "--refill-per-day", "0.000001 TUSD"), "nothing would come back"),
        (("bridge", "configure", ALICE, "1 TUSD", "--refill-per-day", "1"), "Not an amount"),
        (("limits", "set-cap", "1 USDC"), "Wrong symbol"),
        (("limits", "set-global", "1 TUSD", "--refill-per-day", "0.086399 TUSD"), "nothing would come back"),
        (("blacklist", "add", ALICE, ALICE[:-1]), "Not an address"),
        (("seize", ALICE, ALICE[:-1], "1 TUSD", "--order", "17"), "Not an address"),
        (("burn-blacklisted", ALICE, "1 TUSD", "--order", ""), "A reference is a text"),
        (("allowlist", "add", "alice"), "Not an address"),
        (("reserve", "set", "0x00", "--max-age", "1"), "Not an address"),
        (("rescue", "eth", "bob", "1"), "Not an address"),
        (("rescue", "erc20", ALICE, "bob", "1"), "Not an address"),
        (("authorize", "1 TUSD", "--to", "bob"), "Not an address"),
        (("authorize", "1 TUSD", "--to", ALICE, "--nonce", "0x12"), "Not a nonce of 32 bytes"),
        (("cancel-authorization", "12"), "Not a nonce of 32 bytes"),
        (("settle", "no-such-file.json"), "cannot be read"),
        (("deploy", "--symbol", "NEW", "--supply-cap", "1"), "exceeds the supply cap"),
        (("deploy", "--symbol", "NEW", "--mint-limit-refill-per-day", "0"), "refill by at least one base unit"),
    ],
)
def test_what_the_issuer_mistypes(terminal: Terminal, arguments: tuple[str, ...], says: str) -> None:
    _refused(terminal, *arguments, "--wallet", "dev0", "--yes", code=2, says=says)


def test_a_wrong_line_of_a_file(terminal: Terminal) -> None:
    file = terminal.folder / "mints.csv"
    file.write_text(f"{ALICE},1 TUSD,a\n{ALICE},1,b\n")
    _refused(terminal, "mint-batch", str(file), "--wallet", "dev2", "--yes", code=2, says="Line 2: Not an amount")


def test_an_empty_list_of_payments(terminal: Terminal) -> None:
    file = terminal.folder / "payments.json"
    file.write_text("[]")
    _refused(terminal, "settle", str(file), "--wallet", "dev2", "--yes", code=2, says="The batch is empty")


@pytest.mark.parametrize(
    "arguments",
    [
        ("rescue", "eth", ALICE, "1.5"),
        ("rescue", "eth", ALICE, str(2**256)),
        ("reserve", "set", ALICE, "--max-age", "-1"),
        ("authorize", "1 TUSD", "--to", ALICE, "--valid-for", "1"),
        ("allowlist", "require", "maybe"),
        ("redeem", "1 TUSD"),
        ("blacklist", "add"),
    ],
)
def test_an_argument_that_is_no_such_thing(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    answer = terminal.run(*arguments, "--wallet", "dev0", "--yes")
    assert (answer.code, answer.output) == (2, "")
    assert answer.last_line.startswith("Error: ")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (ConfigError("x"), 2),
        (WalletError("x"), 2),
        (ChainError("x"), 3),
        (Unreachable("x"), 3),
        (NotSent("x"), 4),
        (Reverted("x"), 4),
        (DeploymentError("x"), 4),
        (OutcomeUnknown("x", reference="r", transaction_hashes=()), 5),
    ],
)
def test_the_exit_code_follows_the_error(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, error: StablecoinError, code: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("stablecoin_tools.cli.session.Session.coin", property(fail))
    assert terminal.run("supply").code == code
