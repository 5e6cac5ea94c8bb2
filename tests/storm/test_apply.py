"""Kill tests: a process that applies a plan of 40 steps is killed by SIGKILL, and another applies the same plan

when it is killed at a boundary, before or after a write, a send or a record: the same end state, each step once

`make storm` kills it at every boundary in turn: STORM_EVERY chooses which, 1 for all.
"""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment import DeploymentRecords, read_facts, steps_done
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import Journal, Stage, chain_name
from tests.conftest import AnvilProcess
from tests.deployment.described import site_on
from tests.storm.applier import LEASE_SECONDS, Job, work
from tests.storm.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stablecoin_tools.deployment import Plan
    from stablecoin_tools.testing import AnvilChain as Node

EVERY = int(os.environ.get("STORM_EVERY", "83"))
STEPS = 40


class Ground:
    """An anvil, and a plan of 40 steps that nobody has begun."""

    def __init__(self, anvil: AnvilProcess, folder: Path) -> None:
        self.anvil, self.folder = anvil, folder
        self.chain: Node = AnvilChain.at(anvil.url)
        site = site_on(self.chain, folder / "nothing")
        verified = frozenset(Address(bytes([number]) * 20) for number in range(1, 11))
        description = site.describe("SGD", "HKD", "EUR", verified=verified, contract_uri="https://example.org")
        self.plan: Plan = site.plan(description).plan
        (self.network,) = self.plan.networks
        assert len(self.network.steps) == STEPS

    def apply(self, attempt: Path, *, die_at: int | None = None, told: Path | None = None) -> int | None:
        """A process that applies the plan; how it ended."""
        process = PROCESSES.Process(target=work, args=(Job(self.anvil.url, attempt, die_at, told),))
        process.start()
        process.join()
        return process.exitcode

    def new_attempt(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        (folder / "plan.json").write_text(self.plan.as_text())
        return folder

    def prove(self, attempt: Path) -> None:
        """Each step was sent once, the coins stand as planned and are recorded, the log is unbroken."""
        assert steps_done(self.network, self.chain) == STEPS
        records = DeploymentRecords(attempt / "records")
        for symbol, wanted in self.network.facts_after(STEPS).items():
            record = records.find(31337, symbol)
            assert record is not None
            found = read_facts(Stablecoin(self.chain, record.address))
            assert found == {fact: value for fact, value in wanted.items() if not fact.startswith("code.")}
        with Journal(f"sqlite:///{attempt / 'journal.db'}", who="auditor", lease_seconds=LEASE_SECONDS) as journal:
            references = [self.plan.reference(self.network, index) for index in range(STEPS)]
            intents = journal.find_many(chain_name(self.chain), references)
            assert [proof.faults for proof in journal.verify()] == [(), (), ()]  # a lane for each of three senders
        assert set(intents) == set(references)
        assert {intent.stage for intent in intents.values()} <= {Stage.MINED, Stage.SAFE, Stage.FINALIZED}
        senders = {intent.sender for intent in intents.values()}
        assert sum(self.chain.nonce(sender) for sender in senders) == STEPS
        assert self.chain.block().number == STEPS  # anvil mines each transaction by itself: there were no others


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with AnvilProcess() as anvil:
        yield Ground(anvil, tmp_path_factory.mktemp("ground"))


def test_a_plan_is_applied_once_wherever_its_process_is_killed(ground: Ground) -> None:
    snapshot, told = ground.chain.take_snapshot(), ground.folder / "boundaries"
    first = ground.new_attempt("unharmed")
    assert ground.apply(first, told=told) == 0
    ground.prove(first)
    boundaries = told.read_text().splitlines()
    assert {"before a send", "after a send", "before a commit", "before a record"} <= set(boundaries)
    deaths = 0
    for die_at in range(1, len(boundaries) + 1, EVERY):
        ground.chain.revert_to(snapshot)
        snapshot = ground.chain.take_snapshot()
        attempt = ground.new_attempt(str(die_at))
        deaths += ground.apply(attempt, die_at=die_at) == -signal.SIGKILL
        assert ground.apply(attempt) == 0
        ground.prove(attempt)
        shutil.rmtree(attempt)
    print(f"{STEPS} steps, {deaths} deaths at every {EVERY}th of {len(boundaries)} boundaries")  # noqa: T201  # what a long run is watched by
    assert deaths > len(range(1, len(boundaries) + 1, EVERY)) * 9 // 10  # one may need fewer looks than were counted
