"""`wallet list`, `wallet test`, and wallets whose keys are elsewhere, by their names

when wallets are listed: each with its kind; nobody elsewhere is asked
when one is tested: its address, its kind and how long it took; a password or a PIN is taken from its file
when a remote signer is named as wallet: it signs what the command sends
when it is not there, has another key, or the name is nobody's: the error's exit code, and the URL stays hidden
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.chain.node import ACCESS_KEY, running_node
from tests.cli.shell import DEV0, DEV1
from tests.signers.hsm import PIN, TOKEN, new_hsm
from tests.signers.kms_service import REGION, SECRETS, running_kms
from tests.signers.remotes import ADDRESS, KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal
    from tests.conftest import AnvilProcess
    from tests.signers.hsm import Hsm

NOWHERE = f"http://127.0.0.1:9/{ACCESS_KEY}"


def with_remote(terminal: Terminal, name: str, address: str, url: str) -> None:
    """Writes a remote signer into the terminal's configuration file."""
    with_settings(terminal, f"[remote_signers.{name}]\naddress = '{address}'\nurl = '{url}'\n")


def with_settings(terminal: Terminal, text: str) -> None:
    """Writes the terminal's configuration file."""
    path = terminal.folder / "config.toml"
    path.write_text(text)
    terminal.environment["STABLECOIN_CONFIG"] = str(path)


def with_hsm(terminal: Terminal) -> Hsm:
    """Names a key in a new HSM `cold`. Only a process of its own finds it: the library reads once where it is."""
    (terminal.folder / "hsm").mkdir()
    hsm = new_hsm(terminal.folder / "hsm")
    hsm.import_key("cold", 1, int(KEY, 16))
    place = f"library = '{hsm.library}'\ntoken = '{TOKEN}'\nkey_id = '0x01'\n"
    with_settings(terminal, f"[pkcs11_signers.cold]\naddress = '{ADDRESS}'\n{place}")
    return hsm


