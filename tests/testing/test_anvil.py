"""An anvil of one's own, and its levers

when it is stopped and started: the same port, and with a state file the same chain, without the pool
when it is killed: what was not written is lost
when it is missing or does not start: ConfigError, in its own words or with how to get it
when a lever is pulled: mining, the pool, reorganisations, fees, balances and time do as it says
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.errors import ConfigError, NodeRefused, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import development_signer
from stablecoin_tools.testing import AnvilChain, AnvilProcess
from tests.testing.words import ANVIL, GWEI, Payer, hash_of, mined

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = development_signer(9, find_network("anvil")).address


def test_a_restart_keeps_port_and_chain_and_loses_the_pool(tmp_path: Path) -> None:
    with AnvilProcess(path=ANVIL, state=tmp_path / "chain.json") as process:
        chain, url = AnvilChain.at(process.url), process.url
        payer = Payer(chain)
        signed, pooled = payer.pay(0), payer.pay(1)
        chain.set_automine(False)
        chain.publish(signed)
        chain.mine(3)
        chain.publish(pooled)
        assert payer.nonce == 2
        before = mined(chain, signed), chain.block()

        process.stop()
        with pytest.raises(Unreachable):
            chain.block()
        process.start()

        assert process.url == url
        assert (chain.receipt(hash_of(signed)), chain.block()) == before
        assert payer.nonce == 1
        assert chain.pooled() == frozenset()


def test_a_kill_loses_what_was_not_written(tmp_path: Path) -> None:
    with AnvilProcess(path=ANVIL, state=tmp_path / "chain.json") as process:
        chain = AnvilChain.at(process.url)
        chain.mine(2)
        process.stop()
        process.start()
        chain.mine(5)

        process.kill()
        process.start()

        assert chain.block().number == 2


def test_starting_what_runs_and_stopping_what_ended_does_nothing() -> None:
    process = AnvilProcess(path=str(ANVIL))
    chain = AnvilChain.at(process.url)
    chain.mine()
    process.start()
    assert chain.block().number == 1

    process.stop()
    process.stop()
    process.kill()


def test_its_own_arguments_are_handed_on() -> None:
    with AnvilProcess("--gas-limit", "12345678", path=ANVIL) as process:
        assert AnvilChain.at(process.url).ask("eth_getBlockByNumber", "latest", False)["gasLimit"] == "0xbc614e"  # noqa: FBT003  # the protocol's own flag


def test_it_is_looked_up_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{ANVIL.parent}{os.pathsep}{os.environ['PATH']}")
    with AnvilProcess() as process:
        assert AnvilChain.at(process.url).block().number == 0


@pytest.mark.parametrize(
    ("path", "message"),
    [(None, "There is no anvil on the PATH."), ("nowhere/anvil", "There is no anvil at nowhere/anvil.")],
)
def test_a_missing_anvil_is_told_with_how_to_get_it(
    path: str | None, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError) as missing:
        AnvilProcess(path=path)
    assert str(missing.value) == message
    assert "@foundry-rs/anvil" in missing.value.hint


def test_an_anvil_that_does_not_start_is_told_in_its_own_words() -> None:
    with pytest.raises(ConfigError, match="unexpected argument '--nonsense'"):
        AnvilProcess("--nonsense", path=ANVIL)


def test_mining_pauses_and_goes_on(node: AnvilChain, payer: Payer) -> None:
    first, second = payer.pay(payer.nonce), payer.pay(payer.nonce + 1)
    height = node.block().number
    with node.mining_paused():
        node.publish(first)
        assert node.block().number == height
        assert node.pooled() == {hash_of(first)}
        node.mine()
        assert node.receipt(hash_of(first)) is not None
    node.publish(second)
    assert mined(node, second).block_number == height + 2


def test_what_is_left_in_the_pool_is_mined_when_mining_goes_on(node: AnvilChain, payer: Payer) -> None:
    signed, next_one = payer.pay(payer.nonce), payer.pay(payer.nonce + 1)
    with node.mining_paused():
        node.publish(signed)
    node.publish(next_one)
    assert mined(node, signed).block_number <= mined(node, next_one).block_number


def test_mining_goes_on_after_an_error_too(node: AnvilChain, payer: Payer) -> None:
    with pytest.raises(KeyError), node.mining_paused():
        raise KeyError
    signed = payer.pay(payer.nonce)
    node.publish(signed)
    assert mined(node, signed).succeeded


def test_so_many_blocks_are_mined(node: AnvilChain) -> None:
    height = node.block().number
    node.mine(17)
    assert node.block().number == height + 17


def test_the_pool_tells_what_is_ready_and_what_waits_behind_a_gap(node: AnvilChain, payer: Payer) -> None:
    ready, behind = payer.pay(payer.nonce), payer.pay(payer.nonce + 5)
    with node.mining_paused():
        node.publish(ready)
        node.publish(behind)
        assert node.pooled() == {hash_of(ready), hash_of(behind)}

        node.drop_transaction(hash_of(ready))
        assert node.pooled() == {hash_of(behind)}
        node.drop_all_transactions()
        assert node.pooled() == frozenset()
        node.mine()
    assert node.receipt(hash_of(ready)) is None


def test_a_reorganisation_undoes_blocks_and_what_they_held(node: AnvilChain, payer: Payer) -> None:
    nonce = payer.nonce
    undone, instead = payer.pay(nonce), payer.pay(nonce, wei=2)
    node.set_automine(False)
    node.publish(undone)
    node.mine(3)
    before = node.block()

    node.reorg(3)
    after = node.block()
    assert (after.number, after.hash == before.hash) == (before.number, False)
    assert node.receipt(hash_of(undone)) is None
    assert payer.nonce == nonce

    node.reorg(2, [(instead, 1)])
    receipt = node.receipt(hash_of(instead))
    assert receipt is not None
    assert receipt.block_number == before.number
    assert payer.nonce == nonce + 1


def test_the_next_base_fee_and_a_balance_are_set(node: AnvilChain) -> None:
    node.set_next_base_fee(77 * GWEI)
    node.mine()
    assert node.block().base_fee_wei == 77 * GWEI

    node.set_balance(NOBODY, 5)
    assert node.balance_wei(NOBODY) == 5


def test_time_passes(node: AnvilChain) -> None:
    before = node.block()
    node.advance(seconds=10_000)
    after = node.block()
    assert after.number == before.number + 1
    assert after.timestamp - before.timestamp >= 10_000


def test_a_snapshot_is_gone_back_to_once(node: AnvilChain) -> None:
    before, next_base_fee_wei = node.block(), node.block("pending").base_fee_wei
    snapshot = node.take_snapshot()
    node.set_next_base_fee(77 * GWEI)
    node.mine(3)
    node.revert_to(snapshot)
    assert node.block() == before
    node.mine()
    assert node.block().base_fee_wei == next_base_fee_wei
    with pytest.raises(NodeRefused, match="remembers no snapshot"):
        node.revert_to(snapshot)


def test_what_anvil_refuses_is_a_typed_error(node: AnvilChain) -> None:
    with pytest.raises(NodeRefused, match="no_such_lever"):
        node.ask("no_such_lever")
