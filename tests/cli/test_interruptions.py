"""Commands that end before their transaction is mined, and commands that meet: processes against a real node

when a command is killed: what it signed is listed, explained and resumed, and done once
when it is interrupted, by Ctrl-C or SIGTERM, and again while it ends: exit code 5, and the command that goes on
when it is cancelled: the no-op is mined, or the original was, and it is said which
when another program left a gap: it is explained, and closed
when two run at once: both succeed, under one reference both have one transaction
when another node is to agree: without it nothing is final, and all is sent
"""

from __future__ import annotations

import json
import re
import shlex
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.signers import UnsignedTransaction, development_signer
from stablecoin_tools.testing import AnvilChain
from tests.cli.shell import DEV0, DEV1, Shell
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

_PATIENCE_SECONDS = 60
_BREATH_SECONDS = 0.4
_BLOCKS_TO_FINALITY = 70


class Issuer(Shell):
    """A shell on an anvil of its own, whose levers are at hand; the first account issues."""

    def __init__(self, shell: Shell, chain: AnvilChain) -> None:
        super().__init__(shell.folder, shell.environment["STABLECOIN_RPC_URL_ANVIL"])
        self.chain = chain

    @property
    def supply(self) -> int:
        """In base units."""
        return int(self.json("supply")["supply"]["base_units"])

    def start_until_pooled(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        """A command that has just published something."""
        before, process = self.chain.pooled(), self.start(*arguments, **extra)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.chain.pooled() == before:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return process

    def interrupted(self, *arguments: str, **extra: str) -> str:
        """What a command says in its last line when it is interrupted after it published."""
        process = self.start_until_pooled(*arguments, **extra)
        time.sleep(_BREATH_SECONDS)  # it is asleep most likely: then it lets its lane go, and nobody waits for that
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        assert process.returncode == 5, errors
        return errors.strip().splitlines()[-1]


def _told(process: subprocess.Popen[str]) -> Any:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return json.loads(output)


@pytest.fixture(scope="module")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with AnvilProcess() as process:
        issuer = Issuer(Shell(tmp_path_factory.mktemp("issuer"), process.url), AnvilChain.at(process.url))
        issuer.json("deploy", "--yes")
        issuer.json("minter", "configure", DEV0, "1,000,000 USDX", "--yes")
        yield issuer


@pytest.fixture
def issuer(_house: Issuer) -> Iterator[Issuer]:
    with _house.chain.mining_paused():
        yield _house
        _house.chain.drop_all_transactions()


def test_two_processes_mint_once_under_one_reference(issuer: Issuer) -> None:
    issuer.chain.set_automine(True)
    before = issuer.supply

    first = issuer.json("mint", DEV1, "5 USDX", "--ref", "twice", "--yes")
    again = issuer.run("mint", DEV1, "5 USDX", "--ref", "twice", "--network", "anvil")

    assert again.returncode == 0
    assert first["transaction_hash"] in again.stdout
    assert again.stdout.startswith("already done under this reference: mint 5.00 USDX")
    assert issuer.supply == before + 5_000_000


def test_a_killed_mint_is_resumed_and_done_once(issuer: Issuer) -> None:
    before = issuer.supply
    process = issuer.start_until_pooled("mint", DEV1, "5 USDX", "--ref", "killed", "--yes")
    process.kill()
    process.communicate()

    (listed,) = issuer.json("tx", "list", "--stage", "pending")
    explained = issuer.run("tx", "explain", "killed", "--network", "anvil").stdout
    issuer.chain.mine()
    resumed = issuer.json("tx", "resume", "killed")
    again = issuer.json("mint", DEV1, "5 USDX", "--ref", "killed")

    assert (listed["reference"], listed["transaction_hash"]) == ("killed", resumed["transaction_hash"])
    assert f"It owns nonce {listed['nonce']}; one attempt is signed" in explained
    assert "The node's pool holds a transaction at this nonce." in explained
    assert "stablecoin tx resume killed --network anvil" in explained
    assert (again["transaction_hash"], again["was_done_before"]) == (resumed["transaction_hash"], True)
    assert resumed["events"][-1]["event"] == "MintedWithReference"
    assert issuer.supply == before + 5_000_000
    assert issuer.run("tx", "verify-log").returncode == 0


def test_an_interrupted_mint_says_the_command_that_goes_on(issuer: Issuer) -> None:
    before = issuer.supply
    line = issuer.interrupted("mint", DEV1, "5 USDX", "--ref", "two words", "--wallet", "dev0", "--yes")
    issuer.chain.mine()

    assert line.startswith("error: Outcome unknown (waiting was interrupted)")
    command = re.search(r"To go on: stablecoin (.*)$", line)
    assert command is not None
    assert shlex.split(command[1]) == ["tx", "resume", "two words", "--network", "anvil", "--wallet", "dev0"]
    resumed = issuer.run(*shlex.split(command[1]))
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.startswith("done: mint 5.00 USDX")
    assert issuer.supply == before + 5_000_000


def test_whoever_ends_it_in_haste_is_told_all_the_same(issuer: Issuer) -> None:
    process = issuer.start_until_pooled("mint", DEV1, "5 USDX", "--ref", "haste", "--yes")
    process.send_signal(signal.SIGTERM)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    _, errors = process.communicate()

    assert process.returncode == 5, errors
    assert errors.strip().splitlines()[-1].endswith("To go on: stablecoin tx resume haste --network anvil")
    assert "Traceback" not in errors
    issuer.chain.mine()
    assert issuer.run("tx", "resume", "haste", "--network", "anvil").returncode == 0


def test_what_had_no_name_is_resumed_by_the_one_that_it_got(issuer: Issuer) -> None:
    before = issuer.supply
    told = json.loads(issuer.interrupted("mint", DEV1, "5 USDX", "--yes", "--json"))
    assert (told["error"], told["moved"]) == ("outcome_unknown", "unknown")
    assert f"stablecoin tx resume {told['reference']} --network anvil" in told["hint"]

    asked = issuer.run("mint", DEV1, "5 USDX", "--ref", told["reference"], "--network", "anvil")
    issuer.chain.mine()
    done = issuer.json("mint", DEV1, "5 USDX", "--ref", told["reference"], "--yes")

    assert asked.returncode == 2
    assert f"already under way under reference {told['reference']}" in asked.stderr
    assert told["transaction_hashes"] == [done["transaction_hash"]]
    assert issuer.supply == before + 5_000_000


def test_a_cancelled_mint_is_never_done(issuer: Issuer) -> None:
    before = issuer.supply
    issuer.interrupted("mint", DEV1, "5 USDX", "--ref", "unwanted", "--yes")
    asked = issuer.run("tx", "cancel", "unwanted", "--network", "anvil")
    original = issuer.json("tx", "show", "unwanted")["transaction_hash"]
    cancelling = issuer.start_until_pooled("tx", "cancel", "unwanted", "--yes", "--json")
    issuer.chain.mine()
    told = _told(cancelling)

    assert asked.returncode == 2
    assert "only one of the two can be mined" in asked.stderr
    assert issuer.chain.receipt(original) is None
    mined = issuer.chain.receipt(told["transaction_hash"])
    assert mined is not None
    assert (told["block_number"], told["is_final"]) == (mined.block_number, False)
    again = issuer.run("mint", DEV1, "5 USDX", "--ref", "unwanted", "--yes", "--network", "anvil")
    resumed = issuer.run("tx", "resume", "unwanted", "--network", "anvil")
    assert (again.returncode, resumed.returncode) == (5, 5)  # it may yet come back, so nobody says that it did not move
    assert "a no-op was mined in its place, but not final yet" in resumed.stderr
    assert "Do not ask for it anew" in again.stderr
    assert "stablecoin tx resume unwanted --network anvil --final" in again.stderr
    issuer.chain.mine(70)  # anvil calls a block final once 64 stand on it
    final = issuer.run("tx", "resume", "unwanted", "--network", "anvil", "--final", "--json")
    told = json.loads(final.stderr.strip().splitlines()[-1])
    assert (final.returncode, told["error"], told["moved"]) == (4, "cancelled", "no")
    assert issuer.supply == before


def test_a_mint_that_a_reorganisation_brings_back_is_never_called_cancelled(issuer: Issuer) -> None:
    """Whoever pays again because it is said that nothing moved would pay twice."""
    before = issuer.supply
    issuer.interrupted("mint", DEV1, "5 USDX", "--ref", "back", "--yes")
    original = bytes.fromhex(issuer.chain.ask("eth_getRawTransactionByHash", _hash_of(issuer, "back"))[2:])
    cancelling = issuer.start_until_pooled("tx", "cancel", "back", "--yes", "--json")
    issuer.chain.mine()
    _told(cancelling)
    issuer.chain.reorg(1, [(original, 0)])
    assert issuer.supply == before + 5_000_000

    resumed = issuer.run("tx", "resume", "back", "--network", "anvil", "--json")
    again = issuer.run("mint", DEV1, "5 USDX", "--ref", "back", "--yes", "--network", "anvil", "--json")

    assert (resumed.returncode, again.returncode) == (0, 0), resumed.stderr + again.stderr
    assert json.loads(again.stdout)["was_done_before"]
    assert issuer.supply == before + 5_000_000


def _hash_of(issuer: Issuer, reference: str) -> str:
    return str(issuer.json("tx", "show", reference)["transaction_hash"])


def test_a_gap_that_another_program_left_is_closed(issuer: Issuer) -> None:
    """Its transaction, with the same key, stood before the mint, and the pool forgot it."""
    before, key = issuer.supply, development_signer(0, issuer.chain.network)
    nonce = issuer.chain.nonce(key.address)
    foreign = UnsignedTransaction(31337, nonce, key.address, b"", 0, 21_000, 10**10, 10**9)
    issuer.chain.publish(key.sign_transaction(foreign))
    issuer.interrupted("mint", DEV1, "5 USDX", "--ref", "behind", "--yes")
    (forgotten,) = issuer.chain.pooled() - {issuer.json("tx", "show", "behind")["transaction_hash"]}
    issuer.chain.drop_transaction(forgotten)

    explained = issuer.run("tx", "explain", "behind", "--network", "anvil").stdout
    asked = issuer.run("tx", "close-gap", "--network", "anvil")
    closing = issuer.start_until_pooled("tx", "close-gap", "--yes", "--json")
    issuer.chain.mine()
    told = _told(closing)

    assert "`stablecoin tx close-gap` takes that nonce" in explained
    assert (asked.returncode, f"take nonce {nonce} of {key.address}" in asked.stderr) == (2, True)
    assert [(one["nonce"], one["is_closed"]) for one in told["closed"]] == [(nonce, True)]
    issuer.chain.mine()
    assert issuer.json("tx", "resume", "behind")["events"][-1]["event"] == "MintedWithReference"
    assert issuer.json("tx", "close-gap") == {"closed": []}
    assert issuer.supply == before + 5_000_000


def test_it_is_said_when_it_was_too_late_to_cancel(issuer: Issuer) -> None:
    before = issuer.supply
    issuer.interrupted("mint", DEV1, "5 USDX", "--ref", "late", "--yes")
    issuer.chain.mine()

    refused = issuer.run("tx", "cancel", "late", "--yes", "--network", "anvil", "--json")

    told = json.loads(refused.stderr.strip().splitlines()[-1])
    mined = issuer.json("tx", "show", "late")["receipt"]
    assert (refused.returncode, refused.stdout) == (4, "")
    assert (told["error"], told["moved"]) == ("too_late", "yes")
    assert f"was mined: transaction {mined['transaction_hash']} in block {mined['block_number']}" in told["message"]
    assert issuer.supply == before + 5_000_000


def test_an_interrupted_cancel_goes_on_too(issuer: Issuer) -> None:
    before = issuer.supply
    issuer.interrupted("mint", DEV1, "5 USDX", "--ref", "wavering", "--yes")
    line = issuer.interrupted("tx", "cancel", "wavering", "--yes")
    resuming = issuer.start("tx", "resume", "wavering")
    time.sleep(3 * _BREATH_SECONDS)
    issuer.chain.mine()
    _, told_meanwhile = resuming.communicate(timeout=_PATIENCE_SECONDS)  # it ends, though nothing is final

    assert (resuming.returncode, "a no-op was mined in its place" in told_meanwhile) == (5, True)
    assert line.endswith("To go on: stablecoin tx cancel wavering --network anvil")
    told = issuer.run("tx", "cancel", "wavering", "--network", "anvil")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("cancelled: mint 5.00 USDX")
    assert "a reorganisation may undo that" in told.stdout
    assert issuer.supply == before


def test_an_interrupted_deployment_goes_on_before_it_is_run_again(issuer: Issuer) -> None:
    elsewhere = {"STABLECOIN_DEPLOYMENTS": str(issuer.folder / "elsewhere")}
    line = issuer.interrupted("deploy", "--symbol", "LATER", "--yes", **elsewhere)
    issuer.chain.mine()

    command = re.search(r"To go on, before you run the same deploy again: stablecoin (.*)$", line)
    assert command is not None
    assert issuer.run(*shlex.split(command[1]), **elsewhere).returncode == 0
    again = issuer.json("deploy", "--symbol", "LATER", **elsewhere)
    assert json.loads((issuer.folder / "elsewhere" / "31337" / "LATER.json").read_text())["address"] == again["address"]


def test_two_commands_at_once_of_one_sender_both_succeed(issuer: Issuer) -> None:
    issuer.chain.set_automine(True)
    before = issuer.supply
    both = [issuer.start("mint", DEV1, "5 USDX", "--ref", ref, "--yes", "--json") for ref in ("left", "right")]
    left, right = (_told(process) for process in both)
    assert left["transaction_hash"] != right["transaction_hash"]
    assert issuer.supply == before + 10_000_000


def test_two_commands_at_once_under_one_reference_have_one_transaction(issuer: Issuer) -> None:
    issuer.chain.set_automine(True)
    before = issuer.supply
    both = [issuer.start("mint", DEV1, "5 USDX", "--ref", "raced", "--yes", "--json") for _ in range(2)]
    left, right = (_told(process) for process in both)
    assert left["transaction_hash"] == right["transaction_hash"]
    assert issuer.supply == before + 5_000_000


@pytest.mark.parametrize(("witness", "stage"), [("", "finalized"), ("http://127.0.0.1:9/secret", "mined")])
def test_nothing_is_final_before_the_witness_agrees(issuer: Issuer, witness: str, stage: str) -> None:
    config = issuer.folder / "config.toml"
    config.write_text(f"[witness_rpc_urls]\nanvil = ['{witness or issuer.environment['STABLECOIN_RPC_URL_ANVIL']}']\n")
    issuer.chain.set_automine(True)
    reference = f"to be {stage}"

    issuer.json("mint", DEV1, "1 USDX", "--ref", reference, "--yes", STABLECOIN_CONFIG=str(config))
    issuer.chain.mine(_BLOCKS_TO_FINALITY)
    looked_up = issuer.run("tx", "resume", reference, "--network", "anvil", STABLECOIN_CONFIG=str(config))

    assert looked_up.returncode == 0, looked_up.stderr
    assert "secret" not in looked_up.stdout + looked_up.stderr
    assert issuer.json("tx", "show", reference)["stage"] in (stage, "safe" if stage == "mined" else stage)