def in_a_process(terminal: Terminal, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    known = os.environ | {key: value for key, value in terminal.environment.items() if value is not None} | variables
    command = [sys.executable, "-m", "stablecoin_tools", *arguments]
    return subprocess.run(command, env=known, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def with_password(terminal: Terminal, name: str) -> Path:
    """Makes a wallet with the password in the file that is answered."""
    file = terminal.folder / "password"
    file.write_text("correct horse\n")
    terminal.json("wallet", "new", name, "--password-file", str(file))
    return file


def test_a_remote_signer_is_listed_and_not_asked(lone_terminal: Terminal) -> None:
    with_remote(lone_terminal, "treasury", DEV1, NOWHERE)

    listed = lone_terminal.json("wallet", "list")
    shown = lone_terminal.run("wallet", "list", network="sepolia")

    assert listed[0] == {"wallet": "treasury", "address": DEV1, "kind": "remote"}
    assert [row["kind"] for row in listed[1:]] == ["development"] * 10
    assert [word in shown.output for word in ("treasury", "remote", DEV1, "dev0")] == [True, True, True, False]
    assert ACCESS_KEY not in shown.output


def test_keys_elsewhere_are_listed_and_nobody_is_asked(lone_terminal: Terminal) -> None:
    hsm = "library = '/nowhere/libhsm.so'\ntoken = 'nowhere'\nkey = 'cold'\n"
    with_settings(
        lone_terminal,
        f"[kms_signers.minter]\naddress = '{DEV1}'\nkey = 'alias/nobody'\nregion = 'nowhere'\n"
        f"[pkcs11_signers.cold]\naddress = '{DEV0}'\n{hsm}",
    )

    assert lone_terminal.json("wallet", "list")[:2] == [
        {"wallet": "cold", "address": DEV0, "kind": "pkcs11"},
        {"wallet": "minter", "address": DEV1, "kind": "kms"},
    ]


def test_an_empty_list_says_how_to_make_one(lone_terminal: Terminal) -> None:
    assert "wallet new NAME" in lone_terminal.run("wallet", "list", network="sepolia").output


def test_a_remote_signer_is_tested(lone_terminal: Terminal, anvil_process: AnvilProcess) -> None:
    with_remote(lone_terminal, "treasury", DEV1, NOWHERE)
    lone_terminal.environment["STABLECOIN_SIGNER_URL_TREASURY"] = anvil_process.url

    told: dict[str, Any] = lone_terminal.json("wallet", "test", "treasury")
    shown = lone_terminal.run("wallet", "test", "treasury", network="sepolia")

    assert told.pop("milliseconds") > 0
    assert told == {"wallet": "treasury", "address": DEV1, "kind": "remote", "signs": True}
    assert [word in shown.output for word in ("treasury", "remote", DEV1, "milliseconds")] == [True] * 4
    assert shown.code == 0


def test_a_key_in_aws_kms_is_tested(lone_terminal: Terminal) -> None:
    with running_kms() as kms:
        key = kms.create_key(held=KEY, alias="alias/minter")
        with_settings(
            lone_terminal, f"[kms_signers.minter]\naddress = '{ADDRESS}'\nkey = 'alias/minter'\nregion = '{REGION}'\n"
        )
        lone_terminal.environment |= kms.environment()
        told = lone_terminal.json("wallet", "test", "minter")
        kms.client().delete_alias(AliasName="alias/minter")
        refused = lone_terminal.run("wallet", "test", "minter")

    assert (told["address"], told["kind"], told["signs"]) == (str(ADDRESS), "kms", True)
    assert (refused.code, "there is no such key" in refused.errors) == (2, True)
    assert not [secret for secret in (*SECRETS, key) if secret in refused.errors + refused.output]


@pytest.mark.parametrize("by", ["option", "STABLECOIN_PASSWORD_FILE", "STABLECOIN_PIN_FILE"])
def test_a_key_in_an_hsm_is_tested_with_the_pin_in_a_file(lone_terminal: Terminal, by: str) -> None:
    hsm = with_hsm(lone_terminal)
    file = lone_terminal.folder / "pin"
    file.write_bytes(f"{PIN}\r\nanother line\r\n".encode())
    named = ["--password-file", str(file)] if by == "option" else []
    variables = hsm.environment() | ({} if by == "option" else {by: str(file)})

    done = in_a_process(lone_terminal, "wallet", "test", "cold", "--json", *named, **variables)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["address"], told["kind"], told["signs"]) == (str(ADDRESS), "pkcs11", True)
    assert PIN not in done.stdout + done.stderr


def test_a_wrong_pin_and_none_are_refused(lone_terminal: Terminal) -> None:
    hsm = with_hsm(lone_terminal)
    file = lone_terminal.folder / "pin"
    file.write_text("s3cr3t-wrong\n")

    wrong = in_a_process(lone_terminal, "wallet", "test", "cold", **hsm.environment(), STABLECOIN_PIN_FILE=str(file))
    none = in_a_process(lone_terminal, "wallet", "test", "cold", **hsm.environment())

    assert (wrong.returncode, "wrong PIN" in wrong.stderr, "s3cr3t" in wrong.stderr) == (2, True, False)
    assert (none.returncode, "nobody to ask" in none.stderr) == (2, True)


def test_wallets_of_other_kinds_are_tested(lone_terminal: Terminal) -> None:
    file = with_password(lone_terminal, "ops")

    kept = lone_terminal.json("wallet", "test", "ops", "--password-file", str(file))
    public = lone_terminal.json("wallet", "test", "dev0")

    assert (kept["kind"], kept["signs"]) == ("keystore", True)
    assert (public["kind"], public["address"]) == ("development", DEV0)


def test_a_wallet_is_tested_without_a_network_being_named(lone_terminal: Terminal, anvil_process: AnvilProcess) -> None:
    with_remote(lone_terminal, "treasury", DEV1, anvil_process.url)

    answer = lone_terminal.run("wallet", "test", "treasury", network="")
    public = lone_terminal.run("wallet", "test", "dev0", network="")

    assert answer.code == 0, answer.errors
    assert (public.code, "no network is named" in public.errors) == (2, True)


def test_a_remote_signer_signs_what_a_command_sends(anvil_terminal: Terminal, anvil_process: AnvilProcess) -> None:
    world = anvil_terminal.world
    world.give("alice", 5)
    alice, bob = (str(world.address(person)) for person in ("alice", "bob"))
    with_remote(anvil_terminal, "treasury", alice, anvil_process.url)

    done = anvil_terminal.json("transfer", bob, "2 TUSD", "--ref", "rent", "--wallet", "treasury", "--yes")
    payment = anvil_terminal.json("authorize", "1 TUSD", "--to", bob, "--wallet", "treasury", "--yes")

    assert (done["was_done_before"], world.coin.balance_of(alice)) == (False, world.coin.amount(3))
    assert payment["authorization"]["from"] == alice


def test_one_that_signs_something_else_sends_nothing(anvil_terminal: Terminal) -> None:
    world = anvil_terminal.world
    world.give("alice", 5)
    alice, bob = (str(world.address(person)) for person in ("alice", "bob"))
    with running_node() as node:
        node.results(eth_accounts=[alice], eth_signTransaction="0x02c0")
        with_remote(anvil_terminal, "treasury", alice, node.url)
        answer = anvil_terminal.run("transfer", bob, "2 TUSD", "--wallet", "treasury", "--yes", "--json")

    told = json.loads(answer.last_line)
    assert (answer.code, told["error"], told["moved"]) == (2, "wallet_error", "no")
    assert world.coin.balance_of(alice) == world.coin.amount(5)


@pytest.mark.parametrize("arguments", [("wallet", "test", "treasury"), ("deploy", "--wallet", "treasury", "--yes")])
def test_one_that_is_not_there_keeps_its_url_to_itself(
    lone_terminal: Terminal, anvil_process: AnvilProcess, arguments: tuple[str, ...]
) -> None:
    lone_terminal.environment["STABLECOIN_RPC_URL_ANVIL"] = anvil_process.url
    with_remote(lone_terminal, "treasury", DEV0, NOWHERE)

    answer = lone_terminal.run(*arguments)

    assert answer.code == 3
    assert "The remote signer cannot be reached" in answer.errors
    assert "nothing was sent" in answer.errors
    assert ACCESS_KEY not in answer.output + answer.errors


def test_one_that_has_another_key_is_refused(lone_terminal: Terminal, anvil_process: AnvilProcess) -> None:
    nobody = "0x" + "11" * 20
    with_remote(lone_terminal, "treasury", nobody, anvil_process.url)

    answer = lone_terminal.run("wallet", "test", "treasury")

    assert answer.code == 2
    assert f"does not sign for {nobody}" in answer.errors


def test_a_name_of_nobody_and_a_wrong_password_are_refused(lone_terminal: Terminal) -> None:
    with_password(lone_terminal, "ops")
    wrong = lone_terminal.folder / "wrong"
    wrong.write_text("another horse\n")

    nobody = lone_terminal.run("wallet", "test", "nobody")
    other = lone_terminal.run("wallet", "test", "ops", "--password-file", str(wrong))

    assert (nobody.code, "no wallet 'nobody'" in nobody.errors) == (2, True)
    assert (other.code, "Wrong password" in other.errors) == (2, True)
