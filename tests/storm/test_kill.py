"""Kill tests: workers that mint under references through a storm, killed by SIGKILL and started anew

when a worker is killed at each boundary in turn, before and after each write and each send: every reference minted once
when one worker, or three with one minter between them, are killed at random: every reference minted once
in the end: supply = the sum of the references, each of its amount once; journal and chain agree; the log is unbroken

The journal is all that guards these mints: none of them carries its reference to the chain.
`make storm` runs it long: STORM_INTENTS and STORM_SEED choose.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.testing import ROUGH, AnvilChain, StormProxy
from stablecoin_tools.token.events import Minted, decode_events
from stablecoin_tools.transactions import Journal, Order, Stage, TransactionManager, chain_name
from tests.conftest import AnvilProcess
from tests.storm.processes import PROCESSES
from tests.storm.worker import HURRIED, LEASE_SECONDS, Job, work
from tests.world import new_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from stablecoin_tools.chain import Call

INTENTS = int(os.environ.get("STORM_INTENTS", "80"))
SEED = int(os.environ.get("STORM_SEED", "20261122"))
AT_ONCE = 100  # so many a worker is given; started anew, it asks for all of them again
MINTER = 2  # tests.world: the third development account


class Field:
    """A coin on an anvil that mines ten times a second, and a journal."""

    def __init__(self, anvil: AnvilProcess, journal_url: str) -> None:
        self.anvil = anvil
        self.chain = AnvilChain.at(anvil.url)
        world = new_world(self.chain)
        self.coin = world.coin
        self.receiver = world.address("bob")
        capacity = self.coin.amount(1_000_000)
        world.do(self.coin.calls.configure_minter(world.address("minter"), capacity), by="minter_admin")
        self.minter = world.signers["minter"]
        self.journal_url = journal_url
        self.wanted: dict[str, Call] = {}

    def new_mints(self, count: int) -> dict[str, Call]:
        """New references, each of an amount of its own."""
        first = len(self.wanted) + 1
        units = range(first, first + count)
        new = {
            f"order-{unit}": self.coin.calls.mint(self.receiver, self.coin.denomination.from_base_units(unit))
            for unit in units
        }
        self.wanted |= new
        return new

    def start(
        self, node_url: str, mints: Mapping[str, Call], *, die_at: int | None = None, told: Path | None = None
    ) -> ForkServerProcess:
        """Starts a worker."""
        rows = tuple((ref, call.to, call.data) for ref, call in mints.items() if call.to is not None)
        process = PROCESSES.Process(target=work, args=(Job(node_url, self.journal_url, rows, MINTER, die_at, told),))
        process.start()
        return process

    def prove(self) -> None:
        """Every reference was minted once, and journal and chain say the same."""
        with Journal(self.journal_url, who="auditor", lease_seconds=LEASE_SECONDS) as journal:
            orders = [Order(call, ref) for ref, call in self.wanted.items()]
            manager = TransactionManager(self.chain, journal=journal, waiting=HURRIED)
            self.chain.mine(70)  # anvil calls a block final once 64 stand on it
            receipts = {
                outcome.reference: outcome.result()
                for outcome in manager.send_all(orders, signer=self.minter, until=Stage.FINALIZED)
            }
            intents = journal.find_many(chain_name(self.chain), list(self.wanted))
            proofs = list(journal.verify())
        logs = self.chain.logs(self.coin.address, from_block=0, to_block=self.chain.block().number)
        events = decode_events(logs, self.coin.address, self.coin.denomination)
        units = Counter(event.value.base_units for event in events if isinstance(event, Minted))
        assert units == Counter(range(1, len(self.wanted) + 1))
        assert self.coin.total_supply().base_units == sum(units)
        assert self.chain.nonce(self.minter.address) == len(self.wanted)
        assert {intent.stage for intent in intents.values()} == {Stage.FINALIZED}
        assert sorted(intent.nonce or 0 for intent in intents.values()) == list(range(len(self.wanted)))
        for reference, intent in intents.items():
            assert intent.receipt == receipts[reference] == self.chain.receipt(receipts[reference].transaction_hash)
        assert [proof.faults for proof in proofs] == [()]


@pytest.fixture
def field(journal_url: str) -> Iterator[Field]:
    with AnvilProcess("--block-time", "0.1") as anvil:
        yield Field(anvil, journal_url)


@pytest.mark.parametrize("workers", [1, 3])
def test_every_reference_is_minted_once_however_often_workers_are_killed(field: Field, workers: int) -> None:
    chance = random.Random(SEED + workers)  # noqa: S311  # to be repeated, not to be secret
    kills = 0
    with StormProxy(field.anvil.url, seed=SEED, weather=ROUGH) as storm:
        while len(field.wanted) < INTENTS:
            mints = field.new_mints(min(AT_ONCE, INTENTS - len(field.wanted)))
            kills += _kills_until_minted(field, storm, mints, workers, chance)
            print(f"{len(field.wanted)} of {INTENTS} mints, {kills} kills", flush=True)  # noqa: T201  # as below
        told = storm.counts
    field.prove()
    print(f"{INTENTS} mints, {workers} workers, {kills} kills, seed {SEED}, the storm: {told}")  # noqa: T201  # what a long run is watched by
    assert kills > 3


def test_every_reference_is_minted_once_if_a_worker_is_killed_at_any_boundary(field: Field, tmp_path: Path) -> None:
    told = tmp_path / "boundaries"
    field.start(field.anvil.url, field.new_mints(3), told=told).join()
    boundaries = told.read_text().splitlines()
    assert {"before a send", "after a send", "before a commit", "after a transaction"} <= set(boundaries)
    deaths = 0
    with StormProxy(field.anvil.url, seed=SEED, weather=ROUGH) as storm:
        for die_at in range(1, len(boundaries) + 1):
            mints = field.new_mints(3)
            first = field.start(storm.url, mints, die_at=die_at)
            first.join()
            deaths += first.exitcode == -signal.SIGKILL
            second = field.start(storm.url, mints)
            second.join()
            assert second.exitcode == 0
    field.prove()
    print(f"{len(field.wanted)} mints, {deaths} deaths at {len(boundaries)} boundaries")  # noqa: T201  # what a long run is watched by
    assert deaths > len(boundaries) * 3 // 4  # a worker may need fewer steps than the one that was counted


def _kills_until_minted(
    field: Field, storm: StormProxy, mints: Mapping[str, Call], workers: int, chance: random.Random
) -> int:
    """How often a worker was killed, and started anew, before one of them each had seen all of it done."""
    kills = 0
    running = [field.start(storm.url, _shuffled(mints, chance)) for _ in range(workers)]
    while running:
        victim = chance.choice(running)
        _wait_for(storm, victim, requests=chance.randint(5, 120))
        victim.kill()
        victim.join()
        kills += victim.exitcode == -signal.SIGKILL
        running.remove(victim)
        if victim.exitcode != 0:
            running.append(field.start(storm.url, _shuffled(mints, chance)))
    return kills


def _wait_for(storm: StormProxy, worker: ForkServerProcess, *, requests: int) -> None:
    """Until so much more was asked, as far on a slow machine as on a quick one; or until the worker ended."""
    first = sum(storm.counts.values())
    while worker.is_alive() and sum(storm.counts.values()) - first < requests:
        time.sleep(0.01)


def _shuffled(mints: Mapping[str, Call], chance: random.Random) -> dict[str, Call]:
    order = list(mints)
    chance.shuffle(order)
    return {reference: mints[reference] for reference in order}
